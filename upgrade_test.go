package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/ledger"
)

// earlier is the commit whose hub has to work beside the present one. Hubs of
// earlier ones say that they are degraded where this one says that it is outgrown.
const earlier = "cc8b8bc9c1a66ef21c1fd927b8074966d4d6b2bf"

// TestRollingUpgrade: hubs of an earlier commit, of the present tree and of a
// release to come share a ledger, and write what all of them understand until its
// format is raised; from then on the others stand aside, and say why.
func TestRollingUpgrade(t *testing.T) {
	if race.Enabled {
		t.Skip("other programs' builds, which the race detector doesn't see, are tested without it")
	}
	uri, dir := mongotest.URI(t), t.TempDir()
	before, after := buildEarlier(t), buildNext(t)
	on := []string{"--mongo", uri, "--data", dir}
	now := start(t, on...)
	old := launch(t, before, on...)
	token := staffToken(t, dir)
	write := func(h *program, key string) (commit string) {
		t.Helper()
		id, commit := registerLandlord(t, h.url, token, key)
		if id == "" {
			t.Fatalf("%s wasn't kept\n%s", key, h.log)
		}
		return commit
	}
	reads := func(h *program, commit, key string) {
		t.Helper()
		body, status := ask(t, h.url, token, `{ landlords(first: 100) { nodes { name } } }`, "Palier-Min-Commit", commit)
		if want := `"Bailleur ` + key + `"`; status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("after commit %s: %d %s, want %s", commit, status, body, want)
		}
	}
	verified := func(program string) string {
		t.Helper()
		out, err := says(t, program, "verify", "--mongo", uri)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return regexp.MustCompile(`(?m)^  digest .*$`).FindString(out)
	}

	var all sync.WaitGroup
	for i, h := range []*program{old, now} {
		all.Go(func() {
			for n := range 4 {
				registerLandlord(t, h.url, token, fmt.Sprintf("at once %d-%d", i, n))
			}
		})
	}
	all.Wait()
	next := launch(t, after, on...)
	hubs := []*program{old, now, next}
	for i, h := range hubs {
		key := fmt.Sprint("of ", i)
		commit := write(h, key)
		for _, reader := range hubs {
			reads(reader, commit, key)
		}
	}
	if a, b, c := verified(before), verified(""), verified(after); a == "" || a != b || a != c {
		t.Errorf("they make of it:\n%s\n%s\n%s", a, b, c)
	}

	// Nothing is raised by chance, or by who doesn't know the format.
	higher := fmt.Sprint(ledger.CurrentFormat + 1)
	if out, err := says(t, after, "raise-format", "--mongo", uri); err != nil || !strings.Contains(out, "--to "+higher) {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := says(t, "", "raise-format", "--mongo", uri, "--to", higher); err == nil || !strings.Contains(err.Error(), "run a newer release") {
		t.Errorf("%v: %s", err, out)
	}
	for _, h := range hubs {
		if s := h.ready(t); !s.Ready || s.Degraded {
			t.Errorf("before: %+v", s)
		}
	}

	followed := listen(t, now.url, token)
	all.Go(func() { // somebody writes meanwhile
		for n := range 6 {
			registerLandlord(t, next.url, token, fmt.Sprint("meanwhile ", n))
		}
	})
	out, err := says(t, after, "raise-format", "--mongo", uri, "--to", higher)
	if err != nil || !strings.Contains(out, "is of format "+higher+" from commit") {
		t.Fatalf("%v: %s", err, out)
	}
	all.Wait()
	for _, h := range []*program{old, now} {
		await(t, 10*time.Second, "standing aside", func() bool { return !h.ready(t).Ready })
		if s := h.ready(t); !strings.Contains(s.Message, "of format "+higher) || !strings.Contains(s.Message, "run a newer release in place of this one") {
			t.Errorf("%+v", s)
		}
		if status, body := h.get(t, "/healthz", ""); status != http.StatusOK {
			t.Errorf("alive: %d %s", status, body)
		}
		body, _ := ask(t, h.url, token, `mutation { landlordRegister(input: { landlord: { name: "Bailleur refusé", kind: OPH } }) { commit } }`, "", "")
		if !strings.Contains(body, `"UNAVAILABLE"`) {
			t.Errorf("a write: %s", body)
		}
		if body, _ := ask(t, h.url, token, `{ landlords { totalCount } }`, "", ""); !strings.Contains(body, `"totalCount"`) || !strings.Contains(body, `"staleSince"`) {
			t.Errorf("a read: %s", body)
		}
	}
	if _, text, err := followed.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("who followed is told %s %v", text, err)
	}
	reads(next, write(next, "afterwards"), "afterwards")
	if s := next.ready(t); !s.Ready || s.Degraded {
		t.Errorf("the one that knows the format: %+v", s)
	}
	if out, err := says(t, after, "verify", "--mongo", uri); err != nil || !strings.Contains(out, "format   "+higher+" from commit") || strings.Contains(out, "refusé") {
		t.Errorf("%v: %s", err, out)
	}
	for _, program := range []string{"", before} {
		if out, err := says(t, program, append([]string{"serve", "--addr", "127.0.0.1:0"}, on...)...); err == nil || !strings.Contains(out+err.Error(), "is of format "+higher) {
			t.Errorf("started on it: %v %s", err, out)
		}
	}
	if out, err := says(t, after, "raise-format", "--mongo", uri, "--to", fmt.Sprint(ledger.CurrentFormat)); err == nil || !strings.Contains(out, "never falls") {
		t.Errorf("lowered: %v %s", err, out)
	}
	for _, h := range hubs {
		h.stop(t)
	}
}

// TestUpgradeOfAFolder: the same command raises an embedded ledger, which an older
// program then leaves alone.
func TestUpgradeOfAFolder(t *testing.T) {
	if race.Enabled || os.Getenv(mongotest.All) == "" && os.Getenv(mongotest.Ferret) == "" {
		t.Skip("it builds another program")
	}
	dir := t.TempDir()
	start(t, "--data", dir).stop(t)
	next := buildNext(t)
	higher := fmt.Sprint(ledger.CurrentFormat + 1)
	for _, want := range []string{"from commit", "already"} {
		if out, err := says(t, next, "raise-format", "--data", dir, "--to", higher); err != nil || !strings.Contains(out, "is of format "+higher) || !strings.Contains(out, want) {
			t.Fatalf("%v: %s", err, out)
		}
	}
	kept, err := os.ReadFile(filepath.Join(dir, "ledger.bolt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "verify", "raise-format"} {
		if got := fails(t, command, "--data", dir); !strings.Contains(got, "is of format "+higher) || !strings.Contains(got, "run a newer release") {
			t.Errorf("%s: %s", command, got)
		}
	}
	if left, err := os.ReadFile(filepath.Join(dir, "ledger.bolt")); err != nil || !bytes.Equal(left, kept) {
		t.Errorf("the older program changed the file: %v", err)
	}
	launch(t, next, "--data", dir).stop(t)
}

func TestRaiseFormat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got := fails(t, "raise-format", "--data", dir); !strings.Contains(got, "holds no ledger") {
		t.Errorf("of nothing: %s", got)
	}
	start(t, "--data", dir).stop(t)
	if out, err := says(t, "", "raise-format", "--data", dir); err != nil || !strings.Contains(out, fmt.Sprintf("is of format 1; this release knows formats up to %d", ledger.CurrentFormat)) {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := says(t, "", "raise-format", "--data", dir, "--to", "1"); err != nil || !strings.Contains(out, "is of format 1 already") {
		t.Errorf("%v: %s", err, out)
	}
	if got := fails(t, "raise-format", "--data", dir, "--to", "1000"); !strings.Contains(got, "run a newer release") {
		t.Errorf("to what isn't known: %s", got)
	}
}

// listen opens a websocket on which changes are followed.
func listen(t *testing.T, url, token string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	for _, message := range []string{
		`{"type":"connection_init","payload":{"authorization":"Bearer ` + token + `"}}`,
		`{"type":"subscribe","id":"1","payload":{"query":"subscription { changes(kinds: [LANDLORD_APPROACH]) { id } }"}}`,
	} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	if _, text, err := conn.Read(t.Context()); err != nil || !strings.Contains(string(text), "connection_ack") {
		t.Fatalf("%s %v", text, err)
	}
	return conn
}

// says runs a program to its end, this one when it has no path, and answers what it
// says.
func says(t *testing.T, program string, args ...string) (string, error) {
	t.Helper()
	if program == "" {
		out := newBuffer()
		err := run(t.Context(), args, out, out)
		return out.String(), err
	}
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	return string(out), err
}

// launch is start for another program.
func launch(t *testing.T, path string, args ...string) *program {
	t.Helper()
	p := &program{out: newBuffer(), log: newBuffer(), done: make(chan error, 1)}
	c := exec.Command(path, append([]string{"--addr", "127.0.0.1:0"}, args...)...)
	c.Stdout, c.Stderr = p.out, p.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		p.done <- c.Wait()
		close(ended)
	}()
	p.cancel = func() { _ = c.Process.Signal(syscall.SIGTERM) }
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-ended
	})
	for {
		if found := address.FindStringSubmatch(p.out.String()); found != nil {
			p.url = found[1]
			return p
		}
		select {
		case <-p.out.wrote:
		case <-ended:
			t.Fatalf("%s ended\n%s", path, p.log)
		case <-time.After(time.Minute):
			t.Fatalf("%s doesn't start\n%s", path, p.log)
		}
	}
}

// Each is built once.
var (
	nextOnce, earlierOnce sync.Once
	nextPath, earlierPath string
	errNext, errEarlier   error
)

// buildNext is a build of the present tree that knows one format more.
func buildNext(t *testing.T) string {
	t.Helper()
	nextOnce.Do(func() {
		nextPath, errNext = builtWith("next", func(root, scratch string) (map[string]string, error) {
			source := filepath.Join(root, "ledger", "commit.go")
			text, err := os.ReadFile(source)
			if err != nil {
				return nil, err
			}
			is, becomes := fmt.Sprintf("\nconst CurrentFormat = %d\n", ledger.CurrentFormat), fmt.Sprintf("\nconst CurrentFormat = %d\n", ledger.CurrentFormat+1)
			if strings.Count(string(text), is) != 1 {
				return nil, fmt.Errorf("%s doesn't hold %q", source, is)
			}
			changed := filepath.Join(scratch, "commit.go")
			return map[string]string{source: changed}, os.WriteFile(changed, []byte(strings.Replace(string(text), is, becomes, 1)), 0o600)
		})
	})
	if errNext != nil {
		t.Fatal(errNext)
	}
	return nextPath
}

// buildEarlier is a build of the earlier commit.
func buildEarlier(t *testing.T) string {
	t.Helper()
	earlierOnce.Do(func() { earlierPath, errEarlier = builtWith("earlier", asOfEarlier) })
	if errEarlier != nil {
		t.Fatal(errEarlier)
	}
	return earlierPath
}

// asOfEarlier has every file that differs replaced by what it was: so the packages
// that are as they were needn't be compiled again, as they would in another folder.
func asOfEarlier(root, scratch string) (map[string]string, error) {
	git := func(args ...string) ([]byte, error) {
		c := exec.Command("git", args...)
		c.Dir = root
		out, err := c.Output()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("git %s: %w: %s", args[0], err, exit.Stderr)
		}
		return out, err
	}
	if _, err := git("cat-file", "-e", earlier+"^{commit}"); err != nil {
		return nil, fmt.Errorf("this clone doesn't hold commit %s, beside whose hub the present one is tested: clone with the whole history (git fetch --unshallow): %w", earlier, err)
	}
	archive, err := git("archive", "--format=tar", earlier)
	if err != nil {
		return nil, err
	}
	changed, err := git("diff", "--name-only", "-z", earlier)
	if err != nil {
		return nil, err
	}
	added, err := git("ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	replaced := map[string]string{}
	for name := range strings.SplitSeq(string(changed)+string(added), "\x00") {
		if name != "" {
			replaced[filepath.Join(root, name)] = "" // it wasn't there
		}
	}
	for files := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return replaced, nil
		} else if err != nil {
			return nil, err
		}
		at := filepath.Join(root, h.Name)
		if _, differs := replaced[at]; !differs {
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			return nil, err
		}
		was := filepath.Join(scratch, fmt.Sprintf("%d-%s", len(replaced), strings.ReplaceAll(h.Name, "/", "-")))
		if err := os.WriteFile(was, text, 0o600); err != nil {
			return nil, err
		}
		replaced[at] = was
	}
}

// builtWith is the path of a program built of this tree with some files replaced.
func builtWith(name string, replaced func(root, scratch string) (map[string]string, error)) (string, error) {
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp("", "palier-"+name+"-")
	if err != nil {
		return "", err
	}
	built = append(built, scratch)
	files, err := replaced(root, scratch)
	if err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": files})
	if err != nil {
		return "", err
	}
	said, path := filepath.Join(scratch, "overlay.json"), filepath.Join(scratch, "palier")
	if err := os.WriteFile(said, overlay, 0o600); err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-buildvcs=false", "-overlay", said, "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the %s hub: %w\n%s", name, err, out)
	}
	return path, nil
}

// built are the folders of what was built.
var built []string

func removeBuilt() {
	for _, folder := range built {
		_ = os.RemoveAll(folder)
	}
}
