package match

// lanes hold, a bit for each form of the ruleset, what some of the conditions on
// the legal forms leave: those that are sure, and those that may be. What
// depends on the days of the stay and what doesn't are lanes of their own, so
// that a million spaces need neither rule by rule.
type lanes struct{ sure, maybe uint32 }

// mostForms is how many legal forms a ruleset may have.
const mostForms = 32

// both leaves what each leaves.
func (l lanes) both(o lanes) lanes { return lanes{l.sure & o.sure, l.maybe & o.maybe} }

// status of the criterion: one sure form passes, one that may be is unknown.
func (l lanes) status() Status {
	switch {
	case l.sure != 0:
		return Pass
	case l.maybe != 0:
		return Unknown
	}
	return Fail
}

// add notes the worst of the statuses of the form i.
func (l *lanes) add(i int, worst Status) {
	if worst == Pass {
		l.sure |= 1 << i
	}
	if worst != Fail {
		l.maybe |= 1 << i
	}
}

// formsByDays is what the days of the pair's stay leave.
func (p *pair) formsByDays() (l lanes) {
	for i := range p.ruleset.Forms {
		r := &p.ruleset.Forms[i]
		l.add(i, max(p.formForce(r).Status, p.formDuration(r).Status, p.formApproval(r).Status))
	}
	return l
}

// formsByTerms is what everything else leaves: the two sides, the kind of space,
// the activity, the cause of the vacancy, the price.
func (p *pair) formsByTerms() (l lanes) {
	for i := range p.ruleset.Forms {
		r := &p.ruleset.Forms[i]
		worst := max(p.formScope(r).Status, p.formCause(r).Status, p.formCost(r).Status)
		switch p.agreed(i) {
		case refused:
			worst = Fail
		case open:
			worst = max(worst, Unknown)
		}
		if !r.Confirmed {
			worst = max(worst, Unknown)
		}
		l.add(i, worst)
	}
	return l
}
