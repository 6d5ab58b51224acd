package hub

import (
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
)

// The commands by which mail is found, claimed and settled. The hub gives them
// to itself, on every replica; the ledger's order decides between two.

// beginMail notes from where on events are mailed: nothing of before.
type beginMail struct{}

func (beginMail) Action() string { return "mail.begin" }

func (beginMail) decide(d *decision) error {
	if _, begun := d.world.MailProgress(); begun {
		return nil
	}
	return d.mailedThrough(d.world.Commit())
}

func (d *decision) mailedThrough(commit uint64) error {
	return d.put(domain.KindMailProgress, domain.MailProgressID, domain.MailProgress{Through: commit})
}

// addressee is somebody who may be written to: nothing of them but the id is
// written down.
type addressee struct {
	id         domain.PersonID
	preference domain.MailPreference
}

// addressees are those of each event that was looked up.
type addressees map[mailed][]addressee

// collectMail puts what happened through a commit, and the reminders of the day,
// into mailings: those that wait for each person's time. It goes as far as was
// looked up and a commit has room, be it amid the events of one commit; what is
// left is found again.
type collectMail struct {
	through uint64
	to      addressees
}

func (collectMail) Action() string { return "mail.collect" }

func (c collectMail) decide(d *decision) error {
	progress, begun := d.world.MailProgress()
	if !begun {
		return nil
	}
	found := mailedBetween(d.world, progress.Through, c.through)
	through, q := progress.Through, d.newMailQueue()
	if len(found) > 0 {
		through = c.through
	}
	events := uncollected(d.world, found)
	if n := q.gather(events, c.to); n < len(events) {
		through = events[n].event.Commit - 1
	} else {
		q.gather(remindersDue(d.world), c.to)
	}
	if through > progress.Through {
		if err := d.mailedThrough(through); err != nil {
			return err
		}
	}
	return q.put()
}

// mailQueue gathers what a decision adds to mailings.
type mailQueue struct {
	d *decision
	// open are those of this decision by person, in order.
	open  []*domain.Mailing
	newly map[domain.PersonID]*domain.Mailing
	// bytes are about what they take, and not less.
	bytes int
}

func (d *decision) newMailQueue() *mailQueue {
	return &mailQueue{d: d, newly: make(map[domain.PersonID]*domain.Mailing)}
}

const (
	// mostTold bounds the events of one mail.
	mostTold = 50
	// mostGathered is how many bytes of mailings are enough for a commit. What is
	// over it is one event's to one organisation, at most as much again.
	mostGathered = ledger.MaxCommitBytes / 6
	// mailingBytes and eventBytes are what a mailing takes, and each of its events.
	mailingBytes = 400
	eventBytes   = 128
)

// gather adds events in their order, as far as they were looked up and there is
// room, and answers how many.
func (q *mailQueue) gather(events []mailed, to addressees) int {
	for i, m := range events {
		people, known := to[m]
		if !known || q.bytes >= mostGathered {
			return i
		}
		q.add(m, people)
	}
	return len(events)
}

// add gives an event to each of an organisation's people. One that asks for an
// answer, and that nobody can be asked, is a dead letter.
func (q *mailQueue) add(m mailed, to []addressee) {
	for _, a := range to {
		q.give(m, a)
	}
	if len(to) == 0 && m.asked {
		q.begin(m, "", domain.MailingDead, q.d.at).Reason = domain.DeadNoRecipient
	}
}

// give puts an event into a person's next mail.
func (q *mailQueue) give(m mailed, a addressee) {
	next, open := q.newly[a.id]
	if !open {
		for row := range q.d.world.MailingsDueTo(a.id) {
			if row.Doc.Organisation == m.organisation && row.Doc.Attempts == 0 && len(row.Doc.Events) < mostTold {
				waits := *row.Doc
				waits.Events = slices.Clip(waits.Events)
				next, open = &waits, true
				q.newly[a.id] = q.opened(next)
				break
			}
		}
	}
	if !open || len(next.Events) >= mostTold {
		q.newly[a.id] = q.begin(m, a.id, domain.MailingDue, mailTime(a.preference, q.d.at))
		return
	}
	next.Events = append(next.Events, m.event)
	q.bytes += eventBytes
}

// opened takes a mailing among those of this decision: all of it is written.
func (q *mailQueue) opened(m *domain.Mailing) *domain.Mailing {
	q.open = append(q.open, m)
	q.bytes += mailingBytes + len(m.Events)*eventBytes
	return m
}

func (q *mailQueue) begin(m mailed, to domain.PersonID, state domain.MailingState, at time.Time) *domain.Mailing {
	return q.opened(&domain.Mailing{ID: domain.MailingID(q.d.newID(domain.KindMailing)), Person: to, Organisation: m.organisation,
		Events: []domain.MailEvent{m.event}, State: state, CreatedAt: q.d.at, At: at})
}

func (q *mailQueue) put() error {
	for _, m := range q.open {
		if err := q.d.putMailing(*m); err != nil {
			return err
		}
	}
	q.d.object = ""
	return nil
}

func (d *decision) putMailing(m domain.Mailing) error {
	d.object = domain.ID(m.ID)
	return d.put(domain.KindMailing, d.object, m)
}

const (
	// mailGrouping is how long what happens is gathered for those who are written
	// to at once.
	mailGrouping = 3 * time.Minute
	// mailHour is when the daily mail is sent, by the clock of Paris.
	mailHour = 7
)

// mailTime is when a mail that begins now is to be sent.
func mailTime(p domain.MailPreference, now time.Time) time.Time {
	if p != domain.MailDaily {
		return now.Add(mailGrouping)
	}
	clock := geo.Location(capital)
	y, m, d := now.In(clock).Date()
	at := time.Date(y, m, d, mailHour, 0, 0, 0, clock)
	if !at.After(now) {
		at = time.Date(y, m, d+1, mailHour, 0, 0, 0, clock)
	}
	return at.UTC()
}

// claimMail takes a mailing that is due, as it was read: whoever's commit that
// is sends it, and nobody else.
type claimMail struct {
	ID       domain.MailingID
	Attempts int
}

func (claimMail) Action() string { return "mail.claim" }

func (c claimMail) decide(d *decision) error {
	m, ok := d.waitingMailing(c.ID, c.Attempts)
	if !ok {
		return nil
	}
	m.State, m.At = domain.MailingClaimed, d.at
	m.Attempts++
	return d.putMailing(m)
}

// waitingMailing is one that is due and wasn't attempted since it was read.
func (d *decision) waitingMailing(id domain.MailingID, attempts int) (domain.Mailing, bool) {
	row, ok := d.world.Mailing(id)
	if !ok || row.Doc.State != domain.MailingDue || row.Doc.Attempts != attempts || row.Doc.At.After(d.at) {
		return domain.Mailing{}, false
	}
	return *row.Doc, true
}

// mailOutcome is what came of sending a mail.
type mailOutcome string

const (
	mailSent    mailOutcome = "sent"
	mailNotSent mailOutcome = "surely not sent"
	mailRefused mailOutcome = "refused for good"
	mailUnknown mailOutcome = "unknown"
)

// settleMail says what came of a claimed mailing. The reminders that were sent
// by it count from then on.
type settleMail struct {
	ID domain.MailingID
	// Attempts is the number of the claim.
	Attempts int
	Outcome  mailOutcome
}

func (settleMail) Action() string { return "mail.settle" }

func (c settleMail) decide(d *decision) error {
	row, ok := d.world.Mailing(c.ID)
	if !ok || row.Doc.Attempts != c.Attempts {
		return nil
	}
	m := *row.Doc
	given := m.State == domain.MailingClaimed || m.State == domain.MailingDead && m.Reason == domain.DeadUnknown // given up too early
	if !given || m.State == domain.MailingDead && c.Outcome == mailUnknown {
		return nil
	}
	m.State, m.Reason, m.At = domain.MailingDead, "", d.at
	switch c.Outcome {
	case mailSent:
		m.State = domain.MailingSent
		if err := d.reminded(m.Events); err != nil {
			return err
		}
	case mailNotSent:
		if m.Reason = domain.DeadUnreachable; m.Attempts%mostMailAttempts != 0 {
			m.State, m.Reason, m.At = domain.MailingDue, "", d.at.Add(mailPause(m.Attempts%mostMailAttempts))
		}
	case mailRefused:
		m.Reason = domain.DeadRefused
	default:
		m.Reason = domain.DeadUnknown
	}
	return d.putMailing(m)
}

// reminded notes the reminders among events that were just sent.
func (d *decision) reminded(events []domain.MailEvent) error {
	for _, e := range events {
		row, ok := d.world.Request(domain.RequestID(e.Object))
		if !ok || !e.Code.Reminds() || row.Doc.Stay() != e.Commit || row.Doc.Reminded(e.Code) {
			continue
		}
		if err := d.remind(*row.Doc); err != nil {
			return err
		}
	}
	return nil
}

const (
	// mostMailAttempts is how often a mail is tried before it is a dead letter,
	// and again each time that staff have it tried again: two days.
	mostMailAttempts = 9
	firstMailPause   = 5 * time.Minute
	mostMailPause    = 12 * time.Hour
)

// mailPause is how long to wait after an attempt, the first being 1.
func mailPause(attempt int) time.Duration {
	pause := firstMailPause
	for range attempt - 1 {
		pause = min(3*pause, mostMailPause)
	}
	return pause
}

// dropMail gives up a mailing that is due: its person can't be written to any
// more, or it has nothing left to say. What asks for an answer, and that nobody
// else is told, is a dead letter.
type dropMail struct {
	ID       domain.MailingID
	Attempts int
}

func (dropMail) Action() string { return "mail.drop" }

func (c dropMail) decide(d *decision) error {
	m, ok := d.waitingMailing(c.ID, c.Attempts)
	if !ok {
		return nil
	}
	m.Events = slices.DeleteFunc(slices.Clone(m.Events), func(e domain.MailEvent) bool {
		asks := slices.ContainsFunc(sidesOf(d.world, e), func(s mailed) bool { return s.organisation == m.Organisation && s.asked })
		return !asks || isMailed(d.world, e, func(o *domain.Mailing) bool {
			return o.ID != m.ID && o.Organisation == m.Organisation && o.State != domain.MailingDead
		})
	})
	if len(m.Events) == 0 {
		d.object = domain.ID(m.ID)
		d.remove(domain.KindMailing, d.object)
		return nil
	}
	m.State, m.Reason, m.At = domain.MailingDead, domain.DeadNoRecipient, d.at
	return d.putMailing(m)
}

// loseMail makes dead letters of the claims that nobody has settled in time: who
// claimed them was stopped, and whether they were sent isn't known.
type loseMail struct{}

func (loseMail) Action() string { return "mail.lose" }

// mailClaim is how long a claim may take: far longer than sending does.
const mailClaim = 15 * time.Minute

// mostMailings bounds the mailings of one commit.
const mostMailings = 200

func (loseMail) decide(d *decision) error {
	lost := 0
	for row := range d.world.MailingsIn(domain.MailingClaimed, d.at.Add(-mailClaim)) {
		m := *row.Doc
		m.State, m.Reason, m.At = domain.MailingDead, domain.DeadUnknown, d.at
		if err := d.putMailing(m); err != nil {
			return err
		}
		if lost++; lost == mostMailings {
			break
		}
	}
	d.object = ""
	return nil
}

// forgetMail removes the mailings that were sent or let rest a month ago, but for
// reminders whose request still waits: they would be sent again.
type forgetMail struct{}

func (forgetMail) Action() string { return "mail.forget" }

// mailDays is how long it is remembered what was sent.
const mailDays = 30

func (forgetMail) decide(d *decision) error {
	before := d.at.AddDate(0, 0, -mailDays)
	for _, state := range []domain.MailingState{domain.MailingSent, domain.MailingDismissed} {
		for row := range d.world.MailingsIn(state, before) {
			if len(d.changes) == mostForgotten {
				return nil
			}
			if !slices.ContainsFunc(row.Doc.Events, func(e domain.MailEvent) bool {
				return e.Code.Reminds() && len(sidesOf(d.world, e)) > 0
			}) {
				d.remove(domain.KindMailing, domain.ID(row.Doc.ID))
			}
		}
	}
	return nil
}
