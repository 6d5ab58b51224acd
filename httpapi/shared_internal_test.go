package httpapi

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/palier-hub/palier/domain"
)

// TestSharing: equal subscribers are given the bytes that one of them made; whoever
// differs in anything has its own.
func TestSharing(t *testing.T) {
	var present atomic.Uint64
	present.Store(7)
	s := &sharing{present: present.Load}
	equal := sharedKey{viewer: domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_1", Actor: "a"}, locale: domain.French, position: "p", effect: domain.EffectChanged, action: "space.change"}
	var made atomic.Int64
	ask := func(key sharedKey) string {
		return string(s.of(t.Context(), key, func() ([]byte, uint64, bool) {
			return fmt.Append(nil, made.Add(1)), present.Load(), true
		}))
	}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if got := ask(equal); got != "1" {
				t.Errorf("an equal one got %s", got)
			}
		})
	}
	all.Wait()
	for i, differ := range []func(*sharedKey){
		func(k *sharedKey) { k.operation[0]++ },
		func(k *sharedKey) { k.viewer = domain.Anonymous },
		func(k *sharedKey) { k.viewer.Role = domain.RoleStaff },
		func(k *sharedKey) { k.viewer.Landlord = "lld_2" },
		func(k *sharedKey) { k.viewer.Project = "prj_1" },
		func(k *sharedKey) { k.viewer.Actor = "b" },
		func(k *sharedKey) { k.locale = domain.English },
		func(k *sharedKey) { k.position = "q" },
		func(k *sharedKey) { k.effect = domain.EffectGone },
		func(k *sharedKey) { k.action = "" },
		func(*sharedKey) { present.Add(1) },
	} {
		other := equal
		differ(&other)
		if got, want := ask(other), fmt.Sprint(i+2); got != want {
			t.Errorf("difference %d got what %s made, want %s", i, got, want)
		}
	}
	// What was made of a World that has moved on since, what failed, and what comes
	// from one who left isn't shared.
	key := equal
	key.position = "of another World"
	s.of(t.Context(), key, func() ([]byte, uint64, bool) { return []byte("later"), present.Load() + 1, true })
	if got := ask(key); got == "later" {
		t.Error("an event of another World was shared")
	}
	key.position = "failed"
	s.of(t.Context(), key, func() ([]byte, uint64, bool) { return []byte("failed"), present.Load(), false })
	if got := ask(key); got == "failed" {
		t.Error("a failure was shared")
	}
	key.position = "panicked"
	func() {
		defer func() { recover() }()
		s.of(t.Context(), key, func() ([]byte, uint64, bool) { panic("a bug") })
	}()
	if got := ask(key); got == "" {
		t.Error("nothing after a panic")
	}
	// One who waits for another leaves when its context ends.
	key.position = "slow"
	gone, leave := context.WithCancel(t.Context())
	begun, finish := make(chan struct{}), make(chan struct{})
	all.Go(func() {
		s.of(t.Context(), key, func() ([]byte, uint64, bool) {
			close(begun)
			<-finish
			return []byte("slow"), present.Load(), true
		})
	})
	<-begun
	leave()
	if got := s.of(gone, key, nil); got != nil {
		t.Errorf("one who left got %s", got)
	}
	close(finish)
	all.Wait()
	if len(s.events) > mostShared {
		t.Errorf("%d events kept", len(s.events))
	}
}

// TestWhatSubscribersShare: where they resume from doesn't tell operations apart;
// what their events depend on does.
func TestWhatSubscribersShare(t *testing.T) {
	const query = `subscription Follow($after: String, $deep: Boolean!, $kinds: [K!]) {
		changes(after: $after, kinds: $kinds) { id ...F } } fragment F on C { node @include(if: $deep) { label(locale: $locale) ...F } }`
	of := func(query string, variables map[string]any, viewer domain.Viewer) sharedKey {
		t.Helper()
		doc, err := parser.ParseQuery(&ast.Source{Input: query})
		if err != nil {
			t.Fatal(err)
		}
		inside := func(of ast.SelectionSet) *ast.FragmentSpread {
			return of[0].(*ast.Field).SelectionSet[1].(*ast.FragmentSpread)
		}
		inside(doc.Operations[0].SelectionSet).Definition = doc.Fragments[0] // as validation does
		inside(doc.Fragments[0].SelectionSet).Definition = doc.Fragments[0]
		key, ok := keyOf(&graphql.OperationContext{RawQuery: query, Operation: doc.Operations[0], Variables: variables}, &exchange{identity: identity{viewer: viewer}})
		if !ok {
			t.Fatal("no key")
		}
		return key
	}
	one := of(query, map[string]any{"after": "p", "deep": true}, domain.Anonymous)
	if same := of(query, map[string]any{"after": "q", "deep": true, "kinds": []any{"X"}}, domain.Anonymous); same != one {
		t.Error("a position tells operations apart")
	}
	for name, other := range map[string]sharedKey{
		"a variable of a directive": of(query, map[string]any{"after": "p", "deep": false}, domain.Anonymous),
		"a variable of a field":     of(query, map[string]any{"after": "p", "deep": true, "locale": "EN"}, domain.Anonymous),
		"the document":              of(query+" ", map[string]any{"after": "p", "deep": true}, domain.Anonymous),
		"the viewer":                of(query, map[string]any{"after": "p", "deep": true}, domain.Viewer{Role: domain.RoleObserver}),
	} {
		if other == one {
			t.Errorf("%s doesn't tell operations apart", name)
		}
	}
}
