// Package schema_test keeps the contract to its rules: what every field says of
// itself, how things are named, and that the codes are the domain's.
package schema_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
)

var schema = graph.NewExecutableSchema(graph.Config{}).Schema()

// ownTypes are the types of schema/, without the language's own.
func ownTypes(kinds ...ast.DefinitionKind) (out []*ast.Definition) {
	for _, def := range schema.Types {
		if !def.BuiltIn && !strings.HasPrefix(def.Name, "__") && (len(kinds) == 0 || slices.Contains(kinds, def.Kind)) {
			out = append(out, def)
		}
	}
	slices.SortFunc(out, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ownFields are a type's fields, without the language's own.
func ownFields(def *ast.Definition) (out ast.FieldList) {
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			out = append(out, f)
		}
	}
	return out
}

func TestEverythingIsDescribed(t *testing.T) {
	described := func(text, format string, args ...any) {
		t.Helper()
		name := fmt.Sprintf(format, args...)
		switch last := strings.TrimRight(text, `)"`); {
		case strings.TrimSpace(text) == "":
			t.Errorf("%s has no description", name)
		case !strings.HasSuffix(last, ".") && !strings.HasSuffix(last, "…"):
			t.Errorf("the description of %s isn't a sentence: %q", name, text)
		}
	}
	if schema.Description == "" {
		t.Error("the schema has no description")
	}
	for _, def := range ownTypes() {
		described(def.Description, "%s", def.Name)
		for _, f := range ownFields(def) {
			described(f.Description, "%s.%s", def.Name, f.Name)
			for _, a := range f.Arguments {
				described(a.Description, "%s.%s(%s:)", def.Name, f.Name, a.Name)
			}
		}
		for _, v := range def.EnumValues {
			described(v.Description, "%s.%s", def.Name, v.Name)
		}
	}
}

// inner are enums of the API's own workings, without labels.
var inner = []string{"Locale", "PalierUserErrorCode", "PalierUpsertOutcome", "PalierUnit", "ProjectPlace", "MatchOnce", "MatchResyncReason", "CoverageScale", "HostingStatisticsBy",
	"PalierChangeKind", "PalierChangeEffect", "PalierResyncReason", "CacheControlScope",
	"LandlordOrder", "LandlordSiteOrder", "VacantSpaceOrder", "InnovationProjectOrder", "HostingNeedOrder", "LandlordNeedOrder", "HostingRequestOrder", "PlacementOrder",
	"HostingInvitationOrder", "HostingProposalOrder", "LandlordApproachOrder", "HostingMessageOrder"}

func TestEnumsAreTheCodeLists(t *testing.T) {
	seen := make(map[string]bool)
	for _, def := range ownTypes(ast.Enum) {
		seen[def.Name] = true
		list, found := domain.CodeListNamed(def.Name)
		if found == slices.Contains(inner, def.Name) {
			t.Errorf("%s: a code list, or one of the API's inner enums: %v", def.Name, found)
			continue
		}
		if !found {
			continue
		}
		var inSchema, inDomain []string
		for _, v := range def.EnumValues {
			inSchema = append(inSchema, v.Name)
		}
		for _, c := range list.Codes {
			inDomain = append(inDomain, c.Value)
			if c.French == "" || c.English == "" {
				t.Errorf("%s.%s has no label in both languages", list.Name, c.Value)
			}
		}
		if !slices.Equal(inSchema, inDomain) {
			t.Errorf("%s:\nschema %v\ndomain %v", def.Name, inSchema, inDomain)
		}
	}
	for _, list := range domain.CodeLists() {
		if !seen[list.Name] {
			t.Errorf("the code list %s has no enum", list.Name)
		}
	}
}

// TestErrorCodesAreTheRefusals compares the enum without labels that the domain
// fills in.
func TestErrorCodesAreTheRefusals(t *testing.T) {
	var codes []string
	for _, v := range schema.Types["PalierUserErrorCode"].EnumValues {
		codes = append(codes, v.Name)
	}
	want := []string{string(domain.CodeInvalidInput), string(domain.CodeNotFound), string(domain.CodeNotAllowed),
		string(domain.CodeVersionConflict), string(domain.CodeWrongState), string(domain.CodeAlreadyExists),
		string(domain.CodeIdempotencyConflict), string(domain.CodeTooLarge), string(domain.CodeTooMany),
		string(domain.CodeWrongStatus), string(domain.CodeNotReady), string(domain.CodeSpaceTaken), string(domain.CodeScopeMissing)}
	if !slices.Equal(codes, want) {
		t.Errorf("schema %v\ndomain %v", codes, want)
	}
}

// ownNames begin the names of types that a partner's schema won't have by
// chance: the hub's entities and their parts. Everything else carries the
// prefix Palier.
var ownNames = regexp.MustCompile(`^(Palier|Landlord|LandlordSite|Site|VacantSpace|Space|InnovationProject|Project|HostingNeed|LandlordNeed|Need|SpaceMatch|Match|TerritoryCoverage|Coverage|Criterion|Ruleset|OccupancyForm|Hosting|HostingRequest|Placement|Occupancy|DeadLetter)[A-Z]`)

// otherNames are the types whose name says all: entities, the codes of the
// field, and what Relay and the field's vocabulary fix.
var otherNames = []string{
	"_Any", "_Entity", "_Service", // fixed by Apollo Federation
	"Query", "Mutation", "Subscription", "Node", "PageInfo", "Locale", "CacheControlScope",
	"Date", "DateTime", "TimeOfDay", "Decimal", "Siren", "Siret", "InseeCode", "Url",
	"Landlord", "LandlordSite", "VacantSpace", "InnovationProject", "HostingNeed", "LandlordNeed", "HostingRequest", "Placement",
	"HostingInvitation", "HostingProposal", "LandlordApproach", "DeadLetter",
	"Commune", "Departement", "Region", "Qpv", "PositionQuality", "TerritoryScale",
	"TerritoryCoverage", "ExplainedMatch", "SpaceMatch", "LandlordMatch", "ProjectMatch", "CriterionValue", "Ruleset",
	"LandlordKind", "SpaceKind", "VacancyCause", "ErpType", "ErpCategory", "AccessLevel",
	"OccupancyForm", "InnovationDomain", "TargetPublic", "ProcurementLever", "NpnruInterest", "ApprovalKind", "CostBasis",
	"UseKind", "CommitmentKind", "QpvStanding", "WorksKind", "LocalSupport", "PublicationState",
}

func TestTypeNamesAreTheHubsOwn(t *testing.T) {
	for _, def := range ownTypes() {
		if !ownNames.MatchString(def.Name) && !slices.Contains(otherNames, def.Name) {
			t.Errorf("%s: a partner may have a type of this name; prefix it, or say here why not", def.Name)
		}
		if def.Kind == ast.InputObject {
			roles := regexp.MustCompile(`(Input|Filter|Ref|Near)$`)
			if !roles.MatchString(def.Name) {
				t.Errorf("the input %s isn't called …Input, …Filter or …Ref", def.Name)
			}
		}
	}
}

// TestMutations: the object first and then what is done to it, one input, one
// payload with the object, the commit and what went wrong.
func TestMutations(t *testing.T) {
	names := []*regexp.Regexp{regexp.MustCompile(`^(landlord|landlordSite|landlordStock|vacantSpace|innovationProject|hostingNeed|landlordNeed)(Register|Change|Upsert|Publish|Withdraw|Archive)$`),
		regexp.MustCompile(`^(hostingRequest)(Draft|Change|Submit|RequestChanges|SendToLandlord|RecordVisit|Scope|RecordConsultation|ProposeConvention|Consent|Sign|HandOver|RecordIndicators|Evaluate|Host|Scale|End|Hold|Resume|Reject|Reopen|Withdraw|Cancel|AgreeToPublish|Correct|SetContacts)$`),
		regexp.MustCompile(`^(hostingRequest)(WriteMessage)$`),
		regexp.MustCompile(`^(person)(Put|Erase)$`),
		regexp.MustCompile(`^(placement)(AddPractice)$`),
		regexp.MustCompile(`^(hostingInvitation|hostingProposal|landlordApproach)(Send|MarkSeen|Accept|Decline|Withdraw|Record|Change|CloseNextStep)$`),
		regexp.MustCompile(`^(deadLetter)(Retry|Dismiss)$`),
		regexp.MustCompile(`^(accessKey)(Create|Rotate|Revoke)$`),
		regexp.MustCompile(`^(accountAccess)(Grant|Revoke)$`)}
	mutations := ownFields(schema.Mutation)
	if len(mutations) != 84 {
		t.Errorf("%d mutations; this table expects 84", len(mutations))
	}
	for _, m := range mutations {
		var parts []string
		for _, name := range names {
			if found := name.FindStringSubmatch(m.Name); found != nil {
				parts = found
			}
		}
		if parts == nil {
			t.Errorf("%s isn't an object and what is done to it", m.Name)
			continue
		}
		if len(m.Arguments) != 1 || m.Arguments[0].Name != "input" || !m.Arguments[0].Type.NonNull {
			t.Errorf("%s doesn't take one input", m.Name)
			continue
		}
		for _, role := range []string{"LANDLORD", "PROJECT", "STAFF"} {
			if strings.Contains(m.Description, role) {
				break
			} else if role == "STAFF" {
				t.Errorf("%s doesn't say who may", m.Name)
			}
		}
		input := schema.Types[m.Arguments[0].Type.Name()]
		if key := input.Fields.ForName("idempotencyKey"); key == nil || key.Type.String() != "String" {
			t.Errorf("%s takes no idempotency key", input.Name)
		}
		if version := input.Fields.ForName("expectedVersion"); (version == nil) != (slices.Contains([]string{"Register", "Draft", "Send", "Record", "WriteMessage", "Put", "Erase", "Retry", "Dismiss", "Create"}, parts[2]) || parts[1] == "landlordStock" || m.Name == "accountAccessRevoke") {
			t.Errorf("%s and expectedVersion: %v", input.Name, version)
		}
		payload := schema.Types[m.Type.Name()]
		if !m.Type.NonNull {
			t.Errorf("%s may answer null", m.Name)
		}
		got := make(map[string]string)
		for _, f := range payload.Fields {
			got[f.Name] = f.Type.String()
		}
		object := strings.ToLower(parts[1][:1]) + parts[1][1:]
		for _, long := range []string{"landlordSite", "vacantSpace", "innovationProject", "hostingNeed", "landlordNeed", "hostingRequest", "hostingInvitation", "hostingProposal", "landlordApproach"} {
			if object == long { // site, space, project, need
				object = strings.ToLower(regexp.MustCompile(`[A-Z][a-z]+$`).FindString(long))
			}
		}
		want := map[string]string{"commit": "Int", "userErrors": "[PalierUserError!]!",
			object: strings.ToUpper(parts[1][:1]) + parts[1][1:]}
		switch {
		case parts[1] == "accessKey":
			want[object], want["secret"] = "PalierAccessKey", "String"
		case parts[1] == "accountAccess":
			want[object] = "PalierAccountAccess"
		case parts[1] == "landlordStock": // many objects, each with its outcome
			delete(want, object)
			want["items"] = "[LandlordStockItem!]!"
			for _, n := range []string{"created", "changed", "unchanged", "withdrawn", "refused"} {
				want[n+"Count"] = "Int!"
			}
		case parts[2] == "WriteMessage": // changes nothing of the request
			delete(want, object)
			want["message"] = "HostingMessage"
		case parts[2] == "Put": // persons are outside the ledger
			want = map[string]string{"userErrors": want["userErrors"], "person": "PalierPerson"}
		case parts[2] == "Erase":
			delete(want, object)
			want["erasedTextCount"] = "Int"
		case parts[2] == "Upsert":
			want["outcome"] = "PalierUpsertOutcome"
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", payload.Name, got, want)
		}
	}
}

// TestChangesSayWhatFieldsSay: a …ChangesInput has the fields of its
// …FieldsInput, described alike, of the same type, and none required. A slug
// never changes.
func TestChangesSayWhatFieldsSay(t *testing.T) {
	pairs := 0
	for _, changes := range ownTypes(ast.InputObject) {
		object, ok := strings.CutSuffix(changes.Name, "ChangesInput")
		if !ok {
			continue
		}
		pairs++
		fields := schema.Types[object+"FieldsInput"]
		if fields == nil {
			t.Errorf("%s has no %sFieldsInput", changes.Name, object)
			continue
		}
		for _, f := range fields.Fields {
			c := changes.Fields.ForName(f.Name)
			switch {
			case f.Name == "slug":
				if c != nil {
					t.Errorf("%s changes the slug", changes.Name)
				}
				continue
			case c == nil:
				t.Errorf("%s lacks %s", changes.Name, f.Name)
				continue
			case c.Type.NonNull || c.DefaultValue != nil:
				t.Errorf("%s.%s can't be left out as it is", changes.Name, c.Name)
			case c.Description != f.Description:
				t.Errorf("%s.%s is described otherwise than in %s", changes.Name, c.Name, fields.Name)
			}
			if want := strings.TrimSuffix(f.Type.String(), "!"); c.Type.String() != want {
				t.Errorf("%s.%s is %s, want %s", changes.Name, c.Name, c.Type, want)
			}
		}
		for _, c := range changes.Fields {
			if fields.Fields.ForName(c.Name) == nil {
				t.Errorf("%s.%s isn't in %s", changes.Name, c.Name, fields.Name)
			}
		}
	}
	if pairs != 7 {
		t.Errorf("%d inputs of changes, want one for each of the seven entities that have some", pairs)
	}
}

// TestConnections have the shape of Relay's specification, and what goes with
// them here.
func TestConnections(t *testing.T) {
	for _, def := range ownTypes(ast.Object) {
		node, ok := strings.CutSuffix(def.Name, "Connection")
		if !ok {
			continue
		}
		shape(t, def, map[string]string{
			"nodes": "[" + node + "!]!", "edges": "[" + node + "Edge!]!", "pageInfo": "PageInfo!",
			"totalCount": "Int!", "facets": "[PalierFacet!]!",
		})
		shape(t, schema.Types[node+"Edge"], map[string]string{"cursor": "String!", "node": node + "!"})
	}
	shape(t, schema.Types["PageInfo"], map[string]string{
		"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"})
	for _, def := range ownTypes(ast.Object) {
		for _, f := range ownFields(def) {
			if !strings.HasSuffix(f.Type.Name(), "Connection") {
				continue
			}
			first, after := f.Arguments.ForName("first"), f.Arguments.ForName("after")
			if def == schema.Subscription { // an event is a first page: the others are asked for
				after = schema.Types["HostingNeed"].Fields.ForName("matchChanges").Arguments.ForName("after")
			}
			if first == nil || first.Type.String() != "Int!" || first.DefaultValue == nil || after == nil || after.Type.String() != "String" {
				t.Errorf("%s.%s is no page: first and after", def.Name, f.Name)
			}
			// The changes of a list are filtered as the list is.
			list := strings.TrimSuffix(strings.TrimSuffix(f.Type.Name(), "Connection"), "Change")
			if filter := f.Arguments.ForName("filter"); filter == nil || filter.Type.String() != list+"Filter" {
				t.Errorf("%s.%s has no filter of its own", def.Name, f.Name)
			}
		}
	}
}

func shape(t *testing.T, def *ast.Definition, want map[string]string) {
	t.Helper()
	for name, typ := range want {
		if f := def.Fields.ForName(name); f == nil || f.Type.String() != typ {
			t.Errorf("%s.%s is %v, want %s", def.Name, name, f, typ)
		}
	}
}

// TestListsAndIDs: lists hold no nulls, and every entity is a Node. A change has
// the id of what it is of.
func TestListsAndIDs(t *testing.T) {
	for _, def := range ownTypes() {
		for _, f := range ownFields(def) {
			if f.Type.Elem != nil && !f.Type.Elem.NonNull && f.Name != "_entities" {
				t.Errorf("%s.%s may hold nulls", def.Name, f.Name)
			}
			if def.Kind == ast.Object && f.Name == "id" && def.Name != "PalierChange" && !slices.Contains(def.Interfaces, "Node") {
				t.Errorf("%s has an id and isn't a Node", def.Name)
			}
		}
	}
}

// TestLabels: a label stands beside every code that an object shows alone.
func TestLabels(t *testing.T) {
	without := []string{
		"Locale", "PalierUserErrorCode", "PalierUpsertOutcome", "PalierUnit", "PalierCurrency", "MatchResyncReason",
		"PalierChangeKind", "PalierChangeEffect", "PalierResyncReason", // no words for people
		"PositionQuality", "TerritoryScale", "CoverageScale", "PalierVisibility", "MatchCriterionKind", // said by what stands beside
	}
	for _, def := range ownTypes(ast.Object) {
		for _, f := range ownFields(def) {
			code := schema.Types[f.Type.Name()]
			if code.Kind != ast.Enum || f.Type.Elem != nil || slices.Contains(without, code.Name) ||
				slices.Contains(def.Interfaces, "PalierUserError") || f.Name == "approvalNeeded" {
				continue
			}
			if def.Fields.ForName(f.Name+"Label") == nil {
				t.Errorf("%s.%s has no label beside it", def.Name, f.Name)
			}
		}
	}
}
