// Package world is the memory image: the whole truth as of one commit, in
// immutable tables and indexes. Every query reads one World, so all its joins
// see the same instant and need no I/O; every command is decided on one.
//
// A World is made from the one before it by Apply, or from a ledger by Load.
// Readers share Worlds freely and only read. One goroutine at a time makes new
// ones: the trees are copied on write, and taking a copy writes to a field of
// the original that only copying reads.
//
// The World trusts commits, which were checked when they were decided. It holds
// whatever the documents say, and every table, index and sight is a function of
// the documents alone, whatever order they came in. A row whose parent is
// missing is private and nobody's, until the parent arrives.
package world
