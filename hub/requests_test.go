package hub

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// hosting is a stage with a landlord that has two rooms, and two projects that
// look for one.
type hosting struct {
	*stage
	landlord, site, room, annex    domain.ID
	project, need                  domain.ID
	rival, rivalNeed               domain.ID
	otherLandlord                  domain.ID
	asProject, asLandlord, asRival domain.Viewer
	asOtherLandlord                domain.Viewer
	first                          domain.Date
}

func newHosting(t testing.TB) *hosting {
	t.Helper()
	m, clock := newMemory(), newClock()
	c := config(t, m, clock.tell)
	c.Ruleset = "2026-11"
	return staged(&stage{Hub: opened(t, c), t: t, ledger: m, clock: clock})
}

func staged(s *stage) *hosting {
	h := &hosting{stage: s}
	h.landlord, h.otherLandlord = h.newLandlord("L"), h.newLandlord("M")
	h.site = h.do(staff, RegisterSite{LandlordID: &h.landlord, Site: siteFields("S-1"), Publish: true}).Object
	room := func(ref string) domain.ID {
		f := spaceFields(ref)
		f.Surface = domain.SurfaceRange{MinM2: new(60.0), MaxM2: new(60.0)}
		f.Shareable = new(true)
		f.Availability = domain.SpaceAvailability{From: new(domain.NewDate(2026, 1, 1)), OpenEnded: true}
		return h.do(staff, RegisterSpace{Site: siteByID(h.site), Space: f, Publish: true}).Object
	}
	h.room, h.annex = room("room"), room("annex")
	h.project, h.rival = h.stage.project("vrac", true), h.stage.project("rival", true)
	fields := needFields()
	fields.Surface, fields.Start = domain.SurfaceRange{MinM2: new(40.0)}, domain.StartWindow{Earliest: new(domain.NewDate(2026, 9, 1)), Latest: new(domain.NewDate(2026, 12, 1))}
	fields.Duration.MinMonths = 6
	h.need = h.do(staff, RegisterNeed{ProjectID: &h.project, Need: fields, Publish: true}).Object
	h.rivalNeed = h.do(staff, RegisterNeed{ProjectID: &h.rival, Need: fields, Publish: true}).Object
	h.asProject, h.asRival = projectViewer(h.project), projectViewer(h.rival)
	h.asLandlord, h.asOtherLandlord = landlordViewer(h.landlord), landlordViewer(h.otherLandlord)
	h.first = domain.NewDate(2026, 9, 1)
	return h
}

func (h *hosting) newLandlord(name string) domain.ID {
	return h.do(staff, RegisterLandlord{Landlord: landlordFields(name), Publish: true}).Object
}

func (h *hosting) request(id domain.ID) *domain.HostingRequest {
	h.t.Helper()
	row, ok := h.World().Request(domain.RequestID(id))
	if !ok {
		h.t.Fatalf("no request %s", id)
	}
	return row.Doc
}

// draft is a request of the project for the room; of its rival, the same.
func (h *hosting) draft(v domain.Viewer, spaces ...domain.ID) domain.ID {
	h.t.Helper()
	need := h.need
	if v == h.asRival {
		need = h.rivalNeed
	}
	var refs []domain.VacantSpaceRef
	for _, id := range spaces {
		refs = append(refs, spaceByID(id))
	}
	return h.do(v, DraftRequest{NeedID: &need, Request: domain.StatedRequest{Spaces: refs}}).Object
}

// terms from the first of September, for six months, of the whole room.
func (h *hosting) terms() domain.HostingConvention {
	return domain.HostingConvention{Form: domain.FormLoanForUse, From: h.first, Until: h.first.AddMonths(6).AddDays(-1),
		Fee: domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree}, Insured: true, Restitution: domain.RestitutionAsFound}
}

// slotted are terms for a slot on a day of the week.
func (h *hosting) slotted(day string) domain.HostingConvention {
	c := h.terms()
	start, err := domain.ParseTimeOfDay("17:00")
	if err != nil {
		h.t.Fatal(err)
	}
	c.Slots = []domain.RecurringSlot{{Rule: "FREQ=WEEKLY;BYDAY=" + day, Start: start, DurationMinutes: 180}}
	return c
}

func (h *hosting) today() domain.Date { return h.World().Today() }

// the commands that take a request along, with right input.
func (h *hosting) right(action domain.RequestAction, r *domain.HostingRequest) Command {
	id, today := domain.ID(r.ID), h.today()
	ref := spaceByID(h.room)
	if space, ok := r.Chosen(); ok {
		ref = spaceByID(domain.ID(space))
	} else if len(r.Spaces) > 0 {
		ref = spaceByID(domain.ID(r.Spaces[0]))
	}
	figures := []domain.IndicatorFigure{{Code: domain.IndicatorHouseholdsServed, Value: 40, From: today, Until: today}}
	switch action {
	case domain.ActionChange:
		return ChangeRequest{ID: id, Request: domain.StatedRequest{Surface: &domain.SurfaceRange{MinM2: new(float64(40 + r.Version))}}}
	case domain.ActionSubmit:
		return SubmitRequest{ID: id}
	case domain.ActionRequestChanges:
		return RequestChangesOfRequest{ID: id, Missing: "Le budget."}
	case domain.ActionSend:
		return SendRequest{ID: id, DueOn: today.AddDays(30)}
	case domain.ActionRecordVisit:
		return RecordVisit{ID: id, On: today, Outcome: domain.VisitSuitable}
	case domain.ActionScope:
		return ScopeRequest{ID: id, Space: &ref, Form: domain.FormLoanForUse, Entrusted: "La salle.", Charges: domain.ChargesNone}
	case domain.ActionRecordConsultation:
		return RecordConsultation{ID: id, Association: &domain.DatedOpinion{Opinion: domain.OpinionFavourable, On: today}}
	case domain.ActionProposeConvention:
		terms := h.terms()
		if last := r.Term(); last != nil {
			terms.From, terms.Until = last.Until.AddDays(1), last.Until.AddMonths(12)
		}
		return ProposeConvention{ID: id, Convention: terms}
	case domain.ActionConsent:
		revision := 1
		if r.Proposed != nil {
			revision = r.Proposed.Revision
		}
		return ConsentToConvention{ID: id, Revision: revision}
	case domain.ActionSign:
		return SignConvention{ID: id, On: today}
	case domain.ActionHandOver:
		return HandOver{ID: id, On: today}
	case domain.ActionRecordIndicators:
		return RecordIndicators{ID: id, Indicators: []domain.IndicatorFigure{{Code: domain.IndicatorHours, Value: 12, From: today, Until: today}}}
	case domain.ActionEvaluate:
		return EvaluateRequest{ID: id, On: today, Decision: domain.DecisionContinue, Indicators: figures}
	case domain.ActionHost:
		return HostRequest{ID: id, On: today}
	case domain.ActionScale:
		return ScaleRequest{ID: id, Territories: []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "69"}}}
	case domain.ActionEnd:
		return EndRequest{ID: id, On: today, Reason: domain.EndAgreed, Restitution: domain.RestitutionAsFound}
	case domain.ActionHold:
		return HoldRequest{ID: id, Words: "Les travaux ont du retard.", ReviewOn: today.AddDays(60)}
	case domain.ActionResume:
		return ResumeRequest{ID: id}
	case domain.ActionReject:
		return RejectRequest{ID: id, Reason: domain.RefusedPriority}
	case domain.ActionReopen:
		return ReopenRequest{ID: id, Words: "Le local est de nouveau libre."}
	case domain.ActionWithdraw:
		return WithdrawRequest{ID: id, Reason: domain.RefusedDuration}
	case domain.ActionCancel:
		return CancelRequest{ID: id, Reason: domain.RefusedSafety}
	case domain.ActionAgreeToPublish:
		return AgreeToPublish{ID: id}
	case domain.ActionCorrect:
		return CorrectRequest{ID: id, Step: signedStep(r), On: new(today.AddDays(-1)), Words: "Erreur de saisie."}
	case domain.ActionRemind:
		return NoteReminder{ID: r.ID}
	}
	h.t.Fatalf("no command does %s", action)
	return nil
}

func signedStep(r *domain.HostingRequest) int {
	return slices.IndexFunc(r.Log, func(s domain.RequestStep) bool { return s.Action == domain.ActionSign })
}

// as is who does an action.
func (h *hosting) as(r *domain.HostingRequest, action domain.RequestAction) domain.Viewer {
	t, ok := r.Transition(action, domain.PartyLandlord)
	switch {
	case !ok:
		h.t.Fatalf("%s is not possible from %s", action, r.Status)
	case slices.Contains(t.By, domain.PartyLandlord):
		return h.asLandlord
	case slices.Contains(t.By, domain.PartyProject):
		return projectViewer(domain.ID(r.ProjectID))
	case slices.Contains(t.By, domain.PartyHub):
		return itself
	}
	return staff
}

// does takes a request along by these actions.
func (h *hosting) does(id domain.ID, actions ...domain.RequestAction) domain.ID {
	h.t.Helper()
	for _, action := range actions {
		r := h.request(id)
		h.do(h.as(r, action), h.right(action, r))
	}
	return id
}

// The way to each status.
var (
	toReview    = []domain.RequestAction{domain.ActionSubmit, domain.ActionSend}
	toScoping   = append(slices.Clip(toReview), domain.ActionRecordVisit)
	toTenants   = append(slices.Clip(toScoping), domain.ActionScope)
	toAgreement = append(slices.Clip(toTenants), domain.ActionRecordConsultation)
	toConsent   = append(slices.Clip(toAgreement), domain.ActionProposeConvention, domain.ActionConsent)
	toSigned    = append(slices.Clip(toConsent), domain.ActionSign)
	toPilot     = append(slices.Clip(toSigned), domain.ActionHandOver)
	toEvaluated = append(slices.Clip(toPilot), domain.ActionEvaluate)
	toNewTerm   = append(slices.Clip(toEvaluated), domain.ActionProposeConvention, domain.ActionConsent)
	toHosted    = append(slices.Clip(toNewTerm), domain.ActionHost)
	toScaled    = append(slices.Clip(toHosted), domain.ActionScale)
)

var ways = []struct {
	name    string
	status  domain.RequestStatus
	actions []domain.RequestAction
}{
	{"DRAFT", domain.RequestDraft, nil},
	{"SUBMITTED", domain.RequestSubmitted, toReview[:1]},
	{"CHANGES_REQUESTED", domain.RequestChangesRequested, append(slices.Clip(toReview[:1]), domain.ActionRequestChanges)},
	{"LANDLORD_REVIEW", domain.RequestLandlordReview, toReview},
	{"SCOPING", domain.RequestScoping, toScoping},
	{"TENANT_CONSULTATION", domain.RequestTenantConsultation, toTenants},
	{"CONVENTION", domain.RequestConvention, toAgreement},
	{"CONVENTION, consented", domain.RequestConvention, toConsent},
	{"SIGNED", domain.RequestSigned, toSigned},
	{"PILOT", domain.RequestPilot, toPilot},
	{"EVALUATED", domain.RequestEvaluated, toEvaluated},
	{"EVALUATED, consented", domain.RequestEvaluated, toNewTerm},
	{"HOSTED", domain.RequestHosted, toHosted},
	{"SCALED", domain.RequestScaled, toScaled},
	{"ENDED", domain.RequestEnded, append(slices.Clip(toPilot), domain.ActionEnd)},
	{"ON_HOLD", domain.RequestOnHold, append(slices.Clip(toScoping), domain.ActionHold)},
	{"REJECTED by staff", domain.RequestRejected, append(slices.Clip(toReview[:1]), domain.ActionReject)},
	{"REJECTED by the landlord", domain.RequestRejected, append(slices.Clip(toScoping), domain.ActionReject)},
	{"WITHDRAWN", domain.RequestWithdrawn, append(slices.Clip(toReview), domain.ActionWithdraw)},
	{"EXPIRED", domain.RequestExpired, nil},
	{"SUPERSEDED", domain.RequestSuperseded, nil},
	{"CANCELLED", domain.RequestCancelled, append(slices.Clip(toSigned), domain.ActionCancel)},
}

// inStatus is a request that went that way.
func (h *hosting) inStatus(way int) domain.ID {
	h.t.Helper()
	w := ways[way]
	id := h.draft(h.asProject, h.room)
	switch w.status {
	case domain.RequestExpired:
		h.does(id, toReview...)
		for range 2 { // reminders
			h.do(itself, NoteReminder{ID: domain.RequestID(id)})
		}
		h.clock.move(40 * 24 * 3600e9)
		if err := h.TurnDay(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	case domain.RequestSuperseded:
		h.does(id, toScoping...)
		rival := h.draft(h.asRival, h.room)
		h.does(rival, toSigned...)
	default:
		h.does(id, w.actions...)
	}
	if got := h.request(id).Status; got != w.status {
		h.t.Fatalf("%s leads to %s", w.name, got)
	}
	return id
}

// TestRequestMatrix keeps who can do what in which status as a table that people
// can read, and holds the refusals and the allowed transitions against it. After
// a deliberate change: go test ./hub -run RequestMatrix -update.
func TestRequestMatrix(t *testing.T) {
	var out bytes.Buffer
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	var actions []domain.RequestAction
	fmt.Fprint(table, "action\tproject\tlandlord\tstaff\tgroup\tother landlord\tother project\tobserver\n")
	for _, tr := range domain.RequestTransitions() {
		if tr.Mutation != "" && !slices.Contains(actions, tr.Action) {
			actions = append(actions, tr.Action)
		}
	}
	for way, w := range ways {
		h := newHosting(t)
		group := h.newLandlord("G")
		id := h.inStatus(way)
		version := 1
		grouped, err := NewPatch[domain.LandlordFields](map[string]any{"GroupID": new(domain.LandlordID(group))})
		if err != nil {
			t.Fatal(err)
		}
		h.do(staff, ChangeLandlord{ID: h.landlord, ExpectedVersion: &version, Changes: grouped})
		r := h.request(id)
		fmt.Fprintf(table, "\n%s\n", w.name)
		for _, action := range actions {
			fmt.Fprintf(table, "%s", action)
			for _, v := range []domain.Viewer{h.asProject, h.asLandlord, staff, landlordViewer(group), h.asOtherLandlord, h.asRival, observer} {
				a := &attempt{viewer: v, command: h.right(action, r)}
				if err := a.prepare(rand.Reader, h.secret); err != nil {
					t.Fatal(err)
				}
				commit, _, err := h.decideOne(h.World(), a, h.clock.tell())
				answer, known := map[string]string{"accepted": "yes", "NOT_FOUND": "hidden", "NOT_ALLOWED": "not theirs", "WRONG_STATUS": "not now", "NOT_READY": "not ready"}[codesOf(err)]
				if !known {
					answer = codesOf(err)
				}
				fmt.Fprintf(table, "\t%s", answer)
				h.agrees(r, action, v, err == nil)
				if commit != nil {
					h.stillHolds(commit)
				}
			}
			fmt.Fprintln(table)
		}
	}
	table.Flush()
	golden(t, "testdata/requests.txt", out.Bytes())
}

// agrees holds an answer against the transitions that are said to be allowed: an
// action succeeds if and only if it is among them and nothing blocks it.
func (h *hosting) agrees(r *domain.HostingRequest, action domain.RequestAction, v domain.Viewer, succeeded bool) {
	h.t.Helper()
	party, acts := r.PartyOf(v)
	allowed := acts && slices.ContainsFunc(r.Allowed(party), func(t domain.RequestTransition) bool { return t.Action == action }) &&
		len(Blockers(h.World(), h.Atlas, r, action).Lacking) == 0
	if allowed != succeeded {
		h.t.Errorf("%s of a request that is %s, by %s: allowed is %v, and it succeeded %v", action, r.Status, v.Role, allowed, succeeded)
	}
}

// stillHolds checks what must always hold of a World after a commit.
func (h *hosting) stillHolds(c *ledger.Commit) {
	h.t.Helper()
	w, err := h.World().Apply([]ledger.Commit{*c})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, wrong := range violations(w, h.Atlas) {
		h.t.Error(wrong)
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n%s", file, diff(string(want), string(got)))
	}
}

// diff are the lines of which one text has more than the other.
func diff(want, got string) string {
	var b strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		line := func(l []string) string {
			if i < len(l) {
				return l[i]
			}
			return "(no line)"
		}
		if line(w) != line(g) {
			fmt.Fprintf(&b, "%d: want %s\n%d: got  %s\n", i+1, line(w), i+1, line(g))
		}
	}
	return b.String()
}

// NoteReminder notes a reminder without a mail.
type NoteReminder struct{ ID domain.RequestID }

func (NoteReminder) Action() string { return "request.remind" }

func (c NoteReminder) decide(d *decision) error {
	m, err := d.move(domain.ID(c.ID), domain.ActionRemind, nil)
	if err != nil {
		return err
	}
	return d.remind(m.request)
}
