package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// All that a person's name, address and words were written with through the API is
// gone to the byte once they were erased, from every file of the data folder, and
// reads as erased, before and after a restart. What others wrote stays.
func TestErasedToTheByte(t *testing.T) {
	dir := t.TempDir()
	const read = `query($id: ID!, $person: ID!) {
		person(id: $person) { id } personExport(id: $person) { json }
		hostingRequest(id: $id) {
			contacts { project { name } } refusal { reason words { body } }
			steps { action person { name } words { body } }
			messages(orderBy: OLDEST) { totalCount nodes { author { name } body { body } } }
		}
	}`
	var variables map[string]any
	t.Run("lived", func(t *testing.T) {
		s := apitest.NewIn(t, dir)
		project := apitest.Do[domain.ID](t, s, hub.RegisterProject{Project: apitest.ProjectFields("aiguille", "Un projet"), Publish: true})
		need := apitest.Do[domain.ID](t, s, hub.RegisterNeed{ProjectID: &project, Need: apitest.NeedFields("Une salle"), Publish: true})
		portal := s.As(t, apitest.Project(domain.ProjectID(project)))
		ask := func(c apitest.Client, query string, variables map[string]any) {
			t.Helper()
			if refused := c.Try(t, query, variables).Refusals(); len(refused) > 0 {
				t.Fatalf("refused: %v\n%s", refused, query)
			}
		}
		put := portal.Try(t, `mutation { personPut(input: { person: { name: "Aiguille-du-nom", email: "aiguille-du-courriel@exemple.fr", telephone: "+33 9 87 65 43 21", function: "Aiguille-de-la-fonction" } }) { person { id } userErrors { message } } }`, nil)
		person, _ := put.At("data.personPut.person.id")
		drafted := portal.Try(t, `mutation($need: ID!) { hostingRequestDraft(input: { needId: $need, request: {} }) { request { id } userErrors { message } } }`, map[string]any{"need": need})
		id, _ := drafted.At("data.hostingRequestDraft.request.id")
		if person == nil || id == nil {
			t.Fatalf("%s\n%s", put.Body, drafted.Body)
		}
		variables = map[string]any{"id": id, "person": person}
		acting := portal
		acting.OnBehalfOf = person.(string)
		ask(portal, `mutation($id: ID!, $person: ID!) { personPut(input: { id: $person, person: { email: "aiguille-d-apres@exemple.fr" } }) { userErrors { code message path } }
			hostingRequestSetContacts(input: { id: $id, persons: [$person] }) { userErrors { code message path } } }`, variables)
		ask(acting, `mutation($id: ID!) {
			private: hostingRequestWriteMessage(input: { request: $id, audience: PRIVATE, body: "Aiguille-interne", idempotencyKey: "k" }) { userErrors { code message path } }
			shared: hostingRequestWriteMessage(input: { request: $id, audience: SHARED, body: "Aiguille-partagée" }) { userErrors { code message path } }
			hostingRequestWithdraw(input: { id: $id, reason: OTHER, words: "Aiguille-du-motif" }) { userErrors { code message path } } }`, map[string]any{"id": id})
		staff := s.As(t, apitest.Staff)
		ask(staff, `mutation($id: ID!) { hostingRequestWriteMessage(input: { request: $id, audience: SHARED, body: "Ceci reste." }) { userErrors { code message path } } }`, map[string]any{"id": id})
		if !holds(t, dir, "Aiguille-interne") || !holds(t, dir, "Ceci reste.") {
			t.Fatal("the folder doesn't hold what was written: this test sees nothing")
		}
		ask(acting, `mutation($person: ID!) { personErase(input: { person: $person }) { userErrors { code message path } } }`, map[string]any{"person": person})
		checkErased(t, portal, read, variables)
	})
	for _, needle := range []string{"Aiguille", "aiguille-d", "9 87 65 43 21"} {
		if holds(t, dir, needle) {
			t.Errorf("the data folder holds %q", needle)
		}
	}
	if !holds(t, dir, "Ceci reste.") {
		t.Error("what others wrote is gone")
	}
	t.Run("restarted", func(t *testing.T) {
		checkErased(t, apitest.NewIn(t, dir).As(t, apitest.Staff), read, variables)
	})
}

// checkErased reads a request of somebody erased.
func checkErased(t *testing.T, c apitest.Client, read string, variables map[string]any) {
	t.Helper()
	a := c.Try(t, read, variables)
	for path, want := range map[string]any{
		"data.person":       nil,
		"data.personExport": nil,
		"data.hostingRequest.contacts.project.length": float64(0),
		"data.hostingRequest.refusal.reason":          "OTHER",
		"data.hostingRequest.refusal.words":           nil,
		"data.hostingRequest.steps.1.action":          "WITHDRAW",
		"data.hostingRequest.steps.1.person":          nil,
		"data.hostingRequest.steps.1.words":           nil,
		"data.hostingRequest.messages.nodes.0.author": nil,
		"data.hostingRequest.messages.nodes.0.body":   nil,
	} {
		if got, ok := a.At(path); !ok || got != want {
			t.Errorf("%s is %v, want %v\n%s", path, got, want, a.Body)
		}
	}
	if !bytes.Contains(a.Body, []byte("Ceci reste.")) {
		t.Errorf("what others wrote isn't shown: %s", a.Body)
	}
}

// holds tells whether any file of a folder holds a text.
func holds(t *testing.T, folder, text string) (found bool) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found = found || bytes.Contains(content, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
