package domain

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Names puts in words what a document only refers to, as one viewer may know of
// it. The documents' own words are in wordings.
type Names interface {
	// Name is what an object is called; false when the viewer may not see it.
	Name(id ID, locale Locale) (string, bool)
	TerritoryName(t Territory, locale Locale) string
}

// Differences are the fields that two versions of a document have otherwise, in
// the order of its struct. The two are pointers to the same type of document, of
// those in wordings. Facts of upkeep are told to those who see them only, and what
// the viewer may not see isn't named.
func Differences(before, after any, upkeep bool, names Names) []*FieldChange {
	d := differing{names: names, upkeep: upkeep}
	d.structs("", Bilingual{}, reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem())
	return d.changes
}

// differing is a comparison under way.
type differing struct {
	names   Names
	upkeep  bool
	changes []*FieldChange
}

// structs compares field by field. The label of a part says what it is a part of:
// "visite, jour".
func (d *differing) structs(path string, within Bilingual, before, after reflect.Value) {
	if before.Type() != after.Type() {
		panic(fmt.Sprintf("a %s isn't compared with a %s", before.Type(), after.Type()))
	}
	for i := range before.NumField() {
		field := before.Type().Field(i)
		if field.Anonymous {
			d.structs(path, within, before.Field(i), after.Field(i))
			continue
		}
		w := wordingOf(before.Type(), field.Name)
		if d.tells(w) {
			d.fields(join(path, w.name), within.comma(w.text), w, before.Field(i), after.Field(i))
		}
	}
}

func (d *differing) tells(w wording) bool { return w.name != "" && (!w.upkeep || d.upkeep) }

// join is the path of a field in a part; a name that begins with a slash is from
// the object on.
func join(path, name string) string {
	if rooted, ok := strings.CutPrefix(name, "/"); ok || path == "" {
		return rooted
	}
	return path + "." + name
}

// comma writes a label behind that of what it is a part of; either may be empty.
func (b Bilingual) comma(part Bilingual) Bilingual {
	if b == (Bilingual{}) {
		return part
	}
	if part == (Bilingual{}) {
		return b
	}
	return Bilingual{b.French + ", " + part.French, b.English + ", " + part.English}
}

func (d *differing) fields(path string, label Bilingual, w wording, before, after reflect.Value) {
	switch {
	case leaf(before.Type()):
		d.note(path, label, d.value(w, before), d.value(w, after), before, after)
	case before.Kind() == reflect.Pointer:
		if before.IsNil() || after.IsNil() {
			d.note(path, label, d.part(w, before), d.part(w, after), before, after)
			return
		}
		d.fields(path, label, w, before.Elem(), after.Elem())
	case before.Kind() == reflect.Struct:
		d.structs(path, label, before, after)
	default:
		d.lists(path, label, w, before, after)
	}
}

// lists compares two lists of parts: what both begin and end with apart, place by
// place.
func (d *differing) lists(path string, label Bilingual, w wording, before, after reflect.Value) {
	equal := func(i, j int) bool {
		return reflect.DeepEqual(before.Index(i).Interface(), after.Index(j).Interface())
	}
	first, was, is := 0, before.Len(), after.Len()
	for first < min(was, is) && equal(first, first) {
		first++
	}
	for first < min(was, is) && equal(was-1, is-1) {
		was, is = was-1, is-1
	}
	for i := first; i < max(was, is); i++ {
		at := fmt.Sprintf("%s.%d", path, i)
		switch {
		case i >= was:
			d.note(at, label, nil, d.part(w, after.Index(i)), reflect.Value{}, after.Index(i))
		case i >= is:
			d.note(at, label, d.part(w, before.Index(i)), nil, before.Index(i), reflect.Value{})
		default:
			d.fields(at, label, w, before.Index(i), after.Index(i))
		}
	}
}

// note adds a change, unless the two are the same or what differs isn't for this
// viewer to see. That there is another text is all that can be said of it here: it
// is kept apart.
func (d *differing) note(path string, label Bilingual, was, is *FieldValue, before, after reflect.Value) {
	if was == nil && is == nil {
		return
	}
	if was != nil && is != nil {
		if reflect.DeepEqual(before.Interface(), after.Interface()) || before.Kind() == reflect.Slice && reflect.DeepEqual(was, is) {
			return
		}
		if _, text := after.Interface().(TextID); text {
			is = &FieldValue{Text: Bilingual{"un autre texte", "another text"}, whole: true}
		}
	}
	d.changes = append(d.changes, &FieldChange{Path: path, Text: label, Before: was, After: is})
}

// part is a value of any type; nil for none.
func (d *differing) part(w wording, v reflect.Value) *FieldValue {
	switch {
	case leaf(v.Type()):
		return d.value(w, v)
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return d.part(w, v.Elem())
	}
	return &FieldValue{Text: Bilingual{d.describe(v, French), d.describe(v, English)}, whole: true}
}

// describe writes a part as its fields, those that say something.
func (d *differing) describe(v reflect.Value, l Locale) string {
	if v.Kind() == reflect.Slice {
		var items []string
		for i := range v.Len() {
			items = append(items, d.part(wording{}, v.Index(i)).Display(l))
		}
		return strings.Join(items, l.In("\u202f; ", "; "))
	}
	var said []string
	for i := range v.NumField() {
		field := v.Type().Field(i)
		w := wordingOf(v.Type(), field.Name)
		if !d.tells(w) || v.Field(i).IsZero() {
			continue
		}
		if value := d.part(w, v.Field(i)); value != nil && value.Display(l) != "" {
			text := value.Display(l)
			if label := w.text.In(l); label != "" {
				text = label + l.In(" : ", ": ") + text
			}
			said = append(said, text)
		}
	}
	return strings.Join(said, ", ")
}

// value of a leaf; nil when it states nothing, or names what the viewer may not
// see.
func (d *differing) value(w wording, v reflect.Value) *FieldValue {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		return d.value(w, v.Elem())
	}
	if v.Kind() == reflect.Slice {
		return d.valueOfList(w, v)
	}
	both := func(say func(Locale) string) Bilingual { return Bilingual{say(French), say(English)} }
	number := func(n float64) *FieldValue {
		value := &FieldValue{Number: &n, Text: both(func(l Locale) string { return Quantity(n, w.unit, l) })}
		if w.unit != "" {
			value.Unit = &w.unit
		}
		return value
	}
	switch x := v.Interface().(type) {
	case Date:
		return &FieldValue{Date: &x, Text: both(x.Long)}
	case Amount:
		euros := float64(x) / 100
		return &FieldValue{Number: &euros, Text: both(x.Euros)}
	case bool:
		return &FieldValue{Flag: &x, Text: both(FlagValue{x}.Display)}
	case int:
		return number(float64(x) / max(w.parts, 1))
	case float64:
		return number(x)
	case RecurringSlot:
		return &FieldValue{Text: both(x.Display), whole: true}
	case Territory:
		return &FieldValue{Text: both(func(l Locale) string { return d.names.TerritoryName(x, l) }), whole: true}
	case TextID:
		if x == "" {
			return nil
		}
		return &FieldValue{Text: Bilingual{"un texte", "a text"}, whole: true}
	case interface{ Label(Locale) string }:
		if v.IsZero() {
			return nil
		}
		return &FieldValue{Codes: []string{v.String()}, Text: both(x.Label)}
	}
	if v.IsZero() {
		return nil
	}
	if id, ok := named(v); ok {
		french, seen := d.names.Name(id, French)
		english, _ := d.names.Name(id, English)
		if !seen {
			return nil
		}
		return &FieldValue{IDs: []ID{id}, Text: Bilingual{french, english}}
	}
	return &FieldValue{Text: Bilingual{v.String(), v.String()}}
}

// valueOfList writes a list of leaves in one line: all that the viewer may see.
func (d *differing) valueOfList(w wording, v reflect.Value) *FieldValue {
	if v.IsNil() {
		return nil
	}
	out, french, english := &FieldValue{}, []string(nil), []string(nil)
	for i := range v.Len() {
		one := d.value(w, v.Index(i))
		if one == nil {
			continue
		}
		out.Codes, out.IDs = append(out.Codes, one.Codes...), append(out.IDs, one.IDs...)
		french, english = append(french, one.Text.French), append(english, one.Text.English)
	}
	if out.Text = (Bilingual{strings.Join(french, ", "), strings.Join(english, ", ")}); len(french) == 0 {
		out.Text = Bilingual{"aucun", "none"}
	}
	return out
}

// named is the id of what a value refers to.
func named(v reflect.Value) (ID, bool) {
	if code, ok := v.Interface().(InseeCode); ok {
		return CodeID(KindCommune, string(code)), true
	}
	if slices.Contains(references, v.Type()) {
		return ID(v.String()), true
	}
	return "", false
}

// references are the types that name another object.
var references = []reflect.Type{reflect.TypeFor[LandlordID](), reflect.TypeFor[SiteID](), reflect.TypeFor[SpaceID](), reflect.TypeFor[ProjectID](),
	reflect.TypeFor[NeedID](), reflect.TypeFor[LandlordNeedID](), reflect.TypeFor[RequestID]()}

// leaf tells the types whose values are written in one piece, and compared whole.
func leaf(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[RecurringSlot](), reflect.TypeFor[Territory]():
		return true
	}
	switch t.Kind() {
	case reflect.Struct:
		return false
	case reflect.Pointer, reflect.Slice:
		// A list of slots or territories is told place by place.
		return leaf(t.Elem()) && (t.Kind() == reflect.Pointer || t.Elem().Kind() != reflect.Struct)
	}
	return true
}
