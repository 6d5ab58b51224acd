// Package sphere measures distances on the Earth taken as a sphere, with the
// same result to the last bit on every processor.
//
// The standard library's Sin and Asin don't promise that: Go may fuse a
// multiplication and an addition where the processor can (arm64, ppc64le,
// s390x), and some ports have their own assembly. So the two series stand here,
// and each product is converted explicitly, which forbids fusing (Go
// specification, "Floating-point operators"). Square roots are exact by
// IEEE 754.
package sphere

import "math"

// Radius is the mean radius of the Earth in metres (IUGG, GRS 80).
const Radius = 6_371_008.8

// Metres is the great-circle distance between two points given in degrees, by
// the haversine formula.
func Metres(latitudeA, longitudeA, latitudeB, longitudeB float64) float64 {
	const radian = math.Pi / 180
	byLatitude := sin(float64((latitudeB - latitudeA) * (radian / 2)))
	byLongitude := sin(float64((longitudeB - longitudeA) * (radian / 2)))
	cosines := float64(cos(float64(latitudeA*radian)) * cos(float64(latitudeB*radian)))
	h := float64(byLatitude*byLatitude) + float64(cosines*float64(byLongitude*byLongitude))
	return float64(2 * Radius * asin(math.Sqrt(min(h, 1))))
}

// inverseFactorials are the coefficients of the series of the sine,
// alternating: 1, -1/3!, 1/5!, … up to 1/19!, below 1e-15 at π/2.
var inverseFactorials = [...]float64{
	1, -1.0 / 6, 1.0 / 120, -1.0 / 5_040, 1.0 / 362_880, -1.0 / 39_916_800, 1.0 / 6_227_020_800,
	-1.0 / 1_307_674_368_000, 1.0 / 355_687_428_096_000, -1.0 / 121_645_100_408_832_000,
}

// sin is the sine of an angle between -π and π.
func sin(x float64) float64 {
	switch {
	case x > math.Pi/2:
		x = math.Pi - x
	case x < -math.Pi/2:
		x = -math.Pi - x
	}
	square, sum := float64(x*x), 0.0
	for i := len(inverseFactorials) - 1; i >= 0; i-- {
		sum = float64(sum*square) + inverseFactorials[i]
	}
	return float64(x * sum)
}

// cos is the cosine of an angle between -π and π.
func cos(x float64) float64 {
	half := sin(float64(x / 2))
	return 1 - float64(2*float64(half*half))
}

// asin is the arc sine of a number between 0 and 1.
func asin(x float64) float64 {
	if x > 0.5 { // the series is slow there; asin x = π/2 - 2 asin √((1-x)/2)
		return math.Pi/2 - float64(2*asin(math.Sqrt(float64((1-x)/2))))
	}
	// x + 1/2·x³/3 + (1·3)/(2·4)·x⁵/5 + …
	square, term, sum := float64(x*x), x, x
	for n := 1.0; term > 1e-17; n++ {
		term = float64(float64(term*square) * float64(float64(2*n-1)/float64(2*n)))
		sum += float64(term / float64(2*n+1))
	}
	return sum
}
