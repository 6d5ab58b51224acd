package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/palier-hub/palier/peers"
)

// ReadManifest reads the documents that a client's build has listed, by their ids:
// a manifest of Apollo's ("format": "apollo-persisted-query-manifest"), or a map of
// ids to documents, as Relay's compiler and GraphQL Code Generator write it.
func ReadManifest(from io.Reader) (map[string]string, error) {
	text, err := io.ReadAll(from)
	if err != nil {
		return nil, fmt.Errorf("reading a manifest: %w", err)
	}
	var apollo struct {
		Format     string `json:"format"`
		Version    int    `json:"version"`
		Operations []struct {
			ID   string `json:"id"`
			Body string `json:"body"`
		} `json:"operations"`
	}
	if json.Unmarshal(text, &apollo) == nil && apollo.Format != "" {
		if apollo.Format != "apollo-persisted-query-manifest" || apollo.Version != 1 {
			return nil, fmt.Errorf("a manifest of the format %q, version %d, isn't known", apollo.Format, apollo.Version)
		}
		documents := make(map[string]string, len(apollo.Operations))
		for _, o := range apollo.Operations {
			documents[o.ID] = o.Body
		}
		return documents, sound(documents)
	}
	var documents map[string]string
	if err := json.Unmarshal(text, &documents); err != nil {
		return nil, errors.New("a manifest is one of Apollo's, or a map of ids to documents in JSON")
	}
	return documents, sound(documents)
}

// mostID is the longest id of a document that is looked for.
const mostID = 200

func sound(documents map[string]string) error {
	for id, text := range documents {
		if id == "" || len(id) > mostID || text == "" {
			return fmt.Errorf("the manifest's document %.40q has no id of at most %d bytes, or no text", id, mostID)
		}
	}
	return nil
}

// trusted are the documents that the operator has let in.
type trusted struct {
	byID  map[string]string
	known map[peers.Hash]bool
	// only tells for which classes there are no others.
	only [classes]bool
}

// newTrusted takes those that are valid; the log tells of the others.
func newTrusted(documents map[string]string, only [classes]bool, schema *ast.Schema, logger *slog.Logger) trusted {
	t := trusted{byID: make(map[string]string), known: make(map[peers.Hash]bool), only: only}
	for _, id := range slices.Sorted(maps.Keys(documents)) {
		text := documents[id]
		doc, err := parser.ParseQuery(&ast.Source{Input: text})
		if err == nil {
			if errs := validator.ValidateWithRules(schema, doc, nil); len(errs) > 0 {
				err = errs
			}
		}
		if err != nil {
			logger.Warn("a trusted document isn't valid, and isn't served", "id", id, "error", err)
			continue
		}
		t.byID[id], t.known[peers.HashOf(text)] = text, true
	}
	return t
}

// refuse answers why a document isn't served to somebody; nil when it is.
func (t trusted) refuse(document string, who identity) *problem {
	if !t.only[who.class] && !who.viewer.TrustedOnly || t.known[peers.HashOf(document)] {
		return nil
	}
	if who.viewer.TrustedOnly {
		return &problem{
			status: http.StatusForbidden, code: "DOCUMENT_NOT_TRUSTED",
			french:  "cette clé n'ouvre que les documents enregistrés auprès de ce serveur : nommez-en un par son identifiant, ou demandez à l'exploitant d'enregistrer le vôtre",
			english: "this key opens only documents that are registered with this server: name one by its id, or ask whoever runs the hub to register yours",
		}
	}
	return &problem{
		status: http.StatusForbidden, code: "DOCUMENT_NOT_TRUSTED",
		french:  "seuls les documents enregistrés auprès de ce serveur sont acceptés sans jeton : nommez-en un par son identifiant, ou demandez à l'exploitant d'enregistrer le vôtre",
		english: "only documents that are registered with this server are accepted without a token: name one by its id, or ask whoever runs the hub to register yours",
		facts:   map[string]any{"class": who.class.String()},
	}
}
