package geo

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
)

var loadOnce = sync.OnceValues(Load)

func atlas(t testing.TB) *Atlas {
	t.Helper()
	a, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// An atlas of the same version has the same content everywhere, since the
// ledger records the version only. When this fails, raise the version in
// internal/generate/main.go, generate, and set both here.
func TestVersionNamesTheContent(t *testing.T) {
	const version, want = "cog2026-1", "da2839b63beb218df7969c174a7eb43a96fe8a38966531353335c1259ae26e71"
	unzipped, err := gzip.NewReader(bytes.NewReader(embedded))
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, unzipped); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want || atlas(t).Version() != version {
		t.Errorf("version %s with content %s, want %s with %s", atlas(t).Version(), got, version, want)
	}
}

func TestCounts(t *testing.T) {
	a := atlas(t)
	regions, collectivities := 0, 0
	for r := range a.Regions() {
		if len(r.Code) == 2 {
			regions++
		} else {
			collectivities++
		}
	}
	departements := 0
	for d := range a.Departements() {
		if _, ok := a.Region(d.Region); !ok {
			t.Errorf("département %s is of no région: %q", d.Code, d.Region)
		}
		if len(d.Region) == 2 {
			departements++
		}
	}
	communes, overseas := 0, 0
	for c := range a.Communes() {
		if len(c.Region) == 2 {
			communes++
		} else {
			overseas++
		}
	}
	for _, count := range []struct {
		what      string
		got, want int
	}{
		{"régions", regions, 18}, {"overseas collectivities", collectivities, 8},
		{"départements", departements, 101},
		{"communes of the départements", communes, 34_875}, {"communes of the collectivities", overseas, 94},
		{"arrondissements of Paris", size(a.ArrondissementsOf("75056")), 20},
		{"arrondissements of Lyon", size(a.ArrondissementsOf("69123")), 9},
		{"arrondissements of Marseille", size(a.ArrondissementsOf("13055")), 16},
		{"arrondissements of Lille", size(a.ArrondissementsOf("59350")), 0},
		{"arrondissements of nothing", size(a.ArrondissementsOf("00000")), 0},
		{"communes of the Seine-Saint-Denis", size(a.CommunesOf("93")), 39},
		{"communes of Paris", size(a.CommunesOf("75")), 1},
		{"communes of the Corse-du-Sud", size(a.CommunesOf("2A")), 124},
		{"communes of nothing", size(a.CommunesOf("20")), 0},
	} {
		if count.got != count.want {
			t.Errorf("%s: %d, want %d", count.what, count.got, count.want)
		}
	}
}

func size[T any](all iter.Seq[T]) int {
	n := 0
	for range all {
		n++
	}
	return n
}

func TestIterationsAreInOrderAndCanStop(t *testing.T) {
	a := atlas(t)
	var codes []domain.InseeCode
	for c := range a.Communes() {
		codes = append(codes, c.Code)
	}
	if !slices.IsSorted(codes) {
		t.Error("communes aren't in the order of their codes")
	}
	if n := len(slices.Compact(slices.Clone(codes))); n != len(codes) {
		t.Errorf("%d communes share a code", len(codes)-n)
	}
	for c := range a.ArrondissementsOf("69123") {
		if c.Code != "69381" {
			t.Errorf("Lyon's first arrondissement is %s", c.Code)
		}
		break
	}
}

func TestCommune(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		name string
		code domain.InseeCode
		want domain.InseeCode // "" when unknown
	}{
		{"present", "93066", "93066"},
		{"arrondissement", "75111", "75111"},
		{"Corse-du-Sud", "2A004", "2A004"},
		{"Haute-Corse", "2B033", "2B033"},
		{"Ajaccio before Corsica was divided", "20004", "2A004"},
		{"merged: Pierrefitte-sur-Seine, in 2025", "93059", "93066"},
		{"merged: Le Chesnay's neighbour Rocquencourt", "78524", "78158"},
		{"associated: Lomme, in Lille", "59355", "59350"},
		{"Mayotte", "97611", "97611"},
		{"La Réunion", "97411", "97411"},
		{"Saint-Pierre-et-Miquelon", "97502", "97502"},
		{"Nouvelle-Calédonie", "98818", "98818"},
		{"a postal code", "93200", ""},
		{"lower case", "2a004", ""},
		{"empty", "", ""},
		{"no commune at all", "99999", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := a.Commune(c.code)
			if ok != (c.want != "") || ok && got.Code != c.want {
				t.Errorf("Commune(%q) = %v, %v, want %q", c.code, got, ok, c.want)
			}
		})
	}
}

func TestCommuneIsComplete(t *testing.T) {
	paris, _ := atlas(t).Commune("75111")
	if paris.Name != "Paris 11e Arrondissement" || paris.Parent != "75056" || paris.Departement != "75" || paris.Region != "11" ||
		paris.EpciName != "Métropole du Grand Paris" || !slices.Equal(paris.PostalCodes, []string{"75011"}) ||
		paris.Population == nil || *paris.Population < 100_000 || paris.Position.Quality != domain.PositionGazetteer {
		t.Errorf("%+v", *paris)
	}
	crozet, _ := atlas(t).Commune("98413")
	if crozet.Population != nil || crozet.Position != nil || crozet.EpciCode != "" || crozet.PostalCodes != nil {
		t.Errorf("what the sources lack is absent: %+v", *crozet)
	}
}

// The shape of a commune's code, from domain.md.
var inseeCode = regexp.MustCompile(`^(0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}$|^97[1-8]\d{2}$|^98[4-9]\d{2}$`)

func TestEveryCommuneHolds(t *testing.T) {
	a := atlas(t)
	for i := range a.communes {
		c := &a.communes[i]
		d, ok := a.Departement(c.Departement)
		if !ok || d.Region != c.Region || !strings.HasPrefix(string(c.Code), string(d.Code)) {
			t.Errorf("%s: département %q, région %q", c.Code, c.Departement, c.Region)
		}
		if !inseeCode.MatchString(string(c.Code)) || c.Name == "" || strings.TrimSpace(c.Name) != c.Name {
			t.Errorf("%s: name %q", c.Code, c.Name)
		}
		if (c.EpciCode == "") != (c.EpciName == "") {
			t.Errorf("%s: EPCI %q %q", c.Code, c.EpciCode, c.EpciName)
		}
		if p := c.Position; p != nil && (p.Latitude < -30 || p.Latitude > 52 || p.TypicalErrorMetres() == 0) {
			t.Errorf("%s: position %+v", c.Code, *p)
		}
		for _, former := range c.FormerCodes {
			if got, ok := a.Commune(former); !ok || got != c {
				t.Errorf("%s was %s, which leads to %v", c.Code, former, got)
			}
		}
	}
}

func TestReadNamesTheBadLine(t *testing.T) {
	const good = "version\tv1\nregion\t11\tÎle-de-France\ndepartement\t75\tParis\t11\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "no version or no communes"},
		{"no communes", good, "no version or no communes"},
		{"unknown line", good + "canton\t1\t2\n", `line 4: 3 cells of "canton"`},
		{"too few cells", good + "commune\t75056\tParis\n", `line 4: 3 cells of "commune"`},
		{"too many cells", good + strings.Repeat("\t", 12) + "\n", "line 4: too many cells"},
		{"unknown département", good + "commune\t93066\tSaint-Denis\t\t93\t\t\t\t\t\t\t\n", `line 4: 93066 lies in no département: "93"`},
		{"unknown EPCI", good + "commune\t75056\tParis\t\t75\t1\t\t\t\t\t\t\n", `line 4: 75056 belongs to an unknown EPCI: "1"`},
		{"bad population", good + "commune\t75056\tParis\t\t75\t\t\t\tmany\t\t\t\n", "line 4: population of 75056"},
		{"bad latitude", good + "commune\t75056\tParis\t\t75\t\t\t\t\tN\t2\tGAZETTEER\n", "line 4: latitude of 75056"},
		{"bad longitude", good + "commune\t75056\tParis\t\t75\t\t\t\t\t48\t\tGAZETTEER\n", "line 4: longitude of 75056"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var zipped bytes.Buffer
			w := gzip.NewWriter(&zipped)
			io.WriteString(w, c.text)
			w.Close()
			if _, err := read(&zipped); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := read(strings.NewReader("not gzip")); err == nil {
		t.Error("a file that isn't compressed was read")
	}
	if _, err := read(bytes.NewReader(embedded[:len(embedded)/2])); err == nil {
		t.Error("half a file was read")
	}
}

func BenchmarkLoad(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var kept *Atlas
	for b.Loop() {
		a, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		kept = a
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB-kept")
	runtime.KeepAlive(kept)
}
