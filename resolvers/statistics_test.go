package resolvers_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

const figuresOfTests = `submitted { value } sent { value } answered { value } answerMedianDays
	steps { status count { value } medianDays } refused { value } refusedByReason { code count { value } }
	withdrawn { value } expired { value } superseded { value } signed { value } renewed { value } cancelled { value }
	begun { value } running { value } ended { value } endedByReason { code count { value } }
	indicators { code sum count { value } } occupied { days daysCount { value } hours hoursCount { value } }`

// TestStatisticsAsOf asks for a quarter, corrects a day in it, and asks again as of
// the first day and as of now: the first two answers are the same, the third differs
// by the correction only, and the history says who corrected what, and why.
func TestStatisticsAsOf(t *testing.T) {
	v := apitest.NewVillage(t)
	as := func(by domain.Viewer, c hub.Command) domain.ID {
		t.Helper()
		outcome, err := v.Hub.Do(context.Background(), by, c, "")
		if err != nil {
			t.Fatalf("%s: %v", c.Action(), err)
		}
		return outcome.Object
	}
	monts, scene := apitest.Landlord(domain.LandlordID(v.IDs["monts"])), apitest.Project(domain.ProjectID(v.IDs["scene"]))
	need, room := domain.ID(v.IDs["theatre"]), domain.ID(v.IDs["salle"])
	today, visited, corrected := domain.NewDate(2026, 11, 22), domain.NewDate(2026, 11, 2), domain.NewDate(2026, 11, 12)
	space := domain.VacantSpaceRef{ID: &room}
	id := as(scene, hub.DraftRequest{NeedID: &need, Request: domain.StatedRequest{Spaces: []domain.VacantSpaceRef{space},
		Start: &domain.StartWindow{Earliest: &today}, Surface: &domain.SurfaceRange{MinM2: new(40.0)}}})
	as(scene, hub.SubmitRequest{ID: id})
	as(apitest.Staff, hub.SendRequest{ID: id, DueOn: domain.NewDate(2026, 12, 31)})
	as(monts, hub.RecordVisit{ID: id, On: visited, Outcome: domain.VisitSuitable})
	as(monts, hub.ScopeRequest{ID: id, Space: &space, Form: domain.FormLoanForUse, Entrusted: "La salle.", Charges: domain.ChargesNone})
	as(monts, hub.RecordConsultation{ID: id, NoAssociation: true})
	as(monts, hub.ProposeConvention{ID: id, Convention: domain.HostingConvention{Form: domain.FormLoanForUse, From: today, Until: domain.NewDate(2027, 12, 31),
		Fee: domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree}, Insured: true, Restitution: domain.RestitutionAsFound}})
	as(scene, hub.ConsentToConvention{ID: id, Revision: 1})
	as(monts, hub.SignConvention{ID: id, On: today})
	as(monts, hub.HandOver{ID: id, On: today})
	as(scene, hub.RecordIndicators{ID: id, Indicators: []domain.IndicatorFigure{{Code: domain.IndicatorEvents, Value: 3, From: visited, Until: today}}})

	client := v.As(t, apitest.Staff)
	ask := func(asOf map[string]any) (commit any, figures map[string]any) {
		t.Helper()
		a := client.Try(t, `query($asOf: HostingStatisticsAsOfInput) { hostingStatistics(from: "2026-10-01", until: "2026-11-22", asOf: $asOf) { asOfCommit total { `+figuresOfTests+` } } }`, map[string]any{"asOf": asOf})
		total, ok := a.At("data.hostingStatistics.total")
		if len(a.Errors) > 0 || !ok {
			t.Fatalf("%.800s", a.Body)
		}
		commit, _ = a.At("data.hostingStatistics.asOfCommit")
		figures = make(map[string]any)
		flatten(figures, "", total)
		return commit, figures
	}
	reported, before := ask(nil)
	as(apitest.Staff, hub.CorrectRequest{ID: id, Step: stepOf(t, v, id, domain.ActionRecordVisit), On: &corrected, Words: "La visite a eu lieu plus tard."})
	_, again := ask(map[string]any{"commit": reported})
	if !reflect.DeepEqual(before, again) {
		t.Errorf("asked again as of commit %v, it differs:\n%v\n%v", reported, before, again)
	}
	_, now := ask(nil)
	changed := []string{}
	for path, was := range before {
		if now[path] != was {
			changed = append(changed, fmt.Sprintf("%s: %v, was %v", path, now[path], was))
		}
	}
	slices.Sort(changed)
	// From the visit to the scope, 2 to 22 November are 20 days, 12 to 22 are 10.
	want := []string{"steps.SCOPING.medianDays: 10, was 20"}
	if !slices.Equal(changed, want) || len(now) != len(before) {
		t.Errorf("the correction changed %v, want %v", changed, want)
	}
	var told struct {
		HostingRequest struct {
			History struct {
				TotalCount int
				Nodes      []struct {
					Commit              int
					Action, ActionLabel string
					Actor, PartyLabel   string
					Step                struct {
						Corrects int
						On       string
						Words    struct{ Body string }
					}
					Changes []struct{ Path, Message string }
				}
			}
		}
		Then struct{ Visit struct{ On string } }
	}
	client.Query(t, &told, `query($id: ID!, $reported: Int!) {
		hostingRequest(id: $id) { history(first: 1, filter: {fromCommit: $reported}) { totalCount nodes {
			commit action actionLabel actor partyLabel step { corrects on words { body } } changes { path message(locale: EN) } } } }
		then: hostingRequest(id: $id, asOf: {commit: $reported}) { visit { on } } }`, map[string]any{"id": id, "reported": reported})
	history := told.HostingRequest.History
	last := history.Nodes[0]
	if history.TotalCount != 2 || last.Action != "request.correct" || last.ActionLabel != "corriger" || last.Actor != "staff" || last.PartyLabel != "l'équipe de la fondation" ||
		last.Step.Corrects != stepOf(t, v, id, domain.ActionRecordVisit) || last.Step.On != "2026-11-12" || last.Step.Words.Body != "La visite a eu lieu plus tard." || float64(last.Commit) <= reported.(float64) {
		t.Errorf("the history ends with %+v of %d", last, history.TotalCount)
	}
	if len(last.Changes) != 1 || last.Changes[0].Path != "visit.on" || last.Changes[0].Message != "visit, day: 2 November 2026 → 12 November 2026" {
		t.Errorf("the correction changed %+v", last.Changes)
	}
	if told.Then.Visit.On != "2026-11-02" {
		t.Errorf("as of what was reported, the visit was on %s", told.Then.Visit.On)
	}
}

func stepOf(t *testing.T, v apitest.Village, id domain.ID, action domain.RequestAction) int {
	t.Helper()
	row, ok := v.Hub.World().Request(domain.RequestID(id))
	at := -1
	if ok {
		at = slices.IndexFunc(row.Doc.Log, func(s domain.RequestStep) bool { return s.Action == action })
	}
	if at < 0 {
		t.Fatalf("no %s", action)
	}
	return at
}

// flatten lists the values of an answer by their paths; items of lists go by their
// code.
func flatten(to map[string]any, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, part := range v {
			flatten(to, path+"."+name, part)
		}
	case []any:
		for i, part := range v {
			key := fmt.Sprint(i)
			if item, ok := part.(map[string]any); ok {
				for _, field := range []string{"code", "status"} {
					if value, ok := item[field]; ok {
						key = fmt.Sprint(value)
					}
				}
			}
			flatten(to, path+"."+key, part)
		}
	default:
		to[path[1:]] = v
	}
}
