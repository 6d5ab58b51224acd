package fold

import "testing"

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"Saint-Denis":                 "saint denis",
		"  ST.  DENIS ":               "saint denis",
		"Ste-Ménehould":               "sainte menehould",
		"L'Haÿ-les-Roses":             "l hay les roses",
		"L’Haÿ les Roses":             "l hay les roses",
		"Œuilly":                      "oeuilly",
		"Château-Chinon (Ville)":      "chateau chinon ville",
		"E\u0301pinay":                "epinay",
		"Strasbourg":                  "strasbourg",
		"ÉGLISE Saint-Æ, est ST":      "eglise saint ae est saint",
		"Ä\u0308K\u212a":              "akk",
		"Paris 20e Arrondissement":    "paris 20e arrondissement",
		"":                            "",
		"—":                           "",
		"\xff\xfe":                    "",
		"Saint-Rémy-lès-Chevreuse\t!": "saint remy les chevreuse",
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%q) = %q, want %q", in, got, want)
		}
		if want != "" {
			want = " " + want
		}
		if got := string(AppendName([]byte("st"), in)); got != "st"+want {
			t.Errorf("AppendName(%q) = %q, want %q", in, got, "st"+want)
		}
	}
	if got := Plain("St-Ouen"); got != "st ouen" {
		t.Errorf("Plain keeps the abbreviation: %q", got)
	}
}

func FuzzName(f *testing.F) {
	f.Add("L'Haÿ-les-Roses")
	f.Fuzz(func(t *testing.T, s string) {
		once := Name(s)
		if twice := Name(once); twice != once {
			t.Errorf("folding %q again changes %q to %q", s, once, twice)
		}
	})
}
