package sample

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
)

var update = flag.Bool("update", false, "write the figures of the ranking anew")

// told is the day on which the sample's story is told.
var told = domain.NewDate(2026, 11, 22)

// rankingFile keeps the figures and the rank of each judged space.
var rankingFile = filepath.Join("testdata", "ranking.txt")

// TestRanking measures the newest ruleset against the judged cases and compares
// with what is kept. README.md says how to read the figures.
//
// After a deliberate change: go test ./sample -run Ranking -update, and read the
// difference.
func TestRanking(t *testing.T) {
	rulesets := match.Rulesets()
	rules := rulesets[len(rulesets)-1]
	board := newBoard(t, match.NewEngine(mustLoad(t), rules, told, true))
	var results []result
	for _, c := range mustReadJudged(t) {
		results = append(results, board.rank(c))
	}
	got := report(rules.Version, results)
	kept, err := os.ReadFile(rankingFile)
	if *update {
		if err := os.WriteFile(rankingFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, line := range fallen(string(kept), got) {
			t.Log(line)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got == string(kept) {
		return
	}
	if lines := fallen(string(kept), got); len(lines) > 0 {
		t.Errorf("the ranking shows worse than it did what people judged to be good:\n%s\n\nthe ranks now:\n%s", strings.Join(lines, "\n"), got)
		return
	}
	t.Errorf("no figure has fallen, but %s is out of date: run go test ./sample -run Ranking -update and read the difference\n%s", rankingFile, got)
}

// board is the sample as the engine sees it. The ids of its documents are their
// keys, so that what ties stands in the same order each time.
type board struct {
	engine   *match.Engine
	subjects []match.Subject
	spaces   []match.Candidate
}

func newBoard(t *testing.T, engine *match.Engine) *board {
	t.Helper()
	b := &board{engine: engine}
	data := mustRead(t)
	for _, s := range data.spaces() {
		landlord := domain.LandlordID(s.landlord.Key)
		site := domain.SiteID(s.landlord.Key + "/" + s.site.Key)
		b.spaces = append(b.spaces, match.Candidate{
			Space:    &domain.VacantSpace{ID: domain.SpaceID(s.Key), SiteID: site, Record: domain.Record{State: s.State}, SpaceFields: s.Fields},
			Site:     &domain.LandlordSite{ID: site, LandlordID: landlord, Record: domain.Record{State: s.site.State}, SiteFields: s.site.Fields},
			Landlord: &domain.Landlord{ID: landlord, Record: domain.Record{State: domain.PublicationPublished}, LandlordFields: s.landlord.Fields},
		})
	}
	for _, p := range data.Projects {
		for _, n := range p.Needs {
			b.subjects = append(b.subjects, subjectOf(p, n))
		}
	}
	return b
}

func subjectOf(p Project, n Need) match.Subject {
	published := domain.Record{State: domain.PublicationPublished}
	project := &domain.InnovationProject{ID: domain.ProjectID(p.Key), Record: published, ProjectFields: p.Fields}
	return match.Subject{Project: project,
		Need: &domain.HostingNeed{ID: domain.NeedID(p.Key + "/" + n.Key), ProjectID: project.ID, Record: published, NeedFields: n.Fields}}
}

// rank orders everything for a case: all spaces for a need, or all needs for a
// space.
func (b *board) rank(c judgedCase) result {
	ranking := match.NewRanking(len(b.spaces)+len(b.subjects), nil)
	if c.Need != nil {
		question := b.engine.Prepare(subjectOf(*c.Project, *c.Need))
		for _, s := range b.spaces {
			ranking.Consider(question, s)
		}
	} else {
		i := slices.IndexFunc(b.spaces, func(s match.Candidate) bool { return string(s.Space.ID) == c.Space })
		for _, s := range b.subjects {
			ranking.Consider(b.engine.Prepare(s), b.spaces[i])
		}
	}
	r := result{name: c.Name, ofSpace: c.Need == nil}
	var grades []int
	for i, ranked := range ranking.Page() {
		key := string(ranked.Space)
		if r.ofSpace {
			key = string(ranked.Need)
		}
		p := placed{rank: i + 1, grade: unjudged, key: key}
		if j, ok := c.Judged[key]; ok {
			p.grade = j.Grade
		}
		grades = append(grades, p.grade)
		if p.grade != unjudged || p.rank <= 5 {
			a := ranked.Question.Assess(ranked.Candidate)
			p.eligibility = a.Eligibility()
			r.placed = append(r.placed, p)
		}
	}
	r.figures = measure(grades)
	return r
}

// result is one case measured: where the judged stand, and what else stands
// among the first five.
type result struct {
	name    string
	ofSpace bool
	placed  []placed
	figures figures
}

type placed struct {
	rank, grade int
	eligibility domain.Eligibility
	key         string
}

// unjudged is the grade of what nobody judged. It counts as worth nothing.
const unjudged = -1

// figures measure one order in thousandths; absent when a figure has no meaning
// for the case.
type figures struct {
	// recall5 and recall10: of the good ones (grades 2 and 3), the share that
	// stands among the first 5 and 10, out of as many as could.
	recall5, recall10 int
	// first: 1 over the rank of the first of grade 3.
	first int
	// ndcg: the normalised discounted cumulative gain of the first 10. A grade
	// gains 2^grade - 1, discounted by log2(rank + 1), over the best order's.
	ndcg int
	// misplaced counts the pairs of judged ones in which one of grade 0 stands
	// before one of grade 1 or more.
	misplaced int
}

const absent = -1

// measure an order, given the grade of each place.
func measure(grades []int) (f figures) {
	f.recall5, f.recall10, f.first = recall(grades, 5), recall(grades, 10), absent
	if i := slices.Index(grades, callFirst); i >= 0 {
		f.first = thousandths(1 / float64(i+1))
	}
	ideal := slices.Clone(grades)
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	f.ndcg = absent
	if best := gain(ideal); best > 0 {
		f.ndcg = thousandths(gain(grades) / best)
	}
	before := 0
	for _, g := range grades {
		switch {
		case g == notBefore:
			before++
		case g >= aLook:
			f.misplaced += before
		}
	}
	return f
}

func recall(grades []int, k int) int {
	all, found := 0, 0
	for i, g := range grades {
		if g >= good {
			all++
			if i < k {
				found++
			}
		}
	}
	if all == 0 {
		return absent
	}
	return thousandths(float64(found) / float64(min(k, all)))
}

func gain(grades []int) (sum float64) {
	for i, g := range grades[:min(10, len(grades))] {
		sum += (math.Exp2(float64(max(0, g))) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

func thousandths(share float64) int { return int(math.Round(1000 * share)) }

// mean of the figures of several cases, absent ones left out; misplaced pairs
// are summed.
func mean(results []result) (f figures) {
	of := func(figure func(figures) int) int {
		sum, n := 0, 0
		for _, r := range results {
			if v := figure(r.figures); v != absent {
				sum, n = sum+v, n+1
			}
		}
		if n == 0 {
			return absent
		}
		return int(math.Round(float64(sum) / float64(n)))
	}
	f.recall5 = of(func(f figures) int { return f.recall5 })
	f.recall10 = of(func(f figures) int { return f.recall10 })
	f.first = of(func(f figures) int { return f.first })
	f.ndcg = of(func(f figures) int { return f.ndcg })
	for _, r := range results {
		f.misplaced += r.figures.misplaced
	}
	return f
}

func (f figures) String() string {
	return fmt.Sprintf("recall@5 %s  recall@10 %s  mrr %s  ndcg@10 %s  misplaced %d",
		share(f.recall5), share(f.recall10), share(f.first), share(f.ndcg), f.misplaced)
}

func share(thousandths int) string {
	if thousandths == absent {
		return "    -"
	}
	return fmt.Sprintf("%.3f", float64(thousandths)/1000)
}

// report writes the figures as they are kept: overall, then each case with what
// it judged in the order of the ranking.
func report(ruleset string, results []result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What the ranking by ruleset %s makes of the judged cases.\n", ruleset)
	b.WriteString("# Written by: go test ./sample -run Ranking -update. README.md says how to read it.\n")
	b.WriteString("# Per line: grade (. is not judged), rank, eligibility, key.\n\n")
	var needs, spaces []result
	for _, r := range results {
		if r.ofSpace {
			spaces = append(spaces, r)
		} else {
			needs = append(needs, r)
		}
	}
	fmt.Fprintf(&b, "%-46s %s\n", fmt.Sprintf("%d-needs", len(needs)), mean(needs))
	fmt.Fprintf(&b, "%-46s %s\n", fmt.Sprintf("%d-spaces", len(spaces)), mean(spaces))
	for _, r := range results {
		fmt.Fprintf(&b, "\n%-46s %s\n", r.name, r.figures)
		for _, p := range r.placed {
			grade := "."
			if p.grade != unjudged {
				grade = strconv.Itoa(p.grade)
			}
			fmt.Fprintf(&b, "  %s %4d  %-10s  %s\n", grade, p.rank, p.eligibility, p.key)
		}
	}
	return b.String()
}

// fallen says which figures of a report are worse than in the one kept. A case
// that only one of them has is compared with nothing.
func fallen(kept, got string) (lines []string) {
	before, after := parse(kept), parse(got)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		for _, figure := range slices.Sorted(maps.Keys(after[name])) {
			was, isKept := before[name][figure]
			is := after[name][figure]
			worse := is < was
			if figure == "misplaced" {
				worse = is > was
			}
			if isKept && worse {
				lines = append(lines, fmt.Sprintf("%s: %s was %g, is %g", name, figure, was, is))
			}
		}
	}
	return lines
}

// parse reads the lines of figures: a name, then pairs.
func parse(report string) map[string]map[string]float64 {
	all := map[string]map[string]float64{}
	for line := range strings.Lines(report) {
		words := strings.Fields(line)
		if len(words) < 3 || strings.HasPrefix(line, " ") || words[0] == "#" {
			continue
		}
		all[words[0]] = map[string]float64{}
		for pair := range slices.Chunk(words[1:], 2) {
			if v, err := strconv.ParseFloat(pair[len(pair)-1], 64); err == nil {
				all[words[0]][pair[0]] = v
			}
		}
	}
	return all
}

func TestMeasure(t *testing.T) {
	const o = unjudged
	for _, tc := range []struct {
		name   string
		grades []int
		want   figures
	}{
		{"as good as can be", []int{3, 2, 1, 0, o}, figures{1000, 1000, 1000, 1000, 0}},
		// Both good ones of two are found, the first of grade 3 second.
		// Gain: 3/log2(2) + 7/log2(3) = 7.4165, of 7 + 3/log2(3) = 8.8928.
		{"second", []int{2, 3, 0}, figures{1000, 1000, 500, 834, 0}},
		// One of the two good ones stands sixth: 7/log2(3) + 3/log2(7) = 5.4852,
		// of 8.8928. One of grade 0 stands before both.
		{"late", []int{0, 3, o, o, o, 2}, figures{500, 1000, 500, 617, 2}},
		// No more than five of six could be among the first five.
		{"more than five", []int{3, 3, 3, 3, 3, 3}, figures{1000, 1000, 1000, 1000, 0}},
		// 1/log2(3) = 0.6309 of 1.
		{"nothing good", []int{o, 1, 0}, figures{absent, absent, absent, 631, 0}},
		{"nothing at all", []int{0, o, 0}, figures{absent, absent, absent, absent, 0}},
		{"eleventh", []int{o, o, o, o, o, o, o, o, o, o, 3}, figures{0, 0, 91, 0, 0}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := measure(tc.grades); got != tc.want {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
		})
	}
}

// The gate sees a figure that falls, and no other change.
func TestFallen(t *testing.T) {
	one := func(grades ...int) result { return result{name: "a/b", figures: measure(grades)} }
	kept := report("v1", []result{one(3, 0, 1)})
	for _, tc := range []struct {
		name string
		got  result
		want int
	}{
		{"the same", one(3, 0, 1), 0},
		{"better", one(3, 1, 0), 0},
		{"worse", one(0, 3, 1), 6}, // mrr, ndcg and misplaced, of the case and overall
		{"another case", result{name: "c/d", figures: measure([]int{3, 0, 1})}, 0},
	} {
		if lines := fallen(kept, report("v2", []result{tc.got})); len(lines) != tc.want {
			t.Errorf("%s: %d lines, want %d: %q", tc.name, len(lines), tc.want, lines)
		}
	}
}
