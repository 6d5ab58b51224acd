package loaders

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// Page says which part of a list is asked for, and what of it: totals and
// facets are computed only when the operation selects them.
type Page struct {
	First  int
	After  *string
	Totals bool
	Facets bool
	// Ended says why nobody waits for the page any more, such as the context's error;
	// nil when somebody does. A nil one is never asked.
	Ended func() error
}

// rowsBetween is after how many rows a list looks whether anybody waits for it.
const rowsBetween = 512

// mostFirst bounds a page.
const mostFirst = 100

func (p Page) validate() error {
	if p.First >= 1 && p.First <= mostFirst {
		return nil
	}
	return domain.InvalidInput{Path: []string{"first"},
		French:  fmt.Sprintf("first est compris entre 1 et %d : demandez la suite avec after", mostFirst),
		English: fmt.Sprintf("first is between 1 and %d: ask for more with after", mostFirst)}
}

// list describes a list of rows to page through.
type list[T any] struct {
	// scope is what makes it this list, for its cursors.
	scope []any
	rows  iter.Seq[*world.Row[T]]
	// seen stand for the rows, when they were found to be visible already.
	seen iter.Seq[*T]
	// keep is the filter, after visibility; nil keeps all.
	keep func(*T) bool
	// key is the sort key; the id is added to it.
	key func(*T) sortKey
	id  func(*T) string
	// distance of an item from the point asked near; nil without one.
	distance func(*T) *int
	facets   []facet[T]
}

// facet counts a list's items by the codes of an attribute.
type facet[T any] struct {
	name  string
	list  string
	codes func(*T) []string
}

// page selects the asked part of a list: one pass over the visible rows, that
// keeps the first of those after the cursor.
func page[T any](s *Session, l list[T], p Page) (*domain.Connection[*T], error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	scope, err := s.scopeOf(l.scope...)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	// One at a time: an operation has one place among those that run.
	s.scanning.Lock()
	defer s.scanning.Unlock()
	var total, looked int
	best := newBest[*T](p.First+1, after)
	counters := newCounters(l.facets, p.Facets)
	for doc := range l.visible(s.viewer) {
		if looked++; looked%rowsBetween == 1 && p.Ended != nil {
			if err := p.Ended(); err != nil {
				return nil, err
			}
		}
		if l.keep != nil && !l.keep(doc) {
			continue
		}
		total++
		for _, c := range counters {
			c.add(doc)
		}
		if key := l.key(doc); best.mayTake(key) {
			key.IDs = []string{l.id(doc)}
			best.offer(key, doc)
		}
	}
	out := connection(s, scope, best, p, func(e *domain.Edge[*T]) {
		if l.distance != nil {
			e.DistanceMetres = l.distance(e.Node)
		}
	})
	out.TotalCount = total
	for _, c := range counters {
		out.Facets = append(out.Facets, c.result())
	}
	return out, nil
}

// visible are the documents that the viewer may see.
func (l list[T]) visible(v domain.Viewer) iter.Seq[*T] {
	if l.seen != nil {
		return l.seen
	}
	return func(yield func(*T) bool) {
		for row := range world.Visible(l.rows, v) {
			if !yield(row.Doc) {
				return
			}
		}
	}
}

// connection makes a page of the best items; there is one more than asked for
// when there is a next page.
func connection[N any](s *Session, scope string, b *best[N], p Page, dress func(*domain.Edge[N])) *domain.Connection[N] {
	items := b.items
	info := &domain.PageInfo{HasNextPage: len(items) > p.First, HasPreviousPage: p.After != nil}
	items = items[:min(len(items), p.First)]
	out := &domain.Connection[N]{Nodes: make([]N, len(items)), Edges: make([]*domain.Edge[N], len(items)), PageInfo: info}
	for i, item := range items {
		edge := &domain.Edge[N]{Cursor: s.cursor(scope, item.key), Node: item.value}
		dress(edge)
		out.Nodes[i], out.Edges[i] = item.value, edge
	}
	if len(items) > 0 {
		info.StartCursor, info.EndCursor = &out.Edges[0].Cursor, &out.Edges[len(items)-1].Cursor
	}
	return out
}

// best keeps the first n items after a key, in order. n is small (a page), so
// insertion into a sorted slice serves.
type best[V any] struct {
	n     int
	after *sortKey
	items []ranked[V]
}

type ranked[V any] struct {
	key   sortKey
	value V
}

func newBest[V any](n int, after *sortKey) *best[V] { return &best[V]{n: n, after: after} }

// mayTake tells whether an item of this key may be kept, its ids apart: most of a
// long list isn't, and needs no more.
func (b *best[V]) mayTake(key sortKey) bool {
	if len(b.items) < b.n {
		return true
	}
	last := b.items[b.n-1].key
	return cmp.Or(slices.Compare(key.Numbers, last.Numbers), strings.Compare(key.Text, last.Text)) <= 0
}

func (b *best[V]) offer(key sortKey, v V) {
	if b.after != nil && key.compare(*b.after) <= 0 {
		return
	}
	if len(b.items) == b.n && key.compare(b.items[b.n-1].key) >= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(b.items, key, func(r ranked[V], k sortKey) int { return r.key.compare(k) })
	b.items = slices.Insert(b.items, at, ranked[V]{key, v})
	if len(b.items) > b.n {
		b.items = b.items[:b.n]
	}
}

func (k sortKey) compare(o sortKey) int {
	return cmp.Or(slices.Compare(k.Numbers, o.Numbers), strings.Compare(k.Text, o.Text), slices.Compare(k.IDs, o.IDs))
}

// counter counts one facet.
type counter[T any] struct {
	facet[T]
	counts map[string]int
}

func newCounters[T any](facets []facet[T], wanted bool) []*counter[T] {
	if !wanted {
		return nil
	}
	out := make([]*counter[T], len(facets))
	for i, f := range facets {
		out[i] = &counter[T]{facet: f, counts: make(map[string]int)}
	}
	return out
}

func (c *counter[T]) add(v *T) {
	for _, code := range c.codes(v) {
		c.counts[code]++
	}
}

func (c *counter[T]) result() *domain.Facet { return codeFacet(c.name, c.list, c.counts) }

// codeFacet is a facet of the codes of a list.
func codeFacet(name, list string, counts map[string]int) *domain.Facet {
	codes, _ := domain.CodeListNamed(list)
	return facetOf(name, counts, codes.Text)
}

// facetOf orders the counts: most frequent first, then by code.
func facetOf(name string, counts map[string]int, text func(code string) domain.Bilingual) *domain.Facet {
	f := &domain.Facet{Name: name, Counts: make([]*domain.FacetCount, 0, len(counts))}
	for code, n := range counts {
		f.Counts = append(f.Counts, &domain.FacetCount{Code: code, Text: text(code), Count: n})
	}
	slices.SortFunc(f.Counts, func(a, b *domain.FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Code, b.Code))
	})
	return f
}

// texts are codes as strings.
func texts[C ~string](codes ...C) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return out
}

// anyOf tells whether a filter's list is empty or holds the value.
func anyOf[C comparable](wanted []C, value C) bool {
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

// anyIn tells whether a filter's list is empty or shares a value with the list.
func anyIn[C comparable](wanted, values []C) bool {
	return len(wanted) == 0 || slices.ContainsFunc(values, func(v C) bool { return slices.Contains(wanted, v) })
}

// inState is the filter on states: all but archived ones by default.
func inState(wanted []domain.Publication, state domain.Publication) bool {
	if len(wanted) == 0 {
		return state != domain.PublicationArchived
	}
	return slices.Contains(wanted, state)
}

// newestFirst orders by the last change.
func newestFirst(r domain.Record) sortKey {
	return sortKey{Numbers: []int64{-r.UpdatedAt.UnixMilli()}}
}
