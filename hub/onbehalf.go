package hub

import (
	"context"
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
)

// OnBehalfOf is a viewer that acts for a person: the server of a portal, with the
// token of an organisation, for one of the organisation's own persons. The
// account stays the server's, which is what the ledger records as the actor.
//
// Errors: *OnBehalfOfError, alike for a person who is missing and for another
// organisation's; *UnavailableError, and faults of the system.
func (h *Hub) OnBehalfOf(ctx context.Context, v domain.Viewer, id domain.PersonID) (domain.Viewer, error) {
	found, err := h.Texts.Persons(ctx, []domain.PersonID{id})
	if err != nil {
		return v, unkept(ctx, err)
	}
	p, ok := found[id]
	if !ok || !v.MayActFor(p) {
		return v, &OnBehalfOfError{}
	}
	// Somebody who signs in acts for themself: else they could read, and have
	// erased, what is their colleagues'.
	own, isPerson, err := h.Texts.PersonOfAccount(ctx, v.Actor)
	if err != nil {
		return v, unkept(ctx, err)
	}
	if isPerson && own.ID != id {
		return v, &OnBehalfOfError{}
	}
	v.OnBehalfOf = id
	return v, nil
}

// mostLookup bounds how long a command waits to learn who gives it.
const mostLookup = 400 * time.Millisecond

// personOf is who a viewer is, so far as they are known: the person that a portal
// acts for, or who has the account. Without the personal store, or when it takes
// its time, they aren't known, which keeps nobody from working.
func (h *Hub) personOf(ctx context.Context, v domain.Viewer) domain.PersonID {
	if v.OnBehalfOf != "" || v.Actor == "" {
		return v.OnBehalfOf
	}
	within, cancel := context.WithTimeout(ctx, mostLookup)
	defer cancel()
	p, _, err := h.Texts.PersonOfAccount(within, v.Actor)
	if err != nil {
		h.Logger.Warn("who acts isn't recorded: the personal store can't be read", "actor", v.Actor, "error", err)
		return ""
	}
	return p.ID
}

// OnBehalfOfError refuses to let a viewer act for somebody. It says no more than
// what to do: who is somebody else's is nobody's business.
type OnBehalfOfError struct{}

func (*OnBehalfOfError) ErrorCode() string { return "ON_BEHALF_OF_REFUSED" }

func (e *OnBehalfOfError) Error() string { return e.Say(domain.English) }

// Say is the message for people.
func (*OnBehalfOfError) Say(l domain.Locale) string {
	return fmt.Sprintf(l.In(
		"ce jeton ne peut pas agir pour cette personne : %s nomme une personne de l'organisation du jeton (personPut en crée), et le compte du jeton est celui d'un serveur, non d'une autre personne",
		"this token can't act for this person: %s names a person of the token's organisation (personPut makes one), and the token's account is a server's, not another person's"),
		"Palier-On-Behalf-Of")
}
