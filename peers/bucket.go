package peers

import "time"

// Rate is that of a leaky bucket: Limit units fill it, and it empties in Window,
// so that a client may ask for Limit at once, and for Limit per Window in the long
// run. Both are positive.
type Rate struct {
	Limit  int64
	Window time.Duration
}

// Level is what a bucket came to.
type Level struct {
	// Taken tells that the cost was poured; the bucket would have overflowed
	// otherwise.
	Taken bool
	// Value is what the bucket holds with the cost, in units rounded up: above
	// the limit when it wasn't taken.
	Value int64
	// Wait is how long until the same cost can be taken, if nobody else pours
	// meanwhile; 0 when it was taken.
	Wait time.Duration
}

// A bucket is stored as the time at which it will be empty, in microseconds since
// 1970: one whole number, exact in a float of Lua too, and without a rate in it.
// What is poured is measured by the time that it takes to leak.

// Weight is a cost in microseconds. A cost above the limit weighs as much as the
// limit: it takes the whole bucket, and may be had.
func (r Rate) Weight(cost int64) int64 {
	return min(max(cost, 0), r.Limit) * r.window() / r.Limit
}

func (r Rate) window() int64 { return r.Window.Microseconds() }

// Pour is the rule of the bucket, for those who store one: from when it is empty,
// the present, what is poured and the window, all in microseconds, it answers what
// is in the bucket then, and whether the weight was taken. The script of redispeers
// is the same, line by line.
func Pour(empty, now, weight, window int64) (filled int64, taken bool) {
	if empty < now {
		empty = now
	}
	if empty > now+window { // the clock was set back
		empty = now + window
	}
	after := empty + weight
	if after > now+window {
		return empty - now, false
	}
	return after - now, true
}

// Level tells in units what Pour answered in microseconds.
func (r Rate) Level(filled int64, taken bool, weight int64) Level {
	level := Level{Taken: taken}
	if !taken {
		filled += weight
		level.Wait = time.Duration(filled-r.window()) * time.Microsecond
	}
	level.Value = (filled*r.Limit + r.window() - 1) / r.window()
	return level
}
