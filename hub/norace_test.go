//go:build !race

package hub

const withRaceDetector = false
