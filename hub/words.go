package hub

import "github.com/palier-hub/palier/domain"

// bringing collects the texts that a command carries.
type bringing struct{ texts []string }

func (b *bringing) text(kind domain.TextKind, about domain.ID, body string) {
	b.texts = append(b.texts, body)
}

func (b *bringing) optional(kind domain.TextKind, about domain.ID, body *string) {
	if body != nil {
		b.text(kind, about, *body)
	}
}

// text is the id of the command's nth text.
func (d *decision) text(n int) domain.TextID { return "" }
