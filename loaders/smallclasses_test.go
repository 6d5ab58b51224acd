package loaders

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/race"
)

// mixed are the figures of groups, and of their total: numbers[f][c] requests of class
// c, which count in the groups of the bits of classes[c].
func mixed(groups int, classes []int, numbers map[figure][]int) (total tallies, of []tallies) {
	total, of = make(tallies), make([]tallies, groups)
	for i := range of {
		of[i] = make(tallies)
	}
	for f, n := range numbers {
		for c, bits := range classes {
			for i := range n[c] {
				id, counted := domain.RequestID(fmt.Sprint(f.kind, c, "_", i)), map[figure]portion{f: {}}
				total.add(id, counted)
				for g := range groups {
					if bits>>g&1 == 1 {
						of[g].add(id, counted)
					}
				}
			}
		}
	}
	return total, of
}

// inGroup is how many of the classes are in a group.
func inGroup(g int, classes, n []int) (sum int) {
	for c, bits := range classes {
		sum += n[c] * (bits >> g & 1)
	}
	return sum
}

// TestHideOfOverlapping by hand.
func TestHideOfOverlapping(t *testing.T) {
	f := figure{kind: figSubmitted}
	for _, c := range []struct {
		what             string
		classes, numbers []int
		want             []int // by group; -1 for hidden
	}{
		{"none is outside", []int{0b1}, []int{9}, []int{9}},
		{"one is outside", []int{0b01, 0b10}, []int{6, 1}, []int{-1, -1}},
		{"five are outside", []int{0b01, 0b10}, []int{6, 5}, []int{6, 5}},
		{"one in another", []int{0b01, 0b11, 0b00}, []int{2, 7, 9}, []int{9, -1}},
		{"few are outside of each", []int{0b01, 0b10, 0b11, 0b00}, []int{2, 3, 4, 1}, []int{-1, -1}},
		{"nothing settles how many they share", []int{0b01, 0b10, 0b11, 0b00}, []int{2, 3, 4, 4}, []int{6, 7}},
		{"two make up the total, but for what they share", []int{0b01, 0b10, 0b11}, []int{6, 7, 3}, []int{-1, 10}},
		{"three of which each shares with each", []int{0b011, 0b101, 0b110}, []int{5, 6, 1}, []int{-1, -1, 7}},
	} {
		groups := len(c.want)
		total, of := mixed(groups, c.classes, map[figure][]int{f: c.numbers})
		g := hideOfOverlapping(total, of)
		var cells []*cell
		for i := range groups {
			cells = append(cells, g[i][f])
		}
		if got := told(cells); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// TestClassesAreNotComputed asks, of random groups that share requests: are there other
// numbers of each class that come to what is told, so that no classes of one to four in
// all, one or any several of them, can only be so many? It knows nothing of equations,
// and tries them all.
func TestClassesAreNotComputed(t *testing.T) {
	if race.Enabled {
		t.Skip("reckons by itself")
	}
	seed := rand.Uint64()
	d := rand.New(rand.NewPCG(seed, 1))
	f := figure{kind: figSubmitted}
	shown := 0
	for range 4000 {
		groups := 2 + d.IntN(4)
		var classes, numbers []int
		all := 0
		for _, bits := range d.Perm(1 << groups)[:2+d.IntN(3)] { // the classes that there can be
			n := d.IntN(5) * d.IntN(3)
			classes, numbers, all = append(classes, bits), append(numbers, n), all+n
		}
		total, of := mixed(groups, classes, map[figure][]int{f: numbers})
		g := hideOfOverlapping(total, of)
		can := make([]map[int]bool, 1<<len(classes)) // the numbers that each union of classes may be
		for i := range can {
			can[i] = make(map[int]bool)
		}
		try := make([]int, len(classes))
		var lay func(c, left int)
		lay = func(c, left int) {
			if c < len(try)-1 {
				for try[c] = range left + 1 {
					lay(c+1, left-try[c])
				}
				return
			}
			try[c] = left
			for i := range groups {
				if !g[i][f].hidden && inGroup(i, classes, try) != g[i][f].n {
					return
				}
			}
			for union := range can {
				can[union][unionOf(union, try)] = true
			}
		}
		lay(0, all)
		for union, numbersOf := range can {
			if n := unionOf(union, numbers); n > 0 && n < fewest && all >= fewest && len(numbersOf) == 1 {
				t.Errorf("seed %d: classes %b of %v in groups %b can only be %d", seed, union, numbers, classes, n)
			}
		}
		for i := range groups {
			if !g[i][f].hidden {
				shown++
			}
		}
	}
	if shown < 1000 {
		t.Errorf("seed %d: only %d numbers were told", seed, shown)
	}
}

// unionOf is the number of several classes, those of its bits.
func unionOf(bits int, numbers []int) (sum int) {
	for c, n := range numbers {
		sum += n * (bits >> c & 1)
	}
	return sum
}

// TestLivesOfClassesAreNotComputed does the same for placements of two groups that share
// some, all of which began in the period.
func TestLivesOfClassesAreNotComputed(t *testing.T) {
	if race.Enabled {
		t.Skip("reckons by itself")
	}
	seed := rand.Uint64()
	d := rand.New(rand.NewPCG(seed, 2))
	begun, running, ended := figure{kind: figBegun}, figure{kind: figRunning}, figure{kind: figEnded}
	classes := []int{0b01, 0b10, 0b11}
	small, shown := 0, 0
	for range 500 {
		r, e, b := make([]int, 3), make([]int, 3), make([]int, 3)
		for c := range classes {
			r[c], e[c] = d.IntN(14), d.IntN(10)*d.IntN(2)
			b[c] = r[c] + e[c]
		}
		total, of := mixed(2, classes, map[figure][]int{begun: b, running: r, ended: e})
		ofTotal, g := hideOfTotal(total), hideOfOverlapping(total, of)
		can := make(map[string]map[int]bool)
		agrees := func(f figure, numbers []int) bool {
			for i := range 2 {
				if c := g[i][f]; !c.hidden && inGroup(i, classes, numbers) != c.n {
					return false
				}
			}
			return ofTotal[f].hidden || unionOf(0b111, numbers) == ofTotal[f].n
		}
		unions := func(do func(key string, f, union int)) {
			for f := range 3 {
				for union := 1; union < 1<<len(classes); union++ {
					do(fmt.Sprint(f, union), f, union)
				}
			}
		}
		// Numbers further off agree no sooner.
		near := func(n int) []int { return []int{max(0, n-2), max(0, n-1), n, n + 1, n + 2} }
		var tryR, tryE, tryB [3]int
		var try func(c int)
		try = func(c int) {
			if c == len(classes) {
				of := [3][]int{tryB[:], tryR[:], tryE[:]}
				if agrees(running, tryR[:]) && agrees(ended, tryE[:]) && agrees(begun, tryB[:]) {
					unions(func(key string, f, union int) {
						if can[key] == nil {
							can[key] = make(map[int]bool)
						}
						can[key][unionOf(union, of[f])] = true
					})
				}
				return
			}
			for _, tryR[c] = range near(r[c]) {
				for _, tryE[c] = range near(e[c]) {
					tryB[c] = tryR[c] + tryE[c]
					try(c + 1)
				}
			}
		}
		try(0)
		of3 := [3][]int{b, r, e}
		unions(func(key string, f, union int) {
			n := unionOf(union, of3[f])
			if n == 0 || n >= fewest {
				return
			}
			small++
			if len(can[key]) < 2 {
				t.Errorf("seed %d: classes %b of %s can only be %d: running %v ended %v", seed, union, []string{figBegun, figRunning, figEnded}[f], n, r, e)
			}
		})
		for i := range 2 {
			for _, f := range []figure{begun, running, ended} {
				if !g[i][f].hidden {
					shown++
				}
			}
		}
	}
	if small < 400 || shown < 400 {
		t.Errorf("seed %d: only %d numbers were small, and %d told", seed, small, shown)
	}
}
