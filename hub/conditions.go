package hub

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// Conditions of the system that a client can do something about. They are no
// refusals: the same command may succeed later. The HTTP surface shows their
// code, text and facts.

// BusyError says that too many commands wait, or that the hub is stopping:
// nothing was attempted.
type BusyError struct{}

func (*BusyError) ErrorCode() string { return "BUSY" }

// Facts say after how many seconds it is worth trying again.
func (*BusyError) Facts() map[string]any { return map[string]any{"retryAfterSeconds": 1} }
func (*BusyError) Say(l domain.Locale) string {
	return l.In("trop de demandes attendent : rien n'a été tenté, réessayez dans un instant",
		"too many commands wait: nothing was attempted, try again in a moment")
}
func (e *BusyError) Error() string { return e.Say(domain.English) }

// UnavailableError says that the ledger can't be written to now: nothing was
// kept. Reads go on.
type UnavailableError struct{ Err error }

func (*UnavailableError) ErrorCode() string { return "UNAVAILABLE" }

// Facts say after how many seconds it is worth trying again.
func (*UnavailableError) Facts() map[string]any { return map[string]any{"retryAfterSeconds": 2} }
func (*UnavailableError) Say(l domain.Locale) string {
	return l.In("l'enregistrement est impossible pour le moment : rien n'a été gardé, réessayez plus tard ; la lecture reste possible",
		"nothing can be recorded for the moment: nothing was kept, try again later; reading goes on")
}
func (e *UnavailableError) Error() string { return e.Say(domain.English) + ": " + e.Err.Error() }
func (e *UnavailableError) Unwrap() error { return e.Err }

// NotReachedError says that this hub hasn't applied a commit that a reader asked
// for. Another may have, or this one in a moment.
type NotReachedError struct{ Asked, Applied uint64 }

func (*NotReachedError) ErrorCode() string { return "COMMIT_NOT_REACHED" }

// Facts tell what was asked for, what there is, and when to try again.
func (e *NotReachedError) Facts() map[string]any {
	return map[string]any{"minCommit": e.Asked, "commit": e.Applied, "retryAfterSeconds": 1}
}
func (e *NotReachedError) Say(l domain.Locale) string {
	return fmt.Sprintf(l.In("le commit %d n'est pas encore arrivé ici, qui en est au %d : réessayez dans un instant",
		"commit %d hasn't come here yet, where %d is the last: try again in a moment"), e.Asked, e.Applied)
}
func (e *NotReachedError) Error() string { return e.Say(domain.English) }

// OutcomeUnknownError says that the client's deadline passed while the command
// may be taking effect. Sending it again with the same idempotency key is safe.
type OutcomeUnknownError struct {
	// Key is the command's idempotency key; "" when it had none.
	Key string
}

func (*OutcomeUnknownError) ErrorCode() string { return "OUTCOME_UNKNOWN" }
func (e *OutcomeUnknownError) Facts() map[string]any {
	if e.Key == "" {
		return nil
	}
	return map[string]any{"idempotencyKey": e.Key}
}
func (e *OutcomeUnknownError) Say(l domain.Locale) string {
	if e.Key == "" {
		return l.In("on ne sait pas encore si la demande a pris effet : relisez l'objet avant de la refaire",
			"it is not yet known whether the command took effect: read the object before sending it again")
	}
	return l.In("on ne sait pas encore si la demande a pris effet : renvoyez-la avec la même clé d'idempotence, c'est sans risque",
		"it is not yet known whether the command took effect: send it again with the same idempotency key, which is safe")
}
func (e *OutcomeUnknownError) Error() string { return e.Say(domain.English) }
