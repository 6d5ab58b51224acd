package loaders_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/texts"
)

// counting is a personal store that counts its readings.
type counting struct {
	texts.Store
	mu             sync.Mutex
	texts, persons int
}

func (c *counting) Texts(ctx context.Context, ids []domain.TextID) (map[domain.TextID]domain.Text, error) {
	c.mu.Lock()
	c.texts++
	c.mu.Unlock()
	return c.Store.Texts(ctx, ids)
}

func (c *counting) Persons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	c.mu.Lock()
	c.persons++
	c.mu.Unlock()
	return c.Store.Persons(ctx, ids)
}

// A level of an answer reads the personal store once for each sort of what it
// shows, however many requests, messages, invitations and persons there are.
func TestPersonalDataIsReadInBatches(t *testing.T) {
	s := apitest.New(t)
	project := apitest.Do[domain.ID](t, s, hub.RegisterProject{Project: apitest.ProjectFields("lots", "Un projet"), Publish: true})
	need := apitest.Do[domain.ID](t, s, hub.RegisterNeed{ProjectID: &project, Need: apitest.NeedFields("Une salle"), Publish: true})
	landlord := apitest.Do[domain.ID](t, s, hub.RegisterLandlord{Landlord: apitest.LandlordFields("Un bailleur"), Publish: true})
	put := func(name string) domain.PersonID {
		fields, err := hub.NewPatch[domain.Person](map[string]any{"Name": name, "Organisation": project})
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.Hub.PutPerson(t.Context(), apitest.Staff, hub.PutPerson{Person: fields})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	const many = 12
	for i := range many {
		acting := apitest.Project(domain.ProjectID(project))
		acting.OnBehalfOf = put(fmt.Sprint("Personne ", i))
		do := func(c hub.Command) domain.ID {
			outcome, err := s.Hub.Do(t.Context(), acting, c, "")
			if err != nil {
				t.Fatal(err)
			}
			return outcome.Object
		}
		id := do(hub.DraftRequest{NeedID: &need})
		do(hub.SetContacts{ID: id, Persons: []domain.ID{domain.ID(acting.OnBehalfOf), domain.ID(put("Collègue"))}})
		for _, audience := range []domain.MessageAudience{domain.MessagePrivate, domain.MessageShared} {
			do(hub.WriteMessage{RequestID: id, Audience: audience, Body: "Bonjour."})
		}
		apitest.Do[domain.ID](t, s, hub.RecordApproach{LandlordID: landlord, Approach: domain.StatedApproach{On: domain.NewDate(2026, 1, 5), Channel: domain.ChannelPhone,
			Outcome: domain.OutcomeInterested, Notes: new("Notes."), NextStep: &domain.StatedNextStep{Words: "Rappeler.", On: domain.NewDate(2026, 2, 5)}}})
	}
	store := &counting{Store: s.Hub.Texts}
	s.Hub.Texts = store
	for query, want := range map[string][2]int{
		`{ hostingRequests { nodes { contacts { project { name } landlord { name } } } } }`:                                          {0, 1},
		`{ hostingRequests { nodes { messages(first: 5) { nodes { body { body } } } } } }`:                                           {1, 0},
		`{ hostingRequests { nodes { messages(first: 5) { nodes { author { name } body { body } } } steps { person { name } } } } }`: {1, 2},
		`{ landlordApproaches { nodes { notes { body } nextStep { words { body } } } } }`:                                            {1, 0},
		`{ hostingRequests { nodes { id messages(first: 5) { totalCount nodes { party } } } } }`:                                     {0, 0},
	} {
		store.texts, store.persons = 0, 0
		s.As(t, apitest.Staff).Query(t, nil, query, nil)
		if store.texts > want[0] || store.persons > want[1] {
			t.Errorf("%s reads %d times texts and %d times persons, want %v", query, store.texts, store.persons, want)
		}
	}
}
