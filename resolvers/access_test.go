package resolvers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// keyMade is what a payload says of a key.
type keyMade struct {
	AccessKey *struct {
		ID, Account, State string
		Version            int
		ReplacedByID       *string
		ReplacesID         *string
		Label              *struct{ Body string }
		ExpiresAt          time.Time
	}
	Secret     *string
	Commit     *int
	UserErrors []struct {
		Code, Message string
		Path          []string
		NeededScope   string
	}
}

const keyMadeFields = `{ accessKey { id account state version replacedById replacesId label { body } expiresAt } secret commit userErrors { code message path ... on PalierScopeMissing { neededScope } } }`

// ask runs a mutation of one field.
func askKey(t *testing.T, c apitest.Client, field, input string) keyMade {
	t.Helper()
	var answer map[string]keyMade
	c.Query(t, &answer, fmt.Sprintf(`mutation { done: %s(input: {%s}) %s }`, field, input, keyMadeFields), nil)
	return answer["done"]
}

// TestAccessKeys: an organisation's people make keys for it, which open what they
// say, until they are revoked.
func TestAccessKeys(t *testing.T) {
	v := apitest.NewVillage(t)
	monts, staff := v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["monts"]))), v.As(t, apitest.Staff)

	made := askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Portail", role: LANDLORD, scopes: [WRITE]}, idempotencyKey: "k1"`)
	if made.Secret == nil || made.AccessKey == nil || made.AccessKey.State != "ACTIVE" || made.AccessKey.Label.Body != "Portail" || !strings.HasPrefix(*made.Secret, "palier_sk_"+domain.ID(made.AccessKey.ID).Code()+"_") {
		t.Fatalf("%+v", made)
	}
	if again := askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Portail", role: LANDLORD, scopes: [WRITE]}, idempotencyKey: "k1"`); again.Secret != nil || again.AccessKey.ID != made.AccessKey.ID {
		t.Errorf("sent again, it shows %+v", again)
	}
	if stored, _ := v.Hub.World().AccessKey(domain.AccessKeyID(made.AccessKey.ID)); strings.Contains(fmt.Sprintf("%+v", stored.Doc), *made.Secret) {
		t.Error("the secret is kept")
	}

	server := v.With(*made.Secret)
	var who struct {
		Viewer struct {
			Role, Account, AccessKeyID string
			Landlord                   struct{ ID string }
		}
		VacantSpaces struct{ TotalCount int }
		AccessKeys   struct{ TotalCount int }
	}
	server.Query(t, &who, `{ viewer { role account accessKeyId landlord { id } } vacantSpaces { totalCount } accessKeys { totalCount } }`, nil)
	if who.Viewer.Role != "LANDLORD" || who.Viewer.Landlord.ID != v.IDs["monts"] || who.Viewer.AccessKeyID != made.AccessKey.ID || who.Viewer.Account != made.AccessKey.Account {
		t.Errorf("%+v", who)
	}
	var people struct{ VacantSpaces struct{ TotalCount int } }
	monts.Query(t, &people, `{ vacantSpaces { totalCount } }`, nil)
	if people.VacantSpaces != who.VacantSpaces || who.VacantSpaces.TotalCount == 0 {
		t.Errorf("the key sees %d spaces, its people %d", who.VacantSpaces.TotalCount, people.VacantSpaces.TotalCount)
	}
	if who.AccessKeys.TotalCount != 0 {
		t.Error("a key sees keys")
	}
	rename := fmt.Sprintf(`mutation { vacantSpaceWithdraw(input: {space: {id: %q}}) { space { id } userErrors { code } } }`, v.IDs["salle"])
	if answer := server.Try(t, rename, nil); len(answer.Refusals()) > 0 {
		t.Errorf("%+v", answer.Refusals())
	}
	for name, try := range map[string]func() keyMade{
		"a key makes a key": func() keyMade {
			return askKey(t, server, "accessKeyCreate", `key: {use: SERVER, label: "x", role: LANDLORD}`)
		},
		"another landlord's key": func() keyMade {
			return askKey(t, monts, "accessKeyCreate", fmt.Sprintf(`key: {use: SERVER, label: "x", role: LANDLORD, landlordId: %q}`, v.IDs["plaine"]))
		},
		"another landlord's pages": func() keyMade {
			return askKey(t, monts, "accessKeyCreate", fmt.Sprintf(`key: {use: EMBED, label: "x", landlordId: %q, origins: ["https://a.example"]}`, v.IDs["plaine"]))
		},
		"a subsidiary's key": func() keyMade {
			return askKey(t, v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["group"]))), "accessKeyCreate", fmt.Sprintf(`key: {use: SERVER, label: "x", role: LANDLORD, landlordId: %q}`, v.IDs["monts"]))
		},
		"staff's role": func() keyMade {
			return askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "x", role: STAFF}`)
		},
		"the public's": func() keyMade {
			return askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "x", role: PUBLIC}`)
		},
		"by nobody": func() keyMade {
			return askKey(t, v.As(t, domain.Anonymous), "accessKeyCreate", `key: {use: SERVER, label: "x", role: PUBLIC}`)
		},
	} {
		if refused := try(); len(refused.UserErrors) != 1 || refused.UserErrors[0].Code != "NOT_ALLOWED" || refused.Secret != nil {
			t.Errorf("%s: %+v", name, refused)
		}
	}
	for input, path := range map[string]string{
		`use: SERVER, label: "x"`: "role",
		`use: SERVER, label: "x", role: LANDLORD, origins: ["https://a.example"]`:                                      "origins",
		`use: SERVER, label: "", role: LANDLORD`:                                                                       "label",
		`use: SERVER, label: "x", role: LANDLORD, expiresAt: "2020-01-01T00:00:00Z"`:                                   "expiresAt",
		`use: SERVER, label: "x", role: LANDLORD, expiresAt: "2040-01-01T00:00:00Z"`:                                   "expiresAt",
		`use: SERVER, label: "x", role: OBSERVER, landlordId: "` + v.IDs["monts"] + `"`:                                "landlordId",
		`use: EMBED, label: "x", landlordId: "` + v.IDs["monts"] + `"`:                                                 "origins",
		`use: EMBED, label: "x", origins: ["https://a.example"]`:                                                       "landlordId",
		`use: EMBED, label: "x", landlordId: "` + v.IDs["monts"] + `", origins: ["a.example/x"]`:                       "origins",
		`use: EMBED, label: "x", landlordId: "` + v.IDs["monts"] + `", origins: ["https://*.example"]`:                 "origins",
		`use: EMBED, label: "x", role: LANDLORD, origins: ["https://a.example"], landlordId: "` + v.IDs["monts"] + `"`: "role",
	} {
		refused := askKey(t, monts, "accessKeyCreate", "key: {"+input+"}")
		if len(refused.UserErrors) == 0 || refused.UserErrors[0].Code != "INVALID_INPUT" || !strings.Contains(strings.Join(refused.UserErrors[0].Path, "."), path) {
			t.Errorf("%s: %+v", input, refused)
		}
	}

	// Whoever doesn't manage a key finds none, by any way.
	for _, viewer := range []domain.Viewer{domain.Anonymous, apitest.Observer, apitest.Landlord(domain.LandlordID(v.IDs["plaine"])), apitest.Landlord(domain.LandlordID(v.IDs["group"])), apitest.Project(domain.ProjectID(v.IDs["cantine"]))} {
		other := v.As(t, viewer)
		var seen struct {
			Node       *struct{ ID string }
			AccessKeys struct{ TotalCount int }
		}
		other.Query(t, &seen, fmt.Sprintf(`{ node(id: %q) { id } accessKeys { totalCount } }`, made.AccessKey.ID), nil)
		if seen.Node != nil || seen.AccessKeys.TotalCount != 0 {
			t.Errorf("%s: %+v", viewer.Role, seen)
		}
		refused, missing := askKey(t, other, "accessKeyRevoke", fmt.Sprintf(`id: %q, reason: LEAKED`, made.AccessKey.ID)), askKey(t, other, "accessKeyRevoke", `id: "key_nobody", reason: LEAKED`)
		if len(refused.UserErrors) != 1 || refused.UserErrors[0].Code != "NOT_FOUND" || strings.Replace(refused.UserErrors[0].Message, made.AccessKey.ID, "key_nobody", 1) != missing.UserErrors[0].Message {
			t.Errorf("%s: %+v, and for a missing one %+v", viewer.Role, refused, missing)
		}
	}

	// Rotated, both open for a while, and are one account.
	rotated := askKey(t, monts, "accessKeyRotate", fmt.Sprintf(`id: %q, overlapHours: 2`, made.AccessKey.ID))
	if rotated.Secret == nil || rotated.AccessKey.Account != made.AccessKey.Account || *rotated.AccessKey.ReplacesID != made.AccessKey.ID {
		t.Fatalf("%+v", rotated)
	}
	for _, secret := range []string{*made.Secret, *rotated.Secret} {
		v.With(secret).Query(t, &who, `{ viewer { role account } }`, nil)
		if who.Viewer.Account != made.AccessKey.Account {
			t.Errorf("%+v", who)
		}
	}
	if twice := askKey(t, monts, "accessKeyRotate", fmt.Sprintf(`id: %q`, made.AccessKey.ID)); len(twice.UserErrors) != 1 {
		t.Errorf("rotated twice: %+v", twice)
	}
	var list struct {
		AccessKeys struct {
			TotalCount int
			Nodes      []struct{ ID, ReplacedByID string }
		}
	}
	staff.Query(t, &list, fmt.Sprintf(`{ accessKeys(filter: {organisationId: %q, states: [ACTIVE], uses: [SERVER]}) { totalCount nodes { id replacedById } } }`, v.IDs["monts"]), nil)
	if list.AccessKeys.TotalCount != 2 || list.AccessKeys.Nodes[1].ReplacedByID != rotated.AccessKey.ID {
		t.Errorf("%+v", list)
	}
	if revoked := askKey(t, monts, "accessKeyRevoke", fmt.Sprintf(`id: %q, reason: LEAKED`, made.AccessKey.ID)); revoked.AccessKey.State != "REVOKED" || revoked.Secret != nil {
		t.Errorf("%+v", revoked)
	}
	if answer, err := v.With(*made.Secret).Ask(`{ viewer { role } }`, nil); err != nil || answer.Status != 401 {
		t.Errorf("%+v, %v", answer, err)
	}
	v.With(*rotated.Secret).Query(t, &who, `{ viewer { role } }`, nil)
}

// TestScopesOfKeys: without a scope nothing is written, and nobody's words or names
// are shown.
func TestScopesOfKeys(t *testing.T) {
	v := apitest.NewVillage(t)
	monts := v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["monts"])))
	put := `mutation { personPut(input: {person: {name: "Anne Martin"}}) { person { id } userErrors { code } } }`
	var person struct {
		PersonPut struct{ Person struct{ ID string } }
	}
	monts.Query(t, &person, put, nil)

	reader := v.With(*askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Lecture", role: LANDLORD}`).Secret)
	refused := askKey(t, reader, "accessKeyRevoke", `id: "key_nobody", reason: LEAKED`)
	if len(refused.UserErrors) != 1 || refused.UserErrors[0].Code != "SCOPE_MISSING" || refused.UserErrors[0].NeededScope != "WRITE" || len(refused.UserErrors[0].Path) != 0 {
		t.Errorf("%+v", refused)
	}
	for _, c := range []string{
		put,
		fmt.Sprintf(`mutation { vacantSpaceWithdraw(input: {space: {id: %q}}) { userErrors { code } } }`, v.IDs["salle"]),
		fmt.Sprintf(`mutation { personErase(input: {person: %q}) { userErrors { code } } }`, person.PersonPut.Person.ID),
	} {
		if got := reader.Try(t, c, nil).Refusals(); len(got) != 1 || got[0].Code != "SCOPE_MISSING" {
			t.Errorf("%s: %+v", c, got)
		}
	}
	personal := fmt.Sprintf(`{ node(id: %q) { id } persons { totalCount nodes { name } } viewer { person { name } } }`, person.PersonPut.Person.ID)
	for secret, count := range map[string]int{
		*askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Sans noms", role: LANDLORD, scopes: [WRITE]}`).Secret:         0,
		*askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Avec noms", role: LANDLORD, scopes: [PERSONAL_DATA]}`).Secret: 1,
	} {
		var seen struct {
			Node    *struct{ ID string }
			Persons struct{ TotalCount int }
		}
		v.With(secret).Query(t, &seen, personal, nil)
		if seen.Persons.TotalCount != count || (seen.Node != nil) != (count == 1) {
			t.Errorf("%+v, want %d", seen, count)
		}
	}
}

// TestEmbeddedPages show one landlord's public data, by any path, and nothing to
// pages elsewhere.
func TestEmbeddedPages(t *testing.T) {
	const (
		whoAsks    = `{ viewer { role } }`
		byID       = `query One($id: ID!) { node(id: $id) { id } }`
		write      = `mutation { personPut(input: {person: {name: "x"}}) { userErrors { code } } }`
		everything = `query All($need: ID!) {
			viewer { role landlord { id } }
			landlords(first: 100) { nodes { id } } landlordSites(first: 100) { nodes { id } } vacantSpaces(first: 100) { nodes { id } } landlordNeeds(first: 100) { nodes { id } }
			innovationProjects(first: 100) { totalCount } hostingRequests { totalCount } accessKeys { totalCount }
			hostingNeed(id: $need) { matches(first: 20) { nodes { space { id } } } landlordMatches(first: 20) { nodes { landlord { id } } } }
		}`
	)
	v := apitest.NewVillage(t, whoAsks, byID, write, everything)
	monts := v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["monts"])))
	made := askKey(t, monts, "accessKeyCreate", fmt.Sprintf(`key: {use: EMBED, label: "Site", landlordId: %q, origins: ["https://monts.example"]}`, v.IDs["monts"]))
	if made.Secret == nil {
		t.Fatalf("%+v", made)
	}
	page := v.With(*made.Secret).From("https://monts.example")
	for _, elsewhere := range []apitest.Client{v.With(*made.Secret), v.With(*made.Secret).From("https://evil.example")} {
		if answer, err := elsewhere.Ask(whoAsks, nil); err != nil || answer.Status != 403 || !strings.Contains(string(answer.Body), "ORIGIN_NOT_ALLOWED") {
			t.Errorf("%d %s, %v", answer.Status, answer.Body, err)
		}
	}
	if answer, err := page.Ask(`{ viewer { __typename } }`, nil); err != nil || answer.Status != 403 || !strings.Contains(string(answer.Body), "DOCUMENT_NOT_TRUSTED") {
		t.Errorf("a document of its own: %d %s, %v", answer.Status, answer.Body, err)
	}
	type ids []struct{ ID string }
	var shown struct {
		Viewer                                                struct{ Role string }
		Landlords, LandlordSites, VacantSpaces, LandlordNeeds struct{ Nodes ids }
		InnovationProjects, HostingRequests, AccessKeys       struct{ TotalCount int }
		HostingNeed                                           struct {
			Matches struct {
				Nodes []struct{ Space struct{ ID string } }
			}
			LandlordMatches struct {
				Nodes []struct{ Landlord struct{ ID string } }
			}
		}
	}
	page.Query(t, &shown, everything, map[string]any{"need": v.IDs["cuisine"]})
	one := func(what string, got ids, want string) {
		t.Helper()
		if len(got) != 1 || got[0].ID != v.IDs[want] {
			t.Errorf("%s: %v, want %s alone, %s", what, got, want, v.IDs[want])
		}
	}
	one("landlords", shown.Landlords.Nodes, "monts")
	one("sites", shown.LandlordSites.Nodes, "colline")
	one("spaces", shown.VacantSpaces.Nodes, "salle")
	one("needs", shown.LandlordNeeds.Nodes, "courses")
	if m := shown.HostingNeed.Matches.Nodes; len(m) != 1 || m[0].Space.ID != v.IDs["salle"] {
		t.Errorf("matches %+v", m)
	}
	if m := shown.HostingNeed.LandlordMatches.Nodes; len(m) != 1 || m[0].Landlord.ID != v.IDs["monts"] {
		t.Errorf("landlord matches %+v", m)
	}
	if shown.InnovationProjects.TotalCount == 0 || shown.HostingRequests.TotalCount+shown.AccessKeys.TotalCount != 0 || shown.Viewer.Role != "PUBLIC" {
		t.Errorf("%+v", shown)
	}
	for name, id := range v.IDs {
		var seen struct{ Node *struct{ ID string } }
		page.Query(t, &seen, byID, map[string]any{"id": id})
		if public := map[string]bool{"monts": true, "colline": true, "salle": true, "courses": true, "cantine": true, "scene": true, "cuisine": true, "theatre": true}; (seen.Node != nil) != public[name] {
			t.Errorf("node %s: %v", name, seen.Node)
		}
	}
	if refused := page.Try(t, write, nil).Refusals(); len(refused) != 1 || refused[0].Code != "SCOPE_MISSING" {
		t.Errorf("%+v", refused)
	}
}

// TestKeysForTrustedDocuments open no others, and neither do those that follow them.
func TestKeysForTrustedDocuments(t *testing.T) {
	const whoAsks = `{ viewer { role } }`
	v := apitest.NewVillage(t, whoAsks)
	monts := v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["monts"])))
	made := askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Portail", role: LANDLORD, trustedDocumentsOnly: true}`)
	if made.Secret == nil {
		t.Fatalf("%+v", made)
	}
	next := askKey(t, monts, "accessKeyRotate", fmt.Sprintf(`id: %q, overlapHours: 1`, made.AccessKey.ID))
	if next.Secret == nil {
		t.Fatalf("%+v", next)
	}
	for _, secret := range []string{*made.Secret, *next.Secret} {
		server := v.With(secret)
		var who struct{ Viewer struct{ Role string } }
		if server.Query(t, &who, whoAsks, nil); who.Viewer.Role != "LANDLORD" {
			t.Errorf("%+v", who)
		}
		if answer, err := server.Ask(`{ viewer { __typename } }`, nil); err != nil || answer.Status != 403 || !strings.Contains(string(answer.Body), "DOCUMENT_NOT_TRUSTED") {
			t.Errorf("a document of its own: %d %s, %v", answer.Status, answer.Body, err)
		}
	}
	askKey(t, monts, "accessKeyCreate", fmt.Sprintf(`key: {use: EMBED, label: "Site", landlordId: %q, origins: ["https://monts.example"]}`, v.IDs["monts"]))
	askKey(t, monts, "accessKeyCreate", `key: {use: SERVER, label: "Autre", role: LANDLORD}`)
	var keys struct {
		AccessKeys struct {
			Nodes []struct {
				TrustedDocumentsOnly bool
				Label                struct{ Body string }
			}
		}
	}
	monts.Query(t, &keys, `{ accessKeys { nodes { trustedDocumentsOnly label { body } } } }`, nil)
	only := map[string]bool{}
	for _, k := range keys.AccessKeys.Nodes {
		only[k.Label.Body] = k.TrustedDocumentsOnly
	}
	if want := map[string]bool{"Portail": true, "Site": true, "Autre": false}; !maps.Equal(only, want) {
		t.Errorf("%v, want %v", only, want)
	}
}

// TestUnreadableValuesDoNothing: what can't be read in one field keeps those before it
// from being done.
func TestUnreadableValuesDoNothing(t *testing.T) {
	v := apitest.NewVillage(t)
	monts := v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["monts"])))
	const two = `mutation%s {
		a: accessKeyCreate(input: {key: {use: SERVER, label: "a", role: LANDLORD}}) { secret }
		b: accessKeyCreate(input: {key: {use: SERVER, label: "b", role: LANDLORD, expiresAt: %s}}) { secret }
	}`
	for name, variables := range map[string]map[string]any{"a literal": nil, "a variable": {"at": "not a time"}} {
		query := fmt.Sprintf(two, "", `"not a time"`)
		if variables != nil {
			query = fmt.Sprintf(two, "($at: DateTime)", "$at")
		}
		before := v.Hub.World().Commit()
		answer, err := monts.Ask(query, variables)
		if err != nil {
			t.Fatal(err)
		}
		body := string(answer.Body)
		if strings.Contains(body, `"data"`) || !strings.Contains(body, `"path":["input","key","expiresAt"]`) || !strings.Contains(body, "RFC 3339") {
			t.Errorf("%s: %s", name, body)
		}
		if v.Hub.World().Commit() != before {
			t.Errorf("%s: a key was made", name)
		}
	}
}

// TestRights are granted to accounts, and taken away, by staff.
func TestRights(t *testing.T) {
	v := apitest.NewVillage(t)
	staff, monts := v.As(t, apitest.Staff), v.As(t, apitest.Landlord(domain.LandlordID(v.IDs["monts"])))
	type said struct {
		Access *struct {
			ID, Account, Role string
			Version           int
			Barred            bool
		}
		UserErrors []struct{ Code string }
	}
	run := func(c apitest.Client, field, input string) said {
		t.Helper()
		var answer map[string]said
		c.Query(t, &answer, fmt.Sprintf(`mutation { done: %s(input: {%s}) { access: accountAccess { id account role version barred } userErrors { code } } }`, field, input), nil)
		return answer["done"]
	}
	granted := run(staff, "accountAccessGrant", fmt.Sprintf(`account: "oidc-a", role: LANDLORD, landlordId: %q, expectedVersion: 0`, v.IDs["monts"]))
	if granted.Access == nil || granted.Access.Role != "LANDLORD" || granted.Access.Version != 1 {
		t.Fatalf("%+v", granted)
	}
	if same := run(staff, "accountAccessGrant", fmt.Sprintf(`account: "oidc-a", role: LANDLORD, landlordId: %q`, v.IDs["monts"])); same.Access.Version != 1 {
		t.Errorf("the same granted again changes it: %+v", same)
	}
	for input, code := range map[string]string{
		`account: "oidc-a", role: OBSERVER, expectedVersion: 0`:                   "VERSION_CONFLICT",
		`account: "", role: OBSERVER`:                                             "INVALID_INPUT",
		`account: "oidc-b", role: LANDLORD`:                                       "INVALID_INPUT",
		`account: "oidc-b", role: PROJECT`:                                        "INVALID_INPUT",
		`account: "oidc-b", role: OBSERVER, landlordId: "` + v.IDs["monts"] + `"`: "INVALID_INPUT",
		`account: "oidc-b", role: LANDLORD, landlordId: "lld_nobody"`:             "NOT_FOUND",
	} {
		if refused := run(staff, "accountAccessGrant", input); len(refused.UserErrors) == 0 || refused.UserErrors[0].Code != code {
			t.Errorf("%s: %+v, want %s", input, refused, code)
		}
	}
	if refused := run(monts, "accountAccessGrant", `account: "oidc-b", role: STAFF`); refused.UserErrors[0].Code != "NOT_ALLOWED" {
		t.Errorf("%+v", refused)
	}
	own := apitest.Landlord(domain.LandlordID(v.IDs["monts"])).Actor
	if refused := run(monts, "accountAccessRevoke", fmt.Sprintf(`account: %q, reason: LEFT, bar: true`, own)); refused.UserErrors[0].Code != "NOT_ALLOWED" {
		t.Errorf("bars itself: %+v", refused)
	}
	if refused := run(monts, "accountAccessRevoke", `account: "another", reason: LEFT`); refused.UserErrors[0].Code != "NOT_ALLOWED" {
		t.Errorf("signs another out: %+v", refused)
	}
	if done := run(monts, "accountAccessRevoke", fmt.Sprintf(`account: %q, reason: LEAKED`, own)); len(done.UserErrors) != 0 || done.Access != nil {
		t.Errorf("%+v", done)
	}
	if answer, err := monts.Ask(`{ viewer { role } }`, nil); err != nil || answer.Status != 401 || !json.Valid(answer.Body) || !strings.Contains(string(answer.Body), `"REVOKED"`) {
		t.Errorf("%d %s %v", answer.Status, answer.Body, err)
	}
	barred := run(staff, "accountAccessRevoke", `account: "oidc-a", reason: LEFT, bar: true`)
	if !barred.Access.Barred || barred.Access.Role != "" {
		t.Errorf("%+v", barred)
	}
	// What was let in before is decided after.
	_, err := v.Hub.Do(context.Background(), domain.Viewer{Role: domain.RoleStaff, Actor: "oidc-a"}, hub.RegisterLandlord{Landlord: apitest.LandlordFields("x")}, "")
	if refused := domain.AsRefusals(err); len(refused) != 1 || refused[0] != (domain.AccessEnded{}) {
		t.Errorf("%v", err)
	}
	var list struct {
		AccountAccesses struct {
			TotalCount int
			Nodes      []struct{ Account string }
		}
	}
	staff.Query(t, &list, `{ accountAccesses(filter: {barred: true}) { totalCount nodes { account } } }`, nil)
	if list.AccountAccesses.TotalCount != 1 || list.AccountAccesses.Nodes[0].Account != "oidc-a" {
		t.Errorf("%+v", list)
	}
	v.As(t, apitest.Observer).Query(t, &list, `{ accountAccesses { totalCount nodes { account } } }`, nil)
	if list.AccountAccesses.TotalCount != 0 {
		t.Errorf("others see %+v", list)
	}
}
