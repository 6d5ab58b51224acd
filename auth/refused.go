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
)

// TokenError says why a token is refused and what to do. It never quotes the
// token.
type TokenError struct {
	Reason Reason
	// ExpiredAt is set when the reason is Expired.
	ExpiredAt time.Time
}

// ErrorCode is the code that programs read, the same for every reason.
func (e *TokenError) ErrorCode() string { return "UNAUTHENTICATED" }

// Facts tell programs what a person reads in the message.
func (e *TokenError) Facts() map[string]any {
	return map[string]any{"reason": string(e.Reason)}
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
	}
	return l.In(
		"le jeton est illisible : envoyez « Authorization: Bearer » suivi du jeton complet, sans guillemets ni retour à la ligne",
		"the token can't be read: send \"Authorization: Bearer\" followed by the whole token, without quotes or line breaks")
}

func (e *TokenError) Error() string { return e.Say(domain.English) }
