package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
)

// What one subscriber is told of a change, an equal one is told in the same bytes:
// they are made once, and written to both. Equal is who asks for the same fields, in
// the same language, as the same viewer, and is told the same effect of the same
// change, from the same World.

// sharing makes the events that subscribers share.
type sharing struct {
	// present is the newest commit, of the World that fields are resolved from.
	present func() uint64

	mu sync.Mutex
	// commit is the newest that an event was made of; those of earlier ones are
	// forgotten, so that nobody is shown what was.
	commit uint64
	events map[sharedKey]*sharedEvent
}

// mostShared bounds the events that are kept of one commit.
const mostShared = 1000

// sharedKey is all that the bytes of an event depend on.
type sharedKey struct {
	// operation is what subscribers ask for.
	operation [sha256.Size]byte
	// viewer is the whole of who asks: of the same organisation, and the same person.
	viewer domain.Viewer
	locale domain.Locale
	// commit of the World.
	commit uint64
	// The change, by its place and by what it is for this viewer.
	position string
	effect   domain.ChangeEffect
	action   string
}

// sharedEvent is one in the making until it is done.
type sharedEvent struct {
	done chan struct{}
	// payload is nil when it can't be shared.
	payload []byte
}

// of answers the payload of an event that another subscriber has made, or composes it.
// Composing answers the commit that it is of, and whether it is whole: one in which
// something failed is its own subscriber's. Nil when the context has ended.
func (s *sharing) of(ctx context.Context, key sharedKey, compose func() (payload []byte, of uint64, whole bool)) []byte {
	for {
		key.commit = s.present()
		event, mine := s.enter(key)
		switch {
		case event == nil:
			payload, _, _ := compose()
			return payload
		case mine:
			defer close(event.done)
			payload, of, whole := compose()
			if whole && of == key.commit {
				event.payload = payload
			}
			return payload
		}
		select {
		case <-event.done:
		case <-ctx.Done():
			return nil
		}
		if event.payload != nil {
			return event.payload
		}
		s.forget(key, event)
	}
}

// enter answers the event of a key, and whether it is the caller's to make; nil when
// it isn't one to share.
func (s *sharing) enter(key sharedKey) (event *sharedEvent, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key.commit > s.commit {
		s.commit, s.events = key.commit, make(map[sharedKey]*sharedEvent)
	}
	if event, made := s.events[key]; made {
		return event, false
	}
	if key.commit < s.commit || len(s.events) >= mostShared {
		return nil, false
	}
	event = &sharedEvent{done: make(chan struct{})}
	s.events[key] = event
	return event, true
}

// forget drops an event that couldn't be shared.
func (s *sharing) forget(key sharedKey, event *sharedEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.events[key] == event {
		delete(s.events, key)
	}
}

// feed is a subscription to changes whose events are shared: they are taken from the
// source, and handed to the executor only to be made.
type feed struct {
	source <-chan *domain.EntityChange
	relay  chan *domain.EntityChange
	key    sharedKey
}

// tapped takes the source of a subscription of changes from the executor, as its
// resolver answers it.
func (f *feed) tapped(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		answer, err := next(ctx, resolve)
		source, changes := answer.(<-chan *domain.EntityChange)
		if !changes || err != nil || graphql.GetFieldContext(ctx).Object != "Subscription" {
			return answer, err
		}
		f.source, f.relay = source, make(chan *domain.EntityChange, 1)
		return (<-chan *domain.EntityChange)(f.relay), nil
	}
}

// keyOf is what all the events of a subscription depend on. What its own field is
// given decides which changes are told, not how: so clients that resume from
// different positions share events.
func keyOf(operation *graphql.OperationContext, x *exchange) (key sharedKey, ok bool) {
	used := make(map[string]any)
	seen := make(map[string]bool)
	for _, selection := range operation.Operation.SelectionSet {
		field, plain := selection.(*ast.Field)
		if !plain {
			return key, false
		}
		note(used, field.SelectionSet, operation.Variables, seen)
	}
	text, err := json.Marshal([]any{operation.RawQuery, operation.OperationName, used})
	if err != nil {
		return key, false
	}
	return sharedKey{operation: sha256.Sum256(text), viewer: x.viewer, locale: x.locale}, true
}

// note collects the variables that a selection uses. Each fragment is looked at
// once.
func note(used map[string]any, set ast.SelectionSet, variables map[string]any, seen map[string]bool) {
	var values func(*ast.Value)
	values = func(v *ast.Value) {
		if v.Kind == ast.Variable {
			used[v.Raw] = variables[v.Raw]
		}
		for _, child := range v.Children {
			values(child.Value)
		}
	}
	arguments := func(list ast.ArgumentList) {
		for _, a := range list {
			values(a.Value)
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			arguments(d.Arguments)
		}
	}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			arguments(s.Arguments)
			directives(s.Directives)
			note(used, s.SelectionSet, variables, seen)
		case *ast.InlineFragment:
			directives(s.Directives)
			note(used, s.SelectionSet, variables, seen)
		case *ast.FragmentSpread:
			directives(s.Directives)
			if s.Definition != nil && !seen[s.Name] {
				seen[s.Name] = true
				note(used, s.Definition.SelectionSet, variables, seen)
			}
		}
	}
}

// with is the key of one event.
func (k sharedKey) with(c *domain.EntityChange) sharedKey {
	k.position, k.effect = c.Position, c.Effect
	if c.Action != nil {
		k.action = *c.Action
	}
	return k
}

// commitOf is the commit that a response says it is of; 0 when it doesn't.
func commitOf(response *graphql.Response) uint64 {
	facts, _ := response.Extensions["palier"].(map[string]any)
	commit, _ := facts["commit"].(uint64)
	return commit
}
