package hub

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.Cleanup(mongotest.Exit)) }

// Opening founds an empty ledger, and writes nothing to one that is up to date.
func TestOpen(t *testing.T) {
	s := newStage(t)
	founded := s.ledger.commits(t)
	if len(founded) != 2 || founded[0].Action != "settings.adopt" || founded[1].Action != "calendar.turn_day" || founded[0].Actor != "" {
		t.Fatalf("it founds with %+v", founded)
	}
	want := domain.Settings{Ruleset: "2026-test", Geography: s.Atlas.Version(), Today: domain.NewDate(2026, 9, 1)}
	if got := s.World().Settings(); got != want {
		t.Errorf("the settings are %+v, want %+v", got, want)
	}
	s.landlord("x", true)
	if again := s.second(); again.World().Commit() != 3 || again.World().Digest() != s.World().Digest() {
		t.Errorf("opened again, it is at commit %d", again.World().Commit())
	}
	newer := config(t, s.ledger, s.clock.tell)
	newer.Ruleset = "2027-test"
	if h := opened(t, newer); h.World().Commit() != 4 || h.World().Settings().Ruleset != "2027-test" {
		t.Errorf("a new release leaves %+v at commit %d", h.World().Settings(), h.World().Commit())
	}
}

// What stops a hub from opening is said, and nothing is left running.
func TestOpenFails(t *testing.T) {
	for name, arrange := range map[string]func(*memory){
		"closed":              func(m *memory) { m.Close() },
		"can't be written to": func(m *memory) { m.next(away) },
		"goes away meanwhile": func(m *memory) {
			m.next(func(ctx context.Context, m *memory, run []ledger.Commit) (int, error) { return m.store(ctx, run) }, away)
		},
	} {
		m := newMemory()
		arrange(m)
		if _, err := Open(t.Context(), config(t, m, newClock().tell)); err == nil {
			t.Errorf("%s: it opens", name)
		}
	}
	c := config(t, newMemory(), newClock().tell)
	c.Entropy = strings.NewReader("too little")
	if _, err := Open(t.Context(), c); err == nil {
		t.Error("without entropy: it opens")
	}
}

// The day turns at midnight in Paris, once, and never back.
func TestTurnDay(t *testing.T) {
	s := newStage(t)
	for _, test := range []struct {
		clock   time.Time
		want    domain.Date
		commits uint64
	}{
		{time.Date(2026, 9, 1, 21, 59, 0, 0, time.UTC), domain.NewDate(2026, 9, 1), 0},
		{time.Date(2026, 9, 1, 22, 0, 0, 0, time.UTC), domain.NewDate(2026, 9, 2), 1}, // summer time: UTC+2
		{time.Date(2026, 9, 2, 3, 0, 0, 0, time.UTC), domain.NewDate(2026, 9, 2), 0},
		{time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), domain.NewDate(2026, 9, 2), 0}, // a clock set back
		{time.Date(2027, 1, 15, 23, 0, 0, 0, time.UTC), domain.NewDate(2027, 1, 16), 1},
	} {
		before := s.World().Commit()
		s.clock.move(test.clock.Sub(s.clock.tell()))
		if err := s.TurnDay(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.World().Today() != test.want || s.World().Commit() != before+test.commits {
			t.Errorf("at %s it is %s, after %d commits", test.clock, s.World().Today(), s.World().Commit()-before)
		}
	}
	if outcome := s.do(itself, turnDay{Today: domain.NewDate(2026, 9, 2)}); outcome.Commit != 0 {
		t.Errorf("another replica's clock turned the day back, at commit %d", outcome.Commit)
	}
	// Another replica turned it already: there is nothing to do.
	other := s.second()
	s.clock.move(24 * time.Hour)
	if err := errors.Join(s.TurnDay(t.Context()), other.TurnDay(t.Context())); err != nil {
		t.Fatal(err)
	}
	if other.World().Digest() != s.World().Digest() {
		t.Error("the replicas differ")
	}
}

// KeepCalendar turns the day while it runs, and tries again when it can't.
func TestKeepCalendar(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go s.KeepCalendar(ctx)
		s.ledger.next(away)
		s.clock.move(24 * time.Hour)
		time.Sleep(90 * time.Second) // the bubble's time
		synctest.Wait()
		if s.World().Today() != domain.NewDate(2026, 9, 1) {
			t.Error("the ledger was away, and the day turned")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.World().Today() != domain.NewDate(2026, 9, 2) {
			t.Error("it didn't try again")
		}
	})
}

// Conditions of the system say what to do, in both languages.
func TestConditions(t *testing.T) {
	for _, c := range []interface {
		error
		ErrorCode() string
		Say(domain.Locale) string
	}{&BusyError{}, &UnavailableError{Err: ledger.ErrUnavailable}, &OutcomeUnknownError{}, &OutcomeUnknownError{Key: "k"}} {
		french, english := c.Say(domain.French), c.Say(domain.English)
		if c.ErrorCode() == "" || french == "" || french == english || !strings.HasPrefix(c.Error(), english) {
			t.Errorf("%T: %q, %q, %q", c, french, english, c.Error())
		}
	}
	if (&OutcomeUnknownError{}).Facts() != nil {
		t.Error("no key is a fact")
	}
}
