package httpapi_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	commands "github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// TestSharedEventsOfMixedViewers: of many subscribers of every role, among which
// several are equal, each is told what asking tells it at that moment, in its
// language and with its own fields; never what another is.
func TestSharedEventsOfMixedViewers(t *testing.T) {
	v := apitest.NewVillage(t)
	monts, _ := v.Viewer("monts")
	colleague := monts
	colleague.Actor = "another"
	scene, _ := v.Viewer("scene")
	plaine, _ := v.Viewer("plaine")
	group, _ := v.Viewer("group")
	viewers := []domain.Viewer{apitest.Staff, apitest.Observer, apitest.Anonymous, monts, colleague, group, plaine, scene}
	const node = `node { id ... on VacantSpace { label kindLabel management @include(if: $upkeep) { visibility } }
		... on Landlord { name hostingRequests { totalCount } } ... on HostingRequest { statusLabel steps { party } allowedTransitions { action } } }`
	documents := []string{
		"{ position effect action " + node + " }",
		"{ id effect " + node + " commit }",
	}
	type subscriber struct {
		viewer  domain.Viewer
		ask     string // the selection
		upkeep  bool
		client  apitest.Client
		socket  socket
		after   string
		changes []json.RawMessage
	}
	var all []*subscriber
	for _, viewer := range viewers {
		for _, ask := range documents {
			for _, upkeep := range []bool{true, false, true} { // the first and the last are equal
				s := &subscriber{viewer: viewer, ask: ask, upkeep: upkeep, client: v.As(t, viewer)}
				headers := []string{"Accept-Language: fr"}
				if s.client.Token() != "" {
					headers = append(headers, "Authorization: Bearer "+s.client.Token())
				}
				s.after = present(t, s.client)
				s.socket = connect(t, s.client.URL(), "", headers...)
				s.socket.send(fmt.Sprintf(`{"id":"1","type":"subscribe","payload":{"query":%q,"variables":{"after":%q,"upkeep":%v}}}`,
					"subscription($after: String, $upkeep: Boolean!) { changes(after: $after) "+ask+" }", s.after, upkeep))
				all = append(all, s)
			}
		}
	}
	salle, loge, cave, of := domain.ID(v.IDs["salle"]), domain.ID(v.IDs["loge"]), domain.ID(v.IDs["cave"]), domain.ID(v.IDs["monts"])
	need := domain.ID(v.IDs["theatre"])
	step := func(id domain.ID, to domain.Publication) commands.Command {
		return commands.StepSpace{Space: domain.VacantSpaceRef{ID: &id}, To: to}
	}
	var request domain.ID
	for _, do := range []func() commands.Command{
		func() commands.Command { return step(salle, domain.PublicationWithdrawn) },
		func() commands.Command { return step(loge, domain.PublicationWithdrawn) },
		func() commands.Command { return step(cave, domain.PublicationWithdrawn) },
		func() commands.Command { return step(salle, domain.PublicationPublished) },
		func() commands.Command { return step(loge, domain.PublicationPublished) },
		func() commands.Command {
			return commands.DraftRequest{NeedID: &need, LandlordID: &of, Request: domain.StatedRequest{Wish: new(domain.WishAny),
				Start: &domain.StartWindow{Earliest: new(domain.NewDate(2026, 11, 22))}, Surface: &domain.SurfaceRange{MinM2: new(40.0)}}}
		},
		func() commands.Command { return commands.SubmitRequest{ID: request} },
		func() commands.Command {
			return commands.SendRequest{ID: request, DueOn: domain.NewDate(2026, 12, 31)}
		},
		func() commands.Command {
			return commands.StepLandlord{ID: of, To: domain.PublicationWithdrawn}
		},
		func() commands.Command { return commands.StepLandlord{ID: of, To: domain.PublicationPublished} },
	} {
		outcome, err := v.Hub.Do(t.Context(), apitest.Staff, do(), "")
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Object.Kind() == domain.KindRequest {
			request = outcome.Object
		}
		var work sync.WaitGroup
		for _, s := range all {
			var want struct {
				Changes struct {
					EndPosition string
					Nodes       []json.RawMessage
				}
			}
			s.client.Language = "fr"
			s.client.Query(t, &want, "query($after: String, $upkeep: Boolean!) { changes(after: $after, first: 100) { endPosition nodes "+s.ask+" } }",
				map[string]any{"after": s.after, "upkeep": s.upkeep})
			s.after, s.changes = want.Changes.EndPosition, want.Changes.Nodes
		}
		for _, s := range all {
			work.Go(func() {
				for _, want := range s.changes {
					m, err := s.socket.read()
					var told struct {
						Data struct{ Changes json.RawMessage }
					}
					if err == nil {
						err = json.Unmarshal(m.Payload, &told)
					}
					if err != nil || string(told.Data.Changes) != string(want) {
						t.Errorf("%+v was told\n%s, want\n%s (%v)", s.viewer, m.Payload, want, err)
						return
					}
				}
			})
		}
		if work.Wait(); t.Failed() {
			return
		}
	}
}
