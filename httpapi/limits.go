package httpapi

import (
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
)

// Limits bound what one request may cost before any work is done, and what stays
// open.
type Limits struct {
	// By has the limits of each class of client.
	By [classes]ClassLimits
	// Documents that were parsed and validated are kept, in so many bytes.
	DocumentBytes int

	// Queries that may run at once; by default, two for each core. Mutations have
	// Commands.
	Queries, Commands int

	// Streams are the websockets and event streams that may be open at once; each
	// takes some 75 kB with a subscription.
	Streams int
	// SocketOperations may run at once on one websocket.
	SocketOperations int
	// SocketInit is how long a websocket may take to say who it is.
	SocketInit time.Duration
	// KeepAlive is the time between two signs of life on what stays open, which
	// proxies close when it is silent, and the longest for which a viewer whose
	// right has ended can follow.
	KeepAlive time.Duration
	// Read is how long a client may take to send one message, Write how long to read
	// one, or to answer a sign of life, before it is cut.
	Read, Write time.Duration
}

// ClassLimits are those of one class. Fragments count wherever they are spread;
// what is skipped counts too.
type ClassLimits struct {
	// BodyBytes of a request. The longest queries of portals have some 20 kB; the
	// rest is room for variables, and a push of 1,000 spaces has about 1 MB.
	BodyBytes int64
	// Tokens of a document.
	Tokens int
	// Depth of fields. A Relay path from a project to the département of the space
	// of a match has 12.
	Depth int
	// Aliases of an operation.
	Aliases int
	// RootFields of an operation.
	RootFields int
	// Directives of an operation.
	Directives int
	// Repetitions of fields and fragments in a document.
	Repetitions int
	// First is the longest page; what the schema promises is 100 at most.
	First int
	// Introspection is how deep the lists of one nest, where it is allowed.
	Introspection int
	// Items of an array of the input.
	Items int
	// Representations that a gateway asks for at once.
	Representations int
	// Cost of an operation.
	Cost int64
	// Operation is how long one may take; what reads its context is then
	// interrupted.
	Operation time.Duration
}

// mostIntrospectionDepth bounds the fields of an introspection: the usual question asks
// for types of types, fifteen deep.
const mostIntrospectionDepth = 20

// DefaultLimits are safe for a public endpoint.
func DefaultLimits() Limits {
	public := ClassLimits{
		BodyBytes: 256 << 10, Tokens: 2000, Depth: 15, Aliases: 15, RootFields: 10, Directives: 20, Repetitions: 250,
		First: 100, Introspection: 3, // the arguments of the fields of types
		Items: 250, Representations: 250, Cost: 5_000, Operation: 5 * time.Second,
	}
	server := public
	server.BodyBytes, server.Items, server.Cost = 4<<20, 1000, 25_000
	staff := server
	staff.Cost = 50_000
	return Limits{
		By: [classes]ClassLimits{ClassPublic: public, ClassServer: server, ClassStaff: staff}, DocumentBytes: 16 << 20, Commands: 256,
		Streams: 6000, SocketOperations: 25, SocketInit: 5 * time.Second, KeepAlive: 25 * time.Second,
		Read:  20 * time.Second, // a body of 256 kB over a poor mobile line
		Write: 10 * time.Second,
	}
}

func (l Limits) orDefaults() Limits {
	d := DefaultLimits()
	for class := range l.By {
		l.By[class] = l.By[class].or(d.By[class])
	}
	l.DocumentBytes = or(l.DocumentBytes, d.DocumentBytes)
	l.Queries = or(l.Queries, defaultQueries())
	l.Commands = or(l.Commands, d.Commands)
	l.Streams = or(l.Streams, d.Streams)
	l.SocketOperations = or(l.SocketOperations, d.SocketOperations)
	l.SocketInit = or(l.SocketInit, d.SocketInit)
	l.KeepAlive = or(l.KeepAlive, d.KeepAlive)
	l.Read = or(l.Read, d.Read)
	l.Write = or(l.Write, d.Write)
	return l
}

func (l ClassLimits) or(d ClassLimits) ClassLimits {
	return ClassLimits{
		BodyBytes: or(l.BodyBytes, d.BodyBytes), Tokens: or(l.Tokens, d.Tokens), Depth: or(l.Depth, d.Depth),
		Aliases: or(l.Aliases, d.Aliases), RootFields: or(l.RootFields, d.RootFields), Directives: or(l.Directives, d.Directives),
		Repetitions: or(l.Repetitions, d.Repetitions), First: or(l.First, d.First), Introspection: or(l.Introspection, d.Introspection),
		Items: or(l.Items, d.Items), Representations: or(l.Representations, d.Representations),
		Cost: or(l.Cost, d.Cost), Operation: or(l.Operation, d.Operation),
	}
}

func or[T int | int64 | time.Duration](set, otherwise T) T {
	if set <= 0 {
		return otherwise
	}
	return set
}

// limitError says that an operation is above a limit. Nothing of it was done.
type limitError struct {
	limit        limit
	most, actual int64
	of           Class
	// path to the value, of an argument.
	path []string
}

// limit is one that an operation can be above.
type limit struct {
	code string
	// what it is of, after a number; and what to do.
	french, english     string
	doFrench, doEnglish string
}

var (
	limitTokens          = limit{"TOO_MANY_TOKENS", "mots dans le document", "tokens in the document", "découpez-le en plusieurs", "split it"}
	limitDepth           = limit{"TOO_DEEP", "niveaux de champs", "levels of fields", "demandez le reste par une autre opération", "ask for the rest by another operation"}
	limitAliases         = limit{"TOO_MANY_ALIASES", "alias", "aliases", "découpez l'opération", "split the operation"}
	limitRootFields      = limit{"TOO_MANY_ROOT_FIELDS", "champs à la racine", "fields at the root", "découpez l'opération", "split the operation"}
	limitDirectives      = limit{"TOO_MANY_DIRECTIVES", "directives", "directives", "découpez l'opération", "split the operation"}
	limitRepetitions     = limit{"TOO_MANY_REPETITIONS", "répétitions de champs", "repetitions of fields", "demandez chaque champ une fois", "ask for each field once"}
	limitIntrospection   = limit{"INTROSPECTION_TOO_DEEP", "listes imbriquées dans l'introspection", "nested lists in the introspection", "lisez le schéma à l'adresse /schema.graphql", "read the schema at /schema.graphql"}
	limitFirst           = limit{"PAGE_TOO_LONG", "éléments par page", "items in a page", "demandez la suite avec after", "ask for more with after"}
	limitItems           = limit{"TOO_MANY_ITEMS", "éléments dans un tableau de l'entrée", "items in an array of the input", "envoyez-en une partie à la fois", "send a part at a time"}
	limitRepresentations = limit{"TOO_MANY_REPRESENTATIONS", "représentations", "representations", "demandez-en une partie à la fois", "ask for a part at a time"}
	limitCost            = limit{"COST_TOO_HIGH", "de coût", "of cost", "demandez moins de champs, ou des pages plus courtes", "ask for fewer fields, or for shorter pages"}
)

// above answers the error of what is above a limit; nil when it isn't.
func (l limit) above(most, actual int64, class Class) error {
	if actual <= most {
		return nil
	}
	return &limitError{limit: l, most: most, actual: actual, of: class}
}

func (e *limitError) Error() string {
	return fmt.Sprintf("%s: %d, at most %d", e.limit.code, e.actual, e.most)
}

func (e *limitError) ErrorCode() string { return e.limit.code }

func (e *limitError) Say(l domain.Locale) string {
	if l == domain.English {
		return fmt.Sprintf("%d %s, and at most %d are accepted: %s", e.actual, e.limit.english, e.most, e.limit.doEnglish)
	}
	return fmt.Sprintf("%d %s, et %d au plus sont acceptés : %s", e.actual, e.limit.french, e.most, e.limit.doFrench)
}

// Facts say the limit, what the operation has, and for whom the limit is.
func (e *limitError) Facts() map[string]any {
	facts := map[string]any{"limit": e.most, "actual": e.actual, "class": e.of.String()}
	if e.path != nil {
		facts["path"] = e.path
	}
	return facts
}
