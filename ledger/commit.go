package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/palier-hub/palier/domain"
)

// CurrentFormat is the highest format that this program reads and writes. A
// new shape of commit or document gets a new format, and is written only once
// a commit of that format has been appended, which happens when every replica
// understands it.
const CurrentFormat = 1

// MaxCommitBytes bounds an encoded commit: half of what one MongoDB document
// holds (16 MiB), so that a driver's wrapping never matters.
const MaxCommitBytes = 8 << 20

// Commit is one change of the whole: what one command did.
type Commit struct {
	// Number counts from 1 without holes. Taking a number is the only lock of
	// the system.
	Number uint64
	// Format is the format that the commit and its documents are written in,
	// from 1; it never falls from one commit to the next.
	Format int
	// ID is drawn by whoever appends, and tells the commit from any other that
	// tries for the same number.
	ID CommitID
	// Time is in UTC and cut to milliseconds by the encoding. That it doesn't
	// run backwards is the caller's rule.
	Time time.Time
	// Actor is the pseudonymous id of who acted; "" for the hub itself.
	Actor string
	// Action is the business action in its stored form (space.publish).
	Action string
	// Prev is the hash of the previous commit's encoded bytes; for number 1,
	// of the ledger's id.
	Prev Hash
	// Changes are the documents that the commit changes, in order.
	Changes []Change
}

// Change is one document after the commit, or its deletion.
type Change struct {
	Kind domain.Kind
	ID   domain.ID
	// Doc is the document as Marshal wrote it; nil when it is deleted.
	Doc []byte
}

// CommitID is 16 random bytes.
type CommitID [16]byte

func (id CommitID) String() string { return hex.EncodeToString(id[:]) }

// Hash is a SHA-256 digest.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// HashOf is the hash of a commit's encoded bytes.
func HashOf(encoded []byte) Hash { return sha256.Sum256(encoded) }

// check refuses what can't be a commit.
func (c Commit) check() error {
	switch {
	case c.Number == 0 || c.Number > math.MaxInt64:
		return errors.New("numbers count from 1")
	case c.Format > CurrentFormat:
		return &FormatError{Format: c.Format}
	case c.Format < 1:
		return errors.New("formats count from 1")
	case c.ID == CommitID{}:
		return errors.New("no id")
	case c.Action == "":
		return errors.New("no action")
	case !utf8.ValidString(c.Action) || !utf8.ValidString(c.Actor):
		return errors.New("its action or actor isn't UTF-8")
	}
	for _, ch := range c.Changes {
		if ch.Kind == "" || ch.ID == "" || !utf8.ValidString(string(ch.Kind)) || !utf8.ValidString(string(ch.ID)) {
			return fmt.Errorf("a change of kind %q and id %q", ch.Kind, ch.ID)
		}
	}
	return nil
}
