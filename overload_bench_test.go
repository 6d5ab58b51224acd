package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// heavy is a query that keeps a core busy for some milliseconds.
const heavy = `{ hostingNeeds(first: 10) { nodes { label matches(first: 5) { totalCount nodes { score criteria { message } space { label site { name } } } } } } }`

// BenchmarkOverload reports what becomes of a hub of one core that is asked for
// twice as much as it can do, and of its other clients when one asks without end. The
// load is made beside it, so that there should be two cores:
//
//	go test . -run '^$' -bench Overload -benchtime 1x
func BenchmarkOverload(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "palier")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	launch := func(b *testing.B, args ...string) string {
		ctx, cancel := context.WithCancel(b.Context())
		c := exec.CommandContext(ctx, binary, append([]string{"--demo", "--data", b.TempDir(), "--addr", "127.0.0.1:0"}, args...)...)
		c.Env = append(os.Environ(), "GOMAXPROCS=1")
		c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
		said := newBuffer()
		c.Stdout = said
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { cancel(); c.Wait() })
		for range 600 {
			if found := address.FindStringSubmatch(said.String()); found != nil {
				return found[1] + "/graphql"
			}
			time.Sleep(50 * time.Millisecond)
		}
		b.Fatal("the hub doesn't start")
		return ""
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4000}}
	type outcome struct {
		good bool
		took time.Duration
	}
	from := func(n int64) string { return fmt.Sprintf("203.0.113.%d", 1+n%200) }
	var asking atomic.Int64
	ask := func(url, query, from string) outcome {
		body, _ := json.Marshal(map[string]string{"query": query})
		request, _ := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Forwarded-For", from)
		begun := time.Now()
		response, err := client.Do(request)
		if err != nil {
			return outcome{}
		}
		defer response.Body.Close()
		io.Copy(io.Discard, response.Body)
		return outcome{response.StatusCode == http.StatusOK, time.Since(begun)}
	}
	// closed asks from so many clients, each again when it is answered.
	closed := func(url string, clients int, lasting time.Duration) (perSecond float64) {
		var good atomic.Int64
		var all sync.WaitGroup
		end := time.Now().Add(lasting)
		for range clients {
			all.Go(func() {
				for time.Now().Before(end) {
					if ask(url, heavy, from(asking.Add(1))).good {
						good.Add(1)
					}
				}
			})
		}
		all.Wait()
		return float64(good.Load()) / lasting.Seconds()
	}
	// open asks so often, whatever is answered.
	open := func(url string, perSecond float64, lasting time.Duration) (outcomes []outcome) {
		var mu sync.Mutex
		var all sync.WaitGroup
		pause := time.Duration(float64(time.Second) / perSecond)
		begun := time.Now()
		for n := range int(perSecond * lasting.Seconds()) {
			time.Sleep(time.Until(begun.Add(time.Duration(n) * pause)))
			all.Go(func() {
				o := ask(url, heavy, from(asking.Add(1)))
				mu.Lock()
				defer mu.Unlock()
				outcomes = append(outcomes, o)
			})
		}
		all.Wait()
		return outcomes
	}
	at := func(took []time.Duration, part float64) float64 {
		if len(took) == 0 {
			return 0
		}
		slices.Sort(took)
		return took[min(len(took)-1, int(part*float64(len(took))))].Seconds() * 1000
	}

	b.Run("twice the capacity", func(b *testing.B) {
		url := launch(b, "--rate-limit", "0", "--trusted-proxies", "127.0.0.1")
		closed(url, 4, 2*time.Second) // warm
		for b.Loop() {
			const lasting = 6 * time.Second
			peak := closed(url, 4, lasting)
			var refused, answered []time.Duration
			for _, o := range open(url, 2*peak, lasting) {
				if o.good {
					answered = append(answered, o.took)
				} else {
					refused = append(refused, o.took)
				}
			}
			over := time.Now()
			for { // until it answers as it does when it is quiet
				if o := ask(url, heavy, from(asking.Add(1))); o.good && o.took < 100*time.Millisecond {
					break
				}
			}
			b.ReportMetric(peak, "peak/s")
			b.ReportMetric(100*float64(len(answered))/lasting.Seconds()/peak, "goodput%")
			b.ReportMetric(at(refused, 0.5), "refused-p50-ms")
			b.ReportMetric(at(refused, 0.99), "refused-p99-ms")
			b.ReportMetric(at(refused, 1), "refused-max-ms")
			b.ReportMetric(at(answered, 0.99), "answered-p99-ms")
			b.ReportMetric(time.Since(over).Seconds(), "recovery-s")
		}
	})
	b.Run("one hostile client", func(b *testing.B) {
		url := launch(b, "--trusted-proxies", "127.0.0.1")
		others := func() (took []time.Duration, failed int) {
			for range 150 { // as a portal's pages do, from addresses that have enough left
				o := ask(url, heavy, from(asking.Add(1)))
				if !o.good {
					failed++
				}
				took = append(took, o.took)
				time.Sleep(80 * time.Millisecond)
			}
			return took, failed
		}
		hostile := func() (stop func() float64) {
			end, begun := make(chan struct{}), time.Now()
			var asked atomic.Int64
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					for {
						select {
						case <-end:
							return
						default:
							ask(url, heavy, "198.51.100.1")
							asked.Add(1)
						}
					}
				})
			}
			return func() float64 {
				close(end)
				all.Wait()
				return float64(asked.Load()) / time.Since(begun).Seconds()
			}
		}
		for ask(url, heavy, "198.51.100.1").good { // its bucket is full
		}
		for b.Loop() {
			var quiet, beside, ratio, rate []float64
			failed := 0
			for range 3 { // by turns: the machine isn't ours alone
				took, _ := others()
				quiet = append(quiet, at(took, 0.99))
				stop := hostile()
				took, bad := others()
				rate = append(rate, stop())
				beside = append(beside, at(took, 0.99))
				ratio = append(ratio, beside[len(beside)-1]/quiet[len(quiet)-1])
				failed += bad
			}
			b.ReportMetric(median(rate), "hostile/s")
			b.ReportMetric(median(quiet), "quiet-p99-ms")
			b.ReportMetric(median(beside), "beside-p99-ms")
			b.ReportMetric(median(ratio), "ratio")
			b.ReportMetric(float64(failed), "failed")
		}
	})
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}
