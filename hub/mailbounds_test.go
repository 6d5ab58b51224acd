package hub

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/mail"
	"github.com/palier-hub/palier/texts"
)

// crowded is a personal store with a crowd in one organisation, besides.
type crowded struct {
	texts.Store
	of    domain.ID
	crowd []domain.Person
}

func (c crowded) PersonsOf(ctx context.Context, of domain.ID) ([]domain.Person, error) {
	if of == c.of {
		return slices.Clone(c.crowd), nil
	}
	return c.Store.PersonsOf(ctx, of)
}

func (c crowded) Persons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	found, err := c.Store.Persons(ctx, ids)
	for _, id := range ids {
		if i, ok := slices.BinarySearchFunc(c.crowd, id, func(p domain.Person, id domain.PersonID) int {
			return cmp.Compare(p.ID, id)
		}); ok {
			found[id] = c.crowd[i]
		}
	}
	return found, err
}

// crowd gives an organisation many people, each with an address.
func (h *mailedStage) crowd(organisation domain.ID, many int) []domain.Person {
	c := crowded{Store: h.Texts, of: organisation}
	for n := range many {
		name := fmt.Sprintf("crowd%04d", n)
		c.crowd = append(c.crowd, domain.Person{ID: domain.PersonID("per_" + name), Name: name, Email: name + "@example.org", Organisation: organisation})
	}
	h.Texts = c
	return c.crowd
}

// collections are the sizes of the commits that collected what is mailed after a
// commit, and how many of these noted no progress.
func (h *mailedStage) collections(after uint64) (sizes []int, amid int) {
	h.t.Helper()
	for _, encoded := range h.ledger.encoded[after:] {
		c, err := ledger.Decode(encoded)
		if err != nil {
			h.t.Fatal(err)
		}
		if c.Action != (collectMail{}).Action() {
			continue
		}
		sizes = append(sizes, len(encoded))
		if !slices.ContainsFunc(c.Changes, func(ch ledger.Change) bool { return ch.Kind == domain.KindMailProgress }) {
			amid++
		}
		if len(encoded) > ledger.MaxCommitBytes/2 {
			h.t.Errorf("a collection takes %d bytes", len(encoded))
		}
	}
	return sizes, amid
}

// arrivals counts what has come, by person and event.
func (h *mailedStage) arrivals() (all map[arrival]int, people map[domain.PersonID]int) {
	all, people = map[arrival]int{}, map[domain.PersonID]int{}
	h.post.mu.Lock()
	defer h.post.mu.Unlock()
	for _, l := range h.post.letters {
		people[l.To.ID]++
		for _, i := range l.Items {
			all[arrival{l.To.ID, i.Event}]++
		}
	}
	h.post.letters = nil
	for a, n := range all {
		if n > 1 {
			h.t.Errorf("%s is told %d times of %+v", a.person, n, a.event)
		}
	}
	return all, people
}

// An organisation with as many people as there may be, to which much happens,
// stops nobody's mail.
func TestMailOfManyPeople(t *testing.T) {
	h := newMailed(t)
	h.crowd(h.landlord, 5000)
	before := h.World().Commit()
	const many = 20
	for range many {
		id := h.do(h.asLandlord, SendInvitation{ProjectID: h.project, NeedID: &h.need, Spaces: []domain.VacantSpaceRef{spaceByID(h.room)}, Sentence: "Venez.", AnswerBy: h.today() + 10}).Object
		h.do(h.asProject, DeclineInvitation{ID: id, Reason: domain.RefusedPriority})
	}
	h.does(h.draft(h.asRival, h.room), domain.ActionSubmit)
	began := time.Now()
	h.round()
	sizes, _ := h.collections(before)
	t.Logf("collected in %v, commits of %v bytes", time.Since(began), sizes)
	h.pass(mailGrouping)
	all, people := h.arrivals()
	if people["per_staff"] != 1 {
		t.Errorf("staff got %d letters", people["per_staff"])
	}
	if len(people) != mostWrittenTo+1 || len(all) != mostWrittenTo*many+1 {
		t.Errorf("%d events for %d people, want %d for each of %d, and staff's", len(all), len(people), many, mostWrittenTo)
	}
}

// What many people are told of one commit, and of one day, is collected by several
// commits: each is told once.
func TestMailAmidACommit(t *testing.T) {
	h := newMailed(t)
	h.crowd(h.landlord, mostWrittenTo)
	const many = 110
	for range many {
		h.does(h.draft(h.asProject, h.room), toReview...)
	}
	told := func(code domain.MailEventCode, amid bool) {
		t.Helper()
		before := h.World().Commit()
		for range 40 {
			h.pass(24*time.Hour - mailGrouping)
			h.pass(mailGrouping)
			all, _ := h.arrivals()
			n := 0
			for a := range all {
				if a.event.Code == code && a.person[:9] == "per_crowd" {
					n++
				}
			}
			if n == 0 {
				continue
			}
			sizes, unnoted := h.collections(before)
			t.Logf("%s: commits of %v bytes", code, sizes)
			if n != many*mostWrittenTo {
				t.Errorf("%d were told of %s, want %d people of %d requests each", n, code, mostWrittenTo, many)
			}
			if len(sizes) < 2 || amid && unnoted == 0 {
				t.Errorf("%s was collected by commits of %v bytes, %d of them amid a commit", code, sizes, unnoted)
			}
			return
		}
		t.Errorf("nobody was told of %s", code)
	}
	told(domain.MailRequestSent, false)
	told(domain.MailFirstReminder, false)
	told(domain.MailLastReminder, false)
	told(domain.MailExpired, true)
	if len(h.dead()) > 0 {
		t.Errorf("%d dead letters", len(h.dead()))
	}
}

// Of an organisation's people the contacts of a request are written to before
// others, and each address once.
func TestMailChoosesPeople(t *testing.T) {
	h := newMailed(t)
	people := h.crowd(h.landlord, mostWrittenTo+50)
	people[1].Email = "Crowd0000@Example.org"
	last := people[len(people)-1].ID
	people[2].Email = people[len(people)-1].Email
	id := h.draft(h.asProject, h.room)
	h.does(id, toReview...)
	h.do(h.asLandlord, SetContacts{ID: id, Persons: []domain.ID{domain.ID(last)}})
	h.pass(mailGrouping)
	_, came := h.arrivals()
	if came[last] != 1 || came[people[0].ID] != 1 || came[people[1].ID] != 0 || came[people[2].ID] != 0 {
		t.Errorf("the contact got %d, the first of an address %d, others of the same address %d and %d",
			came[last], came[people[0].ID], came[people[1].ID], came[people[2].ID])
	}
	if n := len(came); n != mostWrittenTo+2 {
		t.Errorf("%d got letters, want %d of the landlord, one of the project and one of staff", n, mostWrittenTo)
	}
}

// What can't be collected keeps nothing from being sent.
func TestMailIsSentThoughNoneIsCollected(t *testing.T) {
	h := newMailed(t)
	h.does(h.draft(h.asProject, h.room), domain.ActionSubmit)
	h.round()
	h.does(h.draft(h.asRival, h.room), domain.ActionSubmit)
	h.clock.move(mailGrouping)
	err := mailRound{h.Hub, h.post, func(ctx context.Context, c Command) (Outcome, error) {
		if _, collects := c.(collectMail); collects {
			return Outcome{}, domain.TooLarge{Bytes: 11_289_139, Most: ledger.MaxCommitBytes}
		}
		return h.Do(ctx, itself, c, "")
	}}.run(t.Context())
	if err == nil {
		t.Error("nobody learns that it can't be collected")
	}
	if got := h.post.take(); got != "staff: REQUEST_SUBMITTED!" {
		t.Errorf("sent %q", got)
	}
}

// Many letters of one organisation don't keep another's waiting, nor what happens
// meanwhile.
func TestMailTakesTurns(t *testing.T) {
	h := newMailed(t)
	h.crowd(h.landlord, 100)
	h.does(h.draft(h.asProject, h.room), toReview...)
	h.round()
	h.clock.move(mailGrouping)
	h.post.during = func(mail.Letter) { h.clock.move(time.Second) }
	h.round()
	first := map[domain.ID]bool{}
	for _, l := range h.post.letters[:3] {
		first[l.To.Organisation] = true
	}
	if len(first) != 3 {
		t.Errorf("the first three letters went to %v", first)
	}
	if n := len(h.post.letters); n > int(mostDelivering/time.Second)+1 {
		t.Errorf("%d letters were sent before anything else was looked for", n)
	}
	h.round()
	if n := len(h.post.letters); n != 102 {
		t.Errorf("%d letters in all, want 100 and those of the project and of staff", n)
	}
}

// Who isn't let in any more isn't written to, whether it is found out when
// something happens or when it would be sent.
func TestMailToWhoIsNotLetIn(t *testing.T) {
	bar := func(h *mailedStage) {
		h.do(staff, RevokeAccess{Account: "acc-barred", Bar: true, Reason: domain.RevokedLeft})
	}
	archive := func(h *mailedStage) { h.do(staff, StepProject{ID: h.project, To: domain.PublicationArchived}) }
	for _, c := range []struct {
		name         string
		before, then func(*mailedStage)
		// comes tells whether the others of the project are written to.
		comes bool
	}{
		{"barred before", bar, nil, true},
		{"barred while it waits", nil, bar, true},
		{"archived while it waits", nil, archive, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newMailed(t)
			for name, account := range map[string]string{"barred": "acc-barred", "colleague": "acc-colleague"} {
				if err := h.Texts.PutPerson(t.Context(), domain.Person{ID: domain.PersonID("per_" + name), Name: name, Email: name + "@example.org",
					Organisation: h.project, Account: account}); err != nil {
					t.Fatal(err)
				}
			}
			id := h.draft(h.asProject, h.room)
			h.does(id, toReview...)
			h.pass(mailGrouping)
			h.post.take()
			for _, step := range []func(*mailedStage){c.before, func(h *mailedStage) { h.does(id, domain.ActionRecordVisit); h.round() }, c.then} {
				if step != nil {
					step(h)
				}
			}
			waiting := 0
			for range h.World().MailingsDueTo("per_barred") {
				waiting++
			}
			if c.before != nil && waiting > 0 {
				t.Error("it waits for who was barred")
			}
			h.clock.move(mailGrouping)
			h.round()
			_, came := h.arrivals()
			for name, want := range map[domain.PersonID]bool{"per_barred": false, "per_colleague": c.comes, "per_project": c.comes} {
				if (came[name] > 0) != want {
					t.Errorf("%s got %d letters", name, came[name])
				}
			}
		})
	}
}

// What an archived organisation would be asked waits for staff.
func TestMailToTheArchived(t *testing.T) {
	h := newMailed(t)
	id := h.draft(h.asProject, h.room)
	h.does(id, toReview...)
	h.do(staff, StepLandlord{ID: h.landlord, To: domain.PublicationArchived})
	h.pass(mailGrouping)
	if _, came := h.arrivals(); came["per_landlord"] > 0 {
		t.Error("an archived landlord is written to")
	}
	if len(h.dead()) == 0 {
		t.Error("nobody learns that it can't be asked")
	}
	for _, m := range h.dead() {
		if m.Organisation != h.landlord || m.Reason != domain.DeadNoRecipient {
			t.Errorf("%+v", m)
		}
	}
}
