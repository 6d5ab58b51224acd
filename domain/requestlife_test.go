package domain_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestLifePage keeps the table of docs/requests.md as the code has it. After a
// change: go test ./domain -run LifePage -update.
func TestLifePage(t *testing.T) {
	const file = "../docs/requests.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- the table, from domain.RequestTransitions -->\n", "<!-- end of the table -->\n"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", file)
	}
	want := before + begin + lifeTable() + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Errorf("%s is not what the code says; go test ./domain -run LifePage -update", file)
	}
}

func lifeTable() string {
	var b strings.Builder
	b.WriteString("| from | action | to | who | given | conditions |\n|---|---|---|---|---|---|\n")
	codes := func(list []domain.RequestStatus) string {
		var parts []string
		for _, s := range list {
			parts = append(parts, "`"+string(s)+"`")
		}
		return strings.Join(parts, " ")
	}
	needs := func(list []domain.RequestRequirement) string {
		var parts []string
		for _, n := range list {
			parts = append(parts, n.Label(domain.English))
		}
		return strings.Join(parts, "; ")
	}
	for _, tr := range domain.RequestTransitions() {
		action := tr.Action.Label(domain.English)
		if tr.Mutation != "" {
			action += " (`" + tr.Mutation + "`)"
		}
		to := map[domain.RequestStatus]string{domain.Stays: "the same", domain.Returns: "where it came from"}[tr.To]
		if to == "" {
			to = "`" + string(tr.To) + "`"
		}
		var who []string
		for _, p := range tr.By {
			who = append(who, string(p))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", codes(tr.From), action, to, strings.Join(who, ", "), needs(tr.Needs), needs(tr.Conditions))
	}
	return b.String()
}

// Every status is reached and, but for the last ones, left; every action of the
// API is somebody's.
func TestTransitionsAreWhole(t *testing.T) {
	list, _ := domain.CodeListNamed("HostingRequestStatus")
	over := []domain.RequestStatus{domain.RequestWithdrawn, domain.RequestCancelled}
	for _, c := range list.Codes {
		status := domain.RequestStatus(c.Value)
		reached, left := status == domain.RequestDraft, slices.Contains(over, status)
		for _, tr := range domain.RequestTransitions() {
			reached = reached || tr.To == status
			left = left || slices.Contains(tr.From, status) && tr.To != domain.Stays || status == domain.RequestEnded
		}
		if !reached || !left {
			t.Errorf("%s: reached %v, left %v", status, reached, left)
		}
	}
	actions, _ := domain.CodeListNamed("HostingRequestAction")
	for _, c := range actions.Codes {
		if len(domain.RequestActionFrom(domain.RequestAction(c.Value))) == 0 {
			t.Errorf("nobody ever does %s", c.Value)
		}
	}
}
