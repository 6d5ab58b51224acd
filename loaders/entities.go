package loaders

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// Entities of a federation: what other graphs refer to by a key.

// otherKeys are the keys beside `id`, by the name of the type: what finds an object
// by the text of its field.
var otherKeys = map[string]struct {
	field string
	find  func(*Session, string) (domain.Node, bool)
}{
	"Commune": {"code", func(s *Session, code string) (domain.Node, bool) {
		return node(s.atlas.Commune(domain.InseeCode(code)))
	}},
	"Departement": {"code", func(s *Session, code string) (domain.Node, bool) {
		return node(s.atlas.Departement(domain.DepartementCode(code)))
	}},
	"InnovationProject": {"slug", func(s *Session, slug string) (domain.Node, bool) { return node(s.ProjectBySlug(slug)) }},
	"Landlord": {"siren", func(s *Session, siren string) (domain.Node, bool) {
		return node(s.LandlordBySiren(domain.Siren(siren)))
	}},
	"Qpv": {"code", func(s *Session, code string) (domain.Node, bool) { return node(domain.QpvCode(code).Qpv()) }},
	"Region": {"code", func(s *Session, code string) (domain.Node, bool) {
		return node(s.atlas.Region(domain.RegionCode(code)))
	}},
}

// entityKinds are the kinds of all types that can be referred to. Persons can't: what
// is personal isn't asked for in bulk.
var entityKinds = func() map[string]domain.Kind {
	kinds := make(map[string]domain.Kind)
	for _, k := range []domain.Kind{
		domain.KindAccessKey, domain.KindAccountAccess, domain.KindApproach, domain.KindCommune, domain.KindDepartement, domain.KindInvitation,
		domain.KindLandlord, domain.KindLandlordNeed, domain.KindMailing, domain.KindMessage, domain.KindNeed, domain.KindPlacement,
		domain.KindProject, domain.KindProposal, domain.KindQpv, domain.KindRegion, domain.KindRequest, domain.KindSite, domain.KindSpace,
	} {
		kinds[k.TypeName()] = k
	}
	return kinds
}()

// Entity finds an object by what another graph knows of it: its __typename and the
// fields of a key, `id` first when it has several. Nil when there is none, or none that
// the viewer may see: the two look alike. It is a lookup in the World, without I/O.
// Errors are domain.InvalidInput, for what is no representation.
func (s *Session) Entity(representation any) (domain.Node, error) {
	of, ok := representation.(map[string]any)
	if !ok {
		return nil, malformed("une représentation est un objet avec __typename et une clé", "a representation is an object with __typename and a key")
	}
	name, _ := of["__typename"].(string)
	kind, ok := entityKinds[name]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(entityKinds)), ", ")
		return nil, malformed("aucune entité de ce __typename ; il y a : "+known, "no entity has this __typename; there are: "+known, "__typename")
	}
	other, hasOther := otherKeys[name]
	keys := "id"
	if hasOther {
		keys += ", " + other.field
	}
	if id := of["id"]; id != nil {
		text, ok := id.(string)
		if !ok {
			return nil, malformed("un identifiant est un texte", "an id is a string", "id")
		}
		if domain.ID(text).Kind() != kind {
			return nil, nil
		}
		found, _ := s.node(domain.ID(text))
		return found, nil
	}
	if key := of[other.field]; hasOther && key != nil {
		text, ok := key.(string)
		if !ok {
			return nil, malformed("cette clé est un texte", "this key is a string", other.field)
		}
		found, _ := other.find(s, text)
		return found, nil
	}
	return nil, malformed(
		fmt.Sprintf("une clé de %s manque ; il y a : %s", name, keys),
		fmt.Sprintf("a key of %s is missing; there are: %s", name, keys))
}

func malformed(french, english string, field ...string) error {
	return domain.InvalidInput{Path: append([]string{"representations"}, field...), French: french, English: english}
}
