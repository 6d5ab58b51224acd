package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// minCommitHeader names a commit that an answer must not be older than: whoever
// has written through one hub reads its own writes on any.
const minCommitHeader = "Palier-Min-Commit"

// reached lets a request through once the hub has come to the commit that it
// asks for.
func reached(reach func(ctx context.Context, client string, commit uint64) error, e errorEdge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.Header.Values(minCommitHeader)
		if len(asked) == 0 || reach == nil {
			next.ServeHTTP(w, r)
			return
		}
		commit, err := strconv.ParseUint(asked[0], 10, 63)
		if len(asked) > 1 || err != nil {
			badRequest(
				minCommitHeader+" attend un seul numéro de commit, tel que "+commitHeader+" l'a donné",
				minCommitHeader+" takes one number of a commit, as "+commitHeader+" gave it").write(w, r)
			return
		}
		if err := reach(r.Context(), Client(r.Context()), commit); err != nil {
			refuse(w, r, http.StatusServiceUnavailable, e.tell(r.Context(), err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sayWhenToRetry sets Retry-After (RFC 9110, section 10.2.3) to what an error
// says in its fact of that name, in seconds.
func sayWhenToRetry(h http.Header, errs gqlerror.List) {
	for _, err := range errs {
		if seconds, ok := err.Extensions["retryAfterSeconds"]; ok {
			h.Set("Retry-After", fmt.Sprint(seconds))
			return
		}
	}
}
