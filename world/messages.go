package world

import (
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
)

type messageRow = Row[domain.HostingMessage]

type messages struct {
	table[domain.MessageID, domain.HostingMessage]
	byRequest index[domain.RequestID, domain.MessageID, domain.HostingMessage]
	kept      census[domain.MessageID, domain.HostingMessage]
	// written counts them by the organisation whose people wrote them.
	written census[domain.MessageID, domain.HostingMessage]
}

func newMessages() messages {
	return messages{
		table: newTable[domain.MessageID, domain.HostingMessage](),
		byRequest: textIndex[domain.RequestID, domain.MessageID](func(r *messageRow) []domain.RequestID {
			return []domain.RequestID{r.Doc.RequestID}
		}),
		kept: newCensus[domain.MessageID](func(r *messageRow) domain.ID { return domain.ID(r.Doc.RequestID) }),
		written: newCensus[domain.MessageID](func(r *messageRow) domain.ID {
			switch r.Doc.Party {
			case domain.PartyProject:
				return domain.ID(r.Sight.Project)
			case domain.PartyLandlord:
				return domain.ID(r.Sight.Landlord)
			}
			return ""
		}),
	}
}

func (t messages) clone() messages {
	return messages{t.table.clone(), t.byRequest.clone(), t.kept.clone(), t.written.clone()}
}

// setMessage takes a message's new document, nil when it is deleted.
func (w *World) setMessage(id domain.MessageID, row *messageRow) (old *messageRow) {
	if row != nil {
		row.Sight = w.messageSight(row.Doc)
	}
	return w.placeMessage(id, row)
}

func (w *World) placeMessage(id domain.MessageID, row *messageRow) (old *messageRow) {
	old = w.messages.replace(id, row)
	w.messages.byRequest.move(id, old, row)
	w.messages.kept.move(old, row)
	w.messages.written.move(old, row)
	w.recent.open.messages.note(id, old, row)
	return old
}

// messageSight: a message is for those who see its request, or one side of it,
// which nobody is while the request is missing.
func (w *World) messageSight(m *domain.HostingMessage) *domain.Sight {
	r, ok := w.Request(m.RequestID)
	if !ok {
		return w.sights.share(m.Sight(&domain.HostingRequest{}, orphan))
	}
	return w.sights.share(m.Sight(r.Doc, *r.Sight))
}

// messagesFollow makes the messages of a request follow its sight.
func (w *World) messagesFollow(id domain.RequestID) {
	for _, m := range slices.Collect(w.MessagesOf(id)) {
		if sight := w.messageSight(m.Doc); sight != m.Sight {
			w.placeMessage(m.Doc.ID, withSight(w, m, sight))
		}
	}
}

// Message finds a message.
func (w *World) Message(id domain.MessageID) (*Row[domain.HostingMessage], bool) {
	return w.messages.get(id)
}

// Messages are all of them, in order of their ids.
func (w *World) Messages() iter.Seq[*Row[domain.HostingMessage]] { return w.messages.all() }

// MessagesOf are those about a request, in order of their ids.
func (w *World) MessagesOf(r domain.RequestID) iter.Seq[*Row[domain.HostingMessage]] {
	return w.messages.pick(w.messages.byRequest.with(r))
}
