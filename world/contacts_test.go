package world_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// The ids of invitations, proposals and approaches in random histories, and the
// days that they may have, from one that is none's to another.
var (
	invitationIDs = ids[domain.InvitationID]("inv_", 6)
	proposalIDs   = ids[domain.ProposalID]("prp_", 6)
	approachIDs   = ids[domain.ApproachID]("apr_", 6)
	dueDays       = []domain.Date{20_000, 20_001, 20_002, 20_003}
)

// Random histories of invitations, proposals and approaches, whose landlords
// come, change their group and go, lead to the World that the final documents
// alone describe, however they are applied.
func TestContactHistories(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2))
			h, model := newHistory(t), new(naive)
			byOne := world.Empty(ledgerID, france())
			for range 60 {
				var changes []ledger.Change
				for range r.IntN(4) {
					changes = append(changes, randomContact(t, r, h.head.Number))
				}
				c := h.add(changes...)
				model.take(c, h.head)
				before, was := byOne, contactPicture(t, byOne)
				byOne = apply(t, before, c)
				same(t, fmt.Sprintf("commit %d", c.Number), contactPicture(t, byOne), model.contactPicture(t))
				same(t, fmt.Sprintf("the World before commit %d", c.Number), contactPicture(t, before), was)
			}
			same(t, "one batch", contactPicture(t, apply(t, world.Empty(ledgerID, france()), h.commits...)), model.contactPicture(t))
			if got := fmt.Sprintf("%x", byOne.Digest()); got != model.digest() {
				t.Errorf("the digest is %s, want %s", got, model.digest())
			}
		})
	}
}

// randomContact makes an invitation, a proposal, an approach or a landlord of
// theirs, or deletes one.
func randomContact(t *testing.T, r *rand.Rand, commit uint64) ledger.Change {
	contact := domain.Contact{Version: int(commit) + 1, LandlordID: pick(r, landlordIDs), ProjectID: pick(r, projectIDs), AnswerBy: known(r, dueDays)}
	var doc any
	switch r.IntN(5) {
	case 0, 1:
		l := landlord(known(r, landlordIDs))
		l.GroupID = maybe(r, landlordIDs)
		doc = l
	case 2:
		doc = domain.HostingInvitation{ID: known(r, invitationIDs), Contact: contact,
			Status: pick(r, []domain.InvitationStatus{domain.InvitationSent, domain.InvitationSeen, domain.InvitationAccepted, domain.InvitationExpired})}
	case 3:
		doc = domain.HostingProposal{ID: known(r, proposalIDs), Contact: contact,
			Recipient: pick(r, []domain.ProposalRecipient{domain.RecipientLandlord, domain.RecipientProject}),
			Status:    pick(r, []domain.ProposalStatus{domain.ProposalSent, domain.ProposalSeen, domain.ProposalYes, domain.ProposalWithdrawn})}
	default:
		a := domain.LandlordApproach{ID: known(r, approachIDs), Version: int(commit) + 1, LandlordID: pick(r, landlordIDs)}
		a.Projects = append(a.Projects, projectIDs[:r.IntN(3)]...)
		if r.IntN(3) > 0 {
			a.NextStep = &domain.ApproachNextStep{On: known(r, dueDays), ClosedOn: maybe(r, dueDays)}
		}
		doc = a
	}
	c := put(t, doc)
	if r.IntN(6) == 0 {
		c.Doc = nil
	}
	return c
}

func invitationID(i *domain.HostingInvitation) domain.InvitationID { return i.ID }
func proposalID(p *domain.HostingProposal) domain.ProposalID       { return p.ID }
func approachID(a *domain.LandlordApproach) domain.ApproachID      { return a.ID }

// contactPicture asks a World everything about invitations, proposals and
// approaches.
func contactPicture(tb testing.TB, w *world.World) picture {
	tb.Helper()
	counts := w.Counts()
	p := picture{"counts": fmt.Sprint(counts.Invitations, counts.Proposals, counts.Approaches)}
	list(p, "invitations", w.Invitations(), invitationID)
	list(p, "proposals", w.Proposals(), proposalID)
	list(p, "approaches", w.Approaches(), approachID)
	for _, id := range landlordIDs {
		list(p, "invitations of "+string(id), w.InvitationsOf(id), invitationID)
		if listed := len(strings.Fields(p["invitations of "+string(id)])); w.Kept(domain.KindInvitation, domain.ID(id)) != listed {
			tb.Errorf("%s has %d invitations, and %d are counted", id, listed, w.Kept(domain.KindInvitation, domain.ID(id)))
		}
		list(p, "proposals with "+string(id), w.ProposalsWith(id), proposalID)
		list(p, "approaches of "+string(id), w.ApproachesOf(id), approachID)
	}
	for _, id := range projectIDs {
		list(p, "invitations to "+string(id), w.InvitationsTo(id), invitationID)
		list(p, "proposals for "+string(id), w.ProposalsFor(id), proposalID)
		list(p, "approaches about "+string(id), w.ApproachesAbout(id), approachID)
	}
	for _, day := range dueDays {
		list(p, fmt.Sprint("invitations due before ", day), w.InvitationsDue(day), invitationID)
		list(p, fmt.Sprint("proposals due before ", day), w.ProposalsDue(day), proposalID)
		list(p, fmt.Sprint("approaches due before ", day), w.ApproachesDue(day), approachID)
	}
	for _, id := range invitationIDs {
		one(tb, p, id, w.Invitation)
	}
	for _, id := range proposalIDs {
		one(tb, p, id, w.Proposal)
	}
	for _, id := range approachIDs {
		one(tb, p, id, w.Approach)
	}
	return p
}

// contactPicture answers the same from the documents alone.
func (n *naive) contactPicture(tb testing.TB) picture {
	tb.Helper()
	invitations := documents[domain.HostingInvitation](tb, n, domain.KindInvitation)
	proposals := documents[domain.HostingProposal](tb, n, domain.KindProposal)
	approaches := documents[domain.LandlordApproach](tb, n, domain.KindApproach)
	groups := map[domain.LandlordID]domain.LandlordID{}
	for _, l := range documents[domain.Landlord](tb, n, domain.KindLandlord) {
		if l.GroupID != nil {
			groups[l.ID] = *l.GroupID
		}
	}
	p := picture{"counts": fmt.Sprint(len(invitations), len(proposals), len(approaches))}
	due := map[string]map[domain.Date][]string{}
	note := func(kind string, id any, day domain.Date, waits bool, lists ...string) {
		for _, what := range append(lists, kind) {
			if p[what] != "" {
				p[what] += " "
			}
			p[what] += fmt.Sprint(id)
		}
		if waits {
			if due[kind] == nil {
				due[kind] = map[domain.Date][]string{}
			}
			due[kind][day] = append(due[kind][day], fmt.Sprint(id))
		}
	}
	for _, kind := range []string{"invitations", "proposals", "approaches"} {
		p[kind] = ""
	}
	for _, id := range landlordIDs {
		p["invitations of "+string(id)], p["proposals with "+string(id)], p["approaches of "+string(id)] = "", "", ""
	}
	for _, id := range projectIDs {
		p["invitations to "+string(id)], p["proposals for "+string(id)], p["approaches about "+string(id)] = "", "", ""
	}
	for _, i := range invitations {
		note("invitations", i.ID, i.AnswerBy, i.Status == "SENT" || i.Status == "SEEN", "invitations of "+string(i.LandlordID), "invitations to "+string(i.ProjectID))
		sight := domain.Sight{Class: "PRIVATE"}
		sight.Landlord, sight.Group, sight.Project = i.LandlordID, groups[i.LandlordID], i.ProjectID
		p[string(i.ID)] = line(tb, i, sight)
	}
	for _, h := range proposals {
		note("proposals", h.ID, h.AnswerBy, h.Status == "SENT" || h.Status == "SEEN", "proposals with "+string(h.LandlordID), "proposals for "+string(h.ProjectID))
		sight := domain.Sight{Class: "PRIVATE"}
		if h.Recipient == "LANDLORD" {
			sight.Landlord, sight.Group = h.LandlordID, groups[h.LandlordID]
		} else {
			sight.Project = h.ProjectID
		}
		p[string(h.ID)] = line(tb, h, sight)
	}
	for _, a := range approaches {
		lists := []string{"approaches of " + string(a.LandlordID)}
		for _, project := range a.Projects {
			lists = append(lists, "approaches about "+string(project))
		}
		var day domain.Date
		waits := a.NextStep != nil && a.NextStep.ClosedOn == nil
		if waits {
			day = a.NextStep.On
		}
		note("approaches", a.ID, day, waits, lists...)
		p[string(a.ID)] = line(tb, a, domain.Sight{Class: "PRIVATE"})
	}
	for _, kind := range []string{"invitations", "proposals", "approaches"} {
		for _, before := range dueDays {
			var found []string
			for _, day := range slices.Sorted(maps.Keys(due[kind])) {
				if day < before {
					found = append(found, due[kind][day]...)
				}
			}
			p[fmt.Sprint(kind, " due before ", before)] = strings.Join(found, " ")
		}
	}
	n.stand(p)
	return p
}

// Who sees an invitation, proposals and an approach, as the landlord's group
// changes.
func TestSightOfContacts(t *testing.T) {
	group := func(l *domain.Landlord) { l.GroupID = new(domain.LandlordID("lld_g")) }
	of := domain.Contact{LandlordID: "lld_a", ProjectID: "prj_a", AnswerBy: dueDays[0]}
	h := newHistory(t)
	w := h.after(world.Empty(ledgerID, france()),
		put(t, domain.HostingInvitation{ID: "inv_1", Contact: of, Status: domain.InvitationSent}),
		put(t, domain.HostingProposal{ID: "prp_1", Contact: of, Status: domain.ProposalSent, Recipient: domain.RecipientLandlord}),
		put(t, domain.HostingProposal{ID: "prp_2", Contact: of, Status: domain.ProposalYes, Recipient: domain.RecipientProject}),
		put(t, domain.LandlordApproach{ID: "apr_1", LandlordID: "lld_a"}))
	for i, step := range []struct {
		change     ledger.Change
		invitation string
		toLandlord string
	}{
		{put(t, landlord("lld_a")), "owner project staff", "owner staff"},
		{put(t, landlord("lld_a", group)), "owner group project staff", "owner group staff"},
		{put(t, landlord("lld_other", group)), "owner group project staff", "owner group staff"},
		{gone(domain.KindLandlord, "lld_a"), "owner project staff", "owner staff"},
	} {
		w = h.after(w, step.change)
		for what, got := range map[string][2]string{
			"the invitation":               {watchers(w.Invitation("inv_1")), step.invitation},
			"the proposal to the landlord": {watchers(w.Proposal("prp_1")), step.toLandlord},
			"the proposal to the project":  {watchers(w.Proposal("prp_2")), "project staff"},
			"the approach":                 {watchers(w.Approach("apr_1")), "staff"},
		} {
			if got[0] != got[1] {
				t.Errorf("after change %d %s is seen by %q, want %q", i, what, got[0], got[1])
			}
		}
	}
}
