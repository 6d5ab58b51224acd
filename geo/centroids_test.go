package geo

import (
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestWithCentroids(t *testing.T) {
	a := atlas(t)
	before, _ := a.Commune("93066")
	was := *before.Position

	// Columns in any order, others beside them, as spreadsheets write them.
	imported, err := a.WithCentroids(strings.NewReader("\ufeffInsee,name,lat,lon\r\n93066,\"Saint-Denis\",48.93,2.36\r\n75111,,48.85,2.38\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	after, _ := imported.Commune("93066")
	if want := (domain.Position{Latitude: 48.93, Longitude: 2.36, Quality: domain.PositionCommune}); *after.Position != want {
		t.Errorf("%+v, want %+v", *after.Position, want)
	}
	if *before.Position != was || a.Version() != "cog2026-1" {
		t.Error("the import changed the atlas that it was made from")
	}
	if other, _ := imported.Commune("93001"); other.Position.Quality == domain.PositionCommune {
		t.Error("a commune that the file leaves out was moved")
	}
	if got := imported.Search("93200", 1)[0]; got != after {
		t.Error("search finds the commune as it was")
	}
}

func TestVersionTellsImportsApart(t *testing.T) {
	a := atlas(t)
	version := func(from *Atlas, file string) string {
		t.Helper()
		imported, err := from.WithCentroids(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		return imported.Version()
	}
	one := version(a, "insee,lon,lat\n93066,2.36,48.93\n")
	if !strings.HasPrefix(one, "cog2026-1+centroids-") {
		t.Errorf("version %q", one)
	}
	if again := version(a, "lat,lon,insee\n48.930,2.360,93066\n"); again != one {
		t.Errorf("the same centroids are %q and %q", one, again)
	}
	if other := version(a, "insee,lon,lat\n93066,2.37,48.93\n"); other == one {
		t.Errorf("other centroids are %q too", other)
	}
	both := version(a, "insee,lon,lat\n93066,2.36,48.93\n93001,2.38,48.91\n")
	first, _ := a.WithCentroids(strings.NewReader("insee,lon,lat\n93066,2.36,48.93\n"))
	if inTurn := version(first, "insee,lon,lat\n93001,2.38,48.91\n"); inTurn != both {
		t.Errorf("two imports in turn are %q, at once %q", inTurn, both)
	}
}

func TestWithCentroidsNamesTheBadLine(t *testing.T) {
	const header = "insee,lon,lat\n"
	for _, c := range []struct{ name, file, want string }{
		{"empty file", "", "line 1"},
		{"no rows", header, "no line but the first"},
		{"no column", "insee,lon\n93066,2.36\n", `line 1: no column "lat"`},
		{"semicolons", "insee;lon;lat\n93066;2.36;48.93\n", `line 1: no column "insee"`},
		{"unknown code", header + "93066,2.36,48.93\n93200,2.36,48.93\n", `line 3: no commune has the Insee code "93200"`},
		{"merged commune", header + "93059,2.36,48.93\n", "line 2: 93059 has been merged into Saint-Denis (93066)"},
		{"twice", header + "93066,2.36,48.93\n93066,2.36,48.94\n", "line 3: 93066 stands twice"},
		{"comma for a point", header + "93066,\"2,36\",48.93\n", `line 2: longitude of 93066: "2,36" is not a number`},
		{"empty value", header + "93066,2.36,\n", `line 2: latitude of 93066: "" is not a number`},
		{"beyond the pole", header + "93066,2.36,91\n", "line 2: latitude of 93066: 91 is not between"},
		{"not a number", header + "93066,NaN,48.93\n", "line 2: longitude of 93066: NaN is not between"},
		{"exchanged", header + "93066,48.93,2.36\n", "are lon and lat exchanged?"},
		{"too few cells", header + "93066,2.36,48.93\n93001,2.38\n", "line 3"},
		{"all bad lines are named", header + "1,2,3\n2,2,3\n", "line 3:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := atlas(t).WithCentroids(strings.NewReader(c.file))
			if got != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	_, err := atlas(t).WithCentroids(strings.NewReader(header + strings.Repeat("1,2,3\n", 10_000)))
	if n := strings.Count(err.Error(), "\n"); n >= mostCentroidErrors {
		t.Errorf("%d lines of errors", n)
	}
}
