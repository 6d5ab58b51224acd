package domain_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"testing"

	"github.com/palier-hub/palier/domain"
)

var kinds = []domain.Kind{domain.KindLandlord, domain.KindSite, domain.KindSpace, domain.KindProject, domain.KindNeed, domain.KindLandlordNeed,
	domain.KindRequest, domain.KindPlacement, domain.KindInvitation, domain.KindProposal, domain.KindApproach,
	domain.KindCommune, domain.KindDepartement, domain.KindRegion, domain.KindErasure, domain.KindText, domain.KindPerson}

// Every kind with ids has a prefix of its own and a name.
func TestIDsTellTheirKind(t *testing.T) {
	names := map[string]bool{}
	for _, kind := range kinds {
		id := domain.Seed{}.NewID(kind, 0)
		if got := id.Kind(); got != kind {
			t.Errorf("%s is of kind %q, want %q", id, got, kind)
		}
		if err := id.Expect(kind); err != nil {
			t.Error(err)
		}
		if name := kind.TypeName(); name == "" || names[name] {
			t.Errorf("%s: the type is %q", kind, name)
		} else {
			names[name] = true
		}
	}
	for _, id := range []domain.ID{"", "spc", "spc-1", "SPC_1", "1spc_1", "rcp_1", domain.SettingsID} {
		if got := id.Kind(); got != "" {
			t.Errorf("%q is of kind %s", id, got)
		}
	}
}

func TestExpectRefusesOtherKinds(t *testing.T) {
	for _, c := range []struct {
		id        domain.ID
		want, got domain.Kind
	}{
		{"prj_1", domain.KindSpace, domain.KindProject}, {"com_93066", domain.KindDepartement, domain.KindCommune},
		{"93066", domain.KindSpace, ""}, {"", domain.KindNeed, ""},
	} {
		wrong, ok := errors.AsType[*domain.WrongKindError](c.id.Expect(c.want))
		if !ok || wrong.ID != c.id || wrong.Want != c.want || wrong.Got != c.got {
			t.Errorf("%q for a %s: %#v", c.id, c.want, wrong)
			continue
		}
		at := wrong.AsRefusal("input", "id")
		if at.Error() != "input.id: "+wrong.Error() || at.French != wrong.Say(domain.French) {
			t.Errorf("%#v", at)
		}
	}
}

// An official code survives in the id of its type.
func TestReferenceIDs(t *testing.T) {
	commune, departement, region := &domain.Commune{Code: "2A004"}, &domain.Departement{Code: "2A"}, &domain.Region{Code: "94"}
	for _, c := range []struct {
		id   domain.ID
		want domain.ID
		code string
	}{
		{commune.ID(), "com_2A004", "2A004"}, {departement.ID(), "dep_2A", "2A"}, {region.ID(), "reg_94", "94"},
	} {
		if c.id != c.want || c.id.Code() != c.code {
			t.Errorf("%s with code %s, want %s with %s", c.id, c.id.Code(), c.want, c.code)
		}
	}
}

// The same seed makes the same ids on every replica, now and later; the wanted
// one was computed by other means.
func TestSeedsMakeTheSameIDs(t *testing.T) {
	seed := domain.Seed{1, 2, 3}
	if got, want := seed.NewID(domain.KindSpace, 1), domain.ID("spc_67ttpp35z29k7rtgp8ha"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	form := regexp.MustCompile(`^[a-z]{3}_[a-z0-9]{20}$`)
	seen := map[domain.ID]bool{}
	for _, seed := range []domain.Seed{{}, {1}, {2}} {
		for _, kind := range kinds {
			for n := range 100 {
				id := seed.NewID(kind, n)
				if !form.MatchString(string(id)) || seen[id] {
					t.Fatalf("%s", id)
				}
				seen[id] = true
			}
		}
	}
}

// read is what a client gave, for the scalar that reads it.
type read interface{ UnmarshalGQL(any) error }

// Each typed id takes its own kind and no other.
func TestTypedIDs(t *testing.T) {
	readers := map[domain.Kind]func(any) (string, error){
		domain.KindLandlord: reader[domain.LandlordID](), domain.KindSite: reader[domain.SiteID](), domain.KindSpace: reader[domain.SpaceID](),
		domain.KindProject: reader[domain.ProjectID](), domain.KindNeed: reader[domain.NeedID](),
	}
	for want, read := range readers {
		for _, kind := range kinds {
			id := string(domain.Seed{}.NewID(kind, 0))
			got, err := read(id)
			if (err == nil) != (kind == want) || err == nil && got != id {
				t.Errorf("%s read as that of a %s: %q, %v", id, want, got, err)
			}
		}
	}
	anyID := reader[domain.ID]()
	for _, id := range []string{"spc_1", "com_93066", "nothing of ours", ""} {
		if got, err := anyID(id); err != nil || got != id {
			t.Errorf("%q: %q, %v", id, got, err)
		}
	}
}

// reader makes a function of a scalar's UnmarshalGQL.
func reader[T ~string, P interface {
	*T
	read
}]() func(any) (string, error) {
	return func(v any) (string, error) {
		var to T
		err := P(&to).UnmarshalGQL(v)
		return string(to), err
	}
}

// Scalars are written as JSON strings, whatever is in them.
func TestScalarsAreWrittenAsJSON(t *testing.T) {
	for _, text := range []string{"spc_1", `"\`, "é\n\u2028", "\x00"} {
		for name, write := range map[string]func(*bytes.Buffer){
			"ID":              func(b *bytes.Buffer) { domain.ID(text).MarshalGQL(b) },
			"LandlordID":      func(b *bytes.Buffer) { domain.LandlordID(text).MarshalGQL(b) },
			"SiteID":          func(b *bytes.Buffer) { domain.SiteID(text).MarshalGQL(b) },
			"SpaceID":         func(b *bytes.Buffer) { domain.SpaceID(text).MarshalGQL(b) },
			"ProjectID":       func(b *bytes.Buffer) { domain.ProjectID(text).MarshalGQL(b) },
			"NeedID":          func(b *bytes.Buffer) { domain.NeedID(text).MarshalGQL(b) },
			"TextID":          func(b *bytes.Buffer) { domain.TextID(text).MarshalGQL(b) },
			"PersonID":        func(b *bytes.Buffer) { domain.PersonID(text).MarshalGQL(b) },
			"InseeCode":       func(b *bytes.Buffer) { domain.InseeCode(text).MarshalGQL(b) },
			"DepartementCode": func(b *bytes.Buffer) { domain.DepartementCode(text).MarshalGQL(b) },
			"RegionCode":      func(b *bytes.Buffer) { domain.RegionCode(text).MarshalGQL(b) },
			"QpvCode":         func(b *bytes.Buffer) { domain.QpvCode(text).MarshalGQL(b) },
			"Siren":           func(b *bytes.Buffer) { domain.Siren(text).MarshalGQL(b) },
			"Siret":           func(b *bytes.Buffer) { domain.Siret(text).MarshalGQL(b) },
		} {
			var b bytes.Buffer
			write(&b)
			var back string
			if err := json.Unmarshal(b.Bytes(), &back); err != nil || back != text {
				t.Errorf("%s %q is written %s, read %q (%v)", name, text, b.Bytes(), back, err)
			}
		}
	}
}

// What isn't text is refused, in both languages, and never read as some text.
func TestScalarsTakeTextOnly(t *testing.T) {
	scalars := map[string]func() read{
		"ID": func() read { return new(domain.ID) }, "SpaceID": func() read { return new(domain.SpaceID) },
		"Date": func() read { return new(domain.Date) }, "TimeOfDay": func() read { return new(domain.TimeOfDay) },
		"InseeCode": func() read { return new(domain.InseeCode) }, "DepartementCode": func() read { return new(domain.DepartementCode) },
		"RegionCode": func() read { return new(domain.RegionCode) }, "QpvCode": func() read { return new(domain.QpvCode) },
		"Siren": func() read { return new(domain.Siren) }, "Siret": func() read { return new(domain.Siret) },
	}
	for name, scalar := range scalars {
		for _, v := range []any{nil, true, 5, int64(93066), 732829320.0, json.Number("93066"), []any{"93066"}, map[string]any{"a": 1}} {
			err := scalar().UnmarshalGQL(v)
			r, ok := errors.AsType[domain.Unreadable](err)
			if !ok || r.RefusalCode() != domain.CodeInvalidInput || r.French == r.English || r.Error() != r.Say(domain.English) {
				t.Errorf("%s of %#v: %#v", name, v, err)
			}
		}
	}
}

// These take any text: whether the code exists is for the lists to say.
func TestCodesAreLookedUpLater(t *testing.T) {
	for name, read := range map[string]func(any) (string, error){
		"DepartementCode": reader[domain.DepartementCode](), "RegionCode": reader[domain.RegionCode](), "QpvCode": reader[domain.QpvCode](),
	} {
		if got, err := read("2A"); got != "2A" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
