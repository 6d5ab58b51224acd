package mail

import (
	"context"
	"fmt"
	"log/slog"
)

// Office words letters and has them sent.
type Office struct {
	Sender Sender
	// Portal is where people go on: see Word.
	Portal string
}

// Post sends a letter. Errors are the sender's; one that can't be worded is
// refused.
func (o Office) Post(ctx context.Context, l Letter) error {
	m, err := Word(l, o.Portal)
	if err != nil {
		return &RefusedError{Err: fmt.Errorf("wording it: %w", err)}
	}
	return o.Sender.Send(ctx, m)
}

// Log is a sender for development: it shows in the log what would be sent, with
// the address that it would be sent to.
type Log struct{ Logger *slog.Logger }

// Send implements Sender.
func (l Log) Send(_ context.Context, m Message) error {
	l.Logger.Info("mail (development: only shown)", "to", m.Email, "subject", m.Subject, "text", m.Text)
	return nil
}
