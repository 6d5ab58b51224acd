package domain_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/palier-hub/palier/domain"
)

var update = flag.Bool("update", false, "write testdata anew")

// testdata/policy.txt says who may see and do what, exhaustively: read its
// changes as changes of the rules.
func TestPolicy(t *testing.T) {
	var got bytes.Buffer
	fmt.Fprintln(&got, "Who may see and do what (TestPolicy writes this file with -update).")
	writeRows(&got)
	writeRights(&got)
	writeClasses(&got)
	writeMessages(&got)
	writePersons(&got)

	file := filepath.Join("testdata", "policy.txt")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the policy is now:\n%s", got.Bytes())
	}
}

var viewers = []struct {
	name string
	domain.Viewer
}{
	{"anonymous", domain.Anonymous},
	{"no role", domain.Viewer{}},
	{"unknown role, as if of A", domain.Viewer{Role: "ADMIN", Landlord: "lld_a", Project: "prj_p"}},
	{"PUBLIC, as if of A", domain.Viewer{Role: domain.RolePublic, Landlord: "lld_a", Project: "prj_p"}},
	{"OBSERVER", domain.Viewer{Role: domain.RoleObserver}},
	{"OBSERVER, as if of A", domain.Viewer{Role: domain.RoleObserver, Landlord: "lld_a", Project: "prj_p"}},
	{"PROJECT P", domain.Viewer{Role: domain.RoleProject, Project: "prj_p"}},
	{"PROJECT P, as if of A", domain.Viewer{Role: domain.RoleProject, Project: "prj_p", Landlord: "lld_a"}},
	{"PROJECT of none", domain.Viewer{Role: domain.RoleProject}},
	{"LANDLORD A", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a"}},
	{"LANDLORD A, as if of P", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Project: "prj_p"}},
	{"LANDLORD G", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_g"}},
	{"LANDLORD of none", domain.Viewer{Role: domain.RoleLandlord}},
	{"STAFF", domain.Viewer{Role: domain.RoleStaff}},
}

var owners = []struct {
	name string
	domain.Ownership
}{
	{"A", domain.Ownership{Landlord: "lld_a", Group: "lld_g"}},
	{"B", domain.Ownership{Landlord: "lld_b", Group: "lld_g"}},
	{"C", domain.Ownership{Landlord: "lld_c"}},
	{"G", domain.Ownership{Landlord: "lld_g"}},
	{"P", domain.Ownership{Project: "prj_p"}},
	{"Q", domain.Ownership{Project: "prj_q"}},
	{"nobody", domain.Ownership{}},
}

func writeRows(w io.Writer) {
	fmt.Fprint(w, `
Rows, by class and by whose they are: landlords A and B in the group of G, C in
none; projects P and Q. A class that isn't known is private.

`)
	table := newTable(w)
	fmt.Fprintln(table, "viewer\tPUBLIC\tNETWORK\tPRIVATE\tunknown\tits upkeep\tmay change it\trows of")
	for _, v := range viewers {
		var answers []string
		whose := map[string][]string{}
		for _, o := range owners {
			answer := ""
			for _, class := range classes {
				answer += yes(v.MaySee(domain.Sight{Class: class, Ownership: o.Ownership})) + "\t"
			}
			answer += yes(v.SeesManagement(o.Ownership)) + "\t" + yes(v.MayChange(o.Ownership))
			if whose[answer] == nil {
				answers = append(answers, answer)
			}
			whose[answer] = append(whose[answer], o.name)
		}
		for _, answer := range answers {
			fmt.Fprintf(table, "%s\t%s\t%s\n", v.name, answer, strings.Join(whose[answer], ", "))
		}
	}
	table.Flush()
}

func writeRights(w io.Writer) {
	fmt.Fprint(w, "\nWithout regard to a row\n\n")
	table := newTable(w)
	fmt.Fprintln(table, "viewer\tin network\tsees confidential\tregisters organisations\tsets groups\tsets identifiers")
	for _, v := range viewers {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", v.name,
			yes(v.InNetwork()), yes(v.SeesConfidential()), yes(v.MayRegisterOrganisations()), yes(v.MaySetGroup()), yes(v.MaySetIdentifiers()))
	}
	table.Flush()
}

var classes = []domain.Visibility{domain.VisibilityPublic, domain.VisibilityNetwork, domain.VisibilityPrivate, "SECRET"}

func writeClasses(w io.Writer) {
	fmt.Fprint(w, "\nThe class of a record, by its state and its visibility\n\n")
	table := newTable(w)
	fmt.Fprintln(table, "\tPUBLIC\tNETWORK\tPRIVATE")
	for _, state := range append(states, "") {
		fmt.Fprintf(table, "%s", orNone(state))
		for _, visibility := range classes[:3] {
			fmt.Fprintf(table, "\t%s", domain.ClassOf(state, visibility))
		}
		fmt.Fprintln(table)
	}
	table.Flush()

	fmt.Fprint(w, "\nThe narrower of two classes\n\n")
	table = newTable(w)
	fmt.Fprintln(table, "\tPUBLIC\tNETWORK\tPRIVATE\tunknown")
	for _, a := range classes {
		fmt.Fprintf(table, "%s", a)
		for _, b := range classes {
			fmt.Fprintf(table, "\t%s", domain.Narrower(a, b))
		}
		fmt.Fprintln(table)
	}
	table.Flush()
}

// parties are who has to do with a request of project P to landlord A, in the
// group of G.
var parties = []struct {
	name string
	domain.Viewer
}{
	{"PROJECT P", domain.Viewer{Role: domain.RoleProject, Project: "prj_p", Actor: "act_p"}},
	{"LANDLORD A", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Actor: "act_a"}},
	{"LANDLORD G", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_g", Actor: "act_g"}},
	{"STAFF", domain.Viewer{Role: domain.RoleStaff, Actor: "act_s"}},
	{"PROJECT Q", domain.Viewer{Role: domain.RoleProject, Project: "prj_q", Actor: "act_q"}},
	{"LANDLORD C", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_c", Actor: "act_c"}},
	{"OBSERVER", domain.Viewer{Role: domain.RoleObserver, Actor: "act_o"}},
	{"anonymous", domain.Anonymous},
}

func writeMessages(w io.Writer) {
	fmt.Fprint(w, "\nMessages on a request of project P to landlord A in the group of G, who see it once it is sent\n\n")
	table := newTable(w)
	fmt.Fprint(table, "by, for, request")
	for _, v := range parties {
		fmt.Fprintf(table, "\t%s", v.name)
	}
	fmt.Fprintln(table)
	landlord := domain.LandlordID("lld_a")
	for _, sent := range []bool{false, true} {
		r := &domain.HostingRequest{ProjectID: "prj_p", LandlordID: &landlord, Sent: sent}
		for _, by := range []domain.RequestParty{domain.PartyProject, domain.PartyLandlord, domain.PartyStaff} {
			if by == domain.PartyLandlord && !sent {
				continue // it can't write yet
			}
			for _, to := range []domain.MessageAudience{domain.MessagePrivate, domain.MessageShared} {
				m := domain.HostingMessage{Party: by, Audience: to}
				fmt.Fprintf(table, "%s, %s, %s", by, to, map[bool]string{true: "sent", false: "not sent"}[sent])
				for _, v := range parties {
					fmt.Fprintf(table, "\t%s", yes(v.MaySee(m.Sight(r, r.Sight("lld_g")))))
				}
				fmt.Fprintln(table)
			}
		}
	}
	table.Flush()
}

// writePersons shows the rights on persons, each as its letter: s sees, p puts,
// e exports and erases, a acts for.
func writePersons(w io.Writer) {
	fmt.Fprint(w, "\nPersons: s sees, p puts, e exports and erases, a acts for them. The last two viewers are A's\nserver on behalf of its person 1, and that person signed in.\n\n")
	table := newTable(w)
	as := append(slices.Clone(parties),
		struct {
			name string
			domain.Viewer
		}{"A for 1", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Actor: "act_a", OnBehalfOf: "per_1"}},
		struct {
			name string
			domain.Viewer
		}{"1", domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Actor: "act_1"}})
	fmt.Fprint(table, "person")
	for _, v := range as {
		fmt.Fprintf(table, "\t%s", v.name)
	}
	fmt.Fprintln(table)
	for _, p := range []struct {
		name string
		domain.Person
		of domain.Ownership
	}{
		{"1, of A", domain.Person{ID: "per_1", Account: "act_1", Organisation: "lld_a"}, domain.Ownership{Landlord: "lld_a", Group: "lld_g"}},
		{"2, of A, without an account", domain.Person{ID: "per_2", Organisation: "lld_a"}, domain.Ownership{Landlord: "lld_a", Group: "lld_g"}},
		{"3, of P", domain.Person{ID: "per_3", Organisation: "prj_p"}, domain.Ownership{Project: "prj_p"}},
		{"4, of staff", domain.Person{ID: "per_4"}, domain.Ownership{}},
		{"5, of C, with the account of OBSERVER", domain.Person{ID: "per_5", Account: "act_o", Organisation: "lld_c"}, domain.Ownership{Landlord: "lld_c"}},
	} {
		fmt.Fprint(table, p.name)
		for _, v := range as {
			rights := ""
			for _, r := range []struct {
				letter string
				has    bool
			}{{"s", v.MaySeePerson(p.Person, p.of)}, {"p", v.MayPutPerson(p.Person, p.of)},
				{"e", v.MayExportPerson(p.ID, p.Account) && v.MayErasePerson(p.ID, p.Account)}, {"a", v.MayActFor(p.Person)}} {
				if r.has {
					rights += r.letter
				}
			}
			if rights == "" {
				rights = "-"
			}
			fmt.Fprintf(table, "\t%s", rights)
		}
		fmt.Fprintln(table)
	}
	table.Flush()
}

func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "-"
}

func orNone[T ~string](s T) string {
	if s == "" {
		return "none"
	}
	return string(s)
}

// What the file shows, said as rules.
func TestPolicyHolds(t *testing.T) {
	for _, v := range viewers {
		for _, o := range owners {
			at := v.name + ", " + o.name
			sees := func(c domain.Visibility) bool {
				return v.MaySee(domain.Sight{Class: c, Ownership: o.Ownership})
			}
			if !sees(domain.VisibilityPublic) {
				t.Errorf("%s: a public row is hidden", at)
			}
			if sees(domain.VisibilityPrivate) && !sees(domain.VisibilityNetwork) {
				t.Errorf("%s: sees the narrower class, not the wider", at)
			}
			if sees("SECRET") != sees(domain.VisibilityPrivate) {
				t.Errorf("%s: an unknown class isn't private", at)
			}
			if v.MayChange(o.Ownership) && !v.SeesManagement(o.Ownership) || v.SeesManagement(o.Ownership) && !sees(domain.VisibilityPrivate) {
				t.Errorf("%s: changes what it doesn't see", at)
			}
			if o.Ownership == (domain.Ownership{}) && v.MayChange(o.Ownership) != v.IsStaff() {
				t.Errorf("%s: nobody's row isn't staff's alone", at)
			}
		}
	}
}
