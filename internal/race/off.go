//go:build !race

// Package race says whether the race detector is on, for tests: what asks the same
// code as many, compares text, or starts other programs is left to the tests without
// it, since it takes ten times as long and shows nothing more.
package race

// Enabled tells that it is.
const Enabled = false
