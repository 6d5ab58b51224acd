package world

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"github.com/palier-hub/palier/ledger"
)

// digest is a sum of SHA-256 hashes modulo 2^256, in 64-bit limbs, the lowest
// first. A sum doesn't depend on the order of its terms, and a term can be
// taken out again: so it follows the changes, and equals a recomputation.
type digest [4]uint64

// term is what one stored document adds to the digest: the hash of its kind,
// its id and its bytes, the first two preceded by their length (uvarint).
func term(c ledger.Change) digest {
	h := sha256.New()
	var buf [128]byte
	for _, s := range [...]string{string(c.Kind), string(c.ID)} {
		h.Write(append(binary.AppendUvarint(buf[:0], uint64(len(s))), s...))
	}
	h.Write(c.Doc)
	return digestOf(h.Sum(buf[:0]))
}

// digestOf reads what bytes writes; zero for nil.
func digestOf(b []byte) (d digest) {
	if b == nil {
		return d
	}
	for i := range d {
		d[i] = binary.BigEndian.Uint64(b[sha256.Size-8*(i+1):])
	}
	return d
}

func (d digest) plus(t digest) digest {
	var carry uint64
	for i := range d {
		d[i], carry = bits.Add64(d[i], t[i], carry)
	}
	return d
}

func (d digest) minus(t digest) digest {
	var borrow uint64
	for i := range d {
		d[i], borrow = bits.Sub64(d[i], t[i], borrow)
	}
	return d
}

// bytes writes the number, the highest byte first.
func (d digest) bytes() (b [sha256.Size]byte) {
	for i, limb := range d {
		binary.BigEndian.PutUint64(b[sha256.Size-8*(i+1):], limb)
	}
	return b
}
