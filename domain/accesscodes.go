package domain

// The code lists of access: keys and rights.

// AccessKeyUse is a code that says what kind of program a key is for.
type AccessKeyUse string

const (
	// KeyForServer is kept secret by a server.
	KeyForServer AccessKeyUse = "SERVER"
	// KeyForEmbedding stands in public pages, where anyone can read it.
	KeyForEmbedding AccessKeyUse = "EMBED"
)

var accessKeyUseList = newCodeList("PalierAccessKeyUse",
	Code{Value: string(KeyForServer), French: "serveur", English: "server"},
	Code{Value: string(KeyForEmbedding), French: "pages publiques", English: "public pages"},
)

// Label is the code's label in a language.
func (c AccessKeyUse) Label(locale Locale) string { return accessKeyUseList.label(string(c), locale) }

func (c AccessKeyUse) known() bool { return accessKeyUseList.has(string(c)) }

// AccessScope is a code of what a key lets its holder do besides reading.
type AccessScope string

const (
	ScopeWrite        AccessScope = "WRITE"
	ScopePersonalData AccessScope = "PERSONAL_DATA"
)

var accessScopeList = newCodeList("PalierAccessScope",
	Code{Value: string(ScopeWrite), French: "écrire", English: "write"},
	Code{Value: string(ScopePersonalData), French: "lire les données personnelles", English: "read personal data"},
)

// Label is the code's label in a language.
func (c AccessScope) Label(locale Locale) string { return accessScopeList.label(string(c), locale) }

func (c AccessScope) known() bool { return accessScopeList.has(string(c)) }

// AccessKeyState is a code that says whether a key still opens.
type AccessKeyState string

const (
	KeyActive  AccessKeyState = "ACTIVE"
	KeyExpired AccessKeyState = "EXPIRED"
	KeyRevoked AccessKeyState = "REVOKED"
)

var accessKeyStateList = newCodeList("PalierAccessKeyState",
	Code{Value: string(KeyActive), French: "active", English: "active"},
	Code{Value: string(KeyExpired), French: "expirée", English: "expired"},
	Code{Value: string(KeyRevoked), French: "révoquée", English: "revoked"},
)

// Label is the code's label in a language.
func (c AccessKeyState) Label(locale Locale) string {
	return accessKeyStateList.label(string(c), locale)
}

func (c AccessKeyState) known() bool { return accessKeyStateList.has(string(c)) }

// RevocationReason is a code that says why a key, or an account's tokens, no longer
// open.
type RevocationReason string

const (
	RevokedLeaked   RevocationReason = "LEAKED"
	RevokedUnused   RevocationReason = "UNUSED"
	RevokedReplaced RevocationReason = "REPLACED"
	RevokedLeft     RevocationReason = "LEFT"
	RevokedOther    RevocationReason = "OTHER"
)

var revocationReasonList = newCodeList("PalierRevocationReason",
	Code{Value: string(RevokedLeaked), French: "divulgation, certaine ou possible", English: "leaked, for sure or maybe"},
	Code{Value: string(RevokedUnused), French: "plus utilisé", English: "no longer used"},
	Code{Value: string(RevokedReplaced), French: "remplacé", English: "replaced"},
	Code{Value: string(RevokedLeft), French: "départ ou changement de fonction", English: "left, or has another function"},
	Code{Value: string(RevokedOther), French: "autre", English: "other"},
)

// Label is the code's label in a language.
func (c RevocationReason) Label(locale Locale) string {
	return revocationReasonList.label(string(c), locale)
}

func (c RevocationReason) known() bool { return revocationReasonList.has(string(c)) }
