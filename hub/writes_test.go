package hub

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// What each command writes: which documents, and the record of its object.
func TestWrites(t *testing.T) {
	s := newStage(t)
	begun := s.clock.tell()
	tick := func() time.Time { s.clock.move(time.Minute); return s.clock.tell() }
	const draft, published, withdrawn, archived = domain.PublicationDraft, domain.PublicationPublished, domain.PublicationWithdrawn, domain.PublicationArchived

	mine := s.landlord("mine", true)
	me, site := landlordViewer(mine), s.site(mine, "S1", true)
	space, project := s.space(site, "L1", true), s.project("epicerie", true)
	holder, need := projectViewer(project), s.need(project, true)
	wanted := s.landlordNeed(mine, "N1", true)

	record := func(id domain.ID) domain.Record {
		switch id.Kind() {
		case domain.KindLandlord:
			return s.landlordDoc(id).Record
		case domain.KindSite:
			return s.siteDoc(id).Record
		case domain.KindSpace:
			return s.spaceDoc(id).Record
		case domain.KindProject:
			return s.projectDoc(id).Record
		case domain.KindLandlordNeed:
			return s.landlordNeedDoc(id).Record
		}
		return s.needDoc(id).Record
	}
	for _, test := range []struct {
		viewer  domain.Viewer
		command Command
		object  domain.ID // "" for a new one
		wrote   string
		version int
		state   domain.Publication
	}{
		{staff, RegisterLandlord{Landlord: landlordFields("new")}, "", "landlord", 1, draft},
		{staff, RegisterLandlord{Landlord: landlordFields("new"), Publish: true}, "", "landlord", 1, published},
		{me, ChangeLandlord{ID: mine, Changes: patched[domain.LandlordFields](t, map[string]any{"Name": ptr("Nous")})}, mine, "landlord", 2, published},
		{me, StepLandlord{ID: mine, To: withdrawn}, mine, "landlord", 3, withdrawn},
		{me, StepLandlord{ID: mine, To: published, ExpectedVersion: ptr(3)}, mine, "landlord", 4, published},

		{me, RegisterSite{Site: siteFields("")}, "", "site", 1, draft},
		{staff, RegisterSite{LandlordID: &mine, Site: siteFields(""), Publish: true}, "", "site", 1, published},
		{me, UpsertSite{Site: siteFields("S2"), Publish: true}, "", "site", 1, published},
		{me, ChangeSite{Site: siteByID(site), ExpectedVersion: ptr(1), Changes: patched[domain.SiteFields](t, map[string]any{"Name": ptr("x")})}, site, "site", 2, published},
		{staff, ChangeSite{Site: of(siteByRef("S1"), mine), Changes: patched[domain.SiteFields](t, map[string]any{"Name": ptr("y")})}, site, "site", 3, published},
		{me, UpsertSite{Site: siteFields("S1")}, site, "site", 4, published},
		{me, StepSite{Site: siteByRef("S1"), To: withdrawn}, site, "site", 5, withdrawn},
		{me, StepSite{Site: siteByID(site), To: published, ExpectedVersion: ptr(5)}, site, "site", 6, published},

		{me, RegisterSpace{Site: siteByRef("S1"), Space: spaceFields("")}, "", "space", 1, draft},
		{me, UpsertSpace{Site: siteByID(site), Space: spaceFields("L2"), Publish: true}, "", "space", 1, published},
		{me, ChangeSpace{Space: spaceByID(space), ExpectedVersion: ptr(1), Changes: patched[domain.SpaceFields](t, map[string]any{"Label": ptr("x")})}, space, "space", 2, published},
		{staff, ChangeSpace{Space: spaceOf(spaceByRef("L1"), mine), Changes: patched[domain.SpaceFields](t, map[string]any{"Label": ptr("y")})}, space, "space", 3, published},
		{me, UpsertSpace{Site: siteByRef("S1"), Space: spaceFields("L1")}, space, "space", 4, published},
		{me, StepSpace{Space: spaceByRef("L1"), To: withdrawn}, space, "space", 5, withdrawn},
		{me, StepSpace{Space: spaceByID(space), To: published, ExpectedVersion: ptr(5)}, space, "space", 6, published},
		{me, StepSpace{Space: spaceByID(space), To: archived}, space, "space", 7, archived},

		{me, RegisterLandlordNeed{Need: landlordNeedFields("", siteByRef("S1"))}, "", "landlordNeed", 1, draft},
		{staff, RegisterLandlordNeed{LandlordID: &mine, Need: landlordNeedFields("", siteByRef("S1")), Publish: true}, "", "landlordNeed", 1, published},
		{me, UpsertLandlordNeed{Need: landlordNeedFields("N2"), Publish: true}, "", "landlordNeed", 1, published},
		{me, ChangeLandlordNeed{Need: landlordNeedByID(wanted), ExpectedVersion: ptr(1), Changes: patched[domain.StatedLandlordNeed](t, map[string]any{"Title": ptr("x")})}, wanted, "landlordNeed", 2, published},
		{staff, ChangeLandlordNeed{Need: landlordNeedOf(landlordNeedByRef("N1"), mine), Changes: patched[domain.StatedLandlordNeed](t, map[string]any{"Sites": []domain.LandlordSiteRef{siteByRef("S1")}})}, wanted, "landlordNeed", 3, published},
		{me, UpsertLandlordNeed{Need: landlordNeedFields("N1")}, wanted, "landlordNeed", 4, published},
		{me, StepLandlordNeed{Need: landlordNeedByRef("N1"), To: withdrawn}, wanted, "landlordNeed", 5, withdrawn},
		{me, StepLandlordNeed{Need: landlordNeedByID(wanted), To: published, ExpectedVersion: ptr(5)}, wanted, "landlordNeed", 6, published},
		{me, StepLandlordNeed{Need: landlordNeedByID(wanted), To: archived}, wanted, "landlordNeed", 7, archived},

		{staff, RegisterProject{Project: projectFields("neuve")}, "", "project", 1, draft},
		{holder, ChangeProject{ID: project, Changes: patched[domain.ProjectFields](t, map[string]any{"Name": ptr("Nous"), "Slug": ptr("epicerie")})}, project, "project", 2, published},
		{holder, StepProject{ID: project, To: withdrawn}, project, "project", 3, withdrawn},
		{holder, StepProject{ID: project, To: published}, project, "project", 4, published},
		{holder, RegisterNeed{Need: needFields()}, "", "need", 1, draft},
		{staff, RegisterNeed{ProjectID: &project, Need: needFields(), Publish: true}, "", "need", 1, published},
		{holder, ChangeNeed{ID: need, Changes: patched[domain.NeedFields](t, map[string]any{"Label": ptr("x")})}, need, "need", 2, published},
		{holder, StepNeed{ID: need, To: withdrawn}, need, "need", 3, withdrawn},
		{holder, StepNeed{ID: need, To: published}, need, "need", 4, published},
		{holder, StepNeed{ID: need, To: archived}, need, "need", 5, archived},
	} {
		at := tick()
		created := begun
		if test.object == "" {
			created = at
		}
		outcome := s.do(test.viewer, test.command)
		name := test.command.Action()
		if test.object != "" && outcome.Object != test.object {
			t.Errorf("%s: its object is %s, want %s", name, outcome.Object, test.object)
		}
		if got := s.wrote(outcome.Commit); got != test.wrote {
			t.Errorf("%s: wrote %q, want %q", name, got, test.wrote)
		}
		want := domain.Record{Version: test.version, State: test.state, CreatedAt: created, UpdatedAt: at}
		if got := record(outcome.Object); got != want {
			t.Errorf("%s: the record is %+v, want %+v", name, got, want)
		}
		c := s.ledger.commits(t)[outcome.Commit-1]
		if c.Action != name || c.Actor != test.viewer.Actor || !c.Time.Equal(at) {
			t.Errorf("%s: the commit is %s by %q at %s", name, c.Action, c.Actor, c.Time)
		}
		if outcome.World.Commit() != outcome.Commit {
			t.Errorf("%s: its World is that of commit %d, not %d", name, outcome.World.Commit(), outcome.Commit)
		}
	}
}

// The record of sample data says so.
func TestSynthetic(t *testing.T) {
	s := newStage(t)
	landlord := s.do(staff, RegisterLandlord{Landlord: landlordFields("x"), Synthetic: true}).Object
	site := s.do(staff, RegisterSite{LandlordID: &landlord, Site: siteFields(""), Synthetic: true}).Object
	space := s.do(staff, RegisterSpace{Site: siteByID(site), Space: spaceFields(""), Synthetic: true}).Object
	project := s.do(staff, RegisterProject{Project: projectFields("x"), Synthetic: true}).Object
	need := s.do(staff, RegisterNeed{ProjectID: &project, Need: needFields(), Synthetic: true}).Object
	wanted := s.do(staff, RegisterLandlordNeed{LandlordID: &landlord, Need: landlordNeedFields(""), Synthetic: true}).Object
	if !s.landlordNeedDoc(wanted).Synthetic || !s.landlordDoc(landlord).Synthetic || !s.siteDoc(site).Synthetic || !s.spaceDoc(space).Synthetic ||
		!s.projectDoc(project).Synthetic || !s.needDoc(need).Synthetic {
		t.Error("the mark is lost")
	}
}

// Archiving takes what is below along, in one commit; what was archived before
// keeps its version.
func TestArchivingCascades(t *testing.T) {
	s := newStage(t)
	landlord, other := s.landlord("mine", true), s.landlord("other", true)
	first, second, elsewhere := s.site(landlord, "S1", true), s.site(landlord, "S2", false), s.site(other, "S1", true)
	before, room, hall := s.space(first, "L1", true), s.space(first, "L2", true), s.space(second, "L3", false)
	untouched := s.space(elsewhere, "L1", true)
	s.do(staff, StepSpace{Space: spaceByID(before), To: domain.PublicationArchived})
	wanted, kept, theirs := s.landlordNeed(landlord, "N1", true), s.landlordNeed(landlord, "N2", false), s.landlordNeed(other, "N1", true)
	s.do(staff, StepLandlordNeed{Need: landlordNeedByID(kept), To: domain.PublicationArchived})

	outcome := s.do(staff, StepSite{Site: siteByID(first), To: domain.PublicationArchived})
	if got := s.wrote(outcome.Commit); got != "space site" || outcome.Object != first {
		t.Errorf("archiving a site wrote %q, about %s", got, outcome.Object)
	}
	outcome = s.do(staff, StepLandlord{ID: landlord, To: domain.PublicationArchived})
	if got := s.wrote(outcome.Commit); got != "space site landlordNeed landlord" || outcome.Object != landlord {
		t.Errorf("archiving a landlord wrote %q, about %s", got, outcome.Object)
	}
	for id, r := range map[domain.ID]domain.Record{
		first: s.siteDoc(first).Record, second: s.siteDoc(second).Record, landlord: s.landlordDoc(landlord).Record,
		before: s.spaceDoc(before).Record, room: s.spaceDoc(room).Record, hall: s.spaceDoc(hall).Record,
		wanted: s.landlordNeedDoc(wanted).Record, kept: s.landlordNeedDoc(kept).Record,
	} {
		if r.State != domain.PublicationArchived || r.Version != 2 {
			t.Errorf("%s is %s in version %d", id, r.State, r.Version)
		}
	}
	if r := s.spaceDoc(untouched).Record; r.State != domain.PublicationPublished || r.Version != 1 {
		t.Errorf("another landlord's space is %s in version %d", r.State, r.Version)
	}

	if r := s.landlordNeedDoc(theirs).Record; r.State != domain.PublicationPublished || r.Version != 1 {
		t.Errorf("another landlord's need is %s in version %d", r.State, r.Version)
	}

	project := s.project("epicerie", true)
	kept, asked := s.need(project, true), s.need(project, false)
	s.do(staff, StepNeed{ID: kept, To: domain.PublicationArchived})
	outcome = s.do(staff, StepProject{ID: project, To: domain.PublicationArchived})
	if got := s.wrote(outcome.Commit); got != "need project" || outcome.Object != project {
		t.Errorf("archiving a project wrote %q, about %s", got, outcome.Object)
	}
	if s.needDoc(asked).State != domain.PublicationArchived || s.needDoc(kept).Version != 2 {
		t.Error("the needs didn't follow their project")
	}
}

// A need keeps the sites that it names, archived since or not, until it is told
// others.
func TestSitesOfLandlordNeeds(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("mine", true)
	me, first, second := landlordViewer(landlord), s.site(landlord, "S1", true), s.site(landlord, "S2", false)
	need := s.do(me, RegisterLandlordNeed{Need: landlordNeedFields("N", siteByRef("S2"), siteByID(first))}).Object
	s.do(me, StepSite{Site: siteByID(first), To: domain.PublicationArchived})
	change := func(field string, value any) {
		t.Helper()
		s.do(me, ChangeLandlordNeed{Need: landlordNeedByRef("N"), Changes: patched[domain.StatedLandlordNeed](t, map[string]any{field: value})})
	}
	sites := func(want ...domain.ID) {
		t.Helper()
		var got []domain.ID
		for _, id := range s.landlordNeedDoc(need).Sites {
			got = append(got, domain.ID(id))
		}
		if !slices.Equal(got, want) {
			t.Errorf("its sites are %v, want %v", got, want)
		}
	}
	sites(second, first)
	change("Title", ptr("Autrement"))
	sites(second, first)
	change("Sites", []*domain.LandlordSiteRef{ptr(siteByID(first))})
	sites(first)
	change("Sites", nil)
	sites()
}

// An upsert says what it did, and writes only what changes.
func TestUpserts(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("mine", true)
	me := landlordViewer(landlord)
	s.do(me, UpsertSite{Site: siteFields("S")})
	site := siteByRef("S")
	for _, test := range []struct {
		name    string
		command Command
		want    UpsertOutcome
		version int
	}{
		{"new", UpsertSpace{Site: site, Space: spaceFields("L")}, Created, 1},
		{"again", UpsertSpace{Site: site, Space: spaceFields("L")}, Unchanged, 1},
		{"again, to be published: only a new one is", UpsertSpace{Site: site, Space: spaceFields("L"), Publish: true}, Unchanged, 1},
		{"with spaces round the reference", UpsertSpace{Site: siteByRef(" S "), Space: spaceFields(" L ")}, Unchanged, 1},
		{"otherwise", UpsertSpace{Site: site, Space: with(spaceFields("L"), func(f *domain.SpaceFields) { f.Floor = ptr(2) })}, Changed, 2},
		{"all of it counts: what isn't said is unknown again", UpsertSpace{Site: site, Space: spaceFields("L"), ExpectedVersion: ptr(2)}, Changed, 3},
		{"none is not unknown", UpsertSpace{Site: site, Space: with(spaceFields("L"), func(f *domain.SpaceFields) { f.ExcludedUses = []domain.Activity{} })}, Changed, 4},
		{"a new need", UpsertLandlordNeed{Need: landlordNeedFields("N", site)}, Created, 1},
		{"the need again", UpsertLandlordNeed{Need: landlordNeedFields(" N", siteByRef(" S "))}, Unchanged, 1},
		{"the need elsewhere", UpsertLandlordNeed{Need: landlordNeedFields("N")}, Changed, 2},
		{"a new site", UpsertSite{Site: siteFields("T")}, Created, 1},
		{"the site again", UpsertSite{Site: siteFields(" T")}, Unchanged, 1},
		{"the site otherwise", UpsertSite{Site: with(siteFields("T"), func(f *domain.SiteFields) { f.Name = "x" })}, Changed, 2},
	} {
		before := s.World()
		outcome := s.do(me, test.command)
		if outcome.Upsert != test.want || outcome.Object == "" {
			t.Errorf("%s: %q about %q, want %q", test.name, outcome.Upsert, outcome.Object, test.want)
		}
		wrote := outcome.Commit > 0
		if wrote != (test.want != Unchanged) || outcome.World.Commit() != before.Commit()+map[bool]uint64{true: 1}[wrote] {
			t.Errorf("%s: commit %d, the World is that of %d after %d", test.name, outcome.Commit, outcome.World.Commit(), before.Commit())
		}
		var version int
		switch outcome.Object.Kind() {
		case domain.KindSite:
			version = s.siteDoc(outcome.Object).Version
		case domain.KindLandlordNeed:
			version = s.landlordNeedDoc(outcome.Object).Version
		default:
			version = s.spaceDoc(outcome.Object).Version
		}
		if version != test.version {
			t.Errorf("%s: version %d, want %d", test.name, version, test.version)
		}
	}
}

// A change to what is so already writes nothing, whatever it is about; a change
// is no upsert.
func TestUnchanged(t *testing.T) {
	s := newStage(t)
	landlord, project := s.landlord("mine", true), s.project("epicerie", true)
	site := s.site(landlord, "S", true)
	space, need := s.space(site, "L", true), s.need(project, true)
	one := ptr(1)
	for _, c := range []Command{
		ChangeLandlord{ID: landlord, Changes: patched[domain.LandlordFields](t, map[string]any{"Name": ptr("mine"), "Website": nil})},
		ChangeSite{Site: siteByID(site), ExpectedVersion: one, Changes: patched[domain.SiteFields](t, map[string]any{"ExternalRef": ptr(" S")})},
		ChangeSpace{Space: spaceByID(space), ExpectedVersion: one},
		ChangeProject{ID: project, Changes: patched[domain.ProjectFields](t, map[string]any{"Tags": []string{}})},
		ChangeNeed{ID: need, Changes: patched[domain.NeedFields](t, map[string]any{"PlacesWanted": ptr(1)})},
	} {
		before := s.World().Commit()
		outcome := s.do(staff, c)
		if outcome.Commit != 0 || s.World().Commit() != before || outcome.World.Commit() != before || outcome.Object == "" || outcome.Upsert != "" {
			t.Errorf("%s: %+v", c.Action(), outcome)
		}
	}
	outcome := s.do(staff, ChangeSite{Site: siteByID(site), ExpectedVersion: one, Changes: patched[domain.SiteFields](t, map[string]any{"Name": ptr("x")})})
	if outcome.Upsert != "" {
		t.Errorf("a change says that it is an upsert that %s", outcome.Upsert)
	}
}

// Staff move a landlord in and out of a group, whose head sees it and doesn't
// change it.
func TestGroups(t *testing.T) {
	s := newStage(t)
	group, member := s.landlord("group", true), s.landlord("member", false)
	head := landlordViewer(group)
	join := func(g *domain.LandlordID) {
		t.Helper()
		s.do(staff, ChangeLandlord{ID: member, Changes: patched[domain.LandlordFields](t, map[string]any{"GroupID": g})})
	}
	change := ChangeLandlord{ID: member, Changes: patched[domain.LandlordFields](t, map[string]any{"Name": ptr("x")})}
	if got := told(s.refused(head, change)); got != "NOT_FOUND at input.id" {
		t.Errorf("before it joins, the group's head is told %s", got)
	}
	join(ptr(domain.LandlordID(group)))
	if got := told(s.refused(head, change)); got != "NOT_ALLOWED" {
		t.Errorf("in the group, its head is told %s", got)
	}
	s.do(landlordViewer(member), change) // naming its group again isn't choosing it
	s.do(landlordViewer(member), ChangeLandlord{ID: member, Changes: patched[domain.LandlordFields](t,
		map[string]any{"Name": ptr("y"), "GroupID": ptr(domain.LandlordID(group))})})
	join(nil)
	if s.landlordDoc(member).GroupID != nil {
		t.Error("it is still in the group")
	}
}

// What a command names by reference is the same as by id.
func TestReferences(t *testing.T) {
	s := newStage(t)
	mine, theirs := s.landlord("mine", true), s.landlord("theirs", true)
	site, theirSite := s.site(mine, "R", true), s.site(theirs, "R", true) // references are each landlord's own
	space, theirSpace := s.space(site, "R", true), s.space(theirSite, "R", true)
	me := landlordViewer(mine)
	for _, test := range []struct {
		viewer domain.Viewer
		site   domain.LandlordSiteRef
		space  domain.VacantSpaceRef
		want   [2]domain.ID
	}{
		{me, siteByRef("R"), spaceByRef("R"), [2]domain.ID{site, space}},
		{me, of(siteByRef("R"), mine), spaceOf(spaceByRef(" R "), mine), [2]domain.ID{site, space}},
		{staff, of(siteByRef("R"), mine), spaceOf(spaceByRef("R"), mine), [2]domain.ID{site, space}},
		{staff, of(siteByRef("R"), theirs), spaceOf(spaceByRef("R"), theirs), [2]domain.ID{theirSite, theirSpace}},
		{staff, siteByID(site), spaceByID(space), [2]domain.ID{site, space}},
	} {
		got := [2]domain.ID{
			s.do(test.viewer, ChangeSite{Site: test.site, ExpectedVersion: ptr(1)}).Object,
			s.do(test.viewer, ChangeSpace{Space: test.space, ExpectedVersion: ptr(1)}).Object,
		}
		if got != test.want {
			t.Errorf("%s and %s by %s are %v, want %v", test.site, test.space, test.viewer.Role, got, test.want)
		}
	}
}

// Absent is not null: a patch changes what it names, and null makes unknown.
func TestPatch(t *testing.T) {
	before := with(spaceFields("L"), func(f *domain.SpaceFields) {
		f.Floor, f.Capacity, f.ExcludedUses = ptr(2), ptr(30), []domain.Activity{domain.ActivityArts}
	})
	var noFloor *int
	var noUses []*domain.Activity
	for _, test := range []struct {
		name   string
		values map[string]any
		want   func(*domain.SpaceFields)
	}{
		{"nothing", nil, func(*domain.SpaceFields) {}},
		{"a value", map[string]any{"Capacity": 12}, nil},
		{"a pointer to a value", map[string]any{"Capacity": ptr(12)}, func(f *domain.SpaceFields) { f.Capacity = ptr(12) }},
		{"null", map[string]any{"Floor": nil}, func(f *domain.SpaceFields) { f.Floor = nil }},
		{"a null pointer", map[string]any{"Floor": noFloor}, func(f *domain.SpaceFields) { f.Floor = nil }},
		{"a null list is unknown", map[string]any{"ExcludedUses": noUses}, func(f *domain.SpaceFields) { f.ExcludedUses = nil }},
		{"an empty list is none", map[string]any{"ExcludedUses": []*domain.Activity{}}, func(f *domain.SpaceFields) { f.ExcludedUses = []domain.Activity{} }},
		{"a list of pointers", map[string]any{"ExcludedUses": []*domain.Activity{ptr(domain.ActivityCooking)}},
			func(f *domain.SpaceFields) { f.ExcludedUses = []domain.Activity{domain.ActivityCooking} }},
		{"a list", map[string]any{"ExcludedUses": []domain.Activity{domain.ActivityCooking}},
			func(f *domain.SpaceFields) { f.ExcludedUses = []domain.Activity{domain.ActivityCooking} }},
		{"a value in place of a pointer to it", map[string]any{"Kind": ptr(domain.SpaceKindOffice)}, func(f *domain.SpaceFields) { f.Kind = domain.SpaceKindOffice }},
		{"another name of the type", map[string]any{"Label": ptr(domain.ID("x"))}, func(f *domain.SpaceFields) { f.Label = "x" }},
		{"a struct", map[string]any{"Surface": &domain.SurfaceRange{MinM2: ptr(20.0)}}, func(f *domain.SpaceFields) { f.Surface.MinM2 = ptr(20.0) }},
		{"a list of structs", map[string]any{"Commitments": []*domain.Commitment{{Kind: domain.CommitmentReservation}}},
			func(f *domain.SpaceFields) { f.Commitments = []domain.Commitment{{Kind: domain.CommitmentReservation}} }},
		{"a field that isn't", map[string]any{"Colour": ptr("red")}, nil},
		{"a number for a text", map[string]any{"Label": ptr(65)}, nil},
		{"a text for a number", map[string]any{"Capacity": ptr("12")}, nil},
		{"a fraction for a number", map[string]any{"Floor": ptr(1.5)}, nil},
		{"a list of another type", map[string]any{"ExcludedUses": []*int{ptr(1)}}, nil},
		{"a list for a value", map[string]any{"Label": []string{"x"}}, nil},
	} {
		p, err := NewPatch[domain.SpaceFields](test.values)
		if (err != nil) != (test.want == nil) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if test.want == nil {
			continue
		}
		got, err := p.apply(before)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if want := with(before, test.want); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, want)
		}
	}
}

// Every field of every Fields struct can be patched, but for what never changes.
func TestEveryFieldCanBePatched(t *testing.T) {
	everyField[domain.LandlordFields](t)
	everyField[domain.SiteFields](t)
	everyField[domain.SpaceFields](t)
	everyField[domain.ProjectFields](t)
	everyField[domain.NeedFields](t)
}

// everyField patches each field of F as generated inputs do: with a pointer to
// its type, or a slice of pointers to its elements.
func everyField[F any](t *testing.T) {
	t.Helper()
	fields := reflect.TypeFor[F]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		value := reflect.New(field.Type) // of an optional field, the type is a pointer already
		switch field.Type.Kind() {
		case reflect.Pointer:
			value = reflect.New(field.Type.Elem())
		case reflect.Slice:
			value = reflect.Append(reflect.MakeSlice(reflect.SliceOf(reflect.PointerTo(field.Type.Elem())), 0, 1), reflect.New(field.Type.Elem()))
		}
		for _, v := range []any{value.Interface(), nil} {
			p, err := NewPatch[F](map[string]any{field.Name: v})
			if err != nil {
				t.Errorf("%s.%s: %v", fields, field.Name, err)
				continue
			}
			if _, err := p.apply(*new(F)); err != nil {
				t.Errorf("%s.%s: %v", fields, field.Name, err)
			}
		}
	}
}

// Deciding is pure: the same attempt on the same World comes to the same bytes,
// and to the same ids on a newer one.
func TestDecidingAgain(t *testing.T) {
	s := newStage(t)
	a := &attempt{viewer: staff, command: RegisterLandlord{Landlord: landlordFields("x")}, key: "k"}
	if err := a.prepare(strings.NewReader(strings.Repeat("seed", 8)), s.secret); err != nil {
		t.Fatal(err)
	}
	decide := func() (ledger.Commit, Outcome) {
		t.Helper()
		commit, outcome, err := s.decideOne(s.World(), a, s.clock.tell())
		if err != nil {
			t.Fatal(err)
		}
		return *commit, outcome
	}
	first, outcome := decide()
	if again, _ := decide(); !reflect.DeepEqual(first, again) {
		t.Errorf("deciding again comes to %+v after %+v", again, first)
	}
	s.landlord("y", true)
	newer, later := decide()
	if newer.ID != first.ID || later.Object != outcome.Object || newer.Number != first.Number+1 {
		t.Errorf("on a newer World: commit %d %s about %s", newer.Number, newer.ID, later.Object)
	}
	if kinds := []domain.Kind{newer.Changes[0].Kind, newer.Changes[1].Kind}; !slices.Equal(kinds, []domain.Kind{domain.KindLandlord, domain.KindReceipt}) {
		t.Errorf("it writes %v", kinds)
	}
}
