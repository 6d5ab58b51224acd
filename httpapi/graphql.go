package httpapi

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
	"github.com/rs/cors"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/palier-hub/palier/telemetry"
)

// newGraphQL is the handler of /graphql, from the method to the executor.
func newGraphQL(c Config, e errorEdge, s *streams, origins *cors.Cors) http.Handler {
	srv := handler.New(c.Schema)
	measure := meter{c.Peers, c.RateLimits}
	s.gate = newGate(c, measure)
	srv.AddTransport(overSocket{streams: s, allowed: mayConnect(origins), identify: c.identified, actingFor: c.actingFor, meter: measure})
	srv.AddTransport(overHTTP{limits: c.Limits, edge: e, streams: s})
	srv.SetQueryCache(s.gate.documents)
	srv.SetErrorPresenter(e.present)
	srv.SetRecoverFunc(e.recovered)
	if c.Introspection || c.Development {
		srv.Use(extension.Introspection{})
	} else {
		srv.Use(introspectionOff{})
	}
	srv.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
			// What feeds a subscription runs outside of its responses.
			x := exchangeOf(ctx)
			ctx = c.Begin(ctx, x.asking(), x.locale)
		}
		return next(ctx)
	})
	srv.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		x := exchangeOf(ctx)
		ctx = c.Begin(ctx, x.asking(), x.locale)
		ended := func([]string) {}
		// What feeds a subscription waits for its events: that is no work.
		if operation := graphql.GetOperationContext(ctx); operation.Operation.Operation != ast.Subscription {
			ctx, ended = c.Recorder.BeginOperation(ctx, telemetry.Operation{
				Type: string(operation.Operation.Operation), Name: clip(operation.Operation.Name), Known: x.viewer.InNetwork()})
		}
		response := next(ctx)
		if response == nil {
			ended([]string{"TIMEOUT"})
			return nil
		}
		ended(codesOf(response.Errors))
		// After the data: a mutation moves its session to its own commit.
		if facts := c.Extensions(ctx); len(facts) > 0 {
			if response.Extensions == nil {
				response.Extensions = make(map[string]any, 1)
			}
			response.Extensions["palier"] = facts
		}
		if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription { // its events are shared
			if response.Extensions == nil {
				response.Extensions = make(map[string]any, 1)
			}
			response.Extensions["cost"] = x.costExtension(c.Limits)
		}
		return response
	})

	known := authenticated(c.identified, measure, e, metered(measure, e, representing(c.actingFor, e, reached(c.Reach, e, srv))))
	answering := compressed()(preflighted(acceptable(known)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const allow = "GET, POST, OPTIONS"
		switch {
		case isUpgrade(r): // no browser asks first, and it says of which site the page is
			known.ServeHTTP(w, r)
		case r.Method == http.MethodGet, r.Method == http.MethodPost:
			answering.ServeHTTP(w, r)
		case r.Method == http.MethodOptions:
			w.Header().Set("Allow", allow)
			w.WriteHeader(http.StatusNoContent)
		default:
			methodNotAllowed(w, r, allow)
		}
	})
}

// mostPacket is the size from which an answer is compressed: less is one packet
// anyway.
const mostPacket = 1400

// compressed compresses answers, and leaves event streams as they are: each event
// is sent when there is one.
func compressed() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(mostPacket), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.ContentTypes([]string{typeJSON, typeGraphQL}))
	if err != nil {
		panic("settings of the compression: " + err.Error())
	}
	return wrap
}

// codesOf are the codes of errors, in their order.
func codesOf(errs gqlerror.List) (codes []string) {
	for _, e := range errs {
		code, _ := e.Extensions["code"].(string)
		codes = append(codes, code)
	}
	return codes
}

// rulesWithoutSuggestions are the rules of the specification without words that give
// the schema away.
func rulesWithoutSuggestions() *rules.Rules {
	all := rules.NewDefaultRules()
	all.ReplaceRule(rules.FieldsOnCorrectTypeRule.Name, rules.FieldsOnCorrectTypeRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.ScalarLeafsRule.Name, rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	return all
}

// introspectionOff refuses to describe the schema, with a code and the place
// where the schema can be read. Left to itself the executor makes an error
// without a code.
type introspectionOff struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = introspectionOff{}

func (introspectionOff) ExtensionName() string                          { return "IntrospectionOff" }
func (introspectionOff) Validate(schema graphql.ExecutableSchema) error { return nil }
func (introspectionOff) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if !asksForSchema(op.Operation.SelectionSet, make(map[string]bool)) {
		return nil
	}
	return &gqlerror.Error{
		Message: exchangeOf(ctx).locale.In(
			"l'introspection est désactivée ; le schéma est servi à l'adresse /schema.graphql",
			"introspection is off; the schema is served at /schema.graphql"),
		Extensions: withCode("INTROSPECTION_DISABLED", nil),
	}
}

// asksForSchema looks at the root only, where the two fields are. Each fragment
// is looked at once, however often it is spread.
func asksForSchema(set ast.SelectionSet, seen map[string]bool) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name == "__schema" || s.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if asksForSchema(s.SelectionSet, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition == nil || seen[s.Name] {
				continue
			}
			seen[s.Name] = true
			if asksForSchema(s.Definition.SelectionSet, seen) {
				return true
			}
		}
	}
	return false
}
