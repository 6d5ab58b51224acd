package hub

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// stock is n spaces over sites of a hundred.
func stock(n int) UpsertStock {
	var c UpsertStock
	for i := range n {
		site := fmt.Sprintf("S%02d", i/100)
		if i%100 == 0 {
			c.Sites = append(c.Sites, siteFields(site))
		}
		c.Spaces = append(c.Spaces, StockSpace{SiteRef: site, Space: spaceFields(fmt.Sprintf("L%03d", i))})
	}
	return c
}

// counts of the outcomes of a push, its sites aside: "3 CHANGED, 997 UNCHANGED".
func counts(o Outcome) string {
	n := map[string]int{}
	for _, item := range o.Items {
		if item.Kind == domain.KindSpace {
			outcome := string(item.Outcome)
			if outcome == "" {
				outcome = "refused"
			}
			n[outcome]++
		}
	}
	var parts []string
	for outcome, count := range n {
		parts = append(parts, fmt.Sprint(count, " ", outcome))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func TestStockPushedAgain(t *testing.T) {
	s := newStage(t)
	me := landlordViewer(s.landlord("mine", true))
	push := stock(990) // with its ten sites, a thousand items
	push.Publish = true
	first := s.do(me, push)
	if got := counts(first); got != "990 CREATED" || first.Commit == 0 {
		t.Fatalf("%s in commit %d", got, first.Commit)
	}
	if again := s.do(me, push); counts(again) != "990 UNCHANGED" || again.Commit != 0 {
		t.Errorf("the same again: %s in commit %d", counts(again), again.Commit)
	}
	for _, i := range []int{0, 500, 989} {
		push.Spaces[i].Space.Label = "autrement"
	}
	if third := s.do(me, push); counts(third) != "3 CHANGED, 987 UNCHANGED" {
		t.Errorf("three changed: %s", counts(third))
	}
	left := push.Spaces[7].Space.ExternalRef
	push.Spaces = slices.Delete(push.Spaces, 7, 8)
	if fourth := s.do(me, push); counts(fourth) != "989 UNCHANGED" {
		t.Errorf("one left out: %s", counts(fourth))
	}
	row, _ := s.World().SpaceByRef(domain.LandlordID(me.Landlord), *left)
	if row.Doc.State != domain.PublicationPublished {
		t.Errorf("the one left out is %s though nobody asked", row.Doc.State)
	}
	push.WithdrawOthers = true
	fifth := s.do(me, push)
	if counts(fifth) != "1 WITHDRAWN, 989 UNCHANGED" || s.spaceDoc(domain.ID(row.Doc.ID)).State != domain.PublicationWithdrawn {
		t.Errorf("asked to withdraw the others: %s", counts(fifth))
	}
	if last := fifth.Items[len(fifth.Items)-1]; last.Reference != *left {
		t.Errorf("%q was withdrawn, want %q", last.Reference, *left)
	}
}

func TestStockItemByItem(t *testing.T) {
	s := newStage(t)
	mine, theirs := s.landlord("mine", true), s.landlord("theirs", true)
	me := landlordViewer(mine)
	s.do(landlordViewer(theirs), stock(1))
	wrong := spaceFields("wrong")
	wrong.Label = ""
	nameless := spaceFields("")
	push := UpsertStock{
		Sites: []domain.SiteFields{siteFields("A"), siteFields("A"), siteFields("B")},
		Spaces: []StockSpace{
			{SiteRef: "A", Space: spaceFields("good")},
			{SiteRef: "A", Space: wrong},
			{SiteRef: "A", Space: spaceFields("good")},
			{SiteRef: "S00", Space: spaceFields("on-theirs")},
			{SiteRef: "nowhere", Space: spaceFields("on-none")},
			{SiteRef: "B", Space: nameless},
		},
	}
	wants := []string{
		"CREATED", "INVALID_INPUT at input.sites.1.externalRef", "CREATED",
		"CREATED", "INVALID_INPUT at input.spaces.1.space.label", "INVALID_INPUT at input.spaces.2.space.externalRef",
		"NOT_FOUND at input.spaces.3.siteRef", "NOT_FOUND at input.spaces.4.siteRef", "INVALID_INPUT at input.spaces.5.space.externalRef",
	}
	outcome := s.do(me, push)
	for i, want := range wants {
		item := outcome.Items[i]
		got := string(item.Outcome)
		if got == "" {
			got = told(item.Refusals)
		}
		if got != want || (item.Object == "") != (item.Outcome == "") {
			t.Errorf("item %d: %s about %q, want %s", i, got, item.Object, want)
		}
	}
	// Another's reference gets what an unknown one gets, but for its name.
	if a, b := outcome.Items[6].Refusals[0].Say(domain.French), outcome.Items[7].Refusals[0].Say(domain.French); strings.ReplaceAll(a, "S00", "nowhere") != b {
		t.Errorf("%q and %q differ", a, b)
	}
	// Nothing is left of the refused.
	if w := s.World(); w.Counts().Sites != 3 || w.Counts().Spaces != 2 {
		t.Errorf("%+v", w.Counts())
	}

	push.AllOrNothing = true
	push.Spaces[0].Space.Label = "autrement"
	if got := told(s.refused(me, push)); !strings.HasPrefix(got, wants[1]) || strings.Count(got, "\n") != 5 {
		t.Errorf("all or nothing: %s", got)
	}
}

func TestStockRefused(t *testing.T) {
	s := newStage(t)
	me := landlordViewer(s.landlord("mine", true))
	for name, c := range map[string]UpsertStock{"nothing": {}, "too much": stock(1000)} {
		if got := told(s.refused(me, c)); got != "INVALID_INPUT at input" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := told(s.refused(staff, stock(1))); got != "INVALID_INPUT at input.landlordId" {
		t.Errorf("staff without a landlord: %s", got)
	}
	if got := told(s.refused(observer, stock(1))); got != "NOT_ALLOWED" {
		t.Errorf("an observer: %s", got)
	}
}

// A repeated key answers what each item came to, though the items have changed
// since.
func TestStockRepeated(t *testing.T) {
	s := newStage(t)
	me := landlordViewer(s.landlord("mine", true))
	push := stock(2)
	push.Spaces = append(push.Spaces, StockSpace{SiteRef: "nowhere", Space: spaceFields("x")})
	first, err := s.Do(t.Context(), me, push, "monday")
	if err != nil {
		t.Fatal(err)
	}
	s.do(me, StepSpace{Space: spaceByRef("L000"), To: domain.PublicationPublished})
	again, err := s.Do(t.Context(), me, push, "monday")
	if err != nil {
		t.Fatal(err)
	}
	if again.Commit != first.Commit || len(again.Items) != len(first.Items) {
		t.Fatalf("commit %d and %d items, want %d and %d", again.Commit, len(again.Items), first.Commit, len(first.Items))
	}
	for i, item := range again.Items {
		if was := first.Items[i]; item.Outcome != was.Outcome || item.Object != was.Object || item.Reference != was.Reference ||
			(len(item.Refusals) == 0) != (len(was.Refusals) == 0) {
			t.Errorf("item %d: %+v, was %+v", i, item, was)
		}
	}
}

// A landlord's stock is bounded, archived or not; what is there can be changed, and
// staff go on.
func TestStockIsBounded(t *testing.T) {
	m, c := newMemory(), newClock()
	config := config(t, m, c.tell)
	config.Quotas.Stock = 5
	s := &stage{Hub: opened(t, config), t: t, ledger: m, clock: c}
	mine, other := s.landlord("mine", true), s.landlord("other", true)
	me := landlordViewer(mine)
	full := func(path string) domain.TooMany {
		return domain.TooMany{Path: strings.Split(path, "."), Most: 5, Kept: 5,
			What: domain.Bilingual{French: "sites et espaces par bailleur", English: "sites and spaces of a landlord"}}
	}
	refused := func(what string, all []domain.Refusal, path string) {
		t.Helper()
		if want := []domain.Refusal{full(path)}; !reflect.DeepEqual(all, want) {
			t.Errorf("%s: %+v, want %+v", what, all, want)
		}
	}

	// Four spaces and their site are as many as there may be; what can't be accepted
	// takes nobody's place.
	push := stock(6)
	push.Spaces[1].Space.Label = ""
	o := s.do(me, push)
	if got := counts(o); got != "2 refused, 4 CREATED" {
		t.Fatalf("the first push: %s", got)
	}
	refused("the sixth space", o.Items[6].Refusals, "input.spaces.5.space")
	push.AllOrNothing = true
	push.Spaces[1].Space.Label = "L001"
	if got := told(s.refused(me, push)); got != "TOO_MANY at input.spaces.1.space\nTOO_MANY at input.spaces.5.space" {
		t.Errorf("all or nothing: %s", got)
	}
	refused("a space by itself", s.refused(me, RegisterSpace{Site: siteByRef("S00"), Space: spaceFields("more")}), "input.space")
	refused("a site", s.refused(me, RegisterSite{Site: siteFields("more")}), "input.site")

	// The same again, and a change, say what is there already.
	push = stock(1)
	push.Spaces[0].Space.Label = "autrement"
	if got := counts(s.do(me, push)); got != "1 CHANGED" {
		t.Errorf("a change: %s", got)
	}
	if got := counts(s.do(me, push)); got != "1 UNCHANGED" {
		t.Errorf("the same again: %s", got)
	}

	// The archive stays in memory.
	s.do(me, StepSpace{Space: spaceByRef("L000"), To: domain.PublicationArchived})
	refused("beside an archived one", s.refused(me, UpsertSpace{Site: siteByRef("S00"), Space: spaceFields("more")}), "input.space")

	s.do(landlordViewer(other), stock(4))
	push = stock(7)
	push.LandlordID = &mine
	push.Spaces = push.Spaces[5:]
	if got := counts(s.do(staff, push)); got != "2 CREATED" {
		t.Errorf("staff: %s", got)
	}
}

// What else an organisation makes is bounded alike.
func TestWhatIsKeptIsBounded(t *testing.T) {
	m, c := newMemory(), newClock()
	config := config(t, m, c.tell)
	config.Ruleset, config.Quotas = "2026-11", Quotas{Needs: 2, Requests: 1, Messages: 2, Written: 1, Persons: 1}
	h := staged(&stage{Hub: opened(t, config), t: t, ledger: m, clock: c})
	draft := DraftRequest{NeedID: &h.need, Request: domain.StatedRequest{Spaces: []domain.VacantSpaceRef{spaceByID(h.room)}}}
	wanted := RegisterLandlordNeed{Need: landlordNeedFields("")}
	invitation := SendInvitation{ProjectID: h.project, NeedID: &h.need, Spaces: []domain.VacantSpaceRef{spaceByID(h.room)}, Sentence: "Venez.", AnswerBy: h.today() + 10}
	again := invitation
	again.Spaces = []domain.VacantSpaceRef{spaceByID(h.annex)}
	request := h.do(h.asProject, draft).Object
	h.do(h.asLandlord, wanted)
	invited := h.do(h.asLandlord, invitation).Object
	message := WriteMessage{RequestID: request, Audience: domain.MessageShared, Body: "Bonjour."}
	h.do(h.asProject, message)
	h.do(staff, message)
	toRival := message
	toRival.RequestID = h.do(h.asRival, DraftRequest{NeedID: &h.rivalNeed}).Object
	h.do(staff, toRival)
	h.do(staff, toRival)
	h.do(h.asProject, RegisterNeed{Need: needFields()})
	h.do(h.asLandlord, wanted)
	for _, tc := range []struct {
		by   domain.Viewer
		c    Command
		want string
	}{
		{h.asProject, RegisterNeed{Need: needFields()}, "TOO_MANY at input.need"},
		{h.asLandlord, wanted, "TOO_MANY at input.need"},
		{h.asProject, draft, "TOO_MANY at input.request"},
		{h.asProject, AcceptInvitation{ID: invited}, "TOO_MANY at input.id"}, // a draft, too
		{h.asLandlord, again, "TOO_MANY at input"},
		{h.asProject, message, "TOO_MANY at input.request"}, // of all that it writes
		{h.asRival, toRival, "TOO_MANY at input.request"},   // about one request
	} {
		if got := told(h.refused(tc.by, tc.c)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.c.Action(), got, tc.want)
		}
	}
	h.do(h.asRival, RegisterNeed{Need: needFields()}) // another's count for themselves

	// Persons are kept elsewhere.
	someone := map[string]any{"Name": "Paul"}
	first := domain.ID(h.putPerson(h.asLandlord, nil, someone))
	_, err := h.PutPerson(t.Context(), h.asLandlord, PutPerson{Person: patched[domain.Person](t, someone)})
	if got := told(domain.AsRefusals(err)); got != "TOO_MANY at input.person" {
		t.Errorf("one person too many: %s", got)
	}
	h.putPerson(h.asLandlord, &first, map[string]any{"Name": "Pauline"})
	h.putPerson(h.asProject, nil, someone)
	h.putPerson(staff, nil, map[string]any{"Name": "Paule", "Organisation": h.landlord})
}
