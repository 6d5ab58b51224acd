package calendar

import (
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

var _ domain.RuleChecker = Check

func TestCheck(t *testing.T) {
	for _, c := range []struct{ rule, from, wrong string }{
		{"FREQ=DAILY", "", ""},
		{"FREQ=DAILY;INTERVAL=3", "", ""},
		{"FREQ=WEEKLY;BYDAY=TU", "", ""},
		{"BYDAY=TU;FREQ=WEEKLY", "", ""},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU", "", ""},
		{"FREQ=WEEKLY;INTERVAL=52;BYDAY=TU", "", ""},
		{"FREQ=WEEKLY;BYDAY=SA;BYMONTH=7,8", "", ""},
		{"FREQ=MONTHLY;BYDAY=+1SA,-1SU", "", ""},
		{"FREQ=MONTHLY;BYMONTHDAY=1,-1", "", ""},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "", ""},
		{"FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=21", "", ""},
		{"FREQ=YEARLY;BYDAY=53MO", "", ""},
		{"FREQ=YEARLY;BYYEARDAY=-1", "", ""},
		{"FREQ=YEARLY;BYWEEKNO=2,4,6;BYDAY=TU", "", ""},
		{"FREQ=WEEKLY", "2026-09-01", ""},
		{"FREQ=YEARLY", "2026-09-01", ""},

		{"", "", "not a part"},
		{"every Tuesday", "", "not a part"},
		{"FREQ=WEEKLY;BYDAY=TU;", "", "not a part"},
		{"RRULE:FREQ=WEEKLY;BYDAY=TU", "", `"RRULE:FREQ"`},
		{"DTSTART:20260901T170000Z\nRRULE:FREQ=WEEKLY", "", "not a part"},
		{"freq=weekly;byday=tu", "", "not a part"},
		{"INTERVAL=2;BYDAY=TU", "", "FREQ is missing"},
		{"FREQ=SOMETIMES", "", "FREQ is"},
		{"FREQ=HOURLY", "", "FREQ is"},
		{"FREQ=MINUTELY", "", "FREQ is"},
		{"FREQ=SECONDLY", "", "FREQ is"},
		{"FREQ=WEEKLY;FREQ=DAILY;BYDAY=TU", "", "stands twice"},
		{"FREQ=WEEKLY;BYDAY=TU;COUNT=10", "", "COUNT has no place"},
		{"FREQ=WEEKLY;BYDAY=TU;UNTIL=20271231", "", "UNTIL has no place"},
		{"FREQ=WEEKLY;BYDAY=TU;DTSTART=20271231", "", "DTSTART has no place"},
		{"FREQ=WEEKLY;BYDAY=TU;RDATE=20271231", "", "RDATE has no place"},
		{"FREQ=WEEKLY;BYDAY=TU;BYHOUR=9", "", "BYHOUR has no place"},
		{"FREQ=WEEKLY;BYDAY=TU;BYMINUTE=9", "", "BYMINUTE has no place"},
		{"FREQ=WEEKLY;BYDAY=TU;BYSECOND=9", "", "BYSECOND has no place"},
		{"FREQ=YEARLY;BYEASTER=1", "", "not a part"},
		{"FREQ=WEEKLY;BYDAY=TU;INTERVAL=0", "", "INTERVAL"},
		{"FREQ=WEEKLY;BYDAY=TU;INTERVAL=-1", "", "INTERVAL"},
		{"FREQ=WEEKLY;BYDAY=TU;INTERVAL=53", "", "INTERVAL"},
		{"FREQ=WEEKLY;BYDAY=TU;INTERVAL=99999999999999999999", "", "INTERVAL"},
		{"FREQ=WEEKLY;BYDAY=", "", "BYDAY"},
		{"FREQ=WEEKLY;BYDAY=TU,", "", "BYDAY"},
		{"FREQ=WEEKLY;BYDAY=MARDI", "", "BYDAY"},
		{"FREQ=WEEKLY;BYDAY=é", "", "BYDAY"},
		{"FREQ=WEEKLY;BYDAY=1TU", "", "numbers in BYDAY"},
		{"FREQ=MONTHLY;BYDAY=0TU", "", "BYDAY"},
		{"FREQ=MONTHLY;BYDAY=6TU", "", "at most 5"},
		{"FREQ=MONTHLY;BYDAY=-53TU", "", "at most 5"},
		{"FREQ=YEARLY;BYMONTH=1;BYDAY=-6TU", "", "at most 5"},
		{"FREQ=YEARLY;BYDAY=54TU", "", "BYDAY"},
		{"FREQ=MONTHLY;BYDAY=MO,1TU", "", "either all"},
		{"FREQ=MONTHLY;BYMONTHDAY=32", "", "BYMONTHDAY"},
		{"FREQ=MONTHLY;BYMONTHDAY=0", "", "BYMONTHDAY"},
		{"FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=1", "", "BYMONTHDAY"},
		{"FREQ=MONTHLY;BYMONTH=13;BYDAY=1MO", "", "BYMONTH"},
		{"FREQ=DAILY;BYYEARDAY=1", "", "BYYEARDAY"},
		{"FREQ=MONTHLY;BYWEEKNO=1;BYDAY=MO", "", "BYWEEKNO"},
		{"FREQ=YEARLY;BYWEEKNO=1", "", "BYWEEKNO needs"},
		{"FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "", "BYWEEKNO"},
		{"FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "", "BYWEEKNO"},
		{"FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU", "", "neither with WKST"},
		{"FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;BYSETPOS=1", "", "nor with BYSETPOS"},
		{"FREQ=DAILY;BYSETPOS=1", "", "BYSETPOS needs"},
		{"FREQ=WEEKLY", "", "day is missing"},
		{"FREQ=MONTHLY;INTERVAL=2", "", "day is missing"},
		{"FREQ=YEARLY;BYMONTH=5", "", "day is missing"},
		{"FREQ=WEEKLY;BYDAY=" + strings.Repeat("MO,", 70) + "MO", "", "longer than"},
	} {
		s := slot(c.rule, "17:00", 60)
		if c.from != "" {
			s.From = day(t, c.from)
		}
		err := Check(s)
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.rule, err, c.wrong)
		}
	}
}
