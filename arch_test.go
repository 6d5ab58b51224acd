package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/palier-hub/palier"

// mayImport says of each package which others of this module it may import.
// Imports point one way, from server.go down to domain; ARCHITECTURE.md has the
// drawing. A new package stands here with what it needs and no more.
var mayImport = map[string][]string{
	".": {"auth", "backup", "domain", "geo", "graph", "httpapi", "hub", "internal/mongodb", "ledger", "ledger/boltledger", "ledger/mongoledger", "loaders", "mail", "mail/smtpmail", "match", "mirror", "moving", "peers", "peers/redispeers", "resolvers", "sample", "schema", "synthetic", "telemetry", "telemetry/otelsdk", "texts", "texts/bolttexts", "texts/mongotexts", "verify", "world"},

	"httpapi":   {"domain", "peers", "telemetry"},
	"auth":      {"domain"},
	"resolvers": {"domain", "graph", "hub", "loaders", "schema"},
	"graph":     {"domain"},
	"loaders":   {"calendar", "domain", "geo", "hub", "internal/fold", "match", "telemetry", "world"},
	"sample":    {"domain", "hub", "ledger", "world"},
	"synthetic": {"domain", "geo", "hub"},
	"hub":       {"calendar", "domain", "geo", "ledger", "mail", "match", "telemetry", "texts", "world"},
	"world":     {"domain", "geo", "ledger", "match"},

	"moving": {"domain", "ledger", "texts", "world"},
	"verify": {"domain", "geo", "ledger", "texts", "world"},
	"mirror": {"domain", "geo", "internal/mongodb", "ledger", "world"},
	"backup": {"domain", "internal/boltfile", "ledger", "moving", "texts", "world"},

	"ledger":             {"domain"},
	"ledger/ledgertest":  {"domain", "ledger"},
	"ledger/boltledger":  {"internal/boltfile", "ledger"},
	"ledger/mongoledger": {"internal/mongodb", "ledger"},

	"texts":            {"domain"},
	"texts/textstest":  {"domain", "texts"},
	"texts/bolttexts":  {"domain", "internal/boltfile", "texts"},
	"texts/mongotexts": {"domain", "internal/mongodb", "texts"},

	"telemetry":         {},
	"telemetry/otelsdk": {"telemetry"},

	"mail":          {"domain"},
	"mail/smtpmail": {"mail"},

	"peers":            {},
	"peers/redispeers": {"peers", "telemetry"},

	"match":    {"calendar", "domain", "geo", "internal/fold"},
	"calendar": {"domain"},
	"geo":      {"domain", "geo/internal/sphere", "internal/fold"},
	"domain":   {},

	"geo/internal/generate": {"geo/internal/sphere", "internal/fold"},
	"geo/internal/sphere":   {},
	"internal/boltfile":     {},
	"internal/fold":         {},
	"internal/mongodb":      {},

	"schema": {},

	// Tests only: servers that speak MongoDB's protocol, and Redis's, proxies before
	// them, and whether the race detector is on.
	"internal/mongotest": {"internal/mongodb"},
	"internal/redistest": {"internal/mongotest"},
	"internal/proxytest": {"internal/mongotest"},
	"internal/race":      {},

	// Tests only: it wires what server.go wires, and nothing imports it.
	"internal/apitest": {"auth", "domain", "geo", "graph", "httpapi", "hub", "ledger/boltledger", "loaders", "match", "resolvers", "sample", "texts/bolttexts", "world"},
}

// keptTo says which packages may import a dependency: those that stand behind
// an adapter or an edge.
var keptTo = map[string][]string{
	"github.com/99designs/gqlgen":         {"graph", "resolvers", "loaders", "httpapi", "."},
	"github.com/vektah/gqlparser/v2":      {"graph", "resolvers", "loaders", "httpapi", "schema", ".", "internal/apitest"},
	"go.mongodb.org/mongo-driver/v2":      {"internal/mongodb", "internal/mongotest", "ledger/mongoledger", "mirror", "texts/mongotexts"},
	"go.mongodb.org/mongo-driver/v2/bson": {"internal/mongotest", "ledger", "ledger/ledgertest", "ledger/mongoledger", "mirror", "texts/mongotexts"},
	"go.etcd.io/bbolt":                    {"internal/boltfile", "ledger/boltledger", "texts/bolttexts"},
	"github.com/tidwall/btree":            {"world"},
	"github.com/teambition/rrule-go":      {"calendar"},
	"github.com/golang-jwt/jwt/v5":        {"auth"},
	"github.com/coreos/go-oidc/v3":        {"auth"},
	"github.com/rs/cors":                  {"httpapi"},
	"github.com/coder/websocket":          {"httpapi"},
	"github.com/wneessen/go-mail":         {"mail/smtpmail"},
	"github.com/redis/go-redis/v9":        {"peers/redispeers"},
	"github.com/hashicorp/golang-lru/v2":  {"httpapi", "peers"},
	"github.com/alecthomas/kong":          {"."},
	"github.com/klauspost/compress":       {"backup", "httpapi"},
	"github.com/goccy/go-yaml":            {"sample"},
	"go.opentelemetry.io/otel":            {"telemetry", "telemetry/otelsdk"},
	"go.opentelemetry.io/otel/attribute":  {"telemetry", "telemetry/otelsdk", "."},
	"go.opentelemetry.io/otel/sdk":        {"telemetry/otelsdk"},
	"go.opentelemetry.io/otel/exporters":  {"telemetry/otelsdk"},
	"github.com/prometheus/client_golang": {"telemetry/otelsdk"},
	"golang.org/x/sync":                   {"loaders", "sample"},
	"github.com/rogpeppe/go-internal":     {}, // tests only
	"net/http":                            {"auth", "httpapi", ".", "internal/apitest", "internal/proxytest", "telemetry/otelsdk"},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed, known := mayImport[p.name]
		if !known {
			t.Errorf("package %s isn't in the table: say what it may import", p.name)
		}
		for _, path := range p.imports {
			if own, ok := strings.CutPrefix(path, module+"/"); ok {
				if !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s: imports point the other way", p.name, own)
				}
				continue
			}
			isStandard := !strings.Contains(strings.Split(path, "/")[0], ".")
			keeper, packages := keeperOf(path)
			switch {
			case keeper != "" && !slices.Contains(packages, p.name):
				t.Errorf("%s imports %s: only %v may", p.name, path, packages)
			case keeper == "" && !isStandard:
				t.Errorf("%s imports %s: say in the table which packages may", p.name, path)
			}
		}
	}
}

// keeperOf finds the longest entry of keptTo that an import path is under.
func keeperOf(path string) (keeper string, packages []string) {
	for prefix, allowed := range keptTo {
		if (path == prefix || strings.HasPrefix(path, prefix+"/")) && len(prefix) > len(keeper) {
			keeper, packages = prefix, allowed
		}
	}
	return keeper, packages
}

type listed struct {
	name    string // without the module's path; "." for the root
	imports []string
}

// listPackages asks the go command for every package of the module with its
// imports, those of its tests left out.
func listPackages(t *testing.T) (out []listed) {
	t.Helper()
	text, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if name == "" {
			name = "."
		}
		out = append(out, listed{name, p.Imports})
	}
}

// clockReaders tell the time; it comes from server.go, so that everything else
// can be run at any time.
var clockReaders = []string{"Now", "Since", "Until"}

// clocks may read it: the second measures what was done and decides nothing.
var clocks = []string{"server.go", "telemetry/telemetry.go"}

// waiters let time pass without telling it. Each place that has one says here
// why it may.
var waiters = map[string][]string{
	"hub/calendar.go":  {"NewTicker"},          // looks at the injected clock once a minute
	"hub/mail.go":      {"After", "NewTicker"}, // looks around four times a minute; the pause between two tries; a stop's patience
	"hub/follow.go":    {"After"},              // whether a commit is the hub's own, and the pause between two looks for the ledger
	"hub/snapshots.go": {"NewTimer"},           // looks twice a minute whether a snapshot is due
	"hub/hub.go":       {"After"},              // how long a stop waits for what is under way, and a command for a writer that is busy
	"hub/write.go":     {"After"},              // the pause between two tries of an append, and how long clients wait for its fate

	"ledger/mongoledger/ledger.go": {"After", "NewTimer"}, // how often it looks for the commits of other hubs
	"server.go":                    {"Sleep"},             // the time that proxies have to notice a stop
	"mirror.go":                    {"After"},             // the pause between two tries to follow or to write
	"stores.go":                    {"After"},             // the pause between two tries to reach MongoDB
	"peers/redispeers/breaker.go":  {"NewTicker"},         // the pause between two probes of Redis
	"peers/redispeers/wakes.go":    {"After"},             // the pause between two tries to subscribe
	"texts/mongotexts/store.go":    {"After"},             // until a majority holds what was founded

	"httpapi/streams.go":   {"NewTicker", "NewTimer"}, // signs of life, and the end of a token on what stays open
	"httpapi/load.go":      {"NewTimer"},              // how long an operation waits for a place
	"httpapi/wire.go":      {"Sleep"},                 // until a client has read why its socket is closed
	"httpapi/websocket.go": {"AfterFunc", "NewTimer"}, // how long a client may take to say who it is, and to say goodbye
}

func TestTheClockIsReadInServerOnly(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasPrefix(path, filepath.Join("internal", "apitest")) || strings.HasPrefix(path, filepath.Join("internal", "mongotest")) ||
			strings.HasPrefix(path, filepath.Join("internal", "redistest")) || strings.HasPrefix(path, filepath.Join("internal", "proxytest")) {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok || !isTime(file, call.X) {
				return true
			}
			name := filepath.ToSlash(path)
			switch f := call.Sel.Name; {
			case slices.Contains(clockReaders, f) && !slices.Contains(clocks, name):
				t.Errorf("%s reads time.%s: take the clock as an argument", name, f)
			case slices.Contains([]string{"After", "AfterFunc", "NewTicker", "NewTimer", "Sleep", "Tick"}, f) && !slices.Contains(waiters[name], f):
				t.Errorf("%s waits by time.%s: say in the table why it may", name, f)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isTime tells whether an expression names the standard library's time package.
func isTime(file *ast.File, x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	if !ok || id.Name != "time" {
		return false
	}
	return slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool {
		path, err := strconv.Unquote(s.Path.Value)
		return err == nil && path == "time"
	})
}
