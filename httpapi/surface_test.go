package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/palier-hub/palier/httpapi"
)

func TestTokens(t *testing.T) {
	h := start(t, nil)
	tests := map[string]struct {
		headers []string
		role    string // of the answer; "" when refused
		message string // of the refusal, in French
	}{
		"none":           {nil, "PUBLIC", ""},
		"good":           {[]string{"Authorization: Bearer good"}, "LANDLORD", ""},
		"small letters":  {[]string{"Authorization: bearer good"}, "LANDLORD", ""},
		"two spaces":     {[]string{"Authorization: Bearer  good"}, "LANDLORD", ""},
		"bad":            {[]string{"Authorization: Bearer bad"}, "", "le jeton n'est pas accepté : demandez-en un nouveau"},
		"expired":        {[]string{"Authorization: Bearer expired"}, "", "le jeton a expiré"},
		"empty":          {[]string{"Authorization: Bearer "}, "", "un seul en-tête"},
		"another scheme": {[]string{"Authorization: Basic Z29vZA=="}, "", "un seul en-tête"},
		"two":            {[]string{"Authorization: Bearer good", "Authorization: Bearer good"}, "", "un seul en-tête"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := h.ask(t, "{ role }", tc.headers...)
			if tc.role != "" {
				if got.status != 200 || !strings.Contains(got.body, tc.role) {
					t.Errorf("got %d %s, want the role %s", got.status, got.body, tc.role)
				}
				return
			}
			errs := errorsOf(t, got)
			if got.status != 401 || len(errs) != 1 || errs[0].Extensions["code"] != "UNAUTHENTICATED" {
				t.Fatalf("got %d %s, want 401 UNAUTHENTICATED", got.status, got.body)
			}
			if tc.message != "" && !strings.HasPrefix(errs[0].Message, tc.message) {
				t.Errorf("got %q, want %q", errs[0].Message, tc.message)
			}
			if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), `Bearer realm="palier"`) {
				t.Errorf("WWW-Authenticate %q", got.header.Get("WWW-Authenticate"))
			}
			if strings.Contains(got.body, "secret") || strings.Contains(got.body, "data") {
				t.Errorf("too much is told: %s", got.body)
			}
		})
	}
	if got := errorsOf(t, h.ask(t, "{ role }", "Authorization: Bearer expired", english)); got[0].Message != "the token expired" {
		t.Errorf("in English: %q", got[0].Message)
	}
}

func TestCrossOrigin(t *testing.T) {
	preflight := func(h *hub, origin, method, headers string) answer {
		return h.send(t, "OPTIONS", "/graphql", "", "Origin: "+origin,
			"Access-Control-Request-Method: "+method, "Access-Control-Request-Headers: "+headers)
	}
	portal, none, any := start(t, nil),
		start(t, func(c *httpapi.Config) { c.AllowedOrigins = nil }),
		start(t, func(c *httpapi.Config) { c.AllowedOrigins = []string{"*"} })
	const all = "accept-language,apollo-require-preflight,authorization,content-type,idempotency-key,palier-min-commit,x-apollo-operation-name,x-request-id"
	tests := map[string]struct {
		hub                     *hub
		origin, method, headers string
		allowed                 string
	}{
		"the portal":         {portal, "https://portal.example", "POST", all, "https://portal.example"},
		"another site":       {portal, "https://evil.example", "POST", "content-type", ""},
		"a subdomain":        {portal, "https://x.portal.example", "POST", "content-type", ""},
		"another method":     {portal, "https://portal.example", "DELETE", "content-type", ""},
		"another header":     {portal, "https://portal.example", "POST", "x-secret", ""},
		"no site is allowed": {none, "https://portal.example", "POST", "content-type", ""},
		"any site is":        {any, "https://evil.example", "POST", "content-type", "*"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := preflight(tc.hub, tc.origin, tc.method, tc.headers)
			if allowed := got.header.Get("Access-Control-Allow-Origin"); allowed != tc.allowed {
				t.Errorf("allowed origin %q, want %q", allowed, tc.allowed)
			}
			if got.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("credentials are allowed")
			}
		})
	}
	got := portal.ask(t, "{ role }", "Origin: https://portal.example")
	if exposed := got.header.Get("Access-Control-Expose-Headers"); exposed != "Palier-Commit, X-Request-Id, Retry-After" {
		t.Errorf("exposed headers %q", exposed)
	}
	if got.header.Get("Palier-Commit") != "41" {
		t.Errorf("Palier-Commit %q, want 41", got.header.Get("Palier-Commit"))
	}
}

func TestHealth(t *testing.T) {
	h := start(t, nil)
	expect := func(path string, status int, body string) {
		t.Helper()
		got := h.send(t, "GET", path, "")
		if got.status != status || strings.TrimSpace(got.body) != body {
			t.Errorf("%s: got %d %s, want %d %s", path, got.status, got.body, status, body)
		}
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached", path)
		}
	}
	expect("/healthz", 200, `{"alive":true}`)
	expect("/readyz", 200, `{"ready":true,"commit":41,"ledger":"L"}`)
	h.status = httpapi.Status{Message: "loading", Commit: 3}
	expect("/healthz", 200, `{"alive":true}`)
	expect("/readyz", 503, `{"ready":false,"message":"loading","commit":3}`)
	if got := h.send(t, "HEAD", "/readyz", ""); got.status != 503 || got.body != "" {
		t.Errorf("HEAD: %d %q", got.status, got.body)
	}
	if got := h.send(t, "POST", "/readyz", ""); got.status != 405 || got.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", got.status, got.header.Get("Allow"))
	}
}

func TestRequestID(t *testing.T) {
	h := start(t, nil)
	for given, kept := range map[string]bool{
		"abc-123_X.9":           true,
		strings.Repeat("a", 64): true,
		strings.Repeat("a", 65): false,
		"":                      false,
		"a b":                   false,
		`"><script>`:            false,
		"caf\u00e9":             false,
	} {
		got := h.send(t, "GET", "/healthz", "", "X-Request-Id: "+given).header.Get("X-Request-Id")
		if kept != (got == given) || got == "" {
			t.Errorf("given %q, answered %q", given, got)
		}
		logEntry(t, h, "request", got)
	}
}

func TestAccessLog(t *testing.T) {
	h := start(t, nil)
	h.send(t, "POST", "/graphql?token=hidden", `{"query":"query Mine { role }"}`, asJSON,
		"Authorization: Bearer good", "X-Request-Id: one")
	entry := logEntry(t, h, "request", "one")
	for key, want := range map[string]any{
		"msg": "request", "method": "POST", "path": "/graphql", "operation": "Mine", "status": 200.0, "role": "LANDLORD",
	} {
		if entry[key] != want {
			t.Errorf("%s is %v, want %v", key, entry[key], want)
		}
	}
	if bytes, _ := entry["bytes"].(float64); bytes < 10 {
		t.Errorf("bytes: %v", entry["bytes"])
	}
	if _, ok := entry["duration"].(float64); !ok {
		t.Errorf("duration: %v", entry["duration"])
	}
	if strings.Contains(h.log.String(), "good") || strings.Contains(h.log.String(), "hidden") {
		t.Errorf("the log tells the token or the query string: %s", h.log)
	}
	h.send(t, "POST", "/graphql", `{"query":"query `+strings.Repeat("n", 4000)+` { role }"}`, asJSON, "X-Request-Id: two")
	if operation := logEntry(t, h, "request", "two")["operation"].(string); len(operation) > 130 {
		t.Errorf("%d bytes of a name are logged", len(operation))
	}
}

// logEntry is the log line in which key has a value.
func logEntry(t *testing.T, h *hub, key, value string) map[string]any {
	t.Helper()
	for line := range strings.Lines(h.log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry[key] == value {
			return entry
		}
	}
	t.Fatalf("no log line with %s = %q in %s", key, value, h.log)
	return nil
}

func TestPanicOutsideGraphQL(t *testing.T) {
	h := start(t, func(c *httpapi.Config) { c.Health = func() httpapi.Status { panic("secret in health") } })
	got := h.send(t, "GET", "/readyz", "")
	errs := errorsOf(t, got)
	if got.status != 500 || len(errs) != 1 || errs[0].Extensions["code"] != "INTERNAL" || strings.Contains(got.body, "secret") {
		t.Errorf("got %d %s, want a masked 500", got.status, got.body)
	}
	logEntry(t, h, "panic", "secret in health")
}

func TestPages(t *testing.T) {
	h := start(t, nil)
	for _, path := range []string{"/", "/explorer"} {
		t.Run(path, func(t *testing.T) {
			for lang, headers := range map[string][]string{
				"fr": {"Accept-Language: de"},
				"en": {"Accept-Language: en-GB"},
			} {
				got := h.send(t, "GET", path, "", headers...)
				if got.status != 200 || !strings.Contains(got.body, `<html lang="`+lang+`">`) || got.header.Get("Content-Language") != lang {
					t.Errorf("%v: %d, language %q, want %s", headers, got.status, got.header.Get("Content-Language"), lang)
				}
				if vary := strings.Join(got.header.Values("Vary"), ","); !strings.Contains(vary, "Accept-Language") {
					t.Errorf("Vary %q", vary)
				}
			}
			if got := h.send(t, "GET", path+"?lang=en", "", "Accept-Language: fr"); got.header.Get("Content-Language") != "en" {
				t.Error("?lang=en is not heard")
			}
			got := h.send(t, "GET", path, "")
			for name, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-cache",
			} {
				if got.header.Get(name) != want {
					t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
				}
			}
			policy := got.header.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
				if !strings.Contains(policy, want) {
					t.Errorf("the policy %q lacks %q", policy, want)
				}
			}
			if strings.Contains(policy, "script-src 'self' 'unsafe") || path == "/" && strings.Contains(policy, "unsafe") {
				t.Errorf("the policy %q is loose", policy)
			}
			if inline := regexp.MustCompile(`<style|<script>|\sstyle=|\son[a-z]+=|javascript:`).FindString(got.body); inline != "" {
				t.Errorf("the page has %q, which its policy blocks", inline)
			}
			for _, reference := range references(got.body) {
				if !strings.HasPrefix(reference, "/") || strings.HasPrefix(reference, "//") {
					t.Errorf("the page refers elsewhere: %s", reference)
					continue
				}
				address, _, _ := strings.Cut(reference, "#")
				if r := h.send(t, "GET", address, ""); r.status != 200 {
					t.Errorf("%s answers %d", reference, r.status)
				}
			}
		})
	}
	if got := h.send(t, "GET", "/", ""); !strings.Contains(got.body, "GeoNames, CC BY 4.0 &lt;données modifiées&gt;") {
		t.Error("the attributions are missing, or not escaped")
	}
	if got := h.send(t, "GET", "/nothing", ""); got.status != 404 || errorsOf(t, got)[0].Extensions["code"] != "NOT_FOUND" {
		t.Errorf("an unknown address: %d %s", got.status, got.body)
	}
}

// references are what a page links to or loads; its own anchors aside.
func references(html string) []string {
	var out []string
	for _, found := range regexp.MustCompile(`(?:href|src)="([^"#][^"]*)"`).FindAllStringSubmatch(html, -1) {
		out = append(out, found[1])
	}
	return out
}

func TestAssets(t *testing.T) {
	h := start(t, nil)
	page := h.send(t, "GET", "/explorer", "").body
	script := regexp.MustCompile(`src="(/assets/explorer-[^"]+\.js)"`).FindStringSubmatch(page)
	if script == nil {
		t.Fatalf("no script in %s", page)
	}
	plain := h.send(t, "GET", script[1], "")
	packed := h.send(t, "GET", script[1], "", "Accept-Encoding: br, gzip")
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(plain.body) {
		t.Errorf("gzip: %q, %d of %d bytes", packed.header.Get("Content-Encoding"), len(packed.body), len(plain.body))
	}
	if plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.body, "import") {
		t.Error("without gzip the script isn't plain")
	}
	if got := h.send(t, "GET", script[1], "", "Accept-Encoding: gzip;q=0"); got.header.Get("Content-Encoding") != "" {
		t.Error("gzip was refused and sent")
	}
	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=31536000, immutable",
		"Content-Type":  "text/javascript; charset=utf-8",
		"Vary":          "Accept-Encoding",
	} {
		if plain.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, plain.header.Get(name), want)
		}
	}
	if plain.header.Get("ETag") == packed.header.Get("ETag") {
		t.Error("two representations share an entity tag")
	}
	if got := h.send(t, "GET", script[1], "", "If-None-Match: "+plain.header.Get("ETag")); got.status != 304 || got.body != "" {
		t.Errorf("asked again: %d, %d bytes", got.status, len(got.body))
	}
	if got := h.send(t, "HEAD", script[1], ""); got.status != 200 || got.body != "" || got.header.Get("Content-Length") != fmt.Sprint(len(plain.body)) {
		t.Errorf("HEAD: %d, Content-Length %q", got.status, got.header.Get("Content-Length"))
	}
	for _, path := range []string{"/assets/nothing.js", "/assets/", "/assets/..%2fexplorer.go", "/assets/manifest.json"} {
		if got := h.send(t, "GET", path, ""); got.status != 404 {
			t.Errorf("%s: %d, want 404", path, got.status)
		}
	}
}

// TestLicences: what is shipped names whose it is.
func TestLicences(t *testing.T) {
	h := start(t, nil)
	address := regexp.MustCompile(`/assets/licences-[^"]+`).FindString(h.send(t, "GET", "/", "").body)
	got := h.send(t, "GET", address, "").body
	for _, name := range []string{"graphiql 5.", "monaco-editor 0.", "react 19.", "prettier 3."} {
		if !strings.Contains(got, "\n"+name) {
			t.Errorf("%s lacks %s", address, name)
		}
	}
}

func TestSchemaDocument(t *testing.T) {
	h := start(t, nil)
	for path, want := range map[string]string{"/schema.graphql": fakeSDL, "/subgraph.graphql": "extend schema"} {
		got := h.send(t, "GET", path, "")
		if got.status != 200 || got.body != want || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %s", path, got.status, got.header.Get("Content-Type"))
		}
		if again := h.send(t, "GET", path, "", "If-None-Match: "+got.header.Get("ETag")); again.status != 304 {
			t.Errorf("%s, asked again: %d", path, again.status)
		}
	}
}

func TestExamples(t *testing.T) {
	names := make(map[string]bool)
	roles := make(map[string]bool)
	for _, e := range httpapi.Examples() {
		if e.Name == "" || names[e.Name] {
			t.Errorf("the name %q is empty or stands twice", e.Name)
		}
		if e.French == "" || e.English == "" || !strings.HasPrefix(e.Query, "query ") {
			t.Errorf("%s: a title or the query is missing: %+v", e.Name, e)
		}
		names[e.Name], roles[string(e.Role)] = true, true
	}
	for _, role := range []string{"PUBLIC", "PROJECT", "LANDLORD", "STAFF"} {
		if !roles[role] {
			t.Errorf("no example for %s", role)
		}
	}
}

func TestServerHasTimeouts(t *testing.T) {
	s := httpapi.Server("127.0.0.1:0", http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("a limit is missing: %+v", s)
	}
	if s.WriteTimeout <= s.ReadTimeout+httpapi.DefaultLimits().By[httpapi.ClassStaff].Operation {
		t.Error("an operation that is let run couldn't be answered")
	}
}
