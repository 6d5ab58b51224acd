package auth

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"github.com/palier-hub/palier/domain"
)

const (
	issuer   = "palier"
	audience = "palier"

	// MostTTL bounds a token's life.
	MostTTL = 366 * 24 * time.Hour

	// leeway is how far the clocks of two replicas may differ (the design lets
	// no replica write beyond it).
	leeway = 5 * time.Second

	// mostTokenBytes and mostActorBytes bound what is parsed; the tokens that
	// Issue makes are shorter.
	mostTokenBytes = 4096
	mostActorBytes = 200
)

// claims are a token's content: the registered names of RFC 7519 and our two.
type claims struct {
	jwt.RegisteredClaims
	Role domain.Role `json:"role"`
	// Org is the landlord's or the project's id; its prefix says which.
	Org string `json:"org,omitempty"`
}

// Issue signs a token for a viewer, valid from now for ttl (at most MostTTL).
// The viewer must be whole: a role, an actor, and the organisation that the
// role asks for and no other. An error says what is missing.
func (k *Keys) Issue(v domain.Viewer, now time.Time, ttl time.Duration) (string, error) {
	if err := check(v); err != nil {
		return "", fmt.Errorf("no token for this viewer: %w", err)
	}
	if ttl <= 0 || ttl > MostTTL {
		return "", fmt.Errorf("a token lives between a second and %d days, not %s", MostTTL/(24*time.Hour), ttl)
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuer,
			Audience:  jwt.ClaimStrings{audience},
			Subject:   v.Actor,
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
		Role: v.Role,
		Org:  string(v.Landlord) + string(v.Project), // check left at most one
	}).SignedString(k.private)
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	return token, nil
}

// Verify answers the viewer of a token at a time. Every error is a *TokenError;
// nothing of a token is believed before its signature holds. Whether it was revoked
// is for the Door to say.
func (k *Keys) Verify(token string, now time.Time) (domain.Viewer, error) {
	v, _, _, err := k.verify(token, now)
	return v, err
}

// verify answers when the token was issued and will be believed no longer, too.
func (k *Keys) verify(token string, now time.Time) (v domain.Viewer, issued, ends time.Time, err error) {
	refuse := func(e *TokenError) (domain.Viewer, time.Time, time.Time, error) {
		return domain.Anonymous, issued, ends, e
	}
	if len(token) > mostTokenBytes {
		return refuse(&TokenError{Reason: Malformed})
	}
	parser := jwt.NewParser(
		// Pinned: a token chooses neither its algorithm nor "none" (RFC 8725, section 3.1).
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(issuer),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	var c claims
	_, err = parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return k.public, nil })
	if err != nil {
		e := &TokenError{Reason: reasonOf(err)}
		if e.Reason == Expired {
			e.ExpiredAt = c.ExpiresAt.Time
		}
		return refuse(e)
	}
	v = domain.Viewer{Role: c.Role, Actor: c.Subject}
	switch c.Role {
	case domain.RoleLandlord:
		v.Landlord = domain.LandlordID(c.Org)
	case domain.RoleProject:
		v.Project = domain.ProjectID(c.Org)
	case domain.RolePublic, domain.RoleObserver, domain.RoleStaff:
		if c.Org != "" {
			return refuse(&TokenError{Reason: WrongViewer})
		}
	default:
		return refuse(&TokenError{Reason: UnknownRole})
	}
	if check(v) != nil {
		return refuse(&TokenError{Reason: WrongViewer})
	}
	if c.IssuedAt != nil {
		issued = c.IssuedAt.Time
	}
	return v, issued, c.ExpiresAt.Add(leeway), nil
}

func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return Malformed
	// The library reports an algorithm other than the pinned one this way too.
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		return WrongSignature
	// Before the dates: another service's token isn't mended by waiting.
	case errors.Is(err, jwt.ErrTokenInvalidIssuer), errors.Is(err, jwt.ErrTokenInvalidAudience):
		return Foreign
	case errors.Is(err, jwt.ErrTokenExpired):
		return Expired
	case errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return NotYetValid
	}
	return Malformed
}

// check says what keeps a viewer from being a token's.
func check(v domain.Viewer) error {
	switch v.Role {
	case domain.RoleLandlord:
		if err := domain.ID(v.Landlord).Expect(domain.KindLandlord); err != nil {
			return fmt.Errorf("the role LANDLORD needs its organisation: %w", err)
		}
	case domain.RoleProject:
		if err := domain.ID(v.Project).Expect(domain.KindProject); err != nil {
			return fmt.Errorf("the role PROJECT needs its project: %w", err)
		}
	case domain.RolePublic, domain.RoleObserver, domain.RoleStaff:
	default:
		return fmt.Errorf("%q is not a role: choose PUBLIC, OBSERVER, PROJECT, LANDLORD or STAFF", string(v.Role))
	}
	if v.Role != domain.RoleLandlord && v.Landlord != "" {
		return fmt.Errorf("the role %s has no landlord: leave it out, or choose LANDLORD", v.Role)
	}
	if v.Role != domain.RoleProject && v.Project != "" {
		return fmt.Errorf("the role %s has no project: leave it out, or choose PROJECT", v.Role)
	}
	if strings.TrimSpace(v.Actor) == "" || len(v.Actor) > mostActorBytes || !utf8.ValidString(v.Actor) {
		return fmt.Errorf("an actor is needed, of at most %d bytes: the pseudonymous id that the ledger records", mostActorBytes)
	}
	return nil
}
