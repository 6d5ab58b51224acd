package domain

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// AccessKey lets a program in, for a role and an organisation. Of its secret only
// a hash is kept.
type AccessKey struct {
	ID AccessKeyID `bson:"id"`
	// Commit changed it last.
	Commit uint64 `bson:"commit"`
	// Version counts the changes, from 1.
	Version   int       `bson:"version"`
	CreatedAt time.Time `bson:"createdAt"`
	// CreatedBy is the pseudonymous id of who made it.
	CreatedBy string       `bson:"createdBy"`
	Use       AccessKeyUse `bson:"use"`
	// Label is what its makers call it.
	Label TextID `bson:"label"`
	// Account is the pseudonymous id that the ledger records of what is done by the
	// key. Its successor has the same.
	Account string `bson:"account"`
	// Role is PUBLIC for EMBED.
	Role Role `bson:"role"`
	// Landlord and Project are whose it is; both are "" for partners and observers.
	Landlord LandlordID    `bson:"landlord,omitempty"`
	Project  ProjectID     `bson:"project,omitempty"`
	Scopes   []AccessScope `bson:"scopes,omitempty"`
	// Origins are the sites whose pages may use an EMBED key.
	Origins []string `bson:"origins,omitempty"`
	// TrustedOnly is stated of a SERVER key that opens trusted documents alone, as an
	// EMBED key always does.
	TrustedOnly bool `bson:"trustedOnly,omitempty"`
	// Hash is the SHA-256 of the secret, which is random: a slow hash would protect
	// it no better.
	Hash      []byte    `bson:"hash"`
	ExpiresAt time.Time `bson:"expiresAt"`

	RevokedAt        *time.Time        `bson:"revokedAt,omitempty"`
	RevokedBy        string            `bson:"revokedBy,omitempty"`
	RevocationReason *RevocationReason `bson:"revocationReason,omitempty"`
	// Replaces is the key that this one was made to follow, ReplacedBy its own
	// successor; "" for none.
	Replaces   AccessKeyID `bson:"replaces,omitempty"`
	ReplacedBy AccessKeyID `bson:"replacedBy,omitempty"`
}

const (
	// MostKeyLife bounds the life of a key.
	MostKeyLife = 366 * 24 * time.Hour
	// MostKeyOverlap bounds how long a key goes on beside its successor.
	MostKeyOverlap = 30 * 24 * time.Hour
	// MostKeys bounds the active keys of an organisation, and those besides that were
	// rotated and go on for a while; MostFreshKeys those that it makes within a day.
	MostKeys, MostFreshKeys = 50, 100
	// MostOrigins bounds the sites of a key.
	MostOrigins = 20

	keySign = "palier_"
)

var keySigns = map[AccessKeyUse]string{KeyForServer: keySign + "sk_", KeyForEmbedding: keySign + "pk_"}

func (AccessKey) IsNode() {}

// Sight is who may see the key: those who manage it.
func (k *AccessKey) Sight() Sight {
	return Sight{Class: managed, Ownership: Ownership{Landlord: k.Landlord, Project: k.Project}}
}

// Organisation is the landlord or project whose key it is; "" for neither.
func (k *AccessKey) Organisation() ID { return ID(k.Landlord) + ID(k.Project) } // one of them at most

// TextIDs are the texts that the key refers to.
func (k *AccessKey) TextIDs() []TextID { return []TextID{k.Label} }

// State of the key at a time.
func (k *AccessKey) State(now time.Time) AccessKeyState {
	switch {
	case k.RevokedAt != nil:
		return KeyRevoked
	case !now.Before(k.ExpiresAt):
		return KeyExpired
	}
	return KeyActive
}

// Secret is a key as its holder presents it, of random text.
func (k *AccessKey) Secret(random string) string {
	return keySigns[k.Use] + ID(k.ID).Code() + "_" + random
}

// HashOfSecret is what is kept of a secret.
func HashOfSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// IsKeySecret tells whether a token is meant as a key's secret.
func IsKeySecret(token string) bool { return strings.HasPrefix(token, keySign) }

// KeyOfSecret reads which key a secret says that it is of; "" when it is of none.
func KeyOfSecret(secret string) AccessKeyID {
	for _, sign := range keySigns {
		if rest, ok := strings.CutPrefix(secret, sign); ok {
			if code, _, ok := strings.Cut(rest, "_"); ok && code != "" {
				return AccessKeyID(CodeID(KindAccessKey, code))
			}
		}
	}
	return ""
}

// Opens tells whether a secret is the key's.
func (k *AccessKey) Opens(secret string) bool {
	return subtle.ConstantTimeCompare(HashOfSecret(secret), k.Hash) == 1
}

// Viewer is who asks by the key.
func (k *AccessKey) Viewer() Viewer {
	v := Viewer{Role: k.Role, Actor: k.Account, Key: k.ID,
		ReadOnly:       !slices.Contains(k.Scopes, ScopeWrite),
		NoPersonalData: !slices.Contains(k.Scopes, ScopePersonalData),
		TrustedOnly:    k.TrustedDocumentsOnly()}
	switch {
	case k.Use == KeyForEmbedding:
		v.Role, v.Embedded, v.ReadOnly, v.NoPersonalData = RolePublic, k.Landlord, true, true
	case k.Role == RoleLandlord:
		v.Landlord = k.Landlord
	case k.Role == RoleProject:
		v.Project = k.Project
	}
	return v
}

// Revoker, Predecessor and Successor are nil where there is none.

func (k *AccessKey) Revoker() *string          { return present(k.RevokedBy) }
func (k *AccessKey) Predecessor() *AccessKeyID { return present(k.Replaces) }
func (k *AccessKey) Successor() *AccessKeyID   { return present(k.ReplacedBy) }

// TrustedDocumentsOnly tells whether the key opens no documents but trusted ones.
func (k *AccessKey) TrustedDocumentsOnly() bool {
	return k.TrustedOnly || k.Use == KeyForEmbedding
}

// UseLabel is the label of the use.
func (k *AccessKey) UseLabel(locale Locale) string { return k.Use.Label(locale) }

// RevocationReasonLabel is the label of the reason; nil for none.
func (k *AccessKey) RevocationReasonLabel(locale Locale) *string {
	return labelOf(k.RevocationReason, locale)
}

// RoleLabel is the label of the role.
func (k *AccessKey) RoleLabel(locale Locale) string { return k.Role.Label(locale) }

// StatedAccessKey is what is stated about a key that is to be made.
type StatedAccessKey struct {
	Use        AccessKeyUse
	Label      string
	Role       *Role
	LandlordID *ID
	ProjectID  *ID
	Scopes     []AccessScope
	Origins    []string
	ExpiresAt  *time.Time
	// TrustedDocumentsOnly needn't be stated of an EMBED key.
	TrustedDocumentsOnly bool
}

// Validate collects what is wrong with what is stated, but for the organisation,
// which only the hub can look up. The time is now.
func (s StatedAccessKey) Validate(p *Problems, now time.Time) {
	var root []any
	knownCode(p, s.Use, root, "use")
	knownCodes(p, s.Scopes, root, "scopes")
	if s.ExpiresAt != nil {
		p.require(s.ExpiresAt.After(now), root, "expiresAt", "cette clé serait déjà expirée : donnez une date à venir", "the key would have expired already: give a time to come")
		p.require(!s.ExpiresAt.After(now.Add(MostKeyLife)), root, "expiresAt", "une clé vit au plus 366 jours : donnez une date plus proche, et remplacez-la à temps", "a key lives 366 days at most: give an earlier time, and rotate it before")
	}
	if s.Use == KeyForEmbedding {
		p.require(s.Role == nil || *s.Role == RolePublic, root, "role", "une clé de pages publiques n'a que le rôle PUBLIC : retirez ce champ", "a key for public pages has the role PUBLIC: leave the field out")
		p.require(len(s.Scopes) == 0, root, "scopes", "une clé de pages publiques ne fait que lire des données publiques : retirez ce champ", "a key for public pages reads public data only: leave the field out")
		p.require(s.LandlordID != nil, root, "landlordId", "une clé de pages publiques montre les données d'un bailleur : dites lequel", "a key for public pages shows a landlord's data: say whose")
		p.require(len(s.Origins) > 0, root, "origins", "dites sur quels sites les pages se trouvent, par exemple https://www.bailleur.fr", "say on which sites the pages are, such as https://www.landlord.example")
		p.require(len(s.Origins) <= MostOrigins, root, "origins", "au plus 20 sites par clé : créez-en une seconde", "20 sites a key at most: make a second one")
		for i, o := range s.Origins {
			p.require(IsOrigin(o), []any{"origins", i}, "", "donnez un site tel que https://www.bailleur.fr, sans chemin", "give a site such as https://www.landlord.example, without a path")
		}
		return
	}
	p.require(s.Role != nil, root, "role", "dites le rôle de ce serveur : PROJECT, LANDLORD, OBSERVER, PUBLIC ou STAFF", "say the server's role: PROJECT, LANDLORD, OBSERVER, PUBLIC or STAFF")
	p.require(len(s.Origins) == 0, root, "origins", "une clé de serveur ne va pas dans une page : retirez ce champ, ou créez une clé EMBED", "a server's key doesn't go into a page: leave the field out, or make an EMBED key")
}

// IsOrigin tells whether a text is a site as a browser names it (RFC 6454, section
// 6.2): by https, or by http on the own machine.
func IsOrigin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || s != strings.ToLower(s) || strings.Contains(u.Host, "*") {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback())
}
