package httpapi

import (
	"strings"

	"github.com/palier-hub/palier/domain"
)

// Example is a query that the explorer offers.
type Example struct {
	// Name is that of its file in explorer/examples, without the number that
	// orders it and without the ending; the explorer's address takes it after
	// a #.
	Name            string
	French, English string
	// Role is whose token the example is written for; PUBLIC needs none.
	Role domain.Role
	// Query is the document, without the file's heading.
	Query string
}

// Title is the example's title in a language.
func (e Example) Title(l domain.Locale) string { return l.In(e.French, e.English) }

// Examples are the explorer's queries, in the order in which it shows them.
// Each file in explorer/examples begins with comments that give its title in
// both languages (fr, en) and the role it is for.
func Examples() []Example {
	const folder = "explorer/examples"
	var out []Example
	for _, file := range list(folder) {
		_, name, _ := strings.Cut(strings.TrimSuffix(file, ".graphql"), "-")
		e := Example{Name: name}
		rest := string(read(folder + "/" + file))
		for strings.HasPrefix(rest, "#") {
			var line string
			line, rest, _ = strings.Cut(rest, "\n")
			key, value, _ := strings.Cut(strings.TrimPrefix(line, "#"), ":")
			value = strings.TrimSpace(value)
			switch strings.TrimSpace(key) {
			case "fr":
				e.French = value
			case "en":
				e.English = value
			case "role":
				e.Role = domain.Role(value)
			}
		}
		e.Query = rest
		out = append(out, e)
	}
	return out
}
