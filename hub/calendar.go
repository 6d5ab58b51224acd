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

// receiptDays is how long an idempotency key is remembered, by commit time.
const receiptDays = 7

func (c turnDay) decide(d *decision) error {
	settings := d.world.Settings()
	if settings.Today >= c.Today {
		return nil
	}
	settings.Today = c.Today
	for id := range d.world.ReceiptsBefore(d.at.AddDate(0, 0, -receiptDays)) {
		d.remove(domain.KindReceipt, id)
	}
	return d.put(domain.KindSettings, domain.SettingsID, settings)
}

// capital is the département by whose clock the network's day turns.
const capital domain.DepartementCode = "75"

// TurnDay advances the World's calendar to the clock's day in Paris. The server
// calls it at start and from time to time.
func (h *Hub) TurnDay(ctx context.Context) error {
	today := domain.DateOf(h.Clock().In(geo.Location(capital)))
	if h.World().Today() >= today {
		return nil
	}
	if _, err := h.Do(ctx, itself, turnDay{Today: today}, ""); err != nil {
		return fmt.Errorf("turning the day to %s: %w", today, err)
	}
	return nil
}

// KeepCalendar turns the day within a minute of midnight, until the context
// ends.
func (h *Hub) KeepCalendar(ctx context.Context) {
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
