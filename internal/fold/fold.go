// Package fold reduces French names to what people type: lower case,
// without accents, hyphens or apostrophes.
package fold

import "strings"

// letters are the accented letters and ligatures of French, and those of the
// neighbouring languages that place names borrow.
var letters = map[rune]string{
	'à': "a", 'á': "a", 'â': "a", 'ã': "a", 'ä': "a", 'å': "a", 'æ': "ae", 'ç': "c",
	'è': "e", 'é': "e", 'ê': "e", 'ë': "e", 'ì': "i", 'í': "i", 'î': "i", 'ï': "i", 'ñ': "n",
	'ò': "o", 'ó': "o", 'ô': "o", 'õ': "o", 'ö': "o", 'œ': "oe", 'ß': "ss",
	'ù': "u", 'ú': "u", 'û': "u", 'ü': "u", 'ý': "y", 'ÿ': "y",
}

// Plain is s in a–z and 0–9, its words separated by one space; whatever else
// stands between letters separates words.
func Plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range strings.ToLower(s) {
		if r >= 0x300 && r <= 0x36F {
			continue // a combining accent, as macOS writes file names
		}
		text, known := letters[r]
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			text, known = string(r), true
		}
		if !known {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(text)
	}
	return b.String()
}

// Name is Plain with the abbreviations "st" and "ste" spelt out, so that all
// ways to write a saint's name are one.
func Name(s string) string {
	plain := Plain(s)
	if !strings.Contains(plain, "st") {
		return plain
	}
	words := strings.Split(plain, " ")
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}
