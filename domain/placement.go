package domain

import "time"

// Placement is a signed request as the public may see it, once both sides have
// agreed to that.
type Placement struct {
	ID         PlacementID `bson:"id"`
	RequestID  RequestID   `bson:"request"`
	ProjectID  ProjectID   `bson:"project"`
	LandlordID LandlordID  `bson:"landlord"`
	Record     `bson:"inline"`
	// CommuneCode is where it is; nil for a partnership without a space.
	CommuneCode *InseeCode `bson:"commune,omitempty"`
	// SpaceKind is what kind of place it has; nil for a partnership without one.
	SpaceKind *SpaceKind `bson:"spaceKind,omitempty"`
	Activity  Activity   `bson:"activity,omitempty"`
	// Since is the first day of its first term, Until the last of its last one, or
	// the day on which it ended.
	Since Date `bson:"since"`
	Until Date `bson:"until"`
	// Status is that of the request: what came of it.
	Status     RequestStatus     `bson:"status"`
	Indicators []IndicatorFigure `bson:"indicators,omitempty"`
	Practices  []Practice        `bson:"practices,omitempty"`
}

// Practice is something to know for whoever repeats a placement elsewhere. It is
// written to be published.
type Practice struct {
	Kind PracticeKind `bson:"kind"`
	Text string       `bson:"text"`
	By   RequestParty `bson:"by"`
	On   Date         `bson:"on"`
}

func (Placement) IsNode() {}

// StatusLabel is the label of the status.
func (p *Placement) StatusLabel(locale Locale) string { return p.Status.Label(locale) }

// KindLabel is the label of the kind of practice.
func (p Practice) KindLabel(locale Locale) string { return p.Kind.Label(locale) }

// Validate collects what is wrong with a practice.
func (p Practice) Validate(problems *Problems) {
	knownCode(problems, p.Kind, nil, "kind")
	problems.text(p.Text, nil, "text")
}

// PlacementIDOf is the id of the placement of a request.
func PlacementIDOf(r RequestID) PlacementID { return PlacementID(CodeID(KindPlacement, ID(r).Code())) }

// Place makes the placement of a request say how the request stands, in a space
// and on a site, nil for a partnership without a space.
func (r *HostingRequest) Place(before Placement, space *VacantSpace, site *LandlordSite) Placement {
	p := before
	p.ID, p.RequestID, p.ProjectID = PlacementIDOf(r.ID), r.ID, r.ProjectID
	if r.LandlordID != nil {
		p.LandlordID = *r.LandlordID
	}
	if space != nil {
		p.SpaceKind = &space.Kind
	}
	if site != nil {
		p.CommuneCode = &site.CommuneCode
	}
	p.Status, p.Indicators = r.Status, r.Indicators
	if len(r.Terms) > 0 {
		p.Since, p.Until = r.Terms[0].From, r.Term().Until
	}
	if r.Ending != nil {
		p.Until = r.Ending.On
	}
	return p
}

// SpaceKindLabel is the label of the kind of place; nil without one.
func (p *Placement) SpaceKindLabel(locale Locale) *string {
	if p.SpaceKind == nil {
		return nil
	}
	label := p.SpaceKind.Label(locale)
	return &label
}

// StatedActivity is what is done there; nil when not said.
func (p *Placement) StatedActivity() *Activity { return present(p.Activity) }

// ActivityLabel is the label of the activity; nil when not said.
func (p *Placement) ActivityLabel(locale Locale) *string {
	if p.Activity == "" {
		return nil
	}
	label := p.Activity.Label(locale)
	return &label
}

// ByLabel is the label of who tells it.
func (p Practice) ByLabel(locale Locale) string { return p.By.Label(locale) }

// SpaceCalendar says when a space is taken and when it is free.
type SpaceCalendar struct {
	Taken []SpaceCalendarTaken
	Free  []SpaceCalendarPeriod
}

// SpaceCalendarTaken is a time at which a space is taken.
type SpaceCalendarTaken struct {
	Start, End time.Time
	By         *Commitment
}

// SpaceCalendarPeriod is a time; its end doesn't belong to it.
type SpaceCalendarPeriod struct{ Start, End time.Time }
