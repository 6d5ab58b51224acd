package world_test

import (
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// Who sees a landlord's stock, as its parents come, change and go.
func TestSightFollowsParents(t *testing.T) {
	state := func(s domain.Publication) func(*domain.Landlord) {
		return func(l *domain.Landlord) { l.State = s }
	}
	group := func(g domain.LandlordID) func(*domain.Landlord) {
		return func(l *domain.Landlord) { l.GroupID = &g }
	}
	siteIs := func(v domain.Visibility) ledger.Change {
		return put(t, site("sit_1", "lld_a", func(s *domain.LandlordSite) { s.Visibility = v }))
	}
	stock := []ledger.Change{put(t, landlord("lld_a", group("lld_g"))), put(t, landlord("lld_g")), siteIs("PUBLIC"), put(t, space("spc_1", "sit_1"))}

	tests := []struct {
		name    string
		changes []ledger.Change
		// Who sees the site and the space after each change.
		site, space []string
	}{
		{
			name:    "a withdrawn landlord hides its stock, a republished one shows it again",
			changes: []ledger.Change{put(t, landlord("lld_a", group("lld_g"), state("WITHDRAWN"))), put(t, landlord("lld_a", group("lld_g")))},
			site:    []string{"owner group staff", "everyone"},
			space:   []string{"owner group staff", "everyone"},
		},
		{
			name:    "a site's visibility bounds that of its spaces",
			changes: []ledger.Change{siteIs("NETWORK"), siteIs("PRIVATE"), siteIs("PUBLIC")},
			site:    []string{"network", "owner group staff", "everyone"},
			space:   []string{"network", "owner group staff", "everyone"},
		},
		{
			name: "a space's own visibility and state narrow its own only",
			changes: []ledger.Change{
				put(t, space("spc_1", "sit_1", func(s *domain.VacantSpace) { s.Visibility = "NETWORK" })),
				put(t, space("spc_1", "sit_1", func(s *domain.VacantSpace) { s.State = "DRAFT" })),
			},
			site:  []string{"everyone", "everyone"},
			space: []string{"network", "owner group staff"},
		},
		{
			name:    "a landlord that leaves its group is no more seen by it",
			changes: []ledger.Change{siteIs("PRIVATE"), put(t, landlord("lld_a"))},
			site:    []string{"owner group staff", "owner staff"},
			space:   []string{"owner group staff", "owner staff"},
		},
		{
			name:    "stock whose landlord is missing is staff's to see, until it arrives",
			changes: []ledger.Change{gone(domain.KindLandlord, "lld_a"), put(t, landlord("lld_a"))},
			site:    []string{"staff", "everyone"},
			space:   []string{"staff", "everyone"},
		},
		{
			name:    "a space whose site is missing is staff's to see, until it arrives",
			changes: []ledger.Change{gone(domain.KindSite, "sit_1"), siteIs("NETWORK")},
			site:    []string{"", "network"},
			space:   []string{"staff", "network"},
		},
		{
			name: "a site that moves to another landlord takes its spaces along",
			changes: []ledger.Change{
				siteIs("PRIVATE"),
				put(t, site("sit_1", "lld_other", func(s *domain.LandlordSite) { s.Visibility = "PRIVATE" })),
				put(t, landlord("lld_other")),
			},
			site:  []string{"owner group staff", "staff", "other staff"},
			space: []string{"owner group staff", "staff", "other staff"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHistory(t)
			w := h.after(world.Empty(ledgerID, france()), stock...)
			for i, change := range test.changes {
				w = h.after(w, change)
				if got := watchers(w.Site("sit_1")); got != test.site[i] {
					t.Errorf("after change %d the site is seen by %q, want %q", i, got, test.site[i])
				}
				if got := watchers(w.Space("spc_1")); got != test.space[i] {
					t.Errorf("after change %d the space is seen by %q, want %q", i, got, test.space[i])
				}
			}
		})
	}
}

func TestSightOfNeeds(t *testing.T) {
	h := newHistory(t)
	draft := project("prj_a", "a")
	draft.State = domain.PublicationDraft
	w := world.Empty(ledgerID, france())
	for i, step := range []struct {
		change ledger.Change
		want   string
	}{
		{put(t, need("ned_1", "prj_a")), "staff"},
		{put(t, draft), "project staff"},
		{put(t, project("prj_a", "a")), "everyone"},
		{put(t, draft), "project staff"},
		{gone(domain.KindProject, "prj_a"), "staff"},
	} {
		w = h.after(w, step.change)
		if got := watchers(w.Need("ned_1")); got != step.want {
			t.Errorf("after change %d the need is seen by %q, want %q", i, got, step.want)
		}
	}
}

func TestSightOfLandlordNeeds(t *testing.T) {
	group := func(l *domain.Landlord) { g := domain.LandlordID("lld_g"); l.GroupID = &g }
	withdrawn := func(l *domain.Landlord) { l.State = domain.PublicationWithdrawn }
	of := func(landlord domain.LandlordID, v domain.Visibility) ledger.Change {
		return put(t, landlordNeed("lnd_1", landlord, func(n *domain.LandlordNeed) { n.Visibility = v }))
	}
	h := newHistory(t)
	w := world.Empty(ledgerID, france())
	for i, step := range []struct {
		change ledger.Change
		want   string
	}{
		{of("lld_a", "PUBLIC"), "staff"},
		{put(t, landlord("lld_a", group)), "everyone"},
		{put(t, landlord("lld_a", group, withdrawn)), "owner group staff"},
		{put(t, landlord("lld_a", withdrawn)), "owner staff"},
		{put(t, landlord("lld_a", group)), "everyone"},
		{of("lld_a", "NETWORK"), "network"},
		{of("lld_a", "PRIVATE"), "owner group staff"},
		{put(t, landlordNeed("lnd_1", "lld_a", func(n *domain.LandlordNeed) { n.State = domain.PublicationDraft })), "owner group staff"},
		{put(t, landlord("lld_other")), "owner group staff"},
		{of("lld_other", "PRIVATE"), "other staff"},
		{gone(domain.KindLandlord, "lld_other"), "staff"},
	} {
		w = h.after(w, step.change)
		if got := watchers(w.LandlordNeed("lnd_1")); got != step.want {
			t.Errorf("after change %d the need is seen by %q, want %q", i, got, step.want)
		}
	}
}

// Who sees a request as it is sent, and as its landlord changes group, goes and
// comes.
func TestSightOfRequests(t *testing.T) {
	group := func(l *domain.Landlord) { g := domain.LandlordID("lld_g"); l.GroupID = &g }
	withdrawn := func(l *domain.Landlord) { l.State = domain.PublicationWithdrawn }
	h := newHistory(t)
	w := world.Empty(ledgerID, france())
	for i, step := range []struct {
		change ledger.Change
		want   string
	}{
		{put(t, request("req_1", "prj_a")), "project staff"},
		{put(t, landlord("lld_a", group)), "project staff"},
		{put(t, request("req_1", "prj_a", sentTo("lld_a"), func(r *domain.HostingRequest) { r.Sent = false })), "project staff"},
		{put(t, request("req_1", "prj_a", sentTo("lld_a"))), "owner group project staff"},
		{put(t, landlord("lld_a")), "owner project staff"},
		{put(t, landlord("lld_a", group, withdrawn)), "owner group project staff"},
		{gone(domain.KindLandlord, "lld_a"), "owner project staff"},
		{put(t, landlord("lld_a", group)), "owner group project staff"},
		{put(t, request("req_1", "prj_b", sentTo("lld_other"))), "other staff"},
	} {
		w = h.after(w, step.change)
		if got := watchers(w.Request("req_1")); got != step.want {
			t.Errorf("after change %d the request is seen by %q, want %q", i, got, step.want)
		}
	}
}

func TestSightOfPlacements(t *testing.T) {
	withdrawn := func(l *domain.Landlord) { l.State = domain.PublicationWithdrawn }
	hidden := placement("req_1", "prj_a", "lld_a")
	hidden.State = domain.PublicationWithdrawn
	h := newHistory(t)
	w := world.Empty(ledgerID, france())
	for i, step := range []struct {
		change ledger.Change
		want   string
	}{
		{put(t, placement("req_1", "prj_a", "lld_a")), "staff"},
		{put(t, landlord("lld_a")), "everyone"},
		{put(t, landlord("lld_a", withdrawn)), "owner project staff"},
		{put(t, landlord("lld_a")), "everyone"},
		{put(t, hidden), "owner project staff"},
		{gone(domain.KindLandlord, "lld_a"), "staff"},
	} {
		w = h.after(w, step.change)
		if got := watchers(w.Placement(domain.PlacementIDOf("req_1"))); got != step.want {
			t.Errorf("after change %d the placement is seen by %q, want %q", i, got, step.want)
		}
	}
}

// viewers of every sort; lld_a owns the stock and belongs to lld_g.
var viewers = []struct {
	name string
	domain.Viewer
}{
	{"public", domain.Anonymous},
	{"observer", domain.Viewer{Role: domain.RoleObserver}},
	{"owner", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a"}},
	{"group", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_g"}},
	{"other", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_other"}},
	{"project", domain.Viewer{Role: domain.RoleProject, Project: "prj_a"}},
	{"staff", domain.Viewer{Role: domain.RoleStaff}},
}

// watchers says who may see a row: "everyone", "network" for everyone signed
// in, or the viewers by name; "" when there is no row.
func watchers[T any](row *world.Row[T], ok bool) string {
	if !ok {
		return ""
	}
	var names []string
	for _, v := range viewers {
		if v.MaySee(*row.Sight) {
			names = append(names, v.name)
		}
	}
	switch {
	case len(names) == len(viewers):
		return "everyone"
	case len(names) == len(viewers)-1 && names[0] != "public":
		return "network"
	}
	return strings.Join(names, " ")
}

func TestVisible(t *testing.T) {
	h := newHistory(t)
	w := h.after(world.Empty(ledgerID, france()), put(t, landlord("lld_a")), put(t, site("sit_1", "lld_a")))
	for id, v := range map[domain.SpaceID]domain.Visibility{"spc_1": "PUBLIC", "spc_2": "NETWORK", "spc_3": "PRIVATE", "spc_4": "PUBLIC"} {
		w = h.after(w, put(t, space(id, "sit_1", func(s *domain.VacantSpace) { s.Visibility = v })))
	}
	want := map[string]string{
		"public": "spc_1 spc_4", "observer": "spc_1 spc_2 spc_4", "owner": "spc_1 spc_2 spc_3 spc_4", "staff": "spc_1 spc_2 spc_3 spc_4",
	}
	for _, v := range viewers {
		seen := all(world.Visible(w.Spaces(), v.Viewer), func(s *domain.VacantSpace) domain.SpaceID { return s.ID })
		if expected, ok := want[v.name]; ok && seen != expected {
			t.Errorf("%s sees %q, want %q", v.name, seen, expected)
		}
	}
	for range world.Visible(w.Spaces(), domain.Anonymous) {
		break // a reader may stop at any row
	}
}

// Rows that look alike share one sight, from one World to the next too.
func TestEqualSightsAreOne(t *testing.T) {
	w := apply(t, world.Empty(ledgerID, france()),
		newHistory(t).add(put(t, landlord("lld_a")), put(t, site("sit_1", "lld_a")), put(t, space("spc_1", "sit_1")),
			put(t, space("spc_2", "sit_1", func(s *domain.VacantSpace) { s.Visibility = "NETWORK" })),
			put(t, space("spc_3", "sit_1", func(s *domain.VacantSpace) { s.Visibility = "NETWORK" }))))
	l, _ := w.Landlord("lld_a")
	one, _ := w.Space("spc_1")
	two, _ := w.Space("spc_2")
	three, _ := w.Space("spc_3")
	if l.Sight != one.Sight || two.Sight != three.Sight || one.Sight == two.Sight {
		t.Errorf("%p %p %p %p", l.Sight, one.Sight, two.Sight, three.Sight)
	}
}
