package loaders

import (
	"context"
	"fmt"
	"sync"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
)

// What was is read from the ledger: the World says which commits to read.

const (
	// mostPast bounds the commits that one operation reads: some three full pages of
	// a history, or the last versions of a hundred objects.
	mostPast = 300
	// mostKept bounds the bytes of read commits that an operation keeps, for other
	// objects that they wrote. A page of spaces that were imported together is of one.
	mostKept = 16 << 20
)

// TooMuchPastError says that an operation asks for more of what was than it may.
type TooMuchPastError struct{}

func (*TooMuchPastError) Error() string { return (*TooMuchPastError)(nil).Say(domain.English) }

// ErrorCode is the code that programs read.
func (*TooMuchPastError) ErrorCode() string { return "TOO_MUCH_HISTORY" }

// Facts tell programs the bound.
func (*TooMuchPastError) Facts() map[string]any { return map[string]any{"limit": mostPast} }

// Say is the message for people.
func (*TooMuchPastError) Say(l domain.Locale) string {
	return fmt.Sprintf(l.In(
		"cette opération lit plus de %d versions passées : demandez moins d'objets, ou des pages d'historique plus courtes",
		"this operation reads more than %d past versions: ask for fewer objects, or shorter pages of their histories"), mostPast)
}

// pastRead is what an operation has read of what was.
type pastRead struct {
	mu      sync.Mutex
	commits map[uint64]func() (hub.PastCommit, error)
	reads   int
	bytes   int
	// sights are those under which the documents stood that were shown as of an
	// instant, by the documents.
	sights sync.Map
}

// readCommit reads a commit once for an operation.
func (s *Session) readCommit(ctx context.Context, number uint64) (hub.PastCommit, error) {
	s.past.mu.Lock()
	read, known := s.past.commits[number]
	if !known {
		if s.past.reads++; s.past.reads > mostPast {
			s.past.mu.Unlock()
			return hub.PastCommit{}, &TooMuchPastError{}
		}
		read = sync.OnceValues(func() (hub.PastCommit, error) {
			c, err := s.hub.Commit(ctx, number)
			s.keepPast(c)
			return c, err
		})
		if s.past.commits == nil {
			s.past.commits = make(map[uint64]func() (hub.PastCommit, error))
		}
		s.past.commits[number] = read
	}
	s.past.mu.Unlock()
	return read()
}

// keepPast makes room for a commit that was read.
func (s *Session) keepPast(c hub.PastCommit) {
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	if s.past.bytes += c.Size(); s.past.bytes > mostKept {
		clear(s.past.commits)
		s.past.bytes = 0
	}
}

// written is a document as a commit wrote it.
type written[T any] struct {
	doc    *T
	commit hub.PastCommit
}

// stored is a document as a commit wrote it, without what the World works out.
func stored[T any](ctx context.Context, s *Session, kind domain.Kind, id domain.ID, number uint64) (written[T], error) {
	c, err := s.readCommit(ctx, number)
	if err != nil {
		return written[T]{}, err
	}
	w := written[T]{new(T), c}
	return w, c.Document(kind, id, w.doc)
}
