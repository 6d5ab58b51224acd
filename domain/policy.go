package domain

// Who may see and do what. A row is visible by the union of at most three
// precomputed sets (its class, the viewer's own organisation and its group, and
// later the parties to a request); no other predicate hides a row. Everything
// else here is a named predicate of the viewer.

// Ownership says whose a row is.
type Ownership struct {
	// Landlord that the row belongs to, and the group of that landlord.
	Landlord, Group LandlordID
	// Project that the row belongs to.
	Project ProjectID
}

// Sight is what decides whether a row is visible: its effective class, which
// is PRIVATE for anything that isn't published, and its owner.
type Sight struct {
	Class Visibility
	Ownership
}

// Narrower is the narrower of two classes: a space is never more visible than
// its site, nor a need than its project. A class that isn't known is private.
func Narrower(a, b Visibility) Visibility {
	switch {
	case a == VisibilityPublic && b == VisibilityPublic:
		return VisibilityPublic
	case a.forNetwork() && b.forNetwork():
		return VisibilityNetwork
	}
	return VisibilityPrivate
}

// forNetwork: signed-in members of the network see this class at least.
func (c Visibility) forNetwork() bool { return c == VisibilityPublic || c == VisibilityNetwork }

// ClassOf is the class of a record by its own state and visibility.
func ClassOf(state Publication, v Visibility) Visibility {
	if state != PublicationPublished {
		return VisibilityPrivate
	}
	return v
}

// oneSide is the class of what one side of a hosting request keeps to itself:
// its owner and the owner's group see it, and staff don't.
const oneSide Visibility = "ONE_SIDE"

// managed is the class of keys and rights: only those who manage them see them,
// and no program does.
const managed Visibility = "MANAGED"

// MaySee is the visibility rule, for every path that reveals a row.
func (v Viewer) MaySee(s Sight) bool {
	switch {
	case v.Embedded != "" && s.Landlord != "" && s.Landlord != v.Embedded:
		return false
	case s.Class == managed:
		return v.MayManageKeys(s.Ownership)
	case s.Class == oneSide:
		return v.Owns(s.Ownership) || v.leadsGroupOf(s.Ownership)
	case v.IsStaff(), s.Class == VisibilityPublic:
		return true
	case s.Class == VisibilityNetwork && v.InNetwork():
		return true
	}
	return v.Owns(s.Ownership) || v.leadsGroupOf(s.Ownership)
}

// Owns: the row belongs to the viewer's own organisation.
func (v Viewer) Owns(o Ownership) bool {
	switch v.Role {
	case RoleLandlord:
		return v.Landlord != "" && v.Landlord == o.Landlord
	case RoleProject:
		return v.Project != "" && v.Project == o.Project
	}
	return false
}

// leadsGroupOf: a group sees its subsidiaries, but doesn't change their data.
func (v Viewer) leadsGroupOf(o Ownership) bool {
	return v.Role == RoleLandlord && v.Landlord != "" && v.Landlord == o.Group
}

// SeesManagement: versions, references and other facts of upkeep are for the
// owner, its group and staff.
func (v Viewer) SeesManagement(o Ownership) bool {
	return v.IsStaff() || v.Owns(o) || v.leadsGroupOf(o)
}

// SeesConfidential: addresses of empty buildings, local opinions and budgets
// are for signed-in members of the network. For others these values count as
// unknown, in matches too.
func (v Viewer) SeesConfidential() bool { return v.InNetwork() }

// SeesRequests: hosting requests are for their sides and for staff; others are
// told aggregates that give no single one away.
func (v Viewer) SeesRequests() bool {
	return v.IsStaff() || v.Role == RoleLandlord || v.Role == RoleProject
}

// MayChange: the owner and staff change a record.
func (v Viewer) MayChange(o Ownership) bool { return v.IsStaff() || v.Owns(o) }

// MayRegisterOrganisations: landlords and projects enter by staff, who know
// them.
func (v Viewer) MayRegisterOrganisations() bool { return v.IsStaff() }

// MaySetGroup: only staff say which landlord belongs to which, because a group
// sees its subsidiaries' private rows.
func (v Viewer) MaySetGroup() bool { return v.IsStaff() }

// MaySetIdentifiers: only staff say by which SIREN or further names an organisation is
// found, because identity providers may name it so, and what they name gives rights.
func (v Viewer) MaySetIdentifiers() bool { return v.IsStaff() }

// IsPerson: the viewer is this person, by the account that they sign in with or
// because a portal acts for them. A person who doesn't sign in has no account
// (""), and a server that acts for somebody is nobody else.
func (v Viewer) IsPerson(id PersonID, account string) bool {
	if v.OnBehalfOf != "" {
		return v.OnBehalfOf == id
	}
	return v.Actor != "" && v.Actor == account
}

// MaySeePerson: people are for themselves, for their own organisation and its
// group, and for staff. The organisation is what the ownership says. (The other
// side of a request sees its contacts too, which the session knows of.)
func (v Viewer) MaySeePerson(p Person, of Ownership) bool {
	return v.SeesManagement(of) || v.IsPerson(p.ID, p.Account)
}

// MayPutPerson: people change what is kept of themselves, an organisation what is
// kept of its own, and staff anyone's.
func (v Viewer) MayPutPerson(p Person, of Ownership) bool {
	return v.MayChange(of) || v.SeesRequests() && v.IsPerson(p.ID, p.Account)
}

// MayGiveAccount: an account leads to all that was written with it. So staff give
// accounts out, and whoever signs in takes their own, for a person who is new.
func (v Viewer) MayGiveAccount(account string, isNew bool) bool {
	return v.IsStaff() || isNew && v.OnBehalfOf == "" && v.Actor != "" && v.Actor == account
}

// MayExportPerson: people are given all that is kept about them (GDPR, articles
// 15 and 20), and staff on their behalf.
func (v Viewer) MayExportPerson(id PersonID, account string) bool {
	return v.IsStaff() || v.IsPerson(id, account)
}

// MayErasePerson: people may have what is kept about them erased (GDPR, article
// 17), and staff on their behalf.
func (v Viewer) MayErasePerson(id PersonID, account string) bool {
	return v.IsStaff() || v.IsPerson(id, account)
}

// MayHandle: a portal that acts for a person is shown, and erases, what was written
// within its own organisation. What else is theirs they ask for themself, or by staff:
// they may have written it for another, and kept it from this one.
func (v Viewer) MayHandle(t Text) bool {
	return v.OnBehalfOf == "" || v.Organisation() != "" && v.Organisation() == t.Organisation || v.IsStaff()
}

// MayActFor: the server of an organisation acts for the organisation's own
// persons. Persons of none are staff.
func (v Viewer) MayActFor(p Person) bool {
	return v.SeesRequests() && v.Actor != "" && p.Organisation == v.Organisation()
}

// SeesPersonalData: a key shows identities and what people typed only where it
// was made to. Without, they look as if they were erased.
func (v Viewer) SeesPersonalData() bool { return !v.NoPersonalData }

// MayManageKeys: the keys of an organisation are for its own people, and all keys
// for staff. No key makes or ends another, so that one that leaked doesn't live
// on in its children.
func (v Viewer) MayManageKeys(o Ownership) bool {
	return v.Key == "" && v.OnBehalfOf == "" && v.MayChange(o)
}

// MayManageRights: who has which rights is for staff to say.
func (v Viewer) MayManageRights() bool { return v.Key == "" && v.OnBehalfOf == "" && v.IsStaff() }

// MaySignOut: whoever has an account ends its own tokens, and staff anyone's.
func (v Viewer) MaySignOut(account string) bool {
	return v.MayManageRights() || v.Key == "" && v.OnBehalfOf == "" && v.Actor != "" && v.Actor == account
}

// The roles that the refusals name.
var (
	// LandlordSide may change a landlord's records.
	LandlordSide = []Role{RoleLandlord, RoleStaff}
	// ProjectSide may change a project's records.
	ProjectSide = []Role{RoleProject, RoleStaff}
	// RequestSides see hosting requests.
	RequestSides = []Role{RoleStaff, RoleLandlord, RoleProject}
	// StaffOnly is what it says.
	StaffOnly = []Role{RoleStaff}
)
