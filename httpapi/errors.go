package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/palier-hub/palier/domain"
)

// errorEdge is the one place where errors become what a client reads.
type errorEdge struct {
	logger *slog.Logger
	limits Limits
}

// tellable is an error that may be shown; the package comment says when.
type tellable interface {
	error
	ErrorCode() string
	Say(domain.Locale) string
}

// masked stands for an error that has been logged and must not be shown.
type masked struct{ id string }

func (m masked) Error() string     { return "internal error" }
func (m masked) ErrorCode() string { return "INTERNAL" }
func (m masked) Facts() map[string]any {
	return map[string]any{"id": m.id}
}
func (m masked) Say(l domain.Locale) string {
	return fmt.Sprintf(l.In(
		"erreur interne : elle est journalisée sous le numéro %s, à citer si vous la signalez",
		"internal error: it is logged under the number %s, to quote when you report it"), m.id)
}

// present is the executor's error presenter. Several refusals at once become
// as many errors.
func (e errorEdge) present(ctx context.Context, err error) *gqlerror.Error {
	told := e.tell(ctx, err)
	last := len(told) - 1
	for _, t := range told[:last] {
		graphql.AddError(ctx, t) // it has its code, and so passes as it is
	}
	return told[last]
}

// tell makes what a client reads of an error: one GraphQL error or more.
func (e errorEdge) tell(ctx context.Context, err error) gqlerror.List {
	locale := exchangeOf(ctx).locale
	var at gqlerror.Error // where it happened
	if found, ok := errors.AsType[*gqlerror.Error](err); ok {
		at = *found
	}
	list := func(code, message string, facts map[string]any) gqlerror.List {
		return gqlerror.List{{Message: message, Path: at.Path, Locations: at.Locations, Extensions: withCode(code, facts)}}
	}

	if refusals := domain.AsRefusals(err); len(refusals) > 0 {
		var out gqlerror.List
		for _, r := range refusals {
			f := facts(r)
			if _, ok := f["path"]; !ok { // a value that couldn't be read doesn't know where it stood
				if input := inputPath(ctx, at.Path); input != nil {
					f["path"] = input
				}
			}
			out = append(out, list(string(r.RefusalCode()), r.Say(locale), f)...)
		}
		return out
	}
	if t, ok := errors.AsType[tellable](err); ok {
		return list(t.ErrorCode(), t.Say(locale), factsOf(t))
	}
	if _, ok := at.Extensions["code"].(string); ok && at.Err == nil {
		// Made on purpose, by the parser, the validator or an extension.
		return gqlerror.List{&at}
	}
	if input := inputPath(ctx, at.Path); input != nil {
		return list(string(domain.CodeInvalidInput), strings.Join(input, ".")+": "+at.Message, map[string]any{"path": input})
	}
	switch ended := ctx.Err() != nil; { // a deadline of something further down is its own fault
	case ended && errors.Is(err, context.DeadlineExceeded):
		p := timedOut(e.limits.By[exchangeOf(ctx).class].Operation)
		return list(p.code, locale.In(p.french, p.english), p.facts)
	case ended && errors.Is(err, context.Canceled):
		return list("CANCELLED", locale.In("la requête a été abandonnée", "the request was given up"), nil)
	}
	m := e.mask(ctx, "internal error", slog.Any("error", err), slog.String("at", at.Path.String()))
	return list(m.ErrorCode(), m.Say(locale), m.Facts())
}

// tellAll tells of several errors.
func (e errorEdge) tellAll(ctx context.Context, errs gqlerror.List) (told gqlerror.List) {
	for _, err := range errs {
		told = append(told, e.tell(ctx, err)...)
	}
	return told
}

// recovered logs a panic with its stack, and answers what may be shown of it.
// It is the executor's recover function.
func (e errorEdge) recovered(ctx context.Context, value any) error {
	return e.mask(ctx, "panic", slog.Any("panic", value), slog.String("stack", string(debug.Stack())))
}

func (e errorEdge) mask(ctx context.Context, event string, attrs ...slog.Attr) masked {
	x := exchangeOf(ctx)
	m := masked{id: rand.Text()}
	e.logger.LogAttrs(ctx, slog.LevelError, event, append(attrs,
		slog.String("id", m.id), slog.String("request", x.id), slog.String("operation", clip(x.operation)))...)
	return m
}

// recovering answers a request whose handler panics.
func (e errorEdge) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer e.answerPanic(w, r)
		next.ServeHTTP(w, r)
	})
}

// answerPanic is deferred.
func (e errorEdge) answerPanic(w http.ResponseWriter, r *http.Request) {
	switch value := recover(); value {
	case nil:
	case http.ErrAbortHandler: // the library's way to cut a connection
		panic(value)
	default:
		refuse(w, r, http.StatusInternalServerError, e.tell(r.Context(), e.recovered(r.Context(), value)))
	}
}

// inputPath answers the way to the argument whose value couldn't be read; nil
// when the error is not of that sort. The executor reports those below the
// field that has the argument, and every other error at a field.
func inputPath(ctx context.Context, at ast.Path) []string {
	field := graphql.GetFieldContext(ctx)
	if field == nil {
		return nil
	}
	of := field.Path()
	if len(at) <= len(of) {
		return nil
	}
	var way []string
	for _, step := range at[len(of):] {
		way = append(way, fmt.Sprint(step))
	}
	return way
}

// facts are a refusal's fields, for programs: what the API names them, without
// the texts, which the message has.
func facts(r domain.Refusal) map[string]any {
	v := reflect.Indirect(reflect.ValueOf(r))
	if v.Kind() != reflect.Struct {
		return nil
	}
	out := make(map[string]any, v.NumField())
	for i := range v.NumField() {
		switch f := v.Type().Field(i); {
		case !f.IsExported(), f.Name == "French", f.Name == "English":
		case f.Name == "ID":
			out["id"] = v.Field(i).Interface()
		default:
			out[strings.ToLower(f.Name[:1])+f.Name[1:]] = v.Field(i).Interface()
		}
	}
	return out
}

func factsOf(t tellable) map[string]any {
	if f, ok := t.(interface{ Facts() map[string]any }); ok {
		return f.Facts()
	}
	return nil
}
