package domain

// PersonExport is all that is kept about a person, for them to read and to take
// elsewhere (GDPR, articles 15 and 20).
type PersonExport struct {
	// Person is nil when who they are isn't kept.
	Person *Person
	// Texts are those that they wrote and those about them, the oldest first.
	Texts []*ExportedText
	// JSON says all of it.
	JSON string
}

// Account is what they sign in with; nil when they don't.
func (e *PersonExport) Account() *string {
	if e.Person == nil {
		return nil
	}
	return present(e.Person.Account)
}

// ExportedText is a text of a person's.
type ExportedText struct {
	Text
	// Wrote: the person wrote it; else it is about them.
	Wrote bool
}

// KindLabel is the label of the kind.
func (t *ExportedText) KindLabel(locale Locale) string { return t.Kind.Label(locale) }

// AboutID is what the text is part of; nil for nothing.
func (t *ExportedText) AboutID() *ID { return present(t.About) }
