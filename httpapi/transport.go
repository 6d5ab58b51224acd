package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// overHTTP is GraphQL over HTTP: GET for queries, POST with JSON for all; and
// GraphQL over server-sent events for those who ask for them. The executor's own
// transports read bodies without a limit, quote them in errors, and answer statuses
// that the specification doesn't know.
type overHTTP struct {
	limits  Limits
	edge    errorEdge
	streams *streams
}

var _ graphql.Transport = overHTTP{}

// Supports every request that isn't to become a websocket.
// Another protocol that a client would rather speak, such as h2c, is passed over (RFC
// 9110, section 7.8).
func (t overHTTP) Supports(r *http.Request) bool { return !isUpgrade(r) }

func (t overHTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	defer t.edge.answerPanic(w, r)
	params, wrong := t.read(w, r)
	if err := t.streams.gate.meter.chargeBytes(r.Context(), 0, exchangeOf(r.Context()).bytes); err != nil {
		refuse(w, r, http.StatusTooManyRequests, t.edge.tell(r.Context(), err))
		return
	}
	if wrong != nil {
		wrong.write(w, r)
		return
	}
	most := t.limits.By[exchangeOf(r.Context()).class].Operation
	ctx, stop := context.WithTimeout(r.Context(), most)
	defer stop()
	// A body may take its time, and meanwhile a right may end.
	if err := t.streams.stillBelieved(ctx, &exchangeOf(ctx).identity); err != nil {
		t.edge.unbelieved(w, r, err)
		return
	}
	valid, wrong := t.streams.documents.resolve(ctx, params, requestErrorStatus(r))
	if wrong != nil {
		wrong.write(w, r)
		return
	}
	params.ReadTime.Start = graphql.GetStartTime(ctx)
	params.ReadTime.End = graphql.Now()

	operation, errs := t.streams.gate.enter(ctx, exec, params)
	ctx = graphql.WithOperationContext(ctx, operation)
	var kind ast.Operation
	if operation.Operation != nil {
		kind = operation.Operation.Operation
	}
	if kind == ast.Mutation && r.Method == http.MethodGet {
		methodNotAllowed(w, r, http.MethodPost)
		return
	}
	if len(errs) == 0 {
		valid()
	}
	switch {
	case asksTooMuch(errs):
		refuse(w, r, http.StatusTooManyRequests, t.edge.tellAll(ctx, errs))
		return
	case wantsEvents(r, kind):
		t.stream(w, r, exec, operation, errs)
		return
	case len(errs) > 0:
		refuse(w, r, requestErrorStatus(r), t.edge.tellAll(ctx, errs))
		return
	case kind == ast.Subscription:
		problem{
			status: requestErrorStatus(r), code: "SUBSCRIPTION_NOT_SUPPORTED",
			french:  "un abonnement ne se suit pas par une simple requête : demandez-le avec l'en-tête Accept: text/event-stream, ou par un websocket de sous-protocole graphql-transport-ws",
			english: "a subscription can't be followed by a plain request: ask for it with the header Accept: text/event-stream, or over a websocket of the subprotocol graphql-transport-ws",
		}.write(w, r)
		return
	}
	response, full := t.streams.load.run(ctx, exec, operation)
	switch {
	case full != nil:
		full.write(w, r)
		return
	case response == nil: // the time was up before anything ran
		timedOut(most).write(w, r)
		return
	}
	t.answer(w, r, response)
}

func asksTooMuch(errs gqlerror.List) bool {
	_, is := errors.AsType[*rateLimitedError](errs)
	return is
}

// read takes the parameters of a request; what it answers besides is why they
// can't be read.
func (t overHTTP) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *problem) {
	params := &graphql.RawParams{Headers: r.Header}
	if r.Method == http.MethodGet {
		return params, readQuery(r.URL.RawQuery, params)
	}
	if !isJSON(r) {
		return nil, &problem{
			status: http.StatusUnsupportedMediaType, code: "UNSUPPORTED_MEDIA_TYPE",
			french:  "le corps doit être annoncé par Content-Type: application/json, en UTF-8",
			english: "the body must be announced by Content-Type: application/json, in UTF-8",
		}
	}
	x := exchangeOf(r.Context())
	of := x.class
	limit := t.limits.By[of].BodyBytes
	size := r.ContentLength
	switch {
	case size > limit:
		return nil, tooLarge(size, limit, of)
	case size < 0: // it isn't said
		size = limit
	}
	client := x.clientKey()
	if !t.streams.bodies.take(client, size, mostBodies/4) {
		return nil, overloaded()
	}
	defer t.streams.bodies.give(client, size)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	x.bytes = len(body) // it is charged, whatever comes of it
	switch _, above := errors.AsType[*http.MaxBytesError](err); {
	case above:
		leaveRest(w)
		return nil, tooLarge(limit+1, limit, of)
	case err != nil:
		return nil, badRequest("le corps n'est pas arrivé en entier", "the body did not arrive whole")
	case !utf8.Valid(body):
		return nil, badRequest("le corps n'est pas en UTF-8", "the body isn't in UTF-8")
	}
	return params, readBody(body, params)
}

func tooLarge(actual, limit int64, of Class) *problem {
	return &problem{
		status: http.StatusRequestEntityTooLarge, code: "BODY_TOO_LARGE",
		french:  fmt.Sprintf("le corps dépasse %d octets : découpez la requête", limit),
		english: fmt.Sprintf("the body has more than %d bytes: split the request", limit),
		facts:   map[string]any{"limit": limit, "actual": actual, "class": of.String()},
	}
}

func readBody(body []byte, params *graphql.RawParams) *problem {
	var in struct {
		Query                     *string
		OperationName, DocumentID string
		Variables, Extensions     map[string]any
	}
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return badRequest(
			"plusieurs opérations dans un tableau ne sont pas acceptées : envoyez une requête par opération",
			"several operations in an array aren't accepted: send one request per operation")
	}
	switch err := decodeObject(body, map[string]any{
		"query": &in.Query, "operationName": &in.OperationName, "variables": &in.Variables, "extensions": &in.Extensions, "documentId": &in.DocumentID,
	}).(type) {
	case nil:
	case *nameError:
		return err.refused("le corps JSON", "the JSON body")
	default:
		if wrong, ok := errors.AsType[*fieldError](err); ok {
			return badRequest(
				fmt.Sprintf("le champ %s du corps JSON n'est pas du type attendu", wrong.name),
				fmt.Sprintf("the field %s of the JSON body isn't of the type that is due", wrong.name))
		}
		return badRequest(
			`le corps n'est pas un objet JSON ; attendu : {"query": "…", "variables": {…}}`,
			`the body isn't a JSON object; due is: {"query": "…", "variables": {…}}`)
	}
	params.OperationName, params.Variables, params.Extensions = in.OperationName, in.Variables, in.Extensions
	if in.DocumentID != "" {
		nameByID(params, in.DocumentID)
	}
	switch {
	case in.Query != nil:
		params.Query = *in.Query
	case !namesDocument(params):
		return missingQuery()
	}
	return nil
}

func readQuery(raw string, params *graphql.RawParams) *problem {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return badRequest("les paramètres de l'adresse sont illisibles", "the parameters of the address can't be read")
	}
	once := newNames(slices.Values([]string{"query", "operationName", "variables", "extensions", "documentId"}))
	for name, given := range values {
		for range given {
			if _, wrong := once.take(name); wrong != nil {
				return wrong.refused("l'adresse", "the address")
			}
		}
	}
	params.Query, params.OperationName = values.Get("query"), values.Get("operationName")
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := values.Get(name); text != "" && decode([]byte(text), into) != nil {
			return badRequest(
				fmt.Sprintf("le paramètre %s n'est pas un objet JSON", name),
				fmt.Sprintf("the parameter %s isn't a JSON object", name))
		}
	}
	if id := values.Get("documentId"); id != "" {
		nameByID(params, id)
	}
	if !values.Has("query") && !namesDocument(params) {
		return missingQuery()
	}
	return nil
}

// decode reads exactly one JSON value. Numbers keep their digits.
func decode(text []byte, into any) error {
	d := decoderOf(text)
	if err := d.Decode(into); err != nil {
		return err
	}
	return atEnd(d)
}

func decoderOf(text []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d
}

func atEnd(d *json.Decoder) error {
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the value")
	}
	return nil
}

// decodeObject reads a JSON object's fields by their exact names, each of which may be
// there once: what stands before the hub, and looks into bodies, must read the same as
// it does. Other fields are passed over. Errors are *nameError, *fieldError, and those
// of JSON that is none.
func decodeObject(text []byte, fields map[string]any) error {
	d := decoderOf(text)
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errors.Join(errors.New("not an object"), err)
	}
	names := newNames(maps.Keys(fields))
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name := token.(string) // as in every object
		known, wrong := names.take(name)
		if wrong != nil {
			return wrong
		}
		into := any(new(json.RawMessage))
		if known {
			into = fields[name]
		}
		if err := d.Decode(into); err != nil {
			if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				return &fieldError{name, err}
			}
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	return atEnd(d)
}

// names are those that something may have, each once. Those that differ by capitals
// only are one.
type names struct {
	known []string
	seen  map[string]bool
}

func newNames(known iter.Seq[string]) names {
	return names{slices.Sorted(known), make(map[string]bool)}
}

// take tells whether a name is known. It is wrong where some would read it as another,
// or as well as another.
func (n names) take(name string) (known bool, wrong *nameError) {
	if !slices.Contains(n.known, name) {
		for _, due := range n.known {
			if strings.EqualFold(name, due) {
				return false, &nameError{name, due}
			}
		}
		return false, nil
	}
	one := strings.ToLower(name)
	if n.seen[one] {
		return true, &nameError{name: name}
	}
	n.seen[one] = true
	return true, nil
}

// nameError says that a name is there twice, or in other capitals than are due.
type nameError struct{ name, due string }

func (e *nameError) Error() string { return e.refused("", "it").english }

// refused is the answer to what has the name.
func (e *nameError) refused(french, english string) *problem {
	if e.due == "" {
		return badRequest(
			fmt.Sprintf("%s a %s deux fois", french, e.name),
			fmt.Sprintf("%s has %s twice", english, e.name))
	}
	return badRequest(
		fmt.Sprintf("%s a %s, qui s'écrit %s", french, e.name, e.due),
		fmt.Sprintf("%s has %s, which is written %s", english, e.name, e.due))
}

// fieldError says that a field isn't of its type.
type fieldError struct {
	name string
	error
}

// requestErrorStatus is the status of a well-formed request whose document or
// variables are wrong: the older media type answers 200 to all that reached
// GraphQL (GraphQL over HTTP, sections 6.4.1 and 6.4.2).
func requestErrorStatus(r *http.Request) int {
	if responseType(r) == typeJSON {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

func (t overHTTP) answer(w http.ResponseWriter, r *http.Request, response *graphql.Response) {
	var out bytes.Buffer
	h := w.Header()
	h.Set("Content-Type", responseType(r)+"; charset=utf-8")
	kept := exchangeOf(r.Context()).mayKeep(h, response) && r.Method == http.MethodGet
	if kept { // it is everybody's, and not what one client has left
		delete(response.Extensions, "cost")
	}
	render(&out, response)
	if palier, ok := response.Extensions["palier"].(map[string]any); ok && palier["commit"] != nil {
		h.Set(commitHeader, fmt.Sprint(palier["commit"]))
	}
	sayWhenToRetry(h, response.Errors)
	switch {
	case kept && unchanged(h, r, out.Bytes()):
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	case len(response.Errors) > 0 && responseType(r) == typeGraphQL:
		w.WriteHeader(statusPartial)
	}
	out.WriteTo(w) // a client that is gone needs no answer
}

// statusPartial is that of an answer with data and errors, for the newer media type
// (GraphQL over HTTP, "Partial Success").
const statusPartial = 294

// render writes a response with its data as the executor made it, which is JSON
// already and need not be read again.
func render(out *bytes.Buffer, response *graphql.Response) {
	out.Grow(len(response.Data) + 256)
	out.WriteByte('{')
	if len(response.Errors) > 0 && !member(out, "errors", response.Errors) {
		panic("an error that JSON can't hold") // answered and logged as any other
	}
	out.WriteString(`"data":`)
	if len(response.Data) > 0 {
		out.Write(response.Data)
	} else {
		out.WriteString("null")
	}
	if len(response.Extensions) > 0 {
		out.WriteByte(',')
		if !member(out, "extensions", response.Extensions) {
			panic("an extension that JSON can't hold")
		}
		out.Truncate(out.Len() - 1)
	}
	out.WriteByte('}')
}

// rendered is a response in bytes of its own: the executor's are those of the next
// event too.
func rendered(response *graphql.Response) []byte {
	var out bytes.Buffer
	render(&out, response)
	return out.Bytes()
}

// member writes "name":value and a comma.
func member(out *bytes.Buffer, name string, value any) bool {
	text, err := json.Marshal(value)
	if err != nil {
		return false
	}
	fmt.Fprintf(out, "%q:%s,", name, text)
	return true
}

func badRequest(french, english string) *problem {
	return &problem{status: http.StatusBadRequest, code: "BAD_REQUEST", french: french, english: english}
}

func missingQuery() *problem {
	return badRequest(
		"le paramètre query manque : il contient le document GraphQL, par exemple { viewer { role } }",
		"the parameter query is missing: it holds the GraphQL document, for example { viewer { role } }")
}

func timedOut(most time.Duration) problem {
	return problem{
		status: http.StatusServiceUnavailable, code: "TIMEOUT",
		french:  fmt.Sprintf("l'opération a dépassé %s : demandez-en moins à la fois", most),
		english: fmt.Sprintf("the operation took more than %s: ask for less at a time", most),
		facts:   map[string]any{"limitMilliseconds": most.Milliseconds()},
	}
}
