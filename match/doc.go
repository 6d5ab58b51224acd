// Package match is the ranking engine: how well a space fits a project's need,
// why, and what remains to be asked. It is pure computation over domain values:
// no I/O, no clock, integers for everything that orders.
//
// An Engine is made for one ruleset, one day and one kind of viewer; Prepare
// turns a need into a Question; Assess answers it for one space in integers,
// and Explain with values, sentences and questions. Both run the same criteria,
// one file each: a criterion's rule stands in its assess function only, and its
// sentences speak of what that function found.
package match
