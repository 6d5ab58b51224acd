package domain

import (
	"crypto/sha256"
	"strings"
	"time"
)

// AccountAccess is what the ledger says of an account: which rights it has, where
// its identity provider doesn't say so, and which of its tokens are believed no
// longer.
type AccountAccess struct {
	ID AccountAccessID `bson:"id"`
	// Commit changed it last.
	Commit    uint64    `bson:"commit"`
	Version   int       `bson:"version"`
	UpdatedAt time.Time `bson:"updatedAt"`
	// UpdatedBy is the pseudonymous id of who changed it last.
	UpdatedBy string `bson:"updatedBy"`
	// Account is the pseudonymous id that tokens lead to.
	Account string `bson:"account"`

	// Role is "" when nothing was granted; Landlord and Project go with it.
	Role     Role       `bson:"role,omitempty"`
	Landlord LandlordID `bson:"landlord,omitempty"`
	Project  ProjectID  `bson:"project,omitempty"`

	// TokensFrom is when the tokens must have been issued at the earliest; nil for
	// any time.
	TokensFrom *time.Time `bson:"tokensFrom,omitempty"`
	// Barred: no token is believed, until rights are granted again.
	Barred bool `bson:"barred,omitempty"`
	// RevocationReason is that of the last revocation; nil when there was none.
	RevocationReason *RevocationReason `bson:"revocationReason,omitempty"`
}

func (AccountAccess) IsNode() {}

// IDOfAccount is the id under which the access of an account is kept.
func IDOfAccount(account string) AccountAccessID {
	sum := sha256.Sum256([]byte(account))
	return AccountAccessID(prefixes[KindAccountAccess] + idEncoding.EncodeToString(sum[:12]))
}

// MostAccount bounds the pseudonymous id of an account, in bytes.
const MostAccount = 200

// ValidateAccount collects what is wrong with the pseudonymous id of an account.
func ValidateAccount(p *Problems, account string, path ...any) {
	p.Require(strings.TrimSpace(account) == account && account != "" && len(account) <= MostAccount,
		"donnez l'identifiant du compte, tel que viewer.account le montre à qui se connecte : 200 octets au plus",
		"give the account's id, as viewer.account shows it to whoever signs in: 200 bytes at most", path...)
}

// Sight is who may see it: staff.
func (a *AccountAccess) Sight() Sight { return Sight{Class: managed} }

// Believes tells whether a token that was issued at a time is believed.
func (a *AccountAccess) Believes(issued time.Time) bool {
	return !a.Barred && (a.TokensFrom == nil || issued.After(*a.TokensFrom))
}

// Granted is the role that was granted; nil when none was.
func (a *AccountAccess) Granted() *Role { return present(a.Role) }

// RoleLabel is the label of the granted role; nil when none was.
func (a *AccountAccess) RoleLabel(locale Locale) *string { return labelOf(a.Granted(), locale) }

// RevocationReasonLabel is the label of the reason; nil for none.
func (a *AccountAccess) RevocationReasonLabel(locale Locale) *string {
	return labelOf(a.RevocationReason, locale)
}
