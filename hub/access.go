package hub

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// CreateAccessKey makes a key. The organisation's own people, and staff.
type CreateAccessKey struct {
	Key domain.StatedAccessKey
	// secret is random text, from whoever shows it: neither the ledger nor an
	// idempotency key knows it.
	secret string
}

// WithSecret gives the key the random text of its secret.
func (c CreateAccessKey) WithSecret(random string) CreateAccessKey {
	c.secret = random
	return c
}

func (CreateAccessKey) Action() string { return "access_key.create" }

func (c CreateAccessKey) bring(_ context.Context, b *bringing) error {
	about := domain.ID("")
	if organisation := organisationOf(c.Key); organisation != nil {
		about = *organisation
	}
	b.needed(domain.Text{Kind: domain.TextNote, About: about, Body: c.Key.Label}, "input", "key", "label")
	return nil
}

// organisationOf is the landlord or project that a stated key names.
func organisationOf(s domain.StatedAccessKey) *domain.ID {
	if s.LandlordID != nil {
		return s.LandlordID
	}
	return s.ProjectID
}

func (c CreateAccessKey) decide(d *decision) error {
	p := d.problems("input", "key")
	c.Key.Validate(p, d.at)
	if err := p.Err(); err != nil {
		return err
	}
	k := domain.AccessKey{
		ID: domain.AccessKeyID(d.newID(domain.KindAccessKey)), Version: 1, CreatedAt: d.at, CreatedBy: d.viewer.Actor,
		Use: c.Key.Use, Label: d.text(0), Role: domain.RolePublic, Scopes: c.Key.Scopes, Origins: c.Key.Origins,
		TrustedOnly: c.Key.TrustedDocumentsOnly, ExpiresAt: d.at.Add(domain.MostKeyLife),
	}
	k.Account = string(k.ID)
	if c.Key.Role != nil {
		k.Role = *c.Key.Role
	}
	if c.Key.ExpiresAt != nil {
		k.ExpiresAt = c.Key.ExpiresAt.UTC().Truncate(time.Millisecond)
	}
	var err error
	k.Landlord, k.Project, err = d.rightsOf(k.Role, k.Use == domain.KeyForEmbedding, c.Key.LandlordID, c.Key.ProjectID, "input", "key")
	if err != nil {
		return err
	}
	if !d.viewer.MaySee(k.Sight()) {
		return domain.NotAllowed{Action: d.action, Needed: domain.RequestSides}
	}
	if err := d.roomForKey(&k, true); err != nil {
		return err
	}
	k.Hash = domain.HashOfSecret(k.Secret(c.secret))
	return d.putAccessKey(k)
}

// roomForKey refuses one key too many of an organisation: each is an account of its
// own, and is kept for ever. Staff may make more, and those of no organisation.
func (d *decision) roomForKey(k *domain.AccessKey, added bool) error {
	if d.viewer.IsStaff() {
		return nil
	}
	open, replaced, fresh := 0, 0, 0
	for row := range d.world.AccessKeysOf(k.Organisation()) {
		switch {
		case row.Doc.State(d.at) != domain.KeyActive:
		case row.Doc.ReplacedBy != "":
			replaced++
		default:
			open++
		}
		if row.Doc.CreatedAt.After(d.at.Add(-24 * time.Hour)) {
			fresh++
		}
	}
	p := d.problems("input")
	p.Require(!added || open < domain.MostKeys,
		fmt.Sprintf("votre organisation a %d clés actives, au plus %d sont possibles : révoquez celles qui ne servent plus", open, domain.MostKeys),
		fmt.Sprintf("your organisation has %d active keys, and %d are possible: revoke those that aren't used", open, domain.MostKeys))
	p.Require(added || replaced < domain.MostKeys,
		fmt.Sprintf("%d clés remplacées restent encore valables, au plus %d sont possibles : révoquez-les, ou attendez leur fin", replaced, domain.MostKeys),
		fmt.Sprintf("%d rotated keys still go on, and %d are possible: revoke them, or wait for their end", replaced, domain.MostKeys))
	p.Require(fresh < domain.MostFreshKeys,
		fmt.Sprintf("votre organisation a créé %d clés en un jour, au plus %d sont possibles : réessayez demain", fresh, domain.MostFreshKeys),
		fmt.Sprintf("your organisation has made %d keys within a day, and %d are possible: try again tomorrow", fresh, domain.MostFreshKeys))
	return p.Err()
}

// rightsOf finds the organisation that goes with a role: whose it is, or, in public
// pages, whose data they show.
func (d *decision) rightsOf(role domain.Role, embedded bool, landlord, project *domain.ID, path ...string) (l domain.LandlordID, of domain.ProjectID, err error) {
	p := d.problems(path...)
	p.Require(landlord == nil || role == domain.RoleLandlord || embedded, "ce rôle n'a pas de bailleur : retirez ce champ, ou choisissez LANDLORD", "this role has no landlord: leave the field out, or choose LANDLORD", "landlordId")
	p.Require(project == nil || role == domain.RoleProject, "ce rôle n'a pas de projet : retirez ce champ, ou choisissez PROJECT", "this role has no project: leave the field out, or choose PROJECT", "projectId")
	if role == domain.RoleProject && project == nil && d.viewer.Role != domain.RoleProject {
		p.Require(false, "dites de quel projet", "say of which project", "projectId")
	}
	if err := p.Err(); err != nil {
		return "", "", err
	}
	switch {
	case role == domain.RoleLandlord || embedded:
		row, err := d.landlord(landlord, p.At("landlordId")...)
		if err != nil {
			return "", "", err
		}
		return row.Doc.ID, "", notArchived(row.Doc.Record, p.At("landlordId")...)
	case role == domain.RoleProject:
		own := domain.ID(d.viewer.Project)
		if project != nil {
			own = *project
		}
		row, ok := d.world.Project(domain.ProjectID(own))
		row, err := found(d, row, ok, domain.KindProject, own, p.At("projectId")...)
		if err != nil {
			return "", "", err
		}
		return "", row.Doc.ID, notArchived(row.Doc.Record, p.At("projectId")...)
	}
	return "", "", nil
}

// RotateAccessKey makes a key that takes another's place, with the same rights and
// for as long as that was made for. The old one goes on for a while beside it. Who
// may make the key may.
type RotateAccessKey struct {
	ID              domain.ID
	ExpectedVersion *int
	// OverlapHours is how long the old key goes on.
	OverlapHours int

	secret string
}

// WithSecret gives the new key the random text of its secret.
func (c RotateAccessKey) WithSecret(random string) RotateAccessKey {
	c.secret = random
	return c
}

func (RotateAccessKey) Action() string { return "access_key.rotate" }

func (c RotateAccessKey) decide(d *decision) error {
	old, err := d.accessKeyToChange(c.ID, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Require(c.OverlapHours >= 0 && time.Duration(c.OverlapHours)*time.Hour <= domain.MostKeyOverlap,
		"l'ancienne clé reste valable entre 0 et 720 heures", "the old key goes on for 0 to 720 hours", "overlapHours")
	p.Require(old.State(d.at) == domain.KeyActive, "cette clé n'ouvre plus rien : créez-en une nouvelle", "this key no longer opens anything: make a new one", "id")
	p.Require(old.ReplacedBy == "", "cette clé a déjà été remplacée : remplacez celle qui lui succède", "this key was rotated already: rotate its successor", "id")
	if err := p.Err(); err != nil {
		return err
	}
	if err := d.roomForKey(&old, false); err != nil {
		return err
	}
	k := old
	k.ID, k.Version, k.CreatedAt, k.CreatedBy, k.Replaces = domain.AccessKeyID(d.newID(domain.KindAccessKey)), 1, d.at, d.viewer.Actor, old.ID
	k.ExpiresAt = d.at.Add(old.ExpiresAt.Sub(old.CreatedAt))
	k.Hash = domain.HashOfSecret(k.Secret(c.secret))
	old.Version++
	old.ReplacedBy = k.ID
	if ends := d.at.Add(time.Duration(c.OverlapHours) * time.Hour); ends.Before(old.ExpiresAt) {
		old.ExpiresAt = ends
	}
	if err := d.putAccessKey(old); err != nil {
		return err
	}
	return d.putAccessKey(k)
}

// RevokeAccessKey ends a key at once. Who may make the key may.
type RevokeAccessKey struct {
	ID              domain.ID
	ExpectedVersion *int
	Reason          domain.RevocationReason
}

func (RevokeAccessKey) Action() string { return "access_key.revoke" }

func (c RevokeAccessKey) decide(d *decision) error {
	k, err := d.accessKeyToChange(c.ID, c.ExpectedVersion)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Known(c.Reason, "reason")
	if err := p.Err(); err != nil {
		return err
	}
	d.object = domain.ID(k.ID)
	if k.RevokedAt != nil {
		return nil // it is as it should be
	}
	return d.revokeKey(k, c.Reason)
}

// revokeKeys ends those of some keys that haven't ended.
func (d *decision) revokeKeys(keys iter.Seq[*world.Row[domain.AccessKey]], reason domain.RevocationReason, which func(*domain.AccessKey) bool) error {
	for row := range keys {
		if row.Doc.State(d.at) != domain.KeyActive || !which(row.Doc) {
			continue
		}
		if err := d.revokeKey(*row.Doc, reason); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) revokeKey(k domain.AccessKey, reason domain.RevocationReason) error {
	k.Version++
	k.Commit, k.RevokedAt, k.RevokedBy, k.RevocationReason = d.world.Commit()+1, &d.at, d.viewer.Actor, &reason
	return d.put(domain.KindAccessKey, domain.ID(k.ID), k)
}

// close ends what opens for an organisation that is archived.
func (d *decision) close(organisation domain.ID) error {
	return d.revokeKeys(d.world.AccessKeysOf(organisation), domain.RevokedUnused, func(*domain.AccessKey) bool { return true })
}

func (d *decision) accessKeyToChange(id domain.ID, expected *int) (domain.AccessKey, error) {
	row, ok := d.world.AccessKey(domain.AccessKeyID(id))
	row, err := found(d, row, ok, domain.KindAccessKey, id, "input", "id")
	if err != nil {
		return domain.AccessKey{}, err
	}
	return *row.Doc, sameVersion(row.Doc.Version, expected)
}

func (d *decision) putAccessKey(k domain.AccessKey) error {
	d.object = domain.ID(k.ID)
	k.Commit = d.world.Commit() + 1
	return d.put(domain.KindAccessKey, d.object, k)
}

// GrantAccess says which rights an account has, whatever its identity provider
// says. Staff.
type GrantAccess struct {
	Account               string
	ExpectedVersion       *int
	Role                  domain.Role
	LandlordID, ProjectID *domain.ID
}

func (GrantAccess) Action() string { return "account.grant" }

func (c GrantAccess) decide(d *decision) error {
	if !d.viewer.MayManageRights() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	a, err := d.accessOf(c.Account, c.ExpectedVersion)
	if err != nil {
		return err
	}
	before := a
	a.Role, a.Barred = c.Role, false
	if a.Landlord, a.Project, err = d.rightsOf(c.Role, false, c.LandlordID, c.ProjectID, "input"); err != nil {
		return err
	}
	return d.putAccess(before, a)
}

// RevokeAccess ends what an account's tokens open: those issued so far, and, when
// it is barred, any, until rights are granted again. Staff, and for the tokens
// issued so far, whoever has the account.
type RevokeAccess struct {
	Account string
	Bar     bool
	// KeepKeys lets the keys go on that a barred account has made, whose secrets it
	// was shown.
	KeepKeys bool
	Reason   domain.RevocationReason
}

func (RevokeAccess) Action() string { return "account.revoke" }

func (c RevokeAccess) decide(d *decision) error {
	if !d.viewer.MaySignOut(c.Account) || c.Bar && !d.viewer.MayManageRights() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	a, err := d.accessOf(c.Account, nil)
	if err != nil {
		return err
	}
	p := d.problems("input")
	p.Known(c.Reason, "reason")
	p.Require(c.Bar || !c.KeepKeys, "les clés ne sont révoquées qu'avec bar : retirez ce champ", "keys are revoked with bar only: leave the field out", "keepKeys")
	if err := p.Err(); err != nil {
		return err
	}
	before := a
	a.TokensFrom, a.RevocationReason = &d.at, &c.Reason
	if c.Bar {
		a.Barred, a.Role, a.Landlord, a.Project = true, "", "", ""
	}
	if err := d.putAccess(before, a); err != nil || !c.Bar || c.KeepKeys {
		return err
	}
	return d.revokeKeys(d.world.AccessKeys(), c.Reason, func(k *domain.AccessKey) bool { return k.CreatedBy == c.Account })
}

// accessOf is what is said of an account so far.
func (d *decision) accessOf(account string, expected *int) (domain.AccountAccess, error) {
	p := d.problems("input")
	domain.ValidateAccount(p, account, "account")
	if err := p.Err(); err != nil {
		return domain.AccountAccess{}, err
	}
	row, ok := d.world.AccountAccess(domain.IDOfAccount(account))
	if !ok {
		return domain.AccountAccess{ID: domain.IDOfAccount(account), Account: account}, sameVersion(0, expected)
	}
	return *row.Doc, sameVersion(row.Doc.Version, expected)
}

func (d *decision) putAccess(before, a domain.AccountAccess) error {
	if same, err := d.unchanged(domain.ID(a.ID), before, a); same || err != nil {
		return err
	}
	a.Version++
	a.Commit, a.UpdatedAt, a.UpdatedBy = d.world.Commit()+1, d.at, d.viewer.Actor
	return d.put(domain.KindAccountAccess, domain.ID(a.ID), a)
}

// admit refuses a viewer whose key doesn't go so far, or whose access has ended or
// become another meanwhile: what was let in by an older World is decided on this one.
func admit(w *world.World, v domain.Viewer, at time.Time) error {
	if v.ReadOnly {
		return domain.ScopeMissing{Scope: domain.ScopeWrite}
	}
	if w.Closed(v.Organisation()) {
		return domain.AccessEnded{}
	}
	if v.Key != "" {
		if row, ok := w.AccessKey(v.Key); !ok || row.Doc.State(at) != domain.KeyActive {
			return domain.AccessEnded{}
		}
		return nil
	}
	if row, ok := w.AccountAccess(domain.IDOfAccount(v.Actor)); ok && row.Doc.Commit > v.RightsAt {
		return domain.AccessEnded{}
	}
	return nil
}
