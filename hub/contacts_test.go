package hub

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/palier-hub/palier/domain"
)

// contacts is a hosting stage whose landlord also looks for something, with
// invitations, proposals and approaches to make.
type contacts struct {
	*hosting
	wanted, group domain.ID
}

func newContacts(t testing.TB) *contacts {
	t.Helper()
	h := newHosting(t)
	c := &contacts{hosting: h, wanted: h.landlordNeed(h.landlord, "courses", true), group: h.newLandlord("G")}
	grouped, err := NewPatch[domain.LandlordFields](map[string]any{"GroupID": new(domain.LandlordID(c.group))})
	if err != nil {
		t.Fatal(err)
	}
	h.do(staff, ChangeLandlord{ID: h.landlord, ExpectedVersion: new(1), Changes: grouped})
	return c
}

// invites is the landlord's invitation of the project for the room.
func (c *contacts) invites() SendInvitation {
	return SendInvitation{LandlordID: &c.landlord, ProjectID: c.project, NeedID: &c.need, Spaces: []domain.VacantSpaceRef{spaceByID(c.room)},
		Sentence: "Venez voir la salle.", AnswerBy: c.today().AddDays(30)}
}

// proposes the room for the project's need.
func (c *contacts) proposes(to domain.ProposalRecipient) SendProposal {
	return SendProposal{Recipient: to, NeedID: &c.need, Spaces: []domain.VacantSpaceRef{spaceByID(c.room), spaceByID(c.annex)},
		Sentence: "Vous pourriez vous entendre.", AnswerBy: c.today().AddDays(30)}
}

// proposesProject proposes the project for what the landlord looks for.
func (c *contacts) proposesProject(to domain.ProposalRecipient) SendProposal {
	need := landlordNeedByID(c.wanted)
	return SendProposal{Recipient: to, LandlordNeed: &need, ProjectID: &c.project, Sentence: "Ce projet sait le faire.", AnswerBy: c.today().AddDays(30)}
}

func (c *contacts) records() RecordApproach {
	return RecordApproach{LandlordID: c.landlord, Approach: domain.StatedApproach{On: c.today(), Channel: domain.ChannelPhone, Outcome: domain.OutcomeToCallBack,
		Projects: []domain.ID{c.project}, Notes: new("Peu de temps."),
		NextStep: &domain.StatedNextStep{Words: "Rappeler.", On: c.today().AddDays(7)}}}
}

func (c *contacts) invitation(id domain.ID) domain.HostingInvitation {
	c.t.Helper()
	row, ok := c.World().Invitation(domain.InvitationID(id))
	return document(c.t, row, ok, id)
}

func (c *contacts) proposal(id domain.ID) domain.HostingProposal {
	c.t.Helper()
	row, ok := c.World().Proposal(domain.ProposalID(id))
	return document(c.t, row, ok, id)
}

func (c *contacts) approach(id domain.ID) domain.LandlordApproach {
	c.t.Helper()
	row, ok := c.World().Approach(domain.ApproachID(id))
	return document(c.t, row, ok, id)
}

// pass lets days go by.
func (c *contacts) pass(days int) {
	c.t.Helper()
	c.clock.move(time.Duration(days) * 24 * time.Hour)
	if err := c.TurnDay(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

// TestContactMatrix keeps who can do what with an invitation, a proposal and an
// approach in which status as a table that people can read. After a deliberate
// change: go test ./hub -run ContactMatrix -update.
func TestContactMatrix(t *testing.T) {
	invitation := func(id domain.ID) []Command {
		return []Command{SeeInvitation{ID: id}, AcceptInvitation{ID: id}, DeclineInvitation{ID: id, Reason: domain.RefusedDuration}, WithdrawInvitation{ID: id}}
	}
	proposal := func(id domain.ID) []Command {
		return []Command{SeeProposal{ID: id}, AcceptProposal{ID: id}, DeclineProposal{ID: id, Reason: domain.RefusedDuration}, WithdrawProposal{ID: id}}
	}
	approach := func(id domain.ID) []Command {
		changes, err := NewPatch[domain.StatedApproach](map[string]any{"Outcome": domain.OutcomeInterested})
		if err != nil {
			t.Fatal(err)
		}
		return []Command{ChangeApproach{ID: id, ExpectedVersion: new(1), Changes: changes}, CloseNextStep{ID: id}}
	}
	invited := func(c *contacts) domain.ID { return c.do(c.asLandlord, c.invites()).Object }
	proposed := func(to domain.ProposalRecipient) func(*contacts) domain.ID {
		return func(c *contacts) domain.ID { return c.do(staff, c.proposes(to)).Object }
	}
	toProject, toLandlord := proposed(domain.RecipientProject), proposed(domain.RecipientLandlord)
	then := func(begin func(*contacts) domain.ID, as func(*contacts) domain.Viewer, what func(domain.ID) Command) func(*contacts) domain.ID {
		return func(c *contacts) domain.ID {
			id := begin(c)
			c.do(as(c), what(id))
			return id
		}
	}
	theProject := func(c *contacts) domain.Viewer { return c.asProject }
	theLandlord := func(c *contacts) domain.Viewer { return c.asLandlord }
	theStaff := func(*contacts) domain.Viewer { return staff }
	nth := func(commands func(domain.ID) []Command, n int) func(domain.ID) Command {
		return func(id domain.ID) Command { return commands(id)[n] }
	}
	expired := func(begin func(*contacts) domain.ID) func(*contacts) domain.ID {
		return func(c *contacts) domain.ID { id := begin(c); c.pass(31); return id }
	}
	var out bytes.Buffer
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "action\tproject\tlandlord\tstaff\tgroup\tother landlord\tother project\tobserver\tpublic\n")
	for _, way := range []struct {
		name     string
		begin    func(*contacts) domain.ID
		commands func(domain.ID) []Command
	}{
		{"nothing yet", func(*contacts) domain.ID { return "" }, nil},
		{"invitation SENT", invited, invitation},
		{"invitation SEEN", then(invited, theProject, nth(invitation, 0)), invitation},
		{"invitation ACCEPTED", then(invited, theProject, nth(invitation, 1)), invitation},
		{"invitation DECLINED", then(invited, theProject, nth(invitation, 2)), invitation},
		{"invitation WITHDRAWN", then(invited, theLandlord, nth(invitation, 3)), invitation},
		{"invitation EXPIRED", expired(invited), invitation},
		{"proposal to the project SENT", toProject, proposal},
		{"proposal to the project SEEN", then(toProject, theProject, nth(proposal, 0)), proposal},
		{"proposal to the project ANSWERED_YES", then(toProject, theProject, nth(proposal, 1)), proposal},
		{"proposal to the landlord SENT", toLandlord, proposal},
		{"proposal to the landlord ANSWERED_YES", then(toLandlord, theLandlord, nth(proposal, 1)), proposal},
		{"proposal to the landlord ANSWERED_NO", then(toLandlord, theLandlord, nth(proposal, 2)), proposal},
		{"proposal to the landlord WITHDRAWN", then(toLandlord, theStaff, nth(proposal, 3)), proposal},
		{"proposal to the landlord EXPIRED", expired(toLandlord), proposal},
		{"approach", func(c *contacts) domain.ID { return c.do(staff, c.records()).Object }, approach},
	} {
		c := newContacts(t)
		id := way.begin(c)
		commands := []Command{c.invites(), c.proposes(domain.RecipientProject), c.proposesProject(domain.RecipientLandlord), c.records()}
		if way.commands != nil {
			commands = way.commands(id)
		}
		fmt.Fprintf(table, "\n%s\n", way.name)
		for _, command := range commands {
			fmt.Fprint(table, command.Action())
			for _, v := range []domain.Viewer{c.asProject, c.asLandlord, staff, landlordViewer(c.group), c.asOtherLandlord, c.asRival, observer, domain.Anonymous} {
				a := &attempt{viewer: v, command: command}
				if err := a.prepare(rand.Reader, c.secret); err != nil {
					t.Fatal(err)
				}
				commit, _, err := c.decideOne(c.World(), a, c.clock.tell())
				answer, known := map[string]string{"accepted": "yes", "NOT_FOUND": "hidden", "NOT_ALLOWED": "not theirs", "WRONG_STATUS": "not now"}[codesOf(err)]
				if !known {
					answer = codesOf(err)
				}
				fmt.Fprintf(table, "\t%s", answer)
				if commit != nil {
					c.stillHolds(commit)
				}
			}
			fmt.Fprintln(table)
		}
	}
	table.Flush()
	golden(t, "testdata/contacts.txt", out.Bytes())
}

// An accepted invitation is a draft that the landlord sees, with what the need
// says and what it was for.
func TestInvitationBecomesRequest(t *testing.T) {
	c := newContacts(t)
	send := c.invites()
	send.Spaces = append(send.Spaces, spaceByRef("annex"))
	id := c.do(c.asLandlord, send).Object
	accepted := c.do(c.asProject, AcceptInvitation{ID: id})
	if accepted.Object != id {
		t.Errorf("the outcome is %s", accepted.Object)
	}
	i := c.invitation(id)
	if i.Status != domain.InvitationAccepted || i.RequestID == nil || i.Version != 2 || i.SeenOn == nil {
		t.Fatalf("%+v", i)
	}
	r := c.request(domain.ID(*i.RequestID))
	need := c.needDoc(c.need)
	if r.Origin != domain.OriginInvitation || r.OriginID != id || !r.Sent || r.Status != domain.RequestDraft || string(*r.LandlordID) != string(c.landlord) ||
		r.Wish != domain.WishSpaces || len(r.Spaces) != 2 || string(r.Spaces[1]) != string(c.annex) || *r.Surface.MinM2 != *need.Surface.MinM2 || r.Duration.MinMonths != need.Duration.MinMonths {
		t.Errorf("%+v", r)
	}
	if row, _ := c.World().Request(r.ID); !c.asLandlord.MaySee(*row.Sight) || c.asOtherLandlord.MaySee(*row.Sight) {
		t.Error("the draft is for its project and its landlord")
	}
	c.does(domain.ID(r.ID), domain.ActionSubmit)
	if wrong := violations(c.World(), c.Atlas); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// Without a space left or a need of the landlord's, any space will do; without a
// space from the start, none is asked for.
func TestWhatAnInvitationAsksFor(t *testing.T) {
	c := newContacts(t)
	need := landlordNeedByID(c.wanted)
	without := SendInvitation{ProjectID: c.project, LandlordNeed: &need, Sentence: "Ce projet sait le faire.", AnswerBy: c.today()}
	id := c.do(c.asLandlord, without).Object
	c.do(c.asProject, AcceptInvitation{ID: id})
	if r := c.request(domain.ID(*c.invitation(id).RequestID)); r.Wish != domain.WishNone || r.NeedID != nil || string(*r.LandlordNeedID) != string(c.wanted) {
		t.Errorf("%+v", r)
	}

	send := c.invites()
	send.NeedID = nil
	id = c.do(c.asLandlord, send).Object
	if got := told(c.refused(c.asProject, AcceptInvitation{ID: id})); got != "INVALID_INPUT at input.needId" {
		t.Error(got)
	}
	if got := told(c.refused(c.asProject, AcceptInvitation{ID: id, NeedID: &c.rivalNeed})); got != "INVALID_INPUT at input.needId" {
		t.Error(got)
	}
	c.do(c.asLandlord, StepSpace{Space: spaceByID(c.room), To: domain.PublicationWithdrawn})
	c.do(c.asProject, AcceptInvitation{ID: id, NeedID: &c.need})
	if r := c.request(domain.ID(*c.invitation(id).RequestID)); r.Wish != domain.WishAny || len(r.Spaces) != 0 || string(*r.NeedID) != string(c.need) {
		t.Errorf("%+v", r)
	}
}

// What can't be invited, and what is said of it.
func TestInvitationRefusals(t *testing.T) {
	c := newContacts(t)
	draft, foreign := c.stage.project("brouillon", false), c.stage.site(c.otherLandlord, "S-9", true)
	theirs := c.space(foreign, "theirs", true)
	private := spaceFields("private")
	private.Visibility = domain.VisibilityPrivate
	hidden := c.do(staff, RegisterSpace{Site: siteByID(c.hosting.site), Space: private, Publish: true}).Object
	theirNeed := c.landlordNeed(c.otherLandlord, "fleurs", true)
	for name, test := range map[string]struct {
		as     domain.Viewer
		change func(*SendInvitation)
		want   string
	}{
		"a project that is a draft":                 {c.asLandlord, func(i *SendInvitation) { i.ProjectID = draft }, "NOT_FOUND at input.projectId"},
		"a project that is a draft, by staff":       {staff, func(i *SendInvitation) { i.ProjectID = draft }, "WRONG_STATE at input.projectId"},
		"a project that isn't there":                {c.asLandlord, func(i *SendInvitation) { i.ProjectID = "prj_none" }, "NOT_FOUND at input.projectId"},
		"another landlord's space":                  {c.asLandlord, func(i *SendInvitation) { i.Spaces[0] = spaceByID(theirs) }, "NOT_FOUND at input.spaces.0.id"},
		"another landlord's space, by staff":        {staff, func(i *SendInvitation) { i.Spaces[0] = spaceByID(theirs) }, "NOT_FOUND at input.spaces.0.id"},
		"a space that no project sees":              {c.asLandlord, func(i *SendInvitation) { i.Spaces[0] = spaceByID(hidden) }, "INVALID_INPUT at input.spaces.0"},
		"a space twice":                             {c.asLandlord, func(i *SendInvitation) { i.Spaces = append(i.Spaces, spaceByRef("room")) }, "INVALID_INPUT at input.spaces.1"},
		"nothing":                                   {c.asLandlord, func(i *SendInvitation) { i.Spaces = nil }, "INVALID_INPUT at input.spaces"},
		"another project's need":                    {c.asLandlord, func(i *SendInvitation) { i.NeedID = &c.rivalNeed }, "INVALID_INPUT at input.needId"},
		"another landlord's need":                   {c.asLandlord, func(i *SendInvitation) { i.LandlordNeed = new(landlordNeedByID(theirNeed)) }, "NOT_FOUND at input.landlordNeed.id"},
		"a day that is past":                        {c.asLandlord, func(i *SendInvitation) { i.AnswerBy = c.today().AddDays(-1) }, "INVALID_INPUT at input.answerBy"},
		"in the name of another landlord":           {c.asOtherLandlord, func(*SendInvitation) {}, "NOT_ALLOWED"},
		"21 spaces":                                 {c.asLandlord, func(i *SendInvitation) { i.Spaces = make([]domain.VacantSpaceRef, 21) }, "INVALID_INPUT at input.spaces"},
		"a project for an id of another kind":       {c.asLandlord, func(i *SendInvitation) { i.ProjectID = c.room }, "INVALID_INPUT at input.projectId"},
		"several things at once, by the landlord's": {c.asLandlord, func(i *SendInvitation) { i.Spaces, i.AnswerBy = nil, 1 }, "INVALID_INPUT at input.spaces\nINVALID_INPUT at input.answerBy"},
	} {
		send := c.invites()
		test.change(&send)
		if got := told(c.refused(test.as, send)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// One invitation at a time waits for an answer, of a landlord to a project for a
// space or a need.
func TestOneOpenInvitation(t *testing.T) {
	c := newContacts(t)
	id := c.do(c.asLandlord, c.invites()).Object
	again := c.invites()
	again.Spaces = []domain.VacantSpaceRef{spaceByRef("annex"), spaceByRef("room")}
	if got := told(c.refused(c.asLandlord, again)); got != "ALREADY_EXISTS at input.spaces.1" {
		t.Error(got)
	}
	if exists := c.refused(staff, c.invites())[0].(domain.AlreadyExists); exists.ID == nil || *exists.ID != id {
		t.Errorf("%+v", exists)
	}
	other := c.invites()
	other.ProjectID, other.NeedID = c.rival, nil
	c.do(c.asLandlord, other)
	need := landlordNeedByID(c.wanted)
	forNeed := SendInvitation{ProjectID: c.project, LandlordNeed: &need, Sentence: "Ce projet sait le faire.", AnswerBy: c.today()}
	c.do(c.asLandlord, forNeed)
	if got := told(c.refused(c.asLandlord, forNeed)); got != "ALREADY_EXISTS at input.landlordNeed" {
		t.Error(got)
	}
	c.do(c.asProject, DeclineInvitation{ID: id, Reason: domain.RefusedDuration})
	c.do(c.asLandlord, c.invites())
	c.pass(1)
	forNeed.AnswerBy = c.today()
	c.do(c.asLandlord, forNeed) // the one before has expired
}

// What is archived takes its open invitations and proposals along, and says so to
// nobody who answers later.
func TestArchivingClosesContacts(t *testing.T) {
	for name, archive := range map[string]func(*contacts) Command{
		"landlord": func(c *contacts) Command { return StepLandlord{ID: c.landlord, To: domain.PublicationArchived} },
		"project":  func(c *contacts) Command { return StepProject{ID: c.project, To: domain.PublicationArchived} },
	} {
		c := newContacts(t)
		declined := c.do(c.asLandlord, c.invites()).Object
		c.do(c.asProject, DeclineInvitation{ID: declined, Reason: domain.RefusedDuration})
		invited := c.do(c.asLandlord, c.invites()).Object
		proposed := c.do(staff, c.proposes(domain.RecipientLandlord)).Object
		c.do(staff, archive(c))
		if got := c.invitation(invited).Status; got != domain.InvitationWithdrawn {
			t.Errorf("%s archived: the invitation is %s", name, got)
		}
		if got := c.proposal(proposed).Status; got != domain.ProposalWithdrawn {
			t.Errorf("%s archived: the proposal is %s", name, got)
		}
		if got := c.invitation(declined).Status; got != domain.InvitationDeclined {
			t.Errorf("%s archived: what was declined is %s", name, got)
		}
	}
}

// A proposal keeps its matches; a project's yes is its own affair, a landlord's
// is in the open.
func TestProposals(t *testing.T) {
	c := newContacts(t)
	id := c.do(staff, c.proposes(domain.RecipientProject)).Object
	if p := c.proposal(id); len(p.Matches) != 2 || string(p.Matches[0].Space) != string(c.room) || p.Matches[0].Ruleset != "2026-11" || p.Matches[0].On != c.today() {
		t.Errorf("%+v", p.Matches)
	}
	c.do(c.asProject, AcceptProposal{ID: id})
	r := c.request(domain.ID(*c.proposal(id).RequestID))
	if r.Origin != domain.OriginProposal || r.OriginID != id || r.Sent || len(r.Spaces) != 2 || string(*r.NeedID) != string(c.need) {
		t.Errorf("%+v", r)
	}

	id = c.do(staff, c.proposesProject(domain.RecipientLandlord)).Object
	if p := c.proposal(id); len(p.Matches) != 1 || p.Matches[0].Space != "" || p.Matches[0].Ruleset != "2026-11" || string(p.ProjectID) != string(c.project) {
		t.Errorf("%+v", p)
	}
	c.do(c.asLandlord, AcceptProposal{ID: id})
	r = c.request(domain.ID(*c.proposal(id).RequestID))
	if !r.Sent || r.Wish != domain.WishNone || r.Log[0].Party != domain.PartyLandlord || string(*r.LandlordNeedID) != string(c.wanted) {
		t.Errorf("%+v", r)
	}
	if wrong := violations(c.World(), c.Atlas); len(wrong) > 0 {
		t.Error(wrong)
	}

	// What it was for was taken back.
	id = c.do(staff, c.proposes(domain.RecipientLandlord)).Object
	c.do(c.asProject, StepNeed{ID: c.need, To: domain.PublicationWithdrawn})
	if got := told(c.refused(c.asLandlord, AcceptProposal{ID: id})); got != "NOT_FOUND at input.id" {
		t.Error(got)
	}
	both := c.proposesProject(domain.RecipientProject)
	both.NeedID = &c.rivalNeed
	if got := told(c.refused(staff, both)); got != "INVALID_INPUT at input" {
		t.Error(got)
	}
}

// The words of an approach stay when a change leaves them out; a next step that
// is given stands anew.
func TestApproaches(t *testing.T) {
	c := newContacts(t)
	id := c.do(staff, c.records()).Object
	if a := c.approach(id); a.NextStep == nil || a.NextStep.Follower != staff.Actor || a.Due() == nil || *a.Due() != c.today().AddDays(7) {
		t.Fatalf("%+v", a)
	}
	words := c.approach(id)
	if words.Notes == "" || words.NextStep.Words == "" || words.Notes == words.NextStep.Words {
		t.Errorf("the words are %q and %q", words.Notes, words.NextStep.Words)
	}
	c.do(staff, CloseNextStep{ID: id})
	if a := c.approach(id); a.Due() != nil || a.NextStep.ClosedOn == nil || *a.NextStep.ClosedOn != c.today() {
		t.Errorf("%+v", a.NextStep)
	}
	if got := told(c.refused(staff, CloseNextStep{ID: id})); got != "INVALID_INPUT at input.id" {
		t.Error(got)
	}
	change := func(version int, set map[string]any) ChangeApproach {
		return ChangeApproach{ID: id, ExpectedVersion: &version, Changes: patched[domain.StatedApproach](t, set)}
	}
	c.do(staff, change(2, map[string]any{"NextStep": &domain.StatedNextStep{Words: "Écrire.", On: c.today(), Follower: new("act_other")}}))
	if a := c.approach(id); a.Due() == nil || a.NextStep.Follower != "act_other" || len(a.Projects) != 1 {
		t.Errorf("%+v", a)
	}
	if a := c.approach(id); a.Notes != words.Notes || a.NextStep.Words == "" || a.NextStep.Words == words.NextStep.Words {
		t.Errorf("the words are %q and %q", a.Notes, a.NextStep.Words)
	}
	c.do(staff, change(3, map[string]any{"NextStep": nil, "Projects": nil, "Outcome": domain.OutcomeNotInterested}))
	if a := c.approach(id); a.NextStep != nil || len(a.Projects) != 0 || a.Outcome != domain.OutcomeNotInterested || a.Version != 4 {
		t.Errorf("%+v", a)
	}
	if outcome := c.do(staff, change(4, map[string]any{"Outcome": domain.OutcomeNotInterested})); outcome.Commit != 0 {
		t.Error("a change that changes nothing wrote something")
	}
	for want, set := range map[string]map[string]any{
		"INVALID_INPUT at input.changes.on":          {"On": nil},
		"INVALID_INPUT at input.changes.outcome":     {"Outcome": nil},
		"NOT_FOUND at input.changes.projects.0":      {"Projects": []domain.ID{"prj_none"}},
		"INVALID_INPUT at input.changes.projects.1":  {"Projects": []domain.ID{c.project, c.project}},
		"INVALID_INPUT at input.changes.nextStep.on": {"NextStep": &domain.StatedNextStep{Words: "Avant.", On: c.today().AddDays(-1)}},
	} {
		if got := told(c.refused(staff, change(4, set))); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := told(c.refused(staff, change(1, map[string]any{"Notes": nil}))); got != "VERSION_CONFLICT at input.expectedVersion" {
		t.Error(got)
	}
}
