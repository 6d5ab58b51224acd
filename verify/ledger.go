// Package verify looks for what is wrong with a ledger, and with the personal
// store beside it. It believes nothing of what is stored, and changes nothing.
package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// Ledger is what a ledger comes to.
type Ledger struct {
	ID   string
	Head ledger.Head
	// Formats says from which commit on each format holds, in order.
	Formats []FormatFrom
	// World is that at the head; nil when something is wrong.
	World *world.World
}

// FormatFrom says from which commit on a format holds.
type FormatFrom struct {
	Format int
	From   uint64
}

// Expected is what is known of a ledger from elsewhere. Without it, a history that
// was written anew from some commit on, with all the hashes that follow, is a
// history like any other; and in MongoDB nothing vouches for the newest commit.
type Expected struct {
	// Hash of a commit; nil for none. At is its number, 0 for the newest.
	Hash *ledger.Hash
	At   uint64
	// Digest of the World; nil for none.
	Digest *[32]byte
}

// Check reads a ledger twice: as it is stored, for its density, its chain of hashes
// and what can be read, then into a World. It answers a *WrongError when something
// is wrong, and what the ledger answers when it can't be read.
func Check(ctx context.Context, l ledger.Storage, atlas *geo.Atlas, want Expected) (Ledger, error) {
	r := Ledger{ID: l.ID()}
	c := chain{found: &WrongError{}, before: link{hash: ledger.Genesis(l.ID()).Hash}, want: want, report: &r}
	for s, err := range l.Stored(ctx) {
		if err != nil {
			return r, err
		}
		if err := c.take(s); err != nil {
			return r, err
		}
	}
	c.end()
	if err := c.found.orNil(); err != nil {
		return r, err
	}
	w, err := world.Load(ctx, l, atlas)
	if bad, ok := errors.AsType[*world.DocumentError](err); ok {
		c.found.add(bad.Commit, fmt.Sprintf("its %s %s can't be taken in: %v", bad.Kind, bad.ID, bad.Err))
		return r, c.found
	} else if err != nil {
		return r, err
	}
	if w.Commit() < r.Head.Number { // hubs may have added to it since
		c.found.add(r.Head.Number, fmt.Sprintf("it is stored, and the ledger ends at commit %d", w.Commit()))
	}
	if digest := w.Digest(); want.Digest != nil && digest != *want.Digest {
		c.found.add(0, fmt.Sprintf("the digest is %x, and not %x: commits were added since, or the history is another", digest, *want.Digest))
	}
	r.World, r.Head = w, w.Head()
	return r, c.found.orNil()
}

// chain goes along what is stored. A commit that was altered is told from one that
// follows an altered one by what both its neighbours say: it is held back until the
// next has been seen.
type chain struct {
	found  *WrongError
	want   Expected
	report *Ledger
	seen   bool

	// before is the newest commit taken in.
	before link
	// broken is the first of the commits, up to the newest, of which each names
	// another hash than that of the one before it; 0 when the newest names the right
	// one.
	broken uint64
	at     time.Time
}

type link struct {
	number uint64
	hash   ledger.Hash
	format int
	// unread: it can't be read, which has been noted.
	unread bool
}

func (c *chain) take(s ledger.Stored) error {
	before := c.before
	due := before.number + 1
	if s.Number > due {
		c.mend(before.number)
		if s.Number == due+1 {
			c.found.add(due, "it is missing")
		} else {
			c.found.add(due, fmt.Sprintf("it is missing, with all up to commit %d", s.Number-1))
		}
	}
	one, err := ledger.Decode(s.Encoded)
	if newer, ok := errors.AsType[*ledger.FormatError](err); ok {
		return newer
	}
	c.before = link{number: s.Number, hash: ledger.HashOf(s.Encoded), format: before.format}
	if c.want.Hash != nil && c.want.At == s.Number {
		c.compare()
	}
	switch {
	case err != nil:
		c.found.add(s.Number, fmt.Sprintf("it can't be read: %v", errors.Unwrap(err)))
	case one.Number != s.Number:
		c.found.add(s.Number, fmt.Sprintf("it says that it is commit %d", one.Number))
	}
	if err != nil || one.Number != s.Number {
		c.mend(before.number)
		c.before.unread = true
		return nil
	}
	c.before.format = one.Format
	switch {
	case s.Number > due || before.unread: // who knows what stood before it
	case one.Prev != before.hash && c.broken == 0:
		c.broken = s.Number
	case one.Prev == before.hash:
		c.mend(before.number)
	}
	switch {
	case one.Format < before.format:
		c.found.add(s.Number, fmt.Sprintf("it is of format %d, after one of format %d", one.Format, before.format))
	case one.Format > before.format:
		c.report.Formats = append(c.report.Formats, FormatFrom{one.Format, s.Number})
	}
	if one.Time.Before(c.at) {
		c.found.add(s.Number, fmt.Sprintf("its time, %s, is before that of the commit before it, %s", one.Time.Format(time.RFC3339Nano), c.at.Format(time.RFC3339Nano)))
	}
	c.at = one.Time
	return nil
}

// mend says who was altered when a row of commits named wrong hashes, up to the
// last before one that names the right one again. Of one alone, what it names is
// what the commit before it was: that one was altered. Of several, each but the
// first names a hash of one that can't be trusted itself.
func (c *chain) mend(last uint64) {
	first := c.broken
	if c.broken = 0; first == 0 {
		return
	}
	switch {
	case first == 1:
		c.found.add(1, "it names another ledger than this one as what it follows")
	case first == last:
		c.found.add(first-1, fmt.Sprintf("it was altered: commit %d names the hash of what it was", first))
	}
	for n := max(first, 2); n < last; n++ {
		c.found.add(n, "it was altered, or put in the place of another: it names another hash than that of the commit before it, and the commit after it names another than its own")
	}
}

// end is for when all that is stored was seen. Nothing after the newest commit says
// whether it is what was written.
func (c *chain) end() {
	last := c.before.number
	switch first := c.broken; {
	case first != 0 && first == last && first > 1:
		c.found.add(first-1, fmt.Sprintf("it was altered, or else commit %d, the newest, was, which names another hash", first))
		c.broken = 0
	default:
		c.mend(last)
	}
	c.report.Head = ledger.Head{Number: last, Hash: c.before.hash, Format: max(c.before.format, 1)}
	switch {
	case c.want.Hash == nil:
	case c.want.At == 0:
		c.compare()
	case !c.seen && c.want.At > last:
		c.found.add(c.want.At, fmt.Sprintf("it isn't there: the ledger ends at commit %d", last))
	}
}

// compare compares the newest commit's hash with the one that is expected.
func (c *chain) compare() {
	c.seen = true
	if c.before.hash != *c.want.Hash {
		c.found.add(c.before.number, fmt.Sprintf("its hash is %s, and not %s: commits were added since, or the history is another from it or from an earlier commit on", c.before.hash, *c.want.Hash))
	}
}

// WrongError says what is wrong with a ledger.
type WrongError struct {
	Found []Wrong
	// More is how many more things were found.
	More int
}

// Wrong is something that is wrong.
type Wrong struct {
	// Commit that it is about; 0 when it is about the whole.
	Commit uint64
	// What was found, for people; nothing of what people wrote.
	What string
}

// mostFound bounds what is told: where half of a ledger is gone, the beginning
// says it.
const mostFound = 50

func (e *WrongError) add(commit uint64, what string) {
	if len(e.Found) == mostFound {
		e.More++
		return
	}
	e.Found = append(e.Found, Wrong{commit, what})
}

func (e *WrongError) orNil() error {
	if len(e.Found) == 0 {
		return nil
	}
	return e
}

func (e *WrongError) Error() string {
	s := "the ledger isn't what was written:"
	for _, f := range e.Found {
		if f.Commit > 0 {
			s += fmt.Sprintf("\n  commit %d: %s", f.Commit, f.What)
		} else {
			s += "\n  " + f.What
		}
	}
	if e.More > 0 {
		s += fmt.Sprintf("\n  and %d more", e.More)
	}
	return s + "\nKeep it aside as it is, and restore the latest backup"
}
