//go:build !race

package resolvers_test

const underRace = false
