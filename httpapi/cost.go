package httpapi

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// prices are what the schema says that fields cost, by @cost and @listSize.
type prices struct {
	schema *ast.Schema
	of     map[*ast.FieldDefinition]price
	// inputs are the weights of the fields of input types, for the types that bring
	// any, be it further down.
	inputs map[string]map[string]int64
}

// price is that of a field.
type price struct {
	// weight of one of its objects, or of its value.
	weight int64
	// list tells that it answers many.
	list bool
	size *listSize
	// arguments have a weight for each value that they bring.
	arguments map[string]int64
}

// listSize is the directive of that name.
type listSize struct {
	assumed int64
	slicing [][]string
	sized   []string
}

// assumedSize is how long a list is taken to be of which the schema says nothing.
const assumedSize = 10

// newPrices reads a schema. A directive that can't be read is a mistake in the
// schema, that its tests notice: so it panics.
func newPrices(schema *ast.Schema) prices {
	p := prices{schema, make(map[*ast.FieldDefinition]price), make(map[string]map[string]int64)}
	p.readInputs()
	for _, def := range schema.Types {
		for _, f := range def.Fields {
			it := price{weight: p.typeWeight(f.Type.Name()), list: f.Type.Elem != nil, size: listSizeOf(f)}
			if w, ok := weightOf(f.Directives); ok {
				it.weight = w
			}
			for _, a := range f.Arguments {
				if w, ok := weightOf(a.Directives); ok || p.inputs[a.Type.Name()] != nil {
					if it.arguments == nil {
						it.arguments = make(map[string]int64)
					}
					it.arguments[a.Name] = w
				}
			}
			p.of[f] = it
		}
	}
	return p
}

// readInputs goes on until no type is found any more that leads to a weight.
func (p prices) readInputs() {
	for found := -1; found < len(p.inputs); {
		found = len(p.inputs)
		for _, def := range p.schema.Types {
			if def.Kind != ast.InputObject {
				continue
			}
			for _, f := range def.Fields {
				w, ok := weightOf(f.Directives)
				if !ok && p.inputs[f.Type.Name()] == nil {
					continue
				}
				if p.inputs[def.Name] == nil {
					p.inputs[def.Name] = make(map[string]int64)
				}
				p.inputs[def.Name][f.Name] = w
			}
		}
	}
}

// typeWeight of an abstract type is that of the dearest it can be.
func (p prices) typeWeight(name string) (most int64) {
	def := p.schema.Types[name]
	if w, ok := weightOf(def.Directives); ok {
		return w
	}
	switch def.Kind {
	case ast.Object:
		return 1
	case ast.Interface, ast.Union:
		for _, possible := range p.schema.GetPossibleTypes(def) {
			most = max(most, p.typeWeight(possible.Name))
		}
	}
	return most
}

func weightOf(directives ast.DirectiveList) (int64, bool) {
	d := directives.ForName("cost")
	if d == nil {
		return 0, false
	}
	w, err := strconv.ParseFloat(d.Arguments.ForName("weight").Value.Raw, 64)
	if err != nil || w < 0 || w > mostCounted {
		panic(fmt.Sprintf("the schema's @cost(weight: %q) isn't a weight", d.Arguments.ForName("weight").Value.Raw))
	}
	return int64(math.Ceil(w)), true
}

func listSizeOf(f *ast.FieldDefinition) *listSize {
	d := f.Directives.ForName("listSize")
	if d == nil {
		return nil
	}
	size := &listSize{assumed: assumedSize}
	if a := d.Arguments.ForName("assumedSize"); a != nil {
		n, err := strconv.ParseInt(a.Value.Raw, 10, 32)
		if err != nil {
			panic(fmt.Sprintf("@listSize(assumedSize: %s) of %s isn't a size", a.Value.Raw, f.Name))
		}
		size.assumed = n
	}
	if a := d.Arguments.ForName("slicingArguments"); a != nil {
		for _, child := range a.Value.Children {
			size.slicing = append(size.slicing, strings.Split(child.Value.Raw, "."))
		}
	}
	if a := d.Arguments.ForName("sizedFields"); a != nil {
		for _, child := range a.Value.Children {
			size.sized = append(size.sized, child.Value.Raw)
		}
	}
	return size
}

// estimate is what an operation asks for, with its variables.
type estimate struct {
	cost int64
	// first is the longest page, and the way to it.
	first     int64
	firstPath []string
}

// estimate reckons each fragment once for each length of list that it stands in.
// What is skipped counts.
func (p prices) estimate(operation *ast.OperationDefinition, variables map[string]any) estimate {
	c := cashier{prices: p, operation: operation, variables: variables, known: make(map[spreadIn]int64), brought: make(map[bringing]int64)}
	root := p.schema.Query
	switch operation.Operation {
	case ast.Mutation:
		root = p.schema.Mutation
	case ast.Subscription:
		root = p.schema.Subscription
	}
	c.estimate.cost = c.set(operation.SelectionSet, root, sizing{})
	return c.estimate
}

// sizing is how long the lists in a selection are, when the field above it says.
type sizing struct {
	by *listSize
	n  int64
}

// spreadIn is a fragment where it is spread.
type spreadIn struct {
	fragment *ast.FragmentDefinition
	sizing   sizing
}

// bringing is a variable where its values have a weight.
type bringing struct {
	variable string
	weight   int64
}

type cashier struct {
	prices
	estimate
	operation *ast.OperationDefinition
	variables map[string]any
	known     map[spreadIn]int64
	brought   map[bringing]int64
}

// set is the cost of a selection on a type. Of the objects that an abstract type
// can be, the dearest counts.
func (c *cashier) set(set ast.SelectionSet, on *ast.Definition, in sizing) (cost int64) {
	var apart map[string]int64
	add := func(condition string, inner int64) {
		if of := c.schema.Types[condition]; of != nil && of.Kind == ast.Object && on.Kind != ast.Object {
			if apart == nil {
				apart = make(map[string]int64)
			}
			apart[condition] = sum(apart[condition], inner)
			return
		}
		cost = sum(cost, inner)
	}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			cost = sum(cost, c.field(s, in))
		case *ast.InlineFragment:
			of := on
			if s.TypeCondition != "" {
				of = c.schema.Types[s.TypeCondition]
			}
			add(of.Name, c.set(s.SelectionSet, of, in))
		case *ast.FragmentSpread:
			add(s.Definition.TypeCondition, c.spread(s.Definition, in))
		}
	}
	var dearest int64
	for _, inner := range apart {
		dearest = max(dearest, inner)
	}
	return sum(cost, dearest)
}

func (c *cashier) spread(f *ast.FragmentDefinition, in sizing) int64 {
	key := spreadIn{f, in}
	cost, known := c.known[key]
	if !known {
		cost = c.set(f.SelectionSet, c.schema.Types[f.TypeCondition], in)
		c.known[key] = cost
	}
	return cost
}

func (c *cashier) field(f *ast.Field, in sizing) int64 {
	price, known := c.of[f.Definition]
	if !known || strings.HasPrefix(f.Name, "__") { // the schema's own have a bound of their own
		return 0
	}
	times, below := int64(1), sizing{}
	switch size := price.size; {
	case size != nil && len(size.sized) > 0:
		below = sizing{size, c.length(f, size)}
	case size != nil:
		times = c.length(f, size)
	case in.by != nil && in.by.sizes(f.Name):
		times = in.n
	case price.list:
		times = assumedSize
	}
	cost := price.weight
	if len(f.SelectionSet) > 0 {
		cost = sum(cost, c.set(f.SelectionSet, c.schema.Types[f.Definition.Type.Name()], below))
	}
	cost = product(times, cost)
	for _, a := range f.Arguments {
		if weight, dear := price.arguments[a.Name]; dear {
			cost = sum(cost, c.given(a.Value, f.Definition.Arguments.ForName(a.Name).Type.Name(), weight))
		}
	}
	return cost
}

// given is what a value of the document costs, of a type, where each has a weight:
// itself, or its items, and the fields within. Null is none.
func (c *cashier) given(v *ast.Value, of string, weight int64) (cost int64) {
	switch v.Kind {
	case ast.NullValue:
		return 0
	case ast.Variable:
		key := bringing{v.Raw, weight}
		cost, known := c.brought[key]
		if !known {
			if def := c.operation.VariableDefinitions.ForName(v.Raw); def != nil {
				cost = c.bring(c.variables[v.Raw], def.Type.Name(), weight)
			}
			c.brought[key] = cost
		}
		return cost
	case ast.ListValue:
		for _, item := range v.Children {
			cost = sum(cost, c.given(item.Value, of, weight))
		}
		return cost
	}
	fields := c.inputs[of]
	for _, child := range v.Children {
		if w, dear := fields[child.Name]; dear {
			cost = sum(cost, c.given(child.Value, c.schema.Types[of].Fields.ForName(child.Name).Type.Name(), w))
		}
	}
	return sum(weight, cost)
}

// bring is what given says of a value of a variable.
func (c *cashier) bring(value any, of string, weight int64) (cost int64) {
	switch v := value.(type) {
	case nil:
		return 0
	case []any:
		for _, item := range v {
			cost = sum(cost, c.bring(item, of, weight))
		}
		return cost
	case map[string]any:
		for name, w := range c.inputs[of] {
			cost = sum(cost, c.bring(v[name], c.schema.Types[of].Fields.ForName(name).Type.Name(), w))
		}
	}
	return sum(weight, cost)
}

func (s *listSize) sizes(field string) bool {
	for _, name := range s.sized {
		if name == field {
			return true
		}
	}
	return false
}

// length of the list that a field answers: the greatest that an argument says.
func (c *cashier) length(f *ast.Field, size *listSize) int64 {
	var length int64
	said := false
	for _, way := range size.slicing {
		n, isList, ok := c.argument(f, way)
		if !ok {
			continue
		}
		said, length = true, max(length, n)
		if !isList && n > c.first {
			c.first, c.firstPath = n, way
		}
	}
	if !said {
		return size.assumed
	}
	return length
}

// argument is a number, or the length of a list, that an argument of a field says.
func (c *cashier) argument(f *ast.Field, way []string) (n int64, isList, ok bool) {
	value, given := f.Arguments.ForName(way[0]), true
	if value == nil {
		given = false
	} else if v := value.Value; v.Kind == ast.Variable {
		if at, set := c.variables[v.Raw]; set {
			return number(at, way[1:])
		}
		given = false // the default holds
	}
	if given {
		return c.literal(value.Value, way[1:])
	}
	if d := f.Definition.Arguments.ForName(way[0]); d != nil && d.DefaultValue != nil {
		return c.literal(d.DefaultValue, way[1:])
	}
	return 0, false, false
}

func (c *cashier) literal(v *ast.Value, way []string) (n int64, isList, ok bool) {
	if v.Kind == ast.Variable {
		return number(c.variables[v.Raw], way)
	}
	if len(way) > 0 {
		inner := v.Children.ForName(way[0])
		if inner == nil {
			return 0, false, false
		}
		return c.literal(inner, way[1:])
	}
	switch v.Kind {
	case ast.IntValue:
		return whole(v.Raw), false, true
	case ast.ListValue:
		return int64(len(v.Children)), true, true
	}
	return 0, false, false
}

// number is what a variable says.
func number(v any, way []string) (n int64, isList, ok bool) {
	for _, step := range way {
		fields, _ := v.(map[string]any)
		v = fields[step]
	}
	switch v := v.(type) {
	case nil:
		return 0, false, false
	case []any:
		return int64(len(v)), true, true
	default: // of any type that JSON, or a default, is read into
		return whole(fmt.Sprint(v)), false, true
	}
}

// whole reads a number that isn't negative; one that is out of range is as much
// as can be.
func whole(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil && strings.HasPrefix(text, "-"), n < 0:
		return 0
	case err != nil:
		return mostCounted
	}
	return min(n, mostCounted)
}
