package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
)

// What hubs write comes to the analysts' database while it is followed, and what is
// withdrawn goes.
func TestMirrorFollows(t *testing.T) {
	t.Parallel()
	uri, analysts, key := mongotest.URI(t), mongotest.URI(t), t.TempDir()
	if refused := fails(t, "mirror", "--mongo", uri, "--to", analysts); !strings.Contains(refused, "holds no ledger") {
		t.Errorf("where there is none: %s", refused)
	}
	hub := start(t, "--mongo", uri, "--data", key)
	var token strings.Builder
	if err := run(t.Context(), []string{"token", "--data", key, "--role", "STAFF"}, &token, newBuffer()); err != nil {
		t.Fatal(err)
	}
	staff := strings.TrimSpace(token.String())
	id, _ := registerLandlord(t, hub.url, staff, "1")
	if refused := fails(t, "mirror", "--mongo", uri, "--to", uri); !strings.Contains(refused, "a database of its own") {
		t.Errorf("to the ledger's own: %s", refused)
	}
	for _, args := range [][]string{{"--data", key, "--to", analysts, "--follow"}, {"--mongo", uri, "--to", key}, {"--mongo", uri}} {
		fails(t, append([]string{"mirror"}, args...)...)
	}
	db, err := mongodb.Connect(analysts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Client().Disconnect(context.Background())
	landlords := func(want int64) {
		t.Helper()
		n := int64(-1)
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if n, err = db.Collection("landlords").CountDocuments(t.Context(), map[string]any{}); err == nil && n == want {
				return
			}
		}
		t.Fatalf("%d landlords (%v), want %d", n, err, want)
	}
	if said := does(t, "mirror", "--mongo", uri, "--to", analysts); !strings.Contains(said, "after 0: 0 documents") {
		t.Errorf("a draft is mirrored: %s", said)
	}
	following, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- run(following, []string{"mirror", "--mongo", uri, "--to", analysts, "--follow"}, newBuffer(), newBuffer())
	}()
	step := func(how string) {
		t.Helper()
		if body, _ := ask(t, hub.url, staff, `mutation { landlord`+how+`(input: { id: "`+id+`" }) { userErrors { message } } }`, "", ""); !strings.Contains(body, `"userErrors":[]`) {
			t.Fatal(body)
		}
	}
	step("Publish")
	landlords(1)
	step("Withdraw")
	landlords(0)
	step("Publish")
	landlords(1)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
	hub.stop(t)
	if said := does(t, "mirror", "--mongo", uri, "--to", analysts); !strings.Contains(said, "0 documents written, 0 removed") {
		t.Errorf("with nothing to do: %s", said)
	}
}
