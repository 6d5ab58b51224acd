package boltledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/ledger"
)

// What the file holds: the commits by number (big-endian, so in order), and
// beside them what the ledger is. The head stands apart from the commits
// because the newest one has no successor yet whose Prev would vouch for it.
var (
	commitsBucket = []byte("palier commits")
	ledgerBucket  = []byte("palier ledger") // the name is what tells the file

	layoutKey = []byte("layout")
	idKey     = []byte("id")
	headKey   = []byte("head") // number, format, transaction, hash
	// incompleteKey is there while the ledger is a copy that isn't whole.
	incompleteKey = []byte("incomplete")
)

// layout counts the ways this file has been laid out; the commits' own format
// is theirs.
const layout = 1

// shape is what examining a file proves: that its commits are dense, and that
// there is nothing else.
func shape(path string) boltfile.Shape {
	damaged := func(what string) error { return &ledger.DamagedError{Where: path, What: what} }
	count := uint64(0)
	return boltfile.Shape{
		Buckets: map[string]func(boltfile.Element) error{
			string(commitsBucket): func(e boltfile.Element) error {
				if count++; e.IsBucket || !bytes.Equal(e.Key, key(count)) {
					return damaged(fmt.Sprintf("commit %d isn't in its place", count))
				}
				return nil
			},
			string(ledgerBucket): func(e boltfile.Element) error {
				if e.IsBucket {
					return damaged("what it says of itself isn't what was written")
				}
				return nil
			},
		},
		Damaged: damaged,
		Foreign: func(what string) error { return &ForeignError{Path: path, What: what} },
	}
}

// headBytes is the length of an encoded head.
const headBytes = 8 + 4 + 8 + len(ledger.Hash{})

// contents is what the file says of the ledger.
type contents struct {
	id         string
	head       ledger.Head
	incomplete bool
}

func (c *contents) create(tx *bbolt.Tx) error {
	if _, err := tx.CreateBucket(commitsBucket); err != nil {
		return err
	}
	b, err := tx.CreateBucket(ledgerBucket)
	if err != nil {
		return err
	}
	return errors.Join(
		b.Put(layoutKey, binary.BigEndian.AppendUint32(nil, layout)),
		b.Put(idKey, []byte(c.id)),
		putIncomplete(tx, c.incomplete),
		putHead(tx, c.head),
	)
}

func putIncomplete(tx *bbolt.Tx, incomplete bool) error {
	b := tx.Bucket(ledgerBucket)
	if !incomplete {
		return b.Delete(incompleteKey)
	}
	return b.Put(incompleteKey, []byte{1})
}

// readContents answers nil for a file in which nothing was ever stored. Each part vouches for
// another: the first commit for the id, the last one for the head, and the
// structure, examined before, for their number.
func readContents(tx *bbolt.Tx) (*contents, error) {
	path := tx.DB().Path()
	damaged := func(what string, cause error) error {
		return &ledger.DamagedError{Where: path, What: what, Err: cause}
	}
	if first, _ := tx.Cursor().First(); first == nil {
		if tx.ID() > 1 { // bbolt creates the file as transactions 0 and 1
			return nil, damaged("its contents are gone", nil)
		}
		return nil, nil
	}
	b, commits := tx.Bucket(ledgerBucket), tx.Bucket(commitsBucket)
	if b == nil || commits == nil {
		return nil, damaged("half of it is missing", nil)
	}
	if v := b.Get(layoutKey); len(v) != 4 || binary.BigEndian.Uint32(v) < layout {
		return nil, damaged("its layout isn't said", nil)
	} else if n := binary.BigEndian.Uint32(v); n > layout {
		return nil, &ledger.FormatError{Format: int(n)}
	}
	c := &contents{id: string(b.Get(idKey)), incomplete: b.Get(incompleteKey) != nil}
	head, transaction, err := getHead(tx)
	if err != nil {
		return nil, damaged("its end isn't said", err)
	}
	// A header that leads to an older transaction's page, which the newer one
	// was to write over: the disk lost a write that it said was done. (Putting
	// the file to rest takes one transaction more.)
	if now := uint64(tx.ID()); now != transaction && now != transaction+1 {
		return nil, damaged(fmt.Sprintf("its header is of transaction %d, its contents are of %d", now, transaction), nil)
	}
	c.head = head
	genesis := ledger.Genesis(c.id)
	if c.head.Number == 0 {
		if stray, _ := commits.Cursor().First(); stray != nil || c.head != genesis {
			return nil, damaged("its end isn't that of an empty ledger", nil)
		}
		return c, nil
	}
	first, err := ledger.Decode(getCommit(tx, 1))
	if err == nil {
		err = first.Follows(genesis)
	}
	if err != nil {
		return nil, damaged("its first commit isn't the first of this ledger", err)
	}
	last, _ := commits.Cursor().Last()
	if !bytes.Equal(last, key(c.head.Number)) {
		return nil, damaged(fmt.Sprintf("it should end at commit %d", c.head.Number), nil)
	}
	atLast, err := ledger.HeadAt(getCommit(tx, c.head.Number))
	if _, newer := errors.AsType[*ledger.FormatError](err); newer {
		return nil, err
	} else if err != nil || atLast != c.head {
		return nil, damaged(fmt.Sprintf("its newest commit, %d, isn't what was written", c.head.Number), err)
	}
	return c, nil
}

// getCommit is only valid during the transaction; nil when there is none.
func getCommit(tx *bbolt.Tx, number uint64) []byte {
	return tx.Bucket(commitsBucket).Get(key(number))
}

func putCommit(tx *bbolt.Tx, number uint64, encoded []byte) error {
	b := tx.Bucket(commitsBucket)
	// Keys only grow, so pages can be filled.
	b.FillPercent = 1
	return b.Put(key(number), encoded)
}

func getHead(tx *bbolt.Tx) (head ledger.Head, transaction uint64, err error) {
	v := tx.Bucket(ledgerBucket).Get(headKey)
	if len(v) != headBytes {
		return head, 0, fmt.Errorf("%d bytes where %d are due", len(v), headBytes)
	}
	head = ledger.Head{
		Number: binary.BigEndian.Uint64(v),
		Format: int(binary.BigEndian.Uint32(v[8:])),
		Hash:   ledger.Hash(v[20:]),
	}
	return head, binary.BigEndian.Uint64(v[12:]), nil
}

func putHead(tx *bbolt.Tx, h ledger.Head) error {
	v := binary.BigEndian.AppendUint64(nil, h.Number)
	v = binary.BigEndian.AppendUint32(v, uint32(h.Format))
	v = binary.BigEndian.AppendUint64(v, uint64(tx.ID()))
	return tx.Bucket(ledgerBucket).Put(headKey, append(v, h.Hash[:]...))
}
