package domain

import (
	"errors"
	"fmt"
	"strings"
)

// A Refusal says why a command or a question can't be answered as asked. It is
// a struct with facts; its message is made at the edge, in the reader's
// language. Anything else that goes wrong is a system error, which the edge
// masks.
//
// The concrete types are the GraphQL types that implement PalierUserError, but
// for Unreadable and WrongKindError, which come before any resolver.
type Refusal interface {
	error
	// RefusalCode is the code that programs read.
	RefusalCode() RefusalCode
	// Say is the message for people: what is wrong and what to do.
	Say(Locale) string
}

// RefusalCode is a code that programs read.
type RefusalCode string

const (
	CodeInvalidInput        RefusalCode = "INVALID_INPUT"
	CodeNotFound            RefusalCode = "NOT_FOUND"
	CodeNotAllowed          RefusalCode = "NOT_ALLOWED"
	CodeVersionConflict     RefusalCode = "VERSION_CONFLICT"
	CodeWrongState          RefusalCode = "WRONG_STATE"
	CodeAlreadyExists       RefusalCode = "ALREADY_EXISTS"
	CodeIdempotencyConflict RefusalCode = "IDEMPOTENCY_CONFLICT"
	CodeTooLarge            RefusalCode = "TOO_LARGE"
)

// AsRefusals unwraps the refusals of an error; nil when it is none.
func AsRefusals(err error) []Refusal {
	var many Refusals
	if errors.As(err, &many) {
		return many
	}
	var one Refusal
	if errors.As(err, &one) {
		return []Refusal{one}
	}
	return nil
}

// Refusals are several at once: all that is wrong with an input.
type Refusals []Refusal

func (rs Refusals) Error() string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = r.Error()
	}
	return strings.Join(texts, "; ")
}

// InvalidInput names a field of the input and what to do about it.
type InvalidInput struct {
	// Path leads from the argument to the field; list positions are numbers.
	Path            []string
	French, English string
}

func (r InvalidInput) RefusalCode() RefusalCode { return CodeInvalidInput }
func (r InvalidInput) Say(l Locale) string      { return l.In(r.French, r.English) }
func (r InvalidInput) Error() string {
	return strings.Join(r.Path, ".") + ": " + r.English
}

// NotFound is what both a missing and a hidden object answer.
type NotFound struct {
	Path []string
	// What is the id or reference as it was given.
	Type, What string
}

func (r NotFound) RefusalCode() RefusalCode { return CodeNotFound }
func (r NotFound) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"aucun objet %s visible pour vous ne répond à %q : vérifiez l'identifiant ou la référence",
		"no %s that you can see answers to %q: check the id or reference"), r.Type, clip(r.What))
}
func (r NotFound) Error() string { return r.Say(English) }

// NotAllowed says that the viewer sees the object but may not do this.
type NotAllowed struct {
	// Action is the business action, in its stored form (space.publish).
	Action string
	// Needed are the roles that may.
	Needed []Role
}

func (r NotAllowed) RefusalCode() RefusalCode { return CodeNotAllowed }
func (r NotAllowed) Say(l Locale) string {
	labels := make([]string, len(r.Needed))
	for i, role := range r.Needed {
		labels[i] = role.Label(l)
	}
	return fmt.Sprintf(l.In(
		"cette action est réservée à : %s. Connectez-vous avec le compte qui convient",
		"this action is for: %s. Sign in with an account that may"), strings.Join(labels, ", "))
}
func (r NotAllowed) Error() string { return r.Action + ": " + r.Say(English) }

// VersionConflict says that the object changed since it was read.
type VersionConflict struct {
	Path              []string
	Expected, Current int
}

func (r VersionConflict) RefusalCode() RefusalCode { return CodeVersionConflict }
func (r VersionConflict) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"l'objet a changé : version %d attendue, version %d actuelle. Relisez-le, reprenez votre modification et envoyez-la avec la version actuelle",
		"the object has changed: version %d expected, version %d current. Read it again, redo your change and send it with the current version"), r.Expected, r.Current)
}
func (r VersionConflict) Error() string { return r.Say(English) }

// WrongState says that the object's state doesn't allow the step.
type WrongState struct {
	Path    []string
	Current Publication
	// Allowed are the states from which the step can be made.
	Allowed []Publication
}

func (r WrongState) RefusalCode() RefusalCode { return CodeWrongState }
func (r WrongState) Say(l Locale) string {
	labels := make([]string, len(r.Allowed))
	for i, s := range r.Allowed {
		labels[i] = s.Label(l)
	}
	return fmt.Sprintf(l.In(
		"impossible dans l'état « %s » ; possible depuis : %s",
		"not possible in the state %q; possible from: %s"), r.Current.Label(l), strings.Join(labels, ", "))
}
func (r WrongState) Error() string { return r.Say(English) }

// AlreadyExists says that another object holds an identifier that is unique.
type AlreadyExists struct {
	Path []string
	// Value is the identifier; ID the object that holds it, when the viewer
	// may see it.
	Value string
	ID    *ID
}

func (r AlreadyExists) RefusalCode() RefusalCode { return CodeAlreadyExists }
func (r AlreadyExists) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"%q est déjà pris : modifiez l'objet qui le porte, ou choisissez une autre valeur",
		"%q is already taken: change the object that holds it, or choose another value"), clip(r.Value))
}
func (r AlreadyExists) Error() string { return r.Say(English) }

// IdempotencyConflict says that the key was used with another input.
type IdempotencyConflict struct {
	Path []string
	Key  string
}

func (r IdempotencyConflict) RefusalCode() RefusalCode { return CodeIdempotencyConflict }
func (r IdempotencyConflict) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"la clé d'idempotence %q a déjà servi avec d'autres données : employez une clé neuve pour une nouvelle demande",
		"the idempotency key %q was used with another input: use a new key for a new request"), clip(r.Key))
}
func (r IdempotencyConflict) Error() string { return r.Say(English) }

// TooLarge says that a command would write more than one commit holds.
type TooLarge struct {
	Bytes, Most int
}

func (r TooLarge) RefusalCode() RefusalCode { return CodeTooLarge }
func (r TooLarge) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"la demande écrirait %d octets, la limite est de %d : découpez-la en plusieurs",
		"the request would write %d bytes, the limit is %d: split it"), r.Bytes, r.Most)
}
func (r TooLarge) Error() string { return r.Say(English) }
