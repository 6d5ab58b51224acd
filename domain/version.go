package domain

import "time"

// ObjectVersion is one version of an object's document, as one viewer may know of
// it: the commit that wrote it, and what it says otherwise than the version before
// that this viewer may see.
type ObjectVersion struct {
	Commit int
	At     time.Time
	// Action is the business action of the commit, and ActionText what it did to
	// this object in words; nil for those who don't see the object's facts of
	// upkeep.
	Action     *string
	ActionText *Bilingual
	// Actor is the pseudonymous account that acted; nil for others than staff, and
	// for what the hub did by itself.
	Actor *string
	// Step is that of the hosting request which this version comes from; nil for
	// none, and for those who may not see the request.
	Step    *RequestStep
	Changes []*FieldChange
}

// ActionLabel is what was done in words; nil when Action is.
func (v *ObjectVersion) ActionLabel(locale Locale) *string {
	if v.ActionText == nil {
		return nil
	}
	text := v.ActionText.In(locale)
	return &text
}

// Party is the side for which it was done; nil when that isn't known.
func (v *ObjectVersion) Party() *RequestParty {
	if v.Step == nil {
		return nil
	}
	return &v.Step.Party
}

// PartyLabel is the label of the side; nil when it isn't known.
func (v *ObjectVersion) PartyLabel(locale Locale) *string {
	if v.Step == nil {
		return nil
	}
	label := v.Step.PartyLabel(locale)
	return &label
}

// FieldChange is a field that two versions have otherwise.
type FieldChange struct {
	// Path is the field in the API's words, from the object on: surface.minM2.
	Path string
	Text Bilingual
	// Before and After are nil where nothing was or is stated.
	Before, After *FieldValue
}

// FieldValue is a value of a field, for people and, where it is a simple one, for
// programs: a number, codes, objects, a day or a flag.
type FieldValue struct {
	Text   Bilingual
	Number *float64
	// Unit of the number; nil without one.
	Unit *Unit
	// Codes and IDs are nil but for such values: one, or a list.
	Codes []string
	IDs   []ID
	Date  *Date
	Flag  *bool
	// whole: there are no words for its absence, since it is a part of its own.
	whole bool
}

// Display is the value in words.
func (v *FieldValue) Display(locale Locale) string { return v.Text.In(locale) }

// Label is what the field is called.
func (c *FieldChange) Label(locale Locale) string { return c.Text.In(locale) }

// Message tells the difference: "surface minimale : 60 m² → 72 m²".
func (c *FieldChange) Message(locale Locale) string {
	label := c.Text.In(locale)
	switch {
	case c.Before == nil && c.After.whole:
		return label + locale.In(", ajout : ", ", added: ") + c.After.Display(locale)
	case c.After == nil && c.Before.whole:
		return label + locale.In(", retrait : ", ", removed: ") + c.Before.Display(locale)
	}
	stated := func(v *FieldValue) string {
		if v == nil {
			return locale.In("non précisé", "not stated")
		}
		return v.Display(locale)
	}
	return label + locale.In(" : ", ": ") + stated(c.Before) + " → " + stated(c.After)
}

// VersionFilter says which versions of an object are listed; all when it is empty.
type VersionFilter struct {
	// FromCommit and UntilCommit bound the commits, both included.
	FromCommit, UntilCommit *int
}

// AsOf is an instant of the past: exactly one of the three.
type AsOf struct {
	Commit *int
	At     *time.Time
	// On is the end of a day, by the clock of Paris.
	On *Date
}

// The connection by its names in the schema.
type (
	ObjectVersionConnection = Connection[*ObjectVersion]
	ObjectVersionEdge       = Edge[*ObjectVersion]
)
