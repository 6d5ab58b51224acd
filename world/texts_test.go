package world

import (
	"fmt"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
)

// letter is a document that refers to texts, of a kind that only this test has.
type letter struct {
	ID    domain.ID       `bson:"id"`
	Texts []domain.TextID `bson:"texts"`
}

func (l *letter) TextIDs() []domain.TextID { return l.Texts }

// Documents of any kind that refer to texts are asked, as they now are; those of
// two kinds, and of an earlier World, each for itself.
func TestRefersTo(t *testing.T) {
	atlas, err := geo.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []domain.Kind{"letter", "card"} {
		rows := make(map[domain.ID]*Row[letter])
		kinds[kind] = stored(func(_ *World, id domain.ID, row *Row[letter]) (old *Row[letter]) {
			old = rows[id]
			if rows[id] = row; row == nil {
				delete(rows, id)
			}
			return old
		}, func(l *letter) domain.ID { return l.ID })
		defer delete(kinds, kind)
	}
	w := Empty("ldg_texts", atlas)
	write := func(kind domain.Kind, id domain.ID, texts ...domain.TextID) {
		t.Helper()
		change := ledger.Change{Kind: kind, ID: id}
		if texts != nil {
			var err error
			if change.Doc, err = ledger.Marshal(letter{ID: id, Texts: texts}); err != nil {
				t.Fatal(err)
			}
		}
		head := w.Head()
		next, err := w.Apply([]ledger.Commit{{Number: head.Number + 1, Format: 1, ID: ledger.CommitID{1}, Action: "test", Prev: head.Hash, Changes: []ledger.Change{change}}})
		if err != nil {
			t.Fatal(err)
		}
		w = next
	}
	refersTo := func(w *World) (ids string) {
		for n := range 10 {
			if id := domain.TextID(fmt.Sprint("txt_", n)); w.RefersTo(id) {
				ids += fmt.Sprint(n)
			}
		}
		return ids
	}
	wanted := ""
	for i, step := range []struct {
		kind  domain.Kind
		id    domain.ID
		texts []domain.TextID // nil deletes the document
		want  string
	}{
		{"letter", "a", []domain.TextID{"txt_1", "txt_2", "txt_2"}, "12"},
		{"letter", "b", []domain.TextID{"txt_2", "txt_4"}, "124"},
		{"letter", "a", []domain.TextID{"txt_1", "txt_3"}, "1234"},
		{"card", "b", []domain.TextID{"txt_4"}, "1234"},
		{"letter", "b", []domain.TextID{}, "134"},
		{"card", "b", nil, "13"},
		{"letter", "c", nil, "13"},
		{"letter", "a", nil, ""},
	} {
		before := w
		write(step.kind, step.id, step.texts...)
		if got := refersTo(w); got != step.want {
			t.Errorf("step %d: it refers to %q, want %q", i, got, step.want)
		}
		if got := refersTo(before); got != wanted {
			t.Errorf("step %d: the World before refers to %q, and did to %q", i, got, wanted)
		}
		wanted = step.want
	}
	// An id that isn't one refers to nothing, and an erasure to no text of its own.
	change := ledger.Change{Kind: domain.KindErasure, ID: "ers_1"}
	if change.Doc, err = ledger.Marshal(domain.Erasure{ID: "ers_1", Person: "per_1", Texts: []domain.TextID{"txt_1"}}); err != nil {
		t.Fatal(err)
	}
	head := w.Head()
	w, err = w.Apply([]ledger.Commit{{Number: head.Number + 1, Format: 1, ID: ledger.CommitID{1}, Action: "test", Prev: head.Hash, Changes: []ledger.Change{change}}})
	if err != nil {
		t.Fatal(err)
	}
	if w.RefersTo("txt_1") || w.RefersTo("") {
		t.Error("an erasure keeps the text that it is about")
	}
}
