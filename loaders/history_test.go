package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/loaders"
	"github.com/palier-hub/palier/world"
)

// lived is a village with the World of each of its commits.
type lived struct {
	apitest.Village
	t      *testing.T
	worlds []*world.World // by number; the first is nil
}

func newLived(t *testing.T) *lived {
	l := &lived{Village: apitest.NewVillage(t), t: t}
	l.worlds = make([]*world.World, l.Hub.World().Commit()+1)
	l.worlds[l.Hub.World().Commit()] = l.Hub.World()
	return l
}

// do keeps a command that may be refused, and the World after it.
func (l *lived) do(by domain.Viewer, c hub.Command) (domain.ID, bool) {
	l.t.Helper()
	outcome, err := l.Hub.Do(l.t.Context(), by, c, "")
	if _, refused := errors.AsType[domain.Refusal](err); refused || errors.As(err, new(domain.Refusals)) {
		return "", false
	}
	if err != nil {
		l.t.Fatalf("%s: %v", c.Action(), err)
	}
	if outcome.Commit == uint64(len(l.worlds)) {
		l.worlds = append(l.worlds, outcome.World)
	}
	return outcome.Object, true
}

// must is do for a command that isn't refused.
func (l *lived) must(by domain.Viewer, c hub.Command) domain.ID {
	l.t.Helper()
	id, ok := l.do(by, c)
	if !ok {
		l.t.Fatalf("%s was refused", c.Action())
	}
	return id
}

func (l *lived) as(v domain.Viewer) *loaders.Session {
	return openerOf(l.t, l.Hub, 1).Open(v, domain.French)
}

func (l *lived) viewers() []domain.Viewer {
	viewers := []domain.Viewer{apitest.Staff, apitest.Observer, apitest.Anonymous}
	for _, name := range []string{"group", "monts", "plaine", "cantine", "scene"} {
		v, ok := l.Viewer(name)
		if !ok {
			l.t.Fatal(name)
		}
		viewers = append(viewers, v)
	}
	return viewers
}

func history(t *testing.T, page *domain.ObjectVersionConnection, err error) []*domain.ObjectVersion {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if page.TotalCount != len(page.Nodes) {
		t.Fatalf("%d versions counted, %d shown", page.TotalCount, len(page.Nodes))
	}
	return page.Nodes
}

// relabel changes a space's label and visibility.
func relabel(t testing.TB, id domain.SpaceID, version int, label string, v domain.Visibility) hub.Command {
	t.Helper()
	changes, err := hub.NewPatch[domain.SpaceFields](map[string]any{"Label": label, "Visibility": v})
	if err != nil {
		t.Fatal(err)
	}
	return hub.ChangeSpace{Space: domain.VacantSpaceRef{ID: new(domain.ID(id))}, ExpectedVersion: &version, Changes: changes}
}

var all = loaders.Page{First: 100}

// TestHistoriesOfSpaces compares, for each viewer and each commit of a random life
// in which spaces, sites and landlords come into sight and go, what is shown of a
// space with what that viewer saw of the World of then.
func TestHistoriesOfSpaces(t *testing.T) {
	l := newLived(t)
	r := rand.New(rand.NewPCG(1, 1))
	spaces := []domain.SpaceID{domain.SpaceID(l.IDs["salle"]), domain.SpaceID(l.IDs["loge"]), domain.SpaceID(l.IDs["brouillon"])}
	begun := len(l.worlds)
	landlord, site := domain.ID(l.IDs["monts"]), domain.ID(l.IDs["colline"])
	steps := []domain.Publication{domain.PublicationPublished, domain.PublicationWithdrawn}
	for n := range 150 {
		space := domain.ID(spaces[r.IntN(len(spaces))])
		to := steps[r.IntN(2)]
		switch r.IntN(8) {
		case 0:
			l.do(apitest.Staff, hub.StepLandlord{ID: landlord, To: to})
		case 1:
			l.do(apitest.Staff, hub.StepSite{Site: domain.LandlordSiteRef{ID: &site}, To: to})
		case 2, 3:
			l.do(apitest.Staff, hub.StepSpace{Space: domain.VacantSpaceRef{ID: &space}, To: to})
		default:
			row, _ := l.Hub.World().Space(domain.SpaceID(space))
			l.do(apitest.Staff, relabel(t, row.Doc.ID, row.Doc.Version, fmt.Sprint("Version ", n),
				[]domain.Visibility{domain.VisibilityPublic, domain.VisibilityNetwork, domain.VisibilityPrivate}[r.IntN(3)]))
		}
	}
	now := l.Hub.World()
	for _, viewer := range l.viewers() {
		for _, id := range spaces {
			present, _ := now.Space(id)
			sees := viewer.MaySee(*present.Sight)
			// What the viewer could have read, by its version.
			var want []int
			shown := make(map[string]bool)
			writtenBy, last := make(map[int]int), 0
			for n := begun - 1; n < len(l.worlds); n++ {
				row, _ := l.worlds[n].Space(id)
				if row.Doc.Version != last {
					last = row.Doc.Version
					writtenBy[last] = n
					if n == begun-1 { // from before
						for v := range row.Versions() {
							writtenBy[last] = int(v.Commit)
							break
						}
					}
				}
				could := sees && viewer.MaySee(*row.Sight)
				got, ok, err := l.as(viewer).SpaceAsOf(t.Context(), id, domain.AsOf{Commit: &n})
				if err != nil || ok != could || ok && (got.Label != row.Doc.Label || got.Version != row.Doc.Version || got.Visibility != row.Doc.Visibility) {
					t.Fatalf("%s as of commit %d for %+v: %+v %v %v, saw %v of %+v", id, n, viewer, got, ok, err, could, row.Doc)
				}
				if could {
					shown[row.Doc.Label] = true
					if by := writtenBy[last]; !slices.Contains(want, by) {
						want = append([]int{by}, want...)
					}
				}
			}
			page, err := l.as(viewer).SpaceHistory(t.Context(), present.Doc, domain.VersionFilter{FromCommit: new(writtenBy[firstVersion(writtenBy)])}, all)
			var got []int
			for _, v := range history(t, page, err) {
				got = append(got, v.Commit)
				if (v.Actor != nil) != viewer.IsStaff() || (v.Action != nil) != viewer.SeesManagement(present.Sight.Ownership) {
					t.Errorf("%+v is told by whom and how: %+v", viewer, v)
				}
				for _, change := range v.Changes {
					if strings.HasPrefix(change.Path, "management.") && !viewer.SeesManagement(present.Sight.Ownership) {
						t.Errorf("%+v is told %s", viewer, change.Message(domain.French))
					}
					for _, value := range []*domain.FieldValue{change.Before, change.After} {
						if change.Path == "label" && !shown[value.Display(domain.French)] {
							t.Errorf("%+v couldn't ever see %s", viewer, change.Message(domain.French))
						}
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: history of %s is %v, want %v", viewer, id, got, want)
			}
		}
	}
}

func firstVersion(of map[int]int) (first int) {
	for v := range of {
		if first == 0 || v < first {
			first = v
		}
	}
	return first
}

// TestHistoryAcrossSights: public and then private, and the other way round; and
// what lies between two versions that a viewer sees isn't told, nor counted.
func TestHistoryAcrossSights(t *testing.T) {
	l := newLived(t)
	salle, loge := domain.SpaceID(l.IDs["salle"]), domain.SpaceID(l.IDs["loge"])
	state := func(id domain.SpaceID, label string, v domain.Visibility) int {
		row, _ := l.Hub.World().Space(id)
		l.must(apitest.Staff, relabel(t, id, row.Doc.Version, label, v))
		return int(l.Hub.World().Commit())
	}
	public := l.as(apitest.Anonymous)
	state(salle, "Cachée", domain.VisibilityPrivate)
	row, _ := l.Hub.World().Space(salle)
	if page, err := public.SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{}, all); len(history(t, page, err)) != 0 {
		t.Errorf("public then, private now: %+v", page.Nodes)
	}
	if was, ok, err := public.SpaceAsOf(t.Context(), salle, domain.AsOf{Commit: new(int(l.Hub.World().Commit()) - 1)}); ok || err != nil {
		t.Errorf("public then, private now: %+v %v", was, err)
	}
	again := state(salle, "Montrée", domain.VisibilityPublic)
	row, _ = l.Hub.World().Space(salle)
	page, err := l.as(apitest.Anonymous).SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{}, all)
	versions := history(t, page, err)
	if len(versions) != 2 || versions[0].Commit != again || len(versions[0].Changes) != 1 || versions[0].Changes[0].Message(domain.French) != "désignation : Salle commune → Montrée" || len(versions[1].Changes) != 0 {
		t.Errorf("public, private, public: %+v", versions)
	}
	page, err = l.as(apitest.Staff).SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{}, all)
	if versions := history(t, page, err); len(versions) != 3 || versions[0].Changes[0].Message(domain.French) != "désignation : Cachée → Montrée" {
		t.Errorf("for staff: %+v", versions)
	}
	// A private version of what is public now.
	shown := state(loge, "Ouverte", domain.VisibilityPublic)
	row, _ = l.Hub.World().Space(loge)
	page, err = l.as(apitest.Anonymous).SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{}, all)
	if versions := history(t, page, err); len(versions) != 1 || versions[0].Commit != shown || len(versions[0].Changes) != 0 {
		t.Errorf("private then, public now: %+v", versions)
	}
	if was, ok, err := l.as(apitest.Anonymous).SpaceAsOf(t.Context(), loge, domain.AsOf{Commit: new(shown - 1)}); ok || err != nil {
		t.Errorf("private then, public now: %+v %v", was, err)
	}
}

// request takes a hosting request of scene to its agreement on the room of monts.
func (l *lived) request(until int) domain.RequestID {
	l.t.Helper()
	monts, _ := l.Viewer("monts")
	scene, _ := l.Viewer("scene")
	need, room, today := domain.ID(l.IDs["theatre"]), domain.ID(l.IDs["salle"]), domain.NewDate(2026, 11, 22)
	space := domain.VacantSpaceRef{ID: &room}
	id := l.must(scene, hub.DraftRequest{NeedID: &need, Request: domain.StatedRequest{Spaces: []domain.VacantSpaceRef{space},
		Start: &domain.StartWindow{Earliest: &today}, Surface: &domain.SurfaceRange{MinM2: new(40.0)}}})
	for _, step := range []struct {
		by domain.Viewer
		c  hub.Command
	}{
		{scene, hub.ChangeRequest{ID: id, Request: domain.StatedRequest{Surface: &domain.SurfaceRange{MinM2: new(50.0)}}}},
		{scene, hub.SubmitRequest{ID: id}},
		{apitest.Staff, hub.SendRequest{ID: id, DueOn: domain.NewDate(2026, 12, 31)}},
		{monts, hub.RecordVisit{ID: id, On: today, Outcome: domain.VisitSuitable}},
		{monts, hub.ScopeRequest{ID: id, Space: &space, Form: domain.FormLoanForUse, Entrusted: "La salle.", Charges: domain.ChargesNone}},
		{monts, hub.RecordConsultation{ID: id, NoAssociation: true}},
		{monts, hub.ProposeConvention{ID: id, Convention: domain.HostingConvention{Form: domain.FormLoanForUse, From: today, Until: domain.NewDate(2027, 12, 31),
			Fee: domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree}, Insured: true, Restitution: domain.RestitutionAsFound}}},
		{scene, hub.ConsentToConvention{ID: id, Revision: 1}},
		{monts, hub.SignConvention{ID: id, On: today}},
		{scene, hub.AgreeToPublish{ID: id}},
		{monts, hub.AgreeToPublish{ID: id}},
		{monts, hub.HandOver{ID: id, On: today}},
	}[:until] {
		l.must(step.by, step.c)
	}
	return domain.RequestID(id)
}

// TestHistoryOfARequest: its project knows all of it, its landlord what came since
// it was sent, others nothing.
func TestHistoryOfARequest(t *testing.T) {
	l := newLived(t)
	id := l.request(12)
	monts, _ := l.Viewer("monts")
	scene, _ := l.Viewer("scene")
	row, _ := l.Hub.World().Request(id)
	log := row.Doc.Log
	for _, tc := range []struct {
		viewer domain.Viewer
		from   int
	}{{scene, 0}, {apitest.Staff, 0}, {monts, 3}, {apitest.Anonymous, len(log)}, {apitest.Observer, len(log)}} {
		page, err := l.as(tc.viewer).RequestHistory(t.Context(), row.Doc, domain.VersionFilter{}, loaders.Page{First: 100, Facets: true})
		versions := history(t, page, err)
		if len(versions) != len(log)-tc.from {
			t.Fatalf("%+v is told %d versions", tc.viewer, len(versions))
		}
		counted := 0
		for _, c := range page.Facets[0].Counts {
			counted += c.Count
		}
		if counted != len(versions) {
			t.Errorf("%d actions counted", counted)
		}
		for i, v := range versions {
			step := log[len(log)-1-i]
			if v.Commit != step.CommitNumber() || v.Step.Action != step.Action || *v.Party() != step.Party || v.ActionLabel(domain.French) == nil ||
				*v.ActionLabel(domain.French) != step.ActionLabel(domain.French) || (v.Actor != nil) != tc.viewer.IsStaff() {
				t.Errorf("%+v: %+v", tc.viewer, v)
			}
			if len(v.Changes) == 0 && i+1 < len(versions) {
				t.Errorf("%s changed nothing", step.Action)
			}
		}
		for n, w := range l.worlds {
			if w == nil {
				continue
			}
			then, there := w.Request(id)
			could := there && tc.viewer.MaySee(*then.Sight) && tc.viewer.MaySee(*row.Sight)
			s := l.as(tc.viewer)
			got, ok, err := s.RequestAsOf(t.Context(), id, domain.AsOf{Commit: &n})
			if err != nil || ok != could || ok && (got.Status != then.Doc.Status || len(got.Log) != len(then.Doc.Log)) {
				t.Fatalf("as of %d for %+v: %+v %v", n, tc.viewer, got, err)
			}
			if ok && len(s.AllowedTransitions(got)) > 0 {
				t.Error("what was can't be acted on")
			}
		}
	}
	// The placement is there from when both sides agreed.
	placement := domain.PlacementIDOf(id)
	now, _ := l.Hub.World().Placement(placement)
	page, err := l.as(apitest.Anonymous).PlacementHistory(t.Context(), now.Doc, domain.VersionFilter{}, all)
	versions := history(t, page, err)
	if len(versions) != 2 || versions[0].Step != nil || versions[0].Action != nil || len(versions[0].Changes) != 1 || versions[0].Changes[0].Path != "status" {
		t.Errorf("the placement for all: %+v", versions)
	}
	page, err = l.as(scene).PlacementHistory(t.Context(), now.Doc, domain.VersionFilter{}, all)
	if versions := history(t, page, err); len(versions) != 2 || versions[0].Step.Action != domain.ActionHandOver || *versions[0].Action != "request.hand_over" {
		t.Errorf("the placement for its project: %+v", versions)
	}
	if was, ok, err := l.as(apitest.Anonymous).PlacementAsOf(t.Context(), placement, domain.AsOf{Commit: new(len(l.worlds) - 2)}); err != nil || !ok || was.Status != domain.RequestSigned {
		t.Errorf("the placement as it was: %+v %v", was, err)
	}
	if was, ok, err := l.as(apitest.Anonymous).PlacementAsOf(t.Context(), placement, domain.AsOf{Commit: new(len(l.worlds) - 3)}); err != nil || ok {
		t.Errorf("the placement before it was one: %+v %v", was, err)
	}
}

// TestAsOfATime finds what stood at an instant and at the end of a day in Paris.
func TestAsOfATime(t *testing.T) {
	l := newLived(t)
	id := l.request(12)
	scene, _ := l.Viewer("scene")
	for n, w := range l.worlds {
		if w == nil {
			continue
		}
		then, there := w.Request(id)
		for moment, there := range map[time.Time]bool{w.Time(): there, w.Time().Add(time.Millisecond - 1): there} {
			got, ok, err := l.as(scene).RequestAsOf(t.Context(), id, domain.AsOf{At: &moment})
			if err != nil || ok != there || ok && len(got.Log) != len(then.Doc.Log) {
				t.Fatalf("at %s of commit %d: %+v %v %v", moment, n, got, ok, err)
			}
		}
	}
	today := domain.DateOf(apitest.Start.In(geo.Location("")))
	if got, ok, err := l.as(scene).RequestAsOf(t.Context(), id, domain.AsOf{On: &today}); err != nil || !ok || got.Status != domain.RequestPilot {
		t.Errorf("today: %+v %v", got, err)
	}
	if got, ok, err := l.as(scene).RequestAsOf(t.Context(), id, domain.AsOf{On: new(today - 1)}); err != nil || ok {
		t.Errorf("yesterday: %+v %v", got, err)
	}
	for name, as := range map[string]domain.AsOf{
		"none": {}, "two": {Commit: new(1), On: &today}, "a commit to come": {Commit: new(100_000)}, "a negative commit": {Commit: new(-1)},
		"a day to come": {On: new(today + 1)}, "an instant to come": {At: new(apitest.Start.AddDate(0, 0, 1))},
	} {
		_, _, err := l.as(scene).RequestAsOf(t.Context(), id, as)
		if _, refused := errors.AsType[domain.Refusal](err); !refused && !errors.As(err, new(domain.Refusals)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPagesOfAHistory: page by page it is the whole, each page with the differences
// from the one before; and an operation reads so many commits at most.
func TestPagesOfAHistory(t *testing.T) {
	l := newLived(t)
	salle := domain.SpaceID(l.IDs["salle"])
	for n := range 320 {
		l.must(apitest.Staff, relabel(t, salle, n+1, fmt.Sprint("Salle ", n), domain.VisibilityPublic))
	}
	row, _ := l.Hub.World().Space(salle)
	var got []string
	var after *string
	for pages := 0; ; pages++ {
		page, err := l.as(apitest.Anonymous).SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{}, loaders.Page{First: 50, After: after})
		if err != nil {
			t.Fatal(err)
		}
		if page.TotalCount != 321 {
			t.Errorf("%d versions", page.TotalCount)
		}
		for _, v := range page.Nodes {
			if len(v.Changes) == 1 {
				got = append(got, v.Changes[0].Message(domain.English))
			}
		}
		if after = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
			break
		}
	}
	if len(got) != 320 || got[0] != "label: Salle 318 → Salle 319" || got[319] != "label: Salle commune → Salle 0" {
		t.Errorf("%d changes: %v … %v", len(got), got[0], got[len(got)-1])
	}
	s := l.as(apitest.Anonymous)
	var tooMuch *loaders.TooMuchPastError
	for i := range 4 {
		page, err := s.SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{UntilCommit: new(int(l.Hub.World().Commit()) - 100*i)}, all)
		if i < 2 && err != nil || i == 3 && !errors.As(err, &tooMuch) {
			t.Errorf("part %d: %v %v", i, page, err)
		}
	}
	if page, err := l.as(apitest.Anonymous).SpaceHistory(t.Context(), row.Doc, domain.VersionFilter{FromCommit: new(1_000_000)}, all); len(history(t, page, err)) != 0 {
		t.Errorf("of commits to come: %+v", page)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := l.as(apitest.Anonymous).SpaceHistory(ended, row.Doc, domain.VersionFilter{}, all); !errors.Is(err, context.Canceled) {
		t.Errorf("of one who left: %v", err)
	}
}

// BenchmarkHistory is a full page of the versions of a space.
func BenchmarkHistory(b *testing.B) {
	s := apitest.NewVillage(b)
	salle := domain.SpaceID(s.IDs["salle"])
	for n := range 100 {
		apitest.Do[domain.ID](b, s.Server, relabel(b, salle, n+1, fmt.Sprint("Salle ", n), domain.VisibilityPublic))
	}
	row, _ := s.Hub.World().Space(salle)
	opener := openerOf(b, s.Hub, 1)
	for b.Loop() {
		if _, err := opener.Open(apitest.Staff, domain.French).SpaceHistory(b.Context(), row.Doc, domain.VersionFilter{}, all); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*100), "µs/version")
}
