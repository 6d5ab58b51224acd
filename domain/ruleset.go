package domain

import "time"

// Ruleset is a dated, versioned set of rules by which matches are made: the
// weights, the tiers, the legal forms. It is data (match/rulesets), each value
// with its reason; every result names the one that made it. There is one for
// each kind of match, and a version is the set of them.
type Ruleset struct {
	Kind      RulesetKind `json:"kind"`
	Name      string      `json:"name"`
	Version   string      `json:"version"`
	ValidFrom Date        `json:"validFrom"`
	// Weights of the soft criteria; a hard criterion has none.
	Weights []CriterionWeight `json:"weights"`
	// Parameters are the tiers and thresholds that the criteria use.
	Parameters []RulesetParameter `json:"parameters"`
	// Forms are the legal forms' rules, each within its dates; of the kind SPACE
	// only.
	Forms []OccupancyFormRule `json:"forms,omitempty"`
}

// KindLabel is the label of the kind.
func (r *Ruleset) KindLabel(locale Locale) string { return r.Kind.Label(locale) }

// CriterionWeight is how much a soft criterion counts.
type CriterionWeight struct {
	Criterion CriterionCode `json:"criterion"`
	Weight    int           `json:"weight"`
	Reason    Bilingual     `json:"reason"`
}

// CriterionLabel is the label of the criterion.
func (w CriterionWeight) CriterionLabel(locale Locale) string { return w.Criterion.Label(locale) }

// ReasonText is why the weight is what it is.
func (w CriterionWeight) ReasonText(locale Locale) string { return w.Reason.In(locale) }

// RulesetParameter is a named number of a ruleset.
type RulesetParameter struct {
	Name   string    `json:"name"`
	Value  float64   `json:"value"`
	Unit   Unit      `json:"unit"`
	Reason Bilingual `json:"reason"`
}

// ReasonText is why the value is what it is.
func (p RulesetParameter) ReasonText(locale Locale) string { return p.Reason.In(locale) }

// OccupancyFormRule is what the law asks of a form of occupancy.
type OccupancyFormRule struct {
	Form OccupancyForm `json:"form"`
	// Article is the source of the rule.
	Article string `json:"article"`
	// Confirmed is false while the rule was not seen in a primary source.
	Confirmed bool `json:"confirmed"`
	// MinMonths and MaxMonths bound the duration; nil is no bound.
	MinMonths *int `json:"minMonths,omitempty"`
	MaxMonths *int `json:"maxMonths,omitempty"`
	// FreeOnly: the form excludes any rent.
	FreeOnly bool `json:"freeOnly,omitempty"`
	// ApprovalNeeded is the approval the operator must hold; nil for none.
	ApprovalNeeded *ApprovalKind `json:"approvalNeeded,omitempty"`
	// PrecarityCauses are the vacancy causes that justify the form; empty when
	// no cause of precarity is needed.
	PrecarityCauses []VacancyCause `json:"precarityCauses,omitempty"`
	// SpaceKinds and Activities to which the form applies; empty for all.
	SpaceKinds []SpaceKind `json:"spaceKinds,omitempty"`
	Activities []Activity  `json:"activities,omitempty"`
	// ResidentFeeCeiling is the most a resident may be asked a month.
	ResidentFeeCeiling *Amount `json:"residentFeeCeiling,omitempty"`
	// ValidFrom and ValidUntil are when the rule is law.
	ValidFrom  *Date     `json:"validFrom,omitempty"`
	ValidUntil *Date     `json:"validUntil,omitempty"`
	Reason     Bilingual `json:"reason"`
}

// FormLabel is the label of the form.
func (r OccupancyFormRule) FormLabel(locale Locale) string { return r.Form.Label(locale) }

// ReasonText explains the rule.
func (r OccupancyFormRule) ReasonText(locale Locale) string { return r.Reason.In(locale) }

// Bilingual is a text in French and English.
type Bilingual struct {
	French  string `json:"fr"`
	English string `json:"en"`
}

// In picks a language.
func (b Bilingual) In(locale Locale) string { return locale.In(b.French, b.English) }

// Weight of a soft criterion; 0 when the ruleset has none.
func (r *Ruleset) Weight(c CriterionCode) int {
	for _, w := range r.Weights {
		if w.Criterion == c {
			return w.Weight
		}
	}
	return 0
}

// Settings is the one document of KindSettings: what changes answers without
// being an entity. It is written by commits only, so that every replica and
// every replay answers alike.
type Settings struct {
	// Ruleset is the version in force for matches of every kind.
	Ruleset string `bson:"ruleset"`
	// Geography is the version of the atlas.
	Geography string `bson:"geography"`
	// Today is the calendar day, advanced by a daily commit.
	Today Date `bson:"today"`
}

// SettingsID is the id of the settings document.
const SettingsID ID = "settings"

// Receipt remembers that an idempotency key took effect.
type Receipt struct {
	// Actor is the viewer's Repeater.
	Actor string `bson:"actor"`
	Key   string `bson:"key"`
	// InputHash is the hash of the action and its input, keyed with a secret of
	// the personal store.
	InputHash string    `bson:"input"`
	Commit    uint64    `bson:"commit"`
	At        time.Time `bson:"at"`
	// Object is what the command made or changed.
	Object ID `bson:"object"`
	// Upsert is what an upsert did; "" for other commands.
	Upsert string `bson:"upsert,omitempty"`
	// Items are the initials of what a command of several did, one each.
	Items string `bson:"items,omitempty"`
}
