package match

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestOf(t *testing.T) {
	for name, want := range map[string]string{
		"Lyon": "de Lyon", "Annecy": "d'Annecy", "Évry-Courcouronnes": "d'Évry-Courcouronnes", "Le Havre": "du Havre",
		"Les Lilas": "des Lilas", "La Courneuve": "de La Courneuve", "Lens": "de Lens", "": "de ",
	} {
		if got := of(name, domain.French); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	if got := of("Annecy", domain.English); got != "Annecy" {
		t.Errorf("in English: %s", got)
	}
}

func TestTypeset(t *testing.T) {
	const plain = "Est-il libre : oui ; « vacant » à 50 % ?"
	if got, want := typeset(plain, domain.French), "Est-il libre\u00a0: oui\u202f; «\u00a0vacant\u00a0» à 50\u00a0%\u202f?"; got != want {
		t.Errorf("French: %q, want %q", got, want)
	}
	if got := typeset(plain, domain.English); got != plain {
		t.Errorf("English isn't left alone: %q", got)
	}
}

func TestEnumerate(t *testing.T) {
	for _, tc := range []struct {
		parts []string
		want  string
	}{{nil, ""}, {[]string{"eau"}, "eau"}, {[]string{"eau", "gaz"}, "eau et gaz"}, {[]string{"eau", "gaz", "internet"}, "eau, gaz et internet"}} {
		if got := enumerate(tc.parts, domain.French); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.parts, got, tc.want)
		}
	}
}

// TestFormReasons: each case of the legal forms has words of its own.
func TestFormReasons(t *testing.T) {
	rule := &domain.OccupancyFormRule{MinMonths: ref(108), MaxMonths: ref(36), ApprovalNeeded: ref(domain.ApprovalIntermediateHousing)}
	var p pair
	p.set(engine(t).Prepare(caracol()), building())
	for _, l := range []domain.Locale{domain.French, domain.English} {
		seen := map[string]why{}
		for w := formFeasible; w <= formWindow; w++ {
			if w == formNoneOffered || w == formNoneShared { // said of all forms at once
				continue
			}
			text := p.formReason(rule, Finding{why: w, gap: 3}, l)
			if other, twice := seen[text]; twice || text == "" {
				t.Errorf("%s: case %d says %q like case %d", l, w, text, other)
			}
			seen[text] = w
		}
	}
}
