package ledger

import (
	"hash/maphash"
	"reflect"
	"sync"

	"github.com/palier-hub/palier/domain"
)

// Documents say the same things over and over: codes, sources, days, round
// numbers, lists of the same few codes. Nobody changes a decoded document, so
// the equal parts of several can be one in memory, which halves a World and
// spares decoding them.

// repetitions remember a bounded number of values by their bytes. A value is
// kept from its second time on, in the place of whatever was there: those that
// come once, such as ids, leave no more than a mark. For one goroutine at a
// time.
type repetitions struct {
	// marks are of what came last, whether it was kept or not.
	marks [places]uint32
	kept  [places]*kept
}

const (
	// places bounds what is kept: some thousands of values are most of what
	// repeats.
	places = 1 << 15
	// mostRepeated is beyond what repeats, in bytes.
	mostRepeated = 256
)

// kept is a value that came at least twice.
type kept struct {
	// of is the value's type; nil for a text.
	of    reflect.Type
	kind  byte
	bytes string
	value reflect.Value
	// stays: it is a code.
	stays bool
}

// remembered holds the repetitions of each core that decodes. Those that nobody
// uses for a while are forgotten, so that values don't outlive their documents
// for long.
var remembered = sync.Pool{New: func() any {
	r := new(repetitions)
	for _, list := range domain.CodeLists() {
		for _, code := range list.Codes {
			// The program's own texts, which the garbage collector needn't follow.
			r.kept[hash(0, []byte(code.Value))%places] = &kept{kind: typeString, bytes: code.Value, stays: true}
		}
	}
	return r
}}

var hashSeed = maphash.MakeSeed()

func hash(salt uint64, data []byte) uint64 { return maphash.Bytes(hashSeed, data) ^ salt }

// find answers what is kept of a value; else where to keep it when it has come
// before, and nil when it hasn't. The salt is the type's.
func (r *repetitions) find(of reflect.Type, salt uint64, kind byte, data []byte) (*kept, **kept) {
	h := hash(salt, data)
	at := h % places
	k := r.kept[at]
	if k != nil && k.bytes == string(data) && k.of == of && k.kind == kind {
		return k, nil
	}
	mark := uint32(h >> 32)
	if r.marks[at] != mark {
		r.marks[at] = mark
		return nil, nil
	}
	if k != nil && k.stays {
		return nil, nil
	}
	return nil, &r.kept[at]
}

// text is a string of these bytes.
func (r *repetitions) text(data []byte) string {
	if len(data) > mostRepeated {
		return string(data)
	}
	k, place := r.find(nil, 0, typeString, data)
	if k != nil {
		return k.bytes
	}
	s := string(data)
	if place != nil {
		*place = &kept{kind: typeString, bytes: s}
	}
	return s
}

// shared reads a value of a type, a pointer or a slice, and gives the same one
// again for the same bytes.
func shared(of reflect.Type, read reads) reads {
	// Values of several types may have the same bytes.
	salt := maphash.Comparable(hashSeed, of)
	return func(r *repetitions, kind byte, data []byte, into reflect.Value) bool {
		if len(data) > mostRepeated || kind == typeNull {
			return read(r, kind, data, into)
		}
		k, place := r.find(of, salt, kind, data)
		if k != nil {
			into.Set(k.value)
			return true
		}
		if !read(r, kind, data, into) {
			return false
		}
		if place != nil {
			// What into holds, not into itself, which is a part of a document.
			*place = &kept{of: of, kind: kind, bytes: string(data), value: reflect.ValueOf(into.Interface())}
		}
		return true
	}
}
