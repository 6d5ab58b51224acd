package hub

import (
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// SendInvitation invites a project, in a landlord's name. The landlord and staff.
type SendInvitation struct {
	// LandlordID is nil for the viewer's own.
	LandlordID *domain.ID
	ProjectID  domain.ID
	// NeedID is the project's need that it is for; nil for none in particular.
	NeedID *domain.ID
	// Spaces are the landlord's, by id or by its reference, and LandlordNeed its
	// need: at least one of either.
	Spaces       []domain.VacantSpaceRef
	LandlordNeed *domain.LandlordNeedRef
	Sentence     string
	AnswerBy     domain.Date
	// Synthetic marks sample data; the API never sets it.
	Synthetic bool
}

func (SendInvitation) Action() string { return "invitation.send" }

func (c SendInvitation) bring(_ context.Context, b *bringing) error {
	b.needed(domain.Text{Kind: domain.TextMessage, About: c.ProjectID, Body: c.Sentence}, "input", "sentence")
	return nil
}

func (c SendInvitation) decide(d *decision) error {
	l, err := d.landlordForStock(c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	if err := isPublished(l.Doc.Record, "input", "landlordId"); err != nil {
		return err
	}
	project, err := d.publishedProject(c.ProjectID, "input", "projectId")
	if err != nil {
		return err
	}
	i := domain.HostingInvitation{ID: domain.InvitationID(d.newID(domain.KindInvitation)), Contact: d.newContact(c.AnswerBy, c.Synthetic), Status: domain.InvitationSent}
	i.LandlordID, i.ProjectID = l.Doc.ID, project.Doc.ID
	if c.NeedID != nil {
		need, err := d.publishedNeed(*c.NeedID, "input", "needId")
		if err != nil {
			return err
		}
		if need.Doc.ProjectID != project.Doc.ID {
			return domain.InvalidInput{Path: []string{"input", "needId"},
				French: "ce besoin est celui d'un autre projet", English: "this need is another project's"}
		}
		i.NeedID = &need.Doc.ID
	}
	if c.LandlordNeed != nil {
		wanted, err := d.offeredNeed(l.Doc.ID, *c.LandlordNeed, "input", "landlordNeed")
		if err != nil {
			return err
		}
		if !anyProject.MaySee(*wanted.Sight) {
			return unseenByProjects("input", "landlordNeed")
		}
		i.LandlordNeedID = &wanted.Doc.ID
	}
	p := d.problems("input")
	_, i.Spaces = d.offeredSpaces(p, l.Doc.ID, c.Spaces, true)
	p.Require(len(c.Spaces) > 0 || c.LandlordNeed != nil, "invitez pour un local, pour un de vos besoins, ou pour les deux", "invite for a space, for a need of yours, or for both", "spaces")
	d.isAhead(p, c.AnswerBy, "answerBy")
	if err := p.Err(); err != nil {
		return err
	}
	if err := d.onlyInvitation(&i, c); err != nil {
		return err
	}
	if err := d.keep(d.quotas.invitations(), domain.ID(l.Doc.ID), "input"); err != nil {
		return err
	}
	return d.putInvitation(i)
}

// onlyInvitation refuses an invitation of a project that waits for its answer to
// another, of the same landlord, for the same space or need.
func (d *decision) onlyInvitation(i *domain.HostingInvitation, c SendInvitation) error {
	p := d.problems("input")
	for row := range d.world.InvitationsTo(i.ProjectID) {
		o := row.Doc
		if o.StatusOn(d.today()) == domain.InvitationExpired || !o.Open() || !o.Shares(&i.Contact) {
			continue
		}
		exists := func(value string, path []string) {
			p.AddRefusal(d.alreadyExists(value, domain.ID(o.ID), *row.Sight, path))
		}
		if c.LandlordNeed != nil && o.LandlordNeedID != nil && *o.LandlordNeedID == *i.LandlordNeedID {
			exists(c.LandlordNeed.String(), p.At("landlordNeed"))
		}
		for n, id := range i.Spaces {
			if slices.Contains(o.Spaces, id) {
				exists(c.Spaces[n].String(), p.At("spaces", n))
			}
		}
	}
	return p.Err()
}

// SeeInvitation records that an invitation was seen. The project.
type SeeInvitation struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (SeeInvitation) Action() string { return "invitation.see" }

func (c SeeInvitation) decide(d *decision) error {
	i, _, err := d.openInvitation(c.ID, c.ExpectedVersion, domain.PartyProject)
	if err != nil {
		return err
	}
	if i.Status == domain.InvitationSeen {
		d.object = c.ID
		return nil
	}
	i.SeenOn = new(d.today())
	return d.putInvitation(i.Become(domain.InvitationSeen, d.at))
}

// AcceptInvitation accepts an invitation: it begins the draft of a hosting
// request, which the landlord sees. The project.
type AcceptInvitation struct {
	ID              domain.ID
	ExpectedVersion *int
	// NeedID is the project's need that the request is for; nil for the one that
	// the invitation names.
	NeedID *domain.ID
}

func (AcceptInvitation) Action() string { return "invitation.accept" }

func (c AcceptInvitation) decide(d *decision) error {
	i, party, err := d.openInvitation(c.ID, c.ExpectedVersion, domain.PartyProject)
	if err != nil {
		return err
	}
	if c.NeedID == nil && i.NeedID != nil {
		named := domain.ID(*i.NeedID)
		c.NeedID = &named
	}
	_, need, err := d.projectAndNeed(nil, c.NeedID)
	if err != nil {
		return err
	}
	if i.LandlordNeedID != nil {
		if row, ok := d.world.LandlordNeed(*i.LandlordNeedID); !ok || !d.viewer.MaySee(*row.Sight) {
			i.LandlordNeedID = nil // taken back since
		}
	}
	var doc *domain.HostingNeed
	switch {
	case need != nil:
		doc = need.Doc
	case i.LandlordNeedID == nil:
		return domain.InvalidInput{Path: []string{"input", "needId"},
			French:  "dites pour quel besoin du projet : l'invitation n'en nomme pas",
			English: "say for which need of the project: the invitation names none"}
	}
	i.SeenOn = orToday(i.SeenOn, d)
	accepted := i.Become(domain.InvitationAccepted, d.at)
	if err := d.begin(&accepted.Contact, domain.OriginInvitation, c.ID, doc, true, party); err != nil {
		return err
	}
	return d.putInvitation(accepted)
}

// orToday is a day, or today when there is none.
func orToday(day *domain.Date, d *decision) *domain.Date {
	if day != nil {
		return day
	}
	return new(d.today())
}

// DeclineInvitation declines an invitation. The project.
type DeclineInvitation struct {
	ID              domain.ID
	ExpectedVersion *int
	Reason          domain.RefusalReason
	// Words are needed for the reason OTHER.
	Words *string
}

func (DeclineInvitation) Action() string { return "invitation.decline" }

func (c DeclineInvitation) bring(_ context.Context, b *bringing) error {
	b.optional(domain.TextReason, c.ID, c.Words, "input", "words")
	return nil
}

func (c DeclineInvitation) decide(d *decision) error {
	i, party, err := d.openInvitation(c.ID, c.ExpectedVersion, domain.PartyProject)
	if err != nil {
		return err
	}
	if i.Refused, err = d.declined(c.Reason, c.Words, party); err != nil {
		return err
	}
	i.SeenOn = orToday(i.SeenOn, d)
	return d.putInvitation(i.Become(domain.InvitationDeclined, d.at))
}

// WithdrawInvitation takes an invitation back. The landlord and staff.
type WithdrawInvitation struct {
	ID              domain.ID
	ExpectedVersion *int
}

func (WithdrawInvitation) Action() string { return "invitation.withdraw" }

func (c WithdrawInvitation) decide(d *decision) error {
	i, _, err := d.openInvitation(c.ID, c.ExpectedVersion, domain.PartyLandlord, domain.PartyStaff)
	if err != nil {
		return err
	}
	return d.putInvitation(i.Become(domain.InvitationWithdrawn, d.at))
}

// openInvitation finds an invitation that waits for an answer, for one of the
// parties that may act on it, and that party.
func (d *decision) openInvitation(id domain.ID, expected *int, by ...domain.RequestParty) (domain.HostingInvitation, domain.RequestParty, error) {
	row, ok := d.world.Invitation(domain.InvitationID(id))
	row, err := found(d, row, ok, domain.KindInvitation, id, "input", "id")
	if err != nil {
		return domain.HostingInvitation{}, "", err
	}
	i := *row.Doc
	party, acts := i.PartyOf(d.viewer)
	if err := sameVersion(i.Version, expected); err != nil {
		return i, "", err
	}
	if err := d.mayAct(party, acts, by...); err != nil {
		return i, "", err
	}
	if status := i.StatusOn(d.today()); status != domain.InvitationSent && status != domain.InvitationSeen {
		return i, "", notOpen(status)
	}
	return i, party, nil
}

func (d *decision) putInvitation(i domain.HostingInvitation) error {
	i.Commit = d.world.Commit() + 1
	d.object = domain.ID(i.ID)
	return d.put(domain.KindInvitation, d.object, i)
}
