package hub

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// Quotas bound what is kept for an organisation, archived or not: all of it stays in
// the memory of every hub. Zero values take the usual numbers. Staff go beyond.
type Quotas struct {
	// Stock are the sites and spaces of a landlord.
	Stock int
	// Needs are those of a project, or of a landlord.
	Needs int
	// Requests are the hosting requests of a project, or the invitations of a
	// landlord.
	Requests int
	// Messages are those about one request.
	Messages int
	// Persons are those of a landlord, or of a project.
	Persons int
}

func (q Quotas) orUsual() Quotas {
	or := func(set *int, usual int) {
		if *set <= 0 {
			*set = usual
		}
	}
	or(&q.Stock, 50_000)
	or(&q.Needs, 1_000)
	or(&q.Requests, 10_000)
	or(&q.Messages, 1_000)
	or(&q.Persons, 5_000)
	return q
}

// quota is how many documents of some kinds are kept for one owner.
type quota struct {
	most  int
	kinds []domain.Kind
	what  domain.Bilingual
}

func (q Quotas) stock() quota {
	return quota{q.Stock, []domain.Kind{domain.KindSite, domain.KindSpace},
		domain.Bilingual{French: "sites et espaces par bailleur", English: "sites and spaces of a landlord"}}
}

func (q Quotas) needs() quota {
	return quota{q.Needs, []domain.Kind{domain.KindNeed},
		domain.Bilingual{French: "besoins par projet", English: "needs of a project"}}
}

func (q Quotas) landlordNeeds() quota {
	return quota{q.Needs, []domain.Kind{domain.KindLandlordNeed},
		domain.Bilingual{French: "besoins par bailleur", English: "needs of a landlord"}}
}

func (q Quotas) requests() quota {
	return quota{q.Requests, []domain.Kind{domain.KindRequest},
		domain.Bilingual{French: "demandes d'accueil par projet", English: "hosting requests of a project"}}
}

func (q Quotas) invitations() quota {
	return quota{q.Requests, []domain.Kind{domain.KindInvitation},
		domain.Bilingual{French: "invitations par bailleur", English: "invitations of a landlord"}}
}

func (q Quotas) messages() quota {
	return quota{q.Messages, []domain.Kind{domain.KindMessage},
		domain.Bilingual{French: "messages par demande", English: "messages about a request"}}
}

// keepPerson refuses one more person of an organisation.
func (h *Hub) keepPerson(ctx context.Context, v domain.Viewer, organisation domain.ID) error {
	if v.IsStaff() {
		return nil
	}
	n, err := h.Texts.CountPersonsOf(ctx, organisation)
	if err != nil {
		return unkept(ctx, err)
	}
	if n >= h.Quotas.Persons {
		return domain.TooMany{Path: []string{"input", "person"}, Most: h.Quotas.Persons, Kept: n,
			What: domain.Bilingual{French: "personnes par organisation", English: "persons of an organisation"}}
	}
	return nil
}

// keep takes note of one more document of an owner, or refuses it.
func (d *decision) keep(q quota, owner domain.ID, path ...string) error {
	kept := d.added
	for _, kind := range q.kinds {
		kept += d.world.Kept(kind, owner)
	}
	if kept >= q.most && !d.viewer.IsStaff() {
		return domain.TooMany{Path: path, What: q.what, Most: q.most, Kept: kept}
	}
	d.added++
	return nil
}
