package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// use: the activity is not among the excluded uses.
var use = criterion[pair]{
	code: domain.CriterionUse, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: assessUse,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.need.Activity != "" {
			wanted = codes("HostingActivity", p.need.Activity)
		}
		if p.space.ExcludedUses != nil { // whether it is allowed
			offered = domain.FlagValue{Value: !slices.Contains(p.space.ExcludedUses, p.need.Activity)}
		}
		return wanted, offered
	},
	origin: ofSpace,
	say:    sayUse,
	ask: func(p *pair, _ Finding, l domain.Locale) string {
		return toLandlord(fmt.Sprintf(l.In("l'activité « %s » est-elle admise dans ce local (règlement, copropriété, voisinage) ?", "is the activity “%s” allowed in this space (rules, co-ownership, neighbours)?"),
			p.need.Activity.Label(l)), l)
	},
}

const (
	useAllowed why = notAsked + 1 + iota
	useExcluded
	useUnknown
)

func assessUse(p *pair) Finding {
	switch {
	case p.need.Activity == "":
		return pass(notAsked)
	case p.space.ExcludedUses == nil:
		return unknown(useUnknown)
	case slices.Contains(p.space.ExcludedUses, p.need.Activity):
		return fail(useExcluded, 0)
	}
	return pass(useAllowed)
}

func sayUse(p *pair, f Finding, l domain.Locale) string {
	activity := p.need.Activity.Label(l)
	switch f.why {
	case useAllowed:
		return fmt.Sprintf(l.In("L'activité « %s » n'est pas exclue dans ce local.", "The activity “%s” isn't excluded in this space."), activity)
	case useExcluded:
		return fmt.Sprintf(l.In("L'activité « %s » est exclue dans ce local.", "The activity “%s” is excluded in this space."), activity)
	case useUnknown:
		return fmt.Sprintf(l.In("On ne sait pas si l'activité « %s » est admise dans ce local.", "Whether the activity “%s” is allowed in this space isn't known."), activity)
	}
	return l.In("Le projet n'indique pas d'activité.", "The project states no activity.")
}
