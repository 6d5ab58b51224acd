package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
)

// Status is how the hub is.
type Status struct {
	// Ready says that it should get traffic. A hub that is behind or away from
	// its store can be ready all the same: it says so in Message.
	Ready bool `json:"ready"`
	// Degraded: it reads, and can't write or doesn't know how old what it reads is.
	Degraded bool `json:"degraded,omitempty"`
	// Message says why it isn't ready, or what is worth knowing; no secrets,
	// anyone may read it.
	Message string `json:"message,omitempty"`
	// Commit is the number of the last commit that it has applied.
	Commit uint64 `json:"commit"`
	// Head is the number of the newest commit that it knows of; 0 when it knows of
	// none.
	Head uint64 `json:"head,omitempty"`
	// Ledger is the id of the ledger.
	Ledger string `json:"ledger,omitempty"`
	// Redis is how it stands with Redis; nil for a hub that has none. It is ready
	// without.
	Redis *RedisStatus `json:"redis,omitempty"`
}

// RedisStatus is how a hub stands with Redis.
type RedisStatus struct {
	// Away: every use of it is by the hub alone. Message says since when.
	Away    bool   `json:"away"`
	Message string `json:"message,omitempty"`
	// Hearing tells that other hubs' commits are told by it, rather than looked
	// for.
	Hearing bool `json:"hearing"`
}

// alive says that the process answers. It looks at nothing else, so that an
// orchestrator doesn't restart a hub because its store is away.
func alive(w http.ResponseWriter, r *http.Request) {
	writeHealth(w, http.StatusOK, struct {
		Alive bool `json:"alive"`
	}{true})
}

func ready(health func() Status) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := health()
		if !s.Ready {
			writeHealth(w, http.StatusServiceUnavailable, s)
			return
		}
		writeHealth(w, http.StatusOK, s)
	}
}

// metrics serves figures to whoever has a token; to anybody without one.
func metrics(figures http.Handler, token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given := sha256.Sum256([]byte(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
		due := sha256.Sum256([]byte(token))
		if token != "" && subtle.ConstantTimeCompare(given[:], due[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			problem{
				status: http.StatusUnauthorized, code: "UNAUTHENTICATED",
				french:  "ces chiffres demandent leur propre jeton (Authorization: Bearer …)",
				english: "these figures need their own token (Authorization: Bearer …)",
			}.write(w, r)
			return
		}
		figures.ServeHTTP(w, r)
	}
}

func writeHealth(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", typeJSON)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // structs of strings and numbers always encode
}
