package world_test

import (
	"context"
	"encoding/binary"
	"iter"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

const ledgerID = "a-ledger-for-tests"

// history is a ledger in memory that only reads. Its commits are a minute
// apart.
type history struct {
	ledger.Ledger // nil: what isn't below isn't called
	tb            testing.TB
	head          ledger.Head
	commits       []ledger.Commit
}

func newHistory(tb testing.TB) *history {
	return &history{tb: tb, head: ledger.Genesis(ledgerID)}
}

func (h *history) ID() string { return ledgerID }

func (h *history) Read(_ context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		for _, c := range h.commits[after:] {
			if !yield(c, nil) {
				return
			}
		}
	}
}

var firstDay = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// add appends a commit of these changes.
func (h *history) add(changes ...ledger.Change) ledger.Commit {
	h.tb.Helper()
	c := ledger.Commit{
		Number:  h.head.Number + 1,
		Format:  h.head.Format,
		Time:    firstDay.Add(time.Duration(h.head.Number) * time.Minute),
		Action:  "test",
		Prev:    h.head.Hash,
		Changes: changes,
	}
	binary.BigEndian.PutUint64(c.ID[:], c.Number)
	encoded, err := c.Encode()
	if err != nil {
		h.tb.Fatal(err)
	}
	h.commits = append(h.commits, c)
	h.head = ledger.Head{Number: c.Number, Hash: ledger.HashOf(encoded), Format: c.Format}
	return c
}

// after adds a commit of these changes and applies it.
func (h *history) after(w *world.World, changes ...ledger.Change) *world.World {
	h.tb.Helper()
	return apply(h.tb, w, h.add(changes...))
}

func apply(tb testing.TB, w *world.World, commits ...ledger.Commit) *world.World {
	tb.Helper()
	next, err := w.Apply(commits)
	if err != nil {
		tb.Fatal(err)
	}
	return next
}

// put is the change that stores a document under its own id.
func put(tb testing.TB, doc any) ledger.Change {
	tb.Helper()
	var c ledger.Change
	switch d := doc.(type) {
	case domain.Landlord:
		c.Kind, c.ID = domain.KindLandlord, domain.ID(d.ID)
	case domain.LandlordSite:
		c.Kind, c.ID = domain.KindSite, domain.ID(d.ID)
	case domain.VacantSpace:
		c.Kind, c.ID = domain.KindSpace, domain.ID(d.ID)
	case domain.InnovationProject:
		c.Kind, c.ID = domain.KindProject, domain.ID(d.ID)
	case domain.HostingNeed:
		c.Kind, c.ID = domain.KindNeed, domain.ID(d.ID)
	case domain.LandlordNeed:
		c.Kind, c.ID = domain.KindLandlordNeed, domain.ID(d.ID)
	case domain.HostingRequest:
		c.Kind, c.ID = domain.KindRequest, domain.ID(d.ID)
	case domain.Placement:
		c.Kind, c.ID = domain.KindPlacement, domain.ID(d.ID)
	case domain.HostingInvitation:
		c.Kind, c.ID = domain.KindInvitation, domain.ID(d.ID)
	case domain.HostingProposal:
		c.Kind, c.ID = domain.KindProposal, domain.ID(d.ID)
	case domain.HostingMessage:
		c.Kind, c.ID = domain.KindMessage, domain.ID(d.ID)
	case domain.LandlordApproach:
		c.Kind, c.ID = domain.KindApproach, domain.ID(d.ID)
	case domain.Receipt:
		c.Kind, c.ID = domain.KindReceipt, world.ReceiptID(d.Actor, d.Key)
	case domain.Erasure:
		c.Kind, c.ID = domain.KindErasure, domain.ID(d.ID)
	case domain.Settings:
		c.Kind, c.ID = domain.KindSettings, domain.SettingsID
	default:
		tb.Fatalf("no kind of document is a %T", doc)
	}
	var err error
	if c.Doc, err = ledger.Marshal(doc); err != nil {
		tb.Fatal(err)
	}
	return c
}

// gone is the change that deletes a document.
func gone[ID ~string](kind domain.Kind, id ID) ledger.Change {
	return ledger.Change{Kind: kind, ID: domain.ID(id)}
}

// Documents with what a test cares about.

func landlord(id domain.LandlordID, change ...func(*domain.Landlord)) domain.Landlord {
	l := domain.Landlord{ID: id, Record: published()}
	for _, f := range change {
		f(&l)
	}
	return l
}

func site(id domain.SiteID, of domain.LandlordID, change ...func(*domain.LandlordSite)) domain.LandlordSite {
	s := domain.LandlordSite{ID: id, LandlordID: of, Record: published()}
	s.Visibility = domain.VisibilityPublic
	for _, f := range change {
		f(&s)
	}
	return s
}

func space(id domain.SpaceID, at domain.SiteID, change ...func(*domain.VacantSpace)) domain.VacantSpace {
	s := domain.VacantSpace{ID: id, SiteID: at, Record: published()}
	s.Visibility = domain.VisibilityPublic
	for _, f := range change {
		f(&s)
	}
	return s
}

func project(id domain.ProjectID, slug string, aliases ...string) domain.InnovationProject {
	p := domain.InnovationProject{ID: id, Record: published()}
	p.Slug, p.Aliases = slug, aliases
	return p
}

func need(id domain.NeedID, of domain.ProjectID) domain.HostingNeed {
	return domain.HostingNeed{ID: id, ProjectID: of, Record: published()}
}

func landlordNeed(id domain.LandlordNeedID, of domain.LandlordID, change ...func(*domain.LandlordNeed)) domain.LandlordNeed {
	n := domain.LandlordNeed{ID: id, LandlordID: of, Record: published()}
	n.Visibility = domain.VisibilityPublic
	for _, f := range change {
		f(&n)
	}
	return n
}

func request(id domain.RequestID, of domain.ProjectID, change ...func(*domain.HostingRequest)) domain.HostingRequest {
	r := domain.HostingRequest{ID: id, ProjectID: of, Version: 1, Status: domain.RequestDraft, CreatedAt: firstDay, UpdatedAt: firstDay, Since: firstDay}
	for _, f := range change {
		f(&r)
	}
	return r
}

// sentTo: the landlord has the request.
func sentTo(l domain.LandlordID) func(*domain.HostingRequest) {
	return func(r *domain.HostingRequest) { r.LandlordID, r.Sent = &l, true }
}

// occupies: the request has a space, for each of the terms.
func occupies(s domain.SpaceID, terms ...domain.HostingConvention) func(*domain.HostingRequest) {
	return func(r *domain.HostingRequest) {
		r.Status, r.Scope, r.Terms = domain.RequestSigned, &domain.HostingScope{Space: &s}, terms
	}
}

func placement(of domain.RequestID, p domain.ProjectID, l domain.LandlordID) domain.Placement {
	return domain.Placement{ID: domain.PlacementIDOf(of), RequestID: of, ProjectID: p, LandlordID: l, Record: published()}
}

func published() domain.Record {
	return domain.Record{Version: 1, State: domain.PublicationPublished, CreatedAt: firstDay, UpdatedAt: firstDay}
}
