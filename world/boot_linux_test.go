package world_test

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/ledger"
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
//	GOGC=400 PALIER_TEST_BENCH_DATA=/tmp/100k go test ./world -run '^$' -bench 'Boot$' -benchtime 1x
//	GOGC=400 PALIER_TEST_BENCH_DATA=/tmp/100k go test ./world -run '^$' -bench Snapshot -benchtime 1x
func BenchmarkBoot(b *testing.B) {
	benchmarkBoot(b, func(string) ledger.Snapshots { return nil })
}

// BenchmarkBootFromSnapshot is a boot from the newest snapshot of the folder, which
// BenchmarkSnapshot or a hub has made.
func BenchmarkBootFromSnapshot(b *testing.B) {
	benchmarkBoot(b, func(folder string) ledger.Snapshots {
		s, err := boltledger.OpenSnapshots(folder)
		if err != nil {
			b.Fatal(err)
		}
		return s
	})
}

func benchmarkBoot(b *testing.B, snapshots func(folder string) ledger.Snapshots) {
	folder := os.Getenv(bootData)
	if folder == "" {
		b.Skip(bootData + " names no data folder")
	}
	boot := world.Boot{Atlas: france(), Refused: func(err error) { b.Error(err) }}
	for b.Loop() {
		before, cpu := heap(), cpuTime(b)
		store, err := boltledger.Open(folder)
		if err != nil {
			b.Fatal(err)
		}
		from := uint64(0)
		boot.Ledger, boot.Snapshots, boot.Chosen = store, snapshots(folder), func(m ledger.Manifest) { from = m.Base.Number }
		w, err := boot.Load(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		used := cpuTime(b) - cpu
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		spaces := float64(w.Counts().Spaces)
		b.ReportMetric(used.Seconds(), "cpu-s/op")
		b.ReportMetric(float64(w.Commit()-from), "replayed")
		b.ReportMetric(float64(heap()-before)/spaces, "B/space")
		b.ReportMetric(float64(peak(b))/1e6, "peak-MB")
		runtime.KeepAlive(w)
	}
}

// BenchmarkSnapshot makes a snapshot of the folder's ledger in it, and reports what
// that adds to the memory of the World that it is made of.
func BenchmarkSnapshot(b *testing.B) {
	folder := os.Getenv(bootData)
	if folder == "" {
		b.Skip(bootData + " names no data folder")
	}
	store, err := boltledger.Open(folder)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	w, err := world.Load(context.Background(), store, france())
	if err != nil {
		b.Fatal(err)
	}
	snapshots, err := boltledger.OpenSnapshots(folder)
	if err != nil {
		b.Fatal(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // as a hub at work has it
	before, cpu := heap(), cpuTime(b)
	var most uint64
	for b.Loop() {
		begun, err := snapshots.Begin(context.Background(), time.Now().String(), time.Now())
		if err != nil {
			b.Fatal(err)
		}
		draft := &weighed{begun, &most, 0}
		if _, err := w.WriteSnapshot(context.Background(), store, draft); err != nil {
			b.Fatal(err)
		}
		if err := snapshots.Sweep(context.Background(), 1, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	for made, err := range snapshots.Newest(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(made.Bytes())/1e6, "MB")
		b.ReportMetric(float64(made.Bytes())/float64(w.Counts().Spaces), "B/space")
	}
	b.ReportMetric(float64(most-before)/1e6, "more-MB")
	b.ReportMetric((cpuTime(b)-cpu).Seconds()/float64(b.N), "cpu-s/op")
	runtime.KeepAlive(w)
}

// weighed notes the most that is in memory, what is left to collect aside, while
// chunks are put: now and then, since that takes longer than a chunk.
type weighed struct {
	ledger.Draft
	most *uint64
	put  int
}

func (d *weighed) Put(ctx context.Context, chunk []byte) error {
	if d.put++; d.put%64 == 1 {
		*d.most = max(*d.most, heap())
	}
	return d.Draft.Put(ctx, chunk)
}

// peak is the most memory that the process has had.
func peak(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Maxrss * 1024
}

// cpuTime is what the process has used so far, user and system.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
