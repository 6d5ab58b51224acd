package ledger_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// The documents that commits carry.
var documents = []any{
	domain.Landlord{}, domain.LandlordSite{}, domain.VacantSpace{}, domain.InnovationProject{}, domain.HostingNeed{},
	domain.LandlordNeed{}, domain.Receipt{}, domain.Settings{},
}

// Whatever a document's fields hold, it comes back equal; two encodings of it
// are the same bytes.
func TestDocumentsRoundTrip(t *testing.T) {
	for _, d := range documents {
		for name, lists := range map[string]int{"unknown lists": -1, "empty lists": 0, "filled": 2} {
			v := reflect.New(reflect.TypeOf(d))
			fill(t, v.Elem(), lists, "")
			doc, err := ledger.Marshal(v.Interface())
			if err != nil {
				t.Errorf("%T, %s: %v", d, name, err)
				continue
			}
			back := reflect.New(reflect.TypeOf(d))
			if err := ledger.Unmarshal(doc, back.Interface()); err != nil {
				t.Errorf("%T, %s: %v", d, name, err)
			} else if !reflect.DeepEqual(back.Interface(), v.Interface()) {
				t.Errorf("%T, %s: comes back as\n%+v, was\n%+v", d, name, back.Elem(), v.Elem())
			}
			if again, err := ledger.Marshal(back.Interface()); err != nil || !bytes.Equal(again, doc) {
				t.Errorf("%T, %s: encoded again it is other bytes (%v)", d, name, err)
			}
		}
		// The zero value: nothing known at all.
		zero := reflect.New(reflect.TypeOf(d))
		doc, err := ledger.Marshal(d)
		if err == nil {
			err = ledger.Unmarshal(doc, zero.Interface())
		}
		if err != nil || !reflect.DeepEqual(zero.Elem().Interface(), d) {
			t.Errorf("%T: its zero value comes back as %+v (%v)", d, zero.Elem(), err)
		}
	}
}

// fill sets every field; lists get that many elements, -1 for nil. A list whose
// tag says omitempty can't tell empty from unknown, so it stays nil then.
func fill(t testing.TB, v reflect.Value, lists int, tag reflect.StructTag) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("été")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(711)
	case reflect.Uint64:
		v.SetUint(711)
	case reflect.Float64:
		v.SetFloat(0.1)
	case reflect.Array, reflect.Uint8:
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), lists, "")
	case reflect.Slice:
		if lists < 0 || (lists == 0 && strings.Contains(tag.Get("bson"), "omitempty")) {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), lists, lists))
		for i := range lists {
			fill(t, v.Index(i), lists, "")
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_750_000_000_123).UTC()))
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("bson") != "-" {
				fill(t, v.Field(i), lists, f.Tag)
			}
		}
	default:
		t.Errorf("a stored document holds a %s: its encoding isn't known to be stable", v.Type())
	}
}

func TestDatesAndTimesOfDay(t *testing.T) {
	type holder struct {
		Value   domain.Date      `bson:"value"`
		Pointer *domain.Date     `bson:"pointer,omitempty"`
		Absent  *domain.Date     `bson:"absent,omitempty"`
		List    []domain.Date    `bson:"list"`
		None    []domain.Date    `bson:"none"`
		Unknown []domain.Date    `bson:"unknown"`
		At      domain.TimeOfDay `bson:"at"`
		// Dates in what is in a list, through a pointer.
		Slots []*struct {
			From  domain.TimeOfDay  `bson:"from"`
			Until *domain.TimeOfDay `bson:"until,omitempty"`
		} `bson:"slots"`
	}
	day, epoch := domain.NewDate(2026, time.September, 1), domain.Date(0)
	noon := domain.TimeOfDay(12 * 60)
	in := holder{Value: epoch, Pointer: &day, List: []domain.Date{day, epoch}, None: []domain.Date{}, At: 0}
	in.Slots = append(in.Slots, &struct {
		From  domain.TimeOfDay  `bson:"from"`
		Until *domain.TimeOfDay `bson:"until,omitempty"`
	}{17*60 + 30, &noon})

	doc, err := ledger.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"value": "1970-01-01","pointer": "2026-09-01","list": ["2026-09-01","1970-01-01"],` +
		`"none": [],"unknown": null,"at": "00:00","slots": [{"from": "17:30","until": "12:00"}]}`
	if got := bson.Raw(doc).String(); got != want {
		t.Errorf("stored as\n%s, want\n%s", got, want)
	}
	var out holder
	if err := ledger.Unmarshal(doc, &out); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, out) {
		t.Errorf("comes back as %+v, was %+v", out, in)
	}

	for name, bad := range map[string]any{"another type": 20260901, "no date": "2026-02-30", "null": nil} {
		doc, err := ledger.Marshal(bson.D{{Key: "value", Value: bad}})
		if err != nil {
			t.Fatal(err)
		}
		if err := ledger.Unmarshal(doc, new(holder)); err == nil {
			t.Errorf("%s is read as a date", name)
		}
	}
}

func TestTimesAreCutToMilliseconds(t *testing.T) {
	type holder struct {
		At time.Time `bson:"at"`
	}
	paris := time.FixedZone("", 2*60*60)
	in := holder{time.Date(2026, time.June, 1, 1, 30, 0, 123_999_999, paris)}
	doc, err := ledger.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out holder
	if err := ledger.Unmarshal(doc, &out); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, time.May, 31, 23, 30, 0, 123_000_000, time.UTC); out.At != want {
		t.Errorf("comes back as %v, want %v", out.At, want)
	}
}
