package domain

import "fmt"

// Code is one value of a code list, with its labels.
type Code struct {
	Value   string
	French  string
	English string
	// Source is the article, list or body that defines the value; "" when the
	// list's own source says all.
	Source string
}

// Label is the code's label in a language.
func (c Code) Label(locale Locale) string { return locale.In(c.French, c.English) }

// CodeList is a closed list of codes, served by the API so that no portal
// copies it.
type CodeList struct {
	// Name is the GraphQL enum's.
	Name  string
	Codes []Code
	index map[string]int
}

// CodeLists are all the lists, in the order of this package's source.
func CodeLists() []*CodeList { return codeLists }

// CodeListNamed finds a list by the name of its GraphQL enum.
func CodeListNamed(name string) (*CodeList, bool) {
	for _, l := range codeLists {
		if l.Name == name {
			return l, true
		}
	}
	return nil, false
}

var codeLists []*CodeList

// newCodeList registers a list; it runs at package initialisation only.
func newCodeList(name string, codes ...Code) *CodeList {
	l := &CodeList{Name: name, Codes: codes, index: make(map[string]int, len(codes))}
	for i, c := range codes {
		if _, twice := l.index[c.Value]; twice {
			panic(fmt.Sprintf("code list %s: %s stands twice", name, c.Value))
		}
		l.index[c.Value] = i
	}
	codeLists = append(codeLists, l)
	return l
}

func (l *CodeList) has(value string) bool { _, ok := l.index[value]; return ok }

// label is the label of a value; the value itself when the list lacks it, so
// that data of a newer release still reads.
func (l *CodeList) label(value string, locale Locale) string {
	if i, ok := l.index[value]; ok {
		return l.Codes[i].Label(locale)
	}
	return value
}

// Text is the label of a value in both languages.
func (l *CodeList) Text(value string) Bilingual {
	return Bilingual{French: l.label(value, French), English: l.label(value, English)}
}
