package world_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// remembered is how many rows the Worlds of these tests remember: few, so that
// there is something to make a snapshot of.
const remembered = 12

// upTo is a ledger as it was at a commit.
type upTo struct {
	*history
	commit uint64
}

func (l upTo) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		if after >= l.commit {
			return
		}
		for c, err := range l.history.Read(ctx, after) {
			if c.Number > l.commit || !yield(c, err) {
				return
			}
		}
	}
}

// snapshotOf makes a snapshot of a World, and answers it.
func snapshotOf(t *testing.T, s ledger.Snapshots, l ledger.Ledger, w *world.World) ledger.Manifest {
	t.Helper()
	d, err := s.Begin(t.Context(), fmt.Sprint("at ", w.Commit()), firstDay)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.WriteSnapshot(t.Context(), l, d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// boot loads a World, and tells from which commit it began and what was refused.
func boot(t *testing.T, s ledger.Snapshots, l ledger.Ledger) (w *world.World, from uint64, refused []error) {
	t.Helper()
	w, err := world.Boot{Ledger: l, Atlas: france(), Snapshots: s, Remember: remembered,
		Refused: func(err error) { refused = append(refused, err) },
		Chosen:  func(m ledger.Manifest) { from = m.Base.Number },
	}.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return w, from, refused
}

// indistinguishable requires that two Worlds are the same, and answer the same.
func indistinguishable(t *testing.T, what string, got, want *world.World) {
	t.Helper()
	if d := got.Differences(want); d != nil {
		t.Fatalf("%s differs:\n%s", what, strings.Join(d, "\n"))
	}
	same(t, what, pictureOf(t, got), pictureOf(t, want))
	if a, b := matchesOf(t, got), matchesOf(t, want); a != b {
		t.Fatalf("%s matches otherwise:\n got %s\nwant %s", what, a, b)
	}
}

// matchesOf are the matches of all needs, as staff see them.
func matchesOf(t *testing.T, w *world.World) string {
	t.Helper()
	rules := match.Rulesets()
	engine := match.NewEngine(france(), rules[len(rules)-1], w.Today(), true)
	var found []string
	for n := range w.Needs() {
		project, _ := w.Project(n.Doc.ProjectID)
		if project == nil {
			continue
		}
		s := match.NewSearch(w.Columns(), domain.Viewer{Role: domain.RoleStaff}, new(match.Filter), match.Pages{Size: 50, Count: match.CountNearMisses})
		if err := s.Rank(t.Context(), engine.Prepare(match.Subject{Need: n.Doc, Project: project.Doc})); err != nil {
			t.Fatal(err)
		}
		page, _ := s.Page()
		for _, r := range page {
			found = append(found, fmt.Sprint(r.Key))
		}
		found = append(found, fmt.Sprint(s.Counts()))
	}
	return strings.Join(found, " ")
}

// randomStep is a change of any kind, those included that randomChange doesn't
// make.
func randomStep(t *testing.T, r *rand.Rand, commit uint64) ledger.Change {
	t.Helper()
	var kind domain.Kind
	var id domain.ID
	var doc any
	contact := domain.Contact{Version: 1, LandlordID: pick(r, landlordIDs), ProjectID: pick(r, projectIDs), Sentence: pick(r, []domain.TextID{"", "txt_1", "txt_2"}),
		AnswerBy: pick(r, days), Commit: commit, Since: firstDay}
	number := r.IntN(5)
	switch r.IntN(18) {
	case 0:
		d := domain.HostingInvitation{ID: domain.InvitationID(fmt.Sprint("inv_", number)), Contact: contact, Status: pick(r, []domain.InvitationStatus{domain.InvitationSent, domain.InvitationDeclined})}
		kind, id, doc = domain.KindInvitation, domain.ID(d.ID), d
	case 1:
		d := domain.HostingProposal{ID: domain.ProposalID(fmt.Sprint("prp_", number)), Contact: contact, Recipient: pick(r, []domain.ProposalRecipient{domain.RecipientLandlord, domain.RecipientProject}), Status: domain.ProposalSent}
		kind, id, doc = domain.KindProposal, domain.ID(d.ID), d
	case 2:
		d := domain.LandlordApproach{ID: domain.ApproachID(fmt.Sprint("app_", number)), LandlordID: pick(r, landlordIDs), Projects: []domain.ProjectID{pick(r, projectIDs)}, On: pick(r, days), Notes: "txt_3"}
		if r.IntN(2) == 0 {
			d.NextStep = &domain.ApproachNextStep{On: pick(r, days)}
		}
		kind, id, doc = domain.KindApproach, domain.ID(d.ID), d
	case 3:
		d := domain.HostingMessage{ID: domain.MessageID(fmt.Sprint("msg_", number)), RequestID: pick(r, requestIDs), Audience: pick(r, []domain.MessageAudience{"SHARED", "LANDLORD", "PROJECT"}), Body: "txt_4", At: firstDay}
		kind, id, doc = domain.KindMessage, domain.ID(d.ID), d
	case 4, 5:
		d := domain.Mailing{ID: domain.MailingID(fmt.Sprint("mai_", number)), Person: pick(r, personIDs), State: pick(r, []domain.MailingState{domain.MailingDue, domain.MailingClaimed, domain.MailingDead}),
			Events: []domain.MailEvent{{Object: domain.ID(pick(r, requestIDs)), Commit: commit, Code: "REQUEST_RECEIVED"}}, At: firstDay.Add(time.Duration(commit) * time.Minute), CreatedAt: firstDay}
		kind, id, doc = domain.KindMailing, domain.ID(d.ID), d
	case 6:
		kind, id, doc = domain.KindMailProgress, domain.MailProgressID, domain.MailProgress{Through: commit}
	default:
		return randomChange(t, r, commit)
	}
	if r.IntN(6) == 0 {
		return gone(kind, id)
	}
	encoded, err := ledger.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if kind == domain.KindMessage && number == 0 { // as another release would write it
		encoded, err = ledger.Marshal(struct {
			domain.HostingMessage `bson:",inline"`
			Later                 string `bson:"later"`
		}{doc.(domain.HostingMessage), "unknown to this one"})
		if err != nil {
			t.Fatal(err)
		}
	}
	return ledger.Change{Kind: kind, ID: id, Doc: encoded}
}

// Whatever a history is, a World that began from a snapshot of any of its commits
// is the one that lived through it, and the one that a replay makes: with its
// rows and how they stood, its indexes, its memory of the last commits and its
// matches.
func TestSnapshotsLeadToTheSameWorld(t *testing.T) {
	if k, s := world.StoredKinds(), world.SnapshotKinds(); len(k) != len(s) || slices.ContainsFunc(k, func(k domain.Kind) bool { return !slices.Contains(s, k) }) {
		t.Fatalf("commits hold %v, snapshots %v", k, s)
	}
	for seed := range uint64(24) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2))
			h, store := newHistory(t), ledgertest.NewMemory()
			lived := world.Empty(ledgerID, france()).Forgetful(remembered)
			begun := 0
			var pending []ledger.Commit
			for range 150 {
				var changes []ledger.Change
				for range r.IntN(5) {
					changes = append(changes, randomStep(t, r, h.head.Number))
				}
				if pending = append(pending, h.add(changes...)); r.IntN(3) == 0 {
					lived, pending = apply(t, lived, pending...), nil
				}
				if base, _ := lived.SnapshotBase(); base > 0 && len(pending) == 0 && r.IntN(8) == 0 {
					snapshotOf(t, store, h, lived)
				}
				if r.IntN(12) != 0 {
					continue
				}
				lived, pending = apply(t, lived, pending...), nil
				booted, from, refused := boot(t, store, h)
				if refused != nil {
					t.Fatalf("commit %d: refused: %v", h.head.Number, refused)
				}
				replayed, _, _ := boot(t, nil, h)
				indistinguishable(t, fmt.Sprintf("the boot at %d from %d", h.head.Number, from), booted, replayed)
				indistinguishable(t, "the replay", replayed, lived)
				if from > 0 {
					begun++
				}
				if r.IntN(2) == 0 { // and from there on
					lived = booted
				}
			}
			if begun == 0 {
				t.Error("no boot began from a snapshot")
			}
		})
	}
}

// A snapshot made of a World that began from a snapshot is byte for byte the one
// made of the World that lived through it.
func TestSnapshotsAreAlikeWhoeverMakesThem(t *testing.T) {
	h, store := historyWithSnapshots(t)
	booted, from, _ := boot(t, store, h)
	replayed, _, _ := boot(t, nil, h)
	if from == 0 {
		t.Fatal("it didn't begin from a snapshot")
	}
	a, b := ledgertest.NewMemory(), ledgertest.NewMemory()
	snapshotOf(t, a, h, booted)
	snapshotOf(t, b, h, replayed)
	if ma, mb := newest(t, a), newest(t, b); fmt.Sprint(ma) != fmt.Sprint(mb) {
		t.Errorf("%+v\n%+v", ma, mb)
	}
}

// historyWithSnapshots is a history with three snapshots of it.
func historyWithSnapshots(t *testing.T) (*history, *ledgertest.Memory) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	h, store := newHistory(t), ledgertest.NewMemory()
	w := world.Empty(ledgerID, france()).Forgetful(remembered)
	for n := range 121 {
		w = h.after(w, randomStep(t, r, uint64(n)), randomStep(t, r, uint64(n)))
		if n == 40 || n == 80 || n == 110 {
			snapshotOf(t, store, h, w)
		}
	}
	return h, store
}

func newest(t *testing.T, s ledger.Snapshots) ledger.Manifest {
	t.Helper()
	for m, err := range s.Newest(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	t.Fatal("there is no snapshot")
	return ledger.Manifest{}
}

// Whatever is wrong with a snapshot, the boot says so, begins from an older one or
// from the first commit, and comes to the same World.
func TestBootRefuses(t *testing.T) {
	// rewritten replaces the newest manifest by another one.
	rewritten := func(change func(*ledger.Manifest)) func(*testing.T, *ledgertest.Memory, *history, ledger.Manifest) ledger.Ledger {
		return func(t *testing.T, s *ledgertest.Memory, h *history, m ledger.Manifest) ledger.Ledger {
			m.Chunks = slices.Clone(m.Chunks)
			change(&m)
			s.Change(func(s *ledgertest.Memory) { s.Manifests[m.ID], _ = m.Encode() })
			return h
		}
	}
	damaged := func(change func(*ledgertest.Memory, string)) func(*testing.T, *ledgertest.Memory, *history, ledger.Manifest) ledger.Ledger {
		return func(_ *testing.T, s *ledgertest.Memory, h *history, m ledger.Manifest) ledger.Ledger {
			s.Change(func(s *ledgertest.Memory) { change(s, m.ID) })
			return h
		}
	}
	// another chunk in the place of one, with a manifest that says so.
	forged := func(change func(chunk []byte) []byte) func(*testing.T, *ledgertest.Memory, *history, ledger.Manifest) ledger.Ledger {
		return func(t *testing.T, s *ledgertest.Memory, h *history, m ledger.Manifest) ledger.Ledger {
			m.Chunks = slices.Clone(m.Chunks)
			s.Change(func(s *ledgertest.Memory) {
				chunk := change(slices.Clone(s.Chunks[m.ID][0]))
				s.Chunks[m.ID][0], m.Chunks[0] = chunk, ledger.RefOf(chunk)
				s.Manifests[m.ID], _ = m.Encode()
			})
			return h
		}
	}
	tests := []struct {
		name string
		// spoil damages the newest snapshot, or answers another ledger.
		spoil func(*testing.T, *ledgertest.Memory, *history, ledger.Manifest) ledger.Ledger
		// says is in the reason.
		says string
	}{
		{"a bit of a chunk is another", damaged(func(s *ledgertest.Memory, id string) {
			s.Chunks[id][1] = slices.Clone(s.Chunks[id][1])
			s.Chunks[id][1][30] ^= 4
		}), "chunk 1 isn't what was written"},
		{"a chunk is cut short", damaged(func(s *ledgertest.Memory, id string) { s.Chunks[id][1] = s.Chunks[id][1][:20] }), "chunk 1 isn't what was written"},
		{"a chunk is missing", damaged(func(s *ledgertest.Memory, id string) { s.Chunks[id][2] = nil }), "chunk 2 is missing"},
		{"the last chunk is missing", damaged(func(s *ledgertest.Memory, id string) { s.Chunks[id] = s.Chunks[id][:len(s.Chunks[id])-1] }), "is missing"},
		{"a bit of the manifest is another", damaged(func(s *ledgertest.Memory, id string) { s.Manifests[id][90] ^= 1 }), "manifest"},
		{"the manifest is empty", damaged(func(s *ledgertest.Memory, id string) { s.Manifests[id] = nil }), "manifest"},
		{"a chunk isn't named", rewritten(func(m *ledger.Manifest) { m.Chunks = m.Chunks[:len(m.Chunks)-1] }), "aren't those of the ledger"},
		{"a chunk is named twice", rewritten(func(m *ledger.Manifest) { m.Chunks[1] = m.Chunks[0] }), "chunk 1 isn't what was written"},
		{"another document", forged(func(c []byte) []byte { c[len(c)-20] ^= 1; return c }), ""},
		{"rubbish behind the rows", forged(func(c []byte) []byte { return append(c, 0) }), "what a snapshot holds"},
		{"an unknown kind", forged(func(c []byte) []byte { c[1] = 'x'; return c }), "no such kind"},
		{"of another ledger", rewritten(func(m *ledger.Manifest) { m.Ledger = "another" }), "another ledger"},
		{"in another way of writing", rewritten(func(m *ledger.Manifest) { m.Codec = "2" + m.Codec[1:] }), "another release"},
		{"of a newer format", rewritten(func(m *ledger.Manifest) { m.Base.Format, m.Known.Format = 1000, 1000 }), "after this release"},
		{"of another history, by its end", rewritten(func(m *ledger.Manifest) { m.Known.Hash[3]++ }), "another history"},
		{"of another history, by its base", rewritten(func(m *ledger.Manifest) { m.Base.Hash[3]++ }), "doesn't go on from it"},
		{"of another commit", rewritten(func(m *ledger.Manifest) { m.Base.Number++ }), "doesn't go on from it"},
		{"of a commit before what it holds", rewritten(func(m *ledger.Manifest) { m.Base.Number-- }), "of a later commit"},
		{"the ledger is shorter than what it knows", func(_ *testing.T, _ *ledgertest.Memory, h *history, m ledger.Manifest) ledger.Ledger {
			return upTo{h, m.Known.Number - 1}
		}, "doesn't hold its commit"},
		{"the ledger is shorter than it", func(_ *testing.T, _ *ledgertest.Memory, h *history, m ledger.Manifest) ledger.Ledger {
			return upTo{h, m.Base.Number - 1}
		}, "doesn't hold its commit"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, others := range []bool{true, false} {
				h, store := historyWithSnapshots(t)
				m := newest(t, store)
				if !others { // it is the only one
					for _, id := range store.IDs()[1:] {
						store.Change(func(s *ledgertest.Memory) { delete(s.Manifests, id) })
					}
				}
				l := test.spoil(t, store, h, m)
				booted, from, refused := boot(t, store, l)
				if len(refused) != 1 || !strings.Contains(refused[0].Error(), test.says) {
					t.Fatalf("it says: %v", refused)
				}
				if _, ok := errors.AsType[*ledger.SnapshotError](refused[0]); !ok && test.says != "what a snapshot holds" && test.says != "no such kind" && test.says != "" && test.says != "of a later commit" {
					t.Errorf("a %T", refused[0])
				}
				if others != (from > 0) || from == m.Base.Number {
					t.Errorf("it began from %d", from)
				}
				replayed, _, _ := boot(t, nil, l)
				indistinguishable(t, "the boot", booted, replayed)
			}
		})
	}
}

// An ended context ends a boot, and a snapshot in the making.
func TestSnapshotContext(t *testing.T) {
	h, store := historyWithSnapshots(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	w, _, _ := boot(t, nil, h)
	d, err := store.Begin(t.Context(), "one", firstDay)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteSnapshot(ended, h, d); !errors.Is(err, context.Canceled) {
		t.Errorf("writing answers %v", err)
	}
	if n := len(store.IDs()); n != 3 {
		t.Errorf("there are %d snapshots", n)
	}
}

// What a World makes of the same commits beside their documents is in snapshots,
// which other releases read: who could see each version of what. When this fails,
// raise snapshotVersion, so that they don't, and write the new sum here. (The sum
// is also another when the history of this test is.)
func TestSnapshotVersion(t *testing.T) {
	const version, sum = "1", "b54828a2202217b0"
	h, _ := historyWithSnapshots(t)
	w, _, _ := boot(t, nil, h)
	hash := sha256.New()
	p := pictureOf(t, w)
	for _, what := range slices.Sorted(maps.Keys(p)) {
		if strings.HasPrefix(what, "how ") || strings.HasPrefix(what, "versions ") {
			fmt.Fprintln(hash, what, p[what])
		}
	}
	if got := fmt.Sprintf("%x", hash.Sum(nil)[:8]); got != sum || !strings.HasPrefix(w.SnapshotCodec(), version+"-") {
		t.Errorf("the standings come to %s, in the codec %s", got, w.SnapshotCodec())
	}
}
