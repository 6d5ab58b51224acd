package loaders

import "math"

// fewest is the least number of requests that those who don't see requests are
// told of.
const fewest = 5

// cell is a number that may have to be hidden.
type cell struct {
	n      int
	hidden bool
}

// hideSmall hides the cells of fewer than five, and then as many others as it takes
// for none of those to be computed. A sum is a list of cells whose total somebody may
// know; a balance is one of cells of which any can be reckoned from the others. Hiding
// in one may call for more in another, so it goes on until all are right.
//
// The smallest of the others is hidden first, with all of its size: what is hidden
// depends on the numbers alone, not on their order, so that any exchange of numbers
// among the hidden cells would have hidden the same.
func hideSmall(sums [][]*cell, balances ...[]*cell) {
	for _, cells := range sums {
		for _, c := range cells {
			c.hidden = c.hidden || c.n < fewest
		}
	}
	for more := true; more; {
		more = false
		for _, cells := range sums {
			for gaveAway(cells) && hideSmallest(cells) {
				more = true
			}
		}
		for _, cells := range balances {
			for alone(cells) && hideSmallest(cells) {
				more = true
			}
		}
	}
}

// gaveAway tells whether what is hidden of a sum could be computed from its total. It
// must come to none at all, or to five at least in several cells; and not all be fours,
// which would be the only way for small cells to come to so much.
func gaveAway(cells []*cell) bool {
	sum, fours := 0, true
	for _, c := range cells {
		if c.hidden {
			sum += c.n
			fours = fours && c.n == fewest-1
		}
	}
	return sum > 0 && (sum < fewest || fours || alone(cells))
}

// alone tells whether a single cell is hidden, and isn't of none.
func alone(cells []*cell) bool {
	hidden, sum := 0, 0
	for _, c := range cells {
		if c.hidden {
			hidden++
			sum += c.n
		}
	}
	return hidden == 1 && sum > 0
}

// hideSmallest hides the smallest of the cells that are shown; false when there are
// none.
func hideSmallest(cells []*cell) bool {
	least := math.MaxInt
	for _, c := range cells {
		if !c.hidden {
			least = min(least, c.n)
		}
	}
	for _, c := range cells {
		c.hidden = c.hidden || c.n == least
	}
	return least < math.MaxInt
}

// grid holds the cells of groups of requests, by group and figure. Figures that
// aren't in it are hidden throughout.
type grid []map[figure]*cell

// additive are the figures whose groups add up to the total, and that are shown to
// those who don't see requests.
func additive(total tallies) []figure {
	figures := []figure{{kind: figSubmitted}, {kind: figSent}, {kind: figAnswered}, {kind: figRefused}, {kind: figWithdrawn},
		{kind: figExpired}, {kind: figSuperseded}, {kind: figSigned}, {kind: figRenewed}, {kind: figCancelled},
		{kind: figBegun}, {kind: figRunning}, {kind: figEnded}, {kind: figOccupiedDays}, {kind: figOccupiedHours}}
	for _, code := range total.codes("HostingIndicatorCode", figIndicator) {
		figures = append(figures, figure{figIndicator, code})
	}
	return figures
}

func newGrid(figures []figure, groups ...tallies) grid {
	g := make(grid, len(groups))
	for i, t := range groups {
		g[i] = make(map[figure]*cell)
		for _, f := range figures {
			g[i][f] = &cell{n: len(t.of(f).ids)}
		}
	}
	return g
}

// lives are the sums and the balances within groups: when a period reaches back to
// before the first placement, those that run and those that ended are those that began.
func (g grid) lives() (sums, balances [][]*cell) {
	for _, of := range g {
		running, ended := of[figure{kind: figRunning}], of[figure{kind: figEnded}]
		sums = append(sums, []*cell{running, ended})
		balances = append(balances, []*cell{of[figure{kind: figBegun}], running, ended})
	}
	return sums, balances
}

// across are the sums of groups that make up a whole, figure by figure.
func (g grid) across(figures []figure, groups ...int) (sums [][]*cell) {
	for _, f := range figures {
		var cells []*cell
		for _, i := range groups {
			cells = append(cells, g[i][f])
		}
		sums = append(sums, cells)
	}
	return sums
}

// hideOfTotal are the cells of the total, with its reasons.
func hideOfTotal(total tallies) map[figure]*cell {
	figures := additive(total)
	g := newGrid(figures, total)
	sums, balances := g.lives()
	hideSmall(append(sums, g.across(figures, 0)...), balances...)
	for _, parted := range []struct{ kind, by, list string }{
		{figRefused, figRefusedFor, "HostingRefusalReason"}, {figEnded, figEndedFor, "HostingEndReason"},
	} {
		whole := g[0][figure{kind: parted.kind}]
		var cells []*cell
		for _, code := range total.codes(parted.list, parted.by) {
			c := &cell{n: len(total.of(figure{parted.by, code}).ids), hidden: whole.hidden}
			g[0][figure{parted.by, code}] = c
			cells = append(cells, c)
		}
		hideSmall([][]*cell{cells})
	}
	return g[0]
}

// hideOfGroups are the cells of groups that make up the total.
func hideOfGroups(total tallies, groups []tallies) grid {
	figures := additive(total)
	g := newGrid(figures, groups...)
	sums, balances := g.lives()
	hideSmall(append(sums, g.across(figures, upTo(len(groups))...)...), balances...)
	return g
}

// hideOfParts are the cells of groups that make up larger ones, of which others may
// ask as well: of[i] is the larger one of group i.
func hideOfParts(total tallies, groups []tallies, of []int, larger []tallies) grid {
	figures := additive(total)
	whole, g := hideOfGroups(total, larger), newGrid(figures, groups...)
	sums, balances := g.lives()
	for l := range larger {
		var parts []int
		for i := range groups {
			if of[i] != l {
				continue
			}
			parts = append(parts, i)
			for _, f := range figures {
				g[i][f].hidden = whole[l][f].hidden
			}
		}
		sums = append(sums, g.across(figures, parts...)...)
	}
	hideSmall(sums, balances...)
	return g
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
