package world_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// picture is all that can be read of a World, as text: what was asked, and
// what was answered.
type picture map[string]string

// The universe of the random histories: every id and key that a document may
// have, and one that none has.
var (
	landlordIDs     = ids[domain.LandlordID]("lld_", 6)
	siteIDs         = ids[domain.SiteID]("sit_", 8)
	spaceIDs        = ids[domain.SpaceID]("spc_", 14)
	projectIDs      = ids[domain.ProjectID]("prj_", 4)
	needIDs         = ids[domain.NeedID]("ned_", 7)
	landlordNeedIDs = ids[domain.LandlordNeedID]("lnd_", 7)
	requestIDs      = ids[domain.RequestID]("req_", 8)
	days            = []domain.Date{domain.DateOf(firstDay), domain.DateOf(firstDay) + 10, domain.DateOf(firstDay) + 25}
	sirens          = ids[domain.Siren]("90000000", 4)
	slugs           = ids[string]("slug-", 5)
	refs            = ids[string]("ref ", 4)
	communes        = ids[domain.InseeCode]("7500", 3)
	keys            = ids[string]("key-", 5)
	erasureIDs      = ids[domain.ErasureID]("ers_", 4)
	personIDs       = ids[domain.PersonID]("per_", 3)
	instants        = []time.Time{firstDay.AddDate(-1, 0, 0), firstDay.Add(7 * time.Minute), firstDay.Add(31 * time.Minute), firstDay.AddDate(1, 0, 0)}
)

// ids are n names, of which the last is left for nobody.
func ids[ID ~string](prefix string, n int) []ID {
	var list []ID
	for i := range n {
		list = append(list, ID(fmt.Sprint(prefix, i)))
	}
	return list
}

// pictureOf asks a World everything.
func pictureOf(tb testing.TB, w *world.World) picture {
	tb.Helper()
	p := picture{
		"ledger":   w.LedgerID(),
		"commit":   fmt.Sprint(w.Commit(), w.Head().Number, w.Time().UTC()),
		"head":     w.Head().Hash.String(),
		"digest":   fmt.Sprintf("%x", w.Digest()),
		"settings": fmt.Sprint(w.Settings(), w.Today()),
		"counts":   fmt.Sprint(w.Counts()),
	}
	landlordID := func(l *domain.Landlord) domain.LandlordID { return l.ID }
	siteID := func(s *domain.LandlordSite) domain.SiteID { return s.ID }
	spaceID := func(s *domain.VacantSpace) domain.SpaceID { return s.ID }
	projectID := func(p *domain.InnovationProject) domain.ProjectID { return p.ID }
	needID := func(n *domain.HostingNeed) domain.NeedID { return n.ID }
	landlordNeedID := func(n *domain.LandlordNeed) domain.LandlordNeedID { return n.ID }
	requestID := func(r *domain.HostingRequest) domain.RequestID { return r.ID }
	placementID := func(r *domain.Placement) domain.PlacementID { return r.ID }

	list(p, "requests", w.Requests(), requestID)
	list(p, "placements", w.Placements(), placementID)
	for _, id := range requestIDs {
		one(tb, p, id, w.Request)
		one(tb, p, domain.PlacementIDOf(id), w.Placement)
	}
	for _, day := range days {
		list(p, "requests due before "+day.String(), w.RequestsDue(day), requestID)
	}
	kept := func(of domain.ID, kinds ...domain.Kind) {
		for _, kind := range kinds {
			if n := w.Kept(kind, of); n != 0 {
				p[fmt.Sprint("kept ", kind, " of ", of)] = fmt.Sprint(n)
			}
		}
	}
	list(p, "landlords", w.Landlords(), landlordID)
	list(p, "sites", w.Sites(), siteID)
	list(p, "spaces", w.Spaces(), spaceID)
	list(p, "projects", w.Projects(), projectID)
	list(p, "needs", w.Needs(), needID)
	list(p, "landlordNeeds", w.LandlordNeeds(), landlordNeedID)
	for _, id := range landlordIDs {
		one(tb, p, id, w.Landlord)
		list(p, "subsidiaries of "+string(id), w.Subsidiaries(id), landlordID)
		list(p, "sites of "+string(id), w.SitesOf(id), siteID)
		list(p, "spaces of "+string(id), w.SpacesOfLandlord(id), spaceID)
		list(p, "needs of "+string(id), w.LandlordNeedsOf(id), landlordNeedID)
		list(p, "requests to "+string(id), w.RequestsTo(id), requestID)
		list(p, "placements with "+string(id), w.PlacementsWith(id), placementID)
		kept(domain.ID(id), domain.KindSite, domain.KindSpace, domain.KindLandlordNeed, domain.KindInvitation)
		for _, ref := range refs {
			p[fmt.Sprint("site ", id, " ", ref)] = found(siteID)(w.SiteByRef(id, " "+ref))
			p[fmt.Sprint("space ", id, " ", ref)] = found(spaceID)(w.SpaceByRef(id, ref+" "))
			p[fmt.Sprint("need ", id, " ", ref)] = found(landlordNeedID)(w.LandlordNeedByRef(id, " "+ref))
		}
	}
	for _, id := range siteIDs {
		one(tb, p, id, w.Site)
		list(p, "spaces of "+string(id), w.SpacesOf(id), spaceID)
	}
	for _, id := range spaceIDs {
		one(tb, p, id, w.Space)
		list(p, "requests for "+string(id), w.RequestsFor(id), requestID)
		if s, ok := w.Space(id); ok {
			var by []string
			for _, c := range s.Doc.Commitments {
				by = append(by, "by "+string(c.Request))
			}
			p["taken "+string(id)] = strings.Join(by, " ")
		}
	}
	for _, id := range projectIDs {
		one(tb, p, id, w.Project)
		list(p, "needs of "+string(id), w.NeedsOf(id), needID)
		list(p, "requests of "+string(id), w.RequestsOf(id), requestID)
		list(p, "placements of "+string(id), w.PlacementsOf(id), placementID)
		kept(domain.ID(id), domain.KindNeed, domain.KindRequest)
	}
	for _, id := range needIDs {
		one(tb, p, id, w.Need)
		list(p, "requests of "+string(id), w.RequestsOfNeed(id), requestID)
	}
	for _, id := range landlordNeedIDs {
		one(tb, p, id, w.LandlordNeed)
	}
	for _, s := range sirens {
		p["siren "+string(s)] = found(landlordID)(w.LandlordBySiren(s))
	}
	for _, s := range slugs {
		p["slug "+s] = found(projectID)(w.ProjectBySlug(s))
	}
	for _, c := range communes {
		list(p, "sites in "+string(c), w.SitesIn(c), siteID)
	}
	for _, k := range keys {
		if r, ok := w.Receipt("actor", k); ok {
			p["receipt "+k] = fmt.Sprint(r)
		}
	}
	for _, t := range instants {
		var before []string
		for id, r := range w.ReceiptsBefore(t) {
			before = append(before, fmt.Sprint(id, r.Key))
		}
		p[fmt.Sprint("receipts before ", t)] = strings.Join(before, " ")
	}
	var erased []string
	for e := range w.Erasures() {
		erased = append(erased, fmt.Sprint(e))
	}
	p["erasures"] = strings.Join(erased, " ")
	for _, id := range personIDs {
		if e, ok := w.ErasureOf(id); ok {
			p["erasure of "+string(id)] = fmt.Sprint(e)
		}
	}
	return p
}

func list[T any, ID ~string](p picture, what string, rows iter.Seq[*world.Row[T]], idOf func(*T) ID) {
	var found []string
	for r := range rows {
		found = append(found, string(idOf(r.Doc)))
	}
	p[what] = strings.Join(found, " ")
}

func one[ID ~string, T any](tb testing.TB, p picture, id ID, find func(ID) (*world.Row[T], bool)) {
	tb.Helper()
	if r, ok := find(id); ok {
		p[string(id)] = line(tb, *r.Doc, *r.Sight)
		var stood, versions []string
		for s := range r.Standings() {
			stood = append(stood, fmt.Sprintf("%d wrote, after %d %s", s.Written, s.Commit, whose(*s.Sight)))
		}
		for v := range r.Versions() {
			versions = append(versions, fmt.Sprint(v.Commit, "×", len(v.Sights)))
		}
		p["how "+string(id)+" stood"] = strings.Join(stood, "; ")
		p["versions of "+string(id)] = strings.Join(versions, " ")
	}
}

// found shows what a lookup found by its id, or "-".
func found[T any, ID ~string](idOf func(*T) ID) func(*world.Row[T], bool) string {
	return func(r *world.Row[T], ok bool) string {
		if !ok {
			return "-"
		}
		return string(idOf(r.Doc))
	}
}

// line shows a document and who may see it.
func line(tb testing.TB, doc any, s domain.Sight) string {
	tb.Helper()
	b, err := ledger.Marshal(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprintf("%s: %x", whose(s), b)
}

func whose(s domain.Sight) string {
	return fmt.Sprintf("%s of (%s %s %s)", s.Class, s.Landlord, s.Group, s.Project)
}

// naive is what a World should be, from the documents alone: the slowest and
// plainest way to answer the same questions.
type naive struct {
	last  ledger.Commit
	head  ledger.Head
	bytes map[domain.Kind]map[domain.ID][]byte
	// stood says of each row how it stood after each commit since it was made, the
	// first one first.
	stood map[domain.ID][]stood
}

// stood is one row after one commit: which commit wrote its document, and whose
// it was to see.
type stood struct {
	commit, written uint64
	sight           string
}

func (n *naive) take(c ledger.Commit, head ledger.Head) {
	if n.bytes == nil {
		n.bytes, n.stood = map[domain.Kind]map[domain.ID][]byte{}, map[domain.ID][]stood{}
	}
	n.last, n.head = c, head
	for _, ch := range c.Changes {
		if n.bytes[ch.Kind] == nil {
			n.bytes[ch.Kind] = map[domain.ID][]byte{}
		}
		if ch.Doc == nil {
			delete(n.bytes[ch.Kind], ch.ID)
			delete(n.stood, ch.ID)
		} else {
			if h := n.stood[ch.ID]; len(h) == 0 || h[len(h)-1].commit != c.Number {
				n.stood[ch.ID] = append(h, stood{commit: c.Number, written: c.Number})
			}
			n.bytes[ch.Kind][ch.ID] = ch.Doc
		}
	}
}

func (n *naive) digest() string {
	sum := new(big.Int)
	for kind, docs := range n.bytes {
		for id, doc := range docs {
			named := binary.AppendUvarint(nil, uint64(len(kind)))
			named = append(named, kind...)
			named = binary.AppendUvarint(named, uint64(len(id)))
			named = append(named, id...)
			h := sha256.Sum256(append(named, doc...))
			sum.Add(sum, new(big.Int).SetBytes(h[:]))
		}
	}
	sum.Mod(sum, new(big.Int).Lsh(big.NewInt(1), 256))
	return fmt.Sprintf("%064x", sum)
}

// documents decodes a kind, in order of the ids.
func documents[T any](tb testing.TB, n *naive, kind domain.Kind) []T {
	tb.Helper()
	var docs []T
	for _, id := range slices.Sorted(maps.Keys(n.bytes[kind])) {
		var doc T
		if err := ledger.Unmarshal(n.bytes[kind][id], &doc); err != nil {
			tb.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return docs
}

func (n *naive) picture(tb testing.TB) picture {
	tb.Helper()
	landlords := documents[domain.Landlord](tb, n, domain.KindLandlord)
	sites := documents[domain.LandlordSite](tb, n, domain.KindSite)
	spaces := documents[domain.VacantSpace](tb, n, domain.KindSpace)
	projects := documents[domain.InnovationProject](tb, n, domain.KindProject)
	needs := documents[domain.HostingNeed](tb, n, domain.KindNeed)
	landlordNeeds := documents[domain.LandlordNeed](tb, n, domain.KindLandlordNeed)
	requests := documents[domain.HostingRequest](tb, n, domain.KindRequest)
	placements := documents[domain.Placement](tb, n, domain.KindPlacement)
	receipts := documents[domain.Receipt](tb, n, domain.KindReceipt)
	erasures := documents[domain.Erasure](tb, n, domain.KindErasure)
	var settings domain.Settings
	for _, s := range documents[domain.Settings](tb, n, domain.KindSettings) {
		settings = s
	}
	p := picture{
		"ledger":   ledgerID,
		"commit":   fmt.Sprint(n.last.Number, n.last.Number, n.last.Time),
		"head":     n.head.Hash.String(),
		"digest":   n.digest(),
		"settings": fmt.Sprint(settings, settings.Today),
		"counts":   fmt.Sprint(world.Counts{Landlords: len(landlords), Sites: len(sites), Spaces: len(spaces), Projects: len(projects), Needs: len(needs), LandlordNeeds: len(landlordNeeds), Requests: len(requests), Placements: len(placements), Receipts: len(receipts), Erasures: len(erasures)}),
	}
	// add appends an id to a list; first keeps the first id that a lookup finds.
	add := func(what string, id any) { p[what] = strings.TrimSpace(fmt.Sprint(p[what], " ", id)) }
	first := func(what string, id any) {
		if p[what] == "-" {
			p[what] = fmt.Sprint(id)
		}
	}
	for _, what := range []string{"landlords", "sites", "spaces", "projects", "needs", "landlordNeeds", "requests", "placements"} {
		p[what] = ""
	}
	for _, day := range days {
		p["requests due before "+day.String()] = ""
	}
	for _, id := range landlordIDs {
		p["subsidiaries of "+string(id)], p["sites of "+string(id)], p["spaces of "+string(id)] = "", "", ""
		p["needs of "+string(id)], p["requests to "+string(id)], p["placements with "+string(id)] = "", "", ""
		for _, ref := range refs {
			p[fmt.Sprint("site ", id, " ", ref)], p[fmt.Sprint("space ", id, " ", ref)] = "-", "-"
			p[fmt.Sprint("need ", id, " ", ref)] = "-"
		}
	}
	for _, id := range siteIDs {
		p["spaces of "+string(id)] = ""
	}
	for _, id := range projectIDs {
		p["needs of "+string(id)], p["requests of "+string(id)], p["placements of "+string(id)] = "", "", ""
	}
	for _, id := range needIDs {
		p["requests of "+string(id)] = ""
	}
	for _, id := range spaceIDs {
		p["requests for "+string(id)] = ""
	}
	for _, c := range communes {
		p["sites in "+string(c)] = ""
	}
	for _, s := range sirens {
		p["siren "+string(s)] = "-"
	}
	for _, s := range slugs {
		p["slug "+s] = "-"
	}

	for _, l := range landlords {
		s := domain.Sight{Class: classes[openness(l.State, "PUBLIC")]}
		s.Landlord = l.ID
		if l.GroupID != nil {
			s.Group = *l.GroupID
			add("subsidiaries of "+string(s.Group), l.ID)
		}
		add("landlords", l.ID)
		p[string(l.ID)] = line(tb, l, s)
		if l.Siren != nil {
			first("siren "+string(*l.Siren), l.ID)
		}
	}
	counts := map[string]int{}
	kept := func(kind domain.Kind, of domain.ID) {
		if of != "" {
			what := fmt.Sprint("kept ", kind, " of ", of)
			counts[what]++
			p[what] = fmt.Sprint(counts[what])
		}
	}
	// ownerOf looks a landlord up each time.
	ownerOf := func(id domain.LandlordID) (o domain.Ownership, open int) {
		for _, l := range landlords {
			if l.ID == id {
				o.Landlord = l.ID
				if l.GroupID != nil {
					o.Group = *l.GroupID
				}
				return o, openness(l.State, "PUBLIC")
			}
		}
		return o, 0
	}
	for _, s := range sites {
		owner, open := ownerOf(s.LandlordID)
		add("sites", s.ID)
		add("sites of "+string(s.LandlordID), s.ID)
		kept(domain.KindSite, domain.ID(s.LandlordID))
		add("sites in "+string(s.CommuneCode), s.ID)
		p[string(s.ID)] = line(tb, s, domain.Sight{Class: classes[min(open, openness(s.State, s.Visibility))], Ownership: owner})
		if s.ExternalRef != nil && owner.Landlord != "" {
			first(fmt.Sprint("site ", owner.Landlord, " ", strings.TrimSpace(*s.ExternalRef)), s.ID)
		}
		for _, sp := range spaces {
			if sp.SiteID == s.ID {
				add("spaces of "+string(s.LandlordID), sp.ID)
			}
		}
	}
	for _, sp := range spaces {
		var sight domain.Sight
		var open int
		for _, s := range sites {
			if s.ID == sp.SiteID {
				sight.Ownership, open = ownerOf(s.LandlordID)
				open = min(open, openness(s.State, s.Visibility))
			}
		}
		sight.Class = classes[min(open, openness(sp.State, sp.Visibility))]
		add("spaces", sp.ID)
		add("spaces of "+string(sp.SiteID), sp.ID)
		kept(domain.KindSpace, domain.ID(sight.Landlord))
		var by []string
		for range sp.Commitments {
			by = append(by, "by ")
		}
		for _, c := range takenBy(requests, sp.ID) {
			sp.Commitments = append(sp.Commitments, c)
			by = append(by, "by "+string(c.Request))
		}
		p["taken "+string(sp.ID)] = strings.Join(by, " ")
		p[string(sp.ID)] = line(tb, sp, sight)
		if sp.ExternalRef != nil && sight.Landlord != "" {
			first(fmt.Sprint("space ", sight.Landlord, " ", strings.TrimSpace(*sp.ExternalRef)), sp.ID)
		}
	}
	for _, pr := range projects {
		s := domain.Sight{Class: classes[openness(pr.State, "PUBLIC")]}
		s.Project = pr.ID
		add("projects", pr.ID)
		p[string(pr.ID)] = line(tb, pr, s)
		for _, slug := range append(pr.Aliases, pr.Slug) {
			first("slug "+slug, pr.ID)
		}
	}
	for _, nd := range needs {
		var sight domain.Sight
		var open int
		for _, pr := range projects {
			if pr.ID == nd.ProjectID {
				sight.Project, open = pr.ID, openness(pr.State, "PUBLIC")
			}
		}
		sight.Class = classes[min(open, openness(nd.State, "PUBLIC"))]
		add("needs", nd.ID)
		add("needs of "+string(nd.ProjectID), nd.ID)
		kept(domain.KindNeed, domain.ID(nd.ProjectID))
		p[string(nd.ID)] = line(tb, nd, sight)
	}
	for _, nd := range landlordNeeds {
		owner, open := ownerOf(nd.LandlordID)
		add("landlordNeeds", nd.ID)
		add("needs of "+string(nd.LandlordID), nd.ID)
		kept(domain.KindLandlordNeed, domain.ID(nd.LandlordID))
		p[string(nd.ID)] = line(tb, nd, domain.Sight{Class: classes[min(open, openness(nd.State, nd.Visibility))], Ownership: owner})
		if nd.ExternalRef != nil && owner.Landlord != "" {
			first(fmt.Sprint("need ", owner.Landlord, " ", strings.TrimSpace(*nd.ExternalRef)), nd.ID)
		}
	}
	p["erasures"] = ""
	for _, e := range erasures {
		add("erasures", fmt.Sprint(e))
		if _, earlier := p["erasure of "+string(e.Person)]; !earlier {
			p["erasure of "+string(e.Person)] = fmt.Sprint(e)
		}
	}
	for _, r := range requests {
		sight := domain.Sight{Class: "PRIVATE"}
		sight.Project = r.ProjectID
		add("requests", r.ID)
		add("requests of "+string(r.ProjectID), r.ID)
		kept(domain.KindRequest, domain.ID(r.ProjectID))
		if r.NeedID != nil {
			add("requests of "+string(*r.NeedID), r.ID)
		}
		if r.LandlordID != nil {
			add("requests to "+string(*r.LandlordID), r.ID)
			if r.Sent {
				owner, _ := ownerOf(*r.LandlordID)
				sight.Landlord, sight.Group = *r.LandlordID, owner.Group
			}
		}
		for _, s := range spaceIDs {
			if slices.Contains(r.Spaces, s) || r.Scope != nil && r.Scope.Space != nil && *r.Scope.Space == s {
				add("requests for "+string(s), r.ID)
			}
		}
		p[string(r.ID)] = line(tb, r, sight)
	}
	slices.SortStableFunc(requests, func(a, b domain.HostingRequest) int { return int(dueOn(a) - dueOn(b)) })
	for _, day := range days {
		for _, r := range requests {
			if dueOn(r) < day {
				add("requests due before "+day.String(), r.ID)
			}
		}
	}
	for _, pl := range placements {
		owner, open := ownerOf(pl.LandlordID)
		sight := domain.Sight{Class: classes[min(open, openness(pl.State, "PUBLIC"))], Ownership: owner}
		if owner.Landlord != "" {
			sight.Project = pl.ProjectID
		}
		add("placements", pl.ID)
		add("placements of "+string(pl.ProjectID), pl.ID)
		add("placements with "+string(pl.LandlordID), pl.ID)
		p[string(pl.ID)] = line(tb, pl, sight)
	}
	slices.SortStableFunc(receipts, func(a, b domain.Receipt) int { return a.At.Compare(b.At) })
	for _, r := range receipts {
		p["receipt "+r.Key] = fmt.Sprint(r)
	}
	for _, t := range instants {
		what := fmt.Sprint("receipts before ", t)
		p[what] = ""
		for _, r := range receipts {
			if r.At.Before(t) {
				add(what, fmt.Sprint(world.ReceiptID(r.Actor, r.Key), r.Key))
			}
		}
	}
	n.stand(p)
	return p
}

// stand adds how the rows of a picture have stood: each commit after which a row
// had another document or another sight than after the one before.
func (n *naive) stand(p picture) {
	for _, docs := range n.bytes {
		for id := range docs {
			row, shown := p[string(id)]
			if !shown || id == domain.SettingsID {
				continue
			}
			sight, _, _ := strings.Cut(row, ": ")
			history := n.stood[id]
			if last := history[len(history)-1]; last.commit != n.last.Number {
				history = append(history, stood{commit: n.last.Number, written: last.written})
			}
			history[len(history)-1].sight = sight
			n.stood[id] = history
			var texts, versions []string
			var before stood
			sights := 0
			for _, s := range history {
				if s.written != s.commit && s.sight == before.sight {
					continue // as it was
				}
				if s.written != before.written {
					sights = 0
				} else {
					versions = versions[1:]
				}
				sights++
				versions = append([]string{fmt.Sprint(s.written, "×", sights)}, versions...)
				texts = append([]string{fmt.Sprintf("%d wrote, after %d %s", s.written, s.commit, s.sight)}, texts...)
				before = s
			}
			p["how "+string(id)+" stood"] = strings.Join(texts, "; ")
			p["versions of "+string(id)] = strings.Join(versions, " ")
		}
	}
}

// hasSpace are the statuses in which a request has its space.
var hasSpace = []domain.RequestStatus{"SIGNED", "PILOT", "EVALUATED", "HOSTED", "SCALED"}

// takenBy is what the requests take of a space.
func takenBy(requests []domain.HostingRequest, id domain.SpaceID) (taken []domain.Commitment) {
	for _, r := range requests {
		if r.Scope == nil || r.Scope.Space == nil || *r.Scope.Space != id || r.Status != "ENDED" && !slices.Contains(hasSpace, r.Status) {
			continue
		}
		for _, t := range r.Terms {
			until := t.Until
			if r.Ending != nil {
				until = min(until, r.Ending.On)
			}
			if t.From <= until {
				taken = append(taken, domain.Commitment{Kind: "CONVENTION", From: &t.From, Until: &until, Slots: t.Slots, Request: r.ID})
			}
		}
	}
	return taken
}

// dueOn is the day of which something is due, or one that never comes.
func dueOn(r domain.HostingRequest) domain.Date {
	switch {
	case slices.Contains(hasSpace, r.Status) && len(r.Terms) > 0:
		return r.Terms[len(r.Terms)-1].Until
	case r.DueOn != nil:
		return *r.DueOn
	}
	return 1 << 30
}

// classes by how many they are open to; openness is a record's own.
var classes = []domain.Visibility{"PRIVATE", "NETWORK", "PUBLIC"}

func openness(state domain.Publication, v domain.Visibility) int {
	if state != "PUBLISHED" {
		return 0
	}
	return slices.Index(classes, v)
}

// same fails the test with what differs.
func same(tb testing.TB, what string, got, want picture) {
	tb.Helper()
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if w, ok := want[k]; !ok || w != got[k] {
			tb.Errorf("%s: %s:\n got %q\nwant %q", what, k, got[k], w)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[k]; !ok {
			tb.Errorf("%s: %s: not found, want %q", what, k, want[k])
		}
	}
	if tb.Failed() {
		tb.FailNow()
	}
}
