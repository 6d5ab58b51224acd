package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"github.com/palier-hub/palier/auth"
	"github.com/palier-hub/palier/domain"
)

// register is a ledger's, in memory.
type register struct {
	keys     map[domain.AccessKeyID]domain.AccessKey
	accounts map[string]domain.AccountAccess
	closed   domain.ID
}

func (r register) Closed(organisation domain.ID) bool {
	return organisation != "" && organisation == r.closed
}

func (r register) AccessKey(id domain.AccessKeyID) (domain.AccessKey, bool) {
	k, ok := r.keys[id]
	return k, ok
}

func (r register) AccountAccess(account string) (domain.AccountAccess, bool) {
	a, ok := r.accounts[account]
	return a, ok
}

func (register) LandlordOfSiren(siren domain.Siren) (domain.LandlordID, bool) {
	if siren != "000001016" {
		return "", false
	}
	return landlord.Landlord, true
}

func (register) ProjectOfSlug(slug string) (domain.ProjectID, bool) {
	if slug != "caracol" {
		return "", false
	}
	return project.Project, true
}

func newDoor(t testing.TB) (*auth.Door, *register, *time.Time) {
	now := noon
	r := &register{map[domain.AccessKeyID]domain.AccessKey{}, map[string]domain.AccountAccess{}, ""}
	return &auth.Door{Keys: open(t, t.TempDir()), Register: r, Clock: func() time.Time { return now }}, r, &now
}

// refusedAs wants a *TokenError with a reason.
func refusedAs(t *testing.T, d *auth.Door, token string, want auth.Reason) *auth.TokenError {
	t.Helper()
	c, err := d.Verify(t.Context(), token)
	e, ok := errors.AsType[*auth.TokenError](err)
	if !ok || e.Reason != want {
		t.Fatalf("%+v, %v: want %s", c.Viewer, err, want)
	}
	if !reflect.DeepEqual(c, domain.Credential{}) {
		t.Errorf("refused, and answered as %+v", c)
	}
	return e
}

func admitted(t *testing.T, d *auth.Door, token string) domain.Credential {
	t.Helper()
	c, err := d.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOwnTokens end when they say, and when the ledger says so.
func TestOwnTokens(t *testing.T) {
	d, r, now := newDoor(t)
	token := issue(t, d.Keys, staff)
	c := admitted(t, d, token)
	if c.Viewer != staff || c.Origins != nil {
		t.Errorf("%+v", c)
	}
	*now = c.Ends.Add(-time.Second)
	admitted(t, d, token)
	*now = c.Ends
	refusedAs(t, d, token, auth.Expired)
	*now = noon

	r.accounts[staff.Actor] = domain.AccountAccess{TokensFrom: new(noon)}
	refusedAs(t, d, token, auth.Revoked)
	r.accounts[staff.Actor] = domain.AccountAccess{TokensFrom: new(noon.Add(-time.Second))}
	admitted(t, d, token)
	r.accounts[staff.Actor] = domain.AccountAccess{Barred: true}
	refusedAs(t, d, token, auth.Revoked)
	refusedAs(t, d, "nonsense", auth.Malformed)

	// What staff have granted counts before what a token says.
	token = issue(t, d.Keys, landlord)
	r.accounts[landlord.Actor] = domain.AccountAccess{Role: domain.RoleObserver}
	if got := admitted(t, d, token).Viewer; got != (domain.Viewer{Role: domain.RoleObserver, Actor: landlord.Actor}) {
		t.Errorf("granted to be an observer, %+v", got)
	}
}

// TestClosed organisations let nobody in.
func TestClosed(t *testing.T) {
	d, r, _ := newDoor(t)
	own := issue(t, d.Keys, landlord)
	id := domain.AccessKeyID(seed.NewID(domain.KindAccessKey, 1))
	k := domain.AccessKey{ID: id, Use: domain.KeyForServer, Role: domain.RoleLandlord, Landlord: landlord.Landlord, Account: "key", ExpiresAt: noon.Add(time.Hour)}
	secret := k.Secret("RANDOM")
	k.Hash = domain.HashOfSecret(secret)
	r.keys[id] = k
	for _, token := range []string{own, secret} {
		r.closed = ""
		admitted(t, d, token)
		r.closed = domain.ID(landlord.Landlord)
		refusedAs(t, d, token, auth.NoRights)
	}
	admitted(t, d, issue(t, d.Keys, staff))
	r.accounts[landlord.Actor] = domain.AccountAccess{Role: domain.RoleObserver}
	admitted(t, d, own)
}

// TestKeys open to whoever has the whole secret, while the ledger says so.
func TestKeys(t *testing.T) {
	d, r, now := newDoor(t)
	id := domain.AccessKeyID(seed.NewID(domain.KindAccessKey, 1))
	k := domain.AccessKey{ID: id, Use: domain.KeyForServer, Role: domain.RoleLandlord, Landlord: landlord.Landlord, Account: "key_first",
		Scopes: []domain.AccessScope{domain.ScopeWrite}, ExpiresAt: noon.Add(time.Hour)}
	secret := k.Secret("RANDOM")
	k.Hash = domain.HashOfSecret(secret)
	r.keys[id] = k

	want := domain.Viewer{Role: domain.RoleLandlord, Landlord: landlord.Landlord, Actor: "key_first", Key: id, NoPersonalData: true}
	if c := admitted(t, d, secret); c.Viewer != want || c.Ends != k.ExpiresAt {
		t.Errorf("%+v", c)
	}
	unknown := refusedAs(t, d, "palier_sk_nobody_RANDOM", auth.UnknownKey).Error()
	for _, wrong := range []string{secret + "A", secret[:len(secret)-1], strings.Replace(secret, "_sk_", "_pk_", 1), "palier_", "palier_sk_", "palier_sk__", "palier_xx_" + domain.ID(id).Code() + "_RANDOM", strings.ToLower(secret)} {
		if told := refusedAs(t, d, wrong, auth.UnknownKey).Error(); told != unknown {
			t.Errorf("%q is told from an unknown one: %s", wrong, told)
		}
	}
	*now = k.ExpiresAt
	refusedAs(t, d, secret, auth.KeyExpired)
	*now = noon
	k.RevokedAt = &noon
	r.keys[id] = k
	refusedAs(t, d, secret, auth.KeyRevoked)

	k.RevokedAt, k.Use, k.Origins = nil, domain.KeyForEmbedding, []string{"https://landlord.example"}
	secret = k.Secret("RANDOM")
	k.Hash = domain.HashOfSecret(secret)
	r.keys[id] = k
	want = domain.Viewer{Role: domain.RolePublic, Actor: "key_first", Key: id, Embedded: landlord.Landlord, ReadOnly: true, NoPersonalData: true, TrustedOnly: true}
	if c := admitted(t, d, secret); c.Viewer != want || !reflect.DeepEqual(c.Origins, k.Origins) {
		t.Errorf("%+v", c)
	}
}

// provider is an OpenID Connect provider.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	keys    map[string]any // private ones, by their ids
	status  int
	fetched int
}

func newProvider(t *testing.T) *provider {
	p := &provider{keys: map[string]any{}, status: http.StatusOK}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.fetched++
		if p.status != http.StatusOK {
			w.WriteHeader(p.status)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/.well-known/openid-configuration" {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, p.URL, p.URL+"/keys")
			return
		}
		var set jose.JSONWebKeySet
		for id, k := range p.keys {
			set.Keys = append(set.Keys, jose.JSONWebKey{KeyID: id, Key: k.(interface{ Public() any }).Public(), Use: "sig"})
		}
		json.NewEncoder(w).Encode(set)
	}))
	t.Cleanup(p.Close)
	p.add("one")
	return p
}

// rsaKey says its public key as the interface that the provider asks for.
type rsaKey struct{ *rsa.PrivateKey }

func (k rsaKey) Public() any { return &k.PublicKey }

func (p *provider) add(id string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[id] = rsaKey{key}
}

func (p *provider) remove(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.keys, id)
}

func (p *provider) answers(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

func (p *provider) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetched
}

// token of a subject, with some claims otherwise.
func (p *provider) token(t *testing.T, kid string, otherwise jwt.MapClaims) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": p.URL, "sub": "anne@example.org", "aud": []string{"account", "palier"}, "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
		"realm_access": map[string]any{"roles": []string{"offline", "agents"}}, "siren": "000001016"}
	maps.Copy(claims, otherwise)
	p.mu.Lock()
	defer p.mu.Unlock()
	key, ok := p.keys[kid].(rsaKey)
	if !ok {
		t.Fatal("no key", kid)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = kid
	text, err := token.SignedString(key.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (p *provider) config() auth.ProviderConfig {
	return auth.ProviderConfig{Issuer: p.URL, Audiences: []string{"palier"},
		Role:         &auth.RoleClaim{Claim: "realm_access.roles", Values: map[string]domain.Role{"agents": domain.RoleLandlord, "equipe": domain.RoleStaff}},
		Organisation: &auth.OrganisationClaim{Claim: "siren", Form: "SIREN"}}
}

// TestProviders: tokens of several providers are believed for what they prove and
// no more.
func TestProviders(t *testing.T) {
	d, r, now := newDoor(t)
	p, other := newProvider(t), newProvider(t)
	second := other.config()
	second.Role = nil
	d.Providers = auth.NewProviders([]auth.ProviderConfig{p.config(), second}, d.Clock)

	c := admitted(t, d, p.token(t, "one", nil))
	account := c.Viewer.Actor
	if want := (domain.Viewer{Role: domain.RoleLandlord, Landlord: landlord.Landlord, Actor: account}); c.Viewer != want || !c.Ends.Equal(noon.Add(time.Hour+5*time.Second)) {
		t.Errorf("%+v", c)
	}
	if account == "" || strings.Contains(account, "anne") || len(account) > domain.MostAccount {
		t.Errorf("the account %q isn't a pseudonym", account)
	}
	for name, otherwise := range map[auth.Reason][]jwt.MapClaims{
		auth.Foreign:     {{"aud": "another"}, {"aud": []string{}}, {"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}},
		auth.Expired:     {{"exp": noon.Add(-6 * time.Second).Unix()}},
		auth.NotYetValid: {{"iat": noon.Add(6 * time.Second).Unix()}, {"nbf": noon.Add(6 * time.Second).Unix()}, {"nbf": noon.Add(time.Hour).Unix()}},
		auth.Malformed:   {{"sub": ""}},
		auth.NoRights:    {{"realm_access": nil}, {"siren": "000002014"}, {"siren": nil}, {"realm_access": map[string]any{"roles": "offline"}}},
	} {
		for _, o := range otherwise {
			e := refusedAs(t, d, p.token(t, "one", o), name)
			if name == auth.NoRights && (e.Account != account || !strings.Contains(e.Error(), account)) {
				t.Errorf("whoever has no rights isn't told the account: %v", e)
			}
		}
	}
	admitted(t, d, p.token(t, "one", jwt.MapClaims{"exp": noon.Add(-4 * time.Second).Unix(), "iat": noon.Add(4 * time.Second).Unix()}))
	if got := admitted(t, d, p.token(t, "one", jwt.MapClaims{"realm_access": map[string]any{"roles": []string{"agents", "equipe"}}})).Viewer; got.Role != domain.RoleStaff || got.Landlord != "" {
		t.Errorf("of two roles, %+v", got)
	}

	// The other provider names nobody's rights: the ledger does, and the same
	// subject is another account.
	e := refusedAs(t, d, other.token(t, "one", nil), auth.NoRights)
	if e.Account == account {
		t.Error("two providers' subjects are one account")
	}
	r.accounts[e.Account] = domain.AccountAccess{Role: domain.RoleProject, Project: project.Project}
	if got := admitted(t, d, other.token(t, "one", nil)).Viewer; got.Role != domain.RoleProject || got.Project != project.Project {
		t.Errorf("%+v", got)
	}
	r.accounts[account] = domain.AccountAccess{Role: domain.RoleObserver}
	if got := admitted(t, d, p.token(t, "one", nil)).Viewer; got.Role != domain.RoleObserver {
		t.Errorf("the ledger's word doesn't count before the provider's: %+v", got)
	}
	r.accounts[account] = domain.AccountAccess{TokensFrom: new(noon)}
	refusedAs(t, d, p.token(t, "one", nil), auth.Revoked)
	*now = noon.Add(time.Minute)
	admitted(t, d, p.token(t, "one", jwt.MapClaims{"iat": noon.Add(30 * time.Second).Unix()}))

	// Another's key, and a claim to be the hub itself.
	forged := other.token(t, "one", jwt.MapClaims{"iss": p.URL})
	refusedAs(t, d, forged, auth.WrongSignature)
	refusedAs(t, d, p.token(t, "one", jwt.MapClaims{"iss": "palier"}), auth.WrongSignature)
	refusedAs(t, d, p.token(t, "one", jwt.MapClaims{"iss": "https://nobody.example"}), auth.WrongSignature)
}

// TestProviderAskedByALeaver: who asks first and hangs up doesn't keep the others
// from being let in.
func TestProviderAskedByALeaver(t *testing.T) {
	d, _, _ := newDoor(t)
	p := newProvider(t)
	d.Providers = auth.NewProviders([]auth.ProviderConfig{p.config()}, d.Clock)
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	_, _ = d.Verify(ctx, p.token(t, "one", nil))
	admitted(t, d, p.token(t, "one", nil))
}

// TestAlgorithmConfusion: a token doesn't choose how it is verified (RFC 8725,
// section 2.1).
func TestAlgorithmConfusion(t *testing.T) {
	d, _, _ := newDoor(t)
	p := newProvider(t)
	d.Providers = auth.NewProviders([]auth.ProviderConfig{p.config()}, d.Clock)
	admitted(t, d, p.token(t, "one", nil))
	claims := jwt.MapClaims{"iss": p.URL, "sub": "x", "aud": "palier", "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
		"realm_access": map[string]any{"roles": []string{"equipe"}}}
	public := x509.MarshalPKCS1PublicKey(&p.keys["one"].(rsaKey).PublicKey)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, sign := range map[string]func(*jwt.Token) (string, error){
		"HS256": func(x *jwt.Token) (string, error) { x.Method = jwt.SigningMethodHS256; return x.SignedString(public) },
		"HS256, PEM": func(x *jwt.Token) (string, error) {
			x.Method = jwt.SigningMethodHS256
			return x.SignedString(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: public}))
		},
		"none": func(x *jwt.Token) (string, error) {
			x.Method = jwt.SigningMethodNone
			return x.SignedString(jwt.UnsafeAllowNoneSignatureType)
		},
		"ES256 of one's own": func(x *jwt.Token) (string, error) { x.Method = jwt.SigningMethodES256; return x.SignedString(curve) },
		"RS512, not configured": func(x *jwt.Token) (string, error) {
			x.Method = jwt.SigningMethodRS512
			return x.SignedString(p.keys["one"].(rsaKey).PrivateKey)
		},
		"a key in the header": func(x *jwt.Token) (string, error) {
			x.Method = jwt.SigningMethodES256
			x.Header["jwk"] = jose.JSONWebKey{Key: curve.Public()}
			return x.SignedString(curve)
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
			x.Header["kid"] = "one"
			text, err := sign(&jwt.Token{Header: x.Header, Claims: x.Claims, Method: x.Method})
			if err != nil {
				t.Fatal(err)
			}
			// The header says what the method is.
			x.Header["alg"] = strings.SplitN(name, ",", 2)[0]
			if _, err := d.Verify(t.Context(), text); err == nil {
				t.Error("believed")
			}
		})
	}
}

// TestProviderOutage: known keys go on, new ones are found, and who asks by tokens
// of their own making doesn't make the hub ask.
func TestProviderOutage(t *testing.T) {
	d, _, now := newDoor(t)
	p := newProvider(t)
	d.Providers = auth.NewProviders([]auth.ProviderConfig{p.config()}, d.Clock)

	p.answers(http.StatusBadGateway)
	unavailable := func(token string) {
		t.Helper()
		_, err := d.Verify(t.Context(), token)
		if e, ok := errors.AsType[*auth.ProviderError](err); !ok || e.ErrorCode() != "IDENTITY_PROVIDER_UNAVAILABLE" {
			t.Fatal(err)
		}
	}
	first := p.token(t, "one", nil)
	unavailable(first)
	if err := d.Providers.Warm(t.Context()); err == nil {
		t.Error("nobody is told that the provider is away")
	}
	p.answers(http.StatusOK)
	*now = now.Add(10 * time.Second)
	admitted(t, d, first)

	p.answers(http.StatusBadGateway)
	*now = now.Add(time.Minute)
	admitted(t, d, first) // by the keys that are known
	p.add("two")
	unavailable(p.token(t, "two", nil))
	p.answers(http.StatusOK)
	*now = now.Add(10 * time.Second)
	admitted(t, d, p.token(t, "two", nil))
	admitted(t, d, first)

	before := p.asked()
	stranger := newProvider(t)
	stranger.add("three")
	forged := stranger.token(t, "three", jwt.MapClaims{"iss": p.URL})
	for range 200 {
		refusedAs(t, d, forged, auth.WrongSignature)
	}
	if n := p.asked() - before; n > 1 {
		t.Errorf("it was asked %d times", n)
	}
	// A provider that hangs holds nobody longer than its time.
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := d.Verify(ctx, first); err != nil {
		t.Errorf("known keys need no provider: %v", err)
	}
}

// TestProviderWithdrawsAKey: what a provider no longer has isn't believed for long,
// however long nobody asked meanwhile, unless it can't be asked itself.
func TestProviderWithdrawsAKey(t *testing.T) {
	d, _, _ := newDoor(t)
	var later atomic.Int64 // the keys are looked for in the background
	d.Clock = func() time.Time { return noon.Add(time.Duration(later.Load())) }
	p := newProvider(t)
	d.Providers = auth.NewProviders([]auth.ProviderConfig{p.config()}, d.Clock)
	p.add("two")
	ends := jwt.MapClaims{"exp": noon.Add(1000 * time.Hour).Unix()}
	first, second := p.token(t, "one", ends), p.token(t, "two", ends)
	admitted(t, d, first)
	p.remove("one")
	later.Add(int64(5*time.Minute) - 1)
	admitted(t, d, first)

	p.answers(http.StatusNotFound)
	later.Add(int64(500 * time.Hour))
	before := p.asked()
	for range 100 {
		admitted(t, d, first)
		admitted(t, d, second)
	}
	if n := p.asked() - before; n != 1 {
		t.Errorf("away, it is asked %d times", n)
	}
	p.answers(http.StatusOK)
	later.Add(int64(5 * time.Minute)) // all of which nobody asked
	refusedAs(t, d, first, auth.WrongSignature)
	admitted(t, d, second)
	// Whatever is presented, it is the provider's keys that are looked for.
	p.add("three")
	later.Add(int64(5 * time.Minute))
	if _, err := d.Verify(t.Context(), strings.TrimSuffix(second, second[len(second)-8:])+"AAAAAAAA"); err == nil {
		t.Error("a forged token is believed")
	}
	p.answers(http.StatusNotFound)
	admitted(t, d, p.token(t, "three", ends))
}

func TestReadProviders(t *testing.T) {
	good := `{"providers":[{"issuer":"https://sso.example.org/realms/hlm","audiences":["palier"],"role":{"claim":"roles","values":{"a":"STAFF"}},"organisation":{"claim":"siren","form":"SIREN"}}]}`
	if found, err := auth.ReadProviders([]byte(good)); err != nil || len(found) != 1 || found[0].Role.Values["a"] != domain.RoleStaff {
		t.Errorf("%+v, %v", found, err)
	}
	_, err := auth.ReadProviders([]byte(`{"providers":[
		{"issuer":"http://sso.example.org","audiences":[]},
		{"issuer":"https://a.example","audiences":["x"],"algorithms":["HS256","none"],"role":{"claim":"","values":{"a":"KING"}},"organisation":{"claim":"","form":"NAME"}},
		{"issuer":"https://a.example","audiences":["x"]}]}`))
	for _, want := range []string{`"http://sso.example.org" isn't an https address`, "needs audiences", `"HS256"`, `"none"`, "role needs a claim", `"KING"`, "organisation needs a claim", `"NAME"`, "stands twice"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q isn't told: %v", want, err)
		}
	}
	for _, text := range []string{"", "[]", `{"providers":[]}`, `{"provider":[]}`, `{"providers":[{"issuers":1}]}`} {
		if _, err := auth.ReadProviders([]byte(text)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

// FuzzDoor: whatever is brought, it is a credential that was given or a typed error;
// nothing near a key's secret opens.
func FuzzDoor(f *testing.F) {
	d, r, _ := newDoor(f)
	key := domain.AccessKey{ID: "key_first", Account: "key_first", Use: domain.KeyForServer, Role: domain.RoleStaff, ExpiresAt: noon.Add(time.Hour)}
	secret := key.Secret("QWERTYUIOPASDFGHJKLZXCVBNM")
	key.Hash = domain.HashOfSecret(secret)
	r.keys[key.ID] = key
	d.Providers = auth.NewProviders([]auth.ProviderConfig{{Issuer: "http://127.0.0.1:1", Audiences: []string{"palier"}}}, d.Clock)
	encoded := base64.RawURLEncoding.EncodeToString
	for _, seed := range []string{secret, secret + "A", secret[:len(secret)-1], strings.ToLower(secret), "", "key_first", ".", "..", strings.Repeat("a.", 9000),
		encoded([]byte(`{"alg":"none"}`)) + "." + encoded([]byte(`{"iss":"http://127.0.0.1:1"}`)) + ".",
		encoded([]byte(`{"alg":"HS256","jwk":{}}`)) + "." + encoded([]byte(`{"iss":["http://127.0.0.1:1"]}`)) + ".AAAA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		_, err := d.Verify(t.Context(), token)
		_, refused := errors.AsType[*auth.TokenError](err)
		_, away := errors.AsType[*auth.ProviderError](err)
		if token == secret && err != nil || token != secret && !refused && !away {
			t.Errorf("%q: %v", token, err)
		}
	})
}
