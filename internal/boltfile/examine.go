package boltfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"slices"
)

// bbolt trusts what it maps: a damaged page makes it panic, in goroutines of
// its own too, recurse without end, or hand out a page that is in use. So the
// structure of a file is proven here, by plain reads, before bbolt may have it.
// The format is bolt's version 2 (bbolt, internal/common), in the byte order of
// the machine.
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	pageHeader  = 16 // id 8, flags 2, count 2, overflow 4
	metaBytes   = 64 // magic, version, page size, flags; root, sequence, freelist, top, transaction, checksum
	metaSummed  = 56
	elementSize = 16
	bucketBytes = 16 // root page, sequence

	branchFlag   = 0x01
	leafFlag     = 0x02
	freelistFlag = 0x10
	bucketFlag   = 0x01

	noFreelist = ^uint64(0)
)

var order = binary.NativeEndian

// Shape says what a store's file holds, and words what else may be found.
type Shape struct {
	// Buckets visit the elements of each bucket, in order of their keys. A
	// file may lack some of them; one that isn't named here makes it foreign.
	Buckets map[string]func(Element) error
	// Damaged and Foreign make the store's own errors of what was found.
	Damaged, Foreign func(what string) error
}

// Examine proves that bbolt can open a file, if there is one, and tells whether
// both its headers lead to the newest transaction. It answers ErrHeld, the
// shape's errors, those of its visits, or what the file system says.
func Examine(path string, shape Shape) (resting bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	} else if err != nil {
		return false, err
	}
	defer file.Close()

	// Opened for reading, bbolt looks at the headers only. It is here for its
	// lock: a file that another process writes would look torn. Between this
	// lock and the one for writing only another hub can change the file, as it
	// should.
	db, err := Open(path, true)
	if errors.Is(err, ErrHeld) {
		return false, err
	} else if err == nil {
		defer db.Close()
	}
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	if info.IsDir() {
		return false, shape.Foreign("it is a folder")
	}
	if info.Size() == 0 {
		return true, nil
	}
	im := &image{shape: shape, path: path, file: file, size: uint64(info.Size())}
	return im.prove()
}

// image is a bolt file under examination.
type image struct {
	shape Shape
	path  string
	file  io.ReaderAt
	size  uint64

	pageSize uint64
	// top is the number of pages in use or free.
	top uint64
	// seen marks the pages that something leads to.
	seen []bool
}

// meta is a header of the file; there are two, in pages 0 and 1, written in
// turn, and the newer one counts.
type meta struct {
	pageSize, root, freelist, top, transaction uint64
}

func (im *image) damaged(format string, args ...any) error {
	return im.shape.Damaged(fmt.Sprintf(format, args...))
}

func (im *image) prove() (resting bool, err error) {
	newest, resting, err := im.readMetas()
	if err != nil {
		return false, err
	}
	im.pageSize, im.top = newest.pageSize, newest.top
	if pages := im.size / im.pageSize; im.top < 4 || im.top > pages {
		return false, im.damaged("it has %d pages where there should be %d: its end was cut off", pages, im.top)
	}
	im.seen = make([]bool, im.top)
	im.seen[0], im.seen[1] = true, true

	topLevel := func(e Element) error {
		visit, known := im.shape.Buckets[string(e.Key)]
		if !e.IsBucket || !known {
			return im.shape.Foreign(fmt.Sprintf("it is another program's bolt file, with a bucket %q", e.Key))
		}
		return im.bucket(e, visit)
	}
	if err := im.walk(newest.root, nil, nil, topLevel); err != nil {
		return false, err
	}
	return resting, im.freelist(newest.freelist)
}

func (im *image) readMetas() (newest meta, resting bool, err error) {
	first, firstErr := im.readMeta(0)
	// The second header's place is the page size, which the first says. When that
	// is damaged, any page size will do that finds a header of its own size.
	smallest, largest := uint64(1<<10), uint64(1<<24)
	if firstErr == nil {
		smallest, largest = first.pageSize, first.pageSize
	}
	second, secondErr := meta{}, errNotBolt
	for size := smallest; size <= largest && secondErr != nil; size <<= 1 {
		if second, secondErr = im.readMeta(size); secondErr == nil && second.pageSize != size {
			secondErr = errNotBolt
		}
	}
	switch {
	case firstErr != nil && secondErr != nil:
		if errors.Is(firstErr, errNotBolt) {
			return newest, false, im.shape.Foreign("it is not a bolt file, or its beginning was overwritten")
		}
		return newest, false, im.damaged("both its headers are damaged")
	case firstErr != nil:
		return second, false, nil
	case secondErr != nil:
		return first, false, nil
	}
	if newest = first; second.transaction > first.transaction {
		newest = second
	}
	return newest, first.root == second.root, nil
}

var errNotBolt = errors.New("not a bolt header")

func (im *image) readMeta(at uint64) (meta, error) {
	var b [pageHeader + metaBytes]byte
	if _, err := im.file.ReadAt(b[:], int64(at)); err != nil {
		return meta{}, errNotBolt
	}
	m := b[pageHeader:]
	if order.Uint32(m) != boltMagic || order.Uint32(m[4:]) != boltVersion {
		return meta{}, errNotBolt
	}
	sum := fnv.New64a()
	sum.Write(m[:metaSummed])
	pageSize := uint64(order.Uint32(m[8:]))
	if sum.Sum64() != order.Uint64(m[metaSummed:]) || pageSize < 1<<10 || pageSize&(pageSize-1) != 0 {
		return meta{}, errors.New("damaged")
	}
	return meta{
		pageSize:    pageSize,
		root:        order.Uint64(m[16:]),
		freelist:    order.Uint64(m[32:]),
		top:         order.Uint64(m[40:]),
		transaction: order.Uint64(m[48:]),
	}, nil
}

// page reads a page with its overflow, of the type wanted, and marks it as seen.
func (im *image) page(id uint64, flags ...uint16) (b []byte, flag uint16, err error) {
	if id < 2 || id >= im.top {
		return nil, 0, im.damaged("something leads to page %d of %d", id, im.top)
	}
	b = make([]byte, im.pageSize)
	if _, err := im.file.ReadAt(b, int64(id*im.pageSize)); err != nil {
		return nil, 0, fmt.Errorf("reading %s: %w", im.path, err)
	}
	flag = order.Uint16(b[8:])
	overflow := uint64(order.Uint32(b[12:]))
	if order.Uint64(b) != id || !slices.Contains(flags, flag) || overflow >= im.top-id {
		return nil, 0, im.damaged("page %d isn't what it should be", id)
	}
	for i := id; i <= id+overflow; i++ {
		if im.seen[i] {
			return nil, 0, im.damaged("two things lead to page %d", i)
		}
		im.seen[i] = true
	}
	if overflow > 0 {
		more := make([]byte, (overflow+1)*im.pageSize)
		copy(more, b)
		b = more
		if _, err := im.file.ReadAt(b[im.pageSize:], int64((id+1)*im.pageSize)); err != nil {
			return nil, 0, fmt.Errorf("reading %s: %w", im.path, err)
		}
	}
	return b, flag, nil
}

// Element is what a page holds under a key: a page further down, a value or a
// bucket.
type Element struct {
	Key, Value []byte
	IsBucket   bool
	child      uint64
}

// elements reads a branch's or leaf's elements, whose keys ascend within
// [low, high); nil bounds are none.
func (im *image) elements(b []byte, flag uint16, low, high []byte) ([]Element, error) {
	count := uint64(order.Uint16(b[10:]))
	dataFrom := pageHeader + count*elementSize
	if dataFrom > uint64(len(b)) || (flag == branchFlag && count == 0) {
		return nil, im.damaged("a page says it holds %d elements", count)
	}
	out := make([]Element, count)
	for i := range out {
		at := pageHeader + uint64(i)*elementSize
		raw := b[at : at+elementSize]
		e := &out[i]
		var start, keyEnd, end uint64
		if flag == branchFlag {
			start = at + uint64(order.Uint32(raw))
			keyEnd = start + uint64(order.Uint32(raw[4:]))
			end = keyEnd
			e.child = order.Uint64(raw[8:])
		} else {
			e.IsBucket = order.Uint32(raw)&bucketFlag != 0
			start = at + uint64(order.Uint32(raw[4:]))
			keyEnd = start + uint64(order.Uint32(raw[8:]))
			end = keyEnd + uint64(order.Uint32(raw[12:]))
		}
		if start < dataFrom || keyEnd == start || end > uint64(len(b)) {
			return nil, im.damaged("an element lies outside its page")
		}
		e.Key, e.Value = b[start:keyEnd], b[keyEnd:end]
		if (low != nil && bytes.Compare(e.Key, low) < 0) || (high != nil && bytes.Compare(e.Key, high) >= 0) ||
			(i > 0 && bytes.Compare(e.Key, out[i-1].Key) <= 0) {
			return nil, im.damaged("a key is out of order")
		}
	}
	return out, nil
}

// walk visits what stands in the leaves below a page, in order. It ends,
// because no page is read twice.
func (im *image) walk(id uint64, low, high []byte, visit func(Element) error) error {
	b, flag, err := im.page(id, branchFlag, leafFlag)
	if err != nil {
		return err
	}
	elements, err := im.elements(b, flag, low, high)
	if err != nil {
		return err
	}
	for i, e := range elements {
		if flag == leafFlag {
			if err := visit(e); err != nil {
				return err
			}
			continue
		}
		childHigh := high
		if i+1 < len(elements) {
			childHigh = elements[i+1].Key
		}
		if err := im.walk(e.child, e.Key, childHigh, visit); err != nil {
			return err
		}
	}
	return nil
}

// bucket visits a bucket's contents: below a page of its own, or inline behind
// its header.
func (im *image) bucket(e Element, visit func(Element) error) error {
	if len(e.Value) < bucketBytes {
		return im.damaged("a bucket is cut short")
	}
	if root := order.Uint64(e.Value); root != 0 {
		return im.walk(root, nil, nil, visit)
	}
	inline := e.Value[bucketBytes:]
	if len(inline) < pageHeader || order.Uint64(inline) != 0 || order.Uint16(inline[8:]) != leafFlag ||
		order.Uint32(inline[12:]) != 0 {
		return im.damaged("a bucket isn't what it should be")
	}
	elements, err := im.elements(inline, leafFlag, nil, nil)
	if err != nil {
		return err
	}
	for _, e := range elements {
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}

// freelist proves that no page is both free and in use: bbolt would write over
// it.
func (im *image) freelist(id uint64) error {
	if id == noFreelist {
		return nil // bbolt then finds the free pages by itself
	}
	b, _, err := im.page(id, freelistFlag)
	if err != nil {
		return err
	}
	ids := b[pageHeader:]
	count := uint64(order.Uint16(b[10:]))
	if count == 0xFFFF { // the count itself stands first
		count, ids = order.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids))/8 {
		return im.damaged("its list of free pages is cut short")
	}
	for i := range count {
		free := order.Uint64(ids[i*8:])
		if free < 2 || free >= im.top || im.seen[free] {
			return im.damaged("page %d is listed as free, and isn't", free)
		}
		im.seen[free] = true
	}
	return nil
}
