package domain

import (
	"fmt"
	"io"
	"regexp"
)

// Siren is the number of an organisation in the Sirene register: nine digits,
// the last a check digit (Luhn). Siret adds five digits for one establishment.
type (
	Siren string
	Siret string
)

// laPoste is the SIREN whose establishments may, instead of Luhn, have a digit
// sum divisible by 5 (Insee, documentation of the Sirene register).
const laPoste = "356000000"

// Validate answers nil, or what is wrong with the number.
func (s Siren) Validate() error {
	if !digits(string(s), 9) {
		return CannotRead(string(s),
			"n'est pas un SIREN : écrivez ses neuf chiffres, sans espaces",
			"is not a SIREN: write its nine digits, without spaces")
	}
	if !luhn(string(s)) {
		return CannotRead(string(s),
			"n'est pas un SIREN : sa clé de contrôle est fausse, comparez-le avec le répertoire Sirene",
			"is not a SIREN: its check digit is wrong, compare it with the register")
	}
	return nil
}

// Validate answers nil, or what is wrong with the number.
func (s Siret) Validate() error {
	if !digits(string(s), 14) {
		return CannotRead(string(s),
			"n'est pas un SIRET : écrivez ses quatorze chiffres, sans espaces",
			"is not a SIRET: write its fourteen digits, without spaces")
	}
	if luhn(string(s)) || (string(s[:9]) == laPoste && digitSum(string(s))%5 == 0) {
		return nil
	}
	return CannotRead(string(s),
		"n'est pas un SIRET : sa clé de contrôle est fausse, comparez-le avec le répertoire Sirene",
		"is not a SIRET: its check digit is wrong, compare it with the register")
}

func (s Siren) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }
func (s Siret) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

func (s *Siren) UnmarshalGQL(v any) error {
	text, ok := textOf(v)
	if !ok { // a number may have lost its zeros
		return CannotRead(text,
			"n'est pas un SIREN : écrivez-le comme un texte, entre guillemets",
			"is not a SIREN: write it as a string, between quotes")
	}
	*s = Siren(text)
	return s.Validate()
}

func (s *Siret) UnmarshalGQL(v any) error {
	text, ok := textOf(v)
	if !ok {
		return CannotRead(text,
			"n'est pas un SIRET : écrivez-le comme un texte, entre guillemets",
			"is not a SIRET: write it as a string, between quotes")
	}
	*s = Siret(text)
	return s.Validate()
}

func digits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// luhn checks a string of digits by ISO/IEC 7812-1, annex B. Zeros alone, which
// would pass, are no number.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum > 0 && sum%10 == 0
}

func digitSum(s string) (sum int) {
	for i := range len(s) {
		sum += int(s[i] - '0')
	}
	return sum
}

var (
	rnaPattern = regexp.MustCompile(`^W[0-9A-Z]{9}$`)
	// inseePattern is the form of a commune's code; the official list decides.
	inseePattern = regexp.MustCompile(`^(0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}$|^97[1-8]\d{2}$|^98[4-9]\d{2}$`)
	// qpvPattern takes both lists: that of 2024, whose last letter is C in
	// Mayotte, and the older one.
	qpvPattern = regexp.MustCompile(`^(QN(\d{3}|02[AB])\d{2}[NMIC]|QP[0-9A-Z]{6})$`)
)

func (c InseeCode) MarshalGQL(w io.Writer) { writeQuoted(w, string(c)) }

// UnmarshalGQL checks the form only: whether the commune exists is for the
// lookup to say.
func (c *InseeCode) UnmarshalGQL(v any) error {
	s, ok := textOf(v)
	if !ok || !inseePattern.MatchString(s) {
		return CannotRead(s,
			"n'est pas un code Insee : un texte de cinq caractères, tel que 93066 ou 2A004 ; un code postal n'est pas un code Insee",
			"is not an Insee code: a string of five characters such as 93066 or 2A004; a postal code is not an Insee code")
	}
	*c = InseeCode(s)
	return nil
}

func (c InseeCode) validate(p *Problems, g Gazetteer, path []any, field string) {
	if _, known := g.Commune(c); !known {
		p.require(false, path, field,
			fmt.Sprintf("aucune commune n'a le code Insee %q ; un code postal n'est pas un code Insee : cherchez-le par communes(search)", clip(string(c))),
			fmt.Sprintf("no commune has the Insee code %q; a postal code is not an Insee code: look it up with communes(search)", clip(string(c))))
	}
}
