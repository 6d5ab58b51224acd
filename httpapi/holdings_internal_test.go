package httpapi

import "testing"

func TestHoldings(t *testing.T) {
	h := newHoldings(10)
	for i, step := range []struct {
		client   string
		n, share int64
		taken    bool
	}{
		{"a", 4, 5, true}, {"a", 2, 5, false}, {"a", 1, 5, true}, {"b", 5, 5, true}, {"c", 1, 5, false}, {"b", 1, 50, false},
	} {
		if got := h.take(step.client, step.n, step.share); got != step.taken {
			t.Errorf("step %d: %v", i, got)
		}
	}
	h.give("a", 4)
	h.give("a", 1)
	if !h.take("c", 5, 5) || h.all() != 10 {
		t.Errorf("%d are held", h.all())
	}
	h.give("b", 5)
	h.give("c", 5)
	if h.all() != 0 || len(h.by) != 0 {
		t.Errorf("%d are held, by %v", h.all(), h.by)
	}
}
