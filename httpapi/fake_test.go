package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/httpapi"
)

// fakeSchema executes root fields by functions, through the executor's own
// ResolveField, so that errors and panics take the way they take in generated
// code.
type fakeSchema struct {
	schema    *ast.Schema
	resolvers map[string]func(ctx context.Context) (string, error)
	// feeds are of the subscriptions; whoever made a feed ends it with its
	// context.
	feeds map[string]func(ctx context.Context) (<-chan string, error)
	// late counts the resolvers that wait.
	late atomic.Int64
	// following counts the feeds under way.
	following atomic.Int64
	// events are those of "changes": what is sent there is told to everyone.
	events broadcast
}

// broadcast tells everyone everything, from when they begin to listen.
type broadcast struct {
	mu   sync.Mutex
	told []string
	news chan struct{}
}

func (b *broadcast) tell(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, text)
	if b.news != nil {
		close(b.news)
	}
	b.news = nil
}

// after answers what was told after the first n, and what will be closed when
// there is more.
func (b *broadcast) after(n int) ([]string, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.news == nil {
		b.news = make(chan struct{})
	}
	return b.told[n:], b.news
}

const fakeSDL = `
directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean! = true) on FIELD_DEFINITION
directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum CacheControlScope { PUBLIC PRIVATE }
type Query {
  "Text that is long, and may be kept."
  long: String @cacheControl(maxAge: 60)
  shorter: String @cacheControl(maxAge: 30)
  mine: String @cacheControl(maxAge: 90, scope: PRIVATE)
  "The viewer's role, from the session."
  role: String
  "The language of the session."
  locale: String
  "A space, by its id."
  space(id: ID): String
  "A day, whose scalar answers a plain error."
  day(on: String): String
  "A colour, to be misspelt."
  colour(of: Colour): String
  refusal: String
  refusals: String
  system: String
  internal: String
  panic: String
  late: String
  bug: String
  things(first: Int! = 20, ids: [ID!], pick: Pick): Things @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
  _entities(representations: [Any!]!): [Thing]! @listSize(slicingArguments: ["representations"])
}
type Things @cacheControl(inheritMaxAge: true) { nodes: [Thing!]! }
type Thing { name: String things(first: Int! = 20): Things @listSize(slicingArguments: ["first"], sizedFields: ["nodes"]) }
input Pick @oneOf { a: String b: String of: Pick }
scalar Any
type Mutation { change: String }
type Subscription {
  "The events that the test sends."
  changes: String
  "Refused at once."
  refused: String
  "One event, and then an error."
  broken: String
  "One event, a field of which takes longer than an operation may."
  slow: String
  "Events without an end, of 64 kB each."
  flood: String
}
enum Colour { RED GREEN }
`

func newFakeSchema() *fakeSchema {
	f := &fakeSchema{schema: gqlparser.MustLoadSchema(&ast.Source{Input: fakeSDL})}
	f.resolvers = map[string]func(ctx context.Context) (string, error){
		"role":       func(ctx context.Context) (string, error) { return string(sessionOf(ctx).viewer.Role), nil },
		"__typename": func(ctx context.Context) (string, error) { return "Query", nil },
		"long":       func(ctx context.Context) (string, error) { return strings.Repeat("palier ", 1000), nil },
		"shorter":    func(ctx context.Context) (string, error) { return "shorter", nil },
		"mine":       func(ctx context.Context) (string, error) { return "mine", nil },
		"locale":     func(ctx context.Context) (string, error) { return string(sessionOf(ctx).locale), nil },
		"space":      func(ctx context.Context) (string, error) { return "found", nil },
		"day":        func(ctx context.Context) (string, error) { return "day", nil },
		"colour":     func(ctx context.Context) (string, error) { return "red", nil },
		"refusal": func(ctx context.Context) (string, error) {
			return "", fmt.Errorf("look it up: %w", domain.VersionConflict{Path: []string{"input", "expectedVersion"}, Expected: 1, Current: 2})
		},
		"refusals": func(ctx context.Context) (string, error) {
			return "", domain.Refusals{
				domain.InvalidInput{Path: []string{"input", "label"}, French: "un", English: "one"},
				domain.InvalidInput{Path: []string{"input", "kind"}, French: "deux", English: "two"},
			}
		},
		"system":   func(ctx context.Context) (string, error) { return "", storeAway{} },
		"internal": func(ctx context.Context) (string, error) { return "", errors.New("mongodb://secret@host refused") },
		"panic":    func(ctx context.Context) (string, error) { panic("secret in a panic") },
		"late": func(ctx context.Context) (string, error) {
			f.late.Add(1)
			<-ctx.Done()
			return "", ctx.Err()
		},
		"things":    func(ctx context.Context) (string, error) { return "things", nil },
		"_entities": func(ctx context.Context) (string, error) { return "things", nil },
		"bug":       func(ctx context.Context) (string, error) { return "", errOutside },
		"change": func(ctx context.Context) (string, error) {
			sessionOf(ctx).commit++
			return "changed", nil
		},
	}
	feed := func(run func(ctx context.Context, out chan<- string)) func(ctx context.Context) (<-chan string, error) {
		return func(ctx context.Context) (<-chan string, error) {
			out := make(chan string)
			f.following.Add(1)
			go func() {
				defer f.following.Add(-1)
				defer close(out)
				run(ctx, out)
			}()
			return out, nil
		}
	}
	send := func(ctx context.Context, out chan<- string, text string) bool {
		select {
		case out <- text:
			return true
		case <-ctx.Done():
			return false
		}
	}
	f.feeds = map[string]func(ctx context.Context) (<-chan string, error){
		"changes": feed(func(ctx context.Context, out chan<- string) {
			for n := 0; ; {
				told, more := f.events.after(n)
				for _, text := range told {
					if n++; !send(ctx, out, text) || text == "end" {
						return
					}
				}
				select {
				case <-more:
				case <-ctx.Done():
					return
				}
			}
		}),
		"refused": func(context.Context) (<-chan string, error) {
			return nil, domain.InvalidInput{Path: []string{"after"}, French: "un", English: "one"}
		},
		"broken": feed(func(ctx context.Context, out chan<- string) {
			send(ctx, out, "one")
			sessionOf(ctx).ended = storeAway{}
		}),
		"slow": feed(func(ctx context.Context, out chan<- string) { send(ctx, out, "one") }),
		"flood": feed(func(ctx context.Context, out chan<- string) {
			for send(ctx, out, strings.Repeat("x", 64<<10)) {
			}
		}),
	}
	return f
}

// subscription is what the executor of generated code makes of one: it waits for
// an event inside of a response.
func (f *fakeSchema) subscription(ctx context.Context, field graphql.CollectedField) graphql.ResponseHandler {
	events, err := f.feeds[field.Name](ctx)
	if err != nil {
		graphql.AddError(ctx, err)
		return graphql.OneShot(&graphql.Response{})
	}
	return func(ctx context.Context) *graphql.Response {
		select {
		case text, ok := <-events:
			if !ok {
				return nil
			}
			if field.Name == "slow" {
				ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Event", Field: field, IsResolver: true})
				_, err := graphql.GetOperationContext(ctx).ResolverMiddleware(ctx, func(bounded context.Context) (any, error) {
					ctx = bounded // as for the fields below
					<-ctx.Done()
					return nil, ctx.Err()
				})
				graphql.AddError(ctx, err)
			}
			var out bytes.Buffer
			fmt.Fprintf(&out, "{%q:", field.Alias)
			graphql.MarshalString(text).MarshalGQL(&out)
			out.WriteByte('}')
			return &graphql.Response{Data: out.Bytes()}
		case <-ctx.Done():
			return nil
		}
	}
}

// storeAway is a condition of the system that may be told.
type storeAway struct{}

func (storeAway) Error() string              { return "dial tcp 10.0.0.1: refused" }
func (storeAway) ErrorCode() string          { return "UNAVAILABLE" }
func (storeAway) Say(l domain.Locale) string { return l.In("indisponible", "unavailable") }
func (storeAway) Facts() map[string]any      { return map[string]any{"retryAfterSeconds": 2} }

// errOutside makes the fake panic where no resolver's recovery reaches.
var errOutside = errors.New("panic outside")

func (f *fakeSchema) Schema() *ast.Schema { return f.schema }

func (f *fakeSchema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (f *fakeSchema) Exec(ctx context.Context) graphql.ResponseHandler {
	if op := graphql.GetOperationContext(ctx); op.Operation.Operation == ast.Subscription {
		return f.subscription(ctx, graphql.CollectFields(op, op.Operation.SelectionSet, nil)[0])
	}
	return graphql.ResponseHandler(func(ctx context.Context) *graphql.Response {
		op := graphql.GetOperationContext(ctx)
		var out bytes.Buffer
		out.WriteByte('{')
		for i, field := range graphql.CollectFields(op, op.Operation.SelectionSet, nil) {
			if i > 0 {
				out.WriteByte(',')
			}
			if field.Name == "bug" {
				panic("secret outside")
			}
			fmt.Fprintf(&out, "%q:", field.Alias)
			f.resolve(ctx, op, field).MarshalGQL(&out)
		}
		out.WriteByte('}')
		return &graphql.Response{Data: out.Bytes()}
	})
}

func (f *fakeSchema) resolve(ctx context.Context, op *graphql.OperationContext, field graphql.CollectedField) graphql.Marshaler {
	return graphql.ResolveField(ctx, op, field,
		func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			fc := &graphql.FieldContext{Field: field}
			ctx = graphql.WithFieldContext(ctx, fc)
			args := field.ArgumentMap(op.Variables)
			_, err := graphql.ProcessArgField(ctx, args, "id", func(ctx context.Context, v any) (id domain.SpaceID, err error) {
				return id, graphql.ErrorOnPath(ctx, id.UnmarshalGQL(v))
			})
			if err == nil {
				_, err = graphql.ProcessArgField(ctx, args, "on", func(ctx context.Context, v any) (string, error) {
					return "", graphql.ErrorOnPath(ctx, fmt.Errorf("%q is not a day", v))
				})
			}
			if err != nil {
				op.Error(ctx, err)
			}
			return fc, err
		},
		func(ctx context.Context) (any, error) {
			text, err := f.resolvers[field.Name](ctx)
			if err != nil {
				return nil, err
			}
			return text, nil
		},
		nil,
		func(ctx context.Context, _ ast.SelectionSet, v string) graphql.Marshaler {
			return graphql.MarshalString(v)
		},
		true, false)
}

// session is what Begin opens.
type session struct {
	viewer domain.Viewer
	locale domain.Locale
	commit int
	ended  error
}

type sessionKey struct{}

func sessionOf(ctx context.Context) *session { return ctx.Value(sessionKey{}).(*session) }

// hub is a running surface with its log and the number of its sessions.
type hub struct {
	*httptest.Server
	surface *httpapi.Surface
	schema  *fakeSchema
	log     *lockedBuffer
	mu      sync.Mutex
	begun   int
	status  httpapi.Status
}

func (h *hub) begunSessions() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.begun
}

// landlord is the viewer of the token "good".
var landlord = domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Actor: "a"}

func start(t *testing.T, change func(*httpapi.Config)) *hub {
	t.Helper()
	h := &hub{log: new(lockedBuffer), status: httpapi.Status{Ready: true, Commit: 41, Ledger: "L"}}
	config := h.config(slog.New(slog.NewJSONHandler(h.log, nil)))
	if change != nil {
		change(&config)
	}
	h.surface = httpapi.New(config)
	h.Server = httptest.NewServer(h.surface)
	t.Cleanup(h.Close)
	t.Cleanup(func() { h.surface.Shutdown(context.Background()) })
	return h
}

func (h *hub) config(logger *slog.Logger) httpapi.Config {
	h.schema = newFakeSchema()
	return httpapi.Config{
		Schema:    h.schema,
		PublicSDL: fakeSDL, SubgraphSDL: "extend schema",
		Verify: func(_ context.Context, token string) (domain.Credential, error) {
			switch token {
			case "good":
				return domain.Credential{Viewer: landlord}, nil
			case "embed":
				return domain.Credential{Viewer: domain.Viewer{Role: domain.RolePublic, Key: "key_a", Embedded: "lld_a", ReadOnly: true, TrustedOnly: true}, Origins: []string{"https://landlord.example"}}, nil
			case "trusting":
				return domain.Credential{Viewer: domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Key: "key_b", TrustedOnly: true}}, nil
			case "expired":
				return domain.Credential{}, expired{}
			}
			return domain.Credential{}, errors.New("secret detail of the key")
		},
		ActFor: func(_ context.Context, v domain.Viewer, person string) (domain.Viewer, error) {
			switch {
			case person == "per_away":
				return v, errors.New("secret detail of the store")
			case person != "per_a" || v != landlord:
				return v, notFor{}
			}
			v.OnBehalfOf = domain.PersonID(person)
			return v, nil
		},
		Begin: func(ctx context.Context, v domain.Viewer, l domain.Locale) context.Context {
			h.mu.Lock()
			h.begun++
			h.mu.Unlock()
			return context.WithValue(ctx, sessionKey{}, &session{viewer: v, locale: l, commit: 41})
		},
		Ended: func(ctx context.Context) error { return sessionOf(ctx).ended },
		Extensions: func(ctx context.Context) map[string]any {
			return map[string]any{"commit": sessionOf(ctx).commit}
		},
		Health:         func() httpapi.Status { return h.status },
		Logger:         logger,
		Now:            time.Now,
		AllowedOrigins: []string{"https://portal.example"},
		Attributions:   []string{"Positions : GeoNames, CC BY 4.0 <données modifiées>"},
	}
}

// expired is a token's error that speaks for itself.
type expired struct{}

func (expired) Error() string              { return "expired" }
func (expired) ErrorCode() string          { return "UNAUTHENTICATED" }
func (expired) Say(l domain.Locale) string { return l.In("le jeton a expiré", "the token expired") }

// notFor refuses to let somebody be acted for.
type notFor struct{}

func (notFor) Error() string     { return "not for them" }
func (notFor) ErrorCode() string { return "ON_BEHALF_OF_REFUSED" }
func (notFor) Say(l domain.Locale) string {
	return l.In("pas pour cette personne", "not for this person")
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// answer is a response, read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a request; headers are "Name: value".
func (h *hub) send(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, h.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// ask posts a query as JSON.
func (h *hub) ask(t *testing.T, query string, headers ...string) answer {
	t.Helper()
	return h.send(t, "POST", "/graphql", fmt.Sprintf(`{"query":%q}`, query), append(headers, "Content-Type: application/json")...)
}
