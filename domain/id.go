package domain

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"io"
	"strings"
)

// Kind names a kind of entity. It is the kind of a stored document, and its
// prefix begins every id of that kind.
type Kind string

const (
	KindLandlord     Kind = "landlord"
	KindSite         Kind = "site"
	KindSpace        Kind = "space"
	KindProject      Kind = "project"
	KindNeed         Kind = "need"
	KindLandlordNeed Kind = "landlordNeed"
	KindRequest      Kind = "request"
	KindPlacement    Kind = "placement"
	KindInvitation   Kind = "invitation"
	KindProposal     Kind = "proposal"
	KindApproach     Kind = "approach"
	KindMessage      Kind = "message"
	KindCommune      Kind = "commune"
	KindDepartement  Kind = "departement"
	KindRegion       Kind = "region"
	KindQpv          Kind = "qpv"
	// KindSettings is the one document that says which ruleset, which
	// geography and which day the answers are made with.
	KindSettings Kind = "settings"
	// KindReceipt remembers an idempotency key that took effect.
	KindReceipt Kind = "receipt"
	// KindErasure says that what was kept about a person is to be gone.
	KindErasure Kind = "erasure"
	// KindMailing is a mail to one person: what it tells, and what came of it.
	KindMailing Kind = "mailing"
	// KindMailProgress is the one document that says how far the history was
	// looked through for what is to be mailed.
	KindMailProgress Kind = "mailProgress"

	// KindAccessKey lets a program in; KindAccountAccess says what an account may.
	KindAccessKey     Kind = "accessKey"
	KindAccountAccess Kind = "accountAccess"

	// Texts and persons are kept outside the ledger, which holds their ids only.

	KindText   Kind = "text"
	KindPerson Kind = "person"
)

var prefixes = map[Kind]string{
	KindLandlord:      "lld_",
	KindSite:          "sit_",
	KindSpace:         "spc_",
	KindProject:       "prj_",
	KindNeed:          "ned_",
	KindLandlordNeed:  "lnd_",
	KindRequest:       "req_",
	KindPlacement:     "plc_",
	KindInvitation:    "inv_",
	KindProposal:      "prp_",
	KindApproach:      "apr_",
	KindMessage:       "msg_",
	KindCommune:       "com_",
	KindDepartement:   "dep_",
	KindRegion:        "reg_",
	KindQpv:           "qpv_",
	KindErasure:       "ers_",
	KindMailing:       "mlg_",
	KindAccessKey:     "key_",
	KindAccountAccess: "acc_",
	KindText:          "txt_",
	KindPerson:        "per_",
}

// typeNames are the GraphQL types of the kinds that have one, and what messages
// call the others.
var typeNames = map[Kind]string{
	KindLandlord:      "Landlord",
	KindSite:          "LandlordSite",
	KindSpace:         "VacantSpace",
	KindProject:       "InnovationProject",
	KindNeed:          "HostingNeed",
	KindLandlordNeed:  "LandlordNeed",
	KindRequest:       "HostingRequest",
	KindPlacement:     "Placement",
	KindInvitation:    "HostingInvitation",
	KindProposal:      "HostingProposal",
	KindApproach:      "LandlordApproach",
	KindMessage:       "HostingMessage",
	KindCommune:       "Commune",
	KindDepartement:   "Departement",
	KindRegion:        "Region",
	KindQpv:           "Qpv",
	KindErasure:       "Erasure",
	KindMailing:       "DeadLetter",
	KindAccessKey:     "PalierAccessKey",
	KindAccountAccess: "PalierAccountAccess",
	KindText:          "Text",
	KindPerson:        "PalierPerson",
}

// TypeName is what messages call this kind: its GraphQL type, if it has one.
func (k Kind) TypeName() string { return typeNames[k] }

// ID is a global id of any kind. It reveals its kind by a prefix and never
// changes.
type ID string

// Kind tells what the id names, by its prefix; "" when it has none of ours.
func (id ID) Kind() Kind {
	for kind, prefix := range prefixes {
		if strings.HasPrefix(string(id), prefix) {
			return kind
		}
	}
	return ""
}

// Code is what follows the prefix: the official code of a reference type.
func (id ID) Code() string {
	_, code, _ := strings.Cut(string(id), "_")
	return code
}

// CodeID makes the id of a reference type from its official code.
func CodeID(kind Kind, code string) ID { return ID(prefixes[kind] + code) }

// The ids of each kind are types of their own, so that one can't be passed for
// another.
type (
	LandlordID      string
	SiteID          string
	SpaceID         string
	ProjectID       string
	NeedID          string
	LandlordNeedID  string
	RequestID       string
	PlacementID     string
	InvitationID    string
	ProposalID      string
	ApproachID      string
	MessageID       string
	ErasureID       string
	MailingID       string
	AccessKeyID     string
	AccountAccessID string
	// TextID and PersonID name what the personal store keeps. Texts are no nodes.
	TextID   string
	PersonID string
)

func (id ID) MarshalGQL(w io.Writer)              { writeQuoted(w, string(id)) }
func (id LandlordID) MarshalGQL(w io.Writer)      { writeQuoted(w, string(id)) }
func (id SiteID) MarshalGQL(w io.Writer)          { writeQuoted(w, string(id)) }
func (id SpaceID) MarshalGQL(w io.Writer)         { writeQuoted(w, string(id)) }
func (id ProjectID) MarshalGQL(w io.Writer)       { writeQuoted(w, string(id)) }
func (id NeedID) MarshalGQL(w io.Writer)          { writeQuoted(w, string(id)) }
func (id LandlordNeedID) MarshalGQL(w io.Writer)  { writeQuoted(w, string(id)) }
func (id RequestID) MarshalGQL(w io.Writer)       { writeQuoted(w, string(id)) }
func (id PlacementID) MarshalGQL(w io.Writer)     { writeQuoted(w, string(id)) }
func (id InvitationID) MarshalGQL(w io.Writer)    { writeQuoted(w, string(id)) }
func (id ProposalID) MarshalGQL(w io.Writer)      { writeQuoted(w, string(id)) }
func (id ApproachID) MarshalGQL(w io.Writer)      { writeQuoted(w, string(id)) }
func (id MailingID) MarshalGQL(w io.Writer)       { writeQuoted(w, string(id)) }
func (id MessageID) MarshalGQL(w io.Writer)       { writeQuoted(w, string(id)) }
func (id AccessKeyID) MarshalGQL(w io.Writer)     { writeQuoted(w, string(id)) }
func (id AccountAccessID) MarshalGQL(w io.Writer) { writeQuoted(w, string(id)) }
func (id TextID) MarshalGQL(w io.Writer)          { writeQuoted(w, string(id)) }
func (id PersonID) MarshalGQL(w io.Writer)        { writeQuoted(w, string(id)) }

// UnmarshalGQL accepts any string: whether it names something is for the lookup
// to say.
func (id *ID) UnmarshalGQL(v any) (err error) { *id, err = readID[ID](v, ""); return err }

// UnmarshalGQL refuses an id of another kind, as do those of the other types.
func (id *LandlordID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[LandlordID](v, KindLandlord)
	return err
}
func (id *SiteID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[SiteID](v, KindSite)
	return err
}
func (id *SpaceID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[SpaceID](v, KindSpace)
	return err
}
func (id *ProjectID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[ProjectID](v, KindProject)
	return err
}
func (id *NeedID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[NeedID](v, KindNeed)
	return err
}
func (id *LandlordNeedID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[LandlordNeedID](v, KindLandlordNeed)
	return err
}
func (id *TextID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[TextID](v, KindText)
	return err
}
func (id *PersonID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[PersonID](v, KindPerson)
	return err
}

func (id *RequestID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[RequestID](v, KindRequest)
	return err
}
func (id *PlacementID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[PlacementID](v, KindPlacement)
	return err
}
func (id *InvitationID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[InvitationID](v, KindInvitation)
	return err
}
func (id *ProposalID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[ProposalID](v, KindProposal)
	return err
}
func (id *ApproachID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[ApproachID](v, KindApproach)
	return err
}

func (id *MailingID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[MailingID](v, KindMailing)
	return err
}

func (id *AccessKeyID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[AccessKeyID](v, KindAccessKey)
	return err
}

func (id *AccountAccessID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[AccountAccessID](v, KindAccountAccess)
	return err
}

func (id *MessageID) UnmarshalGQL(v any) (err error) {
	*id, err = readID[MessageID](v, KindMessage)
	return err
}

func readID[T ~string](v any, want Kind) (T, error) {
	s, ok := textOf(v)
	if !ok {
		return "", CannotRead(s,
			"n'est pas un identifiant : écrivez-le comme un texte, entre guillemets",
			"is not an id: write it as a string, between quotes")
	}
	if want != "" {
		if err := ID(s).Expect(want); err != nil {
			return "", err
		}
	}
	return T(s), nil
}

// Expect answers nil when the id is of the wanted kind, else a *WrongKindError
// that says what it is and what to pass.
func (id ID) Expect(want Kind) error {
	if got := id.Kind(); got != want {
		return &WrongKindError{ID: id, Want: want, Got: got}
	}
	return nil
}

// clip keeps what a message quotes of an input short.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// writeQuoted writes a JSON string (RFC 8259, section 7).
func writeQuoted(w io.Writer, s string) {
	quoted, _ := json.Marshal(s) // a string always encodes
	w.Write(quoted)
}

// Seed is the randomness of one command, drawn once at the edge: deciding again
// on a newer World makes the same ids.
type Seed [16]byte

// ids are lower-case base 32 without padding: safe in URLs and file names,
// readable over the telephone.
var idEncoding = base32.NewEncoding("abcdefghjkmnpqrstvwxyz0123456789").WithPadding(base32.NoPadding)

// NewID makes the nth id of this kind that a command needs.
func (s Seed) NewID(kind Kind, n int) ID {
	h := sha256.New()
	h.Write(s[:])
	h.Write([]byte(kind))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return ID(prefixes[kind] + idEncoding.EncodeToString(h.Sum(nil)[:12]))
}

// Node is an object with a global id.
type Node interface{ IsNode() }
