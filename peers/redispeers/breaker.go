package redispeers

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/palier-hub/palier/peers"
)

// breaker is a circuit breaker: it opens with the first failure, since the next use
// would wait as long, and closes when probes succeed. No request is a probe.
type breaker struct {
	clock  func() time.Time
	logger *slog.Logger
	open   atomic.Bool

	mu    sync.Mutex
	since time.Time
	why   error
	turns uint64
	// good counts the probes that have succeeded since it opened.
	good int
}

// enough is how many probes in a row close it: one may pass by chance.
const enough = 2

func (b *breaker) isOpen() bool { return b.open.Load() }

func (b *breaker) failed(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.why, b.good = err, 0
	if b.open.Load() {
		return
	}
	b.open.Store(true)
	b.since = b.clock()
	b.turns++
	b.logger.Warn("Redis is away: limits and persisted queries are this hub's own until it is back", "error", err)
}

// answered notes a probe that has succeeded.
func (b *breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open.Load() {
		return
	}
	if b.good++; b.good < enough {
		return
	}
	b.logger.Info("Redis is back", "away", b.clock().Sub(b.since).Round(time.Millisecond))
	b.open.Store(false)
	b.since, b.why = time.Time{}, nil
	b.turns++
}

// status tells since when it is open and why, and how often it has opened or closed.
func (b *breaker) status() (since time.Time, turns uint64, why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.since, b.turns, b.why
}

// keepProbing finds out that Redis is away before a request does, and when it is
// back.
func (p *Peers) keepProbing() {
	every := time.NewTicker(probing)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.probe()
		case <-p.ending.Done():
			return
		}
	}
}

// probed is a document that nobody asks for, and the name of a bucket.
const probed = "probe"

// probe does what requests do: a Redis that answers, and lets us write no more, is
// away too.
func (p *Peers) probe() {
	ctx, cancel := context.WithTimeout(p.ending, within)
	defer cancel()
	_, _, _, err := p.pour(ctx, p.names.bucket(probed), 1, time.Second)
	if err == nil {
		err = p.client.Set(ctx, p.names.document(peers.HashOf(probed)), probed, documentTTL).Err()
	}
	if err == nil {
		_, err = p.document(ctx, peers.HashOf(probed))
	}
	switch {
	case p.ending.Err() != nil:
	case err != nil:
		p.breaker.failed(err)
	default:
		p.breaker.answered()
	}
}
