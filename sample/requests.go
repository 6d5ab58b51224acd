package sample

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
)

// Request is one file of data/requests: a hosting request and what was done with
// it. All are invented.
type Request struct {
	// Key is the file's name without its ending.
	Key string
	// Project and Need, and Landlord, are keys; Spaces are the landlord's
	// references.
	Project, Need, Landlord string
	Spaces                  []string
	Fields                  domain.StatedRequest
	Steps                   []Step
	// Status is where the steps lead.
	Status domain.RequestStatus
	// Contacts are whom to call on either side, once the steps are taken, and
	// Messages what the sides say then.
	Contacts map[domain.RequestParty][]domain.Person
	Messages []Message
}

// Message is what a side says about a request.
type Message struct {
	By       domain.RequestParty
	Audience domain.MessageAudience
	Body     string
}

// Step is a step of a request: who does what, with the command's own fields.
type Step struct {
	Action  domain.RequestAction
	By      domain.RequestParty
	command func(id domain.ID, today domain.Date) (hub.Command, error)
}

type requestFile struct {
	Project, Need, Landlord string
	Spaces                  []string
	Request                 domain.StatedRequest
	Status                  domain.RequestStatus
	Steps                   []json.RawMessage
	Contacts                map[domain.RequestParty][]domain.Person
	Messages                []Message
}

type stepEntry struct {
	Do domain.RequestAction
	By domain.RequestParty
	// In is how many days after the load an answer or a review is due.
	In int
	// With are the fields of the command.
	With json.RawMessage
}

func readRequest(key string, raw json.RawMessage) (Request, error) {
	f, err := decode[requestFile](raw)
	if err != nil {
		return Request{}, err
	}
	r := Request{Key: key, Project: f.Project, Need: f.Need, Landlord: f.Landlord, Spaces: f.Spaces, Fields: f.Request, Status: f.Status, Contacts: f.Contacts, Messages: f.Messages}
	for i, raw := range f.Steps {
		entry, err := decode[stepEntry](raw)
		if err == nil {
			err = r.add(entry)
		}
		if err != nil {
			return Request{}, fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return r, nil
}

// add reads the command of a step, so that what is wrong is found as the file is
// read.
func (r *Request) add(e stepEntry) error {
	read, ok := commands[e.Do]
	if !ok {
		return fmt.Errorf("no step is called %q", e.Do)
	}
	if !slices.Contains([]domain.RequestParty{domain.PartyProject, domain.PartyLandlord, domain.PartyStaff}, e.By) {
		return fmt.Errorf("by is PROJECT, LANDLORD or STAFF, not %q", e.By)
	}
	if e.With == nil {
		e.With = json.RawMessage("{}")
	}
	command := func(id domain.ID, today domain.Date) (hub.Command, error) {
		return read(e.With, id, today.AddDays(e.In))
	}
	if _, err := command("", 0); err != nil {
		return err
	}
	r.Steps = append(r.Steps, Step{e.Do, e.By, command})
	return nil
}

// commands read the command of each action.
var commands = map[domain.RequestAction]func(with json.RawMessage, id domain.ID, due domain.Date) (hub.Command, error){
	domain.ActionSubmit:             with(func(c *hub.SubmitRequest, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionRequestChanges:     with(func(c *hub.RequestChangesOfRequest, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionSend:               with(func(c *hub.SendRequest, id domain.ID, due domain.Date) { c.ID, c.DueOn = id, due }),
	domain.ActionRecordVisit:        with(func(c *hub.RecordVisit, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionScope:              with(func(c *hub.ScopeRequest, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionRecordConsultation: with(func(c *hub.RecordConsultation, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionProposeConvention:  with(func(c *hub.ProposeConvention, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionConsent:            with(func(c *hub.ConsentToConvention, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionSign:               with(func(c *hub.SignConvention, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionHandOver:           with(func(c *hub.HandOver, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionRecordIndicators:   with(func(c *hub.RecordIndicators, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionEvaluate:           with(func(c *hub.EvaluateRequest, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionHold:               with(func(c *hub.HoldRequest, id domain.ID, due domain.Date) { c.ID, c.ReviewOn = id, due }),
	domain.ActionReject:             with(func(c *hub.RejectRequest, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionWithdraw:           with(func(c *hub.WithdrawRequest, id domain.ID, _ domain.Date) { c.ID = id }),
	domain.ActionAgreeToPublish:     with(func(c *hub.AgreeToPublish, id domain.ID, _ domain.Date) { c.ID = id }),
}

func with[C hub.Command](complete func(*C, domain.ID, domain.Date)) func(json.RawMessage, domain.ID, domain.Date) (hub.Command, error) {
	return func(raw json.RawMessage, id domain.ID, due domain.Date) (hub.Command, error) {
		c, err := strict[C](raw)
		if err != nil {
			return nil, err
		}
		complete(&c, id, due)
		return c, nil
	}
}

// load makes a request and takes it along its steps, each by its side.
func (r Request) load(ctx context.Context, h *hub.Hub, landlord domain.LandlordID, project domain.ProjectID, need domain.NeedID) error {
	key := "request/" + r.Key
	needID, owner := domain.ID(need), domain.ID(landlord)
	fields := r.Fields
	for i := range r.Spaces {
		fields.Spaces = append(fields.Spaces, domain.VacantSpaceRef{ExternalRef: &r.Spaces[i], LandlordID: &owner})
	}
	id, err := do(ctx, h, hub.DraftRequest{NeedID: &needID, LandlordID: &owner, Request: fields, Synthetic: true}, key)
	if err != nil {
		return err
	}
	sides := map[domain.RequestParty]domain.Viewer{
		domain.PartyStaff:    loader,
		domain.PartyProject:  {Role: domain.RoleProject, Project: project, Actor: loader.Actor},
		domain.PartyLandlord: {Role: domain.RoleLandlord, Landlord: landlord, Actor: loader.Actor},
	}
	for i, step := range r.Steps {
		c, err := step.command(id, h.World().Today())
		if err != nil {
			return err
		}
		_, err = h.Do(ctx, sides[step.By], c, fmt.Sprintf("%s/%d", key, i+1))
		if domain.AsRefusals(err) != nil {
			h.Logger.Info("a request of the sample stops where its days have passed", "request", r.Key, "step", i+1, "refusal", err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("loading %s, step %d: %w", key, i+1, err)
		}
	}
	if err := r.talk(ctx, h, id, sides, key); err != nil {
		return fmt.Errorf("loading %s: %w", key, err)
	}
	return nil
}

// talk says whom to call about a request, and what its sides have said. Nobody of
// them is a person: the names say so.
func (r Request) talk(ctx context.Context, h *hub.Hub, id domain.ID, sides map[domain.RequestParty]domain.Viewer, key string) error {
	for _, party := range []domain.RequestParty{domain.PartyProject, domain.PartyLandlord} {
		var ids []domain.ID
		for i, p := range r.Contacts[party] {
			stated, err := hub.NewPatch[domain.Person](map[string]any{"Name": p.Name, "Function": p.Function, "Email": p.Email, "Telephone": p.Telephone})
			if err != nil {
				return err
			}
			person, err := h.PutPerson(ctx, sides[party], hub.PutPerson{Person: stated, Key: fmt.Sprintf("%s/%s/%d", key, party, i+1)})
			if err != nil {
				return err
			}
			ids = append(ids, domain.ID(person))
		}
		if len(ids) == 0 {
			continue
		}
		if _, err := h.Do(ctx, sides[party], hub.SetContacts{ID: id, Persons: ids}, fmt.Sprintf("%s/contacts/%s", key, party)); err != nil {
			return err
		}
	}
	for i, m := range r.Messages {
		c := hub.WriteMessage{RequestID: id, Audience: m.Audience, Body: m.Body, Synthetic: true}
		if _, err := h.Do(ctx, sides[m.By], c, fmt.Sprintf("%s/message/%d", key, i+1)); err != nil {
			return err
		}
	}
	return nil
}
