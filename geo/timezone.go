package geo

import (
	"sync"
	"time"
	_ "time/tzdata" // the clocks of the overseas départements, on machines that have none

	"github.com/palier-hub/palier/domain"
)

// paris is the zone of every département in Europe.
const paris = "Europe/Paris"

// overseasZones are the names of the IANA time zone database.
var overseasZones = map[domain.DepartementCode]string{
	"971": "America/Guadeloupe",
	"972": "America/Martinique",
	"973": "America/Cayenne",
	"974": "Indian/Reunion",
	"975": "America/Miquelon",
	"976": "Indian/Mayotte",
	"977": "America/St_Barthelemy",
	"978": "America/Marigot",
	"984": "Indian/Kerguelen",
	"986": "Pacific/Wallis",
	// The clocks of Tahiti: the Marquises are half an hour ahead of them, the
	// Gambier one hour, which a département code can't tell.
	"987": "Pacific/Tahiti",
	"988": "Pacific/Noumea",
	"989": "Etc/GMT+8", // Clipperton, uninhabited: UTC-8, no zone of its own
}

func timeZone(code domain.DepartementCode) string {
	if zone, ok := overseasZones[code]; ok {
		return zone
	}
	return paris
}

// locations are loaded once. A zone that can't be loaded reads as UTC rather
// than as nil; a test loads them all.
var locations = sync.OnceValue(func() map[string]*time.Location {
	all := map[string]*time.Location{}
	load := func(zone string) {
		location, err := time.LoadLocation(zone)
		if err != nil {
			location = time.UTC
		}
		all[zone] = location
	}
	load(paris)
	for _, zone := range overseasZones {
		load(zone)
	}
	return all
})

// Location is the clock in force in a département or overseas collectivity;
// that of Paris for a code that is neither. It is never nil.
func Location(code domain.DepartementCode) *time.Location { return locations()[timeZone(code)] }
