package schema_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// root are the questions, without the federation's own.
func root(t *testing.T) (out ast.FieldList) {
	t.Helper()
	for _, f := range ownFields(schema.Query) {
		if !strings.HasPrefix(f.Name, "_") {
			out = append(out, f)
		}
	}
	return out
}

func isNode(name string) bool {
	def := schema.Types[name]
	return def != nil && slices.Contains(def.Interfaces, "Node")
}

// TestNamesThatStay: what clients were told never to look for again.
func TestNamesThatStay(t *testing.T) {
	for typ, fields := range map[string]string{
		"Query": "viewer node innovationProject innovationProjectBySlug innovationProjects landlord landlordBySiren landlords landlordSite landlordSites vacantSpace vacantSpaces " +
			"hostingNeed landlordNeed landlordNeeds hostingRequest hostingRequests codeList rulesets commune communes changes",
		"InnovationProject": "needs matches", "Landlord": "sites spaces needs hostingRequests matches", "PalierViewer": "role landlord project",
		"HostingNeed": "project matches landlordMatches", "VacantSpace": "site matches", "LandlordSite": "landlord", "LandlordNeed": "matches",
		"SpaceMatchConnection": "nodes edges pageInfo totalCount eligibleCount uncertainCount ineligibleCount facets ruleset",
		"ExplainedMatch":       "eligibility score reliability criteria nearMiss ruleset",
		"SpaceMatch":           "need space competingRequestCount eligibility score reliability criteria nearMiss ruleset",
		"MatchCriterion":       "code kind status weight score contribution wanted offered message question source asOf",
		"Ruleset":              "name version validFrom",
		"PalierFacetCount":     "code label count",
		"PalierUserError":      "code message path",
	} {
		for _, name := range strings.Fields(fields) {
			if schema.Types[typ] == nil || schema.Types[typ].Fields.ForName(name) == nil {
				t.Errorf("there is no %s.%s", typ, name)
			}
		}
	}
	for typ, of := range map[string]string{"LandlordMatch": "ExplainedMatch", "ProjectMatch": "ExplainedMatch", "SpaceMatch": "ExplainedMatch"} {
		if !slices.Contains(schema.Types[typ].Interfaces, of) {
			t.Errorf("%s isn't an %s", typ, of)
		}
	}
}

// TestLookups: one object is asked for by what identifies it, and is null when the
// viewer sees none; several are never null.
func TestLookups(t *testing.T) {
	for _, f := range root(t) {
		switch id := f.Arguments.ForName("id"); {
		case id != nil && id.Type.String() != "ID!":
			t.Errorf("Query.%s is asked for by %s", f.Name, id.Type)
		case isNode(f.Type.Name()) && f.Type.Elem == nil && f.Type.NonNull:
			t.Errorf("Query.%s can't say that there is none", f.Name)
		case f.Type.Elem != nil && !f.Type.NonNull:
			t.Errorf("Query.%s may be null", f.Name)
		}
	}
	// Whatever has an id is found by it, beside `node`, but for places, which have
	// official codes, and what is only ever read in a list.
	byOthers := []string{"Commune", "Departement", "Region", "Qpv", "DeadLetter", "PalierAccessKey", "PalierAccountAccess"}
	for _, def := range ownTypes(ast.Object) {
		name := strings.TrimPrefix(def.Name, "Palier")
		f := schema.Query.Fields.ForName(strings.ToLower(name[:1]) + name[1:])
		if !isNode(def.Name) || slices.Contains(byOthers, def.Name) {
			continue
		}
		if f == nil || f.Type.Name() != def.Name || f.Arguments.ForName("id") == nil {
			t.Errorf("%s isn't asked for by its id", def.Name)
		}
	}
}

// TestKeys: other graphs refer to whatever has an id by it, persons apart, and to
// nothing else; a key is a field that is there.
func TestKeys(t *testing.T) {
	for _, def := range ownTypes(ast.Object) {
		var keys []string
		for _, d := range def.Directives.ForNames("key") {
			key := d.Arguments.ForName("fields").Value.Raw
			keys = append(keys, key)
			if f := def.Fields.ForName(key); f == nil || len(f.Arguments) > 0 || f.Type.Elem != nil {
				t.Errorf("%s has no field for the key %q", def.Name, key)
			}
		}
		if want := isNode(def.Name) && def.Name != "PalierPerson"; slices.Contains(keys, "id") != want {
			t.Errorf("%s has the keys %q", def.Name, keys)
		}
	}
}

// TestAbsence: a list that may be null says when it is, since empty says something else.
func TestAbsence(t *testing.T) {
	for _, def := range ownTypes(ast.Object, ast.Interface) {
		if def.Name == "HostingNeedWhatIf" { // null is "as the need states", of every field
			continue
		}
		for _, f := range ownFields(def) {
			if f.Type.Elem != nil && !f.Type.NonNull && !regexp.MustCompile(`(?i)\bnull (when|for)\b`).MatchString(f.Description) {
				t.Errorf("%s.%s doesn't say when it is null", def.Name, f.Name)
			}
		}
	}
}

// TestObjectsNotIDs: a field leads to the object rather than to its id, unless the object
// may not be there for the viewer, or isn't one of the graph's.
func TestObjectsNotIDs(t *testing.T) {
	for _, def := range ownTypes(ast.Object, ast.Interface) {
		for _, f := range ownFields(def) {
			if f.Type.Name() != "ID" || f.Name == "id" {
				continue
			}
			switch name := def.Name + "." + f.Name; name {
			case "SpaceMatchChange.needId", "SpaceMatchChange.spaceId", "HostingRequestChange.requestId": // of what may be gone; the object is beside it
			case "PalierVersionValue.ids", "PalierPersonText.about", "DeadLetterEvent.objectId": // of objects of any type
			case "DeadLetter.personId", "DeadLetter.organisationId": // of who may be erased, or of any type
			case "PalierAlreadyExists.existingId": // to be asked for, if one may
			case "PalierAccessKey.replacesId", "PalierAccessKey.replacedById", "PalierViewer.accessKeyId": // keys see no keys
			default:
				t.Errorf("%s is an id: lead to the object, or say here why not", name)
			}
		}
	}
}

// TestPages: a list of objects that can grow is a connection. Those that aren't say here
// what bounds them.
func TestPages(t *testing.T) {
	bounded := map[string]string{
		"Query.communes":              "first",
		"HostingContacts.project":     "who was named for one request",
		"HostingContacts.landlord":    "who was named for one request",
		"HostingInvitation.spaces":    "those that it names",
		"HostingProposal.spaces":      "those that it names",
		"HostingRequest.wantedSpaces": "those that it names",
		"LandlordApproach.projects":   "those that it names",
		"LandlordNeed.sites":          "those that it names",
		"Landlord.subsidiaries":       "of one group",
		"SpaceMatch.earlierRefusals":  "of one need and one space",
	}
	for _, def := range ownTypes(ast.Object, ast.Interface) {
		for _, f := range ownFields(def) {
			name := def.Name + "." + f.Name
			if f.Type.Elem == nil || !isNode(f.Type.Name()) || f.Name == "nodes" {
				continue
			}
			if bounded[name] == "" {
				t.Errorf("%s is a list that may grow: make it a connection, or say here what bounds it", name)
			}
			delete(bounded, name)
		}
	}
	for name := range bounded {
		t.Errorf("%s is named here, and is no list", name)
	}
	for _, def := range ownTypes(ast.Object) {
		for _, f := range ownFields(def) {
			for _, a := range f.Arguments {
				switch {
				case a.Name == "first" && !strings.Contains(a.Description, "1 to "):
					t.Errorf("%s.%s(first:) doesn't say how many at the most", def.Name, f.Name)
				case a.Name == "orderBy" && (!strings.HasSuffix(a.Type.Name(), "Order") || schema.Types[a.Type.Name()].Kind != ast.Enum || !a.Type.NonNull || a.DefaultValue == nil):
					t.Errorf("%s.%s is ordered by %s", def.Name, f.Name, a.Type)
				case a.Name == "filter" && (schema.Types[a.Type.Name()].Kind != ast.InputObject || a.Type.NonNull || a.Type.Elem != nil):
					t.Errorf("%s.%s is filtered by %s", def.Name, f.Name, a.Type)
				}
			}
		}
	}
}

// TestValues: what a value is follows from its name: a moment, an official number, an
// address; a duration has its unit there. No scalar takes just anything.
func TestValues(t *testing.T) {
	named := []struct {
		name *regexp.Regexp
		want []string
	}{
		{regexp.MustCompile(`[a-z]At$|^at$`), []string{"DateTime"}},
		{regexp.MustCompile(`^siren$|[a-z]Siren$`), []string{"Siren"}},
		{regexp.MustCompile(`^siret$|[a-z]Siret$`), []string{"Siret"}},
		{regexp.MustCompile(`^url$|[a-z]Url$|^website$`), []string{"Url"}},
		{regexp.MustCompile(`(Count|Months|^version)$`), []string{"Int"}},
		{regexp.MustCompile(`(Days|Hours)$`), []string{"Int", "Float"}},
		{regexp.MustCompile(`(Km|M2|Percent)$`), []string{"Int", "Float"}},
	}
	unitless := regexp.MustCompile(`(?i)(duration|delay|period|length|radius|surface|distance)$`)
	for _, def := range ownTypes(ast.Object, ast.Interface, ast.InputObject) {
		for _, f := range ownFields(def) {
			typ := f.Type.Name()
			for _, rule := range named {
				scalar := schema.Types[typ].Kind == ast.Scalar
				if scalar && rule.name.MatchString(f.Name) && !slices.Contains(rule.want, typ) && def.Name+"."+f.Name != "Ruleset.version" && def.Name+"."+f.Name != "HostingRequestMatch.rulesetVersion" {
					t.Errorf("%s.%s is %s, want %v", def.Name, f.Name, typ, rule.want)
				}
			}
			if (typ == "Int" || typ == "Float") && unitless.MatchString(f.Name) {
				t.Errorf("%s.%s doesn't say its unit", def.Name, f.Name)
			}
		}
	}
	for _, def := range ownTypes(ast.Scalar) {
		if regexp.MustCompile(`(?i)json|any|map|object`).MatchString(strings.TrimPrefix(def.Name, "_")) && def.Name != "_Any" {
			t.Errorf("%s takes just anything", def.Name)
		}
	}
}

// TestLocales: what is said in words is said in the language that is asked for, French
// by default. Refusals follow the request's.
func TestLocales(t *testing.T) {
	words := regexp.MustCompile(`^(message|question|display)$|[a-z]Label$`)
	for _, def := range ownTypes(ast.Object, ast.Interface) {
		if def.Name == "PalierUserError" || slices.Contains(def.Interfaces, "PalierUserError") {
			continue
		}
		for _, f := range ownFields(def) {
			if !words.MatchString(f.Name) || f.Type.Name() != "String" {
				continue
			}
			if a := f.Arguments.ForName("locale"); a == nil || a.Type.String() != "Locale!" || a.DefaultValue == nil || a.DefaultValue.Raw != "FR" {
				t.Errorf("%s.%s isn't asked for in a language", def.Name, f.Name)
			}
		}
	}
}

// TestUserErrors: every refusal says what is wrong, where, and by which code.
func TestUserErrors(t *testing.T) {
	kinds := schema.GetPossibleTypes(schema.Types["PalierUserError"])
	if len(kinds) < 10 {
		t.Errorf("%d kinds of refusals", len(kinds))
	}
	for _, def := range kinds {
		shape(t, def, map[string]string{"message": "String!", "path": "[String!]!", "code": "PalierUserErrorCode!"})
	}
}

// TestReferences: an object that a landlord has its own reference of is taken by that
// as well as by the id, by exactly one.
func TestReferences(t *testing.T) {
	refs := 0
	for _, def := range ownTypes(ast.InputObject) {
		if !strings.HasSuffix(def.Name, "Ref") {
			continue
		}
		refs++
		for name, want := range map[string]string{"id": "ID", "externalRef": "String", "landlordId": "ID"} {
			if f := def.Fields.ForName(name); f == nil || f.Type.String() != want {
				t.Errorf("%s.%s is %v, want %s", def.Name, name, f, want)
			}
		}
	}
	if refs != 3 {
		t.Errorf("%d references, want those of sites, spaces and needs", refs)
	}
	for _, def := range ownTypes(ast.InputObject) {
		for _, f := range def.Fields {
			if regexp.MustCompile(`^(site|space)Ids?$`).MatchString(f.Name) && !strings.HasSuffix(def.Name, "Filter") {
				t.Errorf("%s.%s takes ids only: take a …Ref", def.Name, f.Name)
			}
		}
	}
}

// TestDeprecations: what goes says what takes its place.
func TestDeprecations(t *testing.T) {
	check := func(name string, directives ast.DirectiveList) {
		t.Helper()
		if d := directives.ForName("deprecated"); d != nil {
			if reason := d.Arguments.ForName("reason"); reason == nil || !strings.Contains(reason.Value.Raw, "`") {
				t.Errorf("%s is deprecated, and nothing in backquotes takes its place", name)
			}
		}
	}
	for _, def := range ownTypes() {
		for _, f := range ownFields(def) {
			check(def.Name+"."+f.Name, f.Directives)
			for _, a := range f.Arguments {
				check(def.Name+"."+f.Name+"."+a.Name, a.Directives)
			}
		}
		for _, v := range def.EnumValues {
			check(def.Name+"."+v.Name, v.Directives)
		}
	}
}
