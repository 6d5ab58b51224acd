package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/palier-hub/palier/internal/fold"
)

// The qualities are those of domain.PositionQuality.
const (
	gazetteer   = "GAZETTEER"
	postalCode  = "POSTAL_CODE"
	epci        = "EPCI"
	departement = "DEPARTEMENT"
)

// locate gives every commune the best position that GeoNames allows: its own,
// or else the mean of the communes about it. Where neither is believable the
// commune stays without a position, which is better than a wrong one.
func locate(f *france, places []place) {
	byName := placesByName(places)
	present, former := map[key]bool{}, map[key]bool{}
	for _, c := range f.communes {
		present[keyOf(c, c.name)] = true
		for _, name := range c.formerNames {
			former[keyOf(c, name)] = true
		}
	}

	for _, c := range f.communes {
		if c.parent == "" {
			c.believe(c.named(c.name, byName))
		}
	}
	disbelieve(f)
	byNumber(f, places)
	for _, c := range f.communes {
		if c.at == nil && c.parent == "" {
			c.believe(c.formerName(byName, present))
		}
	}
	partOfName(f, places, func(k key) bool { return present[k] || former[k] })
	byAdministrativeCode(f, places)

	approximate(f)
}

// key is a folded name within a département.
type key struct{ departement, name string }

func keyOf(c *commune, name string) key { return key{c.departement, fold.Name(name)} }

func placesByName(places []place) map[key][]place {
	byName := map[key][]place{}
	for _, p := range places {
		k := key{p.departement, fold.Name(p.name)}
		byName[k] = append(byName[k], p)
	}
	return byName
}

func (c *commune) believe(at *point) {
	if at != nil {
		c.at, c.quality = at, gazetteer
	}
}

// named finds the place of a name in the commune's département, or in the
// commune itself where GeoNames knows it. Of two homonyms in a département
// nobody knows which is meant.
func (c *commune) named(name string, byName map[key][]place) *point {
	found := byName[keyOf(c, name)]
	for _, p := range found {
		if p.commune == c.code {
			return &p.at
		}
	}
	if len(found) == 1 && found[0].commune == "" {
		return &found[0].at
	}
	return nil
}

// formerName finds a merged commune by the name of its seat, or else takes the
// mean of the communes that it was made of. A name that a present commune bears
// is left to that one.
func (c *commune) formerName(byName map[key][]place, present map[key]bool) *point {
	var found []point
	for i, name := range c.formerNames {
		at := c.named(name, byName)
		if at == nil || present[keyOf(c, name)] {
			continue
		}
		if i == 0 && c.hasSeat {
			return at
		}
		found = append(found, *at)
	}
	return mean(found, 15_000)
}

var numbered = regexp.MustCompile(`^(paris|lyon|marseille) (\d\d)\b`)

// byNumber finds the arrondissements municipaux: "Paris 03 Temple", "Lyon 08".
func byNumber(f *france, places []place) {
	prefixes := map[string]string{"paris": "751", "lyon": "6938", "marseille": "132"}
	at := map[string]*point{}
	for _, p := range places {
		if m := numbered.FindStringSubmatch(fold.Name(p.name)); m != nil {
			prefix, number := prefixes[m[1]], m[2]
			code := prefix + number[len(number)-(len("75101")-len(prefix)):]
			at[code] = &p.at
		}
	}
	for _, c := range f.communes {
		if c.parent != "" {
			c.believe(at[c.code])
		}
	}
}

// partOfName pairs communes and places of which one's name begins with the
// other's ("Guipry-Messac" and "Guipry", "Seyne" and "Seyne-les-Alpes"), when
// neither could be paired otherwise and a commune of the same postal code or EPCI
// lies near.
func partOfName(f *france, places []place, claimed func(key) bool) {
	free := map[string][]place{}
	for _, p := range places {
		if p.commune == "" && !claimed(key{p.departement, fold.Name(p.name)}) {
			free[p.departement] = append(free[p.departement], p)
		}
	}
	about := neighbourhoods(f)
	suitors := map[*place][]*commune{}
	for _, c := range f.communes {
		if c.at != nil || c.parent != "" {
			continue
		}
		var fits []*place
		for i := range free[c.departement] {
			p := &free[c.departement][i]
			if oneBegins(fold.Name(c.name), fold.Name(p.name)) && about.relative(c, p.at) < 10_000 {
				fits = append(fits, p)
			}
		}
		if len(fits) == 1 {
			suitors[fits[0]] = append(suitors[fits[0]], c)
		}
	}
	for p, communes := range suitors {
		if len(communes) == 1 {
			communes[0].believe(&p.at)
		}
	}
}

// oneBegins tells whether the one name begins with the words of the other,
// articles and prepositions aside.
func oneBegins(a, b string) bool {
	x, y := significant(a), significant(b)
	n := min(len(x), len(y))
	return n > 0 && slices.Equal(x[:n], y[:n])
}

func significant(name string) []string {
	return slices.DeleteFunc(strings.Fields(name), func(word string) bool {
		switch word {
		case "le", "la", "les", "l", "de", "du", "des", "d", "et", "en", "sur", "sous", "lez", "aux", "au", "a":
			return true
		}
		return false
	})
}

// byAdministrativeCode takes the mean of the places that GeoNames puts in a
// commune, when they lie close together.
func byAdministrativeCode(f *france, places []place) {
	inside := map[string][]point{}
	for _, p := range places {
		if p.commune != "" {
			inside[p.commune] = append(inside[p.commune], p.at)
		}
	}
	for _, c := range f.communes {
		if c.at == nil {
			c.believe(mean(inside[c.code], 15_000))
		}
	}
}
