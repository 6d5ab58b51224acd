package main

import (
	"fmt"
	"maps"
	"os"
	"time"

	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/hub"
)

// bounds are the limits that operations keep, each for the public, for those with a
// token of the network, and for staff, or one for all of them.
type bounds struct {
	Body            []int           `name:"max-body" env:"PALIER_MAX_BODY" default:"256,4096,4096" help:"Kilobytes of a request's body: for the public, for the network's tokens, and for staff, or one number for all; so for each limit below."`
	Tokens          []int           `name:"max-tokens" env:"PALIER_MAX_TOKENS" default:"2000" help:"Tokens of a GraphQL document."`
	Depth           []int           `name:"max-depth" env:"PALIER_MAX_DEPTH" default:"15" help:"Levels of fields of an operation."`
	Aliases         []int           `name:"max-aliases" env:"PALIER_MAX_ALIASES" default:"15" help:"Aliases of an operation."`
	RootFields      []int           `name:"max-root-fields" env:"PALIER_MAX_ROOT_FIELDS" default:"10" help:"Fields at the root of an operation."`
	Directives      []int           `name:"max-directives" env:"PALIER_MAX_DIRECTIVES" default:"20" help:"Directives of an operation."`
	Repetitions     []int           `name:"max-repetitions" env:"PALIER_MAX_REPETITIONS" default:"250" help:"Repetitions of fields in a document."`
	First           []int           `name:"max-first" env:"PALIER_MAX_FIRST" default:"100" help:"Objects of a page, 100 at most."`
	Introspected    []int           `name:"max-introspection" env:"PALIER_MAX_INTROSPECTION" default:"3" help:"Nested lists of an introspection, where that is allowed."`
	Items           []int           `name:"max-items" env:"PALIER_MAX_ITEMS" default:"250,1000,1000" help:"Items of an array of the input."`
	Representations []int           `name:"max-representations" env:"PALIER_MAX_REPRESENTATIONS" default:"250" help:"Representations that a gateway may ask for at once."`
	Cost            []int           `name:"max-cost" env:"PALIER_MAX_COST" default:"5000,25000,50000" help:"Cost of an operation."`
	Time            []time.Duration `name:"max-time" env:"PALIER_MAX_TIME" default:"5s" help:"How long an operation may take."`
	Queries         int             `name:"max-queries" env:"PALIER_MAX_QUERIES" default:"0" help:"Queries that may run at once; two for each core with 0. Further ones wait for a moment or are refused."`
	Commands        int             `name:"max-commands" env:"PALIER_MAX_COMMANDS" default:"256" help:"Mutations that may run at once."`
	Stock           int             `name:"max-stock" env:"PALIER_MAX_STOCK" default:"50000" help:"Sites and spaces that are kept for one landlord, archived ones included, since all of them stay in memory; staff go beyond, here and in those that follow."`
	Needs           int             `name:"max-needs" env:"PALIER_MAX_NEEDS" default:"1000" help:"Needs that are kept for one project, or for one landlord."`
	Requests        int             `name:"max-requests" env:"PALIER_MAX_REQUESTS" default:"10000" help:"Hosting requests that are kept for one project, and invitations for one landlord."`
	Messages        int             `name:"max-messages" env:"PALIER_MAX_MESSAGES" default:"1000" help:"Messages that are kept about one hosting request."`
	Written         int             `name:"max-written" env:"PALIER_MAX_WRITTEN" default:"100000" help:"Messages that are kept of one landlord, or of one project, about all of its hosting requests."`
	Steps           int             `name:"max-steps" env:"PALIER_MAX_STEPS" default:"500" help:"Steps of the project, and of the landlord, that are kept in one hosting request, and figures that they record: up to 800, since a request has to fit in a commit. Staff take twice as many, and no more."`
	Persons         int             `name:"max-persons" env:"PALIER_MAX_PERSONS" default:"5000" help:"Persons that are kept of one landlord, or of one project."`
	Introspection   bool            `env:"PALIER_INTROSPECTION" help:"Allow introspection; the schema is served at /schema.graphql in any case."`
	Trusted         []string        `name:"trusted-documents" env:"PALIER_TRUSTED_DOCUMENTS" placeholder:"FILE,…" type:"path" help:"Manifests of documents that clients name by an id: Apollo's, or maps of ids to documents as Relay and GraphQL Code Generator write them."`
	TrustedOnly     bool            `name:"trusted-only" env:"PALIER_TRUSTED_ONLY" help:"Serve the public no document that isn't in a manifest."`
}

const classes = 3

// wrong is what can't be meant.
func (b *bounds) wrong() (wrong []error) {
	numbers := func(flag string, values []int, most int) {
		bad := len(values) > 1 && len(values) != classes
		for _, v := range values {
			bad = bad || v < 1 || v > most
		}
		if bad {
			wrong = append(wrong, fmt.Errorf("--%s %v: give a number between 1 and %d, or three (for the public, the network's tokens and staff)", flag, values, most))
		}
	}
	const many = 1_000_000
	numbers("max-body", b.Body, 64<<10)
	numbers("max-tokens", b.Tokens, many)
	numbers("max-depth", b.Depth, 1000)
	numbers("max-aliases", b.Aliases, many)
	numbers("max-root-fields", b.RootFields, many)
	numbers("max-directives", b.Directives, many)
	numbers("max-repetitions", b.Repetitions, many)
	numbers("max-first", b.First, 100)
	numbers("max-introspection", b.Introspected, 10)
	numbers("max-items", b.Items, many)
	numbers("max-representations", b.Representations, many)
	numbers("max-cost", b.Cost, 1_000_000_000)
	bad := len(b.Time) > 1 && len(b.Time) != classes
	for _, d := range b.Time {
		bad = bad || d < 10*time.Millisecond || d > 30*time.Second // an answer must fit in the server's time
	}
	if bad {
		wrong = append(wrong, fmt.Errorf("--max-time %v: give a duration between 10ms and 30s, or three (for the public, the network's tokens and staff)", b.Time))
	}
	if b.Queries < 0 || b.Queries > many {
		wrong = append(wrong, fmt.Errorf("--max-queries %d: give a number up to %d, or 0 for two of each core", b.Queries, many))
	}
	if b.Commands < 0 || b.Commands > many {
		wrong = append(wrong, fmt.Errorf("--max-commands %d: give a number up to %d", b.Commands, many))
	}
	kept := func(flag string, n int) {
		if n < 1 || n > 10*many {
			wrong = append(wrong, fmt.Errorf("--%s %d: give a number between 1 and %d", flag, n, 10*many))
		}
	}
	kept("max-stock", b.Stock)
	kept("max-needs", b.Needs)
	kept("max-requests", b.Requests)
	kept("max-messages", b.Messages)
	kept("max-written", b.Written)
	kept("max-persons", b.Persons)
	if b.Steps < 1 || b.Steps > hub.MostSteps {
		wrong = append(wrong, fmt.Errorf("--max-steps %d: give a number between 1 and %d", b.Steps, hub.MostSteps))
	}
	if _, err := b.manifests(); err != nil {
		wrong = append(wrong, err)
	}
	if b.TrustedOnly && len(b.Trusted) == 0 {
		wrong = append(wrong, fmt.Errorf("--trusted-only needs the documents that are trusted: give --trusted-documents"))
	}
	return wrong
}

// of is the value of a class; zero, for the default, when nothing is said.
func of[T any](values []T, class int) (zero T) {
	if len(values) == 0 {
		return zero
	}
	return values[min(class, len(values)-1)]
}

func (b *bounds) limit(l *httpapi.Limits) {
	l.Queries, l.Commands = b.Queries, b.Commands
	for class := range l.By {
		l.By[class] = httpapi.ClassLimits{
			BodyBytes: int64(of(b.Body, class)) << 10, Tokens: of(b.Tokens, class), Depth: of(b.Depth, class), Aliases: of(b.Aliases, class),
			RootFields: of(b.RootFields, class), Directives: of(b.Directives, class), Repetitions: of(b.Repetitions, class),
			First: of(b.First, class), Introspection: of(b.Introspected, class), Items: of(b.Items, class), Representations: of(b.Representations, class), Cost: int64(of(b.Cost, class)), Operation: of(b.Time, class),
		}
	}
}

// quotas are what the hub keeps of one organisation.
func (b *bounds) quotas() hub.Quotas {
	return hub.Quotas{Stock: b.Stock, Needs: b.Needs, Requests: b.Requests, Messages: b.Messages, Written: b.Written, Steps: b.Steps, Persons: b.Persons}
}

// manifests are the documents that are trusted, of all the files.
func (b *bounds) manifests() (map[string]string, error) {
	all := make(map[string]string)
	for _, name := range b.Trusted {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("--trusted-documents %s can't be read: %w", name, err)
		}
		documents, err := httpapi.ReadManifest(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("--trusted-documents %s: %w", name, err)
		}
		for id, text := range documents {
			if before, known := all[id]; known && before != text {
				return nil, fmt.Errorf("--trusted-documents %s: the id %q names another document in an earlier file", name, id)
			}
		}
		maps.Copy(all, documents)
	}
	return all, nil
}
