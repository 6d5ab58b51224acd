package domain

// Landlord is a social landlord, or a group of them.
type Landlord struct {
	ID             LandlordID `bson:"id"`
	Record         `bson:"inline"`
	LandlordFields `bson:"inline"`
}

// LandlordFields are what a landlord states about itself.
type LandlordFields struct {
	Name string       `bson:"name"`
	Kind LandlordKind `bson:"kind"`
	// GroupID is the landlord that this one belongs to; a group belongs to none.
	GroupID *LandlordID `bson:"group,omitempty"`
	Siren   *Siren      `bson:"siren,omitempty"`
	// Federation is the USH federation it belongs to.
	Federation *string `bson:"federation,omitempty"`
	Dwellings  *Figure `bson:"dwellings,omitempty"`
	Employees  *Figure `bson:"employees,omitempty"`
	// Territories are where it is at work; nil when unknown.
	Territories []Territory `bson:"territories"`
	// Priorities are ranked, the first matters most; nil when unknown.
	Priorities []InnovationDomain `bson:"priorities"`
	// Publics are those it wants to serve; nil when unknown.
	Publics []TargetPublic `bson:"publics"`
	// Practices are the procurement levers that it uses; nil when unknown.
	Practices []ProcurementLever `bson:"practices"`
	// Partners are organisations that it works with, as published.
	Partners []Partner `bson:"partners,omitempty"`
	// GuardingCostMonthly is what guarding an empty building costs it;
	// confidential to the landlord and staff.
	GuardingCostMonthly *Amount     `bson:"guardingCostMonthly,omitempty"`
	Website             *string     `bson:"website,omitempty"`
	Logo                *Image      `bson:"logo,omitempty"`
	Provenance          *Provenance `bson:"provenance,omitempty"`
}

// Partner is an organisation that a landlord works with.
type Partner struct {
	Name     string  `bson:"name"`
	Activity *string `bson:"activity,omitempty"`
	// Levers are those of the partnership, when they are known.
	Levers []ProcurementLever `bson:"levers,omitempty"`
}

// Hlm tells whether landlords of this kind are organismes d'HLM (CCH L411-2).
func (c LandlordKind) Hlm() bool {
	switch c {
	case LandlordKindOph, LandlordKindEsh, LandlordKindCoopHlm, LandlordKindHlmFoundation, LandlordKindSac:
		return true
	}
	return false
}

func (Landlord) IsNode() {}

// Ownership is that of the landlord's own row and of its stock.
func (l *Landlord) Ownership() Ownership {
	o := Ownership{Landlord: l.ID}
	if l.GroupID != nil {
		o.Group = *l.GroupID
	}
	return o
}

// KindLabel is the label of the kind.
func (l *Landlord) KindLabel(locale Locale) string { return l.Kind.Label(locale) }

// Validate collects what is wrong with the fields, but for the group, which only
// the hub can look up.
func (f LandlordFields) Validate(p *Problems, g Gazetteer) {
	var root []any
	p.line(f.Name, root, "name")
	knownCode(p, f.Kind, root, "kind")
	if f.Siren != nil {
		p.readable(f.Siren.Validate(), root, "siren")
	}
	p.optionalLine(f.Federation, root, "federation")
	f.Dwellings.validate(p, "dwellings")
	f.Employees.validate(p, "employees")
	ValidateTerritories(p, g, f.Territories, "territories")
	knownCodes(p, f.Priorities, root, "priorities")
	knownCodes(p, f.Publics, root, "publics")
	knownCodes(p, f.Practices, root, "practices")
	if p.items(len(f.Partners), root, "partners") {
		for i, partner := range f.Partners {
			partner.validate(p, "partners", i)
		}
	}
	p.notNegative(f.GuardingCostMonthly, root, "guardingCostMonthly")
	p.url(f.Website, root, "website")
	f.Logo.validate(p, "logo")
	f.Provenance.validate(p, "provenance")
}

func (o Partner) validate(p *Problems, path ...any) {
	p.line(o.Name, path, "name")
	p.optionalLine(o.Activity, path, "activity")
	knownCodes(p, o.Levers, path, "levers")
}
