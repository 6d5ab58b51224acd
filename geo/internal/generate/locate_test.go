package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// at is a point so many kilometres north of a corner of an imaginary
// département.
func at(kilometres int) point { return point{450_000 + kilometres*perDegree/111, 50_000} }

func TestLocate(t *testing.T) {
	called := func(name string, kilometres int) place {
		return place{name: name, departement: "01", at: at(kilometres)}
	}
	for _, c := range []struct {
		name    string
		france  []*commune
		places  []place
		code    string
		quality string
		want    int // kilometres north
	}{
		{
			name:   "by its name, however written",
			france: []*commune{{code: "01001", name: "Saint-Élix-d'Ô"}},
			places: []place{called("St Elix d’O", 3)},
			code:   "01001", quality: gazetteer, want: 3,
		},
		{
			name:   "of homonyms nobody knows which",
			france: []*commune{{code: "01001", name: "Mazan"}},
			places: []place{called("Mazan", 3), called("Mazan", 60)},
			code:   "01001", quality: "",
		},
		{
			name:   "a merged commune by its seat",
			france: []*commune{{code: "01001", name: "Val-Neuf", formerNames: []string{"Vieuxbourg", "Hameau"}, hasSeat: true}},
			places: []place{called("Vieuxbourg", 3), called("Hameau", 9)},
			code:   "01001", quality: gazetteer, want: 3,
		},
		{
			name:   "a merged commune by what it was made of",
			france: []*commune{{code: "01001", name: "Val-Neuf", formerNames: []string{"Hameau", "Autre"}}},
			places: []place{called("Hameau", 4), called("Autre", 8)},
			code:   "01001", quality: gazetteer, want: 6,
		},
		{
			name: "a former name that a present commune bears is that one's",
			france: []*commune{
				{code: "01001", name: "Val-Neuf", formerNames: []string{"Bourg"}, hasSeat: true},
				{code: "01002", name: "Bourg", arrondissement: "x"},
			},
			places: []place{called("Bourg", 40)},
			code:   "01001", quality: departement, want: 40,
		},
		{
			name: "by a part of the name, near a relative",
			france: []*commune{
				{code: "01001", name: "Guipry-Messac", postalCodes: []string{"01100"}},
				{code: "01002", name: "Voisin", postalCodes: []string{"01100"}},
			},
			places: []place{called("Guipry", 5), called("Voisin", 0)},
			code:   "01001", quality: gazetteer, want: 5,
		},
		{
			name: "not by a part of the name far from every relative",
			france: []*commune{
				{code: "01001", name: "Guipry-Messac", postalCodes: []string{"01100"}},
				{code: "01002", name: "Voisin", postalCodes: []string{"01100"}},
			},
			places: []place{called("Guipry", 50), called("Voisin", 0)},
			code:   "01001", quality: postalCode, want: 0,
		},
		{
			name: "not by a name among strangers",
			france: []*commune{
				{code: "01001", name: "Orival", epci: "A"}, {code: "01002", name: "Parent", epci: "A"},
				{code: "01003", name: "Loin", epci: "B"},
			},
			places: []place{called("Orival", 60), called("Parent", 0), called("Loin", 58)},
			code:   "01001", quality: epci, want: 0,
		},
		{
			name: "an arrondissement by its number",
			france: []*commune{
				{code: "69123", name: "Lyon"}, {code: "69388", name: "Lyon 8e Arrondissement", parent: "69123"},
			},
			places: []place{called("Lyon 08", 2)},
			code:   "69388", quality: gazetteer, want: 2,
		},
		{
			name: "by the mean of its postal code",
			france: []*commune{
				{code: "01001", name: "Inconnu", postalCodes: []string{"01100"}, epci: "A"},
				{code: "01002", name: "Un", postalCodes: []string{"01100"}}, {code: "01003", name: "Deux", postalCodes: []string{"01100"}},
				{code: "01004", name: "Trois", epci: "A"},
			},
			places: []place{called("Un", 2), called("Deux", 6), called("Trois", 30)},
			code:   "01001", quality: postalCode, want: 4,
		},
		{
			name: "not by a mean of places far apart",
			france: []*commune{
				{code: "01001", name: "Inconnu", postalCodes: []string{"01100"}},
				{code: "01002", name: "Un", postalCodes: []string{"01100"}}, {code: "01003", name: "Deux", postalCodes: []string{"01100"}},
			},
			places: []place{called("Un", 0), called("Deux", 300)},
			code:   "01001", quality: "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var wanted *commune
			for _, commune := range c.france {
				commune.departement = "01"
				if commune.code == c.code {
					wanted = commune
				}
			}
			locate(&france{communes: c.france}, c.places)
			if wanted.quality != c.quality || (wanted.at == nil) != (c.quality == "") {
				t.Fatalf("%q at %v, want %q", wanted.quality, wanted.at, c.quality)
			}
			if wanted.at != nil && wanted.at.metresTo(at(c.want)) > 50 {
				t.Errorf("at %v, want %v", *wanted.at, at(c.want))
			}
		})
	}
}

func TestDegrees(t *testing.T) {
	for in, want := range map[int]string{488_534: "48.8534", -127_823: "-12.7823", -5: "-0.0005", 0: "0.0000"} {
		if got := degrees(in); got != want {
			t.Errorf("%d: %s, want %s", in, got, want)
		}
	}
}

func TestFormerCodesHaveOneOwner(t *testing.T) {
	france, err := readDecoupage(files{
		"package/data/regions.json":      []byte(`[{"code":"84","nom":"Auvergne-Rhône-Alpes"}]`),
		"package/data/departements.json": []byte(`[{"code":"01","nom":"Ain","region":"84"}]`),
		"package/data/epci.json":         []byte(`[{"code":"1","nom":"CC","membres":[{"code":"01001"},{"code":"01999"}]}]`),
		"package/data/communes.json": []byte(`[
			{"code":"01002","nom":"Deux","type":"commune-actuelle","departement":"01","anciensCodes":["01003","01004","01001"]},
			{"code":"01001","nom":"Un","type":"commune-actuelle","departement":"01"},
			{"code":"01001","nom":"Un d'avant","type":"commune-deleguee","chefLieu":"01001"},
			{"code":"01003","nom":"Trois","type":"commune-associee","chefLieu":"01001"}]`),
	})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	write(&text, france)
	const want = "version\tcog2026-1\n" +
		"region\t84\tAuvergne-Rhône-Alpes\n" +
		"departement\t01\tAin\t84\n" +
		"epci\t1\tCC\n" +
		// 01003 by its commune associée, 01001 being a present code.
		"commune\t01001\tUn\t\t01\t1\t\t01003\t\t\t\t\n" +
		"commune\t01002\tDeux\t\t01\t\t\t01004\t\t\t\t\n"
	if text.String() != want {
		t.Errorf("%s\nwant\n%s", &text, want)
	}
}

func TestSaveLeavesTheSameContentAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "atlas.tsv.gz")
	var quick bytes.Buffer // compressed as save wouldn't
	w, _ := gzip.NewWriterLevel(&quick, gzip.NoCompression)
	w.Write([]byte("version\tx\n"))
	w.Close()
	if err := os.WriteFile(path, quick.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := save(path, []byte("version\tx\n")); err != nil {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(path); !bytes.Equal(now, quick.Bytes()) {
		t.Error("the same content was written again")
	}
	if err := save(path, []byte("version\ty\n")); err != nil {
		t.Fatal(err)
	}
	if err := compare(path, []byte("version\ty\n")); err != nil {
		t.Error(err)
	}
	if err := compare(path, []byte("version\tz\n")); err == nil {
		t.Error("another content passed for the same")
	}
}

func TestOpenRefusesAnotherArchive(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, citiesPackage.archive), []byte("something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := citiesPackage.open(folder); err == nil {
		t.Error("an archive of another checksum was read")
	}
}
