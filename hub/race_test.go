//go:build race

package hub

// withRaceDetector: some searches for what is decided wrongly are left out, since
// they take ten times as long.
const withRaceDetector = true
