package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed explorer/dist explorer/THIRD-PARTY.txt explorer/examples pages
var embedded embed.FS

// document is something that is served as it is, kept compressed: nearly every
// client takes it so.
type document struct {
	contentType string
	// language of a page; "" for what has none.
	language string
	// policy is the content security policy, when it isn't everyone's.
	policy string
	// caching is the Cache-Control header.
	caching string
	// vary names request headers that the choice of this document hung on.
	vary    string
	gzipped []byte
	tag     string
}

const (
	// immutable is for addresses that hold a hash of what is there.
	immutable = "public, max-age=31536000, immutable"
	// revalidated is for the others: kept, and asked for again each time.
	revalidated = "no-cache"
)

func newDocument(contentType, caching string, content []byte) document {
	return document{contentType: contentType, caching: caching, gzipped: compress(content), tag: hash(content)}
}

func (d document) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", d.contentType)
	h.Set("Cache-Control", d.caching)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Add("Vary", "Accept-Encoding")
	if d.vary != "" {
		h.Add("Vary", d.vary)
	}
	if d.language != "" {
		h.Set("Content-Language", d.language)
	}
	if d.policy != "" {
		h.Set("Content-Security-Policy", d.policy)
	}
	body, tag := d.gzipped, `"`+d.tag+`-gzip"`
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
	} else {
		body, tag = decompress(d.gzipped), `"`+d.tag+`"`
	}
	h.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body) // a client that is gone needs no answer
	}
}

// takesGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, parameters, err := mime.ParseMediaType("x/" + strings.TrimSpace(part))
		if err != nil || (coding != "x/gzip" && coding != "x/*") {
			continue
		}
		weight, err := strconv.ParseFloat(parameters["q"], 64)
		return err != nil || weight > 0
	}
	return false
}

// assets are what the pages are made of, by name.
type assets map[string]document

func (a assets) serve(w http.ResponseWriter, r *http.Request) {
	d, found := a[r.PathValue("name")]
	if !found {
		problem{
			status: http.StatusNotFound, code: "NOT_FOUND",
			french:  "cette ressource n'existe pas, ou plus : rechargez la page",
			english: "this resource doesn't exist, or no longer: reload the page",
		}.write(w, r)
		return
	}
	d.serve(w, r)
}

// add names a resource by its content and answers its address.
func (a assets) add(name, contentType string, content []byte) string {
	d := newDocument(contentType, immutable, content)
	extension := path.Ext(name)
	named := strings.TrimSuffix(name, extension) + "-" + d.tag + extension
	a[named] = d
	return assetAddress(named)
}

func assetAddress(name string) string { return "/assets/" + name }

// contentTypes of the explorer's parts. The machine's own table may say
// otherwise, and browsers run no script of another type.
var contentTypes = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
}

// bundle is explorer/dist/manifest.json: the names of the explorer's parts.
type bundle struct {
	Script  string            `json:"script"`
	Style   string            `json:"style"`
	Workers map[string]string `json:"workers"`
}

// addBundle takes the explorer's parts, which its generator has compressed and
// named by their content.
func (a assets) addBundle() bundle {
	const folder = "explorer/dist"
	var b bundle
	for _, name := range list(folder) {
		content := read(folder + "/" + name)
		if name == "manifest.json" {
			must(json.Unmarshal(content, &b))
			continue
		}
		name = strings.TrimSuffix(name, ".gz")
		a[name] = document{
			contentType: contentTypes[path.Ext(name)],
			// A worker has a policy of its own: it may import its parts.
			policy:  "default-src 'none'; script-src 'self'",
			caching: immutable,
			gzipped: content,
			tag:     hash(content),
		}
	}
	b.Script, b.Style = assetAddress(b.Script), assetAddress(b.Style)
	for label, name := range b.Workers {
		b.Workers[label] = assetAddress(name)
	}
	return b
}

// What is embedded was there and sound when the program was built and tested,
// so that an error here is a mistake in the program.

func list(folder string) []string {
	entries, err := embedded.ReadDir(folder)
	must(err)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

func read(name string) []byte {
	content, err := embedded.ReadFile(name)
	must(err)
	return content
}

func must(err error) {
	if err != nil {
		panic("httpapi: embedded files: " + err.Error())
	}
}

func compress(content []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(content) // a buffer takes everything
	z.Close()
	return out.Bytes()
}

func decompress(gzipped []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(gzipped))
	must(err)
	content, err := io.ReadAll(z)
	must(err)
	return content
}

// hash is short enough for a name, and long enough never to meet another.
func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
