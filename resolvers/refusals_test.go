package resolvers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/internal/apitest"
)

// wrong is a value that a field can't take, and where the refusal points.
type wrong struct {
	field string
	value any
	// at is the way to the value below the fields; the field itself when empty.
	at string
}

func (w wrong) path() string {
	if w.at == "" {
		return w.field
	}
	return w.at
}

type object = map[string]any

var (
	long     = strings.Repeat("é", 201)
	veryLong = strings.Repeat("a", 4_001)
	// wrongTerritories are those that no list of territories takes.
	wrongTerritories = []struct {
		value object
		at    string
	}{
		{object{"scale": "PLANET"}, "scale"},
		{object{"scale": "COMMUNE", "code": "99999"}, "code"},
		{object{"scale": "COMMUNE", "code": "93200"}, "code"}, // the postal code of Saint-Denis
		{object{"scale": "COMMUNE"}, "code"},
		{object{"scale": "DEPARTEMENT", "code": "99"}, "code"},
		{object{"scale": "REGION", "code": "10"}, "code"},
		{object{"scale": "COUNTRY", "code": "FR"}, "code"},
		{object{"scale": "RADIUS", "code": "93066"}, "radiusKm"},
		{object{"scale": "RADIUS", "code": "93066", "radiusKm": 0}, "radiusKm"},
		{object{"scale": "RADIUS", "code": "93066", "radiusKm": 1001}, "radiusKm"},
		{object{"scale": "COMMUNE", "code": "93066", "radiusKm": 5}, "radiusKm"},
		{object{"scale": "COMMUNE", "code": "$where"}, "code"},
	}
	wrongSlots = []struct {
		value object
		at    string
	}{
		{object{"rule": "", "start": "10:00", "durationMinutes": 60}, "rule"},
		{object{"rule": "TUESDAYS", "start": "10:00", "durationMinutes": 60}, "rule"},
		{object{"rule": "FREQ=SECONDLY", "start": "10:00", "durationMinutes": 60}, "rule"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=XX", "start": "10:00", "durationMinutes": 60}, "rule"},
		{object{"rule": "FREQ=WEEKLY;COUNT=3", "start": "10:00", "durationMinutes": 60}, "rule"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "24:00", "durationMinutes": 60}, "start"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "dix heures", "durationMinutes": 60}, "start"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "10:00", "durationMinutes": 0}, "durationMinutes"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "10:00", "durationMinutes": -60}, "durationMinutes"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "10:00", "durationMinutes": 1441}, "durationMinutes"},
		{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "10:00", "durationMinutes": 60, "from": "2027-02-01", "until": "2027-01-01"}, "until"},
	}
	wrongProvenance = []wrong{
		{"provenance", object{"source": ""}, "provenance.source"},
		{"provenance", object{"source": "x", "asOf": "hier"}, "provenance.asOf"},
	}
)

// wrongFields are the values that each kind of record refuses.
var wrongFields = map[string][]wrong{
	"landlord": append([]wrong{
		{"name", "", ""}, {"name", "  ", ""}, {"name", long, ""}, {"name", "Nul\u0000", ""}, {"name", object{"$ne": ""}, ""},
		{"kind", "HLM", ""}, {"kind", "oph", ""}, {"kind", "", ""},
		{"siren", "123456789", ""}, {"siren", "12345678", ""}, {"siren", "000 001 016", ""}, {"siren", "", ""},
		{"groupId", "spc_aaaaaaaaaaaaaaaaaaaa", ""}, {"groupId", "", ""},
		{"federation", "", ""},
		{"dwellings", object{"value": -1}, "dwellings.value"}, {"dwellings", object{"value": 1.5}, "dwellings.value"},
		{"employees", object{"value": 10, "asOf": "2026-13-01"}, "employees.asOf"},
		{"priorities", []any{nil, nil}, "priorities.0"}, {"priorities", []any{"CULTURE", "CULTURE"}, "priorities.1"}, {"priorities", []any{"PEACE"}, "priorities.0"},
		{"publics", []any{"NOBODY"}, "publics.0"}, {"practices", []any{"BRIBE"}, "practices.0"},
		{"partners", []any{object{"name": ""}}, "partners.0.name"}, {"partners", []any{object{"name": "x", "levers": []any{"LOTS", "LOTS"}}}, "partners.0.levers.1"},
		{"guardingCostMonthly", "-1", ""}, {"guardingCostMonthly", "1.234", ""}, {"guardingCostMonthly", "beaucoup", ""}, {"guardingCostMonthly", "99999999999999999999", ""},
		{"website", "exemple.fr", ""}, {"website", "javascript:alert(1)", ""}, {"website", "", ""},
		{"logo", object{"url": "https://www.exemple.fr/logo.png", "alternativeText": ""}, "logo.alternativeText"},
	}, wrongProvenance...),
	"site": append([]wrong{
		{"name", "", ""}, {"name", long, ""}, {"street", " ", ""},
		{"communeCode", "93999", ""}, {"communeCode", "93200", ""}, {"communeCode", "Paris", ""}, {"communeCode", "", ""}, {"communeCode", 75056, ""},
		{"position", object{"latitude": 91, "longitude": 0}, "position.latitude"}, {"position", object{"latitude": 0, "longitude": -181}, "position.longitude"},
		{"position", object{"latitude": "nord", "longitude": 0}, "position.latitude"},
		{"priorityDistrict", object{"standing": "INSIDE", "code": "QN1"}, "priorityDistrict.code"}, {"priorityDistrict", object{"standing": "OUTSIDE", "code": "QN09405M"}, "priorityDistrict.code"},
		{"npnruInterest", "LOCAL", ""},
		{"dwellings", object{"value": -5}, "dwellings.value"},
		{"residentPublics", []any{"SENIORS", "SENIORS"}, "residentPublics.1"},
		{"works", []any{object{"kind": "DEMOLITION", "from": "2027-06-01", "until": "2027-05-31"}}, "works.0.until"}, {"works", []any{object{"kind": "PAINTING"}}, "works.0.kind"},
		{"tenantsAssociation", object{"exists": false, "name": "Les locataires"}, "tenantsAssociation.name"},
		{"localAuthority", object{"support": "MAYBE"}, "localAuthority.support"},
		{"visibility", "SECRET", ""},
		{"externalRef", " ", ""}, {"externalRef", long, ""},
		{"identifiers", []any{object{"scheme": "", "value": "1"}}, "identifiers.0.scheme"},
	}, wrongProvenance...),
	"space": append([]wrong{
		{"label", "", ""}, {"label", long, ""}, {"kind", "CASTLE", ""},
		{"surface", object{"minM2": -20}, "surface.minM2"}, {"surface", object{"maxM2": 0}, "surface.maxM2"}, {"surface", object{"minM2": 60, "maxM2": 40}, "surface.maxM2"}, {"surface", object{"minM2": 1_000_001}, "surface.minM2"},
		{"floor", 61, ""}, {"floor", 1.5, ""}, {"stepFreeAccess", "YES", ""},
		{"erp", object{"category": "CATEGORY_6"}, "erp.category"}, {"erp", object{"category": "CATEGORY_5", "types": []any{"L", "L"}}, "erp.types.1"},
		{"capacity", -1, ""},
		{"utilities", []any{"WATER", nil}, "utilities.1"}, {"excludedUses", []any{"NOISE"}, "excludedUses.0"},
		{"worksNeeded", object{"description": ""}, "worksNeeded.description"}, {"worksNeeded", object{"description": veryLong}, "worksNeeded.description"},
		{"worksNeeded", object{"description": "x", "days": -1}, "worksNeeded.days"}, {"worksNeeded", object{"description": "x", "estimatedCost": "-1"}, "worksNeeded.estimatedCost"},
		{"vacancyCause", "GHOSTS", ""},
		{"availability", object{"from": "2027-06-01", "until": "2027-05-31"}, "availability.until"}, {"availability", object{"until": "2027-05-31", "openEnded": true}, "availability.openEnded"},
		{"availability", object{"from": "31/05/2027"}, "availability.from"}, {"availability", object{"from": "2027-02-29"}, "availability.from"}, {"availability", object{"from": ""}, "availability.from"},
		{"occupancyForms", []any{"SQUAT"}, "occupancyForms.0"},
		{"cost", object{"amount": "-5", "basis": "PER_MONTH"}, "cost.amount"}, {"cost", object{"amount": "5", "basis": "PER_DAY"}, "cost.basis"}, {"cost", object{"amount": "5", "basis": "PER_MONTH", "currency": "XAF"}, "cost.currency"},
		{"cost", object{"amount": "5", "basis": "PER_MONTH", "vatPercent": -1}, "cost.vatPercent"},
		{"commitments", []any{object{"kind": "PARTY"}}, "commitments.0.kind"}, {"commitments", []any{object{"kind": "OWN_USE", "from": "2027-02-01", "until": "2027-01-31"}}, "commitments.0.until"},
		{"visibility", "EVERYONE", ""}, {"externalRef", "", ""},
	}, wrongProvenance...),
	"project": append([]wrong{
		{"aliases", []any{"Les Petites"}, "aliases.0"}, {"aliases", []any{""}, "aliases.0"},
		{"name", " ", ""}, {"summary", "", ""}, {"summary", veryLong, ""},
		{"website", "ftp://exemple.fr", ""}, {"contactUrl", "mailto:a@exemple.fr", ""},
		{"image", object{"url": "x", "alternativeText": "x"}, "image.url"},
		{"holder", object{"name": ""}, "holder.name"}, {"holder", object{"name": "x", "siren": "000001017"}, "holder.siren"}, {"holder", object{"name": "x", "siret": "00000101600001"}, "holder.siret"}, {"holder", object{"name": "x", "rna": "123"}, "holder.rna"},
		{"awards", []any{object{"programme": "x", "year": 21}}, "awards.0.year"}, {"awards", []any{object{"programme": ""}}, "awards.0.programme"},
		{"stage", "DEAD", ""},
		{"domains", []any{}, ""}, {"domains", []any{"CULTURE", "CULTURE"}, "domains.1"}, {"publics", []any{}, ""}, {"publics", []any{nil}, "publics.0"},
		{"tags", []any{""}, "tags.0"},
		{"approvals", []any{object{"kind": "PERMIT"}}, "approvals.0.kind"},
		{"references", []any{object{"label": "", "hlmLandlord": true}}, "references.0.label"}, {"references", []any{object{"label": "x", "year": 20261}}, "references.0.year"},
	}, wrongProvenance...),
	"need": append([]wrong{
		{"label", "", ""}, {"label", long, ""}, {"description", "", ""}, {"description", veryLong, ""},
		{"placesWanted", 0, ""}, {"placesWanted", 1001, ""}, {"placesWanted", 1_000_000_000_000, ""},
		{"spaceKinds", []any{}, ""}, {"spaceKinds", []any{"OFFICE", "OFFICE"}, "spaceKinds.1"}, {"activity", "SLEEPING", ""},
		{"surface", object{"minM2": -1}, "surface.minM2"}, {"surface", object{"minM2": 50, "maxM2": 49.9}, "surface.maxM2"},
		{"use", object{"kind": "SOMETIMES"}, "use.kind"}, {"use", object{"kind": "RECURRING"}, "use.slots"},
		{"use", object{"kind": "CONTINUOUS", "slotsNeeded": 1}, "use.slotsNeeded"},
		{"use", object{"kind": "RECURRING", "slots": []any{object{"rule": "FREQ=WEEKLY;BYDAY=TU", "start": "10:00", "durationMinutes": 60}}, "slotsNeeded": 2}, "use.slotsNeeded"},
		{"start", object{"earliest": "2027-06-01", "latest": "2027-05-01"}, "start.latest"}, {"start", object{"earliest": "bientôt"}, "start.earliest"},
		{"duration", object{"minMonths": 0}, "duration.minMonths"}, {"duration", object{"minMonths": 1189}, "duration.minMonths"}, {"duration", object{"minMonths": 12, "maxMonths": 6}, "duration.maxMonths"},
		{"fitOutDays", -1, ""}, {"fitOutDays", 3651, ""},
		{"territories", []any{}, ""}, {"territories", []any{nil}, "territories.0"},
		{"publicReception", object{"erpTypes": []any{"L"}, "headcount": 0}, "publicReception.headcount"}, {"publicReception", object{"erpTypes": []any{"Z"}, "headcount": 10}, "publicReception.erpTypes.0"},
		{"utilities", []any{"WATER", "WATER"}, "utilities.1"},
		{"budget", object{"monthlyCeiling": "-0.01"}, "budget.monthlyCeiling"}, {"budget", object{"monthlyCeiling": "1e3"}, "budget.monthlyCeiling"},
		{"occupancyForms", []any{"UNDETERMINED", "UNDETERMINED"}, "occupancyForms.1"},
	}, wrongProvenance...),
}

func init() {
	for _, w := range wrongTerritories {
		for kind, field := range map[string]string{"landlord": "territories", "project": "footprint", "need": "territories"} {
			good := object{"scale": "COUNTRY"}
			wrongFields[kind] = append(wrongFields[kind], wrong{field, []any{good, w.value}, field + ".1." + w.at})
		}
	}
	for _, w := range wrongSlots {
		wrongFields["space"] = append(wrongFields["space"],
			wrong{"availability", object{"openingSlots": []any{w.value}}, "availability.openingSlots.0." + w.at},
			wrong{"commitments", []any{object{"kind": "OWN_USE", "slots": []any{w.value}}}, "commitments.0.slots.0." + w.at})
		wrongFields["need"] = append(wrongFields["need"],
			wrong{"use", object{"kind": "RECURRING", "slots": []any{w.value}}, "use.slots.0." + w.at})
	}
}

// commands are how the fields of each kind are sent. %s are the fields.
func commands(v apitest.Village) map[string][]command {
	id := v.IDs
	return map[string][]command{
		"landlord": {
			{"landlordRegister", "LandlordRegisterInput", "landlord", object{}, object{"name": "N", "kind": "OPH"}},
			{"landlordChange", "LandlordChangeInput", "changes", object{"id": id["plaine"], "expectedVersion": 1}, nil},
		},
		"site": {
			{"landlordSiteRegister", "LandlordSiteRegisterInput", "site", object{"landlordId": id["plaine"]}, object{"name": "N", "communeCode": "74010"}},
			{"landlordSiteUpsert", "LandlordSiteUpsertInput", "site", object{"landlordId": id["plaine"]}, object{"name": "N", "communeCode": "74010", "externalRef": "S-1"}},
			{"landlordSiteChange", "LandlordSiteChangeInput", "changes", object{"site": object{"id": id["pre"]}, "expectedVersion": 1}, nil},
		},
		"space": {
			{"vacantSpaceRegister", "VacantSpaceRegisterInput", "space", object{"site": object{"id": id["pre"]}}, object{"label": "N", "kind": "OFFICE"}},
			{"vacantSpaceUpsert", "VacantSpaceUpsertInput", "space", object{"site": object{"id": id["pre"]}}, object{"label": "N", "kind": "OFFICE", "externalRef": "L-1"}},
			{"vacantSpaceChange", "VacantSpaceChangeInput", "changes", object{"space": object{"id": id["grange"]}, "expectedVersion": 1}, nil},
		},
		"project": {
			{"innovationProjectRegister", "InnovationProjectRegisterInput", "project", object{}, object{"slug": "n", "name": "N", "summary": "S", "holder": object{"name": "H"}, "stage": "SCALING", "domains": []any{"CULTURE"}, "publics": []any{"ALL"}}},
			{"innovationProjectChange", "InnovationProjectChangeInput", "changes", object{"id": id["cantine"], "expectedVersion": 1}, nil},
		},
		"need": {
			{"hostingNeedRegister", "HostingNeedRegisterInput", "need", object{"projectId": id["cantine"]}, object{"label": "N", "spaceKinds": []any{"OFFICE"}, "activity": "OTHER", "use": object{"kind": "CONTINUOUS"}, "duration": object{"minMonths": 6}, "territories": []any{object{"scale": "COUNTRY"}}}},
			{"hostingNeedChange", "HostingNeedChangeInput", "changes", object{"id": id["cuisine"], "expectedVersion": 1}, nil},
		},
	}
}

type command struct {
	mutation, input string
	// fields is the name of the fields in the input.
	fields string
	// rest of the input, and what the fields need at least.
	rest, least object
}

func (c command) document() string {
	return fmt.Sprintf(`mutation($input: %s!) { %s(input: $input) { commit userErrors { code message path } } }`, c.input, c.mutation)
}

func (c command) with(field string, value any) object {
	input, fields := maps.Clone(c.rest), maps.Clone(c.least)
	if fields == nil {
		fields = make(object)
	}
	fields[field] = value
	input[c.fields] = fields
	return object{"input": input}
}

// TestWrongFields: every command refuses every value that a field can't take,
// names the field, and says in French and in English what to do.
func TestWrongFields(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	french := v.As(t, apitest.Staff)
	english := french
	english.Language = "en"
	// An id that is of another kind can be answered as one that isn't found.
	codes := []string{"INVALID_INPUT", "NOT_FOUND", "GRAPHQL_VALIDATION_FAILED"}
	before := v.Hub.World().Commit()
	cases := 0
	for kind, commands := range commands(v) {
		for _, c := range commands {
			for _, w := range wrongFields[kind] {
				if w.field == "externalRef" && strings.HasSuffix(c.mutation, "Upsert") && w.value != long {
					continue // the key of an upsert is required before its form is looked at: same path, tested by script
				}
				cases++
				want := "input." + c.fields + "." + w.path()
				variables := c.with(w.field, w.value)
				in := func(client apitest.Client) string {
					a := client.Try(t, c.document(), variables)
					i := slices.IndexFunc(a.Refusals(), func(r apitest.Refusal) bool {
						return r.Path == want && slices.Contains(codes, r.Code) && r.Message != ""
					})
					if i < 0 {
						t.Errorf("%s with %s = %s: no refusal at %s\n%s", c.mutation, w.field, short(w.value), want, a.Body)
						return ""
					}
					if strings.Contains(string(a.Body), "%!") {
						t.Errorf("%s with %s = %s: a formatting fault\n%s", c.mutation, w.field, short(w.value), a.Body)
					}
					r := a.Refusals()[i]
					if r.Code == "GRAPHQL_VALIDATION_FAILED" {
						return "" // the language's own rules speak English
					}
					return r.Message
				}
				if fr, en := in(french), in(english); fr == en && fr != "" {
					t.Errorf("%s with %s = %s: the same message in both languages: %s", c.mutation, w.field, short(w.value), fr)
				}
			}
		}
	}
	if now := v.Hub.World().Commit(); now != before {
		t.Errorf("%d commits were written", now-before)
	}
	t.Logf("%d cases in two languages", cases)
}

func short(v any) string {
	text, _ := json.Marshal(v)
	if len(text) > 200 {
		return string(text[:200]) + "…"
	}
	return string(text)
}
