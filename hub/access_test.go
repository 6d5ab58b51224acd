package hub

import (
	"fmt"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
)

// serverKey makes a key of the viewer's organisation; it must be accepted.
func (s *stage) serverKey(v domain.Viewer) domain.AccessKeyID {
	s.t.Helper()
	return domain.AccessKeyID(s.do(v, createsKey(v)).Object)
}

func createsKey(v domain.Viewer) CreateAccessKey {
	return CreateAccessKey{Key: domain.StatedAccessKey{Use: domain.KeyForServer, Label: "Portail", Role: &v.Role, Scopes: []domain.AccessScope{domain.ScopeWrite}}}.WithSecret("RANDOM")
}

// keyStates are those of some keys now.
func (s *stage) keyStates(ids ...domain.AccessKeyID) string {
	s.t.Helper()
	var states []domain.AccessKeyState
	for _, id := range ids {
		k, ok := s.AccessKey(id)
		if !ok {
			s.t.Fatalf("%s is unknown", id)
		}
		states = append(states, k.State(s.Clock()))
	}
	return fmt.Sprint(states)
}

// Whoever is barred has seen the secrets of the keys that they made: these end too,
// unless staff let them go on.
func TestKeysOfTheBarred(t *testing.T) {
	s := newStage(t)
	agent := landlordViewer(s.landlord("mine", true))
	colleague := agent
	colleague.Actor = "act_colleague"
	theirs, other := s.serverKey(agent), s.serverKey(colleague)
	for _, c := range []struct {
		RevokeAccess
		want string
	}{
		{RevokeAccess{Account: agent.Actor, Reason: domain.RevokedLeft}, "[ACTIVE ACTIVE]"},
		{RevokeAccess{Account: agent.Actor, Bar: true, KeepKeys: true, Reason: domain.RevokedLeft}, "[ACTIVE ACTIVE]"},
		{RevokeAccess{Account: agent.Actor, Bar: true, Reason: domain.RevokedLeft}, "[REVOKED ACTIVE]"},
	} {
		s.do(staff, c.RevokeAccess)
		if got := s.keyStates(theirs, other); got != c.want {
			t.Errorf("%+v: the keys are %s, want %s", c.RevokeAccess, got, c.want)
		}
	}
	if k, _ := s.AccessKey(theirs); k.RevokedBy != staff.Actor || *k.RevocationReason != domain.RevokedLeft || k.Version != 2 || k.Commit != s.World().Commit() {
		t.Errorf("revoked as %+v", k)
	}
	if got := told(s.refused(staff, RevokeAccess{Account: agent.Actor, KeepKeys: true, Reason: domain.RevokedLeft})); got != "INVALID_INPUT at input.keepKeys" {
		t.Error(got)
	}
}

// Nobody acts for an organisation that was archived: neither by a key nor by a token,
// what was let in before included.
func TestNobodyActsForTheArchived(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct {
		viewer  domain.Viewer
		archive Command
	}{
		{landlordViewer(s.landlord("mine", true)), nil},
		{projectViewer(s.project("ours", true)), nil},
	} {
		v := c.viewer
		own := v.Organisation()
		c.archive = StepLandlord{ID: own, To: domain.PublicationArchived}
		if v.Role == domain.RoleProject {
			c.archive = StepProject{ID: own, To: domain.PublicationArchived}
		}
		key := s.serverKey(v)
		k, _ := s.AccessKey(key)
		before := s.AccessChanged()
		v.RightsAt = before
		if s.Closed(own) {
			t.Errorf("%s is closed", own)
		}
		archived := s.do(staff, c.archive)
		if got := s.keyStates(key); got != "[REVOKED]" || !s.Closed(own) {
			t.Errorf("%s is archived: its key is %s, closed %v", own, got, s.Closed(own))
		}
		if got := s.AccessChanged(); got != archived.Commit || got == before {
			t.Errorf("rights changed at %d, want %d", got, archived.Commit)
		}
		for _, by := range []domain.Viewer{v, k.Viewer()} {
			if _, err := s.Do(t.Context(), by, createsKey(v), ""); !is[domain.AccessEnded](domain.AsRefusals(err)[0]) {
				t.Errorf("%+v: %v", by, err)
			}
		}
		named := createsKey(v)
		grant := GrantAccess{Account: "act_new", Role: v.Role}
		if v.Role == domain.RoleLandlord {
			named.Key.LandlordID, grant.LandlordID = &own, &own
		} else {
			named.Key.ProjectID, grant.ProjectID = &own, &own
		}
		for _, c := range []Command{named, grant} {
			if _, err := s.Do(t.Context(), staff, c, ""); codesOf(err) != "WRONG_STATE" {
				t.Errorf("%s for the archived: %v", c.Action(), err)
			}
		}
	}
	// A token is told without a key, too.
	alone := s.landlord("alone", true)
	if done := s.do(staff, StepLandlord{ID: alone, To: domain.PublicationArchived}); s.AccessChanged() != done.Commit {
		t.Errorf("rights changed at %d, want %d", s.AccessChanged(), done.Commit)
	}
	if got := s.second().AccessChanged(); got != s.AccessChanged() {
		t.Errorf("another hub says %d", got)
	}
}

// An organisation has so many keys, and makes so many in a day; staff may make more.
func TestMostKeys(t *testing.T) {
	s := newStage(t)
	v := landlordViewer(s.landlord("mine", true))
	var last domain.AccessKeyID
	for range domain.MostKeys {
		last = s.serverKey(v)
	}
	if got := told(s.refused(v, createsKey(v))); got != "INVALID_INPUT at input" {
		t.Errorf("one too many: %s", got)
	}
	byStaff := createsKey(v)
	byStaff.Key.LandlordID = new(v.Organisation())
	s.do(staff, byStaff)
	// A key in use is rotated all the same, but not without end.
	made := domain.MostKeys + 1
	for ; made < domain.MostFreshKeys; made++ {
		last = domain.AccessKeyID(s.do(v, RotateAccessKey{ID: domain.ID(last)}.WithSecret(fmt.Sprint(made))).Object)
	}
	rotate := RotateAccessKey{ID: domain.ID(last)}.WithSecret("more")
	if got := told(s.refused(v, rotate)); got != "INVALID_INPUT at input" {
		t.Errorf("one too many for a day: %s", got)
	}
	s.clock.move(25 * time.Hour)
	s.do(v, rotate)
	if got := told(s.refused(v, createsKey(v))); got != "INVALID_INPUT at input" {
		t.Errorf("one too many the day after: %s", got)
	}
}

// Keys that were rotated go on beside their successors, so many and no more.
func TestMostRotatedKeys(t *testing.T) {
	s := newStage(t)
	v := landlordViewer(s.landlord("mine", true))
	var last Outcome
	for n := range domain.MostKeys {
		last = s.do(v, RotateAccessKey{ID: domain.ID(s.serverKey(v)), OverlapHours: 720}.WithSecret(fmt.Sprint(n)))
	}
	s.clock.move(25 * time.Hour)
	again := RotateAccessKey{ID: last.Object, OverlapHours: 720}.WithSecret("again")
	if got := told(s.refused(v, again)); got != "INVALID_INPUT at input" {
		t.Errorf("one too many: %s", got)
	}
	s.clock.move(30 * 24 * time.Hour)
	s.do(v, again)
}
