package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/world"
)

// generated runs the command and answers what it printed.
func generated(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	var printed, log strings.Builder
	err = run(t.Context(), append([]string{"generate"}, args...), &printed, &log)
	return printed.String(), err
}

func TestGenerate(t *testing.T) {
	folders := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
	var ids []string
	for _, folder := range folders {
		out, err := generated(t, "--spaces", "300", "--seed", "7", "--data", folder)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, " 300 spaces, 25 needs of landlords, 5 projects and 10 needs of projects ") || !strings.Contains(out, folder) {
			t.Errorf("it says %q", out)
		}
		var all []string
		for row := range replayed(t, folder).Spaces() {
			all = append(all, string(row.Doc.ID))
		}
		ids = append(ids, strings.Join(all, " "))
	}
	if len(ids[0]) == 0 || ids[0] != ids[1] {
		t.Error("the same seed gives other ids")
	}
	// A second set on top of the first is refused, and leaves it as it is.
	_, err := generated(t, "--spaces", "10", "--data", folders[0])
	if err == nil || !strings.Contains(err.Error(), "already holds 10 landlords and 5 projects") {
		t.Errorf("on a ledger that holds a set: %v", err)
	}
	if n := replayed(t, folders[0]).Counts().Spaces; n != 300 {
		t.Errorf("then %d spaces", n)
	}
}

func TestGenerateRefusesArguments(t *testing.T) {
	for _, args := range [][]string{{}, {"--spaces", "0"}, {"--spaces", "-5"}, {"--spaces", "many"}, {"--spaces", "99999999999"}, {"--spaces", "10", "--seed", "-1"}} {
		if _, err := generated(t, append(args, "--data", t.TempDir())...); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}

func TestGenerateInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	// The first line of progress, a second after the beginning, interrupts.
	log := writerFunc(func(b []byte) (int, error) {
		if strings.Contains(string(b), "generating") {
			cancel()
		}
		return len(b), nil
	})
	var out strings.Builder
	err := run(ctx, []string{"generate", "--spaces", "5000000", "--data", t.TempDir()}, &out, log)
	if err == nil || !strings.Contains(err.Error(), "of 5000000 spaces") || !strings.Contains(err.Error(), "remove that folder") {
		t.Errorf("interrupted: %v", err)
	}
	if out.Len() > 0 {
		t.Errorf("interrupted, it says %q", out.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// replayed is the World of a folder's ledger.
func replayed(t *testing.T, folder string) *world.World {
	t.Helper()
	var l ledger.Ledger
	l, err := boltledger.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, err := world.Load(t.Context(), l, atlas(t))
	if err != nil {
		t.Fatal(err)
	}
	return w
}
