package resolvers_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/apitest"
)

// The walk over the schema: every field that a query, a mutation or a subscription
// can begin with or come to, by a way that is found in the schema itself, so that a
// new field is walked to without a word here; one that can't be is named by a test.

// step is a field of a type on a way.
type step struct {
	on    *ast.Definition
	field *ast.FieldDefinition
}

func (s step) String() string { return s.on.Name + "." + s.field.Name }

// way leads from a root, or from any object of a Node type, to a type.
type way []step

var (
	nodeType = apitest.Schema.Types["Node"]
	// ways are the shortest to each type; none to a Node type, whose objects `node`
	// finds.
	ways = waysToTypes()
)

func isNode(d *ast.Definition) bool { return slices.Contains(d.Interfaces, nodeType.Name) }

// fieldsOf are a type's own, but for introspection.
func fieldsOf(d *ast.Definition) (out []*ast.FieldDefinition) {
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			out = append(out, f)
		}
	}
	return out
}

// objectsOf are the object types that a field can answer.
func objectsOf(t *ast.Type) (out []*ast.Definition) {
	d := apitest.Schema.Types[t.Name()]
	switch {
	case d.Kind == ast.Object:
		return []*ast.Definition{d}
	case d.IsAbstractType():
		for _, o := range apitest.Schema.GetPossibleTypes(d) {
			if !isNode(o) || d != nodeType {
				out = append(out, o)
			}
		}
	}
	return out
}

func waysToTypes() map[string]way {
	out := map[string]way{"Query": {}}
	queue := []*ast.Definition{apitest.Schema.Query}
	for _, d := range apitest.Schema.GetPossibleTypes(nodeType) {
		out[d.Name] = way{}
		queue = append(queue, d)
	}
	for len(queue) > 0 {
		d := queue[0]
		queue = queue[1:]
		for _, f := range fieldsOf(d) {
			for _, o := range objectsOf(f.Type) {
				if _, known := out[o.Name]; !known {
					out[o.Name] = append(slices.Clone(out[d.Name]), step{d, f})
					queue = append(queue, o)
				}
			}
		}
	}
	return out
}

// position is a place in the arguments of a field that names an object: by its id,
// or by what others call it.
type position struct {
	step
	// path leads through the arguments: filter, landlordId.
	path []string
	// in is the type of the input that its last step is of; "" for an argument.
	in string
	// required: it can't be left out.
	required bool
}

// kinds of object that it can name.
func (p position) kinds() []domain.Kind { return kindsOf(p.step, p.in, p.path[len(p.path)-1]) }

func (p position) String() string { return p.step.String() + "(" + strings.Join(p.path, ".") + ")" }

// naming are the names of inputs that aren't of the type ID and name an object all
// the same. Any other text is free.
var naming = map[string]bool{"slug": true, "siren": true, "externalRef": true, "siteRef": true}

// stating are the inputs that state what an object is to be called, and don't look
// one up: that a SIREN, a slug or a reference is taken is said, not whose it is.
func stating(in string, name string) bool {
	return (strings.HasSuffix(in, "FieldsInput") || strings.HasSuffix(in, "ChangesInput") || in == "ProjectHolderInput") && naming[name]
}

// positionsOf are those in the arguments of a field.
func positionsOf(s step) (out []position) {
	var visit func(in string, name string, t *ast.Type, path []string)
	visit = func(in, name string, t *ast.Type, path []string) {
		d := apitest.Schema.Types[t.Name()]
		switch {
		case d.Name == "ID", d.Name == "_Any", d.Kind == ast.Scalar && naming[name] && !stating(in, name):
			out = append(out, position{s, path, in, t.NonNull})
		case d.Kind == ast.InputObject:
			for _, f := range d.Fields {
				visit(d.Name, f.Name, f.Type, append(slices.Clone(path), f.Name))
			}
		}
	}
	for _, a := range s.field.Arguments {
		visit("", a.Name, a.Type, []string{a.Name})
	}
	return out
}

// allPositions are those of a root, and for Query of all that can be come to.
func allPositions(root *ast.Definition) (out []position) {
	types := []*ast.Definition{root}
	if root == apitest.Schema.Query {
		for _, name := range slices.Sorted(maps.Keys(ways)) {
			if name != root.Name {
				types = append(types, apitest.Schema.Types[name])
			}
		}
	}
	for _, d := range types {
		for _, f := range fieldsOf(d) {
			out = append(out, positionsOf(step{d, f})...)
		}
	}
	return out
}

// filler fills what a field needs with right values.
type filler struct {
	// ids are objects by kind, to name where an argument needs one; for some fields
	// an object in the right state, by the field's name.
	ids map[domain.Kind]string
	// version is that of an object by its id. It is stated wherever a position beside
	// the object is asked at; where the object is, a wrong one, so that whoever may
	// change it doesn't.
	version func(id string) int
	// unversioned: where it needn't be stated, none is.
	unversioned bool
	// text is what is said where anything can be.
	text string
	// lacks are the inputs that it has no value for.
	lacks map[string]bool
}

// kindsOfInputs are the kinds of object that an input is an id of, by the end of
// its name, or by the field that takes it.
var kindsOfInputs = []struct {
	name string
	kind domain.Kind
}{
	{"landlordId", domain.KindLandlord}, {"groupId", domain.KindLandlord}, {"projectId", domain.KindProject}, {"projects", domain.KindProject},
	{"needId", domain.KindNeed}, {"landlordNeedId", domain.KindLandlordNeed}, {"siteId", domain.KindSite}, {"spaceId", domain.KindSpace},
	{"person", domain.KindPerson}, {"persons", domain.KindPerson}, {"request", domain.KindRequest},
}

var kindsOfFields = []struct {
	prefix string
	kind   domain.Kind
}{
	{"landlordSite", domain.KindSite}, {"landlordNeed", domain.KindLandlordNeed}, {"landlordApproach", domain.KindApproach}, {"landlord", domain.KindLandlord},
	{"vacantSpace", domain.KindSpace}, {"innovationProject", domain.KindProject}, {"hostingNeed", domain.KindNeed}, {"hostingRequest", domain.KindRequest},
	{"hostingInvitation", domain.KindInvitation}, {"hostingProposal", domain.KindProposal}, {"hostingMessage", domain.KindMessage}, {"placement", domain.KindPlacement},
	{"deadLetter", domain.KindMailing}, {"accessKey", domain.KindAccessKey}, {"person", domain.KindPerson}, {"node", domain.KindLandlord},
}

// texts are the right values of texts that aren't free, by the input's name.
var rightTexts = map[string]any{
	"slug": "un-slug", "siteRef": "S-1", "externalRef": "L-1", "name": "SpaceKind", "rule": "FREQ=WEEKLY;BYDAY=TU", "search": "a", "account": "oidc-somebody",
	"Date": "2026-11-22", "answerBy": "2026-12-20", "dueOn": "2026-12-20", "reviewOn": "2026-12-20", "from": "2026-01-15", "DateTime": "2027-01-15T10:00:00Z", "Decimal": "10", "InseeCode": "93066", "Siren": "000001123", "Siret": "00000112300001",
	"Url": "https://www.example.fr", "EmailAddress": "a@example.fr", "TimeOfDay": "10:00", "code": "93", "origins": page,
}

// of is a right value of an input of a field.
func (f filler) of(s step, in, name string, t *ast.Type) any {
	if t.Elem != nil {
		return []any{f.of(s, in, name, t.Elem)}
	}
	d := apitest.Schema.Types[t.Name()]
	switch {
	case d.Name == "ID":
		return f.id(s, in, name)
	case d.Name == "_Any":
		return map[string]any{"__typename": domain.KindLandlord.TypeName(), "id": f.ids[domain.KindLandlord]}
	case d.Kind == ast.Enum:
		switch name { // of the others, any will do
		case "timing", "kind":
			if slices.ContainsFunc(d.EnumValues, func(v *ast.EnumValueDefinition) bool { return v.Name == "LASTING" }) {
				return "LASTING"
			}
		case "party":
			return "LANDLORD"
		case "reason":
			return d.EnumValues[0].Name
		}
		return d.EnumValues[0].Name
	case d.Kind == ast.InputObject:
		return f.object(s, d, nil, nil)
	}
	if name == "externalRef" && strings.HasPrefix(s.field.Name, "landlordNeed") {
		return "N-1"
	}
	if v, ok := rightTexts[name]; ok && (d.Name == "String" || d.Name == "Date") {
		return v
	}
	if v, ok := rightTexts[d.Name]; ok {
		return v
	}
	switch d.Name {
	case "String":
		return f.text
	case "Int":
		return 1
	case "Float":
		return 1.5
	case "Boolean":
		return false
	}
	f.lacks[s.String()+" "+name+": "+d.Name] = true
	return nil
}

func (f filler) id(s step, in, name string) any {
	if id, ok := f.ids[domain.Kind(s.field.Name)]; ok && name == "id" && !strings.HasSuffix(in, "Ref") {
		return id
	}
	if kind := kindsOf(s, in, name); len(kind) > 0 {
		return f.ids[kind[0]]
	}
	f.lacks[s.String()+" "+in+"."+name] = true
	return nil
}

// kindsOf are the kinds of object that an input of a field can name; none when
// nothing here says so.
func kindsOf(s step, in, name string) []domain.Kind {
	switch {
	case s.field.Name == "node":
		return kinds
	case name == "representations":
		var out []domain.Kind
		for _, d := range apitest.Schema.GetPossibleTypes(apitest.Schema.Types["_Entity"]) {
			out = append(out, kindNamed(d.Name))
		}
		return out
	case strings.HasPrefix(name, "organisation"):
		return []domain.Kind{domain.KindLandlord, domain.KindProject}
	case name == "slug":
		return []domain.Kind{domain.KindProject}
	case name == "siren":
		return []domain.Kind{domain.KindLandlord}
	case name == "siteRef":
		return []domain.Kind{domain.KindSite}
	}
	for _, k := range kindsOfInputs {
		if name == k.name {
			return []domain.Kind{k.kind}
		}
	}
	for _, k := range kindsOfFields {
		if (name == "id" || name == "externalRef") && (strings.HasPrefix(s.field.Name, k.prefix) && !strings.HasSuffix(in, "Ref") || in == refOf[k.kind] && in != "") {
			return []domain.Kind{k.kind}
		}
	}
	return nil
}

var refOf = map[domain.Kind]string{domain.KindSite: "LandlordSiteRef", domain.KindSpace: "VacantSpaceRef", domain.KindLandlordNeed: "LandlordNeedRef"}

// object is an input object with what it needs; with a path, one with a value at
// its end.
func (f filler) object(s step, d *ast.Definition, path []string, value any) map[string]any {
	out := make(map[string]any)
	for _, in := range d.Fields {
		switch {
		case len(path) > 0 && in.Name == path[0]:
			out[in.Name] = f.at(s, d.Name, in.Name, in.Type, path[1:], value)
		case in.Name == "expectedVersion" && f.unversioned && !in.Type.NonNull:
		case in.Name == "expectedVersion":
			out[in.Name] = 999
			if beside := len(path) > 1 || len(path) == 1 && path[0] != "id" && path[0] != "externalRef"; beside && f.version != nil {
				if delete(out, in.Name); f.target(s) != "" {
					out[in.Name] = f.version(f.target(s))
				}
			}
		case in.Type.NonNull && in.DefaultValue == nil:
			out[in.Name] = f.of(s, d.Name, in.Name, in.Type)
		}
	}
	f.complete(s, d, path, out)
	return out
}

// complete adds what goes with the rest, though no input is needed by itself.
func (f filler) complete(s step, d *ast.Definition, path []string, out map[string]any) {
	at := ""
	if len(path) > 0 {
		at = path[0]
	}
	add := func(name string, value any) {
		if _, there := out[name]; !there {
			out[name] = value
		}
	}
	one := func(kind domain.Kind) map[string]any { return map[string]any{"id": f.ids[kind]} }
	switch {
	case strings.HasSuffix(d.Name, "Ref"): // one of two ways to name it
		switch at {
		case "":
			add("id", f.id(s, d.Name, "id"))
		case "landlordId":
			add("externalRef", map[string]string{"LandlordNeedRef": "N-1", "LandlordSiteRef": "S-1", "VacantSpaceRef": "L-1"}[d.Name])
		case "externalRef":
			add("landlordId", f.ids["owner"])
		}
	case d.Name == "PalierAccessKeyFieldsInput", d.Name == "PalierAccountAccessGrantInput":
		if d.Fields.ForName("use") != nil {
			out["use"] = "SERVER"
		}
		switch at {
		case "landlordId":
			out["role"] = "LANDLORD"
		case "projectId":
			out["role"] = "PROJECT"
		default:
			out["role"] = "OBSERVER"
		}
	case strings.HasSuffix(d.Name, "FieldsInput") && (strings.HasSuffix(s.field.Name, "Upsert")) && d.Fields.ForName("externalRef") != nil:
		add("externalRef", "R-9")
	case d.Name == "HostingProposalSendInput":
		switch at {
		case "landlordNeed", "projectId":
			add("landlordNeed", one(domain.KindLandlordNeed))
			add("projectId", f.ids[domain.KindProject])
		default:
			add("needId", f.ids[domain.KindNeed])
			add("spaces", []any{one(domain.KindSpace)})
		}
	case d.Name == "HostingRequestDraftInput" && at != "needId":
		add("projectId", f.ids[domain.KindProject])
	}
}

// target is the object that a mutation changes.
func (f filler) target(s step) string {
	if id, ok := f.ids[domain.Kind(s.field.Name)]; ok {
		return id
	}
	for _, k := range kindsOfFields {
		if strings.HasPrefix(s.field.Name, k.prefix) {
			return f.ids[k.kind]
		}
	}
	return ""
}

// at is a value of an input, with another at the end of a path below it.
func (f filler) at(s step, in, name string, t *ast.Type, path []string, value any) any {
	if list, is := value.([]any); is && len(path) == 0 {
		return list
	}
	if t.Elem != nil {
		return []any{f.at(s, in, name, t.Elem, path, value)}
	}
	if len(path) == 0 {
		return value
	}
	return f.object(s, apitest.Schema.Types[t.Name()], path, value)
}

// call is a field that is asked for in a document with others, under an alias.
type call struct {
	step
	// path is a position of which the call says the value; nil for none.
	path []string
	// selection is what it asks of the field.
	selection string
}

// document asks for calls. It has no value in it: what is asked with comes by
// variables, so that it can be trusted beforehand.
type document struct {
	text  string
	calls []call
}

// calling makes a document of calls on one root.
func calling(operation string, calls ...call) document {
	var head, body strings.Builder
	for i, c := range calls {
		alias, depth := fmt.Sprint("c", i), 0
		body.WriteString(alias + ": ")
		from := append(slices.Clone(ways[c.on.Name]), c.step)
		if c.on != apitest.Schema.Query && c.on != apitest.Schema.Mutation && c.on != apitest.Schema.Subscription && from[0].on != apitest.Schema.Query {
			fmt.Fprintf(&head, "$%s_at: ID! ", alias)
			fmt.Fprintf(&body, "node(id: $%s_at) { ... on %s { ", alias, from[0].on.Name)
			depth += 2
		}
		if operation != "query" {
			from = way{c.step}
		}
		for n, s := range from {
			var arguments []string
			for _, a := range s.field.Arguments {
				asked := n == len(from)-1 && len(c.path) > 0 && c.path[0] == a.Name || needed(a)
				if !asked && !(n == len(from)-1 && companion(c, a.Name)) {
					continue
				}
				variable := fmt.Sprintf("%s_%d_%s", alias, n, a.Name)
				fmt.Fprintf(&head, "$%s: %s ", variable, a.Type)
				arguments = append(arguments, fmt.Sprintf("%s: $%s", a.Name, variable))
			}
			body.WriteString(s.field.Name)
			if len(arguments) > 0 {
				body.WriteString("(" + strings.Join(arguments, ", ") + ")")
			}
			if n < len(from)-1 {
				body.WriteString(" { ")
				depth++
				if next := from[n+1].on; apitest.Schema.Types[s.field.Type.Name()] != next {
					body.WriteString("... on " + next.Name + " { ")
					depth++
				}
			}
		}
		body.WriteString(" " + c.selection + strings.Repeat(" }", depth) + "\n")
	}
	if head.Len() == 0 {
		return document{operation + " {\n" + body.String() + "}", calls}
	}
	return document{operation + "(" + head.String() + ") {\n" + body.String() + "}", calls}
}

func needed(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

// companion: whose reference it is goes with a reference.
func companion(c call, name string) bool {
	return len(c.path) == 1 && c.path[0] == "externalRef" && name == "landlordId"
}

// variables are what a document is asked with: for the calls of `values`, by their
// index, the value at their position; the rest by the filler.
func (d document) variables(f filler, values func(call) any) map[string]any {
	out := make(map[string]any)
	for i, c := range d.calls {
		from := append(slices.Clone(ways[c.on.Name]), c.step)
		if c.on == apitest.Schema.Mutation || c.on == apitest.Schema.Subscription {
			from = way{c.step}
		} else if from[0].on != apitest.Schema.Query {
			out[fmt.Sprint("c", i, "_at")] = f.ids[kindNamed(from[0].on.Name)]
		}
		for n, s := range from {
			for _, a := range s.field.Arguments {
				variable := fmt.Sprintf("c%d_%d_%s", i, n, a.Name)
				switch {
				case n == len(from)-1 && len(c.path) > 0 && c.path[0] == a.Name:
					out[variable] = f.at(s, "", a.Name, a.Type, c.path[1:], values(c))
				case n == len(from)-1 && companion(c, a.Name):
					out[variable] = f.ids["owner"]
				case needed(a):
					out[variable] = f.of(s, "", a.Name, a.Type)
				}
			}
		}
	}
	return out
}

// kindNamed is the kind of the objects of a type.
func kindNamed(typeName string) domain.Kind {
	for _, k := range kinds {
		if k.TypeName() == typeName {
			return k
		}
	}
	return ""
}

// kinds are those of the Node types.
var kinds = []domain.Kind{domain.KindLandlord, domain.KindSite, domain.KindSpace, domain.KindProject, domain.KindNeed, domain.KindLandlordNeed, domain.KindRequest,
	domain.KindPlacement, domain.KindInvitation, domain.KindProposal, domain.KindApproach, domain.KindMessage, domain.KindPerson, domain.KindMailing,
	domain.KindAccessKey, domain.KindAccountAccess, domain.KindQpv, domain.KindCommune, domain.KindDepartement, domain.KindRegion}

// shallow selects a type's own fields, and of a list its objects' own and all that
// it counts.
func shallow(t *ast.Type) string {
	d := apitest.Schema.Types[t.Name()]
	if !d.IsCompositeType() {
		return ""
	}
	s := apitest.Selection(d.Name, 1)
	if d.Fields.ForName("facets") != nil {
		s = strings.TrimSuffix(strings.TrimSpace(s), "}") + " all: facets { name counts { code count } } }"
	}
	return s
}

// branch is a place in a selection that is being made.
type branch struct {
	of     *ast.Definition
	leaves []string
	below  []*branch
	head   string // the field, with its alias and its arguments
}

func (b *branch) write(out *strings.Builder) {
	out.WriteString(b.head + " { __typename ")
	for _, l := range b.leaves {
		out.WriteString(l + " ")
	}
	for _, c := range b.below {
		c.write(out)
	}
	out.WriteString("} ")
}

// whole asks for everything that a field can come to: every type's fields where it
// is first met, nearest to the field, and elsewhere which objects there are.
func whole(root step) (d wholeDocument) {
	d.step, d.inputs = root, make(map[string]input)
	var head strings.Builder
	open := func(s step) string {
		alias := s.field.Name
		if s.on != apitest.Schema.Query {
			alias += typeInAlias.Replace(s.field.Type.String()) // which may differ between the types of a fragment
		}
		var arguments []string
		for _, a := range s.field.Arguments {
			if needed(a) || a.Name == "first" && s.on == apitest.Schema.Query {
				variable := fmt.Sprint("v", len(d.inputs), "_", a.Name)
				d.inputs[variable] = input{s, a}
				fmt.Fprintf(&head, "$%s: %s ", variable, a.Type)
				arguments = append(arguments, a.Name+": $"+variable)
			}
		}
		if len(arguments) == 0 {
			return alias + ": " + s.field.Name
		}
		return alias + ": " + s.field.Name + "(" + strings.Join(arguments, ", ") + ")"
	}
	top := &branch{of: apitest.Schema.Types[root.field.Type.Name()], head: open(root)}
	met, queue := make(map[string]bool), []*branch{top}
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		if b.of.IsAbstractType() {
			for _, o := range apitest.Schema.GetPossibleTypes(b.of) {
				c := &branch{of: o, head: "... on " + o.Name}
				b.below, queue = append(b.below, c), append(queue, c)
			}
			continue
		}
		if met[b.of.Name] {
			for _, name := range []string{"id", "totalCount"} {
				if b.of.Fields.ForName(name) != nil {
					b.leaves = append(b.leaves, name)
				}
			}
			if nodes := b.of.Fields.ForName("nodes"); nodes != nil && apitest.Schema.Types[nodes.Type.Name()].Fields.ForName("id") != nil {
				b.leaves = append(b.leaves, "nodes { id }")
			}
			continue
		}
		met[b.of.Name] = true
		for _, f := range fieldsOf(b.of) {
			s := step{b.of, f}
			d.asked = append(d.asked, s.String())
			if of := apitest.Schema.Types[f.Type.Name()]; of.IsCompositeType() {
				c := &branch{of: of, head: open(s)}
				b.below, queue = append(b.below, c), append(queue, c)
			} else {
				b.leaves = append(b.leaves, open(s))
			}
		}
	}
	var body strings.Builder
	top.write(&body)
	if body.String() == top.head+" { __typename } " {
		body.Reset()
		body.WriteString(top.head)
	}
	d.text = "query {\n" + body.String() + "}"
	if head.Len() > 0 {
		d.text = "query(" + head.String() + ") {\n" + body.String() + "}"
	}
	return d
}

var typeInAlias = strings.NewReplacer("[", "ListOf", "]", "", "!", "X")

// wholeDocument is such a query.
type wholeDocument struct {
	step
	text string
	// inputs are the arguments that its variables are for, and asked what it asks.
	inputs map[string]input
	asked  []string
}

type input struct {
	step
	argument *ast.ArgumentDefinition
}

func (d wholeDocument) variables(f filler) map[string]any {
	out := make(map[string]any)
	for name, in := range d.inputs {
		out[name] = f.of(in.step, "", in.argument.Name, in.argument.Type)
	}
	return out
}

// wholes ask each field of Query for everything.
var wholes = func() (out []wholeDocument) {
	for _, f := range fieldsOf(apitest.Schema.Query) {
		out = append(out, whole(step{apitest.Schema.Query, f}))
	}
	return out
}()
