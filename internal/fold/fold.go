// Package fold reduces French names to what people type: lower case,
// without accents, hyphens or apostrophes.
package fold

import (
	"unicode"
	"unicode/utf8"
)

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
func Plain(s string) string { return string(appendFolded(make([]byte, 0, len(s)), s, false)) }

// Name is Plain with the abbreviations "st" and "ste" spelt out, so that all
// ways to write a saint's name are one.
func Name(s string) string { return string(AppendName(make([]byte, 0, len(s)), s)) }

// AppendName appends Name of s to dst, as a word of its own.
func AppendName(dst []byte, s string) []byte { return appendFolded(dst, s, true) }

func appendFolded(dst []byte, s string, spell bool) []byte {
	word := -1 // where the last word begins; -1 between words
	for _, r := range s {
		text := ""
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		case r >= 0x300 && r <= 0x36F:
			continue // a combining accent, as macOS writes file names
		case r >= utf8.RuneSelf:
			r = unicode.ToLower(r)
			text = letters[r]
		}
		if text == "" && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			dst = ended(dst, word, spell)
			word = -1
			continue
		}
		if word < 0 {
			if len(dst) > 0 {
				dst = append(dst, ' ')
			}
			word = len(dst)
		}
		if text == "" {
			dst = append(dst, byte(r))
		} else {
			dst = append(dst, text...)
		}
	}
	return ended(dst, word, spell)
}

// ended is dst, whose last word begins there, with it spelt out.
func ended(dst []byte, word int, spell bool) []byte {
	if !spell || word < 0 {
		return dst
	}
	switch string(dst[word:]) {
	case "st":
		return append(dst[:word], "saint"...)
	case "ste":
		return append(dst[:word], "sainte"...)
	}
	return dst
}
