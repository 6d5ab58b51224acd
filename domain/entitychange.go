package domain

import "time"

// EntityChange is what one commit did to one object, as one viewer may know of
// it.
type EntityChange struct {
	// Position is where it stands among all changes: opaque, the same for every
	// viewer.
	Position string
	Kind     ChangeKind
	ID       ID
	// Action is the business action of the commit; nil for viewers who don't
	// see the object's facts of upkeep.
	Action *string
	At     time.Time
	Commit int
	Effect ChangeEffect
}

// EntityChangePage is a page of changes, oldest first. There are none when a
// reason says to read the data anew.
type EntityChangePage struct {
	Nodes []*EntityChange
	// EndPosition is up to where they are told.
	EndPosition  string
	HasMore      bool
	ResyncReason *ChangeResyncReason
}

// Resync tells whether the data has to be read anew.
func (p *EntityChangePage) Resync() bool { return p.ResyncReason != nil }

// ChangeKind is a kind of object whose changes are told, by its name in the API.
type ChangeKind string

const (
	ChangeOfLandlord     ChangeKind = "LANDLORD"
	ChangeOfSite         ChangeKind = "LANDLORD_SITE"
	ChangeOfSpace        ChangeKind = "VACANT_SPACE"
	ChangeOfProject      ChangeKind = "INNOVATION_PROJECT"
	ChangeOfNeed         ChangeKind = "HOSTING_NEED"
	ChangeOfLandlordNeed ChangeKind = "LANDLORD_NEED"
	ChangeOfRequest      ChangeKind = "HOSTING_REQUEST"
	ChangeOfPlacement    ChangeKind = "PLACEMENT"
	ChangeOfInvitation   ChangeKind = "HOSTING_INVITATION"
	ChangeOfProposal     ChangeKind = "HOSTING_PROPOSAL"
	ChangeOfApproach     ChangeKind = "LANDLORD_APPROACH"
	ChangeOfMessage      ChangeKind = "HOSTING_MESSAGE"
)

// ChangeEffect is what a commit did to an object for one viewer.
type ChangeEffect string

const (
	EffectAppeared ChangeEffect = "APPEARED"
	EffectChanged  ChangeEffect = "CHANGED"
	EffectGone     ChangeEffect = "GONE"
)

// ChangeResyncReason is why changes can't be told from a position on, so that
// the data has to be read anew.
type ChangeResyncReason string

const (
	// ResyncPositionForgotten: more has changed since than is remembered.
	ResyncPositionForgotten ChangeResyncReason = "POSITION_FORGOTTEN"
	// ResyncOtherLedger: the position is of another ledger.
	ResyncOtherLedger ChangeResyncReason = "OTHER_LEDGER"
	// ResyncPositionUnreadable: it was sealed by another key, or isn't whole.
	ResyncPositionUnreadable ChangeResyncReason = "POSITION_UNREADABLE"
)
