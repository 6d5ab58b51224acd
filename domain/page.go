package domain

// Connection is a page of a list (Relay cursor connections). TotalCount and
// Facets are filled in only when the operation selects them.
type Connection[T any] struct {
	Nodes      []T
	Edges      []*Edge[T]
	PageInfo   *PageInfo
	TotalCount int
	Facets     []*Facet
}

// Edge is one item of a page with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
	// DistanceMetres is set when the list was asked near a point.
	DistanceMetres *int
}

// DistanceKm is the distance in kilometres, to 100 m; nil without a point or a
// position.
func (e *Edge[T]) DistanceKm() *float64 {
	return kilometres(e.DistanceMetres)
}

// PageInfo says whether there is more.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// Facet counts a list's items by the codes of one attribute, under the list's
// own filter.
type Facet struct {
	// Name is the attribute's field name in the schema.
	Name   string
	Counts []*FacetCount
}

// FacetCount is how many items have a code.
type FacetCount struct {
	Code  string
	Text  Bilingual
	Count int
}

// Label is the code's label.
func (c *FacetCount) Label(locale Locale) string { return c.Text.In(locale) }

// The connections and edges by their names in the schema.
type (
	LandlordConnection            = Connection[*Landlord]
	LandlordEdge                  = Edge[*Landlord]
	LandlordSiteConnection        = Connection[*LandlordSite]
	LandlordSiteEdge              = Edge[*LandlordSite]
	VacantSpaceConnection         = Connection[*VacantSpace]
	VacantSpaceEdge               = Edge[*VacantSpace]
	InnovationProjectConnection   = Connection[*InnovationProject]
	InnovationProjectEdge         = Edge[*InnovationProject]
	HostingRequestConnection      = Connection[*HostingRequest]
	HostingRequestEdge            = Edge[*HostingRequest]
	PlacementConnection           = Connection[*Placement]
	PlacementEdge                 = Edge[*Placement]
	HostingInvitationConnection   = Connection[*HostingInvitation]
	HostingInvitationEdge         = Edge[*HostingInvitation]
	HostingProposalConnection     = Connection[*HostingProposal]
	HostingProposalEdge           = Edge[*HostingProposal]
	LandlordApproachConnection    = Connection[*LandlordApproach]
	LandlordApproachEdge          = Edge[*LandlordApproach]
	DeadLetterConnection          = Connection[*Mailing]
	DeadLetterEdge                = Edge[*Mailing]
	HostingMessageConnection      = Connection[*HostingMessage]
	HostingMessageEdge            = Edge[*HostingMessage]
	PalierAccessKeyConnection     = Connection[*AccessKey]
	PalierAccessKeyEdge           = Edge[*AccessKey]
	PalierAccountAccessConnection = Connection[*AccountAccess]
	PalierAccountAccessEdge       = Edge[*AccountAccess]
	PalierPersonConnection        = Connection[*Person]
	PalierPersonEdge              = Edge[*Person]
	HostingNeedConnection         = Connection[*HostingNeed]
	HostingNeedEdge               = Edge[*HostingNeed]
	LandlordNeedConnection        = Connection[*LandlordNeed]
	LandlordNeedEdge              = Edge[*LandlordNeed]
	SpaceMatchEdge                = Edge[*SpaceMatch]
	SpaceMatchChangeEdge          = Edge[*SpaceMatchChange]
	LandlordMatchEdge             = Edge[*LandlordMatch]
	ProjectMatchEdge              = Edge[*ProjectMatch]
)

// MatchConnection is a page of matches of one kind, with the counts over all of
// them.
type MatchConnection[M ExplainedMatch] struct {
	Connection[M]
	EligibleCount, UncertainCount, IneligibleCount int
	Ruleset                                        *Ruleset
}

// SpaceMatchConnection is a page of matches of needs and spaces, with what it
// tells of assumptions.
type SpaceMatchConnection struct {
	MatchConnection[*SpaceMatch]
	WhatIf
}

// The pages of matches by their names in the schema.
type (
	LandlordMatchConnection = MatchConnection[*LandlordMatch]
	ProjectMatchConnection  = MatchConnection[*ProjectMatch]
)
