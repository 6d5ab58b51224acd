package domain

// HostingNeed is a project's need of a place.
type HostingNeed struct {
	ID         NeedID    `bson:"id"`
	ProjectID  ProjectID `bson:"project"`
	Record     `bson:"inline"`
	NeedFields `bson:"inline"`
}

// NeedFields are what a project states about a need.
type NeedFields struct {
	Label       string  `bson:"label"`
	Description *string `bson:"description,omitempty"`
	// PlacesWanted is how many places of this sort are wanted.
	PlacesWanted int          `bson:"placesWanted"`
	SpaceKinds   []SpaceKind  `bson:"spaceKinds"`
	Activity     Activity     `bson:"activity"`
	Surface      SurfaceRange `bson:"surface"`
	Use          UsePattern   `bson:"use"`
	Start        StartWindow  `bson:"start"`
	Duration     NeedDuration `bson:"duration"`
	// FitOutDays are the days between the keys and the use.
	FitOutDays int `bson:"fitOutDays,omitempty"`
	// Territories where the place may be: any of them.
	Territories []Territory `bson:"territories"`
	// WantsPriorityDistrict: a place in or near a QPV or NPNRU district is
	// better.
	WantsPriorityDistrict bool `bson:"wantsPriorityDistrict,omitempty"`
	// PublicReception is nil when the public isn't received.
	PublicReception     *PublicReception `bson:"publicReception,omitempty"`
	NeedsStepFreeAccess bool             `bson:"needsStepFreeAccess,omitempty"`
	Utilities           []SpaceUtility   `bson:"utilities,omitempty"`
	// Budget is confidential to the network; nil when none is stated.
	Budget *HostingBudget `bson:"budget,omitempty"`
	// OccupancyForms that are acceptable; empty when any is.
	OccupancyForms []OccupancyForm `bson:"forms,omitempty"`
	Provenance     *Provenance     `bson:"provenance,omitempty"`
}

// StartWindow is between which days a use can start; a nil bound is none.
type StartWindow struct {
	Earliest *Date `bson:"earliest,omitempty"`
	Latest   *Date `bson:"latest,omitempty"`
}

// NeedDuration of a use, in months; Max is nil when there is none.
type NeedDuration struct {
	MinMonths int  `bson:"min"`
	MaxMonths *int `bson:"max,omitempty"`
}

// mostMonths bounds a duration: an emphyteutic lease of 99 years.
const mostMonths = 99 * 12

// PublicReception is what receiving the public asks for.
type PublicReception struct {
	// ErpTypes: any of them will do.
	ErpTypes []ErpType `bson:"types"`
	// Headcount of people present at once.
	Headcount int `bson:"headcount"`
}

// HostingBudget is the ceiling of what the project can pay a month, VAT and
// charges included.
type HostingBudget struct {
	MonthlyCeiling Amount `bson:"monthlyCeiling"`
}

func (HostingNeed) IsNode() {}

// ActivityLabel is the label of the activity.
func (n *HostingNeed) ActivityLabel(locale Locale) string { return n.Activity.Label(locale) }

// Validate collects what is wrong with the fields.
func (f NeedFields) Validate(p *Problems, g Gazetteer, check RuleChecker) {
	var root []any
	p.short(f.Label, root, "label")
	if f.Description != nil {
		p.text(*f.Description, mostLong, root, "description")
	}
	p.require(f.PlacesWanted >= 1 && f.PlacesWanted <= 1_000, root, "placesWanted", "entre 1 et 1000 lieux", "between 1 and 1000 places")
	p.require(len(f.SpaceKinds) > 0, root, "spaceKinds", "au moins un type de local est nécessaire", "at least one kind of space is needed")
	knownCodes(p, f.SpaceKinds, root, "spaceKinds")
	knownCode(p, f.Activity, root, "activity")
	f.Surface.validate(p, "surface")
	f.Use.validate(p, check, "use")
	if f.Start.Earliest != nil && f.Start.Latest != nil {
		p.require(*f.Start.Earliest <= *f.Start.Latest, []any{"start"}, "latest", "la date au plus tard précède la date au plus tôt", "the latest start comes before the earliest")
	}
	p.require(f.Duration.MinMonths >= 1 && f.Duration.MinMonths <= mostMonths, []any{"duration"}, "minMonths",
		"la durée minimale est comprise entre 1 et 1188 mois", "the minimum duration is between 1 and 1188 months")
	if f.Duration.MaxMonths != nil {
		p.require(*f.Duration.MaxMonths >= f.Duration.MinMonths && *f.Duration.MaxMonths <= mostMonths, []any{"duration"}, "maxMonths",
			"la durée maximale est comprise entre la durée minimale et 1188 mois", "the maximum duration is between the minimum duration and 1188 months")
	}
	if f.Use.Kind == UseRecurring {
		p.require(f.Duration.MinMonths <= mostRecurringMonths, []any{"duration"}, "minMonths",
			"des créneaux réguliers courent dix ans au plus", "recurring slots run for ten years at most")
	}
	p.require(f.FitOutDays >= 0 && f.FitOutDays <= 3_650, root, "fitOutDays", "entre 0 et 3650 jours", "between 0 and 3650 days")
	p.require(len(f.Territories) > 0, root, "territories", "au moins un territoire est nécessaire (COUNTRY pour la France entière)", "at least one territory is needed (COUNTRY for the whole country)")
	p.items(len(f.Territories), root, "territories")
	for i, t := range f.Territories {
		t.validate(p, g, "territories", i)
	}
	if r := f.PublicReception; r != nil {
		knownCodes(p, r.ErpTypes, []any{"publicReception"}, "erpTypes")
		p.require(r.Headcount >= 1 && r.Headcount <= 100_000, []any{"publicReception"}, "headcount", "entre 1 et 100 000 personnes", "between 1 and 100,000 people")
	}
	knownCodes(p, f.Utilities, root, "utilities")
	if f.Budget != nil {
		p.require(f.Budget.MonthlyCeiling >= 0, []any{"budget"}, "monthlyCeiling", "un budget ne peut pas être négatif", "a budget can't be negative")
	}
	knownCodes(p, f.OccupancyForms, root, "occupancyForms")
	f.Provenance.validate(p, "provenance")
}

// mostRecurringMonths bounds recurring uses (domain rule: ten years at most).
const mostRecurringMonths = 120
