package resolvers_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/sample"
)

// TestSampleRequests: the requests of the sample stand where their files say.
func TestSampleRequests(t *testing.T) {
	s := apitest.NewSample(t)
	data, err := sample.Read()
	if err != nil {
		t.Fatal(err)
	}
	w := s.Hub.World()
	if len(data.Requests) < 8 {
		t.Fatalf("%d requests", len(data.Requests))
	}
	for _, r := range data.Requests {
		project, ok := w.ProjectBySlug(r.Project)
		if !ok {
			t.Fatalf("no project %s", r.Project)
		}
		found := false
		for row := range w.RequestsOf(project.Doc.ID) {
			landlord, _ := w.Landlord(*row.Doc.LandlordID)
			space, ok := w.SpaceByRef(landlord.Doc.ID, r.Spaces[0])
			if !ok || row.Doc.Spaces[0] != space.Doc.ID {
				continue
			}
			found = true
			if row.Doc.Status != r.Status || !row.Doc.Synthetic {
				t.Errorf("%s is %s, synthetic %v; want %s", r.Key, row.Doc.Status, row.Doc.Synthetic, r.Status)
			}
		}
		if !found {
			t.Errorf("%s wasn't loaded", r.Key)
		}
	}
}

// TestPlacements: what both sides made public is seen by everyone, counts as a
// reference of the project, and shows nothing else of the request.
func TestPlacements(t *testing.T) {
	s := apitest.NewSample(t)
	var answer struct {
		Placements struct {
			TotalCount int
			Nodes      []struct {
				ID, Status, Since          string
				Project                    struct{ Slug string }
				Landlord, Commune, Request *struct{ Name string }
				Indicators                 []struct{ Code string }
			}
			Facets []struct{ Counts []struct{ Count int } }
		}
	}
	public := s.As(t, apitest.Anonymous)
	public.Query(t, &answer, `{ placements { totalCount facets { counts { count } } nodes { id status since project { slug } landlord { name } commune { name } request { id } indicators { code } } } }`, nil)
	p := answer.Placements
	if p.TotalCount != 1 || p.Nodes[0].Project.Slug != "vrac" || p.Nodes[0].Commune == nil || p.Nodes[0].Request != nil || len(p.Nodes[0].Indicators) != 2 || p.Nodes[0].Status != "PILOT" {
		t.Fatalf("%+v", p)
	}
	vrac, _ := s.Hub.World().ProjectBySlug("vrac")
	if len(vrac.Doc.Hosted) != 1 || *vrac.Doc.Hosted[0].LandlordName != p.Nodes[0].Landlord.Name {
		t.Errorf("vrac's references: %+v", vrac.Doc.Hosted)
	}
	// A project that changes what it states doesn't take the placements for its own.
	version := vrac.Doc.Version
	changes, err := hub.NewPatch[domain.ProjectFields](map[string]any{"Summary": "Des groupements d'achat."})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Hub.Do(t.Context(), apitest.Staff, hub.ChangeProject{ID: domain.ID(vrac.Doc.ID), ExpectedVersion: &version, Changes: changes}, ""); err != nil {
		t.Fatal(err)
	}
	if after, _ := s.Hub.World().ProjectBySlug("vrac"); len(after.Doc.Hosted) != 1 || len(after.Doc.References) != len(vrac.Doc.References) {
		t.Errorf("after a change: %+v, %+v", after.Doc.Hosted, after.Doc.References)
	}
}

// TestWhoSeesRequests: by id, as a node, in lists, in their counts and facets, and
// from the project, the landlord and the space, a request is there for its project,
// for its landlord and the landlord's group once it was sent, and for staff; and for
// nobody else.
func TestWhoSeesRequests(t *testing.T) {
	s := apitest.NewSample(t)
	w := s.Hub.World()
	viewers := []domain.Viewer{apitest.Staff, apitest.Observer, apitest.Anonymous}
	for row := range w.Landlords() {
		viewers = append(viewers, apitest.Landlord(row.Doc.ID))
	}
	for row := range w.Projects() {
		viewers = append(viewers, apitest.Project(row.Doc.ID))
	}
	may := func(v domain.Viewer, r *domain.HostingRequest) bool {
		switch v.Role {
		case domain.RoleStaff:
			return true
		case domain.RoleProject:
			return r.ProjectID == v.Project
		case domain.RoleLandlord:
			if !r.Sent {
				return false
			}
			landlord, _ := w.Landlord(*r.LandlordID)
			return landlord.Doc.ID == v.Landlord || landlord.Doc.GroupID != nil && *landlord.Doc.GroupID == v.Landlord
		}
		return false
	}
	seen, hidden := 0, 0
	for _, v := range viewers {
		c, all := s.As(t, v), 0
		for row := range w.Requests() {
			r := row.Doc
			want := 0
			if may(v, r) {
				want = 1
				all++
				seen++
			} else {
				hidden++
			}
			var answer struct {
				HostingRequest, Node *struct{ ID string }
				List                 struct{ TotalCount int }
				InnovationProject    struct{ HostingRequests struct{ TotalCount int } }
				Landlord             struct{ HostingRequests struct{ TotalCount int } }
				VacantSpace          *struct {
					HostingRequests struct{ TotalCount int }
					Commitments     []struct{ Request *struct{ ID string } }
				}
			}
			c.Query(t, &answer, `query($id: ID!, $need: ID!, $project: ID!, $landlord: ID!, $space: ID!) {
				hostingRequest(id: $id) { id } node(id: $id) { id }
				list: hostingRequests(filter: { needId: $need, landlordId: $landlord, spaceId: $space }) { totalCount }
				innovationProject(id: $project) { hostingRequests(filter: { needId: $need, landlordId: $landlord }) { totalCount } }
				landlord(id: $landlord) { hostingRequests(filter: { needId: $need }) { totalCount } }
				vacantSpace(id: $space) { hostingRequests(filter: { needId: $need }) { totalCount } commitments { request { id } } }
			}`, map[string]any{"id": r.ID, "need": *r.NeedID, "project": r.ProjectID, "landlord": *r.LandlordID, "space": r.Spaces[0]})
			if (answer.HostingRequest != nil) != (want == 1) || (answer.Node != nil) != (want == 1) || answer.List.TotalCount != want ||
				answer.InnovationProject.HostingRequests.TotalCount != want || answer.Landlord.HostingRequests.TotalCount != want {
				t.Errorf("%s %s%s sees %s %d times: %+v", v.Role, v.Landlord, v.Project, r.ID, want, answer)
			}
			if space := answer.VacantSpace; space != nil {
				if space.HostingRequests.TotalCount != want {
					t.Errorf("%s sees %d requests at the space of %s", v.Role, space.HostingRequests.TotalCount, r.ID)
				}
				for _, by := range space.Commitments {
					if by.Request != nil && want == 0 {
						t.Errorf("%s is told that %s takes the space", v.Role, by.Request.ID)
					}
				}
			}
		}
		var list struct {
			HostingRequests struct {
				TotalCount int
				Facets     []struct{ Counts []struct{ Count int } }
			}
		}
		c.Query(t, &list, `{ hostingRequests { totalCount facets { counts { count } } } }`, nil)
		for _, f := range list.HostingRequests.Facets {
			sum := 0
			for _, n := range f.Counts {
				sum += n.Count
			}
			if sum != all || list.HostingRequests.TotalCount != all {
				t.Errorf("%s %s%s sees %d requests; counted are %d and %d", v.Role, v.Landlord, v.Project, all, list.HostingRequests.TotalCount, sum)
			}
		}
	}
	if seen < 20 || hidden < 100 {
		t.Errorf("%d seen and %d hidden: this shows little", seen, hidden)
	}
}
