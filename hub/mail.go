package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
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
	// mostCollected bounds what one commit collects, unless a single commit asks
	// for more.
	mostCollected = 500
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
	if err := r.collect(ctx); err != nil {
		return fmt.Errorf("finding what is to be mailed: %w", err)
	}
	now := r.Clock()
	for row := range r.World().MailingsIn(domain.MailingDue, now) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.deliver(ctx, row.Doc); err != nil {
			return fmt.Errorf("sending %s: %w", row.Doc.ID, err)
		}
	}
	for range r.World().MailingsIn(domain.MailingClaimed, now.Add(-mailClaim)) {
		_, err := r.keep(ctx, loseMail{})
		return err
	}
	return nil
}

// collect notes, for each person, what has happened since the last time.
func (r mailRound) collect(ctx context.Context) error {
	for {
		w := r.World()
		progress, _ := w.MailProgress()
		through := w.Commit()
		found := mailedBetween(w, progress.Through, through)
		if len(found) > mostCollected {
			if cut := found[mostCollected].event.Commit; cut > found[0].event.Commit {
				through = cut - 1
			} else {
				through = cut
			}
			found = mailedBetween(w, progress.Through, through)
		}
		more := through < w.Commit()
		found = append(found, remindersDue(w)...)
		if len(found) == 0 {
			return nil
		}
		to, err := r.addressees(ctx, organisations(found))
		if err != nil {
			return err
		}
		outcome, err := r.keep(ctx, collectMail{through, to})
		if err != nil || outcome.Commit == 0 || !more {
			return err
		}
	}
}

// addressees are the people of organisations, as far as they can and want to be
// written to.
func (r mailRound) addressees(ctx context.Context, of []domain.ID) (addressees, error) {
	to := make(addressees)
	for _, id := range of {
		people, err := r.Texts.PersonsOf(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("looking up whom to write to: %w", err)
		}
		to[id] = nil
		for _, p := range people {
			if reachable(p) {
				to[id] = append(to[id], addressee{p.ID, p.Mail.For(id)})
			}
		}
	}
	return to, nil
}

// reachable: a person has an address, and wants to be written to.
func reachable(p domain.Person) bool { return p.Email != "" && p.Mail != domain.MailNone }

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
	letter, says := letterTo(r.World(), p, m)
	if !kept || !reachable(p) || !says {
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
	to, err := r.addressees(ctx, []domain.ID{m.Organisation})
	if err != nil {
		return err
	}
	_, err = r.keep(ctx, addressMail{m.ID, m.Attempts, to[m.Organisation]})
	return err
}
