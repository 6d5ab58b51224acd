package loaders

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// entity is a type of objects that other graphs of a federation refer to, by their ids
// or by another key.
type entity struct {
	kind domain.Kind
	// key is the field of the other key; "" when there is none.
	key string
	// find finds an object by what that field says.
	find func(s *Session, key string) (domain.Node, bool)
}

// entities are by the names of their types. Persons aren't among them: what is personal
// isn't asked for in bulk.
var entities = func() map[string]entity {
	all := make(map[string]entity)
	for _, kind := range []domain.Kind{
		domain.KindAccessKey, domain.KindAccountAccess, domain.KindApproach, domain.KindInvitation, domain.KindLandlordNeed, domain.KindMailing,
		domain.KindMessage, domain.KindNeed, domain.KindPlacement, domain.KindProposal, domain.KindRequest, domain.KindSite, domain.KindSpace,
	} {
		all[kind.TypeName()] = entity{kind: kind}
	}
	for _, kind := range []domain.Kind{domain.KindCommune, domain.KindDepartement, domain.KindQpv, domain.KindRegion} {
		all[kind.TypeName()] = entity{kind, "code", func(s *Session, code string) (domain.Node, bool) { return s.node(domain.CodeID(kind, code)) }}
	}
	all[domain.KindLandlord.TypeName()] = entity{domain.KindLandlord, "siren", func(s *Session, siren string) (domain.Node, bool) {
		return node(s.LandlordBySiren(domain.Siren(siren)))
	}}
	all[domain.KindProject.TypeName()] = entity{domain.KindProject, "slug", func(s *Session, slug string) (domain.Node, bool) {
		return node(s.ProjectBySlug(slug))
	}}
	return all
}()

// Entity finds an object by what another graph knows of it: its __typename and the
// fields of a key, `id` first when it has several. Nil when there is none, or none that
// the viewer may see: the two look alike. It is a lookup in the World, without I/O.
// Errors are domain.InvalidInput, for what is no representation, by its place among
// them.
func (s *Session) Entity(place int, representation any) (domain.Node, error) {
	of, ok := representation.(map[string]any)
	if !ok {
		return nil, malformed(place, "une représentation est un objet avec __typename et une clé", "a representation is an object with __typename and a key")
	}
	name, _ := of["__typename"].(string)
	e, ok := entities[name]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(entities)), ", ")
		return nil, malformed(place, "aucune entité de ce __typename ; il y a : "+known, "no entity has this __typename; there are: "+known, "__typename")
	}
	field, find := "id", e.byID
	if of[field] == nil && e.key != "" {
		field, find = e.key, e.find
	}
	switch key := of[field].(type) {
	case string:
		found, _ := find(s, key)
		return found, nil
	case nil:
		return nil, malformed(place,
			fmt.Sprintf("une clé de %s manque ; il y a : %s", name, e.keys()),
			fmt.Sprintf("a key of %s is missing; there are: %s", name, e.keys()))
	default:
		return nil, malformed(place, "une clé est un texte", "a key is a string", field)
	}
}

func (e entity) byID(s *Session, id string) (domain.Node, bool) {
	if domain.ID(id).Kind() != e.kind {
		return nil, false
	}
	return s.node(domain.ID(id))
}

func (e entity) keys() string {
	if e.key == "" {
		return "id"
	}
	return "id, " + e.key
}

func malformed(place int, french, english string, field ...string) error {
	return domain.InvalidInput{Path: append([]string{"representations", strconv.Itoa(place)}, field...), French: french, English: english}
}
