package main

import (
	"cmp"
	"fmt"
	"slices"
)

// france is the administrative division as the atlas keeps it, each list in
// the order of its codes.
type france struct {
	regions      []area
	departements []area
	epcis        []area
	communes     []*commune // arrondissements municipaux among them
}

// area is a région, a département (region is its région) or an EPCI.
type area struct{ code, name, region string }

type commune struct {
	code, name, parent, departement, arrondissement, epci string

	postalCodes, formerCodes []string
	// formerNames are those of the communes déléguées and associées; the one
	// that kept this commune's code, its seat, comes first.
	formerNames []string
	hasSeat     bool
	population  *int

	at      *point
	quality string
}

// The shapes of the package's files; a commune's code is unique within its type
// only.
type (
	sourceCommune struct {
		Code           string   `json:"code"`
		Name           string   `json:"nom"`
		Type           string   `json:"type"`
		Seat           string   `json:"chefLieu"`
		Commune        string   `json:"commune"`
		Departement    string   `json:"departement"`
		Arrondissement string   `json:"arrondissement"`
		PostalCodes    []string `json:"codesPostaux"`
		FormerCodes    []string `json:"anciensCodes"`
		Population     *int     `json:"population"`
	}
	sourceArea struct {
		Code    string `json:"code"`
		Name    string `json:"nom"`
		Region  string `json:"region"`
		Members []struct {
			Code string `json:"code"`
		} `json:"membres"`
	}
)

func readDecoupage(source files) (*france, error) {
	var communes []sourceCommune
	var departements, regions, epcis []sourceArea
	for path, into := range map[string]any{
		"package/data/communes.json":     &communes,
		"package/data/departements.json": &departements,
		"package/data/regions.json":      &regions,
		"package/data/epci.json":         &epcis,
	} {
		if err := source.decode(path, into); err != nil {
			return nil, err
		}
	}

	f := &france{regions: areas(regions), departements: areas(departements), epcis: areas(epcis)}
	byCode := map[string]*commune{}
	for _, s := range communes {
		switch s.Type {
		case "commune-actuelle", "arrondissement-municipal":
			if byCode[s.Code] != nil {
				return nil, fmt.Errorf("two present communes have the code %s", s.Code)
			}
			c := &commune{
				code: s.Code, name: s.Name, parent: s.Commune, departement: s.Departement, arrondissement: s.Arrondissement,
				postalCodes: sorted(s.PostalCodes), population: s.Population,
			}
			byCode[s.Code] = c
			f.communes = append(f.communes, c)
		}
	}
	if err := addFormer(communes, byCode); err != nil {
		return nil, err
	}
	for _, epci := range epcis {
		for _, member := range epci.Members {
			if c := byCode[member.Code]; c != nil {
				c.epci = epci.Code
			}
		}
	}
	for _, c := range f.communes {
		if c.parent != "" {
			if byCode[c.parent] == nil {
				return nil, fmt.Errorf("the arrondissement %s is of no commune: %q", c.code, c.parent)
			}
			c.epci = byCode[c.parent].epci
		}
	}
	slices.SortFunc(f.communes, func(a, b *commune) int { return cmp.Compare(a.code, b.code) })
	return f, nil
}

// addFormer gives each former code to one present commune. The communes
// déléguées and associées say where a code is today; the lists of former codes
// add those that are gone, and disagree with the former twice.
func addFormer(communes []sourceCommune, byCode map[string]*commune) error {
	owner := map[string]*commune{}
	for _, s := range communes {
		if s.Type != "commune-deleguee" && s.Type != "commune-associee" {
			continue
		}
		c := byCode[s.Seat]
		if c == nil {
			return fmt.Errorf("the former commune %s belongs to no present one: %q", s.Code, s.Seat)
		}
		if s.Code == c.code {
			c.hasSeat = true
			c.formerNames = slices.Insert(c.formerNames, 0, s.Name)
			continue
		}
		c.formerNames = append(c.formerNames, s.Name)
		if byCode[s.Code] == nil {
			owner[s.Code] = c
		}
	}
	for _, s := range communes {
		for _, code := range s.FormerCodes {
			if c := byCode[s.Code]; c != nil && owner[code] == nil && byCode[code] == nil {
				owner[code] = c
			}
		}
	}
	for code, c := range owner {
		c.formerCodes = append(c.formerCodes, code)
	}
	for _, c := range byCode {
		slices.Sort(c.formerCodes)
	}
	return nil
}

func areas(list []sourceArea) []area {
	all := make([]area, len(list))
	for i, s := range list {
		all[i] = area{s.Code, s.Name, s.Region}
	}
	slices.SortFunc(all, func(a, b area) int { return cmp.Compare(a.code, b.code) })
	return all
}

func sorted(codes []string) []string {
	codes = slices.Clone(codes)
	slices.Sort(codes)
	return slices.Compact(codes)
}
