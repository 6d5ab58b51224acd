package sample

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// loader is who loads the sample, as the ledger records it.
var loader = domain.Viewer{Role: domain.RoleStaff, Actor: "sample"}

// The keys of the first and the last command of a load.
const (
	begun = "begun"
	ended = "ended"
)

// Pending tells whether the sample should be loaded into a World: it holds no
// organisation yet, or an earlier load was interrupted.
func Pending(w *world.World) bool {
	counts := w.Counts()
	if counts.Landlords+counts.Projects == 0 {
		return true
	}
	_, first := w.Receipt(loader.Actor, begun)
	_, last := w.Receipt(loader.Actor, ended)
	return first && !last
}

// Began tells whether a ledger began with the sample: nobody had written anything
// before.
func Began(ctx context.Context, l ledger.Ledger) (bool, error) {
	for c, err := range l.Read(ctx, 0) {
		if err != nil {
			return false, fmt.Errorf("reading how the ledger began: %w", err)
		}
		if c.Actor != "" { // the hub itself
			return c.Actor == loader.Actor, nil
		}
	}
	return false, nil
}

// mostAtOnce bounds the commands under way; the hub keeps those that arrive
// together in one write.
const mostAtOnce = 64

// Load registers the sample through the hub's commands. Each has an idempotency
// key, so that an interrupted load goes on where it stopped.
func (d *Data) Load(ctx context.Context, h *hub.Hub) error {
	landlords := make(map[string]domain.LandlordID, len(d.Landlords))
	for i, l := range d.Landlords {
		fields := l.Fields
		if l.GroupKey != "" {
			group := landlords[l.GroupKey]
			fields.GroupID = &group
		}
		key := "landlord/" + l.Key
		if i == 0 {
			key = begun
		}
		id, err := do(ctx, h, hub.RegisterLandlord{Landlord: fields, Publish: true, Synthetic: l.Synthetic}, key)
		if err != nil {
			return err
		}
		landlords[l.Key] = domain.LandlordID(id)
	}
	work, together := errgroup.WithContext(ctx)
	work.SetLimit(mostAtOnce)
	for _, l := range d.Landlords {
		for _, s := range l.Sites {
			work.Go(func() error { return s.load(together, h, domain.ID(landlords[l.Key]), l.Key) })
		}
	}
	for _, p := range d.Projects {
		work.Go(func() error { return p.load(together, h) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for _, r := range d.Requests {
		project, need, err := d.needOf(h.World(), r)
		if err == nil {
			err = r.load(ctx, h, landlords[r.Landlord], project, need)
		}
		if err != nil {
			return err
		}
	}
	// What landlords look for names their sites, which are there now. The last of
	// it marks the end of the load.
	left := 0
	for _, l := range d.Landlords {
		left += len(l.Needs)
	}
	for _, l := range d.Landlords {
		for _, n := range l.Needs {
			key := "landlordNeed/" + l.Key + "/" + n.Key
			if left--; left == 0 {
				key = ended
			}
			if err := n.load(ctx, h, domain.ID(landlords[l.Key]), key); err != nil {
				return err
			}
		}
	}
	return nil
}

// needOf finds the project and the need that a request is for.
func (d *Data) needOf(w *world.World, r Request) (domain.ProjectID, domain.NeedID, error) {
	for _, p := range d.Projects {
		for _, n := range p.Needs {
			if p.Key != r.Project || n.Key != r.Need {
				continue
			}
			project, ok := w.ProjectBySlug(p.Fields.Slug)
			if !ok {
				break
			}
			for row := range w.NeedsOf(project.Doc.ID) {
				if row.Doc.Label == n.Fields.Label {
					return project.Doc.ID, row.Doc.ID, nil
				}
			}
		}
	}
	return "", "", fmt.Errorf("loading request/%s: there is no need %s/%s", r.Key, r.Project, r.Need)
}

// do keeps one command and answers what it made.
func do(ctx context.Context, h *hub.Hub, c hub.Command, key string) (domain.ID, error) {
	outcome, err := h.Do(ctx, loader, c, key)
	if err != nil {
		return "", fmt.Errorf("loading %s: %w", key, err)
	}
	return outcome.Object, nil
}

func (s Site) load(ctx context.Context, h *hub.Hub, landlord domain.ID, landlordKey string) error {
	key := "site/" + landlordKey + "/" + s.Key
	id, err := do(ctx, h, hub.RegisterSite{LandlordID: &landlord, Site: s.Fields, Publish: published(s.State), Synthetic: s.Synthetic}, key)
	if err != nil {
		return err
	}
	ref := domain.LandlordSiteRef{ID: &id}
	for _, space := range s.Spaces {
		if err := space.load(ctx, h, ref, landlordKey); err != nil {
			return err
		}
	}
	if s.State == domain.PublicationWithdrawn {
		_, err = do(ctx, h, hub.StepSite{Site: ref, To: domain.PublicationWithdrawn}, key+"/withdrawn")
	}
	return err
}

func (s Space) load(ctx context.Context, h *hub.Hub, site domain.LandlordSiteRef, landlordKey string) error {
	key := "space/" + landlordKey + "/" + s.Key
	id, err := do(ctx, h, hub.RegisterSpace{Site: site, Space: s.Fields, Publish: published(s.State), Synthetic: s.Synthetic}, key)
	if err == nil && s.State == domain.PublicationWithdrawn {
		_, err = do(ctx, h, hub.StepSpace{Space: domain.VacantSpaceRef{ID: &id}, To: domain.PublicationWithdrawn}, key+"/withdrawn")
	}
	return err
}

func (n LandlordNeed) load(ctx context.Context, h *hub.Hub, landlord domain.ID, key string) error {
	id, err := do(ctx, h, hub.RegisterLandlordNeed{LandlordID: &landlord, Need: n.Fields, Publish: published(n.State), Synthetic: n.Synthetic}, key)
	if err == nil && n.State == domain.PublicationWithdrawn {
		_, err = do(ctx, h, hub.StepLandlordNeed{Need: domain.LandlordNeedRef{ID: &id}, To: domain.PublicationWithdrawn}, key+"/withdrawn")
	}
	return err
}

// load registers a project's needs before the project is published.
func (p Project) load(ctx context.Context, h *hub.Hub) error {
	id, err := do(ctx, h, hub.RegisterProject{Project: p.Fields, Synthetic: p.Synthetic}, "project/"+p.Key+"/registered")
	if err != nil {
		return err
	}
	for _, n := range p.Needs {
		needKey := "need/" + p.Key + "/" + n.Key
		need, err := do(ctx, h, hub.RegisterNeed{ProjectID: &id, Need: n.Fields, Publish: published(n.State), Synthetic: n.Synthetic}, needKey)
		if err != nil {
			return err
		}
		if n.State == domain.PublicationWithdrawn {
			if _, err := do(ctx, h, hub.StepNeed{ID: need, To: domain.PublicationWithdrawn}, needKey+"/withdrawn"); err != nil {
				return err
			}
		}
	}
	_, err = do(ctx, h, hub.StepProject{ID: id, To: domain.PublicationPublished}, "project/"+p.Key)
	return err
}

// published: what is withdrawn was published once.
func published(s domain.Publication) bool { return s != domain.PublicationDraft }
