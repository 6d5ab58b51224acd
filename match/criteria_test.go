package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// ruleCase changes one thing in a match that is all right, and says what one
// criterion answers then: "PASS", "UNKNOWN", "FAIL", "FAIL 15 M2" for a
// measured failure, "PASS 667" for a soft criterion's thousandths.
type ruleCase struct {
	name   string
	change func(*Subject, *Candidate)
	want   string
}

func runCases(t *testing.T, code domain.CriterionCode, subject func() Subject, candidate func() Candidate, cases []ruleCase) {
	t.Helper()
	e := engine(t)
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s, c := subject(), candidate()
			if tc.change != nil {
				tc.change(&s, &c)
			}
			if got := answer(e.Prepare(s).Explain(c), code); got != tc.want {
				t.Errorf("%s answers %s, want %s", code, got, tc.want)
			}
		})
	}
}

// answer writes a criterion's answer as a ruleCase does.
func answer(e Explanation, code domain.CriterionCode) string {
	i := slices.IndexFunc(e.Criteria, func(c *domain.MatchCriterion) bool { return c.Code == code })
	c := e.Criteria[i]
	text := string(c.Status)
	if c.ScoreThousandths != nil {
		text += fmt.Sprintf(" %d", *c.ScoreThousandths)
	}
	if e.NearMiss != nil && e.NearMiss.Criterion == code && e.NearMiss.Gap != nil {
		text += fmt.Sprintf(" %v %s", *e.NearMiss.Gap, *e.NearMiss.Unit)
	}
	return text
}

func TestSpaceKind(t *testing.T) {
	runCases(t, domain.CriterionSpaceKind, caracol, building, []ruleCase{
		{"accepted", nil, "PASS"},
		{"another kind", func(_ *Subject, c *Candidate) { c.Space.Kind = domain.SpaceKindOffice }, "FAIL"},
		{"unknown kind", func(_ *Subject, c *Candidate) { c.Space.Kind = "" }, "UNKNOWN"},
		{"any kind wanted", func(s *Subject, _ *Candidate) { s.Need.SpaceKinds = nil }, "PASS"},
	})
}

func TestSurface(t *testing.T) {
	space := func(least, most *float64) func(*Subject, *Candidate) {
		return func(s *Subject, c *Candidate) {
			s.Need.Surface = m2range(60, 120)
			c.Space.Surface = domain.SurfaceRange{MinM2: least, MaxM2: most}
			c.Space.Cost = &domain.Cost{Basis: domain.CostFree, Currency: domain.CurrencyEur}
		}
	}
	runCases(t, domain.CriterionSurface, caracol, building, []ruleCase{
		{"inside", space(ref(80.0), ref(80.0)), "PASS"},
		{"touching the minimum", space(ref(20.0), ref(60.0)), "PASS"},
		{"touching the maximum", space(ref(120.0), ref(300.0)), "PASS"},
		{"too small", space(ref(45.0), ref(45.0)), "FAIL 15 M2"},          // 60 - 45
		{"too small by a fraction", space(nil, ref(59.5)), "FAIL 0.5 M2"}, // 60 - 59.5
		{"too large", space(ref(150.25), nil), "FAIL 30.25 M2"},           // 150.25 - 120
		{"minimum inside, maximum unknown", space(ref(60.0), nil), "PASS"},
		{"minimum below, maximum unknown", space(ref(50.0), nil), "UNKNOWN"},
		{"maximum inside, minimum unknown", space(nil, ref(100.0)), "PASS"},
		{"maximum above, minimum unknown", space(nil, ref(200.0)), "UNKNOWN"},
		{"nothing known", space(nil, nil), "UNKNOWN"},
		{"nothing wanted", func(s *Subject, c *Candidate) {
			s.Need.Surface, c.Space.Surface = domain.SurfaceRange{}, domain.SurfaceRange{}
		}, "PASS"},
		{"only a maximum wanted", func(s *Subject, _ *Candidate) {
			s.Need.Surface = domain.SurfaceRange{MaxM2: ref(200.0)}
		}, "FAIL 80 M2"}, // 280 - 200
	})
}

func TestAvailability(t *testing.T) {
	// Caracol: keys from 2027-01-01 to 2027-06-30; 30 days of fitting out lead
	// to 2027-01-31, and 18 months end on 2028-07-30, that day included.
	window := func(from, until string, openEnded bool) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) {
			a := domain.SpaceAvailability{OpenEnded: openEnded}
			if from != "" {
				a.From = on(from)
			}
			if until != "" {
				a.Until = on(until)
			}
			c.Space.Availability = a
		}
	}
	runCases(t, domain.CriterionAvailability, caracol, building, []ruleCase{
		{"long enough to the day", window("2026-12-01", "2028-07-30", false), "PASS"},
		{"a day short", window("2026-12-01", "2028-07-29", false), "FAIL 1 DAYS"},
		{"three months short", window("2026-12-01", "2028-04-30", false), "FAIL 91 DAYS"}, // May 31 + June 30 + 30
		// 2027-06-30 + 30 days = 2027-07-30, + 18 months - 1 day = 2029-01-29.
		{"starts on the latest day", window("2027-06-30", "2029-01-29", false), "PASS"},
		{"starts too late", window("2027-07-10", "", true), "FAIL 10 DAYS"},
		// The end of a use from 07-10 is 2029-02-08: 30 days short beats 10 late.
		{"starts too late and ends too early", window("2027-07-10", "2029-01-09", false), "FAIL 30 DAYS"},
		{"without an end", window("2027-03-01", "", true), "PASS"},
		{"end unknown", window("2027-03-01", "", false), "UNKNOWN"},
		{"beginning unknown", window("", "2029-01-31", false), "UNKNOWN"},
		{"beginning unknown, end too early at best", window("", "2028-07-20", false), "FAIL 10 DAYS"},
		{"beginning unknown, without an end", window("", "", true), "UNKNOWN"},
		{"nothing known", window("", "", false), "UNKNOWN"},
		{"over", window("2020-01-01", "2025-12-31", false), "FAIL 942 DAYS"}, // 2026: 365, 2027: 365, 2028 to 07-30: 212
		{"the latest start has passed", func(s *Subject, c *Candidate) {
			s.Need.Start = domain.StartWindow{Latest: on("2026-11-05")} // today is the 15th
			c.Space.Availability.From = on("2026-01-01")
		}, "FAIL 10 DAYS"},
		{"no wishes at all", func(s *Subject, _ *Candidate) {
			s.Need.Start, s.Need.Duration, s.Need.FitOutDays = domain.StartWindow{}, domain.NeedDuration{}, 0
		}, "PASS"},
		{"the month's last day", func(s *Subject, c *Candidate) {
			s.Need.Start.Earliest, s.Need.Duration, s.Need.FitOutDays = on("2027-01-31"), domain.NeedDuration{MinMonths: 1}, 0
			c.Space.Availability.Until = on("2027-02-27") // 31 January and a month is 28 February, less a day
		}, "PASS"},
	})
}

func TestContinuousOccupancy(t *testing.T) {
	taken := func(from, until string, slots ...domain.RecurringSlot) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) {
			commitment := domain.Commitment{Kind: domain.CommitmentReservation, Slots: slots}
			if from != "" {
				commitment.From = on(from)
			}
			if until != "" {
				commitment.Until = on(until)
			}
			c.Space.Commitments = append(c.Space.Commitments, commitment)
		}
	}
	runCases(t, domain.CriterionOccupancy, caracol, building, []ruleCase{
		{"vacant", nil, "PASS"},
		{"taken until the eve", taken("", "2026-12-31"), "PASS"},
		{"taken until the spring: starts later", taken("", "2027-04-30"), "PASS"},
		// Free on 2027-07-11; the latest start is 06-30.
		{"taken past the latest start", taken("2026-12-01", "2027-07-10"), "FAIL 11 DAYS"},
		{"taken later, after the use", taken("2028-07-31", ""), "PASS"},
		{"taken on the last day", taken("2028-07-30", ""), "FAIL"},
		{"taken for good", taken("", ""), "FAIL"},
		{"some evenings are taken", taken("", "", slot("FREQ=WEEKLY;BYDAY=TU", "18:00", 120)), "FAIL"},
		{"between two others", func(s *Subject, c *Candidate) {
			taken("", "2027-02-28")(s, c)
			taken("2028-10-01", "")(s, c) // the use from 03-01 ends 2028-09-29
		}, "PASS"},
		{"between two others, a day short", func(s *Subject, c *Candidate) {
			taken("", "2027-02-28")(s, c)
			taken("2028-09-29", "2028-10-31")(s, c) // next free day 2028-11-01; latest 2027-06-30
		}, "FAIL 490 DAYS"}, // the end, 2030-05-30, is 484 days after 2029-01-31
		{"availability too short, no commitment", func(_ *Subject, c *Candidate) {
			c.Space.Availability.Until = on("2027-12-31")
		}, "PASS"},
		{"availability too short, an old commitment", func(s *Subject, c *Candidate) {
			c.Space.Availability.Until = on("2027-12-31")
			taken("", "2026-12-31")(s, c)
		}, "PASS"},
		{"open at certain hours only", func(_ *Subject, c *Candidate) {
			c.Space.Availability.OpeningSlots = []domain.RecurringSlot{slot("FREQ=DAILY", "08:00", 720)}
		}, "UNKNOWN"},
		{"beginning unknown, taken later", func(s *Subject, c *Candidate) {
			c.Space.Availability.From = nil
			taken("2028-10-01", "")(s, c)
		}, "UNKNOWN"},
		{"beginning unknown, taken before", func(s *Subject, c *Candidate) {
			c.Space.Availability.From = nil
			taken("", "2026-12-31")(s, c)
		}, "PASS"},
	})
}

func TestRecurringOccupancy(t *testing.T) {
	weekly := func(day, at string) domain.RecurringSlot { return slot("FREQ=WEEKLY;BYDAY="+day, at, 180) }
	runCases(t, domain.CriterionOccupancy, vrac, room, []ruleCase{
		{"one of three, Tuesdays taken", nil, "PASS"},
		{"two of three", func(s *Subject, _ *Candidate) { s.Need.Use.SlotsNeeded = ref(2) }, "PASS"},
		{"all three needed, now", func(s *Subject, _ *Candidate) {
			s.Need.Use.SlotsNeeded, s.Need.Start.Latest = nil, on("2027-09-01")
		}, "FAIL 1 COUNT"},
		{"all three needed, some day", func(s *Subject, _ *Candidate) { s.Need.Use.SlotsNeeded = nil }, "PASS"}, // in 2028
		{"all three needed, from 2028 on", func(s *Subject, c *Candidate) {
			s.Need.Use.SlotsNeeded = nil
			s.Need.Start = domain.StartWindow{Earliest: on("2028-01-01")}
		}, "PASS"},
		{"all three needed, starts when Tuesdays are free", func(s *Subject, c *Candidate) {
			s.Need.Use.SlotsNeeded = nil
			c.Space.Commitments[0].Until = on("2027-03-31")
		}, "PASS"},
		{"all three needed, too late", func(s *Subject, c *Candidate) {
			s.Need.Use.SlotsNeeded = nil
			s.Need.Start.Latest = on("2027-03-01")
			c.Space.Commitments[0].Until = on("2027-03-31")
		}, "FAIL 1 COUNT"},
		{"the hours before are free", func(s *Subject, c *Candidate) {
			s.Need.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: []domain.RecurringSlot{weekly("TU", "15:00")}} // until 18:00
		}, "PASS"},
		{"a whole-space commitment", func(_ *Subject, c *Candidate) { c.Space.Commitments[0].Slots = nil }, "PASS"},
		{"a whole-space commitment without end", func(_ *Subject, c *Candidate) {
			c.Space.Commitments[0].Slots, c.Space.Commitments[0].Until = nil, nil
		}, "FAIL 1 COUNT"},
		{"sharing unknown", func(_ *Subject, c *Candidate) { c.Space.Shareable, c.Space.Commitments[0].Until = nil, nil }, "UNKNOWN"},
		{"sharing unknown, alone once Tuesdays end", func(_ *Subject, c *Candidate) { c.Space.Shareable = nil }, "PASS"},
		{"not shared", func(_ *Subject, c *Candidate) { c.Space.Shareable, c.Space.Commitments[0].Until = ref(false), nil }, "FAIL"},
		{"not shared, but vacant", func(_ *Subject, c *Candidate) { c.Space.Shareable, c.Space.Commitments = ref(false), nil }, "PASS"},
		{"sharing unknown, but vacant", func(_ *Subject, c *Candidate) { c.Space.Shareable, c.Space.Commitments = nil, nil }, "PASS"},
		{"open in the evening", func(_ *Subject, c *Candidate) {
			c.Space.Availability.OpeningSlots = []domain.RecurringSlot{slot("FREQ=DAILY", "16:00", 300)} // to 21:00
		}, "PASS"},
		{"closed in the evening", func(_ *Subject, c *Candidate) {
			c.Space.Availability.OpeningSlots = []domain.RecurringSlot{slot("FREQ=DAILY", "08:00", 600)} // to 18:00
		}, "FAIL 1 COUNT"},
		{"a slot that is over", func(s *Subject, _ *Candidate) {
			over := weekly("WE", "17:00")
			over.Until = on("2026-12-31")
			s.Need.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: []domain.RecurringSlot{over}}
		}, "FAIL 1 COUNT"},
		{"a slot that is over, in a vacant space", func(s *Subject, c *Candidate) {
			over := weekly("WE", "17:00")
			over.Until = on("2026-12-31")
			s.Need.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: []domain.RecurringSlot{over}}
			c.Space.Commitments = nil
		}, "FAIL 1 COUNT"},
		{"no slots asked", func(s *Subject, _ *Candidate) { s.Need.Use.Slots, s.Need.Use.SlotsNeeded = nil, nil }, "PASS"},
	})
}

func TestUse(t *testing.T) {
	runCases(t, domain.CriterionUse, vrac, room, []ruleCase{
		{"not excluded", nil, "PASS"},
		{"none excluded", func(_ *Subject, c *Candidate) { c.Space.ExcludedUses = []domain.Activity{} }, "PASS"},
		{"excluded", func(_ *Subject, c *Candidate) {
			c.Space.ExcludedUses = []domain.Activity{domain.ActivityFoodDistribution}
		}, "FAIL"},
		{"unknown", func(_ *Subject, c *Candidate) { c.Space.ExcludedUses = nil }, "UNKNOWN"},
	})
}

func TestPublicReception(t *testing.T) {
	// VRAC receives 40 people in an L or an M; the room is an L of category 5
	// for 49.
	erp := func(category domain.ErpCategory, capacity *int, types ...domain.ErpType) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) {
			c.Space.Erp, c.Space.Capacity = domain.SpaceErp{Category: category, Types: types}, capacity
		}
	}
	runCases(t, domain.CriterionPublicReception, vrac, room, []ruleCase{
		{"fits", nil, "PASS"},
		{"not asked", func(s *Subject, c *Candidate) { s.Need.PublicReception, c.Space.Erp = nil, domain.SpaceErp{} }, "PASS"},
		{"not an ERP", erp(domain.CategoryNotErp, ref(100), domain.ErpL), "FAIL"},
		{"another type", erp(domain.Category5, ref(100), domain.ErpW), "FAIL"},
		{"no type", func(_ *Subject, c *Candidate) { c.Space.Erp.Types = []domain.ErpType{} }, "FAIL"},
		{"types unknown", erp(domain.Category5, ref(100)), "UNKNOWN"},
		{"types unknown, any will do", func(s *Subject, c *Candidate) {
			s.Need.PublicReception.ErpTypes, c.Space.Erp.Types = nil, nil
		}, "PASS"},
		{"too small", erp(domain.Category5, ref(19), domain.ErpL), "FAIL 21 PEOPLE"}, // 40 - 19
		{"capacity unknown", erp(domain.Category5, nil, domain.ErpL), "UNKNOWN"},
		{"category unknown", erp(domain.CategoryUnknown, ref(100), domain.ErpL), "UNKNOWN"},
		{"category not stated", erp("", ref(100), domain.ErpL), "UNKNOWN"},
		{"category unknown, too small anyway", erp(domain.CategoryUnknown, ref(30), domain.ErpL), "FAIL 10 PEOPLE"},
		{"beyond category 4", func(s *Subject, c *Candidate) {
			s.Need.PublicReception.Headcount = 320
			erp(domain.Category4, ref(400), domain.ErpL)(s, c)
		}, "FAIL 20 PEOPLE"}, // 320 - 300
		{"beyond category 3, capacity unknown", func(s *Subject, c *Candidate) {
			s.Need.PublicReception.Headcount = 1_000
			erp(domain.Category3, nil, domain.ErpL)(s, c)
		}, "FAIL 300 PEOPLE"}, // 1000 - 700
		{"within category 2", func(s *Subject, c *Candidate) {
			s.Need.PublicReception.Headcount = 1_500
			erp(domain.Category2, ref(2_000), domain.ErpL)(s, c)
		}, "PASS"},
		{"category 1 has no most", func(s *Subject, c *Candidate) {
			s.Need.PublicReception.Headcount = 4_000
			erp(domain.Category1, ref(5_000), domain.ErpL)(s, c)
		}, "PASS"},
	})
}

func TestStepFreeAccess(t *testing.T) {
	level := func(a domain.AccessLevel) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Space.StepFreeAccess = a }
	}
	runCases(t, domain.CriterionStepFreeAccess, vrac, room, []ruleCase{
		{"compliant", nil, "PASS"},
		{"partial", level(domain.AccessPartial), "UNKNOWN"},
		{"derogation", level(domain.AccessDerogation), "UNKNOWN"},
		{"none", level(domain.AccessNone), "FAIL"},
		{"unknown", level(domain.AccessUnknown), "UNKNOWN"},
		{"not stated", level(""), "UNKNOWN"},
		{"not needed", func(s *Subject, c *Candidate) {
			s.Need.NeedsStepFreeAccess, c.Space.StepFreeAccess = false, domain.AccessNone
		}, "PASS"},
	})
}

func TestUtilities(t *testing.T) {
	// Caracol needs water and electricity.
	has := func(there, missing []domain.SpaceUtility) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Space.Utilities, c.Space.MissingUtilities = there, missing }
	}
	water, power := domain.UtilityWater, domain.UtilityElectricity
	runCases(t, domain.CriterionUtilities, caracol, building, []ruleCase{
		{"both there", nil, "PASS"},
		{"one missing", has([]domain.SpaceUtility{water}, []domain.SpaceUtility{power}), "FAIL 1 COUNT"},
		{"both missing", has(nil, []domain.SpaceUtility{power, water}), "FAIL 2 COUNT"},
		{"one missing, one unknown", has(nil, []domain.SpaceUtility{power}), "FAIL 1 COUNT"},
		{"one unknown", has([]domain.SpaceUtility{water}, nil), "UNKNOWN"},
		{"none needed", func(s *Subject, c *Candidate) { s.Need.Utilities, c.Space.Utilities = nil, nil }, "PASS"},
	})
}

func TestTerritory(t *testing.T) {
	in := func(site domain.InseeCode, at *domain.Position, wanted ...domain.Territory) func(*Subject, *Candidate) {
		return func(s *Subject, c *Candidate) {
			s.Need.Territories = wanted
			c.Site.CommuneCode, c.Site.Position = site, at
		}
	}
	circle := func(km int) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryRadius, Code: string(lyon), RadiusKm: &km}
	}
	// 1 km of latitude is 1/111.195 degree.
	north := func(km float64) *domain.Position {
		c, _ := atlas(t).Commune(lyon)
		return &domain.Position{Latitude: c.Position.Latitude + km/111.195, Longitude: c.Position.Longitude, Quality: domain.PositionAddress}
	}
	runCases(t, domain.CriterionTerritory, caracol, building, []ruleCase{
		{"in the circle", nil, "PASS"},
		{"12 km too far", in(villeurbanne, north(22), circle(10)), "FAIL 12 KM"},
		{"at the edge", in(villeurbanne, north(10), circle(10)), "UNKNOWN"},
		{"in the commune", in(villeurbanne, nil, domain.Territory{Scale: domain.TerritoryCommune, Code: string(villeurbanne)}), "PASS"},
		{"in the département", in(villeurbanne, nil, domain.Territory{Scale: domain.TerritoryDepartement, Code: "69"}), "PASS"},
		{"in another département", in(villeurbanne, nil, domain.Territory{Scale: domain.TerritoryDepartement, Code: "38"}), "FAIL"},
		{"in the région", in(villeurbanne, nil, domain.Territory{Scale: domain.TerritoryRegion, Code: "84"}), "PASS"},
		{"overseas, in the country", in(fortDeFrance, nil, domain.Territory{Scale: domain.TerritoryCountry}), "PASS"},
		{"in any of several", in(villeurbanne, nil,
			domain.Territory{Scale: domain.TerritoryDepartement, Code: "38"}, domain.Territory{Scale: domain.TerritoryCommune, Code: string(villeurbanne)}), "PASS"},
		{"the arrondissement unknown", in(lyon, nil, domain.Territory{Scale: domain.TerritoryCommune, Code: "69388"}), "UNKNOWN"},
		{"an unknown commune", in("99999", nil, circle(10)), "UNKNOWN"},
		{"no site", func(_ *Subject, c *Candidate) { c.Site = nil }, "UNKNOWN"},
		{"no territory wanted", in("99999", nil), "PASS"},
	})
}

func TestOpenToRequests(t *testing.T) {
	runCases(t, domain.CriterionOpenToRequests, vrac, room, []ruleCase{
		{"published", nil, "PASS"},
		{"draft", func(_ *Subject, c *Candidate) { c.Space.State = domain.PublicationDraft }, "FAIL"},
		{"withdrawn", func(_ *Subject, c *Candidate) { c.Space.State = domain.PublicationWithdrawn }, "FAIL"},
		{"the site withdrawn", func(_ *Subject, c *Candidate) { c.Site.State = domain.PublicationWithdrawn }, "FAIL"},
		{"the landlord archived", func(_ *Subject, c *Candidate) { c.Landlord.State = domain.PublicationArchived }, "FAIL"},
		{"the landlord unknown", func(_ *Subject, c *Candidate) { c.Landlord = nil }, "UNKNOWN"},
	})
}

func TestOccupancyForm(t *testing.T) {
	forms := func(offered, wanted []domain.OccupancyForm) func(*Subject, *Candidate) {
		return func(s *Subject, c *Candidate) { c.Space.OccupancyForms, s.Need.OccupancyForms = offered, wanted }
	}
	only := func(f ...domain.OccupancyForm) []domain.OccupancyForm { return f }
	then := func(changes ...func(*Subject, *Candidate)) func(*Subject, *Candidate) {
		return func(s *Subject, c *Candidate) {
			for _, change := range changes {
				change(s, c)
			}
		}
	}
	minMax := func(least int, most *int) func(*Subject, *Candidate) {
		return func(s *Subject, c *Candidate) {
			s.Need.Duration = domain.NeedDuration{MinMonths: least, MaxMonths: most}
			c.Space.Availability = domain.SpaceAvailability{From: on("2026-12-01"), OpenEnded: true}
		}
	}
	office := func(s *Subject, c *Candidate) {
		s.Need.Activity, s.Need.SpaceKinds, c.Space.Kind = domain.ActivityOfficeWork, nil, domain.SpaceKindOffice
	}
	until := func(day string) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Space.Availability.Until = on(day) }
	}
	cause := func(v domain.VacancyCause) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Space.VacancyCause = v }
	}
	approvals := func(a []domain.Approval) func(*Subject, *Candidate) {
		return func(s *Subject, _ *Candidate) { s.Project.Approvals = a }
	}
	temporary, precarious := only(domain.FormTemporaryResidence), only(domain.FormPrecariousOccupancy)
	loan, short := only(domain.FormLoanForUse), only(domain.FormShortLease)
	runCases(t, domain.CriterionOccupancyForm, caracol, building, []ruleCase{
		{"temporary residence with the approval", nil, "PASS"},
		{"any form accepted", forms(temporary, nil), "PASS"},
		{"no common form", forms(loan, temporary), "FAIL"},
		{"none offered", forms([]domain.OccupancyForm{}, nil), "FAIL"},
		{"a partnership alone gives no space", forms(only(domain.FormPartnershipOnly), nil), "FAIL"},
		{"offer unknown", forms(nil, temporary), "UNKNOWN"},
		{"offer unknown, none feasible", then(forms(nil, temporary), approvals([]domain.Approval{})), "FAIL"},
		{"offer undetermined", forms(only(domain.FormUndetermined), temporary), "UNKNOWN"},
		{"offer undetermined beside a feasible one", forms(only(domain.FormUndetermined, domain.FormTemporaryResidence), temporary), "PASS"},
		{"wish undetermined", forms(temporary, only(domain.FormUndetermined)), "UNKNOWN"},

		{"approval not held", approvals([]domain.Approval{}), "FAIL"},
		{"another approval", approvals([]domain.Approval{{Kind: domain.ApprovalEsus}}), "FAIL"},
		{"approval ended", approvals([]domain.Approval{{Kind: domain.ApprovalIntermediateHousing, ValidUntil: on("2026-12-31")}}), "FAIL"}, // starts 2027-01-01
		{"approvals unknown", approvals(nil), "UNKNOWN"},
		{"project unknown", func(s *Subject, _ *Candidate) { s.Project = nil }, "UNKNOWN"},
		{"another activity", func(s *Subject, _ *Candidate) { s.Need.Activity = domain.ActivityMeetings }, "FAIL"},
		{"temporary residence for 36 months", minMax(36, nil), "PASS"},
		{"temporary residence for 40 months", minMax(40, nil), "FAIL 4 MONTHS"}, // 40 - 36

		{"precarious before demolition", forms(precarious, nil), "PASS"},
		{"precarious without a cause", then(forms(precarious, nil), cause(domain.VacancyUnlet)), "FAIL"},
		{"precarious, cause unknown", then(forms(precarious, nil), cause(domain.VacancyUnknown)), "UNKNOWN"},

		{"loan of what is paid for", forms(loan, nil), "FAIL"},
		{"loan of what is free", then(forms(loan, nil), func(_ *Subject, c *Candidate) {
			c.Space.Cost = &domain.Cost{Basis: domain.CostFree, ChargesIncluded: ref(false), MonthlyCharges: ref(domain.Amount(5_000))}
		}), "PASS"},
		{"loan, cost unknown", then(forms(loan, nil), func(_ *Subject, c *Candidate) { c.Space.Cost = nil }), "UNKNOWN"},

		{"short lease of an office", then(office, forms(short, nil)), "PASS"},
		{"short lease for housing", forms(short, nil), "FAIL"},
		// Nine years from 2027-01-01 end on 2035-12-31.
		{"commercial lease", then(office, forms(only(domain.FormCommercialLease), nil), minMax(18, nil)), "PASS"},
		{"commercial lease, to the day", then(office, forms(only(domain.FormCommercialLease), nil), minMax(18, nil), until("2035-12-31")), "PASS"},
		{"commercial lease, a year short", then(office, forms(only(domain.FormCommercialLease), nil), minMax(18, nil), until("2034-12-31")), "FAIL 12 MONTHS"},
		{"commercial lease, end unknown", then(office, forms(only(domain.FormCommercialLease), nil), minMax(18, nil), func(_ *Subject, c *Candidate) {
			c.Space.Availability.OpenEnded = false
		}), "UNKNOWN"},
		{"commercial lease for two years at most", then(office, forms(only(domain.FormCommercialLease), nil), minMax(18, ref(24))), "FAIL 84 MONTHS"},                    // 108 - 24
		{"the nearest of two failures", then(office, forms(only(domain.FormCommercialLease, domain.FormProfessionalLease), nil), minMax(18, ref(60))), "FAIL 12 MONTHS"}, // 72 - 60

		{"a rule to be confirmed", then(forms(only(domain.FormRentalIntermediation), nil), approvals([]domain.Approval{{Kind: domain.ApprovalRentalIntermediation}})), "UNKNOWN"},
	})
}

// TestFormInForce moves the day: the rule of temporary residence is law from 24
// May 2019 on.
func TestFormInForce(t *testing.T) {
	for day, want := range map[string]string{"2019-05-23": "FAIL", "2019-05-24": "PASS"} {
		s, c := caracol(), building()
		s.Need.Start = domain.StartWindow{}
		c.Space.Availability.From = on("2019-01-01")
		e := NewEngine(atlas(t), ruleset(t), date(day), true)
		if got := answer(e.Prepare(s).Explain(c), domain.CriterionOccupancyForm); got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
}

func TestCost(t *testing.T) {
	// Caracol can pay €1,500 a month, wants 200 m² at least for 18 months; the
	// building has 280 m².
	price := func(c domain.Cost) func(*Subject, *Candidate) {
		return func(_ *Subject, into *Candidate) { c.Currency = domain.CurrencyEur; into.Space.Cost = &c }
	}
	runCases(t, domain.CriterionCost, caracol, building, []ruleCase{
		{"within", nil, "PASS"},
		{"to the cent", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 150_000}), "PASS"},
		{"a cent above", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 150_001}), "FAIL 0.01 EUR_PER_MONTH"},
		// 280 m² × €72 / 12 = €1,680.
		{"per m²", price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 7_200}), "FAIL 180 EUR_PER_MONTH"},
		// €1,400 + 20 % VAT = €1,680.
		{"with VAT", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 140_000, VatPercent: ref(20.0)}), "FAIL 180 EUR_PER_MONTH"},
		{"with charges", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 140_000, ChargesIncluded: ref(false), MonthlyCharges: ref(domain.Amount(12_000))}), "FAIL 20 EUR_PER_MONTH"},
		{"charges unknown", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 140_000, ChargesIncluded: ref(false)}), "UNKNOWN"},
		{"charges unknown, too dear without them", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 160_000, ChargesIncluded: ref(false)}), "FAIL 100 EUR_PER_MONTH"},
		// €36,000 over 18 months is €2,000 a month.
		{"one-off", price(domain.Cost{Basis: domain.CostOneOff, Amount: 3_600_000}), "FAIL 500 EUR_PER_MONTH"},
		{"free", price(domain.Cost{Basis: domain.CostFree}), "PASS"},
		{"free with charges above the budget", price(domain.Cost{Basis: domain.CostFree, ChargesIncluded: ref(false), MonthlyCharges: ref(domain.Amount(170_000))}), "FAIL 200 EUR_PER_MONTH"},
		{"unknown", func(_ *Subject, c *Candidate) { c.Space.Cost = nil }, "UNKNOWN"},
		{"no budget", func(s *Subject, _ *Candidate) { s.Need.Budget = nil }, "PASS"},
		{"no budget, cost unknown", func(s *Subject, c *Candidate) { s.Need.Budget, c.Space.Cost = nil, nil }, "PASS"},
		{"divisible: the smallest that will do", func(s *Subject, c *Candidate) {
			price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 8_400})(s, c) // 200 × 84 / 12 = €1,400
			c.Space.Surface = m2range(50, 280)
		}, "PASS"},
		{"surface unknown, at least 200 m²", func(s *Subject, c *Candidate) {
			price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 8_400})(s, c)
			c.Space.Surface = domain.SurfaceRange{}
		}, "UNKNOWN"},
		{"surface unknown, too dear for 200 m²", func(s *Subject, c *Candidate) {
			price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 12_000})(s, c) // 200 × 120 / 12 = €2,000
			c.Space.Surface = domain.SurfaceRange{}
		}, "FAIL 500 EUR_PER_MONTH"},
		{"up to 280 m², affordable in any case", func(s *Subject, c *Candidate) {
			price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 6_000})(s, c) // 280 × 60 / 12 = €1,400
			c.Space.Surface = domain.SurfaceRange{MaxM2: ref(280.0)}
		}, "PASS"},
	})
}

func TestLandlordPriorities(t *testing.T) {
	// Ranked: inclusion 3, social animation 2, living environment 1.
	domains := func(d ...domain.InnovationDomain) func(*Subject, *Candidate) {
		return func(s *Subject, _ *Candidate) { s.Project.Domains = d }
	}
	runCases(t, domain.CriterionLandlordPriorities, caracol, building, []ruleCase{
		{"first and third with two domains", nil, "PASS 800"}, // (3+1)/(3+2)
		{"the first", domains(domain.DomainInclusion), "PASS 1000"},
		{"the second", domains(domain.DomainSocialAnimation), "PASS 667"}, // 2/3
		{"the third", domains(domain.DomainLivingEnvironment), "PASS 333"},
		{"none", domains(domain.DomainDigital), "PASS 0"},
		// Four domains can share three priorities at most: 2/(3+2+1).
		{"one of four", domains(domain.DomainSocialAnimation, domain.DomainDigital, domain.DomainCulture, domain.DomainEmployment), "PASS 333"},
		{"unknown", func(_ *Subject, c *Candidate) { c.Landlord.Priorities = nil }, "UNKNOWN"},
		{"none stated", func(_ *Subject, c *Candidate) { c.Landlord.Priorities = []domain.InnovationDomain{} }, "PASS 0"},
		{"no landlord", func(_ *Subject, c *Candidate) { c.Landlord = nil }, "UNKNOWN"},
		{"no project", func(s *Subject, _ *Candidate) { s.Project = nil }, "UNKNOWN"},
	})
}

func TestPublics(t *testing.T) {
	// Residents: families, students, job seekers; near a priority district.
	of := func(p ...domain.TargetPublic) func(*Subject, *Candidate) {
		return func(s *Subject, _ *Candidate) { s.Project.Publics = p }
	}
	runCases(t, domain.CriterionPublics, caracol, building, []ruleCase{
		{"two of three", nil, "PASS 667"},
		{"none", of(domain.PublicSeniors), "PASS 0"},
		{"everyone", of(domain.PublicAll), "PASS 1000"},
		{"everyone lives here", func(s *Subject, c *Candidate) {
			c.Site.ResidentPublics = []domain.TargetPublic{domain.PublicAll}
		}, "PASS 1000"},
		{"tenants live on every site", of(domain.PublicHlmTenants, domain.PublicSeniors), "PASS 500"},
		{"residents of priority districts, near one", of(domain.PublicQpvResidents), "PASS 0"},
		{"residents of priority districts, inside one", func(s *Subject, c *Candidate) {
			s.Project.Publics = []domain.TargetPublic{domain.PublicQpvResidents}
			c.Site.PriorityDistrict.Standing, c.Site.ResidentPublics = domain.QpvInside, nil
		}, "PASS 1000"},
		{"residents of priority districts, standing unknown", func(s *Subject, c *Candidate) {
			s.Project.Publics = []domain.TargetPublic{domain.PublicQpvResidents}
			c.Site.PriorityDistrict.Standing = domain.QpvUnknown
		}, "UNKNOWN"},
		{"residents unknown", func(_ *Subject, c *Candidate) { c.Site.ResidentPublics = nil }, "UNKNOWN"},
		{"residents unknown, tenants served", func(s *Subject, c *Candidate) {
			s.Project.Publics, c.Site.ResidentPublics = []domain.TargetPublic{domain.PublicHlmTenants}, nil
		}, "PASS 1000"},
		{"publics unknown", of(), "UNKNOWN"},
	})
}

func TestProximity(t *testing.T) {
	centre, _ := atlas(t).Commune(lyon)
	at := func(km float64) func(*Subject, *Candidate) { // 1 km of latitude is 1/111.195 degree
		return func(_ *Subject, c *Candidate) {
			c.Site.Position = &domain.Position{Latitude: centre.Position.Latitude + km/111.195, Longitude: centre.Position.Longitude, Quality: domain.PositionAddress}
		}
	}
	region := domain.Territory{Scale: domain.TerritoryRegion, Code: "84"}
	runCases(t, domain.CriterionProximity, caracol, building, []ruleCase{
		{"1.9 km", at(1.9), "PASS 1000"},
		{"14 km", at(14), "PASS 750"},   // (50 - 14) / (50 - 2)
		{"26 km", at(26), "PASS 500"},   // 24 / 48
		{"60 km", at(60), "PASS 0"},     // beyond 50
		{"49.9 km", at(49.9), "PASS 2"}, // 0.1 / 48 = 2.08 thousandths
		{"in the commune", func(_ *Subject, c *Candidate) { c.Site.CommuneCode = lyon; at(5)(nil, c) }, "PASS 1000"},
		{"in an arrondissement of it", func(_ *Subject, c *Candidate) { c.Site.CommuneCode, c.Site.Position = "69388", nil }, "PASS 1000"},
		{"the nearest of two centres", func(s *Subject, c *Candidate) {
			s.Need.Territories = append(s.Need.Territories, domain.Territory{Scale: domain.TerritoryCommune, Code: "75056"})
			at(26)(s, c)
		}, "PASS 500"},
		{"the footprint stands in", func(s *Subject, c *Candidate) {
			s.Need.Territories = []domain.Territory{region}
			s.Project.Footprint = []domain.Territory{region, {Scale: domain.TerritoryCommune, Code: string(lyon)}}
			at(26)(s, c)
		}, "PASS 500"},
		{"the footprint is no matter", func(s *Subject, c *Candidate) {
			s.Project.Footprint = []domain.Territory{{Scale: domain.TerritoryCommune, Code: string(villeurbanne)}}
			at(26)(s, c)
		}, "PASS 500"},
		{"no centre", func(s *Subject, _ *Candidate) { s.Need.Territories = []domain.Territory{region} }, "UNKNOWN"},
		{"no position", func(_ *Subject, c *Candidate) { c.Site = nil }, "UNKNOWN"},
		{"too vague", func(_ *Subject, c *Candidate) {
			at(26)(nil, c)
			c.Site.Position.Quality = domain.PositionDepartement
		}, "UNKNOWN"},
	})
}

func TestPriorityDistrict(t *testing.T) {
	site := func(standing domain.QpvStanding, npnru *domain.NpnruInterest) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) {
			c.Site.PriorityDistrict.Standing, c.Site.NpnruInterest = standing, npnru
		}
	}
	runCases(t, domain.CriterionPriorityDistrict, vrac, room, []ruleCase{
		{"inside", nil, "PASS 1000"},
		{"near", site(domain.QpvNear, nil), "PASS 500"},
		{"near, urban renewal", site(domain.QpvNear, ref(domain.NpnruRegional)), "PASS 1000"},
		{"outside", site(domain.QpvOutside, nil), "PASS 0"},
		{"unknown, urban renewal", site(domain.QpvUnknown, ref(domain.NpnruNational)), "PASS 1000"},
		{"unknown", site(domain.QpvUnknown, ref(domain.NpnruNone)), "UNKNOWN"},
		{"not stated", site("", nil), "UNKNOWN"},
		{"not wanted", func(s *Subject, c *Candidate) {
			s.Need.WantsPriorityDistrict = false
			site(domain.QpvUnknown, nil)(s, c)
		}, "PASS 1000"},
	})
}

func TestSpareDuration(t *testing.T) {
	// The minimum use ends on 2028-07-30; 12 more months on 2029-07-30, which
	// is 365 days.
	until := func(day string) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Space.Availability.Until = on(day) }
	}
	runCases(t, domain.CriterionSpareDuration, caracol, building, []ruleCase{
		{"185 days", nil, "PASS 507"}, // until 2029-01-31: 185/365 = 0.5068
		{"none", until("2028-07-30"), "PASS 0"},
		{"too short at all", until("2028-01-31"), "PASS 0"},
		{"all of it", until("2029-07-30"), "PASS 1000"},
		{"73 days", until("2028-10-11"), "PASS 200"}, // 73/365
		{"the need's own maximum is 24 months", func(s *Subject, c *Candidate) {
			s.Need.Duration.MaxMonths = ref(24)
			until("2028-10-30")(s, c)
		}, "PASS 500"}, // 6 more months to 2029-01-30 are 184 days; 92/184
		{"no more than the minimum wanted", func(s *Subject, c *Candidate) {
			s.Need.Duration.MaxMonths = ref(18)
			until("2028-07-30")(s, c)
		}, "PASS 1000"},
		{"without an end", func(_ *Subject, c *Candidate) {
			c.Space.Availability = domain.SpaceAvailability{From: on("2026-12-01"), OpenEnded: true}
		}, "PASS 1000"},
		{"end unknown", func(_ *Subject, c *Candidate) { c.Space.Availability.Until = nil }, "UNKNOWN"},
		{"beginning unknown", func(_ *Subject, c *Candidate) { c.Space.Availability.From = nil }, "UNKNOWN"},
		{"the next commitment ends it", func(_ *Subject, c *Candidate) { // on 2028-10-12
			c.Space.Commitments = []domain.Commitment{{Kind: domain.CommitmentConvention, From: on("2028-10-12")}}
		}, "PASS 200"},
		{"the last commitment delays it", func(_ *Subject, c *Candidate) { // keys on 2027-03-01, end 2028-09-29; 124 days to 2029-01-31
			c.Space.Commitments = []domain.Commitment{{Kind: domain.CommitmentConvention, Until: on("2027-02-28")}}
		}, "PASS 340"}, // 124/365
	})
}

func TestSurfaceFit(t *testing.T) {
	space := func(wanted, offered domain.SurfaceRange) func(*Subject, *Candidate) {
		return func(s *Subject, c *Candidate) { s.Need.Surface, c.Space.Surface = wanted, offered }
	}
	atLeast := func(n float64) domain.SurfaceRange { return domain.SurfaceRange{MinM2: &n} }
	atMost := func(n float64) domain.SurfaceRange { return domain.SurfaceRange{MaxM2: &n} }
	runCases(t, domain.CriterionSurfaceFit, caracol, building, []ruleCase{
		{"within one and a half", nil, "PASS 1000"},                                          // 280 ≤ 1.5 × 200
		{"twice too large", space(atLeast(100), m2range(300, 300)), "PASS 500"},              // 150/300
		{"above the maximum", space(m2range(60, 120), m2range(160, 160)), "PASS 750"},        // 120/160
		{"below the minimum", space(m2range(60, 120), m2range(45, 45)), "PASS 750"},          // 45/60
		{"divided to fit", space(m2range(60, 120), m2range(20, 500)), "PASS 1000"},           // takes 60
		{"only a maximum", space(atMost(120), m2range(10, 10)), "PASS 1000"},                 // any up to 120
		{"large enough at the least", space(atLeast(60), atLeast(80)), "PASS 1000"},          // takes 80
		{"between fitting and not", space(m2range(60, 120), atMost(200)), "UNKNOWN"},         // 60 … 200
		{"fitting in any case", space(m2range(60, 120), atMost(100)), "PASS 1000"},           // 60 … 100
		{"unknown", space(m2range(60, 120), domain.SurfaceRange{}), "UNKNOWN"},               //
		{"nothing wanted", space(domain.SurfaceRange{}, domain.SurfaceRange{}), "PASS 1000"}, //
		{"perhaps large enough", space(m2range(60, 120), atLeast(50)), "UNKNOWN"},            // 50 … 60
	})
}

func TestCostFit(t *testing.T) {
	price := func(c domain.Cost, surface domain.SurfaceRange) func(*Subject, *Candidate) {
		return func(s *Subject, into *Candidate) {
			c.Currency = domain.CurrencyEur
			into.Space.Cost, into.Space.Surface = &c, surface
		}
	}
	m2 := m2range(280, 280)
	runCases(t, domain.CriterionCostFit, caracol, building, []ruleCase{
		{"€800 for 280 m²", nil, "PASS 771"}, // 9600/280 = 34.29; (150 - 34.29)/150 = 0.7714
		{"free", price(domain.Cost{Basis: domain.CostFree}, domain.SurfaceRange{}), "PASS 1000"},
		{"€45 per m²", price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 4_500}, m2), "PASS 700"}, // 105/150
		{"€45 per m², surface unknown", price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 4_500}, domain.SurfaceRange{}), "PASS 700"},
		{"€50 per m² and 20 % VAT", price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 5_000, VatPercent: ref(20.0)}, m2), "PASS 600"},                                                          // 60; 90/150
		{"€30 per m² and €350 of charges", price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 3_000, ChargesIncluded: ref(false), MonthlyCharges: ref(domain.Amount(35_000))}, m2), "PASS 700"}, // 700 + 350 = 1050 × 12 / 280 = 45
		{"an ordinary rent", price(domain.Cost{Basis: domain.CostPerM2Year, Amount: 20_000}, m2), "PASS 0"},
		{"surface unknown", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 80_000}, domain.SurfaceRange{}), "UNKNOWN"},
		{"charges unknown", price(domain.Cost{Basis: domain.CostPerMonth, Amount: 80_000, ChargesIncluded: ref(false)}, m2), "UNKNOWN"},
		{"cost unknown", func(_ *Subject, c *Candidate) { c.Space.Cost = nil }, "UNKNOWN"},
		{"the budget is no matter", func(s *Subject, _ *Candidate) { s.Need.Budget = nil }, "PASS 771"},
	})
}

func TestReferences(t *testing.T) {
	placements := func(hlm ...bool) func(*Subject, *Candidate) {
		return func(s *Subject, _ *Candidate) {
			s.Project.References = []domain.PlacementReference{}
			for _, h := range hlm {
				s.Project.References = append(s.Project.References, domain.PlacementReference{HlmLandlord: h})
			}
		}
	}
	runCases(t, domain.CriterionReferences, caracol, building, []ruleCase{
		{"two of three", nil, "PASS 667"},
		{"none", placements(), "PASS 0"},
		{"elsewhere only", placements(false, false), "PASS 0"},
		{"one of three", placements(true, false), "PASS 333"},
		{"more than enough", placements(true, true, true, true), "PASS 1000"},
		{"unknown", func(s *Subject, _ *Candidate) { s.Project.References = nil }, "UNKNOWN"},
	})
}

func TestInclusionPractice(t *testing.T) {
	levers := func(l ...domain.ProcurementLever) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Landlord.Practices = l }
	}
	runCases(t, domain.CriterionInclusionPractice, caracol, building, []ruleCase{
		{"two of three", nil, "PASS 667"},
		{"three", levers(domain.LeverLots, domain.LeverSubsidy, domain.LeverOneOff), "PASS 1000"},
		{"none", func(_ *Subject, c *Candidate) { c.Landlord.Practices = []domain.ProcurementLever{} }, "PASS 0"},
		{"unknown", levers(), "UNKNOWN"},
	})
}

func TestLocalSupport(t *testing.T) {
	support := func(s domain.LocalSupport) func(*Subject, *Candidate) {
		return func(_ *Subject, c *Candidate) { c.Site.LocalAuthority = &domain.LocalAuthority{Support: s} }
	}
	runCases(t, domain.CriterionLocalSupport, caracol, building, []ruleCase{
		{"supportive", nil, "PASS 1000"},
		{"neutral", support(domain.SupportNeutral), "PASS 500"},
		{"reserved", support(domain.SupportReserved), "PASS 200"},
		{"opposed", support(domain.SupportOpposed), "PASS 0"},
		{"unknown", func(_ *Subject, c *Candidate) { c.Site.LocalAuthority = nil }, "UNKNOWN"},
	})
}

// TestSentences checks words that depend on the data: units, dates, slots,
// no-break spaces, elisions.
func TestSentences(t *testing.T) {
	e := engine(t)
	for _, tc := range []struct {
		name    string
		subject func() Subject
		offer   func() Candidate
		change  func(*Subject, *Candidate)
		code    domain.CriterionCode
		fr, en  string
	}{
		{"surface", caracol, building, func(s *Subject, c *Candidate) { s.Need.Surface, c.Space.Surface = m2range(60, 90), m2range(45, 45) },
			domain.CriterionSurface, "La surface offerte (45_m²) est inférieure de 15_m² au minimum souhaité (60_m²).",
			"The surface offered (45_m²) is 15_m² below the minimum wanted (60_m²)."},
		{"availability", caracol, building, func(_ *Subject, c *Candidate) { c.Space.Availability.Until = on("2028-04-30") },
			domain.CriterionAvailability, "Le local n'est disponible que jusqu'au 30 avril 2028_: il manque 91_jours (environ 3_mois) pour aller au terme de la durée minimale, le 30 juillet 2028.",
			"The space is available until 30 April 2028 only: 91_days (about 3_months) are missing to reach the end of the minimum duration, 30 July 2028."},
		{"a clash", vrac, room, func(s *Subject, _ *Candidate) {
			s.Need.Use.Slots, s.Need.Start.Latest = s.Need.Use.Slots[:1], on("2027-03-01")
		}, domain.CriterionOccupancy, "Aucun créneau souhaité n'est libre. Le créneau souhaité (le mardi toutes les 4 semaines, de 17:00 à 20:00) se heurte à un autre usage (convention en cours, du 1er septembre 2026 au 31 décembre 2027) dès le 5 janvier 2027 à 18:00.", ""},
		{"elision", caracol, building, func(s *Subject, c *Candidate) {
			s.Need.Territories = []domain.Territory{{Scale: domain.TerritoryCommune, Code: "74010"}} // Annecy
		}, domain.CriterionTerritory, "Le local (Villeurbanne) est à 96,9_km d'Annecy, hors du territoire recherché.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, c := tc.subject(), tc.offer()
			tc.change(&s, &c)
			x := e.Prepare(s).Explain(c)
			i := slices.IndexFunc(x.Criteria, func(c *domain.MatchCriterion) bool { return c.Code == tc.code })
			plain := strings.NewReplacer("\u00a0", "_")
			if got := plain.Replace(x.Criteria[i].Message(domain.French)); got != tc.fr {
				t.Errorf("French:\n got %s\nwant %s", got, tc.fr)
			}
			if got := plain.Replace(x.Criteria[i].Message(domain.English)); tc.en != "" && got != tc.en {
				t.Errorf("English:\n got %s\nwant %s", got, tc.en)
			}
		})
	}
}
