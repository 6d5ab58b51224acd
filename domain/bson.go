package domain

import (
	"encoding/binary"
	"fmt"
)

// Dates and times of day are stored as strings. These few lines write and read
// that one BSON type (bsonspec.org, version 1.1: int32 length with the final
// zero, bytes, zero), so that the package needs no codec.

const bsonString byte = 0x02

func appendBSONString(dst []byte, s string) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)+1))
	dst = append(dst, s...)
	return append(dst, 0)
}

func readBSONString(typ byte, data []byte) (string, error) {
	if typ != bsonString || len(data) < 5 {
		return "", fmt.Errorf("stored value of type 0x%02x where a string is due", typ)
	}
	n := int(binary.LittleEndian.Uint32(data))
	if n < 1 || n > len(data)-4 || data[4+n-1] != 0 {
		return "", fmt.Errorf("stored string is cut short")
	}
	return string(data[4 : 4+n-1]), nil
}
