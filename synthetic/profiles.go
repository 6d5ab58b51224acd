package synthetic

import "github.com/palier-hub/palier/domain"

// profile is what the spaces of one kind are like.
type profile struct {
	// weight is of a thousand spaces.
	weight int
	kind   domain.SpaceKind
	label  string
	// surface in m².
	surface span
	// floors are as likely as they stand here; none when a floor says nothing.
	floors []int
	// public are the uses for which such a space may receive the public; nil
	// when it never does.
	public   []domain.ErpType
	fittings *fittings
	// shareable and free are of a hundred spaces of which it is known.
	shareable, free int
	// rent in euros per m² and year, when it isn't free; monthly says how it is
	// stated.
	rent    span
	monthly bool
	// housing: for people to live in.
	housing bool
	// lasting are the forms that suit a space without works ahead.
	lasting shares[domain.OccupancyForm]
}

// fittings are in how many of a hundred spaces each utility is; missing in how
// many of the others this is known.
type fittings struct {
	present [len(utilities)]int
	missing int
}

var utilities = [...]domain.SpaceUtility{
	domain.UtilityWater, domain.UtilityElectricity, domain.UtilityGas, domain.UtilityHeating, domain.UtilityInternet,
	domain.UtilityToilets, domain.UtilityKitchen, domain.UtilityExtraction, domain.UtilityVentilation,
}

var (
	homeFittings   = &fittings{[...]int{92, 92, 35, 75, 8, 90, 72, 4, 45}, 40}
	roomFittings   = &fittings{[...]int{82, 93, 18, 78, 18, 76, 38, 6, 42}, 45}
	shopFittings   = &fittings{[...]int{76, 88, 25, 55, 22, 68, 16, 18, 38}, 40}
	storeFittings  = &fittings{[...]int{6, 58, 1, 2, 1, 2, 0, 0, 28}, 55}
	groundFittings = &fittings{[...]int{45, 18, 1, 0, 0, 3, 0, 0, 0}, 50}

	roomForms  = shares[domain.OccupancyForm]{{70, domain.FormLoanForUse}, {15, domain.FormPartnershipOnly}, {15, domain.FormShortLease}}
	shopForms  = shares[domain.OccupancyForm]{{40, domain.FormShortLease}, {40, domain.FormCommercialLease}, {12, domain.FormProfessionalLease}, {8, domain.FormPrecariousOccupancy}}
	homeForms  = shares[domain.OccupancyForm]{{45, domain.FormRentalIntermediation}, {35, domain.FormTemporaryResidence}, {20, domain.FormUndetermined}}
	storeForms = shares[domain.OccupancyForm]{{60, domain.FormPrecariousOccupancy}, {25, domain.FormLoanForUse}, {15, domain.FormShortLease}}
	landForms  = shares[domain.OccupancyForm]{{65, domain.FormLoanForUse}, {20, domain.FormPartnershipOnly}, {15, domain.FormEmphyteuticLease}}
)

// profiles: dwellings are the most numerous vacant spaces, then rooms and
// premises at the foot of buildings; whole buildings are few.
var profiles = []profile{
	{260, domain.SpaceKindVacantDwelling, "Logement vacant", span{18, 110}, []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 9}, nil, homeFittings, 25, 10, span{42, 96}, true, true, homeForms},
	{150, domain.SpaceKindCollectiveRoom, "Local collectif résidentiel", span{20, 160}, []int{0, 0, 0, 0, -1, 1}, []domain.ErpType{domain.ErpL, domain.ErpR, domain.ErpX}, roomFittings, 85, 80, span{10, 40}, false, false, roomForms},
	{140, domain.SpaceKindGroundFloorPremises, "Local en pied d'immeuble", span{24, 260}, []int{0, 0, 0, 0, 0, -1}, []domain.ErpType{domain.ErpM, domain.ErpL, domain.ErpR, domain.ErpW, domain.ErpN}, shopFittings, 55, 30, span{40, 130}, false, false, shopForms},
	{90, domain.SpaceKindCommercialUnit, "Local commercial", span{28, 420}, []int{0}, []domain.ErpType{domain.ErpM, domain.ErpN, domain.ErpW}, shopFittings, 25, 8, span{70, 180}, false, false, shopForms},
	{80, domain.SpaceKindGarageBox, "Box", span{11, 20}, []int{0, -1, -1, -2}, nil, storeFittings, 8, 10, span{20, 60}, true, false, storeForms},
	{60, domain.SpaceKindParking, "Places de stationnement", span{25, 900}, []int{0, -1, -1}, nil, storeFittings, 35, 30, span{8, 25}, false, false, storeForms},
	{50, domain.SpaceKindStorage, "Local de stockage", span{4, 90}, []int{-1, -1, 0}, nil, storeFittings, 20, 35, span{15, 45}, true, false, storeForms},
	{35, domain.SpaceKindWholeBuilding, "Immeuble", span{280, 5_200}, nil, []domain.ErpType{domain.ErpR, domain.ErpW, domain.ErpL}, homeFittings, 45, 55, span{8, 40}, false, true, homeForms},
	{30, domain.SpaceKindOffice, "Bureaux", span{16, 320}, []int{0, 0, 1, 1, 2, 3}, []domain.ErpType{domain.ErpW, domain.ErpR}, shopFittings, 40, 12, span{60, 150}, false, false, shopForms},
	{30, domain.SpaceKindCaretakerLodge, "Ancienne loge", span{12, 75}, []int{0}, []domain.ErpType{domain.ErpW, domain.ErpL}, homeFittings, 50, 45, span{30, 90}, true, false, roomForms},
	{20, domain.SpaceKindBikeRoom, "Local vélos", span{8, 60}, []int{0, 0, -1}, nil, storeFittings, 45, 75, span{10, 30}, false, false, storeForms},
	{15, domain.SpaceKindLand, "Terrain", span{120, 6_000}, nil, nil, groundFittings, 40, 60, span{1, 6}, false, false, landForms},
	{12, domain.SpaceKindSharedGarden, "Jardin partagé", span{60, 1_200}, nil, nil, groundFittings, 90, 92, span{1, 3}, false, false, landForms},
	{10, domain.SpaceKindCourtyard, "Cour", span{60, 900}, []int{0}, []domain.ErpType{domain.ErpPA}, groundFittings, 80, 85, span{1, 5}, false, false, landForms},
	{8, domain.SpaceKindDisusedHostel, "Ancien foyer", span{400, 4_200}, nil, []domain.ErpType{domain.ErpJ, domain.ErpR, domain.ErpO}, homeFittings, 40, 55, span{8, 35}, false, true, homeForms},
	{6, domain.SpaceKindRooftop, "Toiture-terrasse", span{80, 1_100}, nil, nil, groundFittings, 45, 60, span{1, 8}, false, false, landForms},
	{4, domain.SpaceKindOther, "Autre local", span{10, 260}, []int{0, 0, 1, -1}, []domain.ErpType{domain.ErpL, domain.ErpW}, shopFittings, 40, 40, span{20, 80}, false, false, storeForms},
}

// byWeight draws a profile by its number.
var byWeight = func() (s shares[int]) {
	for i, p := range profiles {
		s = s.and(p.weight, i)
	}
	return s
}()
