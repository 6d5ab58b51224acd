package hub

import (
	"context"
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// turnDay advances the World's calendar. Any replica may propose it; when the
// day has turned already, nothing has to be done.
type turnDay struct{ Today domain.Date }

func (turnDay) Action() string { return "calendar.turn_day" }

func (c turnDay) decide(d *decision) error {
	settings := d.world.Settings()
	if settings.Today >= c.Today {
		return nil
	}
	settings.Today = c.Today
	return d.put(domain.KindSettings, domain.SettingsID, settings)
}

// forget removes the oldest of the receipts whose time is over.
type forget struct{}

func (forget) Action() string { return "receipts.forget" }

const (
	// receiptDays is how long an idempotency key is remembered at least, by
	// commit time.
	receiptDays = 7
	// mostForgotten keeps a commit small: a day's import can leave millions.
	mostForgotten = 10_000
)

func (forget) decide(d *decision) error {
	for id := range d.world.ReceiptsBefore(d.at.AddDate(0, 0, -receiptDays)) {
		if len(d.changes) == mostForgotten {
			break
		}
		d.remove(domain.KindReceipt, id)
	}
	return nil
}

// capital is the département by whose clock the network's day turns.
const capital domain.DepartementCode = "75"

// TurnDay advances the World's calendar to the clock's day in Paris, and once a
// day forgets the idempotency keys and the mails whose time is over, and does what the day
// brings for the hosting requests, the invitations and the proposals. Open calls
// it, and KeepCalendar. Errors are Do's.
func (h *Hub) TurnDay(ctx context.Context) error {
	today := domain.DateOf(h.Clock().In(geo.Location(capital)))
	if h.World().Today() >= today {
		// Whoever turned it may have stopped before the requests followed.
		return h.TurnRequests(ctx)
	}
	if _, err := h.Do(ctx, itself, turnDay{Today: today}, ""); err != nil {
		return fmt.Errorf("turning the day to %s: %w", today, err)
	}
	for _, old := range []Command{forget{}, forgetMail{}} {
		for {
			outcome, err := h.Do(ctx, itself, old, "")
			if err != nil {
				return fmt.Errorf("forgetting what is old (%s): %w", old.Action(), err)
			}
			if outcome.Commit == 0 {
				break
			}
		}
	}
	if err := h.TurnRequests(ctx); err != nil {
		return err
	}
	return h.TurnContacts(ctx)
}

// KeepCalendar turns the day within a minute of midnight, and keeps the personal
// store: erasures that are decided are carried out, and what nothing refers to
// is swept once an hour. It ends with the context.
func (h *Hub) KeepCalendar(ctx context.Context) {
	var swept time.Time
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := h.TurnDay(ctx); err != nil {
				h.Logger.Error("the day didn't turn, trying again in a minute", "error", err)
			}
			swept = h.keepTexts(ctx, swept)
		}
	}
}

// adopt makes the rules and the geography of this program those in force.
type adopt struct{ Ruleset, Geography string }

func (adopt) Action() string { return "settings.adopt" }

func (c adopt) decide(d *decision) error {
	settings := d.world.Settings()
	if settings.Ruleset == c.Ruleset && settings.Geography == c.Geography {
		return nil
	}
	settings.Ruleset, settings.Geography = c.Ruleset, c.Geography
	return d.put(domain.KindSettings, domain.SettingsID, settings)
}
