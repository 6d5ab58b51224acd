package world

import (
	"iter"
	"time"

	"github.com/palier-hub/palier/domain"
)

// Place is where a reader of the changes stands: it has read those of all
// commits up to one, and the first so many of the next.
type Place struct {
	Commit uint64
	Part   int
}

// Reached is the last commit that a place says anything of.
func (p Place) Reached() uint64 {
	if p.Part > 0 {
		return p.Commit + 1
	}
	return p.Commit
}

// Change is what one commit did to one row. It holds no row: whoever keeps it
// keeps nothing else.
type Change struct {
	// Place is behind the change.
	Place Place
	// Commit that did it, with its action and time.
	Commit uint64
	Action string
	At     time.Time
	Kind   domain.ChangeKind
	ID     domain.ID
	// Before and After decide who could see the row before the commit and who
	// can after it; nil when there was none, or is none.
	Before, After *domain.Sight
	// Written: the commit wrote or deleted the document. Else it only brought the
	// row into sight or out of it, by what it did to a parent.
	Written bool
	// Was and Is are the sides that a hosting request named before the commit and
	// after it, whoever may see it: an unsent one isn't its landlord's to see. Zero
	// for other kinds, and where there was none, or is none.
	Was, Is domain.Ownership
}

// told are the kinds whose changes are told, in the order in which those of one
// commit are. Places count on this order: a new kind comes at the end.
var told = []func(*replaced) tracesOf{
	tell(domain.ChangeOfLandlord, func(r *replaced) trail[domain.LandlordID, domain.Landlord] { return r.landlords }),
	tell(domain.ChangeOfSite, func(r *replaced) trail[domain.SiteID, domain.LandlordSite] { return r.sites }),
	tell(domain.ChangeOfSpace, func(r *replaced) trail[domain.SpaceID, domain.VacantSpace] { return r.spaces }),
	tell(domain.ChangeOfProject, func(r *replaced) trail[domain.ProjectID, domain.InnovationProject] { return r.projects }),
	tell(domain.ChangeOfNeed, func(r *replaced) trail[domain.NeedID, domain.HostingNeed] { return r.needs }),
	tell(domain.ChangeOfLandlordNeed, func(r *replaced) trail[domain.LandlordNeedID, domain.LandlordNeed] { return r.landlordNeeds }),
	tellRequests,
	tell(domain.ChangeOfPlacement, func(r *replaced) trail[domain.PlacementID, domain.Placement] { return r.placements }),
	tell(domain.ChangeOfInvitation, func(r *replaced) trail[domain.InvitationID, domain.HostingInvitation] { return r.invitations }),
	tell(domain.ChangeOfProposal, func(r *replaced) trail[domain.ProposalID, domain.HostingProposal] { return r.proposals }),
	tell(domain.ChangeOfApproach, func(r *replaced) trail[domain.ApproachID, domain.LandlordApproach] { return r.approaches }),
	tell(domain.ChangeOfMessage, func(r *replaced) trail[domain.MessageID, domain.HostingMessage] { return r.messages }),
}

// tracesOf are the traces of one kind in one commit.
type tracesOf struct {
	count int
	// at tells the row of a trace.
	at func(i int, into *Change)
}

func tell[ID ~string, T any](kind domain.ChangeKind, of func(*replaced) trail[ID, T]) func(*replaced) tracesOf {
	return func(r *replaced) tracesOf {
		t := of(r)
		return tracesOf{len(t), func(i int, into *Change) {
			old, row := t[i].old, t[i].row
			into.Kind, into.ID = kind, domain.ID(t[i].id)
			into.Before, into.After = sightOf(old), sightOf(row)
			into.Written = old == nil || row == nil || old.Doc != row.Doc
		}}
	}
}

// tellRequests tells besides whom the requests name.
func tellRequests(r *replaced) tracesOf {
	traces := requestTraces(r)
	return tracesOf{traces.count, func(i int, into *Change) {
		traces.at(i, into)
		into.Was, into.Is = named(r.requests[i].old), named(r.requests[i].row)
	}}
}

var requestTraces = tell(domain.ChangeOfRequest, func(r *replaced) trail[domain.RequestID, domain.HostingRequest] { return r.requests })

// named are the sides that a request names.
func named(row *requestRow) (sides domain.Ownership) {
	if row == nil {
		return sides
	}
	sides.Project = row.Doc.ProjectID
	if row.Doc.LandlordID != nil {
		sides.Landlord = *row.Doc.LandlordID
	}
	return sides
}

// ChangesAfter yields what the commits after a place did, whoever may know of
// it, in an order that every World of this ledger has: by commit, then by kind.
// False when the World doesn't remember all of it, or hasn't come to the place.
func (w *World) ChangesAfter(p Place) (iter.Seq[Change], bool) {
	if p.Commit < w.recent.complete || p.Reached() > w.Commit() {
		return nil, false
	}
	return func(yield func(Change) bool) {
		w.recent.commits.Ascend(p.Commit+1, func(commit uint64, r *replaced) bool {
			done := 0
			if commit == p.Commit+1 {
				done = p.Part
			}
			return r.tell(commit, done, yield)
		})
	}, true
}

// tell yields the changes of a commit but for the first ones; false when no more
// are wanted.
func (r *replaced) tell(commit uint64, done int, yield func(Change) bool) bool {
	number := 0
	for _, of := range told {
		traces := of(r)
		for i := max(0, done-number); i < traces.count; i++ {
			c := Change{Place: Place{commit - 1, number + i + 1}, Commit: commit, Action: r.action, At: r.at}
			traces.at(i, &c)
			if !yield(c) {
				return false
			}
		}
		number += traces.count
	}
	return true
}
