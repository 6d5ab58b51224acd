package domain

// LandlordNeed is what a landlord looks for, with or without a space.
type LandlordNeed struct {
	ID                 LandlordNeedID `bson:"id"`
	LandlordID         LandlordID     `bson:"landlord"`
	Record             `bson:"inline"`
	LandlordNeedFields `bson:"inline"`
}

// LandlordNeedFields are what a landlord states about a need.
type LandlordNeedFields struct {
	Title       string             `bson:"title"`
	Description *string            `bson:"description,omitempty"`
	Domains     []InnovationDomain `bson:"domains"`
	// Publics are those it is for; nil when unknown.
	Publics  []TargetPublic `bson:"publics"`
	Activity Activity       `bson:"activity"`
	// Sites are the landlord's own where it is wanted, and Territories where it
	// is wanted besides: at least one of either. A viewer may not see all the
	// sites.
	Sites       []SiteID           `bson:"sites,omitempty"`
	Territories []Territory        `bson:"territories,omitempty"`
	Timing      LandlordNeedTiming `bson:"timing"`
	Volume      LandlordNeedVolume `bson:"volume"`
	// Levers are the ways in which it could be contracted; nil when unknown.
	Levers []ProcurementLever `bson:"levers"`
	// Budget is confidential to the network; nil when none is stated.
	Budget *LandlordNeedBudget `bson:"budget,omitempty"`
	// AnswerBy is the last day on which an answer is useful; nil when there is
	// none.
	AnswerBy   *Date      `bson:"answerBy,omitempty"`
	Visibility Visibility `bson:"visibility"`
	// ExternalRef is the landlord's own reference, unique among its needs.
	ExternalRef *string     `bson:"externalRef,omitempty"`
	Provenance  *Provenance `bson:"provenance,omitempty"`
}

// StatedLandlordNeed is what a landlord states about a need as it comes in: the
// sites are named by id or by the landlord's own reference.
type StatedLandlordNeed struct {
	LandlordNeedFields
	// Sites stand for those of the embedded fields.
	Sites []LandlordSiteRef
}

// Stated is the need as its landlord would state it.
func (f LandlordNeedFields) Stated() StatedLandlordNeed {
	s := StatedLandlordNeed{LandlordNeedFields: f}
	for _, site := range f.Sites {
		id := ID(site)
		s.Sites = append(s.Sites, LandlordSiteRef{ID: &id})
	}
	return s
}

// LandlordNeedTiming is when something is wanted.
type LandlordNeedTiming struct {
	Kind NeedTiming `bson:"kind"`
	// From and Until bound it (both days included); nil when unknown, or when
	// any day will do.
	From  *Date `bson:"from,omitempty"`
	Until *Date `bson:"until,omitempty"`
	// Slots are the times of a RECURRING need; empty when they are to be agreed.
	Slots []RecurringSlot `bson:"slots,omitempty"`
}

// KindLabel is the label of the kind of timing.
func (t LandlordNeedTiming) KindLabel(locale Locale) string { return t.Kind.Label(locale) }

// LandlordNeedVolume is how much is wanted.
type LandlordNeedVolume struct {
	// HoursPerWeek of work, of all the people together; nil when unknown.
	HoursPerWeek *int `bson:"hoursPerWeek,omitempty"`
	// Beneficiaries are the people served; nil when unknown.
	Beneficiaries *int `bson:"beneficiaries,omitempty"`
}

// LandlordNeedBudget is what the landlord sets aside, in euros, VAT included.
type LandlordNeedBudget struct {
	Amount Amount          `bson:"amount"`
	Basis  NeedBudgetBasis `bson:"basis"`
}

// BasisLabel is the label of the basis.
func (b LandlordNeedBudget) BasisLabel(locale Locale) string { return b.Basis.Label(locale) }

// mostWeeklyHours bounds the work of a week: some 280 people full time.
const mostWeeklyHours = 10_000

func (LandlordNeed) IsNode() {}

// ActivityLabel is the label of the activity.
func (n *LandlordNeed) ActivityLabel(locale Locale) string { return n.Activity.Label(locale) }

// AnswerableOn tells whether an answer is still useful on a day.
func (n *LandlordNeed) AnswerableOn(day Date) bool { return n.AnswerBy == nil || day <= *n.AnswerBy }

// Validate collects what is wrong with the fields, but for the sites, which only
// the hub can look up, and the reference, which only it knows to be free.
func (f LandlordNeedFields) Validate(p *Problems, g Gazetteer, check RuleChecker) {
	var root []any
	p.line(f.Title, root, "title")
	p.optionalText(f.Description, root, "description")
	p.require(len(f.Domains) > 0, root, "domains", "au moins un domaine est nécessaire", "at least one domain is needed")
	knownCodes(p, f.Domains, root, "domains")
	knownCodes(p, f.Publics, root, "publics")
	knownCode(p, f.Activity, root, "activity")
	p.items(len(f.Sites), root, "sites")
	p.require(len(f.Sites) > 0 || len(f.Territories) > 0, root, "territories",
		"au moins un site ou un territoire est nécessaire (COUNTRY pour la France entière)", "at least one site or territory is needed (COUNTRY for the whole country)")
	ValidateTerritories(p, g, f.Territories, "territories")
	f.Timing.validate(p, check, "timing")
	p.between(f.Volume.HoursPerWeek, 1, mostWeeklyHours, []any{"volume"}, "hoursPerWeek")
	p.between(f.Volume.Beneficiaries, 1, mostPeople, []any{"volume"}, "beneficiaries")
	knownCodes(p, f.Levers, root, "levers")
	if f.Budget != nil {
		p.notNegative(&f.Budget.Amount, []any{"budget"}, "amount")
		knownCode(p, f.Budget.Basis, []any{"budget"}, "basis")
	}
	if f.AnswerBy != nil && f.Timing.Until != nil {
		p.require(*f.AnswerBy <= *f.Timing.Until, root, "answerBy",
			"une réponse n'est plus utile après la fin du besoin : avancez cette date, ou timing.until", "an answer is of no use after the need ends: move this day, or timing.until")
	}
	knownCode(p, f.Visibility, root, "visibility")
	p.optionalLine(f.ExternalRef, root, "externalRef")
	f.Provenance.validate(p, "provenance")
}

func (t LandlordNeedTiming) validate(p *Problems, check RuleChecker, path ...any) {
	knownCode(p, t.Kind, path, "kind")
	p.inOrder(t.From, t.Until, path, "until")
	p.require(t.Kind == TimingRecurring || len(t.Slots) == 0, path, "slots",
		"seul un besoin régulier (RECURRING) a des créneaux", "only a RECURRING need has slots")
	validateSlots(p, t.Slots, check, below(path, "slots"))
}
