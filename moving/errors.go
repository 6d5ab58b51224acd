package moving

import "fmt"

// DivergedError says that a target isn't a beginning of the history that was to be
// carried there: it was served, and went on by itself.
type DivergedError struct {
	// After is the last commit that both have.
	After uint64
	// What was found, for people.
	What string
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("the target has the same ledger, and another history after commit %d: %s. It was left as it is: choose another place, or remove it if what it holds isn't needed",
		e.After, e.What)
}

// NotEmptyError says that a target holds a whole ledger, where an empty one was
// wanted.
type NotEmptyError struct {
	// Commits is how many it holds.
	Commits uint64
}

func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("the target holds a ledger of %d commits already. It was left as it is: choose an empty place", e.Commits)
}

// MismatchError says that what arrived isn't what was sent.
type MismatchError struct {
	// What differs, for people; nothing of what people wrote.
	What string
}

func (e *MismatchError) Error() string {
	return "what arrived isn't what was sent: " + e.What + ". The target stays incomplete and isn't served: remove it, and start again"
}
