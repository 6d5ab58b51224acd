package synthetic

import (
	"math/bits"
	"math/rand/v2"
)

// dice draws the same on every machine and with every release of Go: whole
// numbers only (processors round sums of products differently), straight from a
// generator whose algorithm is fixed.
type dice struct{ source *rand.PCG }

// newDice makes the dice of one part of a set: those of a landlord don't depend
// on how many draws another needed.
func newDice(seed uint64, part string, number int) dice {
	stream := uint64(0xcbf29ce484222325) // FNV-1a, so that parts draw apart
	for i := range len(part) {
		stream = (stream ^ uint64(part[i])) * 0x100000001b3
	}
	return dice{rand.NewPCG(seed, stream+uint64(number)*0x9e3779b97f4a7c15)}
}

// below draws from 0 to n-1, for an n above 0.
func (d dice) below(n int) int {
	high, _ := bits.Mul64(d.source.Uint64(), uint64(n))
	return int(high)
}

// between draws from least to most, both included.
func (d dice) between(least, most int) int { return least + d.below(most-least+1) }

// spread draws between least (above 0) and most so that each doubling is as
// likely as the next: many small, few large.
func (d dice) spread(least, most int) int {
	doublings := bits.Len(uint(most/least)) - 1
	from := least << d.below(doublings+1)
	return d.between(from, min(2*from, most))
}

// chance is true in so many of a hundred draws.
func (d dice) chance(percent int) bool { return d.below(100) < percent }

func pick[T any](d dice, from ...T) T { return from[d.below(len(from))] }

// known is the value in so many of a hundred draws, else nil: unknown.
func known[T any](d dice, percent int, v T) *T {
	if d.chance(percent) {
		return &v
	}
	return nil
}

// shares are values with the weights by which they are drawn.
type shares[T comparable] []struct {
	weight int
	value  T
}

func (s shares[T]) total() (sum int) {
	for _, share := range s {
		sum += share.weight
	}
	return sum
}

func (s shares[T]) draw(d dice) T {
	at := d.below(s.total())
	for _, share := range s {
		if at -= share.weight; at < 0 {
			return share.value
		}
	}
	return s[len(s)-1].value
}

// several draws n values, none twice, in the order in which they came; all of
// them when there are no more.
func (s shares[T]) several(d dice, n int) []T {
	rest := append(shares[T]{}, s...)
	drawn := make([]T, 0, n)
	for len(drawn) < n && len(rest) > 0 {
		at, i := d.below(rest.total()), 0
		for at >= rest[i].weight {
			at -= rest[i].weight
			i++
		}
		drawn = append(drawn, rest[i].value)
		rest = append(rest[:i], rest[i+1:]...)
	}
	return drawn
}

// and are the shares with one more.
func (s shares[T]) and(weight int, value T) shares[T] {
	return append(s[:len(s):len(s)], shares[T]{{weight, value}}...)
}

// evenly gives values the same weight.
func evenly[T comparable](values ...T) shares[T] {
	s := make(shares[T], len(values))
	for i, v := range values {
		s[i].weight, s[i].value = 1, v
	}
	return s
}
