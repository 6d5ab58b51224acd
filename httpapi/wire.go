package httpapi

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync/atomic"
	"time"
)

const (
	// mostUnpaid bytes come over a websocket before they are charged.
	mostUnpaid = 16 << 10
	// readAhead is how much is read at once of what comes in small frames.
	readAhead = 512
	// controlHeader is that of a control frame of a client.
	controlHeader = 6
	// freeControls is how often a control frame costs nothing: clients give signs of
	// life, too.
	freeControls = time.Second
)

// wire is the connection below a websocket. What comes over it is charged here, since
// the library reads frames that hold nothing, and answers pings, without end, and hands
// nothing over meanwhile.
type wire struct {
	net.Conn
	from io.Reader
	now  func() time.Time
	// pour charges for so many bytes, and a cost besides.
	pour func(ctx context.Context, cost int64, bytes int) error
	// payer is the context of whoever pays.
	payer func() context.Context

	unpaid atomic.Int64
	// refused is that what came was too much, parting that the client is told why its
	// socket is closed.
	refused, parting atomic.Bool
	// pinged is that a pong is due.
	pinged atomic.Bool
	// free is when a control frame last cost nothing. Only who reads uses it.
	free time.Time
}

// Read reads what there is room for in the bucket, and no more.
func (w *wire) Read(b []byte) (int, error) {
	if w.refused.Load() {
		if w.parting.Load() {
			time.Sleep(parting) // the client reads why before the connection ends
		}
		return 0, errTooOften
	}
	n, err := w.from.Read(b)
	if w.unpaid.Add(int64(n)) >= mostUnpaid && w.pay(w.payer(), 0) != nil {
		w.refused.Store(true)
	}
	return n, err
}

// pay charges a cost, and each whole kilobyte that isn't charged yet.
func (w *wire) pay(ctx context.Context, cost int64) error {
	whole := w.unpaid.Load() / bytesPerCost * bytesPerCost
	w.unpaid.Add(-whole)
	return w.pour(ctx, cost, int(whole))
}

// settled ends a message: the next one pays for itself.
func (w *wire) settled() { w.unpaid.Store(0) }

// ping is told of a ping, and answers whether it is to be answered.
func (w *wire) ping(_ context.Context, payload []byte) bool {
	return w.control(payload, false)
}

func (w *wire) pong(_ context.Context, payload []byte) {
	w.control(payload, w.pinged.Swap(false))
}

// control charges for a control frame, as for a short message, whose bytes cost nothing
// besides. One that is due is free, and so is one now and then.
func (w *wire) control(payload []byte, due bool) (paid bool) {
	if w.unpaid.Add(-int64(controlHeader+len(payload))) < 0 {
		w.unpaid.Store(0)
	}
	switch now := w.now(); {
	case w.refused.Load():
		return false
	case due:
	case now.Sub(w.free) >= freeControls:
		w.free = now
	case w.pour(w.payer(), leastCost, 0) != nil:
		w.refused.Store(true)
		return false
	}
	return true
}

// errTooOften closes a socket over which too much comes.
var errTooOften = &closing{closeTooOften, "Too many messages"}

// after is a reader of what a buffer holds, and then of what comes.
func after(buffered []byte, conn net.Conn) io.Reader {
	if len(buffered) == 0 {
		return conn
	}
	return io.MultiReader(bytes.NewReader(bytes.Clone(buffered)), conn)
}
