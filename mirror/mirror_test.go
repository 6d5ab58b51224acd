package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/world"
)

func TestMain(m *testing.M) { mongotest.Main(m) }

var (
	loadAtlas = sync.OnceValues(geo.Load)
	observer  = domain.Viewer{Role: domain.RoleObserver, Actor: "mirror"}
)

func atlas(t *testing.T) *geo.Atlas {
	t.Helper()
	a, err := loadAtlas()
	must(t, err)
	return a
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var mirrored = []reflect.Type{of[domain.Landlord](), of[domain.LandlordSite](), of[domain.VacantSpace](), of[domain.InnovationProject](), of[domain.Placement]()}

// Every field of what is mirrored is decided, and nothing else is: a new field is
// nobody's until somebody decides who sees it.
func TestEveryFieldIsDecided(t *testing.T) {
	visited := map[reflect.Type]bool{}
	var visit func(t reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == of[time.Time]() || visited[typ] {
			return
		}
		visited[typ] = true
		for i := range typ.NumField() {
			field := typ.Field(i)
			if decided[typ][field.Name] == 0 {
				t.Errorf("%s.%s: say in fields.go who sees it", typ, field.Name)
			}
			visit(field.Type)
		}
		for name := range decided[typ] {
			if _, ok := typ.FieldByName(name); !ok {
				t.Errorf("%s has no %s", typ, name)
			}
		}
	}
	for _, typ := range mirrored {
		visit(typ)
	}
	for typ := range decided {
		if !visited[typ] {
			t.Errorf("%s isn't mirrored", typ)
		}
	}
	// What the policy groups apart is decided as such.
	for of, want := range map[reflect.Type]seen{of[domain.SiteDetails](): confidential, of[domain.Management](): management} {
		for i := range of.NumField() {
			name, there := of.Field(i).Name, false
			for typ, fields := range decided {
				if got, ok := fields[name]; ok {
					there = true
					if got != want {
						t.Errorf("%s.%s is decided as %d, and %s has it (%d)", typ, name, got, of, want)
					}
				}
			}
			if !there {
				t.Errorf("nobody has %s.%s", of, name)
			}
		}
	}
}

// marker is what a field of text holds: where it is.
func marker(path string) string { return "«" + path + "»" }

// fill puts something into every field: markers into texts.
func fill(v reflect.Value, path string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)))
		return
	case domain.Date:
		v.SetInt(int64(domain.NewDate(2026, 9, 1)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	case reflect.String:
		v.SetString(marker(path))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(7)
	}
}

// A document holds what its viewer may see, and no byte of anything else.
func TestDocumentHoldsWhatIsSeen(t *testing.T) {
	w := world.Empty("ldg_1", atlas(t))
	for _, typ := range mirrored {
		row := reflect.New(typ)
		fill(row.Elem(), "")
		for _, viewer := range []domain.Viewer{observer, domain.Anonymous} {
			sight := &domain.Sight{Class: domain.VisibilityPublic}
			raw, ok, err := view{w, viewer, atlas(t)}.document(entry{id: "xxx_1", sight: sight, commit: 5, doc: row.Interface()})
			if err != nil || !ok {
				t.Fatalf("%s: %v, %v", typ, ok, err)
			}
			text := string(raw)
			var check func(typ reflect.Type, hidden bool)
			check = func(typ reflect.Type, hidden bool) {
				for i := range typ.NumField() {
					field := typ.Field(i)
					inner := field.Type
					for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
						inner = inner.Elem()
					}
					gone := hidden
					switch decided[typ][field.Name] {
					case withheld, linked, management:
						gone = true // of a row that isn't there, for somebody else
					case confidential:
						gone = gone || viewer.Role == domain.RolePublic
					}
					if inner.Kind() == reflect.Struct && inner != of[time.Time]() {
						if gone && !field.Anonymous && decidedOnce(inner) || !gone {
							check(inner, gone)
						}
					} else if inner.Kind() == reflect.String && field.Name != "ID" {
						if has := strings.Contains(text, marker(typ.Name()+"."+field.Name)); has == gone {
							t.Errorf("%s for %s: %s.%s is there: %v", row.Type(), viewer.Role, typ, field.Name, has)
						}
					}
				}
			}
			check(typ, false)
		}
		for _, class := range []domain.Visibility{domain.VisibilityPrivate, domain.VisibilityNetwork} {
			v := view{w, domain.Anonymous, atlas(t)}
			if _, ok, _ := v.document(entry{id: "xxx_1", sight: &domain.Sight{Class: class}, doc: row.Interface()}); ok {
				t.Errorf("%s of class %s is the public's", typ, class)
			}
		}
	}
}

// decidedOnce: the type occurs in one field only, so that its markers tell of it.
func decidedOnce(typ reflect.Type) bool {
	return typ == of[domain.TenantsAssociation]() || typ == of[domain.LocalAuthority]() || typ == of[domain.Identifier]()
}

// history makes random rows, of few ids, whose texts that aren't for observers are
// markers.
type history struct {
	r    *rand.Rand
	head ledger.Head
	l    ledger.Ledger
	w    *world.World
}

var secret = marker("secret")

func (h *history) step(t *testing.T) {
	t.Helper()
	r := h.r
	record := domain.Record{Version: 1 + r.IntN(9), State: pick[domain.Publication](r, "PUBLISHED", "PUBLISHED", "PUBLISHED", "DRAFT", "WITHDRAWN", "ARCHIVED"),
		CreatedAt: time.UnixMilli(1_750_000_000_000).UTC(), UpdatedAt: time.UnixMilli(1_750_000_000_000 + int64(r.IntN(1000))).UTC()}
	class := pick(r, domain.VisibilityPublic, domain.VisibilityNetwork, domain.VisibilityPrivate)
	id := func(kind string, n int) string { return fmt.Sprintf("%s_%d", kind, r.IntN(n)) }
	amount := domain.Amount(99_999_99)
	var doc any
	var kind domain.Kind
	var own string
	switch r.IntN(6) {
	case 0:
		own, kind = id("lld", 4), domain.KindLandlord
		d := domain.Landlord{ID: domain.LandlordID(own), Record: record, LandlordFields: domain.LandlordFields{Name: own + fmt.Sprint(r.IntN(9)), Kind: domain.LandlordKindOph, GuardingCostMonthly: &amount}}
		if r.IntN(2) == 0 {
			d.GroupID = new(domain.LandlordID(id("lld", 4)))
		}
		doc = d
	case 1:
		own, kind = id("sit", 5), domain.KindSite
		doc = domain.LandlordSite{ID: domain.SiteID(own), LandlordID: domain.LandlordID(id("lld", 4)), Record: record, SiteFields: domain.SiteFields{
			Name: own, CommuneCode: pick[domain.InseeCode](r, "69259", "93066"), Visibility: class, ExternalRef: &secret, Identifiers: []domain.Identifier{{Scheme: secret, Value: secret}},
			Street: new("1 rue des Exemples"), Works: []domain.Works{{Kind: domain.WorksKind("DEMOLITION"), From: new(domain.NewDate(2026, 1, 1))}}}}
	case 2:
		own, kind = id("spc", 8), domain.KindSpace
		doc = domain.VacantSpace{ID: domain.SpaceID(own), SiteID: domain.SiteID(id("sit", 5)), Record: record, SpaceFields: domain.SpaceFields{
			Label: own, Visibility: class, ExternalRef: &secret, Cost: &domain.Cost{Amount: 1250, Currency: "EUR", Basis: domain.CostPerMonth}}}
	case 3:
		own, kind = id("prj", 3), domain.KindProject
		doc = domain.InnovationProject{ID: domain.ProjectID(own), Record: record, ProjectFields: domain.ProjectFields{Slug: own, Name: own, Summary: "…"}}
	case 4:
		own, kind = id("req", 6), domain.KindRequest
		q := domain.HostingRequest{ID: domain.RequestID(own), Version: 1, ProjectID: domain.ProjectID(id("prj", 3)), LandlordID: new(domain.LandlordID(id("lld", 4))), Sent: true,
			Status: domain.RequestSigned, Missing: domain.TextID("txt_" + secret), Scope: &domain.HostingScope{Space: new(domain.SpaceID(id("spc", 8)))}}
		q.Terms = []domain.HostingConvention{{From: domain.NewDate(2026, 1, 1), Until: domain.NewDate(2026, 12, 1+r.IntN(20))}}
		q.Log = []domain.RequestStep{{Commit: h.head.Number + 1, Actor: secret, Party: domain.PartyProject, To: domain.RequestSigned}}
		doc = q
	default:
		request := domain.RequestID(id("req", 6))
		own, kind = string(domain.PlacementIDOf(request)), domain.KindPlacement
		doc = domain.Placement{ID: domain.PlacementID(own), RequestID: request, ProjectID: domain.ProjectID(id("prj", 3)), LandlordID: domain.LandlordID(id("lld", 4)), Record: record,
			CommuneCode: new(domain.InseeCode("69259")), Since: domain.NewDate(2026, 1, 1), Until: domain.NewDate(2026, 12, 1), Status: domain.RequestSigned}
	}
	change := ledger.Change{Kind: kind, ID: domain.ID(own)}
	if r.IntN(7) > 0 {
		var err error
		change.Doc, err = ledger.Marshal(doc)
		must(t, err)
	}
	c := ledger.Commit{Number: h.head.Number + 1, Format: 1, Time: time.UnixMilli(1_750_000_000_000 + int64(h.head.Number)).UTC(), Action: "test", Actor: secret, Prev: h.head.Hash, Changes: []ledger.Change{change}}
	c.ID[0], c.ID[1] = 1, byte(c.Number)
	_, err := h.l.Append(t.Context(), []ledger.Commit{c})
	must(t, err)
	h.head, err = h.l.Head(t.Context())
	must(t, err)
	h.w, err = h.w.Apply([]ledger.Commit{c})
	must(t, err)
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// dump is all that a mirror holds, byte for byte, but for its state.
func dump(t *testing.T, db *mongo.Database) (all []string) {
	t.Helper()
	for _, c := range collections {
		cursor, err := db.Collection(c.name).Find(t.Context(), bson.D{})
		must(t, err)
		var docs []bson.Raw
		must(t, cursor.All(t.Context(), &docs))
		for _, d := range docs {
			all = append(all, c.name+" "+string(d))
		}
	}
	slices.Sort(all)
	return all
}

func open(t *testing.T, db *mongo.Database, l ledger.Ledger, viewer domain.Viewer, rebuild bool) *Mirror {
	t.Helper()
	m, err := Open(t.Context(), db, l, atlas(t), viewer, rebuild)
	must(t, err)
	return m
}

// After random changes, brought over in any batches by a mirror that is opened anew
// now and then, a mirror is what one made from scratch is; and what isn't for
// observers is nowhere in it.
func TestMirrorIsWhatOneFromScratchIs(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	l, err := boltledger.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { l.Close() })
	h := &history{r: rand.New(rand.NewPCG(seed, 0)), head: ledger.Genesis(l.ID()), l: l, w: world.Empty(l.ID(), atlas(t))}
	db := mongotest.Database(t)
	m := open(t, db, l, observer, false)
	removed := 0
	for round := range 14 {
		for range 1 + h.r.IntN(14) {
			h.step(t)
		}
		done, err := m.Update(t.Context(), h.w)
		must(t, err)
		if removed += done.Removed; m.Commit() != h.w.Commit() {
			t.Errorf("it is at commit %d, of %d", m.Commit(), h.w.Commit())
		}
		scratch := mongotest.Database(t)
		_, err = open(t, scratch, l, observer, false).Update(t.Context(), h.w)
		must(t, err)
		got, want := dump(t, db), dump(t, scratch)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, round %d: it holds\n%q, want\n%q", seed, round, got, want)
		}
		visible := 0
		for _, c := range collections {
			for e := range c.all(h.w) {
				if observer.MaySee(*e.sight) {
					visible++
				}
			}
		}
		if len(got) != visible {
			t.Errorf("seed %d: %d documents, of %d rows", seed, len(got), visible)
		}
		for _, doc := range got {
			if strings.Contains(doc, secret) || strings.Contains(doc, "99999") || strings.Contains(doc, "req_") {
				t.Errorf("seed %d: it holds %q", seed, doc)
			}
		}
		if h.r.IntN(3) == 0 {
			m = open(t, db, l, observer, false)
			if m.Commit() != h.w.Commit() {
				t.Errorf("opened again, it is at commit %d, of %d", m.Commit(), h.w.Commit())
			}
		}
	}
	if removed == 0 {
		t.Logf("seed %d: nothing was ever removed", seed)
	}
	// What somebody changed there is mended by a rebuild.
	_, err = db.Collection("landlords").DeleteMany(t.Context(), bson.D{})
	must(t, err)
	_, err = db.Collection("sites").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "sit_zzz"}})
	must(t, err)
	want := dump(t, func() *mongo.Database {
		scratch := mongotest.Database(t)
		_, err := open(t, scratch, l, observer, false).Update(t.Context(), h.w)
		must(t, err)
		return scratch
	}())
	_, err = open(t, db, l, observer, true).Update(t.Context(), h.w)
	must(t, err)
	if got := dump(t, db); !slices.Equal(got, want) {
		t.Errorf("rebuilt, it holds\n%q, want\n%q", got, want)
	}
	// For another viewer it is made anew by itself, with less.
	_, err = open(t, db, l, domain.Anonymous, false).Update(t.Context(), h.w)
	must(t, err)
	for _, doc := range dump(t, db) {
		if strings.Contains(doc, "rue des Exemples") {
			t.Errorf("the public is told %q", doc)
		}
	}
}

// The ledger's own database, somebody else's and another ledger's are refused.
func TestRefusedDatabases(t *testing.T) {
	l, err := boltledger.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { l.Close() })
	w := world.Empty(l.ID(), atlas(t))
	try := func(db *mongo.Database, rebuild bool) error {
		_, err := Open(context.Background(), db, l, atlas(t), observer, rebuild)
		return err
	}
	for _, name := range []string{"ledger", "personal_texts", "projects"} {
		db := mongotest.Database(t)
		_, err := db.Collection(name).InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}})
		must(t, err)
		for _, rebuild := range []bool{false, true} {
			err := try(db, rebuild)
			_, ledgers := errors.AsType[*LedgerError](err)
			_, foreign := errors.AsType[*ForeignError](err)
			if ledgers != (name != "projects") || foreign == ledgers {
				t.Errorf("%s: %v", name, err)
			}
		}
		if names, err := db.ListCollectionNames(t.Context(), bson.D{}); err != nil || len(names) != 1 {
			t.Errorf("it left %v (%v)", names, err)
		}
	}
	db := mongotest.Database(t)
	must(t, try(db, false))
	_, err = open(t, db, l, observer, false).Update(t.Context(), w)
	must(t, err)
	_, err = db.Collection(stateCollection).ReplaceOne(t.Context(), bson.D{{Key: "_id", Value: stateID}}, state{ID: stateID, Ledger: "ldg_other", Commit: 5})
	must(t, err)
	if _, ok := errors.AsType[*OtherLedgerError](try(db, false)); !ok {
		t.Error("another ledger's mirror is taken")
	}
	must(t, try(db, true))
}
