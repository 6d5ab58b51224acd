package ledger

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Marshal writes a domain value as the document that a Change carries. Pure
// function of the value: fields stand in the struct's order. What a type must
// keep to, so that a round trip loses nothing:
//
//   - a nil slice (unknown) and an empty one (none) both come back as they
//     were, unless the field's tag says omitempty, which makes both nil;
//   - times are cut to milliseconds and come back in UTC;
//   - no maps, whose order is random.
func Marshal(v any) ([]byte, error) {
	doc, err := bson.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding a %T: %w", v, err)
	}
	return doc, nil
}

// Unmarshal reads a document into the value that v points to. Fields that the
// type doesn't have are ignored; v should be a zero value, since absent fields
// are left as they are.
func Unmarshal(doc []byte, v any) error {
	if err := bson.Unmarshal(doc, v); err != nil {
		return fmt.Errorf("decoding a %T: %w", v, err)
	}
	return nil
}
