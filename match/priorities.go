package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// landlordPriorities: the landlord's ranked priorities that the project's
// domains share. Of n priorities the first is worth n, the second n-1… the last
// 1; the score is the worth of those shared, over the most that as many domains
// could reach. Sharing the first of three with one domain is 3/3, the second
// 2/3; first and third with two domains are (3+1)/(3+2).
func landlordPriorities[P any, B betweenParties[P]](assess func(*P) Finding) criterion[P] {
	return criterion[P]{
		code: domain.CriterionLandlordPriorities, kind: domain.CriterionSoft,
		assess: assess,
		values: func(p *P, _ Finding) (wanted, offered domain.CriterionValue) {
			of := B(p).parties()
			if of.project != nil {
				wanted = codes("InnovationDomain", of.project.Domains...)
			}
			return wanted, codes("InnovationDomain", of.landlord.Priorities...)
		},
		origin: ofLandlord[P, B],
		say:    func(p *P, f Finding, l domain.Locale) string { return B(p).parties().sayPriorities(f, l) },
		ask: func(_ *P, f Finding, l domain.Locale) string {
			if f.why == prioritiesNoDomains {
				return askDomains(l)
			}
			return toLandlord(l.In("quelles sont vos priorités, de la première à la dernière ?", "what are your priorities, from the first to the last?"), l)
		},
	}
}

const (
	prioritiesShared why = 1 + iota
	prioritiesNotShared
	prioritiesNone
	prioritiesUnknown
	prioritiesNoDomains
)

func (p parties) assessPriorities() Finding {
	ranked := p.landlord.Priorities
	n := len(ranked)
	switch {
	case ranked == nil:
		return unknown(prioritiesUnknown)
	case p.project == nil || len(p.project.Domains) == 0:
		return unknown(prioritiesNoDomains)
	case n == 0:
		return known(0, prioritiesNone)
	}
	worth, most := 0, 0
	for i, d := range ranked {
		if slices.Contains(p.project.Domains, d) {
			worth += n - i
		}
		if i < len(p.project.Domains) {
			most += n - i
		}
	}
	if worth == 0 {
		return known(0, prioritiesNotShared)
	}
	return known(share(float64(worth), float64(most)), prioritiesShared)
}

func (p parties) sayPriorities(f Finding, l domain.Locale) string {
	switch f.why {
	case prioritiesUnknown:
		return l.In("Les priorités du bailleur ne sont pas connues.", "The landlord's priorities aren't known.")
	case prioritiesNoDomains:
		return sayNoDomains(l)
	case prioritiesNone:
		return l.In("Le bailleur n'affiche pas de priorité.", "The landlord states no priority.")
	case prioritiesNotShared:
		return fmt.Sprintf(l.In("Le projet ne rejoint aucune priorité du bailleur (%s).", "The project shares none of the landlord's priorities (%s)."), list(p.landlord.Priorities, l))
	}
	var shared []string
	for i, d := range p.landlord.Priorities {
		if slices.Contains(p.project.Domains, d) {
			shared = append(shared, fmt.Sprintf(l.In("%s (%s)", "%s (%s)"), d.Label(l), rank(i+1, l)))
		}
	}
	return fmt.Sprintf(l.In("Le projet rejoint des priorités du bailleur : %s, soit %s de la note.", "The project shares priorities of the landlord: %s, worth %s of the points."),
		enumerate(shared, l), percent(f.Score, l))
}

func sayNoDomains(l domain.Locale) string {
	return l.In("Les domaines du projet ne sont pas connus.", "The project's domains aren't known.")
}

func askDomains(l domain.Locale) string {
	return toProject(l.In("à quels domaines se rattache votre projet ?", "which domains does your project belong to?"), l)
}

// rank writes "1re", "2e"; "no. 1" in English.
func rank(n int, l domain.Locale) string {
	if l == domain.English {
		return fmt.Sprintf("no. %d", n)
	}
	if n == 1 {
		return "1re"
	}
	return fmt.Sprintf("%de", n)
}
