package hub

import (
	"fmt"
	"strconv"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// Import enters many new records in one commit, all of them or none: each is
// checked as its own command would. Staff only. A load that takes more than one
// commit is several imports of the same ID; an idempotency key for each makes
// sending it again safe, and puts the ID in the ledger (see Key).
//
// What a record belongs to or names is in the World already, but for a site's
// spaces and a project's needs, which come with it.
type Import struct {
	// ID names the load, and Part counts its commits from 1.
	ID   string
	Part int
	// Synthetic marks all of it as invented; the API never sets it.
	Synthetic bool
	Landlords []ImportLandlord
	Sites     []ImportSite
	Projects  []ImportProject
	// LandlordNeeds name sites that are in the World already.
	LandlordNeeds []ImportLandlordNeed
}

// ImportLandlord is a landlord to enter; its group is in the World already.
type ImportLandlord struct {
	Landlord domain.LandlordFields
	Publish  bool
}

// ImportSite is a site to enter with its spaces.
type ImportSite struct {
	LandlordID domain.LandlordID
	Site       domain.SiteFields
	Publish    bool
	Spaces     []ImportSpace
}

// ImportSpace is a space to enter.
type ImportSpace struct {
	Space   domain.SpaceFields
	Publish bool
}

// ImportProject is a project to enter with its needs.
type ImportProject struct {
	Project domain.ProjectFields
	Publish bool
	Needs   []ImportNeed
}

// ImportNeed is a need to enter.
type ImportNeed struct {
	Need    domain.NeedFields
	Publish bool
}

// ImportLandlordNeed is a landlord's need to enter.
type ImportLandlordNeed struct {
	LandlordID domain.LandlordID
	Need       domain.StatedLandlordNeed
	Publish    bool
}

// mostImported bounds the records of one import: beyond it a commit would keep
// the writer from others for too long.
const mostImported = 5_000

// Action names it in the ledger.
func (Import) Action() string { return "import" }

// Key is the idempotency key of this part of the load.
func (c Import) Key() string { return "import/" + c.ID + "/" + strconv.Itoa(c.Part) }

// Records counts what is to be entered.
func (c Import) Records() int {
	n := len(c.Landlords) + len(c.Sites) + len(c.Projects) + len(c.LandlordNeeds)
	for _, s := range c.Sites {
		n += len(s.Spaces)
	}
	for _, p := range c.Projects {
		n += len(p.Needs)
	}
	return n
}

func (c Import) decide(d *decision) error {
	if !d.viewer.MayRegisterOrganisations() {
		return domain.NotAllowed{Action: d.action, Needed: domain.StaffOnly}
	}
	if n := c.Records(); n > mostImported {
		return domain.InvalidInput{Path: []string{"input"},
			French:  fmt.Sprintf("%d objets en une fois, la limite est de %d : découpez l'import en plusieurs", n, mostImported),
			English: fmt.Sprintf("%d records at once, the limit is %d: split the import", n, mostImported)}
	}
	i := importing{decision: d, synthetic: c.Synthetic, taken: make(map[string]bool)}
	for n, l := range c.Landlords {
		i.landlord(l, at("landlords", n))
	}
	for n, s := range c.Sites {
		i.site(s, at("sites", n))
	}
	for n, p := range c.Projects {
		i.project(p, at("projects", n))
	}
	for n, need := range c.LandlordNeeds {
		i.landlordNeed(need, at("landlordNeeds", n))
	}
	d.object = "" // it is many
	return i.err()
}

// at is the path of an item of the input's lists.
func at(list string, n int) []string { return []string{"input", list, strconv.Itoa(n)} }

// importing collects what is to be written and what is wrong with it.
type importing struct {
	*decision
	synthetic bool
	// taken are the identifiers that records of this import hold.
	taken   map[string]bool
	bytes   int
	refused domain.Refusals
	failed  error
}

// mostRefused bounds what is said to be wrong at once.
const mostRefused = 100

// full tells that nothing more has to be looked at.
func (i *importing) full() bool {
	return i.failed != nil || len(i.refused) >= mostRefused || i.bytes > ledger.MaxCommitBytes
}

func (i *importing) err() error {
	switch {
	case i.failed != nil:
		return i.failed
	case len(i.refused) > 0:
		return i.refused
	case i.bytes > ledger.MaxCommitBytes:
		return domain.TooLarge{Bytes: i.bytes, Most: ledger.MaxCommitBytes}
	}
	return nil
}

// keep notes a record, unless the check of it failed: then what is wrong.
func (i *importing) keep(checked error, put func() error) {
	if checked == nil {
		checked = put()
		if len(i.changes) > 0 {
			i.bytes += len(i.changes[len(i.changes)-1].Doc)
		}
	}
	switch refusals := domain.AsRefusals(checked); {
	case checked == nil:
	case refusals == nil:
		i.failed = checked
	default:
		i.refused = append(i.refused, refusals...)
	}
}

// unique refuses an identifier that an earlier record of the import holds; the
// World's are for the checks.
func (i *importing) unique(list, value string, path []string) {
	if key := list + "\x00" + value; !i.taken[key] {
		i.taken[key] = true
		return
	}
	i.refused = append(i.refused, domain.AlreadyExists{Path: path, Value: value})
}

func (i *importing) landlord(l ImportLandlord, path []string) {
	if i.full() {
		return
	}
	if l.Landlord.Siren != nil {
		i.unique("siren", string(*l.Landlord.Siren), below(path, "landlord", "siren"))
	}
	id := domain.LandlordID(i.newID(domain.KindLandlord))
	i.keep(i.checkLandlord(id, domain.LandlordFields{}, l.Landlord, below(path, "landlord")...), func() error {
		return i.putLandlord(domain.Landlord{ID: id, Record: i.newRecord(l.Publish, i.synthetic), LandlordFields: l.Landlord})
	})
}

func (i *importing) site(s ImportSite, path []string) {
	if i.full() {
		return
	}
	owner := domain.ID(s.LandlordID)
	if _, err := i.landlordForStock(&owner, below(path, "landlordId")...); err != nil {
		i.keep(err, nil)
		return
	}
	s.Site.ExternalRef = cleanRef(s.Site.ExternalRef)
	if ref := s.Site.ExternalRef; ref != nil {
		i.unique("sites of "+string(s.LandlordID), *ref, below(path, "site", "externalRef"))
	}
	id := domain.SiteID(i.newID(domain.KindSite))
	i.keep(i.checkSite(id, s.LandlordID, s.Site, below(path, "site")...), func() error {
		return i.putSite(domain.LandlordSite{ID: id, LandlordID: s.LandlordID, Record: i.newRecord(s.Publish, i.synthetic), SiteFields: s.Site})
	})
	for n, space := range s.Spaces {
		i.space(space, s.LandlordID, id, below(path, "spaces", strconv.Itoa(n)))
	}
}

func (i *importing) space(s ImportSpace, l domain.LandlordID, site domain.SiteID, path []string) {
	if i.full() {
		return
	}
	s.Space.ExternalRef = cleanRef(s.Space.ExternalRef)
	if ref := s.Space.ExternalRef; ref != nil {
		i.unique("spaces of "+string(l), *ref, below(path, "space", "externalRef"))
	}
	id := domain.SpaceID(i.newID(domain.KindSpace))
	i.keep(i.checkSpace(id, l, s.Space, below(path, "space")...), func() error {
		return i.putSpace(domain.VacantSpace{ID: id, SiteID: site, Record: i.newRecord(s.Publish, i.synthetic), SpaceFields: s.Space})
	})
}

func (i *importing) project(p ImportProject, path []string) {
	if i.full() {
		return
	}
	i.unique("slug", p.Project.Slug, below(path, "project", "slug"))
	for n, alias := range p.Project.Aliases {
		i.unique("slug", alias, below(path, "project", "aliases", strconv.Itoa(n)))
	}
	id := domain.ProjectID(i.newID(domain.KindProject))
	i.keep(i.checkProject(id, domain.ProjectFields{}, p.Project, below(path, "project")...), func() error {
		return i.putProject(domain.InnovationProject{ID: id, Record: i.newRecord(p.Publish, i.synthetic), ProjectFields: p.Project})
	})
	for n, need := range p.Needs {
		i.need(need, id, below(path, "needs", strconv.Itoa(n)))
	}
}

func (i *importing) need(n ImportNeed, project domain.ProjectID, path []string) {
	if i.full() {
		return
	}
	id := domain.NeedID(i.newID(domain.KindNeed))
	i.keep(i.checkNeed(n.Need, below(path, "need")...), func() error {
		return i.putNeed(domain.HostingNeed{ID: id, ProjectID: project, Record: i.newRecord(n.Publish, i.synthetic), NeedFields: n.Need})
	})
}

func (i *importing) landlordNeed(n ImportLandlordNeed, path []string) {
	if i.full() {
		return
	}
	owner := domain.ID(n.LandlordID)
	if _, err := i.landlordForStock(&owner, below(path, "landlordId")...); err != nil {
		i.keep(err, nil)
		return
	}
	if ref := cleanRef(n.Need.ExternalRef); ref != nil {
		i.unique("needs of "+string(n.LandlordID), *ref, below(path, "need", "externalRef"))
	}
	id := domain.LandlordNeedID(i.newID(domain.KindLandlordNeed))
	f, err := i.checkLandlordNeed(id, n.LandlordID, n.Need, nil, below(path, "need")...)
	i.keep(err, func() error {
		return i.putLandlordNeed(domain.LandlordNeed{ID: id, LandlordID: n.LandlordID, Record: i.newRecord(n.Publish, i.synthetic), LandlordNeedFields: f})
	})
}

// below is a path that goes on; the slice is its own.
func below(path []string, parts ...string) []string {
	return append(path[:len(path):len(path)], parts...)
}
