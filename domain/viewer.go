package domain

import "time"

// Viewer is who asks: made by auth from a token, carried by the session and
// the commands.
type Viewer struct {
	Role Role
	// Landlord is the organisation of a LANDLORD viewer, Project that of a
	// PROJECT viewer; "" for others.
	Landlord LandlordID
	Project  ProjectID
	// Actor is the pseudonymous id of the person or server that acts; it is
	// what the ledger records. "" for anonymous viewers.
	Actor string
	// OnBehalfOf is the person for whom a portal's server acts; "" when it acts
	// for nobody, and for people who sign in themselves.
	OnBehalfOf PersonID

	// Key is the access key by which a program asks; "" for those with a token.
	Key AccessKeyID
	// ReadOnly and NoPersonalData are what the key doesn't let its holder do.
	ReadOnly, NoPersonalData bool
	// TrustedOnly: the key opens no documents but those that the operator trusts.
	TrustedOnly bool
	// RightsAt is the last commit that had changed rights when those of the viewer
	// were looked at: what a later one takes from the account ends its commands.
	RightsAt uint64
	// Embedded is the landlord in whose public pages the viewer asks, whose data
	// alone they show; "" elsewhere.
	Embedded LandlordID
}

// Credential is what a token or a key comes to.
type Credential struct {
	Viewer Viewer
	// Ends is when it is believed no longer.
	Ends time.Time
	// Origins are the sites whose pages may use it; nil for any.
	Origins []string
}

// Anonymous is the viewer without a token.
var Anonymous = Viewer{Role: RolePublic}

// Organisation is the landlord or project of the viewer; "" for others.
func (v Viewer) Organisation() ID {
	switch v.Role {
	case RoleLandlord:
		return ID(v.Landlord)
	case RoleProject:
		return ID(v.Project)
	}
	return ""
}

// Repeater names whose idempotency keys the viewer's are: an account's, within the
// organisation that it acts for. Two organisations may have accounts of one name, and
// one account go from the one to the other; a key never does.
func (v Viewer) Repeater() string {
	if v.Key != "" || v.Organisation() == "" {
		return v.Actor
	}
	return v.Actor + "\x00" + string(v.Organisation()) // which no account has in its name
}

// IsStaff: the foundation's staff sees everything, but for what a side of a
// request keeps to itself.
func (v Viewer) IsStaff() bool { return v.Role == RoleStaff }

// InNetwork: whoever signed in with an organisation, or as staff or observer,
// sees what is published to the network. A role that isn't known is not.
func (v Viewer) InNetwork() bool {
	switch v.Role {
	case RoleObserver, RoleProject, RoleLandlord, RoleStaff:
		return true
	}
	return false
}

// Account is Actor; nil for anonymous viewers.
func (v Viewer) Account() *string { return present(v.Actor) }

// AccessKeyID is Key; nil for those who don't ask by one.
func (v Viewer) AccessKeyID() *AccessKeyID { return present(v.Key) }

// RoleLabel is the label of the role.
func (v Viewer) RoleLabel(locale Locale) string { return v.Role.Label(locale) }
