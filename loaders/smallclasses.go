package loaders

import (
	"cmp"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// Groups that share requests don't add up to their total, and what they give away isn't
// a matter of single sums: how many are in one and not in another, or in none of
// several, is a difference of what is told. Who knows a request's project knows in which
// groups it counts. So what can be worked out is looked for among classes of requests,
// those that count in the very same groups: each number told is the sum of some classes.
//
// Only classes in which there is any are looked at. Who takes others to be possible can
// exclude no more; and since no class may be none, each can be a little more or less
// than it is, as far as the sums allow: what these don't settle stays open.

// class is how many requests count in the same groups.
type class struct {
	n  int
	in string // a byte for each group, 1 for those
}

// groupsOfEach are the groups in which each request counts, as a class has them.
func groupsOfEach(total tallies, groups []tallies) map[domain.RequestID][]byte {
	in := make(map[domain.RequestID][]byte)
	each := func(t tallies, do func(domain.RequestID)) {
		for _, of := range t {
			for _, id := range of.ids {
				do(id)
			}
		}
	}
	each(total, func(id domain.RequestID) {
		if in[id] == nil {
			in[id] = make([]byte, len(groups))
		}
	})
	for i, g := range groups {
		each(g, func(id domain.RequestID) { in[id][i] = 1 })
	}
	return in
}

// classesOf are the classes of requests, the largest first.
func classesOf(ids []domain.RequestID, in map[domain.RequestID][]byte) []class {
	numbers := make(map[string]*int)
	for _, id := range ids {
		n := numbers[string(in[id])]
		if n == nil {
			n = new(int)
			numbers[string(in[id])] = n
		}
		*n++
	}
	classes := make([]class, 0, len(numbers))
	for in, n := range numbers {
		classes = append(classes, class{*n, in})
	}
	slices.SortFunc(classes, func(a, b class) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.in, b.in)) })
	return classes
}

// hideOfOverlapping are the cells of groups that make up the total and share requests.
// Of each figure the largest is told first, and each only if with the total and those
// before it no number of one to four can be worked out.
func hideOfOverlapping(total tallies, groups []tallies) grid {
	figures := additive(total)
	g, in := newGrid(figures, groups...), groupsOfEach(total, groups)
	for _, f := range figures {
		largest := upTo(len(groups))
		slices.SortStableFunc(largest, func(a, b int) int { return cmp.Compare(g[b][f].n, g[a][f].n) })
		told := newSums(classesOf(total.of(f).ids, in))
		for _, i := range largest {
			c, with := g[i][f], told.and(func(c class) bool { return c.in[i] == 1 })
			if c.hidden = c.n < fewest || with.giveAway(); !c.hidden {
				told = with
			}
		}
	}
	sums, balances := g.lives()
	hideSmall(sums, balances...)
	return g
}

// sums are what is told of classes. They are kept as equations, each of which is reduced
// until it has, with the factor 1, a class of its own, that is in no other.
type sums struct {
	of   []class
	rows [][]uint64 // factors by class
	own  []int      // the place of each row's own class
}

// prime is what factors are reckoned modulo. No determinant of twenty rows of zeros and
// ones comes near it, so that what holds modulo it holds.
const prime = 1<<31 - 1

// newSums are the total.
func newSums(of []class) sums {
	return sums{of: of}.and(func(class) bool { return true })
}

// and are the sums with that of some classes besides.
func (s sums) and(has func(class) bool) sums {
	row := make([]uint64, len(s.of))
	for i, c := range s.of {
		if has(c) {
			row[i] = 1
		}
	}
	for r, other := range s.rows {
		add(row, other, prime-row[s.own[r]])
	}
	own := slices.IndexFunc(row, func(factor uint64) bool { return factor != 0 })
	if own < 0 {
		return s // that could be worked out
	}
	scale := inverse(row[own])
	for i := range row {
		row[i] = row[i] * scale % prime
	}
	out := sums{of: s.of, rows: [][]uint64{row}, own: append([]int{own}, s.own...)}
	for _, other := range s.rows {
		other = slices.Clone(other)
		add(other, row, prime-other[own])
		out.rows = append(out.rows, other)
	}
	return out
}

// add adds a row to another, so many times.
func add(to, row []uint64, times uint64) {
	for i := range to {
		to[i] = (to[i] + row[i]*times) % prime
	}
}

// inverse is what a factor comes to 1 with (Fermat).
func inverse(factor uint64) uint64 {
	out := uint64(1)
	for n := prime - 2; n > 0; n /= 2 {
		if n%2 == 1 {
			out = out * factor % prime
		}
		factor = factor * factor % prime
	}
	return out
}

// giveAway tells whether classes that come to one to four together can be worked out.
// That is a combination of rows in which each class is whole or not at all; and so is
// each row's own, so that it is a plain sum of some rows, four at most.
func (s sums) giveAway() bool {
	var found func(rows, n int, sum []uint64) bool
	found = func(rows, n int, sum []uint64) bool {
		if n > 0 && s.few(sum) {
			return true
		}
		for r := rows; r < len(s.rows); r++ {
			if more := n + s.of[s.own[r]].n; more < fewest {
				with := slices.Clone(sum)
				add(with, s.rows[r], 1)
				if found(r+1, more, with) {
					return true
				}
			}
		}
		return false
	}
	return found(0, 0, make([]uint64, len(s.of)))
}

// few tells whether a row is of whole classes that come to four at most.
func (s sums) few(row []uint64) bool {
	n := 0
	for i, factor := range row {
		if factor > 1 {
			return false
		}
		n += int(factor) * s.of[i].n
	}
	return n < fewest
}
