// Package domain holds Palier's vocabulary: the entities, their value types,
// the code lists, the rules that are methods of one value, the refusals, and
// who may do what. It imports the standard library only.
//
// An entity struct is at once the GraphQL type (bound by gqlgen) and the stored
// document (its bson tags). Stored names are part of the ledger's format: a tag
// is never renamed, only superseded by an upcaster. Optional values are
// pointers or nil slices: nil is unknown, never zero.
package domain
