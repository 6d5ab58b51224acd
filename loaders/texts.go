package loaders

import (
	"context"
	"fmt"
	"sync"

	"github.com/palier-hub/palier/domain"
)

// typed are the texts of the personal store that the objects shown refer to. They
// are read when the first is asked for, all those known by then at once: a level
// of an answer costs one read, whatever its size.
type typed struct {
	mu     sync.Mutex
	wanted map[domain.TextID]bool
	read   map[domain.TextID]domain.Text
}

// want notes texts that may be asked for.
func (t *typed) want(ids ...domain.TextID) {
	if len(ids) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.wanted == nil {
		t.wanted = make(map[domain.TextID]bool)
	}
	for _, id := range ids {
		t.wanted[id] = true
	}
}

// Text is one that an object refers to which the viewer was shown; nil for none,
// and for one that was erased. Errors are the personal store's.
func (s *Session) Text(ctx context.Context, id domain.TextID) (*domain.Text, error) {
	if id == "" {
		return nil, nil
	}
	s.texts.want(id)
	s.texts.mu.Lock()
	defer s.texts.mu.Unlock()
	var missing []domain.TextID
	if _, known := s.texts.read[id]; !known {
		for id := range s.texts.wanted {
			if _, known := s.texts.read[id]; !known {
				missing = append(missing, id)
			}
		}
	}
	if len(missing) > 0 {
		found, err := s.hub.Texts.Texts(ctx, missing)
		if err != nil {
			return nil, fmt.Errorf("reading texts: %w", err)
		}
		if s.texts.read == nil {
			s.texts.read = make(map[domain.TextID]domain.Text, len(missing))
		}
		for _, id := range missing {
			s.texts.read[id] = found[id] // an empty one is erased
		}
	}
	text := s.texts.read[id]
	if text.ID == "" {
		return nil, nil
	}
	return &text, nil
}
