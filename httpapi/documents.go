package httpapi

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/vektah/gqlparser/v2/ast"
)

// parsed is a document that was parsed and found valid.
type parsed struct {
	doc    *ast.QueryDocument
	tokens int
	// repetitions in it, counted up to ten times what it may have.
	repetitions int64
	// shapes of its operations.
	shapes map[*ast.OperationDefinition]shape
	// keepings of their answers.
	keepings map[*ast.OperationDefinition]keeping
	bytes    int
}

// bytesPerToken is what a token of a parsed document takes at the most, measured
// with fields, which take most.
const bytesPerToken = 400

// mostText bounds the documents that are kept: longer ones are parsed each time.
const mostText = 32 << 10

// documents keeps what was parsed, the latest used, in so many bytes. It is the
// executor's cache too.
type documents struct {
	most int

	mu   sync.Mutex
	held int
	kept *simplelru.LRU[string, *parsed]
}

var _ graphql.Cache[*ast.QueryDocument] = (*documents)(nil)

func newDocuments(most int) *documents {
	d := &documents{most: most}
	kept, err := simplelru.NewLRU(1<<30, func(_ string, p *parsed) { d.held -= p.bytes })
	if err != nil {
		panic("a cache of a positive size: " + err.Error())
	}
	d.kept = kept
	return d
}

func (d *documents) find(text string) (*parsed, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept.Get(text)
}

func (d *documents) keep(text string, p *parsed) {
	p.bytes = 2*len(text) + p.tokens*bytesPerToken
	if len(text) > mostText || p.bytes > d.most {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept.Contains(text) {
		return
	}
	d.kept.Add(text, p)
	d.held += p.bytes
	for d.held > d.most {
		d.kept.RemoveOldest()
	}
}

type parsedKey struct{}

// Get implements graphql.Cache: an operation that has come through the gate has its
// document with it.
func (d *documents) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	if p, ok := ctx.Value(parsedKey{}).(*parsed); ok {
		return p.doc, true
	}
	return nil, false
}

// Add implements graphql.Cache.
func (*documents) Add(context.Context, string, *ast.QueryDocument) {}
