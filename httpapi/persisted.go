package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"github.com/palier-hub/palier/peers"
)

// Automatic persisted queries: a client names a document by its hash, and sends the
// document with it when we don't know it. The protocol is Apollo's:
// https://www.apollographql.com/docs/apollo-server/performance/apq

// persistedExtension is the request's extension that names a document.
const persistedExtension = "persistedQuery"

// namesDocument tells whether a request names one by its hash.
func namesDocument(params *graphql.RawParams) bool {
	return params.Extensions[persistedExtension] != nil
}

// Documents that are trusted are named by their ids: in the same extension, as
// clients of Apollo do, or by the parameter documentId, which Relay's can.

// persisted finds documents by what names them.
type persisted struct {
	peers   peers.Peers
	trusted trusted
}

// resolve gives a request the document that it names. What it answers first is for
// when the document has turned out to be valid: then it is kept. The status is that
// of a request whose document isn't known. The extension has been dealt with, and is
// taken away.
func (p persisted) resolve(ctx context.Context, params *graphql.RawParams, unknown int) (valid func(), wrong *problem) {
	valid, wrong = p.find(ctx, params, unknown)
	if wrong == nil {
		wrong = p.trusted.refuse(params.Query, exchangeOf(ctx).identity)
	}
	return valid, wrong
}

func (p persisted) find(ctx context.Context, params *graphql.RawParams, unknown int) (valid func(), wrong *problem) {
	valid = func() {}
	if !namesDocument(params) {
		return valid, nil
	}
	id, byID := params.Extensions[persistedExtension].(documentID)
	named, _ := params.Extensions[persistedExtension].(map[string]any)
	delete(params.Extensions, persistedExtension)
	version, _ := named["version"].(json.Number)
	text, _ := named["sha256Hash"].(string)
	if byID {
		text = string(id)
	}
	if document, known := p.trusted.byID[text]; known && (params.Query == "" || params.Query == document) {
		params.Query = document
		return valid, nil
	}
	if byID {
		return valid, notFound(unknown)
	}
	hash, ok := peers.ParseHash(text)
	if version != "1" || !ok {
		return valid, badRequest(
			`l'extension persistedQuery attend {"version": 1, "sha256Hash": "…"} : le SHA-256 du document, en 64 chiffres hexadécimaux minuscules`,
			`the extension persistedQuery takes {"version": 1, "sha256Hash": "…"}: the document's SHA-256 in 64 hexadecimal digits, in small letters`)
	}
	if params.Query == "" {
		document, known := p.peers.Document(ctx, hash)
		if !known {
			return valid, notFound(unknown)
		}
		params.Query = document
		return valid, nil
	}
	document := params.Query
	if peers.HashOf(document) != hash {
		return valid, &problem{
			status: http.StatusBadRequest, code: "PERSISTED_QUERY_HASH_MISMATCH",
			french:  "sha256Hash n'est pas le SHA-256 du document envoyé : recalculez-le sur le texte exact du paramètre query",
			english: "sha256Hash isn't the SHA-256 of the document that was sent: compute it from the exact text of the parameter query",
		}
	}
	return func() { p.peers.Keep(ctx, document) }, nil
}

// documentID names a document by the parameter of that name.
type documentID string

// nameByID has a request name its document by an id.
func nameByID(params *graphql.RawParams, id string) {
	if params.Extensions == nil {
		params.Extensions = make(map[string]any, 1)
	}
	params.Extensions[persistedExtension] = documentID(id)
}

func notFound(status int) *problem {
	const words = "PersistedQueryNotFound" // clients look for these very words
	return &problem{status: status, code: "PERSISTED_QUERY_NOT_FOUND", french: words, english: words}
}
