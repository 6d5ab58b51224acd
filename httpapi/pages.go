package httpapi

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// pages are what people see, made once: they hold nothing of a viewer.
type pages struct {
	landing, explorer page
	schema, subgraph  document
	assets            assets
}

// page is a document in each language.
type page map[domain.Locale]document

// serve picks the language: ?lang=, then Accept-Language, then French.
func (p page) serve(w http.ResponseWriter, r *http.Request) {
	locale := exchangeOf(r.Context()).locale
	switch r.URL.Query().Get("lang") {
	case "fr":
		locale = domain.French
	case "en":
		locale = domain.English
	}
	p[locale].serve(w, r)
}

// The policies of the two pages. Neither loads anything from another host, and
// no script or style stands in the HTML. Monaco, the explorer's editor, makes
// style elements as it runs, which only 'unsafe-inline' allows; scripts stay
// strict, so that an injected style can't become a script.
const (
	landingPolicy  = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	explorerPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// view is what the templates are given.
type view struct {
	locale       domain.Locale
	Style, Icon  string
	Licences     string
	Attributions []string
	Groups       []exampleGroup
	Bundle       bundle
	// Settings are what the explorer's script reads.
	Settings settings
}

// exampleGroup is the examples for one kind of user.
type exampleGroup struct {
	Role     string
	Examples []shownExample
}

type shownExample struct {
	Name  string `json:"name"`
	Title string `json:"-"`
	Query string `json:"query"`
	// Hint says what else the example needs; "" when nothing.
	Hint string `json:"hint,omitempty"`
}

type settings struct {
	Endpoint string            `json:"endpoint"`
	Schema   string            `json:"schema"`
	Language string            `json:"language"`
	Workers  map[string]string `json:"workers"`
	Examples []shownExample    `json:"examples"`
}

// Lang is the page's language, as HTML names it.
func (v view) Lang() string { return v.locale.In("fr", "en") }

// OtherLang is the language of the link to the other version.
func (v view) OtherLang() string { return v.locale.In("en", "fr") }

// T is a text in the page's language. French keeps its high punctuation on the
// line of the word before.
func (v view) T(french, english string) string {
	return v.locale.In(unbreaking.Replace(french), english)
}

var unbreaking = strings.NewReplacer(" :", "\u00a0:", " ?", "\u00a0?", " ;", "\u00a0;", " !", "\u00a0!")

func newPages(c Config) pages {
	out := pages{assets: make(assets)}
	out.schema = newDocument("text/plain; charset=utf-8", revalidated, []byte(c.PublicSDL))
	out.subgraph = newDocument("text/plain; charset=utf-8", revalidated, []byte(c.SubgraphSDL))
	v := view{
		Style:        out.assets.add("palier.css", "text/css; charset=utf-8", read("pages/palier.css")),
		Icon:         out.assets.add("palier.svg", "image/svg+xml", read("pages/palier.svg")),
		Licences:     out.assets.add("licences.txt", "text/plain; charset=utf-8", read("explorer/THIRD-PARTY.txt")),
		Attributions: c.Attributions,
		Bundle:       out.assets.addBundle(),
	}
	templates := template.Must(template.ParseFS(embedded, "pages/*.html"))
	render := func(name, policy string) page {
		p := make(page)
		for _, l := range []domain.Locale{domain.French, domain.English} {
			v := v.in(l)
			var html bytes.Buffer
			must(templates.ExecuteTemplate(&html, name, v))
			d := newDocument("text/html; charset=utf-8", revalidated, html.Bytes())
			d.language, d.policy, d.vary = v.Lang(), policy, "Accept-Language"
			p[l] = d
		}
		return p
	}
	out.landing = render("landing.html", landingPolicy)
	out.explorer = render("explorer.html", explorerPolicy)
	return out
}

// in is the view in a language.
func (v view) in(l domain.Locale) view {
	v.locale = l
	v.Settings = settings{Endpoint: "/graphql", Schema: "/schema.graphql", Language: v.Lang(), Workers: v.Bundle.Workers}
	v.Groups = nil
	for _, e := range Examples() {
		shown := shownExample{Name: e.Name, Title: e.Title(l), Query: e.Query}
		label := l.In("Sans jeton : données publiques", "Without a token: public data")
		if e.Role != domain.RolePublic {
			label = l.In("Avec un jeton : ", "With a token: ") + e.Role.Label(l)
			shown.Hint = l.In("Cet exemple demande un jeton : ", "This example needs a token: ") + e.Role.Label(l) + "."
		}
		if last := len(v.Groups) - 1; last < 0 || v.Groups[last].Role != label {
			v.Groups = append(v.Groups, exampleGroup{Role: label})
		}
		group := &v.Groups[len(v.Groups)-1]
		group.Examples = append(group.Examples, shown)
		v.Settings.Examples = append(v.Settings.Examples, shown)
	}
	return v
}
