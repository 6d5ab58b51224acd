package loaders

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// Text is one that an object refers to which the viewer was shown; nil for none,
// and for one that was erased. Errors are the personal store's.
func (s *Session) Text(ctx context.Context, id domain.TextID) (*domain.Text, error) {
	return one(s.texts.get(ctx, s.readTexts, id))
}

func (s *Session) readTexts(ctx context.Context, ids []domain.TextID) (map[domain.TextID]domain.Text, error) {
	return s.hub.ReadTexts(ctx, s.viewer, ids)
}
