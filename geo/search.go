package geo

import (
	"cmp"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo/internal/fold"
)

// mostFound bounds a search whatever limit is asked for.
const mostFound = 100

// searchIndex is what Search reads: all folded names in one text, a line each,
// every word preceded by a space, so that finding " lyon" in it is one scan;
// and the postal codes in order.
type searchIndex struct {
	names  string
	starts []int32 // of each commune's line in names
	postal []postalCode
}

type postalCode struct {
	code    string
	commune int32
}

func newSearchIndex(communes []domain.Commune) searchIndex {
	index := searchIndex{starts: make([]int32, 0, len(communes)), postal: make([]postalCode, 0, len(communes)*5/4)}
	var names strings.Builder
	names.Grow(len(communes) * 20)
	for i := range communes {
		c := &communes[i]
		index.starts = append(index.starts, int32(names.Len()))
		names.WriteByte(' ')
		names.WriteString(fold.Name(c.Name))
		names.WriteByte('\n')
		for _, code := range c.PostalCodes {
			index.postal = append(index.postal, postalCode{code, int32(i)})
		}
	}
	index.names = names.String()
	slices.SortStableFunc(index.postal, func(a, b postalCode) int { return strings.Compare(a.code, b.code) })
	return index
}

// line is the folded name of a commune, with the space before it.
func (x *searchIndex) line(commune int32) string {
	rest := x.names[x.starts[commune]:]
	return rest[:strings.IndexByte(rest, '\n')]
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
	var found []candidate
	plain := fold.Plain(query)
	if digits := strings.ReplaceAll(plain, " ", ""); len(digits) >= 2 && strings.Trim(digits, "0123456789") == "" {
		found = a.byPostalCode(digits)
	} else {
		found = a.byName(fold.Name(query))
		// A word being typed may be "st" on its way to "strasbourg".
		if last := plain[strings.LastIndexByte(plain, ' ')+1:]; last == "st" || last == "ste" {
			found = append(found, a.byName(plain)...)
		}
	}
	slices.SortFunc(found, a.bestFirst)

	var communes []*domain.Commune
	taken := map[int32]bool{} // two spellings, or two postal codes, may lead to one commune
	for _, f := range found {
		if len(communes) >= min(limit, mostFound) {
			break
		}
		if !taken[f.commune] {
			taken[f.commune] = true
			communes = append(communes, &a.communes[f.commune])
		}
	}
	return communes
}

// candidate is a commune that was found; the lower the rank the better.
type candidate struct{ rank, commune int32 }

const (
	exactName int32 = iota
	nameBegins
	wordsBegin
)

func (a *Atlas) byName(query string) []candidate {
	words := strings.Fields(query)
	if len(words) == 0 {
		return nil
	}
	longest := words[0]
	for _, w := range words {
		if len(w) > len(longest) {
			longest = w
		}
	}
	var found []candidate
	x := &a.index
	for from := 0; ; {
		hit := strings.Index(x.names[from:], " "+longest)
		if hit < 0 {
			return found
		}
		at, _ := slices.BinarySearch(x.starts, int32(from+hit)+1)
		commune := int32(at - 1)
		line := x.line(commune)
		from = int(x.starts[commune]) + len(line)
		if !hasWords(line, words) {
			continue
		}
		rank := wordsBegin
		switch {
		case line[1:] == query:
			rank = exactName
		case strings.HasPrefix(line[1:], query):
			rank = nameBegins
		}
		found = append(found, candidate{rank, commune})
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

func (a *Atlas) byPostalCode(digits string) []candidate {
	postal := a.index.postal
	from, _ := slices.BinarySearchFunc(postal, digits, func(p postalCode, d string) int { return strings.Compare(p.code, d) })
	var found []candidate
	for _, p := range postal[from:] {
		if !strings.HasPrefix(p.code, digits) {
			break
		}
		rank := nameBegins
		if len(digits) == 5 && a.communes[p.commune].Parent != "" {
			rank = exactName
		}
		found = append(found, candidate{rank, p.commune})
	}
	return found
}

func (a *Atlas) bestFirst(x, y candidate) int {
	return cmp.Or(
		cmp.Compare(x.rank, y.rank),
		cmp.Compare(a.population(y.commune), a.population(x.commune)),
		cmp.Compare(x.commune, y.commune), // the order of codes
	)
}

func (a *Atlas) population(commune int32) int {
	if p := a.communes[commune].Population; p != nil {
		return *p
	}
	return 0
}
