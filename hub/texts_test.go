package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
)

// said registers a landlord and carries up to three texts, whose ids become its
// name: no document refers to texts yet.
type said struct {
	Siren   domain.Siren
	Texts   [3]string
	Person  *domain.PersonID
	Refused bool
}

func (said) Action() string { return "test.said" }

func (c said) bring(_ context.Context, b *bringing) error {
	for i, body := range c.Texts {
		b.text(domain.Text{Kind: domain.TextMessage, Body: body, Person: c.Person, About: b.seed.NewID(domain.KindLandlord, 1)}, "input", "texts", i)
	}
	return nil
}

func (c said) decide(d *decision) error {
	if c.Refused {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	f := landlordFields(fmt.Sprint(d.text(0), " ", d.text(1), " ", d.text(2), " ", d.text(3)))
	f.Siren = &c.Siren
	return RegisterLandlord{Landlord: f}.decide(d)
}

// faulty is a personal store with faults on demand.
type faulty struct {
	texts.Store
	// before is called before each PutTexts, erasing before each Reapply.
	before, erasing func()
	mu              sync.Mutex
	// puts and reapplies are what the next calls answer, before any is done.
	puts, reapplies []error
	// swept counts the calls of Sweep; asked is what the last was given.
	swept int
	asked func(domain.TextID) bool
}

// next takes the next fault, nil when there is none.
func (f *faulty) next(faults *[]error) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(*faults) > 0 {
		err, *faults = (*faults)[0], (*faults)[1:]
	}
	return err
}

func (f *faulty) PutTexts(ctx context.Context, list []domain.Text) error {
	if f.before != nil {
		f.before()
	}
	if err := f.next(&f.puts); err != nil {
		return err
	}
	return f.Store.PutTexts(ctx, list)
}

func (f *faulty) Reapply(ctx context.Context, all []domain.Erasure) error {
	if f.erasing != nil {
		f.erasing()
	}
	if err := f.next(&f.reapplies); err != nil {
		return err
	}
	return f.Store.Reapply(ctx, all)
}

func (f *faulty) Sweep(ctx context.Context, before time.Time, referenced func(domain.TextID) bool) (int, error) {
	f.mu.Lock()
	f.swept++
	f.asked = referenced
	f.mu.Unlock()
	return f.Store.Sweep(ctx, before, referenced)
}

// faults puts a faulty store in place of a stage's.
func (s *stage) faults() *faulty {
	f := &faulty{Store: s.Texts}
	s.Texts = f
	return f
}

// kept are all the texts that the personal store has of these commands' authors.
func (s *stage) kept(actors ...string) (all []domain.Text) {
	s.t.Helper()
	for i, actor := range actors {
		// Whoever has the account has its texts.
		p := domain.Person{ID: domain.PersonID(fmt.Sprint("per_witness", i)), Name: "Témoin", Account: actor}
		if err := s.Texts.PutPerson(s.t.Context(), p); err != nil {
			s.t.Fatal(err)
		}
		export, err := s.Texts.ExportPerson(s.t.Context(), p.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, export.Texts...)
	}
	return all
}

// Texts are written before the commit, under ids that it knows, and the ledger
// has none of what they say.
func TestTextsAreWrittenFirst(t *testing.T) {
	s := newStage(t)
	f := s.faults()
	before := s.World().Commit()
	f.before = func() {
		if now := s.World().Commit(); now != before {
			t.Errorf("the commit came first")
		}
	}
	person := domain.PersonID("per_1")
	outcome := s.do(staff, said{Siren: sirens[0], Texts: [3]string{"Le gardien a la clé.", "", "Rappeler jeudi."}, Person: &person})
	ids := strings.Split(s.landlordDoc(outcome.Object).Name, " ")
	if len(ids) != 4 || ids[0] == "" || ids[1] != "" || ids[2] == "" || ids[3] != "" || ids[0] == ids[2] {
		t.Fatalf("the ids are %q", ids)
	}
	found, err := s.Texts.Texts(t.Context(), []domain.TextID{domain.TextID(ids[0]), domain.TextID(ids[2])})
	if err != nil || len(found) != 2 {
		t.Fatalf("%v, %v", found, err)
	}
	first := found[domain.TextID(ids[0])]
	want := domain.Text{ID: domain.TextID(ids[0]), Kind: domain.TextMessage, Body: "Le gardien a la clé.", Author: staff.Actor,
		About: outcome.Object, Person: &person, WrittenAt: s.clock.tell()}
	if !texts.Same(first, want) || found[domain.TextID(ids[2])].Body != "Rappeler jeudi." {
		t.Errorf("%+v, want %+v", first, want)
	}
	for _, c := range s.ledger.commits(t) {
		encoded, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(encoded, []byte("gardien")) || bytes.Contains(encoded, []byte("jeudi")) {
			t.Errorf("commit %d says it", c.Number)
		}
	}
}

// Decided again on a newer World, a command keeps its texts.
func TestTextsWhenDecidedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		other := s.second()
		s.do(staff, register("a", sirens[0]))
		outcome := other.do(staff, said{Siren: sirens[1], Texts: [3]string{"Le gardien a la clé."}})
		id, _, _ := strings.Cut(other.landlordDoc(outcome.Object).Name, " ")
		if found, err := s.Texts.Texts(t.Context(), []domain.TextID{domain.TextID(id)}); err != nil || len(found) != 1 {
			t.Errorf("%q leads to %v (%v)", id, found, err)
		}
		if all := other.kept(staff.Actor); len(all) != 1 {
			t.Errorf("it was written %d times", len(all))
		}
	})
}

// What can't be decided, or kept, leaves nothing: no text and no commit.
func TestTextsOfRefusedCommands(t *testing.T) {
	s := newStage(t)
	f := s.faults()
	s.do(staff, register("a", sirens[0]))
	body := [3]string{"Le gardien a la clé."}
	if got := told(s.refused(staff, said{Siren: sirens[1], Texts: body, Refused: true})); got != "NOT_ALLOWED" {
		t.Errorf("refused: %s", got)
	}
	if got := told(s.refused(staff, said{Siren: sirens[0], Texts: body})); got != "ALREADY_EXISTS at input.landlord.siren" {
		t.Errorf("already there: %s", got)
	}
	long := [3]string{"x", "a\x00b", strings.Repeat("é", domain.MostBody+1)}
	if got := told(s.refused(staff, said{Siren: sirens[1], Texts: long})); got != "INVALID_INPUT at input.texts.1\nINVALID_INPUT at input.texts.2" {
		t.Errorf("too long: %s", got)
	}
	// All that is wrong is said at once.
	if got := told(s.refused(staff, said{Siren: sirens[0], Texts: long})); got != "ALREADY_EXISTS at input.landlord.siren\nINVALID_INPUT at input.texts.1\nINVALID_INPUT at input.texts.2" {
		t.Errorf("all wrong: %s", got)
	}
	gone := domain.PersonID("per_gone")
	if _, err := s.Texts.Erase(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if got := told(s.refused(staff, said{Siren: sirens[1], Texts: body, Person: &gone})); got != "NOT_FOUND at input" {
		t.Errorf("about somebody erased: %s", got)
	}
	before := s.World().Commit()
	for _, err := range []error{texts.ErrUnavailable, texts.ErrClosed} {
		f.puts = []error{fmt.Errorf("no disk: %w", err)}
		if _, err := s.Do(t.Context(), staff, said{Siren: sirens[1], Texts: body}, ""); !is[*UnavailableError](err) {
			t.Errorf("without a store: %v", err)
		}
	}
	f.puts = []error{&texts.ConflictError{ID: "txt_1"}}
	if _, err := s.Do(t.Context(), staff, said{Siren: sirens[1], Texts: body}, ""); !is[*texts.ConflictError](err) {
		t.Errorf("a fault of the system: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	f.before = cancel
	if _, err := s.Do(ctx, staff, said{Siren: sirens[1], Texts: body}, ""); !is[*BusyError](err) {
		t.Errorf("the client went: %v", err)
	}
	f.before = nil
	if s.World().Commit() != before {
		t.Error("something was written")
	}
	if all := s.kept(staff.Actor); len(all) > 0 {
		t.Errorf("the store has %v", all)
	}
}

// Texts whose commit was refused after they were written are swept after a day.
func TestSweepTexts(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		_, letGo := s.blocked()
		first := s.send(t.Context(), register("a", sirens[0]), "")
		second := s.send(t.Context(), said{Siren: sirens[0], Texts: [3]string{"Le gardien a la clé."}}, "")
		letGo()
		if r := <-first; r.err != nil {
			t.Fatal(r.err)
		}
		if got := codesOf((<-second).err); got != "ALREADY_EXISTS" {
			t.Fatalf("the second is %s", got)
		}
		if all := s.kept(staff.Actor); len(all) != 1 {
			t.Fatalf("the store has %v: this test sees nothing", all)
		}
		f := s.faults()
		sweep := func() int {
			t.Helper()
			n, err := s.SweepTexts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		s.clock.move(looseFor)
		if n := sweep(); n != 0 {
			t.Errorf("%d are swept after exactly a day", n)
		}
		s.clock.move(time.Millisecond)
		if n := sweep(); n != 1 {
			t.Errorf("%d are swept", n)
		}
		if all := s.kept(staff.Actor); len(all) > 0 {
			t.Errorf("the store has %v", all)
		}
		// No document refers to texts yet, so who is asked is all there is to check.
		if asked := runtime.FuncForPC(reflect.ValueOf(f.asked).Pointer()).Name(); !strings.Contains(asked, "world.(*World).RefersTo") {
			t.Errorf("%s is asked what is referred to", asked)
		}
	})
}

// A hub whose World is behind its ledger sweeps nothing: it doesn't know what
// refers to what.
func TestSweepNothingWhenHalted(t *testing.T) {
	s := newStage(t)
	f := s.faults()
	s.halt(errors.New("the ledger can't be followed"))
	var log bytes.Buffer // halting was logged, that is enough
	s.Logger = slog.New(slog.NewTextHandler(&log, nil))
	if _, err := s.SweepTexts(t.Context()); !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("SweepTexts: %v", err)
	}
	s.keepTexts(t.Context(), time.Time{})
	if f.swept > 0 || log.Len() > 0 {
		t.Errorf("it sweeps, or says %q", &log)
	}
}

// KeepCalendar sweeps once an hour, and carries out within a minute what an
// erasure left to do.
func TestKeepTexts(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		f := s.faults()
		them := s.person("per_1", "act_them")
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go s.KeepCalendar(ctx)
		for minute := range 130 {
			s.clock.move(time.Minute)
			time.Sleep(time.Minute) // the bubble's time
			synctest.Wait()
			if want := 1 + minute/60; f.swept != want {
				t.Fatalf("%d sweeps after %d minutes", f.swept, minute+1)
			}
		}
		f.reapplies = []error{texts.ErrUnavailable, texts.ErrUnavailable}
		if _, err := s.Do(t.Context(), staff, ErasePerson{Person: them.ID}, ""); !is[*OutcomeUnknownError](err) {
			t.Fatalf("erased without a store: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if !s.knows(them.ID) {
			t.Fatal("it is erased already: this test sees nothing")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.knows(them.ID) {
			t.Error("it didn't try again")
		}
	})
}

// person is one whom the personal store knows.
func (s *stage) person(id domain.PersonID, account string) domain.Person {
	s.t.Helper()
	p := domain.Person{ID: id, Account: account, Name: "Dominique Effacée", Email: "dominique@adresse.example", UpdatedAt: s.clock.tell()}
	if err := s.Texts.PutPerson(s.t.Context(), p); err != nil {
		s.t.Fatal(err)
	}
	return p
}

func (s *stage) knows(id domain.PersonID) bool {
	s.t.Helper()
	found, err := s.Texts.Persons(s.t.Context(), []domain.PersonID{id})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(found) > 0
}

// write puts texts as some account's.
func (s *stage) write(author string, person *domain.PersonID, ids ...domain.TextID) {
	s.t.Helper()
	var list []domain.Text
	for _, id := range ids {
		list = append(list, domain.Text{ID: id, Kind: domain.TextNote, Body: "Le gardien a la clé.", Author: author, Person: person, WrittenAt: s.clock.tell()})
	}
	if err := s.Texts.PutTexts(s.t.Context(), list); err != nil {
		s.t.Fatal(err)
	}
}

// there are the ids of these that lead to a text.
func (s *stage) there(ids ...domain.TextID) (all string) {
	s.t.Helper()
	found, err := s.Texts.Texts(s.t.Context(), ids)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, id := range ids {
		if _, ok := found[id]; ok {
			all += " " + string(id)
		}
	}
	return all
}

// The commit names the person and the texts, and says nothing of them; then both
// are gone.
func TestErasePerson(t *testing.T) {
	s := newStage(t)
	them := s.person("per_1", "act_them")
	s.person("per_2", "act_other")
	s.write("act_them", nil, "txt_2")
	s.write("act_other", &them.ID, "txt_1")
	s.write("act_other", nil, "txt_3")
	outcome := s.do(staff, ErasePerson{Person: them.ID})
	want := domain.Erasure{ID: domain.ErasureID(outcome.Object), Person: them.ID, Texts: []domain.TextID{"txt_1", "txt_2"}, At: s.clock.tell()}
	if got, ok := s.World().ErasureOf(them.ID); !ok || fmt.Sprint(got) != fmt.Sprint(want) || outcome.Object.Kind() != domain.KindErasure {
		t.Errorf("the erasure is %+v, want %+v", got, want)
	}
	if got := s.wrote(outcome.Commit); got != "erasure" {
		t.Errorf("it wrote %q", got)
	}
	if got := s.there("txt_1", "txt_2", "txt_3"); got != " txt_3" || s.knows(them.ID) || !s.knows("per_2") {
		t.Errorf("left are%s", got)
	}
	last := s.ledger.commits(t)[outcome.Commit-1]
	if encoded, err := last.Encode(); err != nil || bytes.Contains(encoded, []byte("ominique")) || bytes.Contains(encoded, []byte("gardien")) {
		t.Errorf("the commit says who or what (%v)", err)
	}
	// Again, nothing is to be done.
	again := s.do(staff, ErasePerson{Person: them.ID})
	if again.Commit != 0 || again.Object != outcome.Object {
		t.Errorf("again: %+v", again)
	}
	s.agrees(3)
}

// Staff, and whoever the account belongs to; to others a person they may not
// erase is one who isn't there.
func TestWhoMayErase(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("mine", true)
	me := landlordViewer(landlord)
	s.person("per_me", me.Actor)
	s.person("per_other", "act_other")
	noAccount := s.person("per_none", "")
	nobody := domain.Anonymous
	for _, c := range []struct {
		viewer domain.Viewer
		person domain.PersonID
	}{
		{me, "per_other"}, {me, noAccount.ID}, {me, "per_missing"}, {observer, "per_me"}, {nobody, "per_none"}, {nobody, "per_me"},
		{nobody, "per_missing"}, {staff, "per_missing"},
	} {
		refusals := s.refused(c.viewer, ErasePerson{Person: c.person})
		want := domain.NotFound{Path: []string{"input", "person"}, Type: "PalierPerson", What: string(c.person)}
		if fmt.Sprint(refusals) != fmt.Sprint([]domain.Refusal{want}) || told(refusals) != "NOT_FOUND at input.person" {
			t.Errorf("%s, %s: %v", c.viewer.Actor, c.person, refusals)
		}
	}
	if got := told(s.refused(staff, ErasePerson{Person: "spc_1"})); got != "INVALID_INPUT at input.person" {
		t.Errorf("a space: %s", got)
	}
	for _, id := range []domain.PersonID{"per_me", "per_other", "per_none"} {
		if !s.knows(id) {
			t.Errorf("%s is gone", id)
		}
	}
	first := s.keyed(me, ErasePerson{Person: "per_me"}, "k")
	if s.knows("per_me") {
		t.Error("they are still known to it")
	}
	if again := s.keyed(me, ErasePerson{Person: "per_me"}, "k"); again.Commit != first.Commit || again.Object != first.Object {
		t.Errorf("again: %+v, want %+v", again, first)
	}
	s.do(staff, ErasePerson{Person: noAccount.ID})
	s.write("act_other", new(domain.PersonID("per_unknown")), "txt_1") // about somebody of whom no more is known
	s.do(staff, ErasePerson{Person: "per_unknown"})
	if s.knows(noAccount.ID) || s.there("txt_1") != "" {
		t.Error("something is left")
	}
}

// The commit is there and the store couldn't: said so, and the same command
// finishes it.
func TestErasureInterrupted(t *testing.T) {
	s := newStage(t)
	f := s.faults()
	them := s.person("per_1", "act_them")
	f.reapplies = []error{texts.ErrUnavailable}
	_, err := s.Do(t.Context(), staff, ErasePerson{Person: them.ID}, "k")
	if unknown, ok := errors.AsType[*OutcomeUnknownError](err); !ok || unknown.Key != "k" || !s.knows(them.ID) {
		t.Fatalf("it says %v", err)
	}
	if again := s.keyed(staff, ErasePerson{Person: them.ID}, "k"); again.Commit != s.World().Commit() {
		t.Errorf("again: %+v", again)
	}
	if s.knows(them.ID) {
		t.Error("they are still known to it")
	}
	// That the client goes away doesn't stop it once the commit is there.
	ctx, cancel := context.WithCancel(t.Context())
	f.erasing = cancel
	hasty := s.person("per_3", "act_hasty")
	if _, err := s.Do(ctx, staff, ErasePerson{Person: hasty.ID}, ""); err != nil || s.knows(hasty.ID) {
		t.Errorf("the client went away: %v", err)
	}
	// Without a store, what is to be erased isn't known, and nothing is decided.
	other := s.person("per_2", "act_other")
	if err := s.Texts.Close(); err != nil {
		t.Fatal(err)
	}
	before := s.World().Commit()
	if _, err := s.Do(t.Context(), staff, ErasePerson{Person: other.ID}, ""); !is[*UnavailableError](err) || s.World().Commit() != before {
		t.Errorf("with a closed store: %v", err)
	}
}

// A copy of the personal store from before an erasure came back: when the hub is
// open, it has none of it, to the byte.
func TestRestoredCopy(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, bolttexts.FileName)
	m, clock := newMemory(), newClock()
	begin := func() (*stage, func()) {
		store, err := bolttexts.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		c := config(t, m, clock.tell)
		c.Texts = store
		h, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return &stage{Hub: h, t: t, ledger: m, clock: clock}, func() {
			h.Close()
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	m.texts = personalIn(t, t.TempDir()) // config's, which this test doesn't use
	s, end := begin()
	them := s.person("per_1", "act_them")
	s.write("act_them", nil, "txt_1")
	s.write("act_other", &them.ID, "txt_2")
	s.write("act_other", nil, "txt_3")
	end()
	older, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(older, []byte("Dominique")) {
		t.Fatal("the copy has nothing: this test sees nothing", err)
	}
	s, end = begin()
	s.do(staff, ErasePerson{Person: them.ID})
	end()

	if err := os.WriteFile(path, older, 0o600); err != nil {
		t.Fatal(err)
	}
	s, end = begin()
	if got := s.there("txt_1", "txt_2", "txt_3"); got != " txt_3" || s.knows(them.ID) {
		t.Errorf("the copy is served:%s", got)
	}
	if now, err := os.ReadFile(path); err != nil || bytes.Contains(now, []byte("Dominique")) || bytes.Contains(now, []byte("@adresse")) {
		t.Errorf("the copy is still in the folder (%v)", err)
	}
	if err := s.Texts.PutPerson(t.Context(), them); !is[*texts.ErasedError](err) {
		t.Errorf("put again: %v", err)
	}
	end()
	settled, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, end = begin() // nothing is to be done any more
	end()
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, settled) {
		t.Errorf("opened again, it was written (%v)", err)
	}
}

// A personal store is one ledger's: with another, all of it would be swept.
func TestTextsOfAnotherLedger(t *testing.T) {
	s := newStage(t)
	other := newMemory()
	other.id = "ldg_other"
	other.head = ledger.Genesis(other.id)
	c := config(t, other, s.clock.tell)
	c.Texts = s.Texts
	if _, err := Open(t.Context(), c); !is[*texts.OtherLedgerError](err) {
		t.Errorf("it opens with %v", err)
	}
	closed := personalIn(t, t.TempDir())
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	c.Texts = closed
	if _, err := Open(t.Context(), c); !errors.Is(err, texts.ErrClosed) {
		t.Errorf("with a closed store it opens with %v", err)
	}
	if n := len(other.commits(t)); n > 0 {
		t.Errorf("it wrote %d commits", n)
	}
}
