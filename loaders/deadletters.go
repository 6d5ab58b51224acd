package loaders

import "github.com/palier-hub/palier/domain"

// DeadLetter is a mailing by its id, dead or not any more.
func (s *Session) DeadLetter(id domain.MailingID) (*domain.Mailing, bool) {
	row, ok := s.World().Mailing(id)
	return seen(s, row, ok)
}

// DeadLetters are those that the viewer may see, the oldest first: staff all,
// others none.
func (s *Session) DeadLetters(f domain.DeadLetterFilter, p Page) (*domain.DeadLetterConnection, error) {
	return page(s, list[domain.Mailing]{
		scope: []any{"deadLetters", f},
		rows:  s.World().DeadLetters(),
		id:    func(m *domain.Mailing) string { return string(m.ID) },
		keep:  func(m *domain.Mailing) bool { return anyOf(f.Reasons, m.Reason) },
		key:   func(m *domain.Mailing) sortKey { return sortKey{Numbers: []int64{m.At.UnixMilli()}} },
		facets: []facet[domain.Mailing]{
			{"reason", "DeadLetterReason", func(m *domain.Mailing) []string { return texts(m.Reason) }},
		},
	}, p)
}
