package domain

import (
	"slices"
	"time"
)

// HostingInvitation is a landlord's invitation of a project: for some of its
// spaces, for one of its needs, or for both. Accepted, it becomes a hosting
// request. It is for its two sides, the landlord's group and staff.
type HostingInvitation struct {
	ID      InvitationID `bson:"id"`
	Contact `bson:"inline"`
	Status  InvitationStatus `bson:"status"`
}

// Contact is what an invitation and a proposal have in common: who is brought
// together and for what, until when an answer is useful, and what came of it.
type Contact struct {
	// Version counts the changes, from 1.
	Version   int       `bson:"version"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`
	// Synthetic marks invented sample data.
	Synthetic bool `bson:"synthetic,omitempty"`

	LandlordID LandlordID `bson:"landlord"`
	ProjectID  ProjectID  `bson:"project"`
	// NeedID is the project's need; nil when none is named.
	NeedID *NeedID `bson:"need,omitempty"`
	// Spaces are the landlord's, the first one first; empty for none.
	Spaces []SpaceID `bson:"spaces,omitempty"`
	// LandlordNeedID is the landlord's need; nil when none is named.
	LandlordNeedID *LandlordNeedID `bson:"landlordNeed,omitempty"`
	// Sentence says it in words.
	Sentence TextID `bson:"sentence,omitempty"`
	// AnswerBy is the last day on which an answer is useful.
	AnswerBy Date `bson:"answerBy"`

	// Since is when it came to its status.
	Since time.Time `bson:"since"`
	// Commit is the ledger's number of that; 0 for what came to its status before
	// it was noted.
	Commit uint64 `bson:"commit,omitempty"`
	// SeenOn is the day on which it was first seen; nil before.
	SeenOn *Date `bson:"seenOn,omitempty"`
	// Refused is why it was declined; nil otherwise.
	Refused *HostingRefusal `bson:"refusal,omitempty"`
	// RequestID is the request that its acceptance began; nil before.
	RequestID *RequestID `bson:"request,omitempty"`
}

// MostContactSpaces bounds the spaces of an invitation or a proposal: those of
// the request that it may become.
const MostContactSpaces = mostWanted

// TextIDs are the texts that it refers to.
func (c *Contact) TextIDs() (ids []TextID) {
	if c.Sentence != "" {
		ids = append(ids, c.Sentence)
	}
	if c.Refused != nil && c.Refused.Words != "" {
		ids = append(ids, c.Refused.Words)
	}
	return ids
}

// Shares tells whether two contacts are of the same landlord and project, for a
// space or a landlord's need that both name.
func (c *Contact) Shares(o *Contact) bool {
	if c.LandlordID != o.LandlordID || c.ProjectID != o.ProjectID {
		return false
	}
	return c.LandlordNeedID != nil && o.LandlordNeedID != nil && *c.LandlordNeedID == *o.LandlordNeedID ||
		slices.ContainsFunc(c.Spaces, func(id SpaceID) bool { return slices.Contains(o.Spaces, id) })
}

func (HostingInvitation) IsNode() {}

// Sight is who may see the invitation. The group is the landlord's.
func (i *HostingInvitation) Sight(group LandlordID) Sight {
	return Sight{Class: VisibilityPrivate, Ownership: Ownership{Landlord: i.LandlordID, Group: group, Project: i.ProjectID}}
}

// Open tells whether the invitation waits for an answer.
func (i *HostingInvitation) Open() bool {
	return i.Status == InvitationSent || i.Status == InvitationSeen
}

// StatusOn is the status on a day: an open invitation whose last day has passed
// is expired, even before the day's turn records it.
func (i *HostingInvitation) StatusOn(day Date) InvitationStatus {
	if i.Open() && i.AnswerBy < day {
		return InvitationExpired
	}
	return i.Status
}

// Due is the last day of an open invitation; nil when it waits for nothing.
func (i *HostingInvitation) Due() *Date {
	if !i.Open() {
		return nil
	}
	return &i.AnswerBy
}

// PartyOf is the side for which a viewer acts on an invitation that it sees;
// false for viewers who only look on, such as the landlord's group.
func (i *HostingInvitation) PartyOf(v Viewer) (RequestParty, bool) {
	switch {
	case v.IsStaff():
		return PartyStaff, true
	case v.Owns(Ownership{Project: i.ProjectID}):
		return PartyProject, true
	case v.Owns(Ownership{Landlord: i.LandlordID}):
		return PartyLandlord, true
	}
	return "", false
}

// Become is the invitation in another status.
func (i HostingInvitation) Become(to InvitationStatus, at time.Time) HostingInvitation {
	i.Status, i.Contact = to, i.Contact.moved(at)
	return i
}

func (c Contact) moved(at time.Time) Contact {
	c.Version++
	c.UpdatedAt, c.Since = at, at
	return c
}

// StatusLabel is the label of the status.
func (i *HostingInvitation) StatusLabel(locale Locale) string { return i.Status.Label(locale) }
