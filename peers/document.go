package peers

import (
	"crypto/sha256"
	"encoding/hex"
)

// MostDocument is the longest document that is kept, in bytes: the longest queries
// of portals have some 20 kB.
const MostDocument = 32 << 10

// Hash is the SHA-256 of a document.
type Hash [sha256.Size]byte

// HashOf is the hash of a document.
func HashOf(text string) Hash { return sha256.Sum256([]byte(text)) }

// ParseHash reads a hash in 64 hexadecimal digits, of which letters are small: one
// hash is written one way.
func ParseHash(text string) (h Hash, ok bool) {
	if len(text) != hex.EncodedLen(len(h)) {
		return Hash{}, false
	}
	if _, err := hex.Decode(h[:], []byte(text)); err != nil || h.String() != text {
		return Hash{}, false
	}
	return h, true
}

// String is what ParseHash reads.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }
