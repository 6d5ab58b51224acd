package ledger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
)

// A commit is stored as this BSON document, whatever the adapter; names and
// order are the format. MongoDB keeps the order, with _id first.
//
//	{
//	  _id: int64, format: int32,    // in this place in every format to come
//	  commit: binary (16 bytes), time: date, actor: string, action: string,
//	  prev: binary (32 bytes),
//	  changes: [{kind: string, id: string, doc: document, absent when deleted}, …]
//	}
//
// It is written and read by hand: the driver's codec copies each document
// element by element, which would take a third of a boot. The reader takes
// this form only, so a commit has one encoding.
const (
	typeDocument = 0x03
	typeArray    = 0x04
	typeString   = 0x02
	typeBinary   = 0x05
	typeDate     = 0x09
	typeInt32    = 0x10
	typeInt64    = 0x12

	genericBinary = 0x00
	// emptyDocument is the length of a document without elements.
	emptyDocument = 5
)

var endian = binary.LittleEndian

// Encode writes the commit as one BSON document, always as the same bytes. It
// answers a *TooLargeError above MaxCommitBytes, a *FormatError for a format
// this program doesn't know, and a plain error for a commit that is none (no
// number, no id, no action, a document that isn't BSON): a fault of the caller.
func (c Commit) Encode() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("encoding commit %d: %w", c.Number, err)
	}
	size := 256 + len(c.Actor) + len(c.Action)
	for _, ch := range c.Changes {
		size += 64 + len(ch.Kind) + len(ch.ID) + len(ch.Doc)
	}
	b := make(writer, 4, size)
	b.key(typeInt64, "_id")
	b = endian.AppendUint64(b, c.Number)
	b.key(typeInt32, "format")
	b = endian.AppendUint32(b, uint32(c.Format))
	b.binary("commit", c.ID[:])
	b.key(typeDate, "time")
	b = endian.AppendUint64(b, uint64(c.Time.UnixMilli()))
	b.string("actor", c.Actor)
	b.string("action", c.Action)
	b.binary("prev", c.Prev[:])
	b.key(typeArray, "changes")
	changes := b.begin()
	for i, ch := range c.Changes {
		b.key(typeDocument, strconv.Itoa(i))
		change := b.begin()
		b.string("kind", string(ch.Kind))
		b.string("id", string(ch.ID))
		if ch.Doc != nil {
			if err := bson.Raw(ch.Doc).Validate(); err != nil {
				return nil, fmt.Errorf("encoding commit %d: %s %s: %w", c.Number, ch.Kind, ch.ID, err)
			}
			b.key(typeDocument, "doc")
			b = append(b, ch.Doc...)
		}
		b.end(change)
	}
	b.end(changes)
	b.end(0)
	if len(b) > MaxCommitBytes {
		return nil, &TooLargeError{Number: c.Number, Bytes: len(b)}
	}
	return b, nil
}

// Decode reads what Encode wrote, and nothing else. It answers a *FormatError
// for a format above CurrentFormat, and a plain error for bytes that are no
// commit. The documents are parts of the encoded bytes, which therefore mustn't
// change any more; what is in them is Unmarshal's to check. No changes come
// back as nil.
func Decode(encoded []byte) (Commit, error) {
	c, err := decode(encoded)
	if err == nil {
		err = c.check()
	}
	if err != nil {
		return Commit{}, fmt.Errorf("decoding commit %d: %w", c.Number, err)
	}
	return c, nil
}

func decode(encoded []byte) (c Commit, err error) {
	whole := reader{rest: encoded}
	r := whole.document()
	c.Number = r.uint64(typeInt64, "_id")
	c.Format = int(int32(r.uint32(typeInt32, "format")))
	// The format decides whether the rest can be understood.
	if r.err == nil && c.Format > CurrentFormat {
		return c, &FormatError{Format: c.Format}
	}
	copy(c.ID[:], r.binary("commit", len(c.ID)))
	c.Time = time.UnixMilli(int64(r.uint64(typeDate, "time"))).UTC()
	c.Actor = r.string("actor")
	c.Action = r.string("action")
	copy(c.Prev[:], r.binary("prev", len(c.Prev)))
	r.key(typeArray, "changes")
	changes := r.document()
	for i := 0; len(changes.rest) > 0 && changes.err == nil; i++ {
		changes.key(typeDocument, strconv.Itoa(i))
		change := changes.document()
		ch := Change{Kind: domain.Kind(change.string("kind")), ID: domain.ID(change.string("id"))}
		if len(change.rest) > 0 {
			change.key(typeDocument, "doc")
			ch.Doc = change.raw()
		}
		if err := change.end(); err != nil {
			return c, err
		}
		c.Changes = append(c.Changes, ch)
	}
	return c, cmp.Or(changes.end(), r.end(), whole.end())
}

// writer appends the elements of BSON documents (bsonspec.org, version 1.1).
type writer []byte

func (b *writer) key(kind byte, name string) {
	*b = append(append(append(*b, kind), name...), 0)
}

func (b *writer) string(name, s string) {
	b.key(typeString, name)
	*b = append(append(endian.AppendUint32(*b, uint32(len(s)+1)), s...), 0)
}

func (b *writer) binary(name string, data []byte) {
	b.key(typeBinary, name)
	*b = append(append(endian.AppendUint32(*b, uint32(len(data))), genericBinary), data...)
}

// begin leaves room for a document's length, and answers where.
func (b *writer) begin() int {
	*b = append(*b, 0, 0, 0, 0)
	return len(*b) - 4
}

// end closes the document that begins there.
func (b *writer) end(begin int) {
	*b = append(*b, 0)
	endian.PutUint32((*b)[begin:], uint32(len(*b)-begin))
}

// reader takes the elements of a document one after the other; after an error
// it answers zero values.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.rest, r.err = nil, errors.New(what)
	}
}

// take cuts n bytes off; nil when there aren't as many.
func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.fail("it is cut short")
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) key(kind byte, name string) {
	if k := r.take(len(name) + 2); k != nil && (k[0] != kind || string(k[1:len(k)-1]) != name || k[len(k)-1] != 0) {
		r.fail(fmt.Sprintf("%q isn't in its place", name))
	}
}

func (r *reader) length() int {
	if b := r.take(4); b != nil {
		return int(int32(endian.Uint32(b)))
	}
	return 0
}

func (r *reader) uint32(kind byte, name string) uint32 {
	r.key(kind, name)
	if b := r.take(4); b != nil {
		return endian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64(kind byte, name string) uint64 {
	r.key(kind, name)
	if b := r.take(8); b != nil {
		return endian.Uint64(b)
	}
	return 0
}

func (r *reader) string(name string) string {
	r.key(typeString, name)
	b := r.take(r.length())
	if len(b) == 0 || b[len(b)-1] != 0 {
		r.fail(fmt.Sprintf("%q isn't a text", name))
		return ""
	}
	return string(b[:len(b)-1])
}

func (r *reader) binary(name string, size int) []byte {
	r.key(typeBinary, name)
	n, kind := r.length(), r.take(1)
	if n != size || kind == nil || kind[0] != genericBinary {
		r.fail(fmt.Sprintf("%q has the wrong length or type", name))
	}
	return r.take(size)
}

// raw takes a whole document.
func (r *reader) raw() []byte {
	if len(r.rest) < emptyDocument {
		r.fail("a document is cut short")
		return nil
	}
	n := int(int32(endian.Uint32(r.rest)))
	if n < emptyDocument || n > len(r.rest) || r.rest[n-1] != 0 {
		r.fail("a document is cut short")
		return nil
	}
	return r.take(n)
}

// document takes a whole document and answers a reader of its elements.
func (r *reader) document() reader {
	b := r.raw()
	if b == nil {
		return reader{err: r.err}
	}
	return reader{rest: b[4 : len(b)-1]}
}

// end answers what went wrong, or that there is more than there should be.
func (r *reader) end() error {
	if len(r.rest) > 0 {
		r.fail("it holds more than it should")
	}
	return r.err
}
