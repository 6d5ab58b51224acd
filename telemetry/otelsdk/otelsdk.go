// Package otelsdk is OpenTelemetry's SDK as the hub uses it: metrics for
// Prometheus to fetch, traces sent by OTLP over HTTP where there is a collector,
// and what HTTP servers measure.
package otelsdk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/palier-hub/palier/telemetry"
)

// Config says what is done with what the hub records.
type Config struct {
	Version string
	// Traces is the collector's address for OTLP over HTTP, such as
	// http://collector:4318/v1/traces; "" sends none.
	Traces string
	// Ratio is the part of traces that is sent, 0 to 1. It is decided by the
	// trace's id, so that every service with the same ratio decides alike, and
	// whatever a client says of sampling: anybody could ask for all.
	Ratio float64
	// Logger is told when the collector can't be reached.
	Logger *slog.Logger
}

// Providers are the SDK at work.
type Providers struct {
	// Recorder is for the hub's parts.
	Recorder *telemetry.Recorder
	// Metrics serves Prometheus's text format.
	Metrics http.Handler

	tracers *sdktrace.TracerProvider
	meters  *sdkmetric.MeterProvider
}

// mostSeries bounds the series of one metric: what exceeds it is counted
// together, under otel_metric_overflow.
const mostSeries = 500

// Open starts the SDK. Close ends it.
func Open(ctx context.Context, c Config) (*Providers, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry), otelprometheus.WithoutScopeInfo())
	if err != nil {
		return nil, fmt.Errorf("preparing metrics: %w", err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "palier"), attribute.String("service.version", c.Version))
	p := &Providers{
		Metrics: promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}),
		meters:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter), sdkmetric.WithResource(about), sdkmetric.WithCardinalityLimit(mostSeries)),
	}
	// Without a collector a trace has its id all the same, for the log.
	sampler, options := sdktrace.NeverSample(), []sdktrace.TracerProviderOption{sdktrace.WithResource(about)}
	if c.Traces != "" {
		sender, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.Traces))
		if err != nil {
			return nil, fmt.Errorf("preparing traces: %w", err)
		}
		ratio := sdktrace.TraceIDRatioBased(c.Ratio)
		sampler = sdktrace.ParentBased(ratio, sdktrace.WithRemoteParentSampled(ratio), sdktrace.WithRemoteParentNotSampled(ratio))
		options = append(options, sdktrace.WithBatcher(telling{sender, c.Logger}))
	}
	p.tracers = sdktrace.NewTracerProvider(append(options, sdktrace.WithSampler(sampler))...)
	if p.Recorder, err = telemetry.New(p.tracers, p.meters); err != nil {
		return nil, err
	}
	return p, nil
}

// Close sends what waits to be sent.
func (p *Providers) Close(ctx context.Context) error {
	if err := errors.Join(p.tracers.Shutdown(ctx), p.meters.Shutdown(ctx)); err != nil {
		return fmt.Errorf("sending the last traces: %w", err)
	}
	return nil
}

// HTTP measures requests, and has them continue their callers' traces (W3C Trace
// Context). What stays open isn't measured here: it would take as long as its
// client likes.
func (p *Providers) HTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics" ||
			r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			next.ServeHTTP(w, r)
			return
		}
		ctx := r.Context()
		if r.Header.Get("Traceparent") != "" {
			ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
		}
		ctx, ended := p.Recorder.BeginRequest(ctx, r.Method, route(r))
		noted := &noting{ResponseWriter: w, status: http.StatusOK}
		defer func() { ended(noted.status) }()
		next.ServeHTTP(noted, r.WithContext(ctx))
	})
}

// noting notes the status of an answer.
type noting struct {
	http.ResponseWriter
	status int
	said   bool
}

func (w *noting) WriteHeader(status int) {
	if !w.said && status >= 200 { // what is below comes before the answer
		w.status, w.said = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *noting) Write(b []byte) (int, error) {
	w.said = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *noting) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// route keeps whatever paths anybody asks for out of the names of spans.
func route(r *http.Request) string {
	if r.URL.Path == "/graphql" {
		return "/graphql"
	}
	return "other"
}

// Gauge is a figure that is read when metrics are fetched.
type Gauge struct {
	Name, Unit, Description string
	// Attributes tell apart the gauges of one name.
	Attributes []attribute.KeyValue
	// Total: it counts since the start, and only grows.
	Total bool
	Read  func() float64
}

// Watch has gauges read.
func (p *Providers) Watch(gauges ...Gauge) error {
	m := p.meters.Meter(telemetry.Scope)
	made := make(map[string]metric.Float64Observable)
	var all []metric.Observable
	for _, g := range gauges {
		if made[g.Name] != nil {
			continue
		}
		var o metric.Float64Observable
		var err error
		if g.Total {
			o, err = m.Float64ObservableCounter(g.Name, metric.WithUnit(g.Unit), metric.WithDescription(g.Description))
		} else {
			o, err = m.Float64ObservableGauge(g.Name, metric.WithUnit(g.Unit), metric.WithDescription(g.Description))
		}
		if err != nil {
			return fmt.Errorf("making the gauge %s: %w", g.Name, err)
		}
		made[g.Name], all = o, append(all, o)
	}
	_, err := m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for _, g := range gauges {
			o.ObserveFloat64(made[g.Name], g.Read(), metric.WithAttributes(g.Attributes...))
		}
		return nil
	}, all...)
	if err != nil {
		return fmt.Errorf("watching gauges: %w", err)
	}
	return nil
}

// telling notes in the log that spans were lost: the SDK would tell the process's
// standard error.
type telling struct {
	sdktrace.SpanExporter
	logger *slog.Logger
}

func (t telling) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if err := t.SpanExporter.ExportSpans(ctx, spans); err != nil {
		t.logger.Warn("traces couldn't be sent and are lost", "spans", len(spans), "error", err)
	}
	return nil
}
