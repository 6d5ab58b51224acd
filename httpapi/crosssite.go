package httpapi

import (
	"mime"
	"net/http"
	"strings"
)

const (
	preflightHeader = "Apollo-Require-Preflight"
	operationHeader = "X-Apollo-Operation-Name"
)

// preflighted refuses what a page of another site can make a browser send
// without asking first: a request with a simple content type, or none, and
// without a header that forces a preflight. Such a request runs with the
// network position of whoever opened that page.
func preflighted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isJSON(r) && r.Header.Get(preflightHeader) == "" && r.Header.Get(operationHeader) == "" {
			problem{
				status: http.StatusBadRequest, code: "CSRF_PREVENTION",
				french:  "requête refusée, car un site tiers pourrait la faire envoyer par un navigateur : ajoutez l'en-tête Content-Type: application/json ou apollo-require-preflight: true",
				english: "request refused, since another site could make a browser send it: add the header Content-Type: application/json or apollo-require-preflight: true",
			}.write(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isJSON(r *http.Request) bool {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	return err == nil && mediaType == typeJSON && (charset == "" || strings.EqualFold(charset, "utf-8"))
}
