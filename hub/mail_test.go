package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
)

// postbox is where the letters of a test end.
type postbox struct {
	mu      sync.Mutex
	letters []mail.Letter
	// fails is what comes of the next letters in place of being sent; a nil error
	// among them is a letter that is sent.
	fails []error
	// during is called as a letter is sent; nil for nothing.
	during func(mail.Letter)
}

var errLost = errors.New("the connection was lost")

func (p *postbox) Post(_ context.Context, l mail.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.during != nil {
		p.during(l)
	}
	if len(p.fails) > 0 {
		err := p.fails[0]
		p.fails = p.fails[1:]
		if err != nil {
			return err
		}
	}
	p.letters = append(p.letters, l)
	return nil
}

// take is what has come since the last time, one letter a line: "person: events",
// ! being those that ask.
func (p *postbox) take() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var lines []string
	for _, l := range p.letters {
		line := string(l.To.ID[len("per_"):]) + ":"
		for _, i := range l.Items {
			if line += " " + string(i.Event.Code); i.Asked {
				line += "!"
			}
		}
		lines = append(lines, line)
	}
	p.letters = nil
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// mailed is a stage whose people are written to.
type mailedStage struct {
	*hosting
	post *postbox
}

func newMailed(t *testing.T) *mailedStage {
	t.Helper()
	h := &mailedStage{newHosting(t), &postbox{}}
	h.person("staff", "", domain.MailImmediate)
	h.person("landlord", h.landlord, "")
	h.person("project", h.project, "")
	h.person("rival", h.rival, "")
	h.round() // begins
	return h
}

func (h *mailedStage) person(name string, organisation domain.ID, preference domain.MailPreference) {
	h.t.Helper()
	if err := h.Texts.PutPerson(h.t.Context(), domain.Person{ID: domain.PersonID("per_" + name), Name: "Madame " + name, Email: name + "@example.org",
		Organisation: organisation, Mail: preference}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *mailedStage) round() {
	h.t.Helper()
	if err := h.MailDue(h.t.Context(), h.post); err != nil {
		h.t.Fatal(err)
	}
}

// pass lets time pass, with the hub at work before and after it.
func (h *mailedStage) pass(d time.Duration) {
	h.t.Helper()
	h.round()
	h.clock.move(d)
	if err := h.TurnDay(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.round()
}

// comes lets minutes pass, in which these letters are sent and no others.
func (h *mailedStage) comes(want ...string) {
	h.t.Helper()
	h.pass(mailGrouping)
	slices.Sort(want)
	if got := h.post.take(); got != strings.Join(want, "\n") {
		h.t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func (h *mailedStage) dead() (all []*domain.Mailing) {
	for row := range h.World().DeadLetters() {
		all = append(all, row.Doc)
	}
	return all
}

// deadBecause checks that there is one dead letter, and why.
func (h *mailedStage) deadBecause(reason domain.DeadLetterReason) *domain.Mailing {
	h.t.Helper()
	all := h.dead()
	if len(all) != 1 || all[0].Reason != reason {
		h.t.Fatalf("dead letters %+v, want one of %s", all, reason)
	}
	return all[0]
}

func TestMailAlongALife(t *testing.T) {
	h := newMailed(t)
	h.comes() // nothing of before
	id := h.draft(h.asProject, h.room)
	h.comes()
	for _, step := range []struct {
		action domain.RequestAction
		comes  []string
	}{
		{domain.ActionSubmit, []string{"staff: REQUEST_SUBMITTED!"}},
		{domain.ActionSend, []string{"landlord: REQUEST_SENT_TO_LANDLORD!", "project: REQUEST_SENT_TO_LANDLORD"}},
		{domain.ActionRecordVisit, []string{"project: REQUEST_VISIT_RECORDED"}},
		{domain.ActionScope, []string{"project: REQUEST_SCOPED"}},
		{domain.ActionRecordConsultation, []string{"project: REQUEST_CONSULTATION_RECORDED"}},
		{domain.ActionProposeConvention, []string{"project: REQUEST_CONVENTION_PROPOSED!"}},
		{domain.ActionConsent, []string{"landlord: REQUEST_CONVENTION_CONSENTED!"}},
	} {
		h.does(id, step.action)
		h.comes(step.comes...)
	}
	// Whoever loses the room is told once, as is everyone.
	loser := h.draft(h.asRival, h.room)
	h.does(loser, toScoping...)
	h.comes("landlord: REQUEST_SENT_TO_LANDLORD", "rival: REQUEST_SENT_TO_LANDLORD REQUEST_VISIT_RECORDED", "staff: REQUEST_SUBMITTED")
	h.does(id, domain.ActionSign)
	h.comes("project: REQUEST_SIGNED", "rival: REQUEST_SUPERSEDED", "staff: REQUEST_SIGNED")
	for range 30 {
		h.pass(24 * time.Hour)
	}
	if got := h.post.take(); got != "" {
		t.Errorf("later:\n%s", got)
	}
	if len(h.dead()) > 0 {
		t.Errorf("dead letters: %+v", h.dead())
	}
}

// A letter says what its reader may know, and what is expected by when.
func TestLetter(t *testing.T) {
	h := newMailed(t)
	id := h.draft(h.asProject, h.room)
	h.does(id, toReview...)
	h.pass(mailGrouping)
	i := slices.IndexFunc(h.post.letters, func(l mail.Letter) bool { return l.To.ID == "per_landlord" })
	if i < 0 {
		t.Fatal("the landlord wasn't written to")
	}
	item := h.post.letters[i].Items[0]
	if item.Project != "vrac" || item.Landlord != "L" || item.Space != "Local n° 3" || item.Event.Object != id ||
		item.By == nil || *item.By != *h.request(id).DueOn || item.Status.French != "chez le bailleur" {
		t.Errorf("%+v", item)
	}
	// What has been answered meanwhile isn't asked for any more, and who can't see
	// a name isn't told it.
	h.does(id, domain.ActionRecordVisit)
	event := domain.MailEvent{Object: id, Commit: h.request(id).Log[2].Commit, Code: domain.MailRequestSent}
	letter, _ := letterTo(h.World(), h.post.letters[i].To, &domain.Mailing{Events: []domain.MailEvent{event}})
	if letter.Items[0].Asked || letter.Items[0].By != nil {
		t.Errorf("asks for what was answered: %+v", letter.Items[0])
	}
	if _, says := letterTo(h.World(), domain.Person{Organisation: h.otherLandlord}, &domain.Mailing{Events: []domain.MailEvent{event}}); says {
		t.Error("another landlord is told of it")
	}
	h.do(staff, StepSpace{Space: spaceByID(h.room), To: domain.PublicationWithdrawn})
	letter, _ = letterTo(h.World(), domain.Person{Organisation: h.project}, &domain.Mailing{Events: []domain.MailEvent{event}})
	if len(letter.Items) != 1 || letter.Items[0].Space != "" || letter.Items[0].Landlord != "L" {
		t.Errorf("a hidden space is named: %+v", letter.Items)
	}
}

func TestMailOfInvitationsAndProposals(t *testing.T) {
	h := newMailed(t)
	by := h.today().AddDays(10)
	invite := func() domain.ID {
		return h.do(h.asLandlord, SendInvitation{ProjectID: h.project, NeedID: &h.need, Spaces: []domain.VacantSpaceRef{spaceByID(h.room)}, Sentence: "Venez.", AnswerBy: by}).Object
	}
	declined := invite()
	h.comes("project: INVITATION_SENT!")
	h.do(h.asProject, DeclineInvitation{ID: declined, Reason: domain.RefusedPriority})
	h.comes("landlord: INVITATION_DECLINED")
	accepted := invite()
	h.comes("project: INVITATION_SENT!")
	h.do(h.asProject, AcceptInvitation{ID: accepted})
	h.comes("landlord: INVITATION_ACCEPTED", "staff: INVITATION_ACCEPTED")
	proposed := h.do(staff, SendProposal{Recipient: domain.RecipientLandlord, NeedID: &h.rivalNeed, Spaces: []domain.VacantSpaceRef{spaceByID(h.annex)}, Sentence: "Ce projet cherche.", AnswerBy: by}).Object
	h.comes("landlord: PROPOSAL_SENT!")
	h.do(h.asLandlord, AcceptProposal{ID: proposed})
	h.comes("rival: REQUEST_BEGUN!", "staff: PROPOSAL_ANSWERED_YES")
	invite()
	h.comes("project: INVITATION_SENT!")
	h.pass(11 * 24 * time.Hour)
	h.comes("landlord: INVITATION_EXPIRED")
}

// Once a day at seven, in one mail; at once, what happens within minutes.
func TestDigests(t *testing.T) {
	h := newMailed(t)
	h.person("daily", "", "") // staff's usual
	h.person("none", "", domain.MailNone)
	h.person("unaddressed", "", "")
	if err := h.Texts.PutPerson(t.Context(), domain.Person{ID: "per_unaddressed", Name: "Sans adresse"}); err != nil {
		t.Fatal(err)
	}
	first, second := h.draft(h.asProject, h.room), h.draft(h.asRival, h.room)
	h.does(first, domain.ActionSubmit)
	h.round()
	h.clock.move(time.Minute)
	h.does(second, domain.ActionSubmit)
	h.round()
	h.comes("staff: REQUEST_SUBMITTED! REQUEST_SUBMITTED!")
	// It is noon in London, and two in Paris.
	h.clock.move(time.Date(2026, 9, 2, 4, 59, 0, 0, time.UTC).Sub(h.clock.tell()))
	h.round()
	if got := h.post.take(); got != "" {
		t.Errorf("before seven: %s", got)
	}
	h.clock.move(time.Minute)
	h.round()
	if got := h.post.take(); got != "daily: REQUEST_SUBMITTED! REQUEST_SUBMITTED!" {
		t.Errorf("at seven: %s", got)
	}
}

func TestMailTime(t *testing.T) {
	for _, c := range []struct{ now, want string }{
		{"2026-03-29T00:30:00Z", "2026-03-29T05:00:00Z"}, // summer time begins that night
		{"2026-10-24T10:00:00Z", "2026-10-25T06:00:00Z"}, // and ends
		{"2026-12-31T06:00:00Z", "2027-01-01T06:00:00Z"},
	} {
		now, _ := time.Parse(time.RFC3339, c.now)
		if got := mailTime(domain.MailDaily, now).Format(time.RFC3339); got != c.want {
			t.Errorf("after %s: %s, want %s", c.now, got, c.want)
		}
	}
	var pauses time.Duration
	for attempt := range mostMailAttempts - 1 {
		pauses += mailPause(attempt + 1)
	}
	if pauses < 36*time.Hour || pauses > 60*time.Hour {
		t.Errorf("a mail is tried for %v, want some two days", pauses)
	}
}

// What comes of a mail that isn't sent.
func TestMailFailures(t *testing.T) {
	notSent := &mail.NotSentError{Err: errLost}
	for _, c := range []struct {
		name  string
		fails []error
		// sent is whether it comes in the end, and reason why it doesn't.
		sent     bool
		attempts int
		reason   domain.DeadLetterReason
	}{
		{"twice not taken for now", []error{notSent, notSent}, true, 3, ""},
		{"never taken", slices.Repeat([]error{notSent}, mostMailAttempts), false, mostMailAttempts, domain.DeadUnreachable},
		{"refused for good", []error{&mail.RefusedError{Err: errLost}}, false, 1, domain.DeadRefused},
		{"nobody knows", []error{errLost}, false, 1, domain.DeadUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newMailed(t)
			h.post.fails = c.fails
			h.does(h.draft(h.asProject, h.room), domain.ActionSubmit)
			for range 200 {
				h.pass(20 * time.Minute)
			}
			got := h.post.take()
			if (got != "") != c.sent || strings.Contains(got, "\n") || len(h.post.fails) > 0 {
				t.Errorf("sent %q, %d failures left", got, len(h.post.fails))
			}
			if c.sent {
				for row := range h.World().MailingsIn(domain.MailingSent, h.clock.tell()) {
					if row.Doc.Attempts != c.attempts {
						t.Errorf("%d attempts", row.Doc.Attempts)
					}
				}
				return
			}
			if m := h.deadBecause(c.reason); m.Attempts != c.attempts {
				t.Errorf("%d attempts", m.Attempts)
			}
		})
	}
}

// A hub that dies after it has claimed a mail leaves a dead letter: whether it was
// sent, nobody knows.
func TestMailClaimedByTheDead(t *testing.T) {
	h := newMailed(t)
	h.does(h.draft(h.asProject, h.room), domain.ActionSubmit)
	h.round()
	h.clock.move(mailGrouping)
	for row := range h.World().MailingsIn(domain.MailingDue, h.clock.tell()) {
		if h.do(itself, claimMail{row.Doc.ID, 0}).Commit == 0 {
			t.Fatal("not claimed")
		}
		if h.do(itself, claimMail{row.Doc.ID, 0}).Commit != 0 || h.do(itself, claimMail{row.Doc.ID, 1}).Commit != 0 {
			t.Error("claimed twice")
		}
	}
	h.Close()
	c := config(t, h.ledger, h.clock.tell)
	c.Ruleset = "2026-11"
	h.Hub = opened(t, c)
	h.pass(mailClaim - time.Second)
	if len(h.dead()) > 0 {
		t.Error("given up at once")
	}
	h.pass(time.Second)
	for range 5 {
		h.pass(24 * time.Hour)
	}
	if got := h.post.take(); got != "" {
		t.Errorf("sent again: %s", got)
	}
	m := h.deadBecause(domain.DeadUnknown)
	// Who had claimed it was only slow: what it says counts.
	h.do(itself, settleMail{m.ID, 7, mailSent})
	h.deadBecause(domain.DeadUnknown)
	h.do(itself, settleMail{m.ID, m.Attempts, mailSent})
	if len(h.dead()) > 0 {
		t.Errorf("%+v", h.dead())
	}
}

// What came of a mail is kept, though the ledger can't be written to for a while.
func TestMailSettledLater(t *testing.T) {
	h := newMailed(t)
	h.does(h.draft(h.asProject, h.room), domain.ActionSubmit)
	h.round()
	h.clock.move(mailGrouping)
	h.post.during = func(mail.Letter) {
		h.ledger.mu.Lock()
		h.ledger.faults = []fault{away, away}
		h.ledger.mu.Unlock()
	}
	h.round()
	h.post.during = nil
	for range 3 {
		h.pass(24 * time.Hour)
	}
	if got := h.post.take(); got != "staff: REQUEST_SUBMITTED!" || len(h.dead()) > 0 {
		t.Errorf("%q, dead letters %+v", got, h.dead())
	}
}

// Two hubs on one ledger, at work at the same time: everyone is told once.
func TestMailOfTwoHubs(t *testing.T) {
	h := newMailed(t)
	c := config(t, h.ledger, h.clock.tell)
	c.Ruleset = "2026-11"
	hubs := []*Hub{h.Hub, opened(t, c)}
	for n := range 6 {
		h.does(h.draft([]domain.Viewer{h.asProject, h.asRival}[n%2], h.room), toReview...)
	}
	for range 4 {
		var all sync.WaitGroup
		for _, hub := range hubs {
			all.Go(func() {
				if err := hub.MailDue(t.Context(), h.post); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		h.clock.move(mailGrouping)
	}
	seen := map[string]int{}
	for _, l := range h.post.letters {
		for _, i := range l.Items {
			seen[fmt.Sprint(l.To.ID, i.Event)]++
		}
	}
	for what, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", what, n)
		}
	}
	if len(seen) != 6*3 {
		t.Errorf("%d events came, want one to staff, one to the landlord and one to the project for each of six", len(seen))
	}
}

// Whoever can't or doesn't want to be written to any more isn't.
func TestMailToWhoIsGone(t *testing.T) {
	h := newMailed(t)
	h.person("colleague", h.project, "")
	id := h.draft(h.asProject, h.room)
	h.does(id, toReview...)
	h.round()
	h.person("landlord", h.landlord, domain.MailNone)
	h.do(staff, ErasePerson{"per_project"})
	h.comes("colleague: REQUEST_SENT_TO_LANDLORD", "staff: REQUEST_SUBMITTED")
	m := h.deadBecause(domain.DeadNoRecipient) // the landlord was to answer
	if m.Person != "per_landlord" || m.Events[0].Code != domain.MailRequestSent {
		t.Errorf("%+v", m)
	}
	// Tried again, it goes to whoever is there now.
	h.do(staff, RetryDeadLetter{ID: domain.ID(m.ID)})
	h.comes()
	m = h.deadBecause(domain.DeadNoRecipient)
	if m.Person != "" {
		t.Errorf("%+v", m)
	}
	h.person("successor", h.landlord, "")
	h.do(staff, RetryDeadLetter{ID: domain.ID(m.ID)})
	h.comes("successor: REQUEST_SENT_TO_LANDLORD!")
	if len(h.dead()) > 0 {
		t.Errorf("%+v", h.dead())
	}
	// The erased person's mailings have nothing of them but the id.
	for _, encoded := range h.ledger.encoded {
		for _, personal := range []string{"Madame", "example.org", "landlord@"} {
			if bytes.Contains(encoded, []byte(personal)) {
				t.Errorf("%q is in the ledger", personal)
			}
		}
	}
}

func TestDeadLetters(t *testing.T) {
	h := newMailed(t)
	h.post.fails = []error{errLost, errLost}
	h.does(h.draft(h.asProject, h.room), domain.ActionSubmit)
	h.comes()
	id := domain.ID(h.deadBecause(domain.DeadUnknown).ID)
	for _, v := range []domain.Viewer{h.asLandlord, h.asProject, observer, domain.Anonymous} {
		for _, c := range []Command{RetryDeadLetter{ID: id}, DismissDeadLetter{ID: id}} {
			if got := told(h.refused(v, c)); got != "NOT_FOUND at input.id" {
				t.Errorf("%s by %s: %s", c.Action(), v.Role, got)
			}
		}
	}
	if got := told(h.refused(staff, RetryDeadLetter{ID: h.room})); got != "INVALID_INPUT at input.id" {
		t.Errorf("a space: %s", got)
	}
	h.do(staff, RetryDeadLetter{ID: id})
	if got := told(h.refused(staff, DismissDeadLetter{ID: id})); got != "NOT_FOUND at input.id" {
		t.Errorf("what isn't dead any more: %s", got)
	}
	h.round()
	h.deadBecause(domain.DeadUnknown)
	h.do(staff, DismissDeadLetter{ID: id})
	for range 35 {
		h.pass(24 * time.Hour)
	}
	if len(h.dead()) > 0 {
		t.Errorf("%+v", h.dead())
	}
	if _, there := h.World().Mailing(domain.MailingID(id)); there {
		t.Error("it isn't forgotten")
	}
}

// A landlord that doesn't answer is reminded a week before the day and on it, and
// the request expires the day after.
func TestRemindersThenExpiry(t *testing.T) {
	h := newMailed(t)
	h.person("second", h.landlord, "")
	id := h.draft(h.asProject, h.room)
	h.does(id, toReview...)
	due := *h.request(id).DueOn
	h.comes("landlord: REQUEST_SENT_TO_LANDLORD!", "project: REQUEST_SENT_TO_LANDLORD", "second: REQUEST_SENT_TO_LANDLORD!", "staff: REQUEST_SUBMITTED")
	came := map[domain.Date]string{}
	for range 40 {
		h.pass(24*time.Hour - mailGrouping)
		h.pass(mailGrouping)
		if got := h.post.take(); got != "" {
			came[h.today()] = got
		}
	}
	for day, want := range map[domain.Date]string{
		due - 7: "landlord: REQUEST_FIRST_REMINDER!\nsecond: REQUEST_FIRST_REMINDER!",
		due:     "landlord: REQUEST_LAST_REMINDER!\nsecond: REQUEST_LAST_REMINDER!",
		due + 1: "landlord: REQUEST_EXPIRED\nproject: REQUEST_EXPIRED\nsecond: REQUEST_EXPIRED\nstaff: REQUEST_EXPIRED",
	} {
		if came[day] != want {
			t.Errorf("on %s (due %s)\n%s\nwant\n%s", day, due, came[day], want)
		}
	}
	if len(came) != 3 {
		t.Errorf("%v", came)
	}
	if h.request(id).Status != domain.RequestExpired {
		t.Errorf("it is %s", h.request(id).Status)
	}
}

// Without anybody to remind, or a mail that goes out, nothing expires.
func TestNoReminderNoExpiry(t *testing.T) {
	t.Run("nobody to write to", func(t *testing.T) {
		h := newMailed(t)
		h.person("landlord", h.landlord, domain.MailNone)
		id := h.draft(h.asProject, h.room)
		h.does(id, toReview...)
		for range 60 {
			h.pass(24 * time.Hour)
		}
		if s := h.request(id).Status; s != domain.RequestLandlordReview {
			t.Errorf("it is %s", s)
		}
		var codes []domain.MailEventCode
		for _, m := range h.dead() {
			if m.Reason != domain.DeadNoRecipient {
				t.Errorf("%+v", m)
			}
			codes = append(codes, m.Events[0].Code)
		}
		if !slices.Equal(codes, []domain.MailEventCode{domain.MailRequestSent, domain.MailFirstReminder}) {
			t.Errorf("dead letters of %v", codes)
		}
	})
	t.Run("all refused", func(t *testing.T) {
		h := newMailed(t)
		id := h.draft(h.asProject, h.room)
		h.does(id, toReview...)
		h.pass(mailGrouping)
		h.post.fails = slices.Repeat([]error{&mail.RefusedError{Err: errLost}}, 99)
		for range 60 {
			h.pass(24 * time.Hour)
		}
		if s := h.request(id).Status; s != domain.RequestLandlordReview || len(h.request(id).Reminders) > 0 {
			t.Errorf("it is %s, reminded on %v", s, h.request(id).Reminders)
		}
		// Staff dismiss it, a month passes: it isn't sent by itself.
		h.do(staff, DismissDeadLetter{ID: domain.ID(h.deadBecause(domain.DeadRefused).ID)})
		h.post.fails = nil
		for range 40 {
			h.pass(24 * time.Hour)
		}
		if got := h.post.take(); strings.Contains(got, "REMINDER") {
			t.Errorf("sent by itself: %s", got)
		}
	})
	t.Run("no mail", func(t *testing.T) {
		h := newHosting(t)
		id := h.draft(h.asProject, h.room)
		h.does(id, toReview...)
		for range 60 {
			h.clock.move(24 * time.Hour)
			if err := h.TurnDay(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if s := h.request(id).Status; s != domain.RequestLandlordReview || h.World().Counts().Mailings > 0 {
			t.Errorf("it is %s", s)
		}
	})
}

// What was answered is reminded of no more, though the reminder was waiting.
func TestAnsweredBeforeTheReminder(t *testing.T) {
	h := newMailed(t)
	id := h.draft(h.asProject, h.room)
	h.does(id, toReview...)
	h.pass(mailGrouping)
	h.post.take()
	h.clock.move(24 * 24 * time.Hour)
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.round()
	h.does(id, domain.ActionRecordVisit)
	h.comes("project: REQUEST_VISIT_RECORDED")
	if len(h.request(id).Reminders) > 0 || len(h.dead()) > 0 {
		t.Errorf("reminded on %v, dead letters %+v", h.request(id).Reminders, h.dead())
	}
}

// The loop sends by itself, and ends with its context.
func TestKeepMail(t *testing.T) {
	if _, err := loadAtlas(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.texts = newShelf(domain.Person{ID: "per_staff", Name: "Zoé", Email: "zoe@example.org", Mail: domain.MailImmediate})
		c := config(t, m, time.Now)
		c.Ruleset = "2026-11"
		h, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		s := staged(&stage{Hub: h, t: t, ledger: m, clock: newClock()})
		s.first = h.World().Today()
		post := &postbox{}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			h.KeepMail(ctx, post)
			close(ended)
		}()
		synctest.Wait()
		s.does(s.draft(s.asProject, s.room), domain.ActionSubmit)
		time.Sleep(mailGrouping + 3*mailEvery)
		synctest.Wait()
		if got := post.take(); got != "staff: REQUEST_SUBMITTED!" {
			t.Errorf("%q", got)
		}
		stop()
		<-ended
		h.Close()
	})
}

// Sixteen requests for two rooms are signed at once on two hubs that both mail:
// whoever loses is told so, once.
func TestRivalsAreMailedOnce(t *testing.T) {
	h := newMailed(t)
	c := config(t, h.ledger, h.clock.tell)
	c.Ruleset = "2026-11"
	hubs := []*Hub{h.Hub, opened(t, c)}
	var requests []domain.ID
	for n := range 16 {
		id := h.draft([]domain.Viewer{h.asProject, h.asRival}[n%2], []domain.ID{h.room, h.annex}[n/2%2])
		h.does(id, toConsent...)
		requests = append(requests, id)
	}
	h.pass(mailGrouping)
	h.post.take()
	var all sync.WaitGroup
	for n, id := range requests {
		all.Go(func() {
			hubs[n%2].Do(t.Context(), h.asLandlord, SignConvention{ID: id, On: h.first}, "") // most are refused
		})
	}
	for n := range 8 {
		all.Go(func() {
			if err := hubs[n%2].MailDue(t.Context(), h.post); err != nil {
				t.Error(err)
			}
			h.clock.move(mailGrouping)
		})
	}
	all.Wait()
	for range 3 {
		for _, hub := range hubs {
			if err := hub.MailDue(t.Context(), h.post); err != nil {
				t.Error(err)
			}
		}
		h.clock.move(mailGrouping)
	}
	told := map[domain.ID]int{}
	for _, l := range h.post.letters {
		for _, i := range l.Items {
			if i.Event.Code == domain.MailSuperseded {
				told[i.Event.Object]++
			}
		}
	}
	h.draft(h.asProject, h.room) // the hub catches up with the other
	for _, id := range requests {
		want := 1
		if h.request(id).Status == domain.RequestSigned {
			want = 0
		}
		if told[id] != want {
			t.Errorf("%s, which is %s, was told %d times that it lost", id, h.request(id).Status, told[id])
		}
	}
	if len(told) != len(requests)-2 {
		t.Errorf("%d lost, want all but two", len(told))
	}
}
