package match

import (
	"math"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// Once says which of the pairs of a list stand in it: all, or of each need or of
// each space the best one only.
type Once uint8

const (
	EachPair Once = iota
	EachNeed
	EachSpace
)

// best keeps the first pairs after a key, in order. A page is small, so
// insertion into a sorted slice serves.
type best struct {
	size  int
	after *Key
	once  Once
	kept  []Ranked
	// passed are the needs or spaces that stand before the page: those with a pair
	// at the key or before it. They are all to be passed before any pair is
	// offered.
	passed map[domain.ID]bool
	// worst is the order of the last of a full page; what is worse can't enter.
	// status and score are those of it, the score in tenths.
	worst  int64
	status Status
	score  int
}

func newBest(size int, after *Key, once Once) *best {
	b := &best{size: size, after: after, once: once}
	b.bound(math.MaxInt64)
	return b
}

// bound says how bad the last may be.
func (b *best) bound(order int64) {
	b.worst, b.status, b.score = order, Fail, 0
	if order < 3*degrees*degrees {
		b.status, b.score, _ = Read(order)
	}
}

// looksBack tells whether pairs at the key or before it have to be passed first.
func (b *best) looksBack() bool { return b.once != EachPair && b.after != nil }

// pass notes whose pair stands at the key or before it.
func (b *best) pass(k Key) {
	if k.Compare(*b.after) > 0 {
		return
	}
	if b.passed == nil {
		b.passed = make(map[domain.ID]bool)
	}
	b.passed[b.one(k)] = true
}

func (b *best) offer(r Ranked) {
	if r.Order > b.worst || b.after != nil && r.Key.Compare(*b.after) <= 0 {
		return
	}
	if b.once != EachPair {
		one := b.one(r.Key)
		if b.passed[one] {
			return
		}
		if i := slices.IndexFunc(b.kept, func(k Ranked) bool { return b.one(k.Key) == one }); i >= 0 {
			if b.kept[i].Compare(r.Key) <= 0 {
				return
			}
			b.kept = slices.Delete(b.kept, i, i+1)
		}
	}
	i, _ := slices.BinarySearchFunc(b.kept, r.Key, func(k Ranked, key Key) int { return k.Compare(key) })
	if i >= b.size {
		return
	}
	b.kept = slices.Insert(b.kept, i, r)
	if len(b.kept) > b.size {
		b.kept[b.size] = Ranked{}
		b.kept = b.kept[:b.size]
	}
	if len(b.kept) == b.size {
		b.bound(b.kept[b.size-1].Order)
	}
}

// one is the need or the space that stands in the list once.
func (b *best) one(k Key) domain.ID {
	switch b.once {
	case EachNeed:
		return domain.ID(k.Need)
	case EachSpace:
		return domain.ID(k.Space)
	}
	return ""
}
