package hub

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"sync"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/mail"
)

// letters are the mails that really arrived, whatever the hubs think.
type letters struct {
	mu sync.Mutex
	// arrived counts them by person and event, reminded by event.
	arrived  map[arrival]int
	reminded map[domain.MailEvent]bool
	tries    map[domain.MailingID]int
	// events and wrong are taken by the simulation.
	events []string
	wrong  []string
}

type arrival struct {
	person domain.PersonID
	event  domain.MailEvent
}

func newLetters() *letters {
	return &letters{arrived: map[arrival]int{}, reminded: map[domain.MailEvent]bool{}, tries: map[domain.MailingID]int{}}
}

func (l *letters) clone() *letters {
	return &letters{arrived: maps.Clone(l.arrived), reminded: maps.Clone(l.reminded), tries: map[domain.MailingID]int{}}
}

// simulatedPost sends letters as a mail server does that isn't always there. What
// comes of one is drawn from the seed and the letter alone, since hubs send at the
// same time.
type simulatedPost struct {
	*letters
	seed uint64
	calm func() bool
}

func (p simulatedPost) Post(_ context.Context, l mail.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries[l.ID]++
	draw := fnv.New64a()
	fmt.Fprint(draw, p.seed, l.ID, p.tries[l.ID])
	fate := draw.Sum64() % 20
	if p.calm() {
		fate = 19
	}
	happens := func(what string) { p.events = append(p.events, what) }
	switch fate {
	case 0, 1:
		happens("mail not taken")
		return &mail.NotSentError{Err: errLost}
	case 2:
		happens("mail refused")
		return &mail.RefusedError{Err: errLost}
	case 3, 4:
		happens("mail lost, unknown")
		return errLost
	}
	for _, i := range l.Items {
		a := arrival{l.To.ID, i.Event}
		if p.arrived[a]++; p.arrived[a] > 1 {
			p.wrong = append(p.wrong, fmt.Sprintf("%s is told twice of %+v", a.person, a.event))
		}
		if i.Event.Code.Reminds() {
			p.reminded[i.Event] = true
		}
	}
	if fate == 5 || fate == 6 {
		happens("mail taken, unknown")
		return errLost
	}
	happens("mail taken")
	return nil
}

// mail is a round of mail on a hub.
func (s *simulation) mail(ctx context.Context, h *replica) {
	if h.mailing != nil {
		return
	}
	s.happens("mail", "%s looks for what is to be mailed", h.name)
	hub, done := h.Hub, make(chan error, 1)
	h.mailing = done
	round := mailRound{hub, simulatedPost{s.letters, s.seed, func() bool { return s.calm }}, func(ctx context.Context, c Command) (Outcome, error) {
		return hub.Do(ctx, itself, s.mutated(c), "")
	}}
	go func() { done <- round.run(ctx) }()
}

// quiet is a time in which nobody does anything but a hub, day after day: long
// enough for reminders and what follows.
func (s *simulation) quiet(ctx context.Context, h *replica) {
	s.happens("quiet", "days go by")
	for range 6 {
		s.now.Add((3*24*time.Hour + 12*time.Hour).Milliseconds())
		for _, do := range []func(context.Context, *replica){s.turnDay, s.mail, s.mail} {
			if !h.up() || s.wrong != nil {
				return
			}
			do(ctx, h)
			synctest.Wait()
			for tries := 0; tries < 60 && h.up() && (tries == 0 || h.line.waiting.Load() != nil || h.turning != nil || h.mailing != nil); tries++ {
				s.look()
				switch {
				case h.line.waiting.Load() != nil:
					s.arrive(h)
				case h.turning != nil || h.mailing != nil:
					rest(1100 * time.Millisecond) // it waits to try again
				}
			}
			s.now.Add(mailGrouping.Milliseconds())
		}
	}
}

// mailed takes what came of a round of mail.
func (s *simulation) mailed(h *replica) {
	if h.mailing != nil {
		select {
		case err := <-h.mailing:
			h.mailing = nil
			s.tell("%s has mailed: %v", h.name, err)
		default:
		}
	}
	s.letters.mu.Lock()
	defer s.letters.mu.Unlock()
	for _, what := range s.letters.events {
		s.happens(what, "%s", what)
	}
	for _, wrong := range s.letters.wrong {
		s.say("%s", wrong)
	}
	s.letters.events, s.letters.wrong = nil, nil
}

// expires: whoever owed the answer was reminded of it twice, really.
func (s *simulation) expires(r *domain.HostingRequest) {
	last := len(r.Log) - 1
	if r.Log[last].Action != domain.ActionExpire {
		return
	}
	came := uint64(0)
	for _, step := range r.Log[:last] {
		if step.From != step.To {
			came = step.Commit
		}
	}
	s.letters.mu.Lock()
	defer s.letters.mu.Unlock()
	for _, code := range []domain.MailEventCode{domain.MailFirstReminder, domain.MailLastReminder} {
		if !s.letters.reminded[domain.MailEvent{Object: domain.ID(r.ID), Commit: came, Code: code}] {
			s.say("%s expired, and nobody got its %s", r.ID, code)
		}
	}
}
