package domain

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Amount is an amount of money in cents of its currency, written as a decimal
// with two digits ("1250.50").
type Amount int64

// mostAmount bounds an amount: ten billion, far above any rent or budget here.
const mostAmount Amount = 1_000_000_000_000

// ParseAmount reads a decimal with at most two digits after the point.
func ParseAmount(s string) (Amount, error) {
	unsigned, negative := strings.CutPrefix(s, "-")
	euros, cents, pointed := strings.Cut(unsigned, ".")
	if euros == "" || pointed && cents == "" || len(cents) > 2 || strings.Trim(euros+cents, "0123456789") != "" {
		return 0, CannotRead(s,
			"n'est pas un montant : écrivez un nombre décimal avec au plus deux chiffres après le point, par exemple 1250.50",
			"is not an amount: write a decimal with at most two digits after the point, for example 1250.50")
	}
	n, err := strconv.ParseInt(euros+(cents + "00")[:2], 10, 64)
	if err != nil || Amount(n) > mostAmount {
		return 0, CannotRead(s,
			"est un montant trop grand : dix milliards au plus",
			"is too large an amount: ten billion at most")
	}
	if negative {
		n = -n
	}
	return Amount(n), nil
}

func (a Amount) String() string {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	return fmt.Sprintf("%s%d.%02d", sign, a/100, a%100)
}

func (a Amount) MarshalGQL(w io.Writer) { writeQuoted(w, a.String()) }

// UnmarshalGQL accepts a decimal string, or a number for convenience.
func (a *Amount) UnmarshalGQL(v any) (err error) {
	s, _ := textOf(v)
	if f, ok := v.(float64); ok { // without an exponent
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	*a, err = ParseAmount(s)
	return err
}

func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a *Amount) UnmarshalText(b []byte) (err error) { *a, err = ParseAmount(string(b)); return err }

// UnmarshalJSON accepts a number as well as a string, for data files.
func (a *Amount) UnmarshalJSON(b []byte) error {
	return a.UnmarshalText([]byte(strings.Trim(string(b), `"`)))
}

// Euros writes the amount as people read it: "1 250 €", "1,250.50 €" in English.
func (a Amount) Euros(l Locale) string {
	whole, cents, _ := strings.Cut(a.String(), ".")
	s := groupThousands(whole, l)
	if cents != "00" {
		s += l.In(",", ".") + cents
	}
	return s + "\u00a0€"
}

// groupThousands writes 12345 as "12 345" (narrow no-break space) or "12,345".
func groupThousands(digits string, l Locale) string {
	separator := l.In("\u202f", ",")
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}

// Cost is what a space costs its occupant.
type Cost struct {
	// Amount in Currency, for the Basis; 0 when the basis is FREE.
	Amount   Amount    `bson:"amount"`
	Currency Currency  `bson:"currency"`
	Basis    CostBasis `bson:"basis"`
	// VatPercent is the rate to add; nil when VAT doesn't apply or isn't known.
	VatPercent *float64 `bson:"vatPercent,omitempty"`
	// ChargesIncluded is nil when unknown.
	ChargesIncluded *bool `bson:"chargesIncluded,omitempty"`
	// MonthlyCharges on top, when they are not included; nil when unknown.
	MonthlyCharges *Amount `bson:"monthlyCharges,omitempty"`
}

// MonthlyTotal is what the occupant pays a month, VAT and charges included, for
// a surface in m² and a term in months over which a one-off payment is spread.
// It is unknown (false) when the surface is needed and not known, when a
// one-off has no term, or when charges are known not to be included but not
// how much.
func (c Cost) MonthlyTotal(surfaceM2 float64, months int) (Amount, bool) {
	var monthly float64
	switch c.Basis {
	case CostFree:
	case CostPerMonth:
		monthly = float64(c.Amount)
	case CostPerM2Year:
		if surfaceM2 <= 0 {
			return 0, false
		}
		monthly = float64(c.Amount) * surfaceM2 / 12
	case CostOneOff:
		if months <= 0 {
			return 0, false
		}
		monthly = float64(c.Amount) / float64(months)
	default:
		return 0, false
	}
	if c.VatPercent != nil {
		// The conversion rounds: fused with the sum below, some processors would
		// find other cents.
		monthly = float64(monthly * (1 + *c.VatPercent/100))
	}
	if c.ChargesIncluded != nil && !*c.ChargesIncluded {
		if c.MonthlyCharges == nil {
			return 0, false
		}
		monthly += float64(*c.MonthlyCharges)
	}
	return Amount(math.Round(monthly)), true
}

func (c Cost) validate(p *Problems, path ...any) {
	p.require(c.Currency.known(), path, "currency", "devise inconnue : EUR est la seule admise", "unknown currency: EUR is the only one accepted")
	knownCode(p, c.Basis, path, "basis")
	p.notNegative(&c.Amount, path, "amount")
	if c.Basis == CostFree {
		p.require(c.Amount == 0, path, "amount", "une mise à disposition gratuite a un montant de 0", "a free use has an amount of 0")
	}
	if c.VatPercent != nil {
		p.require(*c.VatPercent >= 0 && *c.VatPercent <= 100, path, "vatPercent", "le taux de TVA est compris entre 0 et 100", "the VAT rate is between 0 and 100")
	}
	p.notNegative(c.MonthlyCharges, path, "monthlyCharges")
	if c.MonthlyCharges != nil {
		p.require(c.ChargesIncluded != nil && !*c.ChargesIncluded, path, "chargesIncluded",
			"des charges en plus (monthlyCharges) ne sont pas comprises : chargesIncluded est false", "charges on top (monthlyCharges) aren't included: chargesIncluded is false")
	}
}

// BasisLabel is the label of the basis.
func (c Cost) BasisLabel(locale Locale) string { return c.Basis.Label(locale) }
