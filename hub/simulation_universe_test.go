package hub

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// universe is the small world that the simulation plays in.
type universe struct {
	// group leads the first of the landlords; the last one has no spaces.
	group     domain.ID
	landlords []domain.ID
	spaces    []place
	projects  []domain.ID
	needs     []domain.ID // by project
	// parties are all who act, by their actor; the hub itself is "".
	parties map[string]domain.Viewer
	actors  []string
	// key is the viewer of the first landlord's portal.
	key domain.Viewer
	// people are those who are written to: one of each organisation, but for a
	// landlord that has nobody.
	people []domain.Person
}

// place is a space with what the simulation has to know of it.
type place struct {
	id, landlord domain.ID
	clock        *time.Location
}

// settled is how a run begins: a universe, and what became of it so far.
type settled struct {
	universe
	log []kept
	at  time.Time
	// letters are those that were sent by then.
	letters *letters
}

// mostSettled is how many beginnings there are.
const mostSettled = 24

// beginnings are made once, each from its own seed.
var beginnings = func() (all [mostSettled]func(testing.TB) *settled) {
	for i := range all {
		var once sync.Once
		var made *settled
		all[i] = func(t testing.TB) *settled {
			once.Do(func() { made = beginWith(t, uint64(i)) })
			if made == nil {
				t.Fatal("a beginning failed")
			}
			return made
		}
	}
	return all
}()

// beginWith founds a universe, and takes some requests a part of their way.
func beginWith(t testing.TB, seed uint64) *settled {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 77))
	m, clock := newMemory(), newClock()
	m.id = "ldg_cluster"
	m.head = ledger.Genesis(m.id)
	people := newShelf()
	m.texts = people
	c := config(t, m, clock.tell)
	c.Ruleset, c.Entropy = "2026-11", seededEntropy(seed)
	h, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	s := &stage{Hub: h, t: t, ledger: m, clock: clock}
	made := &settled{universe: foundUniverse(s), letters: newLetters()}
	people.people = made.people
	post := simulatedPost{made.letters, seed, func() bool { return true }}
	g := generator{&made.universe, r}
	for range 12 {
		_, draft := g.draft()
		s.Do(t.Context(), staff, draft, "")
	}
	for range 60 + r.IntN(140) {
		if r.IntN(30) == 0 {
			clock.move(time.Duration(1+r.IntN(4)) * 24 * time.Hour)
			if err := h.TurnDay(t.Context()); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := h.MailDue(t.Context(), post); err != nil {
					t.Fatal(err)
				}
				clock.move(mailGrouping)
			}
		}
		clock.move(time.Minute)
		v, command := g.right(h.World())
		if command != nil {
			s.Do(t.Context(), letIn(h.World(), v), command, "") // refused ones leave no trace
		}
	}
	if made.log, err = condensed(m.id, m.commits(t)); err != nil {
		t.Fatal(err)
	}
	made.at = clock.tell()
	return made
}

// condensed is a history that comes to the same, with the same numbers and times,
// and is quickly replayed: the last commit brings all documents as they are in
// the end, and those before it next to nothing.
func condensed(id string, history []ledger.Commit) (log []kept, err error) {
	var last []ledger.Change
	for _, c := range history {
		for _, ch := range c.Changes {
			i := slices.IndexFunc(last, func(o ledger.Change) bool { return o.Kind == ch.Kind && o.ID == ch.ID })
			if i < 0 {
				i, last = len(last), append(last, ch)
			}
			last[i] = ch
		}
	}
	head, first := ledger.Genesis(id), history[0].Changes
	for i, c := range history {
		c.Prev, c.Changes = head.Hash, first
		if i == len(history)-1 {
			c.Changes = last
		}
		k, err := keep(head, c)
		if err != nil {
			return nil, err
		}
		log, head = append(log, k), k.head
	}
	return log, nil
}

// seededEntropy is the randomness of a hub in a simulation.
func seededEntropy(seed ...uint64) *rand.ChaCha8 {
	var key [32]byte
	for i, n := range seed {
		for b := range 8 {
			key[8*i+b] = byte(n >> (8 * b))
		}
	}
	return rand.NewChaCha8(key)
}

// foundUniverse registers the organisations and their spaces.
func foundUniverse(s *stage) universe {
	u := universe{parties: map[string]domain.Viewer{}}
	add := func(v domain.Viewer) {
		u.parties[v.Actor] = v
		u.actors = append(u.actors, v.Actor)
	}
	u.group = s.landlord("Groupe", true)
	for i, name := range []string{"Filiale", "Réunion", "Voisin"} {
		fields := landlordFields(name)
		if i == 0 {
			fields.GroupID = new(domain.LandlordID(u.group))
		}
		u.landlords = append(u.landlords, s.do(staff, RegisterLandlord{Landlord: fields, Publish: true}).Object)
	}
	january := domain.NewDate(2026, 1, 1)
	for _, one := range []struct {
		landlord int
		commune  domain.InseeCode
		zone     string
		change   func(*domain.SpaceFields)
	}{
		{0, "93066", "Europe/Paris", func(*domain.SpaceFields) {}},
		{0, "93066", "Europe/Paris", func(f *domain.SpaceFields) {
			f.Availability.OpeningSlots = []domain.RecurringSlot{{Rule: "FREQ=DAILY", Start: 8 * 60, DurationMinutes: 14 * 60}}
			f.Commitments = []domain.Commitment{{Kind: domain.CommitmentConvention, From: &january,
				Slots: []domain.RecurringSlot{{Rule: "FREQ=WEEKLY;BYDAY=MO", Start: 9 * 60, DurationMinutes: 120}}}}
		}},
		{1, "97411", "Indian/Reunion", func(*domain.SpaceFields) {}},
		{1, "97411", "Indian/Reunion", func(f *domain.SpaceFields) {
			f.Shareable = new(false)
			f.Availability = domain.SpaceAvailability{From: &january, Until: new(domain.NewDate(2027, 8, 31))}
		}},
	} {
		site := siteFields("")
		site.CommuneCode = one.commune
		at := s.do(staff, RegisterSite{LandlordID: &u.landlords[one.landlord], Site: site, Publish: true}).Object
		f := spaceFields("")
		f.Surface = domain.SurfaceRange{MinM2: new(60.0), MaxM2: new(60.0)}
		f.Shareable = new(true)
		f.Availability = domain.SpaceAvailability{From: &january, OpenEnded: true}
		one.change(&f)
		clock, err := time.LoadLocation(one.zone)
		if err != nil {
			s.t.Fatal(err)
		}
		id := s.do(staff, RegisterSpace{Site: siteByID(at), Space: f, Publish: true}).Object
		u.spaces = append(u.spaces, place{id, u.landlords[one.landlord], clock})
	}
	for i, slug := range []string{"caracol", "vrac", "cantines"} {
		id := s.project(slug, true)
		n := needFields()
		n.Surface = domain.SurfaceRange{MinM2: new(40.0)}
		n.Start = domain.StartWindow{Earliest: new(domain.NewDate(2026, 9, 1)), Latest: new(domain.NewDate(2026, 12, 1))}
		n.Duration.MinMonths, n.FitOutDays = 2, 5*i
		if i > 0 {
			n.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: menu[:2], SlotsNeeded: new(1)}
		}
		u.projects = append(u.projects, id)
		u.needs = append(u.needs, s.do(staff, RegisterNeed{ProjectID: &id, Need: n, Publish: true}).Object)
		add(projectViewer(id))
	}
	for _, id := range append(slices.Clone(u.landlords), u.group) {
		add(landlordViewer(id))
	}
	key := s.do(staff, CreateAccessKey{Key: domain.StatedAccessKey{Use: domain.KeyForServer, Label: "Portail", Role: new(domain.RoleLandlord), LandlordID: &u.landlords[0],
		Scopes: []domain.AccessScope{domain.ScopeWrite}}}.WithSecret("secret"))
	row, _ := s.World().AccessKey(domain.AccessKeyID(key.Object))
	u.key = row.Doc.Viewer()
	add(u.key)
	add(staff)
	add(observer)
	write := func(to domain.ID, p domain.MailPreference) {
		u.people = append(u.people, domain.Person{ID: domain.PersonID(fmt.Sprint("per_", len(u.people))), Name: "Une personne", Email: "personne@example.org", Organisation: to, Mail: p})
	}
	write("", domain.MailDaily)
	for _, id := range append(slices.Clone(u.landlords[:2]), u.projects[:2]...) {
		write(id, domain.MailImmediate)
	}
	return u
}

// menu are the slots that associations ask for.
var menu = []domain.RecurringSlot{
	{Rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", From: new(domain.NewDate(2026, 9, 1)), Start: 17 * 60, DurationMinutes: 180},
	{Rule: "FREQ=MONTHLY;BYDAY=1SA", Start: 9 * 60, DurationMinutes: 240},
	{Rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", From: new(domain.NewDate(2026, 9, 8)), Start: 17 * 60, DurationMinutes: 180},
	{Rule: "FREQ=WEEKLY;BYDAY=TU", Start: 20 * 60, DurationMinutes: 120},
	{Rule: "FREQ=WEEKLY;BYDAY=TU,SA", Start: 11 * 60, DurationMinutes: 60},
	{Rule: "FREQ=WEEKLY;BYDAY=FR", Start: 22 * 60, DurationMinutes: 240},
	{Rule: "FREQ=WEEKLY;BYDAY=SA", Start: 1 * 60, DurationMinutes: 45},
	{Rule: "FREQ=MONTHLY;BYDAY=-1TU", Start: 18 * 60, DurationMinutes: 60},
	{Rule: "FREQ=MONTHLY;BYMONTHDAY=15", Start: 10 * 60, DurationMinutes: 600},
}

// generator draws what people do.
type generator struct {
	*universe
	*rand.Rand
}

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

// some picks one of a list.
func some[T any](g generator, list []T) T { return list[g.IntN(len(list))] }

func (g generator) requests(w *world.World) (all []*domain.HostingRequest) {
	for row := range w.Requests() {
		all = append(all, row.Doc)
	}
	return all
}

// anything is a command by anyone, mostly one that makes sense; nil when nothing
// comes to mind.
func (g generator) anything(w *world.World) (domain.Viewer, Command) {
	all := g.requests(w)
	if len(all) == 0 || len(all) < 14 && g.chance(4) {
		return g.draft()
	}
	if g.chance(80) {
		return g.right(w)
	}
	r := some(g, all)
	possible := domain.RequestTransitions()
	action := some(g, possible).Action
	if action == domain.ActionExpire || action == domain.ActionSupersede || action == domain.ActionRemind {
		action = domain.ActionReopen
	}
	v := g.actorFor(r, action)
	if g.chance(50) {
		v = g.parties[some(g, g.actors)]
	}
	return v, g.command(w, r, action)
}

// right is something that can be done now, by someone who may.
func (g generator) right(w *world.World) (domain.Viewer, Command) {
	all := g.requests(w)
	if len(all) == 0 {
		return g.draft()
	}
	r := some(g, all)
	for range 3 { // rather something that isn't over
		if among(r.Status, openNow) || among(r.Status, hasSpace) {
			break
		}
		r = some(g, all)
	}
	var actions []domain.RequestAction
	for _, t := range domain.RequestTransitions() {
		if !slices.Contains(t.From, r.Status) || t.Mutation == "" {
			continue
		}
		weight := 8
		switch t.Action {
		case domain.ActionConsent:
			if weight = 24; r.Proposed == nil || r.Proposed.ConsentedOn != nil {
				weight = 1
			}
		case domain.ActionSign, domain.ActionHost:
			if weight = 24; r.Proposed == nil || r.Proposed.ConsentedOn == nil {
				weight = 1
			}
		case domain.ActionProposeConvention:
			if r.Proposed != nil {
				weight = 3
			}
		case domain.ActionScale, domain.ActionRecordIndicators, domain.ActionCorrect, domain.ActionAgreeToPublish:
			weight = 2
		case domain.ActionHold, domain.ActionReject, domain.ActionWithdraw, domain.ActionCancel, domain.ActionEnd, domain.ActionChange,
			domain.ActionRequestChanges:
			weight = 1
		}
		for range weight {
			actions = append(actions, t.Action)
		}
	}
	if len(actions) == 0 {
		return domain.Viewer{}, nil
	}
	action := some(g, actions)
	return g.actorFor(r, action), g.command(w, r, action)
}

// actorFor is someone who may do this.
func (g generator) actorFor(r *domain.HostingRequest, action domain.RequestAction) domain.Viewer {
	t, ok := r.Transition(action, domain.PartyStaff)
	if !ok {
		return g.parties[some(g, g.actors)]
	}
	by := some(g, t.By)
	if action == domain.ActionEnd {
		by = some(g, t.By[:2]) // nobody can ask for the hub's end of a term
	}
	switch by {
	case domain.PartyProject:
		return projectViewer(domain.ID(r.ProjectID))
	case domain.PartyLandlord:
		if r.LandlordID != nil && *r.LandlordID == g.key.Landlord && g.chance(30) {
			return g.key
		}
		if r.LandlordID != nil {
			return landlordViewer(domain.ID(*r.LandlordID))
		}
	case domain.PartyHub:
		return itself
	}
	return staff
}

// access ends what someone may, or gives it back; a key ends once and for all.
func (g generator) access(w *world.World) Command {
	if g.chance(8) {
		return RevokeAccessKey{ID: domain.ID(g.key.Key), Reason: domain.RevokedLeaked}
	}
	v := g.parties[some(g, g.actors)]
	barred := false
	for row := range w.AccountAccesses() {
		if row.Doc.Barred && g.chance(80) {
			v, barred = g.parties[row.Doc.Account], true
		}
	}
	switch {
	case v.Role != domain.RoleLandlord && v.Role != domain.RoleProject || v.Key != "":
		return nil
	case !barred:
		return RevokeAccess{Account: v.Actor, Bar: true, Reason: domain.RevokedLeaked}
	}
	c := GrantAccess{Account: v.Actor, Role: v.Role}
	if v.Role == domain.RoleProject {
		c.ProjectID = new(domain.ID(v.Project))
	} else {
		c.LandlordID = new(domain.ID(v.Landlord))
	}
	return c
}

func (g generator) draft() (domain.Viewer, Command) {
	of := g.IntN(len(g.projects))
	v := projectViewer(g.projects[of])
	switch g.IntN(10) {
	case 0, 1:
		v = staff
	case 2:
		v = g.parties[some(g, g.actors)]
	}
	c := DraftRequest{NeedID: &g.needs[of]}
	switch g.IntN(8) {
	case 0, 1:
		c.LandlordID = &g.landlords[g.IntN(2)]
	case 2:
		c.Request.Wish, c.LandlordID = new(domain.WishNone), &g.landlords[g.IntN(2)]
	default:
		c.Request.Spaces = g.wanted()
	}
	if g.chance(60) {
		c.Request.Use = new(g.use())
	}
	if g.chance(40) {
		from := domain.NewDate(2026, 9, 1).AddDays(g.IntN(90))
		c.Request.Start = &domain.StartWindow{Earliest: &from, Latest: new(from.AddDays(g.IntN(60)))}
	}
	return v, c
}

func (g generator) wanted() (refs []domain.VacantSpaceRef) {
	one := some(g, g.spaces)
	if g.chance(35) {
		one = g.spaces[0] // everyone's favourite
	}
	refs = append(refs, spaceByID(one.id))
	if g.chance(40) {
		for _, other := range g.spaces {
			if other.landlord == one.landlord && other.id != one.id {
				refs = append(refs, spaceByID(other.id))
			}
		}
	}
	if g.chance(5) {
		refs = append(refs, spaceByID(some(g, g.spaces).id))
	}
	return refs
}

// spaceOf is a space of the request's landlord, mostly.
func (g generator) spaceOf(r *domain.HostingRequest) place {
	for range 4 {
		if s := some(g, g.spaces); r.LandlordID != nil && s.landlord == domain.ID(*r.LandlordID) {
			return s
		}
	}
	return some(g, g.spaces)
}

func (g generator) use() domain.UsePattern {
	if g.chance(40) {
		return domain.UsePattern{Kind: domain.UseContinuous}
	}
	u := domain.UsePattern{Kind: domain.UseRecurring, Slots: g.slots()}
	if g.chance(40) {
		u.SlotsNeeded = new(1)
	}
	if g.chance(15) {
		u.Slots[0].From = nil // the place chooses the weeks
	}
	return u
}

func (g generator) slots() (slots []domain.RecurringSlot) {
	for range 1 + g.IntN(2) {
		slots = append(slots, some(g, menu))
	}
	return slots
}

func (g generator) terms(r *domain.HostingRequest, today domain.Date) domain.HostingConvention {
	c := domain.HostingConvention{Form: domain.FormLoanForUse, From: today.AddDays(g.IntN(20)), Insured: true,
		Fee: domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree}, Restitution: domain.RestitutionAsFound}
	if last := r.Term(); last != nil {
		c.From = last.Until.AddDays(1 + g.IntN(10))
	}
	c.Until = c.From.AddMonths(2 + g.IntN(4)).AddDays(-1 - g.IntN(20))
	if r.Wish == domain.WishNone {
		c.Form = domain.FormPartnershipOnly
	} else if g.chance(60) {
		c.Slots = g.slots()
	}
	switch g.IntN(30) {
	case 0:
		c.Insured = false
	case 1:
		c.Until = c.From.AddDays(-1)
	case 2:
		c.From = c.From.AddDays(-60)
	}
	return c
}

// command is an action on a request, with input that is mostly right.
func (g generator) command(w *world.World, r *domain.HostingRequest, action domain.RequestAction) Command {
	id, today := domain.ID(r.ID), w.Today()
	var expected *int
	if g.chance(15) {
		expected = new(r.Version - g.IntN(2))
	}
	past := today.AddDays(-g.IntN(3))
	if g.chance(4) {
		past = today.AddDays(1 + g.IntN(3))
	}
	words := new("Des raisons.")
	switch action {
	case domain.ActionChange:
		c := ChangeRequest{ID: id, ExpectedVersion: expected}
		switch g.IntN(3) {
		case 0:
			c.Request.Use = new(g.use())
		case 1:
			c.Request.Spaces = g.wanted()
		default:
			c.Request.Surface = &domain.SurfaceRange{MinM2: new(float64(20 + g.IntN(30)))}
		}
		return c
	case domain.ActionSubmit:
		return SubmitRequest{ID: id, ExpectedVersion: expected}
	case domain.ActionRequestChanges:
		return RequestChangesOfRequest{ID: id, ExpectedVersion: expected, Missing: "Le budget."}
	case domain.ActionSend:
		return SendRequest{ID: id, ExpectedVersion: expected, DueOn: today.AddDays(g.IntN(20) - 1)}
	case domain.ActionRecordVisit:
		c := RecordVisit{ID: id, ExpectedVersion: expected, On: past, Outcome: domain.VisitSuitable}
		if r.Wish == domain.WishNone {
			c.Outcome = domain.VisitNotVisited
		}
		return c
	case domain.ActionScope:
		c := ScopeRequest{ID: id, ExpectedVersion: expected, Form: domain.FormLoanForUse, Entrusted: "La salle.", Charges: domain.ChargesNone}
		switch {
		case r.Wish == domain.WishNone:
			c.Form = domain.FormPartnershipOnly
		case len(r.Spaces) > 0 && g.chance(80):
			c.Space = new(spaceByID(domain.ID(some(g, r.Spaces))))
		default:
			c.Space = new(spaceByID(g.spaceOf(r).id))
		}
		return c
	case domain.ActionRecordConsultation:
		if g.chance(50) {
			return RecordConsultation{ID: id, ExpectedVersion: expected, NoAssociation: true}
		}
		return RecordConsultation{ID: id, ExpectedVersion: expected, Association: &domain.DatedOpinion{Opinion: domain.OpinionFavourable, On: past}}
	case domain.ActionProposeConvention:
		return ProposeConvention{ID: id, ExpectedVersion: expected, Convention: g.terms(r, today)}
	case domain.ActionConsent:
		revision := 1
		if r.Proposed != nil {
			revision = r.Proposed.Revision
		}
		if g.chance(5) {
			revision++
		}
		return ConsentToConvention{ID: id, ExpectedVersion: expected, Revision: revision}
	case domain.ActionSign:
		return SignConvention{ID: id, ExpectedVersion: expected, On: past}
	case domain.ActionHandOver:
		return HandOver{ID: id, ExpectedVersion: expected, On: past}
	case domain.ActionRecordIndicators:
		return RecordIndicators{ID: id, ExpectedVersion: expected, Indicators: g.figures(today)}
	case domain.ActionEvaluate:
		return EvaluateRequest{ID: id, ExpectedVersion: expected, On: past, Decision: domain.DecisionContinue, Indicators: g.figures(today)}
	case domain.ActionHost:
		return HostRequest{ID: id, ExpectedVersion: expected, On: past}
	case domain.ActionScale:
		return ScaleRequest{ID: id, ExpectedVersion: expected, Territories: []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "69"}}}
	case domain.ActionEnd:
		return EndRequest{ID: id, ExpectedVersion: expected, On: past, Reason: domain.EndAgreed, Restitution: domain.RestitutionAsFound}
	case domain.ActionHold:
		return HoldRequest{ID: id, ExpectedVersion: expected, Words: *words, ReviewOn: today.AddDays(g.IntN(30))}
	case domain.ActionResume:
		return ResumeRequest{ID: id, ExpectedVersion: expected}
	case domain.ActionReject:
		return RejectRequest{ID: id, ExpectedVersion: expected, Reason: domain.RefusedPriority, Words: words}
	case domain.ActionReopen:
		c := ReopenRequest{ID: id, ExpectedVersion: expected, Words: *words}
		if g.chance(30) {
			c.Space = new(spaceByID(g.spaceOf(r).id))
		}
		return c
	case domain.ActionWithdraw:
		return WithdrawRequest{ID: id, ExpectedVersion: expected, Reason: domain.RefusedOther, Words: words}
	case domain.ActionCancel:
		return CancelRequest{ID: id, ExpectedVersion: expected, Reason: domain.RefusedSafety}
	case domain.ActionAgreeToPublish:
		return AgreeToPublish{ID: id, ExpectedVersion: expected}
	case domain.ActionCorrect:
		c := CorrectRequest{ID: id, ExpectedVersion: expected, Step: g.IntN(len(r.Log) + 1), On: &past, Words: *words}
		if g.chance(50) { // of the end, which frees the space or takes it again
			if i := slices.IndexFunc(r.Log, func(s domain.RequestStep) bool { return s.Action == domain.ActionEnd }); i >= 0 {
				c.Step, c.On = i, new(today.AddDays(-g.IntN(20)))
			}
		}
		return c
	}
	panic(fmt.Sprintf("no command does %s", action))
}

func (g generator) figures(today domain.Date) []domain.IndicatorFigure {
	from := today.AddDays(-g.IntN(4))
	return []domain.IndicatorFigure{{Code: domain.IndicatorHouseholdsServed, Value: g.IntN(60), From: from, Until: from}}
}
