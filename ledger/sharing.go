package ledger

import (
	"hash/maphash"
	"reflect"
	"sync"
	"sync/atomic"
)

// Sharing reads documents so that their equal parts are one in memory: they say
// the same things over and over, such as sources, days, round numbers, lists of
// the same few codes, and nobody changes a decoded document. It halves a World
// and spares decoding what repeats.
//
// It remembers a bounded number of values by their bytes. A value is kept from
// its second time on, in the place of whatever was there: those that come once,
// such as ids, leave no more than a mark. Make one for many documents, in one
// goroutine at a time, and let go of it soon, since what it keeps outlives its
// documents. A nil *Sharing shares nothing.
type Sharing struct{ kept [places]kept }

const (
	// places bounds what is kept: some thousands of values are most of what
	// repeats.
	places = 1 << 15
	// mostRepeated is beyond what repeats, in bytes.
	mostRepeated = 255
)

// kept is a value that came at least twice. It fills a line of a processor's
// cache, and most values are found without a look anywhere else: at a million
// documents that is what finding one costs.
type kept struct {
	// mark is of what came last, whether it was kept or not.
	mark uint32
	typ  typeNumber
	kind byte
	size uint8
	// start is that of bytes.
	start [16]byte
	bytes string
	value reflect.Value
}

// is tells whether a value is the one that is kept.
func (k *kept) is(typ typeNumber, kind byte, data []byte) bool {
	if int(k.size) != len(data) || k.typ != typ || k.kind != kind {
		return false
	}
	if len(data) <= len(k.start) {
		return string(k.start[:len(data)]) == string(data)
	}
	return k.bytes == string(data)
}

func (k *kept) keep(typ typeNumber, kind byte, bytes string, value reflect.Value) {
	k.typ, k.kind, k.size, k.bytes, k.value = typ, kind, uint8(len(bytes)), bytes, value
	copy(k.start[:], bytes)
}

// typeNumber tells types apart; 0 stands for none.
type typeNumber uint16

const textType typeNumber = 1

var (
	typeNumbers sync.Map // reflect.Type → typeNumber
	lastType    atomic.Uint32
)

// numberOf gives a type its number: there are no more types than a program has.
func numberOf(t reflect.Type) typeNumber {
	n, ok := typeNumbers.Load(t)
	if !ok {
		n, _ = typeNumbers.LoadOrStore(t, textType+typeNumber(lastType.Add(1)))
	}
	return n.(typeNumber)
}

var hashSeed = maphash.MakeSeed()

// find answers the place of a value, and whether it is kept there; no place
// when it hasn't come before.
func (s *Sharing) find(typ typeNumber, kind byte, data []byte) (place *kept, here bool) {
	const spread = 0x9E3779B97F4A7C15 // the same bytes in several types go to several places
	h := maphash.Bytes(hashSeed, data) ^ uint64(typ)*spread
	k := &s.kept[h%places]
	if k.is(typ, kind, data) {
		return k, true
	}
	if mark := uint32(h >> 32); k.mark != mark {
		k.mark = mark
		return nil, false
	}
	return k, false
}

// text is a string of these bytes.
func (s *Sharing) text(data []byte) string {
	if s == nil || len(data) > mostRepeated {
		return string(data)
	}
	k, here := s.find(textType, typeString, data)
	if here {
		return k.bytes
	}
	text := string(data)
	if k != nil {
		k.keep(textType, typeString, text, reflect.Value{})
	}
	return text
}

// shared reads a value of a type, a pointer or a slice, and gives the same one
// again for the same bytes.
func shared(of reflect.Type, read reads) reads {
	typ := numberOf(of)
	return func(s *Sharing, kind byte, data []byte, into reflect.Value) bool {
		if s == nil || kind == typeNull || len(data) > mostRepeated {
			return read(s, kind, data, into)
		}
		k, here := s.find(typ, kind, data)
		if here {
			into.Set(k.value)
			return true
		}
		if !read(s, kind, data, into) {
			return false
		}
		if k != nil {
			// What into holds, not into itself, which is a part of a document.
			k.keep(typ, kind, string(data), reflect.ValueOf(into.Interface()))
		}
		return true
	}
}
