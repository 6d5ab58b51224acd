package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/moving"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// File is a backup that was read whole and is what was written. It is a source for
// moving.Carry, which reads it again: what changed meanwhile is found.
type File struct {
	path     string
	header   header
	manifest manifest
	head     ledger.Head
	secret   [32]byte
	digest   [32]byte
	texts    texts.Digest
}

var _ moving.Source = (*File)(nil)

// IsBackup tells whether a file begins like a backup.
func IsBackup(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	var first [4]byte
	_, err = io.ReadFull(f, first[:])
	return err == nil && binary.LittleEndian.Uint32(first[:]) == zstdMagic, nil
}

// zstdMagic is how a frame begins (RFC 8878, section 3.1.1).
const zstdMagic = 0xFD2FB528

// Open proves a backup whole: every entry by its hash, the commits by their chain,
// and both stores by their digests. Errors: *ForeignError, *DamagedError,
// *FormatError, *ledger.FormatError, and those of the file system.
func Open(ctx context.Context, path string) (*File, error) {
	if ours, err := IsBackup(path); err != nil {
		return nil, err
	} else if !ours {
		return nil, &ForeignError{path, "it isn't compressed with Zstandard"}
	}
	f := &File{path: path}
	c := newContents(f)
	if err := f.entries(ctx, c.take); err != nil {
		return nil, err
	}
	return f, c.check()
}

// mostEntry bounds an entry: a part, with a record more.
const mostEntry = partBytes + ledger.MaxCommitBytes + 1<<20

// mostManifest bounds the manifest, which tells of each part.
const mostManifest = 64 << 20

// entries reads the entries one after another, each whole and, once the manifest is
// known, what it says.
func (f *File) entries(ctx context.Context, visit func(name string, content []byte) error) (err error) {
	opened, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer opened.Close()
	compressed, err := zstd.NewReader(bufio.NewReaderSize(opened, 1<<20), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return err
	}
	defer compressed.Close()
	archive := tar.NewReader(compressed)
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		entry, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return f.damaged("it is cut short or changed", err)
		}
		if n == 0 && entry.Name != headerName {
			return f.unlessChanged(compressed, &ForeignError{f.path, fmt.Sprintf("it begins with %.60q", entry.Name)})
		}
		if entry.Size > mostManifest || entry.Size > mostEntry && entry.Name != manifestName {
			return f.damaged(fmt.Sprintf("%.60q is larger than any", entry.Name), nil)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return f.damaged("it is cut short or changed", err)
		}
		if f.head != (ledger.Head{}) && !f.knows(n, entry.Name, content) {
			return f.damaged(fmt.Sprintf("%.60q isn't what it was a moment ago", entry.Name), nil)
		}
		if err := visit(entry.Name, content); errors.Is(err, errEnough) {
			return err
		} else if err != nil {
			return f.unlessChanged(compressed, err)
		}
	}
	// The sum of the contents stands at their end.
	if rest, err := io.Copy(io.Discard, compressed); err != nil {
		return f.damaged("its end is cut short or changed", err)
	} else if rest > 0 {
		return f.damaged("something follows its end", nil)
	}
	return nil
}

// unlessChanged answers what is wrong with the contents, unless these aren't what
// was compressed: their sum stands behind them, and a changed bit may look like a
// newer format.
func (f *File) unlessChanged(rest io.Reader, err error) error {
	if _, changed := io.Copy(io.Discard, rest); changed != nil {
		return f.damaged("it is cut short or changed", changed)
	}
	return err
}

// knows tells whether the nth entry is the one that was proven.
func (f *File) knows(n int, name string, content []byte) bool {
	if n == len(f.manifest.Files) {
		return name == manifestName
	}
	return n < len(f.manifest.Files) && f.manifest.Files[n] == fileOf(name, content)
}

func fileOf(name string, content []byte) file {
	sum := sha256.Sum256(content)
	return file{Name: name, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func (f *File) damaged(what string, err error) error { return &DamagedError{f.path, what, err} }

// contents proves what is read the first time.
type contents struct {
	of    *File
	files []file
	head  ledger.Head
	tally *world.Tally
	texts texts.Digest
	whole bool
}

func newContents(f *File) *contents { return &contents{of: f, tally: world.NewTally()} }

func (c *contents) take(name string, content []byte) error {
	if c.whole {
		return c.of.damaged(fmt.Sprintf("%.60q follows its manifest", name), nil)
	}
	if name != manifestName {
		c.files = append(c.files, fileOf(name, content))
	}
	switch {
	case name == headerName && len(c.files) == 1:
		return c.begin(content)
	case name == manifestName:
		c.whole = true
		if err := json.Unmarshal(content, &c.of.manifest); err != nil {
			return c.of.damaged("its manifest can't be read", err)
		}
		return nil
	case strings.HasPrefix(name, ledgerFolder):
		for commit, err := range commitsIn(content) {
			if err == nil {
				err = commit.Follows(c.head)
			}
			if err == nil {
				err = c.tally.Add(commit)
			}
			if _, newer := errors.AsType[*ledger.FormatError](err); newer {
				return err
			} else if err != nil {
				return c.of.damaged(fmt.Sprintf("after commit %d", c.head.Number), err)
			}
			encoded, err := commit.Encode()
			if err != nil { // a document in it that isn't one
				return c.of.damaged(fmt.Sprintf("commit %d can't be read", commit.Number), err)
			}
			c.head = ledger.Head{Number: commit.Number, Hash: ledger.HashOf(encoded), Format: commit.Format}
		}
		return nil
	case strings.HasPrefix(name, personalFolder):
		for r, err := range recordsIn(content) {
			if err == nil {
				err = c.texts.Add(r)
			}
			if err != nil {
				return c.of.damaged("a record of the personal store can't be read", nil) // nothing of what people wrote
			}
		}
		return nil
	}
	return c.of.damaged(fmt.Sprintf("%.60q is nothing of a backup's", name), nil)
}

func (c *contents) begin(content []byte) error {
	f := c.of
	if err := json.Unmarshal(content, &f.header); err != nil {
		return f.damaged("its header can't be read", err)
	}
	if f.header.Format > Format {
		return &FormatError{f.path, f.header.Format}
	}
	secret, err := hex.DecodeString(f.header.Secret)
	if err != nil || len(secret) != len(f.secret) || f.header.Format < 1 || f.header.Ledger == "" {
		return f.damaged("its header isn't one", nil)
	}
	f.secret = [32]byte(secret)
	c.head = ledger.Genesis(f.header.Ledger)
	return nil
}

// check compares what was read with what the manifest and the header say.
func (c *contents) check() error {
	f, digest := c.of, c.tally.Digest()
	switch h, m := f.header, f.manifest; {
	case !c.whole:
		return f.damaged("its end is missing", nil)
	case fmt.Sprint(m.Files) != fmt.Sprint(c.files):
		return f.damaged("its entries aren't those of its manifest", nil)
	case h.Commit != c.head.Number || h.Hash != c.head.Hash.String() || h.LedgerFormat != c.head.Format:
		return f.damaged(fmt.Sprintf("its ledger ends at commit %d, and not at %d with the hash that it says", c.head.Number, h.Commit), nil)
	case m.Digest != hex.EncodeToString(digest[:]):
		return f.damaged("the digest of its ledger is another", nil)
	case m.Texts != c.texts.String():
		return f.damaged("the digest of its personal store is another", nil)
	}
	f.head, f.digest, f.texts = c.head, digest, c.texts
	return nil
}

// commitsIn yields the commits of a part.
func commitsIn(content []byte) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		for len(content) > 0 {
			n := len(content)
			if n >= 4 {
				n = int(binary.LittleEndian.Uint32(content))
			}
			if n < 5 || n > len(content) {
				yield(ledger.Commit{}, errors.New("a commit is cut short"))
				return
			}
			c, err := ledger.Decode(content[:n:n])
			if !yield(c, err) || err != nil {
				return
			}
			content = content[n:]
		}
	}
}

// recordsIn yields the records of a part.
func recordsIn(content []byte) iter.Seq2[texts.Record, error] {
	return func(yield func(texts.Record, error) bool) {
		for line := range bytes.Lines(content) {
			var r texts.Record
			err := json.Unmarshal(line, &r)
			if err == nil && r == (texts.Record{}) {
				err = errors.New("an empty record")
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// errEnough ends a reading of which no more is wanted.
var errEnough = errors.New("enough")

// parts reads the parts of a folder again.
func (f *File) parts(ctx context.Context, folder string, visit func(content []byte) bool) error {
	err := f.entries(ctx, func(name string, content []byte) error {
		if strings.HasPrefix(name, folder) && !visit(content) {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// LedgerID implements moving.Source.
func (f *File) LedgerID() string { return f.header.Ledger }

// Head implements moving.Source.
func (f *File) Head() ledger.Head { return f.head }

// Secret implements moving.Source.
func (f *File) Secret() [32]byte { return f.secret }

// Commits implements moving.Source.
func (f *File) Commits(ctx context.Context) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		more := true
		err := f.parts(ctx, ledgerFolder, func(content []byte) bool {
			for c, err := range commitsIn(content) {
				if more = yield(c, err) && err == nil; !more {
					return false
				}
			}
			return true
		})
		if err != nil && more {
			yield(ledger.Commit{}, err)
		}
	}
}

// Records implements moving.Source.
func (f *File) Records(ctx context.Context) iter.Seq2[texts.Record, error] {
	return func(yield func(texts.Record, error) bool) {
		more := true
		err := f.parts(ctx, personalFolder, func(content []byte) bool {
			for r, err := range recordsIn(content) {
				if more = yield(r, err) && err == nil; !more {
					return false
				}
			}
			return true
		})
		if err != nil && more {
			yield(texts.Record{}, err)
		}
	}
}

// Later implements moving.Source: a backup knows of none, but for the ids in its
// records.
func (f *File) Later(context.Context) ([]domain.Erasure, error) { return nil, nil }

// Erasures are all that the backup knows of.
func (f *File) Erasures(ctx context.Context) ([]domain.Erasure, error) {
	tally := world.NewTally()
	for c, err := range f.Commits(ctx) {
		if err == nil {
			err = tally.AddErasures(c)
		}
		if err != nil {
			return nil, err
		}
	}
	sieve := moving.NewSieve(tally.Erasures())
	for r, err := range f.Records(ctx) {
		if err != nil {
			return nil, err
		}
		if r.Erased != "" {
			sieve.Passes(r)
		}
	}
	return sieve.Erased(), nil
}

// Created is when the backup was made.
func (f *File) Created() time.Time { return f.header.Created }

// Report says what the backup comes to.
func (f *File) Report() moving.Report {
	return moving.Report{Ledger: f.header.Ledger, Head: f.head, Digest: f.digest, Texts: f.texts, Persons: f.manifest.Persons, Words: f.manifest.Words}
}
