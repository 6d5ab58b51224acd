package domain

// HostingStatisticsBy says into which groups requests are parted.
type HostingStatisticsBy string

const (
	StatisticsTotal         HostingStatisticsBy = "TOTAL"
	StatisticsByLandlord    HostingStatisticsBy = "LANDLORD"
	StatisticsByProject     HostingStatisticsBy = "PROJECT"
	StatisticsByDomain      HostingStatisticsBy = "DOMAIN"
	StatisticsByDepartement HostingStatisticsBy = "DEPARTEMENT"
	StatisticsByRegion      HostingStatisticsBy = "REGION"
)

// HostingStatisticsAsOf says until when what was recorded is counted: one of the
// two, or neither for now.
type HostingStatisticsAsOf struct {
	Commit *int
	Date   *Date
}

// HostingStatisticsFilter says which requests to count; empty lists are all.
type HostingStatisticsFilter struct {
	LandlordID   *LandlordID
	ProjectID    *ProjectID
	Domains      []InnovationDomain
	Departements []DepartementCode
	Regions      []RegionCode
	Origins      []RequestOrigin
	Synthetic    *bool
}

// HostingStatistics are the figures of a period, of a group of requests.
type HostingStatistics struct {
	// Code is "" for the total, nil for those that belong to none.
	Code *string
	Text Bilingual
	// What the group is of; nil for other groups.
	Landlord    *Landlord
	Project     *InnovationProject
	Departement *Departement
	Region      *Region

	Submitted, Sent, Answered               *HostingStatisticsCount
	AnswerMedianDays                        *float64
	Steps                                   []*HostingStatisticsStep
	Refused, Withdrawn, Expired, Superseded *HostingStatisticsCount
	RefusedByReason                         []*HostingStatisticsReason
	Signed, Renewed, Cancelled              *HostingStatisticsCount
	Begun, Running, Ended                   *HostingStatisticsCount
	EndedByReason                           []*HostingStatisticsReason
	Indicators                              []*HostingStatisticsIndicator
	Occupied                                *HostingStatisticsOccupation
	Guarding                                *HostingStatisticsGuarding
}

// Label is what the group is called.
func (s *HostingStatistics) Label(locale Locale) string { return s.Text.In(locale) }

// HostingStatisticsCount is how many requests there are of something.
type HostingStatisticsCount struct {
	// Value is nil when it is suppressed.
	Value      *int
	Suppressed bool
	// Behind are the requests, for viewers who see requests; nil for others.
	Behind *StatisticsBehind
}

// StatisticsBehind are the requests behind a number.
type StatisticsBehind struct {
	IDs []RequestID
	// Of says of which answer, group and figure they are, for cursors.
	Of []any
}

// HostingStatisticsStep is how long requests stayed in a status.
type HostingStatisticsStep struct {
	Status     RequestStatus
	Count      *HostingStatisticsCount
	MedianDays *float64
}

// StatusLabel is the label of the status.
func (s *HostingStatisticsStep) StatusLabel(locale Locale) string { return s.Status.Label(locale) }

// HostingStatisticsReason is how many requests have a reason.
type HostingStatisticsReason struct {
	Code  string
	Text  Bilingual
	Count *HostingStatisticsCount
}

// Label is the code's label.
func (r *HostingStatisticsReason) Label(locale Locale) string { return r.Text.In(locale) }

// HostingStatisticsIndicator is the sum of the figures of a code.
type HostingStatisticsIndicator struct {
	Code  IndicatorCode
	Sum   *int
	Count *HostingStatisticsCount
}

// CodeLabel is the label of the code.
func (i *HostingStatisticsIndicator) CodeLabel(locale Locale) string { return i.Code.Label(locale) }

// HostingStatisticsOccupation is for how long spaces were occupied.
type HostingStatisticsOccupation struct {
	Days       *int
	DaysCount  *HostingStatisticsCount
	Hours      *float64
	HoursCount *HostingStatisticsCount
}

// HostingStatisticsGuarding is what landlords saved by not guarding empty places.
type HostingStatisticsGuarding struct {
	Amount Amount
	Count  *HostingStatisticsCount
}

// HostingStatisticsConnection is a page of groups, with the total.
type HostingStatisticsConnection struct {
	Connection[*HostingStatistics]
	Total       *HostingStatistics
	From, Until Date
	AsOfCommit  *int
	AsOfDate    *Date
}

// HostingStatisticsEdge is one of a page.
type HostingStatisticsEdge = Edge[*HostingStatistics]
