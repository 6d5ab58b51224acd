package world

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
)

// Forgetful is an empty World that remembers at most so many replaced rows.
func (w *World) Forgetful(most int) *World {
	c := w.clone()
	c.recent.most = most
	return c
}

// ForgetfulOfBytes is an empty World that remembers commits of at most so many bytes.
func (w *World) ForgetfulOfBytes(most int) *World {
	c := w.clone()
	c.recent.mostBytes = most
	return c
}

// Remembered counts the replaced rows that a World keeps.
func (w *World) Remembered() (rows int) {
	w.recent.commits.Scan(func(_ uint64, r *replaced) bool {
		rows += r.rows()
		return true
	})
	return rows
}

// SnapshotKinds are the kinds that a snapshot holds.
func SnapshotKinds() (kinds []domain.Kind) {
	for _, k := range snapshotted {
		kinds = append(kinds, k.kind)
	}
	return kinds
}

// StoredKinds are the kinds that commits may hold.
func StoredKinds() (all []domain.Kind) {
	for k := range kinds {
		all = append(all, k)
	}
	return all
}

// Differences tell in what two Worlds differ: in any table, index, row, standing
// or memory of the past, whatever its name. Only where a space has its place in
// the columns is a World's own; what the columns answer is compared by asking.
func (w *World) Differences(other *World) []string {
	var d differences
	d.compare("World", reflect.ValueOf(w).Elem(), reflect.ValueOf(other).Elem())
	if a, b := w.columns.Rows(), other.columns.Rows(); a != b {
		d = append(d, fmt.Sprintf("%d and %d rows in the columns", a, b))
	}
	return d
}

type differences []string

// compare walks two values of one type, unexported fields and trees included.
func (d *differences) compare(path string, a, b reflect.Value) {
	if len(*d) > 10 {
		return
	}
	differ := func(x, y any) { *d = append(*d, fmt.Sprintf("%s: %v, %v", path, x, y)) }
	t := a.Type()
	switch t {
	case reflect.TypeFor[*match.Columns](), reflect.TypeFor[sights]():
		return
	case reflect.TypeFor[time.Time]():
		if x, y := a.Interface().(time.Time), b.Interface().(time.Time); !x.Equal(y) {
			differ(x, y)
		}
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				differ(a, b)
			}
			return
		}
		if a.Pointer() == b.Pointer() {
			return
		}
		if strings.HasPrefix(t.Elem().Name(), "Map[") || strings.HasPrefix(t.Elem().Name(), "BTreeG[") {
			for _, all := range []string{"Keys", "Values", "Items"} {
				if m := a.MethodByName(all); m.IsValid() {
					d.compare(path+"."+all, m.Call(nil)[0], b.MethodByName(all).Call(nil)[0])
				}
			}
			return
		}
		d.compare(path, a.Elem(), b.Elem())
	case reflect.Struct:
		a, b = addressable(a), addressable(b)
		for i := range t.NumField() {
			f := t.Field(i)
			switch {
			case f.Type.Kind() == reflect.Func, f.Name == "at" && strings.HasPrefix(t.Name(), "Row["):
				continue
			}
			open := func(v reflect.Value) reflect.Value {
				v = v.Field(i)
				return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
			}
			d.compare(path+"."+f.Name, open(a), open(b))
		}
	case reflect.Slice:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() && a.Len() == 0 && !slices.Contains([]string{"Keys", "Values", "Items"}, path[strings.LastIndex(path, ".")+1:]) {
			differ(a, b)
			return
		}
		for i := range a.Len() {
			d.compare(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i))
		}
	case reflect.Array:
		if x, y := a.Interface(), b.Interface(); !reflect.DeepEqual(x, y) {
			differ(x, y)
		}
	case reflect.Interface:
		if a.IsNil() || b.IsNil() || a.Elem().Type() != b.Elem().Type() {
			differ("a "+t.String()+" can't be compared", "")
			return
		}
		d.compare(path, a.Elem(), b.Elem())
	case reflect.Map, reflect.Chan:
		differ("a "+t.String()+" can't be compared", "")
	default:
		if x, y := a.Interface(), b.Interface(); x != y {
			differ(x, y)
		}
	}
}

func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}
