package domain

// LandlordSiteRef names a site: by its id, or by the landlord's own reference.
type LandlordSiteRef struct {
	ID          *ID
	ExternalRef *string
	// LandlordID is whose reference it is; nil for the viewer's own, or that of
	// the need that names the site.
	LandlordID *ID
}

// VacantSpaceRef names a space: by its id, or by the landlord's own reference.
type VacantSpaceRef struct {
	ID          *ID
	ExternalRef *string
	// LandlordID is whose reference it is; nil for the viewer's own.
	LandlordID *ID
}

// LandlordNeedRef names a landlord's need: by its id, or by the landlord's own
// reference.
type LandlordNeedRef struct {
	ID          *ID
	ExternalRef *string
	// LandlordID is whose reference it is; nil for the viewer's own.
	LandlordID *ID
}

// String is the reference as it was given, for messages.
func (r LandlordSiteRef) String() string { return refString(r.ID, r.ExternalRef) }

// String is the reference as it was given, for messages.
func (r VacantSpaceRef) String() string { return refString(r.ID, r.ExternalRef) }

// String is the reference as it was given, for messages.
func (r LandlordNeedRef) String() string { return refString(r.ID, r.ExternalRef) }

func refString(id *ID, externalRef *string) string {
	switch {
	case id != nil:
		return string(*id)
	case externalRef != nil:
		return *externalRef
	}
	return ""
}

// ByReference tells whether an upsert or change names its object by the
// landlord's reference.
func (r LandlordSiteRef) ByReference() bool { return r.ID == nil && r.ExternalRef != nil }

// ByReference is the same for a space.
func (r VacantSpaceRef) ByReference() bool { return r.ID == nil && r.ExternalRef != nil }

// ByReference is the same for a landlord's need.
func (r LandlordNeedRef) ByReference() bool { return r.ID == nil && r.ExternalRef != nil }
