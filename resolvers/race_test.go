//go:build race

package resolvers_test

// underRace: what asks the same code as many, or compares text, is asked as a few,
// since it takes ten times as long.
const underRace = true
