package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"
)

// raised is a ledger whose formats this program needn't know.
type raised struct {
	Ledger  // nothing else is called
	commits []Commit
	format  int
	// next are what the next Appends do: "taken" by another, "landed" or "lost" with
	// nobody knowing.
	next []string
}

func (r *raised) Head(context.Context) (Head, error) {
	h := Head{Number: uint64(len(r.commits)), Format: r.format}
	if h.Number > 0 {
		last := r.commits[h.Number-1]
		h.Format, h.Hash = last.Format, HashOf(last.ID[:])
	}
	return h, nil
}

func (r *raised) Read(_ context.Context, after uint64) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		for _, c := range r.commits[after:] {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (r *raised) Append(ctx context.Context, run []Commit) (int, error) {
	c := run[0]
	what := ""
	if len(r.next) > 0 {
		what, r.next = r.next[0], r.next[1:]
	}
	head, _ := r.Head(ctx)
	switch {
	case what == "lost":
		return 0, fmt.Errorf("%w: a test", ErrOutcomeUnknown)
	case what == "away":
		return 0, fmt.Errorf("%w: a test", ErrUnavailable)
	case what == "taken":
		other := c
		other.ID, other.Format, other.Time = CommitID{byte(c.Number)}, head.Format, c.Time.Add(time.Hour)
		r.commits = append(r.commits, other)
		return 0, &TakenError{Number: c.Number, By: other.ID}
	case c.Number <= head.Number && r.commits[c.Number-1].ID == c.ID:
		return 1, nil
	}
	if err := c.Follows(head); err != nil {
		return 0, err
	}
	r.commits = append(r.commits, c)
	if what == "landed" {
		return 0, fmt.Errorf("%w: a test", ErrOutcomeUnknown)
	}
	return 1, nil
}

func TestRaise(t *testing.T) {
	now := time.UnixMilli(1_750_000_000_000).UTC()
	raiseTo := func(r *raised, format int) (Head, error) {
		return raise(t.Context(), r, format, func() time.Time { return now }, bytes.NewReader(bytes.Repeat([]byte{7}, 16)))
	}
	for name, c := range map[string]struct {
		next    []string
		commits int
	}{
		"at once":                 {nil, 1},
		"others write meanwhile":  {[]string{"taken", "taken"}, 3},
		"it isn't known":          {[]string{"lost", "landed", "lost"}, 1},
		"it isn't known, then no": {[]string{"lost", "taken", "landed"}, 2},
	} {
		r := &raised{format: 1, next: slices.Clone(c.next)}
		head, err := raiseTo(r, 2)
		if err != nil || head.Format != 2 || len(r.commits) != c.commits || head.Number != uint64(c.commits) {
			t.Errorf("%s: %+v, %v; %d commits", name, head, err, len(r.commits))
			continue
		}
		last := r.commits[c.commits-1]
		if last.Action != RaiseAction || last.Actor != "" || len(last.Changes) > 0 || c.commits == 1 && !last.Time.Equal(now) {
			t.Errorf("%s: %+v", name, last)
		}
		if c.commits > 1 && last.Time.Before(r.commits[c.commits-2].Time) {
			t.Errorf("%s: the time runs backwards", name)
		}
		if again, err := raiseTo(r, 2); err != nil || again != head {
			t.Errorf("%s: again %+v, %v", name, again, err)
		}
		_, err = raiseTo(r, 1)
		if fall, ok := errors.AsType[*FallError](err); !ok || fall.Format != 2 || len(r.commits) != c.commits {
			t.Errorf("%s: lowered with %v", name, err)
		}
	}
	r := &raised{format: 1, next: []string{"away"}}
	if _, err := raiseTo(r, 2); !errors.Is(err, ErrUnavailable) || len(r.commits) > 0 {
		t.Errorf("away: %v", err)
	}
	r = &raised{format: 1, next: slices.Repeat([]string{"taken"}, 2*mostRaises)}
	if _, err := raiseTo(r, 2); err == nil || len(r.commits) != mostRaises {
		t.Errorf("taken for ever: %v after %d commits", err, len(r.commits))
	}
	_, err := Raise(t.Context(), r, CurrentFormat+1, time.Now, bytes.NewReader(nil))
	if newer, ok := errors.AsType[*FormatError](err); !ok || newer.Format != CurrentFormat+1 {
		t.Errorf("to what isn't known: %v", err)
	}
}
