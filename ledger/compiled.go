package ledger

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
)

// Decoding documents is most of a boot, and most of that is the driver finding
// out anew, for each element, what to do with it. So what a type's documents
// look like is worked out once: a plan, which reads them straight from their
// bytes, in the form that Marshal writes them in, and nothing else. Whatever
// isn't of that form (another order of the fields aside) is left to the
// driver, which then says what the document means or what is wrong with it. So
// a plan either reads exactly what bson.Unmarshal reads, or declines.

// reads a value of a BSON type from its bytes, into a settable zero value; it
// declines by answering false, and may have set part of the value then.
type reads func(s *Sharing, kind byte, data []byte, into reflect.Value) bool

const (
	typeDouble = 0x01
	typeBool   = 0x08
	typeNull   = 0x0A
)

// plan reads the documents of one struct type.
type plan struct {
	// fields are in the struct's order, which is that of the elements.
	fields []fieldPlan
	names  map[string]int
}

type fieldPlan struct {
	name string
	// index leads to the field through inlined structs.
	index []int
	read  reads
}

// mostFields is how many fields fit the set of those that were read.
const mostFields = 64

// plans are those of the types met so far, by the type of a pointer to one; nil
// for a type that is left to the driver.
var plans sync.Map // reflect.Type → *plan

func planFor(pointer reflect.Type) *plan {
	if p, ok := plans.Load(pointer); ok {
		return p.(*plan)
	}
	var p *plan
	if pointer != nil && pointer.Kind() == reflect.Pointer && pointer.Elem().Kind() == reflect.Struct && plain(pointer.Elem()) {
		p, _ = (&planner{}).document(pointer.Elem())
	}
	stored, _ := plans.LoadOrStore(pointer, p)
	return stored.(*plan)
}

// document reads a document into a zero value; false when it isn't sure of it.
func (p *plan) document(s *Sharing, doc []byte, into reflect.Value) bool {
	rest, ok := elements(doc)
	if !ok {
		return false
	}
	var done uint64
	next := 0
	for len(rest) > 0 {
		e, after, ok := firstElement(rest)
		if !ok {
			return false
		}
		rest = after
		at := p.find(e.name, next)
		if at < 0 {
			// The driver takes a name in other letters for the same.
			if _, other := p.names[strings.ToLower(string(e.name))]; other {
				return false
			}
			continue
		}
		if done&(1<<at) != 0 {
			return false
		}
		done |= 1 << at
		next = at + 1
		f := &p.fields[at]
		field := into
		for _, i := range f.index {
			field = field.Field(i)
		}
		if !f.read(s, e.kind, e.value, field) {
			return false
		}
	}
	return true
}

// find looks for a field, beginning where the next one should be; -1 for none.
func (p *plan) find(name []byte, next int) int {
	for i := next; i < len(p.fields); i++ {
		if string(name) == p.fields[i].name {
			return i
		}
	}
	if i, ok := p.names[string(name)]; ok {
		return i
	}
	return -1
}

// element is one of a document's or array's.
type element struct {
	kind byte
	name []byte
	// value is all of its bytes.
	value []byte
}

// elements are the bytes between a document's length and its final zero.
func elements(doc []byte) ([]byte, bool) {
	if len(doc) < emptyDocument || int(int32(endian.Uint32(doc))) != len(doc) || doc[len(doc)-1] != 0 {
		return nil, false
	}
	return doc[4 : len(doc)-1], true
}

// firstElement cuts one element off.
func firstElement(b []byte) (e element, rest []byte, ok bool) {
	end := bytes.IndexByte(b, 0)
	if end < 1 { // there is a type, which isn't 0, before the name
		return e, nil, false
	}
	e.kind, e.name = b[0], b[1:end]
	b = b[end+1:]
	size, ok := sizeOf(e.kind, b)
	if !ok || size > len(b) {
		return e, nil, false
	}
	e.value = b[:size:size]
	return e, b[size:], true
}

// sizeOf is how many bytes a value takes; false for types that stored documents
// don't hold.
func sizeOf(kind byte, b []byte) (size int, ok bool) {
	switch kind {
	case typeNull:
		return 0, true
	case typeBool:
		return 1, true
	case typeInt32:
		return 4, true
	case typeDouble, typeDate, typeInt64:
		return 8, true
	}
	if len(b) < 4 {
		return 0, false
	}
	size = int(int32(endian.Uint32(b)))
	switch kind {
	case typeDocument, typeArray:
		return size, size >= emptyDocument
	case typeString:
		return size + 4, size >= 1 && size <= len(b)-4 && b[size+3] == 0
	}
	return 0, false
}

// planner works a plan out.
type planner struct {
	// within are the structs under way: one that holds itself has no plan.
	within []reflect.Type
}

// document is false for a type that is left to the driver: one that holds what
// documents of Palier don't, such as maps or interfaces.
func (b *planner) document(t reflect.Type) (*plan, bool) {
	if slices.Contains(b.within, t) {
		return nil, false
	}
	b.within = append(b.within, t)
	defer func() { b.within = b.within[:len(b.within)-1] }()
	p := &plan{names: make(map[string]int)}
	if !b.fields(p, t, nil) || len(p.fields) > mostFields {
		return nil, false
	}
	for i, f := range p.fields {
		if _, twice := p.names[f.name]; twice {
			return nil, false
		}
		p.names[f.name] = i
	}
	return p, true
}

// fields adds those of a struct, by the driver's rules for tags.
func (b *planner) fields(p *plan, t reflect.Type, index []int) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		tag, tagged := f.Tag.Lookup("bson")
		if !tagged && len(f.Tag) > 0 && !strings.Contains(string(f.Tag), ":") {
			return false // the driver reads the whole tag then
		}
		if tag == "-" {
			continue
		}
		// The driver looks for options in the name's place too.
		options := strings.Split(tag, ",")
		name := options[0]
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		at := append(slices.Clone(index), i)
		switch {
		case slices.Contains(options, "truncate"):
			return false
		case slices.Contains(options, "inline"):
			if f.Type.Kind() != reflect.Struct || !b.fields(p, f.Type, at) {
				return false
			}
		default:
			read, ok := b.value(f.Type)
			if !ok {
				return false
			}
			p.fields = append(p.fields, fieldPlan{name, at, read})
		}
	}
	return true
}

var (
	timeType         = reflect.TypeFor[time.Time]()
	unmarshaler      = reflect.TypeFor[bson.Unmarshaler]()
	valueUnmarshaler = reflect.TypeFor[bson.ValueUnmarshaler]()
)

var domainPath = reflect.TypeFor[domain.Kind]().PkgPath()

// foreign packages have types that the driver treats by rules of their own.
var foreign = []string{"go.mongodb.org/mongo-driver/", "encoding/json", "net/url"}

// plain tells the types that the driver treats by their kind alone.
func plain(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return !pointer.Implements(unmarshaler) && !pointer.Implements(valueUnmarshaler) && t != timeType &&
		!slices.ContainsFunc(foreign, func(p string) bool { return strings.HasPrefix(t.PkgPath(), p) })
}

// value says how a type is read; false when it is left to the driver.
func (b *planner) value(t reflect.Type) (reads, bool) {
	switch {
	case t == timeType:
		return readTime, true
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(valueUnmarshaler):
		return readItself, !t.Implements(valueUnmarshaler) && !reflect.PointerTo(t).Implements(unmarshaler)
	case !plain(t):
		return nil, false
	}
	switch t.Kind() {
	case reflect.String:
		if list, ok := domain.CodeListNamed(t.Name()); ok && t.PkgPath() == domainPath {
			return readCode(list), true
		}
		return readString, true
	case reflect.Bool:
		return readBool, true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return readInt, true
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return readUint, true
	case reflect.Float64:
		return readFloat, true
	case reflect.Struct:
		p, ok := b.document(t)
		return func(s *Sharing, kind byte, data []byte, into reflect.Value) bool {
			return kind == typeDocument && p.document(s, data, into)
		}, ok
	case reflect.Pointer:
		read, ok := b.value(t.Elem())
		if t.Elem().Kind() == reflect.String {
			// The pointer is shared, or the text comes once.
			read = withoutMemory(read)
		}
		return shared(t, readPointer(t.Elem(), read)), ok
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return nil, false
		}
		read, ok := b.value(t.Elem())
		return shared(t, readSlice(t, read)), ok
	}
	return nil, false
}

func readTime(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
	if kind != typeDate {
		return false
	}
	*into.Addr().Interface().(*time.Time) = time.UnixMilli(int64(endian.Uint64(data))).UTC()
	return true
}

// readItself lets the type read its own form.
func readItself(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
	return into.Addr().Interface().(bson.ValueUnmarshaler).UnmarshalBSONValue(kind, data) == nil
}

func readString(s *Sharing, kind byte, data []byte, into reflect.Value) bool {
	if kind != typeString {
		return false
	}
	into.SetString(s.text(data[4 : len(data)-1]))
	return true
}

// readCode gives the program's own text for a code, which needs no memory and
// which the garbage collector needn't follow.
func readCode(list *domain.CodeList) reads {
	codes := make([]string, len(list.Codes)) // close together
	for i, c := range list.Codes {
		codes[i] = c.Value
	}
	return func(s *Sharing, kind byte, data []byte, into reflect.Value) bool {
		if kind == typeString {
			for _, code := range codes {
				if code == string(data[4:len(data)-1]) {
					into.SetString(code)
					return true
				}
			}
		}
		return readString(s, kind, data, into)
	}
}

func withoutMemory(read reads) reads {
	return func(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
		return read(nil, kind, data, into)
	}
}

func readBool(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
	if kind != typeBool || data[0] > 1 {
		return false
	}
	into.SetBool(data[0] == 1)
	return true
}

// integer is a whole number as documents hold it.
func integer(kind byte, data []byte) (int64, bool) {
	switch kind {
	case typeInt32:
		return int64(int32(endian.Uint32(data))), true
	case typeInt64:
		return int64(endian.Uint64(data)), true
	}
	return 0, false
}

func readInt(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
	n, ok := integer(kind, data)
	if !ok || into.OverflowInt(n) {
		return false
	}
	into.SetInt(n)
	return true
}

func readUint(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
	n, ok := integer(kind, data)
	if !ok || n < 0 || into.OverflowUint(uint64(n)) {
		return false
	}
	into.SetUint(uint64(n))
	return true
}

func readFloat(_ *Sharing, kind byte, data []byte, into reflect.Value) bool {
	if kind != typeDouble {
		return false
	}
	into.SetFloat(math.Float64frombits(endian.Uint64(data)))
	return true
}

func readPointer(to reflect.Type, read reads) reads {
	return func(s *Sharing, kind byte, data []byte, into reflect.Value) bool {
		if kind == typeNull {
			return true
		}
		p := reflect.New(to)
		if !read(s, kind, data, p.Elem()) {
			return false
		}
		into.Set(p)
		return true
	}
}

func readSlice(t reflect.Type, read reads) reads {
	return func(s *Sharing, kind byte, data []byte, into reflect.Value) bool {
		if kind == typeNull {
			return true
		}
		all, ok := elements(data)
		if kind != typeArray || !ok {
			return false
		}
		n := 0
		for rest := all; len(rest) > 0; n++ {
			if _, rest, ok = firstElement(rest); !ok {
				return false
			}
		}
		// As long as it is: what appends to a list doesn't write into this one.
		list := reflect.MakeSlice(t, n, n)
		for i := range n {
			var e element
			e, all, _ = firstElement(all)
			if !read(s, e.kind, e.value, list.Index(i)) {
				return false
			}
		}
		into.Set(list)
		return true
	}
}
