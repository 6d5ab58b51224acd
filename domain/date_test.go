package domain_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]domain.Date{
		"1970-01-01": 0, "1970-01-02": 1, "1969-12-31": -1, "2026-09-01": domain.NewDate(2026, time.September, 1),
		"2024-02-29": domain.NewDate(2024, time.February, 29), "1800-01-01": domain.NewDate(1800, 1, 1), "2200-12-31": domain.NewDate(2200, 12, 31),
	} {
		got, err := domain.ParseDate(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v (%d), %v", text, got, got, err)
		}
	}
	for _, text := range []string{"", "2026-9-1", "2026-02-29", "2026-13-01", "2026-04-31", "01/09/2026", "2026-09-01T00:00:00Z",
		" 2026-09-01", "1799-12-31", "2201-01-01", "+2026-09-01", "20260901"} {
		if got, err := domain.ParseDate(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		} else if r, ok := errors.AsType[domain.Unreadable](err); !ok || r.French == "" {
			t.Errorf("%q: %#v", text, err)
		}
	}
}

// The day of an instant is that of its own clock.
func TestDateOf(t *testing.T) {
	noumea := time.FixedZone("Nouméa", 11*3600)
	if got := domain.DateOf(time.Date(2026, 8, 31, 23, 0, 0, 0, time.UTC).In(noumea)); got != domain.NewDate(2026, 9, 1) {
		t.Errorf("%s", got)
	}
	if got := domain.NewDate(2026, 9, 1).Time(); !got.Equal(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%s", got)
	}
}

// An operator of months keeps the day, or takes the last one of a short month.
func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-01-31", 2, "2026-03-31"},
		{"2026-03-31", -1, "2026-02-28"}, {"2026-12-15", 1, "2027-01-15"}, {"2026-01-15", -1, "2025-12-15"},
		{"2026-05-31", 18, "2027-11-30"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-09-01", 0, "2026-09-01"}, {"2026-09-01", 1188, "2125-09-01"},
	} {
		if got := day(t, c.from).AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
	if got := day(t, "2026-02-28").AddDays(2); got.String() != "2026-03-02" {
		t.Errorf("28 February and 2 days: %s", got)
	}
}

func TestMonthsUntil(t *testing.T) {
	for _, c := range []struct {
		from, until string
		want        int
	}{
		{"2026-09-01", "2026-09-01", 0}, {"2026-09-01", "2026-09-30", 0}, {"2026-09-01", "2026-10-01", 1},
		{"2026-09-15", "2026-10-14", 0}, {"2026-01-31", "2026-02-27", 0}, {"2026-01-31", "2026-02-28", 1},
		{"2026-02-28", "2026-03-31", 1}, {"2026-02-28", "2026-03-27", 0}, {"2026-11-30", "2027-02-28", 3},
		{"2024-02-29", "2025-02-28", 12}, {"2026-10-01", "2026-09-01", -1}, {"2026-10-01", "2026-09-02", 0},
	} {
		if got := day(t, c.from).MonthsUntil(day(t, c.until)); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.from, c.until, got, c.want)
		}
	}
	// The most whole months that fit, for every pair of days of two years.
	for from := day(t, "2027-01-01"); from < day(t, "2029-01-01"); from += 3 {
		for until := from; until < from+800; until += 7 {
			if n := from.MonthsUntil(until); from.AddMonths(n) > until || from.AddMonths(n+1) <= until {
				t.Fatalf("%s to %s: %d", from, until, n)
			}
		}
	}
}

func TestLongDate(t *testing.T) {
	for text, want := range map[string]domain.Bilingual{
		"2026-09-01": {French: "1er septembre 2026", English: "1 September 2026"},
		"2026-08-02": {French: "2 août 2026", English: "2 August 2026"},
		"2027-02-28": {French: "28 février 2027", English: "28 February 2027"},
		"2027-12-31": {French: "31 décembre 2027", English: "31 December 2027"},
	} {
		for _, l := range []domain.Locale{domain.French, domain.English} {
			if got := day(t, text).Long(l); got != want.In(l) {
				t.Errorf("%s: %q, want %q", text, got, want.In(l))
			}
		}
	}
}

func TestTimeOfDay(t *testing.T) {
	for text, want := range map[string]domain.TimeOfDay{"00:00": 0, "07:05": 425, "17:30": 1050, "23:59": 1439} {
		got, err := domain.ParseTimeOfDay(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "24:00", "7:05", "17:60", "17h30", "17:30:00", " 17:30", "5:30 PM", "1730"} {
		if got, err := domain.ParseTimeOfDay(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

// JSON and GraphQL write both as strings, and read them back.
func TestDatesAndTimesAsText(t *testing.T) {
	type both struct {
		Day  domain.Date
		Time domain.TimeOfDay
	}
	v := both{day(t, "2026-09-01"), 1050}
	const want = `{"Day":"2026-09-01","Time":"17:30"}`
	b, err := json.Marshal(v)
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	var back both
	if err := json.Unmarshal(b, &back); err != nil || back != v {
		t.Errorf("%+v, %v", back, err)
	}
	var gql bytes.Buffer
	v.Day.MarshalGQL(&gql)
	v.Time.MarshalGQL(&gql)
	if gql.String() != `"2026-09-01""17:30"` {
		t.Errorf("%s", &gql)
	}
	back = both{}
	if err := errors.Join(back.Day.UnmarshalGQL("2026-09-01"), back.Time.UnmarshalGQL("17:30")); err != nil || back != v {
		t.Errorf("%+v, %v", back, err)
	}
}
