// Package match is the ranking engine: how well a space fits a project's need,
// whom to call before any space is known, who could meet what a landlord looks
// for, why, and what remains to be asked. It is pure computation over domain
// values: no I/O, no clock, integers for everything that orders.
//
// An Engine is made for one ruleset, one day and one kind of viewer; Prepare
// turns a need into a Question; Assess answers it for one space in integers,
// and Explain with values, sentences and questions. PrepareLandlords and
// PrepareProjects do the same for the other kinds of match. Both run the same
// criteria, in the order of their comparison: a criterion's rule stands in its
// assess function only, and its sentences speak of what that function found.
//
// A Ranking sorts any pairs that it is given. A Search finds the best among the
// spaces of a World, laid out in Columns, without looking at all of them; its
// answers are those of a Ranking of all.
package match
