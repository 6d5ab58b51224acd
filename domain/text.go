package domain

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Text is something that a person typed and that isn't published content. It is
// kept in the personal store, outside the ledger, which holds its id: so it can
// be erased, and a missing one reads as erased. It never changes.
type Text struct {
	ID   TextID   `json:"id"`
	Kind TextKind `json:"kind"`
	Body string   `json:"body"`
	// Author is the account (the ledger's actor) that wrote it; "" for the hub.
	Author string `json:"author,omitempty"`
	// Writer is the person who wrote it, when they were known then: by their
	// account, or by a portal that acted for them. It counts rather than Author,
	// which may be the portal's.
	Writer *PersonID `json:"writer,omitempty"`
	// Organisation is the landlord or project within which it was written; "" for
	// none, and where it isn't known.
	Organisation ID `json:"organisation,omitempty"`
	// About is the object that it is part of, such as a request; "" for none.
	About ID `json:"about,omitempty"`
	// Person is whom it concerns, when it is about somebody.
	Person *PersonID `json:"person,omitempty"`
	// WrittenAt is in UTC and whole milliseconds.
	WrittenAt time.Time `json:"writtenAt"`
}

// WrittenBy tells whether a person wrote the text; an account of "" wrote nothing.
func (t Text) WrittenBy(id PersonID, account string) bool {
	if t.Writer != nil {
		return *t.Writer == id
	}
	return account != "" && t.Author == account
}

// TextKind says what a text is for.
type TextKind string

const (
	TextReason  TextKind = "REASON"
	TextMessage TextKind = "MESSAGE"
	TextScope   TextKind = "SCOPE"
	TextVisit   TextKind = "VISIT"
	TextNote    TextKind = "NOTE"
)

var textKindList = newCodeList("PalierTextKind",
	Code{Value: string(TextReason), French: "motif", English: "reason"},
	Code{Value: string(TextMessage), French: "message", English: "message"},
	Code{Value: string(TextScope), French: "cadrage", English: "scope"},
	Code{Value: string(TextVisit), French: "visite", English: "visit"},
	Code{Value: string(TextNote), French: "note", English: "note"},
)

// Known tells whether it is one of the kinds.
func (k TextKind) Known() bool { return textKindList.has(string(k)) }

// Label is the code's label in a language.
func (k TextKind) Label(locale Locale) string { return textKindList.label(string(k), locale) }

// MostBody bounds the body of a text, in characters.
const MostBody = 10_000

// Validate collects what is wrong with a text as it was typed: its body.
func (t Text) Validate(p *Problems, path ...any) {
	p.words(t.Body, MostBody, isUnseenInText, path, "")
}

// Person is who somebody is: kept in the personal store, outside the ledger,
// which holds the id and the account.
type Person struct {
	ID PersonID `json:"id"`
	// Account is what the ledger records as the actor; no other person has it.
	// "" for somebody who doesn't sign in.
	Account   string `json:"account,omitempty"`
	Name      string `json:"name"`
	Email     string `json:"email,omitempty"`
	Telephone string `json:"telephone,omitempty"`
	// Function is what they do there, in words.
	Function string `json:"function,omitempty"`
	// Organisation is the landlord or project that they belong to; "" for staff.
	Organisation ID     `json:"organisation,omitempty"`
	Locale       Locale `json:"locale,omitempty"`
	// Mail is how often they are written to; "" is the usual for their
	// organisation, as MailPreference.For says.
	Mail MailPreference `json:"mail,omitempty"`
	// UpdatedAt is in UTC and whole milliseconds.
	UpdatedAt time.Time `json:"updatedAt"`
}

const (
	// mostAccount bounds an account, in bytes.
	mostAccount = 200
	// mostEmail is the most that an address can have (RFC 5321, section
	// 4.5.3.1.3, less the angle brackets).
	mostEmail = 254
	// mostTelephone leaves room for spaces and an extension around the 15
	// digits of a number (ITU-T E.164).
	mostTelephone = 40
)

// Validate collects what is wrong with a person's identity.
func (v Person) Validate(p *Problems, path ...any) {
	p.line(v.Name, path, "name")
	p.require(len(v.Account) <= mostAccount && clean(v.Account), path, "account",
		"ce compte est trop long, ou contient des caractères invisibles", "this account is too long, or holds characters that aren't seen")
	p.require(v.Email == "" || isEmail(v.Email), path, "email",
		"une adresse électronique est attendue, par exemple prenom.nom@exemple.fr", "an e-mail address is expected, for example first.last@example.org")
	p.require(v.Telephone == "" || isTelephone(v.Telephone), path, "telephone",
		"un numéro de téléphone est attendu, par exemple +33 1 23 45 67 89", "a telephone number is expected, for example +33 1 23 45 67 89")
	p.optionalLine(present(v.Function), path, "function")
	kind := v.Organisation.Kind()
	p.require(v.Organisation == "" || kind == KindLandlord || kind == KindProject, path, "organisation",
		"l'identifiant d'un bailleur ou d'un projet est attendu", "the id of a landlord or of a project is expected")
	p.require(v.Locale == "" || v.Locale == French || v.Locale == English, path, "locale",
		"FR ou EN est attendu", "FR or EN is expected")
	p.require(v.Mail == "" || v.Mail.known(), path, "mail",
		"IMMEDIATE, DAILY ou NONE est attendu", "IMMEDIATE, DAILY or NONE is expected")
}

func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, isUnseen) }

// isEmail asks for something before and after one @, without spaces: whether it
// is an address, only a message to it tells.
func isEmail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	return ok && local != "" && host != "" && !strings.Contains(host, "@") &&
		len(s) <= mostEmail && clean(s) && !strings.ContainsAny(s, " <>,;")
}

func isTelephone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ .-/()\u00a0\u202f", r):
			return false
		}
	}
	return digits > 0 && utf8.RuneCountInString(s) <= mostTelephone
}

// Erasure says that what was kept about a person was to be gone from a moment
// on. It is a document of the ledger and has no content, so that it can be
// applied again to a copy of the personal store from before.
type Erasure struct {
	ID     ErasureID `bson:"id"`
	Person PersonID  `bson:"person"`
	// Texts are those that they had written, or that concerned them.
	Texts []TextID  `bson:"texts"`
	At    time.Time `bson:"at"`
}
