// Package ledger is the contract of Palier's durable history: a list of
// commits, numbered without holes, of which each names the hash of the one
// before. It holds the commit and its encoding, the interface that adapters
// implement, the errors that they answer with, and the reading of a whole
// history on all cores. The adapters are packages of their own, and
// ledger/ledgertest is the suite that every one of them passes.
package ledger
