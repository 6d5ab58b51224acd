package sample

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/palier-hub/palier/domain"
)

// goodLandlord and goodProject are files that read; each case spoils one thing.
const (
	goodLandlord = `
name: Habitat d'essai
kind: OPH
siren: "000000026"
needs:
  - title: De l'aide
    externalRef: N-1
    domains: [INCLUSION]
    activity: OTHER
    sites: [{externalRef: S-1}]
    timing: {kind: ONE_OFF}
    visibility: NETWORK
sites:
  - name: Résidence d'essai
    externalRef: S-1
    communeCode: "01004"
    priorityDistrict: {standing: UNKNOWN}
    visibility: PUBLIC
    spaces:
      - label: Salle d'essai
        kind: COLLECTIVE_ROOM
        externalRef: S-1-A
        surface: {minM2: 57.5, maxM2: 57.5}
        stepFreeAccess: UNKNOWN
        erp: {category: UNKNOWN}
        vacancyCause: UNLET
        availability:
          from: 2026-09-01
          openEnded: true
          openingSlots: [{rule: "FREQ=WEEKLY;BYDAY=TU", start: "17:30", durationMinutes: 90}]
        cost: {amount: 45.50, currency: EUR, basis: PER_MONTH}
        visibility: PUBLIC
`
	goodProject = `
slug: essai
synthetic: false
name: Essai
summary: Un projet d'essai.
holder: {name: Essai}
stage: SCALING
domains: [INCLUSION]
publics: [ALL]
needs:
  - key: un-lieu
    label: Un lieu
    placesWanted: 1
    spaceKinds: [OFFICE]
    activity: TRAINING
    surface: {minM2: 40}
    use: {kind: CONTINUOUS}
    duration: {minMonths: 6}
    territories: [{scale: COMMUNE, code: "01004"}]
    state: DRAFT
`
)

func tree(landlord, project string) fstest.MapFS {
	return fstest.MapFS{
		"landlords/essai.yaml": {Data: []byte(landlord)},
		"projects/essai.yaml":  {Data: []byte(project)},
	}
}

func TestReadKeepsWhatIsWritten(t *testing.T) {
	data, err := read(tree(goodLandlord, goodProject))
	if err != nil {
		t.Fatal(err)
	}
	site := data.Landlords[0].Sites[0]
	space := site.Spaces[0]
	slot := space.Fields.Availability.OpeningSlots[0]
	switch {
	case site.Key != "S-1" || site.Fields.CommuneCode != "01004":
		t.Errorf("site %q in %q", site.Key, site.Fields.CommuneCode)
	case space.State != domain.PublicationPublished || !space.Synthetic:
		t.Errorf("by default a space is published and invented, not %s, %v", space.State, space.Synthetic)
	case *space.Fields.Surface.MinM2 != 57.5 || space.Fields.Cost.Amount != 4550:
		t.Errorf("surface %v, cost %v", *space.Fields.Surface.MinM2, space.Fields.Cost.Amount)
	case *space.Fields.Availability.From != domain.NewDate(2026, 9, 1) || slot.Start.String() != "17:30":
		t.Errorf("from %v, slot at %v", space.Fields.Availability.From, slot.Start)
	case space.Fields.ExcludedUses != nil || space.Fields.Shareable != nil:
		t.Error("what isn't written is unknown")
	}
	wanted := data.Landlords[0].Needs[0]
	switch f := wanted.Fields; {
	case wanted.Key != "N-1" || wanted.State != domain.PublicationPublished || !wanted.Synthetic:
		t.Errorf("need %q, %s, synthetic %v", wanted.Key, wanted.State, wanted.Synthetic)
	case len(f.Sites) != 1 || *f.Sites[0].ExternalRef != "S-1" || f.Levers != nil || f.Publics != nil:
		t.Errorf("%+v", f)
	}
	project := data.Projects[0]
	if project.Synthetic || !project.Needs[0].Synthetic || project.Needs[0].State != domain.PublicationDraft {
		t.Errorf("project synthetic %v, need synthetic %v, state %s", project.Synthetic, project.Needs[0].Synthetic, project.Needs[0].State)
	}
}

func TestReadRefusesWithFileAndField(t *testing.T) {
	const space = "landlords/essai.yaml: site S-1: space S-1-A: "
	for _, c := range []struct {
		name, old, new, want string
		project              bool
	}{
		{name: "commune without quotes", old: `communeCode: "01004"`, new: `communeCode: 01004`, want: "landlords/essai.yaml: site S-1: communeCode: a number"},
		{name: "SIREN without quotes", old: `"000000026"`, new: `356000000`, want: "landlords/essai.yaml: siren: a number stands where text is expected"},
		{name: "text for a list", old: `erp: {category: UNKNOWN}`, new: `erp: {category: UNKNOWN, types: L}`, want: space + "erp: a string stands where "},
		{name: "unknown field of a landlord", old: "kind: OPH", new: "sort: OPH", want: "landlords/essai.yaml: sort: "},
		{name: "unknown field of a space", old: "stepFreeAccess", new: "stepfree", want: space + "stepfree: "},
		{name: "unknown field deep in a space", old: "durationMinutes", new: "minutes", want: space + "availability: "},
		{name: "day that doesn't exist", old: "2026-09-01", new: "2026-09-31", want: space + `availability: "2026-09-31" is not a date`},
		{name: "hour that doesn't exist", old: "17:30", new: "27:30", want: space + `availability: "27:30" is not a time`},
		{name: "amount that is none", old: "45.50", new: "45.505", want: space + `cost: "45.505" is not an amount`},
		{name: "text for a number", old: "minM2: 57.5", new: "minM2: grande", want: space + "surface: "},
		{name: "state that a sample has not", old: "vacancyCause: UNLET", new: "vacancyCause: UNLET\n        state: GONE", want: space + `state: "GONE"`},
		{name: "space without reference", old: "externalRef: S-1-A", new: "floor: 0", want: "landlords/essai.yaml: site S-1: space number 1: "},
		{name: "landlord's need without reference", old: "externalRef: N-1", new: "description: x", want: "landlords/essai.yaml: need number 1: "},
		{name: "unknown field of a landlord's need", old: "title: De l'aide", new: "label: De l'aide", want: "landlords/essai.yaml: need N-1: label: "},
		{name: "need on another's site", old: "sites: [{externalRef: S-1}]", new: "sites: [{externalRef: S-2}]", want: `landlords/essai.yaml: need N-1: sites: "S-2"`},
		{name: "need on a site by its id", old: "sites: [{externalRef: S-1}]", new: "sites: [{id: sit_1}]", want: `landlords/essai.yaml: need N-1: sites: ""`},
		{name: "field twice", old: "kind: OPH", new: "kind: OPH\nkind: ESH", want: "landlords/essai.yaml: "},
		{name: "not YAML", old: "kind: OPH", new: "kind: [OPH", want: "landlords/essai.yaml: "},
		{name: "second document", old: "kind: OPH", new: "kind: OPH\n---\nkind: ESH", want: "landlords/essai.yaml: 2 YAML documents"},
		{name: "unknown group", old: "kind: OPH", new: "kind: OPH\ngroup: autre", want: `landlords/essai.yaml: group: "autre"`},
		{name: "its own group", old: "kind: OPH", new: "kind: OPH\ngroup: essai", want: `landlords/essai.yaml: group: "essai"`},
		{name: "group by id", old: "kind: OPH", new: "kind: OPH\ngroupId: lld_1", want: "landlords/essai.yaml: groupID: "},
		{name: "slug of another file", old: "slug: essai", new: "slug: autre", want: `projects/essai.yaml: slug: "autre"`, project: true},
		{name: "need without key", old: "key: un-lieu", new: "fitOutDays: 1", want: "projects/essai.yaml: need number 1: ", project: true},
		{name: "unknown field of a need", old: "placesWanted", new: "places", want: "projects/essai.yaml: need un-lieu: places: ", project: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			landlord, project := goodLandlord, goodProject
			if c.project {
				project = strings.Replace(project, c.old, c.new, 1)
			} else {
				landlord = strings.Replace(landlord, c.old, c.new, 1)
			}
			_, err := read(tree(landlord, project))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want it to begin with %s", err, c.want)
			}
		})
	}
}

func TestReadRefusesKeysThatStandTwice(t *testing.T) {
	_, sites, _ := strings.Cut(goodLandlord, "sites:\n")
	_, needs, _ := strings.Cut(goodLandlord, "needs:\n")
	needs, _, _ = strings.Cut(needs, "sites:\n")
	otherSite := strings.Replace(sites, "externalRef: S-1\n", "externalRef: S-2\n", 1)
	for name, c := range map[string]struct{ landlord, want string }{
		"landlord's need":       {strings.Replace(goodLandlord, "sites:\n", needs+"sites:\n", 1), `landlords/essai.yaml: need N-1: "N-1" stands twice`},
		"site":                  {goodLandlord + sites[:strings.Index(sites, "    spaces:")], `landlords/essai.yaml: site S-1: "S-1" stands twice`},
		"space of another site": {goodLandlord + otherSite, `landlords/essai.yaml: site S-2: space S-1-A: "S-1-A" stands twice`},
	} {
		_, err := read(tree(c.landlord, goodProject))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, want %s", name, err, c.want)
		}
	}
}

func TestReadRefusesOtherFiles(t *testing.T) {
	files := tree(goodLandlord, goodProject)
	files["landlords/essai.yml"] = &fstest.MapFile{Data: []byte(goodLandlord)}
	if _, err := read(files); err == nil || !strings.HasPrefix(err.Error(), "landlords/essai.yml: ") {
		t.Errorf("error %v", err)
	}
	for _, content := range []string{"", "# nothing\n", "- a list\n", "text\n"} {
		if _, err := read(tree(content, goodProject)); err == nil || !strings.HasPrefix(err.Error(), "landlords/essai.yaml: ") {
			t.Errorf("%q: error %v", content, err)
		}
	}
}
