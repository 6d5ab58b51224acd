package httpapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
)

// hints are what the schema says of caching, by @cacheControl. A directive that
// can't be read panics: the schema's tests notice.
type hints struct {
	schema *ast.Schema
	of     map[*ast.FieldDefinition]keeping
}

// keeping is how long an answer may be kept, and by whom.
type keeping struct {
	// seconds; unbounded when nothing bounds it.
	seconds int64
	private bool
}

const unbounded = mostCounted

func (k keeping) strictest(o keeping) keeping {
	return keeping{min(k.seconds, o.seconds), k.private || o.private}
}

func newHints(schema *ast.Schema) hints {
	h := hints{schema, make(map[*ast.FieldDefinition]keeping)}
	for _, def := range schema.Types {
		root := def == schema.Query || def == schema.Mutation || def == schema.Subscription
		for _, f := range def.Fields {
			of := schema.Types[f.Type.Name()]
			// A root field, or one that leads to objects, isn't kept unless a hint
			// says so; a value is a part of its object.
			k := keeping{seconds: unbounded}
			if root || of.IsCompositeType() {
				k.seconds = 0
			}
			k.read(of.Directives)
			k.read(f.Directives)
			h.of[f] = k
		}
	}
	return h
}

func (k *keeping) read(directives ast.DirectiveList) {
	d := directives.ForName("cacheControl")
	if d == nil {
		return
	}
	if a := d.Arguments.ForName("inheritMaxAge"); a != nil && a.Value.Raw == "true" {
		k.seconds = unbounded
	}
	if a := d.Arguments.ForName("maxAge"); a != nil {
		n, err := strconv.ParseInt(a.Value.Raw, 10, 32)
		if err != nil || n < 0 {
			panic(fmt.Sprintf("@cacheControl(maxAge: %s) isn't an age", a.Value.Raw))
		}
		k.seconds = n
	}
	if a := d.Arguments.ForName("scope"); a != nil {
		k.private = a.Value.Raw == "PRIVATE"
	}
}

// keepingOf is the strictest hint of all that an operation asks for.
func (h hints) keepingOf(operation *ast.OperationDefinition) keeping {
	if operation.Operation != ast.Query {
		return keeping{}
	}
	k := h.set(operation.SelectionSet, make(map[string]bool))
	if k.seconds == unbounded { // nothing but __typename
		return keeping{}
	}
	return k
}

// set looks at each fragment once.
func (h hints) set(set ast.SelectionSet, seen map[string]bool) keeping {
	k := keeping{seconds: unbounded}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if of, known := h.of[s.Definition]; known {
				k = k.strictest(of)
			}
			k = k.strictest(h.set(s.SelectionSet, seen))
		case *ast.InlineFragment:
			k = k.strictest(h.set(s.SelectionSet, seen))
		case *ast.FragmentSpread:
			if !seen[s.Name] {
				seen[s.Name] = true
				k = k.strictest(h.set(s.Definition.SelectionSet, seen))
			}
		}
	}
	return k
}

// variesBy are the request headers that an answer that is kept hangs on.
const variesBy = "Accept, Accept-Language, Authorization, " + minCommitHeader + ", " + onBehalfOfHeader

// mayKeep says in the headers how long an answer may be kept. Only what anybody is
// told is kept: whoever has a role reads their own writes.
func (x *exchange) mayKeep(h http.Header, response *graphql.Response) bool {
	if x.keeping.seconds == 0 || x.viewer.Role != domain.RolePublic || len(response.Errors) > 0 {
		h.Set("Cache-Control", "no-store")
		return false
	}
	scope := "public"
	if x.keeping.private {
		scope = "private"
	}
	h.Set("Cache-Control", fmt.Sprintf("%s, max-age=%d", scope, x.keeping.seconds))
	h.Add("Vary", variesBy)
	return true
}

// unchanged tags an answer, and tells whether the client has it. The tag is weak: the
// answer may be compressed.
func unchanged(h http.Header, r *http.Request, body []byte) bool {
	tag := `"` + hash(body) + `"`
	h.Set("ETag", "W/"+tag)
	for given := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		given = strings.TrimSpace(given)
		if given == "*" || strings.TrimPrefix(given, "W/") == tag {
			return true
		}
	}
	return false
}
