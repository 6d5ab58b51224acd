package domain_test

import (
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestTextMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		body  string
		wrong bool
	}{
		"a sentence":          {"Bonjour,\r\n\tla visite est à 14 h. 🌿", false},
		"as long as may be":   {strings.Repeat("é", domain.MostBody), false},
		"a character more":    {strings.Repeat("é", domain.MostBody+1), true},
		"nothing":             {"", true},
		"spaces":              {" \n\u00a0", true},
		"not UTF-8":           {"caf\xe9", true},
		"a NUL":               {"a\x00b", true},
		"turns the direction": {"a\u202eb", true},
	} {
		got := problemsOf(t, domain.Text{Body: c.body}, func(x domain.Text, p *domain.Problems) { x.Validate(p, "input", "reason") })
		if (got != nil) != c.wrong || got != nil && (len(got) != 1 || got[0] != "input.reason") {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !domain.TextReason.Known() || domain.TextKind("POEM").Known() || domain.TextKind("").Known() {
		t.Error("kinds of text are confused")
	}
}

func TestPersonMistakes(t *testing.T) {
	full := domain.Person{ID: "per_1", Account: "act_1", Name: "Camille Exemple", Email: "camille.exemple@bailleur.example",
		Telephone: "+33 (0)1.23-45 67 89", Organisation: "lld_1", Locale: domain.French}
	check := func(v domain.Person, p *domain.Problems) { v.Validate(p) }
	if got := problemsOf(t, full, check); got != nil {
		t.Errorf("a full one: %v", got)
	}
	if got := problemsOf(t, domain.Person{Name: "C"}, check); got != nil {
		t.Errorf("the least: %v", got)
	}
	for _, m := range []mistake[domain.Person]{
		{"no name", func(v *domain.Person) { v.Name = "" }, "name"},
		{"a name of two lines", func(v *domain.Person) { v.Name = "Camille\nExemple" }, "name"},
		{"an account of two lines", func(v *domain.Person) { v.Account = "act\n1" }, "account"},
		{"an account too long", func(v *domain.Person) { v.Account = strings.Repeat("a", 201) }, "account"},
		{"an account not UTF-8", func(v *domain.Person) { v.Account = "\xff" }, "account"},
		{"an address without a host", func(v *domain.Person) { v.Email = "camille@" }, "email"},
		{"an address without a name", func(v *domain.Person) { v.Email = "@bailleur.example" }, "email"},
		{"two addresses", func(v *domain.Person) { v.Email = "a@b.example,c@d.example" }, "email"},
		{"two signs", func(v *domain.Person) { v.Email = "a@b@c.example" }, "email"},
		{"an address with its name", func(v *domain.Person) { v.Email = "C <c@d.example>" }, "email"},
		{"an address too long", func(v *domain.Person) { v.Email = strings.Repeat("a", 250) + "@b.fr" }, "email"},
		{"letters for a number", func(v *domain.Person) { v.Telephone = "appelez-moi" }, "telephone"},
		{"a number without digits", func(v *domain.Person) { v.Telephone = "+ -" }, "telephone"},
		{"a number too long", func(v *domain.Person) { v.Telephone = strings.Repeat("0", 41) }, "telephone"},
		{"a space for an organisation", func(v *domain.Person) { v.Organisation = "spc_1" }, "organisation"},
		{"a project for an organisation", func(v *domain.Person) { v.Organisation = "prj_1" }, ""},
		{"another language", func(v *domain.Person) { v.Locale = "DE" }, "locale"},
	} {
		v := full
		m.make(&v)
		if got := strings.Join(problemsOf(t, v, check), " "); got != m.path {
			t.Errorf("%s: %q, want %q", m.name, got, m.path)
		}
	}
}

// A server acts for one person, whoever has its own account; accounts are staff's
// to give, but for one's own on a new person.
func TestActingFor(t *testing.T) {
	server := domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_1", Actor: "act_1", OnBehalfOf: "per_a"}
	if !server.IsPerson("per_a", "") || server.IsPerson("per_b", "act_1") {
		t.Error("a server on behalf of a person is that person, and nobody else")
	}
	own := domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_1", Actor: "act_1"}
	for _, c := range []struct {
		viewer  domain.Viewer
		account string
		isNew   bool
		want    bool
	}{
		{own, "act_1", true, true}, {own, "act_1", false, false}, {own, "act_2", true, false},
		{server, "act_1", true, false}, {domain.Anonymous, "", true, false},
		{domain.Viewer{Role: domain.RoleStaff}, "act_2", false, true},
	} {
		if got := c.viewer.MayGiveAccount(c.account, c.isNew); got != c.want {
			t.Errorf("%+v gives %q, new %v: %v", c.viewer, c.account, c.isNew, got)
		}
	}
}

// Whoever an account belongs to, and staff; nobody owns the account that isn't.
func TestMayErasePerson(t *testing.T) {
	for _, c := range []struct {
		viewer  domain.Viewer
		account string
		want    bool
	}{
		{domain.Viewer{Role: domain.RoleStaff, Actor: "act_staff"}, "act_1", true},
		{domain.Viewer{Role: domain.RoleStaff}, "", true},
		{domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_1", Actor: "act_1"}, "act_1", true},
		{domain.Viewer{Role: domain.RoleObserver, Actor: "act_1"}, "act_1", true},
		{domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_1", Actor: "act_2"}, "act_1", false},
		{domain.Anonymous, "act_1", false},
		{domain.Anonymous, "", false},
		{domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_1"}, "", false},
	} {
		if got := c.viewer.MayErasePerson("per_a", c.account); got != c.want {
			t.Errorf("%+v, account %q: %v", c.viewer, c.account, got)
		}
	}
}
