package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// write puts the atlas into the lines that geo/read.go describes.
func write(to *bytes.Buffer, f *france) {
	line := func(cells ...string) {
		to.WriteString(strings.Join(cells, "\t"))
		to.WriteByte('\n')
	}
	line("version", version)
	for _, r := range f.regions {
		line("region", r.code, r.name)
	}
	for _, d := range f.departements {
		line("departement", d.code, d.name, d.region)
	}
	for _, e := range f.epcis {
		line("epci", e.code, e.name)
	}
	for _, c := range f.communes {
		population, latitude, longitude := "", "", ""
		if c.population != nil {
			population = strconv.Itoa(*c.population)
		}
		if c.at != nil {
			latitude, longitude = degrees(c.at.latitude), degrees(c.at.longitude)
		}
		line("commune", c.code, c.name, c.parent, c.departement, c.epci,
			strings.Join(c.postalCodes, " "), strings.Join(c.formerCodes, " "),
			population, latitude, longitude, c.quality)
	}
}

func degrees(tenThousandths int) string {
	sign := ""
	if tenThousandths < 0 {
		sign, tenThousandths = "-", -tenThousandths
	}
	return fmt.Sprintf("%s%d.%04d", sign, tenThousandths/perDegree, tenThousandths%perDegree)
}

// summarise says what a maintainer should look at after a change of sources.
func summarise(to io.Writer, f *france, size int) {
	communes, inhabitants := map[string]int{}, map[string]int{}
	total := 0
	for _, c := range f.communes {
		if c.parent != "" {
			continue
		}
		communes[c.quality]++
		if c.population != nil {
			inhabitants[c.quality] += *c.population
			total += *c.population
		}
	}
	fmt.Fprintf(to, "%s: %d régions, %d départements, %d EPCI, %d communes and arrondissements, %d bytes before compression\n",
		version, len(f.regions), len(f.departements), len(f.epcis), len(f.communes), size)
	for _, quality := range []string{gazetteer, postalCode, epci, departement, ""} {
		name := quality
		if name == "" {
			name = "no position"
		}
		fmt.Fprintf(to, "  %-12s %6d communes, %5.1f %% of the population\n",
			name, communes[quality], 100*float64(inhabitants[quality])/float64(max(total, 1)))
	}
}
