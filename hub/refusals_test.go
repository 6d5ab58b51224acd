package hub

import (
	"math"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestRefusals has each way in which each command can be refused, but for roles
// and states: those are in testdata/commands.txt.
func TestRefusals(t *testing.T) {
	s := newStage(t)
	mine, theirs := s.landlord("mine", true), s.landlord("theirs", true)
	group, archived, draft := s.landlord("group", true), s.landlord("archived", true), s.landlord("draft", false)
	site, otherSite := s.site(mine, "S1", true), s.site(mine, "S2", true)
	theirSite := s.site(theirs, "T1", true)
	space := s.space(site, "L1", true)
	s.space(theirSite, "M1", true)
	project, hidden := s.project("epicerie", true), s.project("cachee", false)
	need := s.need(project, true)
	wanted := s.landlordNeed(mine, "N1", true)
	s.landlordNeed(theirs, "M1", true)
	goneSite := s.site(mine, "S3", true)
	s.do(staff, RegisterLandlordNeed{LandlordID: &mine, Need: landlordNeedFields("N2", siteByID(goneSite))})
	s.do(staff, StepSite{Site: siteByID(goneSite), To: domain.PublicationArchived})
	hiddenSite := s.site(theirs, "T2", false)
	me, them, holder := landlordViewer(mine), landlordViewer(theirs), projectViewer(project)
	numbered := func(name string, siren domain.Siren) domain.LandlordFields {
		f := landlordFields(name)
		f.Siren = &siren
		return f
	}
	s.do(staff, ChangeLandlord{ID: mine, Changes: patched[domain.LandlordFields](t, map[string]any{"Siren": &sirens[0]})})
	s.do(staff, ChangeLandlord{ID: draft, Changes: patched[domain.LandlordFields](t, map[string]any{"Siren": &sirens[1]})})
	subsidiary, groupID := landlordFields("subsidiary"), domain.LandlordID(group)
	subsidiary.GroupID = &groupID
	sub := s.do(staff, RegisterLandlord{Landlord: subsidiary, Publish: true}).Object
	s.do(staff, StepLandlord{ID: archived, To: domain.PublicationArchived})

	none := domain.Seed{1}
	one, two, empty, blank := 1, 2, "", "  "
	nobody, noSite, noSpace := none.NewID(domain.KindLandlord, 1), none.NewID(domain.KindSite, 1), none.NewID(domain.KindSpace, 1)
	noProject, noNeed := none.NewID(domain.KindProject, 1), none.NewID(domain.KindNeed, 1)
	nonsense := domain.ID("nonsense")
	into := func(g domain.ID) map[string]any { id := domain.LandlordID(g); return map[string]any{"GroupID": &id} }
	landlordPatch := func(v map[string]any) Patch[domain.LandlordFields] { return patched[domain.LandlordFields](t, v) }
	sitePatch := func(v map[string]any) Patch[domain.SiteFields] { return patched[domain.SiteFields](t, v) }
	spacePatch := func(v map[string]any) Patch[domain.SpaceFields] { return patched[domain.SpaceFields](t, v) }
	projectPatch := func(v map[string]any) Patch[domain.ProjectFields] { return patched[domain.ProjectFields](t, v) }
	landlordNeedPatch := func(v map[string]any) Patch[domain.StatedLandlordNeed] {
		return patched[domain.StatedLandlordNeed](t, v)
	}
	wants := func(sites ...domain.LandlordSiteRef) Command {
		return RegisterLandlordNeed{Need: landlordNeedFields("", sites...)}
	}
	noLandlordNeed := none.NewID(domain.KindLandlordNeed, 1)
	badLandlordNeed := landlordNeedFields("")
	badLandlordNeed.Title, badLandlordNeed.Territories = "", nil
	needPatch := func(v map[string]any) Patch[domain.NeedFields] { return patched[domain.NeedFields](t, v) }
	badSite, badSpace, badNeed := siteFields(""), spaceFields(""), needFields()
	badSite.CommuneCode, badSite.Name = "93999", ""
	badSpace.Kind, badSpace.Surface.MinM2 = "CASTLE", ptr(math.NaN())
	badNeed.PlacesWanted, badNeed.Territories = 0, nil
	aliased := projectFields("autre")
	aliased.Aliases = []string{"libre", "epicerie"}
	publish := domain.PublicationPublished

	for _, test := range []struct {
		name    string
		viewer  domain.Viewer
		command Command
		want    string
	}{
		{"all that is wrong is said at once", staff, RegisterLandlord{Landlord: domain.LandlordFields{Kind: "CASTLE"}},
			"INVALID_INPUT at input.landlord.name\nINVALID_INPUT at input.landlord.kind"},
		{"a wrong check digit", staff, RegisterLandlord{Landlord: numbered("x", "123456789")}, "INVALID_INPUT at input.landlord.siren"},
		{"a number that is taken", staff, RegisterLandlord{Landlord: numbered("x", sirens[0])}, "ALREADY_EXISTS at input.landlord.siren"},
		{"a number that another landlord has", staff, ChangeLandlord{ID: theirs, Changes: landlordPatch(map[string]any{"Siren": &sirens[0]})},
			"ALREADY_EXISTS at input.changes.siren"},
		// What identity providers name organisations by is staff's to say, taken or not.
		{"a landlord's own number", them, ChangeLandlord{ID: theirs, Changes: landlordPatch(map[string]any{"Siren": &sirens[2]})}, "NOT_ALLOWED"},
		{"a number that a hidden landlord has", them, ChangeLandlord{ID: theirs, Changes: landlordPatch(map[string]any{"Siren": &sirens[1]})}, "NOT_ALLOWED"},
		{"no number any more", me, ChangeLandlord{ID: mine, Changes: landlordPatch(map[string]any{"Siren": nil})}, "NOT_ALLOWED"},
		{"a project's own alias", holder, ChangeProject{ID: project, Changes: projectPatch(map[string]any{"Aliases": []string{"future"}})}, "NOT_ALLOWED"},
		{"a missing landlord", staff, ChangeLandlord{ID: nobody}, "NOT_FOUND at input.id"},
		{"an id of another kind", staff, ChangeLandlord{ID: site}, "INVALID_INPUT at input.id"},
		{"no id at all", staff, ChangeLandlord{ID: nonsense}, "INVALID_INPUT at input.id"},
		{"another version", me, ChangeLandlord{ID: mine, ExpectedVersion: &one, Changes: landlordPatch(nil)}, "VERSION_CONFLICT at input.expectedVersion"},
		{"an old version steps", me, StepLandlord{ID: mine, To: domain.PublicationWithdrawn, ExpectedVersion: &one}, "VERSION_CONFLICT at input.expectedVersion"},
		{"a required value set to null", me, ChangeLandlord{ID: mine, Changes: landlordPatch(map[string]any{"Name": nil})}, "INVALID_INPUT at input.changes.name"},

		{"a landlord chooses its group", me, ChangeLandlord{ID: mine, Changes: landlordPatch(into(group))}, "NOT_ALLOWED"},
		{"a missing group", staff, ChangeLandlord{ID: mine, Changes: landlordPatch(into(nobody))}, "NOT_FOUND at input.changes.groupId"},
		{"its own group", staff, ChangeLandlord{ID: mine, Changes: landlordPatch(into(mine))}, "INVALID_INPUT at input.changes.groupId"},
		{"a group in a group", staff, ChangeLandlord{ID: mine, Changes: landlordPatch(into(sub))}, "INVALID_INPUT at input.changes.groupId"},
		{"a group joins a group", staff, ChangeLandlord{ID: group, Changes: landlordPatch(into(mine))}, "INVALID_INPUT at input.changes.groupId"},
		{"an archived group", staff, ChangeLandlord{ID: mine, Changes: landlordPatch(into(archived))}, "WRONG_STATE at input.changes.groupId"},

		{"a commune that isn't, and no name", me, RegisterSite{Site: badSite}, "INVALID_INPUT at input.site.name\nINVALID_INPUT at input.site.communeCode"},
		{"staff name no landlord", staff, RegisterSite{Site: siteFields("")}, "INVALID_INPUT at input.landlordId"},
		{"a landlord of another kind", staff, RegisterSite{LandlordID: &project, Site: siteFields("")}, "INVALID_INPUT at input.landlordId"},
		{"a missing landlord's site", staff, RegisterSite{LandlordID: &nobody, Site: siteFields("")}, "NOT_FOUND at input.landlordId"},
		{"an archived landlord's site", staff, RegisterSite{LandlordID: &archived, Site: siteFields("")}, "WRONG_STATE at input.landlordId"},
		{"a site's reference that is taken", me, RegisterSite{Site: siteFields("S1")}, "ALREADY_EXISTS at input.site.externalRef"},
		{"spaces round a reference don't count", me, RegisterSite{Site: siteFields(" S1 ")}, "ALREADY_EXISTS at input.site.externalRef"},
		{"a blank reference", me, RegisterSite{Site: siteFields(blank)}, "INVALID_INPUT at input.site.externalRef"},
		{"an upsert without a reference", me, UpsertSite{Site: siteFields("")}, "INVALID_INPUT at input.site.externalRef"},
		{"an upsert with a blank one", me, UpsertSite{Site: siteFields(blank)}, "INVALID_INPUT at input.site.externalRef"},
		{"an upsert on an old version", me, UpsertSite{Site: siteFields("S1"), ExpectedVersion: &two}, "VERSION_CONFLICT at input.expectedVersion"},
		{"an upsert that is wrong", me, UpsertSite{Site: with(siteFields("S1"), func(f *domain.SiteFields) { f.Visibility = "" })}, "INVALID_INPUT at input.site.visibility"},
		{"a change by id without a version", me, ChangeSite{Site: siteByID(site), Changes: sitePatch(nil)}, "INVALID_INPUT at input.expectedVersion"},
		{"a change to another's reference", me, ChangeSite{Site: siteByID(otherSite), ExpectedVersion: &one, Changes: sitePatch(map[string]any{"ExternalRef": ptr("S1")})},
			"ALREADY_EXISTS at input.changes.externalRef"},
		{"neither id nor reference", me, ChangeSite{}, "INVALID_INPUT at input.site"},
		{"both id and reference", me, StepSite{Site: domain.LandlordSiteRef{ID: &site, ExternalRef: ptr("S1")}, To: publish}, "INVALID_INPUT at input.site"},
		{"an unknown reference", me, StepSite{Site: siteByRef("none"), To: publish}, "NOT_FOUND at input.site.externalRef"},
		{"another's reference", me, StepSite{Site: of(siteByRef("T1"), theirs), To: publish}, "NOT_FOUND at input.site.externalRef"},
		{"another's unknown reference", me, StepSite{Site: of(siteByRef("none"), theirs), To: publish}, "NOT_FOUND at input.site.externalRef"},
		{"another's reference as if it were mine", me, StepSite{Site: siteByRef("T1"), To: publish}, "NOT_FOUND at input.site.externalRef"},
		{"an empty reference", me, StepSite{Site: siteByRef(empty), To: publish}, "NOT_FOUND at input.site.externalRef"},
		{"staff say whose reference", staff, StepSite{Site: siteByRef("S1"), To: publish}, "INVALID_INPUT at input.site.landlordId"},
		{"a reference of a missing landlord", staff, StepSite{Site: of(siteByRef("S1"), nobody), To: publish}, "NOT_FOUND at input.site.landlordId"},
		{"a missing site", staff, StepSite{Site: siteByID(noSite), To: publish}, "NOT_FOUND at input.site.id"},
		{"a space as a site", staff, StepSite{Site: siteByID(space), To: publish}, "INVALID_INPUT at input.site.id"},

		{"a kind that isn't, a surface that is no number", me, RegisterSpace{Site: siteByID(site), Space: badSpace},
			"INVALID_INPUT at input.space.kind\nINVALID_INPUT at input.space.surface.minM2"},
		{"a space's reference that is taken, on another site", me, RegisterSpace{Site: siteByID(otherSite), Space: spaceFields("L1")},
			"ALREADY_EXISTS at input.space.externalRef"},
		{"a space on a missing site", me, RegisterSpace{Site: siteByID(noSite), Space: spaceFields("")}, "NOT_FOUND at input.site.id"},
		{"a space on another's site", me, RegisterSpace{Site: siteByID(theirSite), Space: spaceFields("")}, "NOT_ALLOWED"},
		{"a space on another's reference", me, RegisterSpace{Site: of(siteByRef("T1"), theirs), Space: spaceFields("")}, "NOT_FOUND at input.site.externalRef"},
		{"an upsert of a space without a reference", me, UpsertSpace{Site: siteByID(site), Space: spaceFields("")}, "INVALID_INPUT at input.space.externalRef"},
		{"a space doesn't move", me, UpsertSpace{Site: siteByID(otherSite), Space: spaceFields("L1")}, "INVALID_INPUT at input.site"},
		{"an upsert of a space on an old version", me, UpsertSpace{Site: siteByID(site), Space: spaceFields("L1"), ExpectedVersion: &two},
			"VERSION_CONFLICT at input.expectedVersion"},
		{"a space changes without a version", me, ChangeSpace{Space: spaceByID(space), Changes: spacePatch(nil)}, "INVALID_INPUT at input.expectedVersion"},
		{"a space changes wrongly", me, ChangeSpace{Space: spaceByRef("L1"), Changes: spacePatch(map[string]any{"Label": &empty})}, "INVALID_INPUT at input.changes.label"},
		{"a missing space", me, ChangeSpace{Space: spaceByID(noSpace)}, "NOT_FOUND at input.space.id"},
		{"a site as a space", me, ChangeSpace{Space: spaceByID(site)}, "INVALID_INPUT at input.space.id"},
		{"neither id nor reference of a space", me, StepSpace{To: publish}, "INVALID_INPUT at input.space"},
		{"an unknown space's reference", me, StepSpace{Space: spaceByRef("none"), To: publish}, "NOT_FOUND at input.space.externalRef"},
		{"another's space's reference", me, StepSpace{Space: spaceOf(spaceByRef("M1"), theirs), To: publish}, "NOT_FOUND at input.space.externalRef"},
		{"a space steps on an old version", me, StepSpace{Space: spaceByID(space), To: domain.PublicationWithdrawn, ExpectedVersion: &two},
			"VERSION_CONFLICT at input.expectedVersion"},

		{"no title, nowhere", me, RegisterLandlordNeed{Need: badLandlordNeed}, "INVALID_INPUT at input.need.title\nINVALID_INPUT at input.need.territories"},
		{"staff name no landlord of a need", staff, RegisterLandlordNeed{Need: landlordNeedFields("")}, "INVALID_INPUT at input.landlordId"},
		{"a missing landlord's need", staff, RegisterLandlordNeed{LandlordID: &nobody, Need: landlordNeedFields("")}, "NOT_FOUND at input.landlordId"},
		{"a project as a need's landlord", staff, RegisterLandlordNeed{LandlordID: &project, Need: landlordNeedFields("")}, "INVALID_INPUT at input.landlordId"},
		{"an archived landlord's need", staff, RegisterLandlordNeed{LandlordID: &archived, Need: landlordNeedFields("")}, "WRONG_STATE at input.landlordId"},
		{"a missing site of a need", me, wants(siteByID(noSite)), "NOT_FOUND at input.need.sites.0.id"},
		{"another's site", me, wants(siteByID(site), siteByID(theirSite)), "NOT_FOUND at input.need.sites.1.id"},
		{"another's hidden site", me, wants(siteByID(hiddenSite)), "NOT_FOUND at input.need.sites.0.id"},
		{"another's site, by staff", staff, RegisterLandlordNeed{LandlordID: &mine, Need: landlordNeedFields("", siteByID(theirSite))}, "NOT_FOUND at input.need.sites.0.id"},
		{"another's site by reference, by staff", staff, RegisterLandlordNeed{LandlordID: &mine, Need: landlordNeedFields("", of(siteByRef("T1"), theirs))}, "NOT_FOUND at input.need.sites.0.externalRef"},
		{"another's site by reference", me, wants(of(siteByRef("T1"), theirs)), "NOT_FOUND at input.need.sites.0.externalRef"},
		{"an unknown reference of a site", me, wants(siteByRef("none")), "NOT_FOUND at input.need.sites.0.externalRef"},
		{"a reference of a missing landlord's site", me, wants(of(siteByRef("S1"), nobody)), "NOT_FOUND at input.need.sites.0.landlordId"},
		{"a space as a site of a need", me, wants(siteByID(space)), "INVALID_INPUT at input.need.sites.0.id"},
		{"a site that nothing names", me, wants(domain.LandlordSiteRef{}), "INVALID_INPUT at input.need.sites.0"},
		{"a site twice, in two ways", me, wants(siteByRef("S1"), siteByID(otherSite), siteByID(site)), "INVALID_INPUT at input.need.sites.2"},
		{"an archived site", me, wants(siteByRef("S3")), "WRONG_STATE at input.need.sites.0"},
		{"two sites that aren't there", me, wants(siteByID(noSite), siteByRef("none")), "NOT_FOUND at input.need.sites.0.id\nNOT_FOUND at input.need.sites.1.externalRef"},
		{"too many sites", me, wants(make([]domain.LandlordSiteRef, 101)...), "INVALID_INPUT at input.need.sites"},
		{"a need's reference that is taken", me, RegisterLandlordNeed{Need: landlordNeedFields(" N1")}, "ALREADY_EXISTS at input.need.externalRef"},
		{"an upsert of a need without a reference", me, UpsertLandlordNeed{Need: landlordNeedFields("")}, "INVALID_INPUT at input.need.externalRef"},
		{"an upsert of a need on an old version", me, UpsertLandlordNeed{Need: landlordNeedFields("N1"), ExpectedVersion: &two}, "VERSION_CONFLICT at input.expectedVersion"},
		{"a landlord's need changes without a version", me, ChangeLandlordNeed{Need: landlordNeedByID(wanted), Changes: landlordNeedPatch(nil)}, "INVALID_INPUT at input.expectedVersion"},
		{"a landlord's need on an old version", me, ChangeLandlordNeed{Need: landlordNeedByID(wanted), ExpectedVersion: &two}, "VERSION_CONFLICT at input.expectedVersion"},
		{"a landlord's need that is nowhere any more", me, ChangeLandlordNeed{Need: landlordNeedByRef("N1"), Changes: landlordNeedPatch(map[string]any{"Territories": nil})}, "INVALID_INPUT at input.changes.territories"},
		{"a landlord's need moves to another's site", me, ChangeLandlordNeed{Need: landlordNeedByRef("N1"), Changes: landlordNeedPatch(map[string]any{"Sites": []domain.LandlordSiteRef{siteByID(theirSite)}})}, "NOT_FOUND at input.changes.sites.0.id"},
		{"a change to another need's reference", me, ChangeLandlordNeed{Need: landlordNeedByRef("N1"), Changes: landlordNeedPatch(map[string]any{"ExternalRef": ptr("N2")})}, "ALREADY_EXISTS at input.changes.externalRef"},
		{"a missing landlord's need changes", me, ChangeLandlordNeed{Need: landlordNeedByID(noLandlordNeed)}, "NOT_FOUND at input.need.id"},
		{"a project's need as a landlord's", staff, ChangeLandlordNeed{Need: landlordNeedByID(need)}, "INVALID_INPUT at input.need.id"},
		{"neither id nor reference of a need", me, StepLandlordNeed{To: publish}, "INVALID_INPUT at input.need"},
		{"an unknown need's reference", me, StepLandlordNeed{Need: landlordNeedByRef("none"), To: publish}, "NOT_FOUND at input.need.externalRef"},
		{"another's need's reference", me, StepLandlordNeed{Need: landlordNeedOf(landlordNeedByRef("M1"), theirs), To: publish}, "NOT_FOUND at input.need.externalRef"},
		{"staff say whose need's reference", staff, StepLandlordNeed{Need: landlordNeedByRef("N1"), To: publish}, "INVALID_INPUT at input.need.landlordId"},
		{"a landlord's need steps on an old version", me, StepLandlordNeed{Need: landlordNeedByID(wanted), To: domain.PublicationWithdrawn, ExpectedVersion: &two}, "VERSION_CONFLICT at input.expectedVersion"},

		{"a project without anything", staff, RegisterProject{}, "INVALID_INPUT at input.project.slug\nINVALID_INPUT at input.project.name\n" +
			"INVALID_INPUT at input.project.summary\nINVALID_INPUT at input.project.holder.name\nINVALID_INPUT at input.project.stage\n" +
			"INVALID_INPUT at input.project.domains\nINVALID_INPUT at input.project.publics"},
		{"a slug that is taken", staff, RegisterProject{Project: projectFields("epicerie")}, "ALREADY_EXISTS at input.project.slug"},
		{"an alias that is taken", staff, RegisterProject{Project: aliased}, "ALREADY_EXISTS at input.project.aliases.1"},
		{"an alias that a hidden project has", holder, ChangeProject{ID: project, Changes: projectPatch(map[string]any{"Aliases": []string{"cachee"}})}, "NOT_ALLOWED"},
		{"a slug never changes", staff, ChangeProject{ID: project, Changes: projectPatch(map[string]any{"Slug": ptr("neuve")})}, "INVALID_INPUT at input.changes.slug"},
		{"a hidden project", holder, ChangeProject{ID: hidden}, "NOT_FOUND at input.id"},
		{"a missing project", staff, StepProject{ID: noProject, To: publish}, "NOT_FOUND at input.id"},
		{"a need as a project", staff, StepProject{ID: need, To: publish}, "INVALID_INPUT at input.id"},
		{"a project on an old version", holder, ChangeProject{ID: project, ExpectedVersion: &two}, "VERSION_CONFLICT at input.expectedVersion"},

		{"no places, no territory", holder, RegisterNeed{Need: badNeed}, "INVALID_INPUT at input.need.placesWanted\nINVALID_INPUT at input.need.territories"},
		{"staff name no project", staff, RegisterNeed{Need: needFields()}, "INVALID_INPUT at input.projectId"},
		{"a missing project's need", staff, RegisterNeed{ProjectID: &noProject, Need: needFields()}, "NOT_FOUND at input.projectId"},
		{"a landlord's need", staff, RegisterNeed{ProjectID: &mine, Need: needFields()}, "INVALID_INPUT at input.projectId"},
		{"a missing need", holder, ChangeNeed{ID: noNeed}, "NOT_FOUND at input.id"},
		{"a project as a need", holder, StepNeed{ID: project, To: publish}, "INVALID_INPUT at input.id"},
		{"a need on an old version", holder, StepNeed{ID: need, To: domain.PublicationWithdrawn, ExpectedVersion: &two}, "VERSION_CONFLICT at input.expectedVersion"},
		{"a need that no longer says what is needed", holder, ChangeNeed{ID: need, Changes: needPatch(map[string]any{"SpaceKinds": nil})}, "INVALID_INPUT at input.changes.spaceKinds"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := *s
			s.t = t
			if got := told(s.refused(test.viewer, test.command)); got != test.want {
				t.Errorf("says\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// A reference of another landlord says no more than one that nobody has.
func TestReferencesOfOthersLookUnknown(t *testing.T) {
	s := newStage(t)
	mine, theirs := s.landlord("mine", true), s.landlord("theirs", true)
	s.space(s.site(theirs, "T1", true), "T1", true) // public rows: only the references are hidden
	s.landlordNeed(theirs, "T1", true)
	me := landlordViewer(mine)
	for _, pair := range [][2]Command{
		{StepSite{Site: of(siteByRef("T1"), theirs), To: domain.PublicationWithdrawn}, StepSite{Site: of(siteByRef("T2"), theirs), To: domain.PublicationWithdrawn}},
		{StepSpace{Space: spaceOf(spaceByRef("T1"), theirs), To: domain.PublicationWithdrawn}, StepSpace{Space: spaceOf(spaceByRef("T2"), theirs), To: domain.PublicationWithdrawn}},
		{StepLandlordNeed{Need: landlordNeedOf(landlordNeedByRef("T1"), theirs), To: domain.PublicationWithdrawn}, StepLandlordNeed{Need: landlordNeedOf(landlordNeedByRef("T2"), theirs), To: domain.PublicationWithdrawn}},
		{RegisterLandlordNeed{Need: landlordNeedFields("", of(siteByRef("T1"), theirs))}, RegisterLandlordNeed{Need: landlordNeedFields("", of(siteByRef("T2"), theirs))}},
	} {
		there, unknown := s.refused(me, pair[0])[0], s.refused(me, pair[1])[0]
		if got, want := there.Say(domain.French), strings.ReplaceAll(unknown.Say(domain.French), "T2", "T1"); got != want || told([]domain.Refusal{there}) != told([]domain.Refusal{unknown}) {
			t.Errorf("%s: another's reference says %q, an unknown one %q", pair[0].Action(), got, want)
		}
	}
}

// A command that would write more than a commit holds is refused, with the size.
func TestTooLarge(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("large", true)
	fields := spaceFields("")
	fields.WorksNeeded = &domain.SpaceWorks{Description: strings.Repeat("é", 4_000)}
	site := s.site(landlord, "S", true)
	for range 1_100 {
		s.do(staff, RegisterSpace{Site: siteByID(site), Space: fields, Publish: true})
	}
	refusals := s.refused(staff, StepSite{Site: siteByID(site), To: domain.PublicationArchived})
	large, ok := refusals[0].(domain.TooLarge)
	if !ok || large.Bytes <= large.Most {
		t.Fatalf("%#v", refusals)
	}
	// The remedy: one at a time.
	for row := range s.World().SpacesOf(domain.SiteID(site)) {
		s.do(staff, StepSpace{Space: spaceByID(domain.ID(row.Doc.ID)), To: domain.PublicationArchived})
	}
	s.do(staff, StepSite{Site: siteByID(site), To: domain.PublicationArchived})
}

func ptr[T any](v T) *T { return &v }

// with is a value after a change.
func with[T any](v T, change func(*T)) T {
	change(&v)
	return v
}
