package hub

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Patch changes some fields of F, a domain's Fields struct. A field that it
// doesn't name stays; one set to null becomes unknown (its zero value), which
// validation refuses where a value is required.
type Patch[F any] struct{ set map[string]any }

// NewPatch makes a patch from values by the names of F's Go fields. A value is
// of the field's type, a pointer to it, or a slice of pointers to its elements
// (as generated inputs have them). The error is a programmer's: a name or type
// that F lacks.
func NewPatch[F any](values map[string]any) (Patch[F], error) {
	p := Patch[F]{set: values}
	_, err := p.apply(*new(F))
	return p, err
}

// MarshalJSON writes the patch for hashing, in a fixed order.
func (p Patch[F]) MarshalJSON() ([]byte, error) { return json.Marshal(p.set) }

// apply answers the fields after the patch.
func (p Patch[F]) apply(f F) (F, error) {
	target := reflect.ValueOf(&f).Elem()
	for name, value := range p.set {
		field := target.FieldByName(name)
		if !field.IsValid() {
			return f, fmt.Errorf("patching %T: it has no field %s", f, name)
		}
		v, err := fitted(reflect.ValueOf(value), field.Type())
		if err != nil {
			return f, fmt.Errorf("patching %T.%s: %w", f, name, err)
		}
		field.Set(v)
	}
	return f, nil
}

// fitted is a value as a field of a type takes it.
func fitted(v reflect.Value, want reflect.Type) (reflect.Value, error) {
	switch {
	case !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice) && v.IsNil():
		return reflect.Zero(want), nil
	case v.Type() == want:
		return v, nil
	case v.Kind() == reflect.Pointer && alike(v.Type().Elem(), want):
		return v.Elem().Convert(want), nil
	case want.Kind() == reflect.Pointer && v.Kind() == reflect.Pointer && alike(v.Type().Elem(), want.Elem()):
		p := reflect.New(want.Elem())
		p.Elem().Set(v.Elem().Convert(want.Elem()))
		return p, nil
	case v.Kind() == reflect.Slice && want.Kind() == reflect.Slice:
		out := reflect.MakeSlice(want, 0, v.Len())
		for i := range v.Len() {
			item, err := fitted(v.Index(i), want.Elem())
			if err != nil {
				return out, err
			}
			out = reflect.Append(out, item)
		}
		return out, nil
	}
	return v, fmt.Errorf("a %s doesn't fit a %s", v.Type(), want)
}

// alike keeps conversions to those that only rename a type: a number that
// becomes a text would be a character.
func alike(from, to reflect.Type) bool { return from.Kind() == to.Kind() && from.ConvertibleTo(to) }
