package domain

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every field of the documents whose histories are told has a wording in both
// languages, or is said to be untold; and no wording is of a field that isn't there.
func TestEveryFieldHasItsWording(t *testing.T) {
	seen := make(map[reflect.Type]bool)
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() || leaf(of) || seen[of] {
			return
		}
		seen[of] = true
		var fields []string
		for i := range of.NumField() {
			field := of.Field(i)
			if field.Anonymous {
				walk(field.Type)
				continue
			}
			fields = append(fields, field.Name)
			w, known := wordings[of][field.Name]
			if !known {
				t.Errorf("%s.%s has no wording", of, field.Name)
			}
			if w == untold {
				continue
			}
			part := !leaf(field.Type) && w.text == (Bilingual{})
			if w.name == "" || !part && (w.text.French == "" || w.text.English == "") {
				t.Errorf("%s.%s is called %+v", of, field.Name, w)
			}
			if field.Type == reflect.TypeFor[time.Time]() {
				t.Errorf("%s.%s: there are no words for an instant", of, field.Name)
			}
			walk(field.Type)
		}
		if stray := slices.DeleteFunc(slices.Sorted(maps.Keys(wordings[of])), func(name string) bool { return slices.Contains(fields, name) }); len(stray) > 0 {
			t.Errorf("%s has no %v", of, stray)
		}
	}
	walk(reflect.TypeFor[VacantSpace]())
	walk(reflect.TypeFor[HostingRequest]())
	walk(reflect.TypeFor[Placement]())
	for of := range wordings {
		if !seen[of] {
			t.Errorf("%s is no part of a document whose history is told", of)
		}
	}
}

// namesOfTest know everything but what is called hidden.
type namesOfTest struct{}

func (namesOfTest) Name(id ID, l Locale) (string, bool) {
	return l.In("le ", "the ") + id.Code(), !strings.Contains(string(id), "hidden")
}

func (namesOfTest) TerritoryName(t Territory, l Locale) string { return t.Code }

func TestDifferences(t *testing.T) {
	space := VacantSpace{ID: "spc_1", Record: Record{Version: 1, State: PublicationDraft},
		SpaceFields: SpaceFields{Label: "Salle", Kind: SpaceKindCollectiveRoom, Visibility: VisibilityPublic, Surface: SurfaceRange{MinM2: new(60.0)}}}
	request := HostingRequest{ID: "req_1", Status: RequestPilot, RequestFields: RequestFields{Wish: WishSpaces, Spaces: []SpaceID{"spc_a", "spc_hidden"}}}
	for name, tc := range map[string]struct {
		before, after any
		upkeep        bool
		french        string
	}{
		"nothing": {&space, changed(space, func(s *VacantSpace) { s.Version, s.UpdatedAt = 2, time.Now() }), true, ""},
		"a number with its unit": {&space, changed(space, func(s *VacantSpace) { s.Surface.MinM2 = new(72.5) }), false,
			"surface.minM2 surface minimale : 60 m² → 72,5 m²"},
		"unknown": {changed(space, func(s *VacantSpace) { s.Capacity = new(1) }), &space, false, "capacity capacité : 1 personne → non précisé"},
		"codes": {&space, changed(space, func(s *VacantSpace) { s.Utilities = []SpaceUtility{UtilityWater, UtilityElectricity} }), false,
			"utilities équipements : non précisé → eau, électricité"},
		"none and unknown": {&space, changed(space, func(s *VacantSpace) { s.ExcludedUses = []Activity{} }), false, "excludedUses usages exclus : non précisé → aucun"},
		"a state":          {&space, changed(space, func(s *VacantSpace) { s.State = PublicationPublished }), false, "state état : brouillon → publié"},
		"upkeep": {&space, changed(space, func(s *VacantSpace) { s.Visibility, s.ExternalRef = VisibilityPrivate, new("L-1") }), true,
			"management.visibility visibilité : public → privé (l'organisation et la fondation); management.externalRef référence du bailleur : non précisé → L-1"},
		"upkeep for others": {&space, changed(space, func(s *VacantSpace) { s.Visibility, s.ExternalRef = VisibilityPrivate, new("L-1") }), false, ""},
		"a part added": {&space, changed(space, func(s *VacantSpace) {
			s.Cost = &Cost{Amount: 125050, Currency: CurrencyEur, Basis: CostPerMonth, ChargesIncluded: new(false)}
		}), false, "cost coût, ajout : montant : 1 250,50 €, devise : euro, base : par mois, charges comprises : non"},
		"a part changed": {changed(space, func(s *VacantSpace) { s.WorksNeeded = &SpaceWorks{Description: "Peinture", Days: new(3)} }),
			changed(space, func(s *VacantSpace) { s.WorksNeeded = &SpaceWorks{Description: "Peinture", Days: new(5)} }), false,
			"worksNeeded.days travaux nécessaires, durée : 3 jours → 5 jours"},
		"slots": {&space, changed(space, func(s *VacantSpace) {
			s.Availability.OpeningSlots = []RecurringSlot{{Rule: "FREQ=WEEKLY;BYDAY=TU", Start: 17 * 60, DurationMinutes: 60}}
		}), false, "availability.openingSlots.0 disponibilité, créneau d'ouverture, ajout : chaque mardi, de 17:00 à 18:00"},
		"spaces, of which one is hidden": {&request, changed(request, func(r *HostingRequest) { r.Spaces = []SpaceID{"spc_a", "spc_b"} }), true,
			"wantedSpaces locaux demandés : le a → le a, le b"},
		"hidden spaces only": {&request, changed(request, func(r *HostingRequest) { r.Spaces = []SpaceID{"spc_a", "spc_hidden2"} }), true, ""},
		"another space of the same name": {changed(request, func(r *HostingRequest) { r.Scope = &HostingScope{Space: new(SpaceID("spc_a"))} }),
			changed(request, func(r *HostingRequest) { r.Scope = &HostingScope{Space: new(SpaceID("sit_a"))} }), true, "chosenSpace cadrage, local retenu : le a → le a"},
		"a text": {&request, changed(request, func(r *HostingRequest) { r.Missing = "txt_1" }), true, "missing compléments demandés, ajout : un texte"},
		"another text": {changed(request, func(r *HostingRequest) { r.Missing = "txt_1" }), changed(request, func(r *HostingRequest) { r.Missing = "txt_2" }), true,
			"missing compléments demandés : un texte → un autre texte"},
		"a figure corrected, one added": {changed(request, func(r *HostingRequest) { r.Indicators = []IndicatorFigure{{Code: IndicatorHours, Value: 3}} }),
			changed(request, func(r *HostingRequest) {
				r.Indicators = []IndicatorFigure{{Code: IndicatorHours, Value: 4}, {Code: IndicatorHours, Value: 7, Source: "cahier"}}
			}), true, "indicators.0.value indicateur, valeur : 3 → 4; indicators.1 indicateur, ajout : nature : heures d'activité, valeur : 7, source : cahier"},
		"one in the middle removed": {changed(request, func(r *HostingRequest) {
			r.ScaledTo = []Territory{{Scale: TerritoryDepartement, Code: "01"}, {Scale: TerritoryDepartement, Code: "02"}, {Scale: TerritoryDepartement, Code: "03"}}
		}), changed(request, func(r *HostingRequest) {
			r.ScaledTo = []Territory{{Scale: TerritoryDepartement, Code: "01"}, {Scale: TerritoryDepartement, Code: "03"}}
		}), true, "scaledTo.1 essaimage vers, retrait : 02"},
		"a day and a status": {&request, changed(request, func(r *HostingRequest) { r.Status, r.HandedOver = RequestEvaluated, new(NewDate(2026, 11, 1)) }), true,
			"status statut : expérimentation → évaluée; handedOverOn remise des clés : non précisé → 1er novembre 2026"},
		"a score": {changed(request, func(r *HostingRequest) { r.Matches = []RequestMatch{{ScoreTenths: 853}} }), changed(request, func(r *HostingRequest) { r.Matches = []RequestMatch{{ScoreTenths: 900}} }), true,
			"matches.0.score correspondance au dépôt, score : 85,3 → 90"},
	} {
		t.Run(name, func(t *testing.T) {
			var told []string
			for _, c := range Differences(tc.before, tc.after, tc.upkeep, namesOfTest{}) {
				told = append(told, c.Path+" "+c.Message(French))
				if c.Message(English) == "" || c.Label(English) == c.Label(French) && strings.Contains(c.Label(French), "é") {
					t.Errorf("in English: %s", c.Message(English))
				}
			}
			got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(told, "; "))
			if got != tc.french {
				t.Errorf("\n got %s\nwant %s", got, tc.french)
			}
		})
	}
}

// changed is a copy with a change.
func changed[T any](doc T, change func(*T)) *T {
	change(&doc)
	return &doc
}

// A value that is simple is told as such.
func TestDifferencesAreTyped(t *testing.T) {
	var before, after HostingRequest
	after.Surface.MinM2, after.Status, after.DueOn, after.Sent, after.Spaces = new(60.0), RequestDraft, new(NewDate(2026, 11, 1)), true, []SpaceID{"spc_a"}
	got := make(map[string]FieldValue)
	for _, c := range Differences(&before, &after, true, namesOfTest{}) {
		got[c.Path] = *c.After
	}
	if v := got["surface.minM2"]; *v.Number != 60 || *v.Unit != UnitM2 {
		t.Errorf("surface %+v", v)
	}
	if v := got["status"]; !slices.Equal(v.Codes, []string{"DRAFT"}) {
		t.Errorf("status %+v", v)
	}
	if v := got["dueOn"]; *v.Date != NewDate(2026, 11, 1) {
		t.Errorf("due %+v", v)
	}
	if v := got["sent"]; !*v.Flag {
		t.Errorf("sent %+v", v)
	}
	if v := got["wantedSpaces"]; !slices.Equal(v.IDs, []ID{"spc_a"}) {
		t.Errorf("spaces %+v", v)
	}
}
