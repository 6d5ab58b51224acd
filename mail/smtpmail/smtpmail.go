// Package smtpmail sends mail by SMTP (RFC 5321).
package smtpmail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/palier-hub/palier/mail"
)

// Config says by which server mail is sent, and as whom.
type Config struct {
	// Server is smtp://user:password@host:port, with STARTTLS, or smtps:// with
	// TLS from the start; the port is 587 or 465 when it isn't said, and user and
	// password are left out for a server that asks for none. smtp://…?tls=off
	// is for a server on the same machine.
	Server string
	// From is the sender: an address, with a name before it or without.
	From string
	// Clock tells the time of a message.
	Clock func() time.Time
	// TLS is for tests; nil trusts what the machine trusts.
	TLS *tls.Config
}

// Sender sends by one server.
type Sender struct {
	host    string
	options []gomail.Option
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	from    netmail.Address
	clock   func() time.Time
}

// dialling bounds how long the server may take to answer each step.
const dialling = 15 * time.Second

// Open checks a configuration; it doesn't reach the server yet. No error tells
// the password.
func Open(c Config) (*Sender, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("the sender's address %q can't be read: give one such as \"Palier <palier@example.org>\"", c.From)
	}
	u, err := url.Parse(c.Server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("the mail server's address can't be read: give one such as smtp://user:password@mail.example.org:587, with what is special in the password escaped (%40 for @)")
	}
	s := &Sender{host: u.Hostname(), from: *from, clock: c.Clock, dial: new(net.Dialer).DialContext}
	port := 587
	switch off := u.Query().Get("tls") == "off"; {
	case u.Scheme == "smtps":
		port = 465
		// The client finds the connection encrypted: no server offers STARTTLS within
		// TLS (RFC 3207, section 4.2).
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
		s.dial = (&tls.Dialer{Config: c.TLS}).DialContext
	case off:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return nil, fmt.Errorf("the mail server's port %q is none", p)
		}
	}
	s.options = append(s.options, gomail.WithPort(port), gomail.WithTimeout(dialling))
	if c.TLS != nil {
		s.options = append(s.options, gomail.WithTLSConfig(c.TLS))
	}
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		// Without TLS only ways to sign in that don't show the password are taken.
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("the mail server's address can't be used: %w", err)
	}
	return s, nil
}

// lent is the connection of one message.
type lent struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	mu   sync.Mutex
	conn net.Conn
}

func (l *lent) open(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := l.dial(ctx, network, address)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = c
	return c, err
}

func (l *lent) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Close()
	}
}

// Send implements mail.Sender: one connection for each message.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	message, err := s.message(m)
	if err != nil {
		return &mail.RefusedError{Err: err}
	}
	// The connection is ours to close: the client leaves it open when the server
	// doesn't let it in, and doesn't watch the context.
	connection := &lent{dial: s.dial}
	defer connection.close()
	stop := context.AfterFunc(ctx, connection.close)
	defer stop()
	client, err := gomail.NewClient(s.host, append(slices.Clip(s.options), gomail.WithDialContextFunc(connection.open))...)
	if err != nil {
		return &mail.NotSentError{Err: err}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return &mail.NotSentError{Err: fmt.Errorf("reaching the mail server: %w", err)}
	}
	err = client.Send(message)
	_ = client.Close() // whatever the server says to that, it has the message or not
	if err == nil || message.IsDelivered() {
		return nil
	}
	return classified(err)
}

// classified tells what an error of sending means for the message. It says
// nothing of the server's own words, in which addresses may stand.
func classified(err error) error {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return &mail.NotSentError{Err: errors.New("the connection was lost before the message")}
	}
	said := fmt.Errorf("%s: the server answered %d", failed.Reason, failed.ErrorCode())
	if failed.ErrorCode() == 0 {
		said = fmt.Errorf("%s: the connection was lost", failed.Reason)
	}
	switch code := failed.ErrorCode(); {
	case code >= 500:
		return &mail.RefusedError{Err: said}
	case code >= 400, failed.Reason != gomail.ErrSMTPDataClose:
		// Before the end of the data the server can't have taken it.
		return &mail.NotSentError{Err: said}
	}
	return said
}

// message makes the parts and the headers.
func (s *Sender) message(m mail.Message) (*gomail.Msg, error) {
	out := gomail.NewMsg()
	if err := out.FromFormat(s.from.Name, s.from.Address); err != nil {
		return nil, errors.New("the sender's address isn't one")
	}
	if err := out.AddToFormat(m.Name, m.Email); err != nil {
		return nil, errors.New("the recipient's address isn't one")
	}
	_, domain, _ := strings.Cut(s.from.Address, "@")
	out.SetMessageIDWithValue(m.ID + "@" + domain)
	out.SetDateWithValue(s.clock())
	out.Subject(m.Subject)
	out.SetGenHeader(gomail.HeaderContentLang, strings.ToLower(m.Locale.In("FR", "EN")))
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	unsubscribe := []string{"mailto:" + s.from.Address + "?subject=unsubscribe"}
	if m.Unsubscribe != "" {
		unsubscribe = append([]string{m.Unsubscribe}, unsubscribe...)
	}
	out.SetListUnsubscribe(unsubscribe...)
	out.SetBodyString(gomail.TypeTextPlain, m.Text)
	out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return out, nil
}
