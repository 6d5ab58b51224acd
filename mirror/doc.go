// Package mirror keeps ordinary collections of what a hub holds, in a MongoDB
// database of its own, for analysts and their tools. No hub reads them. They hold
// what one viewer may see, an observer or the public, and nothing that is personal;
// they can be made anew at any time from the ledger.
package mirror

import "fmt"

// LedgerError says that a mirror was to go into a database where a ledger or a
// personal store is.
type LedgerError struct{ Database, Collection string }

func (e *LedgerError) Error() string {
	return fmt.Sprintf("database %s has the collection %s, a hub's own: give the mirror a database of its own, such as mongodb://host/analysts", e.Database, e.Collection)
}

// ForeignError says that a database has collections of somebody else's under the
// names of the mirror's.
type ForeignError struct{ Database, Collection string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("database %s has a collection %s that isn't a mirror's. It was left as it is: choose another database", e.Database, e.Collection)
}

// OtherLedgerError says that a database mirrors another ledger.
type OtherLedgerError struct{ Database, Stored, Asked string }

func (e *OtherLedgerError) Error() string {
	return fmt.Sprintf("database %s mirrors ledger %s, and this is ledger %s: choose another database, or make it anew with --rebuild", e.Database, e.Stored, e.Asked)
}
