// Package textstest is the suite that every adapter of texts.Store passes.
package textstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// Storage is that of one store, which outlives the Stores opened on it.
type Storage struct {
	// Open opens the store, creating it the first time. It is called again only
	// when the Store before it is closed.
	Open func(t *testing.T) texts.Store
	// OpenCopy opens the storage as a copy of a ledger's store, OpenExisting what is
	// there already; both as Open, otherwise.
	OpenCopy     func(t *testing.T, ledgerID string, secret [32]byte) (texts.Store, error)
	OpenExisting func(t *testing.T) (texts.Store, error)
	// Folder is where all that the store keeps is; "" where it can't be read.
	Folder string
}

// Run checks the whole contract of texts.Store, with storage that fresh makes
// for each test.
func Run(t *testing.T, fresh func(t *testing.T) Storage) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s Storage)
	}{
		{"an empty store", testEmpty},
		{"texts come back as they were", testRoundTrip},
		{"a text is put once", testPutAgain},
		{"what can't be kept is refused", testRefused},
		{"all or none", testAllOrNone},
		{"persons", testPersons},
		{"an account is one person's", testAccounts},
		{"a person is exported", testExport},
		{"a person is erased", testErase},
		{"a person without an account is erased", testEraseWithoutAccount},
		{"what a portal wrote for a person is theirs", testWriter},
		{"texts are erased", testEraseTexts},
		{"no byte is left of what was erased", testNoByteLeft},
		{"no byte is left of what was swept or replaced", testNoByteLeftBySweep},
		{"erasures are applied again", testReapply},
		{"sweep", testSweep},
		{"a store is one ledger's", testClaim},
		{"the secret stays", testSecret},
		{"all at once", testConcurrency},
		{"an ended context", testContext},
		{"closed", testClosed},
		{"opened again", testReopen},
		{"all that is kept", testRecords},
		{"a copy", testCopy},
		{"a copy of another store", testCopyOfAnother},
		{"nothing is created by looking", testExisting},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t)) })
	}
}

// open opens the store and closes it when the test ends.
func open(t *testing.T, s Storage) texts.Store {
	t.Helper()
	store := s.Open(t)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return store
}

// start is when the texts of the tests are written, each a minute after the one
// before.
var start = time.Date(2026, time.September, 1, 12, 0, 0, 0, time.UTC)

// text makes one by its number.
func text(n int, author string, person domain.PersonID) domain.Text {
	x := domain.Text{
		ID: domain.TextID(fmt.Sprintf("txt_%04d", n)), Kind: domain.TextMessage, Body: fmt.Sprintf("Message n° %d", n),
		Author: author, About: "spc_1", WrittenAt: start.Add(time.Duration(n) * time.Minute),
	}
	if person != "" {
		x.Person = &person
	}
	return x
}

func person(n int, account string) domain.Person {
	return domain.Person{
		ID: domain.PersonID(fmt.Sprintf("per_%04d", n)), Account: account, Name: fmt.Sprintf("Camille Exemple %d", n),
		Email: fmt.Sprintf("camille.%d@bailleur.example", n), Telephone: "+33 1 99 00 12 34", Organisation: "lld_1",
		Locale: domain.French, UpdatedAt: start,
	}
}

func put(t *testing.T, s texts.Store, list ...domain.Text) {
	t.Helper()
	if err := s.PutTexts(t.Context(), list); err != nil {
		t.Fatalf("PutTexts of %d: %v", len(list), err)
	}
}

func putPersons(t *testing.T, s texts.Store, list ...domain.Person) {
	t.Helper()
	for _, p := range list {
		if err := s.PutPerson(t.Context(), p); err != nil {
			t.Fatalf("PutPerson %s: %v", p.ID, err)
		}
	}
}

func erase(t *testing.T, s texts.Store, id domain.PersonID) []domain.TextID {
	t.Helper()
	gone, err := s.Erase(t.Context(), id)
	if err != nil {
		t.Fatalf("Erase %s: %v", id, err)
	}
	return gone
}

// holds requires that of all the texts that the tests make the store holds these.
func holds(t *testing.T, s texts.Store, want ...domain.Text) {
	t.Helper()
	asked := []domain.TextID{""}
	for n := range 60 {
		asked = append(asked, text(n, "", "").ID)
	}
	all := make(map[domain.TextID]domain.Text)
	for _, x := range want {
		all[x.ID] = x
		asked = append(asked, x.ID)
	}
	got, err := s.Texts(t.Context(), asked)
	if err != nil {
		t.Fatalf("Texts: %v", err)
	}
	if !reflect.DeepEqual(got, all) {
		t.Errorf("the texts are\n%v, want\n%v", got, all)
	}
}

// knows requires that of all the persons that the tests make the store knows
// these, however it is asked.
func knows(t *testing.T, s texts.Store, want ...domain.Person) {
	t.Helper()
	var asked []domain.PersonID
	all := make(map[domain.PersonID]domain.Person)
	for n := range 10 {
		asked = append(asked, person(n, "").ID)
	}
	for _, p := range want {
		all[p.ID] = p
	}
	got, err := s.Persons(t.Context(), asked)
	if err != nil {
		t.Fatalf("Persons: %v", err)
	}
	if !reflect.DeepEqual(got, all) {
		t.Errorf("the persons are\n%v, want\n%v", got, all)
	}
	for _, organisation := range []domain.ID{"", "lld_1", "prj_1"} {
		var members []domain.Person
		for _, p := range want {
			if p.Organisation == organisation {
				members = append(members, p)
			}
		}
		got, err := s.PersonsOf(t.Context(), organisation)
		if err != nil {
			t.Fatalf("PersonsOf: %v", err)
		}
		if !slices.Equal(got, members) {
			t.Errorf("the persons of %q are\n%v, want\n%v", organisation, got, members)
		}
		if n, err := s.CountPersonsOf(t.Context(), organisation); err != nil || n != len(members) {
			t.Errorf("%q has %d persons (%v), want %d", organisation, n, err, len(members))
		}
	}
	for _, p := range want {
		found, ok, err := s.PersonOfAccount(t.Context(), p.Account)
		if err != nil || ok != (p.Account != "") || ok && found != p {
			t.Errorf("the person of account %q is %v (%v, %v)", p.Account, found, ok, err)
		}
	}
}

// nobody requires that an account is nobody's.
func nobody(t *testing.T, s texts.Store, account string) {
	t.Helper()
	if found, ok, err := s.PersonOfAccount(t.Context(), account); ok || err != nil || found != (domain.Person{}) {
		t.Errorf("the person of account %q is %v (%v)", account, found, err)
	}
}

// wantError requires an error of type E.
func wantError[E error](t *testing.T, what string, err error) (e E) {
	t.Helper()
	e, ok := errors.AsType[E](err)
	if !ok {
		t.Errorf("%s: %v, want a %T", what, err, e)
	}
	return e
}

func testEmpty(t *testing.T, s Storage) {
	store := open(t, s)
	put(t, store)
	holds(t, store)
	knows(t, store)
	nobody(t, store, "")
	nobody(t, store, "act_1")
	if out, err := store.ExportPerson(t.Context(), "per_1"); err != nil || out.Person != nil || len(out.Texts) > 0 {
		t.Errorf("ExportPerson: %v, %v", out, err)
	}
	if gone := erase(t, store, "per_9999"); gone != nil {
		t.Errorf("Erase: %v", gone)
	}
	if n, err := store.Sweep(t.Context(), start.AddDate(9, 0, 0), func(domain.TextID) bool { return false }); n != 0 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
	if err := errors.Join(store.Reapply(t.Context(), nil), store.EraseTexts(t.Context(), nil)); err != nil {
		t.Error(err)
	}
}

func testRoundTrip(t *testing.T, s Storage) {
	store := open(t, s)
	all := []domain.Text{
		text(1, "act_1", ""),
		{ID: "txt_least", Kind: domain.TextNote, Body: "x", WrittenAt: time.UnixMilli(-1).UTC()},
		{ID: "txt_longest", Kind: domain.TextScope, Body: strings.Repeat("🌿", domain.MostBody), Author: "act_1", Organisation: "lld_1", About: "prj_1", WrittenAt: start},
		{ID: "txt_signs", Kind: domain.TextVisit, Body: "« Les Tilleuls » <b>&\\u00e9\"\r\n\t", Person: new(domain.PersonID("per_1")), WrittenAt: start},
	}
	put(t, store, all[0])
	put(t, store, all[1:]...)
	holds(t, store, all...)

	// Times are cut to milliseconds, and come back in UTC.
	fine := text(2, "act_1", "")
	fine.WrittenAt = start.Add(1_999_999).In(time.FixedZone("", 7200))
	put(t, store, fine)
	fine.WrittenAt = start.Add(time.Millisecond)
	put(t, store, fine)
	holds(t, store, append(all, fine)...)
}

func testPutAgain(t *testing.T, s Storage) {
	store := open(t, s)
	first := text(1, "act_1", "per_0001")
	put(t, store, first, first)
	put(t, store, first)
	put(t, store, first, text(2, "act_1", ""))
	for name, change := range map[string]func(*domain.Text){
		"kind":   func(x *domain.Text) { x.Kind = domain.TextNote },
		"body":   func(x *domain.Text) { x.Body += "." },
		"author": func(x *domain.Text) { x.Author = "act_2" },
		"about":  func(x *domain.Text) { x.About = "" },
		"person": func(x *domain.Text) { x.Person = new(domain.PersonID("per_0002")) },
		"nobody": func(x *domain.Text) { x.Person = nil },
		"time":   func(x *domain.Text) { x.WrittenAt = x.WrittenAt.Add(time.Second) },
	} {
		other := first
		change(&other)
		conflict := wantError[*texts.ConflictError](t, "another "+name, store.PutTexts(t.Context(), []domain.Text{text(3, "", ""), other}))
		if conflict != nil && conflict.ID != domain.ID(first.ID) {
			t.Errorf("another %s: it names %s", name, conflict.ID)
		}
		wantError[*texts.ConflictError](t, "another "+name+" at once", store.PutTexts(t.Context(), []domain.Text{first, other}))
	}
	holds(t, store, first, text(2, "act_1", ""))
}

func testRefused(t *testing.T, s Storage) {
	store := open(t, s)
	for name, spoil := range map[string]func(*domain.Text){
		"no id":              func(x *domain.Text) { x.ID = "" },
		"an id of no code":   func(x *domain.Text) { x.ID = "txt_" },
		"another kind's id":  func(x *domain.Text) { x.ID = "spc_1" },
		"a long id":          func(x *domain.Text) { x.ID += domain.TextID(strings.Repeat("x", 100)) },
		"an id not of text":  func(x *domain.Text) { x.ID = "txt_\xff" },
		"no kind":            func(x *domain.Text) { x.Kind = "" },
		"an unknown kind":    func(x *domain.Text) { x.Kind = "POEM" },
		"no body":            func(x *domain.Text) { x.Body = "" },
		"a body not UTF-8":   func(x *domain.Text) { x.Body = "a\xff" },
		"a body too long":    func(x *domain.Text) { x.Body = strings.Repeat("é", domain.MostBody+1) },
		"a space as person":  func(x *domain.Text) { x.Person = new(domain.PersonID("spc_1")) },
		"an author no UTF-8": func(x *domain.Text) { x.Author = "\xff" },
		"about no UTF-8":     func(x *domain.Text) { x.About = "\xff" },
	} {
		wrong := text(1, "act_1", "per_0001")
		spoil(&wrong)
		if err := store.PutTexts(t.Context(), []domain.Text{text(2, "", ""), wrong}); err == nil {
			t.Errorf("%s is kept", name)
		}
	}
	holds(t, store)
	for name, spoil := range map[string]func(*domain.Person){
		"no id":              func(p *domain.Person) { p.ID = "" },
		"another kind's id":  func(p *domain.Person) { p.ID = "txt_1" },
		"no name":            func(p *domain.Person) { p.Name = "" },
		"an address of none": func(p *domain.Person) { p.Email = "camille" },
	} {
		wrong := person(1, "act_1")
		spoil(&wrong)
		if err := store.PutPerson(t.Context(), wrong); err == nil {
			t.Errorf("a person with %s is kept", name)
		}
	}
	knows(t, store)
	if _, err := store.Erase(t.Context(), "spc_1"); err == nil {
		t.Error("a space is erased")
	}
	if err := store.EraseTexts(t.Context(), []domain.TextID{"txt_1", "per_1"}); err == nil {
		t.Error("a person is erased as a text")
	}
	put(t, store, domain.Text{ID: "txt_1", Kind: domain.TextNote, Body: "x"}) // it wasn't erased
}

func testAllOrNone(t *testing.T, s Storage) {
	store := open(t, s)
	put(t, store, text(1, "act_1", ""))
	if err := store.EraseTexts(t.Context(), []domain.TextID{text(2, "", "").ID}); err != nil {
		t.Fatal(err)
	}
	erased := wantError[*texts.ErasedError](t, "an erased one between", store.PutTexts(t.Context(), []domain.Text{text(3, "", ""), text(2, "", ""), text(4, "", "")}))
	if erased != nil && erased.ID != "txt_0002" {
		t.Errorf("it names %s", erased.ID)
	}
	holds(t, store, text(1, "act_1", ""))
}

func testPersons(t *testing.T, s Storage) {
	store := open(t, s)
	full := person(2, "act_2")
	least := domain.Person{ID: "per_0001", Name: "C"}
	member := person(3, "act_3")
	member.Organisation = "prj_1"
	putPersons(t, store, full, least, member, full)
	knows(t, store, least, full, member)

	moved := full
	moved.Organisation, moved.Account, moved.Email = "prj_1", "act_9", ""
	putPersons(t, store, moved)
	knows(t, store, least, moved, member)
	nobody(t, store, "act_2")

	fine := moved
	fine.UpdatedAt = start.Add(1_999_999).In(time.FixedZone("", 7200))
	putPersons(t, store, fine)
	fine.UpdatedAt = start.Add(time.Millisecond)
	knows(t, store, least, fine, member)
}

func testAccounts(t *testing.T, s Storage) {
	store := open(t, s)
	first, second := person(1, "act_1"), person(2, "act_1")
	putPersons(t, store, first)
	conflict := wantError[*texts.ConflictError](t, "another's account", store.PutPerson(t.Context(), second))
	if conflict != nil && conflict.ID != domain.ID(first.ID) {
		t.Errorf("it names %s", conflict.ID)
	}
	knows(t, store, first)
	putPersons(t, store, person(3, ""), person(4, "")) // none has none
	first.Account = "act_5"
	putPersons(t, store, first, second) // it is free now
	knows(t, store, first, second, person(3, ""), person(4, ""))
}

// scene is a person, what concerns them, and what doesn't.
func scene(t *testing.T, store texts.Store) (them domain.Person, theirs, others []domain.Text) {
	t.Helper()
	them = person(1, "act_1")
	theirs = []domain.Text{text(7, "act_1", ""), text(3, "act_2", "per_0001"), text(5, "act_1", "per_0001"), text(4, "", "per_0001"), text(6, "act_1", "per_0002")}
	others = []domain.Text{text(1, "act_2", ""), text(2, "", ""), text(8, "act_2", "per_0002"), text(9, "act_11", "")}
	putPersons(t, store, them, person(2, "act_2"), person(3, ""))
	put(t, store, append(slices.Clone(others), theirs...)...)
	return them, theirs, others
}

func testExport(t *testing.T, s Storage) {
	store := open(t, s)
	them, theirs, _ := scene(t, store)
	same := text(0, "act_1", "") // of the same minute: by id
	same.WrittenAt = text(3, "", "").WrittenAt
	put(t, store, same)
	got, err := store.ExportPerson(t.Context(), them.ID)
	want := []domain.Text{same, theirs[1], theirs[3], theirs[2], theirs[4], theirs[0]}
	if err != nil || got.Person == nil || *got.Person != them || !reflect.DeepEqual(got.Texts, want) {
		t.Errorf("%v, %v\n%v, want\n%v", err, got.Person, got.Texts, want)
	}
	// Who has no account didn't write what nobody wrote.
	if got, err := store.ExportPerson(t.Context(), "per_0003"); err != nil || got.Person == nil || len(got.Texts) > 0 {
		t.Errorf("without an account: %v, %v", got, err)
	}
}

func testErase(t *testing.T, s Storage) {
	store := open(t, s)
	them, theirs, others := scene(t, store)
	want := []domain.TextID{"txt_0003", "txt_0004", "txt_0005", "txt_0006", "txt_0007"}
	if gone := erase(t, store, them.ID); !slices.Equal(gone, want) {
		t.Errorf("erased are %v, want %v", gone, want)
	}
	check := func() {
		t.Helper()
		holds(t, store, others...)
		knows(t, store, person(2, "act_2"), person(3, ""))
		nobody(t, store, "act_1")
		if out, err := store.ExportPerson(t.Context(), them.ID); err != nil || out.Person != nil || len(out.Texts) > 0 {
			t.Errorf("the export is %v, %v", out, err)
		}
		for _, x := range theirs {
			wantError[*texts.ErasedError](t, "put late", store.PutTexts(t.Context(), []domain.Text{x}))
		}
		wantError[*texts.ErasedError](t, "about somebody erased", store.PutTexts(t.Context(), []domain.Text{text(20, "act_2", them.ID)}))
		wantError[*texts.ErasedError](t, "put late", store.PutPerson(t.Context(), them))
		if gone := erase(t, store, them.ID); gone != nil {
			t.Errorf("erased again are %v", gone)
		}
	}
	check()
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	store = open(t, s)
	check()
	// The account may be another person's later.
	putPersons(t, store, person(4, "act_1"))
	put(t, store, text(21, "act_1", ""))
}

func testEraseWithoutAccount(t *testing.T, s Storage) {
	store := open(t, s)
	_, theirs, others := scene(t, store)
	put(t, store, text(30, "act_2", "per_0003"))
	if gone := erase(t, store, "per_0003"); !slices.Equal(gone, []domain.TextID{"txt_0030"}) {
		t.Errorf("erased are %v", gone)
	}
	holds(t, store, append(theirs, others...)...)
	// So is one whose identity was never kept.
	put(t, store, text(31, "act_2", "per_0009"))
	if gone := erase(t, store, "per_0009"); !slices.Equal(gone, []domain.TextID{"txt_0031"}) {
		t.Errorf("erased are %v", gone)
	}
	wantError[*texts.ErasedError](t, "put late", store.PutPerson(t.Context(), person(9, "")))
}

// The writer of a text counts, when it is known, and not the account: that of a
// portal's server, which is somebody else's or nobody's.
func testWriter(t *testing.T, s Storage) {
	store := open(t, s)
	one, server := person(1, ""), person(2, "act_portal")
	putPersons(t, store, one, server)
	forOne, byServer := text(1, "act_portal", ""), text(2, "act_portal", "")
	forOne.Writer = &one.ID
	put(t, store, forOne, byServer)
	for _, c := range []struct {
		who  domain.Person
		want domain.Text
	}{{one, forOne}, {server, byServer}} {
		export, err := store.ExportPerson(t.Context(), c.who.ID)
		if err != nil || len(export.Texts) != 1 || !texts.Same(export.Texts[0], c.want) {
			t.Errorf("%s wrote %+v (%v), want %+v", c.who.ID, export.Texts, err, c.want)
		}
	}
	if gone := erase(t, store, one.ID); !slices.Equal(gone, []domain.TextID{forOne.ID}) {
		t.Errorf("erased are %v", gone)
	}
	holds(t, store, byServer)
	late := text(3, "act_portal", "")
	late.Writer = &one.ID
	wantError[*texts.ErasedError](t, "put late", store.PutTexts(t.Context(), []domain.Text{late}))
	late.Writer = new(domain.PersonID("txt_1"))
	if err := store.PutTexts(t.Context(), []domain.Text{late}); err == nil {
		t.Error("a text is taken for a writer")
	}
}

func testEraseTexts(t *testing.T, s Storage) {
	store := open(t, s)
	put(t, store, text(1, "act_1", ""), text(2, "act_1", ""), text(3, "act_1", ""))
	for range 2 {
		if err := store.EraseTexts(t.Context(), []domain.TextID{"txt_0003", "txt_0001", "txt_0099", "txt_0003"}); err != nil {
			t.Fatal(err)
		}
		holds(t, store, text(2, "act_1", ""))
	}
	for _, n := range []int{1, 3, 99} { // that it never had, too
		wantError[*texts.ErasedError](t, "put late", store.PutTexts(t.Context(), []domain.Text{text(n, "act_1", "")}))
	}
}

// found tells whether any file of a folder holds these bytes, in its name or in
// itself.
func found(t *testing.T, folder, what string) bool {
	t.Helper()
	yes := false
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		yes = yes || bytes.Contains(b, []byte(what)) || strings.Contains(path, what)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

// crowd fills a store with texts of many sizes, of two authors in turn, which
// say where they come from.
func crowd(t *testing.T, store texts.Store) (kept []domain.Text) {
	t.Helper()
	for n := range 40 {
		x := text(n, "act_1", "")
		x.Body = strings.Repeat("abattoir-désaffecté ", 1+n*n/4)
		if n%3 > 0 {
			x.Author, x.Body = "act_2", strings.Repeat("jardin-partagé ", 1+n*n/4)
			kept = append(kept, x)
		}
		put(t, store, x)
	}
	return kept
}

func testNoByteLeft(t *testing.T, s Storage) {
	if s.Folder == "" {
		t.Skip("what this storage keeps can't be read")
	}
	store := open(t, s)
	them := person(1, "act_1")
	them.Name, them.Email, them.Telephone = "Dominique Effacée", "première@adresse.example", "0102030405"
	putPersons(t, store, them, person(2, "act_2"))
	them.Email = "seconde@adresse.example" // the first stays in the file meanwhile
	putPersons(t, store, them)
	kept := crowd(t, store)
	secrets := []string{"abattoir-désaffecté", "Dominique Effacée", "première@", "seconde@", "0102030405"}
	for _, secret := range secrets {
		if secret != "première@" && !found(t, s.Folder, secret) {
			t.Fatalf("%q isn't found while it is kept: this test sees nothing", secret)
		}
	}
	erase(t, store, them.ID)
	none := func(when string) {
		t.Helper()
		for _, secret := range secrets {
			if found(t, s.Folder, secret) {
				t.Errorf("%s, %q is still in the folder", when, secret)
			}
		}
		if !found(t, s.Folder, "jardin-partagé") {
			t.Errorf("%s, what is kept isn't found", when)
		}
	}
	none("after Erase")
	holds(t, store, kept...)
	knows(t, store, person(2, "act_2"))
	put(t, store, text(50, "act_2", ""))
	none("after another text")
	if err := store.EraseTexts(t.Context(), []domain.TextID{kept[0].ID, kept[20].ID}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	none("after Close")
	store = open(t, s)
	none("opened again")
	holds(t, store, append(slices.Concat(kept[1:20], kept[21:]), text(50, "act_2", ""))...)
}

func testNoByteLeftBySweep(t *testing.T, s Storage) {
	if s.Folder == "" {
		t.Skip("what this storage keeps can't be read")
	}
	store := open(t, s)
	them := person(1, "act_1")
	them.Email = "première@adresse.example"
	putPersons(t, store, them)
	kept := crowd(t, store)
	if !found(t, s.Folder, "première@") || !found(t, s.Folder, "abattoir-désaffecté") {
		t.Fatal("this test sees nothing")
	}
	them.Email = "seconde@adresse.example"
	putPersons(t, store, them)
	sweep := func(want int) {
		t.Helper()
		n, err := store.Sweep(t.Context(), start.Add(time.Hour), func(id domain.TextID) bool {
			return slices.ContainsFunc(kept, func(x domain.Text) bool { return x.ID == id })
		})
		if err != nil || n != want {
			t.Fatalf("Sweep: %d, %v; want %d", n, err, want)
		}
	}
	sweep(40 - len(kept))
	if found(t, s.Folder, "première@") || found(t, s.Folder, "abattoir-désaffecté") {
		t.Error("what was swept or replaced is still in the folder")
	}
	holds(t, store, kept...)
	knows(t, store, them)
	them.Email = ""
	putPersons(t, store, them)
	sweep(0)
	if found(t, s.Folder, "seconde@") {
		t.Error("what was replaced is still in the folder")
	}
}

// files are the contents of a folder.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

// A copy from before an erasure came back: applied again, it is carried out, and
// applied once more, nothing is done.
func testReapply(t *testing.T, s Storage) {
	store := open(t, s)
	them, _, others := scene(t, store)
	listed := text(40, "act_2", "") // it had been theirs, and the copy doesn't tell
	put(t, store, listed)
	erasures := []domain.Erasure{
		{ID: "ers_1", Person: them.ID, Texts: []domain.TextID{"txt_0003", listed.ID, "txt_0041"}, At: start},
		{ID: "ers_2", Person: "per_0003", At: start},
	}
	for range 2 {
		if err := store.Reapply(t.Context(), erasures); err != nil {
			t.Fatal(err)
		}
		holds(t, store, others...)
		knows(t, store, person(2, "act_2"))
	}
	wantError[*texts.ErasedError](t, "put late", store.PutTexts(t.Context(), []domain.Text{text(41, "act_2", "")}))
	if s.Folder != "" {
		before := files(t, s.Folder)
		if err := store.Reapply(t.Context(), erasures); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(files(t, s.Folder), before) {
			t.Error("applied once more, it writes")
		}
	}
	// Only what is new is done.
	if err := store.Reapply(t.Context(), append(erasures, domain.Erasure{ID: "ers_3", Person: "per_0002", At: start})); err != nil {
		t.Fatal(err)
	}
	holds(t, store, others[1], others[3])
	knows(t, store)
}

func testSweep(t *testing.T, s Storage) {
	store := open(t, s)
	all := []domain.Text{text(1, "act_1", ""), text(2, "act_1", ""), text(3, "", "per_0001"), text(4, "act_1", ""), text(5, "act_1", "")}
	put(t, store, all...)
	asked := make(map[domain.TextID]bool)
	n, err := store.Sweep(t.Context(), all[3].WrittenAt, func(id domain.TextID) bool {
		asked[id] = true
		// It may call the store.
		if found, err := store.Texts(t.Context(), []domain.TextID{id}); err != nil || len(found) != 1 {
			t.Errorf("%s isn't there while it is swept: %v", id, err)
		}
		return id == all[1].ID
	})
	if err != nil || n != 2 {
		t.Errorf("%d are swept (%v), want 2", n, err)
	}
	if len(asked) != 3 {
		t.Errorf("asked about %v, want the three from before", asked)
	}
	holds(t, store, all[1], all[3], all[4])
	put(t, store, all[0]) // it wasn't erased
	holds(t, store, all[0], all[1], all[3], all[4])
}

func testClaim(t *testing.T, s Storage) {
	for range 2 {
		store := s.Open(t)
		for range 2 {
			if err := store.Claim(t.Context(), "ldg_mine"); err != nil {
				t.Errorf("Claim: %v", err)
			}
		}
		other := wantError[*texts.OtherLedgerError](t, "another ledger", store.Claim(t.Context(), "ldg_other"))
		if other != nil && (other.Stored != "ldg_mine" || other.Asked != "ldg_other") {
			t.Errorf("%+v", other)
		}
		erase(t, store, "per_0001") // whose it is survives a rewriting
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testSecret(t *testing.T, s Storage) {
	var first [32]byte
	for range 3 {
		store := s.Open(t)
		secret, err := store.Secret(t.Context())
		if err != nil || secret == [32]byte{} {
			t.Fatalf("the secret is %x (%v)", secret, err)
		}
		if first == [32]byte{} {
			first = secret
		}
		if secret != first {
			t.Error("the secret is another")
		}
		erase(t, store, "per_0001")
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Writers, readers, erasures and sweeps at once: what was put and not erased is
// there, and what was erased never comes back.
func testConcurrency(t *testing.T, s Storage) {
	const writers, each = 4, 12
	store := open(t, s)
	var all sync.WaitGroup
	id := func(writer, n int) domain.TextID { return domain.TextID(fmt.Sprintf("txt_%d_%d", writer, n)) }
	for writer := range writers {
		all.Go(func() {
			account := fmt.Sprint("act_", writer)
			them := person(writer, account)
			if err := store.PutPerson(t.Context(), them); err != nil {
				t.Errorf("PutPerson: %v", err)
			}
			for n := range each {
				x := text(0, account, "")
				x.ID, x.Body = id(writer, n), strings.Repeat("é", 1+n*700)
				if err := store.PutTexts(t.Context(), []domain.Text{x}); err != nil {
					t.Errorf("PutTexts: %v", err)
				}
				if n == each/2 && writer%2 == 0 {
					gone, err := store.Erase(t.Context(), them.ID)
					if err != nil || len(gone) > n+1 { // or fewer: a sweep beside it may finish it
						t.Errorf("Erase of %d texts: %v (%v)", n+1, gone, err)
					}
				}
				found, err := store.Texts(t.Context(), []domain.TextID{id(writer, 0), x.ID})
				_, first := found[id(writer, 0)]
				if erased := writer%2 == 0 && n >= each/2; err != nil || first == erased {
					t.Errorf("writer %d, text %d: %v (%v)", writer, n, found, err)
				}
				if _, err := store.Sweep(t.Context(), start, func(domain.TextID) bool { return true }); err != nil {
					t.Errorf("Sweep: %v", err)
				}
				if _, _, err := store.PersonOfAccount(t.Context(), account); err != nil {
					t.Errorf("PersonOfAccount: %v", err)
				}
			}
		})
	}
	all.Wait()
	for writer := range writers {
		for n := range each {
			found, err := store.Texts(t.Context(), []domain.TextID{id(writer, n)})
			if want := writer%2 == 1 || n > each/2; err != nil || (len(found) == 1) != want {
				t.Errorf("writer %d, text %d: %d are there (%v)", writer, n, len(found), err)
			}
		}
	}
}

// calls are all the methods but Close, with arguments that are right.
func calls(ctx context.Context, s texts.Store) map[string]error {
	all := make(map[string]error)
	all["Claim"] = s.Claim(ctx, "ldg_1")
	_, all["Secret"] = s.Secret(ctx)
	all["PutTexts"] = s.PutTexts(ctx, []domain.Text{text(1, "act_1", "")})
	_, all["Texts"] = s.Texts(ctx, []domain.TextID{"txt_0001"})
	all["PutPerson"] = s.PutPerson(ctx, person(1, "act_1"))
	_, all["Persons"] = s.Persons(ctx, []domain.PersonID{"per_0001"})
	_, all["PersonsOf"] = s.PersonsOf(ctx, "lld_1")
	_, all["CountPersonsOf"] = s.CountPersonsOf(ctx, "lld_1")
	_, _, all["PersonOfAccount"] = s.PersonOfAccount(ctx, "act_1")
	_, all["ExportPerson"] = s.ExportPerson(ctx, "per_0001")
	_, all["Erase"] = s.Erase(ctx, "per_0002")
	all["EraseTexts"] = s.EraseTexts(ctx, []domain.TextID{"txt_0002"})
	all["Reapply"] = s.Reapply(ctx, []domain.Erasure{{Person: "per_0002"}})
	_, all["Sweep"] = s.Sweep(ctx, start.AddDate(1, 0, 0), func(domain.TextID) bool { return false })
	return all
}

func testContext(t *testing.T, s Storage) {
	store := open(t, s)
	put(t, store, text(2, "act_1", "per_0002"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for call, err := range calls(ended, store) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", call, err)
		}
	}
	holds(t, store, text(2, "act_1", "per_0002"))
	knows(t, store)
}

func testClosed(t *testing.T, s Storage) {
	store := s.Open(t)
	put(t, store, text(2, "act_1", "per_0002"))
	for range 2 {
		if err := store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	for call, err := range calls(t.Context(), store) {
		if !errors.Is(err, texts.ErrClosed) {
			t.Errorf("%s after Close: %v", call, err)
		}
	}
	holds(t, open(t, s), text(2, "act_1", "per_0002"))
}

func testReopen(t *testing.T, s Storage) {
	var all []domain.Text
	var persons []domain.Person
	for n := range 4 {
		store := s.Open(t)
		holds(t, store, all...)
		knows(t, store, persons...)
		all = append(all, text(2*n, "act_0", ""), text(2*n+1, "", "per_0001"))
		put(t, store, all[2*n:]...)
		p := person(n, fmt.Sprint("act_", n))
		persons = append(persons, p)
		putPersons(t, store, p)
		if err := store.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
}

// everything is all that the store keeps, and its digest.
func everything(t *testing.T, s texts.Store) (all []texts.Record, d texts.Digest) {
	t.Helper()
	for r, err := range s.Records(t.Context()) {
		if err == nil {
			err = d.Add(r)
		}
		if err != nil {
			t.Fatalf("Records: %v", err)
		}
		all = append(all, r)
	}
	return all, d
}

func testRecords(t *testing.T, s Storage) {
	store := open(t, s)
	if all, d := everything(t, store); len(all) > 0 || d != (texts.Digest{}) {
		t.Errorf("an empty store keeps %v", all)
	}
	var list []domain.Text
	for n := range 1100 { // more than are read at once
		list = append(list, text(n, "act_1", ""))
	}
	put(t, store, list...)
	putPersons(t, store, person(2, "act_2"), person(1, ""), person(3, "act_3"))
	erase(t, store, "per_0003")
	if err := store.EraseTexts(t.Context(), []domain.TextID{"txt_0007"}); err != nil {
		t.Fatal(err)
	}
	want := []texts.Record{{Erased: "per_0003"}, {Erased: "txt_0007"}}
	for _, p := range []domain.Person{person(1, ""), person(2, "act_2")} {
		want = append(want, texts.Record{Person: &p})
	}
	for n, x := range list {
		if n != 7 {
			want = append(want, texts.Record{Text: &x})
		}
	}
	all, digest := everything(t, store)
	if !reflect.DeepEqual(all, want) {
		t.Errorf("%d records, want %d", len(all), len(want))
	}
	var reversed texts.Digest
	for _, r := range slices.Backward(all) {
		if err := reversed.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if digest != reversed {
		t.Error("the digest depends on the order")
	}
	put(t, store, text(2000, "act_1", ""))
	if _, other := everything(t, store); other == digest {
		t.Error("the digest doesn't know what was put")
	}
	// The consumer may write meanwhile, and stop.
	for r, err := range store.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Person != nil {
			erase(t, store, r.Person.ID)
		} else if r.Text != nil {
			break
		}
	}
	knows(t, store)
}

func testCopy(t *testing.T, s Storage) {
	secret := [32]byte{1, 2, 3}
	for n := range 3 { // cut off, and gone on with
		c, err := s.OpenCopy(t, "ldg_1", secret)
		if err != nil {
			t.Fatal(err)
		}
		put(t, c, text(n, "act_1", ""))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	store := open(t, s)
	holds(t, store, text(0, "act_1", ""), text(1, "act_1", ""), text(2, "act_1", ""))
	if got, err := store.Secret(t.Context()); err != nil || got != secret {
		t.Errorf("the secret is %x (%v)", got, err)
	}
	wantError[*texts.OtherLedgerError](t, "another ledger's claim", store.Claim(t.Context(), "ldg_2"))
	if err := store.Claim(t.Context(), "ldg_1"); err != nil {
		t.Error(err)
	}
}

func testCopyOfAnother(t *testing.T, s Storage) {
	store := s.Open(t)
	secret, err := store.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put(t, store, text(1, "act_1", ""))
	copied := func(ledger string, secret [32]byte) error {
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		c, err := s.OpenCopy(t, ledger, secret)
		if err == nil {
			err = c.Close()
		}
		store = s.Open(t)
		return err
	}
	wantError[*texts.SecretError](t, "nobody's store, made apart", copied("ldg_1", [32]byte{1}))
	if err := store.Claim(t.Context(), "ldg_1"); err != nil {
		t.Fatal(err)
	}
	wantError[*texts.SecretError](t, "another secret", copied("ldg_1", [32]byte{1}))
	wantError[*texts.OtherLedgerError](t, "another ledger", copied("ldg_2", secret))
	if err := copied("ldg_1", secret); err != nil {
		t.Errorf("the same store: %v", err)
	}
	holds(t, store, text(1, "act_1", ""))
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

func testExisting(t *testing.T, s Storage) {
	for range 2 {
		_, err := s.OpenExisting(t)
		wantError[*texts.MissingError](t, "where there is none", err)
	}
	store := s.Open(t)
	put(t, store, text(1, "act_1", ""))
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	existing, err := s.OpenExisting(t)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, existing, text(1, "act_1", ""))
	if err := existing.Close(); err != nil {
		t.Fatal(err)
	}
}
