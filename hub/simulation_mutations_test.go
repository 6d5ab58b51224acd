package hub

import (
	"github.com/palier-hub/palier/ledger"
)

// mutation is a rule broken on purpose.
type mutation struct {
	name string
	// decide is what a command decides in place of what it should.
	decide func(c Command, d *decision) error
	// answer is what a hub makes of the ledger's answer.
	answer func(l *line, run []ledger.Commit, durable int, err error) (int, error)
	// forgetsKeys: idempotency keys don't reach the hub.
	forgetsKeys bool
}

// mutated is a command that a mutation decides.
type mutated struct {
	Command
	as func(c Command, d *decision) error
}

func (m mutated) decide(d *decision) error { return m.as(m.Command, d) }
