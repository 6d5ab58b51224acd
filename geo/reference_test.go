package geo

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// How far positions are from the official centroids of communes, by quality.
// PALIER_TEST_REFERENCE_DATA names a folder with communes-centroids.csv.gz (columns
// insee, lon and lat, from geo.api.gouv.fr). The bounds are generous: they catch
// a broken pairing, not a changed source.
func TestPositionsAgainstOfficialCentroids(t *testing.T) {
	folder := os.Getenv("PALIER_TEST_REFERENCE_DATA")
	if folder == "" {
		t.Skip("PALIER_TEST_REFERENCE_DATA names no folder")
	}
	centroids := officialCentroids(t, filepath.Join(folder, "communes-centroids.csv.gz"))
	a := atlas(t)

	type sample struct{ metres, inhabitants int }
	byQuality := map[domain.PositionQuality][]sample{}
	communes, located, inhabitants := 0, 0, 0
	for i := range a.communes {
		c := &a.communes[i]
		centroid, ok := centroids[c.Code]
		if !ok || len(c.Region) != 2 { // an archipelago's centroid lies in the sea
			continue
		}
		communes++
		people := int(a.index.populations[i])
		inhabitants += people
		if c.Position != nil {
			located++
			byQuality[c.Position.Quality] = append(byQuality[c.Position.Quality], sample{DistanceMetres(*c.Position, centroid), people})
		}
	}
	t.Logf("%d of %d communes and arrondissements have a position", located, communes)
	if communes < 34_900 || located < communes-10 {
		t.Errorf("%d of %d communes have a position", located, communes) // the six missing lie in the Guyane
	}

	for _, bound := range []struct {
		quality         domain.PositionQuality
		median, p99     int     // metres
		leastPopulation float64 // share of all
	}{
		{domain.PositionGazetteer, 1_500, 8_000, 0.80},
		{domain.PositionPostalCode, 8_000, 25_000, 0},
		{domain.PositionEpci, 18_000, 50_000, 0},
		{domain.PositionDepartement, 35_000, 80_000, 0},
	} {
		samples := byQuality[bound.quality]
		if len(samples) == 0 {
			t.Errorf("%s: none", bound.quality)
			continue
		}
		slices.SortFunc(samples, func(x, y sample) int { return cmp.Compare(x.metres, y.metres) })
		people := 0
		for _, s := range samples {
			people += s.inhabitants
		}
		share := float64(people) / float64(inhabitants)
		at := func(percent int) int { return samples[(len(samples)-1)*percent/100].metres }
		t.Logf("%-12s %6d communes, %4.1f %% of the population, metres off: median %d, p90 %d, p99 %d, most %d",
			bound.quality, len(samples), 100*share, at(50), at(90), at(99), at(100))
		if at(50) > bound.median || at(99) > bound.p99 || share < bound.leastPopulation {
			t.Errorf("%s: beyond %+v", bound.quality, bound)
		}
		if margin := (domain.Position{Quality: bound.quality}).MarginMetres(); at(90) > margin {
			t.Errorf("%s: a margin of %d m, nine positions of ten are within %d m", bound.quality, margin, at(90))
		}
	}

	imported := atlasWithFile(t, filepath.Join(folder, "communes-centroids.csv.gz"))
	for code, centroid := range centroids {
		if c, _ := imported.Commune(code); *c.Position != centroid {
			t.Fatalf("%s lies at %+v after the import, want %+v", code, *c.Position, centroid)
		}
	}
}

func openGzip(t *testing.T, path string) *gzip.Reader {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	return unzipped
}

func atlasWithFile(t *testing.T, path string) *Atlas {
	t.Helper()
	imported, err := atlas(t).WithCentroids(openGzip(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return imported
}

// officialCentroids reads the file with nothing of the code that it checks.
func officialCentroids(t *testing.T, path string) map[domain.InseeCode]domain.Position {
	t.Helper()
	rows, err := csv.NewReader(openGzip(t, path)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	insee, lon, lat := slices.Index(rows[0], "insee"), slices.Index(rows[0], "lon"), slices.Index(rows[0], "lat")
	all := map[domain.InseeCode]domain.Position{}
	for _, row := range rows[1:] {
		longitude, err := strconv.ParseFloat(row[lon], 64)
		if err != nil {
			t.Fatal(err)
		}
		latitude, err := strconv.ParseFloat(row[lat], 64)
		if err != nil {
			t.Fatal(err)
		}
		all[domain.InseeCode(row[insee])] = domain.Position{Latitude: latitude, Longitude: longitude, Quality: domain.PositionCommune}
	}
	return all
}
