package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Client asks a hub as one viewer.
type Client struct {
	url, token string
	// Language is the Accept-Language header; none when empty.
	Language string
	// OnBehalfOf is the person for whom the client acts; nobody when empty.
	OnBehalfOf string
	// Origin is the site of the page that asks; none when empty.
	Origin string
}

// From is the client in the pages of a site.
func (c Client) From(origin string) Client {
	c.Origin = origin
	return c
}

// URL is where the hub answers.
func (c Client) URL() string { return c.url }

// Token is the viewer's; "" for an anonymous one.
func (c Client) Token() string { return c.token }

// Answer is what a hub answered to one operation.
type Answer struct {
	Status int
	// Body as it came.
	Body []byte
	// Errors are the GraphQL errors.
	Errors []Error
	root   any
}

// Error is a GraphQL error.
type Error struct {
	Message    string
	Path       []any
	Extensions map[string]any
}

// Ask sends one operation by POST. The error is the transport's, or says that
// the answer isn't JSON.
func (c Client) Ask(query string, variables map[string]any) (Answer, error) {
	return c.AskOne(query, "", variables)
}

// AskOne asks for one of the operations of a document, by its name.
func (c Client) AskOne(document, operation string, variables map[string]any) (Answer, error) {
	body, err := json.Marshal(map[string]any{"query": document, "operationName": operation, "variables": variables})
	if err != nil {
		return Answer{}, err
	}
	return c.AskRaw(body)
}

// AskRaw sends a body as it is.
func (c Client) AskRaw(body []byte) (Answer, error) {
	request, err := http.NewRequest(http.MethodPost, c.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.Language != "" {
		request.Header.Set("Accept-Language", c.Language)
	}
	if c.Origin != "" {
		request.Header.Set("Origin", c.Origin)
	}
	if c.OnBehalfOf != "" {
		request.Header.Set("Palier-On-Behalf-Of", c.OnBehalfOf)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	a := Answer{Status: response.StatusCode}
	if a.Body, err = io.ReadAll(response.Body); err != nil {
		return Answer{}, err
	}
	if err := json.Unmarshal(a.Body, &a.root); err != nil {
		return Answer{}, fmt.Errorf("status %d, not JSON: %w\n%s", a.Status, err, a.Body)
	}
	var errs struct{ Errors []Error }
	if err := json.Unmarshal(a.Body, &errs); err != nil {
		return Answer{}, err
	}
	a.Errors = errs.Errors
	return a, nil
}

// Query asks and fails the test when anything is wrong with the answer; it reads
// the answer's data into `into`, unless that is nil.
func (c Client) Query(t testing.TB, into any, query string, variables map[string]any) {
	t.Helper()
	a := c.Try(t, query, variables)
	if len(a.Errors) > 0 {
		t.Fatalf("refused: %s\n%s", a.Body, query)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(a.Body, &struct{ Data any }{into}); err != nil {
		t.Fatalf("reading the answer: %v\n%s", err, a.Body)
	}
}

// Try asks and fails the test only when there is no GraphQL answer at all.
func (c Client) Try(t testing.TB, query string, variables map[string]any) Answer {
	t.Helper()
	a, err := c.Ask(query, variables)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return a
}

// At is the value at a path such as data.landlords.nodes.0.name, or a
// list's length at …length; false when there is none.
func (a Answer) At(path string) (any, bool) {
	v := a.root
	for step := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			value, ok := in[step]
			if !ok {
				return nil, false
			}
			v = value
		case []any:
			if step == "length" {
				return float64(len(in)), true
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// Refusal is one error of an answer, be it a GraphQL error or a mutation's
// userError. Path is that of the argument, joined by points.
type Refusal struct{ Code, Path, Message string }

// Refusals are all the errors of an answer.
func (a Answer) Refusals() (out []Refusal) {
	for _, e := range a.Errors {
		r := Refusal{Message: e.Message}
		r.Code, _ = e.Extensions["code"].(string)
		r.Path = joined(e.Extensions["path"])
		if r.Path == "" && len(e.Path) > 0 && e.Path[0] == "variable" {
			r.Path = joined(e.Path[1:]) // a variable is named as the argument that it is for
		}
		out = append(out, r)
	}
	data, _ := a.At("data")
	fields, _ := data.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		errs, _ := a.At("data." + name + ".userErrors")
		list, _ := errs.([]any)
		for _, e := range list {
			r := Refusal{}
			of, _ := e.(map[string]any)
			r.Code, _ = of["code"].(string)
			r.Message, _ = of["message"].(string)
			r.Path = joined(of["path"])
			out = append(out, r)
		}
	}
	return out
}

func joined(path any) string {
	steps, _ := path.([]any)
	texts := make([]string, len(steps))
	for i, step := range steps {
		texts[i] = fmt.Sprint(step)
	}
	return strings.Join(texts, ".")
}
