package loaders

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// figure names one count of statistics: a kind, and a code where it is parted by
// one.
type figure struct{ kind, code string }

func (f figure) compare(g figure) int {
	return cmp.Or(strings.Compare(f.kind, g.kind), strings.Compare(f.code, g.code))
}

// The kinds of figures.
const (
	figSubmitted     = "submitted"
	figSent          = "sent"
	figAnswered      = "answered"
	figStep          = "step" // by status
	figRefused       = "refused"
	figRefusedFor    = "refusedFor" // by reason
	figWithdrawn     = "withdrawn"
	figExpired       = "expired"
	figSuperseded    = "superseded"
	figSigned        = "signed"
	figRenewed       = "renewed"
	figCancelled     = "cancelled"
	figBegun         = "begun"
	figRunning       = "running"
	figEnded         = "ended"
	figEndedFor      = "endedFor"  // by reason
	figIndicator     = "indicator" // by code
	figOccupiedDays  = "occupiedDays"
	figOccupiedHours = "occupiedHours"
	figGuarding      = "guarding"
)

// portion is what one request brings to a figure.
type portion struct {
	// days are values for a median.
	days []int
	// sum is a number of things, days, minutes or cents, as the figure has it.
	sum int64
}

// period is from its first to its last day.
type period struct{ from, until domain.Date }

func (p period) has(day domain.Date) bool { return p.from <= day && day <= p.until }

// statisticsClock is that by which days of the log are reckoned, whatever the place:
// the network's.
func statisticsClock() *time.Location { return geo.Location("") }

// placed is what a request's log says of the placement: from the handover to the
// end, under the terms signed.
type placed struct {
	begun *domain.Date
	ended *domain.Date
	terms []domain.HostingConvention
}

// portionsOf are the figures that one request counts in, by what is known of it.
// Nothing in the World is read but what the arguments hold: the clock is that of
// its space, and the guarding cost its landlord's, nil when it isn't to be told.
func portionsOf(r *domain.HostingRequest, steps []domain.KnownStep, p period, clock *time.Location, guarding *domain.Amount) map[figure]portion {
	out := stepPortions(steps, p)
	place := placementOf(r, steps)
	if place.begun == nil {
		return out
	}
	if *place.begun <= p.until && (place.ended == nil || *place.ended > p.until) {
		out[figure{kind: figRunning}] = portion{}
	}
	if _, chosen := r.Chosen(); chosen && len(place.terms) > 0 {
		maps.Copy(out, place.occupied(r, p, clock, guarding))
	}
	return out
}

// stepPortions are the figures that single steps make.
func stepPortions(steps []domain.KnownStep, p period) map[figure]portion {
	out := make(map[figure]portion)
	counts := func(kind string) { out[figure{kind: kind}] = portion{} }
	var submitted, begun bool
	var waits, entered domain.Date // since when the landlord has it, and its status
	var refused, ended string
	for i, s := range steps {
		in := p.has(s.Day)
		switch s.Action {
		case domain.ActionSubmit:
			if in && !submitted {
				counts(figSubmitted)
			}
			submitted = true
		case domain.ActionSend:
			if in {
				counts(figSent)
			}
		case domain.ActionRecordVisit:
			if in {
				out[figure{kind: figAnswered}] = portion{days: []int{daysBetween(waits, s.Day)}}
			}
		case domain.ActionReject:
			if in && s.From == domain.RequestLandlordReview {
				out[figure{kind: figAnswered}] = portion{days: []int{daysBetween(waits, s.Day)}}
			}
			if in {
				counts(figRefused)
				refused = s.Reason
			}
		case domain.ActionHandOver:
			begun = true
			if in {
				counts(figBegun)
			}
		case domain.ActionEnd:
			switch {
			case !in:
			case begun:
				counts(figEnded)
				ended = s.Reason
			default:
				counts(figCancelled)
			}
		default:
			if kind, ok := countedSteps[s.Action]; ok && in {
				counts(kind)
			}
		}
		if s.To == domain.RequestLandlordReview && (s.Action == domain.ActionSend || s.Action == domain.ActionReopen) {
			waits = s.Day
		}
		if s.To != s.From || i == 0 {
			if i > 0 && in {
				stay := out[figure{figStep, string(s.From)}]
				stay.days = append(stay.days, daysBetween(entered, s.Day))
				out[figure{figStep, string(s.From)}] = stay
			}
			entered = s.Day
		}
		for _, f := range s.Indicators {
			if p.has(f.Until) {
				sum := out[figure{figIndicator, string(f.Code)}]
				sum.sum += int64(f.Value)
				out[figure{figIndicator, string(f.Code)}] = sum
			}
		}
	}
	if refused != "" {
		out[figure{figRefusedFor, refused}] = portion{}
	}
	if ended != "" {
		out[figure{figEndedFor, ended}] = portion{}
	}
	return out
}

// countedSteps are the steps that only have to be counted.
var countedSteps = map[domain.RequestAction]string{
	domain.ActionWithdraw: figWithdrawn, domain.ActionExpire: figExpired, domain.ActionSupersede: figSuperseded,
	domain.ActionSign: figSigned, domain.ActionHost: figRenewed, domain.ActionCancel: figCancelled,
}

// daysBetween is never less than none: a visit may have been before the sending.
func daysBetween(from, until domain.Date) int { return max(0, int(until-from)) }

func placementOf(r *domain.HostingRequest, steps []domain.KnownStep) (of placed) {
	signed := 0
	for i := range steps {
		switch s := &steps[i]; s.Action {
		case domain.ActionSign, domain.ActionHost: // each signs the next terms
			signed++
		case domain.ActionHandOver:
			of.begun = &s.Day
		case domain.ActionEnd:
			of.ended = &s.Day
		}
	}
	of.terms = r.Terms[:min(signed, len(r.Terms))]
	return of
}

// occupied is for how long the place was occupied, and what that saved.
func (of placed) occupied(r *domain.HostingRequest, p period, clock *time.Location, guarding *domain.Amount) map[figure]portion {
	out := make(map[figure]portion)
	var days int
	var taken time.Duration
	for _, t := range of.terms {
		from, until := max(t.From, *of.begun), t.Until
		if of.ended != nil {
			until = min(until, *of.ended)
		}
		within := period{max(from, p.from), min(until, p.until)}
		switch {
		case within.from > within.until:
		case len(t.Slots) == 0:
			days += int(within.until-within.from) + 1
		default:
			for _, span := range calendar.Taken(t.Occupation(), within.from, within.until, clock) {
				taken += span.End.Sub(span.Start)
			}
		}
	}
	if days > 0 {
		out[figure{kind: figOccupiedDays}] = portion{sum: int64(days)}
	}
	if taken > 0 {
		out[figure{kind: figOccupiedHours}] = portion{sum: int64(taken / time.Minute)}
	}
	if guarding == nil {
		return out
	}
	// As the request itself reckons it, so that neighbouring periods add up to
	// the whole, to the cent.
	known := domain.HostingRequest{Terms: of.terms, HandedOver: of.begun}
	if of.ended != nil {
		known.Ending = &domain.HostingEnding{On: *of.ended}
	}
	if before := p.from.AddDays(-1); known.OccupiedDays(p.until) > known.OccupiedDays(before) {
		out[figure{kind: figGuarding}] = portion{sum: int64(known.GuardingCostAvoided(*guarding, p.until) - known.GuardingCostAvoided(*guarding, before))}
	}
	return out
}

// tally gathers what requests bring to one figure.
type tally struct {
	ids  []domain.RequestID
	days []int
	sum  int64
}

// tallies are the figures of a group of requests.
type tallies map[figure]*tally

func (t tallies) add(id domain.RequestID, portions map[figure]portion) {
	for f, p := range portions {
		if t[f] == nil {
			t[f] = new(tally)
		}
		of := t[f]
		of.ids = append(of.ids, id)
		of.days = append(of.days, p.days...)
		of.sum += p.sum
	}
}

// of is a figure; an empty one when no request counts in it.
func (t tallies) of(f figure) tally {
	if found := t[f]; found != nil {
		return *found
	}
	return tally{}
}

// codes are all those of a list in its order, and those of a kind of figure that
// this release doesn't know after them.
func (t tallies) codes(list, kind string) []string {
	var all []string
	known, _ := domain.CodeListNamed(list)
	for _, c := range known.Codes {
		all = append(all, c.Value)
	}
	for _, f := range slices.SortedFunc(maps.Keys(t), figure.compare) {
		if f.kind == kind && !slices.Contains(all, f.code) {
			all = append(all, f.code)
		}
	}
	return all
}

// median of values in any order; nil of none.
func median(values []int) *float64 {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	m := float64(sorted[middle])
	if len(sorted)%2 == 0 {
		m = (m + float64(sorted[middle-1])) / 2
	}
	return &m
}

// merge adds the figures of another group, whose requests are others.
func (t tallies) merge(other tallies) {
	for f, from := range other {
		if t[f] == nil {
			t[f] = new(tally)
		}
		to := t[f]
		to.ids, to.days, to.sum = append(to.ids, from.ids...), append(to.days, from.days...), to.sum+from.sum
	}
}
