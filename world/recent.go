package world

import (
	"iter"
	"maps"
	"time"

	"github.com/tidwall/btree"

	"github.com/palier-hub/palier/domain"
)

// mostRecent bounds the rows that a World remembers of its past, and so the
// commits, each of which has one at least. It is some 30 MB at most, and days of
// a network where people write; a national import passes it within the hour.
const mostRecent = 20_000

// mostRecentBytes bounds what the commits that a World remembers have written, as it
// was encoded: documents can be large. What is remembered was written by these
// commits, or stood before them.
const mostRecentBytes = 128 << 20

// recent remembers the rows that the last commits replaced: what the World was
// a little earlier, without a second World.
type recent struct {
	// complete is the commit after which every replaced row is kept, documents how
	// many changes the commits up to it made.
	complete, documents uint64
	most, mostBytes     int
	// commits holds those that replaced a row, by number. It is copied on write
	// like the tables, rather than appended to: the writer may make two Worlds
	// from one, when another replica took the number of the first.
	commits *btree.Map[uint64, *replaced]
	rows    int
	bytes   int
	// open is of the commit that is being taken in.
	open replaced
}

// newRecent is the memory of a World that begins after a commit, and so many
// changes of documents.
func newRecent(complete, documents uint64) recent {
	return recent{complete: complete, documents: documents, most: mostRecent, mostBytes: mostRecentBytes, commits: new(btree.Map[uint64, *replaced])}
}

// clone is for the writer only, as that of table.
func (r recent) clone() recent {
	r.commits = r.commits.Copy()
	return r
}

// replaced are the rows that one commit replaced, those included that its
// documents only brought into sight or out of it.
type replaced struct {
	action string
	at     time.Time
	// documents counts the changes of all commits up to this one.
	documents uint64
	// bytes of the documents that the commit wrote.
	bytes int

	landlords     trail[domain.LandlordID, domain.Landlord]
	sites         trail[domain.SiteID, domain.LandlordSite]
	spaces        trail[domain.SpaceID, domain.VacantSpace]
	projects      trail[domain.ProjectID, domain.InnovationProject]
	needs         trail[domain.NeedID, domain.HostingNeed]
	landlordNeeds trail[domain.LandlordNeedID, domain.LandlordNeed]
	requests      trail[domain.RequestID, domain.HostingRequest]
	placements    trail[domain.PlacementID, domain.Placement]
	invitations   trail[domain.InvitationID, domain.HostingInvitation]
	proposals     trail[domain.ProposalID, domain.HostingProposal]
	approaches    trail[domain.ApproachID, domain.LandlordApproach]
	messages      trail[domain.MessageID, domain.HostingMessage]
	settings      trail[domain.ID, domain.Settings]
}

func (r *replaced) rows() int {
	return len(r.landlords) + len(r.sites) + len(r.spaces) + len(r.projects) + len(r.needs) + len(r.landlordNeeds) + len(r.requests) + len(r.placements) +
		len(r.invitations) + len(r.proposals) + len(r.approaches) + len(r.messages) + len(r.settings)
}

// join makes one trace of those of one row.
func (r *replaced) join() {
	r.landlords.join()
	r.sites.join()
	r.spaces.join()
	r.projects.join()
	r.needs.join()
	r.landlordNeeds.join()
	r.requests.join()
	r.placements.join()
	r.invitations.join()
	r.proposals.join()
	r.approaches.join()
	r.messages.join()
	r.settings.join()
}

// trail is in the order in which the rows were first replaced. Once its commit
// is closed, each stands there once.
type trail[ID ~string, T any] []trace[ID, T]

// trace is what a row was and what it became; nil when there was none, or is
// none. What it became costs no memory: it is the present row, or the old one of
// a later trace.
type trace[ID ~string, T any] struct {
	id       ID
	old, row *Row[T]
}

// note is for whatever puts a row in place of another.
func (t *trail[ID, T]) note(id ID, old, row *Row[T]) {
	if old != row {
		*t = append(*t, trace[ID, T]{id, old, row})
	}
}

// join makes one trace of those of one row: a commit may replace a row more than
// once, by its own document and by its parents'.
func (t *trail[ID, T]) join() {
	if len(*t) < 2 {
		return
	}
	at := make(map[ID]int, len(*t))
	joined := (*t)[:0]
	for _, one := range *t {
		if i, earlier := at[one.id]; earlier {
			joined[i].row = one.row
			continue
		}
		at[one.id] = len(joined)
		joined = append(joined, one)
	}
	clear((*t)[len(joined):])
	*t = joined
}

// end closes the commit under way, and forgets the oldest to make room. So many
// documents were changed up to it, and so many bytes of them written by it.
func (r *recent) end(commit uint64, action string, at time.Time, documents uint64, bytes int) {
	closed := r.open
	r.open = replaced{}
	closed.join()
	if n := closed.rows(); n > 0 {
		closed.action, closed.at, closed.documents, closed.bytes = action, at, documents, bytes
		r.commits.Set(commit, &closed)
		r.rows += n
		r.bytes += bytes
	}
	for r.rows > r.most || r.bytes > r.mostBytes {
		number, oldest, _ := r.commits.PopMin()
		r.complete, r.documents = number, oldest.documents
		r.rows -= oldest.rows()
		r.bytes -= oldest.bytes
	}
}

// Past is what a World was as of an earlier commit: the rows replaced since, as
// they were, and the present ones. It never changes.
type Past struct {
	now    *World
	commit uint64

	landlords version[domain.LandlordID, domain.Landlord]
	sites     version[domain.SiteID, domain.LandlordSite]
	spaces    version[domain.SpaceID, domain.VacantSpace]
	projects  version[domain.ProjectID, domain.InnovationProject]
	needs     version[domain.NeedID, domain.HostingNeed]
	settings  version[domain.ID, domain.Settings]
}

// AsOf looks back to a commit; false when the World doesn't remember all that
// changed since, or hasn't come to it yet. It takes time by the rows replaced
// since, none by the size of the World.
func (w *World) AsOf(commit uint64) (*Past, bool) {
	if commit < w.recent.complete || commit > w.Commit() {
		return nil, false
	}
	p := &Past{now: w, commit: commit}
	spaces := 0 // most of what is replaced
	w.recent.commits.Ascend(commit+1, func(_ uint64, r *replaced) bool {
		spaces += len(r.spaces)
		return true
	})
	if spaces > 0 {
		p.spaces = make(version[domain.SpaceID, domain.VacantSpace], spaces)
	}
	w.recent.commits.Ascend(commit+1, func(_ uint64, r *replaced) bool {
		p.landlords.take(r.landlords)
		p.sites.take(r.sites)
		p.spaces.take(r.spaces)
		p.projects.take(r.projects)
		p.needs.take(r.needs)
		p.settings.take(r.settings)
		return true
	})
	return p, true
}

// Remembers is the earliest commit that AsOf looks back to.
func (w *World) Remembers() uint64 { return w.recent.complete }

// version holds what rows were before they were first replaced.
type version[ID ~string, T any] map[ID]*Row[T]

func (v *version[ID, T]) take(t trail[ID, T]) {
	for _, replaced := range t {
		if _, earlier := (*v)[replaced.id]; earlier {
			continue
		}
		if *v == nil {
			*v = make(version[ID, T], len(t))
		}
		(*v)[replaced.id] = replaced.old
	}
}

// get finds a row as it was, unless it is as it was.
func (v version[ID, T]) get(id ID, present func(ID) (*Row[T], bool)) (*Row[T], bool) {
	if old, replaced := v[id]; replaced {
		return old, old != nil
	}
	return present(id)
}

// Commit is the number of the commit looked back to.
func (p *Past) Commit() uint64 { return p.commit }

// Landlord finds a landlord as it was.
func (p *Past) Landlord(id domain.LandlordID) (*Row[domain.Landlord], bool) {
	return p.landlords.get(id, p.now.Landlord)
}

// Site finds a site as it was.
func (p *Past) Site(id domain.SiteID) (*Row[domain.LandlordSite], bool) {
	return p.sites.get(id, p.now.Site)
}

// Space finds a space as it was.
func (p *Past) Space(id domain.SpaceID) (*Row[domain.VacantSpace], bool) {
	return p.spaces.get(id, p.now.Space)
}

// Project finds a project as it was.
func (p *Past) Project(id domain.ProjectID) (*Row[domain.InnovationProject], bool) {
	return p.projects.get(id, p.now.Project)
}

// Need finds a need as it was.
func (p *Past) Need(id domain.NeedID) (*Row[domain.HostingNeed], bool) {
	return p.needs.get(id, p.now.Need)
}

// Settings are those that were in force; false when none had been stated.
func (p *Past) Settings() (domain.Settings, bool) {
	row, ok := p.settings.get(domain.SettingsID, func(domain.ID) (*Row[domain.Settings], bool) {
		return p.now.settings, p.now.settings != nil
	})
	if !ok {
		return domain.Settings{}, false
	}
	return *row.Doc, true
}

// The ids of the rows that were replaced since, in no order: each stands for
// one that is, was, or came and went.

func (p *Past) ReplacedLandlords() iter.Seq[domain.LandlordID] { return maps.Keys(p.landlords) }
func (p *Past) ReplacedSites() iter.Seq[domain.SiteID]         { return maps.Keys(p.sites) }
func (p *Past) ReplacedSpaces() iter.Seq[domain.SpaceID]       { return maps.Keys(p.spaces) }
func (p *Past) ReplacedProjects() iter.Seq[domain.ProjectID]   { return maps.Keys(p.projects) }
func (p *Past) ReplacedNeeds() iter.Seq[domain.NeedID]         { return maps.Keys(p.needs) }

// ReplacedNeed tells whether a need is one of ReplacedNeeds.
func (p *Past) ReplacedNeed(id domain.NeedID) bool {
	_, replaced := p.needs[id]
	return replaced
}
