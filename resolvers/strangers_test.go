package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/apitest"
)

// namings ask with an object of a kind at every position that can name one: queries,
// and mutations.
var namings = map[domain.Kind][]document{}

func init() {
	for _, kind := range kinds {
		queries, mutations := namingAll(kind, apitest.Schema.Query), namingAll(kind, apitest.Schema.Mutation)
		var together []call
		for _, c := range queries {
			if c.on == apitest.Schema.Query && c.field.Type.NonNull { // what it is refused with would be all that is answered
				namings[kind] = append(namings[kind], calling("query", c))
			} else {
				together = append(together, c)
			}
		}
		namings[kind] = append(namings[kind], calling("query", together...))
		if len(mutations) > 0 {
			namings[kind] = append(namings[kind], calling("mutation", mutations...))
		}
	}
}

func namingAll(kind domain.Kind, root *ast.Definition) (calls []call) {
	for _, p := range allPositions(root) {
		if slices.Contains(p.kinds(), kind) {
			calls = append(calls, call{p.step, p.path, shallow(p.step.field.Type)})
		}
	}
	return calls
}

// allNamings are their texts, and what else the tests here ask.
func allNamings() []string {
	out := []string{lookup}
	for _, documents := range namings {
		for _, d := range documents {
			out = append(out, d.text)
		}
	}
	return out
}

// lookup is a document that tells whether a viewer sees an object.
const lookup = `query($id: ID!) { node(id: $id) { id } }`

// strangers are those who ask, by name: whoever isn't of Monts Habitat and La
// cantine, and these two, to whom what is others' is hidden as well.
var strangers = []string{"PUBLIC", "OBSERVER", "public key", "pages of monts", "pages of plaine", "plaine", "scene", "group", "monts", "cantine", "key without persons"}

// filling is what a stranger asks with beside what is hidden: what it sees, and
// best what it has.
func (v town) filling(t testing.TB, name string) filler {
	t.Helper()
	f := filler{ids: map[domain.Kind]string{"owner": v.IDs["monts"], domain.KindRegion: string(domain.CodeID(domain.KindRegion, "11")),
		domain.KindDepartement: string(domain.CodeID(domain.KindDepartement, "93")), domain.KindCommune: string(domain.CodeID(domain.KindCommune, "93066"))}, text: "x", lacks: make(map[string]bool)}
	for kind, names := range map[domain.Kind][]string{
		domain.KindLandlord: {"plaine", "monts"}, domain.KindSite: {"pre", "colline"}, domain.KindSpace: {"grange", "salle"}, domain.KindProject: {"scene", "cantine"},
		domain.KindNeed: {"theatre", "cuisine"}, domain.KindLandlordNeed: {"fleurs", "courses"}, domain.KindRequest: {"review", "draft", "request of la scène"},
		domain.KindPlacement: {"placement"}, domain.KindInvitation: {"invitation", "invitation of la scène"}, domain.KindProposal: {"proposal to the landlord", "proposal to the project", "proposal to the landlord of la scène"}, domain.KindApproach: {"approach"},
		domain.KindMessage: {"message SHARED STAFF review"}, domain.KindPerson: {"person " + name, "person monts", "person plaine", "person scene", "person cantine"}, domain.KindMailing: {"mailing"},
		domain.KindAccessKey: {"key"}, domain.KindAccountAccess: {"access"},
	} {
		switch name {
		case "monts", "cantine", "STAFF", "group", "key without persons", "pages of monts":
			slices.Reverse(names)
			if kind == domain.KindPerson || kind == domain.KindRequest {
				slices.Reverse(names)
			}
		}
		f.ids[kind] = v.IDs[names[0]]
		for _, n := range names {
			if v.IDs[n] != "" && v.sees(t, name, v.IDs[n]) {
				f.ids[kind] = v.IDs[n]
				break
			}
		}
	}
	return f
}

func (v town) sees(t testing.TB, name, id string) bool {
	t.Helper()
	var answer struct{ Node *struct{ ID string } }
	v.client(t, name).Query(t, &answer, lookup, map[string]any{"id": id})
	return answer.Node != nil
}

// value is what a position is given so that it names an object: its id, or where it
// wants it what else it is called.
func (v town) value(c call, id string) any {
	name := c.path[len(c.path)-1]
	if !naming[name] {
		return id
	}
	if called := v.called(domain.ID(id)); called[name] != "" {
		return called[name]
	}
	return map[bool]string{true: "000001453", false: "personne"}[name == "siren"]
}

// called is what an object is called besides its id.
func (v town) called(id domain.ID) map[string]string {
	w, out := v.Hub.World(), make(map[string]string)
	ref := func(r *string) {
		if r != nil {
			out["externalRef"] = *r
		}
	}
	switch id.Kind() {
	case domain.KindLandlord:
		if row, ok := w.Landlord(domain.LandlordID(id)); ok && row.Doc.Siren != nil {
			out["siren"] = string(*row.Doc.Siren)
		}
	case domain.KindProject:
		if row, ok := w.Project(domain.ProjectID(id)); ok {
			out["slug"] = row.Doc.Slug
		}
	case domain.KindSite:
		if row, ok := w.Site(domain.SiteID(id)); ok {
			ref(row.Doc.ExternalRef)
			out["siteRef"] = out["externalRef"]
		}
	case domain.KindSpace:
		if row, ok := w.Space(domain.SpaceID(id)); ok {
			ref(row.Doc.ExternalRef)
		}
	case domain.KindLandlordNeed:
		if row, ok := w.LandlordNeed(domain.LandlordNeedID(id)); ok {
			ref(row.Doc.ExternalRef)
		}
	}
	return out
}

// owner is the landlord by whom an object's reference is asked for.
func (v town) owner(id domain.ID) string {
	for _, r := range v.rows() {
		if r.id == id {
			return string(r.sight.Landlord)
		}
	}
	return v.IDs["monts"]
}

// names of what is in the town, by kind, in order.
func (v town) byKind() map[domain.Kind][]string {
	out := make(map[domain.Kind][]string)
	for _, name := range slices.Sorted(maps.Keys(v.IDs)) {
		kind := v.id(name).Kind()
		out[kind] = append(out[kind], name)
	}
	return out
}

// row is one of the World's, whatever its kind.
type row struct {
	id    domain.ID
	sight domain.Sight
}

// rows are all that the World has.
func (v town) rows() (out []row) {
	w := v.Hub.World()
	for r := range w.Landlords() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Sites() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Spaces() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.LandlordNeeds() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Projects() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Needs() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Requests() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Placements() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Invitations() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Proposals() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.Approaches() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.AccessKeys() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.AccountAccesses() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for r := range w.DeadLetters() {
		out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
	}
	for request := range w.Requests() {
		for r := range w.MessagesOf(request.Doc.ID) {
			out = append(out, row{domain.ID(r.Doc.ID), *r.Sight})
		}
	}
	return out
}

// missing is an id of an object's kind that nothing has.
func missing(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return prefix + "_" + strings.Repeat("a", 20)
}

// ask asks a naming document with an object at all positions, or with one of its
// kind that is missing, and answers with neither's names.
func (v town) ask(t testing.TB, c apitest.Client, f filler, d document, id string, there bool) string {
	t.Helper()
	with := id
	if !there {
		with = missing(id)
	}
	f.ids = maps.Clone(f.ids)
	f.ids["owner"] = v.owner(domain.ID(id))
	a := c.Try(t, d.text, d.variables(f, func(c call) any { return v.value(c, with) }))
	if a.Status != 200 {
		t.Fatalf("status %d: %.2000s", a.Status, a.Body)
	}
	if bytes.Contains(a.Body, []byte(`"GRAPHQL_`)) {
		t.Fatalf("the document isn't right: %.2000s", a.Body)
	}
	names := []string{domain.ID(with).Code(), "…", `"000001453"`, `"…"`, "personne", "…"}
	for _, called := range v.called(domain.ID(id)) {
		names = append(names, called, "…")
	}
	return strings.NewReplacer(names...).Replace(sorted(t, a, len(d.calls) == 1))
}

// sorted is an answer with its errors in order: fields are resolved side by side,
// and which of them fails first is chance.
func sorted(t testing.TB, a apitest.Answer, alone bool) string {
	t.Helper()
	var parts struct {
		Errors     []json.RawMessage
		Data       json.RawMessage
		Extensions json.RawMessage
	}
	if err := json.Unmarshal(a.Body, &parts); err != nil {
		t.Fatal(err)
	}
	if string(parts.Data) == "null" && !alone {
		t.Fatalf("nothing is answered: %.2000s", a.Body)
	}
	slices.SortFunc(parts.Errors, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return fmt.Sprintf("%s\n%s\n%s", parts.Data, parts.Errors, parts.Extensions)
}

// TestHiddenIsMissing: wherever the schema takes an object's id, or what else it is
// called, one that is hidden is answered as one that is missing, byte for byte.
func TestHiddenIsMissing(t *testing.T) {
	t.Parallel()
	v := newTown(t, apitest.Setup{Trusted: allNamings()})
	for _, name := range strangers {
		t.Run(name, func(t *testing.T) {
			client, f, hidden := v.client(t, name), v.filling(t, name), 0
			for kind, names := range v.byKind() {
				n := 0
				for _, of := range names {
					if id := v.IDs[of]; (n < 2 || strings.HasSuffix(of, "theatre") || strings.Contains(of, "retrait") || strings.Contains(of, "parti") || of == "lost space") && !v.sees(t, name, id) {
						n++
						for _, d := range namings[kind] {
							if a, b := v.ask(t, client, f, d, id, true), v.ask(t, client, f, d, id, false); a != b {
								t.Errorf("%s, a %s: hidden and missing differ\n%s", of, kind, apart(a, b))
							}
						}
					}
				}
				hidden += n
			}
			if hidden == 0 {
				t.Error("nothing is hidden: the test compares nothing")
			}
			for lacking := range f.lacks {
				t.Errorf("what %s takes isn't known: teach the filler", lacking)
			}
		})
	}
}

// apart shows where two texts part.
func apart(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-300):min(len(s), i+200)] }
	return fmt.Sprintf("…%s…\n…%s…", around(a), around(b))
}
