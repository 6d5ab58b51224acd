package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What verify says of a hub's folder, whole and tampered with.
func TestVerify(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hub := start(t, "--demo", "--data", dir)
	if refused := fails(t, "verify", "--data", dir); !strings.Contains(refused, "another hub holds") {
		t.Errorf("a folder in use: %s", refused)
	}
	hub.stop(t)
	said := does(t, "verify", "--data", dir)
	head := regexp.MustCompile(`\d+:[0-9a-f]{64}`).FindString(said)
	digest := regexp.MustCompile(`digest +([0-9a-f]{64})`).FindStringSubmatch(said)
	if head == "" || digest == nil || !strings.Contains(said, "The ledger is what was written.") || !strings.Contains(said, "format   1 from commit 1") {
		t.Fatalf("it says %s", said)
	}
	_, hash, _ := strings.Cut(head, ":")
	does(t, "verify", "--data", dir, "--expect-head", head)
	does(t, "verify", "--data", dir, "--expect-head", hash, "--expect-digest", digest[1])
	if refused := fails(t, "verify", "--data", dir, "--expect-head", "1:"+hash); !strings.Contains(refused, "commit 1: its hash is") {
		t.Errorf("another hash: %s", refused)
	}
	for _, args := range [][]string{{"--expect-head", "12"}, {"--expect-head", "x:" + hash}, {"--expect-digest", hash[1:]}} {
		if refused := fails(t, append([]string{"verify", "--data", dir}, args...)...); !strings.Contains(refused, "can't be read") {
			t.Errorf("%v: %s", args, refused)
		}
	}
	path := filepath.Join(dir, "ledger.bolt")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(file, []byte("Confluences Habitat"), []byte("Confluents, Habitat")), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := fails(t, "verify", "--data", dir)
	if named := regexp.MustCompile(`commit \d+: it was altered`).FindString(refused); named == "" {
		t.Errorf("tampered with: %s", refused)
	}
	if refused := fails(t, "verify", "--data", filepath.Join(dir, "none")); !strings.Contains(refused, "holds no ledger") {
		t.Errorf("where there is none: %s", refused)
	}
	if err := os.Remove(filepath.Join(dir, "texts.db")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := does(t, "verify", "--data", dir); !strings.Contains(said, "There is no personal store") {
		t.Errorf("without a personal store: %s", fmt.Sprint(said))
	}
}
