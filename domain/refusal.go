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
	CodeTooMany             RefusalCode = "TOO_MANY"
	CodeWrongStatus         RefusalCode = "WRONG_STATUS"
	CodeNotReady            RefusalCode = "NOT_READY"
	CodeSpaceTaken          RefusalCode = "SPACE_TAKEN"
	CodeScopeMissing        RefusalCode = "SCOPE_MISSING"
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

// ScopeMissing says that the viewer's key doesn't go so far.
type ScopeMissing struct{ Scope AccessScope }

func (r ScopeMissing) RefusalCode() RefusalCode { return CodeScopeMissing }
func (r ScopeMissing) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"cette clé n'a pas le droit %s (%s) : demandez à qui l'a créée une clé qui l'a",
		"this key hasn't the scope %s (%s): ask whoever made it for one that has"), r.Scope, r.Scope.Label(l))
}
func (r ScopeMissing) Error() string { return r.Say(English) }

// AccessEnded says that the viewer's key or account lost its rights meanwhile.
type AccessEnded struct{}

func (AccessEnded) RefusalCode() RefusalCode { return CodeNotAllowed }
func (AccessEnded) Say(l Locale) string {
	return l.In(
		"cet accès vient d'être retiré : demandez une nouvelle clé, ou reconnectez-vous",
		"this access was just withdrawn: ask for a new key, or sign in again")
}
func (r AccessEnded) Error() string { return r.Say(English) }

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

// TooMany says that as many objects are kept as are accepted.
type TooMany struct {
	Path []string
	// What they are, in the plural, and whose: "spaces and sites of a landlord".
	What       Bilingual
	Most, Kept int
}

func (r TooMany) RefusalCode() RefusalCode { return CodeTooMany }
func (r TooMany) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"au plus %s %s, quel que soit leur état ; il y en a déjà %s : modifiez ce qui existe, ou demandez à l'équipe de la fondation",
		"at most %s %s, whatever their state; there are %s already: change what is there, or ask the foundation's staff"),
		Number(float64(r.Most), l), r.What.In(l), Number(float64(r.Kept), l))
}
func (r TooMany) Error() string { return r.Say(English) }

// WrongStatus says that a hosting request's status doesn't allow the action.
type WrongStatus struct {
	Path    []string
	Action  RequestAction
	Current RequestStatus
	// Allowed are the statuses from which it can be done.
	Allowed []RequestStatus
}

func (r WrongStatus) RefusalCode() RefusalCode { return CodeWrongStatus }
func (r WrongStatus) Say(l Locale) string {
	labels := make([]string, len(r.Allowed))
	for i, s := range r.Allowed {
		labels[i] = s.Label(l)
	}
	return fmt.Sprintf(l.In(
		"« %s » est impossible dans l'état « %s » ; possible depuis : %s. allowedTransitions dit ce qui l'est maintenant",
		"%q is not possible in the status %q; possible from: %s. allowedTransitions says what is possible now"),
		r.Action.Label(l), r.Current.Label(l), strings.Join(labels, ", "))
}
func (r WrongStatus) Error() string { return r.Say(English) }

// NotReady says that something has to be there before the action can be done.
type NotReady struct {
	Path   []string
	Action RequestAction
	// Lacking is what isn't there.
	Lacking []RequestRequirement
	// Failing are the hard criteria of the match that fail on the terms.
	Failing []CriterionCode
}

func (r NotReady) RefusalCode() RefusalCode { return CodeNotReady }
func (r NotReady) Say(l Locale) string {
	var labels []string
	for _, need := range r.Lacking {
		labels = append(labels, need.Label(l))
	}
	s := fmt.Sprintf(l.In("avant de pouvoir « %s », il faut : %s", "before you can %s, this is needed: %s"), r.Action.Label(l), strings.Join(labels, ", "))
	if len(r.Failing) > 0 {
		var failing []string
		for _, c := range r.Failing {
			failing = append(failing, c.Label(l))
		}
		s += fmt.Sprintf(l.In(". En échec sur ces termes : %s", ". Failing on these terms: %s"), strings.Join(failing, ", "))
	}
	return s
}
func (r NotReady) Error() string { return r.Say(English) }

// SpaceTaken says that someone else has the space at that time.
type SpaceTaken struct {
	Path  []string
	Space SpaceID
	// By is what takes it; nil when the space isn't available, or isn't open,
	// then. Whether the viewer may see the request that does is for whoever shows
	// it to ask.
	By *Commitment
	// On is the first day on which the two meet; nil when it isn't one day's.
	On *Date
}

func (r SpaceTaken) RefusalCode() RefusalCode { return CodeSpaceTaken }
func (r SpaceTaken) Say(l Locale) string {
	var s string
	switch {
	case r.By == nil:
		s = l.In("le local n'est pas disponible, ou pas ouvert, sur toute cette période", "the space isn't available, or isn't open, in all of this time")
	case r.By.From != nil && r.By.Until != nil:
		s = fmt.Sprintf(l.In("le local est déjà pris du %s au %s", "the space is already taken from %s to %s"), r.By.From.Long(l), r.By.Until.Long(l))
	default:
		s = l.In("le local est déjà pris", "the space is already taken")
	}
	if r.By != nil && len(r.By.Slots) > 0 {
		var slots []string
		for _, slot := range r.By.Slots {
			slots = append(slots, slot.Display(l))
		}
		s += " (" + strings.Join(slots, l.In(" ; ", "; ")) + ")"
	}
	if r.On != nil {
		s += fmt.Sprintf(l.In(" ; premier conflit le %s", "; they first meet on %s"), r.On.Long(l))
	}
	return s + l.In(". Choisissez une autre période, d'autres créneaux ou un autre local", ". Choose another time, other slots or another space")
}
func (r SpaceTaken) Error() string { return r.Say(English) }

// NotOpen says that an invitation or a proposal waits for no answer any more.
type NotOpen struct {
	Path []string
	// Current is the code of its status, Label what the status is called.
	Current string
	Label   Bilingual
}

func (r NotOpen) RefusalCode() RefusalCode { return CodeWrongStatus }
func (r NotOpen) Say(l Locale) string {
	return fmt.Sprintf(l.In(
		"plus de réponse attendue ici, dans l'état « %s » : relisez-en l'état, et faites-en une nouvelle s'il le faut",
		"no answer is waited for here, in the status %q: read where it stands, and make a new one if need be"), r.Label.In(l))
}
func (r NotOpen) Error() string { return r.Say(English) }
