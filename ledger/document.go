package ledger

import (
	"fmt"
	"reflect"

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

// Unmarshal reads a document into the zero value that v points to, as
// bson.Unmarshal does: fields that the type doesn't have are ignored, and those
// that the document doesn't have stay zero.
func Unmarshal(doc []byte, v any) error { return (*Sharing)(nil).Unmarshal(doc, v) }

// Unmarshal does what the function Unmarshal does. What it makes is nobody's to
// change.
func (s *Sharing) Unmarshal(doc []byte, v any) error {
	if p := planFor(reflect.TypeOf(v)); p != nil {
		if into := reflect.ValueOf(v).Elem(); into.IsValid() {
			if p.document(s, doc, into) {
				return nil
			}
			into.SetZero()
		}
	}
	// The driver trusts lengths: damaged ones would lead it astray.
	err := bson.Raw(doc).Validate()
	if err == nil {
		err = bson.Unmarshal(doc, v)
	}
	if err != nil {
		return fmt.Errorf("decoding a %T: %w", v, err)
	}
	return nil
}
