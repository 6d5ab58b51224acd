package world

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
)

type mailingRow = Row[domain.Mailing]

// mailings are for staff to see.
type mailings struct {
	table[domain.MailingID, domain.Mailing]
	// byState leads to those in a state, by when they came to it; those that are
	// due, by when they are to be sent.
	byState index[mailingMoment, domain.MailingID, domain.Mailing]
	// byPerson leads to a person's that are due.
	byPerson index[domain.PersonID, domain.MailingID, domain.Mailing]
	// byObject leads to those that tell of an object.
	byObject index[domain.ID, domain.MailingID, domain.Mailing]
}

// mailingMoment is a state, and milliseconds since 1970.
type mailingMoment struct {
	state domain.MailingState
	at    int64
}

func newMailings() mailings {
	return mailings{
		table: newTable[domain.MailingID, domain.Mailing](),
		byState: indexBy[mailingMoment, domain.MailingID](func(a, b mailingMoment) int {
			return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.at, b.at))
		}, func(r *mailingRow) []mailingMoment {
			return []mailingMoment{{r.Doc.State, r.Doc.At.UnixMilli()}}
		}),
		byPerson: textIndex[domain.PersonID, domain.MailingID](func(r *mailingRow) []domain.PersonID {
			if r.Doc.State != domain.MailingDue || r.Doc.Person == "" {
				return nil
			}
			return []domain.PersonID{r.Doc.Person}
		}),
		byObject: textIndex[domain.ID, domain.MailingID](func(r *mailingRow) (ids []domain.ID) {
			for _, e := range r.Doc.Events {
				if !slices.Contains(ids, e.Object) {
					ids = append(ids, e.Object)
				}
			}
			return ids
		}),
	}
}

func (t mailings) clone() mailings {
	return mailings{t.table.clone(), t.byState.clone(), t.byPerson.clone(), t.byObject.clone()}
}

func (w *World) setMailing(id domain.MailingID, row *mailingRow) (old *mailingRow) {
	if row != nil {
		row.Sight = w.sights.share(orphan)
	}
	old = w.mailings.swap(id, row)
	w.mailings.byState.move(id, old, row)
	w.mailings.byPerson.move(id, old, row)
	w.mailings.byObject.move(id, old, row)
	return old
}

func (w *World) setMailProgress(_ domain.ID, row *Row[domain.MailProgress]) (old *Row[domain.MailProgress]) {
	old, w.mailProgress = w.mailProgress, row
	return old
}

// MailProgress says how far the history was looked through for what is to be
// mailed; false before mail was first turned on.
func (w *World) MailProgress() (domain.MailProgress, bool) {
	if w.mailProgress == nil {
		return domain.MailProgress{}, false
	}
	return *w.mailProgress.Doc, true
}

// Mailing finds a mailing.
func (w *World) Mailing(id domain.MailingID) (*Row[domain.Mailing], bool) {
	return w.mailings.get(id)
}

// MailingsIn are those that have come to a state by an instant, or that are to be
// sent by it, the earliest first.
func (w *World) MailingsIn(state domain.MailingState, by time.Time) iter.Seq[*Row[domain.Mailing]] {
	return w.mailings.pick(w.mailings.byState.between(mailingMoment{state, math.MinInt64}, mailingMoment{state, by.UnixMilli() + 1}))
}

// DeadLetters are the mailings that wait for staff, the oldest first.
func (w *World) DeadLetters() iter.Seq[*Row[domain.Mailing]] {
	return w.mailings.pick(w.mailings.byState.between(mailingMoment{domain.MailingDead, math.MinInt64}, mailingMoment{domain.MailingDead, math.MaxInt64}))
}

// MailingsDueTo are those that wait to be sent to a person, in order of their
// ids.
func (w *World) MailingsDueTo(p domain.PersonID) iter.Seq[*Row[domain.Mailing]] {
	return w.mailings.pick(w.mailings.byPerson.with(p))
}

// MailingsAbout are those that tell of an object, in order of their ids.
func (w *World) MailingsAbout(id domain.ID) iter.Seq[*Row[domain.Mailing]] {
	return w.mailings.pick(w.mailings.byObject.with(id))
}

// RequestsSince are the requests with a step in a commit after the given one,
// those with the earliest last step first.
func (w *World) RequestsSince(commit uint64) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.byCommit.between(commit+1, math.MaxUint64))
}

// InvitationsSince are those that came to their status after a commit, in the
// order in which they did.
func (w *World) InvitationsSince(commit uint64) iter.Seq[*Row[domain.HostingInvitation]] {
	return w.invitations.pick(w.invitations.byCommit.between(commit+1, math.MaxUint64))
}

// ProposalsSince are those that came to their status after a commit, in the order
// in which they did.
func (w *World) ProposalsSince(commit uint64) iter.Seq[*Row[domain.HostingProposal]] {
	return w.proposals.pick(w.proposals.byCommit.between(commit+1, math.MaxUint64))
}
