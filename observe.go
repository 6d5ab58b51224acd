package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/peers/redispeers"
	"github.com/palier-hub/palier/telemetry/otelsdk"
)

// observed says what is seen of a hub from outside.
type observed struct {
	MetricsToken string  `env:"PALIER_METRICS_TOKEN" placeholder:"TOKEN" help:"Bearer token that /metrics asks for; anybody who reaches it may read it without one."`
	Traces       string  `name:"traces-url" env:"PALIER_TRACES_URL" placeholder:"URL" help:"Collector of traces, by OTLP over HTTP: http://collector:4318/v1/traces. None are sent without one."`
	TraceRatio   float64 `env:"PALIER_TRACE_RATIO" default:"0.1" help:"Part of the traces that is sent, from 0 to 1."`
	DebugAddr    string  `env:"PALIER_DEBUG_ADDR" placeholder:"ADDRESS" help:"Loopback address, such as 127.0.0.1:6060, for profiles of the process (/debug/pprof/). Off by default."`
}

// watched is a hub seen from outside.
type watched struct {
	*otelsdk.Providers
	debug *http.Server
}

// observe starts what is seen from outside. The caller closes it.
func (o *observed) observe(ctx context.Context, logger *slog.Logger) (*watched, error) {
	providers, err := otelsdk.Open(ctx, otelsdk.Config{Version: version(), Traces: o.Traces, Ratio: o.TraceRatio, Logger: logger})
	if err != nil {
		return nil, err
	}
	w := &watched{Providers: providers}
	if o.DebugAddr == "" {
		return w, nil
	}
	listener, err := net.Listen("tcp", o.DebugAddr)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening on --debug-addr %s: %w", o.DebugAddr, err), w.close())
	}
	profiles := http.NewServeMux()
	profiles.HandleFunc("/debug/pprof/", pprof.Index)
	profiles.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	profiles.HandleFunc("/debug/pprof/profile", pprof.Profile)
	profiles.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	profiles.HandleFunc("/debug/pprof/trace", pprof.Trace)
	w.debug = &http.Server{Handler: profiles, ReadHeaderTimeout: 5 * time.Second}
	logger.Info("profiles", "address", "http://"+listener.Addr().String()+"/debug/pprof/")
	go func() {
		if err := w.debug.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("no more profiles are served", "error", err)
		}
	}()
	return w, nil
}

// close sends what waits to be sent, within two seconds.
func (w *watched) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var err error
	if w.debug != nil {
		err = w.debug.Close()
	}
	return errors.Join(err, w.Close(ctx))
}

// since is how long ago something began, in seconds; 0 for what hasn't.
func since(t time.Time, now func() time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return now().Sub(t).Seconds()
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// watch has the hub's state read when metrics are fetched; redis is nil for a hub
// without.
func (w *watched) watch(h *hub.Hub, surface *httpapi.Surface, redis *redispeers.Peers, now func() time.Time) error {
	gauges := []otelsdk.Gauge{
		{Name: "palier.ledger.commit", Description: "Number of the last commit applied.",
			Read: func() float64 { return float64(h.World().Commit()) }},
		{Name: "palier.ledger.head", Description: "Number of the newest commit that is known to be in the ledger.",
			Read: func() float64 { return float64(h.Standing().Head) }},
		{Name: "palier.ledger.behind", Unit: "s", Description: "Since when commits that are known aren't applied; 0 when none are missing.",
			Read: func() float64 { return since(h.Standing().Behind, now) }},
		{Name: "palier.ledger.away", Unit: "s", Description: "Since when the head of the ledger isn't known: how old reads may be; 0 when it is.",
			Read: func() float64 { return since(h.Standing().Away, now) }},
		{Name: "palier.ready", Description: "1 when the hub should get traffic.",
			Read: func() float64 { return yes(health(h.Standing(), "", now()).Ready) }},
		{Name: "palier.commands.waiting", Description: "Commands that wait for the writer.",
			Read: func() float64 { return float64(h.Waiting()) }},
		{Name: "palier.streams.open", Description: "Websockets and event streams that are open.",
			Read: func() float64 { return float64(surface.Streams()) }},
		{Name: "palier.mail.dead_letters", Description: "Mails that wait for staff to look at them.",
			Read: func() float64 {
				letters := 0
				for range h.World().DeadLetters() {
					letters++
				}
				return float64(letters)
			}},
	}
	if redis != nil {
		gauges = append(gauges, redisGauges(redis, now)...)
	}
	return w.Watch(gauges...)
}
