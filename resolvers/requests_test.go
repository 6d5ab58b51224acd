package resolvers_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/sample"
)

// TestSampleRequests: the requests of the sample stand where their files say, and
// break nothing.
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
	for _, wrong := range hub.Violations(w, s.Atlas) {
		t.Error(wrong)
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
