package domain

import "fmt"

// LandlordSite is a landlord's residence, building or plot, where spaces are.
type LandlordSite struct {
	ID         SiteID     `bson:"id"`
	LandlordID LandlordID `bson:"landlord"`
	Record     `bson:"inline"`
	SiteFields `bson:"inline"`
}

// SiteFields are what a landlord states about a site.
type SiteFields struct {
	Name string `bson:"name"`
	// Street is the postal address without the commune; confidential to the
	// network, since it leads to empty buildings.
	Street      *string   `bson:"street,omitempty"`
	CommuneCode InseeCode `bson:"commune"`
	// Position of the site itself; confidential like Street. The commune's own
	// position stands in for it when it is unknown or hidden.
	Position *Position `bson:"position,omitempty"`
	// PriorityDistrict says where the site lies with regard to the QPV.
	PriorityDistrict PriorityDistrict `bson:"priorityDistrict"`
	NpnruInterest    *NpnruInterest   `bson:"npnru,omitempty"`
	Dwellings        *Figure          `bson:"dwellings,omitempty"`
	// ResidentPublics is the residents' profile; nil when unknown.
	ResidentPublics []TargetPublic `bson:"residents"`
	Works           []Works        `bson:"works,omitempty"`
	// TenantsAssociation and LocalAuthority are confidential to the network;
	// nil when unknown.
	TenantsAssociation *TenantsAssociation `bson:"tenantsAssociation,omitempty"`
	LocalAuthority     *LocalAuthority     `bson:"localAuthority,omitempty"`
	// Visibility bounds that of the site's spaces.
	Visibility Visibility `bson:"visibility"`
	// ExternalRef is the landlord's own reference, unique among its sites.
	ExternalRef *string      `bson:"externalRef,omitempty"`
	Identifiers []Identifier `bson:"identifiers,omitempty"`
	Provenance  *Provenance  `bson:"provenance,omitempty"`
}

// PriorityDistrict is a site's standing with regard to the quartiers
// prioritaires.
type PriorityDistrict struct {
	Standing QpvStanding `bson:"standing"`
	// Code of the district it is in or near, when known.
	Code *QpvCode `bson:"code,omitempty"`
}

// District is the one that the site is in or near; nil when its code isn't known.
func (d PriorityDistrict) District() *Qpv {
	if d.Code == nil {
		return nil
	}
	q, _ := d.Code.Qpv()
	return q
}

// StandingLabel is the label of the standing.
func (d PriorityDistrict) StandingLabel(locale Locale) string { return d.Standing.Label(locale) }

// Works are planned on the site.
type Works struct {
	Kind  WorksKind `bson:"kind"`
	Label *string   `bson:"label,omitempty"`
	From  *Date     `bson:"from,omitempty"`
	Until *Date     `bson:"until,omitempty"`
}

// KindLabel is the label of the kind of works.
func (w Works) KindLabel(locale Locale) string { return w.Kind.Label(locale) }

// TenantsAssociation is what is known of the site's tenants' association.
type TenantsAssociation struct {
	Exists bool    `bson:"exists"`
	Name   *string `bson:"name,omitempty"`
	// Consultation says how it is usually consulted.
	Consultation *string `bson:"consultation,omitempty"`
}

// LocalAuthority is the local authority's attitude to hosting projects here.
type LocalAuthority struct {
	Support LocalSupport `bson:"support"`
	AsOf    *Date        `bson:"asOf,omitempty"`
	Source  *string      `bson:"source,omitempty"`
}

// SupportLabel is the label of the attitude.
func (a LocalAuthority) SupportLabel(locale Locale) string { return a.Support.Label(locale) }

// SiteDetails are the parts of a site for signed-in members of the network.
type SiteDetails struct {
	Street             *string
	Position           *Position
	TenantsAssociation *TenantsAssociation
	LocalAuthority     *LocalAuthority
}

// Details gathers the confidential parts; whether a viewer gets them is
// Viewer.SeesConfidential.
func (s *LandlordSite) Details() *SiteDetails {
	return &SiteDetails{s.Street, s.Position, s.TenantsAssociation, s.LocalAuthority}
}

func (LandlordSite) IsNode() {}

// NpnruInterestLabel is the label of the interest; nil when unknown.
func (s *LandlordSite) NpnruInterestLabel(locale Locale) *string {
	if s.NpnruInterest == nil {
		return nil
	}
	label := s.NpnruInterest.Label(locale)
	return &label
}

// Validate collects what is wrong with the fields.
func (f SiteFields) Validate(p *Problems, g Gazetteer) {
	var root []any
	p.line(f.Name, root, "name")
	p.optionalLine(f.Street, root, "street")
	f.CommuneCode.validate(p, g, root, "communeCode")
	if f.Position != nil {
		f.Position.validate(p, "position")
	}
	f.PriorityDistrict.validate(p, "priorityDistrict")
	if f.NpnruInterest != nil {
		knownCode(p, *f.NpnruInterest, root, "npnruInterest")
	}
	f.Dwellings.validate(p, "dwellings")
	knownCodes(p, f.ResidentPublics, root, "residentPublics")
	if p.items(len(f.Works), root, "works") {
		for i, w := range f.Works {
			w.validate(p, "works", i)
		}
	}
	if a := f.TenantsAssociation; a != nil {
		p.optionalLine(a.Name, []any{"tenantsAssociation"}, "name")
		p.require(a.Exists || a.Name == nil, []any{"tenantsAssociation"}, "name",
			"une association qui n'existe pas n'a pas de nom", "an association that doesn't exist has no name")
		p.optionalText(a.Consultation, []any{"tenantsAssociation"}, "consultation")
	}
	if a := f.LocalAuthority; a != nil {
		knownCode(p, a.Support, []any{"localAuthority"}, "support")
		p.optionalLine(a.Source, []any{"localAuthority"}, "source")
	}
	knownCode(p, f.Visibility, root, "visibility")
	p.optionalLine(f.ExternalRef, root, "externalRef")
	if p.items(len(f.Identifiers), root, "identifiers") {
		for i, id := range f.Identifiers {
			id.validate(p, "identifiers", i)
		}
	}
	f.Provenance.validate(p, "provenance")
}

func (w Works) validate(p *Problems, path ...any) {
	knownCode(p, w.Kind, path, "kind")
	p.optionalLine(w.Label, path, "label")
	p.inOrder(w.From, w.Until, path, "until")
}

func (d PriorityDistrict) validate(p *Problems, path ...any) {
	knownCode(p, d.Standing, path, "standing")
	if d.Code == nil {
		return
	}
	if !qpvPattern.MatchString(string(*d.Code)) {
		p.Add(below(path, "code"),
			fmt.Sprintf("%q n'est pas un code de quartier prioritaire, par exemple QN09405M", clip(string(*d.Code))),
			fmt.Sprintf("%q is not the code of a priority district, for example QN09405M", clip(string(*d.Code))))
	}
	p.require(d.Standing == QpvInside || d.Standing == QpvNear, path, "code",
		"un code de quartier va avec INSIDE ou NEAR", "a district code goes with INSIDE or NEAR")
}
