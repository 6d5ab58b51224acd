package resolvers_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/loaders"
	"github.com/palier-hub/palier/resolvers"
)

// keysOf are the keys of an object beside its id, by their fields.
var keysOf = map[string]string{"Landlord": "siren", "InnovationProject": "slug", "Commune": "code", "Departement": "code", "Region": "code", "Qpv": "code"}

// allEntities are representations of all that staff see, by each of their keys.
func allEntities(t testing.TB, s *apitest.Server) (all []any) {
	t.Helper()
	client := s.As(t, apitest.Staff)
	client.Query(t, nil, `mutation {
		accessKeyCreate(input: {key: {use: SERVER, label: "a partner's server", role: PUBLIC}}) { commit }
		accountAccessGrant(input: {account: "oidc-a", role: OBSERVER}) { commit }
	}`, nil)
	var answer map[string]struct{ Nodes []map[string]any }
	client.Query(t, &answer, `{
		landlords(first: 100) { nodes { __typename id siren } } landlordSites(first: 100) { nodes { __typename id } } vacantSpaces(first: 100) { nodes { __typename id } }
		innovationProjects { nodes { __typename id slug } } hostingNeeds { nodes { __typename id } } landlordNeeds { nodes { __typename id } }
		hostingRequests(first: 100) { nodes { __typename id } } placements { nodes { __typename id } } hostingInvitations { nodes { __typename id } }
		hostingProposals { nodes { __typename id } } landlordApproaches { nodes { __typename id } } accessKeys { nodes { __typename id } } accountAccesses { nodes { __typename id } }
	}`, nil)
	for _, list := range slices.Sorted(maps.Keys(answer)) {
		for _, n := range answer[list].Nodes {
			name := n["__typename"].(string)
			all = append(all, map[string]any{"__typename": name, "id": n["id"]})
			if key := keysOf[name]; key != "" && n[key] != nil {
				all = append(all, map[string]any{"__typename": name, key: n[key]})
			}
		}
	}
	for name, code := range map[string]string{"Commune": "93066", "Departement": "93", "Region": "11", "Qpv": "QN09405M"} {
		all = append(all, map[string]any{"__typename": name, "code": code})
	}
	return all
}

const entities = `query($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Node { id } ... on Landlord { siren } ... on InnovationProject { slug } ... on Commune { code } } }`

// TestEntities: in batches of hundreds, of all types, by all keys and several times
// over, each viewer gets what it may see, as from node, and null for the rest.
func TestEntities(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	contact(t, s)
	all := allEntities(t, s)
	all = append(all, all[:20]...)
	var landlord domain.LandlordID
	for row := range s.Hub.World().Landlords() {
		landlord = row.Doc.ID
	}
	for name, v := range map[string]domain.Viewer{"nobody": apitest.Anonymous, "a landlord": apitest.Landlord(landlord), "staff": apitest.Staff} {
		client := s.As(t, v)
		seen, hidden := map[string]bool{}, 0
		for batch := range slices.Chunk(all, 250) {
			var answer struct {
				Entities []map[string]any `json:"_entities"`
			}
			client.Query(t, &answer, entities, map[string]any{"of": batch})
			if len(answer.Entities) != len(batch) {
				t.Fatalf("%s: %d of %d", name, len(answer.Entities), len(batch))
			}
			for i, rep := range batch {
				of, found := rep.(map[string]any), answer.Entities[i]
				if found == nil {
					hidden++
					continue
				}
				seen[found["__typename"].(string)] = true
				for key, value := range of {
					if got, asked := found[key]; asked && got != value {
						t.Errorf("%s: %v is %v", name, rep, found)
					}
				}
			}
			for i, rep := range batch {
				id, _ := rep.(map[string]any)["id"].(string)
				if id == "" || i%5 != 0 {
					continue
				}
				var one struct{ Node map[string]any }
				client.Query(t, &one, `query($id: ID!) { node(id: $id) { __typename id } }`, map[string]any{"id": id})
				if (one.Node == nil) != (answer.Entities[i] == nil) {
					t.Errorf("%s: %v is %v by node and %v by key", name, rep, one.Node, answer.Entities[i])
				}
			}
		}
		switch {
		case name == "staff" && (hidden > 0 || len(seen) < 17):
			t.Errorf("staff see %v, and not %d", slices.Sorted(maps.Keys(seen)), hidden)
		case name != "staff" && (hidden == 0 || seen["PalierAccountAccess"] || !seen["Landlord"]):
			t.Errorf("%s sees %v, and not %d", name, slices.Sorted(maps.Keys(seen)), hidden)
		}
	}
}

// TestEntitiesAreNodes: whatever has a key is an entity, and is found by it.
func TestEntitiesAreNodes(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	session := s.Sessions.Open(apitest.Staff, domain.French)
	for _, def := range apitest.Schema.Types {
		keys := def.Directives.ForNames("key")
		entity := slices.ContainsFunc(apitest.Schema.GetPossibleTypes(apitest.Schema.Types["_Entity"]), func(o *ast.Definition) bool { return o == def })
		if len(keys) > 0 != entity {
			t.Errorf("%s has %d keys, and is an entity: %v", def.Name, len(keys), entity)
		}
		for _, key := range keys {
			field := key.Arguments.ForName("fields").Value.Raw
			if found, err := session.Entity(0, map[string]any{"__typename": def.Name, field: "nothing"}); err != nil || found != nil {
				t.Errorf("%s by %s: %v, %v", def.Name, field, found, err)
			}
		}
	}
}

// TestWrongRepresentations: what is no representation is told at its place, and the
// others are answered; what is hidden, and what there isn't, is null without a word.
func TestWrongRepresentations(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	client := v.As(t, apitest.Anonymous)
	good := map[string]any{"__typename": "Commune", "code": "93066"}
	for name, wrong := range map[string]any{
		"no object":           "Commune",
		"no type":             map[string]any{"id": "com_93066"},
		"an unknown type":     map[string]any{"__typename": "Tenant", "id": "1"},
		"a person":            map[string]any{"__typename": "PalierPerson", "id": "per_1"},
		"no key":              map[string]any{"__typename": "Landlord", "name": "x"},
		"another's key":       map[string]any{"__typename": "VacantSpace", "code": "93066"},
		"null":                map[string]any{"__typename": "Landlord", "id": nil, "siren": nil},
		"a number":            map[string]any{"__typename": "Landlord", "id": 12},
		"an object for a key": map[string]any{"__typename": "Commune", "code": map[string]any{"$ne": 1}},
	} {
		a := client.Try(t, entities, map[string]any{"of": []any{good, wrong, good}})
		path, _ := a.At("errors.0.path.1")
		code, _ := a.At("errors.0.extensions.code")
		place, _ := a.At("errors.0.extensions.path.1")
		if first, _ := a.At("data._entities.0.code"); fmt.Sprint(path) != "1" || place != "1" || code != "INVALID_INPUT" || first != "93066" {
			t.Errorf("%s: %v, %v, %v", name, path, code, first)
		}
		if second, there := a.At("data._entities.1"); !there || second != nil {
			t.Errorf("%s: answered %v", name, second)
		}
		if _, more := a.At("errors.1"); more {
			t.Errorf("%s: several errors", name)
		}
	}
	quiet := []any{
		map[string]any{"__typename": "Landlord", "siren": "000000000"},
		map[string]any{"__typename": "Landlord", "id": "spc_00000000000000000000"},
		map[string]any{"__typename": "Qpv", "code": "QN1"},
		map[string]any{"__typename": "VacantSpace", "id": ""},
	}
	for _, name := range slices.Sorted(maps.Keys(v.IDs)) {
		id := v.IDs[name]
		var node struct{ Node map[string]any }
		client.Query(t, &node, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id})
		if node.Node == nil {
			quiet = append(quiet, map[string]any{"__typename": domain.ID(id).Kind().TypeName(), "id": id})
		}
	}
	if len(quiet) < 7 {
		t.Fatal("nothing is hidden in the village")
	}
	a := client.Try(t, entities, map[string]any{"of": quiet})
	if got, _ := a.At("data._entities"); !reflect.DeepEqual(got, make([]any, len(quiet))) || len(a.Errors) > 0 {
		t.Errorf("%v, %v", got, a.Errors)
	}
}

// TestAuthenticated: what the schema says nobody gets without a token, nobody does;
// and what they never get of what they see, it says.
func TestAuthenticated(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	contact(t, s)
	staff, anyone := s.As(t, apitest.Staff), s.As(t, apitest.Anonymous)
	marked := func(def *ast.Definition, f *ast.FieldDefinition) bool {
		of := apitest.Schema.Types[f.Type.Name()]
		return def.Directives.ForName("authenticated") != nil || f.Directives.ForName("authenticated") != nil || of.Directives.ForName("authenticated") != nil
	}
	told := 0
	for _, root := range apitest.Schema.Query.Fields {
		connection := apitest.Schema.Types[root.Type.Name()]
		nodes := connection.Fields.ForName("nodes")
		if nodes == nil || slices.ContainsFunc(root.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }) {
			continue
		}
		list := func(c apitest.Client, selection string) (all []any) {
			a := c.Try(t, fmt.Sprintf("{ list: %s(first: 100) { nodes { %s } } }", root.Name, selection), nil)
			found, _ := a.At("data.list.nodes")
			all, _ = found.([]any)
			return all
		}
		if marked(apitest.Schema.Query, root) {
			told++
			if got := list(anyone, "__typename"); len(got) > 0 {
				t.Errorf("%s is @authenticated, and anyone is answered %d", root.Name, len(got))
			}
			continue
		}
		def := apitest.Schema.Types[nodes.Type.Name()]
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }) {
				continue
			}
			selection := ""
			switch of := apitest.Schema.Types[f.Type.Name()]; {
			case of.Fields.ForName("nodes") != nil:
				selection = " { nodes { __typename } }"
			case of.IsCompositeType():
				selection = " { __typename }"
			}
			filled := func(c apitest.Client) bool {
				return slices.ContainsFunc(list(c, "value: "+f.Name+selection), func(n any) bool {
					value := n.(map[string]any)["value"]
					if page, ok := value.(map[string]any); ok && page["nodes"] != nil {
						value = page["nodes"]
					}
					many, isList := value.([]any)
					return value != nil && (!isList || len(many) > 0)
				})
			}
			switch public := filled(anyone); {
			case public && marked(def, f):
				t.Errorf("%s.%s is @authenticated, and anyone is answered", def.Name, f.Name)
			case marked(def, f):
				told++
			case !public && filled(staff):
				t.Errorf("%s.%s is never answered to anyone: mark it @authenticated", def.Name, f.Name)
			}
		}
	}
	if told < 20 {
		t.Errorf("%d fields only are @authenticated", told)
	}
	for _, f := range apitest.Schema.Mutation.Fields {
		if !marked(apitest.Schema.Mutation, f) {
			t.Errorf("the command %s isn't @authenticated", f.Name)
		}
	}
}

// BenchmarkEntities is 250 objects of all types, by all keys, from the executor in:
// time and allocations of the whole operation.
func BenchmarkEntities(b *testing.B) {
	s := apitest.NewSample(b)
	all := allEntities(b, s)
	for len(all) < 250 {
		all = append(all, all...)
	}
	exec := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Resolver{Sessions: s.Sessions}}))
	params := graphql.RawParams{Query: entities, Variables: map[string]any{"of": all[:250]}}
	b.ReportAllocs()
	for b.Loop() {
		ctx := loaders.Put(graphql.StartOperationTrace(b.Context()), s.Sessions.Open(apitest.Staff, domain.French))
		operation, errs := exec.CreateOperationContext(ctx, &params)
		if len(errs) > 0 {
			b.Fatal(errs)
		}
		next, ctx := exec.DispatchOperation(ctx, operation)
		if response := next(ctx); len(response.Errors) > 0 || len(response.Data) < 10_000 {
			b.Fatal(response.Errors, len(response.Data))
		}
	}
}
