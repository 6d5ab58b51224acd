package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/mongotest"
)

// A backup of before an erasure, restored, serves nothing of what was erased since,
// wherever that is learnt; neither do its bytes in the data folder hold it.
func TestRestoreOfBeforeAnErasure(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	data, before, after := filepath.Join(dir, "ledger"), filepath.Join(files, "before.tar.zst"), filepath.Join(files, "after.tar.zst")
	const read = `query($id: ID!, $person: ID!) { person(id: $person) { id } hostingRequest(id: $id) { messages { nodes { body { body } } } steps { person { name } } } }`
	var variables map[string]any
	t.Run("lived", func(t *testing.T) {
		s := apitest.NewIn(t, dir)
		project := apitest.Do[domain.ID](t, s, hub.RegisterProject{Project: apitest.ProjectFields("aiguille", "Un projet"), Publish: true})
		need := apitest.Do[domain.ID](t, s, hub.RegisterNeed{ProjectID: &project, Need: apitest.NeedFields("Une salle"), Publish: true})
		portal := s.As(t, apitest.Project(domain.ProjectID(project)))
		person, _ := portal.Try(t, `mutation { personPut(input: { person: { name: "Aiguille-du-nom" } }) { person { id } userErrors { message } } }`, nil).At("data.personPut.person.id")
		request, _ := portal.Try(t, `mutation($need: ID!) { hostingRequestDraft(input: { needId: $need, request: {} }) { request { id } userErrors { message } } }`, map[string]any{"need": need}).At("data.hostingRequestDraft.request.id")
		variables = map[string]any{"id": request, "person": person}
		acting := portal
		acting.OnBehalfOf = person.(string)
		for c, body := range map[*apitest.Client]string{&acting: "Aiguille-du-message", &portal: "Ceci reste."} {
			if refused := c.Try(t, `mutation($id: ID!, $body: String!) { hostingRequestWriteMessage(input: { request: $id, audience: SHARED, body: $body }) { userErrors { message } } }`,
				map[string]any{"id": request, "body": body}).Refusals(); len(refused) > 0 {
				t.Fatal(refused)
			}
		}
	})
	if said := does(t, "backup", before, "--data", data); !strings.Contains(said, "1 persons and 2 texts") || !strings.Contains(said, "personal data") {
		t.Errorf("it says %s", said)
	}
	list := filepath.Join(files, "erased.txt")
	t.Run("erased", func(t *testing.T) {
		s := apitest.NewIn(t, dir)
		if refused := s.As(t, apitest.Staff).Try(t, `mutation($person: ID!) { personErase(input: { person: $person }) { userErrors { message } } }`, map[string]any{"person": variables["person"]}).Refusals(); len(refused) > 0 {
			t.Fatal(refused)
		}
		if err := os.WriteFile(list, []byte("# since the backup\n"+variables["person"].(string)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	does(t, "backup", after, "--data", data)
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := os.CopyFS(damaged, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(damaged, "ledger.bolt"), 5000); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"where it went on": data, "a later backup": after, "a list": list, "its personal store alone": damaged} {
		t.Run(name, func(t *testing.T) {
			to := t.TempDir()
			said := does(t, "restore", before, "--data", filepath.Join(to, "ledger"), "--erasures-from", from)
			if !strings.Contains(said, "0 persons and 1 texts") || strings.Contains(said, "is back") {
				t.Errorf("it says %s", said)
			}
			for _, needle := range []string{"Aiguille"} {
				if holds(t, to, needle) {
					t.Errorf("the folder holds %q", needle)
				}
			}
			if !holds(t, to, "Ceci reste.") {
				t.Error("what others wrote is gone")
			}
			a := apitest.NewIn(t, to).As(t, apitest.Staff).Try(t, read, variables)
			if strings.Contains(string(a.Body), "Aiguille") || !strings.Contains(string(a.Body), "Ceci reste.") {
				t.Errorf("served is %s", a.Body)
			}
		})
	}
	to := t.TempDir()
	if said := does(t, "restore", before, "--data", to); !strings.Contains(said, "1 persons and 2 texts") || !strings.Contains(said, "is back") {
		t.Errorf("without: %s", said)
	}
	if refused := fails(t, "restore", after, "--data", to); !strings.Contains(refused, "choose an empty place") {
		t.Errorf("where something is: %s", refused)
	}
	if refused := fails(t, "backup", before, "--data", data); !strings.Contains(refused, "is there already") {
		t.Errorf("over another: %s", refused)
	}
	if refused := fails(t, "restore", list, "--data", t.TempDir()); !strings.Contains(refused, "isn't a backup") {
		t.Errorf("a list as a backup: %s", refused)
	}
	other := t.TempDir()
	does(t, "generate", "--spaces", "5", "--data", other)
	if refused := fails(t, "restore", before, "--data", t.TempDir(), "--erasures-from", other); !strings.Contains(refused, "and this is ledger") {
		t.Errorf("another ledger's erasures: %s", refused)
	}
}

// A backup of a hub at work on MongoDB, restored to a folder and to a database, is
// equal by digest.
func TestBackupOfAHubAtWork(t *testing.T) {
	t.Parallel()
	uri, again, key := mongotest.URI(t), mongotest.URI(t), t.TempDir()
	file, folder := filepath.Join(t.TempDir(), "palier.tar.zst"), t.TempDir()
	hub := start(t, "--mongo", uri, "--data", key)
	var token strings.Builder
	if err := run(t.Context(), []string{"token", "--data", key, "--role", "STAFF"}, &token, newBuffer()); err != nil {
		t.Fatal(err)
	}
	registerLandlord(t, hub.url, strings.TrimSpace(token.String()), "1")
	want := comesTo(does(t, "backup", file, "--mongo", uri))
	registerLandlord(t, hub.url, strings.TrimSpace(token.String()), "2")
	hub.stop(t)
	for _, args := range [][]string{{"--mongo", again}, {"--data", folder}} {
		if got := comesTo(does(t, append([]string{"restore", file}, args...)...)); got != want {
			t.Errorf("restored are\n%s, want\n%s", got, want)
		}
		if said := does(t, append([]string{"verify"}, args...)...); !strings.Contains(said, "The ledger is what was written") {
			t.Errorf("verified: %s", said)
		}
	}
}

// comesTo are the lines that say what a ledger and a personal store come to.
func comesTo(said string) (lines string) {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "  ") {
			lines += line
		}
	}
	return lines
}
