package bolttexts

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// The test binary runs itself as a hub that can be killed: with these set,
// TestWriter writes in that folder, from that number on, until its end.
const (
	folderEnv = "PALIER_TEST_WRITE_IN"
	fromEnv   = "PALIER_TEST_WRITE_FROM"
)

// needle is found in the body of the nth text, and nowhere else.
func needle(n int) string { return fmt.Sprintf("<aiguille %d>", n) }

func bodyOf(n int) string { return strings.Repeat(needle(n)+" foin ", 1+n%150) }

// TestWriter is the other process. It puts texts and erases every third one,
// which it says before and after on standard output.
func TestWriter(t *testing.T) {
	folder := os.Getenv(folderEnv)
	if folder == "" {
		t.Skip("it is run by TestKill")
	}
	from, err := strconv.Atoi(os.Getenv(fromEnv))
	if err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, folder)
	for n := from; ; n++ {
		mustPut(t, s, textOf(n, bodyOf(n)))
		fmt.Fprintln(os.Stdout, "put", n)
		if n%3 == 0 {
			fmt.Fprintln(os.Stdout, "erasing", n)
			if err := s.EraseTexts(context.Background(), []domain.TextID{textOf(n, "").ID}); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(os.Stdout, "erased", n)
		}
	}
}

// kill -9 at any moment, from the creation of the file on: every text that was
// acknowledged and not erased is there, and no file has a byte of one whose
// erasure was, before the store is opened again and after it.
func TestKill(t *testing.T) {
	const kills = 14
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	state := map[int]string{} // what was last said of each
	note := func(line string) {
		word, number, _ := strings.Cut(line, " ")
		if n, err := strconv.Atoi(number); err == nil {
			state[n] = word
		}
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for kill := range kills {
		cmd := exec.Command(self, "-test.run=^TestWriter$", "-test.timeout=1m")
		cmd.Env = append(os.Environ(), folderEnv+"="+folder, fmt.Sprintf("%s=%d", fromEnv, 1000*kill))
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if kill > 1 { // the first two die while they create the store
			for range r.IntN(60) {
				lines.Scan()
				note(lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died
			note(lines.Text())
		}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
			t.Fatalf("the writer ended by itself: %v", cmd.ProcessState)
		}
		none := func(when string) {
			t.Helper()
			entries, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				b := readFile(t, filepath.Join(folder, e.Name()))
				for n, word := range state {
					if word == "erased" && bytes.Contains(b, []byte(needle(n))) {
						t.Errorf("seed %d, %s kill %d: %s has bytes of text %d, which was erased", seed, when, kill, e.Name(), n)
					}
				}
			}
		}
		none("after")
		s := mustOpen(t, folder)
		none("opened after")
		for n, word := range state {
			id := textOf(n, "").ID
			found, err := s.Texts(t.Context(), []domain.TextID{id})
			if err != nil {
				t.Fatal(err)
			}
			got, there := found[id]
			if there && got.Body != bodyOf(n) || word == "put" && !there || word == "erased" && there {
				t.Errorf("seed %d, after kill %d: text %d is %.40q, and was said to be %s", seed, kill, n, got.Body, word)
			}
		}
		mustClose(t, s)
	}
	if len(state) < kills {
		t.Errorf("only %d texts were acknowledged", len(state))
	}
}
