package domain

import "strings"

// Locale is the language of labels, messages and explanations.
type Locale string

const (
	French  Locale = "FR"
	English Locale = "EN"
)

// In picks the text of this locale; anything that isn't English is French, the
// network's working language.
func (l Locale) In(french, english string) string {
	if l == English {
		return english
	}
	return french
}

// LocaleFromHeader reads an Accept-Language header (RFC 9110, section 12.5.4):
// the first of French and English that it names decides; French by default.
// Weights are ignored: with two languages the order that people and browsers
// write says the same.
func LocaleFromHeader(acceptLanguage string) Locale {
	for _, part := range strings.Split(acceptLanguage, ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		switch {
		case strings.HasPrefix(tag, "fr"):
			return French
		case strings.HasPrefix(tag, "en"):
			return English
		}
	}
	return French
}
