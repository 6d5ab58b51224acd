package world

import (
	"iter"

	"github.com/tidwall/btree"

	"github.com/palier-hub/palier/domain"
)

// census counts the rows of a table by whose they are, whatever their state.
type census[ID ~string, T any] struct {
	of *btree.Map[domain.ID, int]
	// owner is that of a row: by its document and sight, nothing else; "" for
	// nobody.
	owner func(*Row[T]) domain.ID
}

func newCensus[ID ~string, T any](owner func(*Row[T]) domain.ID) census[ID, T] {
	return census[ID, T]{new(btree.Map[domain.ID, int]), owner}
}

// clone is for the writer only, as that of table.
func (c census[ID, T]) clone() census[ID, T] {
	c.of = c.of.Copy()
	return c
}

// move counts a row instead of its old version; nil for what wasn't there, or is
// gone.
func (c census[ID, T]) move(old, row *Row[T]) {
	var before, after domain.ID
	if old != nil {
		before = c.owner(old)
	}
	if row != nil {
		after = c.owner(row)
	}
	if before != after {
		c.add(before, -1)
		c.add(after, 1)
	}
}

func (c census[ID, T]) add(owner domain.ID, more int) {
	if owner == "" {
		return
	}
	n, _ := c.of.Get(owner)
	if n += more; n == 0 {
		c.of.Delete(owner)
	} else {
		c.of.Set(owner, n)
	}
}

// fill counts all rows at once, as index.fill.
func (c census[ID, T]) fill(rows iter.Seq2[ID, *Row[T]]) {
	for _, row := range rows {
		c.add(c.owner(row), 1)
	}
}

// Kept counts what there is of a kind, archived or not: sites, spaces, needs and
// invitations of a landlord, needs and hosting requests of a project, messages
// about a request, or written by a landlord or a project.
func (w *World) Kept(kind domain.Kind, of domain.ID) (n int) {
	switch kind {
	case domain.KindSite:
		n, _ = w.sites.kept.of.Get(of)
	case domain.KindSpace:
		n, _ = w.spaces.kept.of.Get(of)
	case domain.KindNeed:
		n, _ = w.needs.kept.of.Get(of)
	case domain.KindLandlordNeed:
		n, _ = w.landlordNeeds.kept.of.Get(of)
	case domain.KindRequest:
		n, _ = w.requests.kept.of.Get(of)
	case domain.KindInvitation:
		n, _ = w.invitations.kept.of.Get(of)
	case domain.KindMessage:
		n, _ = w.messages.kept.of.Get(of)
		if n == 0 { // it isn't a request
			n, _ = w.messages.written.of.Get(of)
		}
	}
	return n
}
