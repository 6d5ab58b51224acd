package domain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// unitText is what stands after a number: after one, and after several.
type unitText struct{ one, many Bilingual }

var unitTexts = map[Unit]unitText{
	UnitM2:             same("m²", "m²"),
	UnitDays:           {Bilingual{"jour", "day"}, Bilingual{"jours", "days"}},
	UnitMonths:         {Bilingual{"mois", "month"}, Bilingual{"mois", "months"}},
	UnitKilometres:     same("km", "km"),
	UnitMetres:         same("m", "m"),
	UnitEurosPerMonth:  same("€ par mois", "€ a month"),
	UnitEurosPerM2Year: same("€ par m² et par an", "€ per m² a year"),
	UnitPeople:         {Bilingual{"personne", "person"}, Bilingual{"personnes", "people"}},
	UnitCount:          same("", ""),
	UnitShare:          same("", ""),
	UnitHoursPerWeek:   {Bilingual{"heure par semaine", "hour a week"}, Bilingual{"heures par semaine", "hours a week"}},
}

func same(french, english string) unitText {
	b := Bilingual{french, english}
	return unitText{b, b}
}

// Number writes a number for people, with at most two decimals: "1 250,5".
func Number(n float64, l Locale) string {
	n = math.Round(n*100)/100 + 0 // a negative zero becomes zero
	whole, decimals, _ := strings.Cut(strconv.FormatFloat(n, 'f', 2, 64), ".")
	s := groupThousands(whole, l)
	if decimals = strings.TrimRight(decimals, "0"); decimals != "" {
		s += l.In(",", ".") + decimals
	}
	return s
}

// inUnit writes a number as its unit has it: euros whole, or with their cents.
func inUnit(n float64, u Unit, l Locale) string {
	s := Number(n, l)
	if u == UnitEurosPerMonth || u == UnitEurosPerM2Year {
		if _, tenths, found := strings.Cut(s, l.In(",", ".")); found && len(tenths) == 1 {
			s += "0"
		}
	}
	return s
}

// isOne tells whether a noun takes the singular: below 2 in French, for 1 alone
// in English.
func isOne(n float64, l Locale) bool {
	if l == English {
		return n == 1
	}
	return math.Abs(n) < 2
}

// Quantity writes a number with its unit.
func Quantity(n float64, u Unit, l Locale) string {
	text := unitTexts[u].many
	if isOne(n, l) {
		text = unitTexts[u].one
	}
	if text.In(l) == "" {
		return inUnit(n, u, l)
	}
	return inUnit(n, u, l) + "\u00a0" + text.In(l)
}

// Display writes "60 à 120 m²", "au moins 60 m²", "au plus 300 € par mois".
func (v QuantityValue) Display(locale Locale) string {
	switch {
	case v.Min != nil && v.Max != nil && *v.Min == *v.Max:
		return Quantity(*v.Min, v.Unit, locale)
	case v.Min != nil && v.Max != nil:
		return fmt.Sprintf(locale.In("%s à %s", "%s to %s"), inUnit(*v.Min, v.Unit, locale), Quantity(*v.Max, v.Unit, locale))
	case v.Min != nil:
		return fmt.Sprintf(locale.In("au moins %s", "at least %s"), Quantity(*v.Min, v.Unit, locale))
	case v.Max != nil:
		return fmt.Sprintf(locale.In("au plus %s", "at most %s"), Quantity(*v.Max, v.Unit, locale))
	}
	return locale.In("non précisé", "not stated")
}

// Display writes the labels.
func (v CodesValue) Display(locale Locale) string {
	if len(v.Codes) == 0 {
		return locale.In("aucun", "none")
	}
	return strings.Join(v.Labels(locale), ", ")
}

// Labels of the codes, in their order.
func (v CodesValue) Labels(locale Locale) []string {
	labels := make([]string, len(v.Codes))
	list, found := CodeListNamed(v.List)
	for i, c := range v.Codes {
		labels[i] = c
		if found {
			labels[i] = list.label(c, locale)
		}
	}
	return labels
}

// Display writes "du 1er mars 2027 au 30 septembre 2028, 18 mois au moins".
func (v PeriodValue) Display(locale Locale) string {
	var parts []string
	switch {
	case v.From != nil && v.Until != nil:
		parts = append(parts, fmt.Sprintf(locale.In("du %s au %s", "from %s to %s"), v.From.Long(locale), v.Until.Long(locale)))
	case v.From != nil && v.OpenEnded:
		parts = append(parts, fmt.Sprintf(locale.In("à partir du %s, sans fin prévue", "from %s, without an end"), v.From.Long(locale)))
	case v.From != nil:
		parts = append(parts, fmt.Sprintf(locale.In("à partir du %s", "from %s"), v.From.Long(locale)))
	case v.Until != nil:
		parts = append(parts, fmt.Sprintf(locale.In("jusqu'au %s", "until %s"), v.Until.Long(locale)))
	case v.OpenEnded:
		parts = append(parts, locale.In("sans fin prévue", "without an end"))
	}
	if v.MinMonths != nil {
		parts = append(parts, fmt.Sprintf(locale.In("%s au moins", "at least %s"), Quantity(float64(*v.MinMonths), UnitMonths, locale)))
	}
	if v.FitOutDays != nil && *v.FitOutDays > 0 {
		parts = append(parts, fmt.Sprintf(locale.In("%s d'aménagement", "%s to fit out"), Quantity(float64(*v.FitOutDays), UnitDays, locale)))
	}
	if len(parts) == 0 {
		return locale.In("non précisé", "not stated")
	}
	return strings.Join(parts, ", ")
}

// Display writes the slots one after another.
func (v SlotsValue) Display(locale Locale) string {
	var parts []string
	if v.Count != nil {
		noun := locale.In("créneaux", "slots")
		if isOne(float64(*v.Count), locale) {
			noun = locale.In("créneau", "slot")
		}
		parts = append(parts, fmt.Sprintf("%d\u00a0%s", *v.Count, noun))
	}
	for _, s := range v.Slots {
		parts = append(parts, s.Display(locale))
	}
	if len(parts) == 0 {
		return locale.In("à toute heure", "at any time")
	}
	return strings.Join(parts, locale.In("\u202f; ", "; "))
}

// Display writes the names and the distance.
func (v TerritoryValue) Display(locale Locale) string {
	s := strings.Join(v.Names, ", ")
	if v.DistanceMetres != nil {
		away := fmt.Sprintf(locale.In("à %s", "%s away"), Quantity(math.Round(float64(*v.DistanceMetres)/100)/10, UnitKilometres, locale))
		if s == "" {
			return away
		}
		return s + " (" + away + ")"
	}
	if s == "" {
		return locale.In("non précisé", "not stated")
	}
	return s
}

// Display writes yes or no.
func (v FlagValue) Display(locale Locale) string {
	if v.Value {
		return locale.In("oui", "yes")
	}
	return locale.In("non", "no")
}
