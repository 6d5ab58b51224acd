package world

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"time"

	"github.com/palier-hub/palier/domain"
)

type receiptRow = Row[domain.Receipt]

// receipts are nobody's to see: their rows have no sight.
type receipts struct {
	table[domain.ID, domain.Receipt]
	// byTime is keyed by milliseconds since 1970, as precise as stored times.
	byTime index[int64, domain.ID, domain.Receipt]
}

func newReceipts() receipts {
	return receipts{
		table: newTable[domain.ID, domain.Receipt](),
		byTime: numberIndex[int64, domain.ID](func(r *receiptRow) []int64 {
			return []int64{r.Doc.At.UnixMilli()}
		}),
	}
}

func (t receipts) clone() receipts { return receipts{t.table.clone(), t.byTime.clone()} }

func (w *World) setReceipt(id domain.ID, row *receiptRow) (old *receiptRow) {
	old = w.receipts.swap(id, row)
	w.receipts.byTime.move(id, old, row)
	return old
}

// ReceiptID is the id under which the receipt of an actor's idempotency key is
// stored: a hash, because keys are the clients' and of any length.
func ReceiptID(actor, key string) domain.ID {
	h := sha256.New()
	h.Write(binary.AppendUvarint(nil, uint64(len(actor)))) // so that "ab", "c" isn't "a", "bc"
	h.Write([]byte(actor + key))
	return domain.ID("rcp_" + hex.EncodeToString(h.Sum(nil)[:16]))
}

// Receipt is that of an actor's idempotency key; false when the key hasn't
// taken effect, or so long ago that it was forgotten.
func (w *World) Receipt(actor, key string) (domain.Receipt, bool) {
	row, ok := w.receipts.get(ReceiptID(actor, key))
	if !ok {
		return domain.Receipt{}, false
	}
	return *row.Doc, true
}

// ReceiptsBefore are the receipts older than an instant, the oldest first, with
// the ids under which to delete them.
func (w *World) ReceiptsBefore(t time.Time) iter.Seq2[domain.ID, domain.Receipt] {
	return func(yield func(domain.ID, domain.Receipt) bool) {
		for id := range w.receipts.byTime.below(t.UnixMilli()) {
			if row, ok := w.receipts.get(id); ok && !yield(id, *row.Doc) {
				return
			}
		}
	}
}
