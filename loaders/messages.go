package loaders

import (
	"github.com/palier-hub/palier/domain"
)

// Message by id.
func (s *Session) Message(id domain.MessageID) (*domain.HostingMessage, bool) {
	row, ok := s.World().Message(id)
	m, ok := seen(s, row, ok)
	if ok {
		s.wantMessage(m)
	}
	return m, ok
}

// MessagesOf are those about a request that the viewer may see.
func (s *Session) MessagesOf(id domain.RequestID, f domain.HostingMessageFilter, order domain.HostingMessageOrder, p Page) (*domain.HostingMessageConnection, error) {
	sign := int64(1)
	if order == domain.MessagesNewest {
		sign = -1
	}
	out, err := page(s, list[domain.HostingMessage]{
		scope: []any{"messagesOf", id, f, order},
		rows:  s.World().MessagesOf(id),
		id:    func(m *domain.HostingMessage) string { return string(m.ID) },
		keep: func(m *domain.HostingMessage) bool {
			return anyOf(f.Parties, m.Party) && anyOf(f.Audiences, m.Audience)
		},
		key: func(m *domain.HostingMessage) sortKey { return sortKey{Numbers: []int64{sign * int64(m.Commit)}} },
		facets: []facet[domain.HostingMessage]{
			{"party", "HostingRequestParty", func(m *domain.HostingMessage) []string { return texts(m.Party) }},
			{"audience", "HostingMessageAudience", func(m *domain.HostingMessage) []string { return texts(m.Audience) }},
		},
	}, p)
	if err != nil {
		return nil, err
	}
	for _, m := range out.Nodes {
		s.wantMessage(m)
	}
	return out, nil
}

// wantMessage notes what a message may be asked for.
func (s *Session) wantMessage(m *domain.HostingMessage) {
	s.texts.want(m.Body)
	s.people.want(m.Person)
}
