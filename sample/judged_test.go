package sample

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
)

// judgedCase is what people say that the ranking should show first for one need
// or one space. README.md says how to write one.
type judgedCase struct {
	// Name is the file's name and the case's key.
	Name string
	// Asks says in a sentence what is looked for.
	Asks string
	// Project and Need are whose spaces are ranked; nil when Space is set.
	Project *Project
	Need    *Need
	// Varies tells whether the need differs from the sample's.
	Varies bool
	// Space is the key of the space whose needs are ranked.
	Space string
	// NoBest says why nothing deserves the grade 3; "" when something does.
	NoBest string
	// Judged by the key of the space, or of the need as project/need.
	Judged map[string]judgement
}

// judgement is a grade and its reason.
type judgement struct {
	Grade int
	Why   string
}

// The grades: what to call about first, what is good, what is worth a look, and
// what must not come before any of these.
const (
	callFirst = 3
	good      = 2
	aLook     = 1
	notBefore = 0
)

// The shapes of the files.
type (
	judgedFile struct {
		Project string
		Cases   []json.RawMessage
	}
	caseEntry struct {
		Key, Asks, Need, Space, NoBest string
		// Note is for people: where the ranking disagrees, and what to do.
		Note string
		// Fields of the need: a merge patch (RFC 7396) over the sample's, or a
		// whole need when none is named.
		Fields map[string]any
		Judged []struct {
			Space, Need, Why string
			Grade            *int
		}
	}
)

// judgedFS are the files beside the sample.
var judgedFS = os.DirFS("judged")

// readJudged reads and checks the files. All that is wrong is said at once.
func readJudged(files fs.FS, data *Data) (all []judgedCase, err error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	var wrong []error
	taken := keys{}
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		raw, err := toJSON(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		file, err := decode[judgedFile](raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for i, raw := range file.Cases {
			c, err := readCase(raw, file.Project, data)
			c.Name = strings.TrimSuffix(path.Base(name), ".yaml") + "/" + nameOf(raw, "key", i)
			if err = errors.Join(err, taken.add(c.Name)); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", c.Name, err))
			}
			all = append(all, c)
		}
	}
	return all, errors.Join(wrong...)
}

func readCase(raw json.RawMessage, project string, data *Data) (c judgedCase, err error) {
	e, err := decode[caseEntry](raw)
	if err != nil {
		return c, err
	}
	c = judgedCase{Asks: e.Asks, Varies: len(e.Fields) > 0, Space: e.Space, NoBest: e.NoBest}
	var wrong []error
	refuse := func(is bool, text string, about ...any) {
		if is {
			wrong = append(wrong, fmt.Errorf(text, about...))
		}
	}
	refuse(e.Key == "", "key is missing")
	refuse(e.Asks == "", "asks is missing: say in a sentence what is looked for")
	known := data.names()
	switch {
	case e.Space != "":
		refuse(e.Need != "" || e.Fields != nil, "a case is about a space or about a need, not both")
		refuse(!known.spaces[e.Space], "space: %q is not in the sample", e.Space)
	default:
		i := slices.IndexFunc(data.Projects, func(p Project) bool { return p.Key == project })
		if i < 0 {
			return c, fmt.Errorf("project: %q is not in the sample", project)
		}
		c.Project = &data.Projects[i]
		need, err := varied(project, e)
		refuse(err != nil, "%w", err)
		c.Need = &need
	}
	c.Judged = make(map[string]judgement, len(e.Judged))
	best := false
	for _, j := range e.Judged {
		key, among := j.Space, known.spaces
		if e.Space != "" {
			key, among = j.Need, known.needs
		}
		refuse(j.Space != "" && j.Need != "" || !among[key], "judged: %q is not in the sample", j.Space+j.Need)
		_, twice := c.Judged[key]
		refuse(twice, "judged: %q stands twice", key)
		refuse(len(j.Why) < 10, "judged: %q has no reason", key)
		if j.Grade == nil || *j.Grade < notBefore || *j.Grade > callFirst {
			refuse(true, "judged: %q needs a grade from 0 to 3", key)
			continue
		}
		best = best || *j.Grade == callFirst
		c.Judged[key] = judgement{*j.Grade, j.Why}
	}
	refuse(len(c.Judged) < 2, "judge two at least: an order is what is judged")
	refuse(!best && e.NoBest == "", "nothing has the grade 3: give it, or say in noBest why nothing deserves it")
	refuse(best && e.NoBest != "", "noBest says that nothing has the grade 3, and something has")
	return c, errors.Join(wrong...)
}

// varied is the case's need: the sample's with the changes, or a whole one.
func varied(project string, e caseEntry) (Need, error) {
	fields := map[string]any{}
	if e.Need != "" {
		content, err := embedded.ReadFile("data/projects/" + project + ".yaml")
		if err != nil {
			return Need{}, err
		}
		raw, err := toJSON(content)
		if err != nil {
			return Need{}, err
		}
		var file struct{ Needs []map[string]any }
		if err := json.Unmarshal(raw, &file); err != nil {
			return Need{}, err
		}
		i := slices.IndexFunc(file.Needs, func(n map[string]any) bool { return n["key"] == e.Need })
		if i < 0 {
			return Need{}, fmt.Errorf("need: %q is not a need of %s", e.Need, project)
		}
		fields = file.Needs[i]
	}
	raw, err := json.Marshal(merged(fields, e.Fields))
	if err != nil {
		return Need{}, err
	}
	need, err := readNeed(raw)
	if err != nil {
		return Need{}, fmt.Errorf("fields: %w", err)
	}
	return need, nil
}

// merged applies a merge patch (RFC 7396): objects field by field, null takes
// away, anything else replaces.
func merged(target, patch map[string]any) map[string]any {
	out := maps.Clone(target)
	for name, value := range patch {
		inner, isObject := value.(map[string]any)
		switch {
		case value == nil:
			delete(out, name)
		case isObject:
			below, _ := out[name].(map[string]any)
			if below == nil {
				below = map[string]any{}
			}
			out[name] = merged(below, inner)
		default:
			out[name] = value
		}
	}
	return out
}

// names are the keys of the sample's spaces, and of its needs as project/need.
type names struct{ spaces, needs map[string]bool }

func (d *Data) names() names {
	known := names{map[string]bool{}, map[string]bool{}}
	for _, s := range d.spaces() {
		known.spaces[s.Key] = true
	}
	for _, p := range d.Projects {
		for _, n := range p.Needs {
			known.needs[p.Key+"/"+n.Key] = true
		}
	}
	return known
}

func mustReadJudged(t *testing.T) []judgedCase {
	t.Helper()
	all, err := readJudged(judgedFS, mustRead(t))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every need of the sample is judged as it stands, and every variant is a need
// that the hub would accept.
func TestJudgedCasesCoverTheSample(t *testing.T) {
	data, atlas := mustRead(t), mustLoad(t)
	asItStands := map[string]bool{}
	needs, spaces := 0, 0
	for _, c := range mustReadJudged(t) {
		if c.Need == nil {
			spaces++
			continue
		}
		needs++
		p := domain.Problems{Root: []string{c.Name}}
		c.Need.Fields.Validate(&p, atlas, calendar.Check)
		if err := p.Err(); err != nil {
			t.Error(err)
		}
		if !c.Varies {
			asItStands[c.Project.Key+"/"+c.Need.Key] = true
		}
	}
	for need := range data.names().needs {
		if !asItStands[need] {
			t.Errorf("%s isn't judged as it stands", need)
		}
	}
	if needs < 30 || spaces < 5 {
		t.Errorf("%d cases of needs and %d of spaces, at least 30 and 5 wanted", needs, spaces)
	}
}

func TestReadJudgedRefuses(t *testing.T) {
	const (
		first  = `{space: CH-VEN-04-L1, grade: 3, why: "La meilleure salle."}`
		second = `{space: CH-GIV-01-L1, grade: 0, why: "Fermée le soir."}`
	)
	of := func(fields, judged string) string {
		return "project: vrac\ncases: [{key: essai, asks: Une salle., " + fields + ", judged: [" + judged + "]}]"
	}
	const need = "need: distributions-lyon"
	both := first + ", " + second
	for _, tc := range []struct{ name, file, want string }{
		{"nothing", of(need, both), ""},
		{"a field of a case", of(need+", comment: Non", both), `unknown field "comment"`},
		{"a field of a need", of(need+", fields: {rooms: 2}", both), `unknown field "rooms"`},
		{"a need that isn't", of("need: ailleurs", both), `"ailleurs" is not a need of vrac`},
		{"a need of its own", of("fields: {key: salle, label: Une salle, spaceKinds: [OFFICE]}", both), ""},
		{"a space that isn't", of("space: NULLE-PART", both), `"NULLE-PART" is not in the sample`},
		{"a space and a need", of(need+", space: CH-VEN-04-L1", both), "not both"},
		{"a judged space that isn't", of(need, first+`, {space: X, grade: 0, why: "Pas là du tout."}`), `"X" is not in the sample`},
		{"the same twice", of(need, first+", "+first), "stands twice"},
		{"no grade", of(need, first+`, {space: CH-GIV-01-L1, why: "Fermée le soir."}`), "needs a grade"},
		{"no such grade", of(need, first+`, {space: CH-GIV-01-L1, grade: 4, why: "Fermée le soir."}`), "needs a grade"},
		{"no reason", of(need, first+`, {space: CH-GIV-01-L1, grade: 0}`), "has no reason"},
		{"no best", of(need, second+`, {space: CH-BRO-03-L1, grade: 1, why: "Créneaux pris."}`), "say in noBest why"},
		{"a best and none", of(need+", noBest: Rien.", both), "something has"},
		{"only one", of(need, first), "judge two at least"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readJudged(fstest.MapFS{"vrac.yaml": {Data: []byte(tc.file)}}, mustRead(t))
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("%v, want %q", err, tc.want)
			}
		})
	}
}

func TestMerged(t *testing.T) {
	base := map[string]any{"kept": 1, "gone": 2, "range": map[string]any{"min": 3, "max": 4}, "list": []any{1, 2}}
	got := merged(base, map[string]any{"gone": nil, "range": map[string]any{"min": 5}, "list": []any{9}, "new": map[string]any{"a": nil, "b": 1}})
	want := map[string]any{"kept": 1, "range": map[string]any{"min": 5, "max": 4}, "list": []any{9}, "new": map[string]any{"b": 1}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if fmt.Sprint(base["range"]) != "map[max:4 min:3]" {
		t.Errorf("the base has changed: %v", base)
	}
}
