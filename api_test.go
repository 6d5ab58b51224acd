package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/mail"
)

// TestAPI runs the scripts of testdata/api, each against a hub of its own with
// apitest's village, over HTTP. A village's ids are environment variables by
// their names. Besides the usual commands (cmp, stdout…) scripts have:
//
//	as VIEWER                 STAFF, OBSERVER, PUBLIC, or a landlord or project of the village
//	for PERSON                on behalf of this person from now on, until the next as; for nobody with ""
//	language TAG              the Accept-Language header from now on
//	query FILE Operation name=text name:=json…
//	                          asks; the answer is the standard output
//	set NAME PATH             keeps a value of the answer as an environment variable
//	json PATH == VALUE        compares a value of the answer (JSON, or a plain text); also != and ~ (contains)
//	json PATH                 there is such a value, and it isn't null; ! json PATH
//	accepted                  no errors, no userErrors
//	mail                      the hub mails what is due, to nobody: nobody has an address
//	refused CODE PATH         an error or userError has this code and this path
//
// A path is one such as data.landlords.nodes.0.name; length is that of a list.
func TestAPI(t *testing.T) {
	used := newUsage()
	t.Run("scripts", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir: "testdata/api",
			Setup: func(env *testscript.Env) error {
				v := apitest.NewVillage(env.T().(testing.TB))
				for _, name := range slices.Sorted(maps.Keys(v.IDs)) {
					env.Setenv(name, v.IDs[name])
				}
				env.Values[stageKey{}] = &stage{village: v, used: used, client: v.As(env.T().(testing.TB), apitest.Anonymous)}
				return nil
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"as": as, "for": onBehalfOf, "language": language, "query": query, "set": set,
				"json": compare, "accepted": accepted, "refused": refused, "mail": mailRound,
			},
			RequireUniqueNames: true,
		})
	})
	if flag.Lookup("test.run").Value.String() == "" && !t.Failed() {
		used.check(t)
	}
}

// stage is the state of a script.
type (
	stage struct {
		village apitest.Village
		used    *usage
		role    string
		client  apitest.Client
		answer  apitest.Answer
	}
	stageKey struct{}
)

func stageOf(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

func arguments(ts *testscript.TestScript, neg bool, args []string, least, most int) {
	if neg || len(args) < least || len(args) > most {
		ts.Fatalf("wrong arguments; see TestAPI")
	}
}

func as(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, 1)
	s := stageOf(ts)
	viewer, ok := s.village.Viewer(args[0])
	if !ok {
		ts.Fatalf("no viewer %s", args[0])
	}
	language := s.client.Language
	client, err := s.village.Client(viewer)
	ts.Check(err)
	s.client, s.role = client, string(viewer.Role)
	s.client.Language = language
}

func mailRound(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 0, 0)
	ts.Check(stageOf(ts).village.Hub.MailDue(context.Background(), mail.Office{}))
}

func onBehalfOf(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, 1)
	stageOf(ts).client.OnBehalfOf = args[0]
}

func language(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, 1)
	stageOf(ts).client.Language = args[0]
}

func query(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, 99)
	s := stageOf(ts)
	variables := make(map[string]any)
	for _, arg := range args[2:] {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("%q is not name=text or name:=json", arg)
		}
		if name, isJSON := strings.CutSuffix(name, ":"); isJSON {
			var v any
			if err := json.Unmarshal([]byte(value), &v); err != nil {
				ts.Fatalf("%s: %v", arg, err)
			}
			variables[name] = v
			continue
		}
		variables[name] = value
	}
	document := ts.ReadFile(args[0])
	var err error
	s.answer, err = s.client.AskOne(document, args[1], variables)
	ts.Check(err)
	var pretty bytes.Buffer
	ts.Check(json.Indent(&pretty, s.answer.Body, "", "  "))
	fmt.Fprintln(ts.Stdout(), pretty.String())
	s.used.note(document, args[1], s)
}

func set(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, 2)
	value, ok := stageOf(ts).answer.At(args[1])
	if !ok || value == nil {
		ts.Fatalf("nothing at %s\n%s", args[1], stageOf(ts).answer.Body)
	}
	ts.Setenv(args[0], fmt.Sprint(value))
}

func compare(ts *testscript.TestScript, neg bool, args []string) {
	a := stageOf(ts).answer
	if len(args) == 1 {
		if got, ok := a.At(args[0]); (ok && got != nil) == neg {
			ts.Fatalf("%s is %v\n%s", args[0], got, a.Body)
		}
		return
	}
	arguments(ts, neg, args, 3, 3)
	got, _ := a.At(args[0])
	var want any
	if json.Unmarshal([]byte(args[2]), &want) != nil {
		want = args[2]
	}
	ok := false
	switch args[1] {
	case "==":
		ok = reflect.DeepEqual(got, want)
	case "!=":
		ok = !reflect.DeepEqual(got, want)
	case "~":
		ok = strings.Contains(fmt.Sprint(got), fmt.Sprint(want))
	default:
		ts.Fatalf("%s is no comparison", args[1])
	}
	if !ok {
		ts.Fatalf("%s is %v, want %s %v\n%s", args[0], got, args[1], want, a.Body)
	}
}

func accepted(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 0, 0)
	if all := stageOf(ts).answer.Refusals(); len(all) > 0 {
		ts.Fatalf("refused: %v", all)
	}
}

func refused(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, 2)
	want := apitest.Refusal{Code: args[0]}
	if len(args) > 1 {
		want.Path = args[1]
	}
	all := stageOf(ts).answer.Refusals()
	if !slices.ContainsFunc(all, func(r apitest.Refusal) bool { return r.Code == want.Code && r.Path == want.Path && r.Message != "" }) {
		ts.Fatalf("no refusal %s at %q among %v\n%s", want.Code, want.Path, all, stageOf(ts).answer.Body)
	}
}

// usage remembers which root fields the scripts asked for and with what end, so
// that none is forgotten.
type usage struct {
	mu      sync.Mutex
	outcome map[string]map[string]bool
}

func newUsage() *usage { return &usage{outcome: make(map[string]map[string]bool)} }

func (u *usage) note(document, operation string, s *stage) {
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return // a script may well send nonsense
	}
	op := doc.Operations.ForName(operation)
	if op == nil {
		return
	}
	end := "worked"
	if len(s.answer.Refusals()) > 0 {
		end = "refused"
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, selection := range op.SelectionSet {
		field, ok := selection.(*ast.Field)
		if !ok {
			continue
		}
		if u.outcome[field.Name] == nil {
			u.outcome[field.Name] = make(map[string]bool)
		}
		u.outcome[field.Name][end] = true
		if s.role == "" || s.role == "PUBLIC" {
			u.outcome[field.Name]["anonymous"] = true
		}
		if value, there := s.answer.At("data." + field.Alias); there && value == nil {
			u.outcome[field.Name]["null"] = true
		}
	}
}

// check requires that every mutation worked, was refused, and was tried without
// a token; that every query worked and was asked without a token, and answered
// null where it can.
func (u *usage) check(t *testing.T) {
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	want := func(field *ast.FieldDefinition, ends ...string) {
		for _, end := range ends {
			if !u.outcome[field.Name][end] {
				t.Errorf("no script has %s with the end %q", field.Name, end)
			}
		}
	}
	for _, field := range schema.Mutation.Fields {
		want(field, "worked", "refused", "anonymous")
	}
	for _, field := range schema.Query.Fields {
		if strings.HasPrefix(field.Name, "__") {
			continue
		}
		want(field, "worked", "anonymous")
		if !field.Type.NonNull {
			want(field, "null")
		}
	}
}
