package loaders

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// A cursor says where a page ended: the ledger and the commit it was made on,
// the sort key and id of the item, and a hash of the list's filter, order and
// viewer. It is sealed, since a sort key may hold what the viewer can't see and
// since nobody should come to rely on its insides.
type cursor struct {
	Ledger string  `json:"l"`
	Commit uint64  `json:"c"`
	Scope  string  `json:"s"`
	Key    sortKey `json:"k"`
}

// sortKey orders the items of a list: numbers first, then the text, then the
// ids. Lower comes first.
type sortKey struct {
	Numbers []int64  `json:"n,omitempty"`
	Text    string   `json:"t,omitempty"`
	IDs     []string `json:"i"`
}

// sealer seals cursors with AES-256-GCM. The nonce is derived from the content
// (as in RFC 8452's misuse resistance), so that the same cursor is always the
// same text, and nonces repeat for equal contents only.
type sealer struct {
	aead     cipher.AEAD
	nonceKey [32]byte
}

func newSealer(key [32]byte) (*sealer, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("preparing the seal of cursors: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("preparing the seal of cursors: %w", err)
	}
	return &sealer{aead: aead, nonceKey: sha256.Sum256(append([]byte("cursor nonce"), key[:]...))}, nil
}

func (s *sealer) seal(c cursor) string {
	plain, err := json.Marshal(c)
	if err != nil {
		panic("a cursor is plain data: " + err.Error())
	}
	mac := hmac.New(sha256.New, s.nonceKey[:])
	mac.Write(plain)
	nonce := mac.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, nil))
}

// mostCursor bounds what is even looked at.
const mostCursor = 4096

func (s *sealer) open(text string) (cursor, bool) {
	var c cursor
	if len(text) > mostCursor {
		return c, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(sealed) < s.aead.NonceSize() {
		return c, false
	}
	nonce, body := sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():]
	plain, err := s.aead.Open(nil, nonce, body, nil)
	if err != nil {
		return c, false
	}
	return c, json.Unmarshal(plain, &c) == nil
}

// scopeOf hashes what makes a list this list: a cursor of another one, or of
// another viewer, is refused.
func (s *Session) scopeOf(parts ...any) (string, error) {
	content, err := json.Marshal(append(parts, s.viewer.Role, s.viewer.Landlord, s.viewer.Project, s.viewer.Embedded))
	if err != nil {
		return "", fmt.Errorf("hashing a list's scope: %w", err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8]), nil
}

// after reads the cursor of a page's `after` argument; nil when there is none.
func (s *Session) after(text *string, scope string) (*sortKey, error) {
	if text == nil {
		return nil, nil
	}
	c, ok := s.seal.open(*text)
	if !ok || c.Ledger != s.World().LedgerID() || c.Scope != scope {
		return nil, domain.InvalidInput{Path: []string{"after"},
			French:  "ce curseur n'est pas de cette liste (mêmes filtre, ordre et compte) : redemandez la première page, sans after",
			English: "this cursor isn't of this list (same filter, order and account): ask for the first page again, without after"}
	}
	return &c.Key, nil
}

func (s *Session) cursor(scope string, key sortKey) string {
	w := s.World()
	return s.seal.seal(cursor{Ledger: w.LedgerID(), Commit: w.Commit(), Scope: scope, Key: key})
}
