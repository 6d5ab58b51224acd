package httpapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// authenticated finds out who asks. Without an Authorization header it is the
// anonymous viewer; a header that can't be believed is refused and never read
// as anonymous, since the client would take less data for all there is. Its address
// is charged, so that nobody tries tokens for nothing.
func authenticated(identify func(r *http.Request, token string) (identity, error), m meter, e errorEdge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers := r.Header.Values("Authorization")
		if len(headers) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		token, ok := bearer(headers[0])
		if len(headers) > 1 || !ok {
			if m.refuses(w, r, e) {
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer realm="palier", error="invalid_request"`)
			problem{
				status: http.StatusUnauthorized, code: unauthenticated,
				french:  "un seul en-tête « Authorization: Bearer » suivi d'un jeton est attendu ; sans en-tête, seules les données publiques sont servies",
				english: "one header \"Authorization: Bearer\" followed by a token is due; without it, public data is served",
			}.write(w, r)
			return
		}
		who, err := identify(r, token)
		if err != nil {
			if m.refuses(w, r, e) {
				return
			}
			e.unbelieved(w, r, asUnauthenticated(err))
			return
		}
		exchangeOf(r.Context()).identity = who
		next.ServeHTTP(w, r)
	})
}

// unbelieved answers who presents what isn't believed.
func (e errorEdge) unbelieved(w http.ResponseWriter, r *http.Request, err error) {
	told := e.tell(r.Context(), err)
	status := http.StatusUnauthorized
	switch told[0].Extensions["code"] {
	case originNotAllowed:
		status = http.StatusForbidden
	case providerUnavailable:
		status = http.StatusServiceUnavailable
	default:
		w.Header().Set("WWW-Authenticate", `Bearer realm="palier", error="invalid_token"`)
	}
	refuse(w, r, status, told)
}

// bearer is the token of an Authorization header.
func bearer(header string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

// identified answers who a token says that asks. Its errors are Verify's, and
// *originError.
func (c Config) identified(r *http.Request, token string) (identity, error) {
	var since uint64
	if c.AccessChanged != nil {
		since = c.AccessChanged() // before it is verified: what changes meanwhile is noticed
	}
	found, err := c.Verify(r.Context(), token)
	if err != nil {
		return identity{}, err
	}
	// Only browsers say truly of which site a page is, and only pages have use for
	// such a key.
	if origin := r.Header.Get("Origin"); found.Origins != nil && !slices.Contains(found.Origins, origin) {
		return identity{}, &originError{}
	}
	return identity{viewer: found.Viewer, class: classOf(found.Viewer), token: token, ends: found.Ends, since: since}, nil
}

// originError refuses a key to what isn't a page of its sites.
type originError struct{}

const originNotAllowed = "ORIGIN_NOT_ALLOWED"

func (*originError) ErrorCode() string { return originNotAllowed }

func (e *originError) Error() string { return e.Say(domain.English) }

func (*originError) Say(l domain.Locale) string {
	return l.In(
		"cette clé ne sert qu'aux pages des sites pour lesquels elle a été créée : créez-en une pour ce site, ou une clé de serveur",
		"this key is for the pages of the sites that it was made for: make one for this site, or a server's key")
}

const (
	unauthenticated = "UNAUTHENTICATED"
	// providerUnavailable is the code of what Verify answers when it can't tell.
	providerUnavailable = "IDENTITY_PROVIDER_UNAVAILABLE"
)

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
