package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"strings"
	texttemplate "text/template"

	"github.com/palier-hub/palier/domain"
)

var (
	//go:embed letter.txt
	textSource string
	//go:embed letter.html
	htmlSource string

	textLetter = texttemplate.Must(texttemplate.New("letter.txt").Parse(textSource))
	htmlLetter = htmltemplate.Must(htmltemplate.New("letter.html").Parse(htmlSource))
)

// view is what the templates are given: all the words, in one language.
type view struct {
	Language       string
	Subject, Hello string
	Items          []paragraph
	Why, Fewer     string
	Unsubscribe    string
}

// paragraph is one event.
type paragraph struct {
	Title string
	Facts []string
	// Ask says what is expected; "" for nothing.
	Ask        string
	Link, Open string
}

// Word words a letter in its recipient's language, French unless it is English,
// as plain text and as HTML. The portal is the address of the page that shows an
// object, in which "{id}" stands for its id, or one address for all; "" leaves
// links out.
func Word(l Letter, portal string) (Message, error) {
	locale := l.To.Locale
	v := view{
		Language: locale.In("fr", "en"),
		Hello:    fmt.Sprintf(locale.In("Bonjour %s,", "Hello %s,"), l.To.Name),
		Why: locale.In(
			"Vous recevez ce message parce que vous êtes inscrit sur Palier, le service d'accueil de projets du réseau HLM.",
			"You receive this message because you are registered with Palier, the hosting service of the social-housing network."),
		Fewer: locale.In(
			"Pour en recevoir moins, ou aucun, réglez la fréquence des courriels de votre profil, ou demandez-le en répondant à ce message.",
			"To receive fewer, or none, set how often you are written to in your profile, or ask for it by answering this message."),
		Unsubscribe: place(portal, ""),
	}
	asked := 0
	for _, item := range l.Items {
		if item.Asked {
			asked++
		}
		v.Items = append(v.Items, item.word(locale, portal))
	}
	v.Subject = subject(l.Items, asked, locale)
	m := Message{ID: string(l.ID), Name: l.To.Name, Email: l.To.Email, Subject: v.Subject, Unsubscribe: v.Unsubscribe, Locale: locale}
	var text, html bytes.Buffer
	if err := textLetter.Execute(&text, v); err != nil {
		return Message{}, err
	}
	if err := htmlLetter.Execute(&html, v); err != nil {
		return Message{}, err
	}
	m.Text, m.HTML = text.String(), html.String()
	return m, nil
}

// subject says what a letter is about: the event itself when it is one.
func subject(items []Item, asked int, l domain.Locale) string {
	if len(items) == 1 {
		s := "Palier : "
		if l == domain.English {
			s = "Palier: "
		}
		s += items[0].Event.Code.Label(l)
		if items[0].Project != "" {
			s += l.In(" – ", " – ") + items[0].Project
		}
		return s
	}
	s := fmt.Sprintf(l.In("Palier : %d nouvelles", "Palier: %d pieces of news"), len(items))
	switch {
	case asked == 1:
		s += l.In(", dont une attend votre réponse", ", one of which awaits your answer")
	case asked > 1:
		s += fmt.Sprintf(l.In(", dont %d attendent votre réponse", ", %d of which await your answer"), asked)
	}
	return s
}

// word says one event.
func (i Item) word(l domain.Locale, portal string) paragraph {
	p := paragraph{Title: capital(i.Event.Code.Label(l))}
	add := func(name, value string) {
		if value != "" {
			p.Facts = append(p.Facts, name+l.In(" : ", ": ")+value)
		}
	}
	add(l.In("Projet", "Project"), i.Project)
	add(l.In("Bailleur", "Landlord"), i.Landlord)
	add(l.In("Local", "Space"), i.Space)
	add(l.In("Aujourd'hui", "As it stands"), i.Status.In(l))
	switch {
	case i.Asked && i.By != nil:
		p.Ask = fmt.Sprintf(l.In("Votre réponse est attendue au plus tard le %s.", "Your answer is expected by %s at the latest."), i.By.Long(l))
	case i.Asked:
		p.Ask = l.In("Votre réponse est attendue.", "Your answer is expected.")
	}
	if p.Link = place(portal, i.Event.Object); p.Link != "" {
		p.Open = l.In("Ouvrir dans Palier", "Open in Palier")
	}
	return p
}

// place is where an object is shown; with "" for an id, where all of them are.
func place(portal string, id domain.ID) string {
	if id == "" && strings.Contains(portal, "{id}") {
		u, err := url.Parse(strings.ReplaceAll(portal, "{id}", ""))
		if err != nil {
			return ""
		}
		return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String()
	}
	return strings.ReplaceAll(portal, "{id}", url.PathEscape(string(id)))
}

// capital begins a label as a sentence.
func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
