package domain

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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
	for _, from := range publicationSteps[to] {
		if r.State == from {
			return nil
		}
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

// The most characters of a short text (a label, a name) and of a long one.
const (
	mostShort = 200
	mostLong  = 4_000
	// mostItems bounds the lists inside one record.
	mostItems = 100
)

func (p *Problems) short(s string, path []any, field string) {
	p.text(s, mostShort, path, field)
}

// text requires a text that says something and isn't too long.
func (p *Problems) text(s string, most int, path []any, field string) {
	p.require(strings.TrimSpace(s) != "", path, field, "ce texte est obligatoire", "this text is required")
	p.optionalText(s, most, path, field)
}

func (p *Problems) optionalText(s string, most int, path []any, field string) {
	p.require(utf8.RuneCountInString(s) <= most, path, field,
		fmt.Sprintf("ce texte dépasse %d caractères", most), fmt.Sprintf("this text is over %d characters", most))
	p.require(utf8.ValidString(s) && !strings.ContainsFunc(s, isControl), path, field,
		"ce texte contient des caractères de contrôle : retirez-les", "this text holds control characters: remove them")
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

func (p *Problems) url(s string, path []any, field string) {
	u, err := url.Parse(s)
	p.require(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(s) <= 2_000, path, field,
		"une adresse web complète est attendue, par exemple https://www.exemple.fr", "a full web address is expected, for example https://www.example.org")
}

func (p *Problems) items(n int, path []any, field string) {
	p.require(n <= mostItems, path, field,
		fmt.Sprintf("au plus %d éléments", mostItems), fmt.Sprintf("at most %d items", mostItems))
}

// coded is a value of a code list.
type coded interface {
	~string
	known() bool
}

func knownCode[T coded](p *Problems, c T, path []any, field string) {
	p.require(c.known(), path, field, fmt.Sprintf("code inconnu : %q", clip(string(c))), fmt.Sprintf("unknown code: %q", clip(string(c))))
}

// knownCodes requires that all are known and none stands twice.
func knownCodes[T coded](p *Problems, list []T, path []any, field string) {
	seen := make(map[T]bool, len(list))
	for i, c := range list {
		at := append(append([]any{}, path...), field)
		knownCode(p, c, at, fmt.Sprint(i))
		p.require(!seen[c], at, fmt.Sprint(i), fmt.Sprintf("%s figure deux fois", c), fmt.Sprintf("%s stands twice", c))
		seen[c] = true
	}
}

func notNegative(p *Problems, n *int, path []any, field string) {
	if n != nil {
		p.require(*n >= 0, path, field, "ce nombre ne peut pas être négatif", "this number can't be negative")
	}
}

func (f *Figure) validate(p *Problems, path ...any) {
	if f == nil {
		return
	}
	notNegative(p, &f.Value, path, "value")
	p.optionalText(f.Source, mostShort, path, "source")
}

func (i *Image) validate(p *Problems, path ...any) {
	if i == nil {
		return
	}
	p.url(i.URL, path, "url")
	p.short(i.AlternativeText, path, "alternativeText")
}

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
