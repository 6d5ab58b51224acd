package ledger_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

func encode(t testing.TB, c ledger.Commit) []byte {
	t.Helper()
	encoded, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// The stored form is the format: this test changes only with CurrentFormat.
func TestStoredForm(t *testing.T) {
	doc, err := ledger.Marshal(bson.D{{Key: "_id", Value: "spc_1"}, {Key: "v", Value: int32(2)}})
	if err != nil {
		t.Fatal(err)
	}
	c := ledger.Commit{
		Number: 7,
		Format: 1,
		ID:     ledger.CommitID{1, 2, 3},
		Time:   time.UnixMilli(1_750_000_000_000),
		Actor:  "act_1",
		Action: "space.publish",
		Prev:   ledger.HashOf([]byte("before")),
		Changes: []ledger.Change{
			{Kind: "space", ID: "spc_1", Doc: doc},
			{Kind: "site", ID: "sit_1"},
		},
	}
	const want = `{"_id": {"$numberLong":"7"},"format": {"$numberInt":"1"},` +
		`"commit": {"$binary":{"base64":"AQIDAAAAAAAAAAAAAAAAAA==","subType":"00"}},` +
		`"time": {"$date":{"$numberLong":"1750000000000"}},"actor": "act_1","action": "space.publish",` +
		`"prev": {"$binary":{"base64":"bbfYA+dPH/p9j1rcC/lbPhW/TINz//rfVGInzGxnQss=","subType":"00"}},` +
		`"changes": [{"kind": "space","id": "spc_1","doc": {"_id": "spc_1","v": {"$numberInt":"2"}}},` +
		`{"kind": "site","id": "sit_1"}]}`
	encoded := encode(t, c)
	if got := bson.Raw(encoded).String(); got != want {
		t.Errorf("stored as\n%s, want\n%s", got, want)
	}
}

func TestDecode(t *testing.T) {
	c := ledgertest.Commits(t, ledger.Genesis("ldg_test"), 3)[2]
	c.Time = c.Time.Add(999 * time.Microsecond).In(time.FixedZone("", 3600))
	encoded := encode(t, c)
	back, err := ledger.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	c.Time = c.Time.UTC().Truncate(time.Millisecond)
	if !reflect.DeepEqual(back, c) {
		t.Errorf("decoded as\n%+v, was\n%+v", back, c)
	}
	if again := encode(t, back); !bytes.Equal(again, encoded) {
		t.Error("encoded again it is other bytes")
	}
	if h, err := ledger.HeadAt(encoded); err != nil || h != (ledger.Head{Number: 3, Hash: ledger.HashOf(encoded), Format: 1}) {
		t.Errorf("HeadAt: %v, %v", h, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := encode(t, ledgertest.Commits(t, ledger.Genesis("ldg_test"), 1)[0])
	for n := range whole {
		if _, err := ledger.Decode(whole[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are read as a commit", n, len(whole))
		}
	}
	change := func(key string, value any) []byte {
		var d bson.D
		if err := bson.Unmarshal(whole, &d); err != nil {
			t.Fatal(err)
		}
		for i := range d {
			if d[i].Key == key {
				d[i].Value = value
			}
		}
		b, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var d bson.D
	if err := bson.Unmarshal(whole, &d); err != nil {
		t.Fatal(err)
	}
	more, _ := bson.Marshal(append(d, bson.E{Key: "more", Value: 1}))
	d[2], d[3] = d[3], d[2]
	swapped, _ := bson.Marshal(d)
	for name, encoded := range map[string][]byte{
		"nothing":            nil,
		"an empty document":  {5, 0, 0, 0, 0},
		"number 0":           change("_id", int64(0)),
		"a negative number":  change("_id", int64(-1)),
		"a number in words":  change("_id", "one"),
		"format 0":           change("format", int32(0)),
		"a short id":         change("commit", bson.Binary{Data: []byte{1}}),
		"a long id":          change("commit", bson.Binary{Data: make([]byte, 17)}),
		"a short hash":       change("prev", bson.Binary{Data: make([]byte, 31)}),
		"a long hash":        change("prev", bson.Binary{Data: make([]byte, 33)}),
		"no action":          change("action", ""),
		"changes of no kind": change("changes", bson.A{bson.D{{Key: "id", Value: "x"}}}),
		"changes in words":   change("changes", "many"),
		"something behind":   append(bytes.Clone(whole), 0),
		"something more":     more,
		"another order":      swapped,
	} {
		if c, err := ledger.Decode(encoded); err == nil {
			t.Errorf("%s is read as %+v", name, c)
		}
	}
	// A newer format is said to be that, whatever else has changed with it.
	var newer *ledger.FormatError
	encoded, err := bson.Marshal(bson.D{{Key: "_id", Value: int64(1)}, {Key: "format", Value: int32(3)}, {Key: "other", Value: 7}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Decode(encoded); !errors.As(err, &newer) || newer.Format != 3 {
		t.Errorf("a commit of format 3: %v", err)
	}
}

func TestFollows(t *testing.T) {
	head := ledger.Head{Number: 4, Hash: ledger.HashOf([]byte("4")), Format: 2}
	for _, test := range []struct {
		name   string
		commit ledger.Commit
		want   error
	}{
		{"next", ledger.Commit{Number: 5, Prev: head.Hash, Format: 2}, nil},
		{"a format raised", ledger.Commit{Number: 5, Prev: head.Hash, Format: 3}, nil},
		{"a format that falls", ledger.Commit{Number: 5, Prev: head.Hash, Format: 1}, new(ledger.ChainError)},
		{"another hash", ledger.Commit{Number: 5, Format: 2}, new(ledger.ChainError)},
		{"a hole", ledger.Commit{Number: 6, Prev: head.Hash, Format: 2}, new(ledger.GapError)},
		{"the same number", ledger.Commit{Number: 4, Prev: head.Hash, Format: 2}, new(ledger.GapError)},
	} {
		if err := test.commit.Follows(head); reflect.TypeOf(err) != reflect.TypeOf(test.want) {
			t.Errorf("%s: %v, want a %T", test.name, err, test.want)
		}
	}
}

// Whatever is read as a commit is written as the same bytes.
func FuzzDecode(f *testing.F) {
	for _, c := range ledgertest.Commits(f, ledger.Genesis("ldg_test"), 3) {
		f.Add(encode(f, c))
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		c, err := ledger.Decode(encoded)
		if err != nil {
			return
		}
		again, err := c.Encode()
		for _, ch := range c.Changes {
			if ch.Doc != nil && bson.Raw(ch.Doc).Validate() != nil {
				if err == nil {
					t.Fatalf("%s isn't BSON, and is written", ch.ID)
				}
				return
			}
		}
		if err != nil || !bytes.Equal(again, encoded) {
			t.Fatalf("%+v is written as %x (%v)", c, again, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	encoded := encode(b, ledgertest.Commits(b, ledger.Genesis("ldg_test"), 1)[0])
	b.SetBytes(int64(len(encoded)))
	for b.Loop() {
		if _, err := ledger.Decode(encoded); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	c := ledgertest.Commits(b, ledger.Genesis("ldg_test"), 1)[0]
	for b.Loop() {
		if _, err := c.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}
