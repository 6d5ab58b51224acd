package httpapi

import (
	"context"
	"net/http"
)

// onBehalfOfHeader names the person for whom the server of a portal acts; on a
// websocket the field of the same name of the client's first message may too.
const onBehalfOfHeader = "Palier-On-Behalf-Of"

// actingFor is who asks when a request, or a socket, acts for a person. Errors are
// those of Config.ActFor.
func (c Config) actingFor(ctx context.Context, who identity, person string) (identity, error) {
	who.viewer.OnBehalfOf = "" // or a socket's header has named another one
	viewer, err := c.ActFor(ctx, who.viewer, person)
	if err != nil {
		return who, err
	}
	who.viewer, who.person = viewer, person
	return who, nil
}

// representing finds out for whom a request acts. One that names somebody for
// whom it may not is refused and never answered as if it named nobody, since what
// it writes would be the server's.
func representing(actingFor func(context.Context, identity, string) (identity, error), e errorEdge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		named := r.Header.Values(onBehalfOfHeader)
		if len(named) > 1 {
			problem{
				status: http.StatusBadRequest, code: "BAD_REQUEST",
				french:  "un seul en-tête " + onBehalfOfHeader + " est attendu : on agit pour une personne à la fois",
				english: "one header " + onBehalfOfHeader + " is due: one acts for one person at a time",
			}.write(w, r)
			return
		}
		if len(named) == 1 {
			x := exchangeOf(r.Context())
			who, err := actingFor(r.Context(), x.identity, named[0])
			if err != nil {
				told := e.tell(r.Context(), err)
				refuse(w, r, statusOf(told[0].Extensions["code"]), told)
				return
			}
			x.identity = who
		}
		next.ServeHTTP(w, r)
	})
}

// statusOf is the status of a refusal to act for somebody: whatever isn't said to
// be one is a fault of ours.
func statusOf(code any) int {
	switch code {
	case "ON_BEHALF_OF_REFUSED":
		return http.StatusForbidden
	case "INTERNAL":
		return http.StatusInternalServerError
	}
	return http.StatusServiceUnavailable
}
