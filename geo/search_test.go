package geo

import (
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestSearch(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		query string
		limit int
		want  []domain.InseeCode
	}{
		// The exact name, the most populous first; then longer names.
		{"saint-denis", 3, []domain.InseeCode{"97411", "93066", "11339"}},
		{"  SAINT DENIS ", 1, []domain.InseeCode{"97411"}},
		{"st denis", 1, []domain.InseeCode{"97411"}},
		{"St. Dénis", 1, []domain.InseeCode{"97411"}},
		{"denis saint", 1, []domain.InseeCode{"97411"}},
		{"ste-menehould", 1, []domain.InseeCode{"51507"}},
		{"l'hay", 1, []domain.InseeCode{"94038"}},
		{"l’haÿ-les-roses", 1, []domain.InseeCode{"94038"}},
		{"havre", 1, []domain.InseeCode{"76351"}},
		{"st", 1, []domain.InseeCode{"67482"}}, // Strasbourg, more populous than any Saint-
		{"paris", 2, []domain.InseeCode{"75056", "75115"}},
		{"paris 11e", 1, []domain.InseeCode{"75111"}},
		{"villeurb", 5, []domain.InseeCode{"69266"}},
		{"schoelcher", 1, []domain.InseeCode{"97229"}},
		// By postal code: the arrondissement before its commune, then by population.
		{"75011", 5, []domain.InseeCode{"75111", "75056"}},
		{"93200", 5, []domain.InseeCode{"93066"}},
		{"01 400", 2, []domain.InseeCode{"01093", "01272"}},
		{"750", 1, []domain.InseeCode{"75056"}},
		// Nothing.
		{"", 5, nil},
		{" - ", 5, nil},
		{"99999", 5, nil},
		{"atlantis", 5, nil},
		{"enis", 1, nil}, // a word's middle isn't its beginning
		{"paris", 0, nil},
		{"paris", -1, nil},
		{"%$[(\x00\xff", 5, nil},
	} {
		var got []domain.InseeCode
		for _, commune := range a.Search(c.query, c.limit) {
			got = append(got, commune.Code)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.query, got, c.want)
		}
	}
}

func TestSearchIsBoundedAndFindsEachOnce(t *testing.T) {
	a := atlas(t)
	for _, query := range []string{"saint", "s", "st", "13", strings.Repeat("saint ", 10_000)} {
		found := a.Search(query, 1_000_000_000)
		if len(found) > mostFound {
			t.Errorf("%.10q finds %d", query, len(found))
		}
		seen := map[domain.InseeCode]bool{}
		for _, c := range found {
			if seen[c.Code] {
				t.Errorf("%.10q finds %s twice", query, c.Code)
			}
			seen[c.Code] = true
		}
	}
}

// Whatever a commune is called, its name finds it and only names as exact
// before it.
func TestEveryNameIsFound(t *testing.T) {
	a := atlas(t)
	for i := 0; i < len(a.communes); i += 97 {
		c := &a.communes[i]
		if !slices.Contains(a.Search(c.Name, mostFound), c) {
			t.Errorf("%q doesn't find %s", c.Name, c.Code)
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("st-denis")
	f.Add("75011")
	f.Fuzz(func(t *testing.T, query string) {
		if n := len(atlas(t).Search(query, 10)); n > 10 {
			t.Errorf("%d found", n)
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	a := atlas(b)
	for _, query := range []string{"villeurb", "saint-denis", "s", "75011"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				a.Search(query, 20)
			}
		})
	}
}
