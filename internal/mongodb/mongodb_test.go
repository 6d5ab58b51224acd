package mongodb_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/internal/mongodb"
)

// No password is in what is logged or answered, however wrong the address is.
func TestNoPasswordIsTold(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://hub:secret@db1:27017/palier?replicaSet=rs0":  "mongodb://hub@db1:27017/palier",
		"mongodb://hub:secret@db1:27017,db2:27017/palier":       "mongodb://hub@db1:27017,db2:27017/palier",
		"mongodb://hub:se@cret@db1/palier":                      "",
		"mongodb+srv://hub:secret@cluster.example.org/?w=1":     "",
		"mongodb://hub:secret@/":                                "",
		"mongodb://hub:secret@db1/palier?authSource=x&secret=1": "",
		"postgres://hub:secret@db1/palier":                      "",
		"hub:secret@db1":                                        "(no URI)",
		"":                                                      "(no URI)",
	} {
		said := mongodb.Redacted(uri)
		if want != "" && said != want {
			t.Errorf("%s is told as %s, want %s", uri, said, want)
		}
		if strings.HasPrefix(uri, "mongodb+srv") {
			continue // would look the host up
		}
		if db, err := mongodb.Connect(uri); err != nil {
			said += err.Error()
		} else {
			_ = db.Client().Disconnect(context.Background())
		}
		if strings.Contains(said, "secret") || strings.Contains(said, "cret@") {
			t.Errorf("%s is told as %s", uri, said)
		}
	}
}

func TestDatabase(t *testing.T) {
	for uri, want := range map[string]string{"mongodb://h/": "palier", "mongodb://h/essai": "essai"} {
		db, err := mongodb.Connect(uri)
		if err != nil {
			t.Fatal(err)
		}
		if db.Name() != want {
			t.Errorf("%s names %s, want %s", uri, db.Name(), want)
		}
		_ = db.Client().Disconnect(t.Context())
	}
}

// What never reached a server is told from what may have.
func TestUnsent(t *testing.T) {
	refusing, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := refusing.Addr().String()
	refusing.Close()
	db, err := mongodb.Connect("mongodb://" + addr + "/?directConnection=true")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Client().Disconnect(context.Background())
	if _, err := db.Collection("x").InsertOne(t.Context(), bson.D{}); err == nil || !mongodb.Unsent(err) {
		t.Errorf("nobody listens: %v", err)
	}
	if mongodb.Unsent(errors.New("EOF")) || mongodb.Unsent(nil) {
		t.Error("anything is unsent")
	}
}
