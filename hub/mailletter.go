package hub

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
	"github.com/palier-hub/palier/world"
)

// letterTo is what a mailing tells a person, of what they may see and what still
// says something; false when that is nothing.
func letterTo(w *world.World, p domain.Person, m *domain.Mailing) (mail.Letter, bool) {
	l := mail.Letter{ID: m.ID, To: p}
	v := viewerOf(p)
	for _, e := range m.Events {
		if item, ok := itemOf(w, v, p.Organisation, e); ok {
			l.Items = append(l.Items, item)
		}
	}
	return l, len(l.Items) > 0
}

// viewerOf is a person as a viewer: they are told nothing that they couldn't
// read.
func viewerOf(p domain.Person) domain.Viewer {
	switch p.Organisation.Kind() {
	case domain.KindLandlord:
		return domain.Viewer{Role: domain.RoleLandlord, Landlord: domain.LandlordID(p.Organisation)}
	case domain.KindProject:
		return domain.Viewer{Role: domain.RoleProject, Project: domain.ProjectID(p.Organisation)}
	}
	return domain.Viewer{Role: domain.RoleStaff}
}

// itemOf is an event as a viewer is told of it.
func itemOf(w *world.World, v domain.Viewer, organisation domain.ID, e domain.MailEvent) (item mail.Item, ok bool) {
	told := false
	for _, side := range sidesOf(w, e) {
		if side.organisation == organisation {
			told, item.Asked = true, side.asked
		}
	}
	if !told {
		return item, false
	}
	item.Event = e
	switch e.Object.Kind() {
	case domain.KindRequest:
		row, _ := w.Request(domain.RequestID(e.Object))
		r := row.Doc
		item.Status = labels(r.Status)
		item.Asked = item.Asked && stillAsks(r, e)
		if item.By = r.DueOn; !item.Asked {
			item.By = nil
		}
		landlord := domain.LandlordID("")
		if r.LandlordID != nil {
			landlord = *r.LandlordID
		}
		name(w, v, &item, r.ProjectID, landlord, askedSpace(r))
		return item, v.MaySee(*row.Sight)
	case domain.KindInvitation:
		row, _ := w.Invitation(domain.InvitationID(e.Object))
		contact(w, v, &item, &row.Doc.Contact, row.Doc.Open())
		item.Status = labels(row.Doc.Status)
		return item, v.MaySee(*row.Sight)
	default:
		row, _ := w.Proposal(domain.ProposalID(e.Object))
		contact(w, v, &item, &row.Doc.Contact, row.Doc.Open())
		item.Status = labels(row.Doc.Status)
		return item, v.MaySee(*row.Sight)
	}
}

// contact says what an invitation or a proposal is about, and until when it waits
// for an answer.
func contact(w *world.World, v domain.Viewer, item *mail.Item, c *domain.Contact, open bool) {
	if item.Asked = item.Asked && open; item.Asked {
		item.By = &c.AnswerBy
	}
	space := domain.SpaceID("")
	if len(c.Spaces) == 1 {
		space = c.Spaces[0]
	}
	name(w, v, item, c.ProjectID, c.LandlordID, space)
}

// stillAsks: the answer that an event asked for hasn't been given.
func stillAsks(r *domain.HostingRequest, e domain.MailEvent) bool {
	if e.Code.Reminds() {
		return true
	}
	s, ok := stepOf(r, e)
	if !ok || s.To != r.Status {
		return false
	}
	return e.Code != domain.MailTermsProposed || r.Proposed != nil && r.Proposed.ConsentedOn == nil
}

// askedSpace is the space that a request is about, when it is one.
func askedSpace(r *domain.HostingRequest) domain.SpaceID {
	if id, chosen := r.Chosen(); chosen {
		return id
	}
	if len(r.Spaces) == 1 {
		return r.Spaces[0]
	}
	return ""
}

// name gives an item the names that the viewer may see.
func name(w *world.World, v domain.Viewer, item *mail.Item, p domain.ProjectID, l domain.LandlordID, s domain.SpaceID) {
	if row, ok := w.Project(p); ok && v.MaySee(*row.Sight) {
		item.Project = row.Doc.Name
	}
	if row, ok := w.Landlord(l); ok && v.MaySee(*row.Sight) {
		item.Landlord = row.Doc.Name
	}
	if row, ok := w.Space(s); ok && v.MaySee(*row.Sight) {
		item.Space = row.Doc.Label
	}
}

// labels are a status's in both languages.
func labels[S interface{ Label(domain.Locale) string }](s S) domain.Bilingual {
	return domain.Bilingual{French: s.Label(domain.French), English: s.Label(domain.English)}
}
