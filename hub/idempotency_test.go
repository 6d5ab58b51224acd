package hub

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// keyed gives a command under a key; it must be accepted.
func (s *stage) keyed(v domain.Viewer, c Command, key string) Outcome {
	s.t.Helper()
	outcome, err := s.Do(s.t.Context(), v, c, key)
	if err != nil {
		s.t.Fatalf("%s under %q: %v", c.Action(), key, err)
	}
	return outcome
}

// The same key with the same input takes effect once, and answers the same.
func TestKeyTakesEffectOnce(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("mine", true)
	me := landlordViewer(landlord)
	command := UpsertSite{Site: siteFields("S"), Publish: true}
	first := s.keyed(me, command, "k")
	if got := s.wrote(first.Commit); got != "site receipt" {
		t.Errorf("it wrote %q", got)
	}
	s.do(me, ChangeSite{Site: siteByRef("S"), Changes: patched[domain.SiteFields](t, map[string]any{"Name": ptr("Autrement")})})
	check := func(when string, s *stage) {
		t.Helper()
		before := s.World().Commit()
		again := s.keyed(me, command, "k")
		if again.Commit != first.Commit || again.Object != first.Object || again.Upsert != Created {
			t.Errorf("%s: %+v, want %+v", when, again, first)
		}
		if s.World().Commit() != before || again.World.Commit() != before {
			t.Errorf("%s: it was written again", when)
		}
		if s.siteDoc(again.Object).Name != "Autrement" {
			t.Errorf("%s: the object isn't as it now is", when)
		}
	}
	check("again", s)
	check("on another replica", s.second())
	s.clock.move(receiptDays * 24 * time.Hour)
	check("after some days", s)
}

// Several under one key at once are one, in a batch too.
func TestKeyInOneBatch(t *testing.T) {
	inBubble(t, func(t *testing.T, s *stage) {
		_, letGo := s.blocked()
		same := []<-chan result{
			s.send(t.Context(), register("a", sirens[0]), "k"),
			s.send(t.Context(), register("a", sirens[0]), "k"),
		}
		other := s.send(t.Context(), register("b", sirens[1]), "k")
		letGo()
		first, second := <-same[0], <-same[1]
		if first.err != nil || second.err != nil || !reflect.DeepEqual(first.outcome, second.outcome) {
			t.Errorf("%+v, and %+v", first, second)
		}
		if got := codesOf((<-other).err); got != "IDEMPOTENCY_CONFLICT" {
			t.Errorf("another input is %s", got)
		}
		s.agrees(4)
	})
}

// A key that was used with another input is refused.
func TestKeyConflicts(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("mine", true)
	space := s.space(s.site(landlord, "S", true), "L", true)
	step := StepSpace{Space: spaceByID(space), To: domain.PublicationWithdrawn}
	change := func(values map[string]any) Command {
		return ChangeSpace{Space: spaceOf(spaceByRef("L"), landlord), Changes: patched[domain.SpaceFields](t, values)}
	}
	for i, pair := range [][2]Command{
		{register("a", sirens[0]), register("b", sirens[0])},
		{RegisterLandlord{Landlord: landlordFields("x")}, RegisterLandlord{Landlord: landlordFields("x"), Publish: true}},
		{step, StepSpace{Space: spaceByID(space), To: domain.PublicationPublished}},
		{change(map[string]any{"Floor": ptr(1)}), change(map[string]any{"Floor": ptr(2)})},
		{change(map[string]any{"Floor": ptr(3)}), change(map[string]any{"Floor": nil})},
		{change(map[string]any{"Floor": ptr(4)}), change(map[string]any{"Floor": ptr(4), "Capacity": nil})},
		{change(map[string]any{"ExcludedUses": []*domain.Activity{}}), change(map[string]any{"ExcludedUses": nil})},
	} {
		key := fmt.Sprint("key ", i)
		s.keyed(staff, pair[0], key)
		_, err := s.Do(t.Context(), staff, pair[1], key)
		if got := told(domain.AsRefusals(err)); got != "IDEMPOTENCY_CONFLICT at input.idempotencyKey" {
			t.Errorf("%d: another %s is told %q", i, pair[1].Action(), got)
		}
		if again := s.keyed(staff, pair[0], key); again.Commit == 0 {
			t.Errorf("%d: the first isn't repeated any more", i)
		}
	}
}

// Keys are each actor's own.
func TestKeysOfOthers(t *testing.T) {
	s := newStage(t)
	colleague := staff
	colleague.Actor = "act_colleague"
	first := s.keyed(staff, register("a", sirens[0]), "k")
	second := s.keyed(colleague, register("b", sirens[1]), "k")
	if first.Commit == second.Commit || first.Object == second.Object {
		t.Error("they share a key")
	}
}

// Keys are each organisation's own, though their accounts have one name, or one
// account goes from the one to the other: what was done for one is neither told to
// the other nor done for it.
func TestKeysOfNamesakes(t *testing.T) {
	s := newStage(t)
	x := s.sceneIn("published", s.landlord("group", true))
	other := s.landlord("other", true)
	for i, command := range onScene(t, x) {
		key := fmt.Sprint("key ", i)
		for _, owner := range []domain.Viewer{landlordViewer(x.landlord), projectViewer(x.project)} {
			owner.Actor = "act_namesake"
			namesake := landlordViewer(other)
			namesake.Actor = owner.Actor
			_, _ = s.Do(t.Context(), owner, command, key) // some are refused by now
			before := s.World().Commit()
			got, err := s.Do(t.Context(), namesake, command, key)
			if strings.Contains(codesOf(err), "IDEMPOTENCY") || err == nil && got.Commit != 0 && got.Commit <= before {
				t.Errorf("%s%s: the namesake is told %+v, %v", command.Action(), variant(command), got, err)
			}
		}
	}
	mine, theirs := landlordViewer(x.landlord), landlordViewer(other)
	mine.Actor, theirs.Actor = "act_namesake", "act_namesake"
	own := UpsertSite{Site: siteFields("own"), Publish: true}
	if first, second := s.keyed(mine, own, "own"), s.keyed(theirs, own, "own"); first.Object == second.Object || first.Commit == second.Commit {
		t.Errorf("one site, %s, is both landlords'", first.Object)
	}
}

// A refusal isn't remembered: corrected or not, the same key may be sent again.
func TestRefusalsAreNotRemembered(t *testing.T) {
	s := newStage(t)
	landlord := s.landlord("mine", false)
	command := StepLandlord{ID: landlord, To: domain.PublicationWithdrawn}
	if _, err := s.Do(t.Context(), staff, command, "k"); codesOf(err) != "WRONG_STATE" {
		t.Fatal(err)
	}
	s.do(staff, StepLandlord{ID: landlord, To: domain.PublicationPublished})
	if outcome := s.keyed(staff, command, "k"); outcome.Commit == 0 {
		t.Error("it did nothing")
	}
	// What had nothing to do took no effect, so it isn't remembered either.
	version := s.landlordDoc(landlord).Version
	rename := ChangeLandlord{ID: landlord, ExpectedVersion: &version, Changes: patched[domain.LandlordFields](t, map[string]any{"Name": ptr("mine")})}
	if outcome := s.keyed(staff, rename, "n"); outcome.Commit != 0 {
		t.Errorf("commit %d", outcome.Commit)
	}
	s.keyed(staff, register("a", sirens[0]), "n")
}

// A key has a length, in characters; "" is none.
func TestKeyLength(t *testing.T) {
	s := newStage(t)
	s.keyed(staff, register("a", sirens[0]), strings.Repeat("é", mostKey))
	_, err := s.Do(t.Context(), staff, register("b", sirens[1]), strings.Repeat("k", mostKey+1))
	if got := told(domain.AsRefusals(err)); got != "INVALID_INPUT at input.idempotencyKey" {
		t.Errorf("a key that is too long is told %q", got)
	}
	if outcome := s.keyed(staff, register("c", sirens[2]), ""); s.wrote(outcome.Commit) != "landlord" {
		t.Error("no key left a receipt")
	}
}

// Anonymous viewers share an actor, and never get as far as a receipt.
func TestAnonymousKeys(t *testing.T) {
	s := newStage(t)
	for _, command := range onScene(t, s.sceneIn("published", s.landlord("group", true))) {
		if _, err := s.Do(t.Context(), domain.Anonymous, command, "k"); err == nil || strings.Contains(codesOf(err), "IDEMPOTENCY") {
			t.Errorf("%s: %v", command.Action(), err)
		}
	}
	if n := s.World().Counts().Receipts; n != 0 {
		t.Errorf("%d receipts", n)
	}
}

// A number that is none is refused with a key as without one.
func TestNoNumber(t *testing.T) {
	s := newStage(t)
	site := s.site(s.landlord("mine", true), "S", true)
	fields := spaceFields("")
	fields.Surface.MinM2 = ptr(math.NaN())
	for _, key := range []string{"", "k"} {
		if _, err := s.Do(t.Context(), staff, RegisterSpace{Site: siteByID(site), Space: fields}, key); codesOf(err) != "INVALID_INPUT" {
			t.Errorf("under %q: %v", key, err)
		}
	}
}

// The hash of an input depends on the action, the input and the hub's secret
// only: not on the order of a map, nor on where values are.
func TestInputHash(t *testing.T) {
	s := newStage(t)
	x := s.sceneIn("published", s.landlord("group", true))
	hash := func(c Command) string {
		t.Helper()
		a := &attempt{command: c, key: "k"}
		if err := a.prepare(rand.Reader, s.secret); err != nil {
			t.Fatal(err)
		}
		return a.inputHash
	}
	seen := map[string]Command{}
	first, again := onScene(t, x), onScene(t, x)
	for i, c := range first {
		h := hash(c)
		if h != hash(again[i]) {
			t.Errorf("%s%s: the same input has two hashes", c.Action(), variant(c))
		}
		if other, ok := seen[h]; ok {
			t.Errorf("%+v and %+v have one hash", c, other)
		}
		seen[h] = c
	}
	// Whoever reads the ledger, and not the personal store, can't try out inputs.
	command := RegisterLandlord{Landlord: landlordFields("x")}
	input, err := json.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	guess := func(secret []byte) string {
		mac := hmac.New(sha256.New, secret)
		mac.Write(append([]byte(command.Action()+"\x00"), input...))
		return hex.EncodeToString(mac.Sum(nil))
	}
	if h := hash(command); h == guess(nil) || h == guess(make([]byte, 32)) || h != guess(s.secret[:]) {
		t.Errorf("the hash %s isn't keyed by the secret", h)
	}
	if hash(StepLandlord{ID: x.need}) == hash(StepNeed{ID: x.need}) {
		t.Error("two actions with one input have one hash")
	}
	values := map[string]any{}
	for f := range reflect.TypeFor[domain.SpaceFields]().Fields() {
		values[f.Name] = nil
	}
	want := hash(ChangeSpace{Changes: patched[domain.SpaceFields](t, values)})
	for range 20 {
		if hash(ChangeSpace{Changes: patched[domain.SpaceFields](t, values)}) != want {
			t.Fatal("the hash of a patch isn't stable")
		}
	}
}

// imported leaves many receipts at once, as a day's import does.
type imported struct{ N int }

func (imported) Action() string { return "test.imported" }
func (c imported) decide(d *decision) error {
	for i := range c.N {
		key := fmt.Sprint("import ", i)
		if err := d.put(domain.KindReceipt, world.ReceiptID("act_import", key), domain.Receipt{Actor: "act_import", Key: key, At: d.at}); err != nil {
			return err
		}
	}
	return nil
}

// Keys are forgotten when the day turns, seven days of commit time after.
func TestKeysAreForgotten(t *testing.T) {
	s := newStage(t)
	const many = 2*mostForgotten + 1
	s.do(staff, imported{N: many})
	command := register("a", sirens[0])
	first := s.keyed(staff, command, "k")
	turn := func(days time.Duration) int {
		t.Helper()
		s.clock.move(days * 24 * time.Hour)
		if err := s.TurnDay(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s.World().Counts().Receipts
	}
	if n := turn(receiptDays); n != many+1 {
		t.Errorf("%d receipts after exactly %d days", n, receiptDays)
	}
	if again := s.keyed(staff, command, "k"); again.Commit != first.Commit {
		t.Errorf("commit %d", again.Commit)
	}
	s.clock.move(time.Hour)
	young := s.keyed(staff, register("b", sirens[1]), "young")
	if n := turn(1); n != 1 {
		t.Errorf("%d receipts a day later", n)
	}
	if again := s.keyed(staff, register("b", sirens[1]), "young"); again.Commit != young.Commit {
		t.Error("a young key is forgotten")
	}
	for _, c := range s.ledger.commits(t) {
		if c.Action == (forget{}).Action() && len(c.Changes) > mostForgotten {
			t.Errorf("commit %d forgets %d keys", c.Number, len(c.Changes))
		}
	}
	// A forgotten key is as good as new.
	if _, err := s.Do(t.Context(), staff, command, "k"); codesOf(err) != "ALREADY_EXISTS" {
		t.Errorf("a forgotten key is told %v", err)
	}
	s.agrees(len(s.ledger.commits(t)))
}
