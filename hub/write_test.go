package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// inBubble runs a test on a stage in a bubble, where time passes only when
// everything waits, and a goroutine left behind is a failure.
func inBubble(t *testing.T, test func(t *testing.T, s *stage)) {
	t.Helper()
	if _, err := loadAtlas(); err != nil { // outside: it is shared
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { test(t, newStage(t)) })
}

// send gives a command in a goroutine of its own, and returns when it is in the
// queue or further.
func (s *stage) send(ctx context.Context, c Command, key string) <-chan result {
	answer := make(chan result, 1)
	go func() {
		outcome, err := s.Do(ctx, staff, c, key)
		answer <- result{outcome, err}
	}()
	synctest.Wait()
	return answer
}

// register is a landlord's, by name and number.
func register(name string, siren domain.Siren) Command {
	f := landlordFields(name)
	f.Siren = &siren
	return RegisterLandlord{Landlord: f}
}

// blocked keeps the writer in an Append until it is let go.
func (s *stage) blocked() (first <-chan result, letGo func()) {
	s.t.Helper()
	begun, gate := make(chan struct{}), make(chan struct{})
	s.ledger.next(slow(begun, gate))
	first = s.send(s.t.Context(), RegisterLandlord{Landlord: landlordFields("blocking")}, "")
	<-begun
	return first, func() { close(gate); synctest.Wait() }
}

func open(answer <-chan result) bool { return len(answer) == 0 }

// What is acknowledged is durable, and nothing that isn't can be read.
func TestAcknowledgedIsDurable(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		before := s.World()
		answer, letGo := s.blocked()
		if !open(answer) || s.World() != before {
			t.Error("a commit shows before it is durable")
		}
		if all := s.ledger.commits(t); len(all) != int(before.Commit()) {
			t.Fatalf("%d commits", len(all))
		}
		letGo()
		r := <-answer
		if r.err != nil {
			t.Fatal(r.err)
		}
		if s.World() != r.outcome.World || r.outcome.Commit != before.Commit()+1 || len(s.ledger.commits(t)) != int(r.outcome.Commit) {
			t.Errorf("commit %d is acknowledged, of %d", r.outcome.Commit, len(s.ledger.commits(t)))
		}
	})
}

// Commands that arrive while the ledger writes form its next run, up to a limit.
func TestBatches(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		_, letGo := s.blocked()
		var answers []<-chan result
		for i := range mostBatched + 10 {
			answers = append(answers, s.send(t.Context(), RegisterLandlord{Landlord: landlordFields(fmt.Sprint(i))}, ""))
		}
		before := s.ledger.appends
		letGo()
		for i, answer := range answers {
			if r := <-answer; r.err != nil || i > 0 && r.outcome.Commit == 0 {
				t.Fatal(r.err)
			}
		}
		if runs := s.ledger.appends - before; runs != 2 {
			t.Errorf("%d commands took %d runs", len(answers), runs)
		}
	})
}

// A refusal that rests on commits of its batch is given when these are durable;
// one that doesn't need not wait.
func TestRefusalsRestOnWhatIsDurable(t *testing.T) {
	for _, test := range []struct {
		name  string
		then  fault
		codes [3]string
	}{
		{"the run lands", nil, [3]string{"accepted", "INVALID_INPUT", "ALREADY_EXISTS"}},
		{"the run is lost", away, [3]string{"*hub.UnavailableError", "*hub.UnavailableError", "*hub.UnavailableError"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *stage) {
				_, letGoFirst := s.blocked()
				ctx := t.Context()
				early := s.send(ctx, RegisterLandlord{}, "")
				answers := []<-chan result{
					s.send(ctx, register("a", sirens[0]), ""),
					s.send(ctx, RegisterLandlord{Landlord: domain.LandlordFields{Kind: domain.LandlordKindOph}}, ""),
					s.send(ctx, register("b", sirens[0]), ""),
				}
				begun, gate := make(chan struct{}), make(chan struct{})
				s.ledger.next(func(ctx context.Context, m *memory, run []ledger.Commit) (int, error) {
					if test.then == nil {
						return slow(begun, gate)(ctx, m, run)
					}
					close(begun)
					<-gate
					return test.then(ctx, m, run)
				})
				letGoFirst()
				<-begun
				synctest.Wait()
				if open(early) {
					t.Error("a refusal that rests on what is durable waits for the ledger")
				}
				for i, answer := range answers {
					if !open(answer) {
						t.Errorf("answer %d was given before the commit that it rests on is durable", i)
					}
				}
				close(gate)
				for i, answer := range answers {
					if got := codesOf((<-answer).err); got != test.codes[i] {
						t.Errorf("answer %d is %s, want %s", i, got, test.codes[i])
					}
				}
			})
		})
	}
}

// Whatever becomes of an append, the command takes effect once, and its client
// is told so.
func TestUnknownOutcomes(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults []fault
	}{
		{"it landed", []fault{landed}},
		{"it didn't land", []fault{lost}},
		{"it lands late", []fault{late}},
		{"again and again", []fault{lost, lost, late, lost, landed}},
		{"then the ledger is away", []fault{lost, away, away}},
		{"it landed, then the ledger is away", []fault{landed, away}},
		{"a part of it is there", []fault{prefix(1, lost)}},
		{"a part of it is there, the rest landed", []fault{prefix(2, landed), away}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *stage) {
				_, letGo := s.blocked()
				var answers []<-chan result
				for i := range 3 {
					answers = append(answers, s.send(t.Context(), register(fmt.Sprint(i), sirens[i]), ""))
				}
				s.ledger.next(test.faults...)
				letGo()
				for i, answer := range answers {
					r := <-answer
					if r.err != nil {
						t.Fatalf("command %d: %v", i, r.err)
					}
					if row, ok := r.outcome.World.LandlordBySiren(sirens[i]); !ok || domain.ID(row.Doc.ID) != r.outcome.Object {
						t.Errorf("command %d: it isn't in its World", i)
					}
				}
				s.agrees(2 + 1 + 3) // the opening's, the blocking one, these
			})
		})
	}
}

// agrees checks that the World is what a replay of the ledger makes, of so many
// commits, each with an id of its own.
func (s *stage) agrees(commits int) {
	s.t.Helper()
	replayed, err := world.Load(s.t.Context(), s.ledger, s.Atlas)
	if err != nil {
		s.t.Fatal(err)
	}
	now := s.World()
	if now.Digest() != replayed.Digest() || now.Head() != replayed.Head() || !now.Time().Equal(replayed.Time()) {
		s.t.Errorf("the World at commit %d isn't what the ledger says at %d", now.Commit(), replayed.Commit())
	}
	ids := map[ledger.CommitID]bool{}
	for _, c := range s.ledger.commits(s.t) {
		ids[c.ID] = true
	}
	if len(ids) != commits || int(now.Commit()) != commits {
		s.t.Errorf("%d commits, with %d ids, want %d", now.Commit(), len(ids), commits)
	}
}

// When nothing was kept, that is said, and the next command may succeed.
func TestUnavailable(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		s.ledger.next(away)
		_, err := s.Do(t.Context(), staff, register("a", sirens[0]), "k")
		if !is[*UnavailableError](err) || !errors.Is(err, ledger.ErrUnavailable) {
			t.Fatal(err)
		}
		if s.Err() != nil {
			t.Error(s.Err())
		}
		if outcome, err := s.Do(t.Context(), staff, register("a", sirens[0]), "k"); err != nil || outcome.Commit != 3 {
			t.Error(outcome.Commit, err)
		}
		s.agrees(3)
	})
}

// A part of a run that is durable is acknowledged, whatever happens to the rest.
func TestDurablePrefix(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		_, letGo := s.blocked()
		first := s.send(t.Context(), register("a", sirens[0]), "")
		second := s.send(t.Context(), register("b", sirens[1]), "")
		s.ledger.next(prefix(1, away))
		letGo()
		if r := <-first; r.err != nil || r.outcome.World.Commit() != r.outcome.Commit {
			t.Errorf("the first: %+v", r)
		}
		if r := <-second; !is[*UnavailableError](r.err) {
			t.Errorf("the second: %v", r.err)
		}
		s.agrees(4)
	})
}

// second is another replica on the same ledger.
func (s *stage) second() *stage {
	s.t.Helper()
	return &stage{Hub: opened(s.t, config(s.t, s.ledger, s.clock.tell)), t: s.t, ledger: s.ledger, clock: s.clock}
}

// A number that another replica took is lost: what rested on it is decided again
// on the newer World.
func TestTaken(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		other := s.second()
		won := s.do(staff, register("a", sirens[0]))
		refusals := other.refusedAfter(staff, register("b", sirens[0]))
		if told(refusals) != "ALREADY_EXISTS at input.landlord.siren" {
			t.Error(told(refusals))
		}
		if exists := refusals[0].(domain.AlreadyExists); exists.ID == nil || *exists.ID != won.Object {
			t.Errorf("%+v", exists)
		}
		if other.World().Digest() != s.World().Digest() {
			t.Error("the replicas differ")
		}
		// And the other way round, without a conflict of contents.
		second := other.do(staff, register("b", sirens[1]))
		third := s.do(staff, register("c", sirens[2]))
		if second.Commit != 4 || third.Commit != 5 || s.landlordDoc(second.Object).Name != "b" {
			t.Errorf("commits %d and %d", second.Commit, third.Commit)
		}
		s.agrees(5)
	})
}

// refusedAfter gives a command that is refused once the hub has caught up.
func (s *stage) refusedAfter(v domain.Viewer, c Command) []domain.Refusal {
	s.t.Helper()
	_, err := s.Do(s.t.Context(), v, c, "")
	refusals := domain.AsRefusals(err)
	if len(refusals) == 0 {
		s.t.Fatalf("%s: %v, want a refusal", c.Action(), err)
	}
	return refusals
}

// Another replica writes while a run is half there: the half stays, the rest is
// decided again.
func TestTakenInTheMiddleOfARun(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		other := s.second()
		_, letGo := s.blocked()
		answers := []<-chan result{
			s.send(t.Context(), register("a", sirens[0]), ""),
			s.send(t.Context(), register("b", sirens[1]), ""),
			s.send(t.Context(), register("c", sirens[2]), ""),
		}
		s.ledger.next(prefix(1, func(ctx context.Context, m *memory, rest []ledger.Commit) (int, error) {
			other.do(staff, register("theirs", sirens[1]))
			return m.store(ctx, rest)
		}))
		letGo()
		for i, want := range []string{"accepted", "ALREADY_EXISTS", "accepted"} {
			r := <-answers[i]
			if got := codesOf(r.err); got != want {
				t.Errorf("command %d is %s, want %s", i, got, want)
			}
			if r.err == nil && s.ledger.commits(t)[r.outcome.Commit-1].Changes[0].ID != r.outcome.Object {
				t.Errorf("command %d isn't at commit %d", i, r.outcome.Commit)
			}
		}
		s.agrees(2 + 1 + 3)
	})
}

// Two replicas, many clients, few numbers: each number is given once, and the
// replicas end alike.
func TestReplicasRace(t *testing.T) {
	s := newStage(t)
	replicas := []*stage{s, s.second()}
	var all sync.WaitGroup
	won := make([]map[domain.Siren]domain.ID, 8)
	for i := range won {
		won[i] = map[domain.Siren]domain.ID{}
		all.Go(func() {
			for _, siren := range sirens[:12] {
				outcome, err := replicas[i%2].Do(t.Context(), staff, register("x", siren), "")
				if err == nil {
					won[i][siren] = outcome.Object
				} else if codesOf(err) != "ALREADY_EXISTS" {
					t.Errorf("%s: %v", siren, err)
				}
			}
		})
	}
	all.Wait()
	for _, r := range replicas { // each sees the newest before it decides
		r.do(staff, RegisterLandlord{Landlord: landlordFields("last")})
	}
	replicas[0].do(staff, RegisterLandlord{Landlord: landlordFields("last")})
	s.agrees(2 + 12 + 3)
	for _, siren := range sirens[:12] {
		winners := 0
		for i := range won {
			if id, ok := won[i][siren]; ok {
				winners++
				if row, _ := s.World().LandlordBySiren(siren); domain.ID(row.Doc.ID) != id {
					t.Errorf("%s is %s's, and %s was acknowledged", siren, row.Doc.ID, id)
				}
			}
		}
		if winners != 1 {
			t.Errorf("%s was given %d times", siren, winners)
		}
	}
}

// A client whose deadline passes is told that nothing was attempted, or that
// it isn't known; with the key it can ask again.
func TestDeadlines(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		begun, gate := make(chan struct{}), make(chan struct{})
		s.ledger.next(slow(begun, gate))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		writing := s.send(ctx, register("a", sirens[0]), "key")
		keyless := s.send(ctx, register("b", sirens[1]), "")
		r := <-writing
		unknown, ok := errors.AsType[*OutcomeUnknownError](r.err)
		if !ok || unknown.Key != "key" || unknown.Facts()["idempotencyKey"] != "key" {
			t.Errorf("what is being written: %v", r.err)
		}
		if r := <-keyless; !is[*BusyError](r.err) {
			t.Errorf("what waits: %v", r.err)
		}
		close(gate)
		outcome, err := s.Do(t.Context(), staff, register("a", sirens[0]), "key")
		if err != nil || outcome.Commit != 3 || s.landlordDoc(outcome.Object).Name != "a" {
			t.Errorf("asked again: commit %d, %v", outcome.Commit, err)
		}
		if _, ok := s.World().LandlordBySiren(sirens[1]); ok {
			t.Error("what was said not to be attempted was")
		}
		s.agrees(3)

		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Do(ended, staff, register("c", sirens[2]), ""); !is[*BusyError](err) {
			t.Errorf("with an ended context: %v", err)
		}
		s.agrees(3)
	})
}

func TestQueueFull(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		first, letGo := s.blocked()
		answers := make([]<-chan result, mostQueued)
		for i := range answers {
			answers[i] = s.send(t.Context(), RegisterLandlord{Landlord: landlordFields(fmt.Sprint(i))}, "")
		}
		if r := <-s.send(t.Context(), RegisterLandlord{Landlord: landlordFields("x")}, ""); !is[*BusyError](r.err) {
			t.Errorf("one too many: %v", r.err)
		}
		letGo()
		for _, answer := range append(answers, first) {
			if r := <-answer; r.err != nil {
				t.Fatal(r.err)
			}
		}
		s.agrees(2 + 1 + mostQueued)
	})
}

// Close finishes what is being written, and answers everybody.
func TestClose(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		writing, letGo := s.blocked()
		waiting := s.send(t.Context(), register("a", sirens[0]), "")
		var all sync.WaitGroup
		all.Go(s.Close)
		all.Go(s.Close)
		synctest.Wait()
		if !open(writing) {
			t.Error("what is being written was given up")
		}
		letGo()
		all.Wait()
		if r := <-writing; r.err != nil {
			t.Errorf("what was being written: %v", r.err)
		}
		if r := <-waiting; !is[*BusyError](r.err) {
			t.Errorf("what waited: %v", r.err)
		}
		if _, err := s.Do(t.Context(), staff, register("a", sirens[0]), ""); !is[*BusyError](err) {
			t.Errorf("after Close: %v", err)
		}
		s.agrees(3)
	})
}

// Close doesn't wait for ever: an append that doesn't end is left with its
// outcome unknown.
func TestCloseWhileTheLedgerHangs(t *testing.T) {
	for name, faults := range map[string]func() []fault{
		"in one append": func() []fault { return []fault{slow(make(chan struct{}), nil)} },
		"trying again":  func() []fault { return []fault{lost, slow(make(chan struct{}), nil), slow(make(chan struct{}), nil)} },
		"in a pause":    func() []fault { return slices.Repeat([]fault{lost}, 100) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *stage) {
				s.ledger.next(faults()...)
				answer := s.send(t.Context(), register("a", sirens[0]), "key")
				begun := time.Now()
				s.Close()
				if took := time.Since(begun); took != mostFinishing {
					t.Errorf("it took %s", took)
				}
				if unknown, ok := errors.AsType[*OutcomeUnknownError]((<-answer).err); !ok || unknown.Key != "key" {
					t.Error("the client isn't told that the outcome is unknown")
				}
			})
		})
	}
}

// panics is a command with a fault of its own.
type panics struct{}

func (panics) Action() string         { return "test.panic" }
func (panics) decide(*decision) error { var none *decision; none.at = time.Time{}; return nil }

// unapplied writes what no World takes in.
type unapplied struct{}

func (unapplied) Action() string { return "test.unapplied" }
func (unapplied) decide(d *decision) error {
	return d.put("future", "fut_1", struct{ A int }{1})
}

// A command with a fault is a fault of the system for its client, and nothing
// to the others.
func TestFaultyCommands(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		var log bytes.Buffer
		s.Logger = slog.New(slog.NewTextHandler(&log, nil))
		first, letGo := s.blocked()
		answers := []<-chan result{
			s.send(t.Context(), register("a", sirens[0]), ""),
			s.send(t.Context(), panics{}, ""),
			s.send(t.Context(), unapplied{}, ""),
			s.send(t.Context(), nil, ""),
			s.send(t.Context(), register("b", sirens[1]), ""),
		}
		letGo()
		for i, answer := range append(answers, first) {
			r := <-answer
			faulty := i == 1 || i == 2 || i == 3
			if (r.err != nil) != faulty {
				t.Errorf("command %d: %v", i, r.err)
			}
			if domain.AsRefusals(r.err) != nil || is[*UnavailableError](r.err) {
				t.Errorf("command %d passes for refused: %v", i, r.err)
			}
		}
		if s.Err() != nil {
			t.Errorf("the hub gave up: %v", s.Err())
		}
		if text := log.String(); !strings.Contains(text, "panics.decide") || !strings.Contains(text, "hub.panics") {
			t.Errorf("the log doesn't say where: %s", text)
		}
		s.agrees(2 + 1 + 2)
	})
}

// A ledger that doesn't agree with the World, or that this program can't
// follow, stops the writer loudly; what was read before can still be read.
func TestHalt(t *testing.T) {
	theirs := func(t *testing.T, s *stage, kind domain.Kind) {
		t.Helper()
		doc, err := ledger.Marshal(struct{ A int }{1})
		if err != nil {
			t.Fatal(err)
		}
		head := s.World().Head()
		c := ledger.Commit{Number: head.Number + 1, Format: head.Format, ID: ledger.CommitID{1}, Prev: head.Hash, Action: "future.thing",
			Changes: []ledger.Change{{Kind: kind, ID: "fut_1", Doc: doc}}}
		if _, err := s.ledger.store(t.Context(), []ledger.Commit{c}); err != nil {
			t.Fatal(err)
		}
	}
	damaged := &ledger.DamagedError{What: "a test"}
	for _, test := range []struct {
		name    string
		arrange func(t *testing.T, s *stage)
		unknown bool
	}{
		{"another replica wrote what this one doesn't know", func(t *testing.T, s *stage) { theirs(t, s, "future") }, false},
		{"the ledger is damaged", func(t *testing.T, s *stage) { s.ledger.next(broken(damaged)) }, false},
		{"the ledger has a hole", func(t *testing.T, s *stage) { s.ledger.next(broken(&ledger.GapError{})) }, false},
		{"the histories differ", func(t *testing.T, s *stage) { s.ledger.next(broken(&ledger.ChainError{})) }, false},
		{"a newer format", func(t *testing.T, s *stage) { s.ledger.next(broken(&ledger.FormatError{})) }, false},
		{"damaged while it isn't known", func(t *testing.T, s *stage) { s.ledger.next(landed, broken(damaged)) }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *stage) {
				var log bytes.Buffer
				s.Logger = slog.New(slog.NewTextHandler(&log, nil))
				test.arrange(t, s)
				before := s.World()
				_, err := s.Do(t.Context(), staff, register("a", sirens[0]), "key")
				if is[*OutcomeUnknownError](err) != test.unknown || is[*UnavailableError](err) == test.unknown {
					t.Errorf("the command is told %v", err)
				}
				if s.Err() == nil || !strings.Contains(log.String(), "writes no more") {
					t.Errorf("it gave up with %v, and logged %s", s.Err(), log.String())
				}
				if _, err := s.Do(t.Context(), staff, register("b", sirens[1]), ""); !is[*UnavailableError](err) {
					t.Errorf("the next is told %v", err)
				}
				if s.World() != before {
					t.Error("the World has moved")
				}
			})
		})
	}
}

// A number that is taken by what can't be read yet: nothing is kept, and the
// writer doesn't spin.
func TestTakenAndNotYetRead(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		other := s.second()
		other.do(staff, register("a", sirens[0]))
		s.ledger.unread = 1
		if _, err := s.Do(t.Context(), staff, register("b", sirens[1]), ""); !is[*UnavailableError](err) {
			t.Errorf("told %v", err)
		}
		s.ledger.unread = 0
		s.do(staff, register("b", sirens[1]))
		s.agrees(4)
	})
}

// Catching up takes more commits than are applied at once.
func TestCatchUpFar(t *testing.T) {
	s := newStage(t)
	other := s.second()
	for i := range mostApplied + 10 {
		other.do(staff, RegisterLandlord{Landlord: landlordFields(fmt.Sprint(i))})
	}
	s.do(staff, RegisterLandlord{Landlord: landlordFields("last")})
	s.agrees(2 + mostApplied + 10 + 1)
}

// Commit times are cut to milliseconds and never run backwards, whatever the
// clock does.
func TestTime(t *testing.T) {
	s := newStage(t)
	s.clock.move(time.Hour + 1_999_999)
	first := s.do(staff, register("a", sirens[0]))
	s.clock.move(-2 * time.Hour)
	second := s.do(staff, register("b", sirens[1]))
	s.clock.move(3 * time.Hour)
	third := s.do(staff, register("c", sirens[2]))
	want := time.Date(2026, 9, 1, 13, 0, 0, 1_000_000, time.UTC)
	for i, outcome := range []Outcome{first, second, third} {
		if i == 2 {
			want = want.Add(time.Hour)
		}
		if at := s.ledger.commits(t)[outcome.Commit-1].Time; !at.Equal(want) {
			t.Errorf("commit %d is of %s, want %s", outcome.Commit, at, want)
		}
		if record := s.landlordDoc(outcome.Object).Record; !record.CreatedAt.Equal(want) {
			t.Errorf("the object of commit %d is of %s, want %s", outcome.Commit, record.CreatedAt, want)
		}
	}
	s.agrees(5)
}

// Wait answers the first World at or after a commit.
func TestWait(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		now := s.World().Commit()
		if w, err := s.Wait(t.Context(), now); err != nil || w.Commit() != now {
			t.Errorf("for what is there: %v", err)
		}
		waited := make(chan *world.World, 1)
		go func() {
			w, err := s.Wait(t.Context(), now+2)
			if err != nil {
				t.Error(err)
			}
			waited <- w
		}()
		s.do(staff, register("a", sirens[0]))
		synctest.Wait()
		if len(waited) > 0 {
			t.Error("it answered too early")
		}
		s.do(staff, register("b", sirens[1]))
		if w := <-waited; w.Commit() != now+2 {
			t.Errorf("it answered commit %d", w.Commit())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Wait(ctx, now+9); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("for what doesn't come: %v", err)
		}
	})
}
