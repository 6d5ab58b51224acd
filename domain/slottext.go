package domain

import (
	"fmt"
	"strconv"
	"strings"
)

// Display writes the slot for people: "le mardi, toutes les 2 semaines, de 17:00
// à 20:00". The frequent weekly and monthly rules are put in words; any other
// rule stands as it is written.
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
	for _, pair := range strings.Split(rule, ";") {
		key, value, _ := strings.Cut(pair, "=")
		parts[key] = value
	}
	for key := range parts {
		switch key {
		case "FREQ", "INTERVAL", "BYDAY", "WKST":
		default:
			return rule
		}
	}
	var days []string
	if parts["BYDAY"] != "" {
		for _, d := range strings.Split(parts["BYDAY"], ",") {
			if len(d) < 2 {
				return rule
			}
			ordinal, day := d[:len(d)-2], d[len(d)-2:]
			name, known := weekdays[day]
			if !known {
				return rule
			}
			text := name.In(l)
			if ordinal != "" {
				o, known := ordinals[ordinal]
				if !known {
					return rule
				}
				text = o.In(l) + " " + text
			}
			days = append(days, text)
		}
	}
	every := 1
	if v := parts["INTERVAL"]; v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return rule
		}
		every = n
	}
	list := strings.Join(days, l.In(" et ", " and "))
	switch {
	case parts["FREQ"] == "WEEKLY" && list != "" && every == 1:
		return fmt.Sprintf(l.In("chaque %s", "every %s"), list)
	case parts["FREQ"] == "WEEKLY" && list != "":
		return fmt.Sprintf(l.In("le %s toutes les %d semaines", "%s every %d weeks"), list, every)
	case parts["FREQ"] == "MONTHLY" && list != "" && every == 1:
		return fmt.Sprintf(l.In("le %s du mois", "%s of the month"), list)
	case parts["FREQ"] == "MONTHLY" && list != "":
		return fmt.Sprintf(l.In("le %s tous les %d mois", "%s every %d months"), list, every)
	case parts["FREQ"] == "DAILY" && list == "" && every == 1:
		return l.In("chaque jour", "every day")
	}
	return rule
}
