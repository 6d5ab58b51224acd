package world

import (
	"cmp"

	"github.com/palier-hub/palier/domain"
)

// reference is a landlord's own name for one of its records, in the form in
// which references are compared.
type reference struct {
	landlord domain.LandlordID
	ref      string
}

func compareReferences(a, b reference) int {
	return cmp.Or(cmp.Compare(a.landlord, b.landlord), cmp.Compare(a.ref, b.ref))
}

// references is the index key of a record that has a reference and an owner.
func references(owner domain.LandlordID, ref *string) []reference {
	if owner == "" || ref == nil {
		return nil
	}
	return []reference{{owner, domain.ExternalRefKey(*ref)}}
}
