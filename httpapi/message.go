package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// message is one of the subprotocol's.
type message struct {
	ID      *string
	Type    string
	Payload json.RawMessage
}

const (
	// ownBytes of a message need no room of others: a socket that has few can always
	// send it, and be told that it asks too much.
	ownBytes = 4096
	// mostUncharged of a message are read before it is looked whether they are paid for.
	mostUncharged = 64 << 10
	// parting is how long what a client is still sending is passed over when its socket
	// is closed, so that it reads why.
	parting = time.Second
)

// read takes messages until one closes the socket, or the socket ends.
func (s *socket) read() error {
	for {
		if err := s.readOne(); err != nil {
			return err
		}
	}
}

func (s *socket) readOne() error {
	kind, from, err := s.conn.Reader(context.Background()) // closing the socket ends it
	if err != nil {
		return err
	}
	if kind != websocket.MessageText {
		return &closing{closeBadMessage, "Messages are JSON texts"}
	}
	client, held := s.client, int64(0)
	defer func() { s.streams.bodies.give(client, held) }()
	ctx := s.contextOf()
	// Signs of life between its parts don't prolong it.
	s.wire.SetReadDeadline(s.streams.now().Add(s.streams.limits.Read))
	text, tooMuch, err := s.gather(ctx, from, func(more int64) bool {
		taken := s.streams.bodies.take(client, more, mostBodies/4)
		if taken {
			held += more
		}
		return taken
	})
	if err != nil {
		return err
	}
	s.wire.SetReadDeadline(time.Time{})
	if !utf8.Valid(text) {
		return &closing{websocket.StatusInvalidFramePayloadData, "Texts are in UTF-8"}
	}
	return s.take(ctx, text, tooMuch)
}

// gather reads a message into memory that it has asked for before, and charges it as it
// arrives: whatever it says, and whether it ends, it takes time to read. One that is
// too much is read on only when it is short.
func (s *socket) gather(ctx context.Context, from io.Reader, grow func(more int64) bool) (text []byte, tooMuch, err error) {
	limit := s.streams.limits.By[s.base.class].BodyBytes // as of a request
	text = make([]byte, 0, min(ownBytes, limit+1))
	for cost := int64(leastCost); ; cost = 0 {
		n, err := io.ReadFull(from, text[len(text):min(cap(text), len(text)+mostUncharged)])
		text = text[:len(text)+n]
		tooMuch = s.wire.pay(ctx, cost)
		ended := err == io.EOF || err == io.ErrUnexpectedEOF
		switch size := int64(cap(text)); {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, nil, &closing{closeLate, fmt.Sprintf("A message arrives within %s", s.streams.limits.Read)}
		case err != nil && !ended:
			return nil, nil, err
		case int64(len(text)) > limit:
			return nil, nil, &closing{websocket.StatusMessageTooBig, fmt.Sprintf("A message has at most %d bytes", limit)}
		case tooMuch != nil && (len(text) > ownBytes || !ended):
			return nil, nil, errTooOften
		case ended:
			s.wire.settled()
			return text, tooMuch, nil
		case len(text) == cap(text):
			more := min(size, limit+1-size)
			if !grow(more) {
				return nil, nil, s.tryLater(overloaded())
			}
			text = append(make([]byte, 0, size+more), text...)
		}
	}
}

// taking notes the connection that is taken from a response, and counts what comes
// over it from then on.
type taking struct {
	http.ResponseWriter
	wire *wire
}

func (t *taking) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	begun, _ := buffered.Reader.Peek(buffered.Reader.Buffered())
	t.wire.Conn, t.wire.from = conn, after(begun, conn)
	return t.wire, bufio.NewReadWriter(bufio.NewReaderSize(t.wire, readAhead), buffered.Writer), nil
}
