package match

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// engineOf answers by the rules of a kind of match.
func engineOf(t testing.TB, kind domain.RulesetKind, confidential bool) *Engine {
	t.Helper()
	r, ok := RulesetNamed(kind, "2026-11")
	if !ok {
		t.Fatalf("no ruleset %s 2026-11", kind)
	}
	return NewEngine(atlas(t), r, today, confidential)
}

// confluent is a landlord of Lyon that suits caracol, with a site in
// Villeurbanne and two spaces that the need could ask for.
func confluent() LandlordCandidate {
	l := landlord()
	l.Territories = []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "69"}}
	l.Publics = []domain.TargetPublic{domain.PublicStudents, domain.PublicJobSeekers}
	return LandlordCandidate{Landlord: l, Sites: []*domain.LandlordSite{building().Site}, Spaces: ref(2)}
}

// shopping is a landlord's need: carrying shopping while the lift is out, two
// hours a day for a month, at the site of Villeurbanne.
func shopping() ProjectSubject {
	return ProjectSubject{
		Need: &domain.LandlordNeed{
			ID: "lnd_shopping", LandlordID: "lld_test", Record: published,
			LandlordNeedFields: domain.LandlordNeedFields{
				Title:    "Portage de courses pendant la panne",
				Domains:  []domain.InnovationDomain{domain.DomainSocialAnimation, domain.DomainInclusion},
				Publics:  []domain.TargetPublic{domain.PublicSeniors, domain.PublicDisabledPeople, domain.PublicHlmTenants},
				Activity: domain.ActivityShoppingHelp,
				Sites:    []domain.SiteID{"sit_villeurbanne"},
				Timing:   domain.LandlordNeedTiming{Kind: domain.TimingRecurring, From: on("2026-12-01"), Until: on("2026-12-31")},
				Volume:   domain.LandlordNeedVolume{HoursPerWeek: ref(14), Beneficiaries: ref(30)},
				Levers:   []domain.ProcurementLever{domain.LeverMicroContract, domain.LeverSubsidy},
				Budget:   &domain.LandlordNeedBudget{Amount: 150_000, Basis: domain.BudgetTotal},
				AnswerBy: on("2026-11-30"),
			},
		},
		Landlord: landlord(),
		Sites:    []*domain.LandlordSite{building().Site},
	}
}

// neighbours is a project of Lyon that carries shopping.
func neighbours() ProjectCandidate {
	return ProjectCandidate{Project: &domain.InnovationProject{
		ID: "prj_neighbours", Record: published,
		ProjectFields: domain.ProjectFields{
			Slug: "voisins", Name: "Voisins solidaires", Stage: domain.StageScaling,
			Domains:   []domain.InnovationDomain{domain.DomainSocialAnimation},
			Publics:   []domain.TargetPublic{domain.PublicSeniors, domain.PublicHlmTenants},
			Footprint: []domain.Territory{{Scale: domain.TerritoryCommune, Code: string(lyon)}, {Scale: domain.TerritoryDepartement, Code: "69"}},
			References: []domain.PlacementReference{
				{Label: "Permanence", LandlordName: ref("HABITAT DU CONFLUENT"), HlmLandlord: true},
				{Label: "Local partagé", LandlordName: ref("Autre bailleur"), HlmLandlord: true}},
			Activities: []domain.Activity{domain.ActivityShoppingHelp, domain.ActivityHomeVisits},
			Levers:     []domain.ProcurementLever{domain.LeverSubsidy, domain.LeverReservedEss},
			Capacity:   &domain.ProjectCapacity{HoursPerWeek: ref(21), From: on("2026-12-07")},
			Provenance: &domain.Provenance{Source: "Fiche du projet", AsOf: on("2026-10-15")},
		},
	}}
}

// TestGoldenKinds keeps whole matches of the other kinds as people read them, as
// TestGolden does.
func TestGoldenKinds(t *testing.T) {
	landlords := func(s Subject, c LandlordCandidate, confidential bool) Explanation {
		return engineOf(t, domain.RulesetLandlord, confidential).PrepareLandlords(s).Explain(c)
	}
	projects := func(s ProjectSubject, c ProjectCandidate) Explanation {
		return engineOf(t, domain.RulesetProject, true).PrepareProjects(s).Explain(c)
	}
	for name, explain := range map[string]func() Explanation{
		"landlord-caracol": func() Explanation { return landlords(caracol(), confluent(), true) },
		"landlord-caracol-seen-by-the-public": func() Explanation {
			return landlords(caracol(), confluent(), false)
		},
		"landlord-cold-start": func() Explanation {
			c := confluent() // all that a hub without spaces knows
			c.Sites, c.Spaces = nil, nil
			return landlords(vrac(), c, true)
		},
		"landlord-near-miss": func() Explanation {
			c := confluent()
			c.Sites, c.Landlord.Territories = nil, []domain.Territory{{Scale: domain.TerritoryCommune, Code: "38185"}} // Grenoble
			return landlords(caracol(), c, true)
		},
		"landlord-hardly-known": func() Explanation {
			return landlords(caracol(), LandlordCandidate{Landlord: &domain.Landlord{ID: "lld_new", Record: published,
				LandlordFields: domain.LandlordFields{Name: "Nouveau", Kind: domain.LandlordKindEsh}}}, true)
		},
		"project-shopping": func() Explanation { return projects(shopping(), neighbours()) },
		"project-near-miss": func() Explanation {
			c := neighbours()
			c.Project.Capacity.HoursPerWeek = ref(10)
			return projects(shopping(), c)
		},
		"project-hardly-known": func() Explanation {
			s, c := shopping(), neighbours()
			c.Project.ProjectFields = domain.ProjectFields{Slug: "voisins", Name: "Voisins", Domains: c.Project.Domains, Publics: c.Project.Publics}
			s.Need.Levers, s.Need.Publics = nil, nil
			return projects(s, c)
		},
		"project-all-wrong": func() Explanation {
			s, c := shopping(), neighbours()
			s.Need.AnswerBy = on("2026-11-01")
			c.Project.Activities, c.Project.Levers = []domain.Activity{domain.ActivityArts}, []domain.ProcurementLever{domain.LeverLots}
			c.Project.Footprint, c.Project.Capacity.HoursPerWeek = []domain.Territory{{Scale: domain.TerritoryRegion, Code: "11"}}, ref(0)
			c.Project.Publics, c.Project.Domains = []domain.TargetPublic{domain.PublicYouth}, []domain.InnovationDomain{domain.DomainCulture}
			c.Project.References, c.Project.State = []domain.PlacementReference{}, domain.PublicationDraft
			return projects(s, c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := explain()
			recompute(t, x)
			got, file := render(x), filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs:\n%s", file, got)
			}
		})
	}
}

// kindCase is a ruleCase of another kind of match.
type kindCase[S, C any] struct {
	name   string
	change func(*S, *C)
	want   string
}

func runKindCases[S, C any](t *testing.T, code domain.CriterionCode, subject func() S, candidate func() C, explain func(S, C) Explanation, cases []kindCase[S, C]) {
	t.Helper()
	t.Run(string(code), func(t *testing.T) {
		for _, tc := range cases {
			t.Run(tc.name, func(t *testing.T) {
				s, c := subject(), candidate()
				if tc.change != nil {
					tc.change(&s, &c)
				}
				if got := answer(explain(s, c), code); got != tc.want {
					t.Errorf("%s answers %s, want %s", code, got, tc.want)
				}
			})
		}
	})
}

func TestLandlordCriteria(t *testing.T) {
	type landlordCase = kindCase[Subject, LandlordCandidate]
	e := engineOf(t, domain.RulesetLandlord, true)
	run := func(code domain.CriterionCode, cases ...landlordCase) {
		t.Helper()
		runKindCases(t, code, caracol, confluent, func(s Subject, c LandlordCandidate) Explanation { return e.PrepareLandlords(s).Explain(c) }, cases)
	}
	at := func(ts ...domain.Territory) func(*Subject, *LandlordCandidate) {
		return func(_ *Subject, c *LandlordCandidate) { c.Sites, c.Landlord.Territories = nil, ts }
	}
	commune := func(code string) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryCommune, Code: code}
	}
	departement := func(code string) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryDepartement, Code: code}
	}
	circle := func(code string, km int) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryRadius, Code: code, RadiusKm: &km}
	}

	// Caracol looks within 20 km of Lyon.
	run(domain.CriterionTerritory,
		landlordCase{"a site in the circle", nil, "PASS"},
		landlordCase{"a site, and no territory stated", func(_ *Subject, c *LandlordCandidate) { c.Landlord.Territories = nil }, "PASS"},
		landlordCase{"a site that isn't published", func(_ *Subject, c *LandlordCandidate) {
			c.Landlord.Territories, c.Sites[0].State = nil, domain.PublicationDraft
		}, "UNKNOWN"},
		landlordCase{"the département", at(departement("69")), "PASS"},
		landlordCase{"a département near the circle's edge", at(departement("38")), "UNKNOWN"},
		landlordCase{"a département that the circle reaches", func(s *Subject, c *LandlordCandidate) {
			s.Need.Territories = []domain.Territory{circle(string(lyon), 30)}
			at(departement("38"))(s, c)
		}, "PASS"},
		landlordCase{"the country", at(domain.Territory{Scale: domain.TerritoryCountry}), "PASS"},
		landlordCase{"another département", at(departement("75")), "FAIL"},
		landlordCase{"at work nowhere", func(_ *Subject, c *LandlordCandidate) {
			c.Sites, c.Landlord.Territories = nil, []domain.Territory{}
		}, "FAIL"},
		landlordCase{"a commune that is far", at(commune("38185")), "FAIL 72.701 KM"}, // Grenoble, 92.7 km from Lyon, less 20
		landlordCase{"the nearer of two", at(commune("75056"), commune("38185")), "FAIL 72.701 KM"},
		landlordCase{"a circle round it", at(circle("38185", 30)), "FAIL 42.701 KM"}, // 30 less
		landlordCase{"a site that is nearer", func(_ *Subject, c *LandlordCandidate) {
			c.Landlord.Territories = []domain.Territory{commune("38185")}
			c.Sites[0].CommuneCode, c.Sites[0].Position = "01004", nil // Ambérieu-en-Bugey
		}, "FAIL 25.476 KM"}, // 45.5 less 20
		landlordCase{"sites elsewhere, territories unknown", func(_ *Subject, c *LandlordCandidate) {
			c.Landlord.Territories, c.Sites[0].CommuneCode, c.Sites[0].Position = nil, "38185", nil
		}, "UNKNOWN"},
		landlordCase{"nothing known", func(_ *Subject, c *LandlordCandidate) { c.Sites, c.Landlord.Territories = nil, nil }, "UNKNOWN"},
		landlordCase{"nobody", func(_ *Subject, c *LandlordCandidate) { *c = LandlordCandidate{} }, "UNKNOWN"},
		landlordCase{"a need of the whole country, nothing known", func(s *Subject, c *LandlordCandidate) {
			s.Need.Territories = append(s.Need.Territories, domain.Territory{Scale: domain.TerritoryCountry})
			c.Sites, c.Landlord.Territories = nil, nil
		}, "PASS"},
		landlordCase{"a need without a territory", func(s *Subject, c *LandlordCandidate) {
			s.Need.Territories, c.Sites, c.Landlord.Territories = nil, nil, nil
		}, "PASS"},
	)
	run(domain.CriterionOpenToRequests,
		landlordCase{"published", nil, "PASS"},
		landlordCase{"a draft", func(_ *Subject, c *LandlordCandidate) { c.Landlord.State = domain.PublicationDraft }, "FAIL"},
		landlordCase{"nobody", func(_ *Subject, c *LandlordCandidate) { c.Landlord = nil }, "UNKNOWN"},
	)
	// The site of Villeurbanne is 4.147 km from Lyon: (50 - 4.147) / 48.
	run(domain.CriterionProximity,
		landlordCase{"by the site", nil, "PASS 955"},
		landlordCase{"the commune itself", at(commune(string(lyon))), "PASS 1000"},
		landlordCase{"an arrondissement of it", at(commune("69388")), "PASS 1000"},
		landlordCase{"a circle that holds it", at(circle(string(villeurbanne), 10)), "PASS 1000"},
		landlordCase{"its département", at(departement("69")), "PASS 800"},
		landlordCase{"its région", at(domain.Territory{Scale: domain.TerritoryRegion, Code: "84"}), "PASS 500"},
		landlordCase{"the country", at(domain.Territory{Scale: domain.TerritoryCountry}), "PASS 200"},
		landlordCase{"the best of several", at(domain.Territory{Scale: domain.TerritoryCountry}, departement("69")), "PASS 800"},
		landlordCase{"far", at(commune("38185")), "PASS 0"},
		landlordCase{"a wide territory without it", at(departement("75")), "PASS 0"},
		landlordCase{"territories unknown, a site near", func(_ *Subject, c *LandlordCandidate) { c.Landlord.Territories = nil }, "PASS 955"},
		landlordCase{"territories unknown, a site far", func(_ *Subject, c *LandlordCandidate) {
			c.Landlord.Territories, c.Sites[0].CommuneCode, c.Sites[0].Position = nil, "38185", nil
		}, "UNKNOWN"},
		landlordCase{"nothing known", func(_ *Subject, c *LandlordCandidate) { c.Sites, c.Landlord.Territories = nil, nil }, "UNKNOWN"},
		landlordCase{"no centre", func(s *Subject, _ *LandlordCandidate) { s.Need.Territories = []domain.Territory{departement("69")} }, "UNKNOWN"},
		landlordCase{"the footprint's centre", func(s *Subject, _ *LandlordCandidate) {
			s.Need.Territories, s.Project.Footprint = []domain.Territory{departement("69")}, []domain.Territory{commune(string(villeurbanne))}
		}, "PASS 1000"},
	)
	// The priorities are inclusion, animation, living environment; Caracol has
	// the first and the third: (3+1)/(3+2).
	run(domain.CriterionLandlordPriorities,
		landlordCase{"first and third", nil, "PASS 800"},
		landlordCase{"unknown", func(_ *Subject, c *LandlordCandidate) { c.Landlord.Priorities = nil }, "UNKNOWN"},
	)
	// Exiles, students and job seekers; the landlord names the last two.
	run(domain.CriterionPublics,
		landlordCase{"two of three", nil, "PASS 667"},
		landlordCase{"unknown", func(_ *Subject, c *LandlordCandidate) { c.Landlord.Publics = nil }, "UNKNOWN"},
		landlordCase{"everyone", func(_ *Subject, c *LandlordCandidate) { c.Landlord.Publics = []domain.TargetPublic{domain.PublicAll} }, "PASS 1000"},
		landlordCase{"a project for everyone", func(s *Subject, _ *LandlordCandidate) { s.Project.Publics = []domain.TargetPublic{domain.PublicAll} }, "PASS 1000"},
		landlordCase{"tenants are those of any landlord", func(s *Subject, c *LandlordCandidate) {
			s.Project.Publics, c.Landlord.Publics = []domain.TargetPublic{domain.PublicHlmTenants}, nil
		}, "PASS 1000"},
		landlordCase{"a site in a priority district", func(s *Subject, c *LandlordCandidate) {
			s.Project.Publics, c.Sites[0].PriorityDistrict.Standing = []domain.TargetPublic{domain.PublicQpvResidents}, domain.QpvInside
		}, "PASS 1000"},
		landlordCase{"none", func(_ *Subject, c *LandlordCandidate) { c.Landlord.Publics = []domain.TargetPublic{} }, "PASS 0"},
		landlordCase{"no project", func(s *Subject, _ *LandlordCandidate) { s.Project = nil }, "UNKNOWN"},
	)
	run(domain.CriterionLandlordStock,
		landlordCase{"two of three", nil, "PASS 667"},
		landlordCase{"more than enough", func(_ *Subject, c *LandlordCandidate) { c.Spaces = ref(40) }, "PASS 1000"},
		landlordCase{"other spaces only", func(_ *Subject, c *LandlordCandidate) { c.Spaces = ref(0) }, "PASS 0"},
		landlordCase{"none known at all", func(_ *Subject, c *LandlordCandidate) { c.Spaces = nil }, "UNKNOWN"},
	)
	named := func(name *string) func(*Subject, *LandlordCandidate) {
		return func(s *Subject, _ *LandlordCandidate) {
			s.Project.References = []domain.PlacementReference{{Label: "Foyer", LandlordName: name, HlmLandlord: true}}
		}
	}
	run(domain.CriterionSharedPast,
		landlordCase{"with landlords that aren't named", nil, "UNKNOWN"},
		landlordCase{"with this one", named(ref("Habitat du Confluent")), "PASS 1000"},
		landlordCase{"however it is written", named(ref("habitat-du-confluent")), "PASS 1000"},
		landlordCase{"with another", named(ref("Habitat du Confluent Sud")), "PASS 0"},
		landlordCase{"with nobody", func(s *Subject, _ *LandlordCandidate) { s.Project.References = []domain.PlacementReference{} }, "PASS 0"},
		landlordCase{"unknown", func(s *Subject, _ *LandlordCandidate) { s.Project.References = nil }, "UNKNOWN"},
		landlordCase{"with nobody known", func(_ *Subject, c *LandlordCandidate) { c.Landlord = nil }, "UNKNOWN"},
	)
	run(domain.CriterionInclusionPractice, landlordCase{"two of three levers", nil, "PASS 667"})
	run(domain.CriterionReferences, landlordCase{"two of three", nil, "PASS 667"})
}

func TestProjectCriteria(t *testing.T) {
	type projectCase = kindCase[ProjectSubject, ProjectCandidate]
	e := engineOf(t, domain.RulesetProject, true)
	run := func(code domain.CriterionCode, cases ...projectCase) {
		t.Helper()
		runKindCases(t, code, shopping, neighbours, func(s ProjectSubject, c ProjectCandidate) Explanation { return e.PrepareProjects(s).Explain(c) }, cases)
	}
	hosting := func(activity domain.Activity, ts ...domain.Territory) *domain.HostingNeed {
		return &domain.HostingNeed{NeedFields: domain.NeedFields{Activity: activity, Territories: ts}}
	}
	runs := func(ts ...domain.Territory) func(*ProjectSubject, *ProjectCandidate) {
		return func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Footprint = ts }
	}
	commune := func(code string) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryCommune, Code: code}
	}

	run(domain.CriterionActivity,
		projectCase{"stated", nil, "PASS"},
		projectCase{"others stated", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Activities = []domain.Activity{domain.ActivityArts}
		}, "FAIL"},
		projectCase{"others stated, but done in a place it looks for", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Activities, c.Needs = []domain.Activity{domain.ActivityArts}, []*domain.HostingNeed{hosting(domain.ActivityShoppingHelp)}
		}, "PASS"},
		projectCase{"nothing stated", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Activities = nil }, "UNKNOWN"},
		projectCase{"nothing stated, done in a place it looks for", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Activities, c.Needs = nil, []*domain.HostingNeed{hosting(domain.ActivityShoppingHelp)}
		}, "PASS"},
		projectCase{"nothing stated, other needs", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Activities, c.Needs = nil, []*domain.HostingNeed{hosting(domain.ActivityArts)}
		}, "UNKNOWN"},
		projectCase{"something else besides", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Activities = []domain.Activity{domain.ActivityArts, domain.ActivityOther}
		}, "UNKNOWN"},
		projectCase{"a need for something else", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.Activity = domain.ActivityOther }, "UNKNOWN"},
	)
	run(domain.CriterionTerritory,
		projectCase{"the département of the site", nil, "PASS"},
		projectCase{"another commune", runs(commune("38185")), "FAIL 92.112 KM"}, // from the site to Grenoble
		projectCase{"another département", runs(domain.Territory{Scale: domain.TerritoryDepartement, Code: "75"}), "FAIL"},
		projectCase{"unknown", runs(), "UNKNOWN"},
		projectCase{"unknown, but it looks for a place there", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Footprint, c.Needs = nil, []*domain.HostingNeed{hosting("", commune(string(villeurbanne)))}
		}, "PASS"},
		projectCase{"elsewhere, but it would go anywhere", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Footprint, c.Needs = []domain.Territory{commune("38185")}, []*domain.HostingNeed{hosting("", domain.Territory{Scale: domain.TerritoryCountry})}
		}, "PASS"},
		projectCase{"it looks for a place nearer", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Footprint, c.Needs = []domain.Territory{commune("38185")}, []*domain.HostingNeed{hosting("", commune(string(lyon)))}
		}, "FAIL 4.147 KM"},
		projectCase{"a territory instead of sites", func(s *ProjectSubject, c *ProjectCandidate) {
			s.Sites, s.Need.Territories = nil, []domain.Territory{{Scale: domain.TerritoryRegion, Code: "84"}}
		}, "PASS"},
		projectCase{"the whole country, nothing known of the project", func(s *ProjectSubject, c *ProjectCandidate) {
			s.Sites, s.Need.Territories, c.Project.Footprint = nil, []domain.Territory{{Scale: domain.TerritoryCountry}}, nil
		}, "PASS"},
		projectCase{"a site, or a territory", func(s *ProjectSubject, c *ProjectCandidate) {
			s.Need.Territories, c.Project.Footprint = []domain.Territory{commune("38185")}, []domain.Territory{commune("38185")}
		}, "PASS"},
		projectCase{"a site that the viewer doesn't see", func(s *ProjectSubject, _ *ProjectCandidate) { s.Sites = nil }, "UNKNOWN"},
		projectCase{"a site that isn't published", func(s *ProjectSubject, _ *ProjectCandidate) { s.Sites[0].State = domain.PublicationWithdrawn }, "UNKNOWN"},
		projectCase{"an unknown commune", func(s *ProjectSubject, _ *ProjectCandidate) {
			s.Sites[0].CommuneCode, s.Sites[0].Position = "99999", nil
		}, "UNKNOWN"},
	)
	// The need runs from 1 to 31 December; an answer is useful until 30 November,
	// and today is the 15th. The project is free on 7 December.
	run(domain.CriterionTiming,
		projectCase{"in time", nil, "PASS"},
		projectCase{"on the last day", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Capacity.From = on("2026-12-31") }, "PASS"},
		projectCase{"too late", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Capacity.From = on("2027-01-10") }, "FAIL 10 DAYS"},
		projectCase{"unknown", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Capacity.From = nil }, "UNKNOWN"},
		projectCase{"nothing known of its capacity", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Capacity = nil }, "UNKNOWN"},
		projectCase{"unknown, without an end", func(s *ProjectSubject, c *ProjectCandidate) {
			s.Need.Timing.Until, c.Project.Capacity = nil, nil
		}, "PASS"},
		projectCase{"the last day for an answer", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.AnswerBy = &today }, "PASS"},
		projectCase{"the day after", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.AnswerBy = on("2026-11-14") }, "FAIL 1 DAYS"},
		projectCase{"over", func(s *ProjectSubject, _ *ProjectCandidate) {
			s.Need.AnswerBy, s.Need.Timing.Until = nil, on("2026-11-05")
		}, "FAIL 10 DAYS"},
	)
	run(domain.CriterionProcurementLever,
		projectCase{"a subsidy", nil, "PASS"},
		projectCase{"none shared", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Levers = []domain.ProcurementLever{domain.LeverReservedSiae}
		}, "FAIL"},
		projectCase{"the project's unknown", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Levers = nil }, "UNKNOWN"},
		projectCase{"the landlord's unknown", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.Levers = nil }, "UNKNOWN"},
		projectCase{"none asked", func(s *ProjectSubject, c *ProjectCandidate) {
			s.Need.Levers, c.Project.Levers = []domain.ProcurementLever{}, nil
		}, "PASS"},
	)
	capacity := func(has *int) func(*ProjectSubject, *ProjectCandidate) {
		return func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Capacity.HoursPerWeek = has }
	}
	unasked := func(has *int) func(*ProjectSubject, *ProjectCandidate) {
		return func(s *ProjectSubject, c *ProjectCandidate) {
			s.Need.Volume.HoursPerWeek, c.Project.Capacity.HoursPerWeek = nil, has
		}
	}
	run(domain.CriterionCapacity, // 14 are needed
		projectCase{"enough", nil, "PASS"},
		projectCase{"just enough", capacity(ref(14)), "PASS"},
		projectCase{"too little", capacity(ref(10)), "FAIL 4 HOURS_PER_WEEK"},
		projectCase{"nothing left", capacity(ref(0)), "FAIL 14 HOURS_PER_WEEK"},
		projectCase{"unknown", capacity(nil), "UNKNOWN"},
		projectCase{"nothing asked", unasked(ref(1)), "PASS"},
		projectCase{"nothing asked, unknown", unasked(nil), "PASS"},
		projectCase{"nothing asked, nothing left", unasked(ref(0)), "FAIL"},
	)
	run(domain.CriterionCapacityMargin, // full at 28
		projectCase{"21 hours", nil, "PASS 750"},
		projectCase{"just enough", capacity(ref(14)), "PASS 500"},
		projectCase{"twice", capacity(ref(28)), "PASS 1000"},
		projectCase{"unknown", capacity(nil), "UNKNOWN"},
		projectCase{"nothing asked", unasked(nil), "PASS 1000"},
	)
	run(domain.CriterionOpenToRequests,
		projectCase{"published", nil, "PASS"},
		projectCase{"the need isn't", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.State = domain.PublicationDraft }, "FAIL"},
		projectCase{"the landlord isn't", func(s *ProjectSubject, _ *ProjectCandidate) { s.Landlord.State = domain.PublicationWithdrawn }, "FAIL"},
		projectCase{"the project isn't", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.State = domain.PublicationDraft }, "FAIL"},
		projectCase{"no landlord", func(s *ProjectSubject, _ *ProjectCandidate) { s.Landlord = nil }, "UNKNOWN"},
		projectCase{"no project", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project = nil }, "UNKNOWN"},
	)
	run(domain.CriterionSharedDomains,
		projectCase{"one of two", nil, "PASS 500"},
		projectCase{"none", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Domains = []domain.InnovationDomain{domain.DomainCulture}
		}, "PASS 0"},
		projectCase{"the project's unknown", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Domains = nil }, "UNKNOWN"},
		projectCase{"the need's unknown", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.Domains = nil }, "UNKNOWN"},
	)
	run(domain.CriterionPublics,
		projectCase{"two of three", nil, "PASS 667"},
		projectCase{"everyone", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Publics = []domain.TargetPublic{domain.PublicAll}
		}, "PASS 1000"},
		projectCase{"others", func(_ *ProjectSubject, c *ProjectCandidate) {
			c.Project.Publics = []domain.TargetPublic{domain.PublicYouth}
		}, "PASS 0"},
		projectCase{"the project's unknown", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Publics = nil }, "UNKNOWN"},
		projectCase{"the need's unknown", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.Publics = nil }, "UNKNOWN"},
		projectCase{"none asked", func(s *ProjectSubject, _ *ProjectCandidate) { s.Need.Publics = []domain.TargetPublic{} }, "PASS 1000"},
	)
	run(domain.CriterionProximity, // 4.147 km from Lyon to the site
		projectCase{"the nearer of commune and département", nil, "PASS 955"},
		projectCase{"the département alone", runs(domain.Territory{Scale: domain.TerritoryDepartement, Code: "69"}), "PASS 800"},
		projectCase{"the commune of the site", runs(commune(string(villeurbanne))), "PASS 1000"},
		projectCase{"far", runs(commune("75056")), "PASS 0"},
		projectCase{"unknown", runs(), "UNKNOWN"},
		projectCase{"a need of a whole région", func(s *ProjectSubject, _ *ProjectCandidate) {
			s.Sites, s.Need.Territories = nil, []domain.Territory{{Scale: domain.TerritoryRegion, Code: "84"}}
		}, "UNKNOWN"},
	)
	run(domain.CriterionReferences, projectCase{"two of three", nil, "PASS 667"})
	run(domain.CriterionSharedPast, projectCase{"one of them with this landlord", nil, "PASS 1000"})
	run(domain.CriterionProjectStage,
		projectCase{"scaling", nil, "PASS 800"},
		projectCase{"experimenting", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Stage = domain.StageExperimentation }, "PASS 500"},
		projectCase{"established", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Stage = domain.StageEstablished }, "PASS 1000"},
		projectCase{"unknown", func(_ *ProjectSubject, c *ProjectCandidate) { c.Project.Stage = "" }, "UNKNOWN"},
	)
}

// Random values of the two kinds.

func (d dice) territories() []domain.Territory {
	if d.chance(20) {
		return nil
	}
	list := []domain.Territory{}
	for range d.IntN(4) {
		list = append(list, d.territory())
	}
	return list
}

func (d dice) sites() (list []*domain.LandlordSite) {
	for range d.IntN(4) {
		if s := d.site(); s != nil {
			list = append(list, s)
		}
	}
	return list
}

func (d dice) landlordCandidate() LandlordCandidate {
	c := LandlordCandidate{Landlord: d.landlord(), Sites: d.sites(), Spaces: maybe(d, d.IntN(5))}
	if c.Landlord != nil {
		c.Landlord.Name = pick(d, "Habitat du Confluent", "Autre bailleur", "")
		c.Landlord.Territories, c.Landlord.Publics = d.territories(), some(d, targetPublics...)
	}
	return c
}

func (d dice) projectSubject() ProjectSubject {
	s := ProjectSubject{Landlord: d.landlord(), Sites: d.sites()}
	if d.chance(3) {
		return s
	}
	n := &domain.LandlordNeed{ID: "lnd_test"}
	n.State = pick(d, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationDraft)
	n.Domains, n.Publics, n.Activity = some(d, domains...), some(d, targetPublics...), pick(d, append(activities[:5:5], "", domain.ActivityOther)...)
	n.Territories = d.territories()
	n.Timing = domain.LandlordNeedTiming{Kind: domain.TimingLasting, From: maybe(d, d.day()), Until: maybe(d, d.day())}
	n.Volume.HoursPerWeek = maybe(d, 1+d.IntN(40))
	n.Levers = some(d, all[domain.ProcurementLever]("ProcurementLever")...)
	n.Budget = maybe(d, domain.LandlordNeedBudget{Amount: domain.Amount(d.IntN(1_000_000)), Basis: domain.BudgetTotal})
	if d.chance(30) {
		n.AnswerBy = maybe(d, d.day())
	}
	s.Need = n
	return s
}

func (d dice) projectCandidate() ProjectCandidate {
	c := ProjectCandidate{Project: d.project()}
	for range d.IntN(3) {
		if n := d.need(1); n != nil {
			c.Needs = append(c.Needs, n)
		}
	}
	if p := c.Project; p != nil {
		p.State = pick(d, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationWithdrawn)
		p.Activities, p.Levers = some(d, activities[:5]...), some(d, all[domain.ProcurementLever]("ProcurementLever")...)
		p.Stage = pick(d, append(all[domain.ProjectStage]("ProjectStage"), "")...)
		p.Capacity = maybe(d, domain.ProjectCapacity{HoursPerWeek: maybe(d, d.IntN(60)), From: maybe(d, d.day())})
		for i := range p.References {
			p.References[i].LandlordName = maybe(d, pick(d, "Habitat du Confluent", "Un autre"))
		}
	}
	return c
}

// TestKindsRecomputed takes every number of the other kinds from the criteria
// shown, and compares with what is ranked by.
func TestKindsRecomputed(t *testing.T) {
	seen := make(map[domain.Eligibility]int)
	nearMisses := 0
	check := func(t *testing.T, x Explanation, a Assessment) {
		t.Helper()
		recompute(t, x)
		if a.Eligibility() != x.Eligibility || a.ScoreTenths != x.ScoreTenths || a.ReliabilityThousandths != x.ReliabilityThousandths || a.NearMiss() != (x.NearMiss != nil) {
			t.Errorf("assessed %s %d %d, explained %s %d %d", a.Eligibility(), a.ScoreTenths, a.ReliabilityThousandths, x.Eligibility, x.ScoreTenths, x.ReliabilityThousandths)
		}
		seen[x.Eligibility]++
		if x.NearMiss != nil {
			nearMisses++
		}
	}
	seeded(t, 40, func(t *testing.T, d dice) {
		for _, confidential := range []bool{true, false} {
			landlords, projects := engineOf(t, domain.RulesetLandlord, confidential), engineOf(t, domain.RulesetProject, confidential)
			for i := range 20 {
				q, c := landlords.PrepareLandlords(pick(d, d.subject(i), caracol())), pick(d, d.landlordCandidate(), confluent())
				check(t, q.Explain(c), q.Assess(c))
				p, pc := projects.PrepareProjects(pick(d, d.projectSubject(), shopping())), pick(d, d.projectCandidate(), neighbours())
				check(t, p.Explain(pc), p.Assess(pc))
			}
		}
	})
	for _, e := range all[domain.Eligibility]("MatchEligibility") {
		if seen[e] == 0 {
			t.Errorf("nothing was %s: the test compares too little", e)
		}
	}
	if nearMisses == 0 {
		t.Error("no near miss ever came up")
	}
}

// TestKindsConfidential changes what a viewer without the right may not see:
// nothing of the answer may change.
func TestKindsConfidential(t *testing.T) {
	landlords, projects := engineOf(t, domain.RulesetLandlord, false), engineOf(t, domain.RulesetProject, false)
	seeded(t, 40, func(t *testing.T, d dice) {
		elsewhere := func(sites []*domain.LandlordSite) []*domain.LandlordSite {
			moved := make([]*domain.LandlordSite, len(sites))
			for i, s := range sites {
				copied := *s
				copied.Position, copied.LocalAuthority = d.position(), d.localAuthority()
				moved[i] = &copied
			}
			return moved
		}
		for i := range 15 {
			s, c := pick(d, d.subject(i), caracol()), pick(d, d.landlordCandidate(), confluent())
			before := seen(landlords.PrepareLandlords(s).Explain(c))
			if s.Need != nil {
				changed := *s.Need
				changed.Budget = maybe(d, domain.HostingBudget{MonthlyCeiling: domain.Amount(d.IntN(300_000))})
				s.Need = &changed
			}
			c.Sites = elsewhere(c.Sites)
			if c.Landlord != nil {
				changed := *c.Landlord
				changed.GuardingCostMonthly = maybe(d, domain.Amount(d.IntN(300_000)))
				c.Landlord = &changed
			}
			if after := seen(landlords.PrepareLandlords(s).Explain(c)); !reflect.DeepEqual(before, after) {
				t.Errorf("the landlord's answer depends on what is confidential:\n%v\n%v", before, after)
			}

			ps, pc := pick(d, d.projectSubject(), shopping()), pick(d, d.projectCandidate(), neighbours())
			before = seen(projects.PrepareProjects(ps).Explain(pc))
			if ps.Need != nil {
				changed := *ps.Need
				changed.Budget = maybe(d, domain.LandlordNeedBudget{Amount: domain.Amount(d.IntN(300_000)), Basis: domain.BudgetPerMonth})
				ps.Need = &changed
			}
			ps.Sites = elsewhere(ps.Sites)
			if after := seen(projects.PrepareProjects(ps).Explain(pc)); !reflect.DeepEqual(before, after) {
				t.Errorf("the project's answer depends on what is confidential:\n%v\n%v", before, after)
			}
		}
	})
	// They do matter to those who may see them, so that this test can fail.
	moved := shopping()
	moved.Sites[0].Position.Latitude = 45.9
	open := engineOf(t, domain.RulesetProject, true)
	if reflect.DeepEqual(seen(open.PrepareProjects(shopping()).Explain(neighbours())), seen(open.PrepareProjects(moved).Explain(neighbours()))) {
		t.Error("the site's position changes nothing for those who see it")
	}
}

// TestKindsPermuted: the order in which sites, territories, hosting needs and
// codes are listed changes no number.
func TestKindsPermuted(t *testing.T) {
	landlords, projects := engineOf(t, domain.RulesetLandlord, true), engineOf(t, domain.RulesetProject, true)
	// What decides may be another of equals; how it decides is the same.
	numbers := func(a Assessment) []any {
		all := []any{a.Worst, a.ScoreTenths, a.ReliabilityThousandths, a.failing}
		for _, f := range a.Findings {
			all = append(all, f.Status, f.Score, f.gap)
		}
		return all
	}
	seeded(t, 40, func(t *testing.T, d dice) {
		for i := range 20 {
			s, c := d.subject(i), d.landlordCandidate()
			before := numbers(landlords.PrepareLandlords(s).Assess(c))
			shuffle(d, c.Sites)
			if c.Landlord != nil {
				shuffle(d, c.Landlord.Territories)
				shuffle(d, c.Landlord.Publics)
			}
			if s.Need != nil {
				shuffle(d, s.Need.Territories)
			}
			if after := numbers(landlords.PrepareLandlords(s).Assess(c)); !reflect.DeepEqual(before, after) {
				t.Errorf("the landlord's numbers depend on the order:\n%v\n%v", before, after)
			}
			ps, pc := d.projectSubject(), d.projectCandidate()
			before = numbers(projects.PrepareProjects(ps).Assess(pc))
			shuffle(d, ps.Sites)
			shuffle(d, pc.Needs)
			if ps.Need != nil {
				shuffle(d, ps.Need.Territories)
				shuffle(d, ps.Need.Levers)
			}
			if pc.Project != nil {
				shuffle(d, pc.Project.Footprint)
				shuffle(d, pc.Project.Publics)
			}
			if after := numbers(projects.PrepareProjects(ps).Assess(pc)); !reflect.DeepEqual(before, after) {
				t.Errorf("the project's numbers depend on the order:\n%v\n%v", before, after)
			}
		}
	})
}

func shuffle[T any](d dice, list []T) {
	d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// TestKindsOrder: a match that fails a hard criterion ranks after every one that
// fails none, whatever its score.
func TestKindsOrder(t *testing.T) {
	q := engineOf(t, domain.RulesetLandlord, true).PrepareLandlords(caracol())
	best, poor := confluent(), confluent()
	best.Landlord.State = domain.PublicationDraft
	poor.Landlord.Priorities, poor.Landlord.Publics, poor.Spaces = nil, []domain.TargetPublic{}, ref(0)
	a, b := q.Assess(best), q.Assess(poor)
	if a.ScoreTenths <= b.ScoreTenths || a.Order() <= b.Order() {
		t.Errorf("an ineligible landlord of %d ranks at %d, an eligible one of %d at %d", a.ScoreTenths, a.Order(), b.ScoreTenths, b.Order())
	}
}

// TestKindsOfNothing: nothing known of anything is an answer, not a panic.
func TestKindsOfNothing(t *testing.T) {
	for _, confidential := range []bool{false, true} {
		for _, s := range []Subject{{}, {Need: new(domain.HostingNeed)}, caracol()} {
			for _, c := range []LandlordCandidate{{}, {Landlord: new(domain.Landlord)}, {Sites: []*domain.LandlordSite{{}}}, confluent()} {
				recompute(t, engineOf(t, domain.RulesetLandlord, confidential).PrepareLandlords(s).Explain(c))
			}
		}
		for _, s := range []ProjectSubject{{}, {Need: new(domain.LandlordNeed)}, {Landlord: new(domain.Landlord)}, shopping()} {
			for _, c := range []ProjectCandidate{{}, {Project: new(domain.InnovationProject)}, {Needs: []*domain.HostingNeed{{}}}, neighbours()} {
				recompute(t, engineOf(t, domain.RulesetProject, confidential).PrepareProjects(s).Explain(c))
			}
		}
	}
}

func BenchmarkKinds(b *testing.B) {
	d := dice{rand.New(rand.NewPCG(2026, 12))}
	b.Run("landlord", func(b *testing.B) {
		q, c := engineOf(b, domain.RulesetLandlord, true).PrepareLandlords(caracol()), confluent()
		for _, sites := range []int{1, 100} {
			c.Sites = slices.Repeat(c.Sites[:1], sites)
			b.Run(fmt.Sprintf("%d sites", sites), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					q.Assess(c)
				}
			})
		}
	})
	b.Run("project", func(b *testing.B) {
		q, c := engineOf(b, domain.RulesetProject, true).PrepareProjects(shopping()), neighbours()
		c.Needs = []*domain.HostingNeed{d.need(1)}
		b.ReportAllocs()
		for b.Loop() {
			q.Assess(c)
		}
	})
}
