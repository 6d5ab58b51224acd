package world_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// Random histories, whose documents come, change, move, clash and go in any
// order, lead to the same World however they are applied, and to the one that
// the final documents alone describe.
func TestHistories(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			h, model := newHistory(t), new(naive)
			byOne := world.Empty(ledgerID, france())
			batched, pending := byOne, []ledger.Commit(nil)
			wanted := pictureOf(t, byOne)

			for range 50 {
				var changes []ledger.Change
				for range r.IntN(5) {
					changes = append(changes, randomChange(t, r, h.head.Number))
				}
				c := h.add(changes...)
				model.take(c, h.head)
				want := model.picture(t)

				before := byOne
				byOne = apply(t, before, c)
				same(t, fmt.Sprintf("commit %d alone", c.Number), pictureOf(t, byOne), want)
				same(t, fmt.Sprintf("the World before commit %d", c.Number), pictureOf(t, before), wanted)
				wanted = want
				if pending = append(pending, c); r.IntN(6) == 0 {
					batched, pending = apply(t, batched, pending...), nil
					same(t, fmt.Sprintf("batch to commit %d", c.Number), pictureOf(t, batched), want)
				}
			}

			same(t, "one batch", pictureOf(t, apply(t, world.Empty(ledgerID, france()), h.commits...)), wanted)
			loaded, err := world.Load(context.Background(), h, france())
			if err != nil {
				t.Fatal(err)
			}
			same(t, "replay", pictureOf(t, loaded), wanted)
			tally := world.NewTally()
			for _, c := range h.commits {
				if err := tally.Add(c); err != nil {
					t.Fatal(err)
				}
			}
			erasures := tally.Erasures()
			slices.SortFunc(erasures, func(a, b domain.Erasure) int { return strings.Compare(string(a.ID), string(b.ID)) })
			if tally.Digest() != loaded.Digest() || !reflect.DeepEqual(erasures, slices.AppendSeq([]domain.Erasure{}, loaded.Erasures())) {
				t.Errorf("the tally is %x with %v, want %x", tally.Digest(), erasures, loaded.Digest())
			}
		})
	}
}

// randomChange makes a document of the universe, or deletes one.
func randomChange(t *testing.T, r *rand.Rand, commit uint64) ledger.Change {
	record := published()
	record.Version = int(commit) + 1
	record.State = pick(r, []domain.Publication{"PUBLISHED", "PUBLISHED", "PUBLISHED", "DRAFT", "WITHDRAWN", "ARCHIVED"})
	visibility := pick(r, []domain.Visibility{"PUBLIC", "PUBLIC", "NETWORK", "PRIVATE"})
	remove := r.IntN(6) == 0

	var doc any
	switch r.IntN(20) {
	case 0, 1:
		l := landlord(known(r, landlordIDs))
		l.Record, l.Siren, l.GroupID = record, maybe(r, sirens), maybe(r, landlordIDs)
		doc = l
	case 2, 3, 4:
		s := site(known(r, siteIDs), pick(r, landlordIDs))
		s.Record, s.Visibility, s.CommuneCode, s.ExternalRef = record, visibility, known(r, communes), maybe(r, refs)
		doc = s
	case 5, 6, 7:
		s := space(known(r, spaceIDs), pick(r, siteIDs))
		s.Record, s.Visibility, s.ExternalRef = record, visibility, maybe(r, refs)
		if r.IntN(3) == 0 { // beside what the requests take
			s.Commitments = []domain.Commitment{{Kind: domain.CommitmentConvention, From: new(pick(r, days))}}
		}
		doc = s
	case 8:
		p := project(known(r, projectIDs), known(r, slugs))
		p.Record = record
		for range r.IntN(3) {
			p.Aliases = append(p.Aliases, known(r, slugs))
		}
		doc = p
	case 9:
		n := need(known(r, needIDs), pick(r, projectIDs))
		n.Record = record
		doc = n
	case 10:
		n := landlordNeed(known(r, landlordNeedIDs), pick(r, landlordIDs))
		n.Record, n.Visibility, n.ExternalRef = record, visibility, maybe(r, refs)
		doc = n
	case 11, 12, 13, 14, 15:
		doc = randomRequest(r)
	case 16:
		p := placement(known(r, requestIDs), pick(r, projectIDs), pick(r, landlordIDs))
		p.Record = record
		doc = p
	case 17:
		doc = domain.Receipt{Actor: "actor", Key: known(r, keys), Commit: commit, At: firstDay.Add(time.Duration(r.IntN(60)) * time.Minute)}
	case 18:
		doc = domain.Erasure{ID: known(r, erasureIDs), Person: known(r, personIDs), Texts: []domain.TextID{"txt_1"}, At: firstDay}
	default:
		remove = remove && r.IntN(3) == 0
		doc = domain.Settings{Ruleset: "1", Today: domain.DateOf(firstDay).AddDays(r.IntN(30))}
	}
	c := put(t, doc)
	if remove {
		c.Doc = nil
	}
	return c
}

// randomRequest is a request at any point of its life, likely or not.
func randomRequest(r *rand.Rand) domain.HostingRequest {
	q := request(known(r, requestIDs), pick(r, projectIDs))
	q.LandlordID, q.NeedID, q.Sent = maybe(r, landlordIDs), maybe(r, needIDs), r.IntN(2) == 0
	q.Status = pick(r, []domain.RequestStatus{"DRAFT", "SUBMITTED", "LANDLORD_REVIEW", "CONVENTION", "ON_HOLD", "SIGNED", "SIGNED", "PILOT", "SCALED", "ENDED", "ENDED", "CANCELLED"})
	q.DueOn = maybe(r, days)
	for range r.IntN(3) {
		if s := pick(r, spaceIDs); !slices.Contains(q.Spaces, s) {
			q.Spaces = append(q.Spaces, s)
		}
	}
	if r.IntN(4) > 0 {
		q.Scope = &domain.HostingScope{Space: maybe(r, spaceIDs)}
	}
	for range r.IntN(3) {
		from := pick(r, days)
		t := domain.HostingConvention{From: from, Until: from.AddDays(r.IntN(20))}
		if r.IntN(2) == 0 {
			t.Slots = []domain.RecurringSlot{{Rule: "FREQ=WEEKLY;BYDAY=TU", Start: 17 * 60, DurationMinutes: 60}}
		}
		q.Terms = append(q.Terms, t)
	}
	if q.Status == domain.RequestEnded {
		q.Ending = &domain.HostingEnding{On: pick(r, days)}
	}
	return q
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// known leaves out the last name of a list.
func known[T any](r *rand.Rand, list []T) T { return pick(r, list[:len(list)-1]) }

func maybe[T any](r *rand.Rand, list []T) *T {
	if r.IntN(3) == 0 {
		return nil
	}
	v := known(r, list)
	return &v
}
