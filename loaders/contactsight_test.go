package loaders_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// contacts are invitations of both projects by several landlords, proposals to
// either side, and approaches of every landlord; then some of what they name is
// taken out of sight.
func (s scene) contacts(t *testing.T) {
	t.Helper()
	var named []domain.SpaceID
	answerBy := domain.NewDate(2040, 1, 1)
	for _, project := range []string{"one", "two"} {
		id := domain.ID(s.projects[project])
		for _, name := range []string{"alpha", "branch", "seen branch"} {
			owner := domain.ID(s.landlords[name])
			spaces, wanted := s.offers(owner)
			apitest.Do[domain.ID](t, s.Server, hub.SendInvitation{LandlordID: &owner, ProjectID: id, NeedID: s.openNeed(id),
				Spaces: spaces, LandlordNeed: wanted, Sentence: "SECRET sentence", AnswerBy: answerBy})
			for _, to := range []domain.ProposalRecipient{domain.RecipientLandlord, domain.RecipientProject} {
				proposal := apitest.Do[domain.ID](t, s.Server, hub.SendProposal{Recipient: to, NeedID: s.openNeed(id), Spaces: spaces, Sentence: "SECRET sentence", AnswerBy: answerBy})
				apitest.Do[domain.ID](t, s.Server, hub.SendProposal{Recipient: to, LandlordNeed: wanted, ProjectID: &id, Sentence: "SECRET sentence", AnswerBy: answerBy})
				if name == "branch" { // taken back by staff, and seen as before
					apitest.Do[domain.ID](t, s.Server, hub.WithdrawProposal{ID: proposal})
				}
			}
			named = append(named, domain.SpaceID(*spaces[0].ID))
		}
	}
	for _, id := range s.landlords {
		apitest.Do[domain.ID](t, s.Server, hub.RecordApproach{LandlordID: domain.ID(id), Approach: domain.StatedApproach{On: domain.NewDate(2026, 1, 5),
			Channel: domain.ChannelPhone, Outcome: domain.OutcomeInterested, Notes: new("SECRET notes"),
			Projects: []domain.ID{domain.ID(s.projects["one"]), domain.ID(s.projects["draft project"])},
			NextStep: &domain.StatedNextStep{Words: "SECRET step", On: domain.NewDate(2026, 1, 6), Follower: new("act_secret")}}})
	}
	for _, id := range named {
		if row, _ := s.Hub.World().Space(id); row.Doc.State == domain.PublicationPublished {
			space := domain.ID(id)
			apitest.Do[domain.ID](t, s.Server, hub.StepSpace{Space: domain.VacantSpaceRef{ID: &space}, To: domain.PublicationWithdrawn})
		}
	}
}

// offers are two spaces and a need of a landlord that projects can see.
func (s scene) offers(landlord domain.ID) (spaces []domain.VacantSpaceRef, wanted *domain.LandlordNeedRef) {
	project := domain.Viewer{Role: domain.RoleProject}
	for row := range s.Hub.World().SpacesOfLandlord(domain.LandlordID(landlord)) {
		if id := domain.ID(row.Doc.ID); len(spaces) < 2 && project.MaySee(*row.Sight) {
			spaces = append(spaces, domain.VacantSpaceRef{ID: &id})
		}
	}
	for row := range s.Hub.World().LandlordNeedsOf(domain.LandlordID(landlord)) {
		if id := domain.ID(row.Doc.ID); project.MaySee(*row.Sight) {
			wanted = &domain.LandlordNeedRef{ID: &id}
		}
	}
	return spaces, wanted
}

// openNeed is the published need of a project.
func (s scene) openNeed(project domain.ID) *domain.ID {
	for row := range s.Hub.World().NeedsOf(domain.ProjectID(project)) {
		if row.Doc.State == domain.PublicationPublished {
			id := domain.ID(row.Doc.ID)
			return &id
		}
	}
	return nil
}

// allOf are the arguments of a list that leave nothing out.
func allOf(list string) string {
	switch list {
	case "hostingInvitations", "hostingProposals":
		return "orderBy: ANSWER_BY"
	case "landlordApproaches":
		return "orderBy: NEXT_STEP"
	}
	return everyState
}

func (o oracle) staff() bool { return o.viewer.Role == domain.RoleStaff }

func (o oracle) holds(p domain.ProjectID) bool { return o.staff() || p == o.viewer.Project }

func (o oracle) invitation(i *domain.HostingInvitation) bool {
	return o.holds(i.ProjectID) || o.owns(o.landlordOf(i.LandlordID))
}

func (o oracle) proposal(p *domain.HostingProposal) bool {
	if p.Recipient == domain.RecipientProject {
		return o.holds(p.ProjectID)
	}
	return o.owns(o.landlordOf(p.LandlordID))
}

// contacts notes which of the ways in the viewer sees.
func (o oracle) contacts(note func(list, id string, ok bool)) {
	w := o.Hub.World()
	for r := range w.Invitations() {
		note("hostingInvitations", string(r.Doc.ID), o.invitation(r.Doc))
	}
	for r := range w.Proposals() {
		note("hostingProposals", string(r.Doc.ID), o.proposal(r.Doc))
	}
	for r := range w.Approaches() {
		note("landlordApproaches", string(r.Doc.ID), o.staff())
	}
}

// spacesSeen are those that the viewer may see.
func (o oracle) spacesSeen(ids []domain.SpaceID) (out []string) {
	for _, id := range ids {
		if row, ok := o.Hub.World().Space(id); ok && o.space(row.Doc) {
			out = append(out, string(id))
		}
	}
	return out
}

// checkContacts follows invitations and proposals to what they name, and to them
// from there: what the viewer may not see is neither shown nor a way to them.
func checkContacts(t *testing.T, client apitest.Client, o oracle) {
	t.Helper()
	type ref *struct{ ID string }
	type contact struct {
		ID                                    string
		Landlord, Project, Need, LandlordNeed ref
		Spaces                                []struct{ ID string }
	}
	const fields = `{ id landlord { id } project { id } need { id } landlordNeed { id } spaces { id } }`
	var answer struct{ HostingInvitations, HostingProposals struct{ Nodes []contact } }
	client.Query(t, &answer, `{ hostingInvitations(first: 100) { nodes `+fields+` } hostingProposals(first: 100) { nodes `+fields+` } }`, nil)
	w := o.Hub.World()
	follow := func(c contact, of *domain.Contact, list string) {
		t.Helper()
		shows := func(what string, got ref, named bool, visible bool) {
			t.Helper()
			if (got != nil) != (named && visible) {
				t.Errorf("%s: its %s is shown: %v", c.ID, what, got != nil)
			}
		}
		project, _ := w.Project(of.ProjectID)
		shows("landlord", c.Landlord, true, o.landlord(o.landlordOf(of.LandlordID)))
		shows("project", c.Project, true, o.project(project.Doc))
		ways := map[string]bool{fmt.Sprintf("landlordId: %q", of.LandlordID): o.landlord(o.landlordOf(of.LandlordID)),
			fmt.Sprintf("projectId: %q", of.ProjectID): o.project(project.Doc)}
		if of.NeedID != nil {
			need, _ := w.Need(*of.NeedID)
			shows("need", c.Need, true, o.need(need.Doc))
			ways[fmt.Sprintf("needId: %q", *of.NeedID)] = o.need(need.Doc)
		} else {
			shows("need", c.Need, false, false)
		}
		if of.LandlordNeedID != nil {
			wanted, _ := w.LandlordNeed(*of.LandlordNeedID)
			shows("landlord's need", c.LandlordNeed, true, o.landlordNeed(wanted.Doc))
			ways[fmt.Sprintf("landlordNeedId: %q", *of.LandlordNeedID)] = o.landlordNeed(wanted.Doc)
		} else {
			shows("landlord's need", c.LandlordNeed, false, false)
		}
		var spaces []string
		for _, s := range c.Spaces {
			spaces = append(spaces, s.ID)
		}
		sameIDs(t, "spaces of "+c.ID, spaces, o.spacesSeen(of.Spaces))
		for _, id := range of.Spaces {
			ways[fmt.Sprintf("spaceId: %q", id)] = len(o.spacesSeen([]domain.SpaceID{id})) == 1
		}
		for filter, open := range ways {
			ids, _ := pagesOf(t, client, list, "filter: { "+filter+" }", 100)
			if found := strings.Contains(strings.Join(ids, " "), c.ID); found != open {
				t.Errorf("%s: found by %s: %v", c.ID, filter, found)
			}
		}
	}
	for _, c := range answer.HostingInvitations.Nodes {
		row, _ := w.Invitation(domain.InvitationID(c.ID))
		follow(c, &row.Doc.Contact, "hostingInvitations")
	}
	for _, c := range answer.HostingProposals.Nodes {
		row, _ := w.Proposal(domain.ProposalID(c.ID))
		follow(c, &row.Doc.Contact, "hostingProposals")
	}
	var below struct {
		Landlords struct {
			Nodes []struct {
				ID                      string
				Invitations, Approaches page
			}
		}
		InnovationProjects struct {
			Nodes []struct {
				ID          string
				Invitations page
			}
		}
	}
	client.Query(t, &below, `{
		landlords(first: 100, `+everyState+`) { nodes { id invitations(first: 100) `+pageFields+` approaches(first: 100) `+pageFields+` } }
		innovationProjects(first: 100, `+everyState+`) { nodes { id invitations(first: 100) `+pageFields+` } }
	}`, nil)
	for _, l := range below.Landlords.Nodes {
		var invitations, approaches []string
		for r := range w.InvitationsOf(domain.LandlordID(l.ID)) {
			if o.invitation(r.Doc) {
				invitations = append(invitations, string(r.Doc.ID))
			}
		}
		for r := range w.ApproachesOf(domain.LandlordID(l.ID)) {
			if o.staff() {
				approaches = append(approaches, string(r.Doc.ID))
			}
		}
		sameIDs(t, "invitations of "+l.ID, l.Invitations.ids(), invitations)
		sameIDs(t, "approaches of "+l.ID, l.Approaches.ids(), approaches)
	}
	for _, p := range below.InnovationProjects.Nodes {
		var invitations []string
		for r := range w.InvitationsTo(domain.ProjectID(p.ID)) {
			if o.invitation(r.Doc) {
				invitations = append(invitations, string(r.Doc.ID))
			}
		}
		sameIDs(t, "invitations of "+p.ID, p.Invitations.ids(), invitations)
	}
}
