package domain

import "time"

// Mailing is a mail to one person: which events it tells of, and what came of
// it. It is a document of the ledger, and so holds ids only; the words are made
// when it is sent. Whoever claims it, by a commit, sends it; an event is in one
// mailing of a person at most, so that nobody is told of it twice.
type Mailing struct {
	ID MailingID `bson:"id"`
	// Person is whom it is to; "" for whoever answers for what it tells of.
	Person PersonID `bson:"person,omitempty"`
	// Organisation is the landlord or project that is told by it; "" for staff.
	Organisation ID           `bson:"organisation,omitempty"`
	Events       []MailEvent  `bson:"events"`
	State        MailingState `bson:"state"`
	// CreatedAt is when its first event was found.
	CreatedAt time.Time `bson:"createdAt"`
	// At is when it came to its state; of what is DUE, when it is to be sent.
	At time.Time `bson:"at"`
	// Attempts is how often it was claimed.
	Attempts int `bson:"attempts,omitempty"`
	// Reason is why it is DEAD; "" otherwise.
	Reason DeadLetterReason `bson:"reason,omitempty"`
}

// MailEvent is what a mail tells of: something that happened to an object in a
// commit. A reminder's commit is that which brought the request to where it
// waits.
type MailEvent struct {
	Object ID            `bson:"object"`
	Commit uint64        `bson:"commit"`
	Code   MailEventCode `bson:"code"`
}

// CodeLabel is the label of what happened.
func (e MailEvent) CodeLabel(locale Locale) string { return e.Code.Label(locale) }

// MailingState says how far a mailing has come.
type MailingState string

const (
	// MailingDue waits for its time.
	MailingDue MailingState = "DUE"
	// MailingClaimed is being sent, by who claimed it.
	MailingClaimed MailingState = "CLAIMED"
	// MailingSent was taken by the mail server.
	MailingSent MailingState = "SENT"
	// MailingDead wasn't sent, or nobody knows, and waits for staff.
	MailingDead MailingState = "DEAD"
	// MailingDismissed was dead, and staff have let it rest.
	MailingDismissed MailingState = "DISMISSED"
)

func (Mailing) IsNode() {}

// WhyDead is Reason; nil for what isn't dead.
func (m *Mailing) WhyDead() *DeadLetterReason { return present(m.Reason) }

// ReasonLabel is the label of the reason; nil for what isn't dead.
func (m *Mailing) ReasonLabel(locale Locale) *string {
	if m.Reason == "" {
		return nil
	}
	label := m.Reason.Label(locale)
	return &label
}

// Recipient is Person; nil for none.
func (m *Mailing) Recipient() *PersonID { return present(m.Person) }

// OrganisationID is Organisation; nil for staff.
func (m *Mailing) OrganisationID() *ID { return present(m.Organisation) }

// MailProgress says how far the history was looked through for what is to be
// mailed: through a commit. What happened before mail was first turned on is
// never mailed.
type MailProgress struct {
	Through uint64 `bson:"through"`
}

// MailProgressID is the id of the one document of KindMailProgress.
const MailProgressID ID = "mailProgress"

// MailPreference is how often a person is written to.
type MailPreference string

const (
	// MailImmediate: within minutes, what happens in these together.
	MailImmediate MailPreference = "IMMEDIATE"
	// MailDaily: once a day, in the morning.
	MailDaily MailPreference = "DAILY"
	// MailNone: never.
	MailNone MailPreference = "NONE"
)

func (p MailPreference) known() bool {
	return p == MailImmediate || p == MailDaily || p == MailNone
}

// For is the preference as it holds for a member of an organisation, "" for
// staff. Unless they say otherwise, staff get one mail a day, since all that
// happens comes by them; landlords and projects, to whom something happens now
// and then, are told at once.
func (p MailPreference) For(organisation ID) MailPreference {
	switch {
	case p != "":
		return p
	case organisation == "":
		return MailDaily
	}
	return MailImmediate
}
