package bolttexts

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/texts"
)

// What the file holds: texts and persons by their ids, the ids that were erased,
// what leads from somebody to their texts, and beside them what the store is. Each
// value begins with a sum of its key and itself.
var (
	textsBucket   = []byte("palier texts")
	personsBucket = []byte("palier persons")
	erasedBucket  = []byte("palier erased")
	whoseBucket   = []byte("palier texts by person") // since layout 2
	storeBucket   = []byte("palier personal store")  // the name is what tells the file

	records = [][]byte{textsBucket, personsBucket, erasedBucket, whoseBucket}
	buckets = append(records[:len(records):len(records)], storeBucket)

	layoutKey = []byte("layout")
	secretKey = []byte("secret")
	ledgerKey = []byte("ledger")      // missing until one claims the store
	stampKey  = []byte("transaction") // the number of the last transaction
	tallyKey  = []byte("tally")       // of all records, so that none is lost unseen
	staleKey  = []byte("stale")       // there when the file is to be compacted
)

// layout counts the ways this file has been laid out.
const layout = 2

const sumBytes = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}

func seal(key, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, sumOf(key, value)), value...)
}

// errSum: a record isn't what was written.
var errSum = errors.New("its sum is another")

// unseal answers a value without its sum; it is only valid during the
// transaction.
func unseal(key, sealed []byte) ([]byte, error) {
	if len(sealed) < sumBytes || sumOf(key, sealed[sumBytes:]) != binary.BigEndian.Uint32(sealed) {
		return nil, errSum
	}
	return sealed[sumBytes:], nil
}

// tally tells whether all records are there: how many there are, and the total
// of their sums.
type tally struct{ count, sum uint64 }

func (t *tally) add(sealed []byte) {
	t.count++
	t.sum += uint64(binary.BigEndian.Uint32(sealed))
}

func (t *tally) take(sealed []byte) {
	t.count--
	t.sum -= uint64(binary.BigEndian.Uint32(sealed))
}

func getTally(tx *bbolt.Tx) (t tally, err error) {
	v, err := getFact(tx, tallyKey)
	if err == nil && len(v) != 16 {
		err = errSum
	}
	if err != nil {
		return t, damagedRecord(tx, tallyKey, err)
	}
	return tally{binary.BigEndian.Uint64(v), binary.BigEndian.Uint64(v[8:])}, nil
}

func putTally(tx *bbolt.Tx, t tally) error {
	return putFact(tx, tallyKey, binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, t.count), t.sum))
}

// putRecord keeps a record in place of the one under the same key; a nil value
// takes it out.
func putRecord(tx *bbolt.Tx, name, key, value []byte) error {
	t, err := getTally(tx)
	if err != nil {
		return err
	}
	bucket := tx.Bucket(name)
	if old := bucket.Get(key); old != nil {
		t.take(old)
	}
	if value == nil {
		return errors.Join(bucket.Delete(key), putTally(tx, t))
	}
	sealed := seal(key, value)
	t.add(sealed)
	return errors.Join(bucket.Put(key, sealed), putTally(tx, t))
}

// recount is the tally of the records that are there.
func recount(tx *bbolt.Tx) (t tally) {
	for _, name := range records {
		bucket := tx.Bucket(name)
		if bucket == nil {
			continue // of a later layout
		}
		cursor := bucket.Cursor()
		for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
			t.add(v)
		}
	}
	return t
}

// shape is what examining a file proves: the sum of every record, and that there
// is nothing else.
func shape(path string) boltfile.Shape {
	damaged := func(what string) error { return &texts.DamagedError{Where: path, What: what} }
	s := boltfile.Shape{
		Buckets: make(map[string]func(boltfile.Element) error),
		Damaged: damaged,
		Foreign: func(what string) error { return &ForeignError{Path: path, What: what} },
	}
	for _, name := range buckets {
		s.Buckets[string(name)] = func(e boltfile.Element) error {
			if e.IsBucket {
				return damaged("a record isn't what was written")
			}
			if _, err := unseal(e.Key, e.Value); err != nil {
				return damaged(fmt.Sprintf("%q isn't what was written", e.Key))
			}
			return nil
		}
	}
	return s
}

// contents is what the file says of the store.
type contents struct {
	layout  int
	secret  [32]byte
	ledger  string
	stale   bool
	persons []domain.Person
}

func newContents() *contents {
	c := new(contents)
	rand.Read(c.secret[:]) // it never fails
	return c
}

// create lays out an empty file.
func (c *contents) create(tx *bbolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	return errors.Join(
		putLayout(tx),
		putFact(tx, secretKey, c.secret[:]),
		c.putLedger(tx),
		putTally(tx, tally{}),
	)
}

func (c *contents) putLedger(tx *bbolt.Tx) error {
	if c.ledger == "" {
		return nil
	}
	return putFact(tx, ledgerKey, []byte(c.ledger))
}

// readContents answers nil for a file in which nothing was ever stored.
func readContents(tx *bbolt.Tx) (*contents, error) {
	path := tx.DB().Path()
	damaged := func(what string, cause error) error {
		return &texts.DamagedError{Where: path, What: what, Err: cause}
	}
	if first, _ := tx.Cursor().First(); first == nil {
		if tx.ID() > 1 { // bbolt creates the file as transactions 0 and 1
			return nil, damaged("its contents are gone", nil)
		}
		return nil, nil
	}
	missing := damaged("a part of it is missing", nil)
	if tx.Bucket(storeBucket) == nil {
		return nil, missing
	}
	v, err := getFact(tx, layoutKey)
	if err != nil || len(v) != 4 || binary.BigEndian.Uint32(v) < 1 {
		return nil, damaged("its layout isn't said", err)
	}
	laidOut := int(binary.BigEndian.Uint32(v))
	if laidOut > layout {
		return nil, &texts.LayoutError{Layout: laidOut, Known: layout}
	}
	for _, name := range records {
		if older := laidOut < 2 && bytes.Equal(name, whoseBucket); (tx.Bucket(name) == nil) != older {
			return nil, missing
		}
	}
	// A header that leads to an older transaction's page, which the newer one
	// was to write over: the disk lost a write that it said was done. (Putting
	// the file to rest takes one transaction more.)
	stamp, err := getFact(tx, stampKey)
	if err != nil || len(stamp) != 8 {
		return nil, damaged("its end isn't said", err)
	}
	if now, last := uint64(tx.ID()), binary.BigEndian.Uint64(stamp); now != last && now != last+1 {
		return nil, damaged(fmt.Sprintf("its header is of transaction %d, its contents are of %d", now, last), nil)
	}
	all, err := getTally(tx)
	if err != nil {
		return nil, err
	}
	if there := recount(tx); there != all {
		return nil, damaged(fmt.Sprintf("its %d records aren't the %d that were written", there.count, all.count), nil)
	}
	secret, err := getFact(tx, secretKey)
	if err != nil || len(secret) != 32 {
		return nil, damaged("its key isn't what was written", err)
	}
	owner, err := getFact(tx, ledgerKey)
	if err != nil {
		return nil, damaged("the ledger that it belongs to isn't said", err)
	}
	c := &contents{layout: laidOut, secret: [32]byte(secret), ledger: string(owner), stale: tx.Bucket(storeBucket).Get(staleKey) != nil}
	cursor := tx.Bucket(personsBucket).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		var p domain.Person
		if err := decode(tx, k, v, &p); err != nil {
			return nil, err
		}
		c.persons = append(c.persons, p)
	}
	return c, nil
}

// getFact is one thing that the store says of itself; nil when it doesn't.
func getFact(tx *bbolt.Tx, key []byte) ([]byte, error) {
	v := tx.Bucket(storeBucket).Get(key)
	if v == nil {
		return nil, nil
	}
	return unseal(key, v)
}

func putFact(tx *bbolt.Tx, key, value []byte) error {
	return tx.Bucket(storeBucket).Put(key, seal(key, value))
}

func putLayout(tx *bbolt.Tx) error {
	return putFact(tx, layoutKey, binary.BigEndian.AppendUint32(nil, layout))
}

func putStamp(tx *bbolt.Tx) error {
	return putFact(tx, stampKey, binary.BigEndian.AppendUint64(nil, uint64(tx.ID())))
}

// A text's time stands before it, so that a sweep decodes no more than that.
const timeBytes = 8

func putText(tx *bbolt.Tx, t domain.Text) error {
	encoded, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", t.ID, err)
	}
	key := []byte(t.ID)
	value := binary.BigEndian.AppendUint64(nil, uint64(t.WrittenAt.UnixMilli()))
	err = putRecord(tx, textsBucket, key, append(value, encoded...))
	for _, lead := range leads(t) {
		err = errors.Join(err, putRecord(tx, whoseBucket, lead, []byte{}))
	}
	return err
}

// dropText takes a text out, with what leads to it; false when there is none.
func dropText(tx *bbolt.Tx, id domain.TextID) (bool, error) {
	t, ok, err := getText(tx, id)
	if !ok {
		return false, err
	}
	err = putRecord(tx, textsBucket, []byte(id), nil)
	for _, lead := range leads(t) {
		err = errors.Join(err, putRecord(tx, whoseBucket, lead, nil))
	}
	return true, err
}

// getText finds a text; false when there is none.
func getText(tx *bbolt.Tx, id domain.TextID) (t domain.Text, ok bool, err error) {
	if id == "" {
		return t, false, nil
	}
	sealed := tx.Bucket(textsBucket).Get([]byte(id))
	if sealed == nil {
		return t, false, nil
	}
	t, err = readText(tx, []byte(id), sealed)
	return t, err == nil, err
}

func readText(tx *bbolt.Tx, key, sealed []byte) (t domain.Text, err error) {
	value, err := unseal(key, sealed)
	if err == nil && len(value) < timeBytes {
		err = errSum
	}
	if err == nil {
		err = json.Unmarshal(value[timeBytes:], &t)
	}
	if err != nil {
		return t, damagedRecord(tx, key, err)
	}
	return t, nil
}

// writtenAt is a text's time.
func writtenAt(tx *bbolt.Tx, key, sealed []byte) (time.Time, error) {
	value, err := unseal(key, sealed)
	if err != nil || len(value) < timeBytes {
		return time.Time{}, damagedRecord(tx, key, errSum)
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(value))), nil
}

// A text is found by whom it is about and by who wrote it, a person or, where that
// isn't known, an account: a key is who, and then the text's id. Who is hashed, since
// an account may be longer than a key.
const whoBytes = 16

func byPerson(id domain.PersonID) []byte { return hashed("person", string(id)) }

func byAccount(account string) []byte { return hashed("account", account) }

func hashed(kind, name string) []byte {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	return sum[:whoBytes]
}

// leads are the keys under which a text is found.
func leads(t domain.Text) (keys [][]byte) {
	lead := func(who []byte) { keys = append(keys, append(who, t.ID...)) }
	if t.Person != nil {
		lead(byPerson(*t.Person))
	}
	switch {
	case t.Writer == nil && t.Author != "":
		lead(byAccount(t.Author))
	case t.Writer != nil && (t.Person == nil || *t.Person != *t.Writer):
		lead(byPerson(*t.Writer))
	}
	return keys
}

// eachTextOf visits the texts that a person wrote, as themself or by an account, and
// those about them, each once, in no order. It stops with the context.
func eachTextOf(ctx context.Context, tx *bbolt.Tx, id domain.PersonID, account string, visit func(domain.Text)) error {
	who := [][]byte{byPerson(id)}
	if account != "" {
		who = append(who, byAccount(account))
	}
	seen := make(map[domain.TextID]bool)
	cursor := tx.Bucket(whoseBucket).Cursor()
	for _, who := range who {
		for k, _ := cursor.Seek(who); bytes.HasPrefix(k, who); k, _ = cursor.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			t, ok, err := getText(tx, domain.TextID(k[whoBytes:]))
			switch {
			case err != nil:
				return err
			case !ok:
				return damagedRecord(tx, k[whoBytes:], errSum)
			case !seen[t.ID] && texts.Concerns(t, id, account):
				seen[t.ID] = true
				visit(t)
			}
		}
	}
	return nil
}

// raise brings an older file to this layout: what leads to texts is made of them.
func raise(tx *bbolt.Tx) error {
	bucket, err := tx.CreateBucket(whoseBucket)
	if err != nil {
		return err
	}
	var keys [][]byte
	cursor := tx.Bucket(textsBucket).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		t, err := readText(tx, k, v)
		if err != nil {
			return err
		}
		keys = append(keys, leads(t)...)
	}
	slices.SortFunc(keys, bytes.Compare) // bbolt is quickest in order
	all, err := getTally(tx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		sealed := seal(key, nil)
		all.add(sealed)
		if err := bucket.Put(key, sealed); err != nil {
			return err
		}
	}
	return errors.Join(putTally(tx, all), putLayout(tx))
}

func putPerson(tx *bbolt.Tx, p domain.Person) error {
	encoded, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", p.ID, err)
	}
	return putRecord(tx, personsBucket, []byte(p.ID), encoded)
}

func decode(tx *bbolt.Tx, key, sealed []byte, into any) error {
	value, err := unseal(key, sealed)
	if err == nil {
		err = json.Unmarshal(value, into)
	}
	if err != nil {
		return damagedRecord(tx, key, err)
	}
	return nil
}

// damagedRecord names a record by its id, which is nobody's secret. What the
// decoder says could quote what was written, and isn't passed on.
func damagedRecord(tx *bbolt.Tx, key []byte, cause error) error {
	if !errors.Is(cause, errSum) {
		cause = nil
	}
	return &texts.DamagedError{Where: tx.DB().Path(), What: fmt.Sprintf("%q isn't what was written", bytes.Clone(key)), Err: cause}
}

func isErased(tx *bbolt.Tx, id domain.ID) bool { return tx.Bucket(erasedBucket).Get([]byte(id)) != nil }

func putErased(tx *bbolt.Tx, id domain.ID) error {
	return putRecord(tx, erasedBucket, []byte(id), []byte{})
}
