package loaders

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/race"
)

func cellsOf(numbers ...int) []*cell {
	cells := make([]*cell, len(numbers))
	for i, n := range numbers {
		cells[i] = &cell{n: n}
	}
	return cells
}

// told is what others are told of cells: the number, or -1.
func told(cells []*cell) []int {
	out := make([]int, len(cells))
	for i, c := range cells {
		if out[i] = c.n; c.hidden {
			out[i] = -1
		}
	}
	return out
}

func TestHideSmall(t *testing.T) {
	for _, c := range []struct{ numbers, want []int }{
		{[]int{10, 20, 30}, []int{10, 20, 30}},
		{[]int{10, 20, 3}, []int{-1, 20, -1}},        // 3 = total - 30, but for the 10
		{[]int{10, 20, 3, 2}, []int{10, 20, -1, -1}}, // 5 together
		{[]int{10, 20, 3, 1}, []int{-1, 20, -1, -1}}, // 4 together would be few
		{[]int{10, 10, 3}, []int{-1, -1, -1}},        // all of a size, or the order would tell
		{[]int{10, 20, 0}, []int{10, 20, -1}},        // none is no secret
		{[]int{10, 20, 0, 2}, []int{-1, 20, -1, -1}}, // few beside none is
		{[]int{4, 4, 5, 9}, []int{-1, -1, -1, 9}},    // two of at most 4 that come to 8 are two 4s
		{[]int{3}, []int{-1}},                        // the total is as few
		{[]int{}, []int{}},
	} {
		cells := cellsOf(c.numbers...)
		hideSmall([][]*cell{cells})
		if got := told(cells); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.numbers, got, c.want)
		}
	}
}

// TestSmallCellsAreNotComputed lays out every way to part a total into up to four
// cells and asks, knowing how cells are hidden: is there another way, told in the same
// words, in which the small cell is another number?
func TestSmallCellsAreNotComputed(t *testing.T) {
	const most = 16
	for size := 2; size <= 4; size++ {
		for total := 5; total <= most; total++ {
			possible := make(map[string][]map[int]bool) // by what is told: the numbers that each cell may be
			var ways [][]int
			var lay func(way []int, left int)
			lay = func(way []int, left int) {
				if len(way) == size-1 {
					ways = append(ways, append(slices.Clone(way), left))
					return
				}
				for n := range left + 1 {
					lay(append(way, n), left-n)
				}
			}
			lay(nil, total)
			toldOf := func(way []int) string {
				cells := cellsOf(way...)
				hideSmall([][]*cell{cells})
				return fmt.Sprint(told(cells))
			}
			for _, way := range ways {
				key := toldOf(way)
				if possible[key] == nil {
					possible[key] = make([]map[int]bool, size)
				}
				for i, n := range way {
					if possible[key][i] == nil {
						possible[key][i] = make(map[int]bool)
					}
					possible[key][i][n] = true
				}
			}
			for _, way := range ways {
				for i, n := range way {
					if n > 0 && n < fewest && len(possible[toldOf(way)][i]) == 1 {
						t.Errorf("%v of %d is told as %s: number %d can only be %d", way, total, toldOf(way), i, n)
					}
				}
			}
		}
	}
}

// TestLivesAreNotComputed does the same for placements of three groups of which all
// began in the period: those that run and those that ended are those that began, in
// each group and together.
func TestLivesAreNotComputed(t *testing.T) {
	if race.Enabled {
		t.Skip("reckons by itself")
	}
	d := rand.New(rand.NewPCG(1, 1))
	begun, running, ended := figure{kind: figBegun}, figure{kind: figRunning}, figure{kind: figEnded}
	n := func(c int) *tally { return &tally{ids: make([]domain.RequestID, c)} }
	hidden := 0
	for range 3000 {
		groups, total := make([]tallies, 3), tallies{begun: n(0), running: n(0), ended: n(0)}
		for i := range groups {
			r, e := d.IntN(14), d.IntN(10)*d.IntN(2)
			groups[i] = tallies{begun: n(r + e), running: n(r), ended: n(e)}
			total[running].ids = append(total[running].ids, groups[i][running].ids...)
			total[ended].ids = append(total[ended].ids, groups[i][ended].ids...)
			total[begun].ids = append(total[begun].ids, groups[i][begun].ids...)
		}
		all, parts := hideOfTotal(total), hideOfGroups(total, groups)
		// agrees tells whether numbers of each group agree with all that is told.
		agrees := func(c *cell, sum int) bool { return c.hidden || c.n == sum }
		var r, e [3]int
		can := make(map[string]map[int]bool)
		note := func(name string, i, v int) {
			key := fmt.Sprint(name, i)
			if can[key] == nil {
				can[key] = make(map[int]bool)
			}
			can[key][v] = true
		}
		var try func(i int)
		try = func(i int) {
			if i == 3 {
				if agrees(all[running], r[0]+r[1]+r[2]) && agrees(all[ended], e[0]+e[1]+e[2]) && agrees(all[begun], r[0]+r[1]+r[2]+e[0]+e[1]+e[2]) {
					for g := range 3 {
						note("running", g, r[g])
						note("ended", g, e[g])
						note("begun", g, r[g]+e[g])
					}
				}
				return
			}
			// What is told leaves few to try; numbers further off agree no sooner.
			tries := func(c *cell) []int {
				if !c.hidden {
					return []int{c.n}
				}
				return []int{max(0, c.n-2), max(0, c.n-1), c.n, c.n + 1, c.n + 2}
			}
			for _, r[i] = range tries(parts[i][running]) {
				for _, e[i] = range tries(parts[i][ended]) {
					if agrees(parts[i][begun], r[i]+e[i]) {
						try(i + 1)
					}
				}
			}
		}
		try(0)
		for i, g := range groups {
			for name, f := range map[string]figure{"running": running, "ended": ended, "begun": begun} {
				v := len(g.of(f).ids)
				if v == 0 || v >= fewest {
					continue
				}
				hidden++
				if len(can[fmt.Sprint(name, i)]) < 2 {
					t.Fatalf("%s of group %d can only be %d: running %v ended %v\n%v", name, i, v,
						[]int{len(groups[0].of(running).ids), len(groups[1].of(running).ids), len(groups[2].of(running).ids)},
						[]int{len(groups[0].of(ended).ids), len(groups[1].of(ended).ids), len(groups[2].of(ended).ids)}, can)
				}
			}
		}
	}
	if hidden < 1000 {
		t.Errorf("only %d numbers had to be hidden", hidden)
	}
}
