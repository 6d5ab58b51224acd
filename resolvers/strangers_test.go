package resolvers_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/race"
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
var strangers = few("pages of monts", "plaine", "cantine", "PUBLIC", "OBSERVER", "scene", "group", "monts")

// few are the first three under the race detector, and else all.
func few(names ...string) []string {
	if race.Enabled {
		return names[:3]
	}
	return names
}

// filling is what a stranger asks with beside what is hidden: what it sees, and
// best what it has.
func (v town) filling(t testing.TB, name string) filler {
	t.Helper()
	f := filler{ids: map[domain.Kind]string{"owner": v.IDs["monts"], domain.KindRegion: string(domain.CodeID(domain.KindRegion, "11")),
		domain.KindDepartement: string(domain.CodeID(domain.KindDepartement, "93")), domain.KindCommune: string(domain.CodeID(domain.KindCommune, "93066"))}, text: "x", lacks: make(map[string]bool)}
	for kind, names := range map[domain.Kind][]string{
		domain.KindLandlord: {"plaine", "monts"}, domain.KindSite: {"pre", "colline"}, domain.KindSpace: {"grange", "room review"}, domain.KindProject: {"scene", "cantine"},
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
	f.version = func(id string) int { return v.version(domain.ID(id)) }
	for field, request := range map[string]string{"hostingRequestChange": "draft", "hostingRequestSendToLandlord": "submitted", "hostingRequestScope": "visited", "hostingRequestReopen": "rejected"} {
		f.ids[domain.Kind(field)] = v.IDs[request]
	}
	return f
}

// version is an object's; 1 for one without.
func (v town) version(id domain.ID) int {
	w := v.Hub.World()
	switch id.Kind() {
	case domain.KindLandlord:
		if r, ok := w.Landlord(domain.LandlordID(id)); ok {
			return r.Doc.Version
		}
	case domain.KindProject:
		if r, ok := w.Project(domain.ProjectID(id)); ok {
			return r.Doc.Version
		}
	case domain.KindLandlordNeed:
		if r, ok := w.LandlordNeed(domain.LandlordNeedID(id)); ok {
			return r.Doc.Version
		}
	case domain.KindApproach:
		if r, ok := w.Approach(domain.ApproachID(id)); ok {
			return r.Doc.Version
		}
	case domain.KindInvitation:
		if r, ok := w.Invitation(domain.InvitationID(id)); ok {
			return r.Doc.Version
		}
	case domain.KindRequest:
		if r, ok := w.Request(domain.RequestID(id)); ok {
			return r.Doc.Version
		}
	}
	return 1
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
	if name == "representations" { // by each of its keys
		kind := domain.ID(id).Kind()
		out := []any{map[string]any{"__typename": kind.TypeName(), "id": id}}
		if key := map[domain.Kind]string{domain.KindLandlord: "siren", domain.KindProject: "slug"}[kind]; key != "" {
			out = append(out, map[string]any{"__typename": kind.TypeName(), key: v.calledOr(key, id)})
		}
		return out
	}
	if !naming[name] {
		return id
	}
	return v.calledOr(name, id)
}

// calledOr is what an object is called, or what none is.
func (v town) calledOr(name, id string) string {
	return cmp.Or(v.called(domain.ID(id))[name], map[bool]string{true: "000001453", false: "personne"}[name == "siren"])
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
			if out["externalRef"] != "S-1" { // which everybody has
				out["siteRef"] = out["externalRef"]
			}
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
	// person is who it is, if it is one, and contactOf of which requests they are a
	// contact.
	person    *domain.Person
	contactOf []domain.Sight
}

// rows are all that the World has.
func (v town) rows() (out []row) {
	w := v.Hub.World()
	for r := range w.Landlords() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Sites() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Spaces() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.LandlordNeeds() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Projects() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Needs() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Requests() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Placements() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Invitations() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Proposals() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.Approaches() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.AccessKeys() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.AccountAccesses() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for r := range w.DeadLetters() {
		out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
	}
	for request := range w.Requests() {
		for r := range w.MessagesOf(request.Doc.ID) {
			out = append(out, row{id: domain.ID(r.Doc.ID), sight: *r.Sight})
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
	if race.Enabled {
		t.Skip("compares text")
	}
	v := newTown(t, apitest.Setup{Trusted: allNamings()})
	for _, name := range strangers {
		t.Run(name, func(t *testing.T) {
			client, f := v.client(t, name), v.filling(t, name)
			hidden := make(map[string]bool)
			for what, id := range v.IDs {
				if !v.sees(t, name, id) {
					hidden[what] = true
				}
			}
			asked := map[string]bool{v.IDs["monts"]: true, v.IDs["bientot"]: true, v.IDs["retrait"]: true} // the owners of references
			for _, id := range f.ids {
				asked[id] = true
			}
			if len(hidden) < 20 {
				t.Errorf("only %d are hidden: the test compares too little", len(hidden))
			}
			for kind, names := range v.byKind() {
				n := 0
				for _, of := range names {
					// All that somebody sees a request to or of, and some of the rest.
					if n++; !hidden[of] || n > 2 && of != "theatre" && of != "lost space" && !strings.Contains(of, "retrait") && !strings.Contains(of, "parti") {
						continue
					}
					for _, d := range namings[kind] {
						there, missing := v.ask(t, client, f, d, v.IDs[of], true), v.ask(t, client, f, d, v.IDs[of], false)
						if there != missing {
							t.Errorf("%s, a %s: hidden and missing differ\n%s", of, kind, apart(there, missing))
						}
						for other := range hidden {
							if strings.Contains(there, v.id(other).Code()) && !asked[v.IDs[other]] {
								t.Errorf("whoever asks about %s is told of %s:\n%.2000s", of, other, there)
							}
						}
						if !v.viewer(t, name).SeesRequests() && strings.Contains(there, "SECRET") {
							t.Errorf("whoever asks about %s is told what people typed:\n%.2000s", of, there)
						}
					}
				}
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

// known are who knows an object that somebody else doesn't: those who may act on it.
var known = []string{"STAFF", "monts", "cantine", "plaine", "scene"}

// TestPositionsAreReached: at every position, somebody who sees an object is answered
// otherwise than for one that is missing; else comparing the two, as above, would
// tell nothing. A position that isn't reached is one that the walk doesn't know how
// to ask at.
func TestPositionsAreReached(t *testing.T) {
	t.Parallel()
	reached := make(map[string]bool)
	for _, name := range known {
		v := newTown(t, apitest.Setup{}) // what is reached is done
		client, f := v.client(t, name), v.filling(t, name)
		for kind, names := range v.byKind() {
			for _, d := range namings[kind] {
				for _, c := range d.calls {
					at := position{step: c.step, path: c.path}.String()
					alone := calling(map[bool]string{true: "mutation", false: "query"}[c.on == apitest.Schema.Mutation], c)
					for _, of := range names {
						if reached[at] {
							break
						}
						if v.sees(t, name, v.IDs[of]) && v.ask(t, client, f, alone, v.IDs[of], true) != v.ask(t, client, f, alone, v.IDs[of], false) {
							reached[at] = true
						}
					}
				}
			}
		}
	}
	for _, root := range []*ast.Definition{apitest.Schema.Query, apitest.Schema.Mutation} {
		for _, p := range allPositions(root) {
			if len(p.kinds()) == 0 {
				t.Errorf("what %s names isn't known: teach kindsOf", p)
			} else if !reached[p.String()] {
				t.Errorf("%s isn't reached: everybody is answered the same", p)
			}
		}
	}
}
