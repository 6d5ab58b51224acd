package hub

import (
	"bytes"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/palier-hub/palier/domain"
)

var update = flag.Bool("update", false, "write testdata anew")

// scene is one row of each kind, all in one state, below parents in that state.
type scene struct {
	name                                               string
	landlord, site, space, project, need, landlordNeed domain.ID
}

// sceneIn makes a scene whose rows are published, drafts, withdrawn, archived,
// or published to the network only. The landlord belongs to the group.
func (s *stage) sceneIn(name string, group domain.ID) scene {
	s.t.Helper()
	publish := name != "draft"
	visibility := domain.VisibilityPublic
	if name == "network" {
		visibility = domain.VisibilityNetwork
	}
	owner, groupID := landlordFields(name), domain.LandlordID(group)
	owner.GroupID = &groupID
	x := scene{name: name, landlord: s.do(staff, RegisterLandlord{Landlord: owner, Publish: publish}).Object}
	site, space := siteFields("site"), spaceFields("space")
	site.Visibility, space.Visibility = visibility, visibility
	x.site = s.do(staff, RegisterSite{LandlordID: &x.landlord, Site: site, Publish: publish}).Object
	x.space = s.do(staff, RegisterSpace{Site: siteByID(x.site), Space: space, Publish: publish}).Object
	x.project = s.project(name, publish)
	x.need = s.need(x.project, publish)
	wanted := landlordNeedFields("need", siteByID(x.site))
	wanted.Visibility = visibility
	x.landlordNeed = s.do(staff, RegisterLandlordNeed{LandlordID: &x.landlord, Need: wanted, Publish: publish}).Object
	var to domain.Publication
	switch name {
	case "withdrawn":
		to = domain.PublicationWithdrawn
	case "archived":
		to = domain.PublicationArchived
	default:
		return x
	}
	if to == domain.PublicationWithdrawn {
		s.do(staff, StepSpace{Space: spaceByID(x.space), To: to})
		s.do(staff, StepSite{Site: siteByID(x.site), To: to})
		s.do(staff, StepNeed{ID: x.need, To: to})
		s.do(staff, StepLandlordNeed{Need: landlordNeedByID(x.landlordNeed), To: to})
	}
	s.do(staff, StepLandlord{ID: x.landlord, To: to}) // archiving takes what is below along
	s.do(staff, StepProject{ID: x.project, To: to})
	return x
}

// onScene is every command as it is given on the rows of a scene. Each input is
// right, so that only the role and the state decide.
func onScene(t *testing.T, x scene) []Command {
	version := 1
	if x.name == "withdrawn" || x.name == "archived" {
		version = 2
	}
	site, space := siteFields("new"), spaceFields("new")
	siteThere, spaceThere := siteFields("site"), spaceFields("space")
	siteThere.Name, spaceThere.Label = "Les Érables", "Local n° 4"
	rename := func(field string) map[string]any { return map[string]any{field: "Autrement"} }
	var commands []Command
	steps := func(step func(domain.Publication) Command) {
		commands = append(commands, step(domain.PublicationPublished), step(domain.PublicationWithdrawn), step(domain.PublicationArchived))
	}
	commands = append(commands,
		ChangeLandlord{ID: x.landlord, ExpectedVersion: &version, Changes: patched[domain.LandlordFields](t, rename("Name"))},
		ChangeLandlord{ID: x.landlord, ExpectedVersion: &version, Changes: patched[domain.LandlordFields](t, map[string]any{"GroupID": nil})},
	)
	steps(func(to domain.Publication) Command { return StepLandlord{ID: x.landlord, To: to} })
	commands = append(commands,
		RegisterSite{LandlordID: &x.landlord, Site: site},
		UpsertSite{LandlordID: &x.landlord, Site: site},
		UpsertSite{LandlordID: &x.landlord, Site: siteThere},
		ChangeSite{Site: siteByID(x.site), ExpectedVersion: &version, Changes: patched[domain.SiteFields](t, rename("Name"))},
		ChangeSite{Site: of(siteByRef("site"), x.landlord), Changes: patched[domain.SiteFields](t, rename("Name"))},
	)
	steps(func(to domain.Publication) Command { return StepSite{Site: siteByID(x.site), To: to} })
	commands = append(commands,
		RegisterSpace{Site: siteByID(x.site), Space: space},
		UpsertSpace{Site: siteByID(x.site), Space: space},
		UpsertSpace{Site: siteByID(x.site), Space: spaceThere},
		ChangeSpace{Space: spaceByID(x.space), ExpectedVersion: &version, Changes: patched[domain.SpaceFields](t, rename("Label"))},
		ChangeSpace{Space: spaceOf(spaceByRef("space"), x.landlord), Changes: patched[domain.SpaceFields](t, rename("Label"))},
	)
	steps(func(to domain.Publication) Command { return StepSpace{Space: spaceByID(x.space), To: to} })
	wanted, wantedThere := landlordNeedFields("new", siteByRef("site")), landlordNeedFields("need")
	wantedThere.Title = "Porter les colis"
	commands = append(commands,
		RegisterLandlordNeed{LandlordID: &x.landlord, Need: landlordNeedFields("")},
		RegisterLandlordNeed{LandlordID: &x.landlord, Need: wanted},
		UpsertLandlordNeed{LandlordID: &x.landlord, Need: landlordNeedFields("new")},
		UpsertLandlordNeed{LandlordID: &x.landlord, Need: wantedThere},
		ChangeLandlordNeed{Need: landlordNeedByID(x.landlordNeed), ExpectedVersion: &version, Changes: patched[domain.StatedLandlordNeed](t, rename("Title"))},
		ChangeLandlordNeed{Need: landlordNeedOf(landlordNeedByRef("need"), x.landlord), Changes: patched[domain.StatedLandlordNeed](t, rename("Title"))},
	)
	steps(func(to domain.Publication) Command {
		return StepLandlordNeed{Need: landlordNeedByID(x.landlordNeed), To: to}
	})
	if x.name == "network" {
		return commands // projects and needs have no class of their own
	}
	commands = append(commands,
		ChangeProject{ID: x.project, ExpectedVersion: &version, Changes: patched[domain.ProjectFields](t, rename("Name"))})
	steps(func(to domain.Publication) Command { return StepProject{ID: x.project, To: to} })
	commands = append(commands,
		RegisterNeed{ProjectID: &x.project, Need: needFields()},
		ChangeNeed{ID: x.need, ExpectedVersion: &version, Changes: patched[domain.NeedFields](t, rename("Label"))})
	steps(func(to domain.Publication) Command { return StepNeed{ID: x.need, To: to} })
	return commands
}

// variant says what tells commands of the same action apart.
func variant(c Command) string {
	switch c := c.(type) {
	case ChangeLandlord:
		if _, group := c.Changes.set["GroupID"]; group {
			return " (its group)"
		}
	case UpsertSite:
		if *c.Site.ExternalRef == "new" {
			return " (a new reference)"
		}
		return " (a known reference)"
	case UpsertSpace:
		if *c.Space.ExternalRef == "new" {
			return " (a new reference)"
		}
		return " (a known reference)"
	case UpsertLandlordNeed:
		if *c.Need.ExternalRef == "new" {
			return " (a new reference)"
		}
		return " (a known reference)"
	case RegisterLandlordNeed:
		if c.Need.Sites != nil {
			return " (on a site)"
		}
	case ChangeLandlordNeed:
		if c.Need.ByReference() {
			return " (by reference)"
		}
	case ChangeSite:
		if c.Site.ByReference() {
			return " (by reference)"
		}
	case ChangeSpace:
		if c.Space.ByReference() {
			return " (by reference)"
		}
	}
	return ""
}

// TestCommandsByRole is every command by every role on rows in every state, as
// a table that a person can read: testdata/commands.txt. To accept a change of
// it: go test ./hub -run CommandsByRole -update
func TestCommandsByRole(t *testing.T) {
	s := newStage(t)
	group, other := s.landlord("group", true), s.landlord("other", true)
	otherProject := s.project("other-project", true)
	var table bytes.Buffer
	fmt.Fprintln(&table, "Who may give which command: accepted, or the code of the refusal.")
	write := func(title string, commands []Command, own scene) {
		fmt.Fprintf(&table, "\n%s\n\n", title)
		w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "\tPUBLIC\tOBSERVER\tPROJECT own\tPROJECT other\tLANDLORD own\tLANDLORD group\tLANDLORD other\tSTAFF")
		for _, c := range commands {
			fmt.Fprint(w, c.Action(), variant(c))
			for _, v := range []domain.Viewer{
				domain.Anonymous, observer,
				projectViewer(own.project), projectViewer(otherProject),
				landlordViewer(own.landlord), landlordViewer(group), landlordViewer(other),
				staff,
			} {
				// Deciding is pure: each starts from the same World.
				a := &attempt{viewer: v, command: c}
				if err := a.prepare(rand.Reader, s.secret); err != nil {
					t.Fatal(err)
				}
				commit, _, err := s.decideOne(s.World(), a, s.clock.tell())
				if err == nil && commit == nil {
					t.Errorf("%s on %s rows: nothing to do", c.Action(), own.name)
				}
				fmt.Fprint(w, "\t", codesOf(err))
			}
			fmt.Fprintln(w)
		}
		w.Flush()
	}
	write("Organisations that aren't there yet.", []Command{
		RegisterLandlord{Landlord: landlordFields("new")},
		RegisterProject{Project: projectFields("new")},
	}, scene{landlord: "lld_none", project: "prj_none"})
	for _, state := range []struct{ name, title string }{
		{"published", "On published rows, under published parents."},
		{"network", "On rows that are published to the network only."},
		{"draft", "On drafts, under drafts."},
		{"withdrawn", "On withdrawn rows, under withdrawn parents."},
		{"archived", "On archived rows, under archived parents."},
	} {
		x := s.sceneIn(state.name, group)
		write(state.title, onScene(t, x), x)
	}

	const golden = "testdata/commands.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, table.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, table.Bytes()) {
		t.Errorf("%s says otherwise; now it is\n%s", golden, table.String())
	}
}

// What is hidden from a viewer answers as what isn't there, down to the words.
func TestHiddenLooksLikeMissing(t *testing.T) {
	s := newStage(t)
	group, other := s.landlord("group", true), s.landlord("other", true)
	otherProject := s.project("other-project", true)
	hidden := s.sceneIn("draft", group)
	var seed domain.Seed
	missing := scene{
		name:     "draft",
		landlord: seed.NewID(domain.KindLandlord, 1), site: seed.NewID(domain.KindSite, 1), space: seed.NewID(domain.KindSpace, 1),
		project: seed.NewID(domain.KindProject, 1), need: seed.NewID(domain.KindNeed, 1),
		landlordNeed: seed.NewID(domain.KindLandlordNeed, 1),
	}
	names := strings.NewReplacer(
		string(missing.landlord), string(hidden.landlord), string(missing.site), string(hidden.site), string(missing.space), string(hidden.space),
		string(missing.project), string(hidden.project), string(missing.need), string(hidden.need),
		string(missing.landlordNeed), string(hidden.landlordNeed))
	said := func(v domain.Viewer, c Command) string {
		_, _, err := s.decideOne(s.World(), &attempt{viewer: v, command: c}, s.clock.tell())
		text := fmt.Sprintf("%T", err)
		for _, r := range domain.AsRefusals(err) {
			text += fmt.Sprintf("\n%T %s at %v: %s / %s", r, r.RefusalCode(), pathOf(r), r.Say(domain.French), r.Say(domain.English))
		}
		return text
	}
	onHidden, onMissing := onScene(t, hidden), onScene(t, missing)
	for _, v := range []domain.Viewer{domain.Anonymous, observer, projectViewer(otherProject), landlordViewer(other)} {
		for i := range onHidden {
			there, notThere := said(v, onHidden[i]), names.Replace(said(v, onMissing[i]))
			if there != notThere {
				t.Errorf("%s by %s: hidden, it says\n%s\nmissing,\n%s", onHidden[i].Action(), v.Role, there, notThere)
			}
		}
	}
}
