package resolvers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/apitest"
)

// lists are the paged lists at the root, with the type of their filter and the
// fields of theirs that can't be ordered by distance without a point.
var lists = []struct{ field, filter, order string }{
	{"landlords", "LandlordFilter", "LandlordOrder"},
	{"landlordSites", "LandlordSiteFilter", "LandlordSiteOrder"},
	{"vacantSpaces", "VacantSpaceFilter", "VacantSpaceOrder"},
	{"innovationProjects", "InnovationProjectFilter", "InnovationProjectOrder"},
	{"hostingNeeds", "HostingNeedFilter", "HostingNeedOrder"},
}

// wrongFilters are the values that each list's filter refuses.
var wrongFilters = map[string][]wrong{
	"landlords": {
		{"kinds", []any{"HLM"}, "kinds.0"}, {"kinds", []any{nil, nil, nil}, "kinds.0"}, {"kinds", "OPHH", "kinds.0"},
		{"groupId", "prj_aaaaaaaaaaaaaaaaaaaa", ""}, {"groupId", "$ne", ""}, {"groupId", "", ""},
		{"presentIn", "99999", ""}, {"presentIn", "93200", ""}, {"presentIn", "Saint-Denis", ""}, {"presentIn", "", ""},
		{"priorities", []any{"PEACE"}, "priorities.0"}, {"states", []any{"GONE"}, "states.0"},
	},
	"landlordSites": {
		{"landlordId", "sit_aaaaaaaaaaaaaaaaaaaa", ""}, {"priorityDistrict", []any{"FAR"}, "priorityDistrict.0"}, {"npnruInterests", []any{nil}, "npnruInterests.0"},
	},
	"vacantSpaces": {
		{"landlordId", "lld", ""}, {"siteId", "lld_aaaaaaaaaaaaaaaaaaaa", ""}, {"siteId", object{"$gt": ""}, ""},
		{"kinds", []any{"CASTLE"}, "kinds.0"}, {"statuses", []any{"FULL"}, "statuses.0"}, {"vacancyCauses", []any{"GHOSTS"}, "vacancyCauses.0"},
		{"stepFreeAccess", []any{"YES"}, "stepFreeAccess.0"}, {"occupancyForms", []any{"SQUAT"}, "occupancyForms.0"}, {"priorityDistrict", []any{nil}, "priorityDistrict.0"},
		{"minSurfaceM2", -1, ""}, {"minSurfaceM2", 0, ""}, {"maxSurfaceM2", -0.5, ""}, {"minSurfaceM2", "grand", ""},
		{"availableOn", "demain", ""}, {"availableOn", "2027-02-30", ""}, {"availableOn", "", ""}, {"shareable", "oui", ""},
		{"owner", "x", ""},
	},
	"innovationProjects": {
		{"domains", []any{"PEACE"}, "domains.0"}, {"publics", []any{"NOBODY"}, "publics.0"}, {"stages", []any{"DEAD"}, "stages.0"}, {"presentIn", "93999", ""},
		{"near", object{"latitude": 45, "longitude": 5, "radiusKm": 10, "of": []any{}}, "near.of"}, {"near", object{"latitude": 45, "longitude": 5, "radiusKm": 10, "of": []any{"HOSTED"}}, "near.of.0"},
	},
	"hostingNeeds": {
		{"projectId", "ned_aaaaaaaaaaaaaaaaaaaa", ""}, {"spaceKinds", []any{"CASTLE"}, "spaceKinds.0"}, {"activities", []any{"SLEEPING"}, "activities.0"},
		{"useKinds", []any{"SOMETIMES"}, "useKinds.0"}, {"seekingIn", "2A999", ""}, {"seekingIn", "69999", ""},
	},
	"matches": {
		{"eligibility", []any{"MAYBE"}, "eligibility.0"}, {"spaceKinds", []any{nil}, "spaceKinds.0"},
		{"landlordId", "spc_aaaaaaaaaaaaaaaaaaaa", ""}, {"projectId", "", ""},
		{"minScore", -1, ""}, {"minScore", 100.5, ""}, {"minScore", "haut", ""}, {"nearMissOnly", "oui", ""},
	},
}

func init() {
	for _, list := range []string{"landlords", "landlordSites", "vacantSpaces", "innovationProjects", "hostingNeeds"} {
		wrongFilters[list] = append(wrongFilters[list],
			wrong{"search", "", ""}, wrong{"search", " \t", ""}, wrong{"search", strings.Repeat("a", 10_000), ""}, wrong{"search", object{"$regex": ".*"}, ""})
	}
	for _, list := range []string{"landlordSites", "vacantSpaces", "innovationProjects"} {
		for at, near := range map[string]object{
			"latitude":  {"latitude": 90.1, "longitude": 5, "radiusKm": 10},
			"longitude": {"latitude": 45, "longitude": 180.5, "radiusKm": 10},
			"radiusKm":  {"latitude": 45, "longitude": 5, "radiusKm": 0},
		} {
			wrongFilters[list] = append(wrongFilters[list], wrong{"near", near, "near." + at})
		}
		wrongFilters[list] = append(wrongFilters[list],
			wrong{"near", object{"latitude": 45, "longitude": 5, "radiusKm": 1001}, "near.radiusKm"},
			wrong{"near", object{"latitude": 45, "longitude": 5, "radiusKm": -3}, "near.radiusKm"},
			wrong{"near", object{"latitude": 45, "longitude": 5}, "near"}) // without a token one is told where something is missing, not what
	}
	for _, list := range []string{"landlordSites", "vacantSpaces", "matches"} {
		for _, w := range wrongTerritories {
			wrongFilters[list] = append(wrongFilters[list], wrong{"within", []any{w.value}, "within.0." + w.at})
		}
		many := slices.Repeat([]any{object{"scale": "COUNTRY"}}, 101)
		wrongFilters[list] = append(wrongFilters[list], wrong{"within", many, ""})
	}
}

func TestWrongFilters(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	client := v.As(t, apitest.Anonymous)
	refuses := func(query, filterType, at string, w wrong) {
		t.Helper()
		document := fmt.Sprintf(`query($filter: %s) { %s }`, filterType, query)
		a := client.Try(t, document, object{"filter": object{w.field: w.value}})
		want := "filter." + w.path()
		if !slices.ContainsFunc(a.Refusals(), func(r apitest.Refusal) bool { return r.Path == want && r.Code != "" && r.Message != "" }) {
			t.Errorf("%s with %s = %s: no refusal at %s\n%s", at, w.field, short(w.value), want, a.Body)
		}
	}
	for _, list := range lists {
		for _, w := range wrongFilters[list.field] {
			refuses(list.field+"(filter: $filter) { totalCount }", list.filter, list.field, w)
		}
	}
	// The lists below an object take the same filters.
	for _, below := range []struct{ kind, query, filter, list string }{
		{"plaine", "landlord(id: %q) { sites(filter: $filter) { totalCount } }", "LandlordSiteFilter", "landlordSites"},
		{"plaine", "landlord(id: %q) { spaces(filter: $filter) { totalCount } }", "VacantSpaceFilter", "vacantSpaces"},
		{"pre", "landlordSite(id: %q) { spaces(filter: $filter) { totalCount } }", "VacantSpaceFilter", "vacantSpaces"},
		{"cantine", "innovationProject(id: %q) { needs(filter: $filter) { totalCount } }", "HostingNeedFilter", "hostingNeeds"},
		{"cantine", "innovationProject(id: %q) { matches(filter: $filter) { totalCount } }", "SpaceMatchFilter", "matches"},
		{"cuisine", "hostingNeed(id: %q) { matches(filter: $filter) { totalCount } }", "SpaceMatchFilter", "matches"},
		{"salle", "vacantSpace(id: %q) { matches(filter: $filter) { totalCount } }", "SpaceMatchFilter", "matches"},
	} {
		for _, w := range wrongFilters[below.list] {
			refuses(fmt.Sprintf(below.query, v.IDs[below.kind]), below.filter, below.query, w)
		}
	}
}

// pages are all the fields that answer a page, from the root.
func pages(v apitest.Village) map[string]string {
	out := map[string]string{
		"sites":         `landlord(id: "` + v.IDs["monts"] + `") { sites(ARGS) { PAGE } }`,
		"spaces":        `landlord(id: "` + v.IDs["monts"] + `") { spaces(ARGS) { PAGE } }`,
		"site.spaces":   `landlordSite(id: "` + v.IDs["colline"] + `") { spaces(ARGS) { PAGE } }`,
		"needs":         `innovationProject(id: "` + v.IDs["cantine"] + `") { needs(ARGS) { PAGE } }`,
		"matches":       `innovationProject(id: "` + v.IDs["cantine"] + `") { matches(ARGS) { PAGE } }`,
		"need.matches":  `hostingNeed(id: "` + v.IDs["cuisine"] + `") { matches(ARGS) { PAGE } }`,
		"space.matches": `vacantSpace(id: "` + v.IDs["salle"] + `") { matches(ARGS) { PAGE } }`,
	}
	for _, list := range lists {
		out[list.field] = list.field + "(ARGS) { PAGE }"
	}
	return out
}

// TestWrongPages: every page refuses sizes out of range and every cursor that
// isn't its own, whoever's and wherever from.
func TestWrongPages(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	viewers := []domain.Viewer{apitest.Staff, apitest.Observer, apitest.Anonymous,
		apitest.Landlord(domain.LandlordID(v.IDs["monts"])), apitest.Project(domain.ProjectID(v.IDs["cantine"]))}
	ask := func(viewer domain.Viewer, page, arguments string) apitest.Answer {
		query := strings.NewReplacer("ARGS", arguments, "PAGE", "edges { cursor }").Replace(page)
		return v.As(t, viewer).Try(t, "{ "+query+" }", nil)
	}
	type made struct{ name, cursor string }
	cursors := make(map[string][]made) // by role
	for name, page := range pages(v) {
		for _, first := range []string{"0", "-1", "101", "1000000000", "99999999999999999999"} {
			a := ask(apitest.Staff, page, "first: "+first)
			if !slices.ContainsFunc(a.Refusals(), func(r apitest.Refusal) bool { return r.Code != "" && r.Code != "INTERNAL" }) {
				t.Errorf("%s: first: %s: %s", name, first, a.Body)
			}
		}
		for _, viewer := range viewers {
			a := ask(viewer, page, "first: 1")
			if len(a.Errors) > 0 {
				t.Fatalf("%s: %s", name, a.Body)
			}
			if found := firstCursor(a); found != "" {
				cursors[string(viewer.Role)] = append(cursors[string(viewer.Role)], made{name, found})
			}
		}
	}
	refused, good := 0, 0
	for name, page := range pages(v) {
		for _, viewer := range viewers {
			for role, list := range cursors {
				for _, c := range list {
					a := ask(viewer, page, "first: 1, after: "+quoted(c.cursor))
					own := role == string(viewer.Role) && (c.name == name)
					wrong := slices.ContainsFunc(a.Refusals(), func(r apitest.Refusal) bool { return r.Code == "INVALID_INPUT" && r.Path == "after" })
					if own == wrong {
						t.Errorf("%s as %s, cursor of %s as %s: refused %v\n%s", name, viewer.Role, c.name, role, wrong, a.Body)
					}
					if wrong {
						refused++
					} else {
						good++
					}
				}
			}
		}
		own := cursors["STAFF"][slices.IndexFunc(cursors["STAFF"], func(m made) bool { return m.name == name })].cursor
		for _, tampered := range []string{"", " ", "x", own + "A", own[1:], own[:len(own)-1], flip(own, 5), flip(own, len(own)/2), strings.ToUpper(own),
			own + own, strings.Repeat("A", 100_000), "%00", "\u0000", "e30", "eyJsIjoiIn0", "🙂", "{\"$ne\": null}"} {
			a := ask(apitest.Staff, page, "first: 1, after: "+quoted(tampered))
			if !slices.ContainsFunc(a.Refusals(), func(r apitest.Refusal) bool { return r.Code == "INVALID_INPUT" && r.Path == "after" }) {
				t.Errorf("%s: the cursor %.60q was taken: %.300s", name, tampered, a.Body)
			}
		}
	}
	if good < 12*3 {
		t.Errorf("only %d cursors were good: the test compares too little", good)
	}
	t.Logf("%d cursors refused, %d taken", refused, good)
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

func flip(s string, at int) string {
	c := byte('A')
	if s[at] == c {
		c = 'B'
	}
	return s[:at] + string(c) + s[at+1:]
}

func firstCursor(a apitest.Answer) string {
	_, after, found := strings.Cut(string(a.Body), `"cursor":"`)
	if !found {
		return ""
	}
	cursor, _, _ := strings.Cut(after, `"`)
	return cursor
}

// TestHostileTexts: whatever a text holds is data. It is kept and served as it
// is, or refused with its place; nothing is interpreted, nothing breaks.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	staff := v.As(t, apitest.Staff)
	for _, text := range []string{
		`$where: sleep(1000)`, `{"$gt": ""}`, `'; DROP TABLE spaces; --`, `<script>alert(1)</script>`, `%s%n%!d(string=)`, `../../etc/passwd`, `\u0000\n`,
		"Accents et œ, 漢字, 🙂, עברית", "e\u0301", "\"guillemets\" \\ barre", "\uFFFD",
	} {
		a := staff.Try(t, `mutation($ref: String!, $text: String!) { vacantSpaceUpsert(input: { site: { externalRef: "S-1", landlordId: "`+v.IDs["monts"]+`" },
			space: { label: $text, kind: OFFICE, externalRef: $ref, provenance: { source: $text } } }) {
				space { label provenance { source } management { externalRef } } userErrors { code path message } } }`,
			object{"ref": text, "text": text})
		for _, at := range []string{"label", "provenance.source", "management.externalRef"} {
			if got, _ := a.At("data.vacantSpaceUpsert.space." + at); got != text {
				t.Errorf("%q came back as %q\n%s", text, got, a.Body)
			}
		}
		var found struct{ VacantSpaceByRef struct{ Label string } }
		staff.Query(t, &found, `query($ref: String!) { vacantSpaceByRef(externalRef: $ref, landlordId: "`+v.IDs["monts"]+`") { label } }`, object{"ref": text})
		if found.VacantSpaceByRef.Label != text {
			t.Errorf("%q isn't found by itself", text)
		}
		for _, query := range []string{`innovationProjectBySlug(slug: $t) { id }`, `node(id: $t) { id }`, `codeList(name: $t) { name }`} {
			typ := "String!"
			if strings.HasPrefix(query, "node") {
				typ = "ID!"
			}
			if a := staff.Try(t, "query($t: "+typ+") { "+query+" }", object{"t": text}); len(a.Errors) > 0 {
				t.Errorf("%s with %q: %s", query, text, a.Body)
			}
		}
	}
	// Bytes that aren't UTF-8, cut sequences, halves of surrogates: the JSON
	// decoder replaces them or the surface refuses them.
	for _, body := range []string{
		"{\"query\":\"{ communes(search: \\\"Saint\xc3\\\") { name } }\"}",
		"{\"query\":\"{ communes(search: \\\"\xff\xfe\\\") { name } }\"}",
		"{\"query\":\"query($s: String!) { communes(search: $s) { name } }\",\"variables\":{\"s\":\"\xe2\x82\"}}",
		`{"query":"query($s: String!) { communes(search: $s) { name } }","variables":{"s":"\ud83d"}}`,
		"{\"query\":\"{ node(id: \\\"spc_\xf0\x9f\\\") { id } }\"}",
	} {
		a, err := staff.AskRaw([]byte(body))
		if err != nil {
			t.Errorf("%q: %v", body, err)
			continue
		}
		for _, r := range a.Refusals() {
			if r.Code == "INTERNAL" || r.Code == "" {
				t.Errorf("%q: %s", body, a.Body)
			}
		}
	}
	// A text that is too long by far.
	a := staff.Try(t, `query($s: String!) { communes(search: $s) { name } }`, object{"s": strings.Repeat("é", 60_000)})
	if r := a.Refusals(); len(r) != 1 || r[0].Path != "search" {
		t.Errorf("a search of 120 kB: %.300s", a.Body)
	}
}
