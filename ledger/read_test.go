package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

// chunked yields encoded commits in chunks of n, as an adapter would.
func chunked(encoded [][]byte, n int) func(context.Context) iter.Seq2[[][]byte, error] {
	return func(context.Context) iter.Seq2[[][]byte, error] {
		return func(yield func([][]byte, error) bool) {
			for chunk := range slices.Chunk(encoded, n) {
				if !yield(chunk, nil) {
					return
				}
			}
		}
	}
}

// numbers collects what a sequence yields before its error.
func numbers(commits iter.Seq2[ledger.Commit, error]) (all []uint64, err error) {
	for c, e := range commits {
		if e != nil {
			err = e
			continue // nothing comes after an error: the tests would see it
		}
		all = append(all, c.Number)
	}
	return all, err
}

func upTo(n uint64) (all []uint64) {
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func TestFollow(t *testing.T) {
	genesis := ledger.Genesis("ldg_test")
	whole := make([][]byte, 50)
	for i, c := range ledgertest.Commits(t, genesis, len(whole)) {
		whole[i] = encode(t, c)
	}
	another := encode(t, ledgertest.Commits(t, ledger.Genesis("ldg_other"), 1)[0])
	spoiled := slices.Clone(whole[20])
	spoiled[len(spoiled)-10] ^= 1 // in a document, so it decodes
	with := func(at int, encoded []byte) [][]byte {
		out := slices.Clone(whole)
		out[at] = encoded
		return out
	}
	for _, test := range []struct {
		name    string
		encoded [][]byte
		want    uint64
		damaged bool
	}{
		{"whole", whole, 50, false},
		{"nothing", nil, 0, false},
		{"a hole", slices.Delete(slices.Clone(whole), 20, 21), 20, false},
		{"a hole at the start", whole[1:], 0, false},
		{"a commit twice", slices.Insert(slices.Clone(whole), 20, whole[19]), 19, true}, // which of the two isn't right?
		{"another ledger's", with(0, another), 0, true},
		{"one bit changed", with(20, spoiled), 20, true},
		{"no commit", with(20, []byte("nonsense")), 20, true},
	} {
		for _, size := range []int{1, 7, 100} {
			t.Run(fmt.Sprint(test.name, " by ", size), func(t *testing.T) {
				got, err := numbers(ledger.Follow(t.Context(), genesis, chunked(test.encoded, size)))
				if size == 1 || !test.damaged {
					if !slices.Equal(got, upTo(test.want)) {
						t.Errorf("yields %v, want up to %d", got, test.want)
					}
				} else if !slices.Equal(got, upTo(uint64(len(got)))) || len(got) > int(test.want) {
					// A chunk that can't be decoded is left out whole.
					t.Errorf("yields %v, want at most up to %d", got, test.want)
				}
				if _, damaged := errors.AsType[*ledger.DamagedError](err); damaged != test.damaged || (err != nil) != test.damaged {
					t.Errorf("ends with %v", err)
				}
			})
		}
	}
}

// A consumer that stops, a context that ends and an error anywhere leave no
// goroutine behind: what they do is over when the loop is, and synctest fails
// when one is still there.
func TestFollowLeavesNothingBehind(t *testing.T) {
	genesis := ledger.Genesis("ldg_test")
	var whole [][]byte
	for _, c := range ledgertest.Commits(t, genesis, 40) {
		whole = append(whole, encode(t, c))
	}
	ended := false
	endless := func(ctx context.Context) iter.Seq2[[][]byte, error] {
		return func(yield func([][]byte, error) bool) {
			ended = false
			defer func() { ended = true }()
			for _, encoded := range whole {
				if !yield([][]byte{encoded}, nil) {
					return
				}
			}
			<-ctx.Done() // a database that doesn't answer
		}
	}
	broken := errors.New("broken")
	failing := func(context.Context) iter.Seq2[[][]byte, error] {
		return func(yield func([][]byte, error) bool) {
			_ = yield(whole[:10], nil) && yield(nil, broken)
		}
	}
	for stop := range len(whole) - 1 { // the last one is held back, for the next to vouch for it
		synctest.Test(t, func(t *testing.T) {
			n := 0
			for range ledger.Follow(t.Context(), genesis, endless) {
				if n++; n > stop {
					break
				}
			}
			if !ended {
				t.Error("the loop is over, and the source still reads")
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		got, err := numbers(ledger.Follow(ctx, genesis, endless))
		if len(got) != len(whole) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("yields %d and ends with %v", len(got), err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		got, err := numbers(ledger.Follow(t.Context(), genesis, failing))
		if len(got) != 10 || !errors.Is(err, broken) {
			t.Errorf("yields %d and ends with %v", len(got), err)
		}
	})
}

// history is a Ledger that can only be read.
type history struct {
	ledger.Ledger
	commits []ledger.Commit
}

func (h history) Read(_ context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		for _, c := range h.commits[after:] {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestReplay(t *testing.T) {
	h := history{commits: ledgertest.Commits(t, ledger.Genesis("ldg_test"), 900)}
	wrong := errors.New("wrong")
	for _, test := range []struct {
		name  string
		after uint64
		fail  uint64
		want  []uint64
	}{
		{"all", 0, 0, upTo(900)},
		{"the rest", 150, 0, upTo(900)[150:]},
		{"up to an error", 10, 777, upTo(776)[10:]},
	} {
		var got []uint64
		var end error
		// In the ledger's order, however long each takes.
		build := func(_ *ledger.Sharing, c ledger.Commit) (uint64, error) {
			for range c.Number % 7 * 10_000 {
			}
			if c.Number == test.fail {
				return 0, wrong
			}
			return c.Number, nil
		}
		for n, err := range ledger.Replay(t.Context(), h, test.after, build) {
			if end = err; err == nil {
				got = append(got, n)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: builds %v", test.name, got)
		}
		if errors.Is(end, wrong) != (test.fail > 0) {
			t.Errorf("%s: ends with %v", test.name, end)
		}
	}
}
