package world

import (
	"errors"
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// ErrUnknownKind: this program has no table for such documents. A newer one
// wrote them.
var ErrUnknownKind = errors.New("no such kind of document")

// DocumentError says that a commit carries a document that can't be taken in:
// of an unknown kind, undecodable, or stored under another id than its own.
type DocumentError struct {
	Commit uint64
	Kind   domain.Kind
	ID     domain.ID
	Err    error
}

func (e *DocumentError) Error() string {
	return fmt.Sprintf("commit %d: %s %s: %v", e.Commit, e.Kind, e.ID, e.Err)
}

func (e *DocumentError) Unwrap() error { return e.Err }

// step is one change, decoded and ready to be taken into a World: once, since
// the World settles the sight of the row that it carries.
type step func(*World)

// kinds says how the documents of each kind are decoded and where they go.
var kinds = map[domain.Kind]func(*ledger.Sharing, ledger.Change) (step, error){
	domain.KindLandlord:      stored((*World).setLandlord, func(d *domain.Landlord) domain.LandlordID { return d.ID }),
	domain.KindSite:          stored((*World).setSite, func(d *domain.LandlordSite) domain.SiteID { return d.ID }),
	domain.KindSpace:         stored((*World).setSpace, func(d *domain.VacantSpace) domain.SpaceID { return d.ID }),
	domain.KindProject:       stored((*World).setProject, func(d *domain.InnovationProject) domain.ProjectID { return d.ID }),
	domain.KindNeed:          stored((*World).setNeed, func(d *domain.HostingNeed) domain.NeedID { return d.ID }),
	domain.KindLandlordNeed:  stored((*World).setLandlordNeed, func(d *domain.LandlordNeed) domain.LandlordNeedID { return d.ID }),
	domain.KindRequest:       stored((*World).setRequest, func(d *domain.HostingRequest) domain.RequestID { return d.ID }),
	domain.KindPlacement:     stored((*World).setPlacement, func(d *domain.Placement) domain.PlacementID { return d.ID }),
	domain.KindErasure:       stored((*World).setErasure, func(d *domain.Erasure) domain.ErasureID { return d.ID }),
	domain.KindInvitation:    stored((*World).setInvitation, func(d *domain.HostingInvitation) domain.InvitationID { return d.ID }),
	domain.KindProposal:      stored((*World).setProposal, func(d *domain.HostingProposal) domain.ProposalID { return d.ID }),
	domain.KindApproach:      stored((*World).setApproach, func(d *domain.LandlordApproach) domain.ApproachID { return d.ID }),
	domain.KindMailing:       stored((*World).setMailing, func(d *domain.Mailing) domain.MailingID { return d.ID }),
	domain.KindMailProgress:  stored((*World).setMailProgress, func(*domain.MailProgress) domain.ID { return domain.MailProgressID }),
	domain.KindMessage:       stored((*World).setMessage, func(d *domain.HostingMessage) domain.MessageID { return d.ID }),
	domain.KindReceipt:       stored((*World).setReceipt, func(d *domain.Receipt) domain.ID { return ReceiptID(d.Actor, d.Key) }),
	domain.KindAccessKey:     stored((*World).setAccessKey, func(d *domain.AccessKey) domain.AccessKeyID { return d.ID }),
	domain.KindAccountAccess: stored((*World).setAccountAccess, func(d *domain.AccountAccess) domain.AccountAccessID { return d.ID }),
	domain.KindSettings:      stored((*World).setSettings, func(*domain.Settings) domain.ID { return domain.SettingsID }),
}

// stored makes the decoder of a kind from what puts a row in its place and
// what tells a document's own id.
func stored[ID ~string, T any](set func(*World, ID, *Row[T]) (old *Row[T]), idOf func(*T) ID) func(*ledger.Sharing, ledger.Change) (step, error) {
	_, refersToTexts := any((*T)(nil)).(withTexts)
	return func(s *ledger.Sharing, c ledger.Change) (step, error) {
		var row *Row[T]
		kind, id := c.Kind, ID(c.ID)
		if c.Doc != nil {
			row = &Row[T]{Doc: new(T), sum: term(c)}
			if err := s.Unmarshal(c.Doc, row.Doc); err != nil {
				return nil, err
			}
			own := idOf(row.Doc)
			if own != id {
				return nil, fmt.Errorf("the document's own id is %s", own)
			}
			id = own // one text in memory, not two
		}
		return func(w *World) {
			if row != nil {
				row.commit, row.written = w.head.Number, true
			}
			old := set(w, id, row)
			if old != nil {
				w.digest = w.digest.minus(old.sum)
			}
			if refersToTexts {
				w.textRefs.move(kind, domain.ID(id), textsOf(old), textsOf(row))
			}
			if row != nil {
				w.digest = w.digest.plus(row.sum)
			}
		}, nil
	}
}

// decode reads one change of a commit. Errors are *DocumentError.
func decode(s *ledger.Sharing, commit uint64, c ledger.Change) (step, error) {
	read, ok := kinds[c.Kind]
	if !ok {
		return nil, &DocumentError{commit, c.Kind, c.ID, ErrUnknownKind}
	}
	taken, err := read(s, c)
	if err != nil {
		return nil, &DocumentError{commit, c.Kind, c.ID, err}
	}
	return taken, nil
}
