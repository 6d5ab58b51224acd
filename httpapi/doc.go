// Package httpapi is the HTTP surface: GraphQL over HTTP, its limits and
// errors, health, and the pages for people.
//
// A resolver's error reaches a client in one of three ways. A refusal
// (domain.Refusal) is told in the reader's language with its code and facts. So
// is an error that has the methods
//
//	ErrorCode() string
//	Say(domain.Locale) string
//
// and, if it likes, Facts() map[string]any: a condition of the system that a
// client can do something about, such as a store that is away. Anything else is
// logged with an id and told as "internal error" with that id.
package httpapi
