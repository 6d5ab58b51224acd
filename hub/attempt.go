package hub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/telemetry"
)

// attempt is one command on its way through the writer.
type attempt struct {
	viewer  domain.Viewer
	command Command
	// person is who the viewer is; "" when they aren't known.
	person domain.PersonID
	key    string
	// inputHash identifies the input under the key, to whoever has the hub's
	// secret.
	inputHash string
	seed      domain.Seed
	// brought is what the command carries; nil when it carries nothing.
	brought  *bringing
	commitID ledger.CommitID
	// place is where it stands in the trace of who sent it.
	place telemetry.Place
	// state moves once from waiting, to begun by the writer or to abandoned by
	// the client.
	state atomic.Int32
	done  chan result
}

const (
	waiting = iota
	begun
	abandoned
)

type result struct {
	outcome Outcome
	err     error
}

// prepare draws the seed and the commit's id: deciding again keeps both.
func (a *attempt) prepare(entropy io.Reader, secret [32]byte) error {
	if _, err := io.ReadFull(entropy, a.seed[:]); err != nil {
		return fmt.Errorf("drawing a seed: %w", err)
	}
	if _, err := io.ReadFull(entropy, a.commitID[:]); err != nil {
		return fmt.Errorf("drawing a commit id: %w", err)
	}
	if a.key == "" {
		return nil
	}
	input, err := json.Marshal(a.command)
	var number *json.UnsupportedValueError
	if errors.As(err, &number) {
		return domain.InvalidInput{Path: []string{"input"},
			French:  fmt.Sprintf("%q n'est pas un nombre", number.Str),
			English: fmt.Sprintf("%q is not a number", number.Str)}
	}
	if err != nil {
		return fmt.Errorf("hashing the input of %s: %w", a.command.Action(), err)
	}
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(a.command.Action() + "\x00"))
	mac.Write(input)
	// What a portal repeats for one person isn't what it does for another.
	mac.Write([]byte(a.viewer.OnBehalfOf))
	a.inputHash = hex.EncodeToString(mac.Sum(nil))
	return nil
}

// begin is the writer's: false when the client has gone.
func (a *attempt) begin() bool {
	return a.state.CompareAndSwap(waiting, begun) || a.state.Load() == begun
}

// abandon is the client's: false when the writer has begun.
func (a *attempt) abandon() bool { return a.state.CompareAndSwap(waiting, abandoned) }

// answer gives the first answer; later ones come too late for anybody.
func (a *attempt) answer(o Outcome, err error) {
	select {
	case a.done <- result{o, err}:
	default:
	}
}

// answeredBy is the answer that there is, or else another.
func (a *attempt) answeredBy(otherwise error) (Outcome, error) {
	select {
	case r := <-a.done:
		return r.outcome, r.err
	default:
		return Outcome{}, otherwise
	}
}
