package httpapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

var priced = gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean! = true) on FIELD_DEFINITION
type Query {
  person: Person
  node: Node
  people(first: Int! = 20, last: Int): People @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"])
  cities(first: Int): [City!] @listSize(assumedSize: 7, slicingArguments: ["first"])
  dear(search: String @cost(weight: "3")): Int @cost(weight: "2.5")
  push(input: Push): Pushed @listSize(slicingArguments: ["input.items"], sizedFields: ["items"])
  keep(rooms: [Room!] @cost(weight: "10"), all: Rooms): Int
  _entities(representations: [Any!]!): [Node]! @listSize(slicingArguments: ["representations"])
}
scalar Any
input Push { items: [String!] }
input Rooms { rooms: [Room!] @cost(weight: "10"), room: Room, days: [[Int!]!] @cost(weight: "2") }
input Room { name: String, hours: [Int!] @cost(weight: "1"), note: String @cost(weight: "3") }
type Pushed { items: [Person!]! }
interface Node { id: ID }
type Person implements Node { id: ID, name: String, friends: [Person!]!, city: City, people(first: Int! = 20): People @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"]) }
type City implements Node @cost(weight: "4") { id: ID, name: String, mayor: Person }
type People @cost(weight: "10") { nodes: [Person!]!, edges: [Edge!]!, count: Int @cost(weight: "5") }
type Edge @cost(weight: "0") { node: Person }
`})

func TestCost(t *testing.T) {
	prices := newPrices(priced)
	for query, want := range map[string]int64{
		"{ person { name id } }":            1,
		"{ person { name city { name } } }": 1 + 4,
		"{ people { nodes { name } } }":     10 + 20,
		"{ people(first: 3) { nodes { city { id } } edges { node { name } } count } }": 10 + 3*(1+4) + 3*(0+1) + 5,
		"{ people(first: 3, last: 5) { nodes { name } } }":                             10 + 5,
		"query($n: Int! = 4) { people(first: $n) { nodes { name } } }":                 10 + 4,
		"query($six: Int!) { people(first: $six) { nodes { name } } }":                 10 + 6,
		"query($no: Int) { cities(first: $no) { name } }":                              7 * 4,
		"{ cities(first: 2) { mayor { name } } }":                                      2 * (4 + 1),
		"{ cities { name } }":             7 * 4,
		"{ person { friends { name } } }": 1 + assumedSize,
		"{ people(first: 2) { nodes { people(first: 3) { nodes { name } } } } }":                                10 + 2*(1+10+3),
		"{ people(first: 2) { ...A ...A } } fragment A on People { nodes { name } }":                            10 + 2 + 2,
		"{ a: people(first: 2) { ...A } b: people(first: 5) { ...A } } fragment A on People { nodes { name } }": 10 + 2 + 10 + 5,
		"{ dear }":             3,
		`{ dear(search: "x")}`: 6,
		"{ node { ... on Person { city { name } } ... on City { mayor { name } } id } }":        4 + 4, // the dearer of the two
		"{ node { ... on Node { ... on City { mayor { name } } } id } }":                        4 + 1,
		`{ push(input: {items: ["a", "b"]}) { items { name } } }`:                               1 + 2,
		"query($input: Push) { push(input: $input) { items { name } } }":                        1 + 3,
		`{ keep(rooms: [{name: "a"}, {hours: [1, 2]}, {note: "b"}]) }`:                          3*10 + 2 + 3,
		`{ keep(rooms: {name: "one stands for a list of one"}) }`:                               10,
		`{ keep(all: {rooms: [{}, {}], room: {hours: [1], note: null}, days: [[1, 2], [3]]}) }`: 2*10 + 1 + 3*2,
		"{ keep(rooms: null) }":                                                 0,
		"query($rooms: [Room!]) { keep(rooms: $rooms) }":                        2*10 + 2 + 3,
		"query($rooms: [Room!]) { keep(all: {rooms: $rooms}) }":                 2*10 + 2 + 3,
		"query($all: Rooms) { keep(all: $all) x: keep(all: $all)}":              2 * (2*10 + 2 + 3 + 3*2),
		"query($no: Rooms) { keep(all: $no) }":                                  0,
		"query($hours: [Int!]) { keep(all: {room: {hours: $hours}}) }":          2,
		`{ _entities(representations: ["a", "b"]) { id } }`:                     2 * 4,
		"{ person { name @skip(if: true) city @include(if: false) { name } } }": 1 + 4,
		"{ __schema { types { fields { name } } } __typename }":                 0,
		"{ people(first: -5) { nodes { name } } }":                              10,
	} {
		doc, errs := gqlparser.LoadQueryWithRules(priced, query, nil)
		if errs != nil {
			t.Fatalf("%s: %v", query, errs)
		}
		variables := map[string]any{"six": int64(6), "input": map[string]any{"items": []any{"a", "b", "c"}}}
		rooms := []any{map[string]any{"name": "a", "hours": []any{int64(1), int64(2)}}, map[string]any{"note": "b"}}
		variables["rooms"], variables["hours"] = rooms, []any{int64(1), int64(2)}
		variables["all"] = map[string]any{"rooms": rooms, "days": []any{[]any{int64(1), int64(2)}, []any{int64(3)}}}
		if d := doc.Operations[0].VariableDefinitions.ForName("n"); d != nil {
			variables["n"] = int64(4) // as the executor coerces a default
		}
		if got := prices.estimate(doc.Operations[0], variables).cost; got != want {
			t.Errorf("%s costs %d, want %d", query, got, want)
		}
	}
}

// bomb is fragments that each spread the next one several times, below a field or
// beside: an expansion of spreads^depth.
func bomb(depth, spreads int, below string) string {
	var out strings.Builder
	out.WriteString("{ person { ...F0 } }")
	for i := range depth {
		next := strings.Repeat(fmt.Sprintf("...F%d ", i+1), spreads)
		if below != "" {
			next = strings.Repeat(below+" { "+fmt.Sprintf("...F%d", i+1)+" } ", spreads)
		}
		fmt.Fprintf(&out, " fragment F%d on Person { %s }", i, next)
	}
	fmt.Fprintf(&out, " fragment F%d on Person { name }", depth)
	return out.String()
}

// TestBombs: fragments are measured once each. The numbers are those of the whole
// expansion, as far as counting goes.
func TestBombs(t *testing.T) {
	for name, tc := range map[string]struct {
		document string
		check    func(shape) bool
	}{
		"nested 200 deep":     {bomb(200, 1, ""), func(s shape) bool { return s.depth == 2 }},
		"spread twice":        {bomb(200, 2, ""), func(s shape) bool { return s.depth == 2 }},
		"below fields":        {bomb(200, 1, "friends"), func(s shape) bool { return s.depth == 202 }},
		"below aliases":       {bomb(60, 2, "x: friends"), func(s shape) bool { return s.aliases == mostCounted && s.depth == 62 }},
		"a cycle":             {"{ person { ...A } } fragment A on Person { friends { ...B } } fragment B on Person { friends { ...A } }", func(s shape) bool { return s.depth == 3 }},
		"of itself":           {"{ ...A } fragment A on Query { ...A }", func(s shape) bool { return s.depth == 0 }},
		"a fragment too few":  {"{ ...A }", func(s shape) bool { return s.depth == 0 }},
		"introspection":       {"{ __schema { types { fields { type { fields { name } } } } } }", func(s shape) bool { return s.introspectionLists == 3 && s.introspectionDepth == 6 && s.depth == 1 }},
		"a circle of it":      {"{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", func(s shape) bool { return s.introspectionLists == 4 }},
		"names as of schemas": {"{ fields { types { args { name } } } }", func(s shape) bool { return s.introspectionLists == 0 && s.depth == 4 }},
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: tc.document})
		if err != nil {
			t.Fatal(err)
		}
		if got := shapeOf(doc.Operations[0], doc.Fragments); !tc.check(got) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	doc, errs := gqlparser.LoadQueryWithRules(priced, bomb(200, 2, "friends"), nil)
	if errs != nil {
		t.Fatal(errs)
	}
	if got := newPrices(priced).estimate(doc.Operations[0], nil).cost; got != mostCounted {
		t.Errorf("a bomb costs %d", got)
	}
}

// beside is so many fragments that each ask for a field so many times.
func beside(fragments, times int) string {
	var spreads, definitions strings.Builder
	for i := range fragments {
		fmt.Fprintf(&spreads, "...F%d ", i)
		fmt.Fprintf(&definitions, " fragment F%d on Person { %s}", i, strings.Repeat("name ", times))
	}
	return "{ person { " + spreads.String() + "} }" + definitions.String()
}

// TestRepetitions are counted wherever fields come together.
func TestRepetitions(t *testing.T) {
	times := strings.Repeat
	for name, tc := range map[string]struct {
		document string
		want     int64
	}{
		"none":                          {"{ person { name friends { name } } me: person { name } }", 0},
		"a field":                       {"{ person {" + times(" name", 10) + " } }", 9},
		"of an operation not asked":     {"query A { person { name } } query B { person {" + times(" name", 10) + " } }", 9},
		"an alias":                      {"{ person { name a: name name: id } }", 1},
		"by inline fragments":           {"{ person { name ... { name } ... on Person { name } } }", 2},
		"by fragments":                  {beside(5, 2), 9},
		"below a field that is asked":   {"{ person { friends { name } friends { name id } } }", 2},
		"far below":                     {"{ person { friends { friends { name } } } person { friends { friends { name } } } }", 4},
		"a fragment":                    {"{ person { ...A ...A } } fragment A on Person { name }", 1},
		"a fragment of another object":  {"{ person { ...A friends { ...A } } } fragment A on Person { name }", 0},
		"a fragment that is below both": {"{ person { friends { ...A } friends { ...A } } } fragment A on Person { name id }", 3},
		"in a fragment at two places":   {"{ person { ...A } me: person { ...A } } fragment A on Person { friends { name name } }", 1},
		"in a fragment not spread":      {"{ person { name } } fragment A on Person { name name }", 1},
		"each with each":                {"{ person { " + times("friends { name ...A } ", 11) + "} } fragment A on Person { " + times("name ", 20) + "}", 10 + 11*21 - 1},
		"a bomb":                        {bomb(200, 2, "friends"), 1001},
		"a bomb of spreads":             {bomb(200, 2, ""), 200},
		"a cycle":                       {"{ person { ...A } } fragment A on Person { friends { ...B } } fragment B on Person { friends { ...A } }", 0},
		"of itself":                     {"{ person { ...A } } fragment A on Person { ...A }", 1},
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: tc.document})
		if err != nil {
			t.Fatal(err)
		}
		if got := repetitionsOf(doc, 1000); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

// BenchmarkValidation is of what takes longest of all that is let in to be validated:
// about as many repetitions, and as many tokens, as there may be.
func BenchmarkValidation(b *testing.B) {
	limits := DefaultLimits().By[ClassPublic]
	times := strings.Repeat
	for name, document := range map[string]string{
		"a field":          "{ person {" + times(" name", 251) + " } }",
		"by fragments":     beside(110, 2),
		"each with each":   "{ person { " + times("friends { name ...A } ", 11) + "} } fragment A on Person { " + times("name ", 20) + "}",
		"nested":           "{ person { " + times("friends { ", 10) + times("name ", 251) + times("} ", 10) + "} }",
		"nested fragments": bomb(200, 1, ""),
		"operations":       times("query Q { person { ...A } } ", 150) + "fragment A on Person { id name }",
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: document})
		if err != nil {
			b.Fatal(err)
		}
		if n := repetitionsOf(doc, limits.Repetitions); n > int64(limits.Repetitions) || tokensOf(document, limits.Tokens) > limits.Tokens {
			b.Fatalf("%s isn't let in: %d", name, n)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				repetitionsOf(doc, limits.Repetitions)
				validator.ValidateWithRules(priced, doc, rulesWithoutSuggestions())
			}
		})
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	d := newDocuments(100_000)
	text := func(n int) string { return fmt.Sprintf("{ a%d }", n) }
	for n := range 1000 {
		d.keep(text(n), &parsed{tokens: 10})
		d.keep(text(n), &parsed{tokens: 10}) // once
	}
	if d.held > 100_000 || d.held < 90_000 {
		t.Errorf("%d bytes are held", d.held)
	}
	if _, known := d.find(text(999)); !known {
		t.Error("the latest is forgotten")
	}
	if _, known := d.find(text(0)); known {
		t.Error("the first is held")
	}
	for _, huge := range []*parsed{{tokens: 1000}} {
		d.keep("{ b }", huge)
		if _, known := d.find("{ b }"); known {
			t.Error("more than fits is held")
		}
	}
	d.keep(strings.Repeat(" ", mostText+1), &parsed{})
	if _, known := d.find(strings.Repeat(" ", mostText+1)); known {
		t.Error("a long text is held")
	}
}

func BenchmarkGate(b *testing.B) {
	for name, document := range map[string]string{
		"nested spreads, 200 deep": bomb(200, 1, ""), "spread twice, 100 deep": bomb(100, 2, ""), "below fields, 100 deep": bomb(100, 2, "friends"),
		"500 times a field": "{ person {" + strings.Repeat(" name", 500) + "} }",
	} {
		b.Run(name, func(b *testing.B) {
			limits := DefaultLimits().By[ClassPublic]
			for b.Loop() {
				tokensOf(document, limits.Tokens)
				doc, err := parser.ParseQuery(&ast.Source{Input: document})
				if err != nil {
					b.Fatal(err)
				}
				shapeOf(doc.Operations[0], doc.Fragments).check(limits, ClassPublic)
			}
		})
	}
}
