package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// subprotocol is that of the library graphql-ws:
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
const subprotocol = "graphql-transport-ws"

// The codes with which a socket is closed, beside those of RFC 6455.
const (
	closeBadMessage   websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeForbidden    websocket.StatusCode = 4403
	closeSubprotocol  websocket.StatusCode = 4406
	closeLate         websocket.StatusCode = 4408
	closeSubscriberIs websocket.StatusCode = 4409
	closeTooOften     websocket.StatusCode = 4429
)

// overSocket is GraphQL over a websocket: queries, mutations and subscriptions,
// many at once.
type overSocket struct {
	streams *streams
	// allowed tells whether the scripts of an origin may connect: as for CORS,
	// which browsers don't apply to websockets.
	allowed func(*http.Request) bool
	// identify finds out who sends a token, from which page.
	identify func(r *http.Request, token string) (identity, error)
	// actingFor finds out for whom.
	actingFor func(ctx context.Context, who identity, person string) (identity, error)
	// meter charges each message.
	meter meter
}

var _ graphql.Transport = overSocket{}

// Supports a request that is to become a websocket.
func (t overSocket) Supports(r *http.Request) bool { return isUpgrade(r) }

func isUpgrade(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

func (t overSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !t.allowed(r) {
		problem{
			status: http.StatusForbidden, code: originNotAllowed,
			french:  "les pages de ce site ne peuvent pas ouvrir de websocket ici : l'exploitant le permet par --origins",
			english: "the pages of this site may not open a websocket here: whoever runs the hub allows it by --origins",
		}.write(w, r)
		return
	}
	client, full := t.streams.enter(exchangeOf(r.Context()))
	if full != nil {
		full.write(w, r)
		return
	}
	s := &socket{overSocket: t, exec: exec, base: *exchangeOf(r.Context()), client: client, begun: make(chan struct{}), operations: make(map[string]*operation)}
	defer func() { t.streams.leave(s.client) }()
	s.pays()
	s.wire = &wire{now: t.streams.now, pour: t.meter.chargeBytes, payer: s.payerContext}
	conn, err := websocket.Accept(&taking{w, s.wire}, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // verified above
		OnPingReceived:     s.wire.ping,
		OnPongReceived:     s.wire.pong,
	})
	if err != nil {
		return // it has answered
	}
	defer conn.CloseNow()
	s.conn = conn
	// The request's own context ends with its connection, which is hijacked.
	ctx, end := context.WithCancel(context.WithoutCancel(r.Context()))
	s.request, s.ctx, s.end = r.WithContext(ctx), ctx, end
	defer end()
	if conn.Subprotocol() != subprotocol {
		s.close(&closing{closeSubprotocol, "Subprotocol not acceptable: use " + subprotocol})
		return
	}
	s.serve()
	exchangeOf(r.Context()).identity = s.base.identity // for the log
}

// socket is one websocket.
type socket struct {
	overSocket
	conn *websocket.Conn
	// wire is the connection below, whose reading has deadlines and a price.
	wire *wire
	exec graphql.GraphExecutor
	// request is what it began as.
	request *http.Request
	// base is what is known of the socket; each operation has a copy. Who asks may
	// be told by the client's first message, which is accepted when begun is
	// closed.
	base  exchange
	begun chan struct{}
	ready bool
	// payer is base as it is known to whoever reads frames, which at the end isn't who
	// takes messages.
	payer atomic.Pointer[exchange]
	// client is whose it is counted as.
	client string
	// ctx ends with the socket.
	ctx  context.Context
	end  context.CancelFunc
	work sync.WaitGroup

	// mu is held while a message is written: so no message of an operation is
	// written once the client knows that it has ended, and the client may use its
	// id again.
	mu         sync.Mutex
	operations map[string]*operation
	leaving    bool // no operation begins any more
	running    sync.WaitGroup
}

// operation is one that runs.
type operation struct {
	id   string
	stop context.CancelFunc
}

// closing is why a socket is closed.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c *closing) Error() string { return fmt.Sprintf("%d %s", c.code, c.reason) }

// serve reads until the socket ends. Whatever it started has ended then too.
func (s *socket) serve() {
	gone := make(chan struct{})
	stays := context.AfterFunc(s.streams.leaving, func() {
		defer close(gone)
		s.goAway()
	})
	s.conn.SetReadLimit(-1) // what is read is bounded as it arrives
	s.work.Go(s.watch)
	if why, ok := errors.AsType[*closing](s.read()); ok {
		s.wire.SetReadDeadline(s.streams.now().Add(parting))
		s.close(why)
	}
	s.conn.CloseNow() // whoever is writing stops
	s.end()
	s.work.Wait()
	s.running.Wait()
	if !stays() {
		<-gone
	}
}

// take takes a message, whose the context is. One that is too much closes the socket;
// an operation is told so instead, and may always be ended.
func (s *socket) take(ctx context.Context, text []byte, tooMuch error) error {
	var m message
	if err := decodeObject(text, map[string]any{"id": &m.ID, "type": &m.Type, "payload": &m.Payload}); err != nil {
		return badMessage("A message is a JSON object with a type", err)
	}
	switch m.Type {
	case "connection_init":
		return s.begin(m.Payload)
	case "ping", "pong":
		if tooMuch != nil {
			return errTooOften
		}
		if m.Type == "pong" {
			return nil
		}
		return s.write(`{"type":"pong"}`)
	case "subscribe":
		return s.subscribe(ctx, m, tooMuch)
	case "complete":
		if m.ID == nil {
			break
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if op := s.operations[*m.ID]; op != nil {
			delete(s.operations, op.id)
			op.stop()
		}
		return nil
	}
	return &closing{closeBadMessage, "No such message"}
}

// badMessage closes a socket whose message, or a part of it, isn't what is due.
func badMessage(due string, err error) *closing {
	if wrong, ok := errors.AsType[*nameError](err); ok {
		due = wrong.refused("", "A message").english
	}
	return &closing{closeBadMessage, fit(due)}
}

// begin takes the client's first message, which may hold its token.
func (s *socket) begin(payload json.RawMessage) error {
	if s.ready {
		return &closing{closeTooOften, "Too many initialisation requests"}
	}
	var authorization, person any // each by one of its two names
	if len(payload) > 0 && string(payload) != "null" {
		if err := decodeObject(payload, map[string]any{
			"authorization": &authorization, "Authorization": &authorization, strings.ToLower(onBehalfOfHeader): &person, onBehalfOfHeader: &person,
		}); err != nil {
			return badMessage("The payload of connection_init is an object", err)
		}
	}
	if authorization != nil {
		header, _ := authorization.(string)
		token, ok := bearer(header)
		if !ok {
			return &closing{closeUnauthorized, unauthenticated + `: authorization is "Bearer " and a token`}
		}
		who, err := s.identify(s.request, token)
		if err != nil {
			return s.unauthorized(asUnauthenticated(err))
		}
		who.person = s.base.person
		s.base.identity = who
	}
	if err := s.actFor(person); err != nil {
		return err
	}
	var full *problem
	if s.client, full = s.streams.becomes(s.client, &s.base); full != nil {
		return s.tryLater(full)
	}
	s.ready = true
	s.pays()
	close(s.begun)
	return s.write(`{"type":"connection_ack"}`)
}

// actFor takes whom the socket acts for, by the first message, or else by the
// header that it came with: for whoever asks by now.
func (s *socket) actFor(named any) error {
	person, names := s.base.person, s.base.person != ""
	if named != nil {
		if person, names = named.(string); !names {
			return &closing{closeBadMessage, onBehalfOfHeader + " is the id of a person"}
		}
	}
	if !names {
		return nil
	}
	who, err := s.actingFor(s.ctx, s.base.identity, person)
	if err != nil {
		told := s.streams.edge.tell(s.contextOf(), err)
		return &closing{closeForbidden, fit(fmt.Sprint(told[0].Extensions["code"], ": ", told[0].Message))}
	}
	s.base.identity = who
	return nil
}

// tryLater closes a socket for which there is no room.
func (s *socket) tryLater(full *problem) *closing {
	return &closing{websocket.StatusTryAgainLater, fit(fmt.Sprint(full.code, ": ", s.base.locale.In(full.french, full.english)))}
}

// unauthorized closes a socket whose viewer isn't believed.
func (s *socket) unauthorized(err error) *closing {
	told := s.streams.edge.tell(s.contextOf(), err)
	code := closeUnauthorized
	if told[0].Extensions["code"] == originNotAllowed {
		code = closeForbidden
	}
	return &closing{code, fit(fmt.Sprint(told[0].Extensions["code"], ": ", told[0].Message))}
}

// fit cuts a reason to what a close frame holds.
func fit(reason string) string {
	const most, cut = 123, "…"
	if len(reason) <= most {
		return reason
	}
	return strings.ToValidUTF8(reason[:most-len(cut)], "") + cut
}

// subscribe begins an operation of any kind, unless that is too much.
func (s *socket) subscribe(ctx context.Context, m message, tooMuch error) error {
	if !s.ready {
		return &closing{closeUnauthorized, "Unauthorized: connection_init comes first"}
	}
	if m.ID == nil || *m.ID == "" {
		return &closing{closeBadMessage, "An operation has an id"}
	}
	id, params := *m.ID, &graphql.RawParams{Headers: s.request.Header}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch limit := s.streams.limits.SocketOperations; {
	case s.leaving:
		return nil // the socket is about to be closed
	case s.operations[id] != nil:
		return &closing{closeSubscriberIs, fit("Subscriber for " + id + " already exists")}
	case len(s.operations) >= limit:
		return s.refuse(id, gqlerror.List{{
			Message: fmt.Sprintf(s.base.locale.In(
				"%d opérations sont déjà en cours sur ce websocket : terminez-en une, ou ouvrez-en un autre",
				"%d operations are already running on this websocket: complete one, or open another"), limit),
			Extensions: withCode("TOO_MANY_OPERATIONS", map[string]any{"limit": limit}),
		}})
	case tooMuch != nil:
		return s.refuse(id, s.streams.edge.tell(ctx, tooMuch))
	}
	if wrong := readBody(m.Payload, params); wrong != nil {
		return &closing{closeBadMessage, fit(wrong.english)}
	}
	ctx, stop := context.WithCancel(ctx)
	op := &operation{id, stop}
	s.operations[id] = op
	s.running.Go(func() {
		defer stop()
		s.run(ctx, op, params)
	})
	return nil
}

// contextOf is that of an operation: it has a record of its own.
func (s *socket) contextOf() context.Context {
	x := s.base
	return context.WithValue(s.ctx, exchangeKey{}, &x)
}

// pays has whoever asks by now pay for what comes.
func (s *socket) pays() {
	x := s.base
	s.payer.Store(&x)
}

func (s *socket) payerContext() context.Context {
	x := *s.payer.Load()
	return context.WithValue(s.ctx, exchangeKey{}, &x)
}

func (s *socket) run(ctx context.Context, op *operation, params *graphql.RawParams) {
	told, err := s.streams.run(ctx, s.exec, params, func(payload []byte) error { return s.tell(op, payload) })
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[op.id] != op {
		return // the client was told, or told us
	}
	delete(s.operations, op.id)
	switch {
	case err != nil: // cut, or the server leaves: the client resumes
	case len(told) > 0:
		s.refuse(op.id, told)
	default:
		s.complete(op.id)
	}
}

// tell writes a response of an operation that the client still waits for.
func (s *socket) tell(op *operation, payload []byte) error {
	out := begin(op.id, "next")
	out.Grow(len(payload) + 16)
	out.WriteString(`,"payload":`)
	out.Write(payload)
	out.WriteByte('}')
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[op.id] != op {
		return context.Canceled
	}
	return s.send(out.Bytes())
}

// refuse and complete end an operation, with mu held.

func (s *socket) refuse(id string, told gqlerror.List) error {
	out := begin(id, "error")
	out.WriteString(`,"payload":`)
	out.Write(errorsOf(told))
	out.WriteByte('}')
	return s.send(out.Bytes())
}

func (s *socket) complete(id string) error {
	out := begin(id, "complete")
	out.WriteByte('}')
	return s.send(out.Bytes())
}

// begin is a message of an operation without its end.
func begin(id, kind string) *bytes.Buffer {
	quoted, err := json.Marshal(id)
	if err != nil {
		panic("a text is JSON: " + err.Error())
	}
	out := new(bytes.Buffer)
	fmt.Fprintf(out, `{"id":%s,"type":"%s"`, quoted, kind)
	return out
}

func (s *socket) write(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.send([]byte(text))
}

// send writes a message, with mu held. A client that doesn't take it in time is
// cut: no close frame would reach it either.
func (s *socket) send(text []byte) error {
	ctx, stop := context.WithTimeout(context.Background(), s.streams.limits.Write)
	defer stop()
	err := s.conn.Write(ctx, websocket.MessageText, text)
	if err != nil && ctx.Err() != nil {
		s.streams.logger.LogAttrs(s.ctx, slog.LevelWarn, "a client that doesn't read was cut", slog.String("request", s.base.id))
	}
	return err
}

// close says why, and waits for the client to say goodbye; for what it is still
// sending the library would wait without end.
func (s *socket) close(why *closing) {
	late := time.AfterFunc(s.streams.limits.Write, func() { s.wire.Close() })
	defer late.Stop()
	s.wire.parting.Store(true)
	s.conn.Close(why.code, why.reason)
	s.wire.pay(s.payerContext(), 0) // for what was passed over
}

// watch ends the socket when it has to: because the client says nothing at
// first, because its token ends, or because it gives no sign of life.
func (s *socket) watch() {
	late := time.NewTimer(s.streams.limits.SocketInit)
	defer late.Stop()
	select {
	case <-s.ctx.Done():
		return
	case <-late.C:
		s.close(&closing{closeLate, "Connection initialisation timeout"})
		return
	case <-s.begun:
	}
	why := s.streams.watch(s.ctx, s.base.identity, func() error {
		ctx, stop := context.WithTimeout(s.ctx, s.streams.limits.Write)
		defer stop()
		s.wire.pinged.Store(true)
		return s.conn.Ping(ctx)
	})
	if s.ctx.Err() != nil {
		return
	}
	if _, speaks := errors.AsType[tellable](why); !speaks {
		s.conn.CloseNow()
		return
	}
	s.endAll(s.streams.edge.tell(s.contextOf(), why))
	s.close(s.unauthorized(why))
}

// endAll ends every operation with an error.
func (s *socket) endAll(told gqlerror.List) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = true
	for id, op := range s.operations {
		delete(s.operations, id)
		op.stop()
		s.refuse(id, told)
	}
}

// goAway waits until what runs has come to its end (subscriptions do at once) and
// closes the socket so that the client connects again.
func (s *socket) goAway() {
	s.mu.Lock()
	s.leaving = true
	s.mu.Unlock()
	s.running.Wait()
	s.close(&closing{websocket.StatusGoingAway, "Going away: connect again and resume"})
}
