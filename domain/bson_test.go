package domain_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// Dates and times are stored as strings, through the codec of the ledger.
func TestStoredDates(t *testing.T) {
	type document struct {
		Day   domain.Date      `bson:"day"`
		None  *domain.Date     `bson:"none,omitempty"`
		Some  *domain.Date     `bson:"some,omitempty"`
		Start domain.TimeOfDay `bson:"start"`
		Days  []domain.Date    `bson:"days"`
	}
	type plain struct {
		Day   string   `bson:"day"`
		Some  string   `bson:"some"`
		Start string   `bson:"start"`
		Days  []string `bson:"days"`
	}
	d := document{Day: day(t, "2026-09-01"), Some: new(day(t, "1800-01-01")), Start: 1050, Days: []domain.Date{day(t, "2200-12-31")}}
	stored, err := ledger.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	asStrings, err := ledger.Marshal(plain{"2026-09-01", "1800-01-01", "17:30", []string{"2200-12-31"}})
	if err != nil || !bytes.Equal(stored, asStrings) {
		t.Errorf("%x, want %x (%v)", stored, asStrings, err)
	}
	var back document
	if err := ledger.Unmarshal(stored, &back); err != nil || back.Day != d.Day || back.None != nil || *back.Some != *d.Some || back.Start != d.Start || back.Days[0] != d.Days[0] {
		t.Errorf("%+v, %v", back, err)
	}
	for _, bad := range []any{plain{Day: "2026-02-30", Some: "2026-09-01", Start: "17:30"}, plain{Day: "2026-09-01", Some: "2026-09-01", Start: "25:00"},
		struct {
			Day int `bson:"day"`
		}{5}} {
		stored, err := ledger.Marshal(bad)
		if err != nil {
			t.Fatal(err)
		}
		// A damaged document is no client's mistake.
		if err := ledger.Unmarshal(stored, new(document)); err == nil || domain.AsRefusals(err) != nil {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// A project that says nothing of what it can carry out is stored as before there
// were words for it; an old document reads as unknown.
func TestStoredProjectsStayAsTheyWere(t *testing.T) {
	f := leastProject()
	stored, err := ledger.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"activities", "levers", "capacity"} {
		if bytes.Contains(stored, append([]byte(name), 0)) {
			t.Errorf("%s is stored though unknown", name)
		}
	}
	var back domain.ProjectFields
	if err := ledger.Unmarshal(stored, &back); err != nil || back.Activities != nil || back.Levers != nil || back.Capacity != nil {
		t.Errorf("%+v, %v", back, err)
	}
	f = fullProject()
	if stored, err = ledger.Marshal(f); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Unmarshal(stored, &back); err != nil || len(back.Activities) != 1 || len(back.Levers) != 1 || *back.Capacity.HoursPerWeek != 35 {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestMalformedStoredStrings(t *testing.T) {
	const text = 0x02
	good := []byte("\x0b\x00\x00\x002026-09-01\x00")
	var d domain.Date
	if err := d.UnmarshalBSONValue(text, good); err != nil || d != day(t, "2026-09-01") {
		t.Fatalf("%s, %v", d, err)
	}
	for name, c := range map[string]struct {
		typ  byte
		data []byte
	}{
		"another type":         {0x10, good},
		"nothing":              {text, nil},
		"no text":              {text, []byte("\x0b\x00\x00\x00")},
		"cut short":            {text, good[:len(good)-1]},
		"a length of 0":        {text, append([]byte{0, 0, 0, 0}, good[4:]...)},
		"a negative length":    {text, append([]byte{0xff, 0xff, 0xff, 0xff}, good[4:]...)},
		"a length beyond":      {text, append([]byte{0x0c, 0, 0, 0}, good[4:]...)},
		"no final zero":        {text, append(good[:len(good)-1:len(good)-1], 'x')},
		"a text that is none":  {text, []byte("\x05\x00\x00\x00abcd\x00")},
		"a text that is empty": {text, []byte("\x01\x00\x00\x00\x00")},
	} {
		var d domain.Date
		var clock domain.TimeOfDay
		for _, err := range []error{d.UnmarshalBSONValue(c.typ, c.data), clock.UnmarshalBSONValue(c.typ, c.data)} {
			if _, refusal := errors.AsType[domain.Refusal](err); err == nil || refusal {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
