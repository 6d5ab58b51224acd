// Command ferret serves the MongoDB wire protocol on a loopback address, for
// tests of the adapters that speak it: FerretDB over SQLite, in a folder that
// the caller throws away.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:27117", "address to listen on")
	data := flag.String("data", "", "existing folder of the databases; required")
	flag.Parse()
	if *data == "" {
		log.Fatal("ferret: --data names the folder of the databases")
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: *addr},
		Handler:   "sqlite",
		SQLiteURL: "file:" + *data + "/",
	})
	if err != nil {
		log.Fatal("ferret: ", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	fmt.Println(server.MongoDBURI())
	if err := server.Run(ctx); err != nil {
		log.Fatal("ferret: ", err)
	}
}
