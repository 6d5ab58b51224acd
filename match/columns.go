package match

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// Columns are the spaces of a World laid out for ranking: what the criteria read
// of them, in columns, by chunks of places near each other. They are part of
// the World, so that a match and its joins are of one instant.
//
// Columns don't change: Clone them and put rows into the clone, which copies the
// chunks that it writes to and shares the others. As with the World's tables,
// one goroutine at a time makes new Columns of one descent, and readers need
// not wait.
type Columns struct {
	grid   *grid
	mark   *mark
	chunks []*chunk
	// shared: the list of chunks is another Columns' too.
	shared bool
	// newest is the chunk of each cell that was begun last, by number; -1 when the
	// cell has none. sharedNewest is as shared.
	newest       []int32
	sharedNewest bool

	landlords dictionary[domain.LandlordID]
	// owners are the landlords by their code; nil where there is none.
	owners       []*domain.Landlord
	sharedOwners bool

	kinds     dictionary[domain.SpaceKind]
	equipment dictionary[equipmentKey]
	surfaces  dictionary[surfaceKey]
	windows   dictionary[windowKey]
	terms     dictionary[termsKey]
	prices    dictionary[priceKey]
	profiles  dictionary[profileKey]
}

// mark tells Columns apart without holding on to them.
type mark struct{ _ byte }

// RowID is the place of a space in Columns; 0 when it has none. It stays the
// same while the space's site stays in its part of the country.
type RowID uint32

const (
	chunkBits = 10
	chunkRows = 1 << chunkBits
)

func rowID(chunk int32, i int) RowID { return RowID(chunk)<<chunkBits + RowID(i) + 1 }
func (r RowID) split() (chunk int32, row int) {
	return int32((r - 1) >> chunkBits), int(r-1) % chunkRows
}

// chunk holds up to chunkRows rows of one cell, and what bounds them all.
type chunk struct {
	// owner marks the only Columns that may write to the chunk.
	owner *mark
	cell  int32
	// older is the chunk of the cell begun before it; -1 for the first.
	older int32
	rows  int

	// What follows bounds the rows, and may be wider than they are: the kinds that
	// occur (the code modulo 64), the landlords likewise, how far the rows lie, for
	// viewers who see their own positions and for others.
	kindMask, landlordMask uint64
	own, commune           reach
	// visible counts the rows of each class, exactly.
	visible [3]int

	// The columns that every row is looked at in, and the rest, which only some
	// rows come to.
	flags    []flags
	kind     []uint16
	landlord []uint32
	rest     []row
}

// row is what the columns hold of a space beside its flags, kind and landlord:
// codes of its aspects, and the documents for whoever needs all of them.
type row struct {
	space   *domain.VacantSpace
	site    *domain.LandlordSite
	commune int32 // its ordinal; -1 when unknown

	equipment, surface, window, terms, price, profile uint32
}

// flags of a row; 0 where there is none.
type flags uint8

const (
	occupied flags = 1 << iota
	// classLow and classHigh are the class of who may see the row.
	classLow
	classHigh
	spacePublished
	sitePublished
	landlordPublished
	landlordKnown
	// odd: the aspects don't tell all: others have the space at times, it has
	// opening hours, or it holds a code that this release doesn't know.
	odd
)

// The states are the flags that say who is published: statesCount of them, in
// units of the lowest.
const (
	statesUnit  = int(spacePublished)
	statesCount = 1 << 4
)

// The classes of visibility, the widest first.
const (
	classPublic = iota
	classNetwork
	classPrivate
)

var classes = [...]domain.Visibility{domain.VisibilityPublic, domain.VisibilityNetwork, domain.VisibilityPrivate}

func classOf(v domain.Visibility) int {
	if i := slices.Index(classes[:], v); i >= 0 {
		return i
	}
	return classPrivate
}

func (f flags) class() int { return int(f>>1) & 3 }

// NewColumns are empty. The atlas is the one that the questions are asked by.
func NewColumns(atlas *geo.Atlas) *Columns {
	c := &Columns{
		grid: newGrid(atlas), mark: new(mark),
		landlords: newDictionary[domain.LandlordID](),
		kinds:     newDictionary[domain.SpaceKind](),
		equipment: newDictionary[equipmentKey](),
		surfaces:  newDictionary[surfaceKey](),
		windows:   newDictionary[windowKey](),
		terms:     newDictionary[termsKey](),
		prices:    newDictionary[priceKey](),
		profiles:  newDictionary[profileKey](),
	}
	c.newest = make([]int32, len(c.grid.cells))
	for i := range c.newest {
		c.newest[i] = -1
	}
	return c
}

// Clone are Columns that share everything with c, until they are written to.
// For the writer only.
func (c *Columns) Clone() *Columns {
	clone := *c
	clone.mark = new(mark)
	clone.shared, clone.sharedNewest, clone.sharedOwners = true, true, true
	return &clone
}

// Rows counts the spaces.
func (c *Columns) Rows() (n int) {
	for _, k := range c.chunks {
		n += k.rows
	}
	return n
}

// PutLandlord takes a landlord's new document, nil when it is gone. Whether it
// is published is put with its spaces.
func (c *Columns) PutLandlord(id domain.LandlordID, l *domain.Landlord) {
	code := c.landlordCode(id)
	if c.owners[code] == l {
		return
	}
	if c.sharedOwners {
		c.owners, c.sharedOwners = slices.Clone(c.owners), false
	}
	c.owners[code] = l
}

func (c *Columns) landlordCode(id domain.LandlordID) uint32 {
	code := c.landlords.code(id)
	for int(code) >= len(c.owners) {
		if c.sharedOwners {
			c.owners, c.sharedOwners = slices.Clone(c.owners), false
		}
		c.owners = append(c.owners, nil)
	}
	return code
}

// Put lays out a space that had a place, or none, and answers the one that it
// has now. Its landlord's document is put by PutLandlord; landlord says what of
// it counts for the space.
func (c *Columns) Put(at RowID, space *domain.VacantSpace, site *domain.LandlordSite, landlord *domain.Landlord, class domain.Visibility) RowID {
	r := row{space: space, site: site, commune: -1}
	number := int32(0)
	if i, ok := c.grid.atlas.Ordinal(site.CommuneCode); ok {
		r.commune, number = i, c.grid.of[i]
	}
	f := occupied | flags(classOf(class))<<1
	foreign := false
	r.equipment = c.equipment.code(equipmentOf(space, &foreign))
	r.surface = c.surfaces.code(surfaceOf(space))
	r.window = c.windows.code(windowOf(space))
	r.terms = c.terms.code(termsOf(space, &foreign))
	r.price = c.prices.code(priceOf(space))
	r.profile = c.profiles.code(profileOf(site, &foreign))
	if foreign || len(space.Commitments) > 0 || len(space.Availability.OpeningSlots) > 0 {
		f |= odd
	}
	if space.State == domain.PublicationPublished {
		f |= spacePublished
	}
	if site.State == domain.PublicationPublished {
		f |= sitePublished
	}
	if landlord != nil {
		f |= landlordKnown
		if landlord.State == domain.PublicationPublished {
			f |= landlordPublished
		}
	}
	owner := c.landlordCode(site.LandlordID)
	kind := c.kinds.code(space.Kind)

	if at != 0 {
		if n, _ := at.split(); c.chunks[n].cell != number {
			c.Remove(at)
			at = 0
		}
	}
	if at == 0 {
		at = c.vacancy(number)
	}
	n, i := at.split()
	k := c.writable(n)
	if i == len(k.flags) {
		k.flags, k.kind, k.landlord, k.rest = append(k.flags, 0), append(k.kind, 0), append(k.landlord, 0), append(k.rest, row{})
	}
	if old := k.flags[i]; old != 0 {
		k.visible[old.class()]--
	} else {
		k.rows++
	}
	k.flags[i], k.kind[i], k.landlord[i], k.rest[i] = f, uint16(kind), owner, r
	k.visible[f.class()]++
	c.widen(k, i)
	return at
}

// Remove takes a space out.
func (c *Columns) Remove(at RowID) {
	if at == 0 {
		return
	}
	n, i := at.split()
	k := c.writable(n)
	k.visible[k.flags[i].class()]--
	k.rows--
	k.flags[i], k.rest[i] = 0, row{}
}

// vacancy finds a place for a row of a cell.
func (c *Columns) vacancy(number int32) RowID {
	for n := c.newest[number]; n >= 0; n = c.chunks[n].older {
		k := c.chunks[n]
		switch {
		case len(k.flags) < chunkRows:
			return rowID(n, len(k.flags))
		case k.rows < chunkRows:
			return rowID(n, slices.Index(k.flags, 0))
		}
	}
	if c.shared {
		c.chunks, c.shared = slices.Clone(c.chunks), false
	}
	if c.sharedNewest {
		c.newest, c.sharedNewest = slices.Clone(c.newest), false
	}
	n := int32(len(c.chunks))
	c.chunks = append(c.chunks, &chunk{owner: c.mark, cell: number, older: c.newest[number]})
	c.newest[number] = n
	return rowID(n, 0)
}

// writable is a chunk that c alone has.
func (c *Columns) writable(n int32) *chunk {
	k := c.chunks[n]
	if k.owner == c.mark {
		return k
	}
	if c.shared {
		c.chunks, c.shared = slices.Clone(c.chunks), false
	}
	own := *k
	own.owner = c.mark
	own.flags, own.kind = slices.Clone(k.flags), slices.Clone(k.kind)
	own.landlord, own.rest = slices.Clone(k.landlord), slices.Clone(k.rest)
	own.kindMask, own.landlordMask, own.own, own.commune = 0, 0, reach{}, reach{}
	for i := range own.flags {
		if own.flags[i] != 0 {
			c.widen(&own, i)
		}
	}
	c.chunks[n] = &own
	return &own
}

// widen lets the bounds of a chunk hold a row.
func (c *Columns) widen(k *chunk, i int) {
	k.kindMask |= 1 << (k.kind[i] % 64)
	k.landlordMask |= 1 << (k.landlord[i] % 64)
	at := &c.grid.cells[k.cell]
	r := &k.rest[i]
	var commune *domain.Position
	if r.commune >= 0 {
		commune = c.grid.atlas.Numbered()[r.commune].Position
	}
	k.commune.take(at, commune)
	if p := r.site.Position; p != nil {
		k.own.take(at, p)
		if commune == nil {
			return
		}
	}
	k.own.take(at, commune)
}
