package httpapi

import "github.com/vektah/gqlparser/v2/ast"

// repetitionsOf counts what a document asks for again: a field where the same is
// asked for already, in one selection or in several that come together, for an
// answer's name is one whatever brings it, and a fragment where it is spread already.
// What stands in a fragment counts wherever it is spread. Whether all of it agrees is
// found by comparing each with each other, so that the time that takes grows with
// the square of this number, and of this alone. Counting stops beyond most.
func repetitionsOf(doc *ast.QueryDocument, most int) int64 {
	c := repetitions{
		most: int64(most), fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		spread: make(map[string]bool, len(doc.Fragments)), alone: make(map[*ast.Selection]bool),
	}
	for _, f := range doc.Fragments {
		c.fragments[f.Name] = f
	}
	for _, o := range doc.Operations {
		c.count([]ast.SelectionSet{o.SelectionSet})
	}
	for _, f := range doc.Fragments {
		if !c.spread[f.Name] { // it isn't valid, but is compared all the same
			c.count([]ast.SelectionSet{f.SelectionSet})
		}
	}
	return c.found
}

type repetitions struct {
	most, found int64
	fragments   map[string]*ast.FragmentDefinition
	spread      map[string]bool
	// alone are the selections, by their first, that were counted by themselves: once
	// is enough, since they are the same wherever their fragment is spread.
	alone map[*ast.Selection]bool
}

// count counts in selections that come together, and below.
func (c *repetitions) count(together []ast.SelectionSet) {
	if len(together) == 1 {
		first := &together[0][0] // a selection that was parsed isn't empty
		if c.alone[first] {
			return
		}
		c.alone[first] = true
	}
	seen := make(map[string]bool)
	below := make(map[string][]ast.SelectionSet)
	for _, set := range together {
		c.gather(set, seen, below, make(map[string]bool))
	}
	for _, sets := range below {
		if c.found > c.most {
			return
		}
		c.count(sets)
	}
}

// gather takes the fields of one selection: the names of answers that are seen, and
// the selections below them. The fragments are those of this selection.
func (c *repetitions) gather(set ast.SelectionSet, seen map[string]bool, below map[string][]ast.SelectionSet, fragments map[string]bool) {
	for _, selection := range set {
		if c.found > c.most {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			if seen[s.Alias] {
				c.found++
			}
			seen[s.Alias] = true
			if len(s.SelectionSet) > 0 {
				below[s.Alias] = append(below[s.Alias], s.SelectionSet)
			}
		case *ast.InlineFragment:
			c.gather(s.SelectionSet, seen, below, fragments)
		case *ast.FragmentSpread:
			if fragments[s.Name] {
				c.found++
				continue
			}
			fragments[s.Name], c.spread[s.Name] = true, true
			if f := c.fragments[s.Name]; f != nil {
				c.gather(f.SelectionSet, seen, below, fragments)
			}
		}
	}
}
