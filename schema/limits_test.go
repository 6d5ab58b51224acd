package schema_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// weightOf is what @cost says, or what holds without it.
func weightOf(def *ast.Definition) float64 {
	if def.Directives.ForName("cost") != nil {
		return stated(def.Directives)
	}
	if def.Kind == ast.Object {
		return 1
	}
	return 0
}

// stated is the weight that @cost says, 0 without it; -1 for what isn't one.
func stated(directives ast.DirectiveList) float64 {
	d := directives.ForName("cost")
	if d == nil {
		return 0
	}
	w, err := strconv.ParseFloat(d.Arguments.ForName("weight").Value.Raw, 64)
	if err != nil || w < 0 {
		return -1
	}
	return w
}

// TestCosts: every list says how long it can be, every mutation what its commit
// costs, every weight is one, and what is kept or compared for each item of a list
// has one.
func TestCosts(t *testing.T) {
	sizes := make(map[string]bool) // fields whose connection's field sizes them
	for _, def := range ownTypes(ast.Object, ast.Interface) {
		for _, f := range ownFields(def) {
			if d := f.Directives.ForName("listSize"); d != nil {
				if sized := d.Arguments.ForName("sizedFields"); sized != nil {
					for _, name := range sized.Value.Children {
						sizes[f.Type.Name()+"."+name.Value.Raw] = true
					}
				}
			}
		}
	}
	for _, def := range ownTypes() {
		if weightOf(def) < 0 {
			t.Errorf("the weight of %s isn't one", def.Name)
		}
		for _, f := range ownFields(def) {
			of := schema.Types[f.Type.Name()]
			size := f.Directives.ForName("listSize")
			switch {
			case stated(f.Directives) < 0:
				t.Errorf("the weight of %s.%s isn't one", def.Name, f.Name)
			case def.Kind == ast.InputObject && eachIsDear(def, f) && stated(f.Directives) == 0:
				t.Errorf("each item of %s.%s costs something, and has no weight", def.Name, f.Name)
			case f.Type.Elem != nil && of.IsCompositeType() && size == nil && !sizes[def.Name+"."+f.Name] && (of.Kind != ast.Object || weightOf(of) > 0):
				t.Errorf("%s.%s doesn't say how long it can be", def.Name, f.Name)
			case f.Arguments.ForName("first") != nil && size == nil:
				t.Errorf("%s.%s doesn't say that first is its size", def.Name, f.Name)
			case def == schema.Mutation && f.Directives.ForName("cost") == nil:
				t.Errorf("the mutation %s has no weight", f.Name)
			}
			if size == nil {
				continue
			}
			if slicing := size.Arguments.ForName("slicingArguments"); slicing != nil {
				for _, a := range slicing.Value.Children {
					if name := a.Value.Raw; f.Arguments.ForName(name) == nil && !slices.Contains([]string{"input.sites", "input.spaces"}, name) {
						t.Errorf("%s.%s is sized by %s, which it doesn't take", def.Name, f.Name, name)
					}
				}
			}
			if sized := size.Arguments.ForName("sizedFields"); sized != nil {
				for _, name := range sized.Value.Children {
					if field := of.Fields.ForName(name.Value.Raw); field == nil || field.Type.Elem == nil {
						t.Errorf("%s.%s sizes %s.%s, which isn't a list", def.Name, f.Name, of.Name, name.Value.Raw)
					}
				}
			}
		}
	}
}

// TestDear: what makes more work than its answer shows costs so.
func TestDear(t *testing.T) {
	for f, least := range map[*ast.FieldDefinition]float64{
		schema.Query.Fields.ForName("personExport"):   100,  // all that somebody wrote
		schema.Mutation.Fields.ForName("personErase"): 1000, // the personal store is written anew
	} {
		if w := stated(f.Directives); w < least {
			t.Errorf("%s costs %v, want %v at least", f.Name, w, least)
		}
	}
}

// eachIsDear tells that each item of a list of an input is an object of its own, or a
// slot that spaces are compared by.
func eachIsDear(def *ast.Definition, f *ast.FieldDefinition) bool {
	switch of := f.Type.Name(); {
	case f.Type.Elem == nil:
		return false
	case of == "PalierRecurringSlotInput":
		return def.Name != "LandlordNeedTimingInput" // which no calendar is compared with
	default:
		return of == "LandlordStockSpaceInput" || strings.HasSuffix(of, "FieldsInput")
	}
}

// TestKept: what is a matter between two sides, or of persons, is never kept by a
// cache, and no mutation is.
func TestKept(t *testing.T) {
	hinted := func(directives ast.DirectiveList) bool { return directives.ForName("cacheControl") != nil }
	for _, name := range []string{"HostingRequest", "HostingMessage", "HostingInvitation", "HostingProposal", "LandlordApproach", "DeadLetter", "PalierPerson", "PalierPersonExport", "PalierViewer", "PalierChange"} {
		if hinted(schema.Types[name].Directives) {
			t.Errorf("%s may be kept", name)
		}
	}
	for _, f := range ownFields(schema.Query) {
		if hinted(f.Directives) && !hinted(schema.Types[f.Type.Name()].Directives) && f.Name != "node" {
			t.Errorf("%s may be kept, and what it answers mayn't", f.Name)
		}
	}
	for _, def := range []*ast.Definition{schema.Mutation, schema.Subscription} {
		for _, f := range ownFields(def) {
			if hinted(f.Directives) {
				t.Errorf("%s.%s may be kept", def.Name, f.Name)
			}
		}
	}
}
