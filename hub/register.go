package hub

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// What the newest World says of who may come in.

// AccessKey is a key.
func (h *Hub) AccessKey(id domain.AccessKeyID) (domain.AccessKey, bool) {
	row, ok := h.World().AccessKey(id)
	if !ok {
		return domain.AccessKey{}, false
	}
	return *row.Doc, true
}

// AccountAccess is what is said of an account; false for nothing.
func (h *Hub) AccountAccess(account string) (domain.AccountAccess, bool) {
	row, ok := h.World().AccountAccess(domain.IDOfAccount(account))
	if !ok {
		return domain.AccountAccess{}, false
	}
	return *row.Doc, true
}

// LandlordOfSiren is the landlord that an identity provider names by its SIREN.
func (h *Hub) LandlordOfSiren(siren domain.Siren) (domain.LandlordID, bool) {
	row, ok := h.World().LandlordBySiren(siren)
	if !ok {
		return "", false
	}
	return row.Doc.ID, true
}

// ProjectOfSlug is the project that an identity provider names by its slug, and not by
// an alias, which another one's slug may have been meant to be.
func (h *Hub) ProjectOfSlug(slug string) (domain.ProjectID, bool) {
	row, ok := h.World().ProjectBySlug(slug)
	if !ok || row.Doc.Slug != slug {
		return "", false
	}
	return row.Doc.ID, true
}

// Closed tells whether a landlord or a project was archived.
func (h *Hub) Closed(organisation domain.ID) bool { return h.World().Closed(organisation) }

// OpensFrom tells whether a key opens from the pages of a site.
func (h *Hub) OpensFrom(origin string) bool {
	now := h.Clock()
	for row := range h.World().AccessKeysFrom(origin) {
		if row.Doc.State(now) == domain.KeyActive {
			return true
		}
	}
	return false
}

// AccessChanged is the last commit that changed what keys and accounts may.
func (h *Hub) AccessChanged() uint64 { return h.World().AccessChanged() }

// FollowAccess calls a function whenever that has changed, until the context ends.
func (h *Hub) FollowAccess(ctx context.Context, changed func()) {
	w := h.World()
	for last := w.AccessChanged(); ; {
		var err error
		if w, err = h.Wait(ctx, w.Commit()+1); err != nil {
			return
		}
		if now := w.AccessChanged(); now > last {
			last = now
			changed()
		}
	}
}
