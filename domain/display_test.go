package domain_test

import (
	"math"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// said compares a text in both languages; _ stands for a no-break space and ~
// for a narrow one.
func said(t *testing.T, what string, say func(domain.Locale) string, french, english string) {
	t.Helper()
	for _, c := range []struct {
		locale domain.Locale
		want   string
	}{{domain.French, french}, {domain.English, english}} {
		got := ""
		for _, r := range say(c.locale) {
			switch r {
			case '\u00a0':
				r = '_'
			case '\u202f':
				r = '~'
			}
			got += string(r)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[float64][2]string{
		0: {"0", "0"}, 999: {"999", "999"}, 1000: {"1~000", "1,000"}, 1250.5: {"1~250,5", "1,250.5"}, 1234567.891: {"1~234~567,89", "1,234,567.89"},
		0.05: {"0,05", "0.05"}, 0.004: {"0", "0"}, -0.004: {"0", "0"}, 0.995: {"1", "1"}, -0.5: {"-0,5", "-0.5"}, -1000: {"-1~000", "-1,000"},
		-123456: {"-123~456", "-123,456"}, 12.30: {"12,3", "12.3"}, 1e19: {"10~000~000~000~000~000~000", "10,000,000,000,000,000,000"},
		math.Copysign(0, -1): {"0", "0"},
	} {
		said(t, "number", func(l domain.Locale) string { return domain.Number(n, l) }, want[0], want[1])
	}
}

// French takes the plural from 2 on, English for all but 1.
func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		n               float64
		unit            domain.Unit
		french, english string
	}{
		{0, domain.UnitDays, "0_jour", "0_days"}, {1, domain.UnitDays, "1_jour", "1_day"}, {1.5, domain.UnitDays, "1,5_jour", "1.5_days"},
		{2, domain.UnitDays, "2_jours", "2_days"}, {1, domain.UnitMonths, "1_mois", "1_month"}, {18, domain.UnitMonths, "18_mois", "18_months"},
		{1, domain.UnitPeople, "1_personne", "1_person"}, {1500, domain.UnitPeople, "1~500_personnes", "1,500_people"},
		{80.5, domain.UnitM2, "80,5_m²", "80.5_m²"}, {3.1, domain.UnitKilometres, "3,1_km", "3.1_km"}, {250, domain.UnitMetres, "250_m", "250_m"},
		{300, domain.UnitEurosPerMonth, "300_€ par mois", "300_€ a month"}, {105, domain.UnitEurosPerM2Year, "105_€ par m² et par an", "105_€ per m² a year"},
		{3, domain.UnitCount, "3", "3"}, {0.5, domain.UnitShare, "0,5", "0.5"},
	} {
		said(t, string(c.unit), func(l domain.Locale) string { return domain.Quantity(c.n, c.unit, l) }, c.french, c.english)
	}
}

func TestCriterionValues(t *testing.T) {
	from, until := domain.NewDate(2027, 3, 1), domain.NewDate(2028, 9, 30)
	for _, c := range []struct {
		name            string
		value           domain.CriterionValue
		french, english string
	}{
		{"a range", domain.QuantityValue{Min: new(60.0), Max: new(1200.0), Unit: domain.UnitM2}, "60 à 1~200_m²", "60 to 1,200_m²"},
		{"one number", domain.QuantityValue{Min: new(60.0), Max: new(60.0), Unit: domain.UnitM2}, "60_m²", "60_m²"},
		{"a minimum", domain.QuantityValue{Min: new(1.0), Unit: domain.UnitMonths}, "au moins 1_mois", "at least 1_month"},
		{"a maximum", domain.QuantityValue{Max: new(300.0), Unit: domain.UnitEurosPerMonth}, "au plus 300_€ par mois", "at most 300_€ a month"},
		{"no number", domain.QuantityValue{Unit: domain.UnitM2}, "non précisé", "not stated"},
		{"codes", domain.CodesValue{List: "SpaceUtility", Codes: []string{"WATER", "GAS"}}, "eau, gaz", "water, gas"},
		{"codes of a newer release", domain.CodesValue{List: "SpaceUtility", Codes: []string{"SUN"}}, "SUN", "SUN"},
		{"codes of a newer list", domain.CodesValue{List: "Weather", Codes: []string{"SUN"}}, "SUN", "SUN"},
		{"no code", domain.CodesValue{List: "SpaceUtility"}, "aucun", "none"},
		{"a need's period", domain.PeriodValue{From: &from, Until: &until, MinMonths: new(18), FitOutDays: new(30)},
			"du 1er mars 2027 au 30 septembre 2028, 18_mois au moins, 30_jours d'aménagement", "from 1 March 2027 to 30 September 2028, at least 18_months, 30_days to fit out"},
		{"a month, after a day", domain.PeriodValue{From: &from, MinMonths: new(1), FitOutDays: new(1)},
			"à partir du 1er mars 2027, 1_mois au moins, 1_jour d'aménagement", "from 1 March 2027, at least 1_month, 1_day to fit out"},
		{"no fitting out", domain.PeriodValue{MinMonths: new(6), FitOutDays: new(0)}, "6_mois au moins", "at least 6_months"},
		{"an end", domain.PeriodValue{Until: &until}, "jusqu'au 30 septembre 2028", "until 30 September 2028"},
		{"no end from a day", domain.PeriodValue{From: &from, OpenEnded: true}, "à partir du 1er mars 2027, sans fin prévue", "from 1 March 2027, without an end"},
		{"no end", domain.PeriodValue{OpenEnded: true}, "sans fin prévue", "without an end"},
		{"no period", domain.PeriodValue{}, "non précisé", "not stated"},
		{"slots", domain.SlotsValue{Slots: []domain.RecurringSlot{evening, {Rule: "FREQ=DAILY", Start: 480, DurationMinutes: 60}}, Count: new(2)},
			"2_créneaux~; le mardi toutes les 2 semaines, de 17:00 à 20:00~; chaque jour, de 08:00 à 09:00",
			"2_slots; Tuesday every 2 weeks, 17:00 to 20:00; every day, 08:00 to 09:00"},
		{"one slot", domain.SlotsValue{Count: new(1)}, "1_créneau", "1_slot"},
		{"no slot", domain.SlotsValue{Count: new(0)}, "0_créneau", "0_slots"},
		{"any time", domain.SlotsValue{}, "à toute heure", "at any time"},
		{"places", domain.TerritoryValue{Names: []string{"Lyon (20_km)", "Isère"}}, "Lyon (20_km), Isère", "Lyon (20_km), Isère"},
		{"a place, away", domain.TerritoryValue{Names: []string{"Bron"}, DistanceMetres: new(3_149)}, "Bron (à 3,1_km)", "Bron (3.1_km away)"},
		{"a distance", domain.TerritoryValue{DistanceMetres: new(12_000)}, "à 12_km", "12_km away"},
		{"nowhere", domain.TerritoryValue{}, "non précisé", "not stated"},
		{"yes", domain.FlagValue{Value: true}, "oui", "yes"},
		{"no", domain.FlagValue{}, "non", "no"},
	} {
		said(t, c.name, c.value.Display, c.french, c.english)
	}
}

func TestSlotInWords(t *testing.T) {
	for _, c := range []struct{ rule, french, english string }{
		{"FREQ=WEEKLY;BYDAY=TU", "chaque mardi", "every Tuesday"},
		{"FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE,FR;WKST=MO", "chaque lundi, mercredi et vendredi", "every Monday, Wednesday and Friday"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "le mardi toutes les 2 semaines", "Tuesday every 2 weeks"},
		{"FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH", "le mardi et le jeudi toutes les 3 semaines", "Tuesday and Thursday every 3 weeks"},
		{"FREQ=MONTHLY;BYDAY=1SA", "le premier samedi du mois", "first Saturday of the month"},
		{"FREQ=MONTHLY;BYDAY=1SA,3SA", "le premier samedi et le troisième samedi du mois", "first Saturday and third Saturday of the month"},
		{"FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", "le dernier vendredi tous les 2 mois", "last Friday every 2 months"},
		{"FREQ=DAILY", "chaque jour", "every day"},
		{"FREQ=DAILY;INTERVAL=3", "tous les 3 jours", "every 3 days"},
		{"FREQ=DAILY;BYDAY=SA,SU", "chaque samedi et dimanche", "every Saturday and Sunday"},
	} {
		s := domain.RecurringSlot{Rule: c.rule, Start: 17*60 + 30, DurationMinutes: 150}
		said(t, c.rule, s.Display, c.french+", de 17:30 à 20:00", c.english+", 17:30 to 20:00")
	}
	// These have no words, or not these: they stand as they are.
	for _, rule := range []string{"", "FREQ=YEARLY;BYMONTH=9", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=1SA,SU",
		"FREQ=MONTHLY;BYDAY=-2FR", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=M", "FREQ=WEEKLY;INTERVAL=0;BYDAY=MO",
		"FREQ=WEEKLY;INTERVAL=x;BYDAY=MO", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "FREQ=DAILY;INTERVAL=2;BYDAY=MO"} {
		s := domain.RecurringSlot{Rule: rule, Start: 0, DurationMinutes: 60}
		said(t, rule, s.Display, rule+", de 00:00 à 01:00", rule+", 00:00 to 01:00")
	}
	over := domain.RecurringSlot{Rule: "FREQ=DAILY", Start: 22 * 60, DurationMinutes: 180}
	said(t, "over midnight", over.Display, "chaque jour, de 22:00 à 01:00", "every day, 22:00 to 01:00")
}
