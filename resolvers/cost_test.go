package resolvers_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// TestPushesArePaidFor: what is written costs by how much it is, and so does what is
// assumed of a need's calendar.
func TestPushesArePaidFor(t *testing.T) {
	s := apitest.Setup{Config: func(c *hub.Config) { c.Quotas.Stock = 30 }}.New(t)
	mine := apitest.Do[domain.LandlordID](t, s, hub.RegisterLandlord{Landlord: domain.LandlordFields{Name: "Les Iris", Kind: domain.LandlordKindOph}, Publish: true})
	me := s.As(t, apitest.Landlord(mine))
	slots := func(n int) (all []any) {
		for range n {
			all = append(all, map[string]any{"rule": "FREQ=DAILY", "start": "10:00", "durationMinutes": 60})
		}
		return all
	}
	var spaces []any
	for i := range 30 {
		spaces = append(spaces, map[string]any{"siteRef": "S", "space": map[string]any{
			"label": "Salle", "kind": "COLLECTIVE_ROOM", "externalRef": string(rune('a' + i)), "commitments": []any{map[string]any{"kind": "CONVENTION", "slots": slots(3)}}}})
	}
	push := map[string]any{"input": map[string]any{"sites": []any{map[string]any{"name": "Les Iris", "communeCode": "93066", "externalRef": "S"}}, "spaces": spaces}}
	const pushes = `mutation($input: LandlordStockUpsertInput!) { landlordStockUpsert(input: $input) { createdCount refusedCount items { outcome userErrors { code ... on PalierTooMany { most kept } } } } }`
	const assumes = `query($slots: [PalierRecurringSlotInput!]) { hostingNeed(id: "ned_1") { matches(first: 1, whatIf: {slots: $slots}) { nodes { score } } } }`
	costs := func(query string, variables map[string]any) (apitest.Answer, float64) {
		t.Helper()
		a := me.Try(t, query, variables)
		cost, ok := a.At("extensions.cost.requested")
		if !ok {
			t.Fatalf("%s", a.Body)
		}
		return a, cost.(float64)
	}
	a, cost := costs(pushes, push)
	if want := 10 + 30*(1+5) + 31*10 + 30*3; cost != float64(want) {
		t.Errorf("31 items cost %v, want %d", cost, want)
	}
	for path, want := range map[string]any{"createdCount": 30.0, "refusedCount": 1.0, "items.30.userErrors.0.code": "TOO_MANY",
		"items.30.userErrors.0.most": 30.0, "items.30.userErrors.0.kept": 30.0} {
		if got, _ := a.At("data.landlordStockUpsert." + path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	_, none := costs(assumes, nil)
	if _, twenty := costs(assumes, map[string]any{"slots": slots(20)}); twenty != none+20*5 {
		t.Errorf("twenty slots cost %v, none %v", twenty, none)
	}
}
