package auth

import (
	"context"
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/palier-hub/palier/domain"
)

// Register is what the ledger says of keys and accounts, and of the organisations
// that identity providers name, as it is now. Its methods may be called from any
// goroutine.
type Register interface {
	AccessKey(domain.AccessKeyID) (domain.AccessKey, bool)
	AccountAccess(account string) (domain.AccountAccess, bool)
	LandlordOfSiren(domain.Siren) (domain.LandlordID, bool)
	ProjectOfSlug(slug string) (domain.ProjectID, bool)
	// Closed tells whether a landlord or a project has left.
	Closed(organisation domain.ID) bool
}

// Door lets in whoever has a credential: a key of the ledger's, a token that this
// hub has signed, or one of an identity provider's.
type Door struct {
	Keys *Keys
	// Providers are the identity providers; nil for none.
	Providers *Providers
	Register  Register
	Clock     func() time.Time
}

// Verify answers what a token, or a key's secret, comes to, now. The context bounds
// what an identity provider is asked. Errors are *TokenError and *ProviderError;
// nothing is believed of what isn't proven.
func (d *Door) Verify(ctx context.Context, token string) (domain.Credential, error) {
	c, err := d.verify(ctx, token)
	if err == nil && d.Register.Closed(c.Viewer.Organisation()) {
		return domain.Credential{}, &TokenError{Reason: NoRights, Account: c.Viewer.Actor}
	}
	return c, err
}

func (d *Door) verify(ctx context.Context, token string) (domain.Credential, error) {
	if domain.IsKeySecret(token) {
		return d.byKey(token)
	}
	if p := d.Providers.of(token); p != nil {
		return d.byProvider(ctx, p, token)
	}
	v, issued, ends, err := d.Keys.verify(token, d.Clock())
	if err != nil {
		return domain.Credential{}, err
	}
	a, said := d.Register.AccountAccess(v.Actor)
	switch {
	case said && !a.Believes(issued):
		return domain.Credential{}, &TokenError{Reason: Revoked}
	case said && a.Role != "":
		v.Role, v.Landlord, v.Project = a.Role, a.Landlord, a.Project
	}
	return domain.Credential{Viewer: v, Ends: ends}, nil
}

// byKey answers a secret. One that is unknown and one that is wrong look alike.
func (d *Door) byKey(secret string) (domain.Credential, error) {
	k, ok := d.Register.AccessKey(domain.KeyOfSecret(secret))
	if !ok || !k.Opens(secret) {
		return domain.Credential{}, &TokenError{Reason: UnknownKey}
	}
	switch k.State(d.Clock()) {
	case domain.KeyActive:
	case domain.KeyExpired:
		return domain.Credential{}, &TokenError{Reason: KeyExpired, ExpiredAt: k.ExpiresAt}
	default:
		return domain.Credential{}, &TokenError{Reason: KeyRevoked}
	}
	return domain.Credential{Viewer: k.Viewer(), Ends: k.ExpiresAt, Origins: k.Origins}, nil
}

func (d *Door) byProvider(ctx context.Context, p *provider, token string) (domain.Credential, error) {
	c, err := p.verify(ctx, token)
	if err != nil {
		return domain.Credential{}, err
	}
	v := domain.Viewer{Actor: c.account}
	a, said := d.Register.AccountAccess(c.account)
	switch {
	case said && !a.Believes(c.issued.Add(-leeway)): // its clock may be ahead
		return domain.Credential{}, &TokenError{Reason: Revoked}
	case said && a.Role != "":
		v.Role, v.Landlord, v.Project = a.Role, a.Landlord, a.Project
	default:
		v.Role, v.Landlord, v.Project = p.rights(c.all, d.Register)
	}
	if v.Role == "" || check(v) != nil {
		return domain.Credential{}, &TokenError{Reason: NoRights, Account: c.account}
	}
	return domain.Credential{Viewer: v, Ends: c.ends}, nil
}

// issuerOf is whose a token says that it is, before anything of it is believed.
func issuerOf(token string) string {
	var c jwt.RegisteredClaims
	if len(token) > mostForeignBytes {
		return ""
	}
	if _, _, err := jwt.NewParser().ParseUnverified(token, &c); err != nil && !errors.Is(err, jwt.ErrTokenUnverifiable) {
		return ""
	}
	return c.Issuer
}
