package match

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/palier-hub/palier/domain"
)

// reaches is a Reach by codes, without the places where nothing was found.
type reaches struct {
	anywhere     Status
	departements map[domain.DepartementCode]Status
	districts    map[domain.QpvCode]Status
}

func newReaches() reaches {
	return reaches{Fail, map[domain.DepartementCode]Status{}, map[domain.QpvCode]Status{}}
}

// noteBest notes a finding at a place, unless there is none better yet.
func noteBest[C ~string](at map[C]Status, code C, s Status) {
	if old, ok := at[code]; s != Fail && code != "" && (!ok || s < old) {
		at[code] = s
	}
}

func (r Reach) byCode(c *Cover) reaches {
	out := newReaches()
	out.anywhere = r.Anywhere
	for i, s := range r.Departements {
		noteBest(out.departements, c.Departements()[i], s)
	}
	for i, s := range r.Districts {
		noteBest(out.districts, c.Districts()[i], s)
	}
	return out
}

// plainlyCovered is the same by the assessment of all the pairs.
func (s *stock) plainlyCovered(t testing.TB, v domain.Viewer, questions []*Question) (needs []reaches, spaces map[domain.SpaceID]Status) {
	t.Helper()
	spaces = make(map[domain.SpaceID]Status)
	published := func(r *stockRow) bool {
		return r.Landlord != nil && r.Space.State == domain.PublicationPublished && r.Site.State == domain.PublicationPublished && r.Landlord.State == domain.PublicationPublished
	}
	for id, r := range s.rows {
		if v.MaySee(r.sight) && published(r) {
			spaces[id] = Fail
		}
	}
	for _, q := range questions {
		need := newReaches()
		for id, best := range spaces {
			r := s.rows[id]
			found := q.Assess(r.Candidate).Worst
			spaces[id] = min(best, found)
			need.anywhere = min(need.anywhere, found)
			if c, ok := atlas(t).Commune(r.Site.CommuneCode); ok {
				noteBest(need.departements, c.Departement, found)
			}
			if code := r.Site.PriorityDistrict.Code; code != nil {
				noteBest(need.districts, *code, found)
			}
		}
		needs = append(needs, need)
	}
	return needs, spaces
}

func covered(t testing.TB, c *Cover, v domain.Viewer, questions []*Question) (needs []reaches, spaces map[domain.SpaceID]Status) {
	t.Helper()
	for _, q := range questions {
		r, err := c.Ask(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		needs = append(needs, r.byCode(c))
	}
	spaces = make(map[domain.SpaceID]Status)
	for x, s := range c.Covered().Spaces(c.search.columns, v, Where{}) {
		spaces[x.ID] = s
	}
	return needs, spaces
}

// checkStock counts the spaces of every place again, and lists them.
func (s *stock) checkStock(t testing.TB, c *Cover, v domain.Viewer, spaces map[domain.SpaceID]Status) {
	t.Helper()
	check := func(where Where, got Stock) {
		t.Helper()
		want, listed := make(Stock), make(map[domain.SpaceID]Status)
		for id, best := range spaces {
			site := s.rows[id].Site
			commune, ok := atlas(t).Commune(site.CommuneCode)
			if where.Departement != "" && (!ok || commune.Departement != where.Departement) || where.District != "" && !where.holds(site) {
				continue
			}
			want.add(s.rows[id].Space.Kind, best, 1)
			listed[id] = best
		}
		if !maps.Equal(got, want) {
			t.Errorf("%+v: %v, want %v", where, got, want)
		}
		for space, best := range c.Covered().Spaces(s.columns, v, where) {
			if expected, ok := listed[space.ID]; !ok || best != expected {
				t.Errorf("%+v lists %s", where, space.ID)
			}
			delete(listed, space.ID)
		}
		if len(listed) > 0 {
			t.Errorf("%+v leaves out %v", where, listed)
		}
	}
	all, departements, districts := c.Stock()
	check(Where{}, all)
	for i, code := range c.Departements() {
		check(Where{Departement: code}, departements[i])
	}
	for i, code := range c.Districts() {
		check(Where{District: code}, districts[i])
	}
	if other := s.columns.Clone(); c.Covered().Of(other) {
		t.Error("what was found of some columns is taken for others'")
	}
}

func sameReaches(a, b reaches) bool {
	return a.anywhere == b.anywhere && maps.Equal(a.departements, b.departements) && maps.Equal(a.districts, b.districts)
}

// TestCoverIsAllThePairs: who has a counterpart, and where, is what assessing
// every pair says, for any rows, questions and viewers, in any order of the
// questions, and when several goroutines ask.
func TestCoverIsAllThePairs(t *testing.T) {
	eligible, uncertain, none, inDistrict := 0, 0, 0, 0
	seeded(t, 400, func(t *testing.T, d dice) {
		s := d.newStock(t, 1+d.IntN(90))
		for _, site := range s.sites {
			if d.chance(50) {
				site.PriorityDistrict = domain.PriorityDistrict{Standing: domain.QpvInside, Code: new(pick(d, domain.QpvCode("QN06901M"), "QN06902M", "QN07501M"))}
			}
		}
		for _, r := range s.rows {
			if d.chance(60) {
				r.Space.State, r.Site.State = domain.PublicationPublished, domain.PublicationPublished
			}
		}
		for _, r := range s.rows {
			s.put(r)
		}
		d.change(s)
		v := d.viewer()
		e := NewEngine(atlas(t), ruleset(t), today, v.SeesConfidential())
		var questions []*Question
		for i := range 1 + d.IntN(5) {
			questions = append(questions, e.Prepare(pick(d, d.subject(i+1), caracol(), vrac())))
		}
		wantNeeds, wantSpaces := s.plainlyCovered(t, v, questions)
		check := func(how string, needs []reaches, spaces map[domain.SpaceID]Status) {
			t.Helper()
			if !slices.EqualFunc(needs, wantNeeds, sameReaches) {
				t.Fatalf("%s: needs %v, want %v", how, needs, wantNeeds)
			}
			if !maps.Equal(spaces, wantSpaces) {
				t.Fatalf("%s: spaces %v, want %v", how, spaces, wantSpaces)
			}
		}
		ordered := NewCover(s.columns, v)
		needs, spaces := covered(t, ordered, v, questions)
		check("in order", needs, spaces)
		s.checkStock(t, ordered, v, wantSpaces)
		slices.Reverse(questions)
		needs, spaces = covered(t, NewCover(s.columns, v), v, questions)
		slices.Reverse(needs)
		slices.Reverse(questions)
		check("reversed", needs, spaces)

		c := NewCover(s.columns, v)
		beside := make([]reaches, len(questions))
		var work errgroup.Group
		for i, q := range questions {
			work.Go(func() error {
				r, err := c.Ask(context.Background(), q)
				beside[i] = r.byCode(c)
				return err
			})
		}
		if err := work.Wait(); err != nil {
			t.Fatal(err)
		}
		_, spaces = covered(t, c, v, nil)
		check("beside each other", beside, spaces)
		for _, n := range wantNeeds {
			inDistrict += len(n.districts)
		}
		for _, status := range wantSpaces {
			switch status {
			case Pass:
				eligible++
			case Unknown:
				uncertain++
			default:
				none++
			}
		}
	})
	t.Logf("spaces: %d with an eligible need, %d with an uncertain one, %d with none; %d findings in districts", eligible, uncertain, none, inDistrict)
	if eligible == 0 || uncertain == 0 || none == 0 || inDistrict == 0 {
		t.Error("a case never came up: the test compares too little")
	}
}

func TestCoverEndsWithItsContext(t *testing.T) {
	seeded(t, 1, func(t *testing.T, d dice) {
		s := d.newStock(t, 40)
		for _, r := range s.rows {
			r.Space.State, r.Site.State = domain.PublicationPublished, domain.PublicationPublished
			for _, l := range s.landlords {
				l.State = domain.PublicationPublished
			}
		}
		for _, r := range s.rows {
			s.put(r)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		staff := domain.Viewer{Role: domain.RoleStaff}
		if _, err := NewCover(s.columns, staff).Ask(ctx, NewEngine(atlas(t), ruleset(t), today, true).Prepare(caracol())); !errors.Is(err, context.Canceled) {
			t.Error(fmt.Sprint("an ended context is not noticed: ", err))
		}
	})
}
