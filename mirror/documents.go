package mirror

import (
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"
	"unicode"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/world"
)

// collection says which rows a collection mirrors.
type collection struct {
	name string
	kind domain.ChangeKind
	all  func(*world.World) iter.Seq[entry] // in order of their ids
	one  func(*world.World, domain.ID) (entry, bool)
}

// entry is a row, whoever may see it.
type entry struct {
	id     domain.ID
	sight  *domain.Sight
	commit uint64
	doc    any
}

func collectionOf[ID ~string, T any](name string, kind domain.ChangeKind, id func(*T) ID,
	all func(*world.World) iter.Seq[*world.Row[T]], one func(*world.World, ID) (*world.Row[T], bool)) collection {
	entryOf := func(row *world.Row[T]) entry {
		e := entry{id: domain.ID(id(row.Doc)), sight: row.Sight, doc: row.Doc}
		for s := range row.Standings() {
			e.commit = s.Commit
			break
		}
		return e
	}
	return collection{
		name: name, kind: kind,
		all: func(w *world.World) iter.Seq[entry] {
			return func(yield func(entry) bool) {
				for row := range all(w) {
					if !yield(entryOf(row)) {
						return
					}
				}
			}
		},
		one: func(w *world.World, id domain.ID) (entry, bool) {
			row, ok := one(w, ID(id))
			if !ok {
				return entry{}, false
			}
			return entryOf(row), true
		},
	}
}

// collections are those of a mirror. Of hosting requests it has those that both
// sides made public, as their placements tell them: no others are for observers.
var collections = []collection{
	collectionOf("landlords", domain.ChangeOfLandlord, func(l *domain.Landlord) domain.LandlordID { return l.ID }, (*world.World).Landlords, (*world.World).Landlord),
	collectionOf("sites", domain.ChangeOfSite, func(s *domain.LandlordSite) domain.SiteID { return s.ID }, (*world.World).Sites, (*world.World).Site),
	collectionOf("spaces", domain.ChangeOfSpace, func(s *domain.VacantSpace) domain.SpaceID { return s.ID }, (*world.World).Spaces, (*world.World).Space),
	collectionOf("projects", domain.ChangeOfProject, func(p *domain.InnovationProject) domain.ProjectID { return p.ID }, (*world.World).Projects, (*world.World).Project),
	collectionOf("requests", domain.ChangeOfPlacement, func(p *domain.Placement) domain.PlacementID { return p.ID }, (*world.World).Placements, (*world.World).Placement),
}

// dependents are the rows whose documents may name a row, and so change when it
// comes into sight or goes out of it.
func dependents(w *world.World, kind domain.ChangeKind, id domain.ID) iter.Seq2[string, domain.ID] {
	return func(yield func(string, domain.ID) bool) {
		switch kind {
		case domain.ChangeOfLandlord:
			for row := range w.Subsidiaries(domain.LandlordID(id)) {
				if !yield("landlords", domain.ID(row.Doc.ID)) {
					return
				}
			}
			for row := range w.PlacementsWith(domain.LandlordID(id)) {
				if !yield("requests", domain.ID(row.Doc.ID)) {
					return
				}
			}
		case domain.ChangeOfProject:
			for row := range w.PlacementsOf(domain.ProjectID(id)) {
				if !yield("requests", domain.ID(row.Doc.ID)) {
					return
				}
			}
		}
	}
}

// view makes documents of what one viewer may see of a World.
type view struct {
	world  *world.World
	viewer domain.Viewer
	atlas  *geo.Atlas
}

// document is a row as the mirror has it; false for one that the viewer may not
// see.
func (v view) document(e entry) (bson.Raw, bool, error) {
	if e.sight == nil || !v.viewer.MaySee(*e.sight) {
		return nil, false, nil
	}
	row := reflect.ValueOf(e.doc).Elem()
	doc, err := v.fields(bson.D{{Key: "_id", Value: string(e.id)}}, row, e.sight.Ownership)
	if err != nil {
		return nil, false, err
	}
	switch of := e.doc.(type) {
	case *domain.LandlordSite:
		doc = v.located(doc, of.CommuneCode)
	case *domain.Placement:
		if of.CommuneCode != nil {
			doc = v.located(doc, *of.CommuneCode)
		}
	case *domain.VacantSpace: // a site is visible where its space is, and its landlord is
		doc = append(doc, bson.E{Key: "landlordId", Value: string(e.sight.Landlord)})
	}
	raw, err := bson.Marshal(append(doc, bson.E{Key: "commit", Value: int64(e.commit)}))
	if err != nil {
		return nil, false, fmt.Errorf("encoding %s: %w", e.id, err)
	}
	return raw, true, nil
}

// located adds the names that go with a commune.
func (v view) located(doc bson.D, code domain.InseeCode) bson.D {
	c, ok := v.atlas.Commune(code)
	if !ok {
		return doc
	}
	return append(doc, bson.E{Key: "communeName", Value: c.Name}, bson.E{Key: "departementCode", Value: string(c.Departement)}, bson.E{Key: "regionCode", Value: string(c.Region)})
}

// fields adds the fields of a struct that the viewer may see.
func (v view) fields(doc bson.D, from reflect.Value, of domain.Ownership) (bson.D, error) {
	decisions := decided[from.Type()]
	for i := range from.NumField() {
		field, value := from.Type().Field(i), from.Field(i)
		switch decisions[field.Name] {
		case shown:
		case linked:
			if !v.seesRow(value) {
				continue
			}
		case confidential:
			if !v.viewer.SeesConfidential() {
				continue
			}
		case management:
			if !v.viewer.SeesManagement(of) {
				continue
			}
		default:
			continue
		}
		if field.Anonymous {
			var err error
			if doc, err = v.fields(doc, value, of); err != nil {
				return nil, err
			}
			continue
		}
		stored, err := v.value(value, of)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.Name, err)
		}
		if stored != nil { // unknown is absent, as everywhere
			doc = append(doc, bson.E{Key: nameOf(field.Name), Value: stored})
		}
	}
	return doc, nil
}

// nameOf writes a field's name as the API does: SiteID is siteId, URL is url.
func nameOf(field string) string {
	field = strings.ReplaceAll(strings.ReplaceAll(field, "ID", "Id"), "URL", "Url")
	return string(unicode.ToLower(rune(field[0]))) + field[1:]
}

// seesRow tells whether the viewer may see the row that an id, or a pointer to one,
// names.
func (v view) seesRow(id reflect.Value) bool {
	if id.Kind() == reflect.Pointer {
		if id.IsNil() {
			return false
		}
		id = id.Elem()
	}
	for _, c := range collections {
		if e, ok := c.one(v.world, domain.ID(id.String())); ok {
			return e.sight != nil && v.viewer.MaySee(*e.sight)
		}
	}
	return false
}

// value is a value as analysts' tools read it: dates and times are dates, amounts
// are numbers of euros; nil for what isn't known.
func (v view) value(from reflect.Value, of domain.Ownership) (any, error) {
	switch value := from.Interface().(type) {
	case domain.Date:
		return value.Time(), nil
	case domain.TimeOfDay:
		return value.String(), nil
	case domain.Amount:
		return float64(value) / 100, nil
	case time.Time:
		return value, nil
	}
	switch from.Kind() {
	case reflect.Pointer:
		if from.IsNil() {
			return nil, nil
		}
		return v.value(from.Elem(), of)
	case reflect.Slice:
		if from.IsNil() {
			return nil, nil
		}
		list := make(bson.A, 0, from.Len())
		for i := range from.Len() {
			one, err := v.value(from.Index(i), of)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		return list, nil
	case reflect.Struct:
		return v.fields(bson.D{}, from, of)
	case reflect.String:
		if from.Len() == 0 {
			return nil, nil
		}
		return from.String(), nil
	case reflect.Bool:
		return from.Bool(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return from.Int(), nil
	case reflect.Float64:
		return from.Float(), nil
	}
	return nil, fmt.Errorf("a %s can't be mirrored", from.Type())
}
