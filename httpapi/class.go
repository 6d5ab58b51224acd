package httpapi

import "github.com/palier-hub/palier/domain"

// Class is the kind of client by which limits are set.
type Class int

const (
	// ClassPublic is anybody: browsers and programs without a token, and public pages
	// with a key that anyone can read.
	ClassPublic Class = iota
	// ClassServer is whoever has a token of the network: the servers of portals and
	// partners, and people who sign in.
	ClassServer
	// ClassStaff is the foundation's staff.
	ClassStaff

	classes = int(ClassStaff) + 1
)

// String is what a client reads of its class.
func (c Class) String() string {
	return [classes]string{"PUBLIC", "SERVER", "STAFF"}[c]
}

// classOf is the class of a viewer: the one place that decides it.
func classOf(v domain.Viewer) Class {
	switch {
	case v.IsStaff():
		return ClassStaff
	case v.InNetwork(), v.Key != "" && v.Embedded == "":
		return ClassServer
	}
	return ClassPublic
}
