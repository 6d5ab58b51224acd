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
	grid *grid
	mark *mark
	// chunks, and the newest of each cell by number, -1 for none; the owners of the
	// rows by the landlord's code, nil where there is none. Each is copied before
	// it is written to while it is another Columns' too.
	chunks                                   []*chunk
	newest                                   []int32
	owners                                   []*domain.Landlord
	sharedChunks, sharedNewest, sharedOwners bool

	landlords dictionary[domain.LandlordID]
	kinds     dictionary[domain.SpaceKind]
	usage     dictionary[usageKey]
	reception dictionary[receptionKey]
	utilities dictionary[utilitiesKey]
	surfaces  dictionary[surfaceKey]
	windows   dictionary[windowKey]
	terms     dictionary[termsKey]
	prices    dictionary[priceKey]
	residents dictionary[residentsKey]
	settings  dictionary[settingKey]
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
	// visible counts the rows of each class.
	visible [len(classes)]int

	// What follows bounds the rows, and may be wider than they are: the kinds that
	// occur (the code modulo 64) and the landlords likewise, until the chunk is
	// copied; how far the rows lie, for viewers who see their own positions and for
	// others, as far as any ever did.
	kindMask, landlordMask uint64
	own, commune           reach

	// The columns that every row is looked at in, and the rest, which only some
	// rows come to.
	flags []flags
	kind  []uint16
	site  []uint16 // its place in sites
	rest  []row
	// sites are those of the rows, and spots the rest of them; one whose rows have
	// gone stays until the chunk is copied.
	sites []siteRow
	spots []siteSpot
}

// siteRow is what every search looks at of a site, for the rows of one chunk.
type siteRow struct {
	// landlord, residents and setting are codes.
	landlord, residents, setting uint32
	commune                      int32 // its ordinal; -1 when unknown
}

// siteSpot is the document of a site, its own position if it has one, and the reach
// of that alone.
type siteSpot struct {
	*domain.LandlordSite
	at  domain.Position
	own reach
}

// row is what the columns hold of a space beside its flags, kind and site: the
// codes of its aspects, and the document for whoever needs all of it.
type row struct {
	*domain.VacantSpace
	usage, reception, utilities, surface, window, terms, price uint32
}

// flags of a row; 0 where there is none.
type flags uint16

const (
	present flags = 1 << iota
	// shared: others have the space at times, or it has opening hours, so that the
	// window doesn't decide the stay.
	shared
	// foreign: it holds a code that this release doesn't know, so that the aspects
	// don't tell all of it.
	foreign
	// Two bits are the class of those who may see the row.
	_
	_
	// The states say who is published.
	spacePublished
	sitePublished
	landlordPublished
	landlordKnown
)

const (
	classShift = 3
	stateShift = 5
	stateCount = 1 << 4
)

// class is the row's, by its place in classes.
func (f flags) class() int { return int(f>>classShift) & 3 }

// state tells apart the combinations of what is published.
func (f flags) state() int { return int(f >> stateShift) }

// classes of visibility, the widest first.
var classes = [...]domain.Visibility{domain.VisibilityPublic, domain.VisibilityNetwork, domain.VisibilityPrivate}

func classFlags(v domain.Visibility) flags {
	i := slices.Index(classes[:], v)
	if i < 0 {
		i = len(classes) - 1
	}
	return flags(i) << classShift
}

// NewColumns are empty. The atlas is the one that the questions are asked by.
func NewColumns(atlas *geo.Atlas) *Columns {
	c := &Columns{
		grid: gridOf(atlas), mark: new(mark),
		landlords: newDictionary[domain.LandlordID](),
		kinds:     newDictionary[domain.SpaceKind](),
		usage:     newDictionary[usageKey](),
		reception: newDictionary[receptionKey](),
		utilities: newDictionary[utilitiesKey](),
		surfaces:  newDictionary[surfaceKey](),
		windows:   newDictionary[windowKey](),
		terms:     newDictionary[termsKey](),
		prices:    newDictionary[priceKey](),
		residents: newDictionary[residentsKey](),
		settings:  newDictionary[settingKey](),
	}
	c.newest = slices.Repeat([]int32{-1}, len(c.grid.cells))
	return c
}

// Clone are Columns that share everything with c, until they are written to.
// For the writer only.
func (c *Columns) Clone() *Columns {
	clone := *c
	clone.mark = new(mark)
	clone.sharedChunks, clone.sharedNewest, clone.sharedOwners = true, true, true
	return &clone
}

// unshare copies a list that another Columns has too.
func unshare[T any](list *[]T, shared *bool) {
	if *shared {
		*list, *shared = slices.Clone(*list), false
	}
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
	code := c.landlord(id)
	unshare(&c.owners, &c.sharedOwners)
	c.owners[code] = l
}

// landlord is the code of one, who then has a place among the owners.
func (c *Columns) landlord(id domain.LandlordID) uint32 {
	code := c.landlords.code(id)
	if missing := len(c.landlords.keys) - len(c.owners); missing > 0 {
		unshare(&c.owners, &c.sharedOwners)
		c.owners = append(c.owners, make([]*domain.Landlord, missing)...)
	}
	return code
}

// Put lays out a space of a site, of a landlord or of none that is known, which
// those of a class may see. It had a place, or none, and the answer is the one
// that it has now. What the landlord itself states is put by PutLandlord.
func (c *Columns) Put(at RowID, space *domain.VacantSpace, site *domain.LandlordSite, landlord *domain.Landlord, class domain.Visibility) RowID {
	row, whole := c.rowOf(space)
	s, spot, alsoWhole := c.siteOf(site)
	f := present | classFlags(class)
	for _, is := range [...]struct {
		flag flags
		so   bool
	}{
		{shared, len(space.Commitments) > 0 || len(space.Availability.OpeningSlots) > 0},
		{foreign, !whole || !alsoWhole},
		{spacePublished, space.State == domain.PublicationPublished},
		{sitePublished, site.State == domain.PublicationPublished},
		{landlordPublished, landlord != nil && landlord.State == domain.PublicationPublished},
		{landlordKnown, landlord != nil},
	} {
		if is.so {
			f |= is.flag
		}
	}
	cell := c.grid.cellOf(site.CommuneCode)
	if at != 0 {
		if n, _ := at.split(); c.chunks[n].cell != cell {
			c.Remove(at)
			at = 0
		}
	}
	if at == 0 {
		at = c.vacancy(cell)
	}
	n, i := at.split()
	k := c.writable(n)
	if i == len(k.flags) {
		k.flags, k.kind, k.site, k.rest = append(k.flags, 0), append(k.kind, 0), append(k.site, 0), append(k.rest, row)
	}
	k.take(i, -1)
	k.flags[i], k.kind[i], k.rest[i] = f, uint16(c.kinds.code(space.Kind)), row
	k.site[i] = k.place(s, spot)
	k.take(i, +1)
	c.widen(k, i)
	return at
}

// rowOf finds the codes of a space's aspects; false when they don't tell all of
// it.
func (c *Columns) rowOf(s *domain.VacantSpace) (row, bool) {
	var (
		usage     usageKey
		reception receptionKey
		utilities utilitiesKey
		surface   surfaceKey
		window    windowKey
		terms     termsKey
		price     priceKey
	)
	whole := true
	for _, known := range [...]bool{usage.of(s), reception.of(s), utilities.of(s), surface.of(s), window.of(s), terms.of(s), price.of(s)} {
		whole = whole && known
	}
	return row{
		VacantSpace: s, usage: c.usage.code(usage), reception: c.reception.code(reception), utilities: c.utilities.code(utilities),
		surface: c.surfaces.code(surface), window: c.windows.code(window), terms: c.terms.code(terms), price: c.prices.code(price),
	}, whole
}

func (c *Columns) siteOf(site *domain.LandlordSite) (siteRow, siteSpot, bool) {
	var (
		residents residentsKey
		setting   settingKey
	)
	whole := residents.of(site)
	setting.of(site)
	s := siteRow{landlord: c.landlord(site.LandlordID), residents: c.residents.code(residents), setting: c.settings.code(setting), commune: -1}
	if i, ok := c.grid.atlas.Ordinal(site.CommuneCode); ok {
		s.commune = i
	}
	spot := siteSpot{LandlordSite: site, own: reachOf(site.Position)}
	if site.Position != nil {
		spot.at = *site.Position
	}
	return s, spot, whole
}

// Remove takes a space out of its place, if it has one.
func (c *Columns) Remove(at RowID) {
	if at == 0 {
		return
	}
	n, i := at.split()
	k := c.writable(n)
	k.take(i, -1)
	k.flags[i], k.rest[i] = 0, row{}
}

// vacancy finds a place for a row of a cell.
func (c *Columns) vacancy(cell int32) RowID {
	for n := c.newest[cell]; n >= 0; n = c.chunks[n].older {
		switch k := c.chunks[n]; {
		case len(k.flags) < chunkRows:
			return rowID(n, len(k.flags))
		case k.rows < chunkRows:
			return rowID(n, slices.Index(k.flags, 0))
		}
	}
	unshare(&c.chunks, &c.sharedChunks)
	unshare(&c.newest, &c.sharedNewest)
	n := int32(len(c.chunks))
	here := reach{from: c.grid.cells[cell].point}
	c.chunks = append(c.chunks, &chunk{owner: c.mark, cell: cell, older: c.newest[cell], own: here, commune: here})
	c.newest[cell] = n
	return rowID(n, 0)
}

// writable is a chunk that c alone has.
func (c *Columns) writable(n int32) *chunk {
	k := c.chunks[n]
	if k.owner == c.mark {
		return k
	}
	own := &chunk{owner: c.mark, cell: k.cell, older: k.older, rows: k.rows, visible: k.visible,
		flags: slices.Clone(k.flags), kind: slices.Clone(k.kind), site: slices.Clone(k.site), rest: slices.Clone(k.rest), sites: k.sites, spots: k.spots}
	own.settle()
	own.own, own.commune = k.own, k.commune
	for i, f := range own.flags {
		if f != 0 {
			own.mark(i)
		}
	}
	unshare(&c.chunks, &c.sharedChunks)
	c.chunks[n] = own
	return own
}

// take counts a row in or out.
func (k *chunk) take(i, by int) {
	if f := k.flags[i]; f != 0 {
		k.rows += by
		k.visible[f.class()] += by
	}
}

// place finds a site's place in the chunk. Rows of a site mostly come together.
func (k *chunk) place(s siteRow, spot siteSpot) uint16 {
	for i := len(k.spots) - 1; i >= 0; i-- {
		if k.spots[i].LandlordSite == spot.LandlordSite {
			return uint16(i)
		}
	}
	if len(k.sites) == 2*chunkRows { // sites that changed again and again before the chunk was ever copied
		k.settle()
	}
	k.sites, k.spots = append(k.sites, s), append(k.spots, spot)
	return uint16(len(k.sites) - 1)
}

// settle keeps the sites that have rows, in a list of its own.
func (k *chunk) settle() {
	moved := make([]uint16, len(k.sites)) // to the place before it
	sites, spots := make([]siteRow, 0, len(k.sites)), make([]siteSpot, 0, len(k.sites))
	for i, f := range k.flags {
		if f == 0 {
			continue
		}
		to := &moved[k.site[i]]
		if *to == 0 {
			sites, spots = append(sites, k.sites[k.site[i]]), append(spots, k.spots[k.site[i]])
			*to = uint16(len(sites))
		}
		k.site[i] = *to - 1
	}
	k.sites, k.spots = sites, spots
}

// mark lets the masks hold a row.
func (k *chunk) mark(i int) {
	k.kindMask |= 1 << (k.kind[i] % 64)
	k.landlordMask |= 1 << (k.sites[k.site[i]].landlord % 64)
}

// widen lets the bounds of a chunk hold a row.
func (c *Columns) widen(k *chunk, i int) {
	k.mark(i)
	at, own := &c.grid.cells[k.cell], k.spots[k.site[i]].Position
	var commune *domain.Position
	if ordinal := k.sites[k.site[i]].commune; ordinal >= 0 {
		commune = c.grid.atlas.Numbered()[ordinal].Position
	}
	k.commune.take(at, commune)
	if own != nil {
		k.own.take(at, own)
	}
	if own == nil || commune != nil {
		k.own.take(at, commune)
	}
}
