package resolvers_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/mail"
	"github.com/palier-hub/palier/sample"
)

// match is what the API serves of one: enough to recompute it.
type match struct {
	Need struct {
		ID, Label string
		Project   struct{ Slug string }
	}
	Space struct {
		ID, Label, Kind string
		Shareable       *bool
		Commitments     []struct{ Kind string }
		Management      *struct{ ExternalRef string }
		Site            struct {
			Commune          struct{ Name string }
			PriorityDistrict struct{ Standing string }
			Landlord         struct{ Name string }
		}
	}
	explained
}

// explained is what the matches of every kind show.
type explained struct {
	Eligibility        string
	Score, Reliability float64
	Criteria           []criterion
	NearMiss           *struct {
		Criterion, Fr, En string
		Gap               *float64
		Unit              *string
	}
	Ruleset ruleset
}

type criterion struct {
	Code, Kind, Status  string
	Weight              int
	Score, Contribution *float64
	Fr, En              string
	QFr, QEn            *string
	Wanted, Offered     *struct{ Fr, En string }
}

type ruleset struct {
	Kind, Version string
	Weights       []struct {
		Criterion string
		Weight    int
	}
}

const matchFields = `
	need { id label project { slug } }
	space { id label kind shareable commitments { kind } management { externalRef }
		site { commune { name } priorityDistrict { standing } landlord { name } } }` + explainedFields

const explainedFields = `
	eligibility score reliability
	criteria {
		code kind status weight score contribution
		fr: message en: message(locale: EN) qFr: question qEn: question(locale: EN)
		wanted { fr: display en: display(locale: EN) } offered { fr: display en: display(locale: EN) }
	}
	nearMiss { criterion gap unit fr: message en: message(locale: EN) }
	ruleset { kind version weights { criterion weight } }`

type matches struct {
	TotalCount int
	Nodes      []match
	PageInfo   struct {
		HasNextPage bool
		EndCursor   string
	}
}

func TestMatchesCanBeRecomputed(t *testing.T) {
	t.Parallel()
	if race.Enabled {
		t.Skip("compares text")
	}
	s := apitest.NewSample(t)
	staff := s.As(t, apitest.Staff)
	clients := map[string]apitest.Client{"anonymous": s.As(t, apitest.Anonymous), "staff": staff}
	var needs struct {
		HostingNeeds struct{ Nodes []struct{ ID, Label string } }
	}
	staff.Query(t, &needs, `{ hostingNeeds(first: 100) { nodes { id label } } }`, nil)
	if len(needs.HostingNeeds.Nodes) < 10 {
		t.Fatalf("only %d needs", len(needs.HostingNeeds.Nodes))
	}
	var mu sync.Mutex
	seen := make(map[string]int)
	t.Run("needs", func(t *testing.T) {
		for name, client := range clients {
			for _, n := range needs.HostingNeeds.Nodes {
				t.Run(name+"/"+n.Label, func(t *testing.T) {
					t.Parallel()
					for _, filter := range []string{"", "nearMissOnly: true"} {
						var answer struct{ HostingNeed struct{ Matches matches } }
						client.Query(t, &answer, fmt.Sprintf(`{ hostingNeed(id: %q) { matches(first: 8, filter: { %s }) { totalCount nodes { %s } } } }`, n.ID, filter, matchFields), nil)
						nodes := answer.HostingNeed.Matches.Nodes
						for i, m := range nodes {
							at := m.Need.Label + " × " + m.Space.Label
							recompute(t, at, m.explained, 22)
							checkWords(t, at, m.explained)
							kind := m.Eligibility
							if m.NearMiss != nil {
								kind = "near miss"
							} else if filter == "nearMissOnly: true" {
								t.Errorf("%s isn't a near miss", m.Space.Label)
							}
							mu.Lock()
							seen[kind]++
							mu.Unlock()
							if i > 0 && !inOrder(nodes[i-1], m) {
								t.Errorf("%s (%s, %v) stands before %s (%s, %v)", nodes[i-1].Space.Label, nodes[i-1].Eligibility, nodes[i-1].Score, m.Space.Label, m.Eligibility, m.Score)
							}
						}
					}
				})
			}
		}
	})
	for _, kind := range []string{"ELIGIBLE", "UNCERTAIN", "near miss"} {
		if seen[kind] == 0 {
			t.Errorf("no match was %s: the test compares too little", kind)
		}
	}
	t.Logf("recomputed: %v", seen)
}

// recompute works a match out again from its criteria alone.
func recompute(t *testing.T, at string, m explained, criteria int) {
	t.Helper()
	weights := make(map[string]int)
	total := 0
	for _, w := range m.Ruleset.Weights {
		weights[w.Criterion] = w.Weight
		total += w.Weight
	}
	eligibility := "ELIGIBLE"
	var failing []criterion
	sum, known := 0, 0
	for _, c := range m.Criteria {
		if (c.QFr != nil) != (c.Status == "UNKNOWN") {
			t.Errorf("%s: %s is %s and has the question %v", at, c.Code, c.Status, c.QFr)
		}
		if c.Kind == "HARD" {
			switch {
			case c.Status == "FAIL":
				failing = append(failing, c)
				eligibility = "INELIGIBLE"
			case c.Status == "UNKNOWN" && eligibility == "ELIGIBLE":
				eligibility = "UNCERTAIN"
			}
			if c.Weight != 0 || c.Score != nil || c.Contribution != nil {
				t.Errorf("%s: the hard criterion %s counts", at, c.Code)
			}
			continue
		}
		if c.Weight != weights[c.Code] || c.Status == "FAIL" {
			t.Errorf("%s: %s weighs %d and is %s, the ruleset says %d", at, c.Code, c.Weight, c.Status, weights[c.Code])
		}
		if (c.Score != nil) != (c.Status == "PASS") || (c.Contribution != nil) != (c.Score != nil) {
			t.Errorf("%s: %s is %s with the score %v", at, c.Code, c.Status, c.Score)
		}
		if c.Score != nil {
			sum += c.Weight * int(math.Round(*c.Score*1000))
			known += c.Weight
		}
	}
	if len(m.Criteria) != criteria {
		t.Errorf("%s: %d criteria", at, len(m.Criteria))
	}
	if m.Eligibility != eligibility {
		t.Errorf("%s: %s, recomputed %s", at, m.Eligibility, eligibility)
	}
	// Half up, in tenths of a point and in thousandths.
	score, reliability := 0.0, float64((2000*known+total)/(2*total))/1000
	if known > 0 {
		score = float64((2*sum+known)/(2*known)) / 10
	}
	if math.Abs(m.Score-score) > 1e-9 || math.Abs(m.Reliability-reliability) > 1e-9 {
		t.Errorf("%s: score %v and reliability %v, recomputed %v and %v", at, m.Score, m.Reliability, score, reliability)
	}
	contributions := 0.0
	for _, c := range m.Criteria {
		if c.Contribution != nil {
			own := 100 * float64(c.Weight) * *c.Score / float64(known)
			if math.Abs(*c.Contribution-own) > 0.005001 {
				t.Errorf("%s: %s brings %v, recomputed %v", at, c.Code, *c.Contribution, own)
			}
			contributions += *c.Contribution
		}
	}
	if math.Abs(contributions-m.Score) > 0.15 { // ten roundings of half a hundredth, one of half a tenth
		t.Errorf("%s: the contributions make %v, the score is %v", at, contributions, m.Score)
	}
	switch {
	case (m.NearMiss != nil) != (len(failing) == 1):
		t.Errorf("%s: %d hard criteria fail, near miss %v", at, len(failing), m.NearMiss)
	case m.NearMiss == nil:
	case m.NearMiss.Criterion != failing[0].Code || (m.NearMiss.Gap != nil) != (m.NearMiss.Unit != nil) || m.NearMiss.Gap != nil && *m.NearMiss.Gap <= 0:
		t.Errorf("%s: near miss %+v of %s", at, *m.NearMiss, failing[0].Code)
	}
}

var (
	// faults of formatting, in either language.
	faults = regexp.MustCompile(`%!|%[sdvq]|<nil>|\bNaN\b|\bInf\b|0xc0|\{\}|\s{2,}|^\s|\s$|\( ?\)`)
	// words that the other language has and this one hasn't; names of places and
	// of spaces are French in both.
	notFrench  = regexp.MustCompile(`(?i)\b(the|needed|wanted|offered|unknown|available|which|free of|accepted|within|nobody|must|landlord|from the)\b`)
	notEnglish = regexp.MustCompile(`(?i)\b(est|sont|manque|jours|mais|pour|avec|demandée?s?|inconnue?|bailleur|besoin|quelle?)\b`)
)

// checkWords: every sentence is there in both languages, and in no other.
func checkWords(t *testing.T, at string, m explained) {
	t.Helper()
	both := func(what, fr, en string) {
		t.Helper()
		if fr == "" || en == "" || faults.MatchString(fr) || faults.MatchString(en) || notFrench.MatchString(fr) || notEnglish.MatchString(strings.ReplaceAll(en, "Grand Est", "")) { // a région
			t.Errorf("%s, %s:\n  %s\n  %s", at, what, fr, en)
		}
	}
	for _, c := range m.Criteria {
		both(c.Code, c.Fr, c.En)
		if c.Fr == c.En {
			t.Errorf("%s says the same in both languages: %s", c.Code, c.Fr)
		}
		if c.QFr != nil {
			both(c.Code+", question", *c.QFr, *c.QEn)
			if !strings.Contains(*c.QFr, " ?") && !strings.Contains(*c.QFr, "\u202f?") && !strings.Contains(*c.QFr, "\u00a0?") || !strings.Contains(*c.QEn, "?") {
				t.Errorf("%s asks no question: %s / %s", c.Code, *c.QFr, *c.QEn)
			}
		}
		if c.Wanted != nil {
			both(c.Code+", wanted", c.Wanted.Fr, c.Wanted.En)
		}
		if c.Offered != nil {
			both(c.Code+", offered", c.Offered.Fr, c.Offered.En)
		}
	}
	if m.NearMiss != nil {
		both("near miss", m.NearMiss.Fr, m.NearMiss.En)
	}
}

// inOrder: eligibility, score, reliability, ids.
func inOrder(a, b match) bool {
	return compare(a.explained, b.explained, a.Need.ID, b.Need.ID, a.Space.ID, b.Space.ID) < 0
}

// compare two matches, then their ids.
func compare(a, b explained, needA, needB, withA, withB string) int {
	rank := map[string]int{"ELIGIBLE": 0, "UNCERTAIN": 1, "INELIGIBLE": 2}
	return cmp.Or(cmp.Compare(rank[a.Eligibility], rank[b.Eligibility]), cmp.Compare(b.Score, a.Score), cmp.Compare(b.Reliability, a.Reliability),
		strings.Compare(needA, needB), strings.Compare(withA, withB))
}

// allOf are all the matches of a need of the sample, by the key of its file.
func allOf(t *testing.T, client apitest.Client, project, key string) []match {
	t.Helper()
	data, err := sample.Read()
	if err != nil {
		t.Fatal(err)
	}
	label := ""
	for _, p := range data.Projects {
		for _, n := range p.Needs {
			if p.Key == project && n.Key == key {
				label = n.Fields.Label
			}
		}
	}
	var found struct {
		InnovationProjectBySlug struct {
			Needs struct{ Nodes []struct{ ID, Label string } }
		}
	}
	client.Query(t, &found, `query($s: String!) { innovationProjectBySlug(slug: $s) { needs(first: 100) { nodes { id label } } } }`, object{"s": project})
	for _, n := range found.InnovationProjectBySlug.Needs.Nodes {
		if n.Label != label {
			continue
		}
		var all []match
		for after := ""; ; {
			var answer struct{ HostingNeed struct{ Matches matches } }
			client.Query(t, &answer, fmt.Sprintf(`{ hostingNeed(id: %q) { matches(first: 100%s) { totalCount pageInfo { hasNextPage endCursor } nodes { %s } } } }`, n.ID, after, matchFields), nil)
			page := answer.HostingNeed.Matches
			all = append(all, page.Nodes...)
			if !page.PageInfo.HasNextPage {
				return all
			}
			after = fmt.Sprintf(", after: %q", page.PageInfo.EndCursor)
		}
	}
	t.Fatalf("no need %s of %s", key, project)
	return nil
}

// TestBestMatches: what a newcomer is promised of the sample.
func TestBestMatches(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	staff := s.As(t, apitest.Staff)
	passes := func(m match, codes ...string) bool {
		for _, code := range codes {
			if !slices.ContainsFunc(m.Criteria, func(c criterion) bool { return c.Code == code && c.Status == "PASS" }) {
				return false
			}
		}
		return true
	}
	// best looks at those of the first ten that can be proposed and answers the
	// eligible ones, so many at least.
	best := func(t *testing.T, project, key string, least int, kinds ...string) (eligible []match) {
		t.Helper()
		for _, m := range allOf(t, staff, project, key)[:10] {
			if m.Eligibility == "INELIGIBLE" {
				break
			}
			if !slices.Contains(kinds, m.Space.Kind) || !passes(m, "SPACE_KIND", "TERRITORY") {
				t.Errorf("%s, %s, %s, is among the best", m.Space.Label, m.Space.Kind, m.Eligibility)
			}
			if m.Eligibility == "ELIGIBLE" {
				eligible = append(eligible, m)
			}
		}
		if len(eligible) < least {
			t.Fatalf("only %d are eligible", len(eligible))
		}
		return eligible
	}

	t.Run("caracol", func(t *testing.T) {
		t.Parallel()
		for _, m := range best(t, "caracol", "maison-partagee-ile-de-france", 3, "WHOLE_BUILDING", "VACANT_DWELLING", "DISUSED_HOSTEL") {
			// Vacant long enough before works, under a form that the law allows.
			if !passes(m, "AVAILABILITY", "OCCUPANCY", "OCCUPANCY_FORM") {
				t.Errorf("%s is eligible", m.Space.Label)
			}
		}
	})
	t.Run("vrac", func(t *testing.T) {
		t.Parallel()
		shared := 0
		for _, m := range best(t, "vrac", "distributions-lyon", 2, "COLLECTIVE_ROOM", "GROUND_FLOOR_PREMISES") {
			if !passes(m, "OCCUPANCY") || !slices.Contains([]string{"INSIDE", "NEAR"}, m.Space.Site.PriorityDistrict.Standing) {
				t.Errorf("%s is eligible, %s", m.Space.Label, m.Space.Site.PriorityDistrict.Standing)
			}
			if m.Space.Shareable != nil && *m.Space.Shareable && len(m.Space.Commitments) > 0 {
				shared++
			}
		}
		if shared == 0 {
			t.Error("none of the eligible is shared with others")
		}
	})
}

// reasons are the criteria that the words of sample/README.md mean.
var reasons = map[string]string{
	"no end known": "AVAILABILITY", "15 days short": "AVAILABILITY", "two months": "AVAILABILITY",
	"heating": "UTILITIES", "no heating": "UTILITIES",
	"20 m²": "SURFACE", "2 m²": "SURFACE", "35 m² instead of 40": "SURFACE", "cost": "COST",
	"ERP": "PUBLIC_RECEPTION", "access": "STEP_FREE_ACCESS", "no step-free access": "STEP_FREE_ACCESS",
	"all slots taken": "OCCUPANCY", "open in the morning only": "OCCUPANCY",
}

// TestCasesOfTheSample reads the table of sample/README.md and looks for each
// case in the API.
func TestCasesOfTheSample(t *testing.T) {
	t.Parallel()
	if race.Enabled {
		t.Skip("compares text")
	}
	s := apitest.NewSample(t)
	staff := s.As(t, apitest.Staff)
	text, err := os.ReadFile("../sample/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([a-z-]+)` / `([a-z-]+)` \\| (.*) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(string(text), -1)
	space := regexp.MustCompile("`([A-Z0-9/-]+)`(?: \\(([^)]*)\\))?")
	cases := 0
	for _, row := range rows {
		byRef := make(map[string]match)
		for _, m := range allOf(t, staff, row[1], row[2]) {
			if m.Space.Management != nil {
				byRef[m.Space.Management.ExternalRef] = m
			}
		}
		for column, want := range []string{"ELIGIBLE", "UNCERTAIN", "INELIGIBLE"} {
			for _, mention := range space.FindAllStringSubmatch(row[3+column], -1) {
				cases++
				ref, why := mention[1], mention[2]
				m, ok := byRef[ref]
				if !ok || m.Eligibility != want {
					t.Errorf("%s × %s is %q, want %s", row[2], ref, m.Eligibility, want)
					continue
				}
				if (want == "INELIGIBLE") != (m.NearMiss != nil) {
					t.Errorf("%s × %s: near miss %v", row[2], ref, m.NearMiss)
				}
				if why == "" {
					continue
				}
				code, known := reasons[why]
				status := map[string]string{"UNCERTAIN": "UNKNOWN", "INELIGIBLE": "FAIL"}[want]
				if !known || !slices.ContainsFunc(m.Criteria, func(c criterion) bool { return c.Code == code && c.Status == status }) {
					t.Errorf("%s × %s: %q is no %s of %s", row[2], ref, why, status, code)
				}
				if m.NearMiss != nil && m.NearMiss.Gap == nil && slices.Contains([]string{"AVAILABILITY", "SURFACE", "COST"}, code) {
					t.Errorf("%s × %s misses %s and doesn't say by how much: %s", row[2], ref, code, m.NearMiss.Fr)
				}
			}
		}
	}
	if cases < 20 {
		t.Errorf("only %d cases were read of the table", cases)
	}
}

// TestMatchesFromAllSides: a pair is the same seen from the need, from the space
// and from the project.
func TestMatchesFromAllSides(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	client := s.As(t, apitest.Observer)
	var answer struct {
		InnovationProjectBySlug struct {
			Matches struct{ TotalCount int }
			Top     matches
			Needs   struct {
				Nodes []struct {
					Matches matches
				}
			}
		}
	}
	fields := `totalCount nodes { need { id } space { id } eligibility score reliability }`
	client.Query(t, &answer, `{ innovationProjectBySlug(slug: "vrac") {
		matches { totalCount }
		top: matches(first: 50) { `+fields+` }
		needs { nodes { matches(first: 100) { `+fields+` } } }
	} }`, nil)
	project := answer.InnovationProjectBySlug
	fromNeeds := make(map[string]match)
	total := 0
	for _, n := range project.Needs.Nodes {
		total += n.Matches.TotalCount
		for _, m := range n.Matches.Nodes {
			fromNeeds[m.Need.ID+m.Space.ID] = m
		}
	}
	if project.Matches.TotalCount != total || len(project.Needs.Nodes) < 2 {
		t.Errorf("the project has %d matches, its %d needs %d", project.Matches.TotalCount, len(project.Needs.Nodes), total)
	}
	for _, m := range project.Top.Nodes {
		if n, ok := fromNeeds[m.Need.ID+m.Space.ID]; !ok || n.Score != m.Score || n.Eligibility != m.Eligibility || n.Reliability != m.Reliability {
			t.Errorf("from the project %+v, from the need %+v", m, n)
		}
	}
	for _, m := range project.Top.Nodes[:10] {
		var side struct{ VacantSpace struct{ Matches matches } }
		client.Query(t, &side, fmt.Sprintf(`{ vacantSpace(id: %q) { matches(first: 100) { %s } } }`, m.Space.ID, fields), nil)
		i := slices.IndexFunc(side.VacantSpace.Matches.Nodes, func(o match) bool { return o.Need.ID == m.Need.ID })
		if i < 0 || side.VacantSpace.Matches.Nodes[i].Score != m.Score || side.VacantSpace.Matches.Nodes[i].Eligibility != m.Eligibility {
			t.Errorf("the pair isn't the same from the space: %+v", m)
		}
	}
}

// TestNodesRoundTrip: every id that is served leads back to its object.
func TestNodesRoundTrip(t *testing.T) {
	t.Parallel()
	s := apitest.NewSample(t)
	// The project that is invited has nobody to write to: a dead letter.
	mailed := func() {
		if err := s.Hub.MailDue(t.Context(), mail.Office{}); err != nil {
			t.Fatal(err)
		}
	}
	mailed()
	contact(t, s)
	mailed()
	client := s.As(t, apitest.Staff)
	client.Query(t, nil, `mutation {
		accessKeyCreate(input: {key: {use: SERVER, label: "a partner's server", role: PUBLIC}}) { commit }
		accountAccessGrant(input: {account: "oidc-a", role: OBSERVER}) { commit }
	}`, nil)
	var answer map[string]struct {
		Nodes []struct {
			ID      string
			Commune *struct {
				ID          string
				Departement struct{ ID string }
				Region      struct{ ID string }
			}
		}
	}
	client.Query(t, &answer, `{
		landlords(first: 100) { nodes { id } } vacantSpaces(first: 100) { nodes { id } } innovationProjects(first: 100) { nodes { id } } hostingNeeds(first: 100) { nodes { id } } landlordNeeds(first: 100) { nodes { id } } hostingRequests(first: 100) { nodes { id } } persons { nodes { id } } placements(first: 100) { nodes { id } }
		hostingInvitations(first: 100) { nodes { id } } hostingProposals(first: 100) { nodes { id } } landlordApproaches(first: 100) { nodes { id } } deadLetters(first: 100) { nodes { id } } accessKeys { nodes { id } } accountAccesses { nodes { id } }
		landlordSites(first: 100) { nodes { id commune { id departement { id } region { id } } } }
	}`, nil)
	var written struct {
		HostingRequests struct {
			Nodes []struct {
				Messages struct{ Nodes []struct{ ID string } }
			}
		}
	}
	client.Query(t, &written, `{ hostingRequests(first: 100) { nodes { messages { nodes { id } } } } }`, nil)
	types := map[string]string{"landlords": "Landlord", "vacantSpaces": "VacantSpace", "innovationProjects": "InnovationProject", "hostingNeeds": "HostingNeed", "landlordNeeds": "LandlordNeed", "hostingRequests": "HostingRequest", "persons": "PalierPerson", "placements": "Placement", "landlordSites": "LandlordSite",
		"hostingInvitations": "HostingInvitation", "hostingProposals": "HostingProposal", "landlordApproaches": "LandlordApproach", "deadLetters": "DeadLetter", "accessKeys": "PalierAccessKey", "accountAccesses": "PalierAccountAccess"}
	want := make(map[string]string)
	for list, page := range answer {
		for _, n := range page.Nodes {
			want[n.ID] = types[list]
			if c := n.Commune; c != nil {
				want[c.ID], want[c.Departement.ID], want[c.Region.ID] = "Commune", "Departement", "Region"
			}
		}
	}
	for _, r := range written.HostingRequests.Nodes {
		for _, m := range r.Messages.Nodes {
			want[m.ID] = "HostingMessage"
		}
	}
	want["qpv_QN09405M"] = "Qpv" // of which no list is kept
	found := make(map[string]bool)
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(want)), 100) {
		var q strings.Builder
		for i, id := range chunk {
			fmt.Fprintf(&q, "n%d: node(id: %q) { __typename id } ", i, id)
		}
		var nodes map[string]*struct {
			Typename string `json:"__typename"`
			ID       string
		}
		client.Query(t, &nodes, "{ "+q.String()+"}", nil)
		for i, id := range chunk {
			n := nodes[fmt.Sprint("n", i)]
			if n == nil || n.ID != id || n.Typename != want[id] {
				t.Errorf("%s leads to %v, want a %s", id, n, want[id])
				continue
			}
			found[n.Typename] = true
		}
	}
	for _, possible := range apitest.Schema.GetPossibleTypes(apitest.Schema.Types["Node"]) {
		if !found[possible.Name] {
			t.Errorf("no %s was found by node", possible.Name)
		}
	}
}

// contact makes an invitation, a proposal and an approach of what the sample has,
// to a project that nobody is known of.
func contact(t *testing.T, s *apitest.Server) {
	t.Helper()
	var project, landlord domain.ID
	for row := range s.Hub.World().Projects() {
		people, err := s.Hub.Texts.PersonsOf(t.Context(), domain.ID(row.Doc.ID))
		if err != nil {
			t.Fatal(err)
		}
		if len(people) == 0 {
			project = domain.ID(row.Doc.ID)
		}
	}
	if project == "" {
		t.Fatal("each of the sample's projects has people")
	}
	var wanted domain.LandlordNeedRef
	for row := range s.Hub.World().LandlordNeeds() {
		if row.Sight.Class == domain.VisibilityPublic {
			id := domain.ID(row.Doc.ID)
			wanted.ID, landlord = &id, domain.ID(row.Doc.LandlordID)
		}
	}
	answerBy := domain.NewDate(2040, 1, 1)
	apitest.Do[domain.ID](t, s, hub.SendInvitation{LandlordID: &landlord, ProjectID: project, LandlordNeed: &wanted, Sentence: "Venez nous voir.", AnswerBy: answerBy})
	apitest.Do[domain.ID](t, s, hub.SendProposal{Recipient: domain.RecipientLandlord, ProjectID: &project, LandlordNeed: &wanted, Sentence: "Ce projet sait le faire.", AnswerBy: answerBy})
	apitest.Do[domain.ID](t, s, hub.RecordApproach{LandlordID: landlord, Approach: domain.StatedApproach{On: domain.NewDate(2026, 1, 5), Channel: domain.ChannelPhone, Outcome: domain.OutcomeInterested}})
	name, err := hub.NewPatch[domain.Person](map[string]any{"Name": "Contact d'exemple"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Hub.PutPerson(t.Context(), apitest.Staff, hub.PutPerson{Person: name}); err != nil {
		t.Fatal(err)
	}
}
