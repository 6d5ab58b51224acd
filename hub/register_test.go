package hub

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

// An identity provider names a project by its slug: an alias gives no rights.
func TestProjectOfSlug(t *testing.T) {
	s := newStage(t)
	project := s.project("epicerie", true)
	s.do(staff, ChangeProject{ID: project, Changes: patched[domain.ProjectFields](t, map[string]any{"Aliases": []string{"future"}})})
	if id, ok := s.ProjectOfSlug("epicerie"); !ok || id != domain.ProjectID(project) {
		t.Errorf("by its slug, %s, %v", id, ok)
	}
	if _, ok := s.World().ProjectBySlug("future"); !ok {
		t.Fatal("the alias leads nowhere")
	}
	if id, ok := s.ProjectOfSlug("future"); ok {
		t.Errorf("by an alias, %s", id)
	}
}
