package world_test

import (
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// Each index follows a document that appears, changes its key and goes.
func TestIndexes(t *testing.T) {
	withSiren := func(id domain.LandlordID, s domain.Siren) domain.Landlord {
		return landlord(id, func(l *domain.Landlord) { l.Siren = &s })
	}
	inGroup := func(id, group domain.LandlordID) domain.Landlord {
		return landlord(id, func(l *domain.Landlord) { l.GroupID = &group })
	}
	siteRef := func(id domain.SiteID, of domain.LandlordID, ref string) domain.LandlordSite {
		return site(id, of, func(s *domain.LandlordSite) { s.ExternalRef = &ref })
	}
	spaceRef := func(id domain.SpaceID, at domain.SiteID, ref string) domain.VacantSpace {
		return space(id, at, func(s *domain.VacantSpace) { s.ExternalRef = &ref })
	}
	in := func(id domain.SiteID, c domain.InseeCode) domain.LandlordSite {
		return site(id, "lld_a", func(s *domain.LandlordSite) { s.CommuneCode = c })
	}
	receipt := func(key string, minute int) domain.Receipt {
		return domain.Receipt{Actor: "someone", Key: key, At: firstDay.Add(time.Duration(minute) * time.Minute)}
	}
	siteIDOf := func(s *domain.LandlordSite) domain.SiteID { return s.ID }
	spaceIDOf := func(s *domain.VacantSpace) domain.SpaceID { return s.ID }
	landlordNeedRef := func(id domain.LandlordNeedID, of domain.LandlordID, ref string) domain.LandlordNeed {
		return landlordNeed(id, of, func(n *domain.LandlordNeed) { n.ExternalRef = &ref })
	}
	landlordNeedIDOf := func(n *domain.LandlordNeed) domain.LandlordNeedID { return n.ID }
	landlordIDOf := func(l *domain.Landlord) domain.LandlordID { return l.ID }

	type steps []ledger.Change
	tests := []struct {
		name  string
		given []any
		ask   func(*world.World) string
		// Each step is a commit, and want[i] the answer after it; want[0] that
		// before the first.
		steps steps
		want  []string
	}{
		{
			name:  "landlord by SIREN",
			given: []any{withSiren("lld_a", "900000001")},
			ask: func(w *world.World) string {
				return found(landlordIDOf)(w.LandlordBySiren("900000001")) + " " + found(landlordIDOf)(w.LandlordBySiren("900000002"))
			},
			steps: steps{put(t, withSiren("lld_a", "900000002")), put(t, withSiren("lld_b", "900000001")), put(t, landlord("lld_a")), gone(domain.KindLandlord, "lld_b")},
			want:  []string{"lld_a -", "- lld_a", "lld_b lld_a", "lld_b -", "- -"},
		},
		{
			name:  "subsidiaries of a group",
			given: []any{landlord("lld_g"), inGroup("lld_b", "lld_g"), landlord("lld_a")},
			ask:   func(w *world.World) string { return all(w.Subsidiaries("lld_g"), landlordIDOf) },
			steps: steps{put(t, inGroup("lld_a", "lld_g")), put(t, inGroup("lld_b", "lld_h")), gone(domain.KindLandlord, "lld_a")},
			want:  []string{"lld_b", "lld_a lld_b", "lld_a", ""},
		},
		{
			name:  "sites of a landlord",
			given: []any{landlord("lld_a"), site("sit_2", "lld_a")},
			ask:   func(w *world.World) string { return all(w.SitesOf("lld_a"), siteIDOf) },
			steps: steps{put(t, site("sit_1", "lld_a")), put(t, site("sit_2", "lld_b")), gone(domain.KindSite, "sit_1")},
			want:  []string{"sit_2", "sit_1 sit_2", "sit_1", ""},
		},
		{
			name:  "sites in a commune",
			given: []any{landlord("lld_a"), in("sit_1", "92019")},
			ask:   func(w *world.World) string { return all(w.SitesIn("92019"), siteIDOf) },
			steps: steps{put(t, in("sit_2", "92019")), put(t, in("sit_1", "75056")), gone(domain.KindSite, "sit_2")},
			want:  []string{"sit_1", "sit_1 sit_2", "sit_2", ""},
		},
		{
			name:  "site by reference: per landlord, without the spaces around it",
			given: []any{landlord("lld_a"), landlord("lld_b"), siteRef("sit_1", "lld_a", " R1 ")},
			ask: func(w *world.World) string {
				return found(siteIDOf)(w.SiteByRef("lld_a", "R1")) + " " + found(siteIDOf)(w.SiteByRef("lld_b", "R1 "))
			},
			steps: steps{put(t, siteRef("sit_2", "lld_b", "R1")), put(t, siteRef("sit_1", "lld_a", "R2")), gone(domain.KindSite, "sit_2"), put(t, siteRef("sit_1", "lld_b", "R1"))},
			want:  []string{"sit_1 -", "sit_1 sit_2", "- sit_2", "- -", "- sit_1"},
		},
		{
			name:  "spaces of a site and of its landlord",
			given: []any{landlord("lld_a"), site("sit_1", "lld_a"), site("sit_2", "lld_a"), space("spc_1", "sit_2")},
			ask: func(w *world.World) string {
				return all(w.SpacesOf("sit_1"), spaceIDOf) + "|" + all(w.SpacesOfLandlord("lld_a"), spaceIDOf)
			},
			steps: steps{put(t, space("spc_2", "sit_1")), put(t, space("spc_1", "sit_1")), put(t, site("sit_1", "lld_b")), put(t, site("sit_1", "lld_a")), gone(domain.KindSpace, "spc_2")},
			want:  []string{"|spc_1", "spc_2|spc_2 spc_1", "spc_1 spc_2|spc_1 spc_2", "spc_1 spc_2|", "spc_1 spc_2|spc_1 spc_2", "spc_1|spc_1"},
		},
		{
			name:  "space by reference: follows its site to another landlord",
			given: []any{landlord("lld_a"), landlord("lld_b"), site("sit_1", "lld_a"), spaceRef("spc_1", "sit_1", "L1")},
			ask: func(w *world.World) string {
				return found(spaceIDOf)(w.SpaceByRef("lld_a", " L1")) + " " + found(spaceIDOf)(w.SpaceByRef("lld_b", "L1"))
			},
			steps: steps{put(t, site("sit_1", "lld_b")), gone(domain.KindSite, "sit_1"), put(t, site("sit_1", "lld_a")), gone(domain.KindLandlord, "lld_a"), put(t, landlord("lld_a")), gone(domain.KindSpace, "spc_1")},
			want:  []string{"spc_1 -", "- spc_1", "- -", "spc_1 -", "- -", "spc_1 -", "- -"},
		},
		{
			name:  "project by slug or alias",
			given: []any{project("prj_1", "caracol", "habitat-intercalaire", "caracol")},
			ask: func(w *world.World) string {
				id := func(p *domain.InnovationProject) domain.ProjectID { return p.ID }
				return found(id)(w.ProjectBySlug("caracol")) + " " + found(id)(w.ProjectBySlug("habitat-intercalaire"))
			},
			steps: steps{put(t, project("prj_1", "caracol")), put(t, project("prj_2", "habitat-intercalaire")), gone(domain.KindProject, "prj_1")},
			want:  []string{"prj_1 prj_1", "prj_1 -", "prj_1 prj_2", "- prj_2"},
		},
		{
			name:  "needs of a project",
			given: []any{project("prj_1", "caracol"), need("ned_2", "prj_1")},
			ask: func(w *world.World) string {
				return all(w.NeedsOf("prj_1"), func(n *domain.HostingNeed) domain.NeedID { return n.ID })
			},
			steps: steps{put(t, need("ned_1", "prj_1")), put(t, need("ned_2", "prj_2")), gone(domain.KindNeed, "ned_1")},
			want:  []string{"ned_2", "ned_1 ned_2", "ned_1", ""},
		},
		{
			name:  "needs of a landlord",
			given: []any{landlord("lld_a"), landlordNeed("lnd_2", "lld_a")},
			ask:   func(w *world.World) string { return all(w.LandlordNeedsOf("lld_a"), landlordNeedIDOf) },
			steps: steps{put(t, landlordNeed("lnd_1", "lld_a")), put(t, landlordNeed("lnd_2", "lld_b")), gone(domain.KindLandlordNeed, "lnd_1")},
			want:  []string{"lnd_2", "lnd_1 lnd_2", "lnd_1", ""},
		},
		{
			name:  "landlord's need by reference: per landlord, while the landlord is there",
			given: []any{landlord("lld_a"), landlord("lld_b"), landlordNeedRef("lnd_1", "lld_a", " N1 ")},
			ask: func(w *world.World) string {
				return found(landlordNeedIDOf)(w.LandlordNeedByRef("lld_a", "N1")) + " " + found(landlordNeedIDOf)(w.LandlordNeedByRef("lld_b", "N1 "))
			},
			steps: steps{put(t, landlordNeedRef("lnd_2", "lld_b", "N1")), put(t, landlordNeedRef("lnd_1", "lld_a", "N2")), gone(domain.KindLandlord, "lld_b"), put(t, landlord("lld_b")), gone(domain.KindLandlordNeed, "lnd_2")},
			want:  []string{"lnd_1 -", "lnd_1 lnd_2", "- lnd_2", "- -", "- lnd_2", "- -"},
		},
		{
			name:  "receipts by key and by age",
			given: []any{receipt("late", 9), receipt("early", 1)},
			ask: func(w *world.World) string {
				var old []string
				for id, r := range w.ReceiptsBefore(firstDay.Add(5 * time.Minute)) {
					if id != world.ReceiptID("someone", r.Key) {
						t.Errorf("the receipt of %s has the id %s", r.Key, id)
					}
					old = append(old, r.Key)
				}
				_, known := w.Receipt("someone", "early")
				_, stranger := w.Receipt("another", "early")
				if stranger {
					t.Error("another actor's key was found")
				}
				return map[bool]string{true: "known ", false: "unknown "}[known] + strings.Join(old, " ")
			},
			steps: steps{put(t, receipt("earliest", 0)), put(t, receipt("exactly then", 5)), put(t, receipt("earliest", 8)), gone(domain.KindReceipt, world.ReceiptID("someone", "early"))},
			want:  []string{"known early", "known earliest early", "known earliest early", "known early", "unknown "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHistory(t)
			w := world.Empty(ledgerID, france())
			for _, doc := range test.given {
				w = h.after(w, put(t, doc))
			}
			if got := test.ask(w); got != test.want[0] {
				t.Errorf("at first: got %q, want %q", got, test.want[0])
			}
			for i, change := range test.steps {
				w = h.after(w, change)
				if got := test.ask(w); got != test.want[i+1] {
					t.Errorf("after step %d: got %q, want %q", i+1, got, test.want[i+1])
				}
			}
		})
	}
}

// A batch that hands a unique key from one row to another ends the same
// whichever comes first.
func TestKeyHandedOver(t *testing.T) {
	siren := domain.Siren("900000001")
	has := put(t, landlord("lld_b", func(l *domain.Landlord) { l.Siren = &siren }))
	hasNot := put(t, landlord("lld_a"))
	for name, changes := range map[string][]ledger.Change{"given first": {has, hasNot}, "taken first": {hasNot, has}} {
		h := newHistory(t)
		w := h.after(world.Empty(ledgerID, france()), put(t, landlord("lld_a", func(l *domain.Landlord) { l.Siren = &siren })))
		w = h.after(w, changes...)
		if got := found(func(l *domain.Landlord) domain.LandlordID { return l.ID })(w.LandlordBySiren(siren)); got != "lld_b" {
			t.Errorf("%s: the SIREN leads to %s", name, got)
		}
	}
}

func TestReceiptIDsDiffer(t *testing.T) {
	seen := map[domain.ID]bool{}
	for _, pair := range [][2]string{{"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}, {"a", "b\x00c"}, {"a\x00b", "c"}} {
		id := world.ReceiptID(pair[0], pair[1])
		if seen[id] || len(id) > 40 {
			t.Errorf("%q: id %s", pair, id)
		}
		seen[id] = true
	}
}

// all shows the ids of rows.
func all[T any, ID ~string](rows iter.Seq[*world.Row[T]], idOf func(*T) ID) string {
	p := picture{}
	list(p, "", rows, idOf)
	return p[""]
}
