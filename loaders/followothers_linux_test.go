package loaders_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/loaders"
)

// cpuTime is what the process has used so far, user and system.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFollowOthers reports what a commit costs, all threads together, that none
// of 5,000 subscribers to hosting requests is told of; against no subscribers.
func BenchmarkFollowOthers(b *testing.B) {
	for _, subscribers := range []int{0, 5000} {
		b.Run(fmt.Sprint(subscribers, " subscribers"), func(b *testing.B) {
			v := apitest.NewVillage(b)
			opener := openerOf(b, v.Hub, 1)
			monts := domain.LandlordID(v.IDs["monts"])
			for range subscribers {
				if _, err := opener.Open(apitest.Staff, domain.French).FollowRequests(b.Context(), loaders.RequestsFollowed{Landlord: &monts}, nil); err != nil {
					b.Fatal(err)
				}
			}
			begun := cpuTime(b)
			for n := 0; b.Loop(); n++ {
				apitest.Do[domain.ID](b, v.Server, hub.RegisterLandlord{Landlord: apitest.LandlordFields(fmt.Sprint("Bailleur ", n)), Publish: true})
				time.Sleep(20 * time.Millisecond) // until they wait again
			}
			b.ReportMetric(float64((cpuTime(b)-begun).Microseconds())/float64(b.N)/1000, "cpu-ms/commit")
		})
	}
}
