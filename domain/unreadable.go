package domain

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Unreadable refuses a text that isn't what its type writes: a date, an amount,
// a code. What reads it doesn't know where it stands; the edge adds the path.
type Unreadable struct{ French, English string }

func (r Unreadable) RefusalCode() RefusalCode { return CodeInvalidInput }
func (r Unreadable) Say(l Locale) string      { return l.In(r.French, r.English) }
func (r Unreadable) Error() string            { return r.English }

// CannotRead quotes the text that was given, and says what is wrong with it and
// how to write it.
func CannotRead(given, french, english string) Unreadable {
	quoted := strconv.Quote(clip(given))
	return Unreadable{French: quoted + " " + french, English: quoted + " " + english}
}

// readable notes what the reader of a value finds wrong with it.
func (p *Problems) readable(err error, path []any, field string) {
	if r, refused := errors.AsType[Unreadable](err); refused {
		p.require(false, path, field, r.French, r.English)
	}
}

// textOf is what a client gave for a scalar that is written as a string. What
// it gave instead of one is told from it by ok, and is text for a message.
func textOf(v any) (text string, ok bool) {
	if s, ok := v.(string); ok {
		return s, true
	}
	return fmt.Sprint(v), false
}

// WrongKindError refuses an id of one kind where another is due.
type WrongKindError struct {
	ID   ID
	Want Kind
	Got  Kind // "" when the id is of no kind at all
}

func (e *WrongKindError) RefusalCode() RefusalCode { return CodeInvalidInput }

func (e *WrongKindError) Say(l Locale) string {
	id, prefix := clip(string(e.ID)), prefixes[e.Want]
	got, want := e.Got.TypeName(), e.Want.TypeName()
	switch {
	case e.Got == "" && l == English:
		return fmt.Sprintf("%q is not an id: the id of %s begins with %q", id, withArticle(want), prefix)
	case e.Got == "":
		return fmt.Sprintf("%q n'est pas un identifiant : celui d'un objet %s commence par %q", id, want, prefix)
	case l == English:
		return fmt.Sprintf("%q is the id of %s: pass the id of %s, which begins with %q", id, withArticle(got), withArticle(want), prefix)
	}
	return fmt.Sprintf("%q est l'identifiant d'un objet %s : donnez celui d'un objet %s, qui commence par %q", id, got, want, prefix)
}

func withArticle(noun string) string {
	if strings.HasPrefix(noun, "I") {
		return "an " + noun
	}
	return "a " + noun
}

func (e *WrongKindError) Error() string { return e.Say(English) }

// AsRefusal is the same refusal, at a path.
func (e *WrongKindError) AsRefusal(path ...string) InvalidInput {
	return InvalidInput{Path: path, French: e.Say(French), English: e.Say(English)}
}
