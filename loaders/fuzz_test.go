package loaders

import (
	"strings"
	"testing"
)

// FuzzCursor: nothing but what was sealed opens, and it opens as what it was.
func FuzzCursor(f *testing.F) {
	seal, err := newSealer([32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	other, err := newSealer([32]byte{2})
	if err != nil {
		f.Fatal(err)
	}
	sealed := seal.seal(cursor{Ledger: "ldg_1", Commit: 7, Scope: "scope", Key: sortKey{Numbers: []int64{-1}, Text: "Rennes", IDs: []string{"spc_1"}}})
	f.Add(sealed, "Rennes", int64(4))
	f.Add(sealed[:len(sealed)-1]+"A", "", int64(-1))
	f.Add(other.seal(cursor{Ledger: "ldg_1"}), "\xff\x00", int64(0))
	f.Add("", "é", int64(1)<<62)
	f.Fuzz(func(t *testing.T, text, key string, number int64) {
		key = strings.ToValidUTF8(key, "?") // as all that is kept
		if c, ok := seal.open(text); ok && seal.seal(c) != text {
			t.Errorf("%q opens as %+v, and was never sealed", text, c)
		}
		made := seal.seal(cursor{Scope: key, Key: sortKey{Numbers: []int64{number}, Text: key, IDs: []string{key}}})
		if c, ok := seal.open(made); len(made) <= mostCursor && (!ok || c.Key.Numbers[0] != number || seal.seal(c) != made) {
			t.Errorf("%q, %d: %+v, %v", key, number, c, ok)
		}
		if _, ok := other.open(made); ok {
			t.Error("another hub's cursor opens")
		}
	})
}
