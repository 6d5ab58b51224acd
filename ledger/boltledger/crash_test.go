package boltledger

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/palier-hub/palier/ledger"
)

// The test binary runs itself as a hub that can be killed: with folderEnv set,
// TestAppender appends in that folder until its end.
const (
	folderEnv = "PALIER_TEST_APPEND_IN"
	noSyncEnv = "PALIER_TEST_NOSYNC"
)

// TestAppender is the other process. It appends runs of one to four commits and
// acknowledges each, as "number id" on standard output, after Append returned.
func TestAppender(t *testing.T) {
	folder := os.Getenv(folderEnv)
	if folder == "" {
		t.Skip("it is run by TestKill and TestSyncsBeforeAcknowledgement")
	}
	l := mustOpen(t, folder)
	l.db.NoSync = os.Getenv(noSyncEnv) != ""
	fmt.Println("open")
	for i := 0; ; i++ {
		var acks strings.Builder
		for _, c := range appendCommits(t, l, 1+i%4) {
			fmt.Fprintln(&acks, c.Number, c.ID)
		}
		os.Stdout.WriteString(acks.String()) // one write
	}
}

func appender(folder string) []string {
	return append(os.Environ(), folderEnv+"="+folder)
}

var appenderArgs = []string{"-test.run=^TestAppender$", "-test.timeout=1m"}

// kill -9 at any moment, from the creation of the file on: every acknowledged
// commit is there when the ledger is opened again, and none twice. (A kill
// doesn't lose what wasn't synced: see TestSyncsBeforeAcknowledgement.)
func TestKill(t *testing.T) {
	const kills = 12
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{} // number to id
	r := rand.New(rand.NewPCG(9, 9))
	for kill := range kills {
		cmd := exec.Command(self, appenderArgs...)
		cmd.Env = appender(folder)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if kill > 1 { // the first two die while they create the ledger
			for range r.IntN(60) {
				lines.Scan()
				note(acknowledged, lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died
			note(acknowledged, lines.Text())
		}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
			t.Fatalf("the appender ended by itself: %v", cmd.ProcessState)
		}

		l := mustOpen(t, folder)
		there, ids := map[string]string{}, map[ledger.CommitID]bool{}
		for c, err := range l.Read(t.Context(), 0) {
			if err != nil {
				t.Fatalf("after kill %d: %v", kill, err)
			}
			if ids[c.ID] {
				t.Errorf("after kill %d: commit %s is there twice", kill, c.ID)
			}
			ids[c.ID] = true
			there[fmt.Sprint(c.Number)] = c.ID.String()
		}
		for number, id := range acknowledged {
			if there[number] != id {
				t.Errorf("after kill %d: commit %s was acknowledged as number %s, where %q is", kill, id, number, there[number])
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) < kills {
		t.Errorf("only %d commits were acknowledged", len(acknowledged))
	}
}

func note(acknowledged map[string]string, line string) {
	if number, id, ok := strings.Cut(line, " "); ok {
		acknowledged[number] = id
	}
}
