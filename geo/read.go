package geo

import (
	"compress/gzip"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// read takes an atlas from its file: gzipped lines of UTF-8, cells separated by
// tabs, the first of which says what the line is. An empty cell is an absent
// value; lists are separated by spaces. A line may refer to those above it.
//
//	version      name
//	region       code  name
//	departement  code  name  region
//	epci         SIREN name
//	commune      code  name  parent  departement  epci  postal codes  former codes
//	             population  latitude  longitude  quality
//
// A parent makes the line an arrondissement municipal. Degrees are in WGS 84.
func read(from io.Reader) (*Atlas, error) {
	unzipped, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("the atlas: %w", err)
	}
	var text strings.Builder
	text.Grow(3 << 20) // most of an edition; it stays in memory as the names and codes
	if _, err := io.Copy(&text, unzipped); err != nil {
		return nil, fmt.Errorf("the atlas: %w", err)
	}
	r := reader{
		atlas:   &Atlas{communes: make([]domain.Commune, 0, 36_000)},
		epcis:   make(map[string]string, 1_300),
		regions: make(map[domain.DepartementCode]domain.RegionCode, 110),
	}
	number := 0
	for line := range strings.Lines(text.String()) {
		number++
		if err := r.line(strings.TrimSuffix(line, "\n")); err != nil {
			return nil, fmt.Errorf("the atlas, line %d: %w", number, err)
		}
	}
	if r.atlas.version == "" || len(r.atlas.communes) == 0 {
		return nil, fmt.Errorf("the atlas: no version or no communes")
	}
	r.atlas.arrange()
	return r.atlas, nil
}

type reader struct {
	atlas   *Atlas
	epcis   map[string]string
	regions map[domain.DepartementCode]domain.RegionCode
}

// cellCounts also are the list of what a line can be.
var cellCounts = map[string]int{"version": 2, "region": 3, "departement": 4, "epci": 3, "commune": 12}

func (r *reader) line(line string) error {
	var cells [12]string
	n := 0
	for rest, more := line, true; more; n++ {
		if n == len(cells) {
			return fmt.Errorf("too many cells")
		}
		cells[n], rest, more = strings.Cut(rest, "\t")
	}
	if want, ok := cellCounts[cells[0]]; !ok || n != want {
		return fmt.Errorf("%d cells of %q", n, cells[0])
	}
	switch cells[0] {
	case "version":
		r.atlas.version = cells[1]
	case "region":
		r.atlas.regions = append(r.atlas.regions, domain.Region{Code: domain.RegionCode(cells[1]), Name: cells[2]})
	case "departement":
		d := domain.Departement{
			Code: domain.DepartementCode(cells[1]), Name: cells[2], Region: domain.RegionCode(cells[3]),
		}
		d.TimeZone = timeZone(d.Code)
		r.regions[d.Code] = d.Region
		r.atlas.departements = append(r.atlas.departements, d)
	case "epci":
		r.epcis[cells[1]] = cells[2]
	case "commune":
		return r.commune(cells)
	}
	return nil
}

func (r *reader) commune(cells [12]string) error {
	c := domain.Commune{
		Code: domain.InseeCode(cells[1]), Name: cells[2], Parent: domain.InseeCode(cells[3]),
		Departement: domain.DepartementCode(cells[4]), EpciCode: cells[5], EpciName: r.epcis[cells[5]],
		PostalCodes: list[string](cells[6]), FormerCodes: list[domain.InseeCode](cells[7]),
	}
	var known bool
	if c.Region, known = r.regions[c.Departement]; !known {
		return fmt.Errorf("%s lies in no département: %q", c.Code, c.Departement)
	}
	if c.EpciCode != "" && c.EpciName == "" {
		return fmt.Errorf("%s belongs to an unknown EPCI: %q", c.Code, c.EpciCode)
	}
	if cells[8] != "" {
		population, err := strconv.Atoi(cells[8])
		if err != nil {
			return fmt.Errorf("population of %s: %w", c.Code, err)
		}
		c.Population = &population
	}
	if cells[11] != "" {
		latitude, err := strconv.ParseFloat(cells[9], 64)
		if err != nil {
			return fmt.Errorf("latitude of %s: %w", c.Code, err)
		}
		longitude, err := strconv.ParseFloat(cells[10], 64)
		if err != nil {
			return fmt.Errorf("longitude of %s: %w", c.Code, err)
		}
		c.Position = &domain.Position{Latitude: latitude, Longitude: longitude, Quality: domain.PositionQuality(cells[11])}
	}
	r.atlas.communes = append(r.atlas.communes, c)
	return nil
}

func list[T ~string](cell string) []T {
	if cell == "" {
		return nil
	}
	all := make([]T, 0, 1+strings.Count(cell, " "))
	for item := range strings.SplitSeq(cell, " ") {
		all = append(all, T(item))
	}
	return all
}
