package domain_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/palier-hub/palier/domain"
)

// What is read is written as the same value; what isn't is refused in both
// languages, in few words.
func refusedBriefly(t *testing.T, text string, err error) {
	t.Helper()
	refusals := domain.AsRefusals(err)
	if len(refusals) != 1 {
		t.Fatalf("%q: %#v", text, err)
	}
	for _, l := range []domain.Locale{domain.French, domain.English} {
		if s := refusals[0].Say(l); s == "" || len(s) > 1_000 || !utf8.ValidString(s) {
			t.Fatalf("%q: %q", text, s)
		}
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{"1250.50", "-0.5", "-", "1e9", "10000000000.01", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := domain.ParseAmount(text)
		if err != nil {
			refusedBriefly(t, text, err)
			return
		}
		if back, err := domain.ParseAmount(a.String()); err != nil || back != a {
			t.Errorf("%q is %s, which is %s (%v)", text, a, back, err)
		}
		if strings.Trim(text, "-.0123456789") != "" || !strings.ContainsAny(text, "0123456789") {
			t.Errorf("%q is %s", text, a)
		}
		a.Euros(domain.French)
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-09-01", "2024-02-29", "2026-02-30", "0000-00-00", "99999-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := domain.ParseDate(text)
		if err != nil {
			refusedBriefly(t, text, err)
		} else if d.String() != text {
			t.Errorf("%q is %s", text, d)
		}
	})
}

func FuzzParseTimeOfDay(f *testing.F) {
	for _, seed := range []string{"17:30", "24:00", "7:5", "00:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clock, err := domain.ParseTimeOfDay(text)
		if err != nil {
			refusedBriefly(t, text, err)
		} else if clock.String() != text || clock < 0 || clock >= 24*60 {
			t.Errorf("%q is %s", text, clock)
		}
	})
}

// Every scalar that a client gives as text.
func FuzzIdentifiers(f *testing.F) {
	for _, seed := range []string{"732829320", "73282932000074", "93066", "spc_1", "les-petites-cantines", "W691085512", "QN09405M", "\xff\x00"} {
		f.Add(seed)
	}
	readers := []func(any) (string, error){reader[domain.ID](), reader[domain.LandlordID](), reader[domain.SpaceID](), reader[domain.InseeCode](),
		reader[domain.Siren](), reader[domain.Siret](), reader[domain.QpvCode]()}
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range readers {
			if got, err := read(text); err != nil {
				refusedBriefly(t, text, err)
			} else if got != text {
				t.Errorf("%q is read as %q", text, got)
			}
		}
		id := domain.ID(text)
		if kind := id.Kind(); kind != "" && (kind.TypeName() == "" || domain.CodeID(kind, id.Code()) != id) {
			t.Errorf("%q is a %q", text, kind)
		}
		domain.LocaleFromHeader(text)
		f := fullProject()
		f.Slug, f.Holder.Rna, f.Website = text, &text, &text
		p := &domain.Problems{}
		checkProject(f, p)
		if err := p.Err(); err != nil && len(err.Error()) > 2_000 {
			t.Errorf("%q: %s", text, err)
		}
	})
}

// Any rule can be shown, and any stored bytes read or refused.
func FuzzSlotInWords(f *testing.F) {
	f.Add("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", int16(1050), 180)
	f.Add("BYDAY=,", int16(-1), -5)
	f.Fuzz(func(t *testing.T, rule string, start int16, minutes int) {
		s := domain.RecurringSlot{Rule: rule, Start: domain.TimeOfDay(start), DurationMinutes: minutes}
		s.Display(domain.French)
		s.Display(domain.English)
	})
}

func FuzzStoredDate(f *testing.F) {
	f.Add(byte(2), []byte("\x0b\x00\x00\x002026-09-01\x00"))
	f.Add(byte(2), []byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, typ byte, data []byte) {
		var d domain.Date
		if err := d.UnmarshalBSONValue(typ, data); err == nil {
			if _, again, err := d.MarshalBSONValue(); err != nil || !strings.HasPrefix(string(data), string(again)) {
				t.Errorf("%q is %s, written %q", data, d, again)
			}
		}
		var a domain.Amount
		_ = json.Unmarshal(data, &a) // mustn't panic
	})
}
