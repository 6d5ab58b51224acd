package match

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"github.com/palier-hub/palier/domain"
)

//go:embed rulesets/*.json
var rulesetFiles embed.FS

// Rulesets are all the rulesets known, oldest first. They are shared and must
// not be changed.
func Rulesets() []*domain.Ruleset { return embedded() }

// RulesetNamed finds a ruleset by its version.
func RulesetNamed(version string) (*domain.Ruleset, bool) {
	for _, r := range embedded() {
		if r.Version == version {
			return r, true
		}
	}
	return nil, false
}

// embedded reads the files once. A broken one is a fault of the build, found by
// this package's tests, so it panics.
var embedded = sync.OnceValue(func() []*domain.Ruleset {
	names, err := fs.Glob(rulesetFiles, "rulesets/*.json") // sorted: versions begin with their year and month
	if err != nil {
		panic(err)
	}
	var all []*domain.Ruleset
	for _, name := range names {
		text, err := rulesetFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		r, err := ParseRuleset(text)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err))
		}
		all = append(all, r)
	}
	return all
})

// ParseRuleset reads a ruleset from JSON. It refuses fields that it doesn't
// know, weights of anything but the soft criteria, a soft criterion without a
// weight, a missing parameter, a form without a rule, and values without a
// reason in both languages.
func ParseRuleset(text []byte) (*domain.Ruleset, error) {
	var r domain.Ruleset
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("not a ruleset: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("not a ruleset: more after its end")
	}
	return &r, checkRuleset(&r)
}

func checkRuleset(r *domain.Ruleset) error {
	if r.Name == "" || r.Version == "" || r.ValidFrom == 0 {
		return fmt.Errorf("name, version and validFrom are required")
	}
	explained := func(what string, reason domain.Bilingual) error {
		if reason.French == "" || reason.English == "" {
			return fmt.Errorf("%s: a reason in French and English is required", what)
		}
		return nil
	}
	weighted := make(map[domain.CriterionCode]bool)
	for _, w := range r.Weights {
		if err := explained(string(w.Criterion), w.Reason); err != nil {
			return err
		}
		if weighted[w.Criterion] || w.Weight < 0 || w.Weight > mostWeight {
			return fmt.Errorf("%s: one weight between 0 and %d is required", w.Criterion, mostWeight)
		}
		weighted[w.Criterion] = true
	}
	total := 0
	for i := range criteria {
		c := &criteria[i]
		if weighted[c.code] != (c.kind == domain.CriterionSoft) {
			return fmt.Errorf("%s: every soft criterion has a weight, a hard one has none", c.code)
		}
		delete(weighted, c.code)
		total += r.Weight(c.code)
	}
	if len(weighted) > 0 || total == 0 {
		return fmt.Errorf("weights of unknown criteria, or none above 0: %v", weighted)
	}
	if err := checkParameters(r, explained); err != nil {
		return err
	}
	return checkForms(r, explained)
}

// mostWeight keeps a ruleset readable, and every sum far from overflow.
const mostWeight = 1_000

func checkParameters(r *domain.Ruleset, explained func(string, domain.Bilingual) error) error {
	var t tuning
	wanted := t.fields()
	if len(r.Parameters) != len(wanted) {
		return fmt.Errorf("%d parameters are required, %d are given", len(wanted), len(r.Parameters))
	}
	for _, p := range r.Parameters {
		if _, known := wanted[p.Name]; !known {
			return fmt.Errorf("%s: unknown parameter, or given twice", p.Name)
		}
		delete(wanted, p.Name)
		if !(p.Value > 0) || p.Unit == "" {
			return fmt.Errorf("%s: a value above 0 and a unit are required", p.Name)
		}
		if err := explained(p.Name, p.Reason); err != nil {
			return err
		}
	}
	return nil
}

func checkForms(r *domain.Ruleset, explained func(string, domain.Bilingual) error) error {
	if len(r.Forms) > mostForms {
		return fmt.Errorf("%d forms: at most %d are possible", len(r.Forms), mostForms)
	}
	ruled := make(map[string]bool)
	for _, f := range r.Forms {
		if err := explained(string(f.Form), f.Reason); err != nil {
			return err
		}
		if f.Article == "" {
			return fmt.Errorf("%s: the article is required", f.Form)
		}
		ruled[string(f.Form)] = true
	}
	list, _ := domain.CodeListNamed("OccupancyForm")
	for _, code := range list.Codes {
		if !ruled[code.Value] {
			return fmt.Errorf("%s: the form has no rule", code.Value)
		}
		delete(ruled, code.Value)
	}
	if len(ruled) > 0 {
		return fmt.Errorf("rules of unknown forms: %v", ruled)
	}
	return nil
}

// tuning holds a ruleset's parameters under the names by which the criteria
// read them; what each is for stands in the ruleset, with its reason.
type tuning struct {
	proximityFullKm, proximityZeroKm, proximityMostErrorKm float64
	districtNearShare                                      float64
	spareFullMonths                                        float64
	surfaceRoomyRatio                                      float64
	costZeroPerM2Year                                      float64
	referencesFull, practicesFull                          float64
	supportNeutralShare, supportReservedShare              float64
	erpCategory2Most, erpCategory3Most, erpCategory4Most   float64
}

func (t *tuning) fields() map[string]*float64 {
	return map[string]*float64{
		"proximityFullKm": &t.proximityFullKm, "proximityZeroKm": &t.proximityZeroKm, "proximityMostErrorKm": &t.proximityMostErrorKm,
		"districtNearShare": &t.districtNearShare,
		"spareFullMonths":   &t.spareFullMonths,
		"surfaceRoomyRatio": &t.surfaceRoomyRatio,
		"costZeroPerM2Year": &t.costZeroPerM2Year,
		"referencesFull":    &t.referencesFull, "practicesFull": &t.practicesFull,
		"supportNeutralShare": &t.supportNeutralShare, "supportReservedShare": &t.supportReservedShare,
		"erpCategory2Most": &t.erpCategory2Most, "erpCategory3Most": &t.erpCategory3Most, "erpCategory4Most": &t.erpCategory4Most,
	}
}

func tuningOf(r *domain.Ruleset) (t tuning) {
	fields := t.fields()
	for _, p := range r.Parameters {
		if f, ok := fields[p.Name]; ok {
			*f = p.Value
		}
	}
	return t
}
