package hub

import (
	"context"
	"errors"
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// PastUnreadableError says that the ledger can't be read now, so that nothing can
// be told of what was. What is can be read all the same.
type PastUnreadableError struct{ Err error }

func (*PastUnreadableError) ErrorCode() string { return "UNAVAILABLE" }
func (*PastUnreadableError) Say(l domain.Locale) string {
	return l.In("le passé ne peut pas être lu pour le moment : réessayez plus tard ; le présent reste lisible",
		"the past can't be read for the moment: try again later; the present can be read all the same")
}
func (e *PastUnreadableError) Error() string { return e.Say(domain.English) + ": " + e.Err.Error() }
func (e *PastUnreadableError) Unwrap() error { return e.Err }

// Commit reads one commit that a World of this hub has come to. Errors:
// *PastUnreadableError, the context's, and faults of the ledger.
func (h *Hub) Commit(ctx context.Context, number uint64) (ledger.Commit, error) {
	for c, err := range h.Ledger.Read(ctx, number-1) {
		switch {
		case err == nil && c.Number == number:
			return c, nil
		case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, ledger.ErrClosed):
			return ledger.Commit{}, &PastUnreadableError{Err: err}
		case err == nil:
			err = fmt.Errorf("commit %d was read", c.Number)
		}
		return ledger.Commit{}, fmt.Errorf("reading commit %d: %w", number, err)
	}
	// A replica of the ledger that lags behind what this hub has applied.
	return ledger.Commit{}, &PastUnreadableError{Err: fmt.Errorf("commit %d can't be read yet", number)}
}
