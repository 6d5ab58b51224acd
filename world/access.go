package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
)

type (
	accessKeyRow     = Row[domain.AccessKey]
	accountAccessRow = Row[domain.AccountAccess]
)

// accessKeys are for those who manage them.
type accessKeys struct {
	table[domain.AccessKeyID, domain.AccessKey]
	// byOrganisation leads from a landlord or project, "" for neither.
	byOrganisation index[domain.ID, domain.AccessKeyID, domain.AccessKey]
	byCommit       index[uint64, domain.AccessKeyID, domain.AccessKey]
	// byOrigin leads from the sites whose pages may use a key to those that weren't
	// revoked.
	byOrigin index[string, domain.AccessKeyID, domain.AccessKey]
}

// accountAccesses are for staff.
type accountAccesses struct {
	table[domain.AccountAccessID, domain.AccountAccess]
	byCommit index[uint64, domain.AccountAccessID, domain.AccountAccess]
}

func newAccessKeys() accessKeys {
	return accessKeys{
		table: newTable[domain.AccessKeyID, domain.AccessKey](),
		byOrganisation: textIndex[domain.ID, domain.AccessKeyID](func(r *accessKeyRow) []domain.ID {
			return []domain.ID{r.Doc.Organisation()}
		}),
		byCommit: numberIndex[uint64, domain.AccessKeyID](func(r *accessKeyRow) []uint64 { return []uint64{r.Doc.Commit} }),
		byOrigin: textIndex[string, domain.AccessKeyID](func(r *accessKeyRow) []string {
			if r.Doc.RevokedAt != nil {
				return nil
			}
			return r.Doc.Origins
		}),
	}
}

func newAccountAccesses() accountAccesses {
	return accountAccesses{
		table:    newTable[domain.AccountAccessID, domain.AccountAccess](),
		byCommit: numberIndex[uint64, domain.AccountAccessID](func(r *accountAccessRow) []uint64 { return []uint64{r.Doc.Commit} }),
	}
}

func (t accessKeys) clone() accessKeys {
	return accessKeys{t.table.clone(), t.byOrganisation.clone(), t.byCommit.clone(), t.byOrigin.clone()}
}

func (t accountAccesses) clone() accountAccesses {
	return accountAccesses{t.table.clone(), t.byCommit.clone()}
}

func (w *World) setAccessKey(id domain.AccessKeyID, row *accessKeyRow) (old *accessKeyRow) {
	if row != nil {
		row.Sight = w.sights.share(row.Doc.Sight())
	}
	old = w.accessKeys.swap(id, row)
	w.accessKeys.byOrganisation.move(id, old, row)
	w.accessKeys.byCommit.move(id, old, row)
	w.accessKeys.byOrigin.move(id, old, row)
	return old
}

func (w *World) setAccountAccess(id domain.AccountAccessID, row *accountAccessRow) (old *accountAccessRow) {
	if row != nil {
		row.Sight = w.sights.share(row.Doc.Sight())
	}
	old = w.accountAccesses.swap(id, row)
	w.accountAccesses.byCommit.move(id, old, row)
	return old
}

// AccessKey finds a key.
func (w *World) AccessKey(id domain.AccessKeyID) (*Row[domain.AccessKey], bool) {
	return w.accessKeys.get(id)
}

// AccessKeys are all of them, in order of their ids.
func (w *World) AccessKeys() iter.Seq[*Row[domain.AccessKey]] { return w.accessKeys.all() }

// AccessKeysOf are those of a landlord or a project, or, for "", of neither, in
// order of their ids.
func (w *World) AccessKeysOf(organisation domain.ID) iter.Seq[*Row[domain.AccessKey]] {
	return w.accessKeys.pick(w.accessKeys.byOrganisation.with(organisation))
}

// AccessKeysFrom are those that the pages of a site may use and that weren't
// revoked, in order of their ids.
func (w *World) AccessKeysFrom(origin string) iter.Seq[*Row[domain.AccessKey]] {
	return w.accessKeys.pick(w.accessKeys.byOrigin.with(origin))
}

// AccountAccess finds what is said of an account, by its id.
func (w *World) AccountAccess(id domain.AccountAccessID) (*Row[domain.AccountAccess], bool) {
	return w.accountAccesses.get(id)
}

// AccountAccesses are all of them, in order of their ids.
func (w *World) AccountAccesses() iter.Seq[*Row[domain.AccountAccess]] {
	return w.accountAccesses.all()
}

// Closed tells whether a landlord or a project was archived: nobody acts for it any
// more.
func (w *World) Closed(organisation domain.ID) bool {
	if row, ok := w.Landlord(domain.LandlordID(organisation)); ok {
		return row.Doc.State == domain.PublicationArchived
	}
	row, ok := w.Project(domain.ProjectID(organisation))
	return ok && row.Doc.State == domain.PublicationArchived
}

// AccessChanged is the last commit that changed what keys and accounts may; 0 for
// none.
func (w *World) AccessChanged() (commit uint64) {
	for _, last := range []func() (uint64, bool){
		w.accessKeys.byCommit.pairs.max, w.accountAccesses.byCommit.pairs.max,
		w.landlords.closed.pairs.max, w.projects.closed.pairs.max,
	} {
		if n, ok := last(); ok {
			commit = max(commit, n)
		}
	}
	return commit
}
