package domain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestMailTable is the table as people read it: what is done, by whom, and who is
// told of it, those with ! being asked for an answer.
func TestMailTable(t *testing.T) {
	for line := range strings.Lines(strings.TrimSpace(`
SUBMIT              | PROJECT  | SUBMITTED           | STAFF!
REQUEST_CHANGES     | STAFF    | CHANGES_REQUESTED   | PROJECT!
SEND_TO_LANDLORD    | STAFF    | LANDLORD_REVIEW     | PROJECT LANDLORD!
REMIND              | HUB      | LANDLORD_REVIEW     |
RECORD_VISIT        | LANDLORD | SCOPING             | PROJECT
SCOPE               | LANDLORD | TENANT_CONSULTATION | PROJECT
RECORD_CONSULTATION | LANDLORD | CONVENTION          | PROJECT
PROPOSE_CONVENTION  | LANDLORD | CONVENTION          | PROJECT!
CONSENT             | PROJECT  | CONVENTION          | LANDLORD!
SIGN                | LANDLORD | SIGNED              | PROJECT STAFF
HAND_OVER           | LANDLORD | PILOT               | PROJECT
HAND_OVER           | PROJECT  | PILOT               | LANDLORD
RECORD_INDICATORS   | STAFF    | PILOT               |
EVALUATE            | STAFF    | EVALUATED           | PROJECT LANDLORD
HOST                | LANDLORD | HOSTED              | PROJECT STAFF
SCALE               | STAFF    | SCALED              | PROJECT LANDLORD
END                 | HUB      | ENDED               | PROJECT LANDLORD
END                 | PROJECT  | ENDED               | LANDLORD
HOLD                | STAFF    | ON_HOLD             | PROJECT LANDLORD
RESUME              | STAFF    | LANDLORD_REVIEW     | PROJECT LANDLORD!
RESUME              | LANDLORD | LANDLORD_REVIEW     | PROJECT
RESUME              | STAFF    | SCOPING             | PROJECT LANDLORD
REJECT              | LANDLORD | REJECTED            | PROJECT
REOPEN              | STAFF    | CHANGES_REQUESTED   | PROJECT! LANDLORD
WITHDRAW            | PROJECT  | WITHDRAWN           | LANDLORD STAFF
CANCEL              | PROJECT  | CANCELLED           | LANDLORD STAFF
CANCEL              | STAFF    | CANCELLED           | PROJECT LANDLORD
EXPIRE              | HUB      | EXPIRED             | PROJECT LANDLORD STAFF
SUPERSEDE           | HUB      | SUPERSEDED          | PROJECT
AGREE_TO_PUBLISH    | PROJECT  | HOSTED              | LANDLORD!
CHANGE              | PROJECT  | CHANGES_REQUESTED   |
CORRECT             | STAFF    | ENDED               |
`)) {
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		r := domain.HostingRequest{Origin: domain.OriginProject}
		_, told := r.MailOf(domain.RequestStep{Action: domain.RequestAction(cells[0]), Party: domain.RequestParty(cells[1]), From: domain.RequestScoping, To: domain.RequestStatus(cells[2])})
		if got := say(told); got != cells[3] {
			t.Errorf("%s by %s to %s tells %s, want %s", cells[0], cells[1], cells[2], got, cells[3])
		}
	}
	codes := map[domain.MailEventCode]bool{}
	for _, rule := range domain.MailRules() {
		if codes[rule.Code] {
			t.Errorf("%s stands twice", rule.Code)
		}
		codes[rule.Code] = true
	}
}

// say is who is told, ! being asked.
func say(told []domain.MailTold) string {
	var all []string
	for _, m := range told {
		name := string(m.Party)
		if m.Asked {
			name += "!"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

func TestMailOfDrafts(t *testing.T) {
	first := func(origin domain.RequestOrigin, by domain.RequestParty, action domain.RequestAction) string {
		r := domain.HostingRequest{Origin: origin}
		_, told := r.MailOf(domain.RequestStep{Action: action, Party: by, To: domain.RequestDraft})
		return say(told)
	}
	for _, c := range []struct {
		origin domain.RequestOrigin
		by     domain.RequestParty
		action domain.RequestAction
		want   string
	}{
		{domain.OriginProject, domain.PartyProject, domain.ActionChange, ""},
		{domain.OriginProject, domain.PartyStaff, domain.ActionChange, ""},
		{domain.OriginInvitation, domain.PartyProject, domain.ActionChange, ""},
		{domain.OriginProposal, domain.PartyLandlord, domain.ActionChange, "PROJECT!"},
		{domain.OriginReplication, domain.PartyStaff, domain.ActionScale, "PROJECT!"},
	} {
		if got := first(c.origin, c.by, c.action); got != c.want {
			t.Errorf("a draft by %s from %s tells %q, want %q", c.by, c.origin, got, c.want)
		}
	}
	r := domain.HostingRequest{}
	if _, told := r.MailOf(domain.RequestStep{Action: domain.ActionWithdraw, Party: domain.PartyProject, From: domain.RequestDraft, To: domain.RequestWithdrawn}); say(told) != "LANDLORD" {
		t.Errorf("a draft withdrawn tells %q", say(told))
	}
	r.Agreed = domain.PublicationAgreement{Project: new(domain.NewDate(2026, 1, 1)), Landlord: new(domain.NewDate(2026, 1, 1))}
	if _, told := r.MailOf(domain.RequestStep{Action: domain.ActionAgreeToPublish, Party: domain.PartyProject, From: domain.RequestHosted, To: domain.RequestHosted}); told != nil {
		t.Errorf("an agreement that asks for nothing more tells %q", say(told))
	}
}

func TestMailOfContacts(t *testing.T) {
	sides := func(told []domain.MailTold, side func(domain.RequestParty) (domain.ID, bool)) string {
		var all []string
		for _, m := range told {
			if id, ok := side(m.Party); ok {
				all = append(all, strings.TrimSuffix(fmt.Sprintf("%s=%s", say([]domain.MailTold{m}), id), "="))
			}
		}
		return strings.Join(all, " ")
	}
	contact := domain.Contact{LandlordID: "lld_a", ProjectID: "prj_a"}
	for status, want := range map[domain.InvitationStatus]string{
		domain.InvitationSent: "PROJECT!=prj_a", domain.InvitationSeen: "", domain.InvitationAccepted: "LANDLORD=lld_a STAFF",
		domain.InvitationDeclined: "LANDLORD=lld_a", domain.InvitationWithdrawn: "PROJECT=prj_a", domain.InvitationExpired: "LANDLORD=lld_a",
	} {
		i := domain.HostingInvitation{Contact: contact, Status: status}
		code, told := i.MailOf()
		if got := sides(told, i.Side); got != want {
			t.Errorf("an invitation %s tells %q, want %q", status, got, want)
		}
		if code != "" && !slices.Equal(domain.InvitationMailTold(code), told) {
			t.Errorf("%s isn't found again", code)
		}
	}
	for status, want := range map[domain.ProposalStatus]string{
		domain.ProposalSent: "LANDLORD!=lld_a", domain.ProposalSeen: "", domain.ProposalYes: "STAFF", domain.ProposalNo: "STAFF",
		domain.ProposalWithdrawn: "LANDLORD=lld_a", domain.ProposalExpired: "STAFF",
	} {
		p := domain.HostingProposal{Contact: contact, Status: status, Recipient: domain.RecipientLandlord}
		code, told := p.MailOf()
		if got := sides(told, p.Side); got != want {
			t.Errorf("a proposal %s tells %q, want %q", status, got, want)
		}
		if code != "" && !slices.Equal(domain.ProposalMailTold(code), told) {
			t.Errorf("%s isn't found again", code)
		}
	}
	r := domain.HostingRequest{ProjectID: "prj_a", LandlordID: new(domain.LandlordID("lld_a"))}
	if _, ok := r.Side(domain.PartyLandlord); ok {
		t.Error("a landlord is told of what wasn't sent to it")
	}
}

// TestReminders goes through the days around a due day, on which mail is sent or
// not.
func TestReminders(t *testing.T) {
	due := domain.NewDate(2026, 10, 1)
	for _, c := range []struct {
		name string
		// from is the first day looked at, off those on which no mail was sent, all
		// counted from the due day.
		from int
		off  []int
		want string
	}{
		{"all goes well", -10, nil, "first -7, last 0, expires 1"},
		{"the hub was down for a week", -10, []int{-7, -6, -5, -4, -3, -2, -1}, "first 0, last 3, expires 4"},
		{"it was down past the day", -10, []int{-7, -6, -5, -4, -3, -2, -1, 0, 1}, "first 2, last 5, expires 6"},
		{"due at once", 0, nil, "first 0, last 3, expires 4"},
		{"no mail at the day itself", -10, []int{0}, "first -7, last 1, expires 2"},
		{"no mail at all", 8, []int{8, 9, 10, 11}, ""},
	} {
		r := domain.HostingRequest{Status: domain.RequestLandlordReview, DueOn: &due}
		var got []string
		for day := c.from; day < 12; day++ {
			today := due.AddDays(day)
			if r.Expires(today) {
				got = append(got, fmt.Sprint("expires ", day))
				break
			}
			code, is := r.ReminderDue(today)
			if !is || slices.Contains(c.off, day) {
				continue
			}
			if due >= domain.ReminderAhead(today) {
				t.Errorf("%s: on %d it isn't looked at", c.name, day)
			}
			got = append(got, fmt.Sprint(map[domain.MailEventCode]string{domain.MailFirstReminder: "first ", domain.MailLastReminder: "last "}[code], day))
			r.Reminders = append(r.Reminders, today)
			if !r.Reminded(code) || r.Expires(today) {
				t.Errorf("%s: on %d the reminder doesn't count, or expires at once", c.name, day)
			}
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMailPreference(t *testing.T) {
	for _, c := range []struct {
		stated domain.MailPreference
		of     domain.ID
		want   domain.MailPreference
	}{{"", "", domain.MailDaily}, {"", "lld_a", domain.MailImmediate}, {domain.MailNone, "", domain.MailNone}, {domain.MailDaily, "prj_a", domain.MailDaily}} {
		if got := c.stated.For(c.of); got != c.want {
			t.Errorf("%q of %q is %s, want %s", c.stated, c.of, got, c.want)
		}
	}
	p := &domain.Problems{}
	domain.Person{Name: "Zoé", Mail: "HOURLY"}.Validate(p)
	if err := p.Err(); err == nil || !strings.Contains(err.Error(), "IMMEDIATE") {
		t.Errorf("a preference that there isn't: %v", err)
	}
}
