package hub

import (
	"context"
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// turnContacts lets invitations and proposals expire whose last day has passed.
// Any replica may propose it; when none has, nothing has to be done.
type turnContacts struct{}

func (turnContacts) Action() string { return "calendar.turn_contacts" }

func (turnContacts) decide(d *decision) error {
	for row := range d.world.InvitationsDue(d.today()) {
		if len(d.changes) == mostTurned {
			break
		}
		if err := d.putInvitation(row.Doc.Become(domain.InvitationExpired, d.at)); err != nil {
			return err
		}
	}
	for row := range d.world.ProposalsDue(d.today()) {
		if len(d.changes) == mostTurned {
			break
		}
		if err := d.putProposal(row.Doc.Become(domain.ProposalExpired, d.at)); err != nil {
			return err
		}
	}
	d.object = ""
	return nil
}

// TurnContacts does what the day brings for invitations and proposals. TurnDay
// calls it.
func (h *Hub) TurnContacts(ctx context.Context) error {
	for {
		outcome, err := h.Do(ctx, itself, turnContacts{}, "")
		if err != nil {
			return fmt.Errorf("turning the invitations and proposals to %s: %w", h.World().Today(), err)
		}
		if outcome.Commit == 0 {
			return nil
		}
	}
}
