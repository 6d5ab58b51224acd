package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/settings.md anew")

// TestSettingsAreDocumented: the table is what the program itself says.
func TestSettingsAreDocumented(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`# Settings

Each is a flag of the command line or an environment variable; the flag wins. ` + "`palier --help`" + ` says the same. All of them are checked before anything starts, and all that is wrong is told at once; a variable that begins with ` + "`PALIER_`" + ` and isn't here is refused, since it is a slip of the pen.

This page is made from the program: ` + "`go test . -run SettingsAreDocumented -update`" + `.

| flag | variable | default | |
|---|---|---|---|
`)
	for _, f := range settings() {
		standard := "none"
		switch {
		case f.HasDefault:
			standard = "`" + f.Default + "`"
		case f.IsBool():
			standard = "off"
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", f.Name, f.Envs[0], standard, strings.ReplaceAll(f.Help, "|", `\|`))
	}
	const page = "docs/settings.md"
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != b.String() {
		t.Errorf("%s isn't what the program says: go test . -run SettingsAreDocumented -update", page)
	}
}

// TestAllThatIsWrongIsToldAtOnce: whoever deploys mends it in one go.
func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	told := fails(t, "--data", t.TempDir(), "--addr", "8080", "--streams", "many", "--socket-operations", "0", "--keep-alive", "soon", "--drain=-1s",
		"--log-format", "xml", "--origins", "https://www.example.org/page", "--centroids", "/nowhere.csv", "--mongo", "mongo://u:secret@h",
		"--smtp", "http://mail", "--mail-from", "Palier <palier@example.org>", "--public-url", "portal", "--traces-url", "collector:4318", "--trace-ratio", "2", "--debug-addr", "0.0.0.0:6060",
		"--max-cost", "1,2", "--max-depth", "0", "--max-time", "1h", "--max-queries=-1", "--max-stock", "0", "--max-needs=-1", "--max-requests", "many", "--max-messages", "100000000", "--max-written", "0", "--max-steps", "801", "--max-persons", "0", "--trusted-documents", "/nowhere.json")
	for _, flag := range []string{"--addr", "--streams", "--socket-operations", "--keep-alive", "--drain", "--log-format", "--origins", "--centroids",
		"--mongo", "--smtp", "--public-url", "--traces-url", "--trace-ratio", "--debug-addr",
		"--max-cost", "--max-depth", "--max-time", "--max-queries", "--max-stock", "--max-needs", "--max-requests", "--max-messages", "--max-written", "--max-steps", "--max-persons", "--trusted-documents"} {
		if !strings.Contains(told, flag+" ") && !strings.Contains(told, flag+":") {
			t.Errorf("%s isn't told:\n%s", flag, told)
		}
	}
	if n := strings.Count(told, "--streams "); n != 1 {
		t.Errorf("--streams is told %d times:\n%s", n, told)
	}
	if strings.Contains(told, "secret") {
		t.Errorf("a password is shown:\n%s", told)
	}
}

// TestOriginsAreWhole: what looks like a pattern isn't taken for one, nor for a site.
func TestOriginsAreWhole(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{"https://*", "https://*.example.org"} {
		if told := fails(t, "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--origins", origin); !strings.Contains(told, "--origins") {
			t.Errorf("%s: %s", origin, told)
		}
	}
}

// TestMisspelledVariables: a slip of the pen doesn't leave a door open.
func TestMisspelledVariables(t *testing.T) {
	t.Parallel()
	c := serveCommand{Addr: ":8080", Streams: 1, SocketOps: 1, KeepAlive: 1e9, LogFormat: "json", bounds: bounds{Stock: 1, Needs: 1, Requests: 1, Messages: 1, Written: 1, Steps: 1, Persons: 1}}
	if err := c.check([]string{"PALIER_ADDR=:8080", "PALIER_TEST_ALL=1", "HOME=/"}); err != nil {
		t.Error(err)
	}
	err := c.check([]string{"PALIER_METRIC_TOKEN=x", "PALIER_MONGO=y"})
	for _, name := range []string{"PALIER_METRIC_TOKEN", "PALIER_MONGO "} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s isn't told: %v", name, err)
		}
	}
}
