package domain_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// problemsOf are the paths at which something is wrong, in order.
func problemsOf[F any](t testing.TB, f F, check func(F, *domain.Problems)) []string {
	t.Helper()
	p := &domain.Problems{}
	check(f, p)
	var paths []string
	for _, r := range domain.AsRefusals(p.Err()) {
		invalid, ok := r.(domain.InvalidInput)
		if !ok || r.RefusalCode() != domain.CodeInvalidInput {
			t.Fatalf("%#v isn't an InvalidInput", r)
		}
		if invalid.French == "" || invalid.English == "" || invalid.French == invalid.English {
			t.Errorf("%s: %q and %q", invalid.Error(), invalid.French, invalid.English)
		}
		paths = append(paths, strings.Join(invalid.Path, "."))
	}
	return paths
}

func TestLeastAndFullAreValid(t *testing.T) {
	none := func(what string, paths []string) {
		t.Helper()
		if paths != nil {
			t.Errorf("%s: %v", what, paths)
		}
	}
	none("least landlord", problemsOf(t, leastLandlord(), checkLandlord))
	none("full landlord", problemsOf(t, fullLandlord(), checkLandlord))
	none("least site", problemsOf(t, leastSite(), checkSite))
	none("full site", problemsOf(t, fullSite(), checkSite))
	none("least space", problemsOf(t, leastSpace(), checkSpace))
	none("full space", problemsOf(t, fullSpace(), checkSpace))
	none("least project", problemsOf(t, leastProject(), checkProject))
	none("full project", problemsOf(t, fullProject(), checkProject))
	none("least need", problemsOf(t, leastNeed(), checkNeed))
	none("full need", problemsOf(t, fullNeed(), checkNeed))
	none("least landlord's need", problemsOf(t, leastLandlordNeed(), checkLandlordNeed))
	none("full landlord's need", problemsOf(t, fullLandlordNeed(), checkLandlordNeed))
}

// mistake is one wrong value in what is valid otherwise, and the path at which
// it is said; "" when the value is fine, at the edge of a rule.
type mistake[F any] struct {
	name string
	make func(*F)
	path string
}

func single[F any](t *testing.T, valid func() F, check func(F, *domain.Problems), mistakes []mistake[F]) {
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			f := valid()
			m.make(&f)
			var want []string
			if m.path != "" {
				want = []string{m.path}
			}
			if got := problemsOf(t, f, check); !slices.Equal(got, want) {
				t.Errorf("problems at %q, want %q", got, want)
			}
		})
	}
}

func TestLandlordMistakes(t *testing.T) {
	type F = domain.LandlordFields
	single(t, fullLandlord, checkLandlord, []mistake[F]{
		{"no name", func(f *F) { f.Name = "" }, "name"},
		{"a name of spaces", func(f *F) { f.Name = " \u00a0\t" }, "name"},
		{"a name of 200 characters", func(f *F) { f.Name = strings.Repeat("é", 200) }, ""},
		{"a name of 201 characters", func(f *F) { f.Name = strings.Repeat("é", 201) }, "name"},
		{"a name of two lines", func(f *F) { f.Name = "Office\nde l'habitat" }, "name"},
		{"a name with a control", func(f *F) { f.Name = "Office\x00" }, "name"},
		{"a name that turns the direction", func(f *F) { f.Name = "Office \u202eeciffO" }, "name"},
		{"a name that isn't UTF-8", func(f *F) { f.Name = "Office\xff" }, "name"},
		{"unknown kind", func(f *F) { f.Kind = "OPAC" }, "kind"},
		{"a SIREN with a wrong digit", func(f *F) { f.Siren = new(domain.Siren("732829321")) }, "siren"},
		{"an empty federation", func(f *F) { f.Federation = new("") }, "federation"},
		{"negative dwellings", func(f *F) { f.Dwellings.Value = -1 }, "dwellings.value"},
		{"no dwellings", func(f *F) { f.Dwellings.Value = 0 }, ""},
		{"a figure without a source", func(f *F) { f.Dwellings.Source = "" }, ""},
		{"negative employees", func(f *F) { f.Employees.Value = -1 }, "employees.value"},
		{"unknown scale", func(f *F) { f.Territories[0].Scale = "CANTON" }, "territories.0.scale"},
		{"a postal code", func(f *F) { f.Territories[0].Code = "93200" }, "territories.0.code"},
		{"no radius", func(f *F) { f.Territories[0].RadiusKm = nil }, "territories.0.radiusKm"},
		{"a radius of 0", func(f *F) { f.Territories[0].RadiusKm = new(0) }, "territories.0.radiusKm"},
		{"a radius of 1,000 km", func(f *F) { f.Territories[0].RadiusKm = new(1000) }, ""},
		{"a radius of 1,001 km", func(f *F) { f.Territories[0].RadiusKm = new(1001) }, "territories.0.radiusKm"},
		{"a commune with a radius", func(f *F) { f.Territories[0].Scale = domain.TerritoryCommune }, "territories.0.radiusKm"},
		{"a département", func(f *F) { f.Territories = []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "93"}} }, ""},
		{"a département with a région's code", func(f *F) { f.Territories = []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "11"}} }, "territories.0.code"},
		{"a région", func(f *F) { f.Territories = []domain.Territory{{Scale: domain.TerritoryRegion, Code: "11"}} }, ""},
		{"a région with a département's code", func(f *F) { f.Territories = []domain.Territory{{Scale: domain.TerritoryRegion, Code: "93"}} }, "territories.0.code"},
		{"the country with a code", func(f *F) { f.Territories = []domain.Territory{{Scale: domain.TerritoryCountry, Code: "FR"}} }, "territories.0.code"},
		{"unknown priority", func(f *F) { f.Priorities = append(f.Priorities, "X") }, "priorities.1"},
		{"a public twice", func(f *F) { f.Publics = append(f.Publics, f.Publics...) }, "publics.1"},
		{"unknown practice", func(f *F) { f.Practices[0] = "" }, "practices.0"},
		{"a partner without a name", func(f *F) { f.Partners[0].Name = "" }, "partners.0.name"},
		{"a partner with an empty activity", func(f *F) { f.Partners[0].Activity = new("") }, "partners.0.activity"},
		{"a partner with an unknown lever", func(f *F) { f.Partners[0].Levers[0] = "X" }, "partners.0.levers.0"},
		{"ten billion", func(f *F) { f.GuardingCostMonthly = new(domain.Amount(10_000_000_000_00)) }, ""},
		{"more than ten billion", func(f *F) { f.GuardingCostMonthly = new(domain.Amount(10_000_000_000_01)) }, "guardingCostMonthly"},
		{"100 partners", func(f *F) { f.Partners = slices.Repeat(f.Partners, 100) }, ""},
		{"101 partners", func(f *F) { f.Partners = slices.Repeat(f.Partners, 101) }, "partners"},
		{"a negative cost", func(f *F) { f.GuardingCostMonthly = new(domain.Amount(-1)) }, "guardingCostMonthly"},
		{"a website of 2,000 bytes", func(f *F) { f.Website = new("https://a.fr/" + strings.Repeat("a", 1_987)) }, ""},
		{"a website of 2,001 bytes", func(f *F) { f.Website = new("https://a.fr/" + strings.Repeat("a", 1_988)) }, "website"},
		{"a website without a scheme", func(f *F) { f.Website = new("www.exemple.fr") }, "website"},
		{"a script for a website", func(f *F) { f.Website = new("javascript:alert(1)") }, "website"},
		{"a website with a password", func(f *F) { f.Website = new("https://exemple.fr:secret@pirate.fr") }, "website"},
		{"a website without a host", func(f *F) { f.Website = new("https://:443/") }, "website"},
		{"a website that isn't UTF-8", func(f *F) { f.Website = new("https://exemple.fr/\xff") }, "website"},
		{"a logo without a text", func(f *F) { f.Logo.AlternativeText = "" }, "logo.alternativeText"},
		{"a logo at no address", func(f *F) { f.Logo.URL = "" }, "logo.url"},
		{"no source", func(f *F) { f.Provenance.Source = "" }, "provenance.source"},
	})
}

func TestSiteMistakes(t *testing.T) {
	type F = domain.SiteFields
	single(t, fullSite, checkSite, []mistake[F]{
		{"no name", func(f *F) { f.Name = "" }, "name"},
		{"an empty street", func(f *F) { f.Street = new("") }, "street"},
		{"unknown commune", func(f *F) { f.CommuneCode = "93200" }, "communeCode"},
		{"beyond the pole", func(f *F) { f.Position.Latitude = 90.1 }, "position.latitude"},
		{"beyond the date line", func(f *F) { f.Position.Longitude = -180.1 }, "position.longitude"},
		{"unknown quality", func(f *F) { f.Position.Quality = "GPS" }, "position.quality"},
		{"unknown standing", func(f *F) { f.PriorityDistrict = domain.PriorityDistrict{Standing: "X"} }, "priorityDistrict.standing"},
		{"the code of nothing", func(f *F) { f.PriorityDistrict.Code = new(domain.QpvCode("93066")) }, "priorityDistrict.code"},
		{"a district outside it", func(f *F) { f.PriorityDistrict.Standing = domain.QpvOutside }, "priorityDistrict.code"},
		{"near a district", func(f *F) { f.PriorityDistrict.Standing = domain.QpvNear }, ""},
		{"unknown interest", func(f *F) { f.NpnruInterest = new(domain.NpnruInterest("X")) }, "npnruInterest"},
		{"negative dwellings", func(f *F) { f.Dwellings.Value = -1 }, "dwellings.value"},
		{"residents twice", func(f *F) { f.ResidentPublics = append(f.ResidentPublics, f.ResidentPublics...) }, "residentPublics.1"},
		{"unknown works", func(f *F) { f.Works[0].Kind = "X" }, "works.0.kind"},
		{"works with an empty label", func(f *F) { f.Works[0].Label = new("") }, "works.0.label"},
		{"works that end before they begin", func(f *F) { f.Works[0].Until = new(*f.Works[0].From - 1) }, "works.0.until"},
		{"works of a day", func(f *F) { f.Works[0].Until = f.Works[0].From }, ""},
		{"an association with an empty name", func(f *F) { f.TenantsAssociation.Name = new("") }, "tenantsAssociation.name"},
		{"the name of none", func(f *F) { f.TenantsAssociation.Exists = false }, "tenantsAssociation.name"},
		{"no association", func(f *F) { f.TenantsAssociation = &domain.TenantsAssociation{} }, ""},
		{"an empty consultation", func(f *F) { f.TenantsAssociation.Consultation = new(" ") }, "tenantsAssociation.consultation"},
		{"unknown support", func(f *F) { f.LocalAuthority.Support = "X" }, "localAuthority.support"},
		{"an empty source of support", func(f *F) { f.LocalAuthority.Source = new("") }, "localAuthority.source"},
		{"unknown visibility", func(f *F) { f.Visibility = "" }, "visibility"},
		{"an empty reference", func(f *F) { f.ExternalRef = new(" ") }, "externalRef"},
		{"an identifier of no register", func(f *F) { f.Identifiers[0].Scheme = "" }, "identifiers.0.scheme"},
		{"an empty identifier", func(f *F) { f.Identifiers[0].Value = "" }, "identifiers.0.value"},
		{"no source", func(f *F) { f.Provenance.Source = "" }, "provenance.source"},
	})
}

func TestSpaceMistakes(t *testing.T) {
	type F = domain.SpaceFields
	slotted := func(n int) domain.Commitment {
		c := fullSpace().Commitments[0]
		c.Slots = slices.Repeat(c.Slots[:1], n)
		return c
	}
	slot := func(f *F) *domain.RecurringSlot { return &f.Availability.OpeningSlots[0] }
	single(t, fullSpace, checkSpace, []mistake[F]{
		{"no label", func(f *F) { f.Label = "" }, "label"},
		{"unknown kind", func(f *F) { f.Kind = "CASTLE" }, "kind"},
		{"a surface of nothing", func(f *F) { f.Surface.MinM2 = new(0.0) }, "surface.minM2"},
		{"a surface of more than 100 ha", func(f *F) { f.Surface.MaxM2 = new(1_000_000.5) }, "surface.maxM2"},
		{"a maximum below the minimum", func(f *F) { f.Surface.MaxM2 = new(59.9) }, "surface.maxM2"},
		{"100 ha", func(f *F) { f.Surface.MaxM2 = new(1_000_000.0) }, ""},
		{"a minimum alone", func(f *F) { f.Surface.MaxM2 = nil }, ""},
		{"a maximum alone", func(f *F) { f.Surface.MinM2 = nil }, ""},
		{"exactly known", func(f *F) { f.Surface.MaxM2 = f.Surface.MinM2 }, ""},
		{"too deep", func(f *F) { f.Floor = new(-11) }, "floor"},
		{"too high", func(f *F) { f.Floor = new(61) }, "floor"},
		{"unknown access", func(f *F) { f.StepFreeAccess = "" }, "stepFreeAccess"},
		{"unknown category", func(f *F) { f.Erp.Category = "6" }, "erp.category"},
		{"unknown type", func(f *F) { f.Erp.Types[0] = "Z" }, "erp.types.0"},
		{"a negative capacity", func(f *F) { f.Capacity = new(-1) }, "capacity"},
		{"a capacity of too many", func(f *F) { f.Capacity = new(100_001) }, "capacity"},
		{"unknown utility", func(f *F) { f.Utilities[0] = "X" }, "utilities.0"},
		{"unknown missing utility", func(f *F) { f.MissingUtilities[0] = "X" }, "missingUtilities.0"},
		{"there and not there", func(f *F) { f.MissingUtilities = append(f.MissingUtilities, f.Utilities...) }, "missingUtilities.1"},
		{"unknown use", func(f *F) { f.ExcludedUses[0] = "X" }, "excludedUses.0"},
		{"works without a word", func(f *F) { f.WorksNeeded.Description = "" }, "worksNeeded.description"},
		{"works that pay", func(f *F) { f.WorksNeeded.EstimatedCost = new(domain.Amount(-1)) }, "worksNeeded.estimatedCost"},
		{"works without time", func(f *F) { f.WorksNeeded.Days = new(-1) }, "worksNeeded.days"},
		{"unknown cause", func(f *F) { f.VacancyCause = "" }, "vacancyCause"},
		{"ends before it begins", func(f *F) { f.Availability.Until = new(*f.Availability.From - 1) }, "availability.until"},
		{"without end, and an end", func(f *F) { f.Availability.OpenEnded = true }, "availability.openEnded"},
		{"an opening by no rule", func(f *F) { slot(f).Rule = "tous les mardis" }, "availability.openingSlots.0.rule"},
		{"an opening of no time", func(f *F) { slot(f).DurationMinutes = 0 }, "availability.openingSlots.0.durationMinutes"},
		{"an opening of more than a day", func(f *F) { slot(f).DurationMinutes = 1441 }, "availability.openingSlots.0.durationMinutes"},
		{"an opening that ends before it begins", func(f *F) { slot(f).Until = new(*slot(f).From - 1) }, "availability.openingSlots.0.until"},
		{"an opening every second week of unknown weeks", func(f *F) { slot(f).From = nil }, "availability.openingSlots.0.from"},
		{"an opening every week", func(f *F) { slot(f).From, slot(f).Rule = nil, "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU" }, ""},
		{"21 openings", func(f *F) { f.Availability.OpeningSlots = slices.Repeat(f.Availability.OpeningSlots, 21) }, "availability.openingSlots"},
		{"unknown form", func(f *F) { f.OccupancyForms[0] = "X" }, "occupancyForms.0"},
		{"francs", func(f *F) { f.Cost.Currency = "FRF" }, "cost.currency"},
		{"unknown basis", func(f *F) { f.Cost.Basis = "PER_DAY" }, "cost.basis"},
		{"a negative rent", func(f *F) { f.Cost.Amount = -1 }, "cost.amount"},
		{"free, for a rent", func(f *F) { f.Cost.Basis = domain.CostFree }, "cost.amount"},
		{"a negative VAT", func(f *F) { f.Cost.VatPercent = new(-0.1) }, "cost.vatPercent"},
		{"no VAT", func(f *F) { f.Cost.VatPercent = new(0.0) }, ""},
		{"a VAT of all", func(f *F) { f.Cost.VatPercent = new(100.0) }, ""},
		{"a VAT of more than all", func(f *F) { f.Cost.VatPercent = new(100.1) }, "cost.vatPercent"},
		{"negative charges", func(f *F) { f.Cost.MonthlyCharges = new(domain.Amount(-1)) }, "cost.monthlyCharges"},
		{"charges on top, and included", func(f *F) { f.Cost.ChargesIncluded = new(true) }, "cost.chargesIncluded"},
		{"charges on top, or not", func(f *F) { f.Cost.ChargesIncluded = nil }, "cost.chargesIncluded"},
		{"unknown commitment", func(f *F) { f.Commitments[0].Kind = "X" }, "commitments.0.kind"},
		{"a commitment that ends before it begins", func(f *F) { f.Commitments[0].Until = new(*f.Commitments[0].From - 1) }, "commitments.0.until"},
		{"40 slots taken in all", func(f *F) { f.Commitments = []domain.Commitment{slotted(20), slotted(19), slotted(1)} }, ""},
		{"41 slots taken in all", func(f *F) { f.Commitments = []domain.Commitment{slotted(20), slotted(20), slotted(1)} }, "commitments"},
		{"a commitment by no rule", func(f *F) { f.Commitments[0].Slots[0].Rule = "" }, "commitments.0.slots.0.rule"},
		{"a commitment every second week of unknown weeks", func(f *F) { f.Commitments[0].Slots[0].From = nil }, ""}, // it takes them all
		{"unknown visibility", func(f *F) { f.Visibility = "SECRET" }, "visibility"},
		{"an empty reference", func(f *F) { f.ExternalRef = new("") }, "externalRef"},
		{"no source", func(f *F) { f.Provenance.Source = "" }, "provenance.source"},
	})
}

func TestProjectMistakes(t *testing.T) {
	type F = domain.ProjectFields
	single(t, fullProject, checkProject, []mistake[F]{
		{"a slug with capitals", func(f *F) { f.Slug = "VRAC" }, "slug"},
		{"a slug with accents", func(f *F) { f.Slug = "étoiles" }, "slug"},
		{"a slug that ends with a hyphen", func(f *F) { f.Slug = "vrac-" }, "slug"},
		{"a slug of two lines", func(f *F) { f.Slug = "vrac\n" }, "slug"},
		{"a slug of 80 characters", func(f *F) { f.Slug = strings.Repeat("a", 80) }, ""},
		{"a slug of 81 characters", func(f *F) { f.Slug = strings.Repeat("a", 81) }, "slug"},
		{"an alias with spaces", func(f *F) { f.Aliases[0] = "vrac france" }, "aliases.0"},
		{"no name", func(f *F) { f.Name = "" }, "name"},
		{"no summary", func(f *F) { f.Summary = "\n" }, "summary"},
		{"a summary of lines and tabs", func(f *F) { f.Summary = "a\r\n\tb" }, ""},
		{"a summary with a bell", func(f *F) { f.Summary = "a\a" }, "summary"},
		{"a summary of 4,001 characters", func(f *F) { f.Summary = strings.Repeat("é", 4_001) }, "summary"},
		{"a website of no scheme", func(f *F) { f.Website = new("exemple.fr") }, "website"},
		{"an image at no address", func(f *F) { f.Image.URL = "" }, "image.url"},
		{"an address to write to", func(f *F) { f.ContactURL = new("mailto:nous@exemple.fr") }, "contactUrl"},
		{"a holder without a name", func(f *F) { f.Holder.Name = "" }, "holder.name"},
		{"a SIREN with a wrong digit", func(f *F) { f.Holder.Siren, f.Holder.Siret = new(domain.Siren("732829321")), nil }, "holder.siren"},
		{"a SIRET with a wrong digit", func(f *F) { f.Holder.Siret = new(domain.Siret("73282932000075")) }, "holder.siret"},
		{"another's SIRET", func(f *F) { f.Holder.Siret = new(domain.Siret("35600000000048")) }, "holder.siret"},
		{"a SIRET alone", func(f *F) { f.Holder.Siren = nil }, ""},
		{"an RNA of another form", func(f *F) { f.Holder.Rna = new("691085512") }, "holder.rna"},
		{"an award of nobody", func(f *F) { f.Awards[0].Programme = "" }, "awards.0.programme"},
		{"an award of 1900", func(f *F) { f.Awards[0].Year = new(1900) }, ""},
		{"a foreseen award", func(f *F) { f.Awards[0].Year = new(2200) }, ""},
		{"an award of two digits", func(f *F) { f.Awards[0].Year = new(17) }, "awards.0.year"},
		{"unknown stage", func(f *F) { f.Stage = "" }, "stage"},
		{"no domain", func(f *F) { f.Domains = nil }, "domains"},
		{"unknown domain", func(f *F) { f.Domains[0] = "FOOD" }, "domains.0"},
		{"no public", func(f *F) { f.Publics = nil }, "publics"},
		{"unknown public", func(f *F) { f.Publics[0] = "X" }, "publics.0"},
		{"an empty tag", func(f *F) { f.Tags[0] = "" }, "tags.0"},
		{"a footprint nowhere", func(f *F) { f.Footprint[0].Code = "" }, "footprint.0.code"},
		{"unknown approval", func(f *F) { f.Approvals[0].Kind = "X" }, "approvals.0.kind"},
		{"a reference without a label", func(f *F) { f.References[0].Label = "" }, "references.0.label"},
		{"a reference to a nameless landlord", func(f *F) { f.References[0].LandlordName = new("") }, "references.0.landlordName"},
		{"a reference of long ago", func(f *F) { f.References[0].Year = new(1899) }, "references.0.year"},
		{"a reference to a nameless place", func(f *F) { f.References[0].Place = new("") }, "references.0.place"},
		{"unknown activity", func(f *F) { f.Activities[0] = "X" }, "activities.0"},
		{"an empty list of activities", func(f *F) { f.Activities = []domain.Activity{} }, "activities"},
		{"unknown activities", func(f *F) { f.Activities = nil }, ""},
		{"a lever twice", func(f *F) { f.Levers = append(f.Levers, f.Levers...) }, "levers.1"},
		{"an empty list of levers", func(f *F) { f.Levers = []domain.ProcurementLever{} }, "levers"},
		{"unknown levers", func(f *F) { f.Levers = nil }, ""},
		{"a negative capacity", func(f *F) { f.Capacity.HoursPerWeek = new(-1) }, "capacity.hoursPerWeek"},
		{"no capacity", func(f *F) { f.Capacity.HoursPerWeek = new(0) }, ""},
		{"a capacity of too many", func(f *F) { f.Capacity.HoursPerWeek = new(10_001) }, "capacity.hoursPerWeek"},
		{"unknown capacity", func(f *F) { f.Capacity = nil }, ""},
		{"no source", func(f *F) { f.Provenance.Source = "" }, "provenance.source"},
	})
}

func TestLandlordNeedMistakes(t *testing.T) {
	type F = domain.LandlordNeedFields
	single(t, fullLandlordNeed, checkLandlordNeed, []mistake[F]{
		{"no title", func(f *F) { f.Title = "" }, "title"},
		{"an empty description", func(f *F) { f.Description = new("") }, "description"},
		{"no domain", func(f *F) { f.Domains = nil }, "domains"},
		{"unknown domain", func(f *F) { f.Domains[0] = "FOOD" }, "domains.0"},
		{"a public twice", func(f *F) { f.Publics = append(f.Publics, f.Publics...) }, "publics.1"},
		{"unknown publics", func(f *F) { f.Publics = nil }, ""},
		{"unknown activity", func(f *F) { f.Activity = "" }, "activity"},
		{"nowhere", func(f *F) { f.Sites, f.Territories = nil, nil }, "territories"},
		{"a site alone", func(f *F) { f.Territories = nil }, ""},
		{"a territory alone", func(f *F) { f.Sites = nil }, ""},
		{"a postal code", func(f *F) { f.Territories[0].Code = "93200" }, "territories.0.code"},
		{"unknown timing", func(f *F) { f.Timing.Kind, f.Timing.Slots = "OFTEN", nil }, "timing.kind"},
		{"ends before it begins", func(f *F) { f.Timing.From = new(*f.Timing.Until + 1) }, "timing.until"},
		{"a day", func(f *F) { f.Timing.From = f.Timing.Until }, ""},
		{"any time", func(f *F) { f.Timing.From, f.Timing.Until, f.Timing.Slots = nil, nil, nil }, ""},
		{"slots of a one-off need", func(f *F) { f.Timing.Kind = domain.TimingOneOff }, "timing.slots"},
		{"slots of a lasting need", func(f *F) { f.Timing.Kind = domain.TimingLasting }, "timing.slots"},
		{"a one-off need", func(f *F) { f.Timing.Kind, f.Timing.Slots = domain.TimingOneOff, nil }, ""},
		{"a slot by no rule", func(f *F) { f.Timing.Slots[0].Rule = "" }, "timing.slots.0.rule"},
		{"no hours", func(f *F) { f.Volume.HoursPerWeek = new(0) }, "volume.hoursPerWeek"},
		{"10,000 hours", func(f *F) { f.Volume.HoursPerWeek = new(10_000) }, ""},
		{"10,001 hours", func(f *F) { f.Volume.HoursPerWeek = new(10_001) }, "volume.hoursPerWeek"},
		{"nobody served", func(f *F) { f.Volume.Beneficiaries = new(0) }, "volume.beneficiaries"},
		{"unknown volume", func(f *F) { f.Volume = domain.LandlordNeedVolume{} }, ""},
		{"unknown lever", func(f *F) { f.Levers[0] = "X" }, "levers.0"},
		{"unknown levers", func(f *F) { f.Levers = nil }, ""},
		{"a negative budget", func(f *F) { f.Budget.Amount = -1 }, "budget.amount"},
		{"a budget of nothing", func(f *F) { f.Budget.Amount = 0 }, ""},
		{"unknown basis", func(f *F) { f.Budget.Basis = "PER_DAY" }, "budget.basis"},
		{"an answer after its end", func(f *F) { f.AnswerBy = new(*f.Timing.Until + 1) }, "answerBy"},
		{"an answer on its last day", func(f *F) { f.AnswerBy = f.Timing.Until }, ""},
		{"an answer by a day of what has no end", func(f *F) { f.Timing.Until = nil }, ""},
		{"unknown visibility", func(f *F) { f.Visibility = "" }, "visibility"},
		{"an empty reference", func(f *F) { f.ExternalRef = new(" ") }, "externalRef"},
		{"no source", func(f *F) { f.Provenance.Source = "" }, "provenance.source"},
	})
}

func TestAnswerableOn(t *testing.T) {
	n := domain.LandlordNeed{}
	if !n.AnswerableOn(day(t, "2200-01-01")) {
		t.Error("what has no last day can always be answered")
	}
	n.AnswerBy = new(day(t, "2026-09-30"))
	if !n.AnswerableOn(*n.AnswerBy) || n.AnswerableOn(*n.AnswerBy+1) {
		t.Error("the last day is included")
	}
}

func TestNeedMistakes(t *testing.T) {
	type F = domain.NeedFields
	single(t, fullNeed, checkNeed, []mistake[F]{
		{"no label", func(f *F) { f.Label = "" }, "label"},
		{"an empty description", func(f *F) { f.Description = new("") }, "description"},
		{"no place", func(f *F) { f.PlacesWanted = 0 }, "placesWanted"},
		{"too many places", func(f *F) { f.PlacesWanted = 1_001 }, "placesWanted"},
		{"no kind", func(f *F) { f.SpaceKinds = nil }, "spaceKinds"},
		{"unknown kind", func(f *F) { f.SpaceKinds[0] = "X" }, "spaceKinds.0"},
		{"unknown activity", func(f *F) { f.Activity = "" }, "activity"},
		{"a negative surface", func(f *F) { f.Surface.MinM2 = new(-1.0) }, "surface.minM2"},
		{"unknown use", func(f *F) { f.Use = domain.UsePattern{Kind: "X"} }, "use.kind"},
		{"continuous slots", func(f *F) { f.Use.Kind, f.Use.SlotsNeeded = domain.UseContinuous, nil }, "use.slots"},
		{"a number of slots of a continuous use", func(f *F) { f.Use.Kind, f.Use.Slots = domain.UseContinuous, nil }, "use.slotsNeeded"},
		{"no slot", func(f *F) { f.Use.Slots = nil }, "use.slots"},
		{"no slot needed", func(f *F) { f.Use.SlotsNeeded = new(0) }, "use.slotsNeeded"},
		{"more slots needed than given", func(f *F) { f.Use.SlotsNeeded = new(2) }, "use.slotsNeeded"},
		{"all slots needed", func(f *F) { f.Use.SlotsNeeded = nil }, ""},
		{"a slot every second week of any weeks", func(f *F) { f.Use.Slots[0].From = nil }, ""},
		{"a slot by no rule", func(f *F) { f.Use.Slots[0].Rule = "" }, "use.slots.0.rule"},
		{"the latest start before the earliest", func(f *F) { f.Start.Latest = new(*f.Start.Earliest - 1) }, "start.latest"},
		{"a start on one day", func(f *F) { f.Start.Latest = f.Start.Earliest }, ""},
		{"an earliest start alone", func(f *F) { f.Start.Latest = nil }, ""},
		{"a latest start alone", func(f *F) { f.Start.Earliest = nil }, ""},
		{"no duration", func(f *F) { f.Duration = domain.NeedDuration{} }, "duration.minMonths"},
		{"an exact duration", func(f *F) { f.Duration.MaxMonths = new(12) }, ""},
		{"99 years at most", func(f *F) { f.Duration.MaxMonths = new(1188) }, ""},
		{"a maximum below the minimum", func(f *F) { f.Duration.MaxMonths = new(11) }, "duration.maxMonths"},
		{"more than 99 years", func(f *F) { f.Duration.MaxMonths = new(1189) }, "duration.maxMonths"},
		{"slots for ten years", func(f *F) { f.Duration = domain.NeedDuration{MinMonths: 120} }, ""},
		{"slots for longer", func(f *F) { f.Duration = domain.NeedDuration{MinMonths: 121} }, "duration.minMonths"},
		{"a negative time to fit out", func(f *F) { f.FitOutDays = -1 }, "fitOutDays"},
		{"more than ten years to fit out", func(f *F) { f.FitOutDays = 3_651 }, "fitOutDays"},
		{"nowhere", func(f *F) { f.Territories = nil }, "territories"},
		{"unknown territory", func(f *F) { f.Territories[0].Code = "93200" }, "territories.0.code"},
		{"unknown ERP type", func(f *F) { f.PublicReception.ErpTypes[0] = "Z" }, "publicReception.erpTypes.0"},
		{"nobody comes", func(f *F) { f.PublicReception.Headcount = 0 }, "publicReception.headcount"},
		{"unknown utility", func(f *F) { f.Utilities[0] = "X" }, "utilities.0"},
		{"a negative budget", func(f *F) { f.Budget.MonthlyCeiling = -1 }, "budget.monthlyCeiling"},
		{"nothing to pay", func(f *F) { f.Budget.MonthlyCeiling = 0 }, ""},
		{"unknown form", func(f *F) { f.OccupancyForms[0] = "X" }, "occupancyForms.0"},
		{"no source", func(f *F) { f.Provenance.Source = "" }, "provenance.source"},
	})
	single(t, leastNeed, checkNeed, []mistake[F]{
		{"a continuous use of 99 years", func(f *F) { f.Duration.MinMonths = 1188 }, ""},
		{"a continuous use of longer", func(f *F) { f.Duration.MinMonths = 1189 }, "duration.minMonths"},
	})
}

// A long list is refused as a whole, whatever is wrong with its items.
func TestLongListsAreRefusedAsAWhole(t *testing.T) {
	f := leastSpace()
	f.Utilities = []domain.SpaceUtility{domain.UtilityWater}
	f.MissingUtilities = slices.Repeat(f.Utilities, 10_000)
	f.Availability.OpeningSlots = slices.Repeat([]domain.RecurringSlot{{Rule: "FREQ=WEEKLY;INTERVAL=2", DurationMinutes: 1}}, 10_000)
	if got, want := problemsOf(t, f, checkSpace), []string{"missingUtilities", "availability.openingSlots"}; !slices.Equal(got, want) {
		t.Errorf("%d problems, the first at %.100q, want %q", len(got), got, want)
	}
}

// A French reader knows from the French part alone what to do.
func TestRuleRefusalInFrench(t *testing.T) {
	f := fullSpace()
	f.Availability.OpeningSlots[0].Rule = "tous les mardis"
	p := &domain.Problems{Root: []string{"input", "space"}}
	checkSpace(f, p)
	refusals := domain.AsRefusals(p.Err())
	if len(refusals) != 1 {
		t.Fatalf("%v", p.Err())
	}
	const want = "règle de récurrence refusée : écrivez-la selon la RFC 5545, par exemple FREQ=WEEKLY;BYDAY=TU ; l'heure et les dates ont leurs propres champs. Motif, en anglais : « FREQ is missing »"
	if got := refusals[0].Say(domain.French); got != want {
		t.Errorf("%s", got)
	}
	if got := refusals[0].Error(); !strings.HasPrefix(got, "input.space.availability.openingSlots.0.rule: recurrence rule refused: FREQ is missing. ") {
		t.Errorf("%s", got)
	}
}

// All that is wrong is said at once, in the order of the fields, each time.
func TestAllProblemsInOrder(t *testing.T) {
	first := problemsOf(t, domain.SpaceFields{}, checkSpace)
	if want := []string{"label", "kind", "stepFreeAccess", "erp.category", "vacancyCause", "visibility"}; !slices.Equal(first, want) {
		t.Errorf("%q, want %q", first, want)
	}
	if got, want := problemsOf(t, domain.SiteFields{}, checkSite), []string{"name", "communeCode", "priorityDistrict.standing", "visibility"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := problemsOf(t, domain.LandlordFields{}, checkLandlord), []string{"name", "kind"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := problemsOf(t, domain.ProjectFields{}, checkProject), []string{"slug", "name", "summary", "holder.name", "stage", "domains", "publics"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := problemsOf(t, domain.NeedFields{}, checkNeed), []string{"label", "placesWanted", "spaceKinds", "activity", "use.kind", "duration.minMonths", "territories"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for range 20 {
		if again := problemsOf(t, domain.SpaceFields{}, checkSpace); !slices.Equal(again, first) {
			t.Fatalf("%q, then %q", first, again)
		}
	}
}

// Whatever a file or a client puts into any field, it is bounded: each string,
// number and list in turn is made absurd, and must be refused by its own name.
func TestEveryValueIsBounded(t *testing.T) {
	t.Run("landlord", func(t *testing.T) { bounded(t, fullLandlord, checkLandlord, "groupID") }) // looked up by the hub
	t.Run("site", func(t *testing.T) { bounded(t, fullSite, checkSite) })
	t.Run("space", func(t *testing.T) { bounded(t, fullSpace, checkSpace) })
	t.Run("project", func(t *testing.T) { bounded(t, fullProject, checkProject) })
	t.Run("need", func(t *testing.T) { bounded(t, fullNeed, checkNeed) })
	t.Run("landlord's need", func(t *testing.T) { bounded(t, fullLandlordNeed, checkLandlordNeed, "sites.0") }) // looked up by the hub
}

func bounded[F any](t *testing.T, full func() F, check func(F, *domain.Problems), except ...string) {
	f, tried := full(), 0
	var visit func(v reflect.Value, path string)
	visit = func(v reflect.Value, path string) {
		if slices.Contains(except, path) {
			return
		}
		below := func(part string) string { return strings.TrimPrefix(path+"."+part, ".") }
		var absurd []reflect.Value
		as := func(value any) { absurd = append(absurd, reflect.ValueOf(value).Convert(v.Type())) }
		switch v.Interface().(type) {
		case domain.Date, domain.TimeOfDay:
			return // bounded as they are read
		}
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() {
				t.Fatalf("%s is nil: the fixture must fill it", path)
			}
			visit(v.Elem(), path)
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).Tag.Get("bson") == "-" {
					continue // worked out, never stated
				}
				name := v.Type().Field(i).Name
				visit(v.Field(i), below(strings.ToLower(name[:1])+name[1:]))
			}
		case reflect.Slice:
			if v.Len() == 0 {
				t.Fatalf("%s is empty: the fixture must fill it", path)
			}
			visit(v.Index(0), below("0"))
			long := reflect.MakeSlice(v.Type(), 0, 10_000)
			for range 10_000 {
				long = reflect.Append(long, v.Index(0))
			}
			absurd = append(absurd, long)
		case reflect.String:
			as(strings.Repeat("é", 10_000))
			as("\x00")
			as("a\xff")
		case reflect.Int, reflect.Int64:
			as(math.MaxInt)
			as(math.MinInt)
		case reflect.Float64:
			as(math.NaN())
			as(math.Inf(1))
			as(math.Inf(-1))
		case reflect.Bool:
		default:
			t.Fatalf("%s is a %s: say how it is bounded", path, v.Type())
		}
		was := reflect.New(v.Type()).Elem()
		was.Set(v)
		for _, value := range absurd {
			tried++
			v.Set(value)
			paths := problemsOf(t, f, check)
			named := slices.ContainsFunc(paths, func(p string) bool { return strings.EqualFold(p, path) })
			if !named || len(paths) > 3 {
				t.Errorf("%s = %.20s…: %d problems, at %.200s", path, fmt.Sprintf("%q", value), len(paths), paths)
			}
		}
		v.Set(was)
	}
	visit(reflect.ValueOf(&f).Elem(), "")
	if paths := problemsOf(t, f, check); paths != nil || tried < 20 {
		t.Errorf("%d values tried; left with %v", tried, paths)
	}
}
