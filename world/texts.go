package world

import (
	"cmp"
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// withTexts is a document that refers to texts of the personal store: any kind
// whose documents have this method takes part in RefersTo.
type withTexts interface{ TextIDs() []domain.TextID }

// textRefs leads from texts to the documents that refer to them, of whichever
// kinds.
type textRefs struct{ pairs pairs[textRef, domain.ID] }

type textRef struct {
	text domain.TextID
	kind domain.Kind
}

func newTextRefs() textRefs {
	itself := func(r textRef) textRef { return r }
	return textRefs{newPairs[textRef, textRef, domain.ID](func(a, b textRef) int {
		return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.kind, b.kind))
	}, itself, itself)}
}

// clone is for the writer only, as that of table.
func (x textRefs) clone() textRefs { return textRefs{x.pairs.clone()} }

// move replaces what a document's old version refers to with what its new one
// does; nil when there is none.
func (x textRefs) move(kind domain.Kind, doc domain.ID, old, now withTexts) {
	var before, after []domain.TextID
	if old != nil {
		before = old.TextIDs()
	}
	if now != nil {
		after = now.TextIDs()
	}
	for _, id := range before {
		if !slices.Contains(after, id) {
			x.pairs.remove(textRef{id, kind}, doc)
		}
	}
	for _, id := range after {
		x.pairs.set(textRef{id, kind}, doc)
	}
}

// RefersTo tells whether any document refers to a text. One that none refers to
// may be swept from the personal store.
func (w *World) RefersTo(id domain.TextID) bool {
	refers := false
	w.textRefs.pairs.ascend(textRef{text: id}, func(r textRef, _ domain.ID) bool {
		refers = r.text == id
		return false
	})
	return refers
}

// TextReference says which document refers to a text of the personal store.
type TextReference struct {
	Text domain.TextID
	Kind domain.Kind
	Doc  domain.ID
}

// TextReferences are all that there are, in order of the texts' ids.
func (w *World) TextReferences() iter.Seq[TextReference] {
	return func(yield func(TextReference) bool) {
		w.textRefs.pairs.scan(func(r textRef, doc domain.ID) bool { return yield(TextReference{r.text, r.kind, doc}) })
	}
}

// textsOf is a row's document as one that refers to texts; nil for a missing row
// and for kinds that don't.
func textsOf[T any](r *Row[T]) withTexts {
	if r == nil {
		return nil
	}
	doc, _ := any(r.Doc).(withTexts)
	return doc
}
