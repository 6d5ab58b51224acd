package match

import "math/bits"

// tally packs what some of the criteria found of one pair, so that the tallies
// of different criteria add up to the pair's. It holds all that orders, counts
// and filters, and nothing that only an explanation says.
type tally struct {
	// hard has two bits for each hard criterion: its Status.
	hard uint32
	// known has a bit for each soft criterion that is known.
	known uint16
	// weight is the sum of the weights of the known ones, sum that of their
	// weights times their scores.
	weight, sum int32
}

const (
	// failBits and unknownBits are those that a failing and an unknown hard
	// criterion set.
	failBits    = 0xAAAAAAAA
	unknownBits = 0x55555555
)

// The compiler refuses an array of negative length: the packing has room.
var (
	_ [16 - hardCount]struct{}
	_ [16 - (criterionCount - hardCount)]struct{}
)

// of is the tally of one finding of the criterion i.
func (q *Question) tallyOf(i int, f Finding) (t tally) {
	if i < hardCount {
		t.hard = uint32(f.Status) << (2 * i)
	} else if f.Status == Pass {
		t.known = 1 << (i - hardCount)
		t.weight = int32(q.weights[i])
		t.sum = int32(q.weights[i]) * int32(f.Score)
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
func (t tally) plus(o tally) tally {
	return tally{t.hard | o.hard, t.known | o.known, t.weight + o.weight, t.sum + o.sum}
}

// fails counts the hard criteria that fail.
func (t tally) fails() int { return bits.OnesCount32(t.hard & failBits) }

// worst of the hard criteria.
func (t tally) worst() Status {
	switch {
	case t.hard&failBits != 0:
		return Fail
	case t.hard&unknownBits != 0:
		return Unknown
	}
	return Pass
}

// score is in tenths of a point, as Assessment.ScoreTenths.
func (t tally) score() int {
	if t.weight <= 0 {
		return 0
	}
	return halfUp(int(t.sum), int(t.weight))
}

// order is Assessment.Order of the pair, given the sum of all weights.
func (t tally) order(total int) int64 {
	reliability := 0
	if total > 0 {
		reliability = halfUp(1000*int(t.weight), total)
	}
	return order(t.worst(), t.score(), reliability)
}

// status of the hard criterion i, or whether the soft criterion i is known.
func (t tally) status(i int) Status {
	if i < hardCount {
		return Status(t.hard >> (2 * i) & 3)
	}
	if t.known>>(i-hardCount)&1 == 1 {
		return Pass
	}
	return Unknown
}

// failing is the only hard criterion that fails, when one does.
func (t tally) failing() int { return bits.TrailingZeros32(t.hard&failBits) / 2 }
