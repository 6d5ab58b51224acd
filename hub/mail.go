package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
	"github.com/palier-hub/palier/world"
)

// Post sends letters. Its errors are mail.Sender's.
type Post interface {
	Post(context.Context, mail.Letter) error
}

const (
	// mailEvery is how often KeepMail looks for what is to be mailed.
	mailEvery = 15 * time.Second
	// mostSending bounds the sending of one mail.
	mostSending = time.Minute
	// mostFinishingMail bounds how long a stop waits for the mail under way.
	mostFinishingMail = 5 * time.Second
	// mostCollected is of how many addressees, counted for each event, no more are
	// looked up for a commit.
	mostCollected = 10_000
	// mostCollections bounds the commits that collect before what is due is sent.
	mostCollections = 20
	// mostDelivering is how long what is due is sent before it is looked again for
	// what has happened, and for whose turn it is.
	mostDelivering = time.Minute
	// mostWrittenTo bounds the people of one organisation to whom an event is mailed.
	mostWrittenTo = 200
)

// KeepMail mails what happens to whom it concerns, and reminds of answers that
// are due, until the context ends; then it finishes the mail under way. Any
// number of replicas may: a mail is the one's who claims it. Without it nobody is
// reminded, so that no request expires.
func (h *Hub) KeepMail(ctx context.Context, post Post) {
	ticker := time.NewTicker(mailEvery)
	defer ticker.Stop()
	for {
		if err := h.MailDue(ctx, post); err != nil && ctx.Err() == nil {
			h.Logger.Error("mail stands still, trying again soon", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// MailDue finds what is to be mailed, and sends what is due, once. KeepMail calls
// it. The first time on a ledger it only notes where to begin.
func (h *Hub) MailDue(ctx context.Context, post Post) error {
	return mailRound{h, post, func(ctx context.Context, c Command) (Outcome, error) { return h.Do(ctx, itself, c, "") }}.run(ctx)
}

// mailRound finds what is to be mailed and sends what is due, once.
type mailRound struct {
	*Hub
	post Post
	// keep has a command kept.
	keep func(context.Context, Command) (Outcome, error)
}

func (r mailRound) run(ctx context.Context) error {
	if err := r.Err(); err != nil {
		return err
	}
	if _, begun := r.World().MailProgress(); !begun {
		_, err := r.keep(ctx, beginMail{})
		return err
	}
	// What can't be collected keeps nothing from being sent that was.
	err := r.collect(ctx)
	if err != nil {
		err = fmt.Errorf("finding what is to be mailed: %w", err)
	}
	return errors.Join(err, r.deliverDue(ctx))
}

// collect notes, for each person, what has happened since the last time.
func (r mailRound) collect(ctx context.Context) error {
	for range mostCollections {
		w := r.World()
		progress, _ := w.MailProgress()
		found := mailedBetween(w, progress.Through, w.Commit())
		events := append(uncollected(w, found), remindersDue(w)...)
		if len(found)+len(events) == 0 {
			return nil
		}
		to, err := r.addressees(ctx, w, events)
		if err != nil {
			return err
		}
		outcome, err := r.keep(ctx, collectMail{w.Commit(), to})
		if err != nil || outcome.Commit == 0 {
			return err
		}
		progress, _ = r.World().MailProgress()
		if len(to) == len(events) && (len(found) == 0 || progress.Through >= w.Commit()) {
			return nil // nothing is left: what has happened since is the next round's
		}
	}
	return nil
}

// addressees are those to whom events are mailed: of the first events, as many as
// one commit may have room for.
func (r mailRound) addressees(ctx context.Context, w *world.World, events []mailed) (addressees, error) {
	to, people, given := make(addressees), make(map[domain.ID][]domain.Person), 0
	for _, m := range events {
		of, known := people[m.organisation]
		if !known {
			all, err := r.Texts.PersonsOf(ctx, m.organisation)
			if err != nil {
				return nil, fmt.Errorf("looking up whom to write to: %w", err)
			}
			of = slices.DeleteFunc(all, func(p domain.Person) bool { return !reachable(w, p) })
			people[m.organisation] = of
		}
		to[m] = writtenTo(w, m.event, of)
		if given += len(to[m]); given >= mostCollected {
			break
		}
	}
	return to, nil
}

// writtenTo are those of an organisation's people to whom an event is mailed: those
// whom a request names as its contacts before others, and each address once,
// whoever has it.
func writtenTo(w *world.World, e domain.MailEvent, people []domain.Person) (to []addressee) {
	var contacts []domain.PersonID
	if row, ok := w.Request(domain.RequestID(e.Object)); ok {
		contacts = row.Doc.Contacts.All()
	}
	addresses := make(map[string]bool)
	for _, named := range []bool{true, false} {
		for _, p := range people {
			if len(to) == mostWrittenTo {
				return to
			}
			address := strings.ToLower(p.Email)
			if slices.Contains(contacts, p.ID) == named && !addresses[address] {
				addresses[address] = true
				to = append(to, addressee{p.ID, p.Mail.For(p.Organisation)})
			}
		}
	}
	return to
}

// reachable: a person has an address, wants to be written to, and is let in.
func reachable(w *world.World, p domain.Person) bool {
	if p.Email == "" || p.Mail == domain.MailNone || w.Closed(p.Organisation) {
		return false
	}
	access, said := w.AccountAccess(domain.IDOfAccount(p.Account))
	return p.Account == "" || !said || !access.Doc.Barred
}

// deliverDue sends what is due, and gives up the claims that nobody settled.
func (r mailRound) deliverDue(ctx context.Context) error {
	now := r.Clock()
	var refused error
	for _, m := range inTurns(r.World().MailingsIn(domain.MailingDue, now)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.Clock().Sub(now) > mostDelivering {
			break
		}
		if err := r.deliver(ctx, m); err != nil {
			err = fmt.Errorf("sending %s: %w", m.ID, err)
			if domain.AsRefusals(err) == nil {
				return err
			}
			refused = errors.Join(refused, err) // it is this one's alone
		}
	}
	for range r.World().MailingsIn(domain.MailingClaimed, now.Add(-mailClaim)) {
		_, err := r.keep(ctx, loseMail{})
		return errors.Join(refused, err)
	}
	return refused
}

// inTurns orders mailings so that every organisation's first goes before any's
// second: nobody waits for all of another's.
func inTurns(due iter.Seq[*world.Row[domain.Mailing]]) (all []*domain.Mailing) {
	given, turns := make(map[domain.ID]int), make(map[domain.MailingID]int)
	for row := range due {
		all = append(all, row.Doc)
		turns[row.Doc.ID] = given[row.Doc.Organisation]
		given[row.Doc.Organisation]++
	}
	slices.SortStableFunc(all, func(a, b *domain.Mailing) int { return cmp.Compare(turns[a.ID], turns[b.ID]) })
	return all
}

// deliver sends a mailing that is due, unless another replica does. An error says
// that the round can't go on.
func (r mailRound) deliver(ctx context.Context, m *domain.Mailing) error {
	if m.Person == "" {
		return r.address(ctx, m)
	}
	found, err := r.Texts.Persons(ctx, []domain.PersonID{m.Person})
	if err != nil {
		return fmt.Errorf("looking up whom to write to: %w", err)
	}
	p, kept := found[m.Person]
	w := r.World()
	letter, says := letterTo(w, p, m)
	if !kept || !reachable(w, p) || !says {
		_, err := r.keep(ctx, dropMail{m.ID, m.Attempts})
		return err
	}
	claimed, err := r.keep(ctx, claimMail{m.ID, m.Attempts})
	if err != nil || claimed.Commit == 0 {
		return err // nobody's, or another's
	}
	// From here on it is ours: it is finished though the hub is being stopped.
	sending, done := lasting(ctx, mostSending)
	outcome := r.sent(sending, letter)
	done()
	return r.settle(ctx, settleMail{m.ID, m.Attempts + 1, outcome})
}

// lasting is a context for what is under way: it goes on for a little while
// after the given one ends.
func lasting(ctx context.Context, most time.Duration) (context.Context, func()) {
	on, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-on.Done():
		case <-time.After(mostFinishingMail):
			cancel()
		}
	})
	return on, func() {
		stop()
		cancel()
	}
}

// sent hands a letter over, and says what came of it.
func (r mailRound) sent(ctx context.Context, l mail.Letter) mailOutcome {
	err := r.post.Post(ctx, l)
	outcome := mailUnknown
	if err == nil {
		return mailSent
	}
	if _, not := errors.AsType[*mail.NotSentError](err); not {
		outcome = mailNotSent
	}
	if _, refused := errors.AsType[*mail.RefusedError](err); refused {
		outcome = mailRefused
	}
	r.Logger.Warn("a mail wasn't sent", "mailing", l.ID, "outcome", string(outcome), "error", err)
	return outcome
}

// settle keeps what came of a mail, however often the ledger has to be asked: if
// it can't be kept, the claim becomes a dead letter.
func (r mailRound) settle(ctx context.Context, c settleMail) error {
	on, done := lasting(ctx, mailClaim)
	defer done()
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		_, err := r.keep(on, c)
		if err == nil || domain.AsRefusals(err) != nil {
			return err
		}
		r.Logger.Warn("what came of a mail isn't kept yet, trying again", "mailing", c.ID, "outcome", string(c.Outcome), "error", err)
		select {
		case <-time.After(pause):
		case <-r.stopped:
			return err
		case <-on.Done():
			return err
		}
	}
}

// address gives a mailing that has no recipient to whoever can be written to now.
func (r mailRound) address(ctx context.Context, m *domain.Mailing) error {
	w := r.World()
	to, err := r.addressees(ctx, w, sidesTold(w, m))
	if err != nil {
		return err
	}
	_, err = r.keep(ctx, addressMail{m.ID, m.Attempts, to})
	return err
}
