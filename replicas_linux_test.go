package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongotest"
)

// BenchmarkReplicas reports what one, two and three hubs do on this machine, beside
// their MongoDB, their Redis and who asks them:
//
//	PALIER_TEST_FERRET=… go test -run '^$' -bench Replicas -benchtime 300x .
//
// Hubs and MongoDB are told by their processors' time, which is steadier than what
// is done in a second; of the latter, what a server for tests takes for a commit
// grows with its ledger, so keep that short.
func BenchmarkReplicas(b *testing.B) {
	for hubs := range 3 {
		hubs++
		b.Run(fmt.Sprintf("hubs=%d/commands", hubs), func(b *testing.B) {
			c, p := benchmarked(b, hubs)
			measure(b, c, 64, func(n int) { p.registerOne(fmt.Sprint("command ", n), n) })
			batches, commands := 0.0, 0.0
			for n := range hubs {
				batches += c.figure(n, `palier_batch_commands_count(?:\{[^}]*\})?`)
				commands += c.figure(n, `palier_batch_commands_sum(?:\{[^}]*\})?`)
			}
			b.ReportMetric(commands/batches, "commands/batch")
		})
		b.Run(fmt.Sprintf("hubs=%d/reads", hubs), func(b *testing.B) {
			c, p := benchmarked(b, hubs)
			p.register("read", 4, 5)
			p.all.Wait()
			measure(b, c, 16, func(n int) {
				c.mustAsk(n, `{ landlords(first: 20) { totalCount nodes { id name kindLabel updatedAt sites { totalCount } } } }`, 0)
			})
		})
	}
	b.Run("lag", func(b *testing.B) {
		c, p := benchmarked(b, 3)
		var followers []*follower
		for n := range c.uris {
			followers = append(followers, c.follow(n, math.MaxInt))
		}
		for b.Loop() {
			p.registerOne(fmt.Sprint("lag ", len(p.made)), len(p.made))
			time.Sleep(20 * time.Millisecond)
		}
		for _, f := range followers {
			lags := f.check(p)
			b.ReportMetric(percentile(lags, 50).Seconds()*1000, "p50-ms")
			b.ReportMetric(percentile(lags, 99).Seconds()*1000, "p99-ms")
		}
	})
}

func benchmarked(b *testing.B, hubs int) (*cluster, *people) {
	b.Helper()
	uri := mongotest.URI(b)
	var uris []string
	for range hubs {
		uris = append(uris, uri)
	}
	c := newCluster(b, uris...)
	b.Cleanup(func() {
		for _, h := range c.hubs {
			h.stop(b)
		}
	})
	c.well()
	return c, newPeople(c)
}

// measure has so many clients do something b.N times, and reports what it costs.
func measure(b *testing.B, c *cluster, clients int, do func(n int)) {
	b.Helper()
	cpu := func() (hubs, mongo time.Duration) {
		for _, h := range c.hubs {
			hubs += cpuOf(b, h.command.Process.Pid)
		}
		if pid := mongotest.Pid(); pid != 0 {
			mongo = cpuOf(b, pid)
		}
		return hubs, mongo
	}
	hubs, mongo := cpu()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range clients {
		all.Go(func() {
			for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
				do(n)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	hubsNow, mongoNow := cpu()
	hubs, mongo = hubsNow-hubs, mongoNow-mongo
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	b.ReportMetric(float64(hubs.Microseconds())/float64(b.N), "hubs-µs/op")
	b.ReportMetric(float64(mongo.Microseconds())/float64(b.N), "mongo-µs/op")
	b.ReportMetric(100*mongo.Seconds()/max(hubs+mongo, 1).Seconds(), "mongo-%")
}

// cpuOf is the time that a process has had of the processors.
func cpuOf(t testing.TB, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	ticks := 0
	for _, field := range fields[11:13] { // utime and stime
		n, err := strconv.Atoi(string(field))
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
