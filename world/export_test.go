package world

// Forgetful is an empty World that remembers at most so many replaced rows.
func (w *World) Forgetful(most int) *World {
	c := w.clone()
	c.recent.most = most
	return c
}

// Remembered counts the replaced rows that a World keeps.
func (w *World) Remembered() (rows int) {
	w.recent.commits.Scan(func(_ uint64, r *replaced) bool {
		rows += r.rows()
		return true
	})
	return rows
}
