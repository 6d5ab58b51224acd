package domain

import (
	"regexp"
	"strings"
)

// InnovationProject is a social-innovation project that looks for places.
type InnovationProject struct {
	ID            ProjectID `bson:"id"`
	Record        `bson:"inline"`
	ProjectFields `bson:"inline"`
	// Hosted are its public placements, as references: worked out from the
	// placements, never stored with the project.
	Hosted []PlacementReference `bson:"-" json:"-"`
}

// ProjectFields are what a project states about itself.
type ProjectFields struct {
	// Slug names the project in URLs; it never changes. Aliases are further
	// names that lead to it.
	Slug    string   `bson:"slug"`
	Aliases []string `bson:"aliases,omitempty"`
	Name    string   `bson:"name"`
	Summary string   `bson:"summary"`
	Website *string  `bson:"website,omitempty"`
	Image   *Image   `bson:"image,omitempty"`
	// ContactURL is a public page or form through which to write.
	ContactURL *string            `bson:"contactUrl,omitempty"`
	Holder     ProjectHolder      `bson:"holder"`
	Awards     []Award            `bson:"awards,omitempty"`
	Stage      ProjectStage       `bson:"stage"`
	Domains    []InnovationDomain `bson:"domains"`
	Publics    []TargetPublic     `bson:"publics"`
	Tags       []string           `bson:"tags,omitempty"`
	Footprint  []Territory        `bson:"footprint,omitempty"`
	// Approvals held; nil when unknown, empty when there is none.
	Approvals []Approval `bson:"approvals"`
	// References are past placements; nil when unknown, empty when none.
	References []PlacementReference `bson:"references"`
	// Activities are those it can carry out for a landlord; nil when unknown,
	// never empty.
	Activities []Activity `bson:"activities,omitempty"`
	// Levers are the ways of contracting that are open to it, for example as an
	// inclusion structure; nil when unknown, never empty.
	Levers []ProcurementLever `bson:"levers,omitempty"`
	// Capacity it has left; nil when unknown.
	Capacity   *ProjectCapacity `bson:"capacity,omitempty"`
	Provenance *Provenance      `bson:"provenance,omitempty"`
}

// ProjectCapacity is what a project can still take on for a landlord.
type ProjectCapacity struct {
	// HoursPerWeek of work, of all its people together; nil when unknown, 0 when
	// it can take on nothing for now.
	HoursPerWeek *int `bson:"hoursPerWeek,omitempty"`
	// From is the first day; nil when unknown.
	From *Date `bson:"from,omitempty"`
}

// ProjectHolder is the organisation behind a project.
type ProjectHolder struct {
	Name  string  `bson:"name"`
	Siren *Siren  `bson:"siren,omitempty"`
	Siret *Siret  `bson:"siret,omitempty"`
	Rna   *string `bson:"rna,omitempty"`
}

// Award is a distinction; the year is nil when unknown.
type Award struct {
	Programme string `bson:"programme"`
	Year      *int   `bson:"year,omitempty"`
}

// Approval is one that the holder has.
type Approval struct {
	Kind       ApprovalKind `bson:"kind"`
	ValidUntil *Date        `bson:"validUntil,omitempty"`
}

// KindLabel is the label of the kind of approval.
func (a Approval) KindLabel(locale Locale) string { return a.Kind.Label(locale) }

// PlacementReference is a past placement, as the project tells it.
type PlacementReference struct {
	Label string `bson:"label"`
	// LandlordName is the host's; HlmLandlord whether it is an HLM landlord.
	LandlordName *string `bson:"landlord,omitempty"`
	HlmLandlord  bool    `bson:"hlm"`
	Year         *int    `bson:"year,omitempty"`
	Place        *string `bson:"place,omitempty"`
}

func (InnovationProject) IsNode() {}

// StageLabel is the label of the stage.
func (p *InnovationProject) StageLabel(locale Locale) string { return p.Stage.Label(locale) }

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Validate collects what is wrong with the fields.
func (f ProjectFields) Validate(p *Problems, g Gazetteer) {
	var root []any
	validateSlug(p, f.Slug, "slug")
	if p.items(len(f.Aliases), root, "aliases") {
		for i, a := range f.Aliases {
			validateSlug(p, a, "aliases", i)
		}
	}
	p.line(f.Name, root, "name")
	p.text(f.Summary, root, "summary")
	p.url(f.Website, root, "website")
	f.Image.validate(p, "image")
	p.url(f.ContactURL, root, "contactUrl")
	f.Holder.validate(p, "holder")
	if p.items(len(f.Awards), root, "awards") {
		for i, a := range f.Awards {
			p.line(a.Programme, []any{"awards", i}, "programme")
			validateYear(p, a.Year, "awards", i)
		}
	}
	knownCode(p, f.Stage, root, "stage")
	p.require(len(f.Domains) > 0, root, "domains", "au moins un domaine est nécessaire", "at least one domain is needed")
	knownCodes(p, f.Domains, root, "domains")
	p.require(len(f.Publics) > 0, root, "publics", "au moins un public est nécessaire (ALL pour tous)", "at least one public is needed (ALL for everyone)")
	knownCodes(p, f.Publics, root, "publics")
	if p.items(len(f.Tags), root, "tags") {
		for i, t := range f.Tags {
			p.line(t, []any{"tags", i}, "")
		}
	}
	ValidateTerritories(p, g, f.Footprint, "footprint")
	if p.items(len(f.Approvals), root, "approvals") {
		for i, a := range f.Approvals {
			knownCode(p, a.Kind, []any{"approvals", i}, "kind")
		}
	}
	if p.items(len(f.References), root, "references") {
		for i, r := range f.References {
			r.validate(p, "references", i)
		}
	}
	saysSomething(p, f.Activities, root, "activities")
	knownCodes(p, f.Activities, root, "activities")
	saysSomething(p, f.Levers, root, "levers")
	knownCodes(p, f.Levers, root, "levers")
	if f.Capacity != nil {
		p.between(f.Capacity.HoursPerWeek, 0, mostWeeklyHours, []any{"capacity"}, "hoursPerWeek")
	}
	f.Provenance.validate(p, "provenance")
}

func (h ProjectHolder) validate(p *Problems, path ...any) {
	p.line(h.Name, path, "name")
	if h.Siren != nil {
		p.readable(h.Siren.Validate(), path, "siren")
	}
	if h.Siret != nil {
		p.readable(h.Siret.Validate(), path, "siret")
	}
	if h.Siren != nil && h.Siret != nil {
		p.require(strings.HasPrefix(string(*h.Siret), string(*h.Siren)), path, "siret",
			"ce SIRET est celui d'une autre organisation : il commence par le SIREN", "this SIRET is another organisation's: it begins with the SIREN")
	}
	if h.Rna != nil {
		p.require(rnaPattern.MatchString(*h.Rna), path, "rna",
			"un numéro RNA est un W suivi de neuf caractères", "an RNA number is a W and nine characters")
	}
}

func (r PlacementReference) validate(p *Problems, path ...any) {
	p.line(r.Label, path, "label")
	p.optionalLine(r.LandlordName, path, "landlordName")
	validateYear(p, r.Year, path...)
	p.optionalLine(r.Place, path, "place")
}

func validateSlug(p *Problems, s string, path ...any) {
	p.require(len(s) <= 80 && slugPattern.MatchString(s), path, "",
		"un nom court en minuscules, chiffres et tirets est attendu, par exemple les-petites-cantines",
		"a short name of lower-case letters, digits and hyphens is expected, for example les-petites-cantines")
}

func validateYear(p *Problems, year *int, path ...any) {
	if year != nil {
		p.require(*year >= 1900 && *year <= lastYear, path, "year", "année sur quatre chiffres attendue", "a year of four digits is expected")
	}
}
