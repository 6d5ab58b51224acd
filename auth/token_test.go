package auth_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/palier-hub/palier/auth"
	"github.com/palier-hub/palier/domain"
)

var (
	noon     = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	seed     = domain.Seed{1}
	landlord = domain.Viewer{Role: domain.RoleLandlord, Landlord: domain.LandlordID(seed.NewID(domain.KindLandlord, 0)), Actor: "portal-1"}
	project  = domain.Viewer{Role: domain.RoleProject, Project: domain.ProjectID(seed.NewID(domain.KindProject, 0)), Actor: "p-7"}
	staff    = domain.Viewer{Role: domain.RoleStaff, Actor: "s-1"}
	observer = domain.Viewer{Role: domain.RoleObserver, Actor: "o-1"}
	public   = domain.Viewer{Role: domain.RolePublic, Actor: "frontend"}
)

func TestIssuedTokensVerify(t *testing.T) {
	keys := open(t, t.TempDir())
	for _, v := range []domain.Viewer{landlord, project, staff, observer, public} {
		t.Run(string(v.Role), func(t *testing.T) {
			got, err := keys.Verify(issue(t, keys, v), noon.Add(59*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			if got != v {
				t.Errorf("got %+v, want %+v", got, v)
			}
		})
	}
}

func TestIssueRefusesAnIncompleteViewer(t *testing.T) {
	keys := open(t, t.TempDir())
	tests := map[string]struct {
		viewer domain.Viewer
		ttl    time.Duration
		want   string
	}{
		"no role":               {domain.Viewer{Actor: "a"}, time.Hour, "not a role"},
		"unknown role":          {domain.Viewer{Role: "ADMIN", Actor: "a"}, time.Hour, "not a role"},
		"landlord without one":  {domain.Viewer{Role: domain.RoleLandlord, Actor: "a"}, time.Hour, "needs its organisation"},
		"landlord by a project": {domain.Viewer{Role: domain.RoleLandlord, Landlord: domain.LandlordID(project.Project), Actor: "a"}, time.Hour, "id of a Landlord"},
		"project without one":   {domain.Viewer{Role: domain.RoleProject, Actor: "a"}, time.Hour, "needs its project"},
		"project with landlord": {domain.Viewer{Role: domain.RoleProject, Project: project.Project, Landlord: landlord.Landlord, Actor: "a"}, time.Hour, "has no landlord"},
		"staff with project":    {domain.Viewer{Role: domain.RoleStaff, Project: project.Project, Actor: "a"}, time.Hour, "has no project"},
		"no actor":              {domain.Viewer{Role: domain.RoleStaff}, time.Hour, "actor is needed"},
		"blank actor":           {domain.Viewer{Role: domain.RoleStaff, Actor: " "}, time.Hour, "actor is needed"},
		"long actor":            {domain.Viewer{Role: domain.RoleStaff, Actor: strings.Repeat("a", 201)}, time.Hour, "actor is needed"},
		"no time":               {staff, 0, "between a second and 366 days"},
		"too long a time":       {staff, auth.MostTTL + time.Second, "between a second and 366 days"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			token, err := keys.Issue(tc.viewer, noon, tc.ttl)
			if err == nil || !strings.Contains(err.Error(), tc.want) || token != "" {
				t.Errorf("got %q, %v; want an error with %q", token, err, tc.want)
			}
		})
	}
}

func TestVerifyRefuses(t *testing.T) {
	dir := t.TempDir()
	keys, private := open(t, dir), privateKey(t, dir)
	good := issue(t, keys, staff)
	parts := strings.Split(good, ".")
	_, foreign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change jwt.MapClaims) string {
		c := jwt.MapClaims{
			"iss": "palier", "aud": "palier", "sub": "s-1", "role": "STAFF",
			"iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
		}
		maps.Copy(c, change)
		for name, value := range c {
			if value == nil {
				delete(c, name)
			}
		}
		return sign(t, jwt.SigningMethodEdDSA, private, c)
	}
	if _, err := keys.Verify(with(nil), noon); err != nil {
		t.Fatalf("the token that the cases change is refused itself: %v", err)
	}
	tests := map[string]struct {
		token string
		want  auth.Reason
	}{
		"empty":                 {"", auth.Malformed},
		"not a token":           {"Bearer x", auth.Malformed},
		"two parts":             {parts[0] + "." + parts[1], auth.Malformed},
		"a fourth part":         {good + ".x", auth.Malformed},
		"too long":              {good + strings.Repeat("A", 5000), auth.Malformed},
		"padded":                {good + "==", auth.Malformed},
		"cut short":             {good[:len(good)-6], auth.WrongSignature},
		"another key":           {sign(t, jwt.SigningMethodEdDSA, foreign, jwt.MapClaims{"role": "STAFF"}), auth.WrongSignature},
		"no signature":          {sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, jwt.MapClaims{"role": "STAFF"}), auth.WrongSignature},
		"another algorithm":     {sign(t, jwt.SigningMethodHS256, []byte(private.Public().(ed25519.PublicKey)), jwt.MapClaims{"role": "STAFF"}), auth.WrongSignature},
		"claims changed":        {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"role":"STAFF"}`)) + "." + parts[2], auth.WrongSignature},
		"expired":               {with(jwt.MapClaims{"exp": noon.Add(-5 * time.Second).Unix()}), auth.Expired},
		"no expiry":             {with(jwt.MapClaims{"exp": nil}), auth.Malformed},
		"from the future":       {with(jwt.MapClaims{"iat": noon.Add(6 * time.Second).Unix()}), auth.NotYetValid},
		"not before":            {with(jwt.MapClaims{"nbf": noon.Add(6 * time.Second).Unix()}), auth.NotYetValid},
		"another issuer":        {with(jwt.MapClaims{"iss": "other"}), auth.Foreign},
		"another audience":      {with(jwt.MapClaims{"aud": "other"}), auth.Foreign},
		"other and expired":     {with(jwt.MapClaims{"aud": "other", "exp": noon.Add(-time.Hour).Unix()}), auth.Foreign},
		"unknown role":          {with(jwt.MapClaims{"role": "ADMIN"}), auth.UnknownRole},
		"no role":               {with(jwt.MapClaims{"role": nil}), auth.UnknownRole},
		"role in small letters": {with(jwt.MapClaims{"role": "staff"}), auth.UnknownRole},
		"no actor":              {with(jwt.MapClaims{"sub": nil}), auth.WrongViewer},
		"staff with a landlord": {with(jwt.MapClaims{"org": string(landlord.Landlord)}), auth.WrongViewer},
		"landlord without one":  {with(jwt.MapClaims{"role": "LANDLORD"}), auth.WrongViewer},
		"landlord of a project": {with(jwt.MapClaims{"role": "LANDLORD", "org": string(project.Project)}), auth.WrongViewer},
		"project of a landlord": {with(jwt.MapClaims{"role": "PROJECT", "org": string(landlord.Landlord)}), auth.WrongViewer},
		"claims of other types": {with(jwt.MapClaims{"role": 3}), auth.Malformed},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			v, err := keys.Verify(tc.token, noon)
			var refused *auth.TokenError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a *TokenError", err)
			}
			if refused.Reason != tc.want {
				t.Errorf("got %s, want %s", refused.Reason, tc.want)
			}
			if v != domain.Anonymous {
				t.Errorf("refused, and yet the viewer is %+v", v)
			}
			if len(tc.token) > 20 && strings.Contains(err.Error(), tc.token[:20]) {
				t.Error("the error quotes the token")
			}
		})
	}
}

func TestClocksMayDifferALittle(t *testing.T) {
	keys := open(t, t.TempDir())
	token := issue(t, keys, staff)
	for at, ok := range map[time.Time]bool{
		noon.Add(-5 * time.Second):            true,
		noon.Add(-6 * time.Second):            false,
		noon.Add(time.Hour + 4*time.Second):   true,
		noon.Add(time.Hour + 5*time.Second):   false,
		noon.Add(24 * 365 * 10 * time.Hour):   false,
		noon.Add(time.Hour - time.Nanosecond): true,
	} {
		if _, err := keys.Verify(token, at); (err == nil) != ok {
			t.Errorf("at %s: %v, want accepted: %t", at, err, ok)
		}
	}
}

func TestEveryReasonSaysWhatToDo(t *testing.T) {
	said := make(map[string]auth.Reason)
	for _, reason := range []auth.Reason{auth.Malformed, auth.WrongSignature, auth.Foreign, auth.Expired, auth.NotYetValid, auth.UnknownRole, auth.WrongViewer,
		auth.Revoked, auth.NoRights, auth.UnknownKey, auth.KeyExpired, auth.KeyRevoked} {
		e := &auth.TokenError{Reason: reason, ExpiredAt: noon, Account: "oidc-a"}
		for _, text := range []string{e.Say(domain.French), e.Say(domain.English)} {
			if other, twice := said[text]; twice {
				t.Errorf("%s and %s both say %q", reason, other, text)
			}
			said[text] = reason
		}
	}
	expired := &auth.TokenError{Reason: auth.Expired, ExpiredAt: noon}
	if want := "le jeton a expiré le 2026-03-02 12:00 UTC : demandez-en un nouveau"; expired.Say(domain.French) != want {
		t.Errorf("got %q, want %q", expired.Say(domain.French), want)
	}
}

// FuzzVerify: whatever the text, there is a viewer that Issue would sign, or a
// typed error; never a panic. The signature is made good, so that the claims
// are reached.
func FuzzVerify(f *testing.F) {
	dir := f.TempDir()
	keys, private := open(f, dir), privateKey(f, dir)
	for _, v := range []domain.Viewer{landlord, project, staff} {
		parts := strings.Split(issue(f, keys, v), ".")
		header, _ := base64.RawURLEncoding.DecodeString(parts[0])
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		f.Add(string(header), string(payload))
	}
	f.Add(`{"alg":"none"}`, `null`)
	f.Add(`{"alg":"EdDSA","crit":["x"]}`, `{"exp":1e400,"aud":[[]],"role":{}}`)
	f.Fuzz(func(t *testing.T, header, payload string) {
		text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
		signature := ed25519.Sign(private, []byte(text))
		for _, token := range []string{header + payload, text + ".", text + "." + base64.RawURLEncoding.EncodeToString(signature)} {
			v, err := keys.Verify(token, noon)
			if err != nil {
				var refused *auth.TokenError
				if !errors.As(err, &refused) {
					t.Errorf("%T is not a *TokenError", err)
				}
				continue
			}
			if _, err := keys.Issue(v, noon, time.Hour); err != nil {
				t.Errorf("verified a viewer that can't be issued: %v", err)
			}
		}
	})
}

func open(t testing.TB, dir string) *auth.Keys {
	t.Helper()
	keys, err := auth.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func issue(t testing.TB, keys *auth.Keys, v domain.Viewer) string {
	t.Helper()
	token, err := keys.Issue(v, noon, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func sign(t testing.TB, method jwt.SigningMethod, key any, c jwt.Claims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func privateKey(t testing.TB, dir string) ed25519.PrivateKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "signing.key"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(ed25519.PrivateKey)
}
