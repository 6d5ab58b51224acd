package httpapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// authenticated finds out who asks. Without an Authorization header it is the
// anonymous viewer; a header that can't be believed is refused and never read
// as anonymous, since the client would take less data for all there is.
func authenticated(verify func(string) (domain.Viewer, error), e errorEdge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers := r.Header.Values("Authorization")
		if len(headers) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		scheme, token, _ := strings.Cut(headers[0], " ")
		token = strings.TrimSpace(token)
		if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
			w.Header().Set("WWW-Authenticate", `Bearer realm="palier", error="invalid_request"`)
			problem{
				status: http.StatusUnauthorized, code: unauthenticated,
				french:  "un seul en-tête « Authorization: Bearer » suivi d'un jeton est attendu ; sans en-tête, seules les données publiques sont servies",
				english: "one header \"Authorization: Bearer\" followed by a token is due; without it, public data is served",
			}.write(w, r)
			return
		}
		viewer, err := verify(token)
		if err != nil {
			told := e.tell(r.Context(), asUnauthenticated(err))
			w.Header().Set("WWW-Authenticate", `Bearer realm="palier", error="invalid_token"`)
			refuse(w, r, http.StatusUnauthorized, told)
			return
		}
		exchangeOf(r.Context()).viewer = viewer
		next.ServeHTTP(w, r)
	})
}

const unauthenticated = "UNAUTHENTICATED"

// asUnauthenticated keeps an error that speaks for itself; any other is shown
// as a token that isn't accepted.
func asUnauthenticated(err error) error {
	if _, ok := errors.AsType[tellable](err); ok {
		return err
	}
	return notAccepted{err}
}

type notAccepted struct{ error }

func (notAccepted) ErrorCode() string { return unauthenticated }
func (notAccepted) Say(l domain.Locale) string {
	return l.In("le jeton n'est pas accepté : demandez-en un nouveau", "the token isn't accepted: ask for a new one")
}
