package domain

import (
	"fmt"
	"io"
	"strings"
)

// InseeCode is a commune's official code (Insee, code officiel géographique):
// five characters, text, never a postal code.
type InseeCode string

// DepartementCode and RegionCode overlap ("11" is the Aude and the
// Île-de-France), so they are types of their own.
type (
	DepartementCode string
	RegionCode      string
)

// QpvCode is the code of a quartier prioritaire de la politique de la ville:
// QN, three characters of département, two digits and a letter since 2024; QP
// and six characters before.
type QpvCode string

// Qpv is a quartier prioritaire de la politique de la ville, by its code: whether
// there is one of that code isn't known here.
type Qpv struct{ Code QpvCode }

func (Qpv) IsNode() {}

// ID is the district's global id.
func (q *Qpv) ID() ID { return CodeID(KindQpv, string(q.Code)) }

// Departement is that in which the district lies, which its code says.
func (q *Qpv) Departement() DepartementCode {
	return DepartementCode(strings.TrimPrefix(string(q.Code[2:5]), "0"))
}

// Qpv is the district of the code; false for what can't be a code.
func (c QpvCode) Qpv() (*Qpv, bool) {
	if !qpvPattern.MatchString(string(c)) {
		return nil, false
	}
	return &Qpv{c}, true
}

// Position is a point in WGS 84 (latitude and longitude in degrees) with what
// is known of its precision.
type Position struct {
	Latitude  float64         `bson:"lat"`
	Longitude float64         `bson:"lon"`
	Quality   PositionQuality `bson:"quality"`
}

// precision of the positions of one quality, in metres.
type precision struct{ typical, margin int }

// precisions are those measured against the official centroids of communes: the
// median, and the 90th percentile rounded up (TestPositionsAgainstOfficialCentroids
// in package geo prints them). Two aren't measured. An address is found by a
// geocoder, or placed by hand at the gate or the middle of the plot. An official
// centroid stands for the whole commune, so its margin is the commune's extent:
// of a disc with the mean area of a commune (15.6 km²) nine tenths lie within
// 2.1 km, and communes aren't discs. GeoNames' points are the towns themselves,
// near which buildings are, so the extent doesn't come on top; in the vaguer
// qualities it is lost.
var precisions = map[PositionQuality]precision{
	PositionAddress:     {50, 200},
	PositionCommune:     {500, 2_500},
	PositionGazetteer:   {1_000, 2_300},
	PositionPostalCode:  {6_000, 10_500},
	PositionEpci:        {14_000, 24_000},
	PositionDepartement: {25_000, 37_000},
}

// TypicalErrorMetres is how far positions of this quality are off: half of them
// less, half of them more.
func (p Position) TypicalErrorMetres() int { return precisions[p.Quality].typical }

// MarginMetres is how far nine positions of ten of this quality are off at most:
// for what is decided by a distance.
func (p Position) MarginMetres() int { return precisions[p.Quality].margin }

func (p Position) validate(ps *Problems, path ...any) {
	ps.require(p.Latitude >= -90 && p.Latitude <= 90, path, "latitude",
		"la latitude est comprise entre -90 et 90 degrés", "the latitude is between -90 and 90 degrees")
	ps.require(p.Longitude >= -180 && p.Longitude <= 180, path, "longitude",
		"la longitude est comprise entre -180 et 180 degrés", "the longitude is between -180 and 180 degrees")
	knownCode(ps, p.Quality, path, "quality")
}

// Commune is a French commune, or a municipal arrondissement of Paris, Lyon or
// Marseille (then Parent is the commune).
type Commune struct {
	Code        InseeCode
	Name        string
	Departement DepartementCode
	Region      RegionCode
	// Parent is the commune of an arrondissement; "" for a commune.
	Parent InseeCode
	// EpciCode and EpciName name the intercommunal body; "" when there is none.
	EpciCode, EpciName string
	PostalCodes        []string
	// FormerCodes are those of the communes merged into this one.
	FormerCodes []InseeCode
	// Population in inhabitants (Insee); nil when absent from the source.
	Population *int
	// Position is nil only when nothing at all locates the commune.
	Position *Position
}

func (Commune) IsNode() {}

// ID is the commune's global id.
func (c *Commune) ID() ID { return CodeID(KindCommune, string(c.Code)) }

// Departement is a département, or an overseas collectivity that has the code
// of one.
type Departement struct {
	Code   DepartementCode
	Name   string
	Region RegionCode
	// TimeZone is the IANA name of the clocks in force there.
	TimeZone string
}

func (Departement) IsNode() {}

// ID is the département's global id.
func (d *Departement) ID() ID { return CodeID(KindDepartement, string(d.Code)) }

// Region is a région; overseas collectivities outside a région stand under a
// code of their own.
type Region struct {
	Code RegionCode
	Name string
}

func (Region) IsNode() {}

// ID is the région's global id.
func (r *Region) ID() ID { return CodeID(KindRegion, string(r.Code)) }

// Territory is a part of France: by an official code, or a circle round a
// commune's position. It is where a landlord is at work, a project runs, or a
// need looks for a place.
type Territory struct {
	Scale TerritoryScale `bson:"scale"`
	// Code of the commune, département or région; of the commune at the centre
	// for RADIUS; absent for COUNTRY.
	Code string `bson:"code,omitempty"`
	// RadiusKm is the circle's radius in kilometres, for RADIUS only.
	RadiusKm *int `bson:"radiusKm,omitempty"`
}

// mostRadiusKm reaches across metropolitan France.
const mostRadiusKm = 1_000

func (t Territory) String() string {
	if t.Scale == TerritoryRadius && t.RadiusKm != nil {
		return fmt.Sprintf("%s %s+%dkm", t.Scale, t.Code, *t.RadiusKm)
	}
	return fmt.Sprintf("%s %s", t.Scale, t.Code)
}

// Gazetteer is what the rules need to know of official codes.
type Gazetteer interface {
	// Commune finds a commune or arrondissement by its present code, or by the
	// code it had before a merger.
	Commune(InseeCode) (*Commune, bool)
	Departement(DepartementCode) (*Departement, bool)
	Region(RegionCode) (*Region, bool)
}

func (t Territory) validate(p *Problems, g Gazetteer, path ...any) {
	known := true
	switch t.Scale {
	case TerritoryCommune, TerritoryRadius:
		_, known = g.Commune(InseeCode(t.Code))
	case TerritoryDepartement:
		_, known = g.Departement(DepartementCode(t.Code))
	case TerritoryRegion:
		_, known = g.Region(RegionCode(t.Code))
	case TerritoryCountry:
		p.require(t.Code == "", path, "code", "la France entière n'a pas de code : laissez ce champ vide", "the whole country has no code: leave it empty")
	default:
		p.unknownCode(string(t.Scale), below(path, "scale"))
		return
	}
	if !known {
		p.Add(below(path, "code"),
			fmt.Sprintf("aucun territoire de ce code à cette échelle : %q. Une commune se désigne par son code Insee, pas par son code postal", clip(t.Code)),
			fmt.Sprintf("no territory has this code at this scale: %q. A commune goes by its Insee code, not its postal code", clip(t.Code)))
	}
	if t.Scale == TerritoryRadius {
		p.require(t.RadiusKm != nil && *t.RadiusKm > 0 && *t.RadiusKm <= mostRadiusKm, path, "radiusKm",
			"un rayon entre 1 et 1000 km est nécessaire", "a radius between 1 and 1000 km is needed")
	} else {
		p.require(t.RadiusKm == nil, path, "radiusKm", "le rayon ne vaut que pour l'échelle RADIUS", "a radius goes with the RADIUS scale only")
	}
}

func (c DepartementCode) MarshalGQL(w io.Writer) { writeQuoted(w, string(c)) }
func (c RegionCode) MarshalGQL(w io.Writer)      { writeQuoted(w, string(c)) }
func (c QpvCode) MarshalGQL(w io.Writer)         { writeQuoted(w, string(c)) }

// UnmarshalGQL takes the text as it is: validation knows the lists.
func (c *DepartementCode) UnmarshalGQL(v any) error { return readText(c, v) }
func (c *RegionCode) UnmarshalGQL(v any) error      { return readText(c, v) }
func (c *QpvCode) UnmarshalGQL(v any) error         { return readText(c, v) }

func readText[T ~string](to *T, v any) error {
	s, ok := textOf(v)
	if !ok {
		return CannotRead(s,
			"n'est pas un code : écrivez-le comme un texte, entre guillemets",
			"is not a code: write it as a string, between quotes")
	}
	*to = T(s)
	return nil
}
