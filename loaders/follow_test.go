package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/loaders"
)

func openerOf(t testing.TB, h *hub.Hub, key byte) *loaders.Opener {
	t.Helper()
	atlas, err := apitest.Atlas()
	if err != nil {
		t.Fatal(err)
	}
	o, err := loaders.NewOpener(h, atlas, [32]byte{key})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// busy is a hub whose landlord has a thousand spaces: to withdraw it and publish
// it again replaces a thousand rows each.
func busy(t testing.TB) (s *apitest.Server, flip func(times int)) {
	t.Helper()
	s = apitest.New(t)
	id := apitest.Do[domain.ID](t, s, hub.RegisterLandlord{Landlord: apitest.LandlordFields("Grand Habitat"), Publish: true})
	stock := hub.UpsertStock{LandlordID: &id, Publish: true}
	stock.Sites = append(stock.Sites, apitest.SiteFields("Un site", "93066", "S"))
	for i := range 999 {
		stock.Spaces = append(stock.Spaces, hub.StockSpace{SiteRef: "S", Space: apitest.SpaceFields("Un local", domain.VisibilityPublic, fmt.Sprint("L", i))})
	}
	apitest.Do[domain.ID](t, s, stock)
	state := domain.PublicationPublished
	return s, func(times int) {
		for range times {
			if state == domain.PublicationPublished {
				state = domain.PublicationWithdrawn
			} else {
				state = domain.PublicationPublished
			}
			apitest.Do[domain.ID](t, s, hub.StepLandlord{ID: id, To: state})
		}
	}
}

// TestFollowBeyondMemory: a subscriber that stops while more changes than are
// remembered is told to read anew, and pins no World meanwhile.
func TestFollowBeyondMemory(t *testing.T) {
	s, flip := busy(t)
	session := openerOf(t, s.Hub, 1).Open(domain.Anonymous, domain.French)
	begun, err := session.Changes(loaders.ChangeFilter{}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	follower := openerOf(t, s.Hub, 1).Open(domain.Anonymous, domain.French)
	changes, err := follower.FollowChanges(t.Context(), loaders.ChangeFilter{}, &begun.EndPosition)
	if err != nil {
		t.Fatal(err)
	}
	flip(1)
	first := <-changes // it has read from this World, and stops
	if first.Effect != domain.EffectGone || first.Kind != domain.ChangeOfLandlord {
		t.Errorf("first %+v", first)
	}
	pinned := weak.Make(s.Hub.World())
	flip(1)
	for deadline := 0; pinned.Value() != nil; deadline++ {
		if runtime.GC(); deadline == 100 {
			t.Fatal("a World is pinned by a subscriber that has stopped")
		}
	}
	flip(24)
	told := 1
	for range changes {
		told++
	}
	var resync *loaders.ResyncError
	if !errors.As(follower.Ended(), &resync) || resync.Reason != domain.ResyncPositionForgotten {
		t.Fatalf("ended by %v", follower.Ended())
	}
	if told > 200 {
		t.Errorf("%d were kept for it", told)
	}
	page, err := openerOf(t, s.Hub, 1).Open(domain.Anonymous, domain.French).Changes(loaders.ChangeFilter{}, 1, &resync.EndPosition)
	if err != nil || page.Resync() || len(page.Nodes) > 0 {
		t.Errorf("going on: %+v %v", page, err)
	}
	page, err = openerOf(t, s.Hub, 1).Open(domain.Anonymous, domain.French).Changes(loaders.ChangeFilter{}, 1, &begun.EndPosition)
	if err != nil || *page.ResyncReason != domain.ResyncPositionForgotten || page.EndPosition != resync.EndPosition {
		t.Errorf("asking: %+v %v", page, err)
	}
	if _, err := follower.FollowChanges(t.Context(), loaders.ChangeFilter{}, &begun.EndPosition); !errors.As(err, &resync) {
		t.Errorf("following: %v", err)
	}
}

// TestPositionsOfOthers: of another ledger, of another key, and of a hub that is
// further on.
func TestPositionsOfOthers(t *testing.T) {
	one, another := apitest.New(t), apitest.New(t)
	position := func(o *loaders.Opener) string {
		page, err := o.Open(apitest.Staff, domain.French).Changes(loaders.ChangeFilter{}, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		return page.EndPosition
	}
	ours := openerOf(t, one.Hub, 1)
	own := position(ours)
	if again := position(openerOf(t, one.Hub, 1)); again != own {
		t.Error("two replicas give out two positions for one place")
	}
	for want, text := range map[domain.ChangeResyncReason]string{
		domain.ResyncOtherLedger:        position(openerOf(t, another.Hub, 1)),
		domain.ResyncPositionUnreadable: position(openerOf(t, one.Hub, 2)),
	} {
		page, err := ours.Open(apitest.Staff, domain.French).Changes(loaders.ChangeFilter{}, 1, &text)
		if err != nil || page.ResyncReason == nil || *page.ResyncReason != want || page.EndPosition != own {
			t.Errorf("want %s: %+v %v", want, page, err)
		}
	}
	behind := ours.Open(apitest.Staff, domain.French)
	behind.World() // pinned
	apitest.Do[domain.ID](t, one, hub.RegisterLandlord{Landlord: apitest.LandlordFields("Un bailleur")})
	later := position(ours)
	_, err := behind.Changes(loaders.ChangeFilter{}, 1, &later)
	if early, ok := errors.AsType[*hub.NotReachedError](err); !ok || early.Asked != early.Applied+1 {
		t.Errorf("of what isn't known yet: %v", err)
	}
}

// TestSharesOfFollowers: those who wait to follow from a commit on, and belong to one
// client, have a share of the places together, whatever their accounts.
func TestSharesOfFollowers(t *testing.T) {
	s := apitest.New(t)
	opener := openerOf(t, s.Hub, 1)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	next := int(s.Hub.World().Commit()) + 1
	follow := func(ctx context.Context, account, client string) error {
		v := domain.Viewer{Role: domain.RoleLandlord, Landlord: "lld_a", Actor: account}
		_, err := opener.Open(v, domain.French).For(client).FollowNeedMatches(ctx, "ned_none", loaders.MatchesFollowed{Since: &next, First: 1})
		return err
	}
	const all, share = 200, 128
	refused := make(chan error, all)
	for i := range all {
		go func() { refused <- follow(ctx, fmt.Sprint("account ", i), "lld_a") }()
	}
	for range all - share {
		if err := <-refused; !isBusy(err) {
			t.Fatalf("beyond the share: %v", err)
		}
	}
	soon, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	if err := follow(soon, "account", "lld_b"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("another client: %v", err)
	}
	leave()
	for range share {
		if err := <-refused; !errors.Is(err, context.Canceled) {
			t.Errorf("within the share: %v", err)
		}
	}
}

func isBusy(err error) bool {
	_, ok := errors.AsType[*hub.BusyError](err)
	return ok
}

// TestFollowKinds: a filter keeps what it names, and passes the rest by.
func TestFollowKinds(t *testing.T) {
	s, flip := busy(t)
	ctx, leave := context.WithCancel(t.Context())
	session := openerOf(t, s.Hub, 1).Open(domain.Anonymous, domain.French)
	changes, err := session.FollowChanges(ctx, loaders.ChangeFilter{Kinds: []domain.ChangeKind{domain.ChangeOfSite}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	flip(4)
	var got []domain.ChangeEffect
	for range 4 {
		c := <-changes
		if c.Kind != domain.ChangeOfSite {
			t.Errorf("told %+v", c)
		}
		got = append(got, c.Effect)
	}
	if want := []domain.ChangeEffect{domain.EffectGone, domain.EffectAppeared, domain.EffectGone, domain.EffectAppeared}; !slices.Equal(got, want) {
		t.Errorf("told %v", got)
	}
	leave()
	if c, more := <-changes; more {
		t.Errorf("told %+v to one who left", c)
	}
	if err := session.Ended(); err != nil {
		t.Errorf("ended by %v", err)
	}
}

// BenchmarkFollow reports the time from a command to the receipt of its change by
// each of 5,000 subscribers of one hub, the write included, without a transport.
func BenchmarkFollow(b *testing.B) {
	s := apitest.New(b)
	const subscribers = 5000
	opener := openerOf(b, s.Hub, 1)
	receipts := make(chan time.Time, subscribers)
	for range subscribers {
		changes, err := opener.Open(apitest.Staff, domain.French).FollowChanges(b.Context(), loaders.ChangeFilter{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			for range changes {
				receipts <- time.Now()
			}
		}()
	}
	var took []time.Duration
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		c := hub.RegisterLandlord{Landlord: apitest.LandlordFields(fmt.Sprint("Bailleur ", n)), Publish: true}
		begun := time.Now()
		apitest.Do[domain.ID](b, s, c)
		for range subscribers {
			took = append(took, (<-receipts).Sub(begun))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// BenchmarkFollowMatches reports the same for 1,000 subscribers to the matches of
// a need, each commit changing one space.
func BenchmarkFollowMatches(b *testing.B) {
	v := apitest.NewVillage(b)
	const subscribers = 1000
	opener := openerOf(b, v.Hub, 1)
	receipts := make(chan time.Time, subscribers)
	for range subscribers {
		events, err := opener.Open(domain.Anonymous, domain.French).FollowNeedMatches(b.Context(), domain.NeedID(v.IDs["cuisine"]), loaders.MatchesFollowed{First: 20})
		if err != nil {
			b.Fatal(err)
		}
		<-events
		go func() {
			for range events {
				receipts <- time.Now()
			}
		}()
	}
	salle := domain.ID(v.IDs["salle"])
	to := []domain.Publication{domain.PublicationWithdrawn, domain.PublicationPublished}
	var took []time.Duration
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		begun := time.Now()
		apitest.Do[domain.ID](b, v.Server, hub.StepSpace{Space: domain.VacantSpaceRef{ID: &salle}, To: to[n%2]})
		for range subscribers {
			took = append(took, (<-receipts).Sub(begun))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}
