// Package mongodb connects to MongoDB the way Palier's adapters need: what is
// written is journaled by a majority when it is acknowledged, what is read is
// what a majority holds, and nothing waits longer than seconds.
package mongodb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// Database is the driver's, for who only hands it on.
type Database = mongo.Database

// DefaultDatabase is the database of a URI that names none.
const DefaultDatabase = "palier"

const (
	// selection bounds the wait for a server that can be written to.
	selection = time.Second
	// Operation bounds one round trip, selection included; the context of a call
	// may give it less, or more for what is large.
	Operation = 1500 * time.Millisecond
	// heartbeat is how often the driver looks for servers that come and go.
	heartbeat = 2 * time.Second
	// mostConnections bounds the pool of a replica.
	mostConnections = 32
)

// Check tells whether a URI can be read.
func Check(uri string) error {
	_, err := read(uri)
	return err
}

func read(uri string) (*connstring.ConnString, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, fmt.Errorf("the address of MongoDB, %s, can't be read: %s; it looks like mongodb://host:27017/palier?replicaSet=rs0",
			Redacted(uri), strings.ReplaceAll(err.Error(), uri, Redacted(uri)))
	}
	return parsed, nil
}

// Connect prepares a client for the database that a URI names
// (mongodb://[user:password@]host[,host…][/database][?options]). TLS, replica
// set and authentication are the URI's to say; what acknowledgement means isn't:
// concerns and preferences in it are overruled. Nothing is sent yet, and an
// unreachable server is no error here.
func Connect(uri string) (*mongo.Database, error) {
	parsed, err := read(uri)
	if err != nil {
		return nil, err
	}
	journaled := writeconcern.Majority()
	journaled.Journal = new(true)
	// A write whose answer is lost is the caller's to settle: a silent second try
	// would hide whose insert it was.
	client, err := mongo.Connect(options.Client().
		SetAppName("palier").
		SetTimeout(Operation).
		SetServerSelectionTimeout(selection).
		SetConnectTimeout(selection).
		SetHeartbeatInterval(heartbeat).
		SetMaxPoolSize(mostConnections).
		SetRetryWrites(false).
		SetRetryReads(true).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		ApplyURI(uri),
		options.Client().
			SetRetryWrites(false).
			SetReadConcern(readconcern.Majority()).
			SetReadPreference(readpref.Primary()).
			SetWriteConcern(journaled))
	if err != nil {
		return nil, fmt.Errorf("preparing the connection to %s: %w", Redacted(uri), err)
	}
	name := parsed.Database
	if name == "" {
		name = DefaultDatabase
	}
	return client.Database(name), nil
}

// Redacted is a URI without its password, for logs and messages.
func Redacted(uri string) string {
	if u, err := url.Parse(uri); err == nil && u.User != nil {
		u.User = url.User(u.User.Username())
		u.RawQuery, u.Fragment = "", ""
		return u.String()
	}
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return "(no URI)"
	}
	rest, _, _ = strings.Cut(rest, "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = rest[at+1:]
	}
	return scheme + "://" + rest
}

// The codes of server errors after which nothing was written: the server
// refused the command before it ran.
const (
	codeUnauthorized         = 13
	codeAuthenticationFailed = 18
	codeNotWritablePrimary   = 10107
)

// Unsent tells the errors of a write that never reached a server, or that the
// server refused before running it: nothing of it can land later.
func Unsent(err error) bool {
	if unreached(err) {
		return true
	}
	server, ok := errors.AsType[mongo.ServerError](err)
	return ok && (server.HasErrorCode(codeUnauthorized) || server.HasErrorCode(codeAuthenticationFailed) ||
		server.HasErrorCode(codeNotWritablePrimary))
}

// Short bounds one call by the operation's usual time and so much more as what
// it carries may take.
func Short(ctx context.Context, bytes int) (context.Context, context.CancelFunc) {
	const perMegabyte = 500 * time.Millisecond
	return context.WithTimeout(ctx, Operation+perMegabyte*time.Duration(bytes>>20))
}
