package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// keeping is a hosting whose hub keeps so much.
func keeping(t *testing.T, q Quotas) *hosting {
	t.Helper()
	m, c := newMemory(), newClock()
	config := config(t, m, c.tell)
	config.Ruleset, config.Quotas = "2026-11", q
	return staged(&stage{Hub: opened(t, config), t: t, ledger: m, clock: c})
}

// A side takes so many steps of a request, and staff twice as many; it takes none
// from the other, and can always stop the request.
func TestStepsAreBounded(t *testing.T) {
	h := keeping(t, Quotas{Steps: 10})
	full := func(by domain.Viewer, c Command, most int) {
		t.Helper()
		refusals := h.refused(by, c)
		if many, is := refusals[0].(domain.TooMany); !is || told(refusals) != "TOO_MANY at input.id" || many.Most != most || many.Kept < most {
			t.Errorf("%s of too many: %s, %+v", c.Action(), told(refusals), refusals[0])
		}
	}
	allowed := func(id domain.ID, party domain.RequestParty) (actions []domain.RequestAction) {
		r := h.request(id)
		for _, row := range r.Allowed(party) {
			if h.Quotas.Room(r, row, party) == nil {
				actions = append(actions, row.Action)
			}
		}
		return actions
	}

	draft := h.draft(h.asProject, h.room)
	for range 9 {
		h.does(draft, domain.ActionChange)
	}
	full(h.asProject, h.right(domain.ActionChange, h.request(draft)), 10)
	full(h.asProject, SubmitRequest{ID: draft}, 10)
	if got := allowed(draft, domain.PartyProject); !slices.Equal(got, []domain.RequestAction{domain.ActionWithdraw}) {
		t.Errorf("with all its steps taken, the project may %v", got)
	}
	h.do(staff, SubmitRequest{ID: draft})
	h.do(staff, SendRequest{ID: draft, DueOn: h.today() + 30})
	for range 5 {
		h.does(draft, domain.ActionHold, domain.ActionResume)
	}
	full(h.asLandlord, h.right(domain.ActionHold, h.request(draft)), 10)
	for range 9 {
		h.do(staff, h.right(domain.ActionHold, h.request(draft)))
		h.do(staff, ResumeRequest{ID: draft})
	}
	full(staff, h.right(domain.ActionHold, h.request(draft)), 20)
	h.do(h.asLandlord, h.right(domain.ActionReject, h.request(draft)))
	full(h.asLandlord, h.right(domain.ActionReopen, h.request(draft)), 10)
	full(staff, h.right(domain.ActionReopen, h.request(draft)), 20)

	withdrawn := h.draft(h.asProject, h.room)
	for range 9 {
		h.does(withdrawn, domain.ActionChange)
	}
	h.does(withdrawn, domain.ActionWithdraw)

	// The calendar goes on.
	due := h.draft(h.asProject, h.room)
	h.does(due, toReview...)
	for range 5 {
		h.does(due, domain.ActionHold, domain.ActionResume)
	}
	for range 2 {
		h.clock.move(40 * 24 * time.Hour)
		if err := h.TurnDay(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.does(due, domain.ActionRemind)
	}
	h.clock.move(2 * 24 * time.Hour)
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := h.request(due); r.Status != domain.RequestExpired {
		t.Errorf("in spite of reminders it is %s", r.Status)
	}
}

// Figures take room of a request, too: a side records so many.
func TestFiguresAreBounded(t *testing.T) {
	h := keeping(t, Quotas{Steps: 20})
	id := h.does(h.draft(h.asProject, h.room), toPilot...)
	day := 0
	figures := func(n int) (c RecordIndicators) {
		c.ID = id
		for range n {
			day++
			on := h.today().AddDays(-day)
			c.Indicators = append(c.Indicators, domain.IndicatorFigure{Code: domain.IndicatorHours, Value: 1, From: on, Until: on})
		}
		return c
	}
	h.do(h.asProject, figures(19))
	if got := told(h.refused(h.asProject, figures(2))); got != "TOO_MANY at input.indicators" {
		t.Errorf("more figures: %s", got)
	}
	h.do(h.asProject, figures(1))
	r := h.request(id)
	if row, _ := r.Transition(domain.ActionRecordIndicators, domain.PartyProject); h.Quotas.Room(r, row, domain.PartyProject) == nil {
		t.Error("the project is told that it can record figures")
	}
	h.do(h.asLandlord, figures(20))
	evaluation := h.right(domain.ActionEvaluate, h.request(id)).(EvaluateRequest)
	if got := told(h.refused(h.asLandlord, evaluation)); got != "TOO_MANY at input.indicators" {
		t.Errorf("an evaluation with figures: %s", got)
	}
	evaluation.Indicators = nil
	h.do(h.asLandlord, evaluation)
	h.do(staff, figures(40))
}

// The largest request that there can be fits in a commit, and others beside it.
func TestLargestRequest(t *testing.T) {
	source := strings.Repeat("😀", 200)
	figure := domain.IndicatorFigure{Code: domain.IndicatorHouseholdsServed, Value: 100_000_000, From: domain.NewDate(2026, 9, 1), Until: domain.NewDate(2026, 9, 30), Source: source}
	long := strings.Repeat("x", 40)
	largest := func(q Quotas) int {
		r := domain.HostingRequest{ID: domain.RequestID(long)}
		for _, party := range []domain.RequestParty{domain.PartyProject, domain.PartyLandlord, domain.PartyStaff} {
			for range q.steps(party) {
				r.Log = append(r.Log, domain.RequestStep{Commit: 1 << 40, At: time.Now(), Actor: long, Person: domain.PersonID(long), Party: domain.PartyLandlord,
					Action: domain.ActionRecordConsultation, From: domain.RequestTenantConsultation, To: domain.RequestTenantConsultation,
					On: &figure.From, Reason: string(domain.RefusedDuration), Indicators: []domain.IndicatorFigure{figure}, Words: domain.TextID(long), Corrects: new(1 << 20)})
				r.Indicators = append(r.Indicators, figure)
			}
		}
		doc, err := ledger.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return len(doc)
	}
	usual, most := largest(Quotas{}.orUsual()), largest(Quotas{Steps: MostSteps})
	t.Logf("%d bytes usually, %d at most", usual, most)
	if most > ledger.MaxCommitBytes-ledger.MaxCommitBytes/16 {
		t.Errorf("it takes %d bytes, of %d", most, ledger.MaxCommitBytes)
	}
}

// A day on which large requests are due is turned in as many commits as it takes.
func TestDayOfLargeRequests(t *testing.T) {
	h := newHosting(t)
	for i := range 4 {
		r := domain.HostingRequest{ID: domain.RequestID(fmt.Sprintf("req_%026d", i)), ProjectID: domain.ProjectID(h.project), Status: domain.RequestLandlordReview,
			LandlordID: new(domain.LandlordID(h.landlord)), Sent: true, DueOn: new(h.today() - 20), Reminders: []domain.Date{h.today() - 20, h.today() - 10}}
		for range 20_000 {
			r.Log = append(r.Log, domain.RequestStep{At: h.clock.tell(), Party: domain.PartyProject, Action: domain.ActionChange, To: domain.RequestDraft})
		}
		h.do(staff, placeRequest{r})
	}
	before := h.World().Commit()
	if err := h.TurnRequests(t.Context()); err != nil {
		t.Fatal(err)
	}
	for r := range h.World().Requests() {
		if r.Doc.Status != domain.RequestExpired {
			t.Errorf("%s is %s", r.Doc.ID, r.Doc.Status)
		}
	}
	if n := h.World().Commit() - before; n < 2 || n > 4 {
		t.Errorf("it took %d commits", n)
	}
}

// placeRequest writes a request as it is.
type placeRequest struct{ request domain.HostingRequest }

func (placeRequest) Action() string { return "request.place" }

func (c placeRequest) decide(d *decision) error { return d.putRequest(c.request) }
