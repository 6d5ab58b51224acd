package world

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// A snapshot is of the earliest commit that a World looks back to, its base: the
// rows as they were then are in memory. Whoever begins from it takes in the
// commits after it, and so comes to remember the same of them as by replay from
// the first. They are as few as a World remembers, and what came since.
//
// Of the kinds that nobody is told the changes of, the past isn't remembered: a
// snapshot holds their rows that stand as they did at the base, and leaves out
// the others, which the commits up to the newest known bring. In between a
// World made from it is without what has gone meanwhile, so it isn't whole
// before that commit.

// snapshotVersion counts the ways of saying what is in a snapshot, and what a
// World makes of the same commits: it is raised when rows are written otherwise,
// or when another sight or another version of a row would come of what is
// stored. What documents consist of is in the codec's name besides.
const snapshotVersion = 1

// codec names what a World reads of a snapshot: only those of the same name mean
// the same. A release whose documents have other fields has another, since its
// predecessor has dropped what it didn't know.
func codec(remember, bytes int) string {
	h := sha256.New()
	for _, k := range snapshotted {
		fmt.Fprintln(h, k.kind, k.shape)
	}
	name := fmt.Sprintf("%d-%d-%s", snapshotVersion, remember, hex.EncodeToString(h.Sum(nil)[:8]))
	if bytes != mostRecentBytes { // the usual bound isn't named, as before there was any
		name += fmt.Sprintf("-%d", bytes)
	}
	return name
}

// SnapshotCodec is the codec of the snapshots that this World makes and its like
// begin from.
func (w *World) SnapshotCodec() string { return codec(w.recent.most, w.recent.mostBytes) }

// SnapshotBase is the commit that a snapshot made of this World would be of, 0
// for none, and how many changes the commits up to it made.
func (w *World) SnapshotBase() (commit, documents uint64) {
	return w.recent.complete, w.recent.documents
}

// shapeOf tells what a type's documents consist of.
func shapeOf(t reflect.Type) string {
	var b strings.Builder
	var tell func(t reflect.Type, within []reflect.Type)
	tell = func(t reflect.Type, within []reflect.Type) {
		b.WriteString(t.String())
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			tell(t.Elem(), within)
		case reflect.Struct:
			if slices.Contains(within, t) {
				return
			}
			for i := range t.NumField() {
				f := t.Field(i)
				b.WriteString("{" + f.Name + " " + strconv.Quote(f.Tag.Get("bson")) + " ")
				tell(f.Type, append(slices.Clip(within), t))
				b.WriteString("}")
			}
		}
	}
	tell(t, nil)
	return b.String()
}

// snapshotKind is what a snapshot does with the rows of one kind.
type snapshotKind struct {
	kind  domain.Kind
	shape string
	// write writes the rows as they were at the base, in order of their ids.
	write func(w *World, out *chunkWriter) error
	// read decodes rows, on any core. What it answers takes them into a World, in
	// order, and the digest of them.
	read func(s *ledger.Sharing, r *chunkReader) (install func(*making) error, sum digest)
	// index makes the indexes, each in a function of its own.
	index func(m *making) []func()
	// texts notes the references of the documents to texts; nil for kinds without.
	texts func(w *World)
}

// snapshotted are all kinds, in the order in which a snapshot holds them.
var snapshotted = []snapshotKind{
	toldKind(domain.KindLandlord, func(w *World) table[domain.LandlordID, domain.Landlord] { return w.landlords.table },
		func(r *replaced) trail[domain.LandlordID, domain.Landlord] { return r.landlords },
		func(d *domain.Landlord) domain.LandlordID { return d.ID },
		func(w *World) []filled[domain.LandlordID, domain.Landlord] {
			return []filled[domain.LandlordID, domain.Landlord]{w.landlords.bySiren, w.landlords.byGroup, w.landlords.closed}
		}),
	toldKind(domain.KindSite, func(w *World) table[domain.SiteID, domain.LandlordSite] { return w.sites.table },
		func(r *replaced) trail[domain.SiteID, domain.LandlordSite] { return r.sites },
		func(d *domain.LandlordSite) domain.SiteID { return d.ID },
		func(w *World) []filled[domain.SiteID, domain.LandlordSite] {
			return []filled[domain.SiteID, domain.LandlordSite]{w.sites.byLandlord, w.sites.byCommune, w.sites.byRef, w.sites.kept}
		}),
	toldKind(domain.KindProject, func(w *World) table[domain.ProjectID, domain.InnovationProject] { return w.projects.table },
		func(r *replaced) trail[domain.ProjectID, domain.InnovationProject] { return r.projects },
		func(d *domain.InnovationProject) domain.ProjectID { return d.ID },
		func(w *World) []filled[domain.ProjectID, domain.InnovationProject] {
			return []filled[domain.ProjectID, domain.InnovationProject]{w.projects.bySlug, w.projects.closed}
		}),
	toldKind(domain.KindNeed, func(w *World) table[domain.NeedID, domain.HostingNeed] { return w.needs.table },
		func(r *replaced) trail[domain.NeedID, domain.HostingNeed] { return r.needs },
		func(d *domain.HostingNeed) domain.NeedID { return d.ID },
		func(w *World) []filled[domain.NeedID, domain.HostingNeed] {
			return []filled[domain.NeedID, domain.HostingNeed]{w.needs.byProject, w.needs.kept}
		}),
	toldKind(domain.KindLandlordNeed, func(w *World) table[domain.LandlordNeedID, domain.LandlordNeed] { return w.landlordNeeds.table },
		func(r *replaced) trail[domain.LandlordNeedID, domain.LandlordNeed] { return r.landlordNeeds },
		func(d *domain.LandlordNeed) domain.LandlordNeedID { return d.ID },
		func(w *World) []filled[domain.LandlordNeedID, domain.LandlordNeed] {
			return []filled[domain.LandlordNeedID, domain.LandlordNeed]{w.landlordNeeds.byLandlord, w.landlordNeeds.byRef, w.landlordNeeds.kept}
		}),
	toldKind(domain.KindRequest, func(w *World) table[domain.RequestID, domain.HostingRequest] { return w.requests.table },
		func(r *replaced) trail[domain.RequestID, domain.HostingRequest] { return r.requests },
		func(d *domain.HostingRequest) domain.RequestID { return d.ID },
		func(w *World) []filled[domain.RequestID, domain.HostingRequest] {
			t := w.requests
			return []filled[domain.RequestID, domain.HostingRequest]{t.byProject, t.byLandlord, t.byNeed, t.bySpace, t.byDue, t.byCommit, t.byContact, t.kept}
		}),
	toldKind(domain.KindPlacement, func(w *World) table[domain.PlacementID, domain.Placement] { return w.placements.table },
		func(r *replaced) trail[domain.PlacementID, domain.Placement] { return r.placements },
		func(d *domain.Placement) domain.PlacementID { return d.ID },
		func(w *World) []filled[domain.PlacementID, domain.Placement] {
			return []filled[domain.PlacementID, domain.Placement]{w.placements.byProject, w.placements.byLandlord}
		}),
	toldKind(domain.KindInvitation, func(w *World) table[domain.InvitationID, domain.HostingInvitation] { return w.invitations.table },
		func(r *replaced) trail[domain.InvitationID, domain.HostingInvitation] { return r.invitations },
		func(d *domain.HostingInvitation) domain.InvitationID { return d.ID },
		func(w *World) []filled[domain.InvitationID, domain.HostingInvitation] {
			t := w.invitations
			return []filled[domain.InvitationID, domain.HostingInvitation]{t.byProject, t.byLandlord, t.byDue, t.byCommit, t.kept}
		}),
	toldKind(domain.KindProposal, func(w *World) table[domain.ProposalID, domain.HostingProposal] { return w.proposals.table },
		func(r *replaced) trail[domain.ProposalID, domain.HostingProposal] { return r.proposals },
		func(d *domain.HostingProposal) domain.ProposalID { return d.ID },
		func(w *World) []filled[domain.ProposalID, domain.HostingProposal] {
			t := w.proposals
			return []filled[domain.ProposalID, domain.HostingProposal]{t.byProject, t.byLandlord, t.byDue, t.byCommit}
		}),
	toldKind(domain.KindApproach, func(w *World) table[domain.ApproachID, domain.LandlordApproach] { return w.approaches.table },
		func(r *replaced) trail[domain.ApproachID, domain.LandlordApproach] { return r.approaches },
		func(d *domain.LandlordApproach) domain.ApproachID { return d.ID },
		func(w *World) []filled[domain.ApproachID, domain.LandlordApproach] {
			t := w.approaches
			return []filled[domain.ApproachID, domain.LandlordApproach]{t.byLandlord, t.byProject, t.byDue}
		}),
	toldKind(domain.KindMessage, func(w *World) table[domain.MessageID, domain.HostingMessage] { return w.messages.table },
		func(r *replaced) trail[domain.MessageID, domain.HostingMessage] { return r.messages },
		func(d *domain.HostingMessage) domain.MessageID { return d.ID },
		func(w *World) []filled[domain.MessageID, domain.HostingMessage] {
			return []filled[domain.MessageID, domain.HostingMessage]{w.messages.byRequest, w.messages.kept, w.messages.written}
		}),
	untoldKind(domain.KindMailing, func(w *World) table[domain.MailingID, domain.Mailing] { return w.mailings.table },
		func(d *domain.Mailing) domain.MailingID { return d.ID },
		func(w *World) []filled[domain.MailingID, domain.Mailing] {
			return []filled[domain.MailingID, domain.Mailing]{w.mailings.byState, w.mailings.byPerson, w.mailings.byObject}
		}),
	untoldKind(domain.KindReceipt, func(w *World) table[domain.ID, domain.Receipt] { return w.receipts.table },
		func(d *domain.Receipt) domain.ID { return ReceiptID(d.Actor, d.Key) },
		func(w *World) []filled[domain.ID, domain.Receipt] {
			return []filled[domain.ID, domain.Receipt]{w.receipts.byTime}
		}),
	untoldKind(domain.KindErasure, func(w *World) table[domain.ErasureID, domain.Erasure] { return w.erasures.table },
		func(d *domain.Erasure) domain.ErasureID { return d.ID },
		func(w *World) []filled[domain.ErasureID, domain.Erasure] {
			return []filled[domain.ErasureID, domain.Erasure]{w.erasures.byPerson}
		}),
	untoldKind(domain.KindAccessKey, func(w *World) table[domain.AccessKeyID, domain.AccessKey] { return w.accessKeys.table },
		func(d *domain.AccessKey) domain.AccessKeyID { return d.ID },
		func(w *World) []filled[domain.AccessKeyID, domain.AccessKey] {
			return []filled[domain.AccessKeyID, domain.AccessKey]{w.accessKeys.byOrganisation, w.accessKeys.byCommit, w.accessKeys.byOrigin}
		}),
	untoldKind(domain.KindAccountAccess, func(w *World) table[domain.AccountAccessID, domain.AccountAccess] { return w.accountAccesses.table },
		func(d *domain.AccountAccess) domain.AccountAccessID { return d.ID },
		func(w *World) []filled[domain.AccountAccessID, domain.AccountAccess] {
			return []filled[domain.AccountAccessID, domain.AccountAccess]{w.accountAccesses.byCommit}
		}),
	singleKind(domain.KindSettings, domain.SettingsID, func(w *World) **Row[domain.Settings] { return &w.settings },
		func(r *replaced) trail[domain.ID, domain.Settings] { return r.settings }),
	singleKind(domain.KindMailProgress, domain.MailProgressID, func(w *World) **Row[domain.MailProgress] { return &w.mailProgress }, nil),
	spacesKind,
}

// spacesKind are the spaces, the most of all: they stand in the order of their
// sites, in which they are close in memory, too, when the columns are laid out.
var spacesKind = func() snapshotKind {
	idOf := func(d *domain.VacantSpace) domain.SpaceID { return d.ID }
	return snapshotKind{
		kind:  domain.KindSpace,
		shape: shapeOf(reflect.TypeFor[domain.VacantSpace]()),
		write: func(w *World, out *chunkWriter) error {
			then := pastOf(w, func(r *replaced) trail[domain.SpaceID, domain.VacantSpace] { return r.spaces })
			rows := slices.SortedFunc(asThen(w.spaces.table, then), func(a, b *spaceRow) int {
				return cmp.Or(cmp.Compare(a.Doc.SiteID, b.Doc.SiteID), cmp.Compare(a.Doc.ID, b.Doc.ID))
			})
			return writeRows(out, domain.KindSpace, idOf, slices.Values(rows))
		},
		read: func(s *ledger.Sharing, r *chunkReader) (func(*making) error, digest) {
			rows, _, sum := readRows(s, r, domain.KindSpace, idOf)
			return func(m *making) error {
				m.spaces = append(m.spaces, rows...)
				return nil
			}, sum
		},
		index: func(m *making) []func() {
			return []func(){
				func() { m.World.spaces.bySite.fill(m.bySite()) },
				func() { m.World.spaces.byRef.fill(m.World.spaces.pairs()) },
				func() { m.World.spaces.kept.fill(m.World.spaces.pairs()) },
			}
		},
	}
}()

// filled is an index, of whichever keys, that is made of all rows at once.
type filled[ID ~string, T any] interface {
	fill(rows iter.Seq2[ID, *Row[T]])
}

// toldKind is a kind whose rows are remembered as they were.
func toldKind[ID ~string, T any](kind domain.Kind, of func(*World) table[ID, T], past func(*replaced) trail[ID, T], idOf func(*T) ID, indexes func(*World) []filled[ID, T]) snapshotKind {
	k := untoldKind(kind, of, idOf, indexes)
	k.write = func(w *World, out *chunkWriter) error {
		then := pastOf(w, past)
		return writeRows(out, kind, idOf, asThen(of(w), then))
	}
	return k
}

// pastOf are the rows replaced since the base, as they were.
func pastOf[ID ~string, T any](w *World, past func(*replaced) trail[ID, T]) (then version[ID, T]) {
	w.recent.commits.Scan(func(_ uint64, r *replaced) bool {
		then.take(past(r))
		return true
	})
	return then
}

// asThen yields a table's rows as they were, those included that have gone, in
// order of their ids.
func asThen[ID ~string, T any](now table[ID, T], then version[ID, T]) iter.Seq[*Row[T]] {
	return func(yield func(*Row[T]) bool) {
		var gone []ID
		for id, old := range then {
			if _, here := now.get(id); old != nil && !here {
				gone = append(gone, id)
			}
		}
		slices.Sort(gone)
		goOn := true
		now.rows.Scan(func(id ID, row *Row[T]) bool {
			for goOn && len(gone) > 0 && gone[0] < id {
				goOn, gone = yield(then[gone[0]]), gone[1:]
			}
			if old, replaced := then[id]; replaced {
				row = old
			}
			if goOn && row != nil {
				goOn = yield(row)
			}
			return goOn
		})
		for goOn && len(gone) > 0 {
			goOn, gone = yield(then[gone[0]]), gone[1:]
		}
	}
}

// untoldKind is a kind of which only what stands since the base is known.
func untoldKind[ID ~string, T any](kind domain.Kind, of func(*World) table[ID, T], idOf func(*T) ID, indexes func(*World) []filled[ID, T]) snapshotKind {
	k := snapshotKind{
		kind:  kind,
		shape: shapeOf(reflect.TypeFor[T]()),
		write: func(w *World, out *chunkWriter) error {
			return writeRows(out, kind, idOf, func(yield func(*Row[T]) bool) {
				for row := range of(w).all() {
					if row.commit <= w.recent.complete && !yield(row) {
						return
					}
				}
			})
		},
		read: func(s *ledger.Sharing, r *chunkReader) (func(*making) error, digest) {
			rows, ids, sum := readRows(s, r, kind, idOf)
			return func(m *making) error {
				t := of(m.World)
				for i, row := range rows {
					if last, _, some := t.rows.Max(); some && ids[i] <= last {
						return fmt.Errorf("%s %s isn't in its place", kind, ids[i])
					}
					t.rows.Load(ids[i], row)
				}
				return nil
			}, sum
		},
		index: func(m *making) (all []func()) {
			for _, x := range indexes(m.World) {
				all = append(all, func() { x.fill(of(m.World).pairs()) })
			}
			return all
		},
	}
	if _, refers := any((*T)(nil)).(withTexts); refers {
		k.texts = func(w *World) {
			for id, row := range of(w).pairs() {
				w.textRefs.move(kind, domain.ID(id), nil, textsOf(row))
			}
		}
	}
	return k
}

// singleKind is a kind of one document, told where it has a past.
func singleKind[T any](kind domain.Kind, id domain.ID, of func(*World) **Row[T], past func(*replaced) trail[domain.ID, T]) snapshotKind {
	idOf := func(*T) domain.ID { return id }
	return snapshotKind{
		kind:  kind,
		shape: shapeOf(reflect.TypeFor[T]()),
		write: func(w *World, out *chunkWriter) error {
			row := *of(w)
			if past != nil {
				if old, replaced := pastOf(w, past)[id]; replaced {
					row = old
				}
			} else if row != nil && row.commit > w.recent.complete {
				row = nil
			}
			return writeRows(out, kind, idOf, func(yield func(*Row[T]) bool) {
				if row != nil {
					yield(row)
				}
			})
		},
		read: func(s *ledger.Sharing, r *chunkReader) (func(*making) error, digest) {
			rows, _, sum := readRows(s, r, kind, idOf)
			return func(m *making) error {
				for _, row := range rows {
					if *of(m.World) != nil {
						return fmt.Errorf("there are several %s", kind)
					}
					*of(m.World) = row
				}
				return nil
			}, sum
		},
		index: func(*making) []func() { return nil },
	}
}
