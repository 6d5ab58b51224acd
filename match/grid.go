package match

import (
	"math"
	"sync/atomic"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// grid parts the communes into cells, each in one département, so that rows
// near each other share a chunk, and what holds of a cell spares a look at its
// rows.
type grid struct {
	atlas *geo.Atlas
	// of has the cell of each commune by its ordinal.
	of    []int32
	cells []cell
}

// cell is a square of the map within a département. The first cell of a grid is
// nowhere, for communes that aren't on the list.
type cell struct {
	departement domain.DepartementCode
	region      domain.RegionCode
	// centre of the square, and point the same; nowhere when nothing locates its
	// communes.
	centre  domain.Position
	point   geo.Point
	nowhere bool
}

// cellsPerDegree makes cells of some 28 by 19 km: about 1,300 have communes.
const cellsPerDegree = 4

// lastGrid is the one made last: a program has one atlas, and tests begin with
// an empty World thousands of times.
var lastGrid atomic.Pointer[grid]

// gridOf is the grid of an atlas. It never changes.
func gridOf(atlas *geo.Atlas) *grid {
	g := lastGrid.Load()
	if g == nil || g.atlas != atlas {
		g = newGrid(atlas)
		lastGrid.Store(g)
	}
	return g
}

func newGrid(atlas *geo.Atlas) *grid {
	g := &grid{atlas: atlas, cells: []cell{{nowhere: true}}}
	type square struct {
		departement domain.DepartementCode
		lat, lon    int
		nowhere     bool
	}
	found := make(map[square]int32)
	communes := atlas.Numbered()
	g.of = make([]int32, len(communes))
	for i := range communes {
		c := &communes[i]
		at := square{departement: c.Departement, nowhere: c.Position == nil}
		if c.Position != nil {
			at.lat, at.lon = int(math.Floor(c.Position.Latitude*cellsPerDegree)), int(math.Floor(c.Position.Longitude*cellsPerDegree))
		}
		n, ok := found[at]
		if !ok {
			n = int32(len(g.cells))
			found[at] = n
			centre := domain.Position{Latitude: (float64(at.lat) + 0.5) / cellsPerDegree, Longitude: (float64(at.lon) + 0.5) / cellsPerDegree}
			g.cells = append(g.cells, cell{departement: c.Departement, region: c.Region, centre: centre, point: geo.PointOf(centre), nowhere: at.nowhere})
		}
		g.of[i] = n
	}
	return g
}

// cellOf a commune by any of its codes.
func (g *grid) cellOf(code domain.InseeCode) int32 {
	if i, ok := g.atlas.Ordinal(code); ok {
		return g.of[i]
	}
	return 0
}

// reach is how far some rows may be from a point, those of a chunk from the
// centre of its cell, and how vague their positions are, all in metres. It never
// shrinks, so that it always bounds.
type reach struct {
	from                 geo.Point
	far, typical, margin int32
	// unlocated: a row has no position at all.
	unlocated bool
}

// reachOf a position that is known or nil.
func reachOf(p *domain.Position) reach {
	if p == nil {
		return reach{unlocated: true}
	}
	return reach{from: geo.PointOf(*p), typical: int32(p.TypicalErrorMetres()), margin: int32(p.MarginMetres())}
}

// take widens the reach to a position; nil is none.
func (r *reach) take(at *cell, p *domain.Position) {
	if p == nil || at.nowhere {
		r.unlocated = true
		return
	}
	r.far = max(r.far, int32(geo.DistanceMetres(at.centre, *p)+1)) // rounded
	r.typical = max(r.typical, int32(p.TypicalErrorMetres()))
	r.margin = max(r.margin, int32(p.MarginMetres()))
}

// nearest is the least distance to a position that a row within the reach can
// have: the triangle inequality's, less what rounding may hide.
func (r *reach) nearest(p geo.Point) int { return max(0, r.from.AtLeastMetres(p)-int(r.far)-1) }

// surroundings bound what any row of a chunk can be to a question: where a
// criterion asks for a place, and where a filter does.
type surroundings struct {
	grid *grid
	// anywhere: every place may do.
	anywhere bool
	// cells says of each what the territories but the circles have of it.
	cells   []extent
	circles []circle
}

// extent is how much of a cell lies in some territories.
type extent uint8

const (
	none extent = iota
	part
	whole
)

type circle struct {
	centre geo.Point
	metres int
}

// around prepares the bounds of some territories; none at all are anywhere.
func (g *grid) around(territories []domain.Territory) *surroundings {
	s := &surroundings{grid: g, anywhere: len(territories) == 0, cells: make([]extent, len(g.cells))}
	for _, t := range territories {
		s.take(t)
	}
	return s
}

// take admits a territory. What can't be told of it leaves every place open.
func (s *surroundings) take(t domain.Territory) {
	atlas := s.grid.atlas
	switch t.Scale {
	case domain.TerritoryCommune:
		c, ok := atlas.Commune(domain.InseeCode(t.Code))
		if !ok {
			s.anywhere = true
			return
		}
		for _, same := range family(atlas, c) {
			at := &s.cells[s.grid.cellOf(same.Code)]
			*at = max(*at, part)
		}
	case domain.TerritoryDepartement:
		code := domain.DepartementCode(t.Code)
		_, ok := atlas.Departement(code)
		s.takeWhole(ok, func(c *cell) bool { return c.departement == code })
	case domain.TerritoryRegion:
		code := domain.RegionCode(t.Code)
		_, ok := atlas.Region(code)
		s.takeWhole(ok, func(c *cell) bool { return c.region == code })
	case domain.TerritoryRadius:
		c, ok := atlas.Commune(domain.InseeCode(t.Code))
		if !ok || t.RadiusKm == nil || c.Position == nil {
			s.anywhere = true
			return
		}
		s.circles = append(s.circles, circle{geo.PointOf(*c.Position), 1000**t.RadiusKm + c.Position.MarginMetres()})
	default:
		s.anywhere = true
	}
}

// takeWhole admits the cells of a territory that is made of them, if it is known.
func (s *surroundings) takeWhole(known bool, of func(*cell) bool) {
	s.anywhere = s.anywhere || !known
	for number := range s.cells {
		if number != 0 && of(&s.grid.cells[number]) {
			s.cells[number] = whole
		}
	}
}

// family are the commune and what may be taken for it: its arrondissements, and
// the commune of an arrondissement.
func family(atlas *geo.Atlas, c *domain.Commune) []*domain.Commune {
	all := []*domain.Commune{c}
	for a := range atlas.ArrondissementsOf(c.Code) {
		all = append(all, a)
	}
	if parent, ok := atlas.Commune(c.Parent); ok && c.Parent != "" {
		all = append(all, parent)
	}
	return all
}

// mayHold tells whether a row of a cell and within a reach may be in a territory,
// or can't be told not to be.
func (s *surroundings) mayHold(number int32, r *reach) bool {
	if s.anywhere || number == 0 || s.cells[number] != none {
		return true
	}
	for _, c := range s.circles {
		if r.unlocated || r.nearest(c.centre)-int(r.margin) <= c.metres {
			return true
		}
	}
	return false
}

// holds tells that every row of a cell is in a territory, whatever its position.
func (s *surroundings) holds(number int32) bool { return s.cells[number] == whole }
