package domain_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestLocaleFromHeader(t *testing.T) {
	for header, want := range map[string]domain.Locale{
		"":                                    domain.French,
		"*":                                   domain.French,
		"fr":                                  domain.French,
		"en":                                  domain.English,
		"en-GB":                               domain.English,
		"EN-us, fr":                           domain.English,
		"fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7": domain.French,
		"en-US,en;q=0.9,fr;q=0.8":             domain.English,
		"en;q=0.1, fr;q=0.9":                  domain.French,
		"fr;q=0.1 , en ; q=0.9":               domain.English,
		"fr;Q=0.1,en;Q=0.2":                   domain.English,
		"de, es;q=0.9, en;q=0.5":              domain.English,
		"de, es":                              domain.French,
		"en;q=0":                              domain.French,
		"en;q=0, fr;q=0":                      domain.French,
		"fr;q=0, en;q=0.001":                  domain.English,
		"en;q=0.5, fr;q=0.5":                  domain.English,
		"fr;q=0.5, en;q=1":                    domain.English,
		"en;q=high, fr;q=0.1":                 domain.French,
		"en;q=2, fr;q=0.1":                    domain.French,
		"en;q=NaN":                            domain.French,
		"en;level=1":                          domain.French,
		"enm, fro":                            domain.French,
		"english":                             domain.French,
		",;,en;,":                             domain.English,
	} {
		if got := domain.LocaleFromHeader(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestFrenchUnlessEnglish(t *testing.T) {
	for l, want := range map[domain.Locale]string{domain.French: "oui", domain.English: "yes", "": "oui", "DE": "oui"} {
		if got := l.In("oui", "yes"); got != want {
			t.Errorf("%q: %s", l, got)
		}
	}
}
