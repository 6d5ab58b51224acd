package hub

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// What must always hold of the requests, written a second time and as plainly as
// can be: nothing here asks the functions that the hub decides with.

// lifeTable is the life of a request as people wrote it down: what is done, from
// where to where, by whom.
const lifeTable = `
CHANGE              | DRAFT CHANGES_REQUESTED | same | PROJECT STAFF
SUBMIT              | DRAFT CHANGES_REQUESTED | SUBMITTED | PROJECT STAFF
REQUEST_CHANGES     | SUBMITTED | CHANGES_REQUESTED | STAFF
SEND_TO_LANDLORD    | SUBMITTED | LANDLORD_REVIEW | STAFF
REMIND              | SUBMITTED LANDLORD_REVIEW | same | HUB
RECORD_VISIT        | LANDLORD_REVIEW | SCOPING | LANDLORD
SCOPE               | SCOPING | TENANT_CONSULTATION | LANDLORD
RECORD_CONSULTATION | TENANT_CONSULTATION | CONVENTION | LANDLORD
PROPOSE_CONVENTION  | CONVENTION EVALUATED | same | LANDLORD
CONSENT             | CONVENTION EVALUATED | same | PROJECT
SIGN                | CONVENTION | SIGNED | LANDLORD
HAND_OVER           | SIGNED | PILOT | PROJECT LANDLORD
RECORD_INDICATORS   | PILOT EVALUATED HOSTED SCALED | same | PROJECT LANDLORD STAFF
EVALUATE            | PILOT | EVALUATED | LANDLORD STAFF
HOST                | EVALUATED | HOSTED | LANDLORD
SCALE               | EVALUATED HOSTED | SCALED | STAFF
END                 | SIGNED PILOT EVALUATED HOSTED SCALED | ENDED | PROJECT LANDLORD HUB
HOLD                | SUBMITTED CHANGES_REQUESTED LANDLORD_REVIEW SCOPING TENANT_CONSULTATION CONVENTION | ON_HOLD | LANDLORD STAFF
RESUME              | ON_HOLD | back | LANDLORD STAFF
REJECT              | SUBMITTED | REJECTED | STAFF
REJECT              | LANDLORD_REVIEW SCOPING TENANT_CONSULTATION CONVENTION | REJECTED | LANDLORD
REOPEN              | REJECTED EXPIRED SUPERSEDED | back | LANDLORD STAFF
WITHDRAW            | DRAFT SUBMITTED CHANGES_REQUESTED LANDLORD_REVIEW SCOPING TENANT_CONSULTATION CONVENTION ON_HOLD | WITHDRAWN | PROJECT
CANCEL              | SIGNED | CANCELLED | PROJECT LANDLORD STAFF
EXPIRE              | SUBMITTED LANDLORD_REVIEW | EXPIRED | HUB
SUPERSEDE           | SUBMITTED CHANGES_REQUESTED LANDLORD_REVIEW SCOPING TENANT_CONSULTATION CONVENTION ON_HOLD | SUPERSEDED | HUB
AGREE_TO_PUBLISH    | SIGNED PILOT EVALUATED HOSTED SCALED ENDED | same | PROJECT LANDLORD
CORRECT             | SIGNED PILOT EVALUATED HOSTED SCALED ENDED | same | STAFF
`

type lifeRow struct {
	from, by []string
	to       string
}

var lifeRows = func() map[string][]lifeRow {
	rows := map[string][]lifeRow{}
	for line := range strings.Lines(strings.TrimSpace(lifeTable)) {
		cells := strings.Split(line, "|")
		action := strings.TrimSpace(cells[0])
		rows[action] = append(rows[action], lifeRow{strings.Fields(cells[1]), strings.Fields(cells[3]), strings.TrimSpace(cells[2])})
	}
	return rows
}()

// openNow: a request that waits for someone.
var openNow = strings.Fields("SUBMITTED CHANGES_REQUESTED LANDLORD_REVIEW SCOPING TENANT_CONSULTATION CONVENTION ON_HOLD")

// hasSpace: a request that has its space, or will have it.
var hasSpace = strings.Fields("SIGNED PILOT EVALUATED HOSTED SCALED")

func among(s domain.RequestStatus, list []string) bool { return slices.Contains(list, string(s)) }

// seenBy is who may see a request: staff, its project, and once it was sent the
// landlord with its group.
func (u *universe) seenBy(v domain.Viewer, r *domain.HostingRequest) bool {
	if v.Role == domain.RoleStaff || v.Project != "" && v.Project == r.ProjectID {
		return true
	}
	if v.Landlord == "" || !r.Sent || r.LandlordID == nil {
		return false
	}
	to := domain.ID(*r.LandlordID)
	return domain.ID(v.Landlord) == to || domain.ID(v.Landlord) == u.group && to == u.landlords[0]
}

// partyOf is for which side an actor can have done something with a request.
func (u *universe) partyOf(actor string, r *domain.HostingRequest) domain.RequestParty {
	v, known := u.parties[actor]
	switch {
	case actor == "":
		return domain.PartyHub
	case !known:
		return "nobody"
	case v.Role == domain.RoleStaff:
		return domain.PartyStaff
	case v.Role == domain.RoleProject && v.Project == r.ProjectID:
		return domain.PartyProject
	case v.Role == domain.RoleLandlord && r.LandlordID != nil && v.Landlord == *r.LandlordID && r.Sent:
		return domain.PartyLandlord
	}
	return "nobody"
}

// wrongs collects what a commit did that must never be.
type wrongs struct {
	*universe
	commit        ledger.Commit
	before, after *world.World
	found         []string
}

func (x *wrongs) say(format string, args ...any) {
	x.found = append(x.found, fmt.Sprintf("commit %d (%s by %q): ", x.commit.Number, x.commit.Action, x.commit.Actor)+fmt.Sprintf(format, args...))
}

// judge is what a commit did wrong, from the Worlds before and after it.
func (u *universe) judge(c ledger.Commit, before, after *world.World) []string {
	x := &wrongs{universe: u, commit: c, before: before, after: after}
	if c.Time.Before(before.Time()) {
		x.say("time runs backwards")
	}
	if after.Today() < before.Today() {
		x.say("the day turns backwards")
	}
	var signed *domain.HostingRequest
	spaces := map[domain.SpaceID]bool{}
	for _, ch := range c.Changes {
		if ch.Kind != domain.KindRequest {
			continue
		}
		row, ok := after.Request(domain.RequestID(ch.ID))
		if !ok {
			x.say("%s is deleted", ch.ID)
			continue
		}
		r := row.Doc
		old := &domain.HostingRequest{}
		if was, ok := before.Request(r.ID); ok {
			old = was.Doc
		}
		x.step(old, r)
		last := r.Log[len(r.Log)-1].Action
		if last == domain.ActionSign || last == domain.ActionHost {
			signed = r
		}
		if s, ok := r.Chosen(); ok && (len(r.Terms) > 0 || len(old.Terms) > 0) {
			spaces[s] = true
		}
	}
	for _, s := range u.spaces {
		if spaces[domain.SpaceID(s.id)] {
			x.apart(s)
		}
	}
	x.superseded(signed)
	return x.found
}

// step judges what became of one request.
func (x *wrongs) step(old, r *domain.HostingRequest) {
	say := func(format string, args ...any) {
		x.say("%s (%s → %s): %s", r.ID, old.Status, r.Status, fmt.Sprintf(format, args...))
	}
	if len(r.Log) != len(old.Log)+1 || len(old.Log) > 0 && !reflect.DeepEqual(r.Log[:len(old.Log)], old.Log) {
		say("the log isn't that of before with one step more")
		return
	}
	s := r.Log[len(r.Log)-1]
	if r.Version != old.Version+1 || s.Commit != x.commit.Number || !s.At.Equal(x.commit.Time) {
		say("version %d after %d, step of commit %d at %v", r.Version, old.Version, s.Commit, s.At)
	}
	if s.From != old.Status || s.To != r.Status {
		say("the step goes from %q to %q", s.From, s.To)
	}
	actor := x.commit.Actor
	if s.Party == domain.PartyHub {
		actor = "" // what a commit brings about beside what was asked
	}
	if s.Actor != actor {
		say("the step is %q's", s.Actor)
	}
	if old.ID == "" {
		if r.Status != domain.RequestDraft {
			say("it doesn't begin as a draft")
		}
		return
	}
	if r.ProjectID != old.ProjectID || old.Sent && (!r.Sent || *r.LandlordID != *old.LandlordID) {
		say("it changed hands")
	}
	if s.Party != x.partyOf(actor, old) && s.Party != domain.PartyHub {
		say("%q isn't its %s", actor, s.Party)
	}
	x.row(old, r, s, say)
	x.needs(old, r, s, say)
}

// row looks the step up in the table.
func (x *wrongs) row(old, r *domain.HostingRequest, s domain.RequestStep, say func(string, ...any)) {
	possible := false
	for _, row := range lifeRows[string(s.Action)] {
		if !slices.Contains(row.from, string(old.Status)) || !slices.Contains(row.by, string(s.Party)) {
			continue
		}
		to := row.to
		switch to {
		case "same":
			to = string(old.Status)
		case "back":
			to = cameFrom(old)
		}
		possible = possible || to == string(r.Status)
	}
	if !possible {
		say("the table doesn't let %s %s it so", s.Party, s.Action)
	}
	if s.Action == domain.ActionReopen && s.Party == domain.PartyLandlord {
		if last := stoppedBy(old); last.Action != domain.ActionReject || last.Party != domain.PartyLandlord {
			say("the landlord reopens what it didn't refuse")
		}
	}
}

// stoppedBy is the step that brought a request to where it stands.
func stoppedBy(r *domain.HostingRequest) (last domain.RequestStep) {
	for _, s := range r.Log {
		if s.From != s.To {
			last = s
		}
	}
	return last
}

// cameFrom is where a request that is on hold or stopped stood before, holds
// aside.
func cameFrom(r *domain.HostingRequest) string {
	at := ""
	for _, s := range r.Log {
		if s.To != s.From && s.From != domain.RequestOnHold && among(s.To, []string{"ON_HOLD", "REJECTED", "EXPIRED", "SUPERSEDED"}) {
			at = string(s.From)
		}
	}
	return at
}

// needs judges what a step had to be given, and what had to hold.
func (x *wrongs) needs(old, r *domain.HostingRequest, s domain.RequestStep, say func(string, ...any)) {
	today := x.before.Today()
	switch s.Action {
	case domain.ActionSign, domain.ActionHost:
		last := domain.RequestAction("")
		for _, one := range old.Log {
			if one.Action == domain.ActionProposeConvention || one.Action == domain.ActionConsent {
				last = one.Action
			}
		}
		if last != domain.ActionConsent || old.Proposed == nil || old.Proposed.ConsentedOn == nil {
			say("signed without the project's consent to these terms")
			return
		}
		if len(r.Terms) != len(old.Terms)+1 || r.Proposed != nil {
			say("%d terms after %d", len(r.Terms), len(old.Terms))
			return
		}
		terms := r.Terms[len(r.Terms)-1]
		terms.SignedOn = nil
		if !reflect.DeepEqual(terms, *old.Proposed) {
			say("other terms were signed than consented to")
		}
		x.fits(r)
	case domain.ActionProposeConvention:
		if r.Proposed == nil || r.Proposed.ConsentedOn != nil {
			say("new terms that are consented to already")
		}
	case domain.ActionRecordVisit, domain.ActionHandOver, domain.ActionEvaluate:
		if s.On == nil || *s.On > today {
			say("on a day that hasn't come")
		}
	case domain.ActionExpire:
		reminded := 0
		for _, one := range old.Log {
			if one.From != one.To {
				reminded = 0
			}
			if one.Action == domain.ActionRemind {
				reminded++
			}
		}
		if n := len(old.Reminders); n > 0 && old.Reminders[n-1] >= today {
			say("expired on the day of a reminder")
		}
		if old.DueOn == nil || *old.DueOn >= today || reminded < 2 {
			say("expired after %d reminders, due on %v", reminded, old.DueOn)
		}
	case domain.ActionEnd:
		if s.Party == domain.PartyHub && old.Term().Until >= today {
			say("ended before its term")
		}
	case domain.ActionSupersede:
		if x.commit.Action != "request.sign" && x.commit.Action != "request.host" {
			say("superseded, and nobody signed")
		}
	}
	if s.Action != domain.ActionSign && s.Action != domain.ActionHost && len(r.Terms) > len(old.Terms) {
		say("terms that were never signed")
	}
}

// minutesFrom is a span of minutes since 1970.
type minutesFrom struct{ start, end int64 }

// onTheWall is the minute at which a clock shows so many minutes after midnight
// of a day. The slots here keep out of the hours that summer time skips.
func onTheWall(day domain.Date, minutes int, clock *time.Location) int64 {
	y, m, d := day.Time().Date()
	return time.Date(y, m, d, 0, minutes, 0, 0, clock).Unix() / 60
}

// falls tells whether a rule falls on a day, counting weeks and months from an
// anchor. It knows the rules of the menu's kind, and no others.
func falls(rule string, day, anchor domain.Date) bool {
	freq, interval, days, monthDay := "", 1, []string(nil), 0
	for part := range strings.SplitSeq(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "FREQ":
			freq = value
		case "INTERVAL":
			interval, _ = strconv.Atoi(value)
		case "BYDAY":
			days = strings.Split(value, ",")
		case "BYMONTHDAY":
			monthDay, _ = strconv.Atoi(value)
		default:
			panic("the simulation doesn't know " + rule)
		}
	}
	t, a := day.Time(), anchor.Time()
	length := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	periods := 0
	switch freq {
	case "DAILY":
		periods = int(day - anchor)
	case "WEEKLY": // weeks begin on Mondays, and 1970 began on a Thursday
		periods = int((day+3)/7 - (anchor+3)/7)
	case "MONTHLY":
		periods = (t.Year()-a.Year())*12 + int(t.Month()) - int(a.Month())
	default:
		panic("the simulation doesn't know " + rule)
	}
	if periods%interval != 0 {
		return false
	}
	if monthDay != 0 && t.Day() != monthDay {
		return false
	}
	if days == nil {
		return true
	}
	for _, item := range days {
		if !strings.HasSuffix(item, [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}[t.Weekday()]) {
			continue
		}
		n, _ := strconv.Atoi(item[:len(item)-2])
		if n == 0 || n > 0 && (t.Day()-1)/7 == n-1 || n < 0 && (length-t.Day())/7 == -n-1 {
			return true
		}
	}
	return false
}

// times goes through the days of a window one by one. A rule counts from the
// slot's own first day, or from the anchor.
func times(slots []domain.RecurringSlot, from, until, anchor domain.Date, clock *time.Location) (all []minutesFrom) {
	if len(slots) == 0 {
		return []minutesFrom{{onTheWall(from, 0, clock), onTheWall(until+1, 0, clock)}}
	}
	for _, s := range slots {
		counted := anchor
		if s.From != nil {
			counted = *s.From
		}
		for day := from; day <= until; day++ {
			if (s.From == nil || day >= *s.From) && (s.Until == nil || day <= *s.Until) && falls(s.Rule, day, counted) {
				all = append(all, minutesFrom{onTheWall(day, int(s.Start), clock), onTheWall(day, int(s.Start)+s.DurationMinutes, clock)})
			}
		}
	}
	return all
}

func meetAt(a, b []minutesFrom) (minutesFrom, bool) {
	for _, x := range a {
		for _, y := range b {
			if both := (minutesFrom{max(x.start, y.start), min(x.end, y.end)}); both.start < both.end {
				return both, true
			}
		}
	}
	return minutesFrom{}, false
}

// stay is a term that a request has of a space.
type stay struct {
	request     domain.RequestID
	from, until domain.Date
	slots       []domain.RecurringSlot
}

func (s stay) times(clock *time.Location) []minutesFrom {
	return times(s.slots, s.from, s.until, s.from, clock)
}

// stays are what the requests have of a space, by their terms and their ends.
func stays(w *world.World, space domain.ID) (all []stay) {
	for row := range w.Requests() {
		r := row.Doc
		if r.Scope == nil || r.Scope.Space == nil || domain.ID(*r.Scope.Space) != space || !among(r.Status, hasSpace) && r.Status != domain.RequestEnded {
			continue
		}
		for _, t := range r.Terms {
			until := t.Until
			if r.Ending != nil {
				until = min(until, r.Ending.On)
			}
			if t.From <= until {
				all = append(all, stay{r.ID, t.From, until, t.Slots})
			}
		}
	}
	return all
}

// apart: no two requests have a space at one time.
func (x *wrongs) apart(s place) {
	all := stays(x.after, s.id)
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.request == b.request || a.until < b.from-1 || b.until < a.from-1 { // a slot may reach over midnight
				continue
			}
			if at, meet := meetAt(a.times(s.clock), b.times(s.clock)); meet {
				x.say("%s and %s both have %s at %v", a.request, b.request, s.id, time.Unix(at.start*60, 0).In(s.clock))
			}
		}
	}
}

// fits: what was just signed keeps out of what the landlord declared, and within
// the time when the space can be had.
func (x *wrongs) fits(r *domain.HostingRequest) {
	if r.Scope == nil || r.Scope.Space == nil {
		return
	}
	i := slices.IndexFunc(x.spaces, func(s place) bool { return s.id == domain.ID(*r.Scope.Space) })
	row, ok := x.before.Space(*r.Scope.Space)
	if i < 0 || !ok {
		x.say("%s has a space that isn't there", r.ID)
		return
	}
	t, clock := r.Terms[len(r.Terms)-1], x.spaces[i].clock
	taken := times(t.Slots, t.From, t.Until, t.From, clock)
	a := row.Doc.Availability
	if a.From != nil && t.From < *a.From || a.Until != nil && t.Until > *a.Until {
		x.say("%s has %s when it can't be had", r.ID, row.Doc.ID)
	}
	for _, c := range row.Doc.Commitments {
		if c.Request != "" {
			continue
		}
		if _, meet := meetAt(taken, times(c.Slots, t.From-1, t.Until+1, *c.From, clock)); meet {
			x.say("%s has %s when its landlord declares it taken", r.ID, row.Doc.ID)
		}
	}
	if len(a.OpeningSlots) == 0 || len(t.Slots) == 0 {
		return
	}
	open := times(a.OpeningSlots, t.From-1, t.Until+1, t.From, clock)
	for _, one := range taken {
		if !slices.ContainsFunc(open, func(o minutesFrom) bool { return o.start <= one.start && one.end <= o.end }) {
			x.say("%s has %s when it is closed", r.ID, row.Doc.ID)
			return
		}
	}
}

// wantsOnly is the only space that a request can still get.
func wantsOnly(r *domain.HostingRequest) (domain.SpaceID, bool) {
	switch {
	case r.Scope != nil && r.Scope.Space != nil:
		return *r.Scope.Space, true
	case r.Scope == nil && r.Wish == domain.WishSpaces && len(r.Spaces) == 1:
		return r.Spaces[0], true
	}
	return "", false
}

// superseded: after a signature, those are superseded who lost their only space
// by it, and nobody else.
func (x *wrongs) superseded(winner *domain.HostingRequest) {
	for row := range x.before.Requests() {
		r := row.Doc
		if !among(r.Status, openNow) || winner != nil && r.ID == winner.ID {
			continue
		}
		now, _ := x.after.Request(r.ID)
		is := now.Doc.Status == domain.RequestSuperseded
		if winner == nil && !is {
			continue
		}
		only, one := wantsOnly(r)
		should := false
		if winner != nil && one && winner.Scope != nil && winner.Scope.Space != nil && *winner.Scope.Space == only {
			should = x.lost(r, only)
		}
		if is != should {
			x.say("%s (%s, wants %v) is superseded: %v, and should be: %v", r.ID, r.Status, only, is, should)
		}
	}
}

// lost: there is no time left at which the request could have the space as it
// asks, because of what others have signed.
func (x *wrongs) lost(r *domain.HostingRequest, id domain.SpaceID) bool {
	i := slices.IndexFunc(x.spaces, func(s place) bool { return s.id == domain.ID(id) })
	if i < 0 {
		return false
	}
	clock := x.spaces[i].clock
	var others []stay
	for _, s := range stays(x.after, domain.ID(id)) {
		if s.request != r.ID {
			others = append(others, s)
		}
	}
	if t := r.Proposed; t != nil {
		taken := times(t.Slots, t.From, t.Until, t.From, clock)
		return slices.ContainsFunc(others, func(o stay) bool {
			_, meet := meetAt(taken, o.times(clock))
			return meet
		})
	}
	space, _ := x.after.Space(id)
	available, fitOut := space.Doc.Availability, 0
	if r.NeedID != nil {
		if n, ok := x.after.Need(*r.NeedID); ok {
			fitOut = n.Doc.FitOutDays
		}
	}
	last := func(keys domain.Date) domain.Date { return keys.AddDays(fitOut).AddMonths(r.Duration.MinMonths) - 1 }
	first := max(x.after.Today(), *available.From)
	if r.Start.Earliest != nil {
		first = max(first, *r.Start.Earliest)
	}
	latest := first + 3650
	if r.Start.Latest != nil {
		latest = *r.Start.Latest
	}
	until := domain.NewDate(2200, 1, 1)
	if available.Until != nil {
		until = *available.Until
	}
	if first > latest || last(first) > until { // too late or too long anyhow: only this stay is looked at
		latest, until = first, last(first)
	}
	meets := func(from, to domain.Date) bool {
		return slices.ContainsFunc(others, func(o stay) bool { return o.from <= to && from <= o.until })
	}
	for keys := first; keys <= latest && last(keys) <= until; keys++ {
		if r.Use.Kind == domain.UseContinuous {
			if !meets(keys, last(keys)) {
				return false
			}
			continue
		}
		if keys > first && !slices.ContainsFunc(others, func(o stay) bool { return o.until+1 == keys }) {
			continue // people start at once, or after someone
		}
		if !meets(keys, last(keys)) {
			return false
		}
		if space.Doc.Shareable != nil && !*space.Doc.Shareable {
			continue
		}
		free := 0
		for _, slot := range r.Use.Slots {
			if x.slotFree(slot, keys.AddDays(fitOut), last(keys), others, clock) {
				free++
			}
		}
		needed := len(r.Use.Slots)
		if r.Use.SlotsNeeded != nil {
			needed = *r.Use.SlotsNeeded
		}
		if free >= needed {
			return false
		}
	}
	return true
}

// slotFree tries every week (month…) that the slot may count from.
func (x *wrongs) slotFree(slot domain.RecurringSlot, from, until domain.Date, others []stay, clock *time.Location) bool {
	anchors := []domain.Date{from}
	if slot.From == nil && strings.Contains(slot.Rule, "INTERVAL=2") {
		anchors = append(anchors, from+7)
	}
	for _, anchor := range anchors {
		wanted := times([]domain.RecurringSlot{slot}, from, until, anchor, clock)
		if len(wanted) > 0 && !slices.ContainsFunc(others, func(o stay) bool {
			_, meet := meetAt(wanted, o.times(clock))
			return meet
		}) {
			return true
		}
	}
	return false
}

// reads judges what a World shows: to each viewer, the requests that it may see
// and no others; of each space, what its landlord declares and what the requests
// have; and a placement for each request whose two sides agreed to that.
func (u *universe) reads(w *world.World) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	placements := 0
	for row := range w.Requests() {
		for _, actor := range u.actors {
			v := u.parties[actor]
			if v.MaySee(*row.Sight) != u.seenBy(v, row.Doc) {
				say("%s sees %s: %v", v.Actor, row.Doc.ID, v.MaySee(*row.Sight))
			}
		}
		if domain.Anonymous.MaySee(*row.Sight) {
			say("everyone sees %s", row.Doc.ID)
		}
		p, public := w.Placement(domain.PlacementIDOf(row.Doc.ID))
		if public != (row.Doc.Agreed.Project != nil && row.Doc.Agreed.Landlord != nil) {
			say("%s has a placement: %v", row.Doc.ID, public)
		}
		if public {
			placements++
			if p.Doc.Status != row.Doc.Status || !domain.Anonymous.MaySee(*p.Sight) {
				say("the placement of %s, which is %s, is %s", row.Doc.ID, row.Doc.Status, p.Doc.Status)
			}
		}
	}
	if w.Counts().Placements != placements {
		say("%d placements of %d requests", w.Counts().Placements, placements)
	}
	for _, s := range u.spaces {
		row, _ := w.Space(domain.SpaceID(s.id))
		var derived []stay
		for _, c := range row.Doc.Commitments {
			if c.Request != "" {
				derived = append(derived, stay{c.Request, *c.From, *c.Until, c.Slots})
			}
		}
		if want := stays(w, s.id); !slices.EqualFunc(derived, want, func(a, b stay) bool { return reflect.DeepEqual(a, b) }) {
			say("%s says that it is taken by %v, and the requests say %v", s.id, derived, want)
		}
	}
	return wrong
}

var allStatuses = strings.Fields(`DRAFT SUBMITTED CHANGES_REQUESTED LANDLORD_REVIEW SCOPING TENANT_CONSULTATION CONVENTION
	SIGNED PILOT EVALUATED HOSTED SCALED ENDED ON_HOLD REJECTED WITHDRAWN EXPIRED SUPERSEDED CANCELLED`)
