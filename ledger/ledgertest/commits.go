package ledgertest

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// Commits makes n commits that may be appended after a head: each with an id
// of its own and one or two documents. For tests of any package.
func Commits(t testing.TB, after ledger.Head, n int) []ledger.Commit {
	t.Helper()
	run := make([]ledger.Commit, n)
	for i := range run {
		number := after.Number + 1 + uint64(i)
		c := ledger.Commit{
			Number: number,
			Time:   time.UnixMilli(1_750_000_000_000 + int64(number)).UTC(),
			Actor:  "act_test",
			Action: "space.register",
		}
		rand.Read(c.ID[:])
		for k := range 1 + number%2 {
			id := domain.ID(fmt.Sprintf("spc_%d_%d", number, k))
			doc, err := ledger.Marshal(bson.D{{Key: "id", Value: id}, {Key: "label", Value: "Local n° 3"}, {Key: "surface", Value: 42.5}})
			if err != nil {
				t.Fatal(err)
			}
			c.Changes = append(c.Changes, ledger.Change{Kind: domain.KindSpace, ID: id, Doc: doc})
		}
		run[i] = c
	}
	return chain(t, after, run)
}

// chain gives each commit the hash and format that follow the one before.
func chain(t testing.TB, after ledger.Head, run []ledger.Commit) []ledger.Commit {
	t.Helper()
	for i := range run {
		run[i].Prev, run[i].Format = after.Hash, after.Format
		after = headAt(t, run[i])
	}
	return run
}

func headAt(t testing.TB, c ledger.Commit) ledger.Head {
	t.Helper()
	encoded, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Head{Number: c.Number, Hash: ledger.HashOf(encoded), Format: c.Format}
}

// everyType is a document of the BSON types that documents may hold.
func everyType(t testing.TB) []byte {
	t.Helper()
	doc, err := ledger.Marshal(bson.D{
		{Key: "string", Value: "Résidence « Les Tilleuls » 🌿\x00"},
		{Key: "empty", Value: ""},
		{Key: "int32", Value: int32(-7)},
		{Key: "int64", Value: int64(1) << 60},
		{Key: "double", Value: 0.1},
		{Key: "whole", Value: 3.0},
		{Key: "true", Value: true},
		{Key: "null", Value: nil},
		{Key: "none", Value: bson.A{}},
		{Key: "list", Value: bson.A{int32(1), "deux", bson.D{}}},
		{Key: "time", Value: time.UnixMilli(-1).UTC()},
		{Key: "bytes", Value: []byte{0, 1, 255}},
		{Key: "nested", Value: bson.D{{Key: "z", Value: int32(1)}, {Key: "a", Value: int32(2)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// sized makes a commit that takes so many bytes when encoded.
func sized(t testing.TB, after ledger.Head, bytes int) ledger.Commit {
	t.Helper()
	c := Commits(t, after, 1)[0]
	c.Changes = c.Changes[:1]
	fill := func(n int) []byte {
		doc, err := ledger.Marshal(bson.D{{Key: "fill", Value: make([]byte, n)}})
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	c.Changes[0].Doc = fill(0)
	encoded, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	c.Changes[0].Doc = fill(bytes - len(encoded))
	return c
}
