package domain

// SpaceMatchChange is what became of one match of a list between two commits.
// What the viewer can't see any more is named by its ids only.
type SpaceMatchChange struct {
	Kind    MatchChangeKind
	NeedID  NeedID
	SpaceID SpaceID
	// Before and After say how it stood at the two commits; nil when it wasn't
	// in the list then, and when the viewer can't see both the need and the
	// space now.
	Before, After *MatchStanding
	// Need, Space and Match are of now; nil when the viewer can't see them, or
	// when the match isn't in the list.
	Need  *HostingNeed
	Space *VacantSpace
	Match *SpaceMatch
}

// KindLabel is the label of the kind.
func (c *SpaceMatchChange) KindLabel(locale Locale) string { return c.Kind.Label(locale) }

// MatchStanding is what decides a match's place in its list.
type MatchStanding struct {
	Eligibility            Eligibility
	ScoreTenths            int
	ReliabilityThousandths int
}

// EligibilityLabel is the label of the eligibility.
func (s *MatchStanding) EligibilityLabel(locale Locale) string { return s.Eligibility.Label(locale) }

// Score is 0 to 100, with one decimal.
func (s *MatchStanding) Score() float64 { return float64(s.ScoreTenths) / 10 }

// Reliability is 0 to 1, with three decimals.
func (s *MatchStanding) Reliability() float64 { return float64(s.ReliabilityThousandths) / 1000 }

// MatchResyncReason is why changes can't be told, so that the list has to be
// read anew.
type MatchResyncReason string

const (
	// ResyncCommitForgotten: more has changed since than is remembered.
	ResyncCommitForgotten MatchResyncReason = "COMMIT_FORGOTTEN"
	// ResyncGeographyChanged: places were read by another geography then.
	ResyncGeographyChanged MatchResyncReason = "GEOGRAPHY_CHANGED"
	// ResyncRulesetUnknown: this release doesn't have the rules of then.
	ResyncRulesetUnknown MatchResyncReason = "RULESET_UNKNOWN"
)

// SpaceMatchChangeConnection is a page of changes between two commits. There
// are none when a reason says to read the list anew.
type SpaceMatchChangeConnection struct {
	Connection[*SpaceMatchChange]
	FromCommit, ToCommit int
	ResyncReason         *MatchResyncReason
}

// Resync tells whether the list has to be read anew.
func (c *SpaceMatchChangeConnection) Resync() bool { return c.ResyncReason != nil }
