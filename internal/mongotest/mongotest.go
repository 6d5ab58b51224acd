// Package mongotest gives tests a server that speaks MongoDB's protocol: the one
// that PALIER_TEST_MONGO names (a replica set, with rights to make and drop
// databases), or else FerretDB, started from the program that PALIER_TEST_FERRET
// names (go build in internal/ferret). Without either, such tests are skipped;
// where PALIER_TEST_ALL is set, as in CI, they fail.
package mongotest

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/palier-hub/palier/internal/mongodb"
)

// The variables of the environment that say what to test with.
const (
	Mongo  = "PALIER_TEST_MONGO"
	Ferret = "PALIER_TEST_FERRET"
	All    = "PALIER_TEST_ALL"
)

// IsReal tells whether the tests run on MongoDB itself, which alone can show
// what a majority means.
func IsReal() bool { return os.Getenv(Mongo) != "" }

// Missing skips a test for want of what it needs, or fails it in CI.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(All) != "" {
		t.Fatalf("%s, and %s says that nothing is to be skipped", what, All)
	}
	t.Skip(what)
}

// Main runs the tests of a package that uses URI, and stops the server it
// started; what else is to be cleared away comes before.
func Main(m *testing.M, clear ...func()) {
	code := m.Run()
	for _, also := range clear {
		also()
	}
	Exit(code)
}

// Exit stops the server that the tests started, and ends them.
func Exit(code int) {
	if server.stop != nil {
		server.stop()
	}
	os.Exit(code)
}

var server struct {
	once sync.Once
	uri  string
	pid  int
	err  error
	stop func()
}

// Pid is the process of the server that the tests started; 0 when they didn't.
func Pid() int { return server.pid }

// URI is the server's address with a database of the test's own, dropped at its
// end.
func URI(t testing.TB) string {
	t.Helper()
	uri := os.Getenv(Mongo)
	if uri == "" {
		program := os.Getenv(Ferret)
		if program == "" {
			Missing(t, "this needs a MongoDB server: set "+Mongo+" or "+Ferret)
		}
		server.once.Do(func() { server.uri, server.pid, server.stop, server.err = start(program) })
		if server.err != nil {
			t.Fatalf("starting %s: %v", program, server.err)
		}
		uri = server.uri
	}
	name := "palier_test_" + strings.ToLower(rand.Text()[:10])
	base, options, _ := strings.Cut(uri, "?")
	uri = strings.TrimSuffix(base, "/") + "/" + name
	if options != "" {
		uri += "?" + options
	}
	t.Cleanup(func() {
		db := connect(t, uri)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := db.Drop(ctx); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
		_ = db.Client().Disconnect(ctx)
	})
	return uri
}

// Database is a database of the test's own.
func Database(t testing.TB) *mongo.Database {
	t.Helper()
	db := connect(t, URI(t))
	t.Cleanup(func() { _ = db.Client().Disconnect(context.Background()) })
	return db
}

func connect(t testing.TB, uri string) *mongo.Database {
	t.Helper()
	db, err := mongodb.Connect(uri)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// start runs FerretDB in a folder of its own, and answers once it can be
// reached.
func start(program string) (uri string, pid int, stop func(), err error) {
	folder, err := os.MkdirTemp("", "palier-ferret-")
	if err != nil {
		return "", 0, nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", 0, nil, err
	}
	addr := free.Addr().String()
	free.Close()
	c := exec.Command(program, "-addr", addr, "-data", folder)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return "", 0, nil, err
	}
	if err := c.Start(); err != nil {
		return "", 0, nil, err
	}
	stop = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		_ = os.RemoveAll(folder)
	}
	said := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		said <- lines.Text()
	}()
	select {
	case <-said:
	case <-time.After(20 * time.Second):
		stop()
		return "", 0, nil, fmt.Errorf("it says nothing")
	}
	for range 200 {
		if there, err := net.Dial("tcp", addr); err == nil {
			there.Close()
			return "mongodb://" + addr + "/", c.Process.Pid, stop, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return "", 0, nil, fmt.Errorf("nothing listens at %s", addr)
}
