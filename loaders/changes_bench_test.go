package loaders

import (
	"context"
	"fmt"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// BenchmarkMatchChanges asks staff's question about one need and 100,000 spaces:
// after a commit of one space, of a landlord's 5,000, and after midnight.
func BenchmarkMatchChanges(b *testing.B) {
	p, d := randomPast(b, 1, 0)
	d.p = p
	project := domain.InnovationProject{ID: "prj_0", Record: domain.Record{State: domain.PublicationPublished}}
	project.Domains = []domain.InnovationDomain{domain.DomainCulture}
	p.commit(p.put(domain.KindProject, "prj_0", project))
	var n domain.HostingNeed
	for n.ID == "" {
		if c := d.change(); c.Kind == domain.KindNeed && c.Doc != nil {
			if err := ledger.Unmarshal(c.Doc, &n); err != nil {
				b.Fatal(err)
			}
		}
	}
	n.State, n.ProjectID = domain.PublicationPublished, "prj_0"
	p.commit(p.put(domain.KindNeed, domain.ID(n.ID), n))
	landlord := func(i int) domain.Landlord {
		return domain.Landlord{ID: domain.LandlordID(fmt.Sprint("lld_", i)), Record: domain.Record{State: domain.PublicationPublished}}
	}
	var one ledger.Change
	for i := range 20 {
		changes := []ledger.Change{p.put(domain.KindLandlord, domain.ID(landlord(i).ID), landlord(i))}
		for j := range 1000 {
			site := domain.LandlordSite{ID: domain.SiteID(fmt.Sprintf("sit_%d_%d", i, j)), LandlordID: landlord(i).ID, Record: domain.Record{State: domain.PublicationPublished}}
			site.Visibility, site.CommuneCode = domain.VisibilityPublic, "69266"
			changes = append(changes, p.put(domain.KindSite, domain.ID(site.ID), site))
			for k := range 5 {
				space := domain.VacantSpace{ID: domain.SpaceID(fmt.Sprintf("spc_%d_%d_%d", i, j, k)), SiteID: site.ID, Record: domain.Record{State: domain.PublicationPublished}}
				space.Visibility, space.Kind, space.Cost = domain.VisibilityPublic, d.kinds(), &domain.Cost{Basis: domain.CostFree}
				m2, from := float64(30+d.IntN(100)), firstOfTests.AddDays(d.IntN(40))
				space.Surface = domain.SurfaceRange{MinM2: &m2, MaxM2: &m2}
				space.Availability = domain.SpaceAvailability{From: &from, Until: new(from.AddDays(300 + d.IntN(200)))}
				one = p.put(domain.KindSpace, domain.ID(space.ID), space)
				changes = append(changes, one)
			}
		}
		p.commit(changes...)
	}
	loaded := p.now()
	prioritising := landlord(3)
	prioritising.Priorities = []domain.InnovationDomain{domain.DomainCulture}
	for _, bc := range []struct {
		name   string
		change ledger.Change
	}{
		{"one space", ledger.Change{Kind: domain.KindSpace, ID: one.ID}},
		{"a landlord", p.put(domain.KindLandlord, "lld_3", prioritising)},
		{"the day", p.put(domain.KindSettings, domain.SettingsID, settingsOfTests(firstOfTests+1))},
	} {
		b.Run(bc.name, func(b *testing.B) {
			p.worlds = append(p.worlds, loaded)
			p.commit(bc.change)
			s := p.as(domain.Viewer{Role: domain.RoleStaff}, p.now())
			page := ChangesPage{Since: int(loaded.Commit()), MatchPage: MatchPage{Page: Page{First: 20}}}
			b.ReportAllocs()
			for b.Loop() {
				c, err := s.NeedMatchChanges(context.Background(), &n, domain.SpaceMatchFilter{}, page)
				if err != nil || c.Resync() {
					b.Fatal(err, c)
				}
				b.ReportMetric(float64(c.TotalCount), "changes")
			}
		})
	}
}
