package domain

import (
	"fmt"
	"io"
	"time"
)

// Date is a calendar day, counted from 1970-01-01, without a time zone. It is
// written YYYY-MM-DD (RFC 3339, section 5.6, full-date) everywhere outside
// memory, the ledger included.
type Date int32

const (
	dateLayout  = "2006-01-02"
	secondsADay = 24 * 60 * 60
)

// The years that a date may name: wide enough for a building's past and an
// emphyteutic lease of 99 years.
const (
	firstYear = 1800
	lastYear  = 2200
)

// NewDate makes a date; days and months out of range roll over as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsADay)
}

// DateOf is the calendar day of an instant, in the instant's own location.
func DateOf(t time.Time) Date { return NewDate(t.Date()) }

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return 0, notADate(s)
	}
	return DateOf(t), nil
}

func notADate(given string) Unreadable {
	return CannotRead(given,
		"n'est pas une date : écrivez AAAA-MM-JJ, par exemple 2026-09-01",
		"is not a date: write YYYY-MM-DD, for example 2026-09-01")
}

// Time is midnight UTC of that day.
func (d Date) Time() time.Time { return time.Unix(int64(d)*secondsADay, 0).UTC() }

func (d Date) String() string { return d.Time().Format(dateLayout) }

// AddDays moves by days.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// AddMonths moves by months and keeps the day, or takes the month's last day
// where it is shorter (31 January and a month is 28 February).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Time().Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return NewDate(first.Year(), first.Month(), min(day, last))
}

// MonthsUntil counts the whole months from d to e; negative when e is before d.
func (d Date) MonthsUntil(e Date) int {
	if e < d {
		return -e.MonthsUntil(d)
	}
	y1, m1, _ := d.Time().Date()
	y2, m2, _ := e.Time().Date()
	months := (y2-y1)*12 + int(m2-m1)
	if d.AddMonths(months) > e {
		months--
	}
	return months
}

// Long writes the date as people read it: "1er septembre 2026", "1 September 2026".
func (d Date) Long(l Locale) string {
	y, m, day := d.Time().Date()
	if l == English {
		return fmt.Sprintf("%d %s %d", day, m, y)
	}
	ordinal := fmt.Sprint(day)
	if day == 1 {
		ordinal = "1er"
	}
	return fmt.Sprintf("%s %s %d", ordinal, frenchMonths[m-1], y)
}

var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
	"septembre", "octobre", "novembre", "décembre"}

func (d Date) MarshalGQL(w io.Writer) { writeQuoted(w, d.String()) }

func (d *Date) UnmarshalGQL(v any) error {
	s, ok := textOf(v)
	if !ok {
		return notADate(s)
	}
	return d.UnmarshalText([]byte(s))
}

func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Date) UnmarshalText(b []byte) (err error) { *d, err = ParseDate(string(b)); return err }

// MarshalBSONValue stores the date as a string; the signature is the one that
// MongoDB's codec looks for.
func (d Date) MarshalBSONValue() (typ byte, data []byte, err error) {
	return bsonString, appendBSONString(nil, d.String()), nil
}

func (d *Date) UnmarshalBSONValue(typ byte, data []byte) error {
	s, err := readBSONString(typ, data)
	if err != nil {
		return err
	}
	return stored(d.UnmarshalText([]byte(s)))
}

// stored makes a failure of what is wrong with a stored value: it is nobody's
// input, so no refusal.
func stored(err error) error {
	if err != nil {
		return fmt.Errorf("stored value: %v", err)
	}
	return nil
}

// TimeOfDay is a wall-clock time, in minutes from midnight, written HH:MM.
type TimeOfDay int16

// ParseTimeOfDay reads HH:MM, from 00:00 to 23:59.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, notATimeOfDay(s)
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

func notATimeOfDay(given string) Unreadable {
	return CannotRead(given,
		"n'est pas une heure : écrivez HH:MM, par exemple 17:30",
		"is not a time of day: write HH:MM, for example 17:30")
}

func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t/60, t%60) }

func (t TimeOfDay) MarshalGQL(w io.Writer) { writeQuoted(w, t.String()) }

func (t *TimeOfDay) UnmarshalGQL(v any) error {
	s, ok := textOf(v)
	if !ok {
		return notATimeOfDay(s)
	}
	return t.UnmarshalText([]byte(s))
}

func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func (t *TimeOfDay) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTimeOfDay(string(b))
	return err
}

func (t TimeOfDay) MarshalBSONValue() (typ byte, data []byte, err error) {
	return bsonString, appendBSONString(nil, t.String()), nil
}

func (t *TimeOfDay) UnmarshalBSONValue(typ byte, data []byte) error {
	s, err := readBSONString(typ, data)
	if err != nil {
		return err
	}
	return stored(t.UnmarshalText([]byte(s)))
}
