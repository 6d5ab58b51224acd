package geo

import (
	"math"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo/internal/sphere"
)

// DistanceMetres is the distance as the crow flies between two positions, to
// the metre, on a sphere of the Earth's mean radius (at most 0.5 % off). It is
// the same on every processor, so that replicas order alike.
func DistanceMetres(a, b domain.Position) int {
	return int(math.Round(sphere.Metres(a.Latitude, a.Longitude, b.Latitude, b.Longitude)))
}

// Point is a position made ready for bounding distances: where it is in the
// Earth, in metres from its middle. It may differ by a hair from one processor
// to another, so it is for bounds only.
type Point struct{ x, y, z float64 }

// PointOf a position.
func PointOf(p domain.Position) Point {
	sinLatitude, cosLatitude := math.Sincos(p.Latitude * math.Pi / 180)
	sinLongitude, cosLongitude := math.Sincos(p.Longitude * math.Pi / 180)
	return Point{sphere.Radius * cosLatitude * cosLongitude, sphere.Radius * cosLatitude * sinLongitude, sphere.Radius * sinLatitude}
}

// AtLeastMetres is never more than DistanceMetres of the two positions, and
// hardly less within a few hundred kilometres: the straight way through the
// Earth, less what rounding may hide. It costs a tenth.
func (p Point) AtLeastMetres(o Point) int {
	x, y, z := p.x-o.x, p.y-o.y, p.z-o.z
	return int(max(0, math.Sqrt(x*x+y*y+z*z)-1))
}
