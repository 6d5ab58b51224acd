package domain

import "strings"

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

func (Landlord) IsNode() {}

// KindLabel is the label of the kind.
func (l *Landlord) KindLabel(locale Locale) string { return l.Kind.Label(locale) }

// Validate collects what is wrong with the fields.
func (f LandlordFields) Validate(p *Problems, g Gazetteer) {
	var root []any
	p.short(f.Name, root, "name")
	knownCode(p, f.Kind, root, "kind")
	if f.Siren != nil {
		validateSiren(p, *f.Siren, root, "siren")
	}
	if f.Federation != nil {
		p.short(*f.Federation, root, "federation")
	}
	f.Dwellings.validate(p, "dwellings")
	f.Employees.validate(p, "employees")
	p.items(len(f.Territories), root, "territories")
	for i, t := range f.Territories {
		t.validate(p, g, "territories", i)
	}
	knownCodes(p, f.Priorities, root, "priorities")
	knownCodes(p, f.Publics, root, "publics")
	knownCodes(p, f.Practices, root, "practices")
	p.items(len(f.Partners), root, "partners")
	for i, partner := range f.Partners {
		p.short(partner.Name, []any{"partners", i}, "name")
		knownCodes(p, partner.Levers, []any{"partners", i}, "levers")
		if partner.Activity != nil {
			p.short(*partner.Activity, []any{"partners", i}, "activity")
		}
	}
	if f.GuardingCostMonthly != nil {
		p.require(*f.GuardingCostMonthly >= 0, root, "guardingCostMonthly", "un coût ne peut pas être négatif", "a cost can't be negative")
	}
	if f.Website != nil {
		p.url(*f.Website, root, "website")
	}
	f.Logo.validate(p, "logo")
	f.Provenance.validate(p, "provenance")
}

func validateSiren(p *Problems, s Siren, path []any, field string) {
	if err := s.Validate(); err != nil {
		p.require(false, path, field, "SIREN refusé : neuf chiffres, clé de Luhn comprise ; comparez avec le répertoire Sirene", err.Error())
	}
}

func (v *Provenance) validate(p *Problems, path ...any) {
	if v == nil {
		return
	}
	p.short(v.Source, path, "source")
}

// ExternalRefKey is a reference as it is compared: without spaces around it.
func ExternalRefKey(ref string) string { return strings.TrimSpace(ref) }
