package apitest

import (
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
)

// Village is a small hub for scripts: a group with a subsidiary, an unrelated
// landlord, one that is still a draft, two projects and one that is a draft,
// and records in the states that matter. IDs are by the names below.
type Village struct {
	*Server
	IDs map[string]string
}

// NewVillage starts one that trusts some documents.
func NewVillage(t testing.TB, trusted ...string) Village {
	t.Helper()
	return VillageOn(t, New(t, trusted...))
}

// VillageOn makes one of an empty hub.
func VillageOn(t testing.TB, on *Server) Village {
	t.Helper()
	v := Village{on, make(map[string]string)}
	landlord := func(name string, f domain.LandlordFields, publish bool) domain.LandlordID {
		id := Do[domain.LandlordID](t, v.Server, hub.RegisterLandlord{Landlord: f, Publish: publish})
		v.IDs[name] = string(id)
		return id
	}
	site := func(name string, of domain.LandlordID, f domain.SiteFields, publish bool) domain.LandlordSiteRef {
		owner := domain.ID(of)
		id := Do[domain.ID](t, v.Server, hub.RegisterSite{LandlordID: &owner, Site: f, Publish: publish})
		v.IDs[name] = string(id)
		return domain.LandlordSiteRef{ID: &id}
	}
	space := func(name string, of domain.LandlordSiteRef, f domain.SpaceFields, publish bool) {
		v.IDs[name] = Do[string](t, v.Server, hub.RegisterSpace{Site: of, Space: f, Publish: publish})
	}
	project := func(name string, f domain.ProjectFields, publish bool) domain.ID {
		id := Do[domain.ID](t, v.Server, hub.RegisterProject{Project: f, Publish: publish})
		v.IDs[name] = string(id)
		return id
	}
	need := func(name string, of domain.ID, f domain.NeedFields, publish bool) {
		v.IDs[name] = Do[string](t, v.Server, hub.RegisterNeed{ProjectID: &of, Need: f, Publish: publish})
	}

	wanted := func(name string, of domain.LandlordID, f domain.StatedLandlordNeed, publish bool) {
		owner := domain.ID(of)
		v.IDs[name] = Do[string](t, v.Server, hub.RegisterLandlordNeed{LandlordID: &owner, Need: f, Publish: publish})
	}

	group := landlord("group", LandlordFields("Groupe des Monts"), true)
	branch := LandlordFields("Monts Habitat")
	branch.GroupID, branch.Siren = &group, new(domain.Siren("000001016"))
	monts := landlord("monts", branch, true)
	plaine := landlord("plaine", LandlordFields("Plaine Habitat"), true)
	bientot := landlord("bientot", LandlordFields("Bientôt Habitat"), false)

	hill := SiteFields("Résidence de la colline", "93066", "S-1")
	hill.Street = new("1 rue des Exemples")
	hill.Position = &domain.Position{Latitude: 48.9362, Longitude: 2.3574, Quality: domain.PositionAddress}
	hill.LocalAuthority = &domain.LocalAuthority{Support: domain.SupportSupportive}
	colline := site("colline", monts, hill, true)
	space("salle", colline, SpaceFields("Salle commune", domain.VisibilityPublic, "L-1"), true)
	space("loge", colline, SpaceFields("Loge", domain.VisibilityNetwork, "L-2"), true)
	space("cave", colline, SpaceFields("Cave", domain.VisibilityPrivate, "L-3"), true)
	space("brouillon", colline, SpaceFields("Local à visiter", domain.VisibilityPublic, "L-4"), false)
	chantier := site("chantier", monts, SiteFields("Résidence du chantier", "94028", "S-2"), false)
	space("grange", site("pre", plaine, SiteFields("Le pré", "74010", "S-1"), true),
		SpaceFields("Grange", domain.VisibilityPrivate, "L-1"), true)
	space("futur", site("terrain", bientot, SiteFields("Terrain", "74010", "S-1"), true),
		SpaceFields("Futur local", domain.VisibilityPublic, "L-1"), true)

	shopping := LandlordNeedFields("Porter les courses", domain.VisibilityPublic, "N-1")
	shopping.Sites, shopping.Territories = []domain.LandlordSiteRef{colline, chantier}, nil
	shopping.Budget = &domain.LandlordNeedBudget{Amount: 90_000, Basis: domain.BudgetTotal}
	wanted("courses", monts, shopping, true)
	wanted("mediation", monts, LandlordNeedFields("De la médiation", domain.VisibilityNetwork, "N-2"), true)
	wanted("confidence", monts, LandlordNeedFields("Une étude", domain.VisibilityPrivate, "N-3"), true)
	wanted("idee", monts, LandlordNeedFields("Une idée", domain.VisibilityPublic, "N-4"), false)
	wanted("fleurs", plaine, LandlordNeedFields("Des fleurs", domain.VisibilityPrivate, "N-1"), true)
	wanted("projet", bientot, LandlordNeedFields("Un projet", domain.VisibilityPublic, "N-1"), true)

	cantine := project("cantine", ProjectFields("cantine", "La cantine"), true)
	budget := NeedFields("Une salle pour cuisiner")
	budget.Budget = &domain.HostingBudget{MonthlyCeiling: 30_000}
	need("cuisine", cantine, budget, true)
	need("reve", cantine, NeedFields("Une salle dont on rêve"), false)
	need("theatre", project("scene", ProjectFields("scene", "La scène"), true), NeedFields("Une scène"), true)
	need("jardin", project("semis", ProjectFields("semis", "Les semis"), false), NeedFields("Un jardin"), true)
	return v
}

// Viewer is one of STAFF, OBSERVER and PUBLIC, or the name of a landlord or a
// project; false when there is none.
func (v Village) Viewer(name string) (domain.Viewer, bool) {
	for _, known := range []domain.Viewer{Staff, Observer, Anonymous} {
		if name == string(known.Role) {
			return known, true
		}
	}
	switch id := domain.ID(v.IDs[name]); id.Kind() {
	case domain.KindLandlord:
		return Landlord(domain.LandlordID(id)), true
	case domain.KindProject:
		return Project(domain.ProjectID(id)), true
	}
	return domain.Viewer{}, false
}

// The least that each kind of record states, for tests that build on it.

// LandlordFields of a landlord with this name.
func LandlordFields(name string) domain.LandlordFields {
	return domain.LandlordFields{Name: name, Kind: domain.LandlordKindOph}
}

// SiteFields of a public site.
func SiteFields(name string, commune domain.InseeCode, ref string) domain.SiteFields {
	return domain.SiteFields{Name: name, CommuneCode: commune, Visibility: domain.VisibilityPublic, ExternalRef: &ref,
		PriorityDistrict: domain.PriorityDistrict{Standing: domain.QpvUnknown}}
}

// SpaceFields of a residents' room of 60 m², available since 2026.
func SpaceFields(label string, v domain.Visibility, ref string) domain.SpaceFields {
	return domain.SpaceFields{Label: label, Kind: domain.SpaceKindCollectiveRoom, Visibility: v, ExternalRef: &ref,
		Surface:        domain.SurfaceRange{MinM2: new(60.0), MaxM2: new(60.0)},
		StepFreeAccess: domain.AccessUnknown, VacancyCause: domain.VacancyUnlet,
		Erp:          domain.SpaceErp{Category: domain.CategoryUnknown},
		Availability: domain.SpaceAvailability{From: new(domain.NewDate(2026, 1, 1)), OpenEnded: true}}
}

// ProjectFields of a project with this slug.
func ProjectFields(slug, name string) domain.ProjectFields {
	return domain.ProjectFields{Slug: slug, Name: name, Summary: "Ce que fait le projet.",
		Holder: domain.ProjectHolder{Name: name}, Stage: domain.StageScaling,
		Domains: []domain.InnovationDomain{domain.DomainSocialAnimation}, Publics: []domain.TargetPublic{domain.PublicAll}}
}

// NeedFields of a need of a residents' room, anywhere in the country.
func NeedFields(label string) domain.NeedFields {
	return domain.NeedFields{Label: label, PlacesWanted: 1, Activity: domain.ActivityCooking,
		SpaceKinds:  []domain.SpaceKind{domain.SpaceKindCollectiveRoom},
		Use:         domain.UsePattern{Kind: domain.UseContinuous},
		Duration:    domain.NeedDuration{MinMonths: 12},
		Territories: []domain.Territory{{Scale: domain.TerritoryCountry}}}
}

// LandlordNeedFields of a lasting need, in the Seine-Saint-Denis.
func LandlordNeedFields(title string, v domain.Visibility, ref string) domain.StatedLandlordNeed {
	return domain.StatedLandlordNeed{LandlordNeedFields: domain.LandlordNeedFields{
		Title: title, Visibility: v, ExternalRef: &ref, Activity: domain.ActivityMediation,
		Domains:     []domain.InnovationDomain{domain.DomainSocialAnimation},
		Timing:      domain.LandlordNeedTiming{Kind: domain.TimingLasting},
		Territories: []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "93"}}}}
}
