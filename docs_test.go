package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestThreatsAreShown: the tests that the threat model names are there.
func TestThreatsAreShown(t *testing.T) {
	text, err := os.ReadFile("docs/threats.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err = filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range function.FindAllSubmatch(source, -1) {
			there[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w*`).FindAllString(string(text), -1)
	if len(named) < 50 {
		t.Errorf("it names %d tests only", len(named))
	}
	for _, name := range named {
		if !there[name] {
			t.Errorf("docs/threats.md names %s, which isn't there", name)
		}
	}
}

// TestCurl runs the commands of docs/curl.md as they stand, against the demonstration,
// and compares the answers: of JSON the members that the page names, of text its lines,
// with anything where it has "…".
func TestCurl(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("PALIER_TEST_ALL") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	page, err := os.ReadFile("docs/curl.md")
	if err != nil {
		t.Fatal(err)
	}
	type step struct{ command, kind, want string }
	var steps []step
	dir := t.TempDir()
	for _, block := range regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		switch kind, name, text := block[1], block[2], block[3]; {
		case kind == "sh" && name == "":
			steps = append(steps, step{command: text})
		case kind == "sh": // how to start
		case name != "":
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		default:
			steps[len(steps)-1].kind, steps[len(steps)-1].want = kind, text
		}
	}
	if len(steps) < 15 {
		t.Fatalf("%d commands only", len(steps))
	}
	hub := start(t, "--demo", "--data", filepath.Join(dir, "data"), "--trusted-documents", filepath.Join(dir, "documents.json"))
	defer hub.stop(t)

	// One shell runs them all, since they hand values on.
	const next = "\n--- next command"
	var script strings.Builder
	script.WriteString("set -eu\n")
	for _, s := range steps {
		fmt.Fprintf(&script, "%s\nprintf '%%s' '%s'\n", s.command, next)
	}
	shell := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	shell.Dir = dir
	shell.Env = append(os.Environ(), "PALIER="+hub.url+"/graphql", "no_proxy=*", "LANDLORD="+hub.token(t, domain.RoleLandlord), "STAFF="+hub.token(t, domain.RoleStaff))
	var out, problems bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &problems
	failed := shell.Run()
	answers := strings.Split(out.String(), next)
	for i, s := range steps {
		if i >= len(answers)-1 {
			t.Fatalf("%v: %s\n%s\n%s", failed, problems.String(), s.command, answers[len(answers)-1])
		}
		switch s.kind {
		case "":
			t.Errorf("the page has no answer to\n%s", s.command)
		case "json":
			var want, got any
			if err := json.Unmarshal([]byte(s.want), &want); err != nil {
				t.Fatalf("%v in\n%s", err, s.want)
			}
			if err := json.Unmarshal([]byte(answers[i]), &got); err != nil {
				t.Fatalf("%v in\n%s", err, answers[i])
			}
			if at := unlike(want, got, "answer"); at != "" {
				t.Errorf("%s\n%s\nanswers\n%s", at, s.command, answers[i])
			}
		case "text":
			for line := range strings.Lines(s.want) {
				parts := strings.Split(strings.TrimSuffix(line, "\n"), "…")
				for j := range parts {
					parts[j] = regexp.QuoteMeta(parts[j])
				}
				if !regexp.MustCompile("(?m)^" + strings.Join(parts, ".*") + `\s*$`).MatchString(answers[i]) {
					t.Errorf("no line like\n%s%s\nanswers\n%s", line, s.command, answers[i])
				}
			}
		}
	}
}

// unlike says where an answer hasn't what is wanted of it, or nothing.
func unlike(want, got any, at string) string {
	switch want := want.(type) {
	case map[string]any:
		of, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v", at, got)
		}
		for name, value := range want {
			if _, there := of[name]; !there {
				return at + "." + name + " is missing"
			}
			if where := unlike(value, of[name], at+"."+name); where != "" {
				return where
			}
		}
	case []any:
		of, ok := got.([]any)
		if !ok || len(of) != len(want) {
			return fmt.Sprintf("%s is %v, want %d", at, got, len(want))
		}
		for i := range want {
			if where := unlike(want[i], of[i], fmt.Sprintf("%s[%d]", at, i)); where != "" {
				return where
			}
		}
	default:
		if want != "…" && want != got {
			return fmt.Sprintf("%s is %v, want %v", at, got, want)
		}
	}
	return ""
}
