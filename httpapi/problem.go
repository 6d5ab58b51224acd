package httpapi

import (
	"context"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	typeJSON    = "application/json"
	typeGraphQL = "application/graphql-response+json"
)

// problem is why a request is refused before its GraphQL operation is run. It
// is answered as a GraphQL response without data, whatever the path, so that
// one reader of errors serves a client.
type problem struct {
	status          int
	code            string
	french, english string
	facts           map[string]any
}

func (p problem) write(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, p.status, p.told(r.Context()))
}

// told is what a client reads of it.
func (p problem) told(ctx context.Context) gqlerror.List {
	return gqlerror.List{{
		Message:    exchangeOf(ctx).locale.In(p.french, p.english),
		Extensions: withCode(p.code, p.facts),
	}}
}

func methodNotAllowed(w http.ResponseWriter, r *http.Request, allow string) {
	w.Header().Set("Allow", allow)
	problem{
		status: http.StatusMethodNotAllowed, code: "METHOD_NOT_ALLOWED",
		french:  "méthode refusée à cette adresse ; possibles : " + allow,
		english: "method refused at this address; possible: " + allow,
	}.write(w, r)
}

// refuse writes a response without data.
func refuse(w http.ResponseWriter, r *http.Request, status int, errs gqlerror.List) {
	if long := r.ContentLength < 0 || r.ContentLength > ownBytes; long && exchangeOf(r.Context()).bytes == 0 {
		leaveRest(w) // of what hasn't been read nothing was charged
	}
	h := w.Header()
	h.Set("Content-Type", responseType(r)+"; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	sayWhenToRetry(h, errs)
	w.WriteHeader(status)
	w.Write(refusal(errs)) // a client that is gone needs no answer
}

// leaveRest has the server close the connection after the answer. To use it again it
// would read what is left of the body, up to a quarter of a megabyte.
func leaveRest(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) // where there are deadlines
}

func withCode(code string, facts map[string]any) map[string]any {
	out := make(map[string]any, len(facts)+1)
	maps.Copy(out, facts)
	out["code"] = code
	return out
}

// responseType is the media type of GraphQL answers that a client asks for: of
// those that we have, what its Accept header weighs most, and names first.
// application/json, the older one, is for those that don't say. What is answered
// to those who take neither is the newer.
func responseType(r *http.Request) string {
	accepted, _ := accepts(r)
	return accepted
}

// accepts tells too whether a client takes any of our types, events among them.
func accepts(r *http.Request) (best string, taken bool) {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return typeJSON, true
	}
	best = typeGraphQL
	var most float64
	for part := range strings.SplitSeq(accept, ",") {
		mediaType, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, given := parameters["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || !(weight > 0) {
				continue
			}
		}
		switch mediaType {
		case typeEvents:
			taken = true
		case "*/*", "application/*", typeJSON, typeGraphQL:
			taken = true
			if weight > most {
				most, best = weight, typeJSON
				if mediaType == typeGraphQL {
					best = typeGraphQL
				}
			}
		}
	}
	return best, taken
}

// acceptable refuses to answer in a type that a client doesn't take.
func acceptable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, taken := accepts(r); !taken {
			problem{
				status: http.StatusNotAcceptable, code: "NOT_ACCEPTABLE",
				french:  "l'en-tête Accept ne nomme aucun type servi ici : " + typeGraphQL + ", " + typeJSON + ", " + typeEvents,
				english: "the header Accept names no type that is served here: " + typeGraphQL + ", " + typeJSON + ", " + typeEvents,
			}.write(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
