package smtpmail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a mail server on this machine, for one test.
type server struct {
	t        testing.TB
	listener net.Listener
	tls      *tls.Config
	// roots trust it.
	roots *x509.CertPool
	// answers are what it says to a command in place of what it would, by the
	// command's first word; "." is the end of the data. "hang up" closes the
	// connection instead.
	answers map[string]string
	// plain: it doesn't offer STARTTLS. implicit: TLS from the start.
	plain, implicit bool

	mu       sync.Mutex
	received []received
	said     []string
}

// received is a message that it took.
type received struct{ from, to, data string }

func newServer(t testing.TB, change func(*server)) *server {
	t.Helper()
	s := &server{t: t, answers: map[string]string{}}
	change(s)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	own, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(own)
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := s.listener.Accept()
			if err != nil {
				return
			}
			if s.implicit {
				c = tls.Server(c, s.tls)
			}
			all.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		s.listener.Close()
		all.Wait()
	})
	return s
}

func (s *server) addr() string { return s.listener.Addr().String() }

// talk speaks as much of RFC 5321 as one message needs.
func (s *server) talk(c net.Conn) {
	defer func() { c.Close() }()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	in := bufio.NewReader(c)
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	var m received
	encrypted := s.implicit
	say("220 ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		s.mu.Lock()
		s.said = append(s.said, line)
		s.mu.Unlock()
		word := strings.ToUpper(strings.Fields(line + " -")[0])
		if answer, other := s.answers[word]; other {
			if answer == "hang up" {
				return
			}
			say(answer)
			continue
		}
		switch word {
		case "EHLO":
			say("250-127.0.0.1")
			if !encrypted && !s.plain {
				say("250-STARTTLS")
			}
			if encrypted {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			c = tls.Server(c, s.tls)
			in, encrypted = bufio.NewReader(c), true
		case "AUTH":
			say("235 welcome")
		case "MAIL":
			m.from = line
			say("250 ok")
		case "RCPT":
			m.to = line
			say("250 ok")
		case "DATA":
			say("354 go on")
			var data strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				data.WriteString(strings.TrimPrefix(line, "."))
			}
			m.data = data.String()
			if answer, other := s.answers["."]; other {
				if answer == "hang up" {
					return
				}
				say(answer)
				continue
			}
			s.mu.Lock()
			s.received = append(s.received, m)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 goodbye")
			return
		default:
			say("250 ok")
		}
	}
}
