package domain

import (
	"strconv"
	"strings"
)

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
// whichever of French and English has the greater weight, the first named of
// equals; French when it wants neither. Ranges are compared by their language
// alone, so that en-GB is English.
func LocaleFromHeader(acceptLanguage string) Locale {
	chosen, best := French, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, parameter, _ := strings.Cut(part, ";")
		language, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		locale, known := languages[language]
		if weight := weightOf(parameter); known && weight > best {
			chosen, best = locale, weight
		}
	}
	return chosen
}

var languages = map[string]Locale{"fr": French, "en": English}

// weightOf reads q=0.5: 1 when it is absent, 0 when it can't be read.
func weightOf(parameter string) float64 {
	if parameter = strings.TrimSpace(parameter); parameter == "" {
		return 1
	}
	value, _ := strings.CutPrefix(strings.ToLower(parameter), "q=")
	weight, err := strconv.ParseFloat(value, 64)
	if err != nil || !(weight >= 0 && weight <= 1) {
		return 0
	}
	return weight
}
