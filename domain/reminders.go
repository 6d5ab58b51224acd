package domain

// When those who owe an answer are reminded of it, and when a request expires.

const (
	// remindersNeeded is how often they are reminded before a request expires.
	remindersNeeded = 2
	// reminderAhead is how many days before the due day the first reminder is.
	reminderAhead = 7
	// reminderGap is how many days there are between the two at least, for when
	// the first came late.
	reminderGap = 3
)

// Stay is the commit that brought the request to its status: reminders are of
// one stay.
func (r *HostingRequest) Stay() uint64 {
	for i := len(r.Log) - 1; i >= 0; i-- {
		if s := r.Log[i]; s.From != s.To {
			return s.Commit
		}
	}
	return 0
}

// awaitsAnswer: staff or the landlord owe an answer by a day.
func (r *HostingRequest) awaitsAnswer() bool {
	return r.DueOn != nil && (r.Status == RequestSubmitted || r.Status == RequestLandlordReview)
}

// Owing is the side that owes the answer that the request waits for; false when
// it waits for none by a day.
func (r *HostingRequest) Owing() (RequestParty, bool) {
	return owing(r.Status), r.awaitsAnswer()
}

// ReminderDue is the reminder that is to be sent by a day; false for none. The
// second isn't before the first was sent.
func (r *HostingRequest) ReminderDue(today Date) (MailEventCode, bool) {
	switch {
	case !r.awaitsAnswer():
	case len(r.Reminders) == 0:
		return MailFirstReminder, today >= r.DueOn.AddDays(-reminderAhead)
	case len(r.Reminders) == 1:
		return MailLastReminder, today >= *r.DueOn && today >= r.Reminders[0].AddDays(reminderGap)
	}
	return "", false
}

// Outdated: nobody is to get the first reminder any more on a day from which the
// last one is sent.
func (r *HostingRequest) Outdated(code MailEventCode, today Date) bool {
	if code != MailFirstReminder || len(r.Reminders) == 0 {
		return false
	}
	_, last := r.ReminderDue(today)
	return last || len(r.Reminders) >= remindersNeeded
}

// Reminded tells whether a reminder of this stay counts already.
func (r *HostingRequest) Reminded(code MailEventCode) bool {
	if code == MailFirstReminder {
		return len(r.Reminders) > 0
	}
	return len(r.Reminders) >= remindersNeeded
}

// ReminderAhead is the first day on which nobody is to be reminded yet of what is
// due on it: requests due before it are to be looked at.
func ReminderAhead(today Date) Date { return today.AddDays(reminderAhead + 1) }

// Expires tells whether the request is to expire: its day has passed, its
// reminders were sent, and the last of them wasn't sent today.
func (r *HostingRequest) Expires(today Date) bool {
	return r.awaitsAnswer() && *r.DueOn < today && len(r.Reminders) >= remindersNeeded && r.Reminders[len(r.Reminders)-1] < today
}
