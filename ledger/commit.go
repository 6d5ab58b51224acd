package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

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

// storedCommit is the document that a commit is stored as, whatever the
// adapter. Names and order are the format: MongoDB keeps _id first.
type storedCommit struct {
	Number  int64          `bson:"_id"`
	Format  int            `bson:"format"`
	ID      bson.Binary    `bson:"commit"`
	Time    bson.DateTime  `bson:"time"`
	Actor   string         `bson:"actor"`
	Action  string         `bson:"action"`
	Prev    bson.Binary    `bson:"prev"`
	Changes []storedChange `bson:"changes"`
}

type storedChange struct {
	Kind domain.Kind `bson:"kind"`
	ID   domain.ID   `bson:"id"`
	Doc  bson.Raw    `bson:"doc,omitempty"`
}

// Encode writes the commit as one BSON document, always as the same bytes. It
// answers a *TooLargeError above MaxCommitBytes, a *FormatError for a format
// this program doesn't know, and a plain error for a commit that is none (no
// number, no id, no action, a document that isn't BSON): a fault of the caller.
func (c Commit) Encode() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("encoding commit %d: %w", c.Number, err)
	}
	s := storedCommit{
		Number:  int64(c.Number),
		Format:  c.Format,
		ID:      bson.Binary{Data: c.ID[:]},
		Time:    bson.NewDateTimeFromTime(c.Time),
		Actor:   c.Actor,
		Action:  c.Action,
		Prev:    bson.Binary{Data: c.Prev[:]},
		Changes: make([]storedChange, len(c.Changes)),
	}
	for i, ch := range c.Changes {
		if ch.Doc != nil {
			if err := bson.Raw(ch.Doc).Validate(); err != nil {
				return nil, fmt.Errorf("encoding commit %d: %s %s: %w", c.Number, ch.Kind, ch.ID, err)
			}
		}
		s.Changes[i] = storedChange{Kind: ch.Kind, ID: ch.ID, Doc: ch.Doc}
	}
	encoded, err := bson.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encoding commit %d: %w", c.Number, err)
	}
	if len(encoded) > MaxCommitBytes {
		return nil, &TooLargeError{Number: c.Number, Bytes: len(encoded)}
	}
	return encoded, nil
}

// Decode reads what Encode wrote. It answers a *FormatError for a format above
// CurrentFormat, and a plain error for bytes that are no commit. The documents
// are copies: the encoded bytes may be used again. A commit without changes
// comes back with none (nil).
func Decode(encoded []byte) (Commit, error) {
	// The format decides whether the rest can be understood at all.
	format, ok := bson.Raw(encoded).Lookup("format").AsInt64OK()
	if ok && format > CurrentFormat {
		return Commit{}, &FormatError{Format: int(format)}
	}
	var s storedCommit
	if err := bson.Unmarshal(encoded, &s); err != nil {
		return Commit{}, fmt.Errorf("decoding a commit: %w", err)
	}
	c := Commit{
		Number: uint64(s.Number),
		Format: s.Format,
		Time:   s.Time.Time().UTC(),
		Actor:  s.Actor,
		Action: s.Action,
	}
	if copy(c.ID[:], s.ID.Data) != len(s.ID.Data) || copy(c.Prev[:], s.Prev.Data) != len(c.Prev) {
		return Commit{}, fmt.Errorf("decoding commit %d: its id or hash has the wrong length", s.Number)
	}
	for _, ch := range s.Changes {
		c.Changes = append(c.Changes, Change{Kind: ch.Kind, ID: ch.ID, Doc: ch.Doc})
	}
	if err := c.check(); err != nil {
		return Commit{}, fmt.Errorf("decoding commit %d: %w", s.Number, err)
	}
	return c, nil
}

// check refuses what can't be a commit.
func (c Commit) check() error {
	switch {
	case c.Number == 0 || c.Number > 1<<62:
		return errors.New("numbers count from 1")
	case c.Format > CurrentFormat:
		return &FormatError{Format: c.Format}
	case c.Format < 1:
		return errors.New("formats count from 1")
	case c.ID == CommitID{}:
		return errors.New("no id")
	case c.Action == "":
		return errors.New("no action")
	}
	for _, ch := range c.Changes {
		if ch.Kind == "" || ch.ID == "" {
			return errors.New("a change without kind or id")
		}
	}
	return nil
}
