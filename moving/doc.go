// Package moving carries a ledger and its personal store to other storage: from a
// folder to MongoDB, back, or out of a backup. What arrives is the same history,
// byte for byte, so that commits, cursors and positions stay valid. A carriage that
// is cut off is gone on with by the next, and what is half there isn't served.
package moving
