package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// publicReception: where the public comes, the space is an establishment of one
// of the types wanted, for as many people. Categories 1 to 4 bound the
// headcount (CCH R143-19); in category 5 the threshold depends on the type, and
// the capacity decides.
var publicReception = criterion[pair]{
	code: domain.CriterionPublicReception, kind: domain.CriterionHard, unit: domain.UnitPeople, gapsPerUnit: 1,
	assess: assessReception,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if r := p.need.PublicReception; r != nil {
			wanted = exactly(float64(r.Headcount), domain.UnitPeople)
		}
		if most, known := p.mostPeople(); known {
			n := float64(most)
			offered = domain.QuantityValue{Max: &n, Unit: domain.UnitPeople}
		}
		return wanted, offered
	},
	origin: ofSpace,
	say:    sayReception,
	ask:    askReception,
}

const (
	receptionFits why = notAsked + 1 + iota
	receptionNotErp
	receptionType
	receptionCrowd
	receptionCategoryUnknown
	receptionTypeUnknown
	receptionCapacityUnknown
)

func assessReception(p *pair) Finding {
	wanted := p.need.PublicReception
	if wanted == nil {
		return pass(notAsked)
	}
	erp := p.space.Erp
	typeMatters := len(wanted.ErpTypes) > 0
	most, bounded := p.mostPeople()
	switch {
	case erp.Category == domain.CategoryNotErp:
		return fail(receptionNotErp, 0)
	case typeMatters && erp.Types != nil && !meet(wanted.ErpTypes, erp.Types):
		return fail(receptionType, 0)
	case bounded && wanted.Headcount > most:
		return fail(receptionCrowd, int64(wanted.Headcount)-int64(most))
	case erp.Category == domain.CategoryUnknown || erp.Category == "":
		return unknown(receptionCategoryUnknown)
	case typeMatters && erp.Types == nil:
		return unknown(receptionTypeUnknown)
	case p.space.Capacity == nil:
		return unknown(receptionCapacityUnknown)
	}
	return pass(receptionFits)
}

// mostPeople bounds those present at once by the capacity and the category.
func (p *pair) mostPeople() (most int, known bool) {
	switch p.space.Erp.Category {
	case domain.Category2:
		most, known = int(p.rules.erpCategory2Most), true
	case domain.Category3:
		most, known = int(p.rules.erpCategory3Most), true
	case domain.Category4:
		most, known = int(p.rules.erpCategory4Most), true
	}
	if c := p.space.Capacity; c != nil && (!known || *c < most) {
		most, known = *c, true
	}
	return most, known
}

// meet tells whether two lists share a code.
func meet[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

// typeCodes writes the letters of the types, which are better known than their
// labels.
func typeCodes(types []domain.ErpType, l domain.Locale) string {
	letters := make([]string, len(types))
	for i, t := range types {
		letters[i] = string(t)
	}
	return enumerate(letters, l)
}

func sayReception(p *pair, f Finding, l domain.Locale) string {
	wanted := p.need.PublicReception
	if wanted == nil {
		return l.In("Le projet ne reçoit pas de public.", "The project doesn't receive the public.")
	}
	crowd, erp := people(wanted.Headcount, l), p.space.Erp
	most, _ := p.mostPeople()
	switch f.why {
	case receptionNotErp:
		return fmt.Sprintf(l.In("Le local n'est pas un établissement recevant du public, et le projet y accueille %s.", "The space isn't an establishment receiving the public, and the project receives %s in it."), crowd)
	case receptionType:
		if len(erp.Types) == 0 {
			return fmt.Sprintf(l.In("Le local n'est autorisé pour aucun type d'ERP ; le projet demande : %s.", "The space is authorised for no ERP type; the project asks for: %s."), typeCodes(wanted.ErpTypes, l))
		}
		return fmt.Sprintf(l.In("Le local est un ERP de type %s ; le projet demande : %s.", "The space is an ERP of type %s; the project asks for: %s."), typeCodes(erp.Types, l), typeCodes(wanted.ErpTypes, l))
	case receptionCrowd:
		return fmt.Sprintf(l.In("Le local peut recevoir %s au plus, soit %s de moins que le projet n'en accueille (%d).", "The space can receive %s at most, %s fewer than the project receives (%d)."),
			people(most, l), domain.Number(float64(f.gap), l), wanted.Headcount)
	case receptionCategoryUnknown:
		return fmt.Sprintf(l.In("On ne sait pas si le local peut recevoir du public ; le projet y accueille %s.", "Whether the space may receive the public isn't known; the project receives %s in it."), crowd)
	case receptionTypeUnknown:
		return fmt.Sprintf(l.In("Les types d'ERP pour lesquels le local est autorisé ne sont pas connus ; le projet demande : %s.", "The ERP types that the space is authorised for aren't known; the project asks for: %s."), typeCodes(wanted.ErpTypes, l))
	case receptionCapacityUnknown:
		return fmt.Sprintf(l.In("La capacité d'accueil du local n'est pas connue ; le projet y accueille %s.", "The capacity of the space isn't known; the project receives %s in it."), crowd)
	}
	return fmt.Sprintf(l.In("Le local peut recevoir le public du projet : %s pour une capacité de %d.", "The space can receive the project's public: %s for a capacity of %d."), crowd, most)
}

func askReception(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case receptionTypeUnknown:
		return toLandlord(l.In("pour quels types d'ERP le local est-il autorisé ?", "for which ERP types is the space authorised?"), l)
	case receptionCapacityUnknown:
		return toLandlord(l.In("combien de personnes le local peut-il recevoir en même temps ?", "how many people can the space receive at once?"), l)
	}
	return toLandlord(l.In("le local est-il un établissement recevant du public, de quelle catégorie et de quels types ?", "is the space an establishment receiving the public, of which category and types?"), l)
}
