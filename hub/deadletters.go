package hub

import "github.com/palier-hub/palier/domain"

// RetryDeadLetter has a dead letter sent again; one that had nobody to go to
// goes to whoever can be written to by now. If it may have been sent before, it
// may come twice. Staff.
type RetryDeadLetter struct{ ID domain.ID }

func (RetryDeadLetter) Action() string { return "mail.retry" }

func (c RetryDeadLetter) decide(d *decision) error {
	m, err := d.deadLetter(c.ID)
	if err != nil {
		return err
	}
	if m.Reason == domain.DeadNoRecipient {
		m.Person = ""
	}
	m.State, m.Reason, m.At = domain.MailingDue, "", d.at
	return d.putMailing(m)
}

// DismissDeadLetter lets a dead letter rest: it is never sent. Staff.
type DismissDeadLetter struct{ ID domain.ID }

func (DismissDeadLetter) Action() string { return "mail.dismiss" }

func (c DismissDeadLetter) decide(d *decision) error {
	m, err := d.deadLetter(c.ID)
	if err != nil {
		return err
	}
	m.State, m.Reason, m.At = domain.MailingDismissed, "", d.at
	return d.putMailing(m)
}

// deadLetter finds one, for staff; to others there are none.
func (d *decision) deadLetter(id domain.ID) (domain.Mailing, error) {
	row, ok := d.world.Mailing(domain.MailingID(id))
	row, err := found(d, row, ok && row.Doc.State == domain.MailingDead, domain.KindMailing, id, "input", "id")
	if err != nil {
		return domain.Mailing{}, err
	}
	return *row.Doc, nil
}

// addressMail gives what a mailing without a recipient tells of to whoever of its
// organisation can be written to, unless they were told of it; if there is still
// nobody, it is a dead letter again.
type addressMail struct {
	ID       domain.MailingID
	Attempts int
	to       addressees
}

func (addressMail) Action() string { return "mail.address" }

func (c addressMail) decide(d *decision) error {
	m, ok := d.waitingMailing(c.ID, c.Attempts)
	if !ok {
		return nil
	}
	q, asked, nobody := d.newMailQueue(), false, true
	for _, side := range sidesTold(d.world, &m) {
		to, known := c.to[side]
		if !known {
			return nil // it was looked up for another World: it comes again
		}
		asked, nobody = asked || side.asked, nobody && len(to) == 0
		for _, a := range to {
			if !isMailed(d.world, side.event, func(o *domain.Mailing) bool { return o.Person == a.id }) {
				q.give(side, a)
			}
		}
	}
	if asked && nobody {
		m.State, m.Reason, m.At = domain.MailingDead, domain.DeadNoRecipient, d.at
		m.Attempts++
		return d.putMailing(m)
	}
	d.remove(domain.KindMailing, domain.ID(m.ID))
	return q.put()
}
