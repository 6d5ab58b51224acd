package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/race"
)

// outsiders see nothing of what is hidden in one of two towns.
var outsiders = few("pages of monts", "OBSERVER", "scene", "PUBLIC", "plaine")

// towns are two of the same past; then much is done in the second that no outsider
// may see, and in both the same that all see. The position is where they part.
func towns(t *testing.T, trusted []string) (plain, other town, extra uint64, start string) {
	t.Helper()
	dir, copied := t.TempDir(), t.TempDir()
	var built town
	if !t.Run("built", func(t *testing.T) { built = newTown(t, apitest.Setup{Dir: dir}) }) {
		t.FailNow()
	}
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(copied, "signing.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(dir string) town {
		return town{apitest.Village{Server: apitest.Setup{Dir: dir, Trusted: trusted}.New(t), IDs: maps.Clone(built.IDs)}, built.secrets}
	}
	plain, other = open(dir), open(copied)
	var now struct{ Changes struct{ EndPosition string } }
	other.client(t, "PUBLIC").Query(t, &now, `{ changes { endPosition } }`, nil)
	before := other.Hub.World().Commit()
	other.hide(t)
	extra = other.Hub.World().Commit() - before
	for _, v := range []town{plain, other} {
		v.SetClock(1_000_000)
		v.change(t)
	}
	return plain, other, extra, now.Changes.EndPosition
}

// hide does what no outsider may see, with what they do see and beside it.
func (v town) hide(t testing.TB) {
	t.Helper()
	named := func(name string) string { return "SECRET " + name }
	public := func(name string) domain.SpaceFields {
		return apitest.SpaceFields(named(name), domain.VisibilityPublic, "H-"+name)
	}
	// Under what is seen: what is private, and what isn't published.
	private := public("privé")
	private.Visibility = domain.VisibilityPrivate
	v.IDs["private space"] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: v.siteRef("colline"), Space: private, Publish: true})
	v.IDs["draft space"] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: v.siteRef("colline"), Space: public("brouillon")})
	v.IDs["draft site"] = v.do(t, apitest.Staff, hub.RegisterSite{LandlordID: v.ref("monts"), Site: apitest.SiteFields(named("site"), "93066", "H-site")})
	v.IDs["space of a draft site"] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: v.siteRef("draft site"), Space: public("sous brouillon"), Publish: true})
	v.IDs["private need"] = v.do(t, apitest.Staff, hub.RegisterLandlordNeed{LandlordID: v.ref("monts"), Need: apitest.LandlordNeedFields(named("besoin"), domain.VisibilityPrivate, "H-n"), Publish: true})
	v.IDs["draft need"] = v.do(t, apitest.Staff, hub.RegisterNeed{ProjectID: v.ref("cantine"), Need: apitest.NeedFields(named("besoin"))})
	// Organisations that aren't seen, one of them a subsidiary of one that is.
	branch := apitest.LandlordFields(named("filiale"))
	branch.GroupID = new(domain.LandlordID(v.IDs["group"]))
	v.IDs["hidden landlord"] = v.do(t, apitest.Staff, hub.RegisterLandlord{Landlord: branch})
	v.IDs["site of a hidden landlord"] = v.do(t, apitest.Staff, hub.RegisterSite{LandlordID: v.ref("hidden landlord"), Site: apitest.SiteFields(named("site"), "75056", "H-s"), Publish: true})
	v.IDs["space of a hidden landlord"] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: v.siteRef("site of a hidden landlord"), Space: public("local"), Publish: true})
	v.IDs["need of a hidden landlord"] = v.do(t, apitest.Staff, hub.RegisterLandlordNeed{LandlordID: v.ref("hidden landlord"), Need: apitest.LandlordNeedFields(named("besoin"), domain.VisibilityPublic, "H-m"), Publish: true})
	v.IDs["hidden project"] = v.do(t, apitest.Staff, hub.RegisterProject{Project: apitest.ProjectFields("cache", named("projet"))})
	v.IDs["need of a hidden project"] = v.do(t, apitest.Staff, hub.RegisterNeed{ProjectID: v.ref("hidden project"), Need: apitest.NeedFields(named("besoin")), Publish: true})
	// What is between two of them, people, keys and rights.
	v.person(t, "monts", "another person of monts")
	v.person(t, "cantine", "another person of cantine")
	for i, s := range stages {
		if s.name == "pilot" { // its placement is public
			continue
		}
		v.request(t, fmt.Sprint("hidden request ", i), "cantine", "cuisine", "monts", "salle", s.steps...)
	}
	v.way(t, " that is hidden", "monts", "cantine", "cuisine", "room review")
	role := domain.RoleLandlord
	v.key(t, "hidden key", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: &role})
	v.do(t, apitest.Staff, hub.GrantAccess{Account: "SECRET-other", Role: domain.RoleObserver})
	v.mail(t)
	// And what was seen changes where it isn't seen.
	facts, err := hub.NewPatch[domain.SpaceFields](map[string]any{"ExternalRef": new("H-renamed")})
	if err != nil {
		t.Fatal(err)
	}
	v.do(t, apitest.Staff, hub.ChangeSpace{Space: domain.VacantSpaceRef{ID: v.ref("cave")}, ExpectedVersion: new(1), Changes: facts})
}

// change does what all see.
func (v town) change(t testing.TB) {
	t.Helper()
	facts, err := hub.NewPatch[domain.SpaceFields](map[string]any{"Label": "Salle repeinte"})
	if err != nil {
		t.Fatal(err)
	}
	v.do(t, apitest.Staff, hub.ChangeSpace{Space: domain.VacantSpaceRef{ID: v.ref("salle")}, ExpectedVersion: new(1), Changes: facts})
	v.do(t, apitest.Staff, hub.StepNeed{ID: v.id("cuisine"), To: domain.PublicationWithdrawn})
	v.do(t, apitest.Staff, hub.StepNeed{ID: v.id("cuisine"), To: domain.PublicationPublished})
	v.do(t, apitest.Staff, hub.AddPractice{ID: v.id("placement"), Practice: domain.Practice{Kind: domain.PracticeWorked, Text: "Ouvrir tôt."}})
}

// leveller makes answers of the two towns comparable. Commit numbers are public, and
// those after what is hidden are further on by as many; cursors and positions are
// sealed, and hold one. (What they lead to is compared by following them.) Nothing
// else may differ.
type leveller struct{ from, extra uint64 }

func (l leveller) level(t testing.TB, a apitest.Answer) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(a.Body))
	decoder.UseNumber()
	var all any
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(l.value("", all))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func (l leveller) value(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = l.value(k, x)
		}
		if errs, ok := v["errors"].([]any); ok { // of fields that are resolved side by side
			slices.SortFunc(errs, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	case []any:
		for i, x := range v {
			v[i] = l.value(key, x)
		}
	case string:
		if key == "cursor" || strings.HasPrefix(key, "cursorString") || strings.HasPrefix(key, "startCursor") || strings.HasPrefix(key, "endCursor") || strings.HasPrefix(key, "positionString") || strings.HasPrefix(key, "endPosition") {
			return "sealed"
		}
	case json.Number:
		if n, err := v.Int64(); err == nil && strings.Contains(strings.ToLower(key), "commit") && uint64(n) > l.from+l.extra {
			return n - int64(l.extra)
		}
	}
	return v
}

// TestWhatIsHiddenChangesNothing: an outsider is answered the same by a hub in which
// much more is hidden, whatever is asked of it. The one exception is what docs/statistics.md
// says of totals: hosting requests are counted for those who may see none of them.
func TestWhatIsHiddenChangesNothing(t *testing.T) {
	t.Parallel()
	if race.Enabled {
		t.Skip("compares text")
	}
	trusted := []string{lookup}
	for _, d := range wholes {
		trusted = append(trusted, d.text)
	}
	trusted = append(trusted, following)
	for _, d := range pagings {
		trusted = append(trusted, d.text)
	}
	plain, other, extra, start := towns(t, trusted)
	if extra < 50 {
		t.Errorf("only %d commits are hidden", extra)
	}
	from := plain.Hub.World().Commit() - 4 // those of what all see
	for _, name := range outsiders {
		t.Run(name, func(t *testing.T) {
			f := plain.filling(t, name)
			a, b := plain.client(t, name), other.client(t, name)
			for _, d := range wholes {
				variables := d.variables(f)
				answer := b.Try(t, d.text, variables)
				one, two := leveller{from, 0}.level(t, a.Try(t, d.text, variables)), leveller{from, extra}.level(t, answer)
				totals := d.field.Name == "hostingStatistics" && !plain.viewer(t, name).SeesRequests()
				if one != two && !totals {
					t.Errorf("%s tells of what is hidden\n%s", d.field.Name, apart(one, two))
				} else if one == two && totals {
					t.Errorf("%s doesn't count what it is said to count", d.field.Name)
				}
				if bytes.Contains(answer.Body, []byte("GRAPHQL_VALIDATION")) || bytes.Contains(answer.Body, []byte(`"data":null`)) {
					t.Errorf("%s isn't answered: %.1000s", d.field.Name, answer.Body)
				}
				for what, id := range other.IDs {
					if _, before := plain.IDs[what]; !before && bytes.Contains(answer.Body, []byte(domain.ID(id).Code())) {
						t.Errorf("%s tells of %s", d.field.Name, what)
					}
				}
			}
			for _, d := range pagings {
				if one, two := d.follow(t, a), d.follow(t, b); one != two {
					t.Errorf("the pages of %s tell of what is hidden\n%s", d.text, apart(one, two))
				}
			}
			if one, two := followed(t, a, start), followed(t, b, start); one != two || one == "" {
				t.Errorf("the changes tell of what is hidden\n%s", apart(one, two))
			}
		})
	}
	t.Run("noticed", func(t *testing.T) { // by staff
		f, noticed := plain.filling(t, "STAFF"), 0
		for _, d := range wholes {
			if noticed == 10 {
				break
			}
			variables := d.variables(f)
			if (leveller{from, 0}).level(t, plain.client(t, "STAFF").Try(t, d.text, variables)) != (leveller{from, extra}).level(t, other.client(t, "STAFF").Try(t, d.text, variables)) {
				noticed++
			}
		}
		if noticed < 10 {
			t.Errorf("staff are answered otherwise by %d fields: the test compares too little", noticed)
		}
	})
}

// TestEverythingIsAsked: the queries of the test before ask for every field that an
// answer can hold.
func TestEverythingIsAsked(t *testing.T) {
	asked := make(map[string]bool)
	for _, d := range wholes {
		for _, s := range d.asked {
			asked[s] = true
		}
	}
	for name := range ways {
		d := apitest.Schema.Types[name]
		if d.Kind != ast.Object || d == apitest.Schema.Query {
			continue
		}
		for _, f := range fieldsOf(d) {
			if s := (step{d, f}); !asked[s.String()] {
				t.Errorf("nothing asks for %s", s)
			}
		}
	}
}

// paging is a document that asks for the pages of a list of Query in an order.
type paging struct{ wholeDocument }

// pagings are those of all its lists, in all their orders.
var pagings = func() (out []paging) {
	for _, f := range fieldsOf(apitest.Schema.Query) {
		of := apitest.Schema.Types[f.Type.Name()]
		if !strings.HasSuffix(of.Name, "Connection") || apitest.Schema.Types[of.Fields.ForName("nodes").Type.Name()].Fields.ForName("id") == nil {
			continue
		}
		orders := []string{""}
		if by := f.Arguments.ForName("orderBy"); by != nil {
			orders = nil
			for _, v := range apitest.Schema.Types[by.Type.Name()].EnumValues {
				orders = append(orders, v.Name)
			}
		}
		for _, order := range orders {
			head, arguments := "$after: String", "first: 2, after: $after"
			if order != "" {
				arguments += ", orderBy: " + order
			}
			if near := inputOf(f, "near"); near != nil && order == "DISTANCE" {
				arguments += ", filter: { near: { latitude: 48.93, longitude: 2.35, radiusKm: 900 } }"
			}
			d := wholeDocument{step: step{apitest.Schema.Query, f}}
			d.text = fmt.Sprintf("query(%s) { list: %s(%s) { totalCount nodes { id } edges { node { id } } pageInfo { hasNextPage endCursor } facets { name counts { code count } } } }", head, f.Name, arguments)
			out = append(out, paging{d})
		}
	}
	return out
}()

// inputOf is an input of a field's filter; nil when it has none of the name.
func inputOf(f *ast.FieldDefinition, name string) *ast.FieldDefinition {
	filter := f.Arguments.ForName("filter")
	if filter == nil {
		return nil
	}
	return apitest.Schema.Types[filter.Type.Name()].Fields.ForName(name)
}

// follow is all that the pages of a list say, but for their cursors.
func (d paging) follow(t testing.TB, c apitest.Client) string {
	t.Helper()
	var said strings.Builder
	for after := any(nil); ; {
		var answer struct {
			List struct {
				TotalCount int
				Nodes      []struct{ ID string }
				Edges      []struct{ Node struct{ ID string } }
				PageInfo   struct {
					HasNextPage bool
					EndCursor   *string
				}
				Facets any
			}
		}
		c.Query(t, &answer, d.text, map[string]any{"after": after})
		end := answer.List.PageInfo.EndCursor
		answer.List.PageInfo.EndCursor = nil
		fmt.Fprintf(&said, "%+v\n", answer.List)
		if !answer.List.PageInfo.HasNextPage {
			return said.String()
		}
		after = *end
	}
}

const following = `query($after: String) { changes(after: $after, first: 2) { hasMore resync endPosition nodes { kind id action at effect node { id } } } }`

// followed is all that is told of changes since a position.
func followed(t testing.TB, c apitest.Client, after string) string {
	t.Helper()
	var said strings.Builder
	for {
		var answer struct {
			Changes struct {
				HasMore, Resync bool
				EndPosition     string
				Nodes           []map[string]any
			}
		}
		c.Query(t, &answer, following, map[string]any{"after": after})
		for _, n := range answer.Changes.Nodes {
			fmt.Fprintf(&said, "%v\n", n)
		}
		if answer.Changes.Resync {
			t.Fatal("the changes are told anew")
		}
		if after = answer.Changes.EndPosition; !answer.Changes.HasMore {
			return said.String()
		}
	}
}
