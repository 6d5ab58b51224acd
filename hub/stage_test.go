package hub

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/world"
)

var loadAtlas = sync.OnceValues(geo.Load)

// clock is a clock that tests set. It starts at noon, 1 September 2026.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) tell() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// config is a hub's, on a ledger; what it logs is dropped.
func config(t testing.TB, l ledger.Ledger, clock func() time.Time) Config {
	t.Helper()
	atlas, err := loadAtlas()
	if err != nil {
		t.Fatal(err)
	}
	return Config{Ledger: l, Texts: personal(t, l), Atlas: atlas, Ruleset: "2026-test", Clock: clock, Entropy: rand.Reader,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// personal is a personal store that the test's end closes: that of a ledger in
// memory, or a new one.
func personal(t testing.TB, l ledger.Ledger) texts.Store {
	t.Helper()
	m, inMemory := l.(*memory)
	if inMemory && m.texts != nil {
		return m.texts
	}
	store := personalIn(t, t.TempDir())
	if inMemory {
		m.texts = store
	}
	return store
}

func personalIn(t testing.TB, folder string) texts.Store {
	t.Helper()
	store, err := bolttexts.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// opened is a hub that the test's end closes.
func opened(t testing.TB, c Config) *Hub {
	t.Helper()
	h, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

// stage is a hub with whom and what the tests of commands need.
type stage struct {
	*Hub
	t      testing.TB
	ledger *memory
	clock  *clock
}

func newStage(t testing.TB) *stage {
	t.Helper()
	m, c := newMemory(), newClock()
	return &stage{Hub: opened(t, config(t, m, c.tell)), t: t, ledger: m, clock: c}
}

// Viewers without an organisation.
var (
	staff    = domain.Viewer{Role: domain.RoleStaff, Actor: "act_staff"}
	observer = domain.Viewer{Role: domain.RoleObserver, Actor: "act_observer"}
)

func landlordViewer(id domain.ID) domain.Viewer {
	return domain.Viewer{Role: domain.RoleLandlord, Landlord: domain.LandlordID(id), Actor: "act_" + string(id)}
}

func projectViewer(id domain.ID) domain.Viewer {
	return domain.Viewer{Role: domain.RoleProject, Project: domain.ProjectID(id), Actor: "act_" + string(id)}
}

// do gives a command that must be accepted.
func (s *stage) do(v domain.Viewer, c Command) Outcome {
	s.t.Helper()
	outcome, err := s.Do(s.t.Context(), v, c, "")
	if err != nil {
		s.t.Fatalf("%s: %v", c.Action(), err)
	}
	return outcome
}

// refused gives a command that must be refused, and must leave no trace.
func (s *stage) refused(v domain.Viewer, c Command) []domain.Refusal {
	s.t.Helper()
	before := s.World().Commit()
	_, err := s.Do(s.t.Context(), v, c, "")
	refusals := domain.AsRefusals(err)
	if len(refusals) == 0 {
		s.t.Fatalf("%s: %v, want a refusal", c.Action(), err)
	}
	if now := s.World().Commit(); now != before {
		s.t.Errorf("%s was refused and wrote commit %d", c.Action(), now)
	}
	return refusals
}

// told is what refusals say to a program: "CODE at path", one a line.
func told(refusals []domain.Refusal) string {
	var lines []string
	for _, r := range refusals {
		line := string(r.RefusalCode())
		if path := pathOf(r); path != nil {
			line += " at " + strings.Join(path, ".")
		}
		if a, ok := r.(domain.AlreadyExists); ok && a.ID == nil {
			line += " (whose isn't told)"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func pathOf(r domain.Refusal) []string {
	switch r := r.(type) {
	case domain.InvalidInput:
		return r.Path
	case domain.NotFound:
		return r.Path
	case domain.VersionConflict:
		return r.Path
	case domain.WrongState:
		return r.Path
	case domain.AlreadyExists:
		return r.Path
	case domain.IdempotencyConflict:
		return r.Path
	case domain.TooMany:
		return r.Path
	}
	return nil
}

// The codes of an error's refusals, or what else it is.
func codesOf(err error) string {
	if err == nil {
		return "accepted"
	}
	var codes []string
	for _, r := range domain.AsRefusals(err) {
		codes = append(codes, string(r.RefusalCode()))
	}
	if codes == nil {
		return fmt.Sprintf("%T", err)
	}
	return strings.Join(codes, " ")
}

// Inputs that are right.

func landlordFields(name string) domain.LandlordFields {
	return domain.LandlordFields{Name: name, Kind: domain.LandlordKindOph}
}

func siteFields(ref string) domain.SiteFields {
	return domain.SiteFields{
		Name: "Les Tilleuls", CommuneCode: "93066", Visibility: domain.VisibilityPublic, ExternalRef: optional(ref),
		PriorityDistrict: domain.PriorityDistrict{Standing: domain.QpvUnknown},
	}
}

func spaceFields(ref string) domain.SpaceFields {
	return domain.SpaceFields{
		Label: "Local n° 3", Kind: domain.SpaceKindCollectiveRoom, StepFreeAccess: domain.AccessUnknown,
		Erp: domain.SpaceErp{Category: domain.CategoryUnknown}, VacancyCause: domain.VacancyUnlet,
		Visibility: domain.VisibilityPublic, ExternalRef: optional(ref),
	}
}

func projectFields(slug string) domain.ProjectFields {
	return domain.ProjectFields{
		Slug: slug, Name: slug, Summary: "Une épicerie solidaire.", Holder: domain.ProjectHolder{Name: slug},
		Stage: domain.StageScaling, Domains: []domain.InnovationDomain{domain.DomainInclusion}, Publics: []domain.TargetPublic{domain.PublicAll},
	}
}

func needFields() domain.NeedFields {
	return domain.NeedFields{
		Label: "Une salle le mardi soir", PlacesWanted: 1, SpaceKinds: []domain.SpaceKind{domain.SpaceKindCollectiveRoom},
		Activity: domain.ActivityFoodDistribution, Use: domain.UsePattern{Kind: domain.UseContinuous},
		Duration: domain.NeedDuration{MinMonths: 12}, Territories: []domain.Territory{{Scale: domain.TerritoryCountry}},
	}
}

func landlordNeedFields(ref string, sites ...domain.LandlordSiteRef) domain.StatedLandlordNeed {
	return domain.StatedLandlordNeed{Sites: sites, LandlordNeedFields: domain.LandlordNeedFields{
		Title: "Porter les courses", Domains: []domain.InnovationDomain{domain.DomainInclusion}, Activity: domain.ActivityShoppingHelp,
		Territories: []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "93"}}, Timing: domain.LandlordNeedTiming{Kind: domain.TimingLasting},
		Visibility: domain.VisibilityPublic, ExternalRef: optional(ref),
	}}
}

// optional is a text, or nothing for "".
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func siteByID(id domain.ID) domain.LandlordSiteRef         { return domain.LandlordSiteRef{ID: &id} }
func spaceByID(id domain.ID) domain.VacantSpaceRef         { return domain.VacantSpaceRef{ID: &id} }
func siteByRef(ref string) domain.LandlordSiteRef          { return domain.LandlordSiteRef{ExternalRef: &ref} }
func spaceByRef(ref string) domain.VacantSpaceRef          { return domain.VacantSpaceRef{ExternalRef: &ref} }
func landlordNeedByID(id domain.ID) domain.LandlordNeedRef { return domain.LandlordNeedRef{ID: &id} }
func landlordNeedByRef(ref string) domain.LandlordNeedRef {
	return domain.LandlordNeedRef{ExternalRef: &ref}
}

func landlordNeedOf(r domain.LandlordNeedRef, l domain.ID) domain.LandlordNeedRef {
	r.LandlordID = &l
	return r
}

func of(r domain.LandlordSiteRef, l domain.ID) domain.LandlordSiteRef {
	r.LandlordID = &l
	return r
}

func spaceOf(r domain.VacantSpaceRef, l domain.ID) domain.VacantSpaceRef {
	r.LandlordID = &l
	return r
}

// patched is a patch that must be one.
func patched[F any](t testing.TB, values map[string]any) Patch[F] {
	t.Helper()
	p, err := NewPatch[F](values)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Documents as the newest World has them.

func (s *stage) landlordDoc(id domain.ID) domain.Landlord {
	s.t.Helper()
	row, ok := s.World().Landlord(domain.LandlordID(id))
	return document(s.t, row, ok, id)
}

func (s *stage) siteDoc(id domain.ID) domain.LandlordSite {
	s.t.Helper()
	row, ok := s.World().Site(domain.SiteID(id))
	return document(s.t, row, ok, id)
}

func (s *stage) spaceDoc(id domain.ID) domain.VacantSpace {
	s.t.Helper()
	row, ok := s.World().Space(domain.SpaceID(id))
	return document(s.t, row, ok, id)
}

func (s *stage) projectDoc(id domain.ID) domain.InnovationProject {
	s.t.Helper()
	row, ok := s.World().Project(domain.ProjectID(id))
	return document(s.t, row, ok, id)
}

func (s *stage) needDoc(id domain.ID) domain.HostingNeed {
	s.t.Helper()
	row, ok := s.World().Need(domain.NeedID(id))
	return document(s.t, row, ok, id)
}

func (s *stage) landlordNeedDoc(id domain.ID) domain.LandlordNeed {
	s.t.Helper()
	row, ok := s.World().LandlordNeed(domain.LandlordNeedID(id))
	return document(s.t, row, ok, id)
}

func document[T any](t testing.TB, row *world.Row[T], ok bool, id domain.ID) T {
	t.Helper()
	if !ok {
		t.Fatalf("%s isn't there", id)
	}
	return *row.Doc
}

// wrote are the kinds of documents that a commit changed, in order.
func (s *stage) wrote(commit uint64) string {
	s.t.Helper()
	if commit == 0 {
		return ""
	}
	var kinds []string
	for _, ch := range s.ledger.commits(s.t)[commit-1].Changes {
		kinds = append(kinds, string(ch.Kind))
	}
	return strings.Join(kinds, " ")
}

// Rows that most tests need.

func (s *stage) landlord(name string, publish bool) domain.ID {
	s.t.Helper()
	return s.do(staff, RegisterLandlord{Landlord: landlordFields(name), Publish: publish}).Object
}

func (s *stage) site(landlord domain.ID, ref string, publish bool) domain.ID {
	s.t.Helper()
	return s.do(staff, RegisterSite{LandlordID: &landlord, Site: siteFields(ref), Publish: publish}).Object
}

func (s *stage) space(site domain.ID, ref string, publish bool) domain.ID {
	s.t.Helper()
	return s.do(staff, RegisterSpace{Site: siteByID(site), Space: spaceFields(ref), Publish: publish}).Object
}

func (s *stage) project(slug string, publish bool) domain.ID {
	s.t.Helper()
	return s.do(staff, RegisterProject{Project: projectFields(slug), Publish: publish}).Object
}

func (s *stage) need(project domain.ID, publish bool) domain.ID {
	s.t.Helper()
	return s.do(staff, RegisterNeed{ProjectID: &project, Need: needFields(), Publish: publish}).Object
}

func (s *stage) landlordNeed(landlord domain.ID, ref string, publish bool) domain.ID {
	s.t.Helper()
	return s.do(staff, RegisterLandlordNeed{LandlordID: &landlord, Need: landlordNeedFields(ref), Publish: publish}).Object
}

// is tells whether an error is of a type.
func is[E error](err error) bool { _, ok := errors.AsType[E](err); return ok }

// sirens are numbers with a right check digit.
var sirens = slices.Collect(func(yield func(domain.Siren) bool) {
	for n := 100_000_000; ; n++ {
		if s := domain.Siren(fmt.Sprint(n)); s.Validate() == nil && !yield(s) {
			return
		}
		if n == 100_000_200 {
			return
		}
	}
})
