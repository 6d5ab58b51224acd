package auth

import (
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
)

// Reason is why a token is refused, for programs.
type Reason string

const (
	Malformed      Reason = "MALFORMED"
	WrongSignature Reason = "WRONG_SIGNATURE"
	Foreign        Reason = "FOREIGN"
	Expired        Reason = "EXPIRED"
	NotYetValid    Reason = "NOT_YET_VALID"
	UnknownRole    Reason = "UNKNOWN_ROLE"
	WrongViewer    Reason = "WRONG_VIEWER"
	Revoked        Reason = "REVOKED"
	NoRights       Reason = "NO_RIGHTS"
	UnknownKey     Reason = "UNKNOWN_KEY"
	KeyExpired     Reason = "KEY_EXPIRED"
	KeyRevoked     Reason = "KEY_REVOKED"
)

// TokenError says why a token is refused and what to do. It never quotes the
// token.
type TokenError struct {
	Reason Reason
	// ExpiredAt is set when the reason is Expired or KeyExpired.
	ExpiredAt time.Time
	// Account is set when the reason is NoRights: who signs in is shown their own.
	Account string
}

// ErrorCode is the code that programs read, the same for every reason.
func (e *TokenError) ErrorCode() string { return "UNAUTHENTICATED" }

// Facts tell programs what a person reads in the message.
func (e *TokenError) Facts() map[string]any {
	facts := map[string]any{"reason": string(e.Reason)}
	if e.Account != "" {
		facts["account"] = e.Account
	}
	return facts
}

// Say is the message for people: what is wrong and what to do.
func (e *TokenError) Say(l domain.Locale) string {
	switch e.Reason {
	case WrongSignature:
		return l.In(
			"le jeton n'est pas signé par ce serveur : vérifiez qu'il est copié en entier et qu'il vient de cette instance, ou demandez-en un nouveau",
			"the token isn't signed by this server: check that it is copied whole and comes from this instance, or ask for a new one")
	case Foreign:
		return l.In(
			"le jeton a été émis pour un autre service : utilisez un jeton de Palier",
			"the token was issued for another service: use a token of Palier")
	case Expired:
		return fmt.Sprintf(l.In(
			"le jeton a expiré le %s : demandez-en un nouveau",
			"the token expired on %s: ask for a new one"), e.ExpiredAt.UTC().Format("2006-01-02 15:04 UTC"))
	case NotYetValid:
		return l.In(
			"le jeton n'est pas encore valable : vérifiez l'horloge de la machine qui l'a émis et celle du serveur",
			"the token isn't valid yet: check the clocks of the machine that issued it and of the server")
	case UnknownRole:
		return l.In(
			"le rôle du jeton est inconnu de cette version : demandez un nouveau jeton",
			"this version doesn't know the token's role: ask for a new token")
	case WrongViewer:
		return l.In(
			"le jeton ne nomme pas l'organisation que son rôle demande : demandez un nouveau jeton",
			"the token doesn't name the organisation that its role asks for: ask for a new token")
	case Revoked:
		return l.In(
			"les jetons de ce compte ont été révoqués : reconnectez-vous ; si cela ne suffit pas, l'accès du compte est fermé, et la fondation peut le rouvrir",
			"the tokens of this account were revoked: sign in again; if that doesn't do, the account is closed, and the foundation can open it")
	case NoRights:
		return fmt.Sprintf(l.In(
			"ce compte n'a pas, ou plus, de droits ici : donnez son identifiant, %s, à la fondation, qui les attribue",
			"this account has no rights here: give its id, %s, to the foundation, which grants them"), e.Account)
	case UnknownKey:
		return l.In(
			"cette clé n'ouvre rien : vérifiez qu'elle est copiée en entier et qu'elle vient de cette instance, ou créez-en une nouvelle",
			"this key opens nothing: check that it is copied whole and comes from this instance, or make a new one")
	case KeyExpired:
		return fmt.Sprintf(l.In(
			"la clé a expiré le %s : créez-en une nouvelle",
			"the key expired on %s: make a new one"), e.ExpiredAt.UTC().Format("2006-01-02 15:04 UTC"))
	case KeyRevoked:
		return l.In(
			"la clé a été révoquée : demandez pourquoi à votre organisation, et créez-en une nouvelle",
			"the key was revoked: ask your organisation why, and make a new one")
	}
	return l.In(
		"le jeton est illisible : envoyez « Authorization: Bearer » suivi du jeton complet, sans guillemets ni retour à la ligne",
		"the token can't be read: send \"Authorization: Bearer\" followed by the whole token, without quotes or line breaks")
}

func (e *TokenError) Error() string { return e.Say(domain.English) }

// ProviderError says that an identity provider couldn't be asked for its keys. The
// token may be good.
type ProviderError struct {
	Issuer string
	Err    error
}

// ErrorCode is the code that programs read.
func (e *ProviderError) ErrorCode() string { return "IDENTITY_PROVIDER_UNAVAILABLE" }

// Facts say when to try again.
func (e *ProviderError) Facts() map[string]any {
	return map[string]any{"retryAfterSeconds": int(pause / time.Second)}
}

// Say is the message for people.
func (e *ProviderError) Say(l domain.Locale) string {
	return l.In(
		"le service d'identité qui a émis ce jeton ne répond pas : réessayez dans un instant",
		"the identity provider that issued this token doesn't answer: try again in a moment")
}

func (e *ProviderError) Error() string {
	return fmt.Sprintf("the identity provider %s: %v", e.Issuer, e.Err)
}

func (e *ProviderError) Unwrap() error { return e.Err }
