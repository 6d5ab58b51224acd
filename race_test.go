//go:build race

package main

// withRaceDetector: tests of hubs that are processes of their own are left out. The
// detector sees one process at a time, and what runs in each is run elsewhere.
const withRaceDetector = true
