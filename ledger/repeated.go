package ledger

import (
	"hash/maphash"
	"reflect"
	"sync/atomic"
)

// Documents say the same things over and over: codes, sources, days, round
// numbers, lists of the same few codes. Nobody changes a decoded document, so
// the equal parts of several can be one in memory, which takes half of a World's
// and spares decoding them.

// repeated is what came more than once lately.
var repeated = repetitions{seed: maphash.MakeSeed()}

// repetitions remember a bounded number of values by their bytes. A value is
// kept from its second time on, in the place of whatever was there: those that
// come once, such as ids, leave no more than a mark. It is safe for concurrent
// use without locks, since a lost race costs a copy and nothing else.
type repetitions struct {
	seed maphash.Seed
	// marks of what came last, whether it was kept or not.
	marks [places]atomic.Uint32
	kept  [places]atomic.Pointer[kept]
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
}

// salt keeps the values of different types apart that have the same bytes.
func (r *repetitions) salt(of reflect.Type) uint64 { return maphash.Comparable(r.seed, of) }

// find answers what is kept of a value; else where to keep it when it has come
// before, and nil when it hasn't.
func (r *repetitions) find(of reflect.Type, salt uint64, kind byte, data []byte) (*kept, *atomic.Pointer[kept]) {
	h := maphash.Bytes(r.seed, data) ^ salt
	at := h % places
	if k := r.kept[at].Load(); k != nil && k.bytes == string(data) && k.of == of && k.kind == kind {
		return k, nil
	}
	if mark := uint32(h >> 32); r.marks[at].Swap(mark) != mark {
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
		place.Store(&kept{kind: typeString, bytes: s})
	}
	return s
}

// shared reads a value of a type, a pointer or a slice, and gives the same one
// again for the same bytes.
func shared(of reflect.Type, read reads) reads {
	salt := repeated.salt(of)
	return func(kind byte, data []byte, into reflect.Value) bool {
		if len(data) > mostRepeated || kind == typeNull {
			return read(kind, data, into)
		}
		k, place := repeated.find(of, salt, kind, data)
		if k != nil {
			into.Set(k.value)
			return true
		}
		if !read(kind, data, into) {
			return false
		}
		if place != nil {
			// What into holds, not into itself, which is a part of a document.
			place.Store(&kept{of: of, kind: kind, bytes: string(data), value: reflect.ValueOf(into.Interface())})
		}
		return true
	}
}
