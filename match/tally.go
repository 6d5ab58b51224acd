package match

import "math/bits"

// tally packs what some of the criteria found of one pair, so that the tallies
// of different criteria add up to the pair's. It holds all that orders, counts
// and filters, and nothing that only an explanation says.
type tally struct {
	// found has two bits for the Status of each hard criterion, and above them one
	// for each soft criterion that is known.
	found uint64
	// worth is the sum of the weights of the known soft criteria, and 32 bits above
	// it that of their weights times their scores.
	worth uint64
}

const (
	// hardBits are those of the hard criteria; failBits and unknownBits the ones
	// that a failing and an unknown one set.
	hardBits    = 1<<32 - 1
	failBits    = 0xAAAAAAAA
	unknownBits = 0x55555555
	softShift   = 32
	sumShift    = 32
)

// The compiler refuses an array of negative length: the packing has room.
var (
	_ [16 - hardCount]struct{}
	_ [32 - (criterionCount - hardCount)]struct{}
)

// tallyOf one finding of the criterion i.
func (q *Question) tallyOf(i int, f Finding) (t tally) {
	if i < hardCount {
		t.found = uint64(f.Status) << (2 * i)
	} else if f.Status == Pass {
		t.found = 1 << (softShift + i - hardCount)
		t.worth = uint64(q.weights[i])*uint64(f.Score)<<sumShift + uint64(q.weights[i])
	}
	return t
}

// tallyAll is that of a whole assessment.
func (q *Question) tallyAll(a *Assessment) (t tally) {
	for i := range a.Findings {
		t = t.plus(q.tallyOf(i, a.Findings[i]))
	}
	return t
}

// plus adds the tally of other criteria.
func (t tally) plus(o tally) tally { return tally{t.found | o.found, t.worth + o.worth} }

func (t tally) weight() int { return int(t.worth & (1<<sumShift - 1)) }
func (t tally) sum() int    { return int(t.worth >> sumShift) }

// worst of the hard criteria.
func (t tally) worst() Status {
	switch {
	case t.found&failBits != 0:
		return Fail
	case t.found&unknownBits != 0:
		return Unknown
	}
	return Pass
}

// fails counts the hard criteria that fail; failing is the only one, when one
// does.
func (t tally) fails() int   { return bits.OnesCount64(t.found & failBits) }
func (t tally) failing() int { return bits.TrailingZeros64(t.found&failBits) / 2 }

// score is in tenths of a point, as Assessment.ScoreTenths.
func (t tally) score() int {
	if t.weight() == 0 {
		return 0
	}
	return halfUp(t.sum(), t.weight())
}

// reaches tells whether the score is so many tenths, or more. It is true of a
// tally without weight, whose score anything may become.
func (t tally) reaches(tenths int) bool {
	// halfUp's, without dividing
	return 2*t.sum()+t.weight() >= 2*t.weight()*tenths
}

// order is Assessment.Order of the pair, given the sum of all weights.
func (t tally) order(total int) int64 {
	reliability := 0
	if total > 0 {
		reliability = halfUp(1000*t.weight(), total)
	}
	return order(t.worst(), t.score(), reliability)
}

// status of the criterion i; a soft one passes when it is known.
func (t tally) status(i int) Status {
	switch {
	case i < hardCount:
		return Status(t.found >> (2 * i) & 3)
	case t.found>>(softShift+i-hardCount)&1 == 1:
		return Pass
	}
	return Unknown
}
