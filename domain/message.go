package domain

import "time"

// HostingMessage is something that one side says about a hosting request: to all
// who see the request, or to its own side alone. It is a document of its own: to
// write one changes nothing of the request, its version and its day of change
// included, so that it neither shows nor stands in another's way. It is never
// changed.
type HostingMessage struct {
	ID        MessageID `bson:"id"`
	RequestID RequestID `bson:"request"`
	// Commit is the ledger's number of it.
	Commit uint64    `bson:"commit"`
	At     time.Time `bson:"at"`
	// Party is the side that wrote it.
	Party    RequestParty    `bson:"party"`
	Audience MessageAudience `bson:"audience"`
	// Person is who wrote it, when they were known; "" otherwise.
	Person PersonID `bson:"person,omitempty"`
	Body   TextID   `bson:"body"`
	// Synthetic marks invented sample data.
	Synthetic bool `bson:"synthetic,omitempty"`
}

func (HostingMessage) IsNode() {}

// Sight is who may see the message: those who see its request, or one side of it
// alone. The request is as it is now, its sight included.
func (m *HostingMessage) Sight(r *HostingRequest, request Sight) Sight {
	switch {
	case m.Audience == MessageShared:
		return request
	case m.Party == PartyProject:
		return Sight{Class: oneSide, Ownership: Ownership{Project: r.ProjectID}}
	case m.Party == PartyLandlord:
		return Sight{Class: oneSide, Ownership: Ownership{Landlord: request.Landlord, Group: request.Group}}
	}
	return Sight{Class: VisibilityPrivate} // staff's
}

// TextIDs are the texts that the message refers to.
func (m *HostingMessage) TextIDs() []TextID { return []TextID{m.Body} }

// CommitNumber is Commit, for the schema.
func (m *HostingMessage) CommitNumber() int { return int(m.Commit) }

// PartyLabel is the label of the side that wrote it.
func (m *HostingMessage) PartyLabel(locale Locale) string { return m.Party.Label(locale) }

// AudienceLabel is the label of the audience.
func (m *HostingMessage) AudienceLabel(locale Locale) string { return m.Audience.Label(locale) }

// MessageAudience is a code that says for whom a message is.
type MessageAudience string

const (
	MessagePrivate MessageAudience = "PRIVATE"
	MessageShared  MessageAudience = "SHARED"
)

var messageAudienceList = newCodeList("HostingMessageAudience",
	Code{Value: string(MessagePrivate), French: "interne", English: "private"},
	Code{Value: string(MessageShared), French: "partagé", English: "shared"},
)

// Label is the code's label in a language.
func (c MessageAudience) Label(locale Locale) string {
	return messageAudienceList.label(string(c), locale)
}

func (c MessageAudience) known() bool { return messageAudienceList.has(string(c)) }

// HostingMessageOrder is in which order messages are listed.
type HostingMessageOrder string

const (
	MessagesNewest HostingMessageOrder = "NEWEST"
	MessagesOldest HostingMessageOrder = "OLDEST"
)
