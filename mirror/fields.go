package mirror

import (
	"reflect"

	"github.com/palier-hub/palier/domain"
)

// seen says to whom a field of a visible row is shown, in the terms of the policy.
type seen int

const (
	// withheld is in no mirror, as the comment beside it says.
	withheld seen = iota + 1
	// shown is for whoever sees the row.
	shown
	// linked is the id of another row, for whoever sees that one.
	linked
	// confidential is for whom Viewer.SeesConfidential admits.
	confidential
	// management is for whom Viewer.SeesManagement admits.
	management
)

type fields map[string]seen

func of[T any]() reflect.Type { return reflect.TypeFor[T]() }

// decided says of each field of what is mirrored who sees it. A field that isn't
// here is nobody's to see, and a test fails until it is decided.
var decided = map[reflect.Type]fields{
	of[domain.Record](): {
		"Version": management, "CreatedAt": management,
		"State": shown, "UpdatedAt": shown, "Synthetic": shown,
	},
	of[domain.Landlord](): {"ID": withheld /* it is the _id */, "Record": shown, "LandlordFields": shown},
	of[domain.LandlordFields](): {
		"Name": shown, "Kind": shown, "GroupID": linked, "Siren": shown, "Federation": shown, "Dwellings": shown, "Employees": shown,
		"Territories": shown, "Priorities": shown, "Publics": shown, "Practices": shown, "Partners": shown,
		"GuardingCostMonthly": management, "Website": shown, "Logo": shown, "Provenance": shown,
	},
	of[domain.Partner]():      {"Name": shown, "Activity": shown, "Levers": shown},
	of[domain.LandlordSite](): {"ID": withheld /* it is the _id */, "LandlordID": linked, "Record": shown, "SiteFields": shown},
	of[domain.SiteFields](): {
		"Name": shown, "Street": confidential, "CommuneCode": shown, "Position": confidential, "PriorityDistrict": shown, "NpnruInterest": shown,
		"Dwellings": shown, "ResidentPublics": shown, "Works": shown, "TenantsAssociation": confidential, "LocalAuthority": confidential,
		"Visibility": management, "ExternalRef": management, "Identifiers": management, "Provenance": shown,
	},
	of[domain.PriorityDistrict]():   {"Standing": shown, "Code": shown},
	of[domain.Works]():              {"Kind": shown, "Label": shown, "From": shown, "Until": shown},
	of[domain.TenantsAssociation](): {"Exists": shown, "Name": shown, "Consultation": shown},
	of[domain.LocalAuthority]():     {"Support": shown, "AsOf": shown, "Source": shown},
	of[domain.VacantSpace]():        {"ID": withheld /* it is the _id */, "SiteID": linked, "Record": shown, "SpaceFields": shown},
	of[domain.SpaceFields](): {
		"Label": shown, "Kind": shown, "Surface": shown, "Floor": shown, "StepFreeAccess": shown, "Erp": shown, "Capacity": shown,
		"Utilities": shown, "MissingUtilities": shown, "ExcludedUses": shown, "WorksNeeded": shown, "VacancyCause": shown, "Availability": shown,
		"OccupancyForms": shown, "Cost": shown, "Shareable": shown, "Commitments": shown,
		"Visibility": management, "ExternalRef": management, "Provenance": shown,
	},
	of[domain.SurfaceRange]():      {"MinM2": shown, "MaxM2": shown},
	of[domain.SpaceErp]():          {"Category": shown, "Types": shown},
	of[domain.SpaceWorks]():        {"Description": shown, "EstimatedCost": shown, "Days": shown},
	of[domain.SpaceAvailability](): {"From": shown, "Until": shown, "OpenEnded": shown, "OpeningSlots": shown},
	of[domain.RecurringSlot]():     {"Rule": shown, "From": shown, "Until": shown, "Start": shown, "DurationMinutes": shown},
	of[domain.Cost]():              {"Amount": shown, "Currency": shown, "Basis": shown, "VatPercent": shown, "ChargesIncluded": shown, "MonthlyCharges": shown},
	of[domain.Commitment](): {
		"Kind": shown, "From": shown, "Until": shown, "Slots": shown,
		"Request": withheld, // which request takes the space is for its sides
	},
	of[domain.InnovationProject](): {
		"ID": withheld /* it is the _id */, "Record": shown, "ProjectFields": shown,
		"Hosted": withheld, // the collection of requests has them
	},
	of[domain.ProjectFields](): {
		"Slug": shown, "Aliases": shown, "Name": shown, "Summary": shown, "Website": shown, "Image": shown, "ContactURL": shown, "Holder": shown,
		"Awards": shown, "Stage": shown, "Domains": shown, "Publics": shown, "Tags": shown, "Footprint": shown, "Approvals": shown,
		"References": shown, "Activities": shown, "Levers": shown, "Capacity": shown, "Provenance": shown,
	},
	of[domain.ProjectHolder]():      {"Name": shown, "Siren": shown, "Siret": shown, "Rna": shown},
	of[domain.Award]():              {"Programme": shown, "Year": shown},
	of[domain.Approval]():           {"Kind": shown, "ValidUntil": shown},
	of[domain.PlacementReference](): {"Label": shown, "LandlordName": shown, "HlmLandlord": shown, "Year": shown, "Place": shown},
	of[domain.ProjectCapacity]():    {"HoursPerWeek": shown, "From": shown},
	of[domain.Placement](): {
		"ID":        withheld, // it is the _id
		"RequestID": withheld, // the request itself is for its sides
		"ProjectID": linked, "LandlordID": linked, "Record": shown, "CommuneCode": shown, "SpaceKind": shown, "Activity": shown,
		"Since": shown, "Until": shown, "Status": shown, "Indicators": shown, "Practices": shown,
	},
	of[domain.IndicatorFigure](): {"Code": shown, "Value": shown, "From": shown, "Until": shown, "Source": shown},
	of[domain.Practice]():        {"Kind": shown, "Text": shown, "By": shown, "On": shown},
	of[domain.Territory]():       {"Scale": shown, "Code": shown, "RadiusKm": shown},
	of[domain.Position]():        {"Latitude": shown, "Longitude": shown, "Quality": shown},
	of[domain.Figure]():          {"Value": shown, "AsOf": shown, "Source": shown},
	of[domain.Image]():           {"URL": shown, "AlternativeText": shown},
	of[domain.Identifier]():      {"Scheme": shown, "Value": shown},
	of[domain.Provenance]():      {"Source": shown, "AsOf": shown},
}
