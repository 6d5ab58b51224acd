package httpapi

import "sync"

// holdings are what clients hold of something of which there is so much.
type holdings struct {
	most int64

	mu   sync.Mutex
	held int64
	// by whom it is held.
	by map[string]int64
}

func newHoldings(most int64) *holdings { return &holdings{most: most, by: make(map[string]int64)} }

// take takes n for a client, who may hold so much in all; false when there isn't as
// much. What is taken is to be given back.
func (h *holdings) take(client string, n, share int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held+n > h.most || h.by[client]+n > share {
		return false
	}
	h.held += n
	h.by[client] += n
	return true
}

func (h *holdings) give(client string, n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held -= n
	if h.by[client] -= n; h.by[client] == 0 {
		delete(h.by, client)
	}
}

func (h *holdings) all() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held
}
