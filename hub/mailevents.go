package hub

import (
	"cmp"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// mailed is an event with one organisation, "" for staff, that is told of it.
type mailed struct {
	event        domain.MailEvent
	organisation domain.ID
	asked        bool
}

// tells adds the sides of an event that have an organisation.
func tells(all []mailed, e domain.MailEvent, told []domain.MailTold, side func(domain.RequestParty) (domain.ID, bool)) []mailed {
	for _, t := range told {
		if organisation, ok := side(t.Party); ok {
			all = append(all, mailed{e, organisation, t.Asked})
		}
	}
	return all
}

// mailedBetween is what is to be told of the commits after one, through another,
// in their order. An invitation or a proposal that came to several statuses in
// these is told of by the last.
func mailedBetween(w *world.World, after, through uint64) (all []mailed) {
	in := func(commit uint64) bool { return after < commit && commit <= through }
	for row := range w.RequestsSince(after) {
		r := row.Doc
		for _, s := range r.Log {
			if !in(s.Commit) {
				continue
			}
			code, told := r.MailOf(s)
			all = tells(all, domain.MailEvent{Object: domain.ID(r.ID), Commit: s.Commit, Code: code}, told, r.Side)
		}
	}
	for row := range w.InvitationsSince(after) {
		if i := row.Doc; in(i.Commit) {
			code, told := i.MailOf()
			all = tells(all, domain.MailEvent{Object: domain.ID(i.ID), Commit: i.Commit, Code: code}, told, i.Side)
		}
	}
	for row := range w.ProposalsSince(after) {
		if p := row.Doc; in(p.Commit) {
			code, told := p.MailOf()
			all = tells(all, domain.MailEvent{Object: domain.ID(p.ID), Commit: p.Commit, Code: code}, told, p.Side)
		}
	}
	slices.SortStableFunc(all, func(a, b mailed) int { return cmp.Compare(a.event.Commit, b.event.Commit) })
	return all
}

// uncollected leaves out of what was found what mailings tell already, where a
// collection ended amid a commit: that is the first one's.
func uncollected(w *world.World, found []mailed) (rest []mailed) {
	for _, m := range found {
		if m.event.Commit > found[0].event.Commit ||
			!isMailed(w, m.event, func(o *domain.Mailing) bool { return o.Organisation == m.organisation }) {
			rest = append(rest, m)
		}
	}
	return rest
}

// remindersDue are the reminders that are to be sent today, and that no mailing
// tells yet.
func remindersDue(w *world.World) (all []mailed) {
	today := w.Today()
	for row := range w.RequestsDue(domain.ReminderAhead(today)) {
		r := row.Doc
		code, due := r.ReminderDue(today)
		party, owed := r.Owing()
		if !due || !owed {
			continue
		}
		e := domain.MailEvent{Object: domain.ID(r.ID), Commit: r.Stay(), Code: code}
		if !isMailed(w, e, func(*domain.Mailing) bool { return true }) {
			all = tells(all, e, []domain.MailTold{{Party: party, Asked: true}}, r.Side)
		}
	}
	return all
}

// isMailed tells whether a mailing of some sort tells of an event.
func isMailed(w *world.World, e domain.MailEvent, sort func(*domain.Mailing) bool) bool {
	for row := range w.MailingsAbout(e.Object) {
		if slices.Contains(row.Doc.Events, e) && sort(row.Doc) {
			return true
		}
	}
	return false
}

// sidesOf are the organisations that an event which was found before is told to,
// as far as it still says something.
func sidesOf(w *world.World, e domain.MailEvent) []mailed {
	switch e.Object.Kind() {
	case domain.KindRequest:
		row, ok := w.Request(domain.RequestID(e.Object))
		if !ok {
			return nil
		}
		r := row.Doc
		if e.Code.Reminds() {
			party, owed := r.Owing()
			if !owed || r.Stay() != e.Commit || r.Outdated(e.Code, w.Today()) {
				return nil
			}
			return tells(nil, e, []domain.MailTold{{Party: party, Asked: true}}, r.Side)
		}
		if s, ok := stepOf(r, e); ok {
			_, told := r.MailOf(s)
			return tells(nil, e, told, r.Side)
		}
	case domain.KindInvitation:
		if row, ok := w.Invitation(domain.InvitationID(e.Object)); ok {
			return tells(nil, e, domain.InvitationMailTold(e.Code), row.Doc.Side)
		}
	case domain.KindProposal:
		if row, ok := w.Proposal(domain.ProposalID(e.Object)); ok {
			return tells(nil, e, domain.ProposalMailTold(e.Code), row.Doc.Side)
		}
	}
	return nil
}

// sidesTold are a mailing's events as its organisation is told of them, as far as
// they still say something.
func sidesTold(w *world.World, m *domain.Mailing) (told []mailed) {
	for _, e := range m.Events {
		for _, side := range sidesOf(w, e) {
			if side.organisation == m.Organisation {
				told = append(told, side)
			}
		}
	}
	return told
}

// stepOf is the step that an event tells of.
func stepOf(r *domain.HostingRequest, e domain.MailEvent) (domain.RequestStep, bool) {
	i := slices.IndexFunc(r.Log, func(s domain.RequestStep) bool { return s.Commit == e.Commit })
	if i < 0 {
		return domain.RequestStep{}, false
	}
	return r.Log[i], true
}
