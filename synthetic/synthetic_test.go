package synthetic

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

var loadAtlas = sync.OnceValues(geo.Load)

func generate(t testing.TB, seed uint64, spaces int) (*Set, *geo.Atlas) {
	t.Helper()
	atlas, err := loadAtlas()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Generate(seed, spaces, atlas)
	if err != nil {
		t.Fatal(err)
	}
	return s, atlas
}

// hash is that of the whole stream.
func hash(t *testing.T, s *Set) string {
	t.Helper()
	h := sha256.New()
	out := json.NewEncoder(h)
	write := func(v any) {
		if err := out.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for l := range s.Landlords() {
		write(l)
	}
	for site := range s.Sites() {
		write(site)
	}
	for n := range s.LandlordNeeds() {
		write(n)
	}
	for p := range s.Projects() {
		write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The set of a seed is the same on every machine and for ever: figures that
// were measured with it can be compared. When the change of a share or a new
// edition of the atlas is meant, take the new hash.
func TestTheSetOfASeedIsFixed(t *testing.T) {
	const golden = "1b0792ed40a183da7efb6eae5a69174a3245c806246996a729e9bf36d6388f33"
	s, atlas := generate(t, 1, 500)
	first := hash(t, s)
	if first != golden {
		t.Errorf("the set of seed 1 has the hash %s, not %s (atlas %s)", first, golden, atlas.Version())
	}
	if again := hash(t, s); again != first {
		t.Error("reading a set again gives another")
	}
	fresh, _ := generate(t, 1, 500)
	if again := hash(t, fresh); again != first {
		t.Error("generating a set again gives another")
	}
	other, _ := generate(t, 2, 500)
	if hash(t, other) == first {
		t.Error("seeds 1 and 2 give the same set")
	}
}

func TestEveryRecordIsValid(t *testing.T) {
	for seed := range uint64(3) {
		s, atlas := generate(t, seed, 4_000)
		check := func(name string, validate func(*domain.Problems)) {
			p := &domain.Problems{Root: []string{name}}
			validate(p)
			if err := p.Err(); err != nil {
				t.Errorf("seed %d: %v", seed, err)
			}
		}
		taken := map[string]bool{}
		unique := func(what string) {
			if taken[what] {
				t.Errorf("seed %d: %s stands twice", seed, what)
			}
			taken[what] = true
		}
		territories := map[domain.Siren][]domain.Territory{}
		for l := range s.Landlords() {
			f := l.Fields
			check(f.Name, func(p *domain.Problems) { f.Validate(p, atlas) })
			unique("siren " + string(*f.Siren))
			if !strings.HasPrefix(string(*f.Siren), "000") || !strings.Contains(f.Name, "synthétique") {
				t.Errorf("seed %d: %s, SIREN %s, doesn't look invented", seed, f.Name, *f.Siren)
			}
			if _, before := territories[l.Group]; l.Group != "" && !before {
				t.Errorf("seed %d: %s comes before its group", seed, f.Name)
			}
			territories[*f.Siren] = f.Territories
		}
		spaces := 0
		for site := range s.Sites() {
			f := site.Fields
			check(f.Name, func(p *domain.Problems) { f.Validate(p, atlas) })
			unique("site " + *f.ExternalRef)
			where, known := territories[site.Landlord]
			inside := slices.ContainsFunc(where, func(t domain.Territory) bool {
				return atlas.Within(f.CommuneCode, nil, t).Containment == geo.Inside
			})
			if !known || where != nil && !inside {
				t.Errorf("seed %d: %s is outside the territories of its landlord %s", seed, f.Name, site.Landlord)
			}
			for _, space := range site.Spaces {
				spaces++
				unique("space " + *space.Fields.ExternalRef)
				check(*space.Fields.ExternalRef, func(p *domain.Problems) { space.Fields.Validate(p, calendar.Check) })
			}
		}
		needs := map[domain.Siren]int{}
		for n := range s.LandlordNeeds() {
			f := n.Fields.LandlordNeedFields
			f.Sites = make([]domain.SiteID, len(n.Fields.Sites)) // looked up as they are loaded
			check(*f.ExternalRef, func(p *domain.Problems) { f.Validate(p, atlas, calendar.Check) })
			unique("landlord's need " + *f.ExternalRef)
			if !strings.Contains(f.Title, "synthétique") {
				t.Errorf("seed %d: %q doesn't look invented", seed, f.Title)
			}
			for _, ref := range n.Fields.Sites {
				if !taken["site "+*ref.ExternalRef] {
					t.Errorf("seed %d: %s names the site %s, which isn't there", seed, *f.ExternalRef, *ref.ExternalRef)
				}
			}
			needs[n.Landlord]++
		}
		for siren := range territories {
			if n := needs[siren]; n < 1 || n > 4 {
				t.Errorf("seed %d: the landlord %s has %d needs", seed, siren, n)
			}
		}
		if spaces != s.Spaces() {
			t.Errorf("seed %d: %d spaces, not %d", seed, spaces, s.Spaces())
		}
		for project := range s.Projects() {
			check(project.Fields.Slug, func(p *domain.Problems) { project.Fields.Validate(p, atlas) })
			unique("slug " + project.Fields.Slug)
			for i, n := range project.Needs {
				check(project.Fields.Slug, func(p *domain.Problems) {
					p.Root = append(p.Root, "needs")
					n.Fields.Validate(p, atlas, calendar.Check)
				})
				if i > 3 {
					t.Errorf("seed %d: %s has %d needs", seed, project.Fields.Slug, len(project.Needs))
				}
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ spaces, landlords, projects int }{
		{1, 3, 5}, {100, 6, 5}, {1_000, 18, 5}, {20_000, 84, 10}, {100_000, 189, 50}, {1_000_000, 600, 300}, {MostSpaces, 600, 300},
	} {
		s, _ := generate(t, 7, c.spaces)
		if len(s.landlords) != c.landlords || s.projects != c.projects {
			t.Errorf("%d spaces: %d landlords and %d projects, not %d and %d", c.spaces, len(s.landlords), s.projects, c.landlords, c.projects)
		}
		sum := 0
		for _, l := range s.landlords {
			sum += l.spaces
		}
		if sum != c.spaces {
			t.Errorf("%d spaces: the landlords have %d", c.spaces, sum)
		}
	}
	_, atlas := generate(t, 1, 1)
	for _, n := range []int{0, -1, MostSpaces + 1} {
		if _, err := Generate(1, n, atlas); err == nil {
			t.Errorf("%d spaces are accepted", n)
		}
	}
}

// The largest set is no slower to begin with than the smallest: nothing is
// made before it is read, and who reads may stop anywhere.
func TestASetIsMadeAsItIsRead(t *testing.T) {
	s, _ := generate(t, 3, MostSpaces)
	sites := 0
	for range s.Sites() {
		if sites++; sites == 1_000 {
			break
		}
	}
	if sites != 1_000 {
		t.Errorf("%d sites", sites)
	}
}
