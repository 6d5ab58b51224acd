package redispeers

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// A hub tells the others of the commits that it has appended, by a message with the
// newest number. A message that is lost costs nothing but time: hubs look for
// commits now and then all the same.

// wakes are the messages.
type wakes struct {
	// newest is the commit to tell of, due tells that there is one.
	newest  atomic.Uint64
	due     chan struct{}
	hearing atomic.Bool
}

func newWakes() wakes { return wakes{due: make(chan struct{}, 1)} }

// Tell tells other hubs that a commit is in the ledger. It returns at once; of
// several that wait to be told, the newest is.
func (p *Peers) Tell(commit uint64) {
	for {
		newest := p.wakes.newest.Load()
		if newest >= commit {
			return
		}
		if p.wakes.newest.CompareAndSwap(newest, commit) {
			break
		}
	}
	select {
	case p.wakes.due <- struct{}{}:
	default: // whoever takes it takes the newest
	}
}

// keepTelling sends the messages, one at a time.
func (p *Peers) keepTelling() {
	for told := uint64(0); ; {
		select {
		case <-p.wakes.due:
		case <-p.ending.Done():
			return
		}
		commit := p.wakes.newest.Load()
		if commit == told {
			continue // it went with the one before
		}
		if told = commit; p.breaker.isOpen() {
			p.counts.untold.Add(1)
			continue
		}
		ctx, cancel := context.WithTimeout(p.ending, within)
		err := p.client.Publish(ctx, p.names.commits(), commit).Err()
		cancel()
		if err != nil { // the probe finds out why
			p.counts.untold.Add(1)
			continue
		}
		p.counts.told.Add(1)
	}
}

const (
	// quiet is how long a subscription may be silent before it is asked for a sign
	// of life, and then until it is taken for dead.
	quiet = time.Second
	// resubscribing is the pause between two tries to subscribe.
	resubscribing = 250 * time.Millisecond
)

// Hear calls back, in one goroutine, with each commit that a hub tells of, this hub
// included, until Close. It returns at once.
func (p *Peers) Hear(heard func(commit uint64)) {
	p.work.Go(func() {
		for p.ending.Err() == nil {
			p.listen(heard)
			p.wakes.hearing.Store(false)
			select {
			case <-time.After(resubscribing):
			case <-p.ending.Done():
			}
		}
	})
}

// listen subscribes, and hears until the subscription fails.
func (p *Peers) listen(heard func(commit uint64)) {
	subscription := p.client.Subscribe(p.ending)
	defer subscription.Close()
	// A read isn't ended by its context.
	defer context.AfterFunc(p.ending, func() { subscription.Close() })()
	ctx, cancel := context.WithTimeout(p.ending, quiet)
	err := subscription.Subscribe(ctx, p.names.commits())
	cancel()
	for asked := false; err == nil; {
		var message any
		message, err = subscription.ReceiveTimeout(p.ending, quiet)
		var silent net.Error
		switch {
		case errors.As(err, &silent) && silent.Timeout() && !asked:
			asked = true
			err = p.askLife(subscription)
			continue
		case err != nil:
			return
		}
		asked = false
		switch m := message.(type) {
		case *redis.Subscription:
			p.wakes.hearing.Store(true)
		case *redis.Message:
			if commit, wrong := strconv.ParseUint(m.Payload, 10, 63); wrong == nil {
				p.counts.heard.Add(1)
				heard(commit)
			}
		}
	}
}

func (p *Peers) askLife(subscription *redis.PubSub) error {
	ctx, cancel := context.WithTimeout(p.ending, within)
	defer cancel()
	return subscription.Ping(ctx)
}
