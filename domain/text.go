package domain

// TextID names a text of the personal store.
type TextID string

// TextKind says what a text is.
type TextKind string

const (
	TextReason  TextKind = "REASON"
	TextMessage TextKind = "MESSAGE"
	TextScope   TextKind = "SCOPE"
	TextVisit   TextKind = "VISIT"
	TextNote    TextKind = "NOTE"
)
