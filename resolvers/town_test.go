package resolvers_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/mail"
)

// town is the village with everything that a hub can hold: hosting requests in the
// statuses that matter, what goes before and comes of them, people and what they
// wrote, keys and rights. What people typed says SECRET.
type town struct {
	apitest.Village
	// secrets are those of the keys, by the keys' names.
	secrets map[string]string
}

// place takes a request along and is told by what name.
type place struct {
	name  string
	steps []domain.RequestAction
}

var (
	reviewed = []domain.RequestAction{domain.ActionSubmit, domain.ActionSend}
	agreed   = append(slices.Clip(reviewed), domain.ActionRecordVisit, domain.ActionScope, domain.ActionRecordConsultation)
	signed   = append(slices.Clip(agreed), domain.ActionProposeConvention, domain.ActionConsent, domain.ActionSign)
	// stages are the requests of the town: of la cantine, to Monts Habitat.
	stages = []place{
		{"draft", nil},
		{"submitted", reviewed[:1]},
		{"review", reviewed},
		{"visited", append(slices.Clip(reviewed), domain.ActionRecordVisit)},
		{"agreement", agreed},
		{"rejected", append(slices.Clip(reviewed), domain.ActionReject)},
		{"withdrawn", append(slices.Clip(reviewed), domain.ActionWithdraw)},
		{"held", append(slices.Clip(reviewed), domain.ActionHold)},
		{"pilot", append(slices.Clip(signed), domain.ActionHandOver, domain.ActionAgreeToPublish)},
	}
)

func newTown(t testing.TB, setup apitest.Setup) town {
	t.Helper()
	v := town{apitest.VillageOn(t, setup.New(t)), make(map[string]string)}
	v.mail(t) // begins
	v.people(t)
	for i, s := range stages {
		ref := "A-" + string(rune('0'+i))
		v.IDs["room "+s.name] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: v.siteRef("colline"), Publish: true,
			Space: apitest.SpaceFields("Atelier", domain.VisibilityPublic, ref)})
		v.request(t, s.name, "cantine", "cuisine", "monts", "room "+s.name, s.steps...)
	}
	v.placement(t, "cantine")
	v.ways(t)
	v.gone(t)
	v.keys(t)
	v.mail(t)
	for row := range v.Hub.World().DeadLetters() {
		v.IDs[fmt.Sprint("other mailing ", len(v.IDs))] = string(row.Doc.ID)
		v.IDs["mailing"] = string(row.Doc.ID)
	}
	if v.IDs["mailing"] == "" {
		t.Fatal("no mail is dead")
	}
	return v
}

// do keeps a command of a viewer.
func (v town) do(t testing.TB, as domain.Viewer, c hub.Command) string {
	t.Helper()
	outcome, err := v.Hub.Do(context.Background(), as, c, "")
	if err != nil {
		t.Fatalf("%s: %v", c.Action(), err)
	}
	return string(outcome.Object)
}

func (v town) id(name string) domain.ID { return domain.ID(v.IDs[name]) }

func (v town) ref(name string) *domain.ID { id := v.id(name); return &id }

func (v town) siteRef(name string) domain.LandlordSiteRef {
	return domain.LandlordSiteRef{ID: v.ref(name)}
}

// as is the viewer of a name.
func (v town) as(t testing.TB, name string) domain.Viewer {
	t.Helper()
	viewer, ok := v.Viewer(name)
	if !ok {
		t.Fatalf("nobody is called %s", name)
	}
	return viewer
}

func (v town) mail(t testing.TB) {
	t.Helper()
	if err := v.Hub.MailDue(context.Background(), mail.Office{}); err != nil {
		t.Fatal(err)
	}
}

// people are one or two of each organisation, and of staff.
func (v town) people(t testing.TB) {
	t.Helper()
	for _, of := range []string{"monts", "plaine", "cantine", "scene", "STAFF"} {
		v.person(t, of, "person "+of)
	}
}

func (v town) person(t testing.TB, of, name string) {
	t.Helper()
	fields, err := hub.NewPatch[domain.Person](map[string]any{"Name": "SECRET nom", "Function": new("SECRET fonction"), "Telephone": new("+33600000000")})
	if err != nil {
		t.Fatal(err)
	}
	id, err := v.Hub.PutPerson(context.Background(), v.as(t, of), hub.PutPerson{Person: fields})
	if err != nil {
		t.Fatal(err)
	}
	v.IDs[name] = string(id)
}

// request is one of a project to a landlord for a space, taken along by these steps;
// once it is sent, with contacts and messages of either side and of staff.
func (v town) request(t testing.TB, name, project, need, landlord, space string, steps ...domain.RequestAction) {
	t.Helper()
	side := map[domain.RequestParty]domain.Viewer{domain.PartyProject: v.as(t, project), domain.PartyLandlord: v.as(t, landlord), domain.PartyStaff: apitest.Staff}
	wish := domain.StatedRequest{Spaces: []domain.VacantSpaceRef{{ID: v.ref(space)}}, Start: &domain.StartWindow{Earliest: new(v.today())},
		Duration: &domain.NeedDuration{MinMonths: 6}, Surface: &domain.SurfaceRange{MinM2: new(20.0)}}
	id := domain.ID(v.do(t, side[domain.PartyProject], hub.DraftRequest{NeedID: v.ref(need), LandlordID: v.ref(landlord), Request: wish}))
	v.IDs[name] = string(id)
	for _, action := range steps {
		row, _ := v.Hub.World().Request(domain.RequestID(id))
		by := domain.PartyStaff
		for _, party := range []domain.RequestParty{domain.PartyProject, domain.PartyLandlord} {
			if tr, ok := row.Doc.Transition(action, party); ok && tr.May(row.Doc, party) {
				by = party
			}
		}
		v.do(t, side[by], v.step(t, action, id, space))
		if action == domain.ActionAgreeToPublish { // both sides do
			v.do(t, side[domain.PartyProject], hub.AgreeToPublish{ID: id})
		}
		if action == domain.ActionSend {
			for _, party := range []domain.RequestParty{domain.PartyProject, domain.PartyLandlord} {
				of := map[domain.RequestParty]string{domain.PartyProject: project, domain.PartyLandlord: landlord}[party]
				v.do(t, side[party], hub.SetContacts{ID: id, Persons: []domain.ID{v.id("person " + of)}})
			}
			for party, viewer := range map[domain.RequestParty]domain.Viewer{domain.PartyProject: side[domain.PartyProject], domain.PartyLandlord: side[domain.PartyLandlord], domain.PartyStaff: apitest.Staff} {
				for _, audience := range []domain.MessageAudience{domain.MessageShared, domain.MessagePrivate} {
					v.IDs["message "+string(audience)+" "+string(party)+" "+name] = v.do(t, viewer, hub.WriteMessage{RequestID: id, Audience: audience, Body: "SECRET message"})
				}
			}
		}
	}
}

func (v town) today() domain.Date { return v.Hub.World().Today() }

// step is the command of an action, with right input.
func (v town) step(t testing.TB, action domain.RequestAction, id domain.ID, space string) hub.Command {
	t.Helper()
	today := v.today()
	row, _ := v.Hub.World().Request(domain.RequestID(id))
	switch action {
	case domain.ActionSubmit:
		return hub.SubmitRequest{ID: id}
	case domain.ActionSend:
		return hub.SendRequest{ID: id, DueOn: today.AddDays(30)}
	case domain.ActionRecordVisit:
		return hub.RecordVisit{ID: id, On: today, Outcome: domain.VisitSuitable, Notes: new("SECRET visite")}
	case domain.ActionScope:
		return hub.ScopeRequest{ID: id, Space: &domain.VacantSpaceRef{ID: v.ref(space)}, Form: domain.FormLoanForUse, Entrusted: "SECRET lieu", Charges: domain.ChargesNone}
	case domain.ActionRecordConsultation:
		return hub.RecordConsultation{ID: id, Association: &domain.DatedOpinion{Opinion: domain.OpinionFavourable, On: today}}
	case domain.ActionProposeConvention:
		return hub.ProposeConvention{ID: id, Convention: domain.HostingConvention{Form: domain.FormLoanForUse, From: today, Until: today.AddMonths(6).AddDays(-1),
			Fee: domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree}, Insured: true, Restitution: domain.RestitutionAsFound}}
	case domain.ActionConsent:
		return hub.ConsentToConvention{ID: id, Revision: row.Doc.Proposed.Revision}
	case domain.ActionSign:
		return hub.SignConvention{ID: id, On: today}
	case domain.ActionHandOver:
		return hub.HandOver{ID: id, On: today}
	case domain.ActionReject:
		return hub.RejectRequest{ID: id, Reason: domain.RefusedSafety, Words: new("SECRET refus")}
	case domain.ActionWithdraw:
		return hub.WithdrawRequest{ID: id, Reason: domain.RefusedSafety, Words: new("SECRET retrait")}
	case domain.ActionHold:
		return hub.HoldRequest{ID: id, Words: "SECRET attente", ReviewOn: today.AddDays(20)}
	case domain.ActionAgreeToPublish:
		return hub.AgreeToPublish{ID: id}
	}
	t.Fatalf("no command does %s", action)
	return nil
}

// placement is that of a project.
func (v town) placement(t testing.TB, project string) {
	t.Helper()
	for row := range v.Hub.World().Placements() {
		if row.Doc.ProjectID == domain.ProjectID(v.id(project)) {
			v.IDs["placement"] = string(row.Doc.ID)
			v.do(t, v.as(t, project), hub.AddPractice{ID: v.id("placement"), Practice: domain.Practice{Kind: domain.PracticeWorked, Text: "Prévenir les voisins."}})
			return
		}
	}
	t.Fatal("there is no placement")
}

// ways are an invitation, a proposal to either side, and an approach; and the first
// two about a landlord's need.
func (v town) ways(t testing.TB) {
	t.Helper()
	v.way(t, "", "monts", "cantine", "cuisine", "salle")
	by, wanted := v.today().AddDays(60), &domain.LandlordNeedRef{ID: v.ref("courses")}
	v.IDs["invitation about a need"] = v.do(t, v.as(t, "monts"), hub.SendInvitation{ProjectID: v.id("scene"), LandlordNeed: wanted, Sentence: "SECRET invitation", AnswerBy: by})
	v.IDs["proposal about a need"] = v.do(t, apitest.Staff, hub.SendProposal{Recipient: domain.RecipientProject, LandlordNeed: wanted, ProjectID: v.ref("scene"), Sentence: "SECRET proposition", AnswerBy: by})
}

func (v town) way(t testing.TB, suffix, landlord, project, need, space string) {
	t.Helper()
	by, spaces := v.today().AddDays(60), []domain.VacantSpaceRef{{ID: v.ref(space)}}
	v.IDs["invitation"+suffix] = v.do(t, v.as(t, landlord), hub.SendInvitation{ProjectID: v.id(project), NeedID: v.ref(need), Spaces: spaces, Sentence: "SECRET invitation", AnswerBy: by})
	v.IDs["proposal to the project"+suffix] = v.do(t, apitest.Staff, hub.SendProposal{Recipient: domain.RecipientProject, NeedID: v.ref(need), Spaces: spaces, Sentence: "SECRET proposition", AnswerBy: by})
	v.IDs["proposal to the landlord"+suffix] = v.do(t, apitest.Staff, hub.SendProposal{Recipient: domain.RecipientLandlord, NeedID: v.ref(need), Spaces: spaces, Sentence: "SECRET proposition", AnswerBy: by})
	v.IDs["approach"+suffix] = v.do(t, apitest.Staff, hub.RecordApproach{LandlordID: v.id(landlord), Approach: domain.StatedApproach{On: v.today(), Channel: domain.ChannelPhone, Outcome: domain.OutcomeInterested,
		Notes: new("SECRET notes"), Projects: []domain.ID{v.id(project)}, NextStep: &domain.StatedNextStep{Words: "SECRET suite", On: v.today().AddDays(5)}}})
}

// gone are a landlord and a project that aren't published any more, and spaces and
// needs, each with a request to or of somebody who still is: who sees the request
// doesn't see them.
func (v town) gone(t testing.TB) {
	t.Helper()
	v.IDs["retrait"] = v.do(t, apitest.Staff, hub.RegisterLandlord{Landlord: apitest.LandlordFields("Retrait Habitat"), Publish: true})
	site := domain.LandlordSiteRef{}
	v.IDs["site of retrait"] = v.do(t, apitest.Staff, hub.RegisterSite{LandlordID: v.ref("retrait"), Site: apitest.SiteFields("Les Retraits", "93066", "S-R"), Publish: true})
	site.ID = v.ref("site of retrait")
	v.IDs["space of retrait"] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: site, Space: apitest.SpaceFields("Salle", domain.VisibilityPublic, "L-1"), Publish: true})
	v.IDs["parti"] = v.do(t, apitest.Staff, hub.RegisterProject{Project: apitest.ProjectFields("parti", "Les partis"), Publish: true})
	v.IDs["need of parti"] = v.do(t, apitest.Staff, hub.RegisterNeed{ProjectID: v.ref("parti"), Need: apitest.NeedFields("Une salle"), Publish: true})
	for _, name := range []string{"lost space", "kept space"} {
		v.IDs[name] = v.do(t, apitest.Staff, hub.RegisterSpace{Site: v.siteRef("colline"), Space: apitest.SpaceFields("Salle", domain.VisibilityPublic, name), Publish: true})
	}
	v.person(t, "retrait", "person retrait")
	v.person(t, "parti", "person parti")
	v.request(t, "request to retrait", "scene", "theatre", "retrait", "space of retrait", reviewed...)
	v.way(t, " of retrait", "retrait", "scene", "theatre", "space of retrait")
	v.request(t, "request of parti", "parti", "need of parti", "monts", "kept space", append(slices.Clip(signed), domain.ActionHandOver, domain.ActionAgreeToPublish)...)
	v.way(t, " of parti", "monts", "parti", "need of parti", "salle")
	v.request(t, "request of la scène", "scene", "theatre", "monts", "lost space", reviewed...)
	v.way(t, " of la scène", "monts", "scene", "theatre", "lost space")
	v.do(t, apitest.Staff, hub.StepLandlord{ID: v.id("retrait"), To: domain.PublicationWithdrawn})
	v.do(t, apitest.Staff, hub.StepProject{ID: v.id("parti"), To: domain.PublicationWithdrawn})
	v.do(t, apitest.Staff, hub.StepSpace{Space: domain.VacantSpaceRef{ID: v.ref("lost space")}, To: domain.PublicationWithdrawn})
	v.do(t, apitest.Staff, hub.StepNeed{ID: v.id("theatre"), To: domain.PublicationWithdrawn})
}

// page is the site whose pages the keys for public pages are for.
const page = "https://www.palier.example"

// keys are those of Monts Habitat, of its public pages, and of partners; and rights.
func (v town) keys(t testing.TB) {
	t.Helper()
	role := func(r domain.Role) *domain.Role { return &r }
	v.key(t, "key", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: role(domain.RoleLandlord), Scopes: []domain.AccessScope{domain.ScopeWrite, domain.ScopePersonalData}})
	v.key(t, "key that reads", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: role(domain.RoleLandlord), Scopes: []domain.AccessScope{domain.ScopePersonalData}})
	v.key(t, "key without persons", "monts", domain.StatedAccessKey{Use: domain.KeyForServer, Role: role(domain.RoleLandlord), Scopes: []domain.AccessScope{domain.ScopeWrite}})
	v.key(t, "public key", "STAFF", domain.StatedAccessKey{Use: domain.KeyForServer, Role: role(domain.RolePublic)})
	v.key(t, "observer's key", "STAFF", domain.StatedAccessKey{Use: domain.KeyForServer, Role: role(domain.RoleObserver)})
	for _, landlord := range []string{"monts", "plaine"} {
		v.key(t, "pages of "+landlord, "STAFF", domain.StatedAccessKey{Use: domain.KeyForEmbedding, LandlordID: v.ref(landlord), Origins: []string{page}})
	}
	v.do(t, apitest.Staff, hub.GrantAccess{Account: "SECRET-account", Role: domain.RoleLandlord, LandlordID: v.ref("monts")})
	v.IDs["access"] = string(domain.IDOfAccount("SECRET-account"))
}

func (v town) key(t testing.TB, name, by string, k domain.StatedAccessKey) {
	t.Helper()
	k.Label = "SECRET clé"
	random := rand.Text()
	v.IDs[name] = v.do(t, v.as(t, by), hub.CreateAccessKey{Key: k}.WithSecret(random))
	row, _ := v.Hub.World().AccessKey(domain.AccessKeyID(v.IDs[name]))
	v.secrets[name] = row.Doc.Secret(random)
}

// client is that of a viewer, by the name of a role, an organisation or a key.
func (v town) client(t testing.TB, name string) apitest.Client {
	t.Helper()
	if secret, ok := v.secrets[name]; ok {
		c := v.With(secret)
		if strings.HasPrefix(name, "pages of ") {
			c = c.From(page)
		}
		return c
	}
	return v.As(t, v.as(t, name))
}

// viewer is who a client of a name is to the hub.
func (v town) viewer(t testing.TB, name string) domain.Viewer {
	t.Helper()
	if _, ok := v.secrets[name]; ok {
		row, _ := v.Hub.World().AccessKey(domain.AccessKeyID(v.IDs[name]))
		return row.Doc.Viewer()
	}
	return v.as(t, name)
}

// more does in a town what leaves the facts that it doesn't have yet.
func (v town) more(t testing.TB) {
	t.Helper()
	staff, monts, cantine := apitest.Staff, v.as(t, "monts"), v.as(t, "cantine")
	words, day := "SECRET mots", v.today()
	project, err := hub.NewPatch[domain.ProjectFields](map[string]any{
		"Aliases": []string{"la-cantine"}, "Website": new("https://www.cantine.example"), "ContactURL": new("https://www.cantine.example/contact"), "Tags": []string{"cuisine"},
		"Image":     &domain.Image{URL: "https://www.cantine.example/i.png", AlternativeText: "Une table"},
		"Holder":    domain.ProjectHolder{Name: "La cantine", Siren: new(domain.Siren("000001123")), Siret: new(domain.Siret("00000112300009")), Rna: new("W751234567")},
		"Approvals": []domain.Approval{{Kind: domain.ApprovalEsus, ValidUntil: &day}}, "References": []domain.PlacementReference{{Label: "Une autre", LandlordName: new("Autre Habitat"), Year: new(2020), Place: new("Lyon")}},
		"Levers": []domain.ProcurementLever{domain.LeverSubsidy}, "Capacity": &domain.ProjectCapacity{HoursPerWeek: new(10), From: &day}, "Provenance": &domain.Provenance{Source: "x", AsOf: &day},
	})
	if err != nil {
		t.Fatal(err)
	}
	v.do(t, staff, hub.ChangeProject{ID: v.id("cantine"), Changes: project})
	landlord, err := hub.NewPatch[domain.LandlordFields](map[string]any{"Website": new("https://www.monts.example"), "Logo": &domain.Image{URL: "https://www.monts.example/l.png", AlternativeText: "Des monts"}, "GuardingCostMonthly": new(domain.Amount(10_000))})
	if err != nil {
		t.Fatal(err)
	}
	v.do(t, staff, hub.ChangeLandlord{ID: v.id("monts"), Changes: landlord})
	v.do(t, cantine, hub.SeeInvitation{ID: v.id("invitation")})
	v.do(t, cantine, hub.DeclineInvitation{ID: v.id("invitation"), Reason: domain.RefusedOther, Words: &words})
	v.do(t, v.as(t, "scene"), hub.AcceptInvitation{ID: v.id("invitation about a need")})
	v.do(t, cantine, hub.SeeProposal{ID: v.id("proposal to the project")})
	v.do(t, cantine, hub.DeclineProposal{ID: v.id("proposal to the project"), Reason: domain.RefusedOther, Words: &words})
	v.do(t, monts, hub.AcceptProposal{ID: v.id("proposal to the landlord")})
	v.do(t, staff, hub.CloseNextStep{ID: v.id("approach")})
	v.do(t, staff, hub.RequestChangesOfRequest{ID: v.id("submitted"), Missing: words})
	row := domain.RoleProject
	v.key(t, "key of a project", "cantine", domain.StatedAccessKey{Use: domain.KeyForServer, Role: &row, ProjectID: v.ref("cantine")})
	v.do(t, monts, hub.RotateAccessKey{ID: v.id("key"), OverlapHours: 2}.WithSecret(rand.Text()))
	v.do(t, staff, hub.RevokeAccessKey{ID: v.id("pages of plaine"), Reason: domain.RevokedLeaked})
	v.do(t, staff, hub.GrantAccess{Account: "SECRET-project", Role: domain.RoleProject, ProjectID: v.ref("cantine")})
	v.do(t, staff, hub.RevokeAccess{Account: "SECRET-project", Reason: domain.RevokedLeft})
	me, err := hub.NewPatch[domain.Person](map[string]any{"Name": "SECRET moi", "Account": monts.Actor, "Locale": new(domain.French), "Email": new("moi@monts.example")})
	if err != nil {
		t.Fatal(err)
	}
	id, err := v.Hub.PutPerson(context.Background(), monts, hub.PutPerson{Person: me})
	if err != nil {
		t.Fatal(err)
	}
	v.IDs["person of an account"] = string(id)
	v.do(t, monts, hub.WriteMessage{RequestID: v.id("review"), Audience: domain.MessageShared, Body: "SECRET message"})
	figures := []domain.IndicatorFigure{{Code: domain.IndicatorHouseholdsServed, Value: 40, From: day, Until: day}}
	v.do(t, monts, hub.EvaluateRequest{ID: v.id("pilot"), On: day, Decision: domain.DecisionContinue, Indicators: figures})
	v.do(t, monts, hub.EndRequest{ID: v.id("request of parti"), On: day, Reason: domain.EndTerm, Restitution: domain.RestitutionAsFound, Words: &words})
	pilot, _ := v.Hub.World().Request(domain.RequestID(v.id("pilot")))
	signing := slices.IndexFunc(pilot.Doc.Log, func(s domain.RequestStep) bool { return s.Action == domain.ActionHandOver })
	v.do(t, staff, hub.CorrectRequest{ID: v.id("pilot"), Step: signing, On: &day, Words: words})
	delete(v.secrets, "pages of plaine")
}

// stockOf gives Plaine Habitat a space that all see.
func stockOf(v town) hub.Command {
	return hub.RegisterSpace{Site: v.siteRef("pre"), Space: apitest.SpaceFields("Remise", domain.VisibilityPublic, "P-1"), Publish: true}
}
