package domain

import (
	"slices"
	"strings"
	"time"
)

// Record is what every stored entity carries about itself.
type Record struct {
	// Version counts the entity's changes, from 1.
	Version   int         `bson:"version"`
	State     Publication `bson:"state"`
	CreatedAt time.Time   `bson:"createdAt"`
	UpdatedAt time.Time   `bson:"updatedAt"`
	// Synthetic marks invented sample data.
	Synthetic bool `bson:"synthetic,omitempty"`
}

// StateLabel is the label of the state.
func (r Record) StateLabel(locale Locale) string { return r.State.Label(locale) }

// publicationSteps are the states from which each state can be reached.
var publicationSteps = map[Publication][]Publication{
	PublicationPublished: {PublicationDraft, PublicationWithdrawn},
	PublicationWithdrawn: {PublicationPublished},
	PublicationArchived:  {PublicationDraft, PublicationPublished, PublicationWithdrawn},
}

// Step answers nil when a record may go to a state, else a WrongState.
func (r Record) Step(to Publication, path []string) error {
	if slices.Contains(publicationSteps[to], r.State) {
		return nil
	}
	return WrongState{Path: path, Current: r.State, Allowed: publicationSteps[to]}
}

// Provenance says where a record's facts come from and of what day they are.
type Provenance struct {
	Source string `bson:"source"`
	AsOf   *Date  `bson:"asOf,omitempty"`
}

// Figure is a number with its day and source.
type Figure struct {
	Value  int    `bson:"value"`
	AsOf   *Date  `bson:"asOf,omitempty"`
	Source string `bson:"source,omitempty"`
}

// Image is a picture with the text that stands for it (RGAA, criterion 1.1).
type Image struct {
	URL             string `bson:"url"`
	AlternativeText string `bson:"alt"`
}

// Identifier is another body's identifier of the same thing.
type Identifier struct {
	// Scheme names the register: RPLS, RNB…
	Scheme string `bson:"scheme"`
	Value  string `bson:"value"`
}

func (f *Figure) validate(p *Problems, path ...any) {
	if f == nil {
		return
	}
	p.between(&f.Value, 0, mostFigure, path, "value")
	if f.Source != "" {
		p.line(f.Source, path, "source")
	}
}

// mostFigure is beyond anything that is counted in France.
const mostFigure = 100_000_000

func (i *Image) validate(p *Problems, path ...any) {
	if i == nil {
		return
	}
	p.url(&i.URL, path, "url")
	p.line(i.AlternativeText, path, "alternativeText")
}

func (v *Provenance) validate(p *Problems, path ...any) {
	if v != nil {
		p.line(v.Source, path, "source")
	}
}

func (i Identifier) validate(p *Problems, path ...any) {
	p.line(i.Scheme, path, "scheme")
	p.line(i.Value, path, "value")
}

// ExternalRefKey is a landlord's own reference as it is compared: without spaces
// around it.
func ExternalRefKey(ref string) string { return strings.TrimSpace(ref) }

// Management gathers the facts of upkeep of a record, for those whom
// Viewer.SeesManagement admits.
type Management struct {
	Version             int
	CreatedAt           time.Time
	ExternalRef         *string
	Identifiers         []Identifier
	Visibility          *Visibility
	GuardingCostMonthly *Amount
}

// Upkeep of a landlord.
func (l *Landlord) Upkeep() *Management {
	return &Management{Version: l.Version, CreatedAt: l.CreatedAt, GuardingCostMonthly: l.GuardingCostMonthly}
}

// Upkeep of a site.
func (s *LandlordSite) Upkeep() *Management {
	return &Management{Version: s.Version, CreatedAt: s.CreatedAt, ExternalRef: s.ExternalRef, Identifiers: s.Identifiers, Visibility: &s.Visibility}
}

// Upkeep of a space.
func (s *VacantSpace) Upkeep() *Management {
	return &Management{Version: s.Version, CreatedAt: s.CreatedAt, ExternalRef: s.ExternalRef, Visibility: &s.Visibility}
}

// Upkeep of a project.
func (p *InnovationProject) Upkeep() *Management {
	return &Management{Version: p.Version, CreatedAt: p.CreatedAt}
}

// Upkeep of a need.
func (n *HostingNeed) Upkeep() *Management {
	return &Management{Version: n.Version, CreatedAt: n.CreatedAt}
}

// Upkeep of a landlord's need.
func (n *LandlordNeed) Upkeep() *Management {
	return &Management{Version: n.Version, CreatedAt: n.CreatedAt, ExternalRef: n.ExternalRef, Visibility: &n.Visibility}
}
