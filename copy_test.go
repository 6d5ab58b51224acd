package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger/boltledger"
)

// does runs the program to its end, which must be a good one, and answers what it
// printed.
func does(t *testing.T, args ...string) string {
	t.Helper()
	out, log := newBuffer(), newBuffer()
	if err := run(t.Context(), args, out, log); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, out, log)
	}
	return out.String()
}

// A hub that moved to MongoDB, and back, is the same: a cursor given out before
// leads on after.
func TestCopyMovesAHub(t *testing.T) {
	t.Parallel()
	uri, home, back := mongotest.URI(t), t.TempDir(), filepath.Join(t.TempDir(), "back")
	first := start(t, "--demo", "--data", home)
	page := first.ask(t, "", `{ vacantSpaces(first: 3) { pageInfo { endCursor } } }`)
	cursor := page["vacantSpaces"].(map[string]any)["pageInfo"].(map[string]any)["endCursor"].(string)
	next := fmt.Sprintf(`{ vacantSpaces(first: 50, after: %q) { totalCount nodes { id updatedAt } } placements { nodes { id } } }`, cursor)
	want := fmt.Sprint(first.ask(t, "", next))
	if refused := fails(t, "copy", "--from", home, "--to", uri); !strings.Contains(refused, "another hub holds") {
		t.Errorf("a folder in use: %s", refused)
	}
	first.stop(t)

	said := does(t, "copy", "--from", home, "--to", uri)
	if !strings.Contains(said, "of which 0 were there already") || !strings.Contains(said, "signing.key") {
		t.Errorf("it says %s", said)
	}
	moved := start(t, "--mongo", uri, "--data", home) // with its key
	if got := fmt.Sprint(moved.ask(t, "", next)); got != want {
		t.Errorf("moved, it answers\n%s, want\n%s", got, want)
	}
	again := does(t, "copy", "--from", uri, "--to", back) // beside the hub
	moved.stop(t)
	key, err := os.ReadFile(filepath.Join(home, "signing.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(back, "signing.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if one, two := comesTo(said), comesTo(again); one != two {
		t.Errorf("there and back are\n%s\n%s", one, two)
	}
	returned := start(t, "--data", back)
	if got := fmt.Sprint(returned.ask(t, "", next)); got != want {
		t.Errorf("back, it answers\n%s, want\n%s", got, want)
	}
	returned.stop(t)
}

// What was begun and isn't whole is refused by the hub, which says what to do.
func TestHalfACopyIsNotServed(t *testing.T) {
	dir := t.TempDir()
	l, err := boltledger.OpenCopy(dir, "ldg_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--data", dir, "--addr", "127.0.0.1:0"},
		{"generate", "--spaces", "10", "--data", dir},
		{"copy", "--from", dir, "--to", t.TempDir()},
	} {
		if refused := fails(t, args...); !strings.Contains(refused, "isn't whole yet") {
			t.Errorf("%v: %s", args, refused)
		}
	}
}

func TestCopyRefuses(t *testing.T) {
	empty, other := t.TempDir(), t.TempDir()
	for want, args := range map[string][]string{
		"holds no ledger":          {"--from", empty, "--to", other},
		"can't be copied to itsel": {"--from", empty, "--to", empty + "/."},
		"can't be read":            {"--from", "mongodb://h:port:x/", "--to", other},
	} {
		if refused := fails(t, append([]string{"copy"}, args...)...); !strings.Contains(refused, want) {
			t.Errorf("%v: %s", args, refused)
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("looking for a ledger left %v (%v)", left, err)
	}
}
