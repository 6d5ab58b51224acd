package loaders

import (
	"fmt"
	"slices"
	"sync"

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
	if p.After == nil { // else it is a page of this request alone
		s.talks.together(fmt.Sprint(f, order, p.First), func(other domain.RequestID) {
			if out, err := page(s, s.messageList(other, f, order), Page{First: p.First}); err == nil {
				s.wantMessage(out.Nodes...)
			}
		})
	}
	out, err := page(s, s.messageList(id, f, order), p)
	if err != nil {
		return nil, err
	}
	s.wantMessage(out.Nodes...)
	return out, nil
}

func (s *Session) messageList(id domain.RequestID, f domain.HostingMessageFilter, order domain.HostingMessageOrder) list[domain.HostingMessage] {
	sign := int64(1)
	if order == domain.MessagesNewest {
		sign = -1
	}
	return list[domain.HostingMessage]{
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
	}
}

// wantMessage notes what messages may be asked for.
func (s *Session) wantMessage(messages ...*domain.HostingMessage) {
	for _, m := range messages {
		s.texts.want(m.Body)
		s.people.want(m.Person)
	}
}

// talks are the requests of the answer, whose messages are likely to be asked for
// in the same way: what they say is read at once.
type talks struct {
	mu       sync.Mutex
	requests []domain.RequestID
	asked    map[string]int
}

// of notes a request that is shown.
func (t *talks) of(id domain.RequestID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !slices.Contains(t.requests, id) {
		t.requests = append(t.requests, id)
	}
}

// together visits the requests whose messages weren't asked for in a way yet.
// Whoever asks in the same way waits until it is done.
func (t *talks) together(way string, visit func(domain.RequestID)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asked == nil {
		t.asked = make(map[string]int)
	}
	for _, id := range t.requests[t.asked[way]:] {
		visit(id)
	}
	t.asked[way] = len(t.requests)
}
