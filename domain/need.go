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

const (
	// mostMonths bounds a duration: an emphyteutic lease of 99 years.
	mostMonths = 99 * 12
	// mostRecurringMonths bounds a use in recurring slots.
	mostRecurringMonths = 10 * 12
	// mostDays bounds works and fitting out.
	mostDays = 3_650
	// mostPeople bounds a headcount.
	mostPeople = 100_000
)

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
	p.line(f.Label, root, "label")
	p.optionalText(f.Description, root, "description")
	p.between(&f.PlacesWanted, 1, 1_000, root, "placesWanted")
	p.require(len(f.SpaceKinds) > 0, root, "spaceKinds", "au moins un type de local est nécessaire", "at least one kind of space is needed")
	knownCodes(p, f.SpaceKinds, root, "spaceKinds")
	knownCode(p, f.Activity, root, "activity")
	f.Surface.validate(p, "surface")
	f.Use.validate(p, check, "use")
	if f.Start.Earliest != nil && f.Start.Latest != nil {
		p.require(*f.Start.Earliest <= *f.Start.Latest, []any{"start"}, "latest", "la date au plus tard précède la date au plus tôt", "the latest start comes before the earliest")
	}
	f.Duration.validate(p, f.Use.Kind, "duration")
	p.between(&f.FitOutDays, 0, mostDays, root, "fitOutDays")
	p.require(len(f.Territories) > 0, root, "territories", "au moins un territoire est nécessaire (COUNTRY pour la France entière)", "at least one territory is needed (COUNTRY for the whole country)")
	ValidateTerritories(p, g, f.Territories, "territories")
	if r := f.PublicReception; r != nil {
		knownCodes(p, r.ErpTypes, []any{"publicReception"}, "erpTypes")
		p.between(&r.Headcount, 1, mostPeople, []any{"publicReception"}, "headcount")
	}
	knownCodes(p, f.Utilities, root, "utilities")
	if f.Budget != nil {
		p.notNegative(&f.Budget.MonthlyCeiling, []any{"budget"}, "monthlyCeiling")
	}
	knownCodes(p, f.OccupancyForms, root, "occupancyForms")
	f.Provenance.validate(p, "provenance")
}

func (d NeedDuration) validate(p *Problems, use UseKind, path ...any) {
	p.between(&d.MinMonths, 1, mostMonths, path, "minMonths")
	if d.MaxMonths != nil {
		p.require(*d.MaxMonths >= d.MinMonths && *d.MaxMonths <= mostMonths, path, "maxMonths",
			"la durée maximale est comprise entre la durée minimale et 1188 mois", "the maximum duration is between the minimum duration and 1188 months")
	}
	if use == UseRecurring {
		p.require(d.MinMonths <= mostRecurringMonths, path, "minMonths",
			"des créneaux réguliers courent dix ans au plus (120 mois)", "recurring slots run for ten years at most (120 months)")
	}
}
