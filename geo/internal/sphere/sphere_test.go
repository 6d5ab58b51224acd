package sphere

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The reference is the same formula with the standard library's functions: it
// may differ in the last bits, never by a micrometre.
func TestMetresAgreesWithTheStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		a, b := r.Float64()*180-90, r.Float64()*360-180
		c, d := r.Float64()*180-90, r.Float64()*360-180
		if r.IntN(2) == 0 { // near one another, as most questions are
			c, d = max(-90, min(90, a+r.NormFloat64()/10)), max(-180, min(180, b+r.NormFloat64()/10))
		}
		sinLat, sinLon := math.Sin((c-a)*math.Pi/360), math.Sin((d-b)*math.Pi/360)
		h := sinLat*sinLat + math.Cos(a*math.Pi/180)*math.Cos(c*math.Pi/180)*sinLon*sinLon
		// The haversine is ill-conditioned near the antipodes.
		tolerance := 1e-6
		if h > 0.99 {
			tolerance = 0.5
		}
		want := 2 * Radius * math.Asin(math.Sqrt(min(h, 1)))
		if got := Metres(a, b, c, d); math.Abs(got-want) > tolerance {
			t.Fatalf("Metres(%v, %v, %v, %v) = %v, want %v", a, b, c, d, got, want)
		}
	}
}

func TestMetresAtTheEdges(t *testing.T) {
	half := math.Pi * Radius
	for _, c := range []struct {
		name       string
		a, b, c, d float64
		want       float64
	}{
		{"a point and itself", 48.85, 2.35, 48.85, 2.35, 0},
		{"the antipodes", 0, 0, 0, 180, half},
		{"the poles", 90, 0, -90, 0, half},
		{"a quarter of the equator", 0, 0, 0, 90, half / 2},
		{"across the antimeridian", 0, 179, 0, -179, half / 90},
	} {
		if got := Metres(c.a, c.b, c.c, c.d); math.Abs(got-c.want) > 0.5 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func BenchmarkMetres(b *testing.B) {
	for b.Loop() {
		Metres(48.8566, 2.3522, 48.9362, 2.3574)
	}
}
