package domain

import "time"

// KnownStep is a step of a request as it was known at some time: with the
// corrections that had been recorded by then.
type KnownStep struct {
	RequestStep
	// Day is the business day: that which the step says of itself, else that on
	// which it was recorded.
	Day Date
}

// Known are the steps that are known, each as it was last corrected by a step that
// is known too; corrections are no steps of their own. Days of steps that don't say
// theirs are by the clock.
func (r *HostingRequest) Known(known func(RequestStep) bool, clock *time.Location) []KnownStep {
	steps := make([]KnownStep, 0, len(r.Log))
	place := make([]int, len(r.Log)) // in steps, from 1; 0 for none
	for i, s := range r.Log {
		switch {
		case !known(s):
		case s.Corrects == nil:
			steps = append(steps, KnownStep{RequestStep: s})
			place[i] = len(steps)
		case *s.Corrects >= 0 && *s.Corrects < i && place[*s.Corrects] > 0:
			steps[place[*s.Corrects]-1].correct(s)
		}
	}
	for i := range steps {
		s := &steps[i]
		s.Day = DateOf(s.At.In(clock))
		if s.On != nil && !s.onIsAhead() {
			s.Day = *s.On
		}
	}
	return steps
}

// Done counts what a party has done with the request: its steps, and the figures
// that these recorded.
func (r *HostingRequest) Done(by RequestParty) (steps, figures int) {
	for _, s := range r.Log {
		if s.Party == by {
			steps++
			figures += len(s.Indicators)
		}
	}
	return steps, figures
}

// onIsAhead: the day that the step names is the one by which something is due, not
// that on which it was done.
func (s RequestStep) onIsAhead() bool { return s.Action == ActionSend || s.Action == ActionHold }

// correct takes over what a correction says otherwise.
func (s *KnownStep) correct(by RequestStep) {
	if by.On != nil {
		s.On = by.On
	}
	if by.Reason != "" {
		s.Reason = by.Reason
	}
	if len(by.Indicators) > 0 {
		s.Indicators = by.Indicators
	}
}
