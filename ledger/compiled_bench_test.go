package ledger_test

import (
	"context"
	"os"
	"reflect"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
)

// BenchmarkUnmarshal decodes spaces as they are stored: by the driver, by the
// plan, and by the plan as a replay does, which remembers what repeats. They are those of a generated ledger where the variable names
// one (see BenchmarkBoot), else one space with other ids, again and again.
func BenchmarkUnmarshal(b *testing.B) {
	docs := storedSpaces(b)
	size := 0
	for _, d := range docs {
		size += len(d)
	}
	for _, by := range []struct {
		name      string
		unmarshal func([]byte, any) error
	}{
		{"driver", bson.Unmarshal},
		{"a few", ledger.Unmarshal},
		{"replay", new(ledger.Sharing).Unmarshal},
	} {
		b.Run(by.name, func(b *testing.B) {
			b.SetBytes(int64(size / len(docs)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := by.unmarshal(docs[i%len(docs)], new(domain.VacantSpace)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func storedSpaces(b *testing.B) (docs [][]byte) {
	const most = 20_000
	folder := os.Getenv("PALIER_TEST_BENCH_DATA")
	if folder == "" {
		v := reflect.New(reflect.TypeFor[domain.VacantSpace]())
		fill(b, v.Elem(), 2, "")
		for i := range most {
			space := v.Interface().(*domain.VacantSpace)
			space.ID = domain.SpaceID(domain.Seed{byte(i), byte(i >> 8)}.NewID(domain.KindSpace, 0))
			doc, err := ledger.Marshal(space)
			if err != nil {
				b.Fatal(err)
			}
			docs = append(docs, doc)
		}
		return docs
	}
	store, err := boltledger.Open(folder)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	for c, err := range store.Read(context.Background(), 0) {
		if err != nil {
			b.Fatal(err)
		}
		for _, ch := range c.Changes {
			if ch.Kind == domain.KindSpace {
				docs = append(docs, ch.Doc)
			}
		}
		if len(docs) >= most {
			break
		}
	}
	return docs
}
