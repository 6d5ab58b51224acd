package hub

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
)

// signs takes a request to its signature, on these terms.
func (h *hosting) signs(id domain.ID, terms domain.HostingConvention) (Outcome, error) {
	h.t.Helper()
	h.does(id, toAgreement...)
	return h.signsAgreed(id, terms)
}

// signsAgreed does so for one whose tenants were heard.
func (h *hosting) signsAgreed(id domain.ID, terms domain.HostingConvention) (Outcome, error) {
	h.t.Helper()
	h.do(h.asLandlord, ProposeConvention{ID: id, Convention: terms})
	h.does(id, domain.ActionConsent)
	return h.Do(h.t.Context(), h.asLandlord, SignConvention{ID: id, On: h.today()}, "")
}

// Two associations share a room: the second is refused a slot that meets the
// first one's, and told which; another slot is fine.
func TestTwoAssociationsInOneRoom(t *testing.T) {
	h := newHosting(t)
	first, second := h.draft(h.asProject, h.room, h.annex), h.draft(h.asRival, h.room, h.annex)
	if _, err := h.signs(first, h.slotted("TU")); err != nil {
		t.Fatal(err)
	}
	clashing := h.slotted("TU,TH")
	clashing.Slots[0].Start = 19 * 60
	_, err := h.signs(second, clashing)
	refusals := domain.AsRefusals(err)
	if len(refusals) != 1 {
		t.Fatalf("the clashing slot: %v", err)
	}
	taken, ok := refusals[0].(domain.SpaceTaken)
	if !ok || taken.By == nil || len(taken.By.Slots) != 1 || taken.By.Slots[0] != h.slotted("TU").Slots[0] {
		t.Fatalf("the clashing slot: %#v", refusals[0])
	}
	if taken.On == nil || *taken.On != domain.NewDate(2026, 9, 1) { // a Tuesday
		t.Errorf("they first meet on %v", taken.On)
	}
	for _, l := range []domain.Locale{domain.French, domain.English} {
		if said := taken.Say(l); !strings.Contains(said, "17:00") && !strings.Contains(said, "17 h") && !strings.Contains(said, "17h") {
			t.Errorf("the slot isn't named: %q", said)
		}
	}
	if string(taken.By.Request) != string(first) {
		t.Errorf("the landlord isn't told by which request: %v", taken.By.Request)
	}
	if _, err := h.signsAgreed(second, h.slotted("TH")); err != nil {
		t.Fatalf("the free slot: %v", err)
	}
	if got := len(h.spaceDoc(h.room).Commitments); got != 2 {
		t.Errorf("the room has %d commitments, want those of both", got)
	}
	for _, wrong := range violations(h.World(), h.Atlas) {
		t.Error(wrong)
	}
}

// The whole life of a request, and what its log says of it.
func TestWholeLife(t *testing.T) {
	h := newHosting(t)
	id := h.draft(h.asProject, h.room)
	h.does(id, toScaled...)
	for row := range h.World().Requests() {
		if r := row.Doc; domain.ID(r.ID) != id && (r.Origin != domain.OriginReplication || r.OriginID != id || r.Status != domain.RequestDraft) {
			t.Errorf("beside it, there is %s, a %s that is %s", r.ID, r.Origin, r.Status)
		}
	}
	if h.World().Counts().Requests != 2 {
		t.Errorf("%d requests, want one repetition", h.World().Counts().Requests)
	}
	before := h.World()
	h.clock.move(3 * 365 * 24 * time.Hour)
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := h.request(id)
	if r.Status != domain.RequestEnded || r.Ending.Reason != domain.EndTerm || r.Ending.On != r.Term().Until {
		t.Errorf("after its term it is %s: %+v", r.Status, r.Ending)
	}
	var lines []string
	for i, s := range r.Log {
		lines = append(lines, fmt.Sprintf("%s %s: %s → %s", s.Party, s.Action, s.From, s.To))
		if want := h.World().Commit(); i > 0 && (s.Commit <= r.Log[i-1].Commit || s.Commit > want || s.At.Before(r.Log[i-1].At)) {
			t.Errorf("step %d is of commit %d, at %v", i, s.Commit, s.At)
		}
	}
	want := `PROJECT CHANGE:  → DRAFT
PROJECT SUBMIT: DRAFT → SUBMITTED
STAFF SEND_TO_LANDLORD: SUBMITTED → LANDLORD_REVIEW
LANDLORD RECORD_VISIT: LANDLORD_REVIEW → SCOPING
LANDLORD SCOPE: SCOPING → TENANT_CONSULTATION
LANDLORD RECORD_CONSULTATION: TENANT_CONSULTATION → CONVENTION
LANDLORD PROPOSE_CONVENTION: CONVENTION → CONVENTION
PROJECT CONSENT: CONVENTION → CONVENTION
LANDLORD SIGN: CONVENTION → SIGNED
LANDLORD HAND_OVER: SIGNED → PILOT
LANDLORD EVALUATE: PILOT → EVALUATED
LANDLORD PROPOSE_CONVENTION: EVALUATED → EVALUATED
PROJECT CONSENT: EVALUATED → EVALUATED
LANDLORD HOST: EVALUATED → HOSTED
STAFF SCALE: HOSTED → SCALED
HUB END: SCALED → ENDED`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("its log:\n%s", diff(want, got))
	}
	if _, taken := r.Occupation(); len(taken) != 2 {
		t.Errorf("it had the room for %d terms, want 2", len(taken))
	}
	if old, _ := before.Request(r.ID); old.Doc.Status != domain.RequestScaled {
		t.Error("the World of before changed")
	}
	if again := h.World().Commit(); h.TurnDay(t.Context()) != nil || h.World().Commit() != again {
		t.Error("turning the day again isn't nothing to do")
	}
}

// A hub that stopped between turning the day and turning the requests leaves
// them to the next one, which doesn't wait for another day.
func TestRequestsAreTurnedAfterTheDay(t *testing.T) {
	h := newHosting(t)
	id := h.does(h.draft(h.asProject, h.room), toSigned...)
	h.clock.move(2 * 365 * 24 * time.Hour)
	h.do(itself, turnDay{Today: domain.DateOf(h.clock.tell())})
	if got := h.request(id).Status; got != domain.RequestSigned {
		t.Fatalf("it is %s", got)
	}
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.request(id).Status; got != domain.RequestEnded {
		t.Errorf("it is %s", got)
	}
}

// A request isn't superseded for the hours at which its only space is closed: it
// couldn't have it before either.
func TestClosedIsNotLost(t *testing.T) {
	h := newHosting(t)
	h.do(h.asLandlord, ChangeSpace{Space: spaceByID(h.room), ExpectedVersion: new(1), Changes: patched[domain.SpaceFields](t, map[string]any{
		"Availability": &domain.SpaceAvailability{From: new(domain.NewDate(2026, 1, 1)), OpenEnded: true,
			OpeningSlots: []domain.RecurringSlot{{Rule: "FREQ=DAILY", Start: 8 * 60, DurationMinutes: 12 * 60}}}})})
	first, second := h.draft(h.asProject, h.room), h.draft(h.asRival, h.room)
	night := domain.RecurringSlot{Rule: "FREQ=WEEKLY;BYDAY=FR", Start: 22 * 60, DurationMinutes: 60}
	h.do(h.asRival, ChangeRequest{ID: second, Request: domain.StatedRequest{Use: &domain.UsePattern{Kind: domain.UseRecurring, Slots: []domain.RecurringSlot{night}}}})
	h.does(second, toReview...)
	if _, err := h.signs(first, h.slotted("TU")); err != nil {
		t.Fatal(err)
	}
	if got := h.request(second).Status; got != domain.RequestLandlordReview {
		t.Errorf("it is %s", got)
	}
}

// What was refused isn't taken up again for a space that someone else has signed
// for since, but for another one.
func TestReopenNeedsASpace(t *testing.T) {
	h := newHosting(t)
	refused := h.does(h.draft(h.asRival, h.room), append(slices.Clip(toReview), domain.ActionReject)...)
	if _, err := h.signs(h.draft(h.asProject, h.room), h.terms()); err != nil {
		t.Fatal(err)
	}
	again := ReopenRequest{ID: refused, Words: "Le projet a mûri."}
	if got := told(h.refused(h.asLandlord, again)); got != "NOT_READY" {
		t.Errorf("for the room: %s", got)
	}
	again.Space = new(spaceByID(h.annex))
	h.do(h.asLandlord, again)
	if got := h.request(refused).Status; got != domain.RequestLandlordReview {
		t.Errorf("for the annex: it is %s", got)
	}
}

// Corrections change what a step recorded, as often as needed, and nothing that
// the step could not have recorded.
func TestCorrections(t *testing.T) {
	h := newHosting(t)
	h.clock.move(40 * 24 * time.Hour) // so that the terms have begun
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.first = h.today().AddDays(-30)
	id := h.draft(h.asProject, h.room, h.annex)
	h.does(id, append(slices.Clip(toPilot), domain.ActionEvaluate, domain.ActionRecordIndicators)...)
	step := func(a domain.RequestAction) int {
		return slices.IndexFunc(h.request(id).Log, func(s domain.RequestStep) bool { return s.Action == a })
	}
	correct := func(c CorrectRequest) *domain.HostingRequest {
		t.Helper()
		c.ID, c.Words = id, "Erreur de saisie."
		before := h.request(id)
		h.do(staff, c)
		after := h.request(id)
		if len(after.Log) != len(before.Log)+1 || *after.Log[len(before.Log)].Corrects != c.Step || after.Status != before.Status {
			t.Errorf("after a correction of step %d: %+v", c.Step, after.Log[len(after.Log)-1])
		}
		return after
	}
	wrong := func(what, want string, c CorrectRequest) {
		t.Helper()
		c.ID, c.Words = id, "Erreur de saisie."
		if got := told(h.refused(staff, c)); got != want {
			t.Errorf("%s: %s", what, got)
		}
	}
	days := func(n int) *domain.Date { return new(h.today().AddDays(n)) }

	// Twice: what counts is what stands, not what was first written down.
	for n := range 2 {
		on := days(-5 - n)
		if r := correct(CorrectRequest{Step: step(domain.ActionSign), On: on}); *r.Terms[0].SignedOn != *on {
			t.Errorf("signed on %v, want %v", r.Terms[0].SignedOn, on)
		}
		figures := []domain.IndicatorFigure{{Code: domain.IndicatorHours, Value: 13 + n, From: h.today(), Until: h.today()}}
		r := correct(CorrectRequest{Step: step(domain.ActionRecordIndicators), Indicators: figures})
		if hours := slices.DeleteFunc(slices.Clone(r.Indicators), func(f domain.IndicatorFigure) bool { return f.Code != domain.IndicatorHours }); !slices.Equal(hours, figures) {
			t.Errorf("the hours are %+v, want %+v", hours, figures)
		}
	}
	if r := correct(CorrectRequest{Step: step(domain.ActionHandOver), On: days(-2)}); *r.HandedOver != *days(-2) {
		t.Errorf("handed over on %v", r.HandedOver)
	}
	if r := correct(CorrectRequest{Step: step(domain.ActionEvaluate), On: days(-1)}); r.Evaluation.On != *days(-1) {
		t.Errorf("evaluated on %v", r.Evaluation.On)
	}
	if r := correct(CorrectRequest{Step: step(domain.ActionRecordVisit), On: days(-20)}); r.Visit.On != *days(-20) {
		t.Errorf("visited on %v", r.Visit.On)
	}
	if r := correct(CorrectRequest{Step: step(domain.ActionRecordConsultation), On: days(-19)}); r.Consultation.Association.On != *days(-19) {
		t.Errorf("heard on %v", r.Consultation.Association.On)
	}
	wrong("nothing", "INVALID_INPUT at input.step", CorrectRequest{Step: step(domain.ActionSign)})
	wrong("no such step", "INVALID_INPUT at input.step", CorrectRequest{Step: 99, On: days(0)})
	wrong("before the first step", "INVALID_INPUT at input.step", CorrectRequest{Step: -1, On: days(0)})
	wrong("a day of a step without one", "INVALID_INPUT at input.step", CorrectRequest{Step: step(domain.ActionScope), On: days(0)})
	wrong("a day that was agreed on", "INVALID_INPUT at input.step", CorrectRequest{Step: step(domain.ActionSend), On: days(0)})
	wrong("a day to come", "INVALID_INPUT at input.on", CorrectRequest{Step: step(domain.ActionHandOver), On: days(1)})
	wrong("figures of a step without", "INVALID_INPUT at input.step", CorrectRequest{Step: step(domain.ActionSign),
		Indicators: []domain.IndicatorFigure{{Code: domain.IndicatorHours, Value: 1, From: h.today(), Until: h.today()}}})
	wrong("figures that add up with others", "INVALID_INPUT at input.indicators.0.from", CorrectRequest{Step: step(domain.ActionRecordIndicators),
		Indicators: []domain.IndicatorFigure{{Code: domain.IndicatorHouseholdsServed, Value: 1, From: h.today(), Until: h.today()}}})
	wrong("a reason of a step without", "INVALID_INPUT at input.step", CorrectRequest{Step: step(domain.ActionSign), Reason: new(domain.EndAgreed)})
	wrong("a correction", "INVALID_INPUT at input.step", CorrectRequest{Step: len(h.request(id).Log) - 1, On: days(0)})

	// An end that moves frees the space, or takes it again: not from others.
	end := h.does(id, domain.ActionEnd)
	correct(CorrectRequest{Step: step(domain.ActionEnd), On: days(-10), Reason: new(domain.EndWorks)})
	if r := h.request(end); r.Ending.On != *days(-10) || r.Ending.Reason != domain.EndWorks {
		t.Errorf("ended %+v", r.Ending)
	}
	wrong("an unknown reason", "INVALID_INPUT at input.reason", CorrectRequest{Step: step(domain.ActionEnd), Reason: new(domain.EndReason("BORED"))})
	h.first = h.today().AddDays(-5)
	next := h.draft(h.asRival, h.room, h.annex)
	if _, err := h.signs(next, h.terms()); err != nil {
		t.Fatal(err)
	}
	wrong("an end in another's time", "SPACE_TAKEN", CorrectRequest{Step: step(domain.ActionEnd), On: days(-3)})
	correct(CorrectRequest{Step: step(domain.ActionEnd), On: days(-6)})
	for _, wrong := range violations(h.World(), h.Atlas) {
		t.Error(wrong)
	}
}

// meets agrees with a minute of each occurrence, over ten years.
func TestMeetsLikeTheMinutes(t *testing.T) {
	cases := *meetings
	if testing.Short() {
		cases = min(cases, 200)
	}
	r := rand.New(rand.NewPCG(*simulatedFrom, 5))
	met := 0
	for n := range cases {
		clock, err := time.LoadLocation([]string{"Europe/Paris", "Indian/Reunion", "America/Cayenne", "America/Miquelon"}[r.IntN(4)])
		if err != nil {
			t.Fatal(err)
		}
		a, b := bounded(r), bounded(r)
		by, on, got := meets(commitment(a), []domain.Commitment{commitment(b)}, nil, clock)
		at, want := meetAt(occurrences(a, clock), occurrences(b, clock))
		if got != want || got && by != 0 {
			t.Fatalf("case %d: %+v and %+v in %v meet: %v (%d), want %v at %v", n, a, b, clock, got, by, want, time.Unix(at.start*60, 0).In(clock))
		}
		if !want {
			continue
		}
		met++
		if day := domain.DateOf(time.Unix(at.start*60, 0).In(clock)); on != nil && len(a.slots) > 0 && *on != day {
			t.Fatalf("case %d: %+v and %+v in %v meet on %v, want %v", n, a, b, clock, on, day)
		}
	}
	if met < cases/10 || met > cases*9/10 {
		t.Errorf("%d of %d cases meet: the others tell little", met, cases)
	}
}

func commitment(s stay) domain.Commitment {
	return domain.Commitment{Kind: domain.CommitmentConvention, From: &s.from, Until: &s.until, Slots: s.slots, Request: "req_x"}
}

// occurrences are in order, those that touch apart.
func occurrences(s stay, clock *time.Location) []minutesFrom {
	all := s.times(clock)
	slices.SortFunc(all, func(a, b minutesFrom) int { return int(a.start - b.start) })
	return all
}

// bounded draws terms: mostly some slots for some years, ten at most.
func bounded(r *rand.Rand) stay {
	s := stay{from: domain.NewDate(2026, 1, 1).AddDays(r.IntN(1500))}
	s.until = s.from.AddDays(r.IntN(400))
	if r.IntN(4) == 0 {
		s.until = s.from.AddMonths(120) - 1 - domain.Date(r.IntN(3))
	}
	if r.IntN(8) == 0 {
		return s
	}
	for range 1 + r.IntN(2) {
		day := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}[r.IntN(7)]
		slot := domain.RecurringSlot{Start: domain.TimeOfDay(15 * (16 + r.IntN(79))), DurationMinutes: 15 * (1 + r.IntN(20))}
		switch r.IntN(6) {
		case 0:
			slot.Rule = fmt.Sprintf("FREQ=WEEKLY;INTERVAL=%d;BYDAY=%s", 2+r.IntN(4), day)
			slot.From = new(s.from.AddDays(r.IntN(60) - 30))
		case 1:
			slot.Rule = "FREQ=WEEKLY;BYDAY=" + day
		case 2:
			slot.Rule = fmt.Sprintf("FREQ=MONTHLY;BYDAY=%d%s", []int{1, 2, 3, 4, 5, -1, -2}[r.IntN(7)], day)
		case 3:
			slot.Rule = fmt.Sprintf("FREQ=MONTHLY;BYMONTHDAY=%d", 1+r.IntN(31))
		case 4:
			slot.Rule = fmt.Sprintf("FREQ=DAILY;INTERVAL=%d", 2+r.IntN(9))
			slot.From = new(s.from.AddDays(r.IntN(9) - 4))
		case 5:
			slot.Rule = fmt.Sprintf("FREQ=MONTHLY;INTERVAL=%d;BYDAY=1%s", 2+r.IntN(5), day)
			slot.From = new(s.from)
		}
		if r.IntN(6) == 0 {
			slot.Until = new(s.from.AddDays(r.IntN(700)))
		}
		s.slots = append(s.slots, slot)
	}
	return s
}
