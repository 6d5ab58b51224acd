package bolttexts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// BenchmarkExport exports a person of fifty texts from stores of many.
func BenchmarkExport(b *testing.B) {
	for _, many := range []int{6_000, 100_000} {
		b.Run(fmt.Sprint("texts=", many), func(b *testing.B) {
			s := mustOpen(b, b.TempDir())
			defer s.Close()
			if err := s.PutPerson(b.Context(), domain.Person{ID: "per_1", Name: "Camille Exemple", Account: "act_7"}); err != nil {
				b.Fatal(err)
			}
			const some = 5000 // in a transaction
			list := make([]domain.Text, 0, some)
			for n := range many {
				t := textOf(n, strings.Repeat("é", 1000))
				t.Author = fmt.Sprint("act_", n%(many/50))
				if list = append(list, t); len(list) == some || n == many-1 {
					mustPut(b, s, list...)
					list = list[:0]
				}
			}
			for b.Loop() {
				out, err := s.ExportPerson(b.Context(), "per_1")
				if err != nil || len(out.Texts) != 50 {
					b.Fatalf("%d texts, %v", len(out.Texts), err)
				}
			}
		})
	}
}
