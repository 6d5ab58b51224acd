package ledger_test

import (
	"bytes"
	crand "crypto/rand"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/sample"
	"github.com/palier-hub/palier/synthetic"
	"github.com/palier-hub/palier/texts/bolttexts"
)

// asTheDriver fails unless a document is read as bson.Unmarshal reads it, or
// refused when that refuses it.
func asTheDriver(tb testing.TB, s *ledger.Sharing, doc []byte, t reflect.Type) {
	tb.Helper()
	got, want := reflect.New(t), reflect.New(t)
	err := s.Unmarshal(doc, got.Interface())
	if err != nil && bson.Raw(doc).Validate() != nil {
		return // the driver's reader isn't made for such bytes
	}
	wantErr := bson.Unmarshal(doc, want.Interface())
	if (err != nil) != (wantErr != nil) {
		tb.Fatalf("%s: %v, by the driver %v\n%x", t, err, wantErr, doc)
	}
	if err == nil && !alike(got.Elem(), want.Elem()) {
		tb.Fatalf("%s: read as\n%+v, by the driver\n%+v\n%x", t, got.Elem(), want.Elem(), doc)
	}
}

// alike is reflect.DeepEqual, but for numbers that aren't one.
func alike(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	case reflect.Pointer:
		return a.IsNil() == b.IsNil() && (a.IsNil() || alike(a.Elem(), b.Elem()))
	case reflect.Slice:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alike(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		if a.Type() != reflect.TypeFor[time.Time]() {
			for i := range a.NumField() {
				if !alike(a.Field(i), b.Field(i)) {
					return false
				}
			}
			return true
		}
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// Random documents of every type, and the same ones with what a stored document
// shouldn't hold.
func TestRandomDocumentsAreReadAsByTheDriver(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	var s *ledger.Sharing
	for i := range 300 {
		if i == 150 { // half of them as a replay does
			s = new(ledger.Sharing)
		}
		for _, d := range documents {
			v := reflect.New(reflect.TypeOf(d)).Elem()
			randomise(r, v)
			doc := marshal(t, v.Interface())
			asTheDriver(t, s, doc, v.Type())
			asTheDriver(t, s, marshal(t, spoilt(t, r, doc)), v.Type())
			asTheDriver(t, s, doc[:r.IntN(len(doc))], v.Type())
			damaged := slices.Clone(doc)
			damaged[r.IntN(len(doc))] ^= 1 << r.IntN(8)
			asTheDriver(t, s, damaged, v.Type())
		}
	}
}

func marshal(tb testing.TB, v any) []byte {
	tb.Helper()
	doc, err := ledger.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// randomise fills a value with whatever its type holds.
func randomise(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"", "WATER", "été", strings.Repeat("long ", 60), fmt.Sprint(r.IntN(50))}[r.IntN(5)])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int16: // a time of day
		v.SetInt(int64(r.IntN(24 * 60)))
	case reflect.Int32: // a day
		v.SetInt(int64(r.IntN(60_000)))
	case reflect.Int, reflect.Int64:
		v.SetInt([]int64{0, -1, math.MinInt64, math.MaxInt64, math.MaxInt32 + 1, int64(r.IntN(100))}[r.IntN(6)])
	case reflect.Uint64:
		v.SetUint([]uint64{0, math.MaxInt64, math.MaxInt32 + 1, r.Uint64N(100)}[r.IntN(4)])
	case reflect.Float64:
		v.SetFloat([]float64{0, math.Inf(1), math.NaN(), -0.5, float64(r.IntN(100))}[r.IntN(5)])
	case reflect.Pointer:
		if r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			randomise(r, v.Elem())
		}
	case reflect.Slice:
		if n := r.IntN(5) - 1; n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				randomise(r, v.Index(i))
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(r.Int64N(1<<42) - 1<<41).UTC()))
			return
		}
		for i := range v.NumField() {
			randomise(r, v.Field(i))
		}
	default:
		panic("a stored document holds a " + v.Type().String())
	}
}

// spoilt makes another document of one: elements change places, names or types,
// stand twice, or aren't known.
func spoilt(t *testing.T, r *rand.Rand, doc []byte) bson.D {
	var d bson.D
	if err := bson.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	values := []any{nil, "text", int32(7), int64(1) << 40, 1.0, 1.5, math.MaxFloat64, true, bson.DateTime(5), bson.D{}, bson.A{},
		bson.A{nil, "text", int32(1)}, bson.D{{Key: "kind", Value: "text"}}, bson.Symbol("text"), bson.Undefined{}, bson.Binary{Data: []byte("text")},
		bson.NewObjectID(), bson.Timestamp{T: 1}, bson.Regex{Pattern: "a"}, bson.Decimal128{}, bson.MinKey{}, bson.JavaScript("a")}
	for range 1 + r.IntN(3) {
		value := values[r.IntN(len(values))]
		if len(d) == 0 {
			return append(d, bson.E{Key: "other", Value: value})
		}
		at := r.IntN(len(d))
		switch r.IntN(6) {
		case 0:
			d[at].Value = value
		case 1:
			d[at].Key = strings.ToUpper(d[at].Key)
		case 2:
			d = append(d, bson.E{Key: d[at].Key, Value: value})
		case 3:
			d = slices.Insert(d, at, bson.E{Key: "other", Value: value})
		case 4:
			other := r.IntN(len(d))
			d[at], d[other] = d[other], d[at]
		case 5:
			d = slices.Delete(d, at, at+1)
		}
	}
	return d
}

// The documents of an invented national set.
func TestSyntheticDocumentsAreReadAsByTheDriver(t *testing.T) {
	atlas, err := geo.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := synthetic.Generate(1, 2_000, atlas)
	if err != nil {
		t.Fatal(err)
	}
	shared := new(ledger.Sharing)
	same := func(d any) { asTheDriver(t, shared, marshal(t, d), reflect.TypeOf(d)) }
	for l := range set.Landlords() {
		same(domain.Landlord{ID: "lld_1", LandlordFields: l.Fields})
	}
	for s := range set.Sites() {
		same(domain.LandlordSite{ID: "sit_1", SiteFields: s.Fields})
		for i, space := range s.Spaces {
			same(domain.VacantSpace{ID: domain.SpaceID(fmt.Sprint("spc_", i)), SpaceFields: space.Fields})
		}
	}
	for p := range set.Projects() {
		same(domain.InnovationProject{ID: "prj_1", ProjectFields: p.Fields})
		for _, n := range p.Needs {
			same(domain.HostingNeed{ID: "ned_1", NeedFields: n.Fields})
		}
	}
}

// The sample data, as a hub stores it.
func TestSampleDocumentsAreReadAsByTheDriver(t *testing.T) {
	atlas, err := geo.Load()
	if err != nil {
		t.Fatal(err)
	}
	data, err := sample.Read()
	if err != nil {
		t.Fatal(err)
	}
	store, err := boltledger.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	personal, err := bolttexts.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer personal.Close()
	rules := match.Rulesets()
	h, err := hub.Open(t.Context(), hub.Config{
		Ledger: store, Texts: personal, Atlas: atlas, Ruleset: rules[len(rules)-1].Version,
		Clock: time.Now, Entropy: crand.Reader, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if err := data.Load(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	shared := new(ledger.Sharing)
	types := map[domain.Kind]any{domain.KindLandlord: domain.Landlord{}, domain.KindSite: domain.LandlordSite{},
		domain.KindSpace: domain.VacantSpace{}, domain.KindProject: domain.InnovationProject{}, domain.KindNeed: domain.HostingNeed{},
		domain.KindLandlordNeed: domain.LandlordNeed{}, domain.KindErasure: domain.Erasure{},
		domain.KindRequest: domain.HostingRequest{}, domain.KindPlacement: domain.Placement{},
		domain.KindInvitation: domain.HostingInvitation{}, domain.KindProposal: domain.HostingProposal{}, domain.KindApproach: domain.LandlordApproach{}, domain.KindMessage: domain.HostingMessage{},
		domain.KindReceipt: domain.Receipt{}, domain.KindSettings: domain.Settings{}}
	for c, err := range store.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range c.Changes {
			if ch.Doc != nil {
				asTheDriver(t, shared, ch.Doc, reflect.TypeOf(types[ch.Kind]))
			}
		}
	}
}

// Types that no document has are read too, by the driver if need be.
func TestOtherTypesAreReadAsByTheDriver(t *testing.T) {
	type inner struct {
		A int8
		B uint32 `bson:",omitempty"`
	}
	type tree struct {
		Name string
		Left *tree
	}
	for _, v := range []any{
		struct{ Text, Other string }{"a", "b"},
		struct {
			M map[string]int
			A any
		}{map[string]int{"a": 1}, "b"},
		struct {
			inner `bson:"inline"` // not exported
			Inner inner           `bson:",inline"`
		}{inner{1, 2}, inner{3, 4}},
		struct {
			Bytes []byte
			Array [2]int
			List  [][]string
			Deep  **inner
		}{[]byte("a"), [2]int{1, 2}, [][]string{nil, {}, {"a", "b"}}, new(&inner{1, 2})},
		struct {
			ID bson.ObjectID
			R  bson.Raw
			D  bson.D
			T  bson.DateTime
		}{bson.NewObjectID(), marshal(t, inner{}), bson.D{{Key: "a", Value: "b"}}, 5},
		tree{"a", &tree{"b", nil}},
		bson.D{{Key: "a", Value: "b"}},
	} {
		asTheDriver(t, new(ledger.Sharing), marshal(t, v), reflect.TypeOf(v))
	}
	for _, v := range []any{nil, 1, domain.Settings{}, (*domain.Settings)(nil)} {
		if err := ledger.Unmarshal(marshal(t, domain.Settings{}), v); err == nil {
			t.Errorf("a document is read into %#v", v)
		}
	}
}

// What documents share is what each of them says, and none of them can write
// into it by appending.
func TestSharedValues(t *testing.T) {
	space := func(i int) domain.VacantSpace {
		utilities := []domain.SpaceUtility{domain.UtilityWater, domain.UtilityGas}
		return domain.VacantSpace{ID: domain.SpaceID(fmt.Sprint("spc_", i)), SpaceFields: domain.SpaceFields{
			Label:          fmt.Sprint("Local ", i%5),
			Cost:           &domain.Cost{Amount: domain.Amount(i % 7), Basis: domain.CostPerMonth, Currency: domain.CurrencyEur},
			Utilities:      utilities[:1+i%2],
			OccupancyForms: []domain.OccupancyForm{},
			ExternalRef:    new(fmt.Sprint("REF ", i%3)),
		}}
	}
	s := new(ledger.Sharing)
	costs := make(map[*domain.Cost]bool)
	for i := range 1_000 {
		want := space(i)
		var got domain.VacantSpace
		if err := s.Unmarshal(marshal(t, want), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("read as %+v (%v), was %+v", got, err, want)
		}
		_ = append(got.Utilities, "SPOILT")
		costs[got.Cost] = true
	}
	if len(costs) > 2*7 { // kept from the second time on
		t.Errorf("%d costs in memory, of which 7 differ", len(costs))
	}
}

func FuzzUnmarshal(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, d := range documents {
		f.Add(marshal(f, d))
		v := reflect.New(reflect.TypeOf(d)).Elem()
		randomise(r, v)
		f.Add(marshal(f, v.Interface()))
	}
	f.Add(bytes.Repeat([]byte{0x03}, 64))
	shared := new(ledger.Sharing)
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, d := range documents {
			asTheDriver(t, nil, doc, reflect.TypeOf(d))
			asTheDriver(t, shared, doc, reflect.TypeOf(d))
		}
	})
}
