package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
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

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/sample"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/world"
)

// program is the whole program under way.
type program struct {
	url    string
	out    *safeBuffer
	log    *safeBuffer
	cancel context.CancelFunc
	done   chan error
}

// safeBuffer is written by the program and read by the test.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
	// wrote is told after each write, if anyone listens.
	wrote chan struct{}
}

func newBuffer() *safeBuffer { return &safeBuffer{wrote: make(chan struct{}, 1)} }

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.wrote <- struct{}{}:
	default:
	}
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var address = regexp.MustCompile(`GraphQL\s+(http://\S+)/graphql`)

// start runs the program and waits until it has said where it listens.
func start(t testing.TB, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{out: newBuffer(), log: newBuffer(), cancel: cancel, done: make(chan error, 1)}
	go func() { p.done <- run(ctx, append([]string{"--addr", "127.0.0.1:0"}, args...), p.out, p.log) }()
	t.Cleanup(cancel)
	p.listens(t)
	return p
}

// listens waits until the program has said where it listens.
func (p *program) listens(t testing.TB) {
	t.Helper()
	for p.url == "" {
		if found := address.FindStringSubmatch(p.out.String()); found != nil {
			p.url = found[1]
			return
		}
		select {
		case <-p.out.wrote:
		case err := <-p.done:
			t.Fatalf("the program ended: %v\n%s", err, p.log)
		}
	}
}

// stop ends the program as a signal does, and waits for it.
func (p *program) stop(t testing.TB) {
	t.Helper()
	p.cancel()
	if err := <-p.done; err != nil {
		t.Fatalf("stopping: %v\n%s", err, p.log)
	}
}

// fails runs the program to its end and answers its error.
func fails(t *testing.T, args ...string) string {
	t.Helper()
	out, log := newBuffer(), newBuffer()
	err := run(t.Context(), args, out, log)
	if err == nil {
		t.Fatalf("%v: no error\n%s%s", args, out, log)
	}
	return err.Error()
}

// send sends a request, and answers the status and the body.
func send(t testing.TB, request *http.Request) (int, string) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// ask answers the data of a query.
func (p *program) ask(t testing.TB, token, query string) map[string]any {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, p.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	_, text := send(t, request)
	var answer struct {
		Data   map[string]any
		Errors []json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Errors) > 0 {
		t.Fatalf("%s\n%s", query, answer.Errors)
	}
	return answer.Data
}

func (p *program) ready(t testing.TB) (s httpapi.Status) {
	t.Helper()
	response, err := http.Get(p.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// token is the one that --demo printed for a role.
func (p *program) token(t *testing.T, role domain.Role) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^  ` + string(role) + `\n  (\S+)$`).FindStringSubmatch(p.out.String())
	if found == nil {
		t.Fatalf("no token of %s in\n%s", role, p.out)
	}
	return found[1]
}

const contents = `{
	landlords(first: 100) { totalCount nodes { id name updatedAt } }
	vacantSpaces(first: 100, orderBy: SURFACE) { totalCount nodes { id label updatedAt } }
	innovationProjects { nodes { slug needs { totalCount } } }
}`

// TestSecondStart: stopped and started again, the program has lost nothing and
// loads nothing twice.
func TestSecondStart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first := start(t, "--demo", "--data", dir)
	status, before := first.ready(t), first.ask(t, "", contents)
	if !strings.Contains(first.log.String(), "sample data loaded") || len(before) != 3 {
		t.Fatalf("the sample isn't there: %v\n%s", before, first.log)
	}
	staff := first.token(t, domain.RoleStaff)
	first.stop(t)
	digest := digestOf(t, dir)

	second := start(t, "--demo", "--data", dir)
	again := second.ready(t)
	dayTurned := again.Commit == status.Commit+1 // midnight between the two
	if again.Ledger != status.Ledger || again.Commit != status.Commit && !dayTurned {
		t.Errorf("ready at %+v, was %+v", again, status)
	}
	if strings.Contains(second.log.String(), "sample data loaded") {
		t.Error("the sample was loaded again")
	}
	if after := second.ask(t, "", contents); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the contents differ:\n%v\n%v", before, after)
	}
	if viewer := second.ask(t, staff, `{ viewer { role } }`); fmt.Sprint(viewer) != "map[viewer:map[role:STAFF]]" {
		t.Errorf("a token of the first start: %v", viewer)
	}
	second.stop(t)
	if now := digestOf(t, dir); now != digest && !dayTurned {
		t.Errorf("digest %x, was %x", now, digest)
	}
}

// atlas is the one that the program brings.
func atlas(t *testing.T) *geo.Atlas {
	t.Helper()
	a, err := geo.Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// digestOf replays the ledger of a data folder.
func digestOf(t *testing.T, dir string) [32]byte {
	t.Helper()
	store, err := boltledger.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	w, err := world.Load(t.Context(), store, atlas(t))
	if err != nil {
		t.Fatal(err)
	}
	return w.Digest()
}

// TestInterruptedLoad: a load that was cut off goes on where it stopped.
func TestInterruptedLoad(t *testing.T) {
	t.Parallel()
	whole := start(t, "--demo", "--data", t.TempDir())
	want := whole.ask(t, "", `{ landlords { totalCount } landlordSites { totalCount } vacantSpaces { totalCount } hostingNeeds { totalCount } }`)
	whole.stop(t)

	dir := t.TempDir()
	interrupt(t, dir)
	resumed := start(t, "--demo", "--data", dir)
	if !strings.Contains(resumed.log.String(), "sample data loaded") {
		t.Error("the load wasn't resumed")
	}
	if got := resumed.ask(t, "", `{ landlords { totalCount } landlordSites { totalCount } vacantSpaces { totalCount } hostingNeeds { totalCount } }`); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("resumed %v, want %v", got, want)
	}
	resumed.stop(t)
}

// interrupt begins a load of the sample in a data folder and cuts it off after
// some commits.
func interrupt(t *testing.T, dir string) {
	t.Helper()
	data, err := sample.Read()
	if err != nil {
		t.Fatal(err)
	}
	command := serveCommand{storage: storage{Data: dir}}
	logger := command.logger(io.Discard)
	atlas, err := command.atlas()
	if err != nil {
		t.Fatal(err)
	}
	store, err := boltledger.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	personal, err := bolttexts.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer personal.Close()
	rules := match.Rulesets()
	h, err := hub.Open(t.Context(), hub.Config{Ledger: store, Texts: personal, Atlas: atlas, Ruleset: rules[len(rules)-1].Version,
		Clock: time.Now, Entropy: rand.Reader, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	loading, cut := context.WithCancel(t.Context())
	go func() {
		if _, err := h.Wait(loading, 100); err == nil {
			cut()
		}
	}()
	if err := data.Load(loading, h); err == nil {
		t.Fatal("the load came to its end")
	}
	cut()
	if !sample.Pending(h.World()) {
		t.Error("nothing is pending after the cut")
	}
}

// childArgs makes the test's own binary the program, with these arguments, one a
// line: a process of its own that can be killed.
const childArgs = "PALIER_TEST_CHILD_ARGS"

func TestMain(m *testing.M) {
	if args := os.Getenv(childArgs); args != "" {
		os.Args = append(os.Args[:1], strings.Split(args, "\n")...)
		main()
		return
	}
	mongotest.Main(m, removeBuilt)
}

// process is the whole program under way as a process of its own.
type process struct {
	*program
	command *exec.Cmd
}

// startProcess is start for a process.
func startProcess(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{&program{out: newBuffer(), log: newBuffer(), done: make(chan error, 1)}, exec.Command(os.Args[0])}
	p.command.Env = append(os.Environ(), childArgs+"="+strings.Join(append([]string{"--addr", "127.0.0.1:0"}, args...), "\n"))
	p.command.Stdout, p.command.Stderr = p.out, p.log
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	p.cancel = func() { _ = p.command.Process.Signal(syscall.SIGTERM) }
	t.Cleanup(func() { _ = p.command.Process.Kill() })
	go func() { p.done <- p.command.Wait() }()
	p.listens(t)
	return p
}

// kill ends the process at once.
func (p *process) kill(t testing.TB) {
	t.Helper()
	if err := p.command.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-p.done
	if p.command.ProcessState.Exited() {
		t.Errorf("the process ended by itself: %v\n%s", p.command.ProcessState, p.log)
	}
}

// TestKilled: whatever was acknowledged before the process was killed is there
// after it, once.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	killed := startProcess(t, "--data", dir)
	token := staffToken(t, dir)
	register := func(url string, n int) (string, error) {
		body := fmt.Sprintf(`{"query":"mutation { landlordRegister(input: { landlord: { name: \"Bailleur %d\", kind: OPH }, idempotencyKey: \"k%d\" }) { landlord { id } userErrors { code } } }"}`, n, n)
		request, err := http.NewRequest(http.MethodPost, url+"/graphql", strings.NewReader(body))
		if err != nil {
			return "", err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return "", err
		}
		defer response.Body.Close()
		var answer struct {
			Data struct {
				LandlordRegister struct{ Landlord *struct{ ID string } }
			}
		}
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			return "", err
		}
		if answer.Data.LandlordRegister.Landlord == nil {
			return "", fmt.Errorf("refused")
		}
		return answer.Data.LandlordRegister.Landlord.ID, nil
	}
	const clients = 8
	var mu sync.Mutex
	acknowledged := make(map[int]string)
	var work sync.WaitGroup
	for c := range clients {
		work.Go(func() {
			for n := c; ; n += clients {
				id, err := register(killed.url, n)
				if err != nil {
					return // the process is gone
				}
				mu.Lock()
				acknowledged[n] = id
				enough := len(acknowledged) == 100
				mu.Unlock()
				if enough {
					killed.command.Process.Kill()
				}
			}
		})
	}
	work.Wait()
	<-killed.done

	p := start(t, "--data", dir)
	defer p.stop(t)
	if len(acknowledged) < 100 {
		t.Fatalf("only %d were acknowledged: %s", len(acknowledged), killed.log)
	}
	for n, id := range acknowledged {
		// The same key again answers what was made then, so nothing is made twice.
		if again, err := register(p.url, n); err != nil || again != id {
			t.Errorf("landlord %d is %s, was %s: %v", n, again, id, err)
		}
	}
	list := p.ask(t, token, `{ landlords { totalCount } }`)["landlords"].(map[string]any)
	if n := int(list["totalCount"].(float64)); n < len(acknowledged) || n > len(acknowledged)+clients {
		t.Errorf("%d landlords, %d acknowledged", n, len(acknowledged))
	}
}

// TestClearErrors: what goes wrong at the start says what to do.
func TestClearErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := start(t, "--data", dir)
	defer running.stop(t)
	textsHeld := t.TempDir()
	personal, err := bolttexts.Open(textsHeld)
	if err != nil {
		t.Fatal(err)
	}
	defer personal.Close()
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	for name, tc := range map[string]struct {
		args []string
		want []string
	}{
		"unknown flag":          {[]string{"--dem"}, []string{"--dem", "--help"}},
		"unknown command":       {[]string{"serv"}, []string{"serv", "--help"}},
		"unknown log format":    {[]string{"--log-format", "xml", "--data", t.TempDir()}, []string{"log-format", "text"}},
		"no such centroids":     {[]string{"--centroids", "nowhere.csv", "--data", t.TempDir()}, []string{"nowhere.csv"}},
		"address in use":        {[]string{"--addr", held.Addr().String(), "--data", t.TempDir()}, []string{held.Addr().String(), "--addr"}},
		"nonsense address":      {[]string{"--addr", "nowhere", "--data", t.TempDir()}, []string{"nowhere"}},
		"folder in use":         {[]string{"--addr", "127.0.0.1:0", "--data", dir}, []string{dir}},
		"personal store in use": {[]string{"--addr", "127.0.0.1:0", "--data", textsHeld}, []string{filepath.Join(textsHeld, bolttexts.FileName), "another hub"}},
		"snapshots backwards":   {[]string{"--snapshot-every=-1", "--data", t.TempDir()}, []string{"--snapshot-every", "0"}},
		"mail without a sender": {[]string{"--smtp", "smtp://u:s3cret@mail.example.org", "--data", t.TempDir()}, []string{"--smtp", "--mail-from"}},
		"mail from nobody":      {[]string{"--smtp", "smtp://u:s3cret@mail.example.org", "--mail-from", "palier", "--data", t.TempDir()}, []string{"palier@example.org"}},
		"mail by no server":     {[]string{"--smtp", "mail.example.org", "--mail-from", "palier@example.org", "--data", t.TempDir()}, []string{"smtp://"}},
		"mail leads nowhere":    {[]string{"--mail-log", "--public-url", "portal", "--data", t.TempDir()}, []string{"--public-url"}},
		"token without a role":  {[]string{"token", "--data", dir}, []string{"--role"}},
		"token of no role":      {[]string{"token", "--role", "KING", "--data", dir}, []string{"role"}},
		"landlord without org":  {[]string{"token", "--role", "LANDLORD", "--data", dir}, []string{"LANDLORD"}},
		"staff with an org":     {[]string{"token", "--role", "STAFF", "--org", "lld_x", "--data", dir}, []string{"--org"}},
		"project of a landlord": {[]string{"token", "--role", "PROJECT", "--org", "lld_x", "--data", dir}, []string{"lld_x"}},
		"no lasting token":      {[]string{"token", "--role", "STAFF", "--hours", "0", "--data", dir}, []string{"token"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := fails(t, tc.args...)
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("%v: %s\nlacks %q", tc.args, got, want)
				}
			}
			if strings.Contains(got, "s3cret") {
				t.Errorf("a password is told: %s", got)
			}
		})
	}
}

// TestTokenCommand works beside a running program, and its tokens are what they
// say.
func TestTokenCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "--demo", "--data", dir)
	defer p.stop(t)
	landlords := p.ask(t, "", `{ landlords(first: 1) { nodes { id name } } innovationProjects(first: 1) { nodes { id name } } }`)
	idOf := func(list string) string {
		return landlords[list].(map[string]any)["nodes"].([]any)[0].(map[string]any)["id"].(string)
	}
	for _, tc := range []struct{ role, org, want string }{
		{"STAFF", "", "map[viewer:map[landlord:<nil> project:<nil> role:STAFF]]"},
		{"OBSERVER", "", "map[viewer:map[landlord:<nil> project:<nil> role:OBSERVER]]"},
		{"LANDLORD", idOf("landlords"), "map[viewer:map[landlord:map[id:" + idOf("landlords") + "] project:<nil> role:LANDLORD]]"},
		{"PROJECT", idOf("innovationProjects"), "map[viewer:map[landlord:<nil> project:map[id:" + idOf("innovationProjects") + "] role:PROJECT]]"},
	} {
		out := newBuffer()
		args := []string{"token", "--data", dir, "--role", tc.role}
		if tc.org != "" {
			args = append(args, "--org", tc.org)
		}
		if err := run(t.Context(), args, out, io.Discard); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		if got := fmt.Sprint(p.ask(t, strings.TrimSpace(out.String()), `{ viewer { role landlord { id } project { id } } }`)); got != tc.want {
			t.Errorf("%s: %s", tc.role, got)
		}
	}
	// Whoever has the token has the account that it names, by its older name too.
	for _, args := range [][]string{{"--account", "agent-7f3a"}, {"--actor", "agent-7f3a"}} {
		out := new(bytes.Buffer)
		if err := run(t.Context(), append([]string{"token", "--data", dir, "--role", "STAFF"}, args...), out, io.Discard); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		if got := fmt.Sprint(p.ask(t, strings.TrimSpace(out.String()), `{ viewer { account } }`)); !strings.Contains(got, "agent-7f3a") {
			t.Errorf("%v: %s", args, got)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ arg, want string }{{"--help", "--demo"}, {"version", "palier"}} {
		out, log := newBuffer(), newBuffer()
		if err := run(t.Context(), []string{tc.arg}, out, log); err != nil {
			t.Errorf("%s: %v", tc.arg, err)
		}
		if !strings.Contains(out.String(), tc.want) {
			t.Errorf("%s says %q", tc.arg, out)
		}
	}
}

// TestDemoOfAnotherLedger: tokens of staff are printed for the sample's ledger alone.
func TestDemoOfAnotherLedger(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	does(t, "generate", "--spaces", "5", "--data", dir)
	out, log := newBuffer(), newBuffer()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := run(ctx, []string{"--demo", "--data", dir, "--addr", "127.0.0.1:0"}, out, log)
	if err == nil || !strings.Contains(err.Error(), "this ledger doesn't hold the sample data") {
		t.Errorf("%v\n%s", err, log)
	}
	if strings.Contains(out.String(), "STAFF") {
		t.Errorf("it prints\n%s", out)
	}
}

// TestStopFinishesWhatIsUnderWay: a request that has begun when the program is
// told to stop is answered, and no other is taken.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	p := start(t, "--data", t.TempDir())
	body := `{"query":"{ viewer { role } }"}`
	read, write := io.Pipe()
	request, err := http.NewRequest(http.MethodPost, p.url+"/graphql", read)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Expect", "100-continue") // the server asks for the body when it has begun
	begun := make(chan struct{})
	answered := make(chan string, 1)
	go func() {
		response, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(request)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		answered <- string(text)
	}()
	go func() {
		io.WriteString(write, body[:10]) // taken once the server has said to continue
		close(begun)
	}()
	<-begun
	p.cancel()
	for strings.Count(p.log.String(), "stopping") == 0 {
		<-p.log.wrote
	}
	io.WriteString(write, body[10:])
	write.Close()
	if got := <-answered; !strings.Contains(got, `"role":"PUBLIC"`) {
		t.Errorf("the request under way was answered %s", got)
	}
	if err := <-p.done; err != nil {
		t.Errorf("stopping: %v", err)
	}
	if _, err := http.Get(p.url + "/healthz"); err == nil {
		t.Error("a request was taken after the stop")
	}
}

// TestStopLetsSocketsGo: a program that stops doesn't wait for those who follow,
// and tells them to connect again.
func TestStopLetsSocketsGo(t *testing.T) {
	t.Parallel()
	p := start(t, "--demo", "--data", t.TempDir(), "--socket-operations", "1")
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(p.url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	for _, message := range []string{
		`{"type":"connection_init","payload":{"authorization":"Bearer ` + p.token(t, domain.RoleStaff) + `"}}`,
		`{"type":"subscribe","id":"1","payload":{"query":"subscription { changes { id } }"}}`,
		`{"type":"subscribe","id":"2","payload":{"query":"{ viewer { role } }"}}`,
	} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"connection_ack", "TOO_MANY_OPERATIONS"} {
		if _, text, err := conn.Read(t.Context()); err != nil || !strings.Contains(string(text), want) {
			t.Fatalf("%s %v, want %s", text, err, want)
		}
	}
	p.cancel()
	if _, text, err := conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("%s %v, want the code of going away", text, err)
	}
	if err := <-p.done; err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// TestExamples: the explorer's examples and the queries that --demo prints run
// on the sample without errors, and answer something.
func TestExamples(t *testing.T) {
	t.Parallel()
	p := start(t, "--demo", "--data", t.TempDir())
	defer p.stop(t)
	examples := httpapi.Examples()
	for i, query := range strings.SplitAfter(demoQueries, "\n  }\n") {
		if strings.TrimSpace(query) != "" {
			examples = append(examples, httpapi.Example{Name: fmt.Sprint("demo ", i), Role: domain.RolePublic, Query: query})
		}
	}
	if len(examples) < 10 {
		t.Fatalf("only %d examples", len(examples))
	}
	for _, e := range examples {
		t.Run(e.Name, func(t *testing.T) {
			token := ""
			if e.Role != domain.RolePublic {
				token = p.token(t, e.Role)
			}
			data := p.ask(t, token, e.Query)
			for field, value := range data {
				if empty(value) {
					t.Errorf("%s is empty: %v", field, value)
				}
			}
		})
	}
}

// empty tells whether an answer's field shows nothing: null, or a page or list
// without items.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, list := range []string{"nodes", "edges"} {
			if items, ok := v[list]; ok {
				return empty(items)
			}
		}
		for _, value := range v {
			if page, ok := value.(map[string]any); ok && empty(page) {
				return true
			}
		}
		return len(v) == 0
	}
	return false
}
