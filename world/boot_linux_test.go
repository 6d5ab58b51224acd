package world_test

import (
	"context"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/world"
)

// bootData names a data folder made by palier generate, for BenchmarkBoot.
const bootData = "PALIER_TEST_BENCH_DATA"

// BenchmarkBoot opens a real ledger and replays it, as a hub does when it
// starts. CPU time is that of all threads, which other processes disturb less
// than the clock; B/space is what stays in memory.
//
//	palier generate --spaces 100000 --data /tmp/100k
//	GOGC=400 PALIER_TEST_BENCH_DATA=/tmp/100k go test ./world -run '^$' -bench Boot -benchtime 1x
func BenchmarkBoot(b *testing.B) {
	folder := os.Getenv(bootData)
	if folder == "" {
		b.Skip(bootData + " names no data folder")
	}
	atlas := france()
	for b.Loop() {
		before, cpu := heap(), cpuTime(b)
		store, err := boltledger.Open(folder)
		if err != nil {
			b.Fatal(err)
		}
		w, err := world.Load(context.Background(), store, atlas)
		if err != nil {
			b.Fatal(err)
		}
		used := cpuTime(b) - cpu
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		spaces := float64(w.Counts().Spaces)
		b.ReportMetric(used.Seconds(), "cpu-s/op")
		b.ReportMetric(float64(heap()-before)/spaces, "B/space")
		runtime.KeepAlive(w)
	}
}

// cpuTime is what the process has used so far, user and system.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
