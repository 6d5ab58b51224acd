// Package telemetry is how the hub's parts say what they do and how long it
// takes: as a span of the trace that the context is in, and in a histogram. It
// speaks OpenTelemetry's API only; whether somebody listens is the business of
// otelsdk. A nil *Recorder records nothing, so that nobody needs one.
//
// What people type, identities, tokens and variables never go into a span or a
// metric: they leave the house.
package telemetry

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Work is a kind of work that is measured. There are few, so that a metric can
// have a series for each.
type Work string

const (
	// Command is one command, from its arrival to its answer.
	Command Work = "command"
	// Batch is what the writer does with the commands that arrived together:
	// Decide, Append, and what a lost number asks for.
	Batch Work = "batch"
	// Decide is deciding a batch, with applying each commit to come.
	Decide Work = "decide"
	// Append is making a run of commits durable: the ledger's share.
	Append Work = "append"
	// CatchUp is reading and applying what other hubs appended.
	CatchUp Work = "catch_up"
	// Apply is making a World of a World and commits, within CatchUp.
	Apply Work = "apply"
	// Match is finding and explaining one page of matches.
	Match Work = "match"
	// ReadTexts is one read of the personal store: a level of a response.
	ReadTexts Work = "read_texts"
	// ReadCommits is a read of commits of the past.
	ReadCommits Work = "read_commits"
	// AskRedis is one use of Redis: a bucket or a document.
	AskRedis Work = "ask_redis"
	// WriteSnapshot is writing down what the ledger has come to.
	WriteSnapshot Work = "write_snapshot"
)

var works = []Work{Command, Batch, Decide, Append, CatchUp, Apply, Match, ReadTexts, ReadCommits, AskRedis, WriteSnapshot}

// Scope names what the hub's instruments are of.
const Scope = "github.com/palier-hub/palier"

// Recorder records spans and figures. Its methods may be called from any
// goroutine, and on nil.
type Recorder struct {
	tracer     trace.Tracer
	requests   metric.Float64Histogram
	work       metric.Float64Histogram
	operations metric.Float64Histogram
	refused    metric.Int64Counter
	lag        metric.Float64Histogram
	batch      metric.Int64Histogram
	// sets are made once: an attribute set costs more than what is measured.
	sets          map[Work]outcomes
	requestSets   kept[requestSeries]
	operationSets kept[operationSeries]
}

// requestSeries and operationSeries are what figures are told apart by.
type (
	requestSeries struct {
		method string
		status int
	}
	operationSeries struct {
		kind, name string
		failed     bool
	}
)

// mostKept bounds the sets that are kept of one metric, which has fewer series.
const mostKept = 1000

// kept are attribute sets by what they are made of. Reading takes no lock.
type kept[K comparable] struct {
	sets atomic.Pointer[map[K]metric.MeasurementOption]
	mu   sync.Mutex
}

func (k *kept[K]) of(key K, attributes func(K) attribute.Set) metric.MeasurementOption {
	if sets := k.sets.Load(); sets != nil {
		if set, ok := (*sets)[key]; ok {
			return set
		}
	}
	made := metric.WithAttributeSet(attributes(key))
	k.mu.Lock()
	defer k.mu.Unlock()
	next := map[K]metric.MeasurementOption{}
	if sets := k.sets.Load(); sets != nil {
		if len(*sets) >= mostKept {
			return made
		}
		maps.Copy(next, *sets)
	}
	next[key] = made
	k.sets.Store(&next)
	return made
}

func (s requestSeries) attributes() attribute.Set {
	return attribute.NewSet(attribute.String("http.request.method", s.method), attribute.Int("http.response.status_code", s.status))
}

func (s operationSeries) attributes() attribute.Set {
	return attribute.NewSet(attribute.String("type", s.kind), attribute.String("name", s.name), attribute.String("outcome", word(s.failed)))
}

type outcomes struct{ done, failed metric.MeasurementOption }

func outcome(failed bool, about ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(append(about, attribute.String("outcome", word(failed)))...))
}

func word(failed bool) string {
	if failed {
		return "failed"
	}
	return "done"
}

// The bounds of histograms, in seconds: a page of matches takes milliseconds, an
// append over a network tens of them, an operation five seconds at most.
var seconds = metric.WithExplicitBucketBoundaries(.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)

// The bounds for HTTP requests are those of the semantic conventions.
var httpSeconds = metric.WithExplicitBucketBoundaries(.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10)

// New makes a recorder of the providers' instruments.
func New(tracers trace.TracerProvider, meters metric.MeterProvider) (*Recorder, error) {
	r := &Recorder{tracer: tracers.Tracer(Scope), sets: make(map[Work]outcomes, len(works))}
	for _, w := range works {
		of := attribute.String("work", string(w))
		r.sets[w] = outcomes{done: outcome(false, of), failed: outcome(true, of)}
	}
	m := meters.Meter(Scope)
	var err error
	histogram := func(name, description string) (h metric.Float64Histogram) {
		if err == nil {
			h, err = m.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description), seconds)
		}
		return h
	}
	r.requests, err = m.Float64Histogram("http.server.request.duration", metric.WithUnit("s"), metric.WithDescription("Duration of HTTP server requests."), httpSeconds)
	r.work = histogram("palier.work.duration", "How long the hub's inner work takes, by kind.")
	r.operations = histogram("palier.operation.duration", "How long a GraphQL query or mutation takes from its execution to its data, by type, and by name for those who are known.")
	r.lag = histogram("palier.replica.lag", "How old a commit of another hub is, by this hub's clock, when it can be read here.")
	if err == nil {
		r.refused, err = m.Int64Counter("palier.operation.errors", metric.WithDescription("Errors in GraphQL responses, by code."))
	}
	if err == nil {
		r.batch, err = m.Int64Histogram("palier.batch.commands", metric.WithDescription("Commands that the writer settled together."),
			metric.WithExplicitBucketBoundaries(1, 2, 4, 8, 16, 32, 64, 128, 256))
	}
	if err != nil {
		return nil, fmt.Errorf("making the instruments: %w", err)
	}
	return r, nil
}

// span begins a span within what the context is in, unless that isn't sampled: it
// would be nobody's. What begins a trace has its id all the same, for the log.
func (r *Recorder) span(ctx context.Context, name string) (context.Context, trace.Span) {
	if within := trace.SpanContextFromContext(ctx); within.IsValid() && !within.IsSampled() {
		return ctx, noSpan
	}
	return r.tracer.Start(ctx, name)
}

var noSpan = trace.SpanFromContext(context.Background())

// BeginRequest begins an HTTP request; what it answers ends it, with its status. The
// route is one of few.
func (r *Recorder) BeginRequest(ctx context.Context, method, route string) (context.Context, func(status int)) {
	begun := time.Now()
	if !slices.Contains(methods, method) {
		method = "_OTHER" // anybody could send a million
	}
	ctx, span := r.tracer.Start(ctx, method+" "+route, trace.WithSpanKind(trace.SpanKindServer))
	return ctx, func(status int) {
		if span.IsRecording() {
			span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
				attribute.Int("http.response.status_code", status))
			if status >= 500 {
				span.SetStatus(codes.Error, "")
			}
		}
		span.End()
		r.requests.Record(ctx, time.Since(begun).Seconds(), r.requestSets.of(requestSeries{method, status}, requestSeries.attributes))
	}
}

var methods = []string{"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"}

// Begin begins a work; what it answers ends it, once, with what it came to. The
// context is for what the work consists of.
func (r *Recorder) Begin(ctx context.Context, w Work, about ...attribute.KeyValue) (context.Context, func(error)) {
	if r == nil {
		return ctx, func(error) {}
	}
	begun := time.Now()
	ctx, span := r.span(ctx, string(w))
	if span.IsRecording() {
		span.SetAttributes(about...)
	}
	return ctx, func(err error) {
		set := r.sets[w].done
		if err != nil {
			set = r.sets[w].failed
			span.SetStatus(codes.Error, fmt.Sprintf("%T", err)) // the message may hold what nobody outside may read
		}
		span.End()
		r.work.Record(ctx, time.Since(begun).Seconds(), set)
	}
}

// Action says what a command is, by its type: asking it itself could fail.
func Action(command any) attribute.KeyValue {
	return attribute.String("palier.command", fmt.Sprintf("%T", command))
}

// Place is where in a trace something stands.
type Place = trace.SpanContext

// PlaceOf is where a context stands.
func PlaceOf(ctx context.Context) Place { return trace.SpanContextFromContext(ctx) }

// BeginBatch begins the work on commands that arrived together. It stands in the
// trace of the first; the others' are linked.
func (r *Recorder) BeginBatch(ctx context.Context, commands []Place) (context.Context, func()) {
	if r == nil {
		return ctx, func() {}
	}
	r.batch.Record(ctx, int64(len(commands)))
	begun := time.Now()
	var links []trace.Link
	for _, c := range commands {
		if c.IsSampled() {
			links = append(links, trace.Link{SpanContext: c})
		}
	}
	switch {
	case len(links) > 0:
		ctx, links = trace.ContextWithSpanContext(ctx, links[0].SpanContext), links[1:]
	case len(commands) > 0: // not sampled either
		ctx = trace.ContextWithSpanContext(ctx, commands[0])
	}
	span := noSpan
	if within := trace.SpanContextFromContext(ctx); !within.IsValid() || within.IsSampled() {
		ctx, span = r.tracer.Start(ctx, string(Batch), trace.WithLinks(links...), trace.WithAttributes(attribute.Int("palier.commands", len(commands))))
	}
	return ctx, func() {
		span.End()
		r.work.Record(ctx, time.Since(begun).Seconds(), r.sets[Batch].done)
	}
}

// Applied notes that a commit of another hub can be read here, at an age.
func (r *Recorder) Applied(ctx context.Context, age time.Duration) {
	if r != nil {
		r.lag.Record(ctx, max(0, age.Seconds()))
	}
}

// Operation is a GraphQL operation.
type Operation struct {
	// Type is query, mutation or subscription.
	Type string
	// Name is the client's; "" for none.
	Name string
	// Known: the client isn't just anybody, so that its names may have figures of
	// their own. Anybody could send a million names.
	Known bool
}

// BeginOperation begins the execution of an operation; what it answers ends it,
// with the codes of the errors in its response.
func (r *Recorder) BeginOperation(ctx context.Context, o Operation) (context.Context, func(errors []string)) {
	if r == nil {
		return ctx, func([]string) {}
	}
	begun := time.Now()
	title := o.Type
	if o.Name != "" {
		title += " " + o.Name
	}
	ctx, span := r.span(ctx, title)
	if span.IsRecording() {
		span.SetAttributes(attribute.String("graphql.operation.type", o.Type), attribute.String("graphql.operation.name", o.Name))
	}
	return ctx, func(errors []string) {
		for _, code := range errors {
			r.refused.Add(ctx, 1, metric.WithAttributes(attribute.String("code", code)))
		}
		name := ""
		if o.Known {
			name = o.Name
		}
		if len(errors) > 0 {
			span.SetAttributes(attribute.StringSlice("palier.errors", errors))
		}
		span.End()
		r.operations.Record(ctx, time.Since(begun).Seconds(), r.operationSets.of(operationSeries{o.Type, name, len(errors) > 0}, operationSeries.attributes))
	}
}
