package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// putPerson keeps a person, who must be accepted.
func (s *stage) putPerson(v domain.Viewer, id *domain.ID, values map[string]any) domain.PersonID {
	s.t.Helper()
	put, err := s.PutPerson(s.t.Context(), v, PutPerson{ID: id, Person: patched[domain.Person](s.t, values)})
	if err != nil {
		s.t.Fatal(err)
	}
	return put
}

// keptPerson is one as kept.
func (s *stage) keptPerson(id domain.PersonID) domain.Person {
	s.t.Helper()
	found, err := s.Texts.Persons(s.t.Context(), []domain.PersonID{id})
	if err != nil {
		s.t.Fatal(err)
	}
	return found[id]
}

// Who creates whom, and changes what of them; nothing of it is a commit.
func TestPutPerson(t *testing.T) {
	h := newHosting(t)
	before := h.World().Commit()
	ours := h.putPerson(h.asLandlord, nil, map[string]any{"Name": "Contact d'exemple", "Email": "contact@exemple.fr"})
	if p := h.keptPerson(ours); p.Organisation != h.landlord || p.Account != "" || p.UpdatedAt.IsZero() {
		t.Errorf("kept as %+v", p)
	}
	id := domain.ID(ours)
	h.putPerson(h.asLandlord, &id, map[string]any{"Telephone": "+33 1 23 45 67 89", "Email": nil})
	if p := h.keptPerson(ours); p.Name != "Contact d'exemple" || p.Email != "" || p.Telephone == "" {
		t.Errorf("changed to %+v", p)
	}
	theirs := domain.ID(h.putPerson(staff, nil, map[string]any{"Name": "Autre", "Organisation": h.otherLandlord, "Account": "act_other"}))
	mine := h.putPerson(h.asProject, nil, map[string]any{"Name": "Moi", "Account": h.asProject.Actor})
	if again := h.putPerson(h.asProject, nil, map[string]any{"Name": "Moi-même", "Account": h.asProject.Actor}); again != mine {
		t.Errorf("by account, %s is %s", mine, again)
	}
	if got := h.putPerson(staff, nil, map[string]any{"Function": "Direction", "Account": h.asProject.Actor}); got != mine {
		t.Errorf("staff find %s by their account, not %s", got, mine)
	}
	missing, wrong := domain.ID("per_none"), h.landlord
	for i, c := range []struct {
		viewer domain.Viewer
		id     *domain.ID
		values map[string]any
		want   string
	}{
		{domain.Anonymous, nil, map[string]any{"Name": "x"}, "NOT_ALLOWED"},
		{observer, nil, map[string]any{"Name": "x"}, "NOT_ALLOWED"},
		{h.asLandlord, nil, nil, "INVALID_INPUT at input.person.name"},
		{h.asLandlord, nil, map[string]any{"Name": "x", "Organisation": h.otherLandlord}, "NOT_ALLOWED"},
		{h.asLandlord, &id, map[string]any{"Organisation": h.otherLandlord}, "NOT_ALLOWED"},
		{h.asLandlord, &theirs, map[string]any{"Name": "x"}, "NOT_FOUND at input.id"},
		{h.asLandlord, &missing, map[string]any{"Name": "x"}, "NOT_FOUND at input.id"},
		{h.asLandlord, &wrong, map[string]any{"Name": "x"}, "INVALID_INPUT at input.id"},
		// Accounts are staff's to give, and nobody takes over what is there.
		{h.asLandlord, nil, map[string]any{"Name": "x", "Account": "act_other"}, "INVALID_INPUT at input.person.account"},
		{h.asLandlord, nil, map[string]any{"Name": "x", "Account": "act_nobody"}, "INVALID_INPUT at input.person.account"},
		{h.asLandlord, &id, map[string]any{"Account": h.asLandlord.Actor}, "INVALID_INPUT at input.person.account"},
		{h.asProject, nil, map[string]any{"Account": h.asProject.Actor, "Email": "x"}, "INVALID_INPUT at input.person.email"},
		{staff, &id, map[string]any{"Account": "act_other"}, "ALREADY_EXISTS at input.person.account"},
		{staff, nil, map[string]any{"Name": "x", "Organisation": domain.ID("lld_none")}, "NOT_FOUND at input.person.organisation"},
		{staff, nil, map[string]any{"Name": "x", "Organisation": h.room}, "INVALID_INPUT at input.person.organisation"},
	} {
		_, err := h.PutPerson(t.Context(), c.viewer, PutPerson{ID: c.id, Person: patched[domain.Person](t, c.values)})
		if got := told(domain.AsRefusals(err)); got != c.want {
			t.Errorf("%d: %s (%v), want %s", i, got, err, c.want)
		}
	}
	if h.World().Commit() != before {
		t.Error("the ledger knows")
	}
}

// A key makes somebody new once, for the account that uses it.
func TestPutPersonAgain(t *testing.T) {
	h := newHosting(t)
	put := func(v domain.Viewer, key string) domain.PersonID {
		id, err := h.PutPerson(t.Context(), v, PutPerson{Key: key, Person: patched[domain.Person](t, map[string]any{"Name": "x"})})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := put(h.asLandlord, "k")
	unkeyed, another := put(h.asLandlord, ""), put(h.asLandlord, "")
	if put(h.asLandlord, "k") != first || put(h.asLandlord, "l") == first || put(h.asProject, "k") == first || unkeyed == another {
		t.Error("a key isn't one person's")
	}
	h.do(staff, ErasePerson{Person: first})
	_, err := h.PutPerson(t.Context(), h.asLandlord, PutPerson{Key: "k", Person: patched[domain.Person](t, map[string]any{"Name": "x"})})
	if got := told(domain.AsRefusals(err)); got != "NOT_FOUND at input" {
		t.Errorf("under the key of somebody erased: %s (%v)", got, err)
	}
}

// A key never leads to a person who is another organisation's, whether it was made so
// or by another with the same name of an account.
func TestPutPersonOfAnother(t *testing.T) {
	h := newHosting(t)
	put := func(v domain.Viewer, name string) domain.PersonID {
		t.Helper()
		id, err := h.PutPerson(t.Context(), v, PutPerson{Key: "k", Person: patched[domain.Person](t, map[string]any{"Name": name})})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	namesake := h.asLandlord
	namesake.Landlord = domain.LandlordID(h.otherLandlord)
	first, theirs := put(h.asLandlord, "Paul"), put(namesake, "Pauline")
	moved := domain.ID(first)
	h.putPerson(staff, &moved, map[string]any{"Organisation": h.otherLandlord})
	second := put(h.asLandlord, "Paule")
	if first == theirs || second == first || second == theirs || put(h.asLandlord, "Paule") != second {
		t.Errorf("the key leads to %s, then %s, and %s for another", first, second, theirs)
	}
	for id, want := range map[domain.PersonID]string{first: "Paul", theirs: "Pauline", second: "Paule"} {
		if p := h.keptPerson(id); p.Name != want {
			t.Errorf("%s is kept as %q, want %q", id, p.Name, want)
		}
	}
	if p := h.keptPerson(first); p.Organisation != h.otherLandlord {
		t.Errorf("%s has moved back to %s", first, p.Organisation)
	}
}

// A server acts for the persons of its own organisation, and an account that is
// somebody's for nobody else. What is written then is the person's.
func TestOnBehalfOf(t *testing.T) {
	h := newHosting(t)
	ours := h.putPerson(h.asProject, nil, map[string]any{"Name": "Nous"})
	theirs := h.putPerson(h.asLandlord, nil, map[string]any{"Name": "Eux"})
	named := h.asProject
	named.Actor = "act_named"
	h.putPerson(named, nil, map[string]any{"Name": "Collègue", "Account": "act_named"})
	var texts []string
	for _, c := range []struct {
		viewer domain.Viewer
		id     domain.PersonID
	}{{h.asProject, theirs}, {h.asProject, "per_none"}, {h.asProject, ""}, {domain.Anonymous, ours}, {observer, ours}, {staff, ours}, {named, ours}} {
		_, err := h.OnBehalfOf(t.Context(), c.viewer, c.id)
		if !is[*OnBehalfOfError](err) {
			t.Errorf("%+v for %s: %v", c.viewer, c.id, err)
			continue
		}
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("%q isn't %q", text, texts[0])
		}
	}
	portal, err := h.OnBehalfOf(t.Context(), h.asProject, ours)
	if err != nil || portal.OnBehalfOf != ours || portal.Actor != h.asProject.Actor {
		t.Fatalf("%+v, %v", portal, err)
	}
	id := h.draft(h.asProject, h.room)
	withdrawn := h.do(portal, WithdrawRequest{ID: id, Reason: domain.RefusedOther, Words: new("Nous renonçons.")})
	step := h.request(id).Log[1]
	if step.Person != ours || step.Actor != h.asProject.Actor || h.ledger.commits(t)[withdrawn.Commit-1].Actor != h.asProject.Actor {
		t.Errorf("the step is %+v", step)
	}
	if p := h.request(id).Log[0].Person; p != "" {
		t.Errorf("the server by itself is %s", p)
	}
	export, ok, err := h.ExportPerson(t.Context(), portal, ours)
	if err != nil || !ok || len(export.Texts) != 1 || *export.Texts[0].Writer != ours {
		t.Errorf("their export is %+v, %v", export, err)
	}
	for _, v := range []domain.Viewer{h.asProject, h.asLandlord, observer, domain.Anonymous} {
		if _, ok, err := h.ExportPerson(t.Context(), v, ours); ok || err != nil {
			t.Errorf("%+v exports them: %v", v, err)
		}
	}
	// The account of somebody who signs in is known without a header.
	h.do(named, WithdrawRequest{ID: h.draft(named), Reason: domain.RefusedOther, Words: new("Moi aussi.")})
	h.do(portal, ErasePerson{Person: ours})
	if _, err := h.OnBehalfOf(t.Context(), h.asProject, ours); !is[*OnBehalfOfError](err) {
		t.Errorf("for somebody erased: %v", err)
	}
	if p := h.keptPerson(ours); p.Name != "" {
		t.Errorf("%+v is kept", p)
	}
}

// A portal is given, and erases, what was written within its organisation: not what
// somebody wrote for another, or others about them.
func TestTextsOfAFormerEmployer(t *testing.T) {
	h := newHosting(t)
	paul := h.putPerson(h.asProject, nil, map[string]any{"Name": "Paul"})
	before := h.asProject
	before.OnBehalfOf = paul
	h.do(before, WriteMessage{RequestID: h.draft(h.asProject), Audience: domain.MessagePrivate, Body: "Entre nous."})
	id := domain.ID(paul)
	h.putPerson(staff, &id, map[string]any{"Organisation": h.landlord})
	portal, err := h.OnBehalfOf(t.Context(), h.asLandlord, paul)
	if err != nil {
		t.Fatal(err)
	}
	exported := func(v domain.Viewer) int {
		t.Helper()
		export, ok, err := h.ExportPerson(t.Context(), v, paul)
		if err != nil || !ok || export.Person == nil {
			t.Fatalf("%+v, %v, %v", export, ok, err)
		}
		return len(export.Texts)
	}
	if n := exported(portal); n != 0 {
		t.Errorf("the new portal is given %d texts of before", n)
	}
	if n := exported(staff); n != 1 {
		t.Errorf("staff are given %d texts", n)
	}
	if got := told(h.refused(portal, ErasePerson{Person: paul})); got != "INVALID_INPUT at input.person" {
		t.Errorf("the new portal erases: %s", got)
	}
	// Themself are given all, by their own account.
	named := domain.Viewer{Role: domain.RoleLandlord, Landlord: portal.Landlord, Actor: "act_paul"}
	h.putPerson(staff, &id, map[string]any{"Account": named.Actor})
	if n := exported(named); n != 1 {
		t.Errorf("Paul is given %d of his texts", n)
	}
	h.do(named, ErasePerson{Person: paul})
	if _, ok, err := h.ExportPerson(t.Context(), staff, paul); ok || err != nil {
		t.Errorf("after the erasure: %v, %v", ok, err)
	}
}

// One key of a portal isn't used for two persons.
func TestKeyOnBehalfOf(t *testing.T) {
	h := newHosting(t)
	one, two := h.asProject, h.asProject
	one.OnBehalfOf, two.OnBehalfOf = h.putPerson(h.asProject, nil, map[string]any{"Name": "Un"}), h.putPerson(h.asProject, nil, map[string]any{"Name": "Deux"})
	c := WriteMessage{RequestID: h.draft(h.asProject), Audience: domain.MessageShared, Body: "Bonjour."}
	if _, err := h.Do(t.Context(), one, c, "k"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Do(t.Context(), one, c, "k"); err != nil {
		t.Errorf("repeated: %v", err)
	}
	if _, err := h.Do(t.Context(), two, c, "k"); codesOf(err) != "IDEMPOTENCY_CONFLICT" {
		t.Errorf("for another person: %v", err)
	}
}

// unreadable is a personal store that finds nobody by their account.
type unreadable struct{ texts.Store }

func (unreadable) PersonOfAccount(context.Context, string) (domain.Person, bool, error) {
	return domain.Person{}, false, texts.ErrUnavailable
}

// Without the personal store, what needs none of it goes on; who acts isn't known.
func TestUnknownActor(t *testing.T) {
	h := newHosting(t)
	h.putPerson(h.asProject, nil, map[string]any{"Name": "Moi", "Account": h.asProject.Actor})
	if p := h.request(h.draft(h.asProject)).Log[0].Person; p == "" {
		t.Error("who signs in isn't known")
	}
	h.Texts = unreadable{h.Texts}
	if p := h.request(h.draft(h.asProject)).Log[0].Person; p != "" {
		t.Errorf("%s is known", p)
	}
}

// Contacts of a request are of that side's organisation, set by it or by staff.
func TestSetContacts(t *testing.T) {
	h := newHosting(t)
	id := h.draft(h.asProject)
	ours := domain.ID(h.putPerson(h.asProject, nil, map[string]any{"Name": "Nous"}))
	theirs := domain.ID(h.putPerson(h.asLandlord, nil, map[string]any{"Name": "Eux"}))
	project, landlord, hub := domain.PartyProject, domain.PartyLandlord, domain.PartyHub
	many := make([]domain.ID, domain.MostContacts+1)
	for i, c := range []struct {
		viewer domain.Viewer
		SetContacts
		want string
	}{
		{domain.Anonymous, SetContacts{ID: id}, "NOT_FOUND at input.id"},
		{h.asLandlord, SetContacts{ID: id}, "NOT_FOUND at input.id"},
		{staff, SetContacts{ID: id}, "INVALID_INPUT at input.party"},
		{staff, SetContacts{ID: id, Party: &hub}, "INVALID_INPUT at input.party"},
		{staff, SetContacts{ID: id, Party: &landlord}, "INVALID_INPUT at input.party"}, // it has none yet
		{h.asProject, SetContacts{ID: id, Party: &landlord}, "NOT_ALLOWED"},
		{h.asProject, SetContacts{ID: id, ExpectedVersion: new(7)}, "VERSION_CONFLICT at input.expectedVersion"},
		{h.asProject, SetContacts{ID: id, Persons: many}, "INVALID_INPUT at input.persons"},
		{h.asProject, SetContacts{ID: id, Persons: []domain.ID{ours, theirs, "per_none", h.room, ours}},
			"NOT_FOUND at input.persons.1\nNOT_FOUND at input.persons.2\nINVALID_INPUT at input.persons.3\nINVALID_INPUT at input.persons.4"},
	} {
		if got := told(h.refused(c.viewer, c.SetContacts)); got != c.want {
			t.Errorf("%d: %s, want %s", i, got, c.want)
		}
	}
	h.do(staff, SetContacts{ID: id, Party: &project, Persons: []domain.ID{ours}})
	if h.do(h.asProject, SetContacts{ID: id, Persons: []domain.ID{ours}}).Commit != 0 {
		t.Error("the same again is a commit")
	}
	r := h.request(id)
	if got := fmt.Sprint(r.Contacts, r.Version, len(r.Log)); got != fmt.Sprintf("{[%s] []} 2 1", ours) {
		t.Errorf("the request has %s", got)
	}
	h.do(h.asProject, SetContacts{ID: id})
	if r := h.request(id); len(r.Contacts.All()) > 0 {
		t.Errorf("the request has %v", r.Contacts)
	}
}

// A message changes nothing of its request, whoever writes it.
func TestWriteMessage(t *testing.T) {
	h := newHosting(t)
	id := h.draft(h.asProject, h.room)
	before := *h.request(id)
	for i, c := range []struct {
		viewer domain.Viewer
		WriteMessage
		want string
	}{
		{h.asLandlord, WriteMessage{RequestID: id, Audience: domain.MessageShared, Body: "x"}, "NOT_FOUND at input.request"},
		{domain.Anonymous, WriteMessage{RequestID: id, Audience: domain.MessageShared, Body: "x"}, "NOT_FOUND at input.request"},
		{staff, WriteMessage{RequestID: "req_none", Audience: domain.MessageShared, Body: "x"}, "NOT_FOUND at input.request"},
		{h.asProject, WriteMessage{RequestID: id, Audience: "ALL", Body: ""}, "INVALID_INPUT at input.audience\nINVALID_INPUT at input.body"},
	} {
		if got := told(h.refused(c.viewer, c.WriteMessage)); got != c.want {
			t.Errorf("%d: %s, want %s", i, got, c.want)
		}
	}
	for _, v := range []domain.Viewer{h.asProject, staff} {
		for _, audience := range []domain.MessageAudience{domain.MessagePrivate, domain.MessageShared} {
			done := h.do(v, WriteMessage{RequestID: id, Audience: audience, Body: "Bonjour."})
			row, ok := h.World().Message(domain.MessageID(done.Object))
			if !ok || row.Doc.Commit != done.Commit || row.Doc.Audience != audience || !h.World().RefersTo(row.Doc.Body) {
				t.Errorf("the message is %+v", row)
			}
		}
	}
	if r := h.request(id); r.Version != before.Version || !r.UpdatedAt.Equal(before.UpdatedAt) || len(r.Log) != len(before.Log) {
		t.Errorf("the request has become %+v", r)
	}
}

// A reading of personal data leaves a line in the log, without the data.
func TestAudit(t *testing.T) {
	h := newHosting(t)
	var log strings.Builder
	h.Logger = slog.New(slog.NewTextHandler(&log, nil))
	id := h.putPerson(h.asProject, nil, map[string]any{"Name": "Secrète", "Account": h.asProject.Actor})
	_, err1 := h.ReadPersons(t.Context(), h.asLandlord, []domain.PersonID{id, "per_none"})
	_, err2 := h.ReadPersonsOf(t.Context(), staff, h.project)
	_, _, err3 := h.ExportPerson(t.Context(), h.asProject, id)
	_, err4 := h.ReadTexts(t.Context(), staff, []domain.TextID{"txt_none"})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	for i, want := range []string{"kind=person count=1 role=LANDLORD actor=" + h.asLandlord.Actor, "kind=person count=1 role=STAFF actor=act_staff", "kind=export count=1 role=PROJECT"} {
		if len(lines) != 3 || !strings.Contains(lines[i], `msg="personal data read" `+want) {
			t.Fatalf("the log is %q", lines)
		}
	}
	if strings.Contains(log.String(), "Secrète") {
		t.Error("the log says the name")
	}
}
