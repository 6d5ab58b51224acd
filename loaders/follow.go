package loaders

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/world"
)

// A subscription pulls: it waits for the next World, reads what is new to it
// from there, hands it over, and forgets that World before it waits again. So
// nothing is pinned between two events, and one that isn't read holds back
// nobody and keeps no more than what it has just read.
//
// The session of a subscription is never read from but by Viewer and Locale.
// Each event is made from a fresh World, and its fields are resolved by a fresh
// session, which the HTTP surface opens for each response.

// ResyncError ends a subscription that can't go on from where it stood.
type ResyncError struct {
	Reason domain.ChangeResyncReason
	// EndPosition is where to go on once the data has been read anew.
	EndPosition string
}

func (e *ResyncError) Error() string { return e.Say(domain.English) }

// ErrorCode is the code that programs read.
func (e *ResyncError) ErrorCode() string { return "RESYNC" }

// Facts tell programs where to go on.
func (e *ResyncError) Facts() map[string]any {
	return map[string]any{"reason": string(e.Reason), "endPosition": e.EndPosition}
}

// Say is the message for people.
func (e *ResyncError) Say(l domain.Locale) string {
	return l.In(
		"les changements ne peuvent plus être racontés depuis cette position : relisez les données, puis reprenez après endPosition",
		"the changes can't be told from this position any more: read the data anew, then go on after endPosition")
}

// Ended is why a subscription of this session came to its end; nil when there
// was nothing more to tell. It is asked once the subscription's channel is
// closed.
func (s *Session) Ended() error {
	if err := s.ended.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *Session) end(err error) { s.ended.Store(&err) }

// stream runs what feeds a subscription. What it panics with is a fault of the
// system for this subscriber only.
func stream[T any](s *Session, feed func(send chan<- T) error) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		defer func() {
			if p := recover(); p != nil {
				s.end(fmt.Errorf("following changes: panic: %v\n%s", p, debug.Stack()))
			}
		}()
		if err := feed(out); err != nil {
			s.end(err)
		}
	}()
	return out
}

// mostRead bounds the changes that a subscription reads ahead of its subscriber.
const mostRead = 100

// FollowChanges tells the changes after a position, or from now on, as they
// happen, until the context ends.
func (s *Session) FollowChanges(ctx context.Context, f ChangeFilter, after *string) (<-chan *domain.EntityChange, error) {
	return s.follow(ctx, followed{keeps: f.keeps}, after)
}

// followed says what a subscriber is told of.
type followed struct {
	// keeps tells which changes, whoever may know of them.
	keeps func(world.Change) bool
	// among tells which requests are in the list that is followed, by whom they name;
	// nil when that is no list of requests.
	among func(domain.Ownership) bool
	// over is why nothing more will be told, as of a World whose changes have been;
	// nil when that can't be, or hasn't come about.
	over func(*world.World) error
}

// follow tells what is followed, of what the viewer may know of.
func (s *Session) follow(ctx context.Context, f followed, after *string) (<-chan *domain.EntityChange, error) {
	w := s.hub.World()
	at := world.Place{Commit: w.Commit()}
	if after != nil {
		from, resync, err := s.place(w, *after)
		if ahead, ok := errors.AsType[*hub.NotReachedError](err); ok {
			if err := s.hub.Reach(ctx, s.client, ahead.Asked); err != nil {
				return nil, err
			}
			w = s.hub.World()
			from, resync, err = s.place(w, *after)
		}
		if err != nil {
			return nil, err
		}
		if resync != nil {
			return nil, s.resync(w, *resync)
		}
		at = from
	}
	return stream(s, func(send chan<- *domain.EntityChange) error {
		for ctx.Err() == nil {
			told, end, more, over := s.readOn(at, f)
			for _, change := range told {
				select {
				case send <- change:
				case <-ctx.Done():
					return nil
				}
			}
			if over != nil {
				return over
			}
			if at = end; more {
				continue
			}
			if s.wait(ctx, at.Commit+1) != nil {
				return nil // the subscriber left
			}
		}
		return nil
	}), nil
}

// readOn reads from the newest World, and lets it go. It answers why nothing more
// will be told behind what it has read; nil while there may be.
func (s *Session) readOn(at world.Place, f followed) (told []*domain.EntityChange, end world.Place, more bool, over error) {
	w := s.hub.World()
	if at.Commit < w.Remembers() {
		return nil, at, false, s.resync(w, domain.ResyncPositionForgotten)
	}
	told, end, more = s.changesAfter(w, at, f, mostRead)
	if f.over != nil && !more {
		over = f.over(w)
	}
	return told, end, more, over
}

// wait returns when the hub has come to a commit, without its World. The error
// is the context's.
func (s *Session) wait(ctx context.Context, commit uint64) error {
	_, err := s.hub.Wait(ctx, commit)
	return err
}

func (s *Session) resync(w *world.World, reason domain.ChangeResyncReason) *ResyncError {
	return &ResyncError{Reason: reason, EndPosition: s.positionOf(w.LedgerID(), world.Place{Commit: w.Commit()})}
}

// MatchesFollowed says which changes of matches are told: after which commit
// (nil for from now on), under which filter, and how many at once.
type MatchesFollowed struct {
	Since  *int
	Filter domain.SpaceMatchFilter
	First  int
}

// FollowNeedMatches tells what changes in NeedMatches as it happens, until the
// context ends or the viewer may see the need no more.
func (s *Session) FollowNeedMatches(ctx context.Context, id domain.NeedID, f MatchesFollowed) (<-chan *domain.SpaceMatchChangeConnection, error) {
	return s.followMatches(ctx, f.Since, func(fresh *Session, since int) (*domain.SpaceMatchChangeConnection, error) {
		need, ok := fresh.Need(id)
		if !ok {
			return nil, domain.NotFound{Path: []string{"needId"}, Type: domain.KindNeed.TypeName(), What: string(id)}
		}
		return fresh.NeedMatchChanges(ctx, need, f.Filter, f.page(since))
	})
}

// FollowSpaceMatches tells what changes in SpaceMatches as it happens, until the
// context ends or the viewer may see the space no more.
func (s *Session) FollowSpaceMatches(ctx context.Context, id domain.SpaceID, f MatchesFollowed) (<-chan *domain.SpaceMatchChangeConnection, error) {
	return s.followMatches(ctx, f.Since, func(fresh *Session, since int) (*domain.SpaceMatchChangeConnection, error) {
		space, ok := fresh.Space(id)
		if !ok {
			return nil, domain.NotFound{Path: []string{"spaceId"}, Type: domain.KindSpace.TypeName(), What: string(id)}
		}
		return fresh.SpaceMatchChanges(ctx, space, f.Filter, f.page(since))
	})
}

func (f MatchesFollowed) page(since int) ChangesPage {
	return ChangesPage{MatchPage: MatchPage{Page: Page{First: f.First, Totals: true}}, Since: since}
}

// mostQuiet is how many commits may pass without an event before an empty one
// says that nothing changed: well before the commit told last is forgotten.
const mostQuiet = 1000

// followMatches tells the differences between one World and the next.
func (s *Session) followMatches(ctx context.Context, since *int, compare func(fresh *Session, since int) (*domain.SpaceMatchChangeConnection, error)) (<-chan *domain.SpaceMatchChangeConnection, error) {
	if since != nil && *since > 0 { // another hub may have said it
		if err := s.hub.Reach(ctx, s.client, uint64(*since)); err != nil {
			return nil, err
		}
	}
	first, err := s.compareFresh(ctx, since, compare)
	if err != nil {
		return nil, err
	}
	return stream(s, func(send chan<- *domain.SpaceMatchChangeConnection) error {
		event := first
		first = nil // for the one who reads it alone
		for at, told := event.ToCommit, event.ToCommit; ; {
			if event.TotalCount > 0 || event.Resync() || at >= told+mostQuiet || at == told {
				select {
				case send <- event:
				case <-ctx.Done():
					return nil
				}
				told = at
			}
			if event.Resync() {
				return nil
			}
			event = nil // while waiting
			if s.wait(ctx, uint64(at)+1) != nil {
				return nil
			}
			if event, err = s.compareFresh(ctx, &at, compare); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				return err
			}
			at = event.ToCommit
		}
	}), nil
}

// compareFresh compares a commit, by default the present one, with the newest
// World. After midnight every list has to be compared anew at once: only so many
// are as there are cores, so that queries are answered meanwhile.
func (s *Session) compareFresh(ctx context.Context, since *int, compare func(fresh *Session, since int) (*domain.SpaceMatchChangeConnection, error)) (*domain.SpaceMatchChangeConnection, error) {
	select {
	case s.comparing <- struct{}{}:
		defer func() { <-s.comparing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	fresh := s.Open(s.viewer, s.locale)
	from := int(fresh.World().Commit())
	if since != nil {
		from = *since
	}
	return compare(fresh, from)
}
