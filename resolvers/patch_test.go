package resolvers

import (
	"reflect"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
)

// TestEveryChangeFitsTheDomain sets every field of every generated input of
// changes, first to a value and then to null: patch can't fail for any.
func TestEveryChangeFitsTheDomain(t *testing.T) {
	for name, tc := range map[string]struct {
		changes any
		patch   func(any) error
	}{
		"landlord":        {new(graph.LandlordChangesInput), fits[domain.LandlordFields]},
		"site":            {new(graph.LandlordSiteChangesInput), fits[domain.SiteFields]},
		"space":           {new(graph.VacantSpaceChangesInput), fits[domain.SpaceFields]},
		"project":         {new(graph.InnovationProjectChangesInput), fits[domain.ProjectFields]},
		"need":            {new(graph.HostingNeedChangesInput), fits[domain.NeedFields]},
		"landlord's need": {new(graph.LandlordNeedChangesInput), fits[domain.StatedLandlordNeed]},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tc.patch(tc.changes); err != nil {
				t.Errorf("nothing set: %v", err)
			}
			for _, full := range []bool{false, true} {
				v := reflect.ValueOf(tc.changes).Elem()
				for i := range v.NumField() {
					v.Field(i).Set(omittable(t, v.Field(i).Type(), full))
				}
				if err := tc.patch(tc.changes); err != nil {
					t.Errorf("values %v: %v", full, err)
				}
			}
		})
	}
}

func fits[F any](changes any) error {
	_, err := patch[F](changes)
	return err
}

// omittable is a set value of a graphql.Omittable type: null, or something.
func omittable(t *testing.T, of reflect.Type, full bool) reflect.Value {
	t.Helper()
	value, ok := of.MethodByName("Value")
	if !ok {
		t.Fatalf("%s is not omittable", of)
	}
	want := value.Type.Out(0)
	set := reflect.New(of)
	text := "null"
	if full {
		text = example(want)
	}
	if err := set.MethodByName("UnmarshalJSON").Call([]reflect.Value{reflect.ValueOf([]byte(text))})[0].Interface(); err != nil {
		t.Fatalf("%s: %v", of, err)
	}
	return set.Elem()
}

// example is some JSON that a type reads.
func example(of reflect.Type) string {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch of {
	case reflect.TypeFor[domain.Date]():
		return `"2027-01-01"`
	case reflect.TypeFor[domain.Amount]():
		return `"12.50"`
	}
	switch of.Kind() {
	case reflect.String:
		return `"x"`
	case reflect.Bool:
		return `true`
	case reflect.Slice:
		return `[` + example(of.Elem()) + `]`
	case reflect.Struct:
		return `{}`
	}
	return `1`
}
