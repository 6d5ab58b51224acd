package domain

import (
	"slices"
	"time"
)

// LandlordApproach is the record of one contact between staff and a landlord
// about projects. It is for staff alone.
type LandlordApproach struct {
	ID ApproachID `bson:"id"`
	// Version counts the changes, from 1.
	Version   int       `bson:"version"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`
	// Synthetic marks invented sample data.
	Synthetic bool `bson:"synthetic,omitempty"`

	LandlordID LandlordID      `bson:"landlord"`
	On         Date            `bson:"on"`
	Channel    ApproachChannel `bson:"channel"`
	// Projects are those that it was about; empty for none in particular.
	Projects []ProjectID     `bson:"projects,omitempty"`
	Outcome  ApproachOutcome `bson:"outcome"`
	Notes    TextID          `bson:"notes,omitempty"`
	// NextStep is what is to be done next; nil for nothing.
	NextStep *ApproachNextStep `bson:"nextStep,omitempty"`
}

// ApproachNextStep is what is to be done after a contact.
type ApproachNextStep struct {
	Words TextID `bson:"words,omitempty"`
	// On is the day by which it is to be done.
	On Date `bson:"on"`
	// Follower is the pseudonymous id of who does it.
	Follower string `bson:"follower"`
	// ClosedOn is when it was done, or given up; nil before.
	ClosedOn *Date `bson:"closedOn,omitempty"`
}

// Closed tells whether it is done, or given up.
func (s *ApproachNextStep) Closed() bool { return s.ClosedOn != nil }

// StatedApproach is what staff state about a contact as it comes in, with its
// words.
type StatedApproach struct {
	On       Date
	Channel  ApproachChannel
	Projects []ID
	Outcome  ApproachOutcome
	Notes    *string
	NextStep *StatedNextStep
}

// StatedNextStep is what staff state about what is to be done next.
type StatedNextStep struct {
	Words string
	On    Date
	// Follower is nil for whoever records it.
	Follower *string
}

func (LandlordApproach) IsNode() {}

// Sight is who may see the approach: staff, who see everything.
func (a *LandlordApproach) Sight() Sight { return Sight{Class: VisibilityPrivate} }

// Due is the day of the next step; nil when there is none to be done.
func (a *LandlordApproach) Due() *Date {
	if a.NextStep == nil || a.NextStep.Closed() {
		return nil
	}
	return &a.NextStep.On
}

// TextIDs are the texts that the approach refers to.
func (a *LandlordApproach) TextIDs() (ids []TextID) {
	if a.Notes != "" {
		ids = append(ids, a.Notes)
	}
	if a.NextStep != nil && a.NextStep.Words != "" {
		ids = append(ids, a.NextStep.Words)
	}
	return ids
}

// ChannelLabel is the label of the channel.
func (a *LandlordApproach) ChannelLabel(locale Locale) string { return a.Channel.Label(locale) }

// OutcomeLabel is the label of the outcome.
func (a *LandlordApproach) OutcomeLabel(locale Locale) string { return a.Outcome.Label(locale) }

// Stated is the approach as staff would state it, but for the words, which are
// kept elsewhere: what a change leaves out stays.
func (a *LandlordApproach) Stated() StatedApproach {
	s := StatedApproach{On: a.On, Channel: a.Channel, Outcome: a.Outcome}
	for _, id := range a.Projects {
		s.Projects = append(s.Projects, ID(id))
	}
	if n := a.NextStep; n != nil {
		s.NextStep = &StatedNextStep{On: n.On, Follower: &n.Follower}
	}
	return s
}

// Validate collects what is wrong with what is stated, but for the projects,
// which only the hub can look up, and the words.
func (s StatedApproach) Validate(p *Problems, today Date) {
	var root []any
	p.require(s.On != 0, root, "on", "le jour de ce contact est nécessaire", "the day of the contact is needed")
	p.require(s.On <= today, root, "on", "ce jour n'est pas encore venu : notez ce qui a eu lieu", "this day hasn't come yet: record what has happened")
	knownCode(p, s.Channel, root, "channel")
	knownCode(p, s.Outcome, root, "outcome")
	if p.items(len(s.Projects), root, "projects") {
		for i, id := range s.Projects {
			p.require(!slices.Contains(s.Projects[:i], id), []any{"projects", i}, "",
				"ce projet figure deux fois : retirez-en un", "this project stands twice: remove one")
		}
	}
	if n := s.NextStep; n != nil {
		p.require(n.On >= s.On, []any{"nextStep"}, "on", "la suite vient après ce contact : donnez un jour plus tardif", "what is next comes after this contact: give a later day")
		p.optionalLine(n.Follower, []any{"nextStep"}, "follower")
	}
}
