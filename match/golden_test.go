package match

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden keeps whole matches as people read them. After a deliberate
// change: go test ./match -run Golden -update, and read the difference.
func TestGolden(t *testing.T) {
	for _, tc := range []struct {
		name         string
		confidential bool
		pair         func() (Subject, Candidate)
	}{
		{"caracol-building", true, func() (Subject, Candidate) { return caracol(), building() }},
		{"caracol-near-miss", true, func() (Subject, Candidate) {
			c := building() // works begin ten weeks too early
			c.Space.Availability.Until = on("2028-05-20")
			return caracol(), c
		}},
		{"caracol-room", true, func() (Subject, Candidate) { return caracol(), room() }},
		{"vrac-room", true, func() (Subject, Candidate) { return vrac(), room() }},
		{"vrac-room-seen-by-the-public", false, func() (Subject, Candidate) {
			c := room()
			c.Space.Cost = &domain.Cost{Amount: 6_000, Currency: domain.CurrencyEur, Basis: domain.CostPerMonth}
			c.Space.OccupancyForms = []domain.OccupancyForm{domain.FormShortLease}
			return vrac(), c
		}},
		{"vrac-hardly-known", true, func() (Subject, Candidate) {
			c := room()
			c.Space.SpaceFields = domain.SpaceFields{Label: "Local à visiter", Kind: domain.SpaceKindCollectiveRoom}
			c.Site.PriorityDistrict, c.Site.ResidentPublics = domain.PriorityDistrict{}, nil
			c.Landlord.Priorities, c.Landlord.Practices = nil, nil
			return vrac(), c
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, c := tc.pair()
			got := render(NewEngine(atlas(t), ruleset(t), today, tc.confidential).Prepare(s).Explain(c))
			file := filepath.Join("testdata", tc.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs:\n%s", file, got)
			}
		})
	}
}

// render writes a match in full, no-break spaces made visible.
func render(e Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %.1f points, reliability %.3f, ruleset %s\n", e.Eligibility, e.Score(), e.Reliability(), e.Ruleset.Version)
	if e.DistanceMetres != nil {
		fmt.Fprintf(&b, "distance %d m\n", *e.DistanceMetres)
	}
	if n := e.NearMiss; n != nil {
		fmt.Fprintf(&b, "near miss: %s", n.Criterion)
		if n.Gap != nil {
			fmt.Fprintf(&b, " by %v %s", *n.Gap, *n.Unit)
		}
		fmt.Fprintf(&b, "\n  %s\n  %s\n", n.Message(domain.French), n.Message(domain.English))
	}
	for _, c := range e.Criteria {
		fmt.Fprintf(&b, "\n%s %s", c.Code, c.Status)
		if c.Kind == domain.CriterionSoft {
			fmt.Fprintf(&b, ", weight %d", c.Weight)
		}
		if c.ScoreThousandths != nil {
			fmt.Fprintf(&b, ", score %.3f, %.2f points", *c.Score(), *c.Contribution())
		}
		b.WriteString("\n")
		value(&b, "wanted", c.Wanted)
		value(&b, "offered", c.Offered)
		if c.Source != nil {
			fmt.Fprintf(&b, "  source: %s", *c.Source)
			if c.AsOf != nil {
				fmt.Fprintf(&b, ", %s", c.AsOf)
			}
			b.WriteString("\n")
		}
		for _, l := range []domain.Locale{domain.French, domain.English} {
			fmt.Fprintf(&b, "  %s\n", c.Message(l))
			if q := c.Question(l); q != nil {
				fmt.Fprintf(&b, "  > %s\n", *q)
			}
		}
	}
	return strings.NewReplacer("\u00a0", "_", "\u202f", "_").Replace(b.String())
}

func value(b *strings.Builder, name string, v domain.CriterionValue) {
	if v != nil {
		fmt.Fprintf(b, "  %s: %s\n", name, v.Display(domain.French))
	}
}
