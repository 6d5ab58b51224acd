// Package texts is the contract of Palier's personal store: what people typed
// that isn't published content, and who they are. It stands outside the ledger,
// whose history is never rewritten, so that it can be erased. The adapters are
// packages of their own, and texts/textstest is the suite that every one of
// them passes.
package texts
