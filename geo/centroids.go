package geo

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// mostCentroidErrors is how many bad lines are named before reading stops: a
// file of the wrong kind would have them on every line.
const mostCentroidErrors = 20

// mostCorrectionMetres is more than any position of the atlas is off (the
// largest error seen is 174 km, for the Gambier islands), and less than an exchange of
// coordinates makes.
const mostCorrectionMetres = 300_000

// WithCentroids is this atlas with official centroids in place of the positions
// that it came with; communes that the file leaves out keep theirs. The file is
// CSV in UTF-8 whose first line names at least the columns insee, lon and lat
// (degrees in WGS 84):
//
//	insee,lon,lat
//	93066,2.3580,48.9370
//
// A file with errors changes nothing: the error names each bad line. The
// version of the result says that centroids were imported, and which.
func (a *Atlas) WithCentroids(file io.Reader) (*Atlas, error) {
	centroids, err := a.readCentroids(file)
	if err != nil {
		return nil, fmt.Errorf("centroids: %w", err)
	}
	imported := *a
	imported.communes = slices.Clone(a.communes)
	for i, position := range centroids {
		imported.communes[i].Position = &position
	}
	edition, _, _ := strings.Cut(a.version, "+")
	imported.version = edition + "+centroids-" + fingerprint(imported.communes)
	return &imported, nil
}

// readCentroids are the positions by the place of their communes in the atlas.
func (a *Atlas) readCentroids(file io.Reader) (map[int32]domain.Position, error) {
	rows := csv.NewReader(file)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	for _, name := range []string{"insee", "lon", "lat"} {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("line 1: no column %q: the first line names the columns insee, lon and lat, separated by commas", name)
		}
	}

	centroids := map[int32]domain.Position{}
	var problems []error
	for len(problems) < mostCentroidErrors {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // names its line
			return nil, errors.Join(append(problems, err)...)
		}
		line, _ := rows.FieldPos(0)
		code := domain.InseeCode(strings.TrimSpace(row[columns["insee"]]))
		i, ok := a.byCode[code]
		if !ok || a.communes[i].Code != code {
			problems = append(problems, fmt.Errorf("line %d: %s", line, a.notPresent(code)))
			continue
		}
		if _, twice := centroids[i]; twice {
			problems = append(problems, fmt.Errorf("line %d: %s stands twice", line, code))
			continue
		}
		latitude, err := degrees(row[columns["lat"]], 90)
		if err != nil {
			problems = append(problems, fmt.Errorf("line %d: latitude of %s: %w", line, code, err))
			continue
		}
		longitude, err := degrees(row[columns["lon"]], 180)
		if err != nil {
			problems = append(problems, fmt.Errorf("line %d: longitude of %s: %w", line, code, err))
			continue
		}
		centroid := domain.Position{Latitude: latitude, Longitude: longitude, Quality: domain.PositionCommune}
		if known := a.communes[i].Position; known != nil && DistanceMetres(*known, centroid) > mostCorrectionMetres {
			problems = append(problems, fmt.Errorf("line %d: %s would lie %d km from where it is: are lon and lat exchanged?",
				line, code, DistanceMetres(*known, centroid)/1_000))
			continue
		}
		centroids[i] = centroid
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if len(centroids) == 0 {
		return nil, errors.New("no line but the first")
	}
	return centroids, nil
}

func (a *Atlas) notPresent(code domain.InseeCode) string {
	if c, ok := a.Commune(code); ok {
		return fmt.Sprintf("%s has been merged into %s (%s): remove the line, or take a file of %s", code, c.Name, c.Code, a.version)
	}
	return fmt.Sprintf("no commune has the Insee code %q in %s", code, a.version)
}

func degrees(cell string, most float64) (float64, error) {
	d, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number of degrees", cell)
	}
	if !(d >= -most && d <= most) { // so that NaN is refused too
		return 0, fmt.Errorf("%v is not between -%v and %v degrees", d, most, most)
	}
	return d, nil
}

// fingerprint tells sets of imported centroids apart.
func fingerprint(communes []domain.Commune) string {
	h := sha256.New()
	for i := range communes {
		if p := communes[i].Position; p != nil && p.Quality == domain.PositionCommune {
			fmt.Fprintf(h, "%s %v %v\n", communes[i].Code, p.Latitude, p.Longitude)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}
