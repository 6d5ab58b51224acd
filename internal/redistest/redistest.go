// Package redistest gives tests a Redis of their own: the program that
// PALIER_TEST_REDIS names, or else the redis-server that is installed, which they
// may freeze, kill and flush. Without one, such tests are skipped; where
// PALIER_TEST_ALL is set, as in CI, they fail.
package redistest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongotest"
)

// Program is the variable of the environment that names the server's program.
const Program = "PALIER_TEST_REDIS"

// Server is a Redis that keeps nothing on disk. It ends with its test.
type Server struct {
	t       testing.TB
	program string
	addr    string
	process *exec.Cmd
}

// Start starts a server on a free port.
func Start(t testing.TB) *Server {
	t.Helper()
	program := os.Getenv(Program)
	if program == "" {
		found, err := exec.LookPath("redis-server")
		if err != nil {
			mongotest.Missing(t, "this needs a Redis server: install redis-server, or set "+Program)
		}
		program = found
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, program: program, addr: free.Addr().String()}
	free.Close()
	s.Restart()
	t.Cleanup(s.Kill)
	return s
}

// URL is that of the server, also while it is down.
func (s *Server) URL() string { return "redis://" + s.addr }

// Restart starts the server again, empty, where it was, and waits until it answers.
func (s *Server) Restart() {
	s.t.Helper()
	host, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.process = exec.Command(s.program, "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", s.t.TempDir())
	if err := s.process.Start(); err != nil {
		s.t.Fatalf("starting %s: %v", s.program, err)
	}
	for range 200 {
		if answer, err := s.ask("PING"); err == nil && answer == "+PONG" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatalf("%s doesn't answer at %s", s.program, s.addr)
}

// Kill ends the server at once; its connections are reset.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
}

// Freeze stops the server where it is: connections stay, and nothing is answered.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(what syscall.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(what); err != nil {
		s.t.Fatal(err)
	}
}

// Flush makes the server forget all keys and scripts.
func (s *Server) Flush() {
	s.Do("FLUSHALL")
	s.Do("SCRIPT FLUSH")
}

// Reset closes every connection of clients and subscribers.
func (s *Server) Reset() {
	s.Do("CLIENT KILL TYPE normal SKIPME yes")
	s.Do("CLIENT KILL TYPE pubsub")
}

// Do gives the server a command of plain words, and answers the first line that it
// says.
func (s *Server) Do(command string) string {
	s.t.Helper()
	answer, err := s.ask(command)
	if err != nil || strings.HasPrefix(answer, "-") {
		s.t.Fatalf("%s: %s %v", command, answer, err)
	}
	return answer
}

func (s *Server) ask(command string) (string, error) {
	c, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(c, "%s\r\n", command); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line), err
}
