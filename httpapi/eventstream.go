package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const typeEvents = "text/event-stream"

// wantsEvents tells whether a request asks for its answer as an event stream:
// that of a subscription wherever its Accept header names it, since nothing else
// can answer one; that of anything else when none of our other types has more
// weight, or comes before with the same. Gateways name all of them on every
// request.
func wantsEvents(r *http.Request, kind ast.Operation) bool {
	best, events := 0.0, false
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		mediaType, parameters, _ := mime.ParseMediaType(part)
		weight := 1.0
		if q, given := parameters["q"]; given {
			var err error
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		switch mediaType {
		case typeEvents:
			if weight > 0 && kind == ast.Subscription {
				return true
			}
			if weight > best {
				best, events = weight, true
			}
		case "*/*", "application/*", typeJSON, typeGraphQL:
			if weight > best {
				best, events = weight, false
			}
		}
	}
	return events
}

// eventStream is an answer by server-sent events: GraphQL over SSE, "distinct
// connections mode". Each response is an event "next"; "complete" says that no
// more will come. A stream that ends without it was cut: the client resumes.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	now     func() time.Time
	limits  Limits

	mu sync.Mutex
}

// stream answers an operation, or why it isn't run, by events.
func (t overHTTP) stream(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, operation *graphql.OperationContext, errs gqlerror.List) {
	client, full := t.streams.enter(exchangeOf(r.Context()))
	if full != nil {
		full.write(w, r)
		return
	}
	defer t.streams.leave(client)
	control := http.NewResponseController(w)
	// The server bounds a request as a whole; here each write has its own time,
	// and a client that leaves is noticed however late.
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		panic("a connection without deadlines: " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", typeEvents+"; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	e := &eventStream{w: w, control: control, now: t.streams.now, limits: t.limits}
	if e.write([]byte(":\n\n")) != nil { // the headers are out before the first event
		return
	}

	ctx, cut := context.WithCancelCause(r.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		cut(t.streams.watch(ctx, exchangeOf(ctx).identity, func() error { return e.write([]byte(":\n\n")) }))
	})
	told, err := t.edge.tellAll(graphql.WithOperationContext(ctx, operation), errs), error(nil)
	if len(errs) == 0 {
		told, err = t.streams.execute(ctx, exec, operation, func(payload []byte) error { return e.send("next", payload) })
	}
	why := context.Cause(ctx)
	cut(nil)
	watching.Wait()
	switch {
	case errors.Is(err, errLeaving):
		e.write([]byte(": going away: connect again and resume\n\n"))
		return
	case err != nil, r.Context().Err() != nil: // nobody reads on
		return
	case why != nil:
		if _, ok := errors.AsType[tellable](why); !ok {
			return // the keepalive couldn't be written
		}
		told = t.edge.tell(ctx, why)
	}
	if len(told) > 0 && e.send("next", refusal(told)) != nil {
		return
	}
	e.send("complete", nil)
}

// send writes one event. The data is JSON, in which a line break is no more than
// a space.
func (e *eventStream) send(event string, data []byte) error {
	var out bytes.Buffer
	out.Grow(len(event) + len(data) + 20)
	out.WriteString("event: " + event + "\ndata: ")
	out.Write(bytes.ReplaceAll(data, []byte("\n"), []byte(" ")))
	out.WriteString("\n\n")
	return e.write(out.Bytes())
}

func (e *eventStream) write(text []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.control.SetWriteDeadline(e.now().Add(e.limits.Write)); err != nil {
		return err
	}
	if _, err := e.w.Write(text); err != nil {
		return err
	}
	return e.control.Flush()
}

// refusal is a response that has errors only.
func refusal(told gqlerror.List) []byte {
	return append(append([]byte(`{"errors":`), errorsOf(told)...), '}')
}

// errorsOf is a list of errors in JSON.
func errorsOf(told gqlerror.List) []byte {
	text, err := json.Marshal(told)
	if err != nil { // a fact that JSON can't hold: the code still says most
		return []byte(`[{"message":"internal error","extensions":{"code":"INTERNAL"}}]`)
	}
	return text
}
