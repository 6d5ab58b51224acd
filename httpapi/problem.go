package httpapi

import (
	"context"
	"maps"
	"mime"
	"net/http"
	"strings"

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
	h := w.Header()
	h.Set("Content-Type", responseType(r)+"; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	sayWhenToRetry(h, errs)
	w.WriteHeader(status)
	w.Write(refusal(errs)) // a client that is gone needs no answer
}

func withCode(code string, facts map[string]any) map[string]any {
	out := make(map[string]any, len(facts)+1)
	maps.Copy(out, facts)
	out["code"] = code
	return out
}

// responseType is the media type of GraphQL answers that a client asks for:
// the first in its Accept header that we have. application/json, the older
// one, is for those that don't say (GraphQL over HTTP, section 6.1).
func responseType(r *http.Request) string {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if accept == "" {
		return typeJSON
	}
	for part := range strings.SplitSeq(accept, ",") {
		mediaType, _, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		switch mediaType {
		case "*/*", "application/*", typeJSON:
			return typeJSON
		case typeGraphQL:
			return typeGraphQL
		}
	}
	return typeGraphQL
}
