package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/palier-hub/palier/domain"
)

// gate lets operations in: those that are valid, within the limits, and paid for.
// Nothing of an operation is done before.
type gate struct {
	schema    *ast.Schema
	limits    Limits
	prices    prices
	hints     hints
	documents *documents
	meter     meter
	rules     func() *rules.Rules
	// open tells whoever asks what is wrong with a document; otherwise the public
	// is told that it isn't valid, since the schema can be guessed from more.
	open bool
}

func newGate(c Config, m meter) *gate {
	g := &gate{
		schema: c.Schema.Schema(), limits: c.Limits, documents: newDocuments(c.Limits.DocumentBytes), meter: m,
		rules: rulesWithoutSuggestions, open: c.Development,
	}
	if c.Development {
		g.rules = rules.NewDefaultRules
	}
	g.prices, g.hints = newPrices(g.schema), newHints(g.schema)
	return g
}

// mostErrors of a document are told at once.
const mostErrors = 5

// enter makes the context of an operation. The errors are to be told; the operation
// is known when the document is.
func (g *gate) enter(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	x := exchangeOf(ctx)
	limits := g.limits.By[x.class]
	p, errs := g.parse(params, limits, x)
	if len(errs) > 0 {
		return &graphql.OperationContext{}, errs
	}
	operation, errs := exec.CreateOperationContext(context.WithValue(ctx, parsedKey{}, p), params)
	if len(errs) > 0 {
		if operation.Operation != nil && operation.Variables == nil {
			errs = g.discreetValue(errs, x)
		}
		return operation, errs
	}
	x.operation, x.keeping = operation.Operation.Name, p.keepings[operation.Operation]
	if err := g.weigh(ctx, operation, limits, x); err != nil {
		return operation, gqlerror.List{gqlerror.Wrap(err)}
	}
	return operation, nil
}

// parse answers a document that is valid, and within the limits: whichever of its
// operations is asked for, all of it is validated.
func (g *gate) parse(params *graphql.RawParams, limits ClassLimits, x *exchange) (*parsed, gqlerror.List) {
	p, known := g.documents.find(params.Query)
	if !known {
		p = &parsed{tokens: tokensOf(params.Query, limits.Tokens)}
	}
	if err := limitTokens.above(int64(limits.Tokens), int64(p.tokens), x.class); err != nil {
		return nil, gqlerror.List{gqlerror.Wrap(err)}
	}
	if !known {
		doc, err := parser.ParseQuery(&ast.Source{Input: params.Query})
		if err != nil {
			return nil, coded(errcode.ParseFailed, asList(err)...)
		}
		if len(doc.Operations) == 0 {
			return nil, coded(errcode.ValidationFailed, gqlerror.Errorf("no operation provided"))
		}
		p.doc, p.shapes = doc, make(map[*ast.OperationDefinition]shape, len(doc.Operations))
		for _, operation := range doc.Operations {
			p.shapes[operation] = shapeOf(operation, doc.Fragments)
		}
		p.repetitions = repetitionsOf(doc, 10*limits.Repetitions)
	}
	if err := limitRepetitions.above(int64(limits.Repetitions), p.repetitions, x.class); err != nil {
		return nil, gqlerror.List{gqlerror.Wrap(err)}
	}
	for _, operation := range p.doc.Operations {
		if err := p.shapes[operation].check(limits, x.class); err != nil {
			return nil, gqlerror.List{gqlerror.Wrap(err)}
		}
	}
	if name := params.OperationName; name != "" && p.doc.Operations.ForName(name) == nil {
		return nil, coded(errcode.ValidationFailed, gqlerror.Errorf("operation %s not found", clip(name)))
	}
	if !known {
		if errs := validator.ValidateWithRules(g.schema, p.doc, g.rules()); len(errs) > 0 {
			return nil, g.discreet(coded(errcode.ValidationFailed, errs...), x)
		}
		answerAtOnce(p.doc)
		p.keepings = make(map[*ast.OperationDefinition]keeping, len(p.doc.Operations))
		for _, operation := range p.doc.Operations {
			p.keepings[operation] = g.hints.keepingOf(operation)
		}
		g.documents.keep(params.Query, p)
	}
	return p, nil
}

// weigh answers why an operation with its variables is too much.
func (g *gate) weigh(ctx context.Context, operation *graphql.OperationContext, limits ClassLimits, x *exchange) error {
	in := inputsOf(g.schema, operation.Operation, operation.Variables)
	if err := limitRepresentations.above(int64(limits.Representations), in.representations, x.class); err != nil {
		return err
	}
	if err := limitItems.above(int64(limits.Items), in.items, x.class); err != nil {
		return err
	}
	if in.oneOf != nil {
		return domain.InvalidInput{Path: in.oneOf,
			French:  fmt.Sprintf("%s demande exactement un de ses champs, et non nul", in.oneOfType),
			English: fmt.Sprintf("%s takes exactly one of its fields, and not null", in.oneOfType)}
	}
	if in.unread != nil {
		return *in.unread
	}
	asked := g.prices.estimate(operation.Operation, operation.Variables)
	if err := limitFirst.above(int64(limits.First), asked.first, x.class); err != nil {
		err.(*limitError).path = asked.firstPath
		return err
	}
	if err := limitCost.above(limits.Cost, asked.cost, x.class); err != nil {
		return err
	}
	x.cost = max(leastCost, asked.cost)
	return g.meter.chargeRest(ctx, asked.cost)
}

// discreet are the errors of a document, or of its variables, as whoever asks is
// told of them.
func (g *gate) discreet(errs gqlerror.List, x *exchange) gqlerror.List {
	if g.open || x.class != ClassPublic {
		return errs[:min(len(errs), mostErrors)]
	}
	return coded(errcode.ValidationFailed, &gqlerror.Error{Message: x.locale.In(
		"l'opération n'est pas valable selon le schéma, servi à l'adresse /schema.graphql ; avec un jeton, ou dans l'explorateur, vous saurez où",
		"the operation isn't valid by the schema, which is served at /schema.graphql; with a token, or in the explorer, you are told where")})
}

// discreetValue are the errors of variables. The public is told at which of the
// values that it has given, and not what types are called or what else they have.
func (g *gate) discreetValue(errs gqlerror.List, x *exchange) gqlerror.List {
	if g.open || x.class != ClassPublic {
		return errs
	}
	path := errs[0].Path
	message := x.locale.In("cette valeur n'est pas acceptée ici", "this value isn't accepted here")
	if strings.HasSuffix(errs[0].Message, "must be defined") && len(path) > 2 {
		path = path[:len(path)-1]
		message = x.locale.In("il manque un champ à cette valeur", "this value lacks a field")
	}
	return coded(errcode.ValidationFailed, &gqlerror.Error{Path: path, Message: message + x.locale.In(
		" : le schéma est servi à l'adresse /schema.graphql", ": the schema is served at /schema.graphql")})
}

func coded(code string, errs ...*gqlerror.Error) gqlerror.List {
	for _, err := range errs {
		errcode.Set(err, code)
	}
	return errs
}

func asList(err error) gqlerror.List {
	if one, ok := errors.AsType[*gqlerror.Error](err); ok {
		return gqlerror.List{one}
	}
	return gqlerror.List{gqlerror.Errorf("%s", strings.TrimSpace(err.Error()))}
}
