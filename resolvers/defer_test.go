package resolvers_test

import (
	"reflect"
	"testing"

	"github.com/palier-hub/palier/internal/apitest"
)

// TestDeferIsAnsweredAtOnce: what may come later comes with the rest, and nothing is
// lost.
func TestDeferIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	v := apitest.NewVillage(t)
	client := v.As(t, apitest.Anonymous)
	const plain = `query($d: Boolean = true) { landlords(first: 2) { nodes { id ... @include(if: $d) { sites(first: 1) { totalCount } } ...F } } ...Q } fragment F on Landlord { needs { totalCount } } fragment Q on Query { viewer { role } }`
	const deferred = `query($d: Boolean = true) { landlords(first: 2) { nodes { id ... @defer(if: $d) @include(if: $d) { sites(first: 1) { totalCount } } ...F @defer(label: "f") } } ...Q @defer } fragment F on Landlord { ... @defer { needs { totalCount } } } fragment Q on Query { viewer { role } }`
	want, _ := client.Try(t, plain, nil).At("data")
	for range 2 { // parsed, and then remembered
		if got, _ := client.Try(t, deferred, nil).At("data"); want == nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	if a := client.Try(t, `{ landlords(first: 1) { nodes { id ... @defer(label: 1) { name } } } }`, nil); len(a.Errors) == 0 {
		t.Error("a @defer that isn't valid is answered")
	}
}
