package httpapi

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestScalarsAreRead: a type of values that is new to the schema is read before
// anything is done, too.
func TestScalarsAreRead(t *testing.T) {
	files, err := filepath.Glob("../schema/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, scalar := range regexp.MustCompile(`(?m)^scalar (\w+)`).FindAllStringSubmatch(string(text), -1) {
			found++
			// Gateways' representations are of queries, which do nothing.
			if scalars[scalar[1]] == nil && scalar[1] != "_Any" {
				t.Errorf("%s: scalar %s isn't among those that are read first", filepath.Base(name), scalar[1])
			}
		}
	}
	if found < 8 {
		t.Errorf("%d scalars found: the test reads the wrong files", found)
	}
}
