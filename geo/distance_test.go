package geo

import (
	"math/rand/v2"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// A Point bounds distances from below, and within 100 km it bounds them well.
func TestPointsBoundDistances(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		a := domain.Position{Latitude: r.Float64()*180 - 90, Longitude: r.Float64()*360 - 180}
		b := domain.Position{Latitude: r.Float64()*180 - 90, Longitude: r.Float64()*360 - 180}
		if r.IntN(2) == 0 { // near one another, as most questions are
			b = domain.Position{Latitude: max(-90, min(90, a.Latitude+r.NormFloat64()/10)), Longitude: max(-180, min(180, a.Longitude+r.NormFloat64()/10))}
		}
		bound, distance := PointOf(a).AtLeastMetres(PointOf(b)), DistanceMetres(a, b)
		if bound > distance || distance < 100_000 && distance-bound > 4 {
			t.Fatalf("%v to %v: at least %d m, and is %d m", a, b, bound, distance)
		}
	}
}
