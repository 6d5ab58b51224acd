package domain_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]domain.Amount{
		"0": 0, "0.00": 0, "-0": 0, "1250.50": 125050, "1250.5": 125050, "1250": 125000, "-3.07": -307, "007": 700,
		"0.01": 1, "-0.01": -1, "10000000000": 1_000_000_000_000, "-10000000000.00": -1_000_000_000_000,
	} {
		if got, err := domain.ParseAmount(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-", ".", "-.5", ".5", "1.", "1.234", "1,50", "1 250", "1e3", "+1", "--1", "1.-5", "1..2", "€5",
		"NaN", "Inf", "0x10", "١", "10000000000.01", "99999999999999999999999"} {
		if got, err := domain.ParseAmount(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		} else if r, ok := errors.AsType[domain.Unreadable](err); !ok || r.French == "" {
			t.Errorf("%q: %#v", text, err)
		}
	}
}

// Files and clients may give a number instead of a string.
func TestAmountFromNumbers(t *testing.T) {
	for _, v := range []any{"1250.50", 1250.5, json.Number("1250.50"), json.Number("1250.5")} {
		var a domain.Amount
		if err := a.UnmarshalGQL(v); err != nil || a != 125050 {
			t.Errorf("%#v: %s, %v", v, a, err)
		}
	}
	for _, v := range []any{1_250_000_000.0, 1_250_000_000, int64(1_250_000_000)} {
		var a domain.Amount
		if err := a.UnmarshalGQL(v); err != nil || a != 125_000_000_000 {
			t.Errorf("%#v: %s, %v", v, a, err)
		}
	}
	for _, v := range []any{nil, true, "", 1.005, []any{1}, map[string]any{}} {
		if err := new(domain.Amount).UnmarshalGQL(v); err == nil {
			t.Errorf("%#v is read", v)
		}
	}
	for text, want := range map[string]domain.Amount{`"12.30"`: 1230, `12.30`: 1230, `12`: 1200, `-1`: -100} {
		var a domain.Amount
		if err := json.Unmarshal([]byte(text), &a); err != nil || a != want {
			t.Errorf("%s: %s, %v", text, a, err)
		}
	}
	for _, text := range []string{`1.234`, `1e2`, `"x"`, `true`, `{}`} {
		if err := json.Unmarshal([]byte(text), new(domain.Amount)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestAmountsAreWrittenAsRead(t *testing.T) {
	for a, want := range map[domain.Amount]string{0: "0.00", 1: "0.01", -1: "-0.01", 125050: "1250.50", -125000: "-1250.00"} {
		var gql bytes.Buffer
		a.MarshalGQL(&gql)
		b, err := json.Marshal(a)
		if err != nil || a.String() != want || gql.String() != `"`+want+`"` || string(b) != `"`+want+`"` {
			t.Errorf("%d: %s, %s, %s (%v), want %s", a, a, &gql, b, err, want)
		}
		if back, err := domain.ParseAmount(a.String()); err != nil || back != a {
			t.Errorf("%s comes back as %s, %v", a, back, err)
		}
	}
}

func TestEuros(t *testing.T) {
	for a, want := range map[domain.Amount]domain.Bilingual{
		0:             {French: "0\u00a0€", English: "0\u00a0€"},
		5:             {French: "0,05\u00a0€", English: "0.05\u00a0€"},
		-50:           {French: "-0,50\u00a0€", English: "-0.50\u00a0€"},
		99900:         {French: "999\u00a0€", English: "999\u00a0€"},
		125050:        {French: "1\u202f250,50\u00a0€", English: "1,250.50\u00a0€"},
		-125050:       {French: "-1\u202f250,50\u00a0€", English: "-1,250.50\u00a0€"},
		-10000000:     {French: "-100\u202f000\u00a0€", English: "-100,000\u00a0€"},
		1_000_000_000: {French: "10\u202f000\u202f000\u00a0€", English: "10,000,000\u00a0€"},
	} {
		for _, l := range []domain.Locale{domain.French, domain.English} {
			if got := a.Euros(l); got != want.In(l) {
				t.Errorf("%s: %q, want %q", a, got, want.In(l))
			}
		}
	}
}

func TestMonthlyTotal(t *testing.T) {
	cost := func(euros domain.Amount, basis domain.CostBasis) domain.Cost {
		return domain.Cost{Amount: euros * 100, Currency: domain.CurrencyEur, Basis: basis}
	}
	with := func(c domain.Cost, change func(*domain.Cost)) domain.Cost { change(&c); return c }
	vat := func(percent float64) func(*domain.Cost) { return func(c *domain.Cost) { c.VatPercent = &percent } }
	charges := func(euros domain.Amount) func(*domain.Cost) {
		return func(c *domain.Cost) { c.ChargesIncluded, c.MonthlyCharges = new(false), new(euros*100) }
	}
	for _, c := range []struct {
		name    string
		cost    domain.Cost
		surface float64
		months  int
		want    string // "" is unknown
	}{
		{"free", cost(0, domain.CostFree), 0, 0, "0.00"},
		{"free, with charges", with(cost(0, domain.CostFree), charges(40)), 0, 0, "40.00"},
		{"by month", cost(300, domain.CostPerMonth), 0, 0, "300.00"},
		{"by month, with VAT", with(cost(300, domain.CostPerMonth), vat(20)), 0, 0, "360.00"}, // 300 × 1.2
		{"with VAT of 5.5 %", with(cost(333, domain.CostPerMonth), vat(5.5)), 0, 0, "351.32"}, // 333 × 1.055 = 351.315
		{"by surface", cost(105, domain.CostPerM2Year), 64, 0, "560.00"},                      // 105 × 64 ÷ 12
		{"by surface, rounded", cost(100, domain.CostPerM2Year), 33.3, 0, "277.50"},           // 3,330 ÷ 12
		{"by surface, to the cent", cost(100, domain.CostPerM2Year), 10, 0, "83.33"},          // 1,000 ÷ 12 = 83.333…
		{"by surface, unknown", cost(105, domain.CostPerM2Year), 0, 0, ""},
		{"at once", cost(1_000, domain.CostOneOff), 0, 18, "55.56"}, // 1,000 ÷ 18 = 55.555…
		{"at once, for an unknown time", cost(1_000, domain.CostOneOff), 0, 0, ""},
		{"with charges on top, without VAT on them", with(with(cost(300, domain.CostPerMonth), vat(20)), charges(50)), 0, 0, "410.00"}, // 360 + 50
		{"with charges included", with(cost(300, domain.CostPerMonth), func(c *domain.Cost) { c.ChargesIncluded = new(true) }), 0, 0, "300.00"},
		{"with charges, how much unknown", with(cost(300, domain.CostPerMonth), func(c *domain.Cost) { c.ChargesIncluded = new(false) }), 0, 0, ""},
		{"by an unknown basis", cost(300, "PER_DAY"), 50, 12, ""},
	} {
		got, known := c.cost.MonthlyTotal(c.surface, c.months)
		if known != (c.want != "") || known && got.String() != c.want {
			t.Errorf("%s: %s, %v; want %q", c.name, got, known, c.want)
		}
	}
}
