package match

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/palier-hub/palier/domain"
)

// typeset puts the no-break spaces that French typography asks for, so that
// the sentences can be written with plain ones.
func typeset(s string, l domain.Locale) string {
	if l == domain.English {
		return s
	}
	return frenchSpaces.Replace(s)
}

var frenchSpaces = strings.NewReplacer(
	" :", "\u00a0:", " ;", "\u202f;", " ?", "\u202f?", " !", "\u202f!",
	"« ", "«\u00a0", " »", "\u00a0»", " %", "\u00a0%", " €", "\u00a0€")

// labelled is any code with labels.
type labelled interface {
	~string
	Label(domain.Locale) string
}

// list writes the labels of codes: "eau, gaz et chauffage".
func list[T labelled](codes []T, l domain.Locale) string {
	labels := make([]string, len(codes))
	for i, c := range codes {
		labels[i] = c.Label(l)
	}
	return enumerate(labels, l)
}

// enumerate writes "a, b et c".
func enumerate(parts []string, l domain.Locale) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	n := len(parts) - 1
	return strings.Join(parts[:n], ", ") + l.In(" et ", " and ") + parts[n]
}

// semicolons separates parts that have commas of their own.
func semicolons(parts []string, l domain.Locale) string {
	return strings.Join(parts, l.In(" ; ", "; "))
}

// of writes "de Lyon", "d'Annecy", "du Havre", "des Lilas".
func of(name string, l domain.Locale) string {
	switch {
	case l == domain.English:
		return name
	case strings.HasPrefix(name, "Le "):
		return "du " + name[len("Le "):]
	case strings.HasPrefix(name, "Les "):
		return "des " + name[len("Les "):]
	}
	if first, _ := utf8.DecodeRuneInString(name); strings.ContainsRune("AEIOUYÂÉÈÊÎÔŒ", first) {
		return "d'" + name
	}
	return "de " + name
}

// codes is the value of some codes of a list; nil when there are none.
func codes[T ~string](name string, of ...T) domain.CriterionValue {
	if len(of) == 0 {
		return nil
	}
	v := domain.CodesValue{List: name, Codes: make([]string, len(of))}
	for i, c := range of {
		v.Codes[i] = string(c)
	}
	return v
}

// exactly is the value of one number.
func exactly(n float64, u domain.Unit) domain.CriterionValue {
	return domain.QuantityValue{Min: &n, Max: &n, Unit: u}
}

// count writes "1 mois", "3 mois" with the noun that the number takes; French
// takes the singular below 2.
func count(n int, one, many domain.Bilingual, l domain.Locale) string {
	noun := many
	if n == 1 || n == 0 && l != domain.English {
		noun = one
	}
	return domain.Number(float64(n), l) + "\u00a0" + noun.In(l)
}

var (
	oneDay, manyDays       = domain.Bilingual{French: "jour", English: "day"}, domain.Bilingual{French: "jours", English: "days"}
	oneMonth, manyMonths   = domain.Bilingual{French: "mois", English: "month"}, domain.Bilingual{French: "mois", English: "months"}
	onePerson, manyPeople  = domain.Bilingual{French: "personne", English: "person"}, domain.Bilingual{French: "personnes", English: "people"}
	oneSlot, manySlots     = domain.Bilingual{French: "créneau", English: "slot"}, domain.Bilingual{French: "créneaux", English: "slots"}
	oneUtility, manyOfThem = domain.Bilingual{French: "équipement", English: "utility"}, domain.Bilingual{French: "équipements", English: "utilities"}
)

func days(n int, l domain.Locale) string   { return count(n, oneDay, manyDays, l) }
func months(n int, l domain.Locale) string { return count(n, oneMonth, manyMonths, l) }
func people(n int, l domain.Locale) string { return count(n, onePerson, manyPeople, l) }

// longDays adds the months to a long time: "92 jours (3 mois)".
func longDays(from, to domain.Date, l domain.Locale) string {
	n := int(to - from)
	if m := from.MonthsUntil(to); m >= 2 {
		return fmt.Sprintf("%s (%s%s)", days(n, l), l.In("environ ", "about "), months(m, l))
	}
	return days(n, l)
}

// m2 writes a surface.
func m2(n float64, l domain.Locale) string { return domain.Quantity(n, domain.UnitM2, l) }

// monthly writes an amount a month.
func monthly(a domain.Amount, l domain.Locale) string {
	return a.Euros(l) + l.In(" par mois", " a month")
}

// kilometres writes a distance to 100 m, and below a kilometre in metres.
func kilometres(metres int, l domain.Locale) string {
	if metres < 1000 {
		return domain.Quantity(math.Round(float64(metres)/10)*10, domain.UnitMetres, l)
	}
	return domain.Quantity(math.Round(float64(metres)/100)/10, domain.UnitKilometres, l)
}

// percent writes thousandths as a percentage.
func percent(thousandths int16, l domain.Locale) string {
	return domain.Number(float64(thousandths)/10, l) + l.In(" %", "%")
}

// Whom to ask.

func toLandlord(question string, l domain.Locale) string {
	return l.In("Au bailleur : ", "To the landlord: ") + question
}

func toProject(question string, l domain.Locale) string {
	return l.In("Au porteur du projet : ", "To the project holder: ") + question
}
