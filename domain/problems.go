package domain

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problems collects what is wrong with an input, so that all of it is said at
// once.
type Problems struct {
	// Root stands before every path.
	Root []string
	list Refusals
}

// Add notes a problem at a path.
func (p *Problems) Add(path []any, french, english string) {
	p.list = append(p.list, InvalidInput{Path: p.At(path...), French: french, English: english})
}

// AddRefusal notes a refusal of another type.
func (p *Problems) AddRefusal(r Refusal) { p.list = append(p.list, r) }

// At makes a path below the root; its parts are strings and list positions.
func (p *Problems) At(path ...any) []string {
	out := slices.Clone(p.Root)
	for _, part := range path {
		switch v := part.(type) {
		case string:
			out = append(out, v)
		case int:
			out = append(out, strconv.Itoa(v))
		}
	}
	return out
}

// Require notes a problem at a path unless ok, and answers ok; for the rules of
// other packages.
func (p *Problems) Require(ok bool, french, english string, path ...any) bool {
	return p.require(ok, path, "", french, english)
}

// require notes a problem at path/field (at path when field is "") unless ok,
// and answers ok.
func (p *Problems) require(ok bool, path []any, field, french, english string) bool {
	switch {
	case ok:
	case field == "":
		p.Add(path, french, english)
	default:
		p.Add(below(path, field), french, english)
	}
	return ok
}

// below is a longer path.
func below(path []any, parts ...any) []any { return append(slices.Clone(path), parts...) }

// Err is nil when nothing is wrong.
func (p *Problems) Err() error {
	if len(p.list) == 0 {
		return nil
	}
	return p.list
}

// What comes from outside is bounded: the characters of a text of one line (a
// label, a name) and of a long one, the bytes of an address, the items of a
// list inside a record (exported for the lists that the hub looks up).
const (
	mostLine  = 200
	mostText  = 4_000
	mostURL   = 2_000
	MostItems = 100
)

// line requires a text of one line that says something.
func (p *Problems) line(s string, path []any, field string) {
	p.words(s, mostLine, isUnseen, path, field)
}

// text requires a text that says something, of several lines if need be.
func (p *Problems) text(s string, path []any, field string) {
	p.words(s, mostText, isUnseenInText, path, field)
}

// optionalLine and optionalText do the same unless the text is absent.
func (p *Problems) optionalLine(s *string, path []any, field string) {
	if s != nil {
		p.line(*s, path, field)
	}
}

func (p *Problems) optionalText(s *string, path []any, field string) {
	if s != nil {
		p.text(*s, path, field)
	}
}

func (p *Problems) words(s string, most int, refused func(rune) bool, path []any, field string) {
	switch {
	case strings.TrimSpace(s) == "":
		p.require(false, path, field, "ce texte est vide : écrivez-le, ou laissez le champ absent s'il est facultatif",
			"this text is empty: write it, or leave the field out where it is optional")
	case utf8.RuneCountInString(s) > most:
		p.require(false, path, field, fmt.Sprintf("ce texte dépasse %d caractères : raccourcissez-le", most),
			fmt.Sprintf("this text is over %d characters: shorten it", most))
	case !utf8.ValidString(s) || strings.ContainsFunc(s, refused):
		p.require(false, path, field, "ce texte contient des caractères invisibles (sauts de ligne, commandes) : retirez-les",
			"this text holds characters that aren't seen (line breaks, controls): remove them")
	}
}

// isUnseen tells the characters that change how a text is laid out, or pass for
// others: controls, and those that turn the direction of writing.
func isUnseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

// isUnseenInText is isUnseen but for what lays out several lines.
func isUnseenInText(r rune) bool { return isUnseen(r) && !strings.ContainsRune("\n\r\t", r) }

// url requires a public web address, unless it is absent.
func (p *Problems) url(s *string, path []any, field string) {
	if s == nil {
		return
	}
	u, err := url.Parse(*s)
	p.require(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		len(*s) <= mostURL && utf8.ValidString(*s) && !strings.ContainsFunc(*s, isUnseen), path, field,
		"une adresse web complète est attendue, par exemple https://www.exemple.fr", "a full web address is expected, for example https://www.example.org")
}

// items bounds a list, and answers whether its items are worth a look: a client
// isn't told of ten thousand problems.
func (p *Problems) items(n int, path []any, field string) bool {
	return p.atMost(n, MostItems, path, field)
}

func (p *Problems) atMost(n, most int, path []any, field string) bool {
	if n <= most {
		return true
	}
	return p.require(false, path, field, fmt.Sprintf("au plus %d éléments", most), fmt.Sprintf("at most %d items", most))
}

// between bounds a number, unless it is absent.
func (p *Problems) between(n *int, least, most int, path []any, field string) {
	if n == nil || *n >= least && *n <= most {
		return
	}
	p.require(false, path, field,
		fmt.Sprintf("un nombre entre %s et %s est attendu", Number(float64(least), French), Number(float64(most), French)),
		fmt.Sprintf("a number between %s and %s is expected", Number(float64(least), English), Number(float64(most), English)))
}

// notNegative bounds an amount from below (reading it does from above), unless
// it is absent.
func (p *Problems) notNegative(a *Amount, path []any, field string) {
	if a != nil {
		p.require(*a >= 0 && *a <= mostAmount, path, field, "un montant positif ou nul est attendu", "an amount of 0 or more is expected")
	}
}

// inOrder requires that a period ends after it begins.
func (p *Problems) inOrder(from, until *Date, path []any, field string) {
	if from != nil && until != nil {
		p.require(*from <= *until, path, field, "la fin précède le début", "the end comes before the start")
	}
}

// coded is a value of a code list.
type coded interface {
	~string
	known() bool
}

func knownCode[T coded](p *Problems, c T, path []any, field string) {
	if !c.known() {
		p.unknownCode(string(c), below(path, field))
	}
}

func (p *Problems) unknownCode(c string, path []any) {
	c = strconv.Quote(clip(c))
	p.Add(path, "code inconnu : "+c+". codeLists donne les codes", "unknown code: "+c+". codeLists gives the codes")
}

// knownCodes requires that all are known and none stands twice; it answers
// whether the list is worth another look.
func knownCodes[T coded](p *Problems, list []T, path []any, field string) bool {
	if !p.items(len(list), path, field) {
		return false
	}
	for i, c := range list {
		switch {
		case !c.known():
			p.unknownCode(string(c), below(path, field, i))
		case slices.Contains(list[:i], c):
			p.Add(below(path, field, i), string(c)+" figure deux fois : retirez-en un", string(c)+" stands twice: remove one")
		}
	}
	return true
}

// saysSomething refuses an empty list where only an absent one means unknown:
// it would be stored as if it were absent.
func saysSomething[T any](p *Problems, list []T, path []any, field string) {
	p.require(list == nil || len(list) > 0, path, field,
		"une liste vide ne dit rien : laissez le champ absent (ou null) quand ce n'est pas connu",
		"an empty list says nothing: leave the field out (or null) when it isn't known")
}

// Known requires a code of a list.
func (p *Problems) Known(c interface{ known() bool }, path ...any) {
	if !c.known() {
		p.unknownCode(fmt.Sprint(c), path)
	}
}
