package smtpmail_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
	"github.com/palier-hub/palier/mail/smtpmail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var message = mail.Message{ID: "mlg_abc", Name: "Zoé Lefèvre", Email: "zoe@example.org", Subject: "Palier : convention signée – Café été",
	Text: "Bonjour Zoé,\n.\nC'est signé.\n", HTML: "<p>Bonjour Zoé</p>", Locale: domain.French}

func sender(t *testing.T, s *server, url string) *smtpmail.Sender {
	t.Helper()
	out, err := smtpmail.Open(smtpmail.Config{Server: url, From: "Palier <palier@example.org>",
		Clock: func() time.Time { return time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC) }, TLS: &tls.Config{RootCAs: s.roots, ServerName: "127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSend(t *testing.T) {
	for _, c := range []struct {
		name, url string
		change    func(*server)
	}{
		{"STARTTLS with a password", "smtp://user:pa%40ss@", func(*server) {}},
		{"TLS from the start", "smtps://user:pa%40ss@", func(s *server) { s.implicit = true }},
		{"without TLS, as asked", "smtp://", func(s *server) { s.plain = true }},
		{"the goodbye is lost", "smtp://user:pa%40ss@", func(s *server) { s.answers["QUIT"] = "hang up" }},
		{"the reset after it is lost", "smtp://user:pa%40ss@", func(s *server) { s.answers["RSET"] = "hang up" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, c.change)
			url := c.url + s.addr()
			if s.plain {
				url += "?tls=off"
			}
			if err := sender(t, s, url).Send(t.Context(), message); err != nil {
				t.Fatal(err)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.received) != 1 {
				t.Fatalf("%d messages", len(s.received))
			}
			if m := s.received[0]; !strings.Contains(m.from, "<palier@example.org>") || !strings.Contains(m.to, "<zoe@example.org>") {
				t.Errorf("from %q to %q", m.from, m.to)
			}
			if !s.plain && !slices.ContainsFunc(s.said, func(line string) bool {
				given, isAuth := strings.CutPrefix(line, "AUTH PLAIN ")
				plain, _ := base64.StdEncoding.DecodeString(given)
				return isAuth && string(plain) == "\x00user\x00pa@ss"
			}) {
				t.Error("no password was given")
			}
			checkMessage(t, s.received[0].data)
		})
	}
}

// checkMessage reads a message as a mail program does.
func checkMessage(t *testing.T, data string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	words := new(mime.WordDecoder)
	for header, want := range map[string]string{
		"Subject": message.Subject, "Message-Id": "<mlg_abc@example.org>", "Date": "Tue, 01 Sep 2026 12:00:00 +0000",
		"Auto-Submitted": "auto-generated", "Content-Language": "fr",
		"List-Unsubscribe": "<mailto:palier@example.org?subject=unsubscribe>",
	} {
		if got, err := words.DecodeHeader(m.Header.Get(header)); got != want || err != nil {
			t.Errorf("%s: %q, want %q (%v)", header, got, want, err)
		}
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || *to[0] != (netmail.Address{Name: message.Name, Address: message.Email}) {
		t.Errorf("to %v, %v", to, err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct{ kind, body string }{{"text/plain", message.Text}, {"text/html", message.HTML}} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		kind, params, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if got := strings.ReplaceAll(string(body), "\r\n", "\n"); err != nil || kind != want.kind || params["charset"] != "UTF-8" || strings.TrimSpace(got) != strings.TrimSpace(want.body) {
			t.Errorf("%s %v: %q, want %s %q (%v)", kind, params, got, want.kind, want.body, err)
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("another part: %v", err)
	}
}

// What can go wrong, and what is known of the message then.
func TestFailures(t *testing.T) {
	const notSent, refused, unknown = "not sent", "refused", "unknown"
	for _, c := range []struct {
		name, command, answer, want string
	}{
		{"too busy to greet", "EHLO", "421 busy", notSent},
		{"a wrong password", "AUTH", "535 no", notSent},
		{"the sender isn't taken for now", "MAIL", "451 later", notSent},
		{"the recipient isn't taken for now", "RCPT", "450 full", notSent},
		{"no such recipient", "RCPT", "550 zoe@example.org is nobody", refused},
		{"the data aren't taken for now", "DATA", "451 later", notSent},
		{"lost before the data", "DATA", "hang up", notSent},
		{"lost at the recipient", "RCPT", "hang up", notSent},
		{"not taken for now after the data", ".", "452 later", notSent},
		{"refused after the data", ".", "554 spam", refused},
		{"lost after the data", ".", "hang up", unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(s *server) { s.answers[c.command] = c.answer })
			err := sender(t, s, "smtp://user:secret@"+s.addr()).Send(t.Context(), message)
			if got := known(err); err == nil || got != c.want {
				t.Errorf("%s, want %s: %v", got, c.want, err)
			}
			if err != nil && (strings.Contains(err.Error(), "zoe") || strings.Contains(err.Error(), "secret")) {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

// known is what an error says of the message.
func known(err error) string {
	if _, not := errors.AsType[*mail.NotSentError](err); not {
		return "not sent"
	}
	if _, refused := errors.AsType[*mail.RefusedError](err); refused {
		return "refused"
	}
	return "unknown"
}

func TestUnreachable(t *testing.T) {
	s := newServer(t, func(s *server) { s.plain = true })
	if err := sender(t, s, "smtp://"+s.addr()).Send(t.Context(), message); known(err) != "not sent" {
		t.Errorf("without the STARTTLS that is required: %v", err)
	}
	gone := newServer(t, func(*server) {})
	gone.listener.Close()
	if err := sender(t, gone, "smtp://"+gone.addr()).Send(t.Context(), message); known(err) != "not sent" {
		t.Errorf("nobody listens: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sender(t, s, "smtp://"+s.addr()).Send(ended, message); known(err) != "not sent" {
		t.Errorf("ended before: %v", err)
	}
	wrong := message
	wrong.Email = "zoe@example.org\r\nBcc: all@example.org"
	if err := sender(t, s, "smtp://"+s.addr()).Send(t.Context(), wrong); known(err) != "refused" {
		t.Errorf("an address that injects a header: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct{ server, from, want string }{
		{"smtp://mail.example.org", "palier", "sender's address"},
		{"http://mail.example.org", "palier@example.org", "mail server's address"},
		{"mail.example.org:25", "palier@example.org", "mail server's address"},
		{"smtp://user:s3cret%zz@mail.example.org", "palier@example.org", "mail server's address"},
		{"smtp://user:s3cret@mail.example.org:0", "palier@example.org", "port"},
		{"smtp://user:s3cret@mail.example.org/path", "palier@example.org", "mail server's address"},
	} {
		_, err := smtpmail.Open(smtpmail.Config{Server: c.server, From: c.from, Clock: time.Now})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s, %s: %v", c.server, c.from, err)
		}
	}
}
