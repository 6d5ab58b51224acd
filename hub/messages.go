package hub

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// WriteMessage says something about a hosting request, to one's own side or to
// all who see it. The project, the landlord and staff, in any status.
type WriteMessage struct {
	RequestID domain.ID
	Audience  domain.MessageAudience
	Body      string
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (WriteMessage) Action() string { return "request.write_message" }

func (c WriteMessage) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextMessage, About: c.RequestID, Body: c.Body}, "input", "body")
	return nil
}

func (c WriteMessage) decide(d *decision) error {
	r, party, err := d.requestOfSide(c.RequestID, "input", "request")
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Known(c.Audience, "audience")
	if err := p.Err(); err != nil {
		return err
	}
	organisation, _ := r.Side(party)
	if err := d.room(d.quotas.written(), organisation, "input", "request"); err != nil {
		return err
	}
	if err := d.keep(d.quotas.messages(), domain.ID(r.ID), "input", "request"); err != nil {
		return err
	}
	m := domain.HostingMessage{ID: domain.MessageID(d.newID(domain.KindMessage)), RequestID: r.ID, Commit: d.world.Commit() + 1, At: d.at,
		Party: party, Audience: c.Audience, Person: d.person, Body: d.text(0), Synthetic: c.Synthetic}
	d.object = domain.ID(m.ID)
	return d.put(domain.KindMessage, d.object, m)
}

// requestOfSide finds a request, and the side for which the viewer acts on it;
// those who only look on are refused.
func (d *decision) requestOfSide(id domain.ID, path ...string) (*domain.HostingRequest, domain.RequestParty, error) {
	row, ok := d.world.Request(domain.RequestID(id))
	row, err := found(d, row, ok, domain.KindRequest, id, path...)
	if err != nil {
		return nil, "", err
	}
	party, acts := row.Doc.PartyOf(d.viewer)
	if !acts {
		return nil, "", domain.NotAllowed{Action: d.action, Needed: domain.RequestSides}
	}
	return row.Doc, party, nil
}
