package geo

import (
	"cmp"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/fold"
)

const (
	// mostFound bounds a search whatever limit is asked for.
	mostFound = 100
	// longestQuery is twice the longest name, in bytes; more finds nothing.
	longestQuery = 120
)

// searchIndex is what Search reads: all folded names in one text, a line each,
// every word preceded by a space, so that finding " lyon" in it is one scan;
// and the postal codes in order.
type searchIndex struct {
	names       string
	starts      []int32 // of each commune's line in names
	populations []int32 // 0 where unknown
	postal      []postalCode
}

type postalCode struct {
	code    string
	commune int32
}

func newSearchIndex(communes []domain.Commune) searchIndex {
	index := searchIndex{
		starts:      make([]int32, len(communes)),
		populations: make([]int32, len(communes)),
		postal:      make([]postalCode, 0, len(communes)*5/4),
	}
	var names strings.Builder
	names.Grow(len(communes) * 20)
	for i := range communes {
		c := &communes[i]
		index.starts[i] = int32(names.Len())
		names.WriteByte(' ')
		names.WriteString(fold.Name(c.Name))
		names.WriteByte('\n')
		if c.Population != nil {
			index.populations[i] = int32(*c.Population)
		}
		for _, code := range c.PostalCodes {
			index.postal = append(index.postal, postalCode{code, int32(i)})
		}
	}
	index.names = names.String()
	slices.SortFunc(index.postal, func(a, b postalCode) int {
		return cmp.Or(strings.Compare(a.code, b.code), cmp.Compare(a.commune, b.commune))
	})
	return index
}

// Search finds communes and arrondissements by the beginnings of the words of
// their names, in any order, or by a postal code or at least two of its first
// digits. Accents, case, hyphens and apostrophes don't count, and "st" is
// "saint".
//
// The best come first: the exact name, then names that begin with the query,
// then the others, the more populous first; of one postal code an
// arrondissement before its commune. At most limit are returned, and never more
// than 100.
func (a *Atlas) Search(query string, limit int) []*domain.Commune {
	found := podium{places: max(0, min(limit, mostFound))}
	plain, name := fold.Plain(query), fold.Name(query)
	if digits := strings.ReplaceAll(plain, " ", ""); len(digits) >= 2 && strings.Trim(digits, "0123456789") == "" {
		a.byPostalCode(digits, &found)
	} else {
		a.index.byName(name, &found)
		// A word being typed may be "st" on its way to "strasbourg".
		if last := plain[strings.LastIndexByte(plain, ' ')+1:]; last == "st" || last == "ste" {
			a.index.byName(plain, &found)
		}
	}
	communes := make([]*domain.Commune, len(found.best))
	for i, f := range found.best {
		communes[i] = &a.communes[f.commune]
	}
	return communes
}

// candidate is a commune that was found; the lower the rank the better.
type candidate struct{ rank, population, commune int32 }

const (
	exactName int32 = iota
	nameBegins
	wordsBegin
)

func (c candidate) compare(d candidate) int {
	return cmp.Or(cmp.Compare(c.rank, d.rank), cmp.Compare(d.population, c.population), cmp.Compare(c.commune, d.commune))
}

// podium keeps the best candidates in order, each commune once.
type podium struct {
	places int
	best   []candidate
}

func (p *podium) offer(c candidate) {
	if len(p.best) == p.places && (p.places == 0 || p.best[p.places-1].compare(c) <= 0) {
		return
	}
	for i, other := range p.best {
		if other.commune == c.commune {
			if other.compare(c) <= 0 {
				return
			}
			p.best = slices.Delete(p.best, i, i+1)
			break
		}
	}
	at, _ := slices.BinarySearchFunc(p.best, c, candidate.compare)
	p.best = slices.Insert(p.best, at, c)
	p.best = p.best[:min(len(p.best), p.places)]
}

// byName offers the names of which some word begins with each word of a folded
// query.
func (x *searchIndex) byName(query string, found *podium) {
	words := strings.Fields(query)
	if len(words) == 0 || len(query) > longestQuery {
		return
	}
	needle := ""
	for _, w := range words { // the longest is the rarest, more or less
		if len(w) >= len(needle) {
			needle = w
		}
	}
	needle = " " + needle
	for from := 0; ; {
		hit := strings.Index(x.names[from:], needle)
		if hit < 0 {
			return
		}
		next, _ := slices.BinarySearch(x.starts, int32(from+hit)+1)
		commune := int32(next - 1)
		line := x.names[x.starts[commune]:]
		line = line[:strings.IndexByte(line, '\n')]
		from = int(x.starts[commune]) + len(line)
		if hasWords(line, words) {
			found.offer(candidate{rankOf(line[1:], query), x.populations[commune], commune})
		}
	}
}

func hasWords(line string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(line, " "+w) {
			return false
		}
	}
	return true
}

func rankOf(name, query string) int32 {
	switch {
	case name == query:
		return exactName
	case strings.HasPrefix(name, query):
		return nameBegins
	}
	return wordsBegin
}

func (a *Atlas) byPostalCode(digits string, found *podium) {
	postal := a.index.postal
	from, _ := slices.BinarySearchFunc(postal, digits, func(p postalCode, d string) int { return strings.Compare(p.code, d) })
	for _, p := range postal[from:] {
		if !strings.HasPrefix(p.code, digits) {
			return
		}
		rank := nameBegins
		if len(digits) == 5 && a.communes[p.commune].Parent != "" {
			rank = exactName
		}
		found.offer(candidate{rank, a.index.populations[p.commune], p.commune})
	}
}
