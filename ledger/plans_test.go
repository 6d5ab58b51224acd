package ledger

import (
	"reflect"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Every kind of document has a plan, and the plan reads what Marshal writes:
// otherwise a boot would be slow again, and nothing else would tell.
func TestEveryKindOfDocumentHasAPlan(t *testing.T) {
	for _, d := range []any{domain.Landlord{}, domain.LandlordSite{}, domain.VacantSpace{}, domain.InnovationProject{},
		domain.HostingNeed{}, domain.LandlordNeed{}, domain.Receipt{}, domain.Settings{}} {
		v := reflect.New(reflect.TypeOf(d))
		p := planFor(v.Type())
		if p == nil {
			t.Errorf("%T is left to the driver", d)
			continue
		}
		doc, err := Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if !p.document(nil, doc, v.Elem()) {
			t.Errorf("the plan for a %T declines what Marshal writes", d)
		}
	}
}
