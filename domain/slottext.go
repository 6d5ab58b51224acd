package domain

import (
	"fmt"
	"strconv"
	"strings"
)

// Display writes the slot for people: "le mardi toutes les 2 semaines, de 17:00 à
// 20:00". The frequent daily, weekly and monthly rules are put in words; any
// other rule stands as it is written.
func (s RecurringSlot) Display(locale Locale) string {
	end := (s.Start + TimeOfDay(s.DurationMinutes)) % minutesADay
	return fmt.Sprintf(locale.In("%s, de %s à %s", "%s, %s to %s"), ruleText(s.Rule, locale), s.Start, end)
}

var weekdays = map[string]Bilingual{
	"MO": {"lundi", "Monday"}, "TU": {"mardi", "Tuesday"}, "WE": {"mercredi", "Wednesday"},
	"TH": {"jeudi", "Thursday"}, "FR": {"vendredi", "Friday"}, "SA": {"samedi", "Saturday"}, "SU": {"dimanche", "Sunday"},
}

var ordinals = map[string]Bilingual{
	"1": {"premier", "first"}, "2": {"deuxième", "second"}, "3": {"troisième", "third"},
	"4": {"quatrième", "fourth"}, "5": {"cinquième", "fifth"}, "-1": {"dernier", "last"},
}

func ruleText(rule string, l Locale) string {
	parts := make(map[string]string)
	for pair := range strings.SplitSeq(rule, ";") {
		key, value, _ := strings.Cut(pair, "=")
		switch key {
		case "FREQ", "INTERVAL", "BYDAY", "WKST":
			parts[key] = value
		default:
			return rule
		}
	}
	days, numbered, ok := dayNames(parts["BYDAY"], l)
	if !ok {
		return rule
	}
	every := 1
	if v, given := parts["INTERVAL"]; given {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return rule
		}
		every = n
	}
	switch freq, plain := parts["FREQ"], len(days) > 0 && !numbered; {
	case (freq == "WEEKLY" || freq == "DAILY") && plain && every == 1:
		return l.In("chaque ", "every ") + enumerate(days, "", l)
	case freq == "WEEKLY" && plain:
		return fmt.Sprintf(l.In("le %s toutes les %d semaines", "%s every %d weeks"), enumerate(days, l.In("le ", ""), l), every)
	case freq == "MONTHLY" && numbered && every == 1:
		return fmt.Sprintf(l.In("le %s du mois", "%s of the month"), enumerate(days, l.In("le ", ""), l))
	case freq == "MONTHLY" && numbered:
		return fmt.Sprintf(l.In("le %s tous les %d mois", "%s every %d months"), enumerate(days, l.In("le ", ""), l), every)
	case freq == "DAILY" && len(days) == 0 && every == 1:
		return l.In("chaque jour", "every day")
	case freq == "DAILY" && len(days) == 0:
		return fmt.Sprintf(l.In("tous les %d jours", "every %d days"), every)
	}
	return rule
}

// dayNames puts BYDAY in words: "mardi", or "premier mardi" when its days are
// numbered. It isn't ok with a part that has no words.
func dayNames(byDay string, l Locale) (names []string, numbered, ok bool) {
	if byDay == "" {
		return nil, false, true
	}
	for i, d := range strings.Split(byDay, ",") {
		number, day := d[:max(0, len(d)-2)], d[max(0, len(d)-2):]
		name, known := weekdays[day]
		if !known || i > 0 && numbered != (number != "") {
			return nil, false, false
		}
		text := name.In(l)
		if number != "" {
			ordinal, known := ordinals[number]
			if !known {
				return nil, false, false
			}
			text, numbered = ordinal.In(l)+" "+text, true
		}
		names = append(names, text)
	}
	return names, numbered, true
}

// enumerate writes "a, b et c", with an article before all but the first.
func enumerate(items []string, article string, l Locale) string {
	text := items[0]
	for i, item := range items[1:] {
		if i == len(items)-2 {
			text += l.In(" et ", " and ")
		} else {
			text += ", "
		}
		text += article + item
	}
	return text
}
