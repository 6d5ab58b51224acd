package hub

import "github.com/palier-hub/palier/domain"

// needed is text that the command can't do without.
func (b *bringing) needed(t domain.Text, path ...any) {
	b.problems.Require(t.Body != "", "ce texte est vide : écrivez-le", "this text is empty: write it", path...)
	b.text(t, path...)
}

// optional is text that the command may carry; nil is none.
func (b *bringing) optional(kind domain.TextKind, about domain.ID, body *string, path ...any) {
	if body == nil {
		b.text(domain.Text{}, path...)
		return
	}
	b.needed(domain.Text{Kind: kind, About: about, Body: *body}, path...)
}
