package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/palier-hub/palier/domain"
)

// streams are the connections that stay open, websockets and event streams, and
// what holds for both: how many there may be, whose they are, and how they end.
type streams struct {
	limits Limits
	edge   errorEdge
	verify func(context.Context, string) (domain.Credential, error)
	// changed is the last change of what tokens come to.
	changed   func() uint64
	actFor    func(context.Context, domain.Viewer, string) (domain.Viewer, error)
	ended     func(context.Context) error
	now       func() time.Time
	logger    *slog.Logger
	documents persisted
	gate      *gate
	load      load
	// sharing is nil when every subscriber's events are made for it alone.
	sharing *sharing

	// recheck is closed when what is open is to be verified again, and followed by
	// another.
	recheck chan struct{}

	// leaving ends when the hub is stopping.
	leaving context.Context
	goAway  context.CancelFunc
	mu      sync.Mutex
	work    sync.WaitGroup
	// open are the connections that stay open, bodies the bytes of those that are
	// being read.
	open, bodies *holdings
}

func newStreams(c Config, e errorEdge) *streams {
	ended := c.Ended
	if ended == nil {
		ended = func(context.Context) error { return nil }
	}
	changed := c.AccessChanged
	if changed == nil {
		changed = func() uint64 { return 0 }
	}
	s := &streams{
		limits: c.Limits, edge: e, verify: c.Verify, changed: changed, actFor: c.ActFor, ended: ended, now: c.Now, logger: c.Logger,
		documents: persisted{c.Peers, newTrusted(c.Trusted, c.TrustedOnly, c.Schema.Schema(), c.Logger)},
		load:      newLoad(c.Limits, c.Now), recheck: make(chan struct{}),
		open: newHoldings(int64(c.Limits.Streams)), bodies: newHoldings(mostBodies),
	}
	if c.Present != nil {
		s.sharing = &sharing{present: c.Present}
	}
	s.leaving, s.goAway = context.WithCancel(context.Background())
	return s
}

const (
	// mostBodies bounds the bytes of all bodies that are being read, so that slow
	// ones don't take the memory; one client has a quarter of them at most.
	mostBodies = 256 << 20
	// leastShare of the connections that stay open is anybody's.
	leastShare = 25
)

// share is how many connections one client may leave open: a tenth of all of them
// from one address, half of them with one account.
func (s *streams) share(x *exchange) int64 {
	part := s.limits.Streams / 10
	if by, _ := x.client(); by == byViewer {
		part = s.limits.Streams / 2
	}
	return int64(max(leastShare, part))
}

// enter counts a connection of a client's that will stay open; leave must follow, with
// the client that it answers. The problem is why there can't be one more.
func (s *streams) enter(x *exchange) (client string, full *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	client = x.clientKey()
	switch share := s.share(x); {
	case s.leaving.Err() != nil:
		return "", &problem{
			status: http.StatusServiceUnavailable, code: goingAway,
			french: "ce serveur s'arrête : reconnectez-vous dans un instant", english: "this server is stopping: connect again in a moment",
		}
	case !s.open.take(client, 1, share):
		return "", &problem{
			status: http.StatusServiceUnavailable, code: "TOO_MANY_STREAMS",
			french:  "trop de connexions restent ouvertes : réessayez plus tard, ou interrogez changes de temps en temps",
			english: "too many connections stay open: try again later, or ask changes now and then",
			facts:   map[string]any{"limit": s.limits.Streams, "share": min(share, int64(s.limits.Streams))},
		}
	}
	s.work.Add(1)
	return client, nil
}

func (s *streams) leave(client string) {
	s.open.give(client, 1)
	s.work.Done()
}

// becomes counts a connection as another client's: by its first message a websocket
// says whose it is. It answers as enter does, and then nothing has changed.
func (s *streams) becomes(client string, x *exchange) (string, *problem) {
	if client == x.clientKey() {
		return client, nil
	}
	now, full := s.enter(x)
	if full != nil {
		return client, full
	}
	s.leave(client)
	return now, nil
}

// verifyAgain has what is open verified again, soon.
func (s *streams) verifyAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.recheck)
	s.recheck = make(chan struct{})
}

func (s *streams) rechecked() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recheck
}

// count is how many connections stay open.
func (s *streams) count() int { return int(s.open.all()) }

// shutdown ends every connection once what runs on it has finished, subscriptions
// at once, and waits for that. Clients can tell that it is the server that goes,
// so that they connect again and resume.
// The error is the context's.
func (s *streams) shutdown(ctx context.Context) error {
	s.mu.Lock() // no connection enters meanwhile
	s.goAway()
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.work.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

const goingAway = "GOING_AWAY"

// errLeaving ends a subscription because the hub is stopping.
var errLeaving = errors.New("the server is stopping")

// watch looks after an open connection until its context ends, and answers why
// it has to end before: what has become of the viewer's token, to be told, or
// what the keepalive failed with. The end of the token is noticed at once, and
// whatever else ends it at the next keepalive.
func (s *streams) watch(ctx context.Context, who identity, keepAlive func() error) error {
	beat := time.NewTicker(s.limits.KeepAlive)
	defer beat.Stop()
	var ends <-chan time.Time
	if !who.ends.IsZero() {
		timer := time.NewTimer(who.ends.Sub(s.now()))
		defer timer.Stop()
		ends = timer.C
	}
	again := s.rechecked()
	// What has changed since it was let in, and before anybody would be told.
	if err := s.stillBelieved(ctx, &who); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again:
			again = s.rechecked()
			if err := s.believe(ctx, who); err != nil {
				return err
			}
		case <-ends:
			if err := s.believe(ctx, who); err != nil {
				return err
			}
			return notAccepted{errors.New("the token has ended")}
		case <-beat.C:
			if err := s.believe(ctx, who); err != nil {
				return err
			}
			if err := keepAlive(); err != nil {
				return err
			}
		}
	}
}

// believe verifies a viewer's token again, and that it still acts for the person
// that it did. The error is one to tell.
func (s *streams) believe(ctx context.Context, who identity) error {
	if who.token == "" {
		return nil
	}
	found, err := s.verify(ctx, who.token)
	if speaks, ok := errors.AsType[tellable](err); ok && speaks.ErrorCode() == providerUnavailable {
		return nil // it was believed when its keys were there, and ends by itself
	}
	viewer := found.Viewer
	if err == nil && who.person != "" {
		viewer, err = s.actFor(ctx, viewer, who.person)
	}
	switch {
	case err != nil:
		return asUnauthenticated(err)
	case viewer != who.viewer:
		return notAccepted{errors.New("the token's viewer is another now")}
	}
	return nil
}

// stillBelieved verifies who asks again if what tokens come to has changed since
// then, or if theirs has ended: nothing is shown to whose right a later commit has
// ended.
func (s *streams) stillBelieved(ctx context.Context, who *identity) error {
	now := s.changed()
	ended := !who.ends.IsZero() && !s.now().Before(who.ends)
	if who.token == "" || now <= who.since && !ended {
		return nil
	}
	if err := s.believe(ctx, *who); err != nil {
		return err
	}
	who.since = now
	return nil
}

// run lets an operation in and executes it. What it answers is as for execute.
func (s *streams) run(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, send func(payload []byte) error) (told gqlerror.List, err error) {
	defer s.telling(ctx, &told)
	params.ReadTime.Start = graphql.Now()
	params.ReadTime.End = params.ReadTime.Start
	if err := s.stillBelieved(ctx, &exchangeOf(ctx).identity); err != nil {
		return s.edge.tell(ctx, err), nil
	}
	valid, wrong := s.documents.resolve(ctx, params, http.StatusOK)
	if wrong != nil {
		return wrong.told(ctx), nil
	}
	operation, errs := s.gate.enter(ctx, exec, params)
	if len(errs) > 0 {
		return s.edge.tellAll(graphql.WithOperationContext(ctx, operation), errs), nil
	}
	valid()
	return s.execute(ctx, exec, operation, send)
}

// telling is deferred: in a goroutine of its own, nobody else recovers.
func (s *streams) telling(ctx context.Context, told *gqlerror.List) {
	if value := recover(); value != nil {
		*told = s.edge.tell(ctx, s.edge.recovered(ctx, value))
	}
}

// execute runs an operation and hands its responses over in JSON, one by one: all
// of a subscription, until its context ends, or the one of a query or mutation. What
// it answers is why the operation wasn't run, or has ended before its time; the
// caller tells. The error is that of send, or errLeaving.
func (s *streams) execute(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext, send func(payload []byte) error) (told gqlerror.List, err error) {
	x := exchangeOf(ctx)
	ctx = graphql.WithOperationContext(ctx, operation)
	defer s.telling(ctx, &told)
	begun, responses := s.now(), 0
	defer func() {
		s.logger.LogAttrs(ctx, slog.LevelInfo, "operation",
			slog.String("kind", string(operation.Operation.Operation)),
			slog.String("operation", clip(x.operation)),
			slog.Int("responses", responses),
			slog.Duration("duration", s.now().Sub(begun)),
			slog.String("role", string(x.viewer.Role)),
			slog.String("request", x.id))
	}()
	counted := func(payload []byte) error {
		responses++
		return send(payload)
	}
	if operation.Operation.Operation == ast.Subscription {
		return s.follow(ctx, exec, operation, counted)
	}
	most := s.limits.By[x.class].Operation
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	response, full := s.load.run(ctx, exec, operation)
	switch {
	case full != nil:
		return full.told(ctx), nil
	case response == nil: // the time was up before anything ran
		return timedOut(most).told(ctx), nil
	}
	return nil, counted(rendered(response))
}

// follow hands the responses of a subscription over.
func (s *streams) follow(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext, send func(payload []byte) error) (gqlerror.List, error) {
	operation.ResolverMiddleware = s.bounded(operation.ResolverMiddleware)
	var f feed
	if key, ok := keyOf(operation, exchangeOf(ctx)); ok && s.sharing != nil {
		f.key = key
		operation.ResolverMiddleware = f.tapped(operation.ResolverMiddleware)
	}
	ctx, stop := context.WithCancel(ctx) // whatever feeds the subscription ends with it
	defer stop()
	defer context.AfterFunc(s.leaving, stop)()
	next, ctx := exec.DispatchOperation(ctx, operation)
	who := exchangeOf(ctx).identity
	for {
		payload, refused := s.event(ctx, next, f)
		switch {
		case ctx.Err() != nil && s.leaving.Err() != nil:
			return nil, errLeaving
		case ctx.Err() != nil:
			return nil, nil
		case len(refused) > 0:
			return refused, nil
		case payload == nil:
			if err := s.ended(ctx); err != nil {
				return s.edge.tell(ctx, err), nil
			}
			return nil, nil
		case !who.ends.IsZero() && !s.now().Before(who.ends): // the watch is about to say so
			<-ctx.Done()
			continue
		}
		if err := s.stillBelieved(ctx, &who); err != nil {
			return s.edge.tell(ctx, err), nil
		}
		if err := send(payload); err != nil {
			return nil, err
		}
	}
}

// event waits for the next event of a subscription, and answers it in JSON: nil when
// none will come, or the context has ended.
func (s *streams) event(ctx context.Context, next graphql.ResponseHandler, f feed) (payload []byte, refused gqlerror.List) {
	compose := func() (payload []byte, of uint64, share bool) {
		event, done := context.WithCancel(ctx) // what the event started ends with it
		defer done()
		response := next(event)
		switch {
		case response == nil:
			return nil, 0, false
		case len(response.Data) == 0 && len(response.Errors) > 0:
			refused = response.Errors
			return nil, 0, false
		}
		return rendered(response), commitOf(response), len(response.Errors) == 0 && ctx.Err() == nil
	}
	if f.source == nil {
		payload, _, _ = compose()
		return payload, refused
	}
	select {
	case change, more := <-f.source:
		if !more {
			return nil, nil
		}
		payload = s.sharing.of(ctx, f.key.with(change), func() ([]byte, uint64, bool) {
			f.relay <- change
			return compose()
		})
	case <-ctx.Done():
	}
	return payload, refused
}

// bounded gives what an event's fields resolve the time of one operation. A
// subscription's own time isn't bounded, and that of an event begins when there
// is one: so it is the fields that have it.
func (s *streams) bounded(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		field := graphql.GetFieldContext(ctx)
		if _, has := ctx.Deadline(); has || !field.IsResolver || field.Object == "Subscription" {
			return next(ctx, resolve)
		}
		within, stop := context.WithTimeout(ctx, s.limits.By[exchangeOf(ctx).class].Operation)
		context.AfterFunc(ctx, stop) // the fields below go on with it
		return next(within, resolve)
	}
}
