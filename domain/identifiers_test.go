package domain_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Luhn's sums are of the digits, every second one from the right doubled, less 9
// when that is above 9; they end in 0. Digit sums double nothing.
func TestSirenAndSiret(t *testing.T) {
	siren, siret := reader[domain.Siren](), reader[domain.Siret]()
	for _, c := range []struct {
		name string
		read func(any) (string, error)
		text string
		ok   bool
	}{
		{"a SIREN", siren, "732829320", true},               // 40
		{"La Poste's", siren, "356000000", true},            // 10
		{"a wrong check digit", siren, "732829321", false},  // 41
		{"two digits exchanged", siren, "372829320", false}, // 35
		{"eight digits", siren, "73282932", false},
		{"a SIRET for a SIREN", siren, "73282932000074", false},
		{"spaces", siren, "732 829 320", false},
		{"letters", siren, "73282932O", false},
		{"a sign that would sum up", siren, "73282932:", false}, // ':' is ten after '0'
		{"other digits", siren, "٧٣٢٨٢٩٣٢٠", false},
		{"zeros", siren, "000000000", false},
		{"nothing", siren, "", false},
		{"a SIRET", siret, "73282932000074", true},              // 50
		{"a wrong check digit", siret, "73282932000075", false}, // 51
		{"a SIREN for a SIRET", siret, "732829320", false},
		{"zeros", siret, "00000000000000", false},
		{"La Poste's seat, by Luhn", siret, "35600000000048", true},            // 30; digit sum 26
		{"one of La Poste's, by its digit sum", siret, "35600000000132", true}, // 23; digit sum 20
		{"none of La Poste's", siret, "35600000000133", false},                 // 24; digit sum 21
		{"another's, by the digit sum alone", siret, "73282932000004", false},  // 45; digit sum 40
	} {
		got, err := c.read(c.text)
		if (err == nil) != c.ok || c.ok && got != c.text {
			t.Errorf("%s, %s: %v", c.name, c.text, err)
		}
		if r, refused := errors.AsType[domain.Unreadable](err); !c.ok && (!refused || !strings.Contains(r.French, "n'est pas un SIRE")) {
			t.Errorf("%s, %s: %#v", c.name, c.text, err)
		}
	}
}

func TestInseeCode(t *testing.T) {
	read := reader[domain.InseeCode]()
	for _, code := range []string{"01001", "93066", "95680", "2A004", "2B033", "97105", "97411", "97502", "97611", "97701", "98613", "98735", "98818", "75111", "13201"} {
		if got, err := read(code); err != nil || got != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	for _, code := range []string{"", "9306", "930660", "00001", "2C001", "2a004", "96001", "97901", "98301", "99100", "93 66", "93066\n", "９３０６６"} {
		if _, err := read(code); err == nil {
			t.Errorf("%q is read", code)
		} else if r, ok := errors.AsType[domain.Unreadable](err); !ok || !strings.Contains(r.French, "code postal") || !strings.Contains(r.English, "postal code") {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestRna(t *testing.T) {
	for rna, ok := range map[string]bool{"W691085512": true, "W9C1000001": true, "W69108551": false, "W6910855123": false, "w691085512": false, "X691085512": false, "": false} {
		f := leastProject()
		f.Holder.Rna = &rna
		if got := problemsOf(t, f, checkProject) == nil; got != ok {
			t.Errorf("%q: %v", rna, got)
		}
	}
}

// The forms of the list of 2024 (metropolitan, Corsican, overseas) and of the
// older one.
func TestQpvCode(t *testing.T) {
	for code, ok := range map[string]bool{
		"QN09405M": true, "QN00101N": true, "QN02A01M": true, "QN02B02M": true, "QN97411I": true, "QN97652C": true, "QN98701N": true,
		"QP093001": true, "QP2A0001": true,
		"": false, "QN0940M": false, "QN09405": false, "QN09405X": false, "QN02C01M": false, "QN0A205M": false, "QN09405MM": false, "qn09405m": false, "QP09300": false, "09405M": false,
	} {
		f := leastSite()
		f.PriorityDistrict = domain.PriorityDistrict{Standing: domain.QpvNear, Code: new(domain.QpvCode(code))}
		if got := problemsOf(t, f, checkSite) == nil; got != ok {
			t.Errorf("%q: %v", code, got)
		}
	}
}
