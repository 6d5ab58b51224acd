package domain_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
)

var states = []domain.Publication{domain.PublicationDraft, domain.PublicationPublished, domain.PublicationWithdrawn, domain.PublicationArchived}

// All pairs of states: what isn't listed is refused.
func TestStep(t *testing.T) {
	may := map[[2]domain.Publication]bool{
		{domain.PublicationDraft, domain.PublicationPublished}:     true,
		{domain.PublicationWithdrawn, domain.PublicationPublished}: true,
		{domain.PublicationPublished, domain.PublicationWithdrawn}: true,
		{domain.PublicationDraft, domain.PublicationArchived}:      true,
		{domain.PublicationPublished, domain.PublicationArchived}:  true,
		{domain.PublicationWithdrawn, domain.PublicationArchived}:  true,
	}
	for _, from := range append(slices.Clone(states), "") {
		for _, to := range append(slices.Clone(states), "") {
			err := domain.Record{State: from}.Step(to, []string{"input", "space"})
			if may[[2]domain.Publication{from, to}] {
				if err != nil {
					t.Errorf("%s to %s: %v", from, to, err)
				}
				continue
			}
			wrong, ok := errors.AsType[domain.WrongState](err)
			if !ok || wrong.Current != from || !slices.Equal(wrong.Path, []string{"input", "space"}) {
				t.Errorf("%s to %s: %#v", from, to, err)
			}
			for _, s := range wrong.Allowed {
				if (domain.Record{State: s}).Step(to, nil) != nil {
					t.Errorf("%s to %s: %s is said to be allowed, and isn't", from, to, s)
				}
			}
		}
	}
}

func TestUpkeepKeepsWhatIsOfUpkeep(t *testing.T) {
	record := domain.Record{Version: 7, State: domain.PublicationDraft}
	landlord := domain.Landlord{Record: record, LandlordFields: fullLandlord()}
	site := domain.LandlordSite{Record: record, SiteFields: fullSite()}
	space := domain.VacantSpace{Record: record, SpaceFields: fullSpace()}
	project := domain.InnovationProject{Record: record}
	need := domain.HostingNeed{Record: record}
	landlordNeed := domain.LandlordNeed{Record: record, LandlordNeedFields: fullLandlordNeed()}
	for _, m := range []*domain.Management{landlord.Upkeep(), site.Upkeep(), space.Upkeep(), project.Upkeep(), need.Upkeep(), landlordNeed.Upkeep()} {
		if m.Version != 7 {
			t.Errorf("%+v", m)
		}
	}
	if m := landlord.Upkeep(); m.GuardingCostMonthly != landlord.GuardingCostMonthly || m.ExternalRef != nil || m.Visibility != nil {
		t.Errorf("%+v", m)
	}
	if m := site.Upkeep(); *m.ExternalRef != "SPH-001" || len(m.Identifiers) != 1 || *m.Visibility != domain.VisibilityNetwork {
		t.Errorf("%+v", m)
	}
	if m := landlordNeed.Upkeep(); *m.ExternalRef != "BES-01" || *m.Visibility != domain.VisibilityNetwork {
		t.Errorf("%+v", m)
	}
	if m := space.Upkeep(); *m.ExternalRef != "SPH-001-LCR" || *m.Visibility != domain.VisibilityPublic {
		t.Errorf("%+v", m)
	}
}

func TestSiteDetails(t *testing.T) {
	s := domain.LandlordSite{SiteFields: fullSite()}
	if d := s.Details(); d.Street != s.Street || d.Position != s.Position || d.TenantsAssociation != s.TenantsAssociation || d.LocalAuthority != s.LocalAuthority {
		t.Errorf("%+v", d)
	}
}

func TestNpnruInterestLabel(t *testing.T) {
	s := domain.LandlordSite{}
	if label := s.NpnruInterestLabel(domain.French); label != nil {
		t.Errorf("an unknown interest is labelled %q", *label)
	}
	s.NpnruInterest = new(domain.NpnruNone)
	if label := s.NpnruInterestLabel(domain.French); label == nil || *label != domain.NpnruNone.Label(domain.French) {
		t.Errorf("%v", label)
	}
}

func TestExternalRefKey(t *testing.T) {
	for ref, want := range map[string]string{" SPH-001\t": "SPH-001", "sph 001": "sph 001", "\u00a0": ""} {
		if got := domain.ExternalRefKey(ref); got != want {
			t.Errorf("%q is compared as %q, want %q", ref, got, want)
		}
	}
}

func TestReferences(t *testing.T) {
	id, ref := domain.ID("spc_1"), "SPH-001"
	for _, c := range []struct {
		id          *domain.ID
		ref         *string
		text        string
		byReference bool
	}{
		{&id, nil, "spc_1", false}, {nil, &ref, "SPH-001", true}, {&id, &ref, "spc_1", false}, {nil, nil, "", false},
	} {
		space, site := domain.VacantSpaceRef{ID: c.id, ExternalRef: c.ref}, domain.LandlordSiteRef{ID: c.id, ExternalRef: c.ref}
		if space.String() != c.text || space.ByReference() != c.byReference {
			t.Errorf("space: %q, by reference %v; want %q, %v", space, space.ByReference(), c.text, c.byReference)
		}
		if site.String() != c.text || site.ByReference() != c.byReference {
			t.Errorf("site: %q, by reference %v; want %q, %v", site, site.ByReference(), c.text, c.byReference)
		}
	}
}
