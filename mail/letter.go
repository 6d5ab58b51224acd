package mail

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// Letter is what one person is told, before it is worded. Nothing in it was
// typed by another person in private: names and labels are published content.
type Letter struct {
	ID    domain.MailingID
	To    domain.Person
	Items []Item
}

// Item is one event of a letter, as its recipient may know it.
type Item struct {
	Event domain.MailEvent
	// Project, Landlord and Space are what they are called; "" for none, or for
	// what the recipient may not see.
	Project, Landlord, Space string
	// Status is where it stands by now.
	Status domain.Bilingual
	// Asked: an answer is expected from the recipient's side.
	Asked bool
	// By is the day by which; nil when none is set.
	By *domain.Date
}

// Message is a letter worded, ready to be sent.
type Message struct {
	// ID is the same whenever the letter is worded.
	ID          string
	Name, Email string
	Subject     string
	Text, HTML  string
	// Unsubscribe is where the recipient can ask for fewer mails, as the URL of a
	// page; "" for none.
	Unsubscribe string
	Locale      domain.Locale
}

// Sender hands messages to a mail server. Any goroutine may call it.
//
// Errors: *NotSentError when the server surely doesn't have it, *RefusedError
// when it never will. After any other error nobody knows.
type Sender interface {
	Send(context.Context, Message) error
}

// NotSentError says that a message surely wasn't sent, and may be when it is
// tried again.
type NotSentError struct{ Err error }

func (e *NotSentError) Error() string { return "the mail wasn't sent: " + e.Err.Error() }
func (e *NotSentError) Unwrap() error { return e.Err }

// RefusedError says that a message was refused for good.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return "the mail was refused: " + e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }
