// Package backup makes one portable file of a ledger and its personal store, and
// reads it again. The file is a tar archive compressed with Zstandard (RFC 8878),
// so that any tool opens it; docs/backup.md describes what is in it.
package backup

import "fmt"

// Format counts the ways backups have been laid out.
const Format = 1

// The names of the entries, in their order: the header, the ledger's parts, the
// personal store's parts, and the manifest, without which a backup isn't whole.
const (
	headerName     = "palier-backup.json"
	ledgerFolder   = "ledger/"
	personalFolder = "personal/"
	manifestName   = "manifest.json"
)

// ForeignError says that a file isn't a backup of ours.
type ForeignError struct{ Path, What string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s isn't a backup that palier made: %s", e.Path, e.What)
}

// DamagedError says that a backup isn't what was written.
type DamagedError struct {
	Path, What string
	// Err is the cause, when there is one.
	Err error
}

func (e *DamagedError) Error() string {
	s := fmt.Sprintf("the backup %s is damaged: %s", e.Path, e.What)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s + ". Take another copy of it, or an earlier backup"
}

func (e *DamagedError) Unwrap() error { return e.Err }

// FormatError says that a backup was made by a release from after this program.
type FormatError struct {
	Path   string
	Format int
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("the backup %s is of format %d, this program knows formats up to %d: run a newer release", e.Path, e.Format, Format)
}

// ExistsError says that there is a file already where a backup was to be made.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string {
	return e.Path + " is there already. It was left as it is: choose another name"
}
