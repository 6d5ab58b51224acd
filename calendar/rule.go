package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

const (
	longestRule = 200
	// mostInterval is once a year for a weekly rule.
	mostInterval = 52
)

// Check is a domain.RuleChecker: it says, in a short phrase, what is wrong with
// a slot's rule. Rules are those of RFC 5545, section 3.3.10, without what the
// slot says elsewhere (UNTIL and COUNT, the time of day) and with a day that is
// certain: a weekly rule without BYDAY takes its weekday from the slot's From,
// and is refused when there is none. INTERVAL without From is accepted: it
// leaves the choice of the weeks to the place.
//
// It also refuses what the library behind Expand gets wrong: BYDAY with and
// without numbers together (it takes what is in both, the RFC what is in
// either), and BYDAY numbers that no month has (it panics). BYWEEKNO is kept to
// what people mean by it: some days of some ISO weeks.
func Check(s domain.RecurringSlot) error {
	_, err := parse(s)
	return err
}

// parse reads a rule and makes explicit the days that it takes from From.
func parse(s domain.RecurringSlot) (rrule.ROption, error) {
	o := rrule.ROption{Interval: 1}
	if len(s.Rule) > longestRule {
		return o, fmt.Errorf("the rule is longer than %d characters", longestRule)
	}
	seen := make([]string, 0, 10)
	for part := range strings.SplitSeq(s.Rule, ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return o, fmt.Errorf("%q is not a part of a rule, which is written NAME=VALUE", part)
		}
		if slices.Contains(seen, name) {
			return o, fmt.Errorf("%s stands twice", name)
		}
		seen = append(seen, name)
		if err := parsePart(&o, name, value); err != nil {
			return o, err
		}
	}
	if !slices.Contains(seen, "FREQ") {
		return o, errors.New("FREQ is missing")
	}
	if err := checkParts(o); err != nil {
		return o, err
	}
	return o, takeDaysFrom(&o, s.From)
}

func parsePart(o *rrule.ROption, name, value string) (err error) {
	switch name {
	case "FREQ":
		i := slices.Index([]string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}, value)
		if i < 0 {
			return errors.New("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
		}
		o.Freq = [...]rrule.Frequency{rrule.YEARLY, rrule.MONTHLY, rrule.WEEKLY, rrule.DAILY}[i]
	case "INTERVAL":
		o.Interval, err = parseNumber(name, value, 1, mostInterval)
	case "WKST":
		o.Wkst, err = parseWeekday(name, value)
	case "BYDAY":
		o.Byweekday = make([]rrule.Weekday, 0, 1+strings.Count(value, ","))
		for item := range strings.SplitSeq(value, ",") {
			number, day := item[:max(0, len(item)-2)], item[max(0, len(item)-2):]
			w, err := parseWeekday(name, day)
			if err != nil {
				return err
			}
			if number != "" {
				n, err := parseNumber(name, number, -53, 53)
				if err != nil {
					return err
				}
				w = w.Nth(n)
			}
			o.Byweekday = append(o.Byweekday, w)
		}
	case "BYMONTH":
		o.Bymonth, err = parseNumbers(name, value, 1, 12)
	case "BYMONTHDAY":
		o.Bymonthday, err = parseNumbers(name, value, -31, 31)
	case "BYYEARDAY":
		o.Byyearday, err = parseNumbers(name, value, -366, 366)
	case "BYWEEKNO":
		o.Byweekno, err = parseNumbers(name, value, 1, 53)
	case "BYSETPOS":
		o.Bysetpos, err = parseNumbers(name, value, -366, 366)
	case "DTSTART", "UNTIL", "COUNT", "RDATE", "EXDATE":
		return fmt.Errorf("%s has no place in the rule: the slot's first and last days bound it", name)
	case "BYHOUR", "BYMINUTE", "BYSECOND":
		return fmt.Errorf("%s has no place in the rule: the slot's start says the time", name)
	default:
		return fmt.Errorf("%q is not a part of a rule", name)
	}
	return err
}

// parseNumber reads a whole number that is not 0, since none of a rule is.
func parseNumber(name, value string, least, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n == 0 || n < least || n > most {
		return 0, fmt.Errorf("%s=%q: a number from %d to %d, not 0, is expected", name, value, least, most)
	}
	return n, nil
}

func parseNumbers(name, value string, least, most int) ([]int, error) {
	var all []int
	for item := range strings.SplitSeq(value, ",") {
		n, err := parseNumber(name, item, least, most)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// weekdays in the order of time.Weekday.
var weekdays = [...]rrule.Weekday{rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA}

func parseWeekday(name, value string) (rrule.Weekday, error) {
	i := slices.Index([]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}, value)
	if i < 0 {
		return rrule.Weekday{}, fmt.Errorf("%s=%q: a day MO, TU, WE, TH, FR, SA or SU is expected", name, value)
	}
	return weekdays[i], nil
}

// checkParts refuses what RFC 5545 or the library excludes together.
func checkParts(o rrule.ROption) error {
	numbered, highest := 0, 0
	for _, w := range o.Byweekday {
		if w.N() != 0 {
			numbered++
			highest = max(highest, w.N(), -w.N())
		}
	}
	switch {
	case o.Freq == rrule.WEEKLY && len(o.Bymonthday) > 0:
		return errors.New("BYMONTHDAY doesn't go with FREQ=WEEKLY")
	case o.Freq != rrule.YEARLY && len(o.Byyearday) > 0:
		return errors.New("BYYEARDAY goes with FREQ=YEARLY only")
	case o.Freq != rrule.YEARLY && len(o.Byweekno) > 0:
		return errors.New("BYWEEKNO goes with FREQ=YEARLY only")
	case len(o.Byweekno) > 0 && len(o.Byweekday) == 0:
		return errors.New("BYWEEKNO needs BYDAY")
	case len(o.Byweekno) > 0 && (o.Wkst.Day() != rrule.MO.Day() || len(o.Bysetpos) > 0):
		return errors.New("BYWEEKNO goes neither with WKST nor with BYSETPOS")
	case numbered > 0 && o.Freq != rrule.MONTHLY && o.Freq != rrule.YEARLY:
		return errors.New("numbers in BYDAY go with FREQ=MONTHLY or YEARLY only")
	case numbered > 0 && len(o.Byweekno) > 0:
		return errors.New("numbers in BYDAY don't go with BYWEEKNO")
	case numbered > 0 && numbered < len(o.Byweekday):
		return errors.New("either all days of BYDAY have a number or none")
	case highest > 5 && (o.Freq == rrule.MONTHLY || len(o.Bymonth) > 0):
		return errors.New("a number in BYDAY is at most 5 within a month")
	case len(o.Bysetpos) > 0 && len(o.Byweekday)+len(o.Bymonth)+len(o.Bymonthday)+len(o.Byyearday) == 0:
		return errors.New("BYSETPOS needs another BY part")
	}
	return nil
}

// takeDaysFrom writes out the day that a rule doesn't name and, by the RFC,
// takes from its start.
func takeDaysFrom(o *rrule.ROption, from *domain.Date) error {
	if o.Freq == rrule.DAILY || len(o.Byweekday)+len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno) > 0 {
		return nil
	}
	if from == nil {
		return errors.New("the day is missing: add BYDAY or BYMONTHDAY, or the slot's first day")
	}
	switch first := from.Time(); o.Freq {
	case rrule.WEEKLY:
		o.Byweekday = []rrule.Weekday{weekdays[first.Weekday()]}
	case rrule.YEARLY:
		if len(o.Bymonth) == 0 {
			o.Bymonth = []int{int(first.Month())}
		}
		fallthrough
	case rrule.MONTHLY:
		o.Bymonthday = []int{first.Day()}
	}
	return nil
}
