package schema_test

import (
	"flag"
	"os"
	"testing"

	contract "github.com/palier-hub/palier/schema"
)

var update = flag.Bool("update", false, "write schema/subgraph.graphql")

// TestSubgraphIsPublished: the document that partners compose with, and that the next
// change is compared with, is that of the schema.
func TestSubgraphIsPublished(t *testing.T) {
	const file = "subgraph.graphql"
	got := contract.Subgraph(schema)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || string(want) != got {
		t.Errorf("%s isn't that of the schema: go test ./schema -run Subgraph -update (%v)", file, err)
	}
}
