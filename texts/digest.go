package texts

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
)

// Digest identifies the persons and texts that a store keeps: the sum modulo 2^256
// of the SHA-256 hashes of their JSON, each as a Record. It doesn't depend on their
// order, nor on what was erased.
type Digest [sha256.Size]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Add takes a record in.
func (d *Digest) Add(r Record) error {
	if r.Erased != "" {
		return nil
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encoding a record: %w", err)
	}
	sum := sha256.Sum256(encoded)
	total := new(big.Int).Add(new(big.Int).SetBytes(d[:]), new(big.Int).SetBytes(sum[:]))
	total.Mod(total, modulus).FillBytes(d[:])
	return nil
}

var modulus = new(big.Int).Lsh(big.NewInt(1), 8*sha256.Size)
