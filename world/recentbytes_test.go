package world_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/world"
)

// partnered is a landlord with as many partners as there can be, of long names.
func partnered(n int) domain.Landlord {
	return landlord("lld_a", func(l *domain.Landlord) {
		for i := range 100 {
			l.Partners = append(l.Partners, domain.Partner{Name: fmt.Sprintf("%06d %03d ", n, i) + strings.Repeat("x", 189), Activity: new(fmt.Sprintf("%06d ", n) + strings.Repeat("y", 180))})
		}
	})
}

// However large the documents are that are replaced, those remembered come to so
// many bytes; a World of a snapshot remembers the same.
func TestLargeDocumentsAreForgotten(t *testing.T) {
	const most = 400_000 // some ten of them
	h := newHistory(t)
	batched, pending := world.Empty(ledgerID, france()).ForgetfulOfBytes(most), []ledger.Commit(nil)
	w := batched
	bytes := []int{0}
	for n := range 60 {
		change := put(t, partnered(n))
		if n%3 == 0 {
			change = put(t, landlord("lld_b", func(l *domain.Landlord) { l.Name = fmt.Sprint("B ", n) }))
		}
		c := h.add(change)
		w, pending = apply(t, w, c), append(pending, c)
		bytes = append(bytes, len(change.Doc))
		from, kept := w.Commit(), 0
		for from > 0 && kept+bytes[from] <= most {
			kept += bytes[from]
			from--
		}
		if w.Remembers() != from {
			t.Fatalf("commit %d remembers those after %d, want %d", w.Commit(), w.Remembers(), from)
		}
	}
	indistinguishable(t, "applied at once", apply(t, batched, pending...), w)

	snapshots := ledgertest.NewMemory()
	snapshotOf(t, snapshots, h, w)
	for range 5 {
		w = h.after(w, put(t, partnered(int(w.Commit()))))
	}
	var base uint64
	booted, err := world.Boot{Ledger: h, Atlas: france(), Snapshots: snapshots, RememberBytes: most, Chosen: func(m ledger.Manifest) { base = m.Base.Number }}.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if base == 0 {
		t.Error("the snapshot wasn't used")
	}
	indistinguishable(t, "a World of a snapshot", booted, w)
	if other := world.Empty(ledgerID, france()); other.SnapshotCodec() == w.SnapshotCodec() {
		t.Error("a World that remembers otherwise begins from the same snapshots")
	}
}

// What thousands of changes of a large document leave in memory.
func TestMemoryOfLargeDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills some memory")
	}
	heap := func() int {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	const most = 8 << 20
	h := newHistory(t)
	w := world.Empty(ledgerID, france()).ForgetfulOfBytes(most)
	before := heap()
	for n := range 1_000 {
		w, h.commits = h.after(w, put(t, partnered(n))), nil
	}
	if took := heap() - before; took > 3*most {
		t.Errorf("it takes %d MB of memory, for %d", took>>20, most>>20)
	} else {
		t.Logf("%d MB of memory", took>>20)
	}
	runtime.KeepAlive(w)
}
