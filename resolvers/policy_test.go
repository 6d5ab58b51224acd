package resolvers_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/sample"
)

var update = flag.Bool("update", false, "write docs/policy.md")

// part is who somebody is to an object: a column of the page.
type part struct {
	title string
	// viewer is who that is to an object of this ownership; false when there can be
	// nobody.
	viewer func(v town, o domain.Ownership) domain.Viewer
}

var parts = []part{
	{"nobody", func(town, domain.Ownership) domain.Viewer { return domain.Anonymous }},
	{"its landlord's pages", func(v town, o domain.Ownership) domain.Viewer {
		return embedded(cmp.Or(o.Landlord, v.landlord("monts")))
	}},
	{"other pages", func(v town, o domain.Ownership) domain.Viewer { return embedded(v.otherLandlord(o)) }},
	{"observer", func(town, domain.Ownership) domain.Viewer { return apitest.Observer }},
	{"its project", func(v town, o domain.Ownership) domain.Viewer {
		return apitest.Project(cmp.Or(o.Project, "prj_nobody"))
	}},
	{"other project", func(v town, o domain.Ownership) domain.Viewer { return apitest.Project(v.otherProject(o)) }},
	{"its landlord", func(v town, o domain.Ownership) domain.Viewer {
		return apitest.Landlord(cmp.Or(o.Landlord, "lld_nobody"))
	}},
	{"its group", func(v town, o domain.Ownership) domain.Viewer { return apitest.Landlord(cmp.Or(o.Group, "lld_nobody")) }},
	{"other landlord", func(v town, o domain.Ownership) domain.Viewer { return apitest.Landlord(v.otherLandlord(o)) }},
	{"staff", func(town, domain.Ownership) domain.Viewer { return apitest.Staff }},
}

func embedded(l domain.LandlordID) domain.Viewer {
	return domain.Viewer{Role: domain.RolePublic, Embedded: l, ReadOnly: true, NoPersonalData: true}
}

func (v town) landlord(name string) domain.LandlordID { return domain.LandlordID(v.IDs[name]) }

func (v town) otherLandlord(o domain.Ownership) domain.LandlordID {
	if o.Landlord == v.landlord("plaine") {
		return v.landlord("monts")
	}
	return v.landlord("plaine")
}

// otherProject has no request with anybody.
func (v town) otherProject(o domain.Ownership) domain.ProjectID {
	if o.Project == domain.ProjectID(v.IDs["semis"]) {
		return domain.ProjectID(v.IDs["scene"])
	}
	return domain.ProjectID(v.IDs["semis"])
}

// sides are whose a row is, and for a contact of a request who else is a side of it.
func (r row) sides() domain.Ownership {
	o := r.sight.Ownership
	for _, s := range r.contactOf {
		o.Landlord, o.Group, o.Project = cmp.Or(o.Landlord, s.Landlord), cmp.Or(o.Group, s.Group), cmp.Or(o.Project, s.Project)
	}
	return o
}

// nobodysGroup is a group for the landlords of the town that have none.
const nobodysGroup domain.LandlordID = "lld_group"

// grouped is the row as it would be if its landlord had a group.
func (r row) grouped() row {
	add := func(s *domain.Sight) {
		if s.Landlord != "" {
			s.Group = cmp.Or(s.Group, nobodysGroup)
		}
	}
	r.contactOf = slices.Clone(r.contactOf)
	add(&r.sight)
	for i := range r.contactOf {
		add(&r.contactOf[i])
	}
	return r
}

// asker asks as viewers, and remembers their clients.
type asker struct {
	town
	clients map[domain.Viewer]apitest.Client
}

func (a asker) of(t testing.TB, v domain.Viewer) apitest.Client {
	t.Helper()
	c, ok := a.clients[v]
	switch {
	case ok:
		return c
	case v.Embedded != "":
		name := "pages of " + string(v.Embedded)
		a.key(t, name, "STAFF", domain.StatedAccessKey{Use: domain.KeyForEmbedding, LandlordID: (*domain.ID)(&v.Embedded), Origins: []string{page}})
		c = a.client(t, name)
	default:
		c = a.As(t, v)
	}
	a.clients[v] = c
	return c
}

// newRich is the sample, whose objects have what those of the town lack.
func newRich(t *testing.T) asker {
	v := town{apitest.Village{Server: apitest.Setup{Trusted: []string{lookup, ownOf}}.New(t), IDs: make(map[string]string)}, make(map[string]string)}
	data, err := sample.Read()
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Load(t.Context(), v.Hub); err != nil {
		t.Fatal(err)
	}
	w := v.Hub.World()
	for r := range w.Landlords() {
		v.IDs[[]string{"monts", "plaine"}[min(len(v.IDs), 1)]] = string(r.Doc.ID)
	}
	for r := range w.Projects() {
		v.IDs["scene"], v.IDs["semis"] = string(r.Doc.ID), cmp.Or(v.IDs["scene"], string(r.Doc.ID))
	}
	n := 0
	for r := range w.Requests() {
		for _, id := range append(r.Doc.Contacts.All(), r.Doc.PersonIDs()...) {
			v.IDs[fmt.Sprint("person ", n)] = string(id)
			n++
		}
	}
	role := domain.RoleLandlord
	v.key(t, "key", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: &role, Scopes: []domain.AccessScope{domain.ScopeWrite, domain.ScopePersonalData}})
	v.key(t, "key that reads", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: &role, Scopes: []domain.AccessScope{domain.ScopePersonalData}})
	v.key(t, "key without persons", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: &role, Scopes: []domain.AccessScope{domain.ScopeWrite}})
	return asker{v, make(map[domain.Viewer]apitest.Client)}
}

// ownFields asks for all that is an object's own: its fields and those of what isn't
// an object by itself; of others, which. What lists others is left to the lists.
func ownFields(d *ast.Definition) string {
	var b strings.Builder
	b.WriteString("{ __typename ")
	for _, f := range fieldsOf(d) {
		of := apitest.Schema.Types[f.Type.Name()]
		required := slices.ContainsFunc(f.Arguments, needed)
		switch {
		case d.Name == "Commune", d.Name == "Departement", d.Name == "Region", d.Name == "Qpv": // known to all
		case required, strings.HasSuffix(f.Name, "Label"), f.Name == "label" && len(f.Arguments) > 0, strings.HasSuffix(of.Name, "Connection"), d.Name != "Node" && slices.Contains(atEachTime, d.Name+"."+f.Name):
		case of.Kind == ast.Object && !isNode(of):
			b.WriteString(f.Name + " " + ownFields(of))
		case of.Kind == ast.Object:
			b.WriteString(f.Name + " { id } ")
		case !of.IsCompositeType():
			b.WriteString(f.Name + " ")
		}
	}
	b.WriteString("} ")
	return b.String()
}

// atEachTime are fields that say something of the viewer rather than of the object.
var atEachTime = []string{"HostingRequest.allowedTransitions"}

// ownOf asks for all that is an object's own, whatever it is.
var ownOf = func() string {
	var b strings.Builder
	b.WriteString("query($id: ID!) { node(id: $id) { __typename ")
	for _, d := range apitest.Schema.GetPossibleTypes(nodeType) {
		b.WriteString("... on " + d.Name + " { own" + d.Name + ": __typename " + strings.TrimPrefix(aliased(d), "{ __typename "))
	}
	b.WriteString("} }")
	return b.String()
}()

// aliased is ownFields of a type in a fragment among others.
func aliased(d *ast.Definition) string {
	var b strings.Builder
	b.WriteString("{ __typename ")
	for _, f := range fieldsOf(d) {
		only := &ast.Definition{Name: d.Name, Fields: ast.FieldList{f}}
		if s := strings.TrimSuffix(strings.TrimPrefix(ownFields(only), "{ __typename "), "} "); s != "" {
			b.WriteString(d.Name + "_" + f.Name + ": " + s)
		}
	}
	b.WriteString("} ")
	return b.String()
}

// flat is an answer's values by their paths, the items of a list together; of what
// is empty, nothing.
func flat(path string, v any, out map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"]; ok && len(v) == 1 {
			out[path] += fmt.Sprint(id, " ")
			return
		}
		for k, x := range v {
			if k != "__typename" {
				flat(strings.TrimPrefix(path+"."+k, "."), x, out)
			}
		}
	case []any:
		for _, x := range v {
			flat(path, x, out)
		}
	case nil:
	default:
		out[path] += fmt.Sprint(v, " ")
	}
}

// seenBy is what a viewer sees of an object; nil when it doesn't see it.
func (a asker) seenBy(t testing.TB, v domain.Viewer, id domain.ID) map[string]string {
	t.Helper()
	return a.seenWith(t, a.of(t, v), id)
}

func (a asker) seenWith(t testing.TB, c apitest.Client, id domain.ID) map[string]string {
	t.Helper()
	var answer struct{ Node map[string]any }
	c.Query(t, &answer, ownOf, map[string]any{"id": id})
	if answer.Node == nil {
		return nil
	}
	out := make(map[string]string)
	flat("", answer.Node, out)
	return out
}

// maySee is the rule by the predicates: of a row by its sight, of a person by whose
// they are and of which request they are a contact.
func (a asker) maySee(v domain.Viewer, r row) bool {
	if r.person == nil {
		return v.MaySee(r.sight)
	}
	return v.SeesPersonalData() && (v.MaySeePerson(*r.person, r.sight.Ownership) ||
		slices.ContainsFunc(r.contactOf, func(s domain.Sight) bool { return v.MaySee(s) }))
}

// people are the persons of the town, each with whose they are.
func (a asker) persons(t testing.TB) (out []row) {
	t.Helper()
	var ids []domain.PersonID
	for _, id := range a.IDs {
		if domain.ID(id).Kind() == domain.KindPerson {
			ids = append(ids, domain.PersonID(id))
		}
	}
	slices.Sort(ids)
	found, err := a.Hub.ReadPersons(t.Context(), apitest.Staff, ids)
	if err != nil {
		t.Fatal(err)
	}
	w := a.Hub.World()
	for _, id := range ids {
		p := found[id]
		r := row{id: domain.ID(id), person: &p, sight: domain.Sight{Class: domain.VisibilityPrivate, Ownership: w.OwnershipOf(p.Organisation)}}
		for q := range w.RequestsWith(id) {
			r.contactOf = append(r.contactOf, *q.Sight)
		}
		out = append(out, r)
	}
	return out
}

// class is a group of objects that the same see.
type class struct{ typeName, who string }

// whose words a row's sight, for the page.
func whose(r row) string {
	o := r.sight.Ownership
	sides := strings.Join(slices.DeleteFunc([]string{where(o.Project != "", "a project"), where(o.Landlord != "", "a landlord")}, func(s string) bool { return s == "" }), " and ")
	switch r.sight.Class {
	case domain.VisibilityPublic:
		return "published to all"
	case domain.VisibilityNetwork:
		return "published to the network"
	case domain.VisibilityPrivate:
		switch {
		case r.person != nil && len(r.contactOf) > 0:
			return "contact of a request, of " + sides
		case r.person != nil:
			return "of " + cmp.Or(sides, "staff")
		case sides == "":
			return "staff's"
		case r.id.Kind() == domain.KindRequest, r.id.Kind() == domain.KindInvitation, r.id.Kind() == domain.KindProposal, r.id.Kind() == domain.KindApproach, r.id.Kind() == domain.KindMessage:
			return "between staff, " + sides
		}
		return "not published, or to nobody, of " + sides
	}
	return strings.ToLower(strings.ReplaceAll(string(r.sight.Class), "_", " ")) + ", of " + cmp.Or(sides, "staff")
}

func where(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// tick is a cell of the page.
func tick(yes bool) string {
	if yes {
		return "yes"
	}
	return "–"
}

// TestPolicyPage keeps docs/policy.md as the predicates have it, and holds the API
// against each of its cells. After a change: go test ./resolvers -run PolicyPage -update.
func TestPolicyPage(t *testing.T) {
	t.Parallel()
	if race.Enabled {
		t.Skip("compares text")
	}
	a := asker{newTown(t, apitest.Setup{Trusted: []string{lookup, ownOf}}), make(map[domain.Viewer]apitest.Client)}
	rows := append(a.rows(), a.persons(t)...)
	seen := sightings{make(map[string][]sighting), make(map[string]bool)}
	a.look(t, rows, seen)
	rich, late := newRich(t), asker{newTown(t, apitest.Setup{Trusted: []string{lookup, ownOf}}), make(map[domain.Viewer]apitest.Client)}
	rich.look(t, append(rich.rows(), rich.persons(t)...), seen)
	late.more(t)
	late.look(t, append(late.rows(), late.persons(t)...), seen)
	page := map[string]string{
		"who sees an object": a.objects(t, rows),
		"who sees a field":   seen.table(t),
		"who does what":      a.actions(t),
	}
	const file = "../docs/policy.md"
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	after := string(before)
	for _, name := range slices.Sorted(maps.Keys(page)) {
		begin, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->\n"
		head, rest, ok := strings.Cut(after, begin)
		_, tail, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no place for %s", file, name)
		}
		after = head + begin + page[name] + end + tail
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if after != string(before) {
		t.Errorf("%s isn't what the hub does; go test ./resolvers -run PolicyPage -update\n%s", file, apart(string(before), after))
	}
}

func heading(first string) string {
	var titles []string
	for _, p := range parts {
		titles = append(titles, p.title)
	}
	return "| " + first + " | " + strings.Join(titles, " | ") + " |\n|" + strings.Repeat("---|", len(parts)+1) + "\n"
}

// objects is the table of who sees which object.
func (a asker) objects(t *testing.T, rows []row) string {
	lines := make(map[class]string)
	statuses, looked := make(map[class][]string), make(map[string]int)
	for _, r := range rows {
		c := class{r.id.Kind().TypeName(), whose(r)}
		q, isRequest := a.Hub.World().Request(domain.RequestID(r.id))
		if isRequest && !slices.Contains(statuses[c], "`"+string(q.Doc.Status)+"`") {
			statuses[c] = append(statuses[c], "`"+string(q.Doc.Status)+"`")
		}
		// Some of those that are the same to everybody; the rule is that of all.
		if alike := fmt.Sprint(c, r.sight); !isRequest {
			if looked[alike]++; looked[alike] > 4 {
				continue
			}
		}
		var cells []string
		for _, p := range parts {
			viewer := p.viewer(a.town, r.sides())
			if got, says := a.seenBy(t, viewer, r.id) != nil, a.maySee(viewer, r); got != says {
				t.Errorf("%s %s, as %s: the API shows it: %v, the rule says %v", c.typeName, c.who, p.title, got, says)
			}
			cells = append(cells, tick(a.maySee(p.viewer(a.town, r.grouped().sides()), r.grouped())))
		}
		for name := range a.secrets { // and what keys see, which lack something of it
			if viewer := a.viewer(t, name); viewer.Embedded == "" {
				if got, says := a.seenWith(t, a.client(t, name), r.id) != nil, a.maySee(viewer, r); got != says {
					t.Errorf("%s %s, by the key %q: the API shows it: %v, the rule says %v", c.typeName, c.who, name, got, says)
				}
			}
		}
		line := strings.Join(cells, " | ")
		if before, ok := lines[c]; ok && before != line {
			t.Errorf("not all %s are seen by the same: %s\n%s\n%s", c, r.id, before, line)
		}
		lines[c] = line
	}
	var b strings.Builder
	b.WriteString(heading("object"))
	for _, c := range slices.SortedFunc(maps.Keys(lines), func(x, y class) int {
		return cmp.Or(strings.Compare(x.typeName, y.typeName), strings.Compare(x.who, y.who))
	}) {
		slices.Sort(statuses[c])
		fmt.Fprintf(&b, "| `%s` %s%s | %s |\n", c.typeName, c.who, where(len(statuses[c]) > 0, " ("+strings.Join(statuses[c], ", ")+")"), lines[c])
	}
	return b.String()
}

// rule says to whom a field is shown of those who see its object.
type rule struct {
	title string
	says  func(domain.Viewer, domain.Ownership) bool
}

var rules = []rule{
	{"members of the network (`SeesConfidential`)", func(v domain.Viewer, _ domain.Ownership) bool { return v.SeesConfidential() }},
	{"its own organisation, its group and staff (`SeesManagement`)", func(v domain.Viewer, o domain.Ownership) bool { return v.SeesManagement(o) }},
	{"its landlord, the landlord's group and staff (`SeesManagement` of the landlord)", func(v domain.Viewer, o domain.Ownership) bool {
		return v.SeesManagement(domain.Ownership{Landlord: o.Landlord, Group: o.Group})
	}},
	{"keys made to see personal data, and people (`SeesPersonalData`)", func(v domain.Viewer, _ domain.Ownership) bool { return v.SeesPersonalData() }},
}

// sighting is a field that was shown to somebody who sees its object, or not.
type sighting struct {
	viewer domain.Viewer
	of     domain.Ownership
	shown  bool
	id     domain.ID
}

// sightings are those of each field, and the fields that lead to other objects.
type sightings struct {
	of    map[string][]sighting
	links map[string]bool
}

// look notes who is shown what of rows. What leads to others has to lead to those
// that the viewer sees; what is shown has to be the same to all.
func (a asker) look(t *testing.T, rows []row, into sightings) {
	all := make(map[domain.ID]row)
	for _, r := range rows {
		all[r.id] = r
	}
	looked := make(map[string]int)
	fresh := func(r row, full map[string]string) (is bool) {
		for path := range full {
			path += whose(r)
			looked[path]++
			is = is || looked[path] <= 2
		}
		return is
	}
each:
	for _, r := range rows {
		answers, full := make(map[domain.Viewer]map[string]string), make(map[string]string)
		see := func(viewer domain.Viewer, got map[string]string) {
			if got == nil {
				return
			}
			answers[viewer] = got
			for path, value := range got {
				if len(value) > len(full[path]) {
					full[path] = value
				}
			}
		}
		for i := range parts { // staff first
			p := parts[len(parts)-1-i]
			viewer := p.viewer(a.town, r.sides())
			if see(viewer, a.seenBy(t, viewer, r.id)); i == 0 && len(full) > 0 && !fresh(r, full) {
				continue each // than was looked at before
			}
		}
		if r.sight.Landlord == a.landlord("monts") {
			for _, name := range []string{"key without persons", "key that reads", "key"} {
				see(a.viewer(t, name), a.seenWith(t, a.client(t, name), r.id))
			}
		}
		for path, value := range full {
			field := strings.Replace(path, "_", ".", 1)
			for viewer, got := range answers {
				if links := linked(value) && strings.TrimSpace(value) != string(r.id); links {
					var want []string
					for _, id := range strings.Fields(value) {
						if other, known := all[domain.ID(id)]; !known || a.maySee(viewer, other) {
							want = append(want, id)
						}
					}
					if !slices.Equal(strings.Fields(got[path]), want) {
						t.Errorf("%s of %s leads %+v to %q, want %q", field, r.id, viewer, got[path], want)
					}
					into.links[field] = true
					continue
				}
				if got[path] != value && got[path] != "" {
					t.Errorf("%s of %s is %q to %+v, and %q to others", field, r.id, got[path], viewer, value)
				}
				into.of[field] = append(into.of[field], sighting{viewer, r.sides(), got[path] == value, r.id})
			}
		}
	}
}

// unfilled are fields that no object of the three hubs has: plain facts that are
// shown with what stands beside them in the same object, and two of objects that one
// party alone sees, or both sides alike.
var unfilled = map[string]bool{
	"SitePriorityDistrict.code": true, "SitePriorityDistrict.district": true, "PalierRecurringSlot.from": true, "PalierRecurringSlot.until": true,
	"HostingRequestMatch.failing": true, "HostingRequest.reminders": true, "DeadLetter.personId": true,
}

// fields is the table of the fields that fewer see than their object.
func (s sightings) table(t *testing.T) string {
	byRule := make([]map[string]bool, len(rules))
	for i := range byRule {
		byRule[i] = make(map[string]bool)
	}
	// A field has to be there in some object, of the type that has it.
	there := make(map[string]bool)
	for _, p := range places() {
		there[p.field] = there[p.field] || len(s.of[p.path]) > 0 || s.links[p.path]
	}
	for field, is := range there {
		if is == unfilled[field] {
			t.Errorf("%s is there: %v; an object that has it is needed, to say who sees it", field, is)
		}
	}
	for field, seen := range s.of {
		if !slices.ContainsFunc(seen, func(s sighting) bool { return !s.shown }) {
			continue // for whoever sees the object
		}
		found := false
		for i, rule := range rules {
			if !slices.ContainsFunc(seen, func(s sighting) bool { return s.shown != rule.says(s.viewer, s.of) }) {
				byRule[i][field], found = true, true
				break
			}
		}
		if !found {
			t.Errorf("no rule says who sees %s:", field)
			for _, s := range seen[:min(12, len(seen))] {
				t.Logf("%s %+v: %v", s.id, s.viewer, s.shown)
			}
		}
	}
	var b strings.Builder
	b.WriteString("| fields | shown, of those who see the object, to |\n|---|---|\n")
	for i, rule := range rules {
		for _, group := range grouped(byRule[i]) {
			fmt.Fprintf(&b, "| %s | %s |\n", group, rule.title)
		}
	}
	for _, group := range grouped(s.links) {
		fmt.Fprintf(&b, "| %s | whoever sees what it leads to |\n", group)
	}
	return b.String()
}

// placed is a field of a type, on a path to it.
type placed struct{ path, field string }

// places are the fields that a Node type's objects have by themselves.
func places() (out []placed) {
	var visit func(path string, d *ast.Definition)
	visit = func(path string, d *ast.Definition) {
		for _, f := range fieldsOf(d) {
			of := apitest.Schema.Types[f.Type.Name()]
			switch {
			case f.Name == "id", !strings.Contains(ownFields(&ast.Definition{Name: d.Name, Fields: ast.FieldList{f}}), " "+f.Name+" "):
			case of.Kind == ast.Object && !isNode(of):
				visit(path+"."+f.Name, of)
			default:
				out = append(out, placed{path + "." + f.Name, d.Name + "." + f.Name})
			}
		}
	}
	for _, d := range apitest.Schema.GetPossibleTypes(nodeType) {
		visit(d.Name, d)
	}
	return out
}

// linked tells whether a value is the ids of other objects.
func linked(value string) bool {
	for _, id := range strings.Fields(value) {
		if k := domain.ID(id).Kind(); k == "" || k.TypeName() == "" {
			return false
		}
	}
	return len(strings.Fields(value)) > 0
}

// grouped are the fields of each type in a line.
func grouped(fields map[string]bool) (out []string) {
	byType := make(map[string][]string)
	for f := range fields {
		of, name, _ := strings.Cut(f, ".")
		byType[of] = append(byType[of], "`"+name+"`")
	}
	for _, of := range slices.Sorted(maps.Keys(byType)) {
		slices.Sort(byType[of])
		out = append(out, "`"+of+"`: "+strings.Join(byType[of], ", "))
	}
	return out
}

// actors are the columns of the table of actions: whose objects are those of Monts
// Habitat and of La cantine.
var actors = []struct{ title, name string }{
	{"nobody", "PUBLIC"}, {"observer", "OBSERVER"}, {"its project", "cantine"}, {"other project", "semis"},
	{"its landlord", "monts"}, {"its group", "group"}, {"other landlord", "plaine"}, {"staff", "STAFF"},
}

// naming an organisation beside the object, so that the action is its own.
var owners = []string{"landlordId", "projectId", "organisation"}

// tries are a mutation's ways to be asked for what it does to the objects of an
// organisation: by each input that names whose it is to be, or else by what it needs.
func tries(f *ast.FieldDefinition) (out []document) {
	s := step{apitest.Schema.Mutation, f}
	selection := "{ userErrors { code message } }"
	for _, p := range positionsOf(s) {
		last := p.path[len(p.path)-1]
		if slices.Contains(owners, last) && !p.required && len(p.path) <= 3 && !slices.Contains(p.path, "site") && !slices.Contains(p.path, "space") && !slices.Contains(p.path, "need") && !slices.Contains(p.path, "landlordNeed") {
			out = append(out, calling("mutation", call{s, p.path, selection}))
		}
	}
	if out == nil {
		out = append(out, calling("mutation", call{s, nil, selection}))
	}
	return out
}

// actions is the table of who does what, as the hub decides it: each mutation is
// asked for by everybody, on objects of one landlord and one project. Where the right
// is looked at first, it is asked with an older version, so that nothing comes of it.
func (a asker) actions(t *testing.T) string {
	columns := make([]map[string]string, len(actors))
	for i, c := range actors {
		v := a.town
		if c.name == "cantine" || c.name == "monts" || c.name == "group" || c.name == "STAFF" { // who may see requests do something with them
			v = newTown(t, apitest.Setup{})
		}
		columns[i] = v.done(t, c.name)
	}
	var b strings.Builder
	b.WriteString("| action |")
	for _, c := range actors {
		b.WriteString(" " + c.title + " |")
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(actors)+1) + "\n")
	own := a.filling(t, "STAFF")
	for _, f := range fieldsOf(apitest.Schema.Mutation) {
		fmt.Fprintf(&b, "| `%s` |", f.Name)
		for _, column := range columns {
			b.WriteString(" " + column[f.Name] + " |")
		}
		b.WriteString("\n")
		for _, name := range []string{"key that reads", "public key", "observer's key"} { // public pages open documents that are named to the hub
			d := tries(f)[0]
			answer := a.client(t, name).Try(t, d.text, d.variables(own, func(call) any { return a.IDs["monts"] }))
			if got := decided(t, f, answer); got != "SCOPE_MISSING" {
				t.Errorf("%s by a key that only reads, %s: %s", f.Name, name, got)
			}
		}
	}
	for lacking := range own.lacks {
		t.Errorf("what %s takes isn't known: teach the filler", lacking)
	}
	return b.String()
}

// done is what somebody may do, by mutation.
func (v town) done(t *testing.T, name string) map[string]string {
	own, client := v.filling(t, "STAFF"), v.client(t, name)
	objects := map[domain.Kind][]string{
		domain.KindLandlord: {"monts"}, domain.KindSite: {"colline"}, domain.KindSpace: {"salle"}, domain.KindLandlordNeed: {"courses"}, domain.KindProject: {"cantine"}, domain.KindNeed: {"cuisine"},
		domain.KindRequest: {"draft", "submitted", "review", "visited", "agreement", "rejected", "held", "pilot"}, domain.KindPlacement: {"placement"}, domain.KindInvitation: {"invitation"},
		domain.KindProposal: {"proposal to the landlord", "proposal to the project"}, domain.KindApproach: {"approach"}, domain.KindPerson: {"person monts", "person cantine"}, domain.KindAccessKey: {"key"},
		domain.KindMailing: {"mailing"},
	}
	own.ids = maps.Clone(own.ids)
	maps.DeleteFunc(own.ids, func(k domain.Kind, _ string) bool { return strings.HasPrefix(string(k), "hosting") })
	for kind, names := range objects {
		own.ids[kind] = v.IDs[names[0]]
	}
	for _, name := range v.byKind()[domain.KindMailing] {
		if v.IDs[name] != v.IDs["mailing"] { // which is retried
			own.ids["deadLetterDismiss"] = v.IDs[name]
		}
	}
	out := make(map[string]string)
	for _, f := range fieldsOf(apitest.Schema.Mutation) {
		answers := make(map[string]bool)
		own.unversioned = strings.HasPrefix(f.Name, "hostingRequest") || strings.HasPrefix(f.Name, "hostingInvitation") || strings.HasPrefix(f.Name, "hostingProposal")
		target := kindOfTarget(f)
		for _, d := range tries(f) {
			for _, object := range append([]string{""}, objects[target]...) {
				for _, organisation := range []string{"monts", "cantine"} {
					if organisation == "cantine" && (len(d.calls[0].path) == 0 || d.calls[0].path[len(d.calls[0].path)-1] != "organisation") {
						continue
					}
					with := own
					with.ids = maps.Clone(own.ids)
					if object != "" {
						with.ids[target] = v.IDs[object]
					}
					if name == "cantine" {
						with.ids[domain.KindPerson] = v.IDs["person cantine"]
					}
					request, isRequest := v.Hub.World().Request(domain.RequestID(with.ids[target]))
					answer := client.Try(t, d.text, d.variables(with, func(c call) any {
						if c.path[len(c.path)-1] == "projectId" {
							return v.IDs["cantine"]
						}
						return v.IDs[organisation]
					}))
					got := decided(t, f, answer)
					answers[got] = true
					if isRequest {
						v.agrees(t, name, f.Name, request.Doc, got)
					}
				}
			}
		}
		out[f.Name] = "–"
		for _, best := range []string{"no", "yes"} {
			if answers[best] {
				out[f.Name] = best
			}
		}
	}
	return out
}

// agrees holds what was decided of a request against the table of its life.
func (v town) agrees(t *testing.T, name, mutation string, r *domain.HostingRequest, got string) {
	t.Helper()
	party, acts := r.PartyOf(v.viewer(t, name))
	theirs, now := false, false
	known := false
	for _, tr := range domain.RequestTransitions() {
		if tr.Mutation == mutation {
			known = true
			theirs = theirs || acts && slices.Contains(tr.By, party)
		}
	}
	for _, tr := range r.Allowed(party) {
		now = now || acts && tr.Mutation == mutation
	}
	if known && (now && got != "yes" || !theirs && got == "yes") {
		t.Errorf("%s of a request that is %s, by %s: %s; by the table it is theirs: %v, and now: %v", mutation, r.Status, name, got, theirs, now)
	}
}

func kindOfTarget(f *ast.FieldDefinition) domain.Kind {
	for _, k := range kindsOfFields {
		if strings.HasPrefix(f.Name, k.prefix) {
			return k.kind
		}
	}
	return ""
}

// decided is what a hub says of an action: that whoever asks may do it, though not
// now or not so, that they may not, or that there is nothing that they see to do it
// to.
func decided(t *testing.T, f *ast.FieldDefinition, a apitest.Answer) string {
	t.Helper()
	out := "yes"
	for _, r := range a.Refusals() {
		switch r.Code {
		case "NOT_FOUND":
			out = "–"
		case "NOT_ALLOWED":
			return "no"
		case "SCOPE_MISSING":
			return r.Code
		case "GRAPHQL_VALIDATION_FAILED":
			t.Errorf("%s is asked for wrongly: %s", f.Name, a.Body)
		}
	}
	return out
}
