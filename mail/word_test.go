package mail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
)

var review = mail.Item{Event: domain.MailEvent{Code: domain.MailRequestSent, Object: "req_1"}, Project: "Café <b>& cie</b>", Landlord: "Office", Space: "Salle 4",
	Status: domain.Bilingual{French: "chez le bailleur", English: "with the landlord"}, Asked: true, By: new(domain.NewDate(2026, 10, 1))}

func TestWord(t *testing.T) {
	told := mail.Item{Event: domain.MailEvent{Code: domain.MailSuperseded, Object: "req_2"}, Project: "VRAC"}
	for _, c := range []struct {
		name    string
		locale  domain.Locale
		items   []mail.Item
		portal  string
		subject string
		// text and html are what is to be found, and missing what isn't.
		text, html, missing []string
	}{
		{"one that asks, in French", "", []mail.Item{review}, "https://portail.example.org/demandes/{id}", "Palier : demande transmise au bailleur – Café <b>& cie</b>",
			[]string{"Bonjour Zoé,", "Projet : Café <b>& cie</b>", "Bailleur : Office", "Local : Salle 4", "Aujourd'hui : chez le bailleur",
				"Votre réponse est attendue au plus tard le 1er octobre 2026.", "https://portail.example.org/demandes/req_1", "https://portail.example.org/\n"},
			[]string{`lang="fr"`, "Café &lt;b&gt;&amp; cie&lt;/b&gt;", `href="https://portail.example.org/demandes/req_1"`}, []string{"<b>& cie", "ZgotmplZ"}},
		{"in English, without a portal", domain.English, []mail.Item{review}, "", "Palier: request sent to the landlord – Café <b>& cie</b>",
			[]string{"Hello Zoé,", "Project: Café", "Your answer is expected by 1 October 2026 at the latest."}, []string{`lang="en"`}, []string{"href"}},
		{"two, of which one asks", domain.French, []mail.Item{review, told}, "", "Palier : 2 nouvelles, dont une attend votre réponse",
			[]string{"Demande transmise au bailleur", "Demande devancée : son local est pris", "VRAC"}, []string{"VRAC"}, nil},
		{"two that ask", domain.English, []mail.Item{review, review}, "", "Palier: 2 pieces of news, 2 of which await your answer", nil, nil, nil},
		{"one that only tells", domain.French, []mail.Item{told}, "https://portail.example.org", "Palier : demande devancée : son local est pris – VRAC",
			[]string{"https://portail.example.org"}, nil, []string{"Votre réponse est attendue", "Bailleur", "Aujourd'hui"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := mail.Word(mail.Letter{ID: "mlg_1", To: domain.Person{Name: "Zoé", Email: "zoe@example.org", Locale: c.locale}, Items: c.items}, c.portal)
			if err != nil {
				t.Fatal(err)
			}
			if m.Subject != c.subject || m.ID != "mlg_1" || m.Email != "zoe@example.org" {
				t.Errorf("%q, %s, %s", m.Subject, m.ID, m.Email)
			}
			for _, part := range c.text {
				if !strings.Contains(m.Text, part) {
					t.Errorf("the text lacks %q:\n%s", part, m.Text)
				}
			}
			for _, part := range c.html {
				if !strings.Contains(m.HTML, part) {
					t.Errorf("the HTML lacks %q:\n%s", part, m.HTML)
				}
			}
			for _, part := range c.missing {
				if strings.Contains(m.HTML, part) {
					t.Errorf("the HTML has %q:\n%s", part, m.HTML)
				}
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Send(context.Context, mail.Message) error { return f.err }

func TestOffice(t *testing.T) {
	lost := errors.New("lost")
	if err := (mail.Office{Sender: failing{lost}}).Post(t.Context(), mail.Letter{}); err != lost {
		t.Error(err)
	}
	var log bytes.Buffer
	office := mail.Office{Sender: mail.Log{Logger: slog.New(slog.NewTextHandler(&log, nil))}}
	if err := office.Post(t.Context(), mail.Letter{To: domain.Person{Name: "Zoé", Email: "zoe@example.org"}, Items: []mail.Item{review}}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"zoe@example.org", "demande transmise", "Office"} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log lacks %q: %s", part, log.String())
		}
	}
}
