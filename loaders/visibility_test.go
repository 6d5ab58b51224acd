package loaders_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/race"
)

// scene is a hub with sites of every standing, spaces of every standing on each,
// and needs of every standing that name all the sites, for each of several
// landlords; and projects and needs in every state. Every confidential value in
// it holds a mark of its owner.
type scene struct {
	*apitest.Server
	landlords map[string]domain.LandlordID
	projects  map[string]domain.ProjectID
}

var states = []domain.Publication{domain.PublicationDraft, domain.PublicationPublished, domain.PublicationWithdrawn, domain.PublicationArchived}

// standings are the combinations of state and visibility that matter: what
// isn't published would be seen by all if it were.
var standings = []struct {
	state      domain.Publication
	visibility domain.Visibility
}{
	{domain.PublicationPublished, domain.VisibilityPublic},
	{domain.PublicationPublished, domain.VisibilityNetwork},
	{domain.PublicationPublished, domain.VisibilityPrivate},
	{domain.PublicationDraft, domain.VisibilityPublic},
	{domain.PublicationWithdrawn, domain.VisibilityPublic},
	{domain.PublicationArchived, domain.VisibilityPublic},
}

func newScene(t *testing.T) scene {
	t.Helper()
	s := scene{apitest.New(t), make(map[string]domain.LandlordID), make(map[string]domain.ProjectID)}
	landlord := func(name, group string, state domain.Publication) {
		f := apitest.LandlordFields(name)
		f.Siren = new(domain.Siren(map[string]string{"alpha": "000001016", "beta": "000001123", "head": "000001230", "branch": "000001347",
			"hidden head": "000001453", "seen branch": "000001560", "draft": "000001677", "unseen branch": "000001784"}[name]))
		f.GuardingCostMonthly = new(domain.Amount(8_765_432))
		if group != "" {
			f.GroupID = new(s.landlords[group])
		}
		id := apitest.Do[domain.ID](t, s.Server, hub.RegisterLandlord{Landlord: f})
		s.landlords[name] = domain.LandlordID(id)
		for _, to := range wayTo(state) {
			apitest.Do[domain.ID](t, s.Server, hub.StepLandlord{ID: id, To: to})
		}
	}
	landlord("alpha", "", domain.PublicationPublished)
	landlord("beta", "", domain.PublicationPublished)
	landlord("head", "", domain.PublicationPublished)
	landlord("branch", "head", domain.PublicationPublished)
	landlord("hidden head", "", domain.PublicationWithdrawn)
	landlord("seen branch", "hidden head", domain.PublicationPublished)
	landlord("draft", "", domain.PublicationDraft)
	landlord("unseen branch", "head", domain.PublicationDraft)
	var work errgroup.Group
	for name, id := range s.landlords {
		work.Go(func() error { return s.stock(name, domain.ID(id)) })
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"one", "two", "draft project", "archived project"} {
		f := apitest.ProjectFields(strings.ReplaceAll(name, " ", "-"), name)
		id := apitest.Do[domain.ID](t, s.Server, hub.RegisterProject{Project: f})
		s.projects[name] = domain.ProjectID(id)
		for _, state := range states {
			n := apitest.NeedFields(fmt.Sprint(name, " ", state))
			n.SpaceKinds = []domain.SpaceKind{domain.SpaceKindOffice}
			n.Budget = &domain.HostingBudget{MonthlyCeiling: 9_876_543}
			need := apitest.Do[domain.ID](t, s.Server, hub.RegisterNeed{ProjectID: &id, Need: n})
			for _, to := range wayTo(state) {
				apitest.Do[domain.ID](t, s.Server, hub.StepNeed{ID: need, To: to})
			}
		}
		end := []domain.Publication{domain.PublicationPublished, domain.PublicationPublished, domain.PublicationDraft, domain.PublicationArchived}[i]
		for _, to := range wayTo(end) {
			apitest.Do[domain.ID](t, s.Server, hub.StepProject{ID: id, To: to})
		}
	}
	s.contacts(t)
	return s
}

// wayTo are the steps that lead from a draft to a state.
func wayTo(state domain.Publication) []domain.Publication {
	switch state {
	case domain.PublicationDraft:
		return nil
	case domain.PublicationWithdrawn:
		return []domain.Publication{domain.PublicationPublished, state}
	}
	return []domain.Publication{state}
}

// stock registers the sites of a landlord with their spaces, and its needs. It
// runs beside others, so that the hub keeps many commands in one write.
func (s scene) stock(name string, owner domain.ID) error {
	mark := "SECRET " + name
	sites := make([]domain.LandlordSiteRef, len(standings))
	for i, at := range standings {
		f := apitest.SiteFields(fmt.Sprint(at), "93066", fmt.Sprint(mark, at))
		f.Visibility = at.visibility
		f.Street = new("SECRET street")
		f.Position = &domain.Position{Latitude: 48.987654, Longitude: 2.345678, Quality: domain.PositionAddress}
		f.TenantsAssociation = &domain.TenantsAssociation{Exists: true, Name: new("SECRET tenants")}
		f.LocalAuthority = &domain.LocalAuthority{Support: domain.SupportReserved, Source: new("SECRET council")}
		f.Identifiers = []domain.Identifier{{Scheme: "RPLS", Value: mark}}
		site, err := s.do(hub.RegisterSite{LandlordID: &owner, Site: f})
		if err != nil {
			return err
		}
		sites[i] = domain.LandlordSiteRef{ID: &site}
		for _, in := range standings {
			space, err := s.do(hub.RegisterSpace{Site: sites[i], Space: apitest.SpaceFields(fmt.Sprint(in), in.visibility, fmt.Sprint(mark, at, in))})
			if err != nil {
				return err
			}
			for _, to := range wayTo(in.state) {
				if _, err := s.do(hub.StepSpace{Space: domain.VacantSpaceRef{ID: &space}, To: to}); err != nil {
					return err
				}
			}
		}
	}
	for _, in := range standings {
		f := apitest.LandlordNeedFields(fmt.Sprint(in), in.visibility, fmt.Sprint(mark, in))
		f.Sites = sites
		f.Budget = &domain.LandlordNeedBudget{Amount: 7_654_321, Basis: domain.BudgetTotal}
		need, err := s.do(hub.RegisterLandlordNeed{LandlordID: &owner, Need: f})
		if err != nil {
			return err
		}
		for _, to := range wayTo(in.state) {
			if _, err := s.do(hub.StepLandlordNeed{Need: domain.LandlordNeedRef{ID: &need}, To: to}); err != nil {
				return err
			}
		}
	}
	for i, at := range standings {
		for _, to := range wayTo(at.state) {
			if _, err := s.do(hub.StepSite{Site: sites[i], To: to}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s scene) do(c hub.Command) (domain.ID, error) {
	outcome, err := s.Hub.Do(context.Background(), apitest.Staff, c, "")
	return outcome.Object, err
}

// viewers by name: all that are let in.
func (s scene) viewers() map[string]domain.Viewer {
	out := map[string]domain.Viewer{"anonymous": apitest.Anonymous, "observer": apitest.Observer, "staff": apitest.Staff}
	for name, id := range s.landlords {
		out[name] = apitest.Landlord(id)
	}
	for name, id := range s.projects {
		if !s.Hub.World().Closed(domain.ID(id)) {
			out[name] = apitest.Project(id)
		}
	}
	return out
}

// TestArchivedAreNotLetIn: of an organisation that was archived, nobody sees more than
// by coming without a token.
func TestArchivedAreNotLetIn(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	answer, err := s.As(t, apitest.Project(s.projects["archived project"])).Ask(`{ viewer { role } }`, nil)
	if err != nil || answer.Status != http.StatusUnauthorized || !strings.Contains(string(answer.Body), `"NO_RIGHTS"`) {
		t.Errorf("%d %s, %v", answer.Status, answer.Body, err)
	}
}

// oracle says what a viewer may see, from the documents alone and in its own
// words: the rule of who sees what, written a second time.
type oracle struct {
	scene
	viewer domain.Viewer
}

func (o oracle) owns(l *domain.Landlord) bool {
	mine := o.viewer.Landlord
	return o.viewer.Role == domain.RoleStaff || mine != "" && (l.ID == mine || l.GroupID != nil && *l.GroupID == mine)
}

func (o oracle) landlordOf(id domain.LandlordID) *domain.Landlord {
	row, _ := o.Hub.World().Landlord(id)
	return row.Doc
}

func (o oracle) siteOf(id domain.SiteID) *domain.LandlordSite {
	row, _ := o.Hub.World().Site(id)
	return row.Doc
}

func (o oracle) admits(v domain.Visibility) bool {
	return v == domain.VisibilityPublic || v == domain.VisibilityNetwork && o.viewer.Role != domain.RolePublic
}

func (o oracle) landlord(l *domain.Landlord) bool {
	return o.owns(l) || l.State == domain.PublicationPublished
}

func (o oracle) site(s *domain.LandlordSite) bool {
	l := o.landlordOf(s.LandlordID)
	return o.owns(l) || o.landlord(l) && s.State == domain.PublicationPublished && o.admits(s.Visibility)
}

func (o oracle) space(s *domain.VacantSpace) bool {
	site := o.siteOf(s.SiteID)
	return o.owns(o.landlordOf(site.LandlordID)) || o.site(site) && s.State == domain.PublicationPublished && o.admits(s.Visibility)
}

func (o oracle) landlordNeed(n *domain.LandlordNeed) bool {
	l := o.landlordOf(n.LandlordID)
	return o.owns(l) || o.landlord(l) && n.State == domain.PublicationPublished && o.admits(n.Visibility)
}

func (o oracle) project(p *domain.InnovationProject) bool {
	return o.viewer.Role == domain.RoleStaff || p.ID == o.viewer.Project || p.State == domain.PublicationPublished
}

func (o oracle) needOpen(n *domain.HostingNeed) bool {
	row, _ := o.Hub.World().Project(n.ProjectID)
	return n.State == domain.PublicationPublished && row.Doc.State == domain.PublicationPublished
}

func (o oracle) need(n *domain.HostingNeed) bool {
	return o.viewer.Role == domain.RoleStaff || n.ProjectID == o.viewer.Project || o.needOpen(n)
}

// seen are the ids of all that the viewer may see, by list.
type seen map[string][]string

func (o oracle) all() (visible, hidden seen) {
	visible, hidden = make(seen), make(seen)
	note := func(list, id string, ok bool) {
		to := hidden
		if ok {
			to = visible
		}
		to[list] = append(to[list], id)
	}
	w := o.Hub.World()
	for r := range w.Landlords() {
		note("landlords", string(r.Doc.ID), o.landlord(r.Doc))
	}
	for r := range w.Sites() {
		note("landlordSites", string(r.Doc.ID), o.site(r.Doc))
	}
	for r := range w.Spaces() {
		note("vacantSpaces", string(r.Doc.ID), o.space(r.Doc))
	}
	for r := range w.LandlordNeeds() {
		note("landlordNeeds", string(r.Doc.ID), o.landlordNeed(r.Doc))
	}
	for r := range w.Projects() {
		note("innovationProjects", string(r.Doc.ID), o.project(r.Doc))
	}
	for r := range w.Needs() {
		note("hostingNeeds", string(r.Doc.ID), o.need(r.Doc))
	}
	o.contacts(note)
	return visible, hidden
}

// single is the field that looks one object of a list up.
var single = map[string]string{"landlords": "landlord", "landlordSites": "landlordSite", "vacantSpaces": "vacantSpace",
	"innovationProjects": "innovationProject", "hostingNeeds": "hostingNeed", "landlordNeeds": "landlordNeed",
	"hostingInvitations": "hostingInvitation", "hostingProposals": "hostingProposal", "landlordApproaches": "landlordApproach"}

const everyState = "filter: { states: [DRAFT, PUBLISHED, WITHDRAWN, ARCHIVED] }"

// TestVisibility compares all the paths by which a row can be reached, for every
// viewer, with the oracle.
func TestVisibility(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for name, viewer := range s.viewers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := oracle{s, viewer}
			client := s.As(t, viewer)
			visible, hidden := o.all()
			checkAlike(t, client, o, hidden)
			if viewer.Role != domain.RoleStaff && len(hidden["vacantSpaces"]) == 0 {
				t.Error("nothing is hidden: the test compares too little")
			}
			for list := range single {
				checkList(t, client, list, allOf(list), visible[list])
				checkLookups(t, client, list, visible[list], hidden[list])
			}
			near := "near: { latitude: 48.93, longitude: 2.35, radiusKm: 50 }, states: [DRAFT, PUBLISHED, WITHDRAWN, ARCHIVED]"
			checkList(t, client, "vacantSpaces", "orderBy: DISTANCE, filter: { "+near+" }", visible["vacantSpaces"])
			checkList(t, client, "landlordSites", "orderBy: DISTANCE, filter: { "+near+" }", visible["landlordSites"])
			checkJoins(t, client, o)
			checkContacts(t, client, o)
			checkReferences(t, client, o)
			checkMatches(t, client, o)
			checkParts(t, client, o)
			checkMarks(t, client, o)
		})
	}
}

type page struct {
	TotalCount int
	Nodes      []struct{ ID string }
	Edges      []struct {
		Cursor string
		Node   struct{ ID string }
	}
	PageInfo struct {
		HasNextPage bool
		EndCursor   *string
	}
	Facets []struct {
		Name   string
		Counts []struct {
			Code  string
			Count int
		}
	}
}

const pageFields = `{ totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } facets { name counts { code count } } }`

// pagesOf asks for all the pages of a list and answers its ids in order, with
// the first page.
func pagesOf(t *testing.T, client apitest.Client, list, arguments string, first int) ([]string, page) {
	t.Helper()
	var ids []string
	var begin page
	for after := ""; ; {
		var answer map[string]page
		client.Query(t, &answer, fmt.Sprintf("{ %s(first: %d%s, %s) %s }", list, first, after, arguments, pageFields), nil)
		p := answer[list]
		if len(p.Nodes) > first || len(p.Nodes) != len(p.Edges) {
			t.Fatalf("%s: %d nodes and %d edges for first: %d", list, len(p.Nodes), len(p.Edges), first)
		}
		for i, n := range p.Nodes {
			if p.Edges[i].Node.ID != n.ID {
				t.Errorf("%s: edges and nodes differ", list)
			}
			ids = append(ids, n.ID)
		}
		if after == "" {
			begin = p
		} else if p.TotalCount != begin.TotalCount {
			t.Errorf("%s: the total changed between pages", list)
		}
		if !p.PageInfo.HasNextPage {
			return ids, begin
		}
		if len(ids) > begin.TotalCount {
			t.Fatalf("%s: the pages don't end", list)
		}
		after = fmt.Sprintf(", after: %q", *p.PageInfo.EndCursor)
	}
}

func checkList(t *testing.T, client apitest.Client, list, arguments string, want []string) {
	t.Helper()
	got, p := pagesOf(t, client, list, arguments, 100)
	sameIDs(t, list+" "+arguments, got, want)
	if p.TotalCount != len(want) {
		t.Errorf("%s: %d in all, want %d", list, p.TotalCount, len(want))
	}
	for _, f := range p.Facets {
		sum := 0
		for _, c := range f.Counts {
			sum += c.Count
		}
		if f.Name == "state" && sum != len(want) {
			t.Errorf("%s: the facet of states counts %d, want %d", list, sum, len(want))
		}
	}
}

func sameIDs(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d ids, want %d", what, len(got), len(want))
	}
}

// checkLookups asks for every object by its id, by the field of its kind and by
// node.
func checkLookups(t *testing.T, client apitest.Client, list string, visible, hidden []string) {
	t.Helper()
	all := append(slices.Clone(visible), hidden...)
	for chunk := range slices.Chunk(all, 100) {
		var q strings.Builder
		for i, id := range chunk {
			fmt.Fprintf(&q, "a%d: %s(id: %q) { id } n%d: node(id: %q) { id } ", i, single[list], id, i, id)
		}
		var answer map[string]*struct{ ID string }
		client.Query(t, &answer, "{ "+q.String()+"}", nil)
		for i, id := range chunk {
			want := slices.Contains(visible, id)
			for _, alias := range []string{"a", "n"} {
				if got := answer[fmt.Sprint(alias, i)]; (got != nil) != want || got != nil && got.ID != id {
					t.Errorf("%s of %s %s: %v, want visible %v", alias, list, id, got, want)
				}
			}
		}
	}
}

// checkJoins walks down from the landlords and projects, and up again.
func checkJoins(t *testing.T, client apitest.Client, o oracle) {
	t.Helper()
	var down struct {
		Landlords struct {
			Nodes []struct {
				ID           string
				Group        *struct{ ID string }
				Subsidiaries []struct{ ID string }
				Sites        struct {
					TotalCount int
					Nodes      []struct {
						ID       string
						Landlord struct{ ID string }
						Spaces   page
					}
				}
				Spaces page
				Needs  page
			}
		}
		LandlordNeeds struct {
			Nodes []struct {
				ID       string
				Landlord struct{ ID string }
				Sites    []struct{ ID string }
			}
		}
		InnovationProjects struct {
			Nodes []struct {
				ID    string
				Needs page
			}
		}
	}
	client.Query(t, &down, `{
		landlords(first: 100, `+everyState+`) { nodes {
			id group { id } subsidiaries { id }
			sites(first: 100, `+everyState+`) { totalCount nodes { id landlord { id } spaces(first: 100, `+everyState+`) `+pageFields+` } }
			spaces(first: 100, `+everyState+`) `+pageFields+`
			needs(first: 100, `+everyState+`) `+pageFields+`
		} }
		landlordNeeds(first: 100, `+everyState+`) { nodes { id landlord { id } sites { id } } }
		innovationProjects(first: 100, `+everyState+`) { nodes { id needs(first: 100, `+everyState+`) `+pageFields+` } }
	}`, nil)
	w := o.Hub.World()
	for _, l := range down.Landlords.Nodes {
		doc := o.landlordOf(domain.LandlordID(l.ID))
		if (l.Group != nil) != (doc.GroupID != nil && o.landlord(o.landlordOf(*doc.GroupID))) {
			t.Errorf("group of %s: %v", doc.Name, l.Group)
		}
		var branches, got []string
		for r := range w.Landlords() {
			if r.Doc.GroupID != nil && *r.Doc.GroupID == doc.ID && o.landlord(r.Doc) {
				branches = append(branches, string(r.Doc.ID))
			}
		}
		for _, b := range l.Subsidiaries {
			got = append(got, b.ID)
		}
		sameIDs(t, "subsidiaries of "+doc.Name, got, branches)
		var wanted []string
		for r := range w.LandlordNeeds() {
			if r.Doc.LandlordID == doc.ID && o.landlordNeed(r.Doc) {
				wanted = append(wanted, string(r.Doc.ID))
			}
		}
		sameIDs(t, "needs of "+doc.Name, l.Needs.ids(), wanted)
		if l.Needs.TotalCount != len(wanted) {
			t.Errorf("needs of %s: %d in all, want %d", doc.Name, l.Needs.TotalCount, len(wanted))
		}
		spaces := 0
		for r := range w.Sites() {
			if r.Doc.LandlordID != doc.ID || !o.site(r.Doc) {
				continue
			}
			i := slices.IndexFunc(l.Sites.Nodes, func(s struct {
				ID       string
				Landlord struct{ ID string }
				Spaces   page
			}) bool {
				return s.ID == string(r.Doc.ID) && s.Landlord.ID == l.ID
			})
			if i < 0 {
				t.Errorf("%s lacks its site %s", doc.Name, r.Doc.Name)
				continue
			}
			var want []string
			for space := range w.Spaces() {
				if space.Doc.SiteID == r.Doc.ID && o.space(space.Doc) {
					want = append(want, string(space.Doc.ID))
				}
			}
			below := l.Sites.Nodes[i].Spaces
			sameIDs(t, "spaces of "+doc.Name+" "+r.Doc.Name, below.ids(), want)
			if below.TotalCount != len(want) {
				t.Errorf("spaces of %s: %d in all, want %d", r.Doc.Name, below.TotalCount, len(want))
			}
			spaces += len(want)
		}
		if l.Spaces.TotalCount != spaces {
			t.Errorf("%s has %d spaces in all, want %d", doc.Name, l.Spaces.TotalCount, spaces)
		}
	}
	for _, n := range down.LandlordNeeds.Nodes {
		row, _ := w.LandlordNeed(domain.LandlordNeedID(n.ID))
		var got, want []string
		for _, s := range n.Sites {
			got = append(got, s.ID)
		}
		for _, id := range row.Doc.Sites {
			if o.site(o.siteOf(id)) {
				want = append(want, string(id))
			}
		}
		sameIDs(t, "sites of the need "+n.ID, got, want)
		if n.Landlord.ID != string(row.Doc.LandlordID) {
			t.Errorf("the landlord of %s is %s", n.ID, n.Landlord.ID)
		}
	}
	for _, p := range down.InnovationProjects.Nodes {
		var want []string
		for r := range w.Needs() {
			if string(r.Doc.ProjectID) == p.ID && o.need(r.Doc) {
				want = append(want, string(r.Doc.ID))
			}
		}
		sameIDs(t, "needs of "+p.ID, p.Needs.ids(), want)
	}
}

func (p page) ids() (out []string) {
	for _, n := range p.Nodes {
		out = append(out, n.ID)
	}
	return out
}

// checkReferences looks objects up by what others call them, and through
// filters that name an owner.
func checkReferences(t *testing.T, client apitest.Client, o oracle) {
	t.Helper()
	w := o.Hub.World()
	found := func(query string, variables map[string]any) bool {
		var answer map[string]*struct{ ID string }
		client.Query(t, &answer, query, variables)
		return answer["found"] != nil
	}
	for r := range w.Landlords() {
		if got := found(`query($s: Siren!) { found: landlordBySiren(siren: $s) { id } }`, map[string]any{"s": *r.Doc.Siren}); got != o.landlord(r.Doc) {
			t.Errorf("%s by its SIREN: %v", r.Doc.Name, got)
		}
		var answer map[string]page
		client.Query(t, &answer, `query($g: ID!) { landlords(first: 100, filter: { groupId: $g }) `+pageFields+` }`, map[string]any{"g": r.Doc.ID})
		var want []string
		for branch := range w.Landlords() {
			// A group that is hidden is no way to find its subsidiaries.
			if g := branch.Doc.GroupID; g != nil && *g == r.Doc.ID && o.landlord(r.Doc) && o.landlord(branch.Doc) {
				want = append(want, string(branch.Doc.ID))
			}
		}
		sameIDs(t, "landlords of the group "+r.Doc.Name, answer["landlords"].ids(), want)
	}
	for r := range w.Projects() {
		if got := found(`query($s: String!) { found: innovationProjectBySlug(slug: $s) { id } }`, map[string]any{"s": r.Doc.Slug}); got != o.project(r.Doc) {
			t.Errorf("%s by its slug: %v", r.Doc.Slug, got)
		}
	}
	for r := range w.LandlordNeeds() {
		got := found(`query($r: String!, $l: ID!) { found: landlordNeedByRef(externalRef: $r, landlordId: $l) { id } }`,
			map[string]any{"r": *r.Doc.ExternalRef, "l": r.Doc.LandlordID})
		if want := o.owns(o.landlordOf(r.Doc.LandlordID)); got != want {
			t.Errorf("%s by its reference: %v", *r.Doc.ExternalRef, got)
		}
	}
	n := 0
	for r := range w.Spaces() {
		if n++; n%3 != 0 { // a third of them, of every standing
			continue
		}
		landlord := o.siteOf(r.Doc.SiteID).LandlordID
		got := found(`query($r: String!, $l: ID!) { found: vacantSpaceByRef(externalRef: $r, landlordId: $l) { id } }`,
			map[string]any{"r": *r.Doc.ExternalRef, "l": landlord})
		if want := o.owns(o.landlordOf(landlord)); got != want {
			t.Errorf("%s by its reference: %v", *r.Doc.ExternalRef, got)
		}
	}
}

type matchPage struct {
	TotalCount, EligibleCount, UncertainCount, IneligibleCount int
	Nodes                                                      []struct {
		Need, With struct{ ID string }
	}
	PageInfo struct {
		HasNextPage bool
		EndCursor   *string
	}
	Facets []struct {
		Name   string
		Counts []struct{ Count int }
	}
}

const matchFields = `totalCount eligibleCount uncertainCount ineligibleCount pageInfo { hasNextPage endCursor } facets { name counts { count } }`

// matchesOf are the pairs of all the pages of an object's list of matches: of
// needs with spaces, landlords or projects.
func matchesOf(t *testing.T, client apitest.Client, field, list, with, id string) (pairs []string) {
	t.Helper()
	for after := ""; ; {
		var answer map[string]struct{ Matches matchPage }
		client.Query(t, &answer, fmt.Sprintf("{ %s(id: %q) { matches: %s(first: 100%s) { nodes { need { id } with: %s { id } } %s } } }", field, id, list, after, with, matchFields), nil)
		p := answer[field].Matches
		for _, n := range p.Nodes {
			pairs = append(pairs, n.Need.ID+" "+n.With.ID)
		}
		if p.TotalCount != p.EligibleCount+p.UncertainCount+p.IneligibleCount {
			t.Errorf("matches of %s: the counts don't add up", id)
		}
		for _, f := range p.Facets {
			sum := 0
			for _, c := range f.Counts {
				sum += c.Count
			}
			if sum != p.TotalCount && f.Name != "project.domains" { // of which a project has several
				t.Errorf("matches of %s: the facet %s counts %d of %d", id, f.Name, sum, p.TotalCount)
			}
		}
		if p.PageInfo.HasNextPage {
			after = fmt.Sprintf(", after: %q", *p.PageInfo.EndCursor)
			continue
		}
		if len(pairs) != p.TotalCount {
			t.Errorf("matches of %s: %d on all pages, %d in all", id, len(pairs), p.TotalCount)
		}
		return pairs
	}
}

func checkMatches(t *testing.T, client apitest.Client, o oracle) {
	t.Helper()
	w := o.Hub.World()
	var spaces []string // that a match may show
	byState := make(map[string]domain.SpaceID)
	for r := range w.Spaces() {
		if o.space(r.Doc) && r.Doc.State != domain.PublicationArchived {
			spaces = append(spaces, string(r.Doc.ID))
			byState[fmt.Sprint(r.Doc.State, r.Doc.Visibility)] = r.Doc.ID
		}
	}
	pairs := func(needs, with []string) (out []string) {
		for _, n := range needs {
			for _, s := range with {
				out = append(out, n+" "+s)
			}
		}
		return out
	}
	// A need's landlords are those that the viewer may see, whether or not it may
	// see a space of theirs.
	var landlords, projects, wanted []string
	for r := range w.Landlords() {
		if o.landlord(r.Doc) && r.Doc.State != domain.PublicationArchived {
			landlords = append(landlords, string(r.Doc.ID))
		}
	}
	for r := range w.Projects() {
		if o.project(r.Doc) && r.Doc.State != domain.PublicationArchived {
			projects = append(projects, string(r.Doc.ID))
		}
	}
	for r := range w.LandlordNeeds() {
		if !o.landlordNeed(r.Doc) {
			continue
		}
		id := string(r.Doc.ID)
		if r.Doc.State != domain.PublicationArchived {
			wanted = append(wanted, id)
		}
		sameIDs(t, "matches of "+r.Doc.Title, matchesOf(t, client, "landlordNeed", "matches", "project", id), pairs([]string{id}, projects))
	}
	var open []string
	for r := range w.Needs() {
		if o.needOpen(r.Doc) {
			open = append(open, string(r.Doc.ID))
		}
		if o.need(r.Doc) && r.Doc.State == domain.PublicationPublished {
			id := string(r.Doc.ID)
			sameIDs(t, "matches of "+r.Doc.Label, matchesOf(t, client, "hostingNeed", "matches", "space", id), pairs([]string{id}, spaces))
			sameIDs(t, "landlords for "+r.Doc.Label, matchesOf(t, client, "hostingNeed", "landlordMatches", "landlord", id), pairs([]string{id}, landlords))
		}
	}
	for r := range w.Landlords() {
		if !o.landlord(r.Doc) {
			continue
		}
		var stock []string
		for s := range w.SpacesOfLandlord(r.Doc.ID) {
			if slices.Contains(spaces, string(s.Doc.ID)) {
				stock = append(stock, string(s.Doc.ID))
			}
		}
		id := string(r.Doc.ID)
		sameIDs(t, "matches of "+r.Doc.Name, matchesOf(t, client, "landlord", "matches", "space", id), pairs(open, stock))
	}
	for r := range w.Projects() {
		if !o.project(r.Doc) {
			continue
		}
		var needs []string
		for n := range w.NeedsOf(r.Doc.ID) {
			if o.need(n.Doc) && n.Doc.State != domain.PublicationArchived {
				needs = append(needs, string(n.Doc.ID))
			}
		}
		id := string(r.Doc.ID)
		sameIDs(t, "matches of "+r.Doc.Slug, matchesOf(t, client, "innovationProject", "matches", "space", id), pairs(needs, spaces))
		sameIDs(t, "landlords' needs for "+r.Doc.Slug, matchesOf(t, client, "innovationProject", "landlordNeedMatches", "project", id), pairs(wanted, []string{id}))
	}
	for _, id := range byState {
		var want []string
		for _, n := range open {
			want = append(want, n+" "+string(id))
		}
		sameIDs(t, "matches of a space", matchesOf(t, client, "vacantSpace", "matches", "space", string(id)), want)
	}
}

// checkParts: the parts of a visible row that only some see are there for them
// and null for others.
func checkParts(t *testing.T, client apitest.Client, o oracle) {
	t.Helper()
	w := o.Hub.World()
	mine := make(map[string]bool) // whether the viewer manages the row
	for r := range w.Landlords() {
		mine[string(r.Doc.ID)] = o.owns(r.Doc)
	}
	for r := range w.Sites() {
		mine[string(r.Doc.ID)] = o.owns(o.landlordOf(r.Doc.LandlordID))
	}
	for r := range w.Spaces() {
		mine[string(r.Doc.ID)] = o.owns(o.landlordOf(o.siteOf(r.Doc.SiteID).LandlordID))
	}
	for r := range w.LandlordNeeds() {
		mine[string(r.Doc.ID)] = o.owns(o.landlordOf(r.Doc.LandlordID))
	}
	staff := o.viewer.Role == domain.RoleStaff
	for r := range w.Projects() {
		mine[string(r.Doc.ID)] = staff || r.Doc.ID == o.viewer.Project
	}
	for r := range w.Needs() {
		mine[string(r.Doc.ID)] = staff || r.Doc.ProjectID == o.viewer.Project
	}
	for list, confidential := range map[string]string{"landlords": "", "landlordSites": "part: details { street }", "vacantSpaces": "", "innovationProjects": "", "hostingNeeds": "part: budget { monthlyCeiling }",
		"landlordNeeds": "part: budget { amount }"} {
		var answer map[string]struct {
			Nodes []struct {
				ID         string
				Management *struct{ Version int }
				Part       map[string]any
			}
		}
		client.Query(t, &answer, fmt.Sprintf("{ %s(first: 100, %s) { nodes { id management { version } %s } } }", list, everyState, confidential), nil)
		for _, n := range answer[list].Nodes {
			if (n.Management != nil) != mine[n.ID] {
				t.Errorf("management of %s %s: %v, want %v", list, n.ID, n.Management, mine[n.ID])
			}
			if confidential != "" && (n.Part != nil) != (o.viewer.Role != domain.RolePublic) {
				t.Errorf("%s of %s: %v", confidential, n.ID, n.Part)
			}
		}
	}
}

// everyField selects all the fields of a type, to the depth of three objects. The
// lists below it are left out: they hold what the lists at the root hold.
func everyField(typeName string, without ...string) string {
	return apitest.Selection(typeName, 3, append(without, "sites", "spaces", "needs", "matches", "landlordMatches", "landlordNeedMatches", "invitations", "approaches")...)
}

// checkMarks asks for everything and looks for the marks of confidential values.
func checkMarks(t *testing.T, client apitest.Client, o oracle) {
	t.Helper()
	var body strings.Builder
	for _, query := range []string{
		`landlords(first: 100, ` + everyState + `) { nodes ` + everyField("Landlord") + ` }`,
		`landlordSites(first: 50, ` + everyState + `) { nodes ` + everyField("LandlordSite") + ` }`,
		`vacantSpaces(first: 50, ` + everyState + `) { nodes ` + everyField("VacantSpace") + ` }`,
		`innovationProjects(first: 50, ` + everyState + `) { nodes ` + everyField("InnovationProject") + ` }`,
		`hostingNeeds(first: 50, ` + everyState + `) { nodes ` + everyField("HostingNeed") + ` }`,
		`landlordNeeds(first: 50, ` + everyState + `) { nodes ` + everyField("LandlordNeed") + ` }`,
		`hostingInvitations(first: 50) { nodes { spaces { management { externalRef } } ` + strings.TrimPrefix(everyField("HostingInvitation"), "{") + ` }`,
		`hostingProposals(first: 50) { nodes { spaces { management { externalRef } } matches { space { management { externalRef } } } ` + strings.TrimPrefix(everyField("HostingProposal"), "{") + ` }`,
		`landlordApproaches(first: 50) { nodes ` + everyField("LandlordApproach") + ` }`,
		`hostingNeeds(first: 2) { nodes { matches(first: 5) { nodes ` + everyField("SpaceMatch", "ruleset") + ` } landlordMatches(first: 5) { nodes ` + everyField("LandlordMatch", "ruleset") + ` } } }`,
		`landlordNeeds(first: 2) { nodes { matches(first: 5) { nodes ` + everyField("ProjectMatch", "ruleset") + ` } } }`,
		`hostingNeeds(first: 2) { nodes { matchChanges(since: 2, first: 5) { nodes ` + everyField("SpaceMatchChange", "ruleset") + ` } } }`,
		`coverage(scale: DEPARTEMENT, first: 2) { country { idleSpaces(first: 100) { nodes ` + everyField("VacantSpace") + ` } } nodes { unmetNeeds { nodes ` + everyField("HostingNeed") + ` } unansweredLandlordNeeds { nodes ` + everyField("LandlordNeed") + ` } } }`,
	} {
		a := client.Try(t, "{ "+query+" }", nil)
		if len(a.Errors) > 0 {
			t.Fatalf("%.500s", a.Body)
		}
		body.Write(a.Body)
	}
	confidential := []string{"SECRET street", "SECRET tenants", "SECRET council", "48.987654", "98765.43", "76543.21", "98 765", "98,765", "RESERVED"}
	for _, mark := range confidential {
		if strings.Contains(body.String(), mark) != (o.viewer.Role != domain.RolePublic) && mark != "98 765" && mark != "98,765" && mark != "RESERVED" {
			t.Errorf("%q is shown: %v", mark, o.viewer.Role == domain.RolePublic)
		} else if o.viewer.Role == domain.RolePublic && strings.Contains(body.String(), mark) {
			t.Errorf("%q is shown to anonymous viewers", mark)
		}
	}
	for name, id := range o.landlords {
		if strings.Contains(body.String(), "SECRET "+name) && !o.owns(o.landlordOf(id)) {
			t.Errorf("a reference of %s is shown", name)
		}
	}
	if managed := strings.Contains(body.String(), "87654.32"); managed != (o.viewer.Role == domain.RoleStaff || o.viewer.Role == domain.RoleLandlord) {
		t.Errorf("the cost of guarding is shown: %v", managed)
	}
}

// attempts are commands on an object that the viewer may not see, by its list.
var attempts = map[string][]string{
	"landlords": {
		`landlordPublish(input: { id: "ID" }) { userErrors { code message path } }`,
		`landlordWithdraw(input: { id: "ID", expectedVersion: 3 }) { userErrors { code message path } }`,
		`landlordArchive(input: { id: "ID", idempotencyKey: "k" }) { userErrors { code message path } }`,
		`landlordChange(input: { id: "ID", expectedVersion: 1, changes: { name: "" } }) { userErrors { code message path } }`,
		`landlordSiteRegister(input: { landlordId: "ID", site: { name: "", communeCode: "93066" } }) { userErrors { code message path } }`,
		`landlordSiteUpsert(input: { landlordId: "ID", site: { name: "x", communeCode: "93066", externalRef: "r" } }) { userErrors { code message path } }`,
		`landlordStockUpsert(input: { landlordId: "ID", sites: [{ name: "", communeCode: "93066", externalRef: "x" }] }) { items { externalRef } userErrors { code message path } }`,
		`landlordSitePublish(input: { site: { externalRef: "x", landlordId: "ID" } }) { userErrors { code message path } }`,
		`vacantSpaceWithdraw(input: { space: { externalRef: "x", landlordId: "ID" } }) { userErrors { code message path } }`,
		`landlordNeedRegister(input: { landlordId: "ID", need: { title: "", domains: [], activity: OTHER, timing: { kind: LASTING }, visibility: PUBLIC } }) { userErrors { code message path } }`,
		`landlordNeedUpsert(input: { landlordId: "ID", need: { title: "x", domains: [], activity: OTHER, timing: { kind: LASTING }, visibility: PUBLIC, externalRef: "r" } }) { userErrors { code message path } }`,
		`landlordNeedArchive(input: { need: { externalRef: "x", landlordId: "ID" } }) { userErrors { code message path } }`,
		`landlordNeedRegister(input: { need: { title: "", domains: [], activity: OTHER, timing: { kind: LASTING }, visibility: PUBLIC, sites: [{ externalRef: "x", landlordId: "ID" }] } }) { userErrors { code message path } }`,
		`vacantSpaceRegister(input: { site: { externalRef: "x", landlordId: "ID" }, space: { label: "", kind: OFFICE } }) { userErrors { code message path } }`,
		`hostingInvitationSend(input: { landlordId: "ID", projectId: "prj_none", sentence: "x", answerBy: "2030-01-01" }) { userErrors { code message path } }`,
	},
	"hostingInvitations": {
		`hostingInvitationMarkSeen(input: { id: "ID" }) { userErrors { code message path } }`,
		`hostingInvitationAccept(input: { id: "ID", expectedVersion: 9 }) { userErrors { code message path } }`,
		`hostingInvitationDecline(input: { id: "ID", reason: OTHER }) { userErrors { code message path } }`,
		`hostingInvitationWithdraw(input: { id: "ID" }) { userErrors { code message path } }`,
	},
	"hostingProposals": {
		`hostingProposalMarkSeen(input: { id: "ID" }) { userErrors { code message path } }`,
		`hostingProposalAccept(input: { id: "ID", expectedVersion: 9 }) { userErrors { code message path } }`,
		`hostingProposalDecline(input: { id: "ID", reason: OTHER }) { userErrors { code message path } }`,
		`hostingProposalWithdraw(input: { id: "ID" }) { userErrors { code message path } }`,
	},
	"landlordApproaches": {
		`landlordApproachChange(input: { id: "ID", expectedVersion: 1, changes: { notes: null } }) { userErrors { code message path } }`,
		`landlordApproachCloseNextStep(input: { id: "ID" }) { userErrors { code message path } }`,
	},
	"landlordSites": {
		`landlordSitePublish(input: { site: { id: "ID" } }) { userErrors { code message path } }`,
		`landlordSiteWithdraw(input: { site: { id: "ID" } }) { userErrors { code message path } }`,
		`landlordSiteArchive(input: { site: { id: "ID" }, expectedVersion: 9 }) { userErrors { code message path } }`,
		`landlordSiteChange(input: { site: { id: "ID" }, changes: { name: "" } }) { userErrors { code message path } }`,
		`landlordNeedRegister(input: { need: { title: "", domains: [], activity: OTHER, timing: { kind: LASTING }, visibility: PUBLIC, sites: [{ id: "ID" }] } }) { userErrors { code message path } }`,
		`vacantSpaceRegister(input: { site: { id: "ID" }, space: { label: "", kind: OFFICE } }) { userErrors { code message path } }`,
		`vacantSpaceUpsert(input: { site: { id: "ID" }, space: { label: "", kind: OFFICE, externalRef: "r" } }) { userErrors { code message path } }`,
	},
	"vacantSpaces": {
		`vacantSpacePublish(input: { space: { id: "ID" } }) { userErrors { code message path } }`,
		`vacantSpaceWithdraw(input: { space: { id: "ID" }, expectedVersion: 2 }) { userErrors { code message path } }`,
		`vacantSpaceArchive(input: { space: { id: "ID" } }) { userErrors { code message path } }`,
		`vacantSpaceChange(input: { space: { id: "ID" }, expectedVersion: 1, changes: { label: "" } }) { userErrors { code message path } }`,
		`hostingInvitationSend(input: { projectId: "ONE", spaces: [{ id: "ID" }], sentence: "x", answerBy: "2030-01-01" }) { userErrors { code message path } }`,
	},
	"innovationProjects": {
		`innovationProjectPublish(input: { id: "ID" }) { userErrors { code message path } }`,
		`innovationProjectWithdraw(input: { id: "ID" }) { userErrors { code message path } }`,
		`innovationProjectArchive(input: { id: "ID" }) { userErrors { code message path } }`,
		`innovationProjectChange(input: { id: "ID", expectedVersion: 1, changes: { name: "" } }) { userErrors { code message path } }`,
		`hostingInvitationSend(input: { projectId: "ID", sentence: "x", answerBy: "2030-01-01" }) { userErrors { code message path } }`,
		`hostingNeedRegister(input: { projectId: "ID", need: { label: "", spaceKinds: [], activity: OTHER, use: { kind: CONTINUOUS }, duration: { minMonths: 0 }, territories: [] } }) { userErrors { code message path } }`,
	},
	"landlordNeeds": {
		`landlordNeedPublish(input: { need: { id: "ID" } }) { userErrors { code message path } }`,
		`landlordNeedWithdraw(input: { need: { id: "ID" }, expectedVersion: 2 }) { userErrors { code message path } }`,
		`landlordNeedArchive(input: { need: { id: "ID" } }) { userErrors { code message path } }`,
		`landlordNeedChange(input: { need: { id: "ID" }, expectedVersion: 1, changes: { title: "" } }) { userErrors { code message path } }`,
		`hostingInvitationSend(input: { projectId: "ONE", landlordNeed: { id: "ID" }, sentence: "x", answerBy: "2030-01-01" }) { userErrors { code message path } }`,
	},
	"hostingNeeds": {
		`hostingNeedPublish(input: { id: "ID" }) { userErrors { code message path } }`,
		`hostingNeedWithdraw(input: { id: "ID" }) { userErrors { code message path } }`,
		`hostingNeedArchive(input: { id: "ID" }) { userErrors { code message path } }`,
		`hostingNeedChange(input: { id: "ID", expectedVersion: 1, changes: { label: "" } }) { userErrors { code message path } }`,
		`hostingInvitationSend(input: { projectId: "ONE", needId: "ID", sentence: "x", answerBy: "2030-01-01" }) { userErrors { code message path } }`,
	},
}

// askedFor are filters by such an object.
var askedFor = []string{
	`query { vacantSpaces(filter: { landlordId: "lld_ID" }) { totalCount facets { name counts { code } } edges { cursor } } }`,
	`query { vacantSpaces(filter: { siteId: "sit_ID" }) { totalCount } }`,
	`query { landlordSites(filter: { landlordId: "lld_ID" }) { totalCount facets { name counts { code } } } }`,
	`query { landlordNeeds(filter: { landlordId: "lld_ID" }) { totalCount facets { name counts { code } } edges { cursor } } }`,
	`query { hostingInvitations(filter: { landlordId: "lld_ID" }) { totalCount facets { name counts { code } } edges { cursor } } }`,
	`query { hostingInvitations(filter: { projectId: "prj_ID" }) { totalCount } }`,
	`query { hostingInvitations(filter: { spaceId: "spc_ID" }) { totalCount } }`,
	`query { hostingInvitations(filter: { needId: "ned_ID" }) { totalCount } }`,
	`query { hostingInvitations(filter: { landlordNeedId: "lnd_ID" }) { totalCount } }`,
	`query { hostingProposals(filter: { landlordId: "lld_ID" }) { totalCount facets { name counts { code } } edges { cursor } } }`,
	`query { hostingProposals(filter: { projectId: "prj_ID" }) { totalCount } }`,
	`query { hostingProposals(filter: { spaceId: "spc_ID" }) { totalCount } }`,
	`query { landlordApproaches(filter: { landlordId: "lld_ID" }) { totalCount } }`,
	`query { landlordApproaches(filter: { projectId: "prj_ID" }) { totalCount } }`,
	`query { landlords(filter: { groupId: "lld_ID" }) { totalCount facets { name counts { code } } } }`,
	`query { hostingNeeds(first: 1) { nodes { matches(filter: { landlordId: "lld_ID" }) { totalCount } } } }`,
	`query { vacantSpaces(first: 1) { nodes { matches(filter: { projectId: "prj_ID" }) { totalCount } } } }`,
	`query { hostingNeeds(first: 1) { nodes { matchChanges(since: 2, filter: { landlordId: "lld_ID" }) { totalCount edges { cursor } } } } }`,
}

// checkAlike: whatever a viewer tries with an object that it may not see, the
// answer is that for an object that doesn't exist, byte for byte but for the id.
func checkAlike(t *testing.T, client apitest.Client, o oracle, hidden seen) {
	t.Helper()
	missing := strings.Repeat("a", 20)
	for _, list := range slices.Sorted(maps.Keys(attempts)) {
		documents := slices.Clone(askedFor)
		for _, a := range attempts[list] {
			documents = append(documents, "mutation { "+a+" }")
		}
		// Some of every sort: the order of ids is random.
		for i, id := range hidden[list][:min(8, len(hidden[list]))] {
			prefix, code, _ := strings.Cut(id, "_")
			for n, document := range documents {
				isQuery := strings.HasPrefix(document, "query")
				if isQuery && !strings.Contains(document, prefix+"_ID") || !isQuery && (i+n)%2 == 1 {
					continue
				}
				with := func(code string) string {
					q := strings.NewReplacer(prefix+"_ID", prefix+"_"+code, `"ID"`, `"`+prefix+"_"+code+`"`, "ONE", string(o.projects["one"])).Replace(document)
					return strings.ReplaceAll(string(client.Try(t, q, nil).Body), code, "…")
				}
				if a, b := with(code), with(missing); a != b {
					t.Errorf("hidden and missing differ in %s\n%s\n%s", document, a, b)
				}
			}
		}
	}
}

// TestConfidentialValuesChangeNothingForThePublic: what an anonymous viewer is
// answered, matches and all, doesn't depend on what it may not see.
func TestConfidentialValuesChangeNothingForThePublic(t *testing.T) {
	t.Parallel()
	if race.Enabled {
		t.Skip("compares text")
	}
	v := apitest.NewVillage(t)
	anonymous, staff := v.As(t, apitest.Anonymous), v.As(t, apitest.Staff)
	// That a record was touched is no secret: a history has a version of it, without
	// changes for those who don't see what changed.
	moving := []string{"updatedAt", "ruleset", "history"}
	begun := v.Hub.World().Commit()
	everything := func(client apitest.Client) string {
		var all strings.Builder
		near := `filter: { near: { latitude: 48.93, longitude: 2.35, radiusKm: 3 } }`
		for _, query := range []string{
			`landlords { totalCount facets { name counts { code count } } nodes ` + everyField("Landlord", moving...) + ` }`,
			`landlordSites { totalCount facets { name counts { code count } } nodes ` + everyField("LandlordSite", moving...) + ` }`,
			`vacantSpaces(orderBy: SURFACE) { totalCount nodes ` + everyField("VacantSpace", moving...) + ` }`,
			`vacantSpaces(orderBy: SURFACE) { nodes { history { nodes { changes { path message } } } } }`,
			`landlordNeeds(orderBy: ANSWER_BY) { totalCount nodes ` + everyField("LandlordNeed", moving...) + ` }`,
			`hostingNeeds(orderBy: EARLIEST_START) { nodes { matches { totalCount eligibleCount uncertainCount facets { name counts { code count } } nodes ` + everyField("SpaceMatch", moving...) + ` } } }`,
			`vacantSpaces(orderBy: SURFACE) { nodes { matches { nodes ` + everyField("SpaceMatch", moving...) + ` } } }`,
			fmt.Sprintf(`hostingNeeds(orderBy: EARLIEST_START) { nodes { all: matchChanges(since: 2) { nodes %s } since: matchChanges(since: %d) { totalCount nodes { kind } } } }`, everyField("SpaceMatchChange", moving...), begun),
			`hostingNeeds(orderBy: EARLIEST_START) { nodes { landlordMatches { totalCount eligibleCount uncertainCount facets { name counts { code count } } nodes ` + everyField("LandlordMatch", moving...) + ` } } }`,
			`landlordNeeds(orderBy: ANSWER_BY) { nodes { matches { totalCount eligibleCount uncertainCount facets { name counts { code count } } nodes ` + everyField("ProjectMatch", moving...) + ` } } }`,
			`innovationProjects { nodes { landlordNeedMatches { nodes ` + everyField("ProjectMatch", moving...) + ` } } }`,
			`coverage(scale: DEPARTEMENT, first: 100) { totalCount country ` + everyField("TerritoryCoverage", "idleSpaces", "unmetNeeds", "unansweredLandlordNeeds") + ` nodes { idleSpaces { totalCount } unmetNeeds { totalCount } unansweredLandlordNeeds { totalCount } ` +
				strings.TrimPrefix(everyField("TerritoryCoverage", "idleSpaces", "unmetNeeds", "unansweredLandlordNeeds"), "{") + ` }`,
			`hostingStatistics(from: "2026-01-01", until: "2026-11-22", by: REGION) { totalCount total ` + everyField("HostingStatistics", "guarding") + ` nodes ` + everyField("HostingStatistics", "guarding") + ` }`,
			`innovationProjects { nodes { matches(filter: { minScore: 50 }) { totalCount edges { node { score reliability } } } } }`,
			`vacantSpaces(orderBy: DISTANCE, ` + near + `) { totalCount edges { distanceKm node { id } } }`,
			`landlordSites(orderBy: DISTANCE, ` + near + `) { totalCount edges { distanceKm node { id } } }`,
			`vacantSpaces(orderBy: SURFACE, filter: { within: [{ scale: RADIUS, code: "93001", radiusKm: 6 }] }) { totalCount }`,
		} {
			a := client.Try(t, "{ "+query+" }", nil)
			if len(a.Errors) > 0 {
				t.Fatalf("%.800s", a.Body)
			}
			data, _, _ := strings.Cut(string(a.Body), `"extensions"`)
			all.WriteString(strings.ReplaceAll(data, `{"changes":[]},`, "")) // the first version is the last
		}
		return all.String()
	}
	public, network := everything(anonymous), everything(staff)
	for _, secret := range []struct {
		street, support, budget, ref, guarding, tenants string
		latitude, longitude                             float64
	}{
		{"2 rue des Autres", "OPPOSED", "1.00", "R-2", "10.00", "Amicale", 48.9, 2.3},
		{"3 rue des Autres", "RESERVED", "99999.00", "R-3", "0.00", "Collectif", 43.3, 5.4},
		{"4 rue des Autres", "NEUTRAL", "0.00", "R-4", "5000.00", "Union", -21.1, 55.5},
	} {
		change := func(mutation string, variables map[string]any) {
			t.Helper()
			if a := staff.Try(t, mutation, variables); len(a.Refusals()) > 0 {
				t.Fatal(string(a.Body))
			}
		}
		version := func(id string) int {
			var answer struct {
				Node struct{ Management struct{ Version int } }
			}
			staff.Query(t, &answer, `query($id: ID!) { node(id: $id) { ... on Landlord { management { version } } ... on LandlordSite { management { version } } ... on VacantSpace { management { version } } ... on HostingNeed { management { version } } ... on LandlordNeed { management { version } } } }`, map[string]any{"id": id})
			return answer.Node.Management.Version
		}
		change(`mutation($site: LandlordSiteRef!, $v: Int!, $c: LandlordSiteChangesInput!) { landlordSiteChange(input: { site: $site, expectedVersion: $v, changes: $c }) { userErrors { code message path } } }`,
			map[string]any{"site": map[string]any{"id": v.IDs["colline"]}, "v": version(v.IDs["colline"]), "c": map[string]any{
				"street": secret.street, "position": map[string]any{"latitude": secret.latitude, "longitude": secret.longitude}, "externalRef": secret.ref,
				"localAuthority": map[string]any{"support": secret.support}, "tenantsAssociation": map[string]any{"exists": true, "name": secret.tenants},
				"identifiers": []any{map[string]any{"scheme": "RNB", "value": secret.ref}}}})
		change(`mutation($id: ID!, $v: Int!, $c: HostingNeedChangesInput!) { hostingNeedChange(input: { id: $id, expectedVersion: $v, changes: $c }) { userErrors { code message path } } }`,
			map[string]any{"id": v.IDs["cuisine"], "v": version(v.IDs["cuisine"]), "c": map[string]any{"budget": map[string]any{"monthlyCeiling": secret.budget}}})
		change(`mutation($need: LandlordNeedRef!, $v: Int!, $c: LandlordNeedChangesInput!) { landlordNeedChange(input: { need: $need, expectedVersion: $v, changes: $c }) { userErrors { code message path } } }`,
			map[string]any{"need": map[string]any{"id": v.IDs["courses"]}, "v": version(v.IDs["courses"]), "c": map[string]any{
				"budget": map[string]any{"amount": secret.budget, "basis": "TOTAL"}, "externalRef": secret.ref}})
		change(`mutation($id: ID!, $v: Int!, $c: LandlordChangesInput!) { landlordChange(input: { id: $id, expectedVersion: $v, changes: $c }) { userErrors { code message path } } }`,
			map[string]any{"id": v.IDs["monts"], "v": version(v.IDs["monts"]), "c": map[string]any{"guardingCostMonthly": secret.guarding}})
		change(`mutation($id: ID!, $v: Int!, $c: VacantSpaceChangesInput!) { vacantSpaceChange(input: { space: { id: $id }, expectedVersion: $v, changes: $c }) { userErrors { code message path } } }`,
			map[string]any{"id": v.IDs["salle"], "v": version(v.IDs["salle"]), "c": map[string]any{"externalRef": secret.ref}})
		if now := everything(anonymous); now != public {
			t.Errorf("what the public sees changed at %s", difference(public, now))
		}
		now := everything(staff)
		if now == network {
			t.Error("nothing changed for staff: the test compares too little")
		}
		network = now
	}
}

// difference shows where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-200):min(len(s), i+100)] }
	return fmt.Sprintf("…%s…\n…%s…", around(a), around(b))
}

// TestVisibilityOfChanges: what a viewer is told of changes is what comparing
// all that it could see before and after each commit tells, and nothing else.
func TestVisibilityOfChanges(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	viewers := s.viewers()
	type told struct {
		Commit     int
		ID, Effect string
	}
	want := make(map[string][]told)
	var start struct{ Changes struct{ EndPosition string } }
	s.As(t, apitest.Anonymous).Query(t, &start, "{ changes { endPosition } }", nil)

	// note compares what a command makes of everything.
	note := func(c hub.Command) {
		t.Helper()
		docs, before := s.documents(), make(map[string]map[string]bool)
		for name, viewer := range viewers {
			before[name] = oracle{s, viewer}.visible()
		}
		outcome, err := s.Hub.Do(context.Background(), apitest.Staff, c, "")
		if err != nil {
			t.Fatalf("%s %+v: %v", c.Action(), c, err)
		}
		now := s.documents()
		for name, viewer := range viewers {
			after := oracle{s, viewer}.visible()
			for id, doc := range now {
				effect := ""
				switch {
				case after[id] && !before[name][id]:
					effect = "APPEARED"
				case before[name][id] && !after[id]:
					effect = "GONE"
				case after[id] && doc != docs[id]:
					effect = "CHANGED"
				}
				if effect != "" {
					want[name] = append(want[name], told{int(outcome.Commit), id, effect})
				}
			}
		}
	}
	for _, name := range []string{"alpha", "branch", "draft", "unseen branch"} {
		id := domain.ID(s.landlords[name])
		for _, to := range []domain.Publication{domain.PublicationPublished, domain.PublicationWithdrawn, domain.PublicationPublished} {
			if row, _ := s.Hub.World().Landlord(domain.LandlordID(id)); row.Doc.State != to {
				note(hub.StepLandlord{ID: id, To: to})
			}
		}
	}
	moved := domain.ID(s.landlords["beta"])
	joined, err := hub.NewPatch[domain.LandlordFields](map[string]any{"GroupID": new(s.landlords["head"])})
	if err != nil {
		t.Fatal(err)
	}
	note(hub.ChangeLandlord{ID: moved, Changes: joined})
	note(hub.StepLandlord{ID: moved, To: domain.PublicationWithdrawn})
	for row := range s.Hub.World().SitesOf(s.landlords["alpha"]) {
		id := domain.ID(row.Doc.ID)
		if row.Doc.State == domain.PublicationPublished {
			note(hub.StepSite{Site: domain.LandlordSiteRef{ID: &id}, To: domain.PublicationWithdrawn})
		}
		if row.Doc.State != domain.PublicationArchived {
			note(hub.StepSite{Site: domain.LandlordSiteRef{ID: &id}, To: domain.PublicationPublished})
		}
	}
	for row := range s.Hub.World().SpacesOfLandlord(s.landlords["branch"]) {
		if id := domain.ID(row.Doc.ID); row.Doc.State == domain.PublicationDraft {
			note(hub.StepSpace{Space: domain.VacantSpaceRef{ID: &id}, To: domain.PublicationPublished})
		}
	}
	for row := range s.Hub.World().LandlordNeedsOf(s.landlords["alpha"]) {
		if id := domain.ID(row.Doc.ID); row.Doc.State == domain.PublicationPublished {
			note(hub.StepLandlordNeed{Need: domain.LandlordNeedRef{ID: &id}, To: domain.PublicationArchived})
		}
	}
	for _, name := range []string{"one", "draft project"} {
		id := domain.ID(s.projects[name])
		if name == "one" {
			note(hub.StepProject{ID: id, To: domain.PublicationWithdrawn})
		}
		note(hub.StepProject{ID: id, To: domain.PublicationPublished})
		for row := range s.Hub.World().NeedsOf(domain.ProjectID(id)) {
			if row.Doc.State == domain.PublicationDraft {
				note(hub.StepNeed{ID: domain.ID(row.Doc.ID), To: domain.PublicationPublished})
			}
		}
	}

	for name, viewer := range viewers {
		t.Run(name, func(t *testing.T) {
			o := oracle{s, viewer}
			visible, owned := o.visible(), o.managed()
			client := s.As(t, viewer)
			var got []told
			for after, more := start.Changes.EndPosition, true; more; {
				var answer struct {
					Changes struct {
						EndPosition     string
						HasMore, Resync bool
						Nodes           []struct {
							told
							Action *string
							Node   *struct{ ID string }
						}
					}
				}
				client.Query(t, &answer, `query($after: String) { changes(after: $after, first: 37) {
					endPosition hasMore resync nodes { commit id effect action node { id } } } }`, map[string]any{"after": after})
				page := answer.Changes
				if page.Resync || page.HasMore && len(page.Nodes) != 37 {
					t.Fatalf("a page of %d: %+v", len(page.Nodes), page)
				}
				for _, n := range page.Nodes {
					got = append(got, n.told)
					if (n.Node != nil) != visible[n.ID] || n.Node != nil && n.Node.ID != n.ID {
						t.Errorf("%s: node %v, visible %v", n.ID, n.Node, visible[n.ID])
					}
					if (n.Action != nil) != owned[n.ID] {
						t.Errorf("%s: action %v, its own %v", n.ID, n.Action, owned[n.ID])
					}
				}
				after, more = page.EndPosition, page.HasMore
			}
			if !slices.IsSortedFunc(got, func(a, b told) int { return a.Commit - b.Commit }) {
				t.Error("the commits are out of order")
			}
			ordered := func(list []told) []told {
				return slices.SortedFunc(slices.Values(list), func(a, b told) int {
					return strings.Compare(fmt.Sprintf("%09d %s", a.Commit, a.ID), fmt.Sprintf("%09d %s", b.Commit, b.ID))
				})
			}
			if got, want := ordered(got), ordered(want[name]); !slices.Equal(got, want) {
				t.Errorf("%d changes told, want %d:\n%v\n%v", len(got), len(want), got, want)
			}
			if len(want[name]) < 20 {
				t.Errorf("only %d changes: the test compares too little", len(want[name]))
			}
		})
	}
}

// visible is all that the viewer may see, by id.
func (o oracle) visible() map[string]bool {
	out := make(map[string]bool)
	visible, _ := o.all()
	for _, ids := range visible {
		for _, id := range ids {
			out[id] = true
		}
	}
	return out
}

// managed are the ids whose facts of upkeep the viewer sees.
func (o oracle) managed() map[string]bool {
	out := make(map[string]bool)
	w := o.Hub.World()
	for r := range w.Landlords() {
		out[string(r.Doc.ID)] = o.owns(r.Doc)
	}
	for r := range w.Sites() {
		out[string(r.Doc.ID)] = o.owns(o.landlordOf(r.Doc.LandlordID))
	}
	for r := range w.Spaces() {
		out[string(r.Doc.ID)] = o.owns(o.landlordOf(o.siteOf(r.Doc.SiteID).LandlordID))
	}
	for r := range w.LandlordNeeds() {
		out[string(r.Doc.ID)] = o.owns(o.landlordOf(r.Doc.LandlordID))
	}
	for r := range w.Projects() {
		out[string(r.Doc.ID)] = o.viewer.Role == domain.RoleStaff || r.Doc.ID == o.viewer.Project
	}
	for r := range w.Needs() {
		out[string(r.Doc.ID)] = o.viewer.Role == domain.RoleStaff || r.Doc.ProjectID == o.viewer.Project
	}
	return out
}

// documents are all of them by id.
func (s scene) documents() map[string]any {
	out := make(map[string]any)
	w := s.Hub.World()
	for r := range w.Landlords() {
		out[string(r.Doc.ID)] = r.Doc
	}
	for r := range w.Sites() {
		out[string(r.Doc.ID)] = r.Doc
	}
	for r := range w.Spaces() {
		out[string(r.Doc.ID)] = r.Doc
	}
	for r := range w.LandlordNeeds() {
		out[string(r.Doc.ID)] = r.Doc
	}
	for r := range w.Projects() {
		out[string(r.Doc.ID)] = r.Doc
	}
	for r := range w.Needs() {
		out[string(r.Doc.ID)] = r.Doc
	}
	return out
}
