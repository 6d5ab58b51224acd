package auth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/palier-hub/palier/domain"
)

const (
	// mostForeignBytes bounds the tokens of identity providers, which like to put
	// groups into them.
	mostForeignBytes = 8192
	// asking bounds what an identity provider is asked, pause how often the same is
	// asked of it: a client can't make the hub ask by tokens of its own making.
	asking = 3 * time.Second
	pause  = 10 * time.Second
	// mostAnswer bounds what it answers.
	mostAnswer = 1 << 20
	// freshFor is how long its keys are taken for those that it has now: so much
	// longer, at the most, one that it has withdrawn is believed.
	freshFor = 5 * time.Minute
)

// ProviderConfig says how one identity provider's tokens are read (OpenID Connect
// Core 1.0; RFC 9068 for access tokens).
type ProviderConfig struct {
	// Issuer is its address, as its tokens name it ("iss"); its keys are found by
	// discovery from there.
	Issuer string `json:"issuer"`
	// Audiences are those that its tokens for the hub name ("aud"), one of which is
	// enough.
	Audiences []string `json:"audiences"`
	// Algorithms it signs with; RS256 when there are none. Only asymmetric ones are
	// taken.
	Algorithms []string `json:"algorithms"`
	// Role says which claim has the role; nil when only the ledger gives rights.
	Role *RoleClaim `json:"role"`
	// Organisation says which claim has the organisation of the roles LANDLORD and
	// PROJECT.
	Organisation *OrganisationClaim `json:"organisation"`
}

// RoleClaim maps what a claim has to roles. A list gives the first role of the list
// below that any of its items leads to.
type RoleClaim struct {
	// Claim is a name, or several from the outside in: realm_access.roles.
	Claim string `json:"claim"`
	// Values lead to roles.
	Values map[string]domain.Role `json:"values"`
}

// OrganisationClaim says what a claim has.
type OrganisationClaim struct {
	Claim string `json:"claim"`
	// Form is ID, or SIREN for landlords and SLUG for projects.
	Form string `json:"form"`
}

// roleOrder is that of RoleClaim: whoever is two things is the one who sees more.
var roleOrder = []domain.Role{domain.RoleStaff, domain.RoleLandlord, domain.RoleProject, domain.RoleObserver, domain.RolePublic}

var asymmetric = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// ReadProviders reads the configuration of the identity providers, a JSON object
// {"providers": […]}. The error says all that is wrong with it.
func ReadProviders(text []byte) ([]ProviderConfig, error) {
	var file struct {
		Providers []ProviderConfig `json:"providers"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("not the configuration of identity providers: %w", err)
	}
	var wrong []error
	if len(file.Providers) == 0 {
		wrong = append(wrong, errors.New("it names no provider"))
	}
	for i, p := range file.Providers {
		say := func(bad bool, format string, args ...any) {
			if bad {
				wrong = append(wrong, fmt.Errorf("provider %d: %s", i+1, fmt.Sprintf(format, args...)))
			}
		}
		say(!trustworthy(p.Issuer), "the issuer %q isn't an https address", p.Issuer)
		say(p.Issuer == issuer, "the issuer %q is the hub's own", p.Issuer)
		say(slices.ContainsFunc(file.Providers[:i], func(o ProviderConfig) bool { return o.Issuer == p.Issuer }), "the issuer %s stands twice", p.Issuer)
		say(len(p.Audiences) == 0 || slices.Contains(p.Audiences, ""), "it needs audiences: without, tokens for other services would open")
		for _, a := range p.Algorithms {
			say(!slices.Contains(asymmetric, a), "the algorithm %q isn't one of %s", a, strings.Join(asymmetric, ", "))
		}
		if p.Role != nil {
			say(p.Role.Claim == "" || len(p.Role.Values) == 0, "role needs a claim and values")
			for value, role := range p.Role.Values {
				say(!slices.Contains(roleOrder, role), "%q leads to %q, which isn't a role", value, role)
			}
		}
		if o := p.Organisation; o != nil {
			say(o.Claim == "", "organisation needs a claim")
			say(!slices.Contains([]string{"ID", "SIREN", "SLUG"}, o.Form), "the organisation's form %q isn't ID, SIREN or SLUG", o.Form)
		}
	}
	return file.Providers, errors.Join(wrong...)
}

// trustworthy: keys come over https, or from the own machine.
func trustworthy(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// Providers are the identity providers whose tokens are believed. A nil one has
// none.
type Providers struct{ byIssuer map[string]*provider }

// NewProviders makes them of what ReadProviders has read. Nothing is asked of them
// yet.
func NewProviders(configs []ProviderConfig, clock func() time.Time) *Providers {
	all := &Providers{make(map[string]*provider)}
	for _, c := range configs {
		if len(c.Algorithms) == 0 {
			c.Algorithms = []string{oidc.RS256}
		}
		p := &provider{ProviderConfig: c, clock: clock, calm: &calm{clock: clock, last: make(map[string]told)}}
		p.client = &http.Client{Transport: p.calm, Timeout: asking, CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 3 || !trustworthy(r.URL.String()) {
				return errors.New("a redirect that isn't followed")
			}
			return nil
		}}
		all.byIssuer[c.Issuer] = p
	}
	return all
}

func (a *Providers) of(token string) *provider {
	if a == nil || len(a.byIssuer) == 0 {
		return nil
	}
	return a.byIssuer[issuerOf(token)]
}

// Warm finds the providers' keys, so that the first client needn't wait. The errors
// are those of the providers that can't be reached: tokens of theirs are refused
// until they can.
func (a *Providers) Warm(ctx context.Context) error {
	if a == nil {
		return nil
	}
	var failed []error
	for _, p := range a.byIssuer {
		if _, err := p.keySet(ctx); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// provider is one of them.
type provider struct {
	ProviderConfig
	clock  func() time.Time
	client *http.Client
	calm   *calm

	mu   sync.Mutex
	keys oidc.KeySet
	// foundAt is when the keys were found, lookedAt when they were last looked for.
	foundAt, lookedAt time.Time
	// looking is closed when they have been looked for; nil when they aren't just now.
	// waited: whoever needs keys waits for that.
	looking chan struct{}
	waited  bool
}

// keySet is that of the provider, found by discovery when it is first needed. When it
// isn't fresh it is looked for again first. Once that has failed, what is known serves
// for however long the provider is away, and nobody waits for it.
func (p *provider) keySet(ctx context.Context) (oidc.KeySet, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if p.keys == nil {
		found, err := p.discover(ctx)
		if err == nil {
			p.keys, p.foundAt, p.lookedAt = found, now, now
		}
		return found, err
	}
	if now.Sub(p.foundAt) < freshFor {
		return p.keys, nil
	}
	if p.looking == nil && now.Sub(p.lookedAt) >= pause {
		p.waited = now.Sub(p.lookedAt) >= freshFor
		p.looking, p.lookedAt = make(chan struct{}), now
		go p.look(now)
	}
	if looking := p.looking; looking != nil && p.waited {
		p.mu.Unlock()
		select {
		case <-looking:
		case <-ctx.Done():
		}
		p.mu.Lock()
	}
	return p.keys, nil
}

// nobodys is a token that no key has signed: a set of keys is fetched when something
// is verified by a key that it doesn't have.
const nobodys = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9.e30.AA"

// look looks for what the provider's keys are by now.
func (p *provider) look(now time.Time) {
	ctx, stop := context.WithTimeout(context.Background(), 2*asking)
	defer stop()
	found, err := p.discover(ctx)
	if err == nil {
		_, _ = found.VerifySignature(ctx, nobodys)
		err = errors.Join(ctx.Err(), p.calm.failure())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.keys, p.foundAt = found, now
	}
	close(p.looking)
	p.looking = nil
}

// discover finds where the provider's keys are.
func (p *provider) discover(ctx context.Context) (oidc.KeySet, error) {
	// Whoever asks first may leave, and what they began serves everybody.
	ctx, stop := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), p.client), asking)
	defer stop()
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, &ProviderError{Issuer: p.Issuer, Err: err}
	}
	var named struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&named); err != nil || !trustworthy(named.Keys) {
		return nil, &ProviderError{Issuer: p.Issuer, Err: fmt.Errorf("its keys aren't at an https address: %q", named.Keys)}
	}
	return oidc.NewRemoteKeySet(oidc.ClientContext(context.WithoutCancel(ctx), p.client), named.Keys), nil
}

// claimed is what a token has proven.
type claimed struct {
	account      string
	issued, ends time.Time
	all          map[string]any
}

func (p *provider) verify(ctx context.Context, token string) (claimed, error) {
	ctx, stop := context.WithTimeout(ctx, asking)
	defer stop()
	keys, err := p.keySet(ctx)
	if err != nil {
		return claimed{}, err
	}
	now := p.clock()
	proven, err := oidc.NewVerifier(p.Issuer, keys, &oidc.Config{
		SkipClientIDCheck:    true, // it knows one audience only
		SkipExpiryCheck:      true, // it has leeways of its own
		SupportedSigningAlgs: p.Algorithms,
	}).Verify(ctx, token)
	if err != nil {
		if failed := p.calm.failure(); failed != nil || ctx.Err() != nil {
			return claimed{}, &ProviderError{Issuer: p.Issuer, Err: errors.Join(failed, err)}
		}
		return claimed{}, &TokenError{Reason: WrongSignature}
	}
	c := claimed{account: accountOf(p.Issuer, proven.Subject), issued: proven.IssuedAt, ends: proven.Expiry.Add(leeway)}
	if proven.Subject == "" || proven.Claims(&c.all) != nil {
		return claimed{}, &TokenError{Reason: Malformed}
	}
	notBefore, _ := c.all["nbf"].(float64)
	switch {
	case !now.Before(c.ends):
		return claimed{}, &TokenError{Reason: Expired, ExpiredAt: proven.Expiry}
	case !slices.ContainsFunc(proven.Audience, func(a string) bool { return slices.Contains(p.Audiences, a) }):
		return claimed{}, &TokenError{Reason: Foreign}
	case c.all["events"] != nil: // it tells of an event, such as a sign-out, and opens nothing (RFC 8417)
		return claimed{}, &TokenError{Reason: Foreign}
	case c.issued.After(now.Add(leeway)), notBefore > float64(now.Add(leeway).Unix()):
		return claimed{}, &TokenError{Reason: NotYetValid}
	}
	return c, nil
}

// accountOf is the pseudonymous id of a provider's subject, which may be a name or
// an address: neither goes into the ledger.
func accountOf(issuer, subject string) string {
	sum := sha256.Sum256([]byte(issuer + "\x00" + subject))
	return "oidc-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// rights are those that the claims say; no role when they say none.
func (p *provider) rights(claims map[string]any, in Register) (role domain.Role, l domain.LandlordID, of domain.ProjectID) {
	if p.Role == nil {
		return "", "", ""
	}
	values := valuesOf(claims, p.Role.Claim)
	for _, r := range roleOrder {
		if slices.ContainsFunc(values, func(v string) bool { return p.Role.Values[v] == r }) {
			role = r
			break
		}
	}
	if p.Organisation == nil || role != domain.RoleLandlord && role != domain.RoleProject {
		return role, "", ""
	}
	named := valuesOf(claims, p.Organisation.Claim)
	if len(named) != 1 {
		return role, "", ""
	}
	switch {
	case p.Organisation.Form == "SIREN" && role == domain.RoleLandlord:
		l, _ = in.LandlordOfSiren(domain.Siren(named[0]))
	case p.Organisation.Form == "SLUG" && role == domain.RoleProject:
		of, _ = in.ProjectOfSlug(named[0])
	case p.Organisation.Form == "ID" && role == domain.RoleLandlord:
		l = domain.LandlordID(named[0])
	case p.Organisation.Form == "ID" && role == domain.RoleProject:
		of = domain.ProjectID(named[0])
	}
	return role, l, of
}

// valuesOf are the texts of a claim, of which there may be one or a list.
func valuesOf(claims map[string]any, path string) (values []string) {
	var v any = claims
	if whole, ok := claims[path]; ok { // names of claims may be addresses, with points
		v = whole
	} else {
		for name := range strings.SplitSeq(path, ".") {
			object, _ := v.(map[string]any)
			v = object[name]
		}
	}
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, item := range v {
			if s, ok := item.(string); ok {
				values = append(values, s)
			}
		}
	}
	return values
}

// calm asks the same no more often than once in a pause, and answers what was
// answered last meanwhile.
type calm struct {
	clock func() time.Time
	mu    sync.Mutex
	last  map[string]told
}

// told is an answer, or the failure to get one.
type told struct {
	at     time.Time
	status int
	header http.Header
	body   []byte
	err    error
}

// RoundTrip answers a GET, of which there are few: discovery, and keys.
func (c *calm) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	address := r.URL.String()
	t, known := c.last[address]
	if !known || c.clock().Sub(t.at) >= pause {
		t = ask(r)
		t.at = c.clock()
		c.last[address] = t
	}
	if t.err != nil {
		return nil, t.err
	}
	return &http.Response{StatusCode: t.status, Status: http.StatusText(t.status), Header: t.header.Clone(), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(t.body)), Body: io.NopCloser(bytes.NewReader(t.body))}, nil
}

func ask(r *http.Request) told {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return told{err: err}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	return told{status: answer.StatusCode, header: answer.Header, body: body, err: err}
}

// failure is why the last question to the provider wasn't answered; nil when it
// was.
func (c *calm) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.last {
		switch {
		case t.err != nil:
			return t.err
		case t.status != http.StatusOK:
			return fmt.Errorf("it answers %d", t.status)
		}
	}
	return nil
}
