// Package sample is the demonstration data: the facts published about seven
// projects and four landlords, and invented sites, spaces and needs around
// them. README.md says what is real and how to edit it.
//
// It only reads the files. Whether a record is acceptable is for the rules of
// the domain to say, through the same commands as everyone's data.
package sample

import (
	"embed"
	"io/fs"

	"github.com/palier-hub/palier/domain"
)

//go:embed data
var embedded embed.FS

// Data is everything in the sample.
type Data struct {
	// Landlords stand by key, those that belong to no group first, so that a
	// group comes before its subsidiaries.
	Landlords []Landlord
	// Projects stand by key.
	Projects []Project
	// Requests stand by key.
	Requests []Request
}

// Landlord is one file of data/landlords.
type Landlord struct {
	// Key is the file's name without its ending.
	Key    string
	Fields domain.LandlordFields
	// GroupKey is the key of the landlord that it belongs to; "" for none.
	// Fields.GroupID is never set, ids being given when the data is loaded.
	GroupKey  string
	Synthetic bool
	Sites     []Site
	Needs     []LandlordNeed
}

// LandlordNeed is a landlord's need.
type LandlordNeed struct {
	// Key is the need's external reference, unique for its landlord.
	Key string
	// Fields name the landlord's sites by their references.
	Fields    domain.StatedLandlordNeed
	Synthetic bool
	// State is DRAFT, PUBLISHED or WITHDRAWN.
	State domain.Publication
}

// Site is a landlord's site.
type Site struct {
	// Key is the site's external reference, unique for its landlord.
	Key       string
	Fields    domain.SiteFields
	Synthetic bool
	// State is DRAFT, PUBLISHED or WITHDRAWN.
	State  domain.Publication
	Spaces []Space
}

// Space is a space of a site.
type Space struct {
	// Key is the space's external reference, unique for its landlord.
	Key       string
	Fields    domain.SpaceFields
	Synthetic bool
	// State is DRAFT, PUBLISHED or WITHDRAWN.
	State domain.Publication
}

// Project is one file of data/projects.
type Project struct {
	// Key is the file's name without its ending, and the slug.
	Key       string
	Fields    domain.ProjectFields
	Synthetic bool
	Needs     []Need
}

// Need is a project's need.
type Need struct {
	// Key is unique for its project.
	Key       string
	Fields    domain.NeedFields
	Synthetic bool
	// State is DRAFT, PUBLISHED or WITHDRAWN.
	State domain.Publication
}

// Read reads the whole sample, always in the same order. An error names the
// file, the record and the field; it can only come from an edit of the files.
func Read() (*Data, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, err
	}
	return read(data)
}
