package loaders

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// journal writes a request's log for tests.
type journal struct {
	t testing.TB
	r domain.HostingRequest
	// commit and at are those of the next step.
	commit uint64
	at     time.Time
}

func newJournal(t testing.TB, id string, day string) *journal {
	t.Helper()
	j := &journal{t: t, commit: 1}
	j.r = domain.HostingRequest{ID: domain.RequestID(id), ProjectID: "prj_0", LandlordID: new(domain.LandlordID("lld_0")), Sent: true,
		Status: domain.RequestDraft, Origin: domain.OriginProject, Version: 1}
	j.on(day)
	j.r.Log = []domain.RequestStep{{Commit: j.commit, At: j.at, Party: domain.PartyProject, Action: domain.ActionChange, To: domain.RequestDraft}}
	return j
}

func dayOfTests(t testing.TB, text string) domain.Date {
	t.Helper()
	d, err := domain.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// on is noon of a day.
func (j *journal) on(day string) *journal {
	j.at = dayOfTests(j.t, day).Time().Add(12 * time.Hour)
	return j
}

// does adds a step, dressed.
func (j *journal) does(a domain.RequestAction, dress ...func(*domain.RequestStep)) *journal {
	j.t.Helper()
	t, ok := j.r.Transition(a, domain.PartyLandlord)
	if !ok {
		j.t.Fatalf("no %s from %s", a, j.r.Status)
	}
	j.commit++
	step := domain.RequestStep{Commit: j.commit, At: j.at, Party: t.By[0]}
	for _, d := range dress {
		d(&step)
	}
	j.r = j.r.Go(t, step)
	return j
}

func (j *journal) day(text string) func(*domain.RequestStep) {
	d := dayOfTests(j.t, text)
	return func(s *domain.RequestStep) { s.On = &d }
}

func because(reason string) func(*domain.RequestStep) {
	return func(s *domain.RequestStep) { s.Reason = reason }
}

func (j *journal) figure(code domain.IndicatorCode, value int, from, until string) func(*domain.RequestStep) {
	f := domain.IndicatorFigure{Code: code, Value: value, From: dayOfTests(j.t, from), Until: dayOfTests(j.t, until)}
	return func(s *domain.RequestStep) { s.Indicators = append(s.Indicators, f) }
}

func correcting(step int) func(*domain.RequestStep) {
	return func(s *domain.RequestStep) { s.Corrects = &step }
}

// place is the index of the last step of an action.
func (j *journal) place(a domain.RequestAction) int {
	for i := len(j.r.Log) - 1; i >= 0; i-- {
		if j.r.Log[i].Action == a {
			return i
		}
	}
	j.t.Fatalf("no %s", a)
	return 0
}

func (j *journal) term(from, until string, slots ...domain.RecurringSlot) *journal {
	j.r.Scope = &domain.HostingScope{Space: new(domain.SpaceID("spc_0"))}
	j.r.Terms = append(j.r.Terms, domain.HostingConvention{From: dayOfTests(j.t, from), Until: dayOfTests(j.t, until), Slots: slots})
	return j
}

// hosted is a request that went all the way, in the first half of 2026.
func hosted(t testing.TB) *journal {
	j := newJournal(t, "req_0", "2026-01-05")
	j.on("2026-01-10").does(domain.ActionSubmit)
	j.on("2026-01-12").does(domain.ActionRequestChanges)
	j.on("2026-01-15").does(domain.ActionSubmit)
	j.on("2026-01-20").does(domain.ActionSend, j.day("2026-02-20")) // by when, not when
	j.on("2026-01-31").does(domain.ActionRecordVisit, j.day("2026-01-29"))
	j.on("2026-02-10").does(domain.ActionScope)
	j.on("2026-02-20").does(domain.ActionRecordConsultation, j.day("2026-02-18"))
	j.does(domain.ActionProposeConvention).does(domain.ActionConsent)
	j.on("2026-03-01").does(domain.ActionSign, j.day("2026-02-28")).term("2026-03-01", "2026-08-31")
	j.on("2026-03-05").does(domain.ActionHandOver, j.day("2026-03-03"))
	j.on("2026-04-10").does(domain.ActionRecordIndicators, j.figure(domain.IndicatorHours, 10, "2026-03-03", "2026-03-31"), j.figure(domain.IndicatorEvents, 2, "2026-03-15", "2026-04-05"))
	j.on("2026-05-02").does(domain.ActionEnd, j.day("2026-04-30"), because("AGREED"))
	return j
}

func quarter(t testing.TB, from, until string) period {
	return period{dayOfTests(t, from), dayOfTests(t, until)}
}

func all(domain.RequestStep) bool { return true }

// TestPortions reckons one request by hand.
func TestPortions(t *testing.T) {
	guarding := domain.Amount(365_00) // 12 · 365 € a year: 12 € a day
	first, second := quarter(t, "2026-01-01", "2026-03-31"), quarter(t, "2026-04-01", "2026-06-30")
	count := func(kind string) figure { return figure{kind: kind} }
	stay := func(s domain.RequestStatus) figure { return figure{figStep, string(s)} }
	j := hosted(t)
	wantFirst := map[figure]portion{
		count(figSubmitted): {}, count(figSent): {},
		count(figAnswered):                     {days: []int{9}}, // sent 20 January, visited the 29th
		stay(domain.RequestDraft):              {days: []int{5}},
		stay(domain.RequestSubmitted):          {days: []int{2, 5}},
		stay(domain.RequestChangesRequested):   {days: []int{3}},
		stay(domain.RequestLandlordReview):     {days: []int{9}},
		stay(domain.RequestScoping):            {days: []int{12}}, // 29 January to 10 February
		stay(domain.RequestTenantConsultation): {days: []int{8}},  // 10 to 18 February
		stay(domain.RequestConvention):         {days: []int{10}}, // 18 to 28 February
		stay(domain.RequestSigned):             {days: []int{3}},  // 28 February to 3 March
		count(figSigned):                       {},
		count(figBegun):                        {},
		count(figRunning):                      {},
		{figIndicator, "HOURS"}:                {sum: 10},
		count(figOccupiedDays):                 {sum: 29}, // 3 to 31 March
		count(figGuarding):                     {sum: 29 * 12_00},
	}
	wantSecond := map[figure]portion{
		stay(domain.RequestPilot): {days: []int{58}}, // 3 March to 30 April
		count(figEnded):           {},
		{figEndedFor, "AGREED"}:   {},
		{figIndicator, "EVENTS"}:  {sum: 2},
		count(figOccupiedDays):    {sum: 30},
		count(figGuarding):        {sum: 30 * 12_00},
	}
	same := func(name string, got, want map[figure]portion) {
		t.Helper()
		for f := range maps.Keys(want) {
			if !reflect.DeepEqual(got[f], want[f]) {
				t.Errorf("%s: %v is %+v, want %+v", name, f, got[f], want[f])
			}
		}
		for f, p := range got {
			if _, ok := want[f]; !ok {
				t.Errorf("%s: %v is %+v, want none", name, f, p)
			}
		}
	}
	of := func(p period, known func(domain.RequestStep) bool) map[figure]portion {
		return portionsOf(&j.r, j.r.Known(known, statisticsClock()), p, statisticsClock(), &guarding)
	}
	same("the first quarter", of(first, all), wantFirst)
	same("the second", of(second, all), wantSecond)

	// The keys were handed over a week later than was written, it turns out.
	before := j.commit
	j.on("2026-07-01").does(domain.ActionCorrect, correcting(j.place(domain.ActionHandOver)), j.day("2026-03-10"))
	j.does(domain.ActionCorrect, correcting(j.place(domain.ActionRecordIndicators)), j.figure(domain.IndicatorHours, 12, "2026-03-10", "2026-03-31"))
	j.does(domain.ActionCorrect, correcting(j.place(domain.ActionRecordIndicators)), j.figure(domain.IndicatorHours, 14, "2026-03-10", "2026-03-31"))
	same("the first quarter as it was", of(first, func(s domain.RequestStep) bool { return s.Commit <= before }), wantFirst)
	corrected := maps.Clone(wantFirst)
	corrected[stay(domain.RequestSigned)] = portion{days: []int{10}}
	corrected[count(figOccupiedDays)], corrected[count(figGuarding)] = portion{sum: 22}, portion{sum: 22 * 12_00}
	corrected[figure{figIndicator, "HOURS"}] = portion{sum: 14}
	same("the first quarter, corrected", of(first, all), corrected)
	same("as of the first correction alone", of(first, func(s domain.RequestStep) bool { return s.Commit <= before+2 }),
		func() map[figure]portion {
			m := maps.Clone(corrected)
			m[figure{figIndicator, "HOURS"}] = portion{sum: 12}
			return m
		}())
}

// TestPortionsOfWhatStopped: refusals count once in a period, by their last reason;
// slots count in hours; what ends before the keys is no placement.
func TestPortionsOfWhatStopped(t *testing.T) {
	p := quarter(t, "2026-01-01", "2026-03-31")
	portions := func(j *journal) map[figure]portion {
		out := portionsOf(&j.r, j.r.Known(all, statisticsClock()), p, statisticsClock(), nil)
		maps.DeleteFunc(out, func(f figure, _ portion) bool {
			return f.kind == figStep || f.kind == figSubmitted || f.kind == figSent
		})
		return out
	}
	want := func(name string, got map[figure]portion, want map[figure]portion) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	sent := func() *journal {
		j := newJournal(t, "req_1", "2026-01-02")
		return j.does(domain.ActionSubmit).on("2026-01-04").does(domain.ActionSend)
	}
	j := sent().on("2026-01-14").does(domain.ActionReject, because("COST"))
	j.on("2026-02-01").does(domain.ActionReopen).on("2026-02-04").does(domain.ActionReject, because("SURFACE"))
	want("refused twice", portions(j), map[figure]portion{
		{kind: figRefused}: {}, {figRefusedFor, "SURFACE"}: {}, {kind: figAnswered}: {days: []int{3}}, // since it was reopened
	})
	want("expired", portions(sent().on("2026-03-31").does(domain.ActionExpire)), map[figure]portion{{kind: figExpired}: {}})
	want("withdrawn on hold", portions(sent().does(domain.ActionHold).does(domain.ActionWithdraw, because("OTHER"))), map[figure]portion{{kind: figWithdrawn}: {}})
	want("superseded", portions(sent().does(domain.ActionSupersede)), map[figure]portion{{kind: figSuperseded}: {}})
	signed := func() *journal {
		j := sent().on("2026-01-10").does(domain.ActionRecordVisit, func(s *domain.RequestStep) { s.On = new(domain.NewDate(2026, 1, 1)) })
		j.does(domain.ActionScope).does(domain.ActionRecordConsultation)
		return j.does(domain.ActionSign)
	}
	visitedBefore := portion{days: []int{0}} // visited on the 1st, sent on the 4th
	want("cancelled", portions(signed().does(domain.ActionCancel, because("SAFETY"))),
		map[figure]portion{{kind: figAnswered}: visitedBefore, {kind: figSigned}: {}, {kind: figCancelled}: {}})
	want("ended before it began", portions(signed().term("2026-01-10", "2026-02-01").on("2026-02-02").does(domain.ActionEnd, because("TERM"))),
		map[figure]portion{{kind: figAnswered}: visitedBefore, {kind: figSigned}: {}, {kind: figCancelled}: {}})
	five, _ := domain.ParseTimeOfDay("17:00")
	slots := signed().term("2026-01-10", "2026-02-28", domain.RecurringSlot{Rule: "FREQ=WEEKLY;BYDAY=TU", Start: five, DurationMinutes: 90})
	want("in slots", portions(slots.on("2026-01-20").does(domain.ActionHandOver)), map[figure]portion{ // a Tuesday: 20 and 27 January, 3, 10, 17 and 24 February
		{kind: figAnswered}: visitedBefore, {kind: figSigned}: {}, {kind: figBegun}: {}, {kind: figRunning}: {}, {kind: figOccupiedHours}: {sum: 6 * 90},
	})
}

// stopping are the statuses that a walk is to come to seldom.
var stopping = []domain.RequestStatus{domain.RequestRejected, domain.RequestWithdrawn, domain.RequestExpired, domain.RequestSuperseded,
	domain.RequestCancelled, domain.RequestEnded, domain.RequestOnHold, domain.RequestChangesRequested}

// walk goes along the table at random, with days of every kind and corrections.
func walk(t testing.TB, d *rand.Rand, id string, commit *uint64) domain.HostingRequest {
	day := domain.NewDate(2026, 1, 1).AddDays(d.IntN(100))
	j := newJournal(t, id, day.String())
	j.r.ProjectID, j.r.LandlordID = domain.ProjectID(fmt.Sprint("prj_", d.IntN(4))), new(domain.LandlordID(fmt.Sprint("lld_", d.IntN(landlordsOfTests))))
	j.r.Sent = d.IntN(4) > 0
	j.r.Scope = &domain.HostingScope{Space: new(domain.SpaceID(fmt.Sprint("spc_", d.IntN(40))))}
	*commit++
	j.r.Log[0].Commit = *commit
	five, _ := domain.ParseTimeOfDay("17:00")
	for range d.IntN(60) {
		rows := slices.DeleteFunc(slices.Clone(domain.RequestTransitions()), func(row domain.RequestTransition) bool { return !slices.Contains(row.From, j.r.Status) })
		if len(rows) == 0 {
			break
		}
		row := rows[d.IntN(len(rows))]
		if !slices.Contains([]domain.RequestAction{domain.ActionCorrect, domain.ActionRecordIndicators, domain.ActionAgreeToPublish}, row.Action) &&
			d.IntN(6) > 0 && (row.To == domain.Stays || slices.Contains(stopping, row.To)) {
			continue // or none would come far
		}
		day = day.AddDays(d.IntN(12))
		*commit++
		step := domain.RequestStep{Commit: *commit, At: day.Time().Add(time.Duration(d.IntN(24)) * time.Hour), Party: row.By[d.IntN(len(row.By))]}
		near := new(day.AddDays(d.IntN(9) - 6))
		code := domain.IndicatorCode(domainCodes("HostingIndicatorCode")[d.IntN(7)])
		figures := []domain.IndicatorFigure{{Code: code, Value: d.IntN(50), From: *near, Until: near.AddDays(d.IntN(40))}}
		switch row.Action {
		case domain.ActionSend, domain.ActionHold:
			step.On = new(day.AddDays(30))
		case domain.ActionRecordVisit, domain.ActionRecordConsultation, domain.ActionHandOver:
			step.On = near
		case domain.ActionSign, domain.ActionHost:
			step.On = near
			from := day
			if last := j.r.Term(); last != nil {
				from = last.Until.AddDays(1 + d.IntN(3))
			}
			term := domain.HostingConvention{From: from, Until: from.AddDays(20 + d.IntN(100))}
			if d.IntN(3) == 0 {
				term.Slots = []domain.RecurringSlot{{Rule: "FREQ=WEEKLY;BYDAY=MO,TH", Start: five, DurationMinutes: 120}}
			}
			j.r.Terms = append(slices.Clip(j.r.Terms), term)
		case domain.ActionRecordIndicators:
			step.Indicators = figures
		case domain.ActionEvaluate:
			step.On, step.Indicators = near, figures
		case domain.ActionEnd:
			step.On, step.Reason = near, domainCodes("HostingEndReason")[d.IntN(7)]
		case domain.ActionReject, domain.ActionWithdraw, domain.ActionCancel:
			step.Reason = domainCodes("HostingRefusalReason")[d.IntN(16)]
		case domain.ActionCorrect:
			i := d.IntN(len(j.r.Log))
			wrong := j.r.Log[i]
			step.Corrects = &i
			switch {
			case wrong.Corrects != nil || wrong.On == nil && len(wrong.Indicators) == 0 || wrong.Action == domain.ActionSend || wrong.Action == domain.ActionHold:
				continue // nothing of the kind
			case wrong.On != nil:
				step.On = near
				if wrong.Action == domain.ActionEnd && d.IntN(2) == 0 {
					step.Reason = domainCodes("HostingEndReason")[d.IntN(7)]
				}
			default:
				step.Indicators = figures
			}
		}
		j.r = j.r.Go(row, step)
	}
	return j.r
}

// naive counts figures by asking, for each, the whole log again.
func naive(r domain.HostingRequest, last uint64, p period, monthly *domain.Amount, clock *time.Location) map[string]any {
	paris, _ := time.LoadLocation("Europe/Paris")
	type event struct {
		domain.RequestStep
		day domain.Date
	}
	var log []event
	for i, s := range r.Log {
		if s.Commit > last || s.Action == domain.ActionCorrect {
			continue
		}
		for _, c := range r.Log { // the last correction says what it says
			if c.Commit > last || c.Corrects == nil || *c.Corrects != i {
				continue
			}
			if c.On != nil {
				s.On = c.On
			}
			if c.Reason != "" {
				s.Reason = c.Reason
			}
			if c.Indicators != nil {
				s.Indicators = c.Indicators
			}
		}
		day := domain.DateOf(s.At.In(paris))
		if s.On != nil && s.Action != "SEND_TO_LANDLORD" && s.Action != "HOLD" {
			day = *s.On
		}
		log = append(log, event{s, day})
	}
	within := func(d domain.Date) bool { return d >= p.from && d <= p.until }
	lastOf := func(is func(event) bool) (found *event) {
		for i := range log {
			if is(log[i]) && within(log[i].day) {
				found = &log[i]
			}
		}
		return found
	}
	firstEver := func(a domain.RequestAction) *event {
		for i := range log {
			if log[i].Action == a {
				return &log[i]
			}
		}
		return nil
	}
	out := make(map[string]any)
	for name, action := range map[string]domain.RequestAction{"sent": "SEND_TO_LANDLORD", "withdrawn": "WITHDRAW", "expired": "EXPIRE", "superseded": "SUPERSEDE",
		"signed": "SIGN", "renewed": "HOST", "begun": "HAND_OVER", "refused": "REJECT"} {
		if e := lastOf(func(e event) bool { return e.Action == action }); e != nil {
			out[name] = true
			if action == "REJECT" {
				out["refusedFor "+e.Reason] = true
			}
		}
	}
	if e := firstEver("SUBMIT"); e != nil && within(e.day) {
		out["submitted"] = true
	}
	if e := lastOf(func(e event) bool {
		return e.Action == "RECORD_VISIT" || e.Action == "REJECT" && e.From == "LANDLORD_REVIEW"
	}); e != nil {
		for i := range log {
			if (log[i].Action == "SEND_TO_LANDLORD" || log[i].Action == "REOPEN" && log[i].To == "LANDLORD_REVIEW") && log[i].Commit < e.Commit {
				out["answered"] = []int{max(0, int(e.day-log[i].day))}
			}
		}
	}
	begun, end := firstEver("HAND_OVER"), firstEver("END")
	if end != nil && within(end.day) {
		if begun != nil {
			out["ended"], out["endedFor "+end.Reason] = true, true
		} else {
			out["cancelled"] = true
		}
	}
	if lastOf(func(e event) bool { return e.Action == "CANCEL" }) != nil {
		out["cancelled"] = true
	}
	if begun != nil && begun.day <= p.until && !(end != nil && end.day <= p.until) {
		out["running"] = true
	}
	in := domain.Date(0)
	for i, e := range log {
		if i > 0 && e.From != e.To {
			if within(e.day) {
				key := "step " + string(e.From)
				stays, _ := out[key].([]int)
				out[key] = append(stays, max(0, int(e.day-in)))
			}
			in = e.day
		} else if i == 0 {
			in = e.day
		}
		for _, f := range e.Indicators {
			if within(f.Until) {
				key := "indicator " + string(f.Code)
				sum, _ := out[key].(int)
				out[key] = sum + f.Value
			}
		}
	}
	if begun == nil {
		return out
	}
	// Day by day.
	var terms []domain.HostingConvention
	for _, e := range log {
		if e.Action == "SIGN" || e.Action == "HOST" {
			terms = append(terms, r.Terms[len(terms)])
		}
	}
	days, minutes, saved := 0, 0, 0
	for day := p.from; day <= p.until; day++ {
		if day < begun.day || end != nil && day > end.day {
			continue
		}
		if day <= terms[len(terms)-1].Until {
			saved++
		}
		for _, term := range terms {
			if day < term.From || day > term.Until {
				continue
			}
			if weekday := day.Time().Weekday(); len(term.Slots) == 0 {
				days++
			} else if weekday == time.Monday || weekday == time.Thursday {
				minutes += 120
			}
		}
	}
	if days > 0 {
		out["occupiedDays"] = days
	}
	if minutes > 0 {
		out["occupiedHours"] = minutes
	}
	if saved > 0 && monthly != nil {
		out["guarding"] = saved
	}
	return out
}

// TestStatisticsAreThoseOfTheLogs compares all figures with a naive recomputation, for
// random logs, periods and times.
func TestStatisticsAreThoseOfTheLogs(t *testing.T) {
	d := rand.New(rand.NewPCG(3, 3))
	var commit uint64
	seen := make(map[string]bool)
	monthly := domain.Amount(365_00)
	for i := range 3000 {
		r := walk(t, d, fmt.Sprint("req_", i), &commit)
		for range 3 {
			from := domain.NewDate(2026, 1, 1).AddDays(d.IntN(200))
			p := period{from, from.AddDays(d.IntN(120))}
			last := r.Log[d.IntN(len(r.Log))].Commit
			if d.IntN(2) == 0 {
				last = commit
			}
			guarding := []*domain.Amount{nil, &monthly}[d.IntN(2)]
			known := func(s domain.RequestStep) bool { return s.Commit <= last }
			got := make(map[string]any)
			for f, of := range portionsOf(&r, r.Known(known, statisticsClock()), p, statisticsClock(), guarding) {
				name, v := f.kind, any(true)
				if f.code != "" {
					name += " " + f.code
				}
				switch f.kind {
				case figStep, figAnswered:
					v = of.days
				case figIndicator, figOccupiedDays, figOccupiedHours:
					v = int(of.sum)
				case figGuarding:
					v = int(of.sum) / 12_00 // by the day
				}
				got[name] = v
				seen[f.kind] = true
			}
			want := naive(r, last, p, guarding, statisticsClock())
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("request %d as of %d, %v to %v:\n got %v\nwant %v\nlog %+v", i, last, p.from, p.until, got, want, r.Log)
			}
		}
	}
	if len(seen) != 20 {
		t.Errorf("only %d figures were met: %v", len(seen), seen)
	}
}

// TestMedian is of sorted values, and between the two in the middle.
func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []int
		want   float64
	}{{[]int{3}, 3}, {[]int{5, 1, 3}, 3}, {[]int{4, 1, 10, 3}, 3.5}} {
		if got := median(c.values); got == nil || *got != c.want {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
	if median(nil) != nil {
		t.Error("nothing has a median")
	}
}

// requested is a World with many requests, of projects and landlords of every
// standing.
func requested(t testing.TB, seed uint64, requests int) (*past, *rand.Rand) {
	p, _ := scattered(t, seed)
	d := rand.New(rand.NewPCG(seed, 9))
	changes := []ledger.Change{p.put(domain.KindSettings, domain.SettingsID, settingsOfTests(domain.NewDate(2027, 1, 1)))}
	var commit uint64
	for i := range requests {
		r := walk(t, d, fmt.Sprint("req_", i), &commit)
		changes = append(changes, p.put(domain.KindRequest, domain.ID(r.ID), r))
	}
	p.commit(changes...)
	return p, d
}

func statisticsOfTests(t testing.TB, s *Session, q StatisticsQuery) *domain.HostingStatisticsConnection {
	t.Helper()
	c, err := s.HostingStatistics(t.Context(), q, Page{First: 100, Totals: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// numbersOf are all the counts of a group by name, those of reasons too.
func numbersOf(h *domain.HostingStatistics) map[string]*domain.HostingStatisticsCount {
	out := make(map[string]*domain.HostingStatisticsCount)
	v := reflect.ValueOf(*h)
	for i := range v.NumField() {
		if c, ok := v.Field(i).Interface().(*domain.HostingStatisticsCount); ok {
			out[v.Type().Field(i).Name] = c
		}
	}
	for _, r := range h.RefusedByReason {
		out["Refused "+r.Code] = r.Count
	}
	for _, r := range h.EndedByReason {
		out["Ended "+r.Code] = r.Count
	}
	for _, i := range h.Indicators {
		out["Indicator "+string(i.Code)] = i.Count
	}
	return out
}

// TestGroupsAddUp: the groups of a viewer that sees requests are those of what it
// sees, and add up to the total; behind each number are as many requests.
func TestGroupsAddUp(t *testing.T) {
	p, _ := requested(t, 5, 150)
	q := StatisticsQuery{From: domain.NewDate(2026, 1, 1), Until: domain.NewDate(2026, 6, 30)}
	for _, v := range viewersOfTests {
		if !v.SeesRequests() {
			continue
		}
		s := p.as(v, p.now())
		for _, by := range []domain.HostingStatisticsBy{domain.StatisticsTotal, domain.StatisticsByLandlord, domain.StatisticsByProject, domain.StatisticsByDomain, domain.StatisticsByDepartement, domain.StatisticsByRegion} {
			q.By = by
			c := statisticsOfTests(t, s, q)
			sums := make(map[string]int)
			for _, g := range c.Nodes {
				for name, n := range numbersOf(g) {
					if n.Suppressed || n.Value == nil || n.Behind == nil || len(n.Behind.IDs) != *n.Value {
						t.Fatalf("%v by %s: %s of %v is %+v", v, by, name, g.Text, n)
					}
					sums[name] += *n.Value
				}
			}
			for name, n := range numbersOf(c.Total) {
				if by != domain.StatisticsByDomain && *n.Value != sums[name] || *n.Value > sums[name] {
					t.Errorf("%v by %s: %s is %d in all, %d in groups", v, by, name, *n.Value, sums[name])
				}
				list, err := s.RequestsCounted(n, domain.HostingRequestFilter{}, Page{First: 100, Totals: true})
				if err != nil || list.TotalCount != *n.Value {
					t.Errorf("%v: %d requests behind %s of %d, %v", v, list.TotalCount, name, *n.Value, err)
				}
			}
			if v.Role == domain.RoleProject && c.Total.Guarding != nil {
				t.Errorf("%v is told guarding costs", v)
			}
		}
	}
}

// TestOthersAreToldNothingSmall: whoever doesn't see requests is told no number of
// fewer than five; and what is left of any total is none or five at least.
func TestOthersAreToldNothingSmall(t *testing.T) {
	told := 0
	for seed := range uint64(12) {
		p, d := requested(t, seed+20, 20+30*int(seed))
		from := domain.NewDate(2026, 1, 1).AddDays(d.IntN(60))
		q := StatisticsQuery{From: from, Until: from.AddDays(30 + d.IntN(150))}
		staff, others := p.as(domain.Viewer{Role: domain.RoleStaff}, p.now()), p.as(domain.Anonymous, p.now())
		type answers map[string]map[string]*domain.HostingStatisticsCount // by group
		true_, got := make(map[domain.HostingStatisticsBy]answers), make(map[domain.HostingStatisticsBy]answers)
		regionOf := make(map[string]string)
		for _, by := range []domain.HostingStatisticsBy{domain.StatisticsTotal, domain.StatisticsByDomain, domain.StatisticsByDepartement, domain.StatisticsByRegion} {
			q.By = by
			key := func(h *domain.HostingStatistics) string {
				if h.Code == nil {
					return "none"
				}
				if h.Departement != nil {
					regionOf[*h.Code] = string(h.Region.Code)
				}
				return *h.Code
			}
			true_[by], got[by] = make(answers), make(answers)
			for _, g := range statisticsOfTests(t, staff, q).Nodes {
				true_[by][key(g)] = numbersOf(g)
			}
			c := statisticsOfTests(t, others, q)
			for _, g := range append(c.Nodes, c.Total) {
				if g.Landlord != nil || g.Project != nil || g.Guarding != nil {
					t.Fatalf("too much is told: %+v", g)
				}
				got[by][key(g)] = numbersOf(g)
				for _, step := range g.Steps {
					if !step.Count.Suppressed {
						t.Errorf("%s: %d left", step.Status, *step.Count.Value)
					}
				}
				if g.AnswerMedianDays != nil && g.Answered.Suppressed {
					t.Error("a median of a number that is suppressed")
				}
			}
			for group, counts := range got[by] {
				for name, n := range counts {
					want, known := true_[by][group][name], true_[by][group] != nil
					if group == "" {
						want, known = true_[domain.StatisticsTotal][""][name], true
					}
					switch {
					case n.Behind != nil || n.Suppressed != (n.Value == nil):
						t.Fatalf("%s: %+v", name, n)
					case n.Value == nil:
					case !known || *n.Value != *want.Value || *n.Value < fewest:
						t.Errorf("seed %d by %s: %s of %q is %d", seed, by, name, group, *n.Value)
					default:
						told++
					}
				}
			}
		}
		// left is what of a total isn't told in its parts.
		left := func(what string, total int, parts ...*domain.HostingStatisticsCount) {
			t.Helper()
			for _, part := range parts {
				if part != nil && part.Value != nil {
					total -= *part.Value
				}
			}
			if total > 0 && total < fewest {
				t.Errorf("seed %d: what is left of %s is %d", seed, what, total)
			}
		}
		total := got[domain.StatisticsTotal][""]
		for name, n := range total {
			if n.Value == nil {
				continue
			}
			for _, by := range []domain.HostingStatisticsBy{domain.StatisticsByDepartement, domain.StatisticsByRegion} {
				var parts []*domain.HostingStatisticsCount
				for code, g := range got[by] {
					if code != "" {
						parts = append(parts, g[name])
					}
				}
				left(fmt.Sprint(name, " by ", by), *n.Value, parts...)
			}
			for code, g := range got[domain.StatisticsByDomain] {
				if code != "" {
					left(fmt.Sprint(name, " outside of ", code), *n.Value, g[name])
				}
			}
			var reasons []*domain.HostingStatisticsCount
			for other, m := range total {
				if len(other) > len(name) && other[:len(name)+1] == name+" " {
					reasons = append(reasons, m)
				}
			}
			if len(reasons) > 0 {
				left(name+" by reason", *n.Value, reasons...)
			}
		}
		for region, counts := range got[domain.StatisticsByRegion] {
			for name, n := range counts {
				if n.Value == nil || region == "" || region == "none" {
					continue
				}
				var parts []*domain.HostingStatisticsCount
				for code, g := range got[domain.StatisticsByDepartement] {
					if regionOf[code] == region {
						parts = append(parts, g[name])
					}
				}
				left(name+" of région "+region, *n.Value, parts...)
			}
		}
	}
	if told < 200 {
		t.Errorf("only %d numbers were told", told)
	}
}

// TestStatisticsRefuse what can't be asked, or not by everyone.
func TestStatisticsRefuse(t *testing.T) {
	p, _ := requested(t, 1, 5)
	right := StatisticsQuery{From: domain.NewDate(2026, 1, 1), Until: domain.NewDate(2026, 3, 31), By: domain.StatisticsTotal}
	for _, c := range []struct {
		name string
		by   domain.Viewer
		ask  func(*StatisticsQuery)
		want domain.RefusalCode
	}{
		{"a period that ends before it begins", staffOfTests, func(q *StatisticsQuery) { q.Until = q.From - 1 }, domain.CodeInvalidInput},
		{"a day to come", staffOfTests, func(q *StatisticsQuery) { q.Until = p.now().Today() + 1 }, domain.CodeInvalidInput},
		{"more than ten years", staffOfTests, func(q *StatisticsQuery) { q.From = q.Until.AddMonths(-120) }, domain.CodeInvalidInput},
		{"as of a commit and a day", staffOfTests, func(q *StatisticsQuery) { q.AsOf.Commit, q.AsOf.Date = new(1), new(q.From) }, domain.CodeInvalidInput},
		{"as of a commit to come", staffOfTests, func(q *StatisticsQuery) { q.AsOf.Commit = new(int(p.now().Commit()) + 1) }, domain.CodeInvalidInput},
		{"as of a day to come", staffOfTests, func(q *StatisticsQuery) { q.AsOf.Date = new(p.now().Today() + 1) }, domain.CodeInvalidInput},
		{"by landlord", domain.Anonymous, func(q *StatisticsQuery) { q.By = domain.StatisticsByLandlord }, domain.CodeNotAllowed},
		{"by project", domain.Viewer{Role: domain.RoleObserver}, func(q *StatisticsQuery) { q.By = domain.StatisticsByProject }, domain.CodeNotAllowed},
		{"as of a commit", domain.Anonymous, func(q *StatisticsQuery) { q.AsOf.Commit = new(1) }, domain.CodeNotAllowed},
		{"of a landlord", domain.Anonymous, func(q *StatisticsQuery) { q.Filter.LandlordID = new(domain.LandlordID("lld_0")) }, domain.CodeNotAllowed},
	} {
		q := right
		c.ask(&q)
		_, err := p.as(c.by, p.now()).HostingStatistics(t.Context(), q, Page{First: 20})
		refusals := domain.AsRefusals(err)
		if len(refusals) != 1 || refusals[0].RefusalCode() != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, v := range viewersOfTests {
		statisticsOfTests(t, p.as(v, p.now()), right)
	}
}

var staffOfTests = domain.Viewer{Role: domain.RoleStaff}

// TestStatisticsPages: page after page is the whole list, in one order.
func TestStatisticsPages(t *testing.T) {
	p, _ := requested(t, 5, 60)
	s := p.as(staffOfTests, p.now())
	q := StatisticsQuery{From: domain.NewDate(2026, 1, 1), Until: domain.NewDate(2026, 12, 31), By: domain.StatisticsByDepartement}
	var codes []string
	page := Page{First: 1}
	for {
		c, err := s.HostingStatistics(t.Context(), q, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range c.Nodes {
			if g.Code != nil {
				codes = append(codes, *g.Code)
			} else {
				codes = append(codes, "~none")
			}
		}
		if !c.PageInfo.HasNextPage {
			break
		}
		page.After = c.PageInfo.EndCursor
	}
	whole := statisticsOfTests(t, s, q)
	if len(codes) < 3 || len(codes) != whole.TotalCount || !sort.StringsAreSorted(codes) {
		t.Errorf("%v of %d", codes, whole.TotalCount)
	}
}
