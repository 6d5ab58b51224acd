package resolvers_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/apitest"
)

// journal keeps what a hub logs.
type journal struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.Write(p)
}

// take is what was logged since it was last taken.
func (j *journal) take() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer j.lines.Reset()
	return j.lines.String()
}

// reading is a line that says who read personal data.
type reading struct {
	Msg, Kind, Role, Actor, OnBehalfOf string
	Count                              int
}

// personal are the types that hold personal data, with the kind as which it is
// logged.
var personal = map[string]string{"HostingText": "text", "PalierPerson": "person", "PalierPersonConnection": "person", "PalierPersonExport": "export"}

// TestReadingPersonalDataIsLogged: every field of the schema that shows who somebody
// is, or what somebody typed, leaves a line that says who read what kind, and nothing
// of what it says.
func TestReadingPersonalDataIsLogged(t *testing.T) {
	t.Parallel()
	var log journal
	v := newTown(t, apitest.Setup{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	v.more(t)
	all := log.take()
	rows := asker{town: v}
	objects := make(map[domain.Kind][]string)
	for _, r := range append(v.rows(), rows.persons(t)...) {
		objects[r.id.Kind()] = append(objects[r.id.Kind()], string(r.id))
	}
	for _, name := range slices.Sorted(maps.Keys(ways)) {
		for _, f := range fieldsOf(apitest.Schema.Types[name]) {
			kind, is := personal[f.Type.Name()]
			if !is || personal[name] != "" { // whoever reads the type has been logged
				continue
			}
			s := step{apitest.Schema.Types[name], f}
			selection := map[string]string{"text": "{ body }", "person": "{ name }", "export": "{ json }"}[kind]
			if strings.HasSuffix(f.Type.Name(), "Connection") {
				selection = "{ nodes { name } }"
			}
			d := calling("query", call{s, nil, selection})
			shown := false
			for _, who := range []string{"monts", "cantine", "STAFF"} {
				filler, client := v.filling(t, who), v.client(t, who)
				of := domain.KindPerson // which a field of Query is of
				if from := append(slices.Clone(ways[name]), s); from[0].on != apitest.Schema.Query {
					of = kindNamed(from[0].on.Name)
				}
				for _, id := range objects[of] {
					filler.ids[of] = id
					all += log.take()
					a := client.Try(t, d.text, d.variables(filler, nil))
					said := log.take()
					all += said
					if !bytes.Contains(a.Body, []byte("SECRET")) {
						continue
					}
					shown = true
					viewer := v.viewer(t, who)
					if !slices.ContainsFunc(readings(t, said), func(r reading) bool {
						return r.Kind == kind && r.Count > 0 && r.Role == string(viewer.Role) && r.Actor == viewer.Actor
					}) {
						t.Errorf("%s was shown to %s, and the log says: %s", s, who, said)
					}
				}
			}
			if !shown {
				t.Errorf("nobody was shown %s: the town has nothing that it shows", s)
			}
		}
	}
	if strings.Contains(all, "SECRET") || strings.Contains(all, "+336") {
		t.Errorf("the log holds personal data: %.2000s", all[max(0, strings.Index(all, "SECRET")-500):])
	}
}

// readings are the lines about personal data.
func readings(t *testing.T, said string) (out []reading) {
	t.Helper()
	for line := range strings.Lines(said) {
		var r reading
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if r.Msg == "personal data read" {
			out = append(out, r)
		}
	}
	return out
}

// TestNothingIsReadOfWhatIsHidden: no reading is logged, since nothing is read, where
// an object is hidden or missing, or a key isn't made to show personal data.
func TestNothingIsReadOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	var log journal
	v := newTown(t, apitest.Setup{Log: slog.New(slog.NewJSONHandler(&log, nil)), Trusted: []string{lookup, ownOf}})
	for _, who := range []string{"PUBLIC", "OBSERVER", "plaine", "semis", "pages of monts", "key without persons"} {
		client := v.client(t, who)
		for name, id := range v.IDs {
			if domain.ID(id).Kind() == domain.KindPerson {
				continue // who has to be read to know whose they are
			}
			if sees := v.sees(t, who, id); sees && who != "key without persons" {
				continue
			}
			log.take()
			client.Try(t, ownOf, map[string]any{"id": id})
			if said := log.take(); len(readings(t, said)) > 0 {
				t.Errorf("%s asked for %s, and read %s", who, name, said)
			}
		}
	}
}
