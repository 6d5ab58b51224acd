package synthetic

import (
	"context"
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
)

// loader is who loads the set, as the ledger records it.
var loader = domain.Viewer{Role: domain.RoleStaff, Actor: "synthetic"}

// perCommit is how many spaces or needs of landlords go into one commit, and
// perCommitProjects how many projects: 2 MB at most, a quarter of what a commit
// holds.
const (
	perCommit         = 2_000
	perCommitProjects = 500
)

// Progress is what has been loaded so far.
type Progress struct{ Landlords, Sites, Spaces, LandlordNeeds, Projects, Needs int }

// Load enters the set into a hub that holds none of it, by imports of one id,
// and reports after each commit. It keeps one commit's records in memory. When
// it fails midway, what was loaded stays: begin again with an empty hub.
// Errors are those of hub.Do.
func (s *Set) Load(ctx context.Context, h *hub.Hub, report func(Progress)) error {
	l := loading{hub: h, id: fmt.Sprintf("synthetic-%d-%d", s.seed, s.spaces), ids: make(map[domain.Siren]domain.LandlordID), report: report}
	if err := l.landlords(ctx, slices.Collect(s.Landlords())); err != nil {
		return err
	}
	var next hub.Import
	spaces := 0
	for site := range s.Sites() {
		entry := hub.ImportSite{LandlordID: l.ids[site.Landlord], Site: site.Fields, Publish: true, Spaces: make([]hub.ImportSpace, len(site.Spaces))}
		for i, space := range site.Spaces {
			entry.Spaces[i] = hub.ImportSpace{Space: space.Fields, Publish: space.Publish}
		}
		next.Sites = append(next.Sites, entry)
		if spaces += len(site.Spaces); spaces >= perCommit {
			if err := l.load(ctx, next); err != nil {
				return err
			}
			next, spaces = hub.Import{}, 0
		}
	}
	if err := l.load(ctx, next); err != nil {
		return err
	}
	// Needs of landlords name sites, which are there now.
	next = hub.Import{}
	for need := range s.LandlordNeeds() {
		next.LandlordNeeds = append(next.LandlordNeeds, hub.ImportLandlordNeed{LandlordID: l.ids[need.Landlord], Need: need.Fields, Publish: need.Publish})
		if len(next.LandlordNeeds) == perCommit {
			if err := l.load(ctx, next); err != nil {
				return err
			}
			next = hub.Import{}
		}
	}
	if err := l.load(ctx, next); err != nil {
		return err
	}
	next = hub.Import{}
	for project := range s.Projects() {
		entry := hub.ImportProject{Project: project.Fields, Publish: true, Needs: make([]hub.ImportNeed, len(project.Needs))}
		for i, need := range project.Needs {
			entry.Needs[i] = hub.ImportNeed{Need: need.Fields, Publish: need.Publish}
		}
		next.Projects = append(next.Projects, entry)
		if len(next.Projects) == perCommitProjects {
			if err := l.load(ctx, next); err != nil {
				return err
			}
			next = hub.Import{}
		}
	}
	return l.load(ctx, next)
}

// loading is a load under way.
type loading struct {
	hub *hub.Hub
	// id names the load, part its last commit.
	id     string
	part   int
	ids    map[domain.Siren]domain.LandlordID
	done   Progress
	report func(Progress)
}

// landlords enters the heads of groups, then those that belong to them, and
// learns their ids.
func (l *loading) landlords(ctx context.Context, list []Landlord) error {
	var heads, members hub.Import
	for _, landlord := range list {
		if landlord.Group == "" {
			heads.Landlords = append(heads.Landlords, hub.ImportLandlord{Landlord: landlord.Fields, Publish: true})
		}
	}
	if err := l.load(ctx, heads); err != nil {
		return err
	}
	l.learn(heads)
	for _, landlord := range list {
		if landlord.Group != "" {
			landlord.Fields.GroupID = new(l.ids[landlord.Group])
			members.Landlords = append(members.Landlords, hub.ImportLandlord{Landlord: landlord.Fields, Publish: true})
		}
	}
	if err := l.load(ctx, members); err != nil {
		return err
	}
	l.learn(members)
	return nil
}

// learn notes the ids of landlords that were entered.
func (l *loading) learn(c hub.Import) {
	for _, entry := range c.Landlords {
		if row, ok := l.hub.World().LandlordBySiren(*entry.Landlord.Siren); ok {
			l.ids[*entry.Landlord.Siren] = row.Doc.ID
		}
	}
}

// load keeps the next commit of the load; none for nothing.
func (l *loading) load(ctx context.Context, c hub.Import) error {
	if c.Records() == 0 {
		return nil
	}
	l.part++
	c.ID, c.Part, c.Synthetic = l.id, l.part, true
	if _, err := l.hub.Do(ctx, loader, c, c.Key()); err != nil {
		return fmt.Errorf("importing part %d: %w", c.Part, err)
	}
	l.done.Landlords += len(c.Landlords)
	l.done.Sites += len(c.Sites)
	l.done.LandlordNeeds += len(c.LandlordNeeds)
	l.done.Projects += len(c.Projects)
	for _, site := range c.Sites {
		l.done.Spaces += len(site.Spaces)
	}
	for _, project := range c.Projects {
		l.done.Needs += len(project.Needs)
	}
	l.report(l.done)
	return nil
}
