package texts

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/palier-hub/palier/domain"
)

// mostID is beyond any id of ours, and bounds what is stored under one.
const mostID = 64

// Checked are texts as an adapter keeps them: each once, its time in UTC and cut
// to milliseconds. It refuses what PutTexts refuses without looking at what is
// kept.
func Checked(list []domain.Text) ([]domain.Text, error) {
	out := make([]domain.Text, 0, len(list))
	seen := make(map[domain.TextID]domain.Text, len(list))
	for i, t := range list {
		if err := checkText(t); err != nil {
			return nil, fmt.Errorf("text %d: %w", i+1, err)
		}
		t.WrittenAt = cut(t.WrittenAt)
		earlier, twice := seen[t.ID]
		switch {
		case !twice:
			seen[t.ID] = t
			out = append(out, t)
		case !Same(earlier, t):
			return nil, &ConflictError{ID: domain.ID(t.ID)}
		}
	}
	return out, nil
}

func checkText(t domain.Text) error {
	if err := CheckID(domain.ID(t.ID), domain.KindText); err != nil {
		return err
	}
	for _, id := range []*domain.PersonID{t.Person, t.Writer} {
		if id == nil {
			continue
		}
		if err := CheckID(domain.ID(*id), domain.KindPerson); err != nil {
			return err
		}
	}
	switch {
	case !t.Kind.Known():
		return fmt.Errorf("%s is of no known kind (%q)", t.ID, t.Kind)
	case !utf8.ValidString(t.Author) || !utf8.ValidString(string(t.About)) || len(t.About) > mostID ||
		!utf8.ValidString(string(t.Organisation)) || len(t.Organisation) > mostID:
		return fmt.Errorf("the author of %s, or what it is about, can't be stored", t.ID)
	}
	p := &domain.Problems{}
	t.Validate(p)
	return p.Err()
}

// CheckedPerson is a person as an adapter keeps it. It refuses what PutPerson
// refuses without looking at what is kept.
func CheckedPerson(p domain.Person) (domain.Person, error) {
	if err := CheckID(domain.ID(p.ID), domain.KindPerson); err != nil {
		return p, err
	}
	problems := &domain.Problems{}
	p.Validate(problems)
	if len(p.Organisation) > mostID {
		return p, errors.New("the organisation's id is too long")
	}
	p.UpdatedAt = cut(p.UpdatedAt)
	return p, problems.Err()
}

// CheckID refuses what isn't an id of a kind.
func CheckID(id domain.ID, kind domain.Kind) error {
	if id.Kind() != kind || id.Code() == "" || len(id) > mostID || !utf8.ValidString(string(id)) {
		return fmt.Errorf("%.70q isn't the id of a %s", string(id), kind)
	}
	return nil
}

func cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Same tells that two texts or two persons, as Checked or CheckedPerson left
// them, have the same content.
func Same[T domain.Text | domain.Person](a, b T) bool { return reflect.DeepEqual(a, b) }

// Oldest puts texts in the order of an Export.
func Oldest(list []domain.Text) {
	slices.SortFunc(list, func(a, b domain.Text) int {
		return cmp.Or(a.WrittenAt.Compare(b.WrittenAt), cmp.Compare(a.ID, b.ID))
	})
}

// Concerns tells whether a text is a person's: written by them, or about them.
func Concerns(t domain.Text, id domain.PersonID, account string) bool {
	return t.WrittenBy(id, account) || t.Person != nil && *t.Person == id
}

// ConcernsAny tells it of many persons and of their accounts.
func ConcernsAny(t domain.Text, person func(domain.PersonID) bool, account func(string) bool) bool {
	if t.Person != nil && person(*t.Person) {
		return true
	}
	if t.Writer != nil {
		return person(*t.Writer)
	}
	return account(t.Author)
}
