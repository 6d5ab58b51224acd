package mongotest

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/palier-hub/palier/internal/mongodb"
)

// Real is a replica set whose members a test may stop. The user of PALIER_TEST_MONGO
// needs the rights of clusterManager and hostManager.
type Real struct {
	t testing.TB
	// admin is the database of commands to the primary.
	admin *mongo.Database
	uri   string
}

// OnlyReal skips a test that nothing but MongoDB itself can pass or fail.
func OnlyReal(t testing.TB) *Real {
	t.Helper()
	if !IsReal() {
		t.Skip("only a replica set can show this: set " + Mongo)
	}
	r := &Real{t: t, uri: os.Getenv(Mongo)}
	r.admin = r.open(r.uri)
	return r
}

func (r *Real) open(uri string) *mongo.Database {
	r.t.Helper()
	db, err := mongodb.Connect(uri)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = db.Client().Disconnect(context.Background()) })
	return db.Client().Database("admin")
}

// StepDown makes the primary step down, so that another is elected.
func (r *Real) StepDown() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err := r.admin.RunCommand(ctx, bson.D{{Key: "replSetStepDown", Value: 10}, {Key: "secondaryCatchUpPeriodSecs", Value: 5}, {Key: "force", Value: true}}).Err()
	if err != nil && !mongo.IsNetworkError(err) { // it may hang up
		r.t.Fatalf("stepping down: %v", err)
	}
}

// LockSecondaries keeps all members but the primary from writing: no majority
// acknowledges anything until unlock.
func (r *Real) LockSecondaries() (unlock func()) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var set struct {
		Hosts   []string `bson:"hosts"`
		Primary string   `bson:"primary"`
	}
	if err := r.admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&set); err != nil {
		r.t.Fatal(err)
	}
	if len(set.Hosts) < 3 {
		r.t.Fatalf("this needs a replica set of three members, and it has %q", set.Hosts)
	}
	var locked []*mongo.Database
	open := true
	unlock = func() {
		if !open {
			return
		}
		open = false
		for _, member := range locked {
			if err := member.RunCommand(context.Background(), bson.D{{Key: "fsyncUnlock", Value: 1}}).Err(); err != nil {
				r.t.Errorf("unlocking a member: %v", err)
			}
		}
	}
	r.t.Cleanup(unlock)
	for _, host := range set.Hosts {
		if host == set.Primary {
			continue
		}
		member := r.open(r.direct(host))
		if err := member.RunCommand(ctx, bson.D{{Key: "fsync", Value: 1}, {Key: "lock", Value: true}}).Err(); err != nil {
			r.t.Fatalf("locking %s: %v", host, err)
		}
		locked = append(locked, member)
	}
	return unlock
}

// direct is the URI of one member alone.
func (r *Real) direct(host string) string {
	scheme, rest, _ := strings.Cut(r.uri, "://")
	place, options, _ := strings.Cut(rest, "?")
	user := ""
	if at := strings.LastIndex(place, "@"); at >= 0 {
		user = place[:at+1]
	}
	kept := "directConnection=true"
	for option := range strings.SplitSeq(options, "&") {
		if option != "" && !strings.HasPrefix(strings.ToLower(option), "replicaset=") {
			kept += "&" + option
		}
	}
	return strings.Replace(scheme, "mongodb+srv", "mongodb", 1) + "://" + user + host + "/?" + kept
}
