package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// importOf is an import of some of everything under a landlord.
func importOf(landlord domain.ID) Import {
	site := ImportSite{LandlordID: domain.LandlordID(landlord), Site: siteFields(" S1 "), Publish: true, Spaces: []ImportSpace{
		{Space: spaceFields("L1"), Publish: true}, {Space: spaceFields("")},
	}}
	bare := ImportSite{LandlordID: domain.LandlordID(landlord), Site: siteFields("S2")}
	project := ImportProject{Project: projectFields("un"), Publish: true, Needs: []ImportNeed{{Need: needFields(), Publish: true}}}
	group := domain.LandlordID(landlord)
	return Import{
		ID: "spring", Part: 1, Synthetic: true,
		Landlords: []ImportLandlord{{Landlord: with(landlordFields("Filiale"), func(f *domain.LandlordFields) { f.GroupID, f.Siren = &group, &sirens[0] })}},
		Sites:     []ImportSite{site, bare},
		Projects:  []ImportProject{project},
		LandlordNeeds: []ImportLandlordNeed{
			{LandlordID: group, Need: landlordNeedFields(" N1 "), Publish: true}, {LandlordID: group, Need: landlordNeedFields("")},
		},
	}
}

func TestImport(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("Tête", true)
	c := importOf(landlord)
	if n := c.Records(); n != 9 {
		t.Errorf("%d records", n)
	}
	outcome, err := s.Do(t.Context(), staff, c, c.Key())
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Object != "" {
		t.Errorf("one object %s for many", outcome.Object)
	}
	if got, want := s.wrote(outcome.Commit), "landlord site space space site project need landlordNeed landlordNeed receipt"; got != want {
		t.Errorf("wrote %q, not %q", got, want)
	}
	w := outcome.World
	sub, ok := w.LandlordBySiren(sirens[0])
	if !ok || sub.Doc.GroupID == nil || domain.ID(*sub.Doc.GroupID) != landlord || sub.Doc.State != domain.PublicationDraft {
		t.Errorf("the landlord: %+v", sub)
	}
	site, ok := w.SiteByRef(domain.LandlordID(landlord), "S1")
	if !ok || *site.Doc.ExternalRef != "S1" || site.Doc.Version != 1 || !site.Doc.Synthetic || site.Doc.State != domain.PublicationPublished {
		t.Fatalf("the site: %+v", site)
	}
	if n := len(slices.Collect(w.SpacesOf(site.Doc.ID))); n != 2 {
		t.Errorf("%d spaces on the site", n)
	}
	project, ok := w.ProjectBySlug("un")
	if !ok || len(slices.Collect(w.NeedsOf(project.Doc.ID))) != 1 {
		t.Errorf("the project: %+v", project)
	}

	wanted, ok := w.LandlordNeedByRef(domain.LandlordID(landlord), "N1")
	if !ok || *wanted.Doc.ExternalRef != "N1" || !wanted.Doc.Synthetic || wanted.Doc.State != domain.PublicationPublished {
		t.Errorf("the landlord's need: %+v", wanted)
	}

	// Sent again, it is the first commit's; the ledger names the import.
	again, err := s.Do(t.Context(), staff, c, c.Key())
	if err != nil || again.Commit != outcome.Commit {
		t.Errorf("again: commit %d, %v", again.Commit, err)
	}
	receipt, ok := w.Receipt(staff.Actor, "import/spring/1")
	if !ok || receipt.Commit != outcome.Commit {
		t.Errorf("the receipt: %+v", receipt)
	}
	// New objects only: another part with the same is refused.
	c.Part, c.Landlords = 2, nil
	if got, want := told(s.refused(staff, c)), strings.Join([]string{
		"ALREADY_EXISTS at input.sites.0.site.externalRef",
		"ALREADY_EXISTS at input.sites.0.spaces.0.space.externalRef",
		"ALREADY_EXISTS at input.sites.1.site.externalRef",
		"ALREADY_EXISTS at input.projects.0.project.slug",
		"ALREADY_EXISTS at input.landlordNeeds.0.need.externalRef",
	}, "\n"); got != want {
		t.Errorf("again as another part:\n%s\nwant\n%s", got, want)
	}
}

func TestImportRefusals(t *testing.T) {
	s := newStage(t)
	landlord, project := s.landlord("Tête", true), s.project("deux", true)
	gone := s.landlord("Disparu", true)
	s.do(staff, StepLandlord{ID: gone, To: domain.PublicationArchived})
	for _, c := range []struct {
		name   string
		viewer domain.Viewer
		change func(*Import)
		want   string
	}{
		{"a landlord's account", landlordViewer(landlord), nil, "NOT_ALLOWED"},
		{"a project's account", projectViewer(project), nil, "NOT_ALLOWED"},
		{"an observer", observer, nil, "NOT_ALLOWED"},
		{"nobody", domain.Anonymous, nil, "NOT_ALLOWED"},
		{"an invalid space", staff, func(c *Import) { c.Sites[0].Spaces[1].Space.Label = "" }, "INVALID_INPUT at input.sites.0.spaces.1.space.label"},
		{"an invalid need", staff, func(c *Import) { c.Projects[0].Needs[0].Need.PlacesWanted = 0 }, "INVALID_INPUT at input.projects.0.needs.0.need.placesWanted"},
		{"all that is wrong", staff, func(c *Import) {
			c.Landlords[0].Landlord.Name = ""
			c.Sites[1].Site.CommuneCode = "00000"
		}, "INVALID_INPUT at input.landlords.0.landlord.name\nINVALID_INPUT at input.sites.1.site.communeCode"},
		{"an unknown landlord", staff, func(c *Import) { c.Sites[1].LandlordID = "lld_none" }, "NOT_FOUND at input.sites.1.landlordId"},
		{"an archived landlord", staff, func(c *Import) { c.Sites[1].LandlordID = domain.LandlordID(gone) }, "WRONG_STATE at input.sites.1.landlordId"},
		{"no landlord", staff, func(c *Import) { c.Sites[1].LandlordID = "" }, "INVALID_INPUT at input.sites.1.landlordId"},
		{"a group that isn't there yet", staff, func(c *Import) {
			c.Landlords[0].Landlord.GroupID = ptr(domain.LandlordID("lld_none"))
		}, "NOT_FOUND at input.landlords.0.landlord.groupId"},
		{"a number twice", staff, func(c *Import) { c.Landlords = append(c.Landlords, c.Landlords[0]) }, "ALREADY_EXISTS at input.landlords.1.landlord.siren (whose isn't told)"},
		{"a site's reference twice", staff, func(c *Import) { c.Sites[1].Site.ExternalRef = ptr("S1") }, "ALREADY_EXISTS at input.sites.1.site.externalRef (whose isn't told)"},
		{"a space's reference twice, on two sites", staff, func(c *Import) { c.Sites[1].Spaces = c.Sites[0].Spaces[:1] }, "ALREADY_EXISTS at input.sites.1.spaces.0.space.externalRef (whose isn't told)"},
		{"a slug twice, as an alias", staff, func(c *Import) {
			c.Projects = append(c.Projects, ImportProject{Project: with(projectFields("trois"), func(f *domain.ProjectFields) { f.Aliases = []string{"un"} })})
		}, "ALREADY_EXISTS at input.projects.1.project.aliases.0 (whose isn't told)"},
		{"a slug that is taken", staff, func(c *Import) { c.Projects[0].Project.Slug = "deux" }, "ALREADY_EXISTS at input.projects.0.project.slug"},
		{"an invalid landlord's need", staff, func(c *Import) { c.LandlordNeeds[1].Need.Title = "" }, "INVALID_INPUT at input.landlordNeeds.1.need.title"},
		{"an unknown landlord's need", staff, func(c *Import) { c.LandlordNeeds[0].LandlordID = "lld_none" }, "NOT_FOUND at input.landlordNeeds.0.landlordId"},
		{"a need's reference twice", staff, func(c *Import) { c.LandlordNeeds[1].Need.ExternalRef = ptr("N1 ") }, "ALREADY_EXISTS at input.landlordNeeds.1.need.externalRef (whose isn't told)"},
		{"a need on a site that isn't there yet", staff, func(c *Import) { c.LandlordNeeds[1].Need.Sites = []domain.LandlordSiteRef{siteByRef("S1")} }, "NOT_FOUND at input.landlordNeeds.1.need.sites.0.externalRef"},
		{"too many records", staff, func(c *Import) { c.Sites[0].Spaces = make([]ImportSpace, mostImported) }, "INVALID_INPUT at input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := importOf(landlord)
			if c.change != nil {
				c.change(&x)
			}
			if got := told(s.refused(c.viewer, x)); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	// Nothing of it is left behind: what was right in them can still be entered.
	s.do(staff, importOf(landlord))
}

// What is wrong is said of a hundred records, not of thousands.
func TestImportSaysABoundedNumberOfMistakes(t *testing.T) {
	s := newStage(t)
	c := Import{Sites: []ImportSite{{LandlordID: domain.LandlordID(s.landlord("Tête", true)), Site: siteFields("S"), Spaces: make([]ImportSpace, 3_000)}}}
	if n := len(s.refused(staff, c)); n < mostRefused || n > 2*mostRefused {
		t.Errorf("%d refusals", n)
	}
}

// An import that doesn't fit into a commit is refused as soon as that is seen.
func TestImportTooLarge(t *testing.T) {
	s := newStage(t)
	long := strings.Repeat("a", 4_000)
	site := ImportSite{LandlordID: domain.LandlordID(s.landlord("Tête", true)), Site: siteFields("S")}
	for i := range mostImported - 1 {
		site.Spaces = append(site.Spaces, ImportSpace{Space: with(spaceFields(fmt.Sprint(i)), func(f *domain.SpaceFields) {
			f.WorksNeeded = &domain.SpaceWorks{Description: long}
		})})
	}
	refusals := s.refused(staff, Import{Sites: []ImportSite{site}})
	large, ok := refusals[0].(domain.TooLarge)
	if !ok || large.Bytes <= ledger.MaxCommitBytes || large.Bytes > ledger.MaxCommitBytes+10_000 {
		t.Errorf("%#v", refusals)
	}
}
