package loaders

import "github.com/palier-hub/palier/domain"

// AccessKey by id.
func (s *Session) AccessKey(id domain.AccessKeyID) (*domain.AccessKey, bool) {
	row, ok := s.World().AccessKey(id)
	return seen(s, row, ok)
}

// StateOfKey is whether a key opens, now.
func (s *Session) StateOfKey(k *domain.AccessKey) domain.AccessKeyState {
	return k.State(s.hub.Clock())
}

// AccessKeys are those that the viewer manages, the newest first.
func (s *Session) AccessKeys(f domain.AccessKeyFilter, p Page) (*domain.PalierAccessKeyConnection, error) {
	l := list[domain.AccessKey]{
		scope: []any{"accessKeys", f},
		rows:  s.World().AccessKeys(),
		id:    func(k *domain.AccessKey) string { return string(k.ID) },
		keep: func(k *domain.AccessKey) bool {
			return anyOf(f.Uses, k.Use) && anyOf(f.States, s.StateOfKey(k))
		},
		key: func(k *domain.AccessKey) sortKey { return sortKey{Numbers: []int64{-k.CreatedAt.UnixMilli()}} },
		facets: []facet[domain.AccessKey]{
			{"use", "PalierAccessKeyUse", func(k *domain.AccessKey) []string { return texts(k.Use) }},
			{"state", "PalierAccessKeyState", func(k *domain.AccessKey) []string { return texts(s.StateOfKey(k)) }},
			{"role", "PalierRole", func(k *domain.AccessKey) []string { return texts(k.Role) }},
		},
	}
	if f.OrganisationID != nil {
		l.rows = s.World().AccessKeysOf(*f.OrganisationID)
	}
	return page(s, l, p)
}

// AccountAccess by its id.
func (s *Session) AccountAccess(id domain.AccountAccessID) (*domain.AccountAccess, bool) {
	row, ok := s.World().AccountAccess(id)
	return seen(s, row, ok)
}

// AccountAccesses are what is said of accounts, by account: for staff.
func (s *Session) AccountAccesses(f domain.AccountAccessFilter, p Page) (*domain.PalierAccountAccessConnection, error) {
	return page(s, list[domain.AccountAccess]{
		scope: []any{"accountAccesses", f},
		rows:  s.World().AccountAccesses(),
		id:    func(a *domain.AccountAccess) string { return string(a.ID) },
		keep: func(a *domain.AccountAccess) bool {
			return (f.Account == nil || *f.Account == a.Account) && anyOf(f.Roles, a.Role) && (f.Barred == nil || *f.Barred == a.Barred)
		},
		key: func(a *domain.AccountAccess) sortKey { return sortKey{Text: a.Account} },
		facets: []facet[domain.AccountAccess]{
			{"role", "PalierRole", func(a *domain.AccountAccess) []string {
				if a.Role == "" {
					return nil
				}
				return texts(a.Role)
			}},
		},
	}, p)
}
