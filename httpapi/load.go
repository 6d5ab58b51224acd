package httpapi

import (
	"context"
	"net/http"
	"runtime"
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

func newLoad(l Limits) load {
	return load{queries: newQueue(l.Queries), commands: newQueue(l.Commands)}
}

// defaultQueries keep every core busy while some wait for a store, and are so few
// that whoever is refused needn't wait for them to be told: cores are shared by turns.
func defaultQueries() int { return 2 * runtime.GOMAXPROCS(0) }

const (
	// waitingPerPlace bounds those who wait.
	waitingPerPlace = 2
	// patience is how long one waits for a place.
	patience = 35 * time.Millisecond
	// overloadRetry is when an overloaded client may come back, in seconds.
	overloadRetry = 1
)

type queue struct {
	places  chan struct{}
	waiting atomic.Int64
	most    int64
}

func newQueue(places int) *queue {
	return &queue{places: make(chan struct{}, places), most: int64(places * waitingPerPlace)}
}

// enter takes a place, and answers false when there is none in time. leave must
// follow.
func (q *queue) enter(ctx context.Context) bool {
	select {
	case q.places <- struct{}{}:
		return true
	default:
	}
	if q.waiting.Add(1) > q.most {
		q.waiting.Add(-1)
		return false
	}
	defer q.waiting.Add(-1)
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case q.places <- struct{}{}:
		return true
	case <-late.C:
	case <-ctx.Done():
	}
	return false
}

func (q *queue) leave() { <-q.places }

// run runs a query or a mutation. The response is nil, without a problem, when the
// time was up before anything ran.
func (l load) run(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext) (*graphql.Response, *problem) {
	q := l.queries
	if operation.Operation.Operation == ast.Mutation { // they wait for the writer, not for a core
		q = l.commands
	}
	if !q.enter(ctx) {
		return nil, overloaded()
	}
	defer q.leave()
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
