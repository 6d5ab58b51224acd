package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/telemetry"
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

// PastCommit is a commit as it was read from the ledger.
type PastCommit struct{ commit ledger.Commit }

// At, Action and Actor are what the commit says of itself.
func (c PastCommit) At() time.Time  { return c.commit.Time }
func (c PastCommit) Action() string { return c.commit.Action }
func (c PastCommit) Actor() string  { return c.commit.Actor }

// Size is what its documents take, in bytes.
func (c PastCommit) Size() (bytes int) {
	for _, change := range c.commit.Changes {
		bytes += len(change.Doc)
	}
	return bytes
}

// Document decodes an object as the commit left it, without what the World works
// out. It is an error when the commit doesn't write it.
func (c PastCommit) Document(kind domain.Kind, id domain.ID, into any) error {
	for _, change := range slices.Backward(c.commit.Changes) {
		if change.Kind == kind && change.ID == id {
			if err := ledger.Unmarshal(change.Doc, into); err != nil {
				return fmt.Errorf("commit %d: %s %s: %w", c.commit.Number, kind, id, err)
			}
			return nil
		}
	}
	return fmt.Errorf("commit %d doesn't write %s %s", c.commit.Number, kind, id)
}

// Commit reads one commit that a World of this hub has come to. Errors:
// *PastUnreadableError, the context's, and faults of the ledger.
func (h *Hub) Commit(ctx context.Context, number uint64) (_ PastCommit, err error) {
	ctx, ended := h.Recorder.Begin(ctx, telemetry.ReadCommits)
	defer func() { ended(err) }()
	for c, err := range h.Ledger.Read(ctx, number-1) {
		switch {
		case err == nil && c.Number == number:
			return PastCommit{c}, nil
		case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, ledger.ErrClosed):
			return PastCommit{}, &PastUnreadableError{Err: err}
		case err == nil:
			err = fmt.Errorf("commit %d was read", c.Number)
		}
		return PastCommit{}, fmt.Errorf("reading commit %d: %w", number, err)
	}
	// A replica of the ledger that lags behind what this hub has applied.
	return PastCommit{}, &PastUnreadableError{Err: fmt.Errorf("commit %d can't be read yet", number)}
}
