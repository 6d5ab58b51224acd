// Package geo knows the French communes, départements and régions: their
// codes past and present, where they lie, how they nest, how far apart they
// are and what time it is there. All of it comes from one embedded file (see
// ATTRIBUTION.md) and works without a network.
package geo

import (
	"bytes"
	_ "embed"
)

//go:generate go run ./internal/generate

// What must be shown wherever the data is: the licences of the sources ask for
// it.
const (
	AttributionDecoupage = "Découpage administratif : Insee, DGCL, La Poste, via Etalab – Licence Ouverte 2.0"
	AttributionPositions = "Positions : GeoNames, CC BY 4.0, données modifiées"
)

//go:embed atlas.tsv.gz
var embedded []byte

// Load reads the embedded atlas. It takes about 100 milliseconds and keeps 15 MB:
// call it once and share the result.
func Load() (*Atlas, error) { return read(bytes.NewReader(embedded)) }
