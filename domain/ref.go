package domain

import "fmt"

// LandlordSiteRef names a site: by its id, or by the landlord's own reference.
type LandlordSiteRef struct {
	ID          *ID
	ExternalRef *string
	// LandlordID is whose reference it is; nil for the viewer's own.
	LandlordID *ID
}

// VacantSpaceRef names a space: by its id, or by the landlord's own reference.
type VacantSpaceRef struct {
	ID          *ID
	ExternalRef *string
	// LandlordID is whose reference it is; nil for the viewer's own.
	LandlordID *ID
}

// String is the reference as it was given, for messages.
func (r LandlordSiteRef) String() string { return refString(r.ID, r.ExternalRef) }

// String is the reference as it was given, for messages.
func (r VacantSpaceRef) String() string { return refString(r.ID, r.ExternalRef) }

func refString(id *ID, externalRef *string) string {
	switch {
	case id != nil:
		return string(*id)
	case externalRef != nil:
		return *externalRef
	}
	return ""
}

// ByReference tells whether an upsert or change names its object by the
// landlord's reference.
func (r LandlordSiteRef) ByReference() bool { return r.ID == nil && r.ExternalRef != nil }

// ByReference is the same for a space.
func (r VacantSpaceRef) ByReference() bool { return r.ID == nil && r.ExternalRef != nil }

// AsRefusal says what is wrong with an id of another kind, at a path.
func (e *WrongKindError) AsRefusal(path ...string) InvalidInput {
	r := InvalidInput{Path: path, French: e.Say(French), English: e.Say(English)}
	return r
}

// RefusalCode makes a wrong id a refusal wherever it is read.
func (e *WrongKindError) RefusalCode() RefusalCode { return CodeInvalidInput }

// Say is the message for people.
func (e *WrongKindError) Say(l Locale) string {
	if l == English {
		return e.Error()
	}
	if e.Got == "" {
		return fmt.Sprintf("%q n'est pas un identifiant : celui d'un objet %s commence par %q", clip(string(e.ID)), e.Want.TypeName(), prefixes[e.Want])
	}
	return fmt.Sprintf("%q est l'identifiant d'un objet %s : donnez celui d'un objet %s, qui commence par %q", clip(string(e.ID)), e.Got.TypeName(), e.Want.TypeName(), prefixes[e.Want])
}
