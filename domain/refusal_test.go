package domain_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Each refusal has its code, and its facts in both messages.
func TestRefusalsSay(t *testing.T) {
	for _, c := range []struct {
		refusal         domain.Refusal
		code            domain.RefusalCode
		french, english string
	}{
		{domain.InvalidInput{Path: []string{"input"}, French: "faux", English: "wrong"}, domain.CodeInvalidInput, "faux", "wrong"},
		{domain.Unreadable{French: "illisible", English: "unreadable"}, domain.CodeInvalidInput, "illisible", "unreadable"},
		{domain.NotFound{Type: "VacantSpace", What: "spc_1"}, domain.CodeNotFound,
			`aucun objet VacantSpace visible pour vous ne répond à "spc_1" : vérifiez l'identifiant ou la référence`,
			`no VacantSpace that you can see answers to "spc_1": check the id or reference`},
		{domain.NotAllowed{Action: "space.publish", Needed: domain.LandlordSide}, domain.CodeNotAllowed,
			"cette action est réservée à : bailleur, équipe de la fondation. Connectez-vous avec le compte qui convient",
			"this action is for: landlord, foundation staff. Sign in with an account that may"},
		{domain.VersionConflict{Expected: 1, Current: 2}, domain.CodeVersionConflict,
			"l'objet a changé : version 1 attendue, version 2 actuelle. Relisez-le, reprenez votre modification et envoyez-la avec la version actuelle",
			"the object has changed: version 1 expected, version 2 current. Read it again, redo your change and send it with the current version"},
		{domain.WrongState{Current: domain.PublicationArchived, Allowed: []domain.Publication{domain.PublicationDraft, domain.PublicationWithdrawn}}, domain.CodeWrongState,
			"impossible dans l'état « archivé » ; possible depuis : brouillon, retiré",
			`not possible in the state "archived"; possible from: draft, withdrawn`},
		{domain.AlreadyExists{Value: "vrac"}, domain.CodeAlreadyExists,
			`"vrac" est déjà pris : modifiez l'objet qui le porte, ou choisissez une autre valeur`,
			`"vrac" is already taken: change the object that holds it, or choose another value`},
		{domain.IdempotencyConflict{Key: "k"}, domain.CodeIdempotencyConflict,
			`la clé d'idempotence "k" a déjà servi avec d'autres données : employez une clé neuve pour une nouvelle demande`,
			`the idempotency key "k" was used with another input: use a new key for a new request`},
		{domain.TooLarge{Bytes: 20, Most: 10}, domain.CodeTooLarge,
			"la demande écrirait 20 octets, la limite est de 10 : découpez-la en plusieurs",
			"the request would write 20 bytes, the limit is 10: split it"},
		{domain.TooMany{What: domain.Bilingual{French: "besoins par projet", English: "needs of a project"}, Most: 1000, Kept: 1200}, domain.CodeTooMany,
			"au plus 1\u202f000 besoins par projet, quel que soit leur état ; il y en a déjà 1\u202f200 : modifiez ce qui existe, ou demandez à l'équipe de la fondation",
			"at most 1,000 needs of a project, whatever their state; there are 1,200 already: change what is there, or ask the foundation's staff"},
		{&domain.WrongKindError{ID: "prj_1", Want: domain.KindSpace, Got: domain.KindProject}, domain.CodeInvalidInput,
			`"prj_1" est l'identifiant d'un objet InnovationProject : donnez celui d'un objet VacantSpace, qui commence par "spc_"`,
			`"prj_1" is the id of an InnovationProject: pass the id of a VacantSpace, which begins with "spc_"`},
		{&domain.WrongKindError{ID: "1", Want: domain.KindSpace}, domain.CodeInvalidInput,
			`"1" n'est pas un identifiant : celui d'un objet VacantSpace commence par "spc_"`,
			`"1" is not an id: the id of a VacantSpace begins with "spc_"`},
	} {
		name := reflect.Indirect(reflect.ValueOf(c.refusal)).Type().Name()
		if got := c.refusal.RefusalCode(); got != c.code {
			t.Errorf("%s: code %s, want %s", name, got, c.code)
		}
		if got := c.refusal.Say(domain.French); got != c.french {
			t.Errorf("%s: %s", name, got)
		}
		if got := c.refusal.Say(domain.English); got != c.english {
			t.Errorf("%s: %s", name, got)
		}
		if !strings.Contains(c.refusal.Error(), c.english) {
			t.Errorf("%s: the error says %q", name, c.refusal)
		}
	}
}

// What a message quotes of an input is kept short, whole characters.
func TestRefusalsQuoteLittle(t *testing.T) {
	for n, want := range map[int]string{60: strings.Repeat("é", 60), 61: strings.Repeat("é", 60) + "…"} {
		if got := (domain.AlreadyExists{Value: strings.Repeat("é", n)}).Error(); !strings.Contains(got, `"`+want+`"`) {
			t.Errorf("%d characters: %s", n, got)
		}
	}
	long := strings.Repeat("é", 100_000)
	_, unreadable := domain.ParseDate(long)
	for _, r := range []domain.Refusal{
		domain.NotFound{Type: "Landlord", What: long}, domain.AlreadyExists{Value: long}, domain.IdempotencyConflict{Key: long},
		&domain.WrongKindError{ID: domain.ID(long), Want: domain.KindSpace}, unreadable.(domain.Refusal),
	} {
		for _, l := range []domain.Locale{domain.French, domain.English} {
			if s := r.Say(l); len(s) > 400 || !strings.Contains(s, `é…"`) {
				t.Errorf("%.500s", s)
			}
		}
	}
}

func TestAsRefusals(t *testing.T) {
	one := domain.VersionConflict{Expected: 1, Current: 2}
	p := &domain.Problems{Root: []string{"input"}}
	if p.Err() != nil {
		t.Error("nothing is wrong, and an error")
	}
	if !p.Require(true, "non", "no", "here") || p.Require(false, "faux", "wrong", "list", 3) {
		t.Error("Require answers whether it holds")
	}
	p.AddRefusal(one)
	many := p.Err()
	for _, c := range []struct {
		name string
		err  error
		want []domain.Refusal
	}{
		{"none", nil, nil},
		{"a system error", errors.New("disk full"), nil},
		{"one", one, []domain.Refusal{one}},
		{"one, wrapped", fmt.Errorf("deciding: %w", one), []domain.Refusal{one}},
		{"many, wrapped", fmt.Errorf("deciding: %w", many),
			[]domain.Refusal{domain.InvalidInput{Path: []string{"input", "list", "3"}, French: "faux", English: "wrong"}, one}},
	} {
		if got := domain.AsRefusals(c.err); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got, want := many.Error(), "input.list.3: wrong; "+one.Error(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Paths don't share memory: a later one must not write over an earlier.
func TestPathsAreTheirOwn(t *testing.T) {
	p := &domain.Problems{Root: append(make([]string, 0, 8), "input")}
	a := p.At("a")
	p.At("b")
	if !slices.Equal(a, []string{"input", "a"}) {
		t.Errorf("%q", a)
	}
}
