package world

import (
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/match"
)

// World is everything as of one commit. It never changes.
type World struct {
	ledgerID string
	atlas    *geo.Atlas
	head     ledger.Head
	time     time.Time
	// documents counts the changes of all commits.
	documents uint64
	digest    digest
	settings  *Row[domain.Settings]
	sights    sights

	landlords       landlords
	sites           sites
	spaces          spaces
	projects        projects
	needs           needs
	landlordNeeds   landlordNeeds
	requests        requests
	placements      placements
	invitations     invitations
	proposals       proposals
	approaches      approaches
	mailings        mailings
	mailProgress    *Row[domain.MailProgress]
	messages        messages
	receipts        receipts
	erasures        erasures
	accessKeys      accessKeys
	accountAccesses accountAccesses
	textRefs        textRefs

	// columns are the spaces laid out for ranking.
	columns *match.Columns
	recent  recent
}

// Empty is the World before a ledger's first commit. The atlas is the geography that
// its places are read by, the same for all Worlds made from it.
func Empty(ledgerID string, atlas *geo.Atlas) *World {
	return &World{
		ledgerID:        ledgerID,
		atlas:           atlas,
		head:            ledger.Genesis(ledgerID),
		sights:          make(sights),
		landlords:       newLandlords(),
		sites:           newSites(),
		spaces:          newSpaces(),
		projects:        newProjects(),
		needs:           newNeeds(),
		landlordNeeds:   newLandlordNeeds(),
		requests:        newRequests(),
		placements:      newPlacements(),
		invitations:     newInvitations(),
		proposals:       newProposals(),
		approaches:      newApproaches(),
		mailings:        newMailings(),
		messages:        newMessages(),
		receipts:        newReceipts(),
		erasures:        newErasures(),
		accessKeys:      newAccessKeys(),
		accountAccesses: newAccountAccesses(),
		textRefs:        newTextRefs(),
		columns:         match.NewColumns(atlas),
		recent:          newRecent(0, 0),
	}
}

// clone is a World of its own that shares every row and node with w, until it
// writes. For the writer only.
func (w *World) clone() *World {
	c := *w
	c.landlords = w.landlords.clone()
	c.sites = w.sites.clone()
	c.spaces = w.spaces.clone()
	c.projects = w.projects.clone()
	c.needs = w.needs.clone()
	c.landlordNeeds = w.landlordNeeds.clone()
	c.requests = w.requests.clone()
	c.placements = w.placements.clone()
	c.invitations = w.invitations.clone()
	c.proposals = w.proposals.clone()
	c.approaches = w.approaches.clone()
	c.mailings = w.mailings.clone()
	c.messages = w.messages.clone()
	c.receipts = w.receipts.clone()
	c.erasures = w.erasures.clone()
	c.accessKeys = w.accessKeys.clone()
	c.accountAccesses = w.accountAccesses.clone()
	c.textRefs = w.textRefs.clone()
	c.columns = w.columns.Clone()
	c.recent = w.recent.clone()
	return &c
}

// Columns are the spaces that can be matched, laid out for ranking: all but
// archived ones and those whose site is missing. Rows show nobody what they
// hold: whoever searches them says for which viewer.
func (w *World) Columns() *match.Columns { return w.columns }

// LedgerID is the ledger that the World was made from; every position that is
// given out names it.
func (w *World) LedgerID() string { return w.ledgerID }

// Commit is the number of the last commit applied; 0 before the first.
func (w *World) Commit() uint64 { return w.head.Number }

// Head is what the next commit follows.
func (w *World) Head() ledger.Head { return w.head }

// Time is the last commit's, in UTC; zero before the first.
func (w *World) Time() time.Time { return w.time }

// Settings are those in force; zero before the first commit that states them.
func (w *World) Settings() domain.Settings {
	if w.settings == nil {
		return domain.Settings{}
	}
	return *w.settings.Doc
}

// Today is the calendar day that answers are made for.
func (w *World) Today() domain.Date { return w.Settings().Today }

// Digest identifies the contents: the sum modulo 2^256 of the SHA-256 hashes of
// every stored document with its kind and id. Two replicas at one commit have
// the same digest, however they got there.
func (w *World) Digest() [32]byte { return w.digest.bytes() }

// Counts are the numbers of rows of each table, whoever may see them: for
// operators, not for viewers.
type Counts struct {
	Landlords, Sites, Spaces, Projects, Needs, LandlordNeeds, Requests, Placements, Invitations, Proposals, Approaches, Mailings, Messages, Receipts, Erasures, AccessKeys, AccountAccesses int
}

// Counts counts the rows.
func (w *World) Counts() Counts {
	return Counts{
		Landlords:       w.landlords.rows.Len(),
		Sites:           w.sites.rows.Len(),
		Spaces:          w.spaces.rows.Len(),
		Projects:        w.projects.rows.Len(),
		Needs:           w.needs.rows.Len(),
		LandlordNeeds:   w.landlordNeeds.rows.Len(),
		Requests:        w.requests.rows.Len(),
		Placements:      w.placements.rows.Len(),
		Invitations:     w.invitations.rows.Len(),
		Proposals:       w.proposals.rows.Len(),
		Approaches:      w.approaches.rows.Len(),
		Mailings:        w.mailings.rows.Len(),
		Messages:        w.messages.rows.Len(),
		Receipts:        w.receipts.rows.Len(),
		Erasures:        w.erasures.rows.Len(),
		AccessKeys:      w.accessKeys.rows.Len(),
		AccountAccesses: w.accountAccesses.rows.Len(),
	}
}

func (w *World) setSettings(id domain.ID, row *Row[domain.Settings]) (old *Row[domain.Settings]) {
	old, w.settings = w.settings, row
	w.recent.open.settings.note(id, old, row)
	return old
}
