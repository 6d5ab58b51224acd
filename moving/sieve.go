package moving

import (
	"cmp"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// Sieve keeps back what was erased, whether or not the store that it comes from
// has carried it out: what passes may be written elsewhere. Records go through it
// in the order in which a store yields them, since a person's account, which leads
// to what they wrote, is known from their identity.
type Sieve struct {
	persons  map[domain.PersonID]bool
	texts    map[domain.TextID]bool
	accounts map[string]bool
}

// NewSieve keeps back what these erasures say.
func NewSieve(erasures []domain.Erasure) *Sieve {
	s := &Sieve{make(map[domain.PersonID]bool), make(map[domain.TextID]bool), make(map[string]bool)}
	s.Erase(erasures)
	return s
}

// Erase makes it keep back what further erasures say, too.
func (s *Sieve) Erase(erasures []domain.Erasure) {
	for _, e := range erasures {
		if e.Person != "" {
			s.persons[e.Person] = true
		}
		for _, id := range e.Texts {
			s.texts[id] = true
		}
	}
}

// Passes tells whether a record is a person or a text that wasn't erased.
func (s *Sieve) Passes(r texts.Record) bool {
	switch {
	case r.Erased != "":
		s.eraseID(r.Erased)
	case r.Person != nil:
		if !s.persons[r.Person.ID] {
			return true
		}
		if r.Person.Account != "" {
			s.accounts[r.Person.Account] = true
		}
	case r.Text != nil:
		t := *r.Text
		gone := s.texts[t.ID] || texts.ConcernsAny(t, func(id domain.PersonID) bool { return s.persons[id] }, func(a string) bool { return s.accounts[a] })
		if !gone {
			return true
		}
		s.texts[t.ID] = true
	}
	return false
}

func (s *Sieve) eraseID(id domain.ID) {
	if id.Kind() == domain.KindPerson {
		s.persons[domain.PersonID(id)] = true
	} else {
		s.texts[domain.TextID(id)] = true
	}
}

// Erased are all that it knows of, in order: an erasure for each person, and one of
// the texts.
func (s *Sieve) Erased() (all []domain.Erasure) {
	for id := range s.persons {
		all = append(all, domain.Erasure{Person: id})
	}
	slices.SortFunc(all, func(a, b domain.Erasure) int { return cmp.Compare(a.Person, b.Person) })
	var list []domain.TextID
	for id := range s.texts {
		list = append(list, id)
	}
	slices.Sort(list)
	return append(all, domain.Erasure{Texts: list})
}
