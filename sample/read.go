package sample

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/palier-hub/palier/domain"
)

// The shapes of the files. Records inside a record stay raw until their turn,
// so that an error can name them.
type (
	landlordFile struct {
		domain.LandlordFields
		Group     string
		Synthetic *bool
		Sites     []json.RawMessage
		Needs     []json.RawMessage
	}
	landlordNeedEntry struct {
		domain.StatedLandlordNeed
		Synthetic *bool
		State     domain.Publication
	}
	siteEntry struct {
		domain.SiteFields
		Synthetic *bool
		State     domain.Publication
		Spaces    []json.RawMessage
	}
	spaceEntry struct {
		domain.SpaceFields
		Synthetic *bool
		State     domain.Publication
	}
	projectFile struct {
		domain.ProjectFields
		Synthetic *bool
		Needs     []json.RawMessage
	}
	needEntry struct {
		domain.NeedFields
		Key       string
		Synthetic *bool
		State     domain.Publication
	}
)

func read(data fs.FS) (*Data, error) {
	landlords, err := readFolder(data, "landlords", readLandlord)
	if err != nil {
		return nil, err
	}
	projects, err := readFolder(data, "projects", readProject)
	if err != nil {
		return nil, err
	}
	requests, err := readFolder(data, "requests", readRequest)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := checkGroups(landlords); err != nil {
		return nil, err
	}
	slices.SortStableFunc(landlords, func(a, b Landlord) int { return depth(a) - depth(b) })
	return &Data{Landlords: landlords, Projects: projects, Requests: requests}, nil
}

// readFolder reads the files of a folder in the order of their names.
func readFolder[T any](data fs.FS, folder string, record func(key string, raw json.RawMessage) (T, error)) ([]T, error) {
	files, err := fs.ReadDir(data, folder)
	if err != nil {
		return nil, err
	}
	var all []T
	for _, f := range files {
		name := path.Join(folder, f.Name())
		key, isYAML := strings.CutSuffix(f.Name(), ".yaml")
		if !isYAML {
			return nil, fmt.Errorf("%s: only .yaml files belong here", name)
		}
		content, err := fs.ReadFile(data, name)
		if err != nil {
			return nil, err
		}
		raw, err := toJSON(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		one, err := record(key, raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// toJSON turns a file into JSON, whose decoder knows the domain's types.
func toJSON(content []byte) (json.RawMessage, error) {
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) != 1 {
		return nil, fmt.Errorf("%d YAML documents: a file holds one", len(file.Docs))
	}
	if file.Docs[0].Body == nil {
		return nil, errEmpty
	}
	var fields map[string]any
	if err := yaml.NodeToValue(file.Docs[0].Body, &fields); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

func readLandlord(key string, raw json.RawMessage) (Landlord, error) {
	f, err := decode[landlordFile](raw)
	if err != nil {
		return Landlord{}, err
	}
	if f.GroupID != nil {
		return Landlord{}, errors.New("groupID: name the group's file with group instead")
	}
	l := Landlord{Key: key, Fields: f.LandlordFields, GroupKey: f.Group, Synthetic: synthetic(f.Synthetic)}
	taken, takenBySpace := keys{}, keys{}
	for i, raw := range f.Sites {
		site, err := readSite(raw, takenBySpace)
		if err == nil {
			err = taken.add(site.Key)
		}
		if err != nil {
			return Landlord{}, fmt.Errorf("site %s: %w", nameOf(raw, "externalRef", i), err)
		}
		l.Sites = append(l.Sites, site)
	}
	takenByNeed := keys{}
	for i, raw := range f.Needs {
		need, err := readLandlordNeed(raw, taken)
		if err == nil {
			err = takenByNeed.add(need.Key)
		}
		if err != nil {
			return Landlord{}, fmt.Errorf("need %s: %w", nameOf(raw, "externalRef", i), err)
		}
		l.Needs = append(l.Needs, need)
	}
	return l, nil
}

// readLandlordNeed reads a need; sites are the keys of its landlord's.
func readLandlordNeed(raw json.RawMessage, sites keys) (LandlordNeed, error) {
	e, err := decode[landlordNeedEntry](raw)
	if err != nil {
		return LandlordNeed{}, err
	}
	for _, site := range e.Sites {
		if key := reference(site.ExternalRef); !sites[key] {
			return LandlordNeed{}, fmt.Errorf("sites: %q is not the externalRef of one of this landlord's sites", key)
		}
	}
	state, err := stateOf(e.State)
	return LandlordNeed{Key: reference(e.ExternalRef), Fields: e.StatedLandlordNeed, Synthetic: synthetic(e.Synthetic), State: state}, err
}

func readSite(raw json.RawMessage, taken keys) (Site, error) {
	e, err := decode[siteEntry](raw)
	if err != nil {
		return Site{}, err
	}
	state, err := stateOf(e.State)
	if err != nil {
		return Site{}, err
	}
	site := Site{Key: reference(e.ExternalRef), Fields: e.SiteFields, Synthetic: synthetic(e.Synthetic), State: state}
	for i, raw := range e.Spaces {
		space, err := readSpace(raw)
		if err == nil {
			err = taken.add(space.Key)
		}
		if err != nil {
			return Site{}, fmt.Errorf("space %s: %w", nameOf(raw, "externalRef", i), err)
		}
		site.Spaces = append(site.Spaces, space)
	}
	return site, nil
}

func readSpace(raw json.RawMessage) (Space, error) {
	e, err := decode[spaceEntry](raw)
	if err != nil {
		return Space{}, err
	}
	state, err := stateOf(e.State)
	return Space{Key: reference(e.ExternalRef), Fields: e.SpaceFields, Synthetic: synthetic(e.Synthetic), State: state}, err
}

func readProject(key string, raw json.RawMessage) (Project, error) {
	f, err := decode[projectFile](raw)
	if err != nil {
		return Project{}, err
	}
	if f.Slug != key {
		return Project{}, fmt.Errorf("slug: %q is not the name of the file", f.Slug)
	}
	p := Project{Key: key, Fields: f.ProjectFields, Synthetic: synthetic(f.Synthetic)}
	taken := keys{}
	for i, raw := range f.Needs {
		need, err := readNeed(raw)
		if err == nil {
			err = taken.add(need.Key)
		}
		if err != nil {
			return Project{}, fmt.Errorf("need %s: %w", nameOf(raw, "key", i), err)
		}
		p.Needs = append(p.Needs, need)
	}
	return p, nil
}

func readNeed(raw json.RawMessage) (Need, error) {
	e, err := decode[needEntry](raw)
	if err != nil {
		return Need{}, err
	}
	state, err := stateOf(e.State)
	return Need{Key: e.Key, Fields: e.NeedFields, Synthetic: synthetic(e.Synthetic), State: state}, err
}

// decode reads a record and refuses fields that it doesn't know. The decoder
// doesn't always say in which field a value is wrong, so a refused record is
// tried again field by field.
func decode[T any](raw json.RawMessage) (T, error) {
	v, err := strict[T](raw)
	if err == nil {
		return v, nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || len(fields) == 0 {
		return v, fmt.Errorf("a record with its fields is expected: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		alone, marshalErr := json.Marshal(map[string]json.RawMessage{name: fields[name]})
		if marshalErr != nil {
			return v, marshalErr
		}
		if _, err := strict[T](alone); err != nil {
			return v, fmt.Errorf("%s: %w", name, inWords(err))
		}
	}
	return v, inWords(err)
}

// inWords says a mismatch of types to someone who edits the files: most often a
// code whose quotes are missing.
func inWords(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	if strings.HasPrefix(wrong.Value, "number") && wrong.Type.Kind() == reflect.String {
		return errors.New("a number stands where text is expected: write it between quotes")
	}
	return fmt.Errorf("a %s stands where a value of type %s is expected", wrong.Value, wrong.Type)
}

var errEmpty = errors.New("it is empty")

func strict[T any](raw json.RawMessage) (v T, err error) {
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return v, errEmpty
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err = d.Decode(&v)
	return v, err
}

// nameOf is what to call a record that may not decode: its key if it has one,
// else its place in the list.
func nameOf(raw json.RawMessage, field string, place int) string {
	var fields map[string]any
	if json.Unmarshal(raw, &fields) == nil {
		if key, ok := fields[field].(string); ok && key != "" {
			return key
		}
	}
	return fmt.Sprintf("number %d", place+1)
}

// synthetic: what doesn't say that it is real counts as invented.
func synthetic(said *bool) bool { return said == nil || *said }

func stateOf(said domain.Publication) (domain.Publication, error) {
	switch said {
	case "":
		return domain.PublicationPublished, nil
	case domain.PublicationDraft, domain.PublicationPublished, domain.PublicationWithdrawn:
		return said, nil
	}
	return "", fmt.Errorf("state: %q is not DRAFT, PUBLISHED or WITHDRAWN", said)
}

func reference(ref *string) string {
	if ref == nil {
		return ""
	}
	return domain.ExternalRefKey(*ref)
}

// keys are those already taken.
type keys map[string]bool

func (k keys) add(key string) error {
	switch {
	case key == "":
		return errors.New("a site, a space or a landlord's need needs an externalRef, a project's need a key: the sample is loaded by them")
	case k[key]:
		return fmt.Errorf("%q stands twice", key)
	}
	k[key] = true
	return nil
}

// checkGroups: a group is one of the files, and belongs to none itself.
func checkGroups(landlords []Landlord) error {
	groups := make(map[string]string, len(landlords))
	for _, l := range landlords {
		groups[l.Key] = l.GroupKey
	}
	for _, l := range landlords {
		if l.GroupKey == "" {
			continue
		}
		upper, exists := groups[l.GroupKey]
		if !exists || upper != "" {
			return fmt.Errorf("landlords/%s.yaml: group: %q is not the key of a landlord that belongs to no group", l.Key, l.GroupKey)
		}
	}
	return nil
}

// depth is 0 for a landlord of no group, 1 for a subsidiary.
func depth(l Landlord) int {
	if l.GroupKey == "" {
		return 0
	}
	return 1
}
