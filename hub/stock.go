package hub

import (
	"fmt"
	"strconv"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// MostStock bounds the items of one UpsertStock.
const MostStock = 1000

// UpsertStock makes a landlord's sites and spaces say exactly this, by the
// landlord's references: one commit for all. The landlord and staff.
type UpsertStock struct {
	// LandlordID is nil for the viewer's own.
	LandlordID *domain.ID
	// Sites come before Spaces: a space may be on a site of the same command.
	Sites  []domain.SiteFields
	Spaces []StockSpace
	// Publish what is registered.
	Publish bool
	// AllOrNothing refuses everything when an item is refused; otherwise the
	// others take effect.
	AllOrNothing bool
	// WithdrawOthers withdraws the landlord's published spaces whose reference
	// isn't among Spaces, those without a reference aside.
	WithdrawOthers bool
}

// StockSpace is a space with the reference of its site.
type StockSpace struct {
	SiteRef string
	Space   domain.SpaceFields
}

// ItemOutcome is what became of one item of a command of several.
type ItemOutcome struct {
	// Kind is that of the object; Reference as the input gives it.
	Kind      domain.Kind
	Reference string
	// Object is "" when the item was refused.
	Object domain.ID
	// Outcome is "" when the item was refused.
	Outcome UpsertOutcome
	// Refusals say why.
	Refusals []domain.Refusal
}

func (UpsertStock) Action() string { return "stock.upsert" }

func (c UpsertStock) decide(d *decision) error {
	l, err := d.landlordForStock(c.LandlordID, "input", "landlordId")
	if err != nil {
		return err
	}
	if n := len(c.Sites) + len(c.Spaces); n == 0 || n > MostStock {
		return domain.InvalidInput{Path: []string{"input"},
			French:  fmt.Sprintf("entre 1 et %d sites et espaces par envoi ; ici %d : envoyez-les en plusieurs fois", MostStock, n),
			English: fmt.Sprintf("between 1 and %d sites and spaces at once; here %d: send them in several requests", MostStock, n)}
	}
	d.object = domain.ID(l.Doc.ID)
	seen := make(map[string]bool)
	for i, f := range c.Sites {
		root := []string{"input", "sites", strconv.Itoa(i)}
		err := d.eachOnce(seen, domain.KindSite, f.ExternalRef, root, func() error {
			return d.upsertSite(l.Doc.ID, f, c.Publish, nil, root...)
		})
		if err != nil {
			return err
		}
	}
	if err := d.stage(); err != nil {
		return err
	}
	for i, s := range c.Spaces {
		at := []string{"input", "spaces", strconv.Itoa(i)}
		err := d.eachOnce(seen, domain.KindSpace, s.Space.ExternalRef, append(at, "space"), func() error {
			site, ok := d.world.SiteByRef(l.Doc.ID, domain.ExternalRefKey(s.SiteRef))
			if !ok {
				return notFound(domain.KindSite, s.SiteRef, append(at, "siteRef")...)
			}
			if err := notArchived(site.Doc.Record, append(at, "siteRef")...); err != nil {
				return err
			}
			return d.upsertSpace(site, s.Space, c.Publish, nil, append(at, "siteRef"), append(at, "space")...)
		})
		if err != nil {
			return err
		}
	}
	if c.WithdrawOthers {
		if err := d.withdrawOthers(l.Doc.ID, seen); err != nil {
			return err
		}
	}
	d.object, d.upsert = domain.ID(l.Doc.ID), ""
	if c.AllOrNothing {
		var all domain.Refusals
		for _, item := range d.items {
			all = append(all, item.Refusals...)
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// eachOnce upserts one item and notes what became of it. A refusal leaves
// nothing of the item; any other error ends the command.
func (d *decision) eachOnce(seen map[string]bool, kind domain.Kind, ref *string, root []string, upsert func() error) error {
	item := ItemOutcome{Kind: kind}
	if ref != nil {
		item.Reference = domain.ExternalRefKey(*ref)
	}
	d.item, d.object, d.upsert = len(d.changes), "", ""
	var err error
	if key := string(kind) + "/" + item.Reference; seen[key] && item.Reference != "" {
		err = domain.InvalidInput{Path: append(root, "externalRef"),
			French:  "cette référence figure deux fois dans l'envoi : gardez-en une",
			English: "this reference stands twice in the request: keep one"}
	} else {
		seen[key] = true
		err = upsert()
	}
	if err != nil {
		if item.Refusals = domain.AsRefusals(err); item.Refusals == nil {
			return err
		}
		d.changes = d.changes[:d.item]
	} else {
		item.Object, item.Outcome = d.object, d.upsert
	}
	d.items = append(d.items, item)
	return nil
}

// stage lets the rest of the command see what it has changed so far.
func (d *decision) stage() error {
	if len(d.changes) == 0 {
		return nil
	}
	head := d.world.Head()
	next, err := d.world.Apply([]ledger.Commit{{
		Number: head.Number + 1, Format: head.Format, ID: ledger.CommitID(d.seed), Time: d.at,
		Action: d.action, Prev: head.Hash, Changes: d.changes,
	}})
	if err != nil {
		return fmt.Errorf("staging %s: %w", d.action, err)
	}
	d.world, d.added = next, 0
	return nil
}

// withdrawOthers withdraws the published spaces that a push of the whole stock
// left out.
func (d *decision) withdrawOthers(l domain.LandlordID, pushed map[string]bool) error {
	for row := range d.world.SpacesOfLandlord(l) {
		s := *row.Doc
		if s.ExternalRef == nil || s.State != domain.PublicationPublished || pushed[string(domain.KindSpace)+"/"+*s.ExternalRef] {
			continue
		}
		record, err := d.stepped(s.Record, domain.PublicationWithdrawn, nil)
		if err != nil {
			return err
		}
		s.Record = record
		if err := d.putSpace(s); err != nil {
			return err
		}
		d.items = append(d.items, ItemOutcome{Kind: domain.KindSpace, Reference: *s.ExternalRef, Object: domain.ID(s.ID), Outcome: Withdrawn})
	}
	return nil
}

// recalled is the outcome of a command that took effect under its key before.
func recalled(w *world.World, c Command, r domain.Receipt) Outcome {
	o := Outcome{Commit: r.Commit, Object: r.Object, Upsert: UpsertOutcome(r.Upsert)}
	if stock, ok := c.(UpsertStock); ok {
		o.Items = stock.recall(w, domain.LandlordID(r.Object), r.Items)
	}
	return o
}

// initials are what a receipt remembers of items: an R for a refused one.
func initials(items []ItemOutcome) string {
	letters := make([]byte, len(items))
	for i, item := range items {
		if letters[i] = 'R'; item.Outcome != "" {
			letters[i] = initialOf[item.Outcome]
		}
	}
	return string(letters)
}

var initialOf = map[UpsertOutcome]byte{Created: 'C', Changed: 'H', Unchanged: 'U', Withdrawn: 'W'}

func outcomeOf(initial byte) UpsertOutcome {
	for outcome, letter := range initialOf {
		if letter == initial {
			return outcome
		}
	}
	return ""
}

// recall answers the items of a repeated push, with the objects as they now
// are. Why an item was refused isn't remembered.
func (c UpsertStock) recall(w *world.World, l domain.LandlordID, letters string) []ItemOutcome {
	var items []ItemOutcome
	add := func(kind domain.Kind, ref *string, path ...string) {
		item := ItemOutcome{Kind: kind}
		if len(items) < len(letters) {
			item.Outcome = outcomeOf(letters[len(items)])
		}
		if ref != nil {
			item.Reference = domain.ExternalRefKey(*ref)
		}
		if item.Outcome == "" {
			item.Refusals = []domain.Refusal{domain.InvalidInput{Path: path,
				French:  "refusé lors du premier envoi sous cette clé : renvoyez cet élément sans clé, ou avec une clé neuve, pour savoir pourquoi",
				English: "refused when first sent under this key: send this item without a key, or with a new one, to learn why"}}
		} else if kind == domain.KindSite {
			if row, ok := w.SiteByRef(l, item.Reference); ok {
				item.Object = domain.ID(row.Doc.ID)
			}
		} else if row, ok := w.SpaceByRef(l, item.Reference); ok {
			item.Object = domain.ID(row.Doc.ID)
		}
		items = append(items, item)
	}
	for i, f := range c.Sites {
		add(domain.KindSite, f.ExternalRef, "input", "sites", strconv.Itoa(i))
	}
	for i, s := range c.Spaces {
		add(domain.KindSpace, s.Space.ExternalRef, "input", "spaces", strconv.Itoa(i))
	}
	return items
}
