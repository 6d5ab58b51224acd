package domain

// RequestContacts are whom to call about a request, on either side, the first
// one first. Those who were erased, or left the organisation, count no more.
type RequestContacts struct {
	Project  []PersonID `bson:"project,omitempty"`
	Landlord []PersonID `bson:"landlord,omitempty"`
}

// MostContacts bounds the contacts of one side.
const MostContacts = 10

// Of are those of a side; none for staff.
func (c RequestContacts) Of(party RequestParty) []PersonID {
	switch party {
	case PartyProject:
		return c.Project
	case PartyLandlord:
		return c.Landlord
	}
	return nil
}

// With are the contacts with those of a side in place of the ones before.
func (c RequestContacts) With(party RequestParty, ids []PersonID) RequestContacts {
	switch party {
	case PartyProject:
		c.Project = ids
	case PartyLandlord:
		c.Landlord = ids
	}
	return c
}

// All are those of both sides.
func (c RequestContacts) All() []PersonID {
	return append(append([]PersonID(nil), c.Project...), c.Landlord...)
}

// OrganisationOf is the project, or the landlord, that a side of the request is;
// "" for staff, and for the landlord while any would do.
func (r *HostingRequest) OrganisationOf(party RequestParty) ID {
	switch {
	case party == PartyProject:
		return ID(r.ProjectID)
	case party == PartyLandlord && r.LandlordID != nil:
		return ID(*r.LandlordID)
	}
	return ""
}

// PersonIDs are the persons that the steps of the request name.
func (r *HostingRequest) PersonIDs() (ids []PersonID) {
	for _, s := range r.Log {
		if s.Person != "" {
			ids = append(ids, s.Person)
		}
	}
	return ids
}

func (Person) IsNode() {}

// Role is that of the organisation to which the person belongs.
func (v Person) Role() Role {
	switch v.Organisation.Kind() {
	case KindLandlord:
		return RoleLandlord
	case KindProject:
		return RoleProject
	}
	return RoleStaff
}

// RoleLabel is the label of the role.
func (v Person) RoleLabel(locale Locale) string { return v.Role().Label(locale) }

// Optional facts as the schema shows them: nil for those that aren't stated.

func (v Person) StatedEmail() *string     { return present(v.Email) }
func (v Person) StatedTelephone() *string { return present(v.Telephone) }
func (v Person) StatedFunction() *string  { return present(v.Function) }
func (v Person) StatedLocale() *Locale    { return present(v.Locale) }
