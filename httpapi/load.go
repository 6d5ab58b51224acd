package httpapi

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// load bounds what runs at once. When more is asked than can be done, some wait for a
// moment, and the rest is refused at once: what is let in is then done as fast as ever.
type load struct {
	queries, commands *queue
}

func newLoad(l Limits, now func() time.Time) load {
	return load{queries: newQueue(l.Queries, now), commands: newQueue(l.Commands, now)}
}

// defaultQueries keep every core busy while some wait for a store, and are so few
// that whoever is refused needn't wait for them to be told: cores are shared by turns.
func defaultQueries() int { return 2 * runtime.GOMAXPROCS(0) }

const (
	// waitingPerPlace bounds those who wait.
	waitingPerPlace = 8
	// A burst is waited out. When there has been no free place for so long that it
	// isn't one, waiting would only make everybody late.
	burst        = 100 * time.Millisecond
	patience     = 40 * time.Millisecond
	lessPatience = 5 * time.Millisecond
	// overloadRetry is when an overloaded client may come back, in seconds.
	overloadRetry = 1
)

// queue gives places to those who ask.
type queue struct {
	places  chan struct{}
	waiting atomic.Int64
	most    int64
	now     func() time.Time
	// free is when a place was last found free, in nanoseconds.
	free atomic.Int64

	mu sync.Mutex
	// shares are those of clients that ask just now.
	shares map[string]*share
}

// share is what one client may have of the places, so that the others find one: an
// address half of them, and an account, behind which many people may be, three
// quarters.
type share struct {
	places chan struct{}
	users  int
}

func newQueue(places int, now func() time.Time) *queue {
	return &queue{places: make(chan struct{}, places), most: int64(places * waitingPerPlace), now: now, shares: make(map[string]*share)}
}

// enter takes a place for a client, who may have so many. What it answers gives the place back; nil when
// there was none in time.
func (q *queue) enter(ctx context.Context, client string, most int) (leave func()) {
	s := q.share(client, most)
	if !q.take(ctx, s.places) {
		q.unshare(client, s)
		return nil
	}
	if !q.take(ctx, q.places) {
		<-s.places
		q.unshare(client, s)
		return nil
	}
	return func() {
		<-q.places
		<-s.places
		q.unshare(client, s)
	}
}

func (q *queue) share(client string, most int) *share {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.shares[client]
	if s == nil {
		s = &share{places: make(chan struct{}, most)}
		q.shares[client] = s
	}
	s.users++
	return s
}

func (q *queue) unshare(client string, s *share) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if s.users--; s.users == 0 {
		delete(q.shares, client)
	}
}

// take waits for a place, a moment at the most.
func (q *queue) take(ctx context.Context, places chan struct{}) bool {
	at := q.now().UnixNano()
	select {
	case places <- struct{}{}:
		q.free.Store(at)
		return true
	default:
	}
	wait := patience
	if at-q.free.Load() > int64(burst) {
		wait = lessPatience
	}
	if q.waiting.Add(1) > q.most {
		q.waiting.Add(-1)
		return false
	}
	defer q.waiting.Add(-1)
	late := time.NewTimer(wait)
	defer late.Stop()
	select {
	case places <- struct{}{}:
		return true
	case <-late.C:
	case <-ctx.Done():
	}
	return false
}

// run runs a query or a mutation. The response is nil, without a problem, when the
// time was up before anything ran.
func (l load) run(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext) (*graphql.Response, *problem) {
	q := l.queries
	if operation.Operation.Operation == ast.Mutation { // they wait for the writer, not for a core
		q = l.commands
	}
	x := exchangeOf(ctx)
	part := cap(q.places) / 2
	if by, _ := x.client(); by == byViewer {
		part = cap(q.places) * 3 / 4
	}
	leave := q.enter(ctx, x.clientKey(), max(1, part))
	if leave == nil {
		return nil, overloaded()
	}
	defer leave()
	next, ctx := exec.DispatchOperation(ctx, operation)
	return next(ctx), nil
}

func overloaded() *problem {
	return &problem{
		status: http.StatusServiceUnavailable, code: "OVERLOADED",
		french:  "le serveur a trop à faire en ce moment : rien n'a été fait, réessayez dans un instant",
		english: "the server has too much to do just now: nothing was done, try again in a moment",
		facts:   map[string]any{"retryAfterSeconds": overloadRetry},
	}
}
