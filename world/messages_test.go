package world_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// Who sees messages, as their request is sent and the landlord's group changes:
// the other side of a private one never does, and staff only see their own.
func TestSightOfMessages(t *testing.T) {
	to := domain.LandlordID("lld_a")
	request := domain.HostingRequest{ID: "req_1", ProjectID: "prj_a", LandlordID: &to}
	sent := request
	sent.Sent = true
	said := func(id domain.MessageID, by domain.RequestParty, audience domain.MessageAudience) ledger.Change {
		return put(t, domain.HostingMessage{ID: id, RequestID: "req_1", Party: by, Audience: audience, Body: domain.TextID("txt_" + id)})
	}
	h := newHistory(t)
	w := h.after(world.Empty(ledgerID, france()), put(t, request),
		said("msg_1", domain.PartyProject, domain.MessageShared), said("msg_2", domain.PartyProject, domain.MessagePrivate),
		said("msg_3", domain.PartyStaff, domain.MessagePrivate), said("msg_4", domain.PartyLandlord, domain.MessagePrivate))
	if got := w.Kept(domain.KindMessage, "req_1"); got != 4 {
		t.Errorf("%d messages are counted, of 4", got)
	}
	if a, b := w.Kept(domain.KindMessage, "prj_a"), w.Kept(domain.KindMessage, "lld_a"); a != 2 || b != 0 {
		t.Errorf("the project has written %d of 2, the landlord %d before the request is its own", a, b)
	}
	for i, step := range []struct {
		change             ledger.Change
		shared, landlordly string
	}{
		{put(t, landlord("lld_a")), "project staff", ""},
		{put(t, sent), "owner project staff", "owner"},
		{put(t, landlord("lld_a", func(l *domain.Landlord) { l.GroupID = new(domain.LandlordID("lld_g")) })), "owner group project staff", "owner group"},
		{gone(domain.KindLandlord, "lld_a"), "owner project staff", "owner"},
		{gone(domain.KindRequest, "req_1"), "staff", ""},
	} {
		before := w
		w = h.after(w, step.change)
		written := [2]int{w.Kept(domain.KindMessage, "prj_a"), w.Kept(domain.KindMessage, "lld_a")}
		if want := [][2]int{{2, 0}, {2, 1}, {2, 1}, {2, 1}, {0, 0}}[i]; written != want {
			t.Errorf("after change %d, the project has written %d and the landlord %d, want %v", i, written[0], written[1], want)
		}
		for what, got := range map[string][2]string{
			"shared":         {watchers(w.Message("msg_1")), step.shared},
			"the landlord's": {watchers(w.Message("msg_4")), step.landlordly},
		} {
			if got[0] != got[1] {
				t.Errorf("after change %d, %s is seen by %q, want %q", i, what, got[0], got[1])
			}
		}
		want := "project, staff"
		if i == 4 {
			want = ", staff"
		}
		if got := watchers(w.Message("msg_2")) + ", " + watchers(w.Message("msg_3")); got != want {
			t.Errorf("after change %d, private ones of the project and of staff are seen by %q, want %q", i, got, want)
		}
		told := 0
		changes, _ := w.ChangesAfter(world.Place{Commit: before.Commit()})
		for c := range changes {
			if c.Kind == domain.ChangeOfMessage && *c.Before != *c.After {
				told++
			}
		}
		if want := []int{0, 2, 2, 2, 3}[i]; told != want {
			t.Errorf("change %d brings %d messages into sight or out of it, want %d", i, told, want)
		}
	}
	for id, want := range map[domain.TextID]bool{"txt_msg_1": true, "txt_msg_9": false} {
		if w.RefersTo(id) != want {
			t.Errorf("%s is referred to: %v", id, !want)
		}
	}
}

// A request is found by the contacts of either side.
func TestRequestsWith(t *testing.T) {
	h := newHistory(t)
	w := h.after(world.Empty(ledgerID, france()),
		put(t, domain.HostingRequest{ID: "req_1", ProjectID: "prj_a", Contacts: domain.RequestContacts{Project: []domain.PersonID{"per_1"}, Landlord: []domain.PersonID{"per_2"}}}))
	for _, id := range []domain.PersonID{"per_1", "per_2", "per_3"} {
		found := 0
		for range w.RequestsWith(id) {
			found++
		}
		if want := map[domain.PersonID]int{"per_1": 1, "per_2": 1}[id]; found != want {
			t.Errorf("%s is a contact of %d", id, found)
		}
	}
}
