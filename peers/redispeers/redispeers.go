// Package redispeers shares by Redis what hubs share beside their ledger, and tells
// them of each other's commits. Redis is never needed: whatever it doesn't answer
// in time is answered by the hub alone, and a Redis that has failed isn't asked
// again, except by a probe, until it is back.
package redispeers

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/palier-hub/palier/peers"
	"github.com/palier-hub/palier/telemetry"
)

const (
	// within is the time of one use of Redis, from the pool of connections to the
	// answer: what a request waits for at most, once, when Redis freezes.
	within = 50 * time.Millisecond
	// dialing is the time of a connection; it goes on when the use has ended.
	dialing = 100 * time.Millisecond
	// probing is the pause between two probes: a Redis that fails is noticed, and
	// one that is back is used, within a second, without traffic too.
	probing = 250 * time.Millisecond
	// documentTTL is how long a document is kept. Clients send it again then.
	documentTTL = 24 * time.Hour
)

// Config is what Peers are made of; all of it is required.
type Config struct {
	// URL of Redis: see Open.
	URL string
	// Ledger is the id of the hubs' ledger: those of one ledger share, and others
	// may use the same Redis.
	Ledger string
	// Clock tells the time to any goroutine.
	Clock  func() time.Time
	Logger *slog.Logger
	// Recorder is told of uses; nil for nobody.
	Recorder *telemetry.Recorder
}

// Peers are peers.Peers by Redis.
type Peers struct {
	client redis.UniversalClient
	local  *peers.Local
	// recorder is told of uses.
	recorder *telemetry.Recorder
	names    names
	breaker  breaker
	counts   counts
	wakes    wakes

	// ending ends with Close; work is what ends then.
	ending context.Context
	end    context.CancelFunc
	work   sync.WaitGroup
}

var _ peers.Peers = (*Peers)(nil)

// names are those of keys and channels. What is in braces decides the node of a
// cluster, so all that concerns one client or document is on one.
type names struct{ prefix string }

func (n names) bucket(key string) string {
	return n.prefix + "bucket:{" + peers.HashOf(key).String() + "}"
}
func (n names) document(h peers.Hash) string { return n.prefix + "document:{" + h.String() + "}" }
func (n names) commits() string              { return n.prefix + "commits" }

// Open connects to Redis, and answers whether it can be reached or not: Status
// tells. The URL is redis://[user:password@]host:port/database (rediss:// by TLS,
// unix:// by a socket); with the parameter master_name it is of Sentinels, and with
// the parameter addr, once for each further node, of a cluster. The error is of a
// URL that can't be read, and doesn't quote it.
func Open(c Config) (*Peers, error) {
	client, err := connect(c.URL)
	if err != nil {
		return nil, err
	}
	p := &Peers{
		client:   client,
		local:    peers.NewLocal(c.Clock),
		recorder: c.Recorder,
		names:    names{"palier:" + c.Ledger + ":"},
		breaker:  breaker{clock: c.Clock, logger: c.Logger},
		wakes:    newWakes(),
	}
	p.ending, p.end = context.WithCancel(context.Background())
	p.probe()
	p.work.Go(p.keepProbing)
	p.work.Go(p.keepTelling)
	return p, nil
}

// Check tells whether a URL can be read.
func Check(url string) error {
	client, err := connect(url)
	if err != nil {
		return err
	}
	return client.Close() // which has connected to nothing yet
}

// Close ends what was begun and disconnects. Uses that come later are local.
func (p *Peers) Close() error {
	p.end()
	p.work.Wait()
	if err := p.client.Close(); err != nil {
		return fmt.Errorf("leaving Redis: %w", err)
	}
	return nil
}

// use asks Redis, if it is there, and tells whether it has answered.
func (p *Peers) use(ctx context.Context, do func(context.Context) error) bool {
	p.counts.asked.Add(1)
	if p.breaker.isOpen() || p.ending.Err() != nil {
		p.counts.local.Add(1)
		return false
	}
	// A client that hangs up isn't Redis's failure.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	ctx, ended := p.recorder.Begin(ctx, telemetry.AskRedis)
	err := do(ctx)
	ended(err)
	if err != nil {
		p.counts.failed.Add(1)
		p.counts.local.Add(1)
		if p.ending.Err() == nil {
			p.breaker.failed(err)
		}
		return false
	}
	return true
}

//go:embed bucket.lua
var bucketScript string

// bucketLua is known to the server by its hash, and sent again to one that has
// forgotten it.
var bucketLua = redis.NewScript(bucketScript)

// pour runs the script; now is the server's time, in microseconds.
func (p *Peers) pour(ctx context.Context, key string, weight int64, window time.Duration) (filled int64, taken bool, now int64, err error) {
	said, err := bucketLua.Run(ctx, p.client, []string{key}, weight, window.Microseconds()).Int64Slice()
	if err == nil && len(said) != 3 {
		err = errors.New("the bucket's script answers something else")
	}
	if err != nil {
		return 0, false, 0, err
	}
	return said[0], said[1] == 1, said[2], nil
}

// Take implements peers.Peers. The clock is Redis's: it is one for all hubs.
func (p *Peers) Take(ctx context.Context, key string, rate peers.Rate, cost int64) (level peers.Level) {
	weight := rate.Weight(cost)
	answered := p.use(ctx, func(ctx context.Context) error {
		filled, taken, _, err := p.pour(ctx, p.names.bucket(key), weight, rate.Window)
		level = rate.Level(filled, taken, weight)
		return err
	})
	if !answered {
		return p.local.Take(ctx, key, rate, cost)
	}
	return level
}

// Document implements peers.Peers.
func (p *Peers) Document(ctx context.Context, hash peers.Hash) (text string, known bool) {
	if text, known = p.local.Document(ctx, hash); known {
		return text, true
	}
	p.use(ctx, func(ctx context.Context) (err error) {
		text, err = p.document(ctx, hash)
		return err
	})
	// Whoever can write to Redis can't make us run another document.
	if text == "" || peers.HashOf(text) != hash {
		return "", false
	}
	p.local.Keep(ctx, text)
	return text, true
}

// document reads no more than a document may have; "" when there is none.
func (p *Peers) document(ctx context.Context, hash peers.Hash) (string, error) {
	return p.client.GetRange(ctx, p.names.document(hash), 0, peers.MostDocument).Result()
}

// Keep implements peers.Peers. It returns when Redis has it, since the client may
// ask another hub next.
func (p *Peers) Keep(ctx context.Context, text string) {
	if len(text) > peers.MostDocument {
		return
	}
	p.local.Keep(ctx, text)
	p.use(ctx, func(ctx context.Context) error {
		return p.client.Set(ctx, p.names.document(peers.HashOf(text)), text, documentTTL).Err()
	})
}

// counts are of what was done since the start.
type counts struct{ asked, failed, local, told, untold, heard atomic.Uint64 }

// Status is how things stand with Redis.
type Status struct {
	// Away is since when Redis isn't used, and every use is by the hub alone; zero
	// while it is used. Err is why.
	Away time.Time
	Err  error
	// Hearing tells that messages of other hubs' commits arrive. They are found
	// by looking otherwise.
	Hearing bool

	// Asked counts buckets and documents that were asked for; Local those that the
	// hub alone answered, and Failed those of them that waited for Redis first.
	Asked, Local, Failed uint64
	// Told counts the messages that were sent, Untold those that couldn't be, and
	// Heard those that came.
	Told, Untold, Heard uint64
	// Turns counts how often Redis went away or came back.
	Turns uint64
}

// Status tells how things stand now. It is for health checks and metrics.
func (p *Peers) Status() Status {
	s := Status{
		Hearing: p.wakes.hearing.Load(),
		Asked:   p.counts.asked.Load(), Local: p.counts.local.Load(), Failed: p.counts.failed.Load(),
		Told: p.counts.told.Load(), Untold: p.counts.untold.Load(), Heard: p.counts.heard.Load(),
	}
	s.Away, s.Turns, s.Err = p.breaker.status()
	s.Hearing = s.Hearing && s.Away.IsZero()
	return s
}
