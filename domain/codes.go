package domain

// The code lists: English identifiers for French terms (French and English
// labels). The GraphQL enums carry the same values; a test compares them.

// LandlordKind is a code of the legal kind of a landlord (CCH L411-2 for the HLM organisations).
type LandlordKind string

const (
	LandlordKindOph           LandlordKind = "OPH"
	LandlordKindEsh           LandlordKind = "ESH"
	LandlordKindCoopHlm       LandlordKind = "COOP_HLM"
	LandlordKindSacicap       LandlordKind = "SACICAP"
	LandlordKindSem           LandlordKind = "SEM"
	LandlordKindHlmFoundation LandlordKind = "HLM_FOUNDATION"
	LandlordKindSac           LandlordKind = "SAC"
	LandlordKindMoi           LandlordKind = "MOI"
	LandlordKindOther         LandlordKind = "OTHER"
)

var landlordKindList = newCodeList("LandlordKind",
	Code{Value: string(LandlordKindOph), French: "office public de l'habitat", English: "public housing office"},
	Code{Value: string(LandlordKindEsh), French: "entreprise sociale pour l'habitat", English: "social enterprise for housing"},
	Code{Value: string(LandlordKindCoopHlm), French: "société coopérative d'HLM", English: "housing cooperative"},
	Code{Value: string(LandlordKindSacicap), French: "SACICAP", English: "cooperative for home ownership (SACICAP)"},
	Code{Value: string(LandlordKindSem), French: "entreprise publique locale agréée (SEM)", English: "approved local public company (SEM; legally not HLM)"},
	Code{Value: string(LandlordKindHlmFoundation), French: "fondation d'HLM", English: "HLM foundation"},
	Code{Value: string(LandlordKindSac), French: "société anonyme de coordination", English: "coordination company"},
	Code{Value: string(LandlordKindMoi), French: "organisme de maîtrise d'ouvrage d'insertion", English: "social-inclusion developer"},
	Code{Value: string(LandlordKindOther), French: "autre", English: "other"},
)

// Label is the code's label in a language.
func (c LandlordKind) Label(locale Locale) string { return landlordKindList.label(string(c), locale) }

func (c LandlordKind) known() bool { return landlordKindList.has(string(c)) }

// SpaceKind is a code of the kind of a space.
type SpaceKind string

const (
	SpaceKindCollectiveRoom      SpaceKind = "COLLECTIVE_ROOM"
	SpaceKindGroundFloorPremises SpaceKind = "GROUND_FLOOR_PREMISES"
	SpaceKindCommercialUnit      SpaceKind = "COMMERCIAL_UNIT"
	SpaceKindOffice              SpaceKind = "OFFICE"
	SpaceKindVacantDwelling      SpaceKind = "VACANT_DWELLING"
	SpaceKindWholeBuilding       SpaceKind = "WHOLE_BUILDING"
	SpaceKindDisusedHostel       SpaceKind = "DISUSED_HOSTEL"
	SpaceKindCaretakerLodge      SpaceKind = "CARETAKER_LODGE"
	SpaceKindLand                SpaceKind = "LAND"
	SpaceKindSharedGarden        SpaceKind = "SHARED_GARDEN"
	SpaceKindRooftop             SpaceKind = "ROOFTOP"
	SpaceKindParking             SpaceKind = "PARKING"
	SpaceKindGarageBox           SpaceKind = "GARAGE_BOX"
	SpaceKindStorage             SpaceKind = "STORAGE"
	SpaceKindBikeRoom            SpaceKind = "BIKE_ROOM"
	SpaceKindCourtyard           SpaceKind = "COURTYARD"
	SpaceKindOther               SpaceKind = "OTHER"
)

var spaceKindList = newCodeList("SpaceKind",
	Code{Value: string(SpaceKindCollectiveRoom), French: "local collectif résidentiel (LCR)", English: "residents' common room"},
	Code{Value: string(SpaceKindGroundFloorPremises), French: "local d'activité en pied d'immeuble", English: "ground-floor premises"},
	Code{Value: string(SpaceKindCommercialUnit), French: "local commercial", English: "commercial unit"},
	Code{Value: string(SpaceKindOffice), French: "bureau", English: "office"},
	Code{Value: string(SpaceKindVacantDwelling), French: "logement vacant", English: "vacant dwelling"},
	Code{Value: string(SpaceKindWholeBuilding), French: "immeuble entier", English: "whole building"},
	Code{Value: string(SpaceKindDisusedHostel), French: "foyer désaffecté", English: "disused hostel"},
	Code{Value: string(SpaceKindCaretakerLodge), French: "loge de gardien", English: "caretaker's lodge"},
	Code{Value: string(SpaceKindLand), French: "terrain", English: "land"},
	Code{Value: string(SpaceKindSharedGarden), French: "jardin partagé", English: "shared garden"},
	Code{Value: string(SpaceKindRooftop), French: "toiture", English: "rooftop"},
	Code{Value: string(SpaceKindParking), French: "stationnement", English: "parking"},
	Code{Value: string(SpaceKindGarageBox), French: "box", English: "garage box"},
	Code{Value: string(SpaceKindStorage), French: "cave ou local de stockage", English: "cellar or storage room"},
	Code{Value: string(SpaceKindBikeRoom), French: "local vélos", English: "bicycle room"},
	Code{Value: string(SpaceKindCourtyard), French: "cour", English: "courtyard"},
	Code{Value: string(SpaceKindOther), French: "autre", English: "other"},
)

// Label is the code's label in a language.
func (c SpaceKind) Label(locale Locale) string { return spaceKindList.label(string(c), locale) }

func (c SpaceKind) known() bool { return spaceKindList.has(string(c)) }

// VacancyCause is a code that says why a space is vacant; some are an objective cause of precarity (C. com. L145-5-1).
type VacancyCause string

const (
	VacancyPreDemolition     VacancyCause = "PRE_DEMOLITION"
	VacancyPreRehabilitation VacancyCause = "PRE_REHABILITATION"
	VacancyUnlet             VacancyCause = "UNLET"
	VacancyChangeOfUse       VacancyCause = "CHANGE_OF_USE"
	VacancySalePending       VacancyCause = "SALE_PENDING"
	VacancyStructural        VacancyCause = "STRUCTURAL"
	VacancyUnknown           VacancyCause = "UNKNOWN"
)

var vacancyCauseList = newCodeList("VacancyCause",
	Code{Value: string(VacancyPreDemolition), French: "avant démolition", English: "before demolition"},
	Code{Value: string(VacancyPreRehabilitation), French: "avant réhabilitation", English: "before rehabilitation"},
	Code{Value: string(VacancyUnlet), French: "sans preneur", English: "unlet"},
	Code{Value: string(VacancyChangeOfUse), French: "changement d'usage", English: "change of use"},
	Code{Value: string(VacancySalePending), French: "en attente de vente", English: "sale pending"},
	Code{Value: string(VacancyStructural), French: "vacance structurelle", English: "structural vacancy"},
	Code{Value: string(VacancyUnknown), French: "inconnue", English: "unknown"},
)

// Label is the code's label in a language.
func (c VacancyCause) Label(locale Locale) string { return vacancyCauseList.label(string(c), locale) }

func (c VacancyCause) known() bool { return vacancyCauseList.has(string(c)) }

// SpaceStatus is a code that says whether a space is free, derived from what is declared and what is signed.
type SpaceStatus string

const (
	StatusVacant          SpaceStatus = "VACANT"
	StatusPartlyOccupied  SpaceStatus = "PARTLY_OCCUPIED"
	StatusReserved        SpaceStatus = "RESERVED"
	StatusUnderConvention SpaceStatus = "UNDER_CONVENTION"
	StatusWithdrawn       SpaceStatus = "WITHDRAWN"
)

var spaceStatusList = newCodeList("SpaceStatus",
	Code{Value: string(StatusVacant), French: "vacant", English: "vacant"},
	Code{Value: string(StatusPartlyOccupied), French: "occupé en partie", English: "partly occupied"},
	Code{Value: string(StatusReserved), French: "réservé", English: "reserved"},
	Code{Value: string(StatusUnderConvention), French: "sous convention", English: "under convention"},
	Code{Value: string(StatusWithdrawn), French: "retiré", English: "withdrawn"},
)

// Label is the code's label in a language.
func (c SpaceStatus) Label(locale Locale) string { return spaceStatusList.label(string(c), locale) }

// ErpType is a code of types of establishment receiving the public (arrêté du 25 juin 1980, GN 1).
type ErpType string

const (
	ErpJ   ErpType = "J"
	ErpL   ErpType = "L"
	ErpM   ErpType = "M"
	ErpN   ErpType = "N"
	ErpO   ErpType = "O"
	ErpP   ErpType = "P"
	ErpR   ErpType = "R"
	ErpS   ErpType = "S"
	ErpT   ErpType = "T"
	ErpU   ErpType = "U"
	ErpV   ErpType = "V"
	ErpW   ErpType = "W"
	ErpX   ErpType = "X"
	ErpY   ErpType = "Y"
	ErpPA  ErpType = "PA"
	ErpCTS ErpType = "CTS"
	ErpSG  ErpType = "SG"
	ErpPS  ErpType = "PS"
	ErpGA  ErpType = "GA"
	ErpOA  ErpType = "OA"
	ErpEF  ErpType = "EF"
	ErpREF ErpType = "REF"
)

var erpTypeList = newCodeList("ErpType",
	Code{Value: string(ErpJ), French: "accueil de personnes âgées ou handicapées", English: "care homes"},
	Code{Value: string(ErpL), French: "salles d'auditions, de réunions, de spectacles, à usages multiples", English: "meeting, show and multi-purpose rooms"},
	Code{Value: string(ErpM), French: "magasins de vente", English: "shops"},
	Code{Value: string(ErpN), French: "restaurants et débits de boissons", English: "restaurants and bars"},
	Code{Value: string(ErpO), French: "hôtels et hébergement", English: "hotels and lodging"},
	Code{Value: string(ErpP), French: "salles de danse et de jeux", English: "dance halls and games rooms"},
	Code{Value: string(ErpR), French: "éveil, enseignement, formation, centres de loisirs", English: "early learning, teaching, training, leisure centres"},
	Code{Value: string(ErpS), French: "bibliothèques, centres de documentation", English: "libraries"},
	Code{Value: string(ErpT), French: "salles d'exposition", English: "exhibition halls"},
	Code{Value: string(ErpU), French: "établissements sanitaires", English: "health establishments"},
	Code{Value: string(ErpV), French: "lieux de culte", English: "places of worship"},
	Code{Value: string(ErpW), French: "administrations, banques, bureaux", English: "administrations, banks, offices"},
	Code{Value: string(ErpX), French: "établissements sportifs couverts", English: "indoor sports"},
	Code{Value: string(ErpY), French: "musées", English: "museums"},
	Code{Value: string(ErpPA), French: "établissements de plein air", English: "open-air establishments"},
	Code{Value: string(ErpCTS), French: "chapiteaux, tentes et structures", English: "tents and marquees"},
	Code{Value: string(ErpSG), French: "structures gonflables", English: "inflatable structures"},
	Code{Value: string(ErpPS), French: "parcs de stationnement couverts", English: "covered car parks"},
	Code{Value: string(ErpGA), French: "gares", English: "stations"},
	Code{Value: string(ErpOA), French: "hôtels-restaurants d'altitude", English: "mountain hotels"},
	Code{Value: string(ErpEF), French: "établissements flottants", English: "floating establishments"},
	Code{Value: string(ErpREF), French: "refuges de montagne", English: "mountain huts"},
)

// Label is the code's label in a language.
func (c ErpType) Label(locale Locale) string { return erpTypeList.label(string(c), locale) }

func (c ErpType) known() bool { return erpTypeList.has(string(c)) }

// ErpCategory is a code of categories of establishment by headcount (CCH R143-19).
type ErpCategory string

const (
	Category1       ErpCategory = "CATEGORY_1"
	Category2       ErpCategory = "CATEGORY_2"
	Category3       ErpCategory = "CATEGORY_3"
	Category4       ErpCategory = "CATEGORY_4"
	Category5       ErpCategory = "CATEGORY_5"
	CategoryNotErp  ErpCategory = "NOT_ERP"
	CategoryUnknown ErpCategory = "UNKNOWN"
)

var erpCategoryList = newCodeList("ErpCategory",
	Code{Value: string(Category1), French: "1re catégorie (plus de 1 500 personnes)", English: "category 1 (over 1,500 people)"},
	Code{Value: string(Category2), French: "2e catégorie (701 à 1 500 personnes)", English: "category 2 (701 to 1,500 people)"},
	Code{Value: string(Category3), French: "3e catégorie (301 à 700 personnes)", English: "category 3 (301 to 700 people)"},
	Code{Value: string(Category4), French: "4e catégorie (jusqu'à 300 personnes, au-dessus du seuil de la 5e)", English: "category 4 (up to 300 people, above the category-5 threshold)"},
	Code{Value: string(Category5), French: "5e catégorie (sous le seuil d'assujettissement)", English: "category 5 (below the threshold)"},
	Code{Value: string(CategoryNotErp), French: "n'est pas un ERP", English: "doesn't receive the public"},
	Code{Value: string(CategoryUnknown), French: "inconnue", English: "unknown"},
)

// Label is the code's label in a language.
func (c ErpCategory) Label(locale Locale) string { return erpCategoryList.label(string(c), locale) }

func (c ErpCategory) known() bool { return erpCategoryList.has(string(c)) }

// AccessLevel is a code of step-free access for people with reduced mobility (CCH R164-1 and following).
type AccessLevel string

const (
	AccessCompliant  AccessLevel = "COMPLIANT"
	AccessPartial    AccessLevel = "PARTIAL"
	AccessDerogation AccessLevel = "DEROGATION"
	AccessNone       AccessLevel = "NONE"
	AccessUnknown    AccessLevel = "UNKNOWN"
)

var accessLevelList = newCodeList("AccessLevel",
	Code{Value: string(AccessCompliant), French: "conforme", English: "compliant"},
	Code{Value: string(AccessPartial), French: "partielle", English: "partial"},
	Code{Value: string(AccessDerogation), French: "sous dérogation", English: "under derogation"},
	Code{Value: string(AccessNone), French: "aucune", English: "none"},
	Code{Value: string(AccessUnknown), French: "inconnue", English: "unknown"},
)

// Label is the code's label in a language.
func (c AccessLevel) Label(locale Locale) string { return accessLevelList.label(string(c), locale) }

func (c AccessLevel) known() bool { return accessLevelList.has(string(c)) }

// SpaceUtility is a code that says what a space is equipped with.
type SpaceUtility string

const (
	UtilityWater       SpaceUtility = "WATER"
	UtilityElectricity SpaceUtility = "ELECTRICITY"
	UtilityGas         SpaceUtility = "GAS"
	UtilityHeating     SpaceUtility = "HEATING"
	UtilityInternet    SpaceUtility = "INTERNET"
	UtilityToilets     SpaceUtility = "TOILETS"
	UtilityKitchen     SpaceUtility = "KITCHEN"
	UtilityExtraction  SpaceUtility = "EXTRACTION"
	UtilityVentilation SpaceUtility = "VENTILATION"
)

var spaceUtilityList = newCodeList("SpaceUtility",
	Code{Value: string(UtilityWater), French: "eau", English: "water"},
	Code{Value: string(UtilityElectricity), French: "électricité", English: "electricity"},
	Code{Value: string(UtilityGas), French: "gaz", English: "gas"},
	Code{Value: string(UtilityHeating), French: "chauffage", English: "heating"},
	Code{Value: string(UtilityInternet), French: "internet", English: "internet"},
	Code{Value: string(UtilityToilets), French: "sanitaires", English: "toilets"},
	Code{Value: string(UtilityKitchen), French: "cuisine", English: "kitchen"},
	Code{Value: string(UtilityExtraction), French: "extraction", English: "extraction"},
	Code{Value: string(UtilityVentilation), French: "ventilation", English: "ventilation"},
)

// Label is the code's label in a language.
func (c SpaceUtility) Label(locale Locale) string { return spaceUtilityList.label(string(c), locale) }

func (c SpaceUtility) known() bool { return spaceUtilityList.has(string(c)) }

// OccupancyForm is a code of legal forms of occupancy; their rules are dated data of the ruleset.
type OccupancyForm string

const (
	FormPrecariousOccupancy  OccupancyForm = "PRECARIOUS_OCCUPANCY"
	FormLoanForUse           OccupancyForm = "LOAN_FOR_USE"
	FormShortLease           OccupancyForm = "SHORT_LEASE"
	FormCommercialLease      OccupancyForm = "COMMERCIAL_LEASE"
	FormProfessionalLease    OccupancyForm = "PROFESSIONAL_LEASE"
	FormEmphyteuticLease     OccupancyForm = "EMPHYTEUTIC_LEASE"
	FormTemporaryResidence   OccupancyForm = "TEMPORARY_RESIDENCE"
	FormRentalIntermediation OccupancyForm = "RENTAL_INTERMEDIATION"
	FormPartnershipOnly      OccupancyForm = "PARTNERSHIP_ONLY"
	FormUndetermined         OccupancyForm = "UNDETERMINED"
)

var occupancyFormList = newCodeList("OccupancyForm",
	Code{Value: string(FormPrecariousOccupancy), French: "convention d'occupation précaire", English: "precarious occupancy agreement", Source: "C. com. L145-5-1"},
	Code{Value: string(FormLoanForUse), French: "prêt à usage (commodat)", English: "free loan for use", Source: "C. civ. 1875"},
	Code{Value: string(FormShortLease), French: "bail dérogatoire", English: "short lease", Source: "C. com. L145-5"},
	Code{Value: string(FormCommercialLease), French: "bail commercial", English: "commercial lease", Source: "C. com. L145-4"},
	Code{Value: string(FormProfessionalLease), French: "bail professionnel", English: "professional lease", Source: "loi 86-1290 art. 57 A"},
	Code{Value: string(FormEmphyteuticLease), French: "bail emphytéotique", English: "emphyteutic lease", Source: "CRPM L451-1"},
	Code{Value: string(FormTemporaryResidence), French: "convention intercalaire, contrats de résidence temporaire", English: "temporary residence agreement", Source: "loi ELAN art. 29"},
	Code{Value: string(FormRentalIntermediation), French: "intermédiation locative", English: "rental intermediation"},
	Code{Value: string(FormPartnershipOnly), French: "partenariat sans local", English: "partnership without a space"},
	Code{Value: string(FormUndetermined), French: "à déterminer", English: "undetermined"},
)

// Label is the code's label in a language.
func (c OccupancyForm) Label(locale Locale) string { return occupancyFormList.label(string(c), locale) }

func (c OccupancyForm) known() bool { return occupancyFormList.has(string(c)) }

// InnovationDomain is a code of fields of social innovation, as the partnership lists them.
type InnovationDomain string

const (
	DomainSocialAnimation        InnovationDomain = "SOCIAL_ANIMATION"
	DomainLivingEnvironment      InnovationDomain = "LIVING_ENVIRONMENT"
	DomainCulture                InnovationDomain = "CULTURE"
	DomainEducation              InnovationDomain = "EDUCATION"
	DomainGenderEquality         InnovationDomain = "GENDER_EQUALITY"
	DomainInclusion              InnovationDomain = "INCLUSION"
	DomainEmployment             InnovationDomain = "EMPLOYMENT"
	DomainDigital                InnovationDomain = "DIGITAL"
	DomainResidentTraining       InnovationDomain = "RESIDENT_TRAINING"
	DomainEcologicalTransition   InnovationDomain = "ECOLOGICAL_TRANSITION"
	DomainSustainableDevelopment InnovationDomain = "SUSTAINABLE_DEVELOPMENT"
)

var innovationDomainList = newCodeList("InnovationDomain",
	Code{Value: string(DomainSocialAnimation), French: "animation sociale", English: "community life"},
	Code{Value: string(DomainLivingEnvironment), French: "cadre de vie", English: "living environment"},
	Code{Value: string(DomainCulture), French: "culture", English: "culture"},
	Code{Value: string(DomainEducation), French: "actions éducatives", English: "education"},
	Code{Value: string(DomainGenderEquality), French: "égalité femmes-hommes", English: "gender equality"},
	Code{Value: string(DomainInclusion), French: "inclusion", English: "inclusion"},
	Code{Value: string(DomainEmployment), French: "insertion professionnelle", English: "access to employment"},
	Code{Value: string(DomainDigital), French: "numérique", English: "digital"},
	Code{Value: string(DomainResidentTraining), French: "formation pour les habitants", English: "training for residents"},
	Code{Value: string(DomainEcologicalTransition), French: "transition écologique", English: "ecological transition"},
	Code{Value: string(DomainSustainableDevelopment), French: "développement durable", English: "sustainable development"},
)

// Label is the code's label in a language.
func (c InnovationDomain) Label(locale Locale) string {
	return innovationDomainList.label(string(c), locale)
}

func (c InnovationDomain) known() bool { return innovationDomainList.has(string(c)) }

// TargetPublic is a code that says whom a project serves or a landlord houses (data·inclusion's list, and tenants).
type TargetPublic string

const (
	PublicAll                        TargetPublic = "ALL"
	PublicWorkingPeople              TargetPublic = "WORKING_PEOPLE"
	PublicMinimumBenefitRecipients   TargetPublic = "MINIMUM_BENEFIT_RECIPIENTS"
	PublicJobSeekers                 TargetPublic = "JOB_SEEKERS"
	PublicStudents                   TargetPublic = "STUDENTS"
	PublicFamilies                   TargetPublic = "FAMILIES"
	PublicWomen                      TargetPublic = "WOMEN"
	PublicYouth                      TargetPublic = "YOUTH"
	PublicDisabledPeople             TargetPublic = "DISABLED_PEOPLE"
	PublicPeopleInEmergency          TargetPublic = "PEOPLE_IN_EMERGENCY"
	PublicPeopleWithLegalConstraints TargetPublic = "PEOPLE_WITH_LEGAL_CONSTRAINTS"
	PublicExiles                     TargetPublic = "EXILES"
	PublicQpvResidents               TargetPublic = "QPV_RESIDENTS"
	PublicSeniors                    TargetPublic = "SENIORS"
	PublicHlmTenants                 TargetPublic = "HLM_TENANTS"
)

var targetPublicList = newCodeList("TargetPublic",
	Code{Value: string(PublicAll), French: "tous publics", English: "everyone"},
	Code{Value: string(PublicWorkingPeople), French: "actifs", English: "working people"},
	Code{Value: string(PublicMinimumBenefitRecipients), French: "bénéficiaires de minima sociaux", English: "recipients of minimum benefits"},
	Code{Value: string(PublicJobSeekers), French: "demandeurs d'emploi", English: "job seekers"},
	Code{Value: string(PublicStudents), French: "étudiants", English: "students"},
	Code{Value: string(PublicFamilies), French: "familles", English: "families"},
	Code{Value: string(PublicWomen), French: "femmes", English: "women"},
	Code{Value: string(PublicYouth), French: "jeunes", English: "young people"},
	Code{Value: string(PublicDisabledPeople), French: "personnes en situation de handicap", English: "disabled people"},
	Code{Value: string(PublicPeopleInEmergency), French: "personnes en situation d'urgence", English: "people in emergency"},
	Code{Value: string(PublicPeopleWithLegalConstraints), French: "personnes en situation juridique spécifique", English: "people with legal constraints"},
	Code{Value: string(PublicExiles), French: "personnes exilées", English: "exiles"},
	Code{Value: string(PublicQpvResidents), French: "habitants des quartiers prioritaires", English: "residents of priority districts"},
	Code{Value: string(PublicSeniors), French: "seniors", English: "seniors"},
	Code{Value: string(PublicHlmTenants), French: "locataires HLM", English: "HLM tenants"},
)

// Label is the code's label in a language.
func (c TargetPublic) Label(locale Locale) string { return targetPublicList.label(string(c), locale) }

func (c TargetPublic) known() bool { return targetPublicList.has(string(c)) }

// ProcurementLever is a code of procurement levers that a landlord uses for inclusion (code de la commande publique).
type ProcurementLever string

const (
	LeverSocialClause       ProcurementLever = "SOCIAL_CLAUSE"
	LeverReservedDisability ProcurementLever = "RESERVED_DISABILITY"
	LeverReservedSiae       ProcurementLever = "RESERVED_SIAE"
	LeverReservedEss        ProcurementLever = "RESERVED_ESS"
	LeverLots               ProcurementLever = "LOTS"
	LeverSpecificContract   ProcurementLever = "SPECIFIC_CONTRACT"
	LeverMultiYear          ProcurementLever = "MULTI_YEAR"
	LeverSubsidy            ProcurementLever = "SUBSIDY"
	LeverOneOff             ProcurementLever = "ONE_OFF"
	LeverMicroContract      ProcurementLever = "MICRO_CONTRACT"
)

var procurementLeverList = newCodeList("ProcurementLever",
	Code{Value: string(LeverSocialClause), French: "clause sociale", English: "social clause"},
	Code{Value: string(LeverReservedDisability), French: "marché réservé au handicap", English: "contract reserved for disability", Source: "L2113-12"},
	Code{Value: string(LeverReservedSiae), French: "marché réservé à l'insertion (SIAE)", English: "contract reserved for inclusion structures", Source: "L2113-13"},
	Code{Value: string(LeverReservedEss), French: "marché réservé à l'économie sociale et solidaire", English: "contract reserved for the social economy", Source: "L2113-15"},
	Code{Value: string(LeverLots), French: "allotissement", English: "division into lots"},
	Code{Value: string(LeverSpecificContract), French: "marché spécifique", English: "specific contract"},
	Code{Value: string(LeverMultiYear), French: "marché pluriannuel", English: "multi-year contract"},
	Code{Value: string(LeverSubsidy), French: "subvention", English: "subsidy"},
	Code{Value: string(LeverOneOff), French: "intervention ponctuelle", English: "one-off job"},
	Code{Value: string(LeverMicroContract), French: "micro-marché", English: "micro-contract"},
)

// Label is the code's label in a language.
func (c ProcurementLever) Label(locale Locale) string {
	return procurementLeverList.label(string(c), locale)
}

func (c ProcurementLever) known() bool { return procurementLeverList.has(string(c)) }

// NpnruInterest is a code of interest of a district for the new urban renewal programme (NPNRU).
type NpnruInterest string

const (
	NpnruNational NpnruInterest = "NATIONAL"
	NpnruRegional NpnruInterest = "REGIONAL"
	NpnruNone     NpnruInterest = "NONE"
)

var npnruInterestList = newCodeList("NpnruInterest",
	Code{Value: string(NpnruNational), French: "intérêt national", English: "national interest"},
	Code{Value: string(NpnruRegional), French: "intérêt régional", English: "regional interest"},
	Code{Value: string(NpnruNone), French: "hors NPNRU", English: "outside the programme"},
)

// Label is the code's label in a language.
func (c NpnruInterest) Label(locale Locale) string { return npnruInterestList.label(string(c), locale) }

func (c NpnruInterest) known() bool { return npnruInterestList.has(string(c)) }

// ProjectStage is a code that says how far a project has come.
type ProjectStage string

const (
	StageExperimentation ProjectStage = "EXPERIMENTATION"
	StageScaling         ProjectStage = "SCALING"
	StageEstablished     ProjectStage = "ESTABLISHED"
)

var projectStageList = newCodeList("ProjectStage",
	Code{Value: string(StageExperimentation), French: "expérimentation", English: "experimentation"},
	Code{Value: string(StageScaling), French: "essaimage", English: "scaling"},
	Code{Value: string(StageEstablished), French: "établi", English: "established"},
)

// Label is the code's label in a language.
func (c ProjectStage) Label(locale Locale) string { return projectStageList.label(string(c), locale) }

func (c ProjectStage) known() bool { return projectStageList.has(string(c)) }

// Activity is a code that says what is done: in a place, or for a landlord's tenants and districts.
type Activity string

const (
	ActivityTemporaryHousing  Activity = "TEMPORARY_HOUSING"
	ActivityFoodDistribution  Activity = "FOOD_DISTRIBUTION"
	ActivityCooking           Activity = "COOKING"
	ActivityReception         Activity = "RECEPTION"
	ActivityMeetings          Activity = "MEETINGS"
	ActivityTraining          Activity = "TRAINING"
	ActivityChildrenWorkshops Activity = "CHILDREN_WORKSHOPS"
	ActivityArts              Activity = "ARTS"
	ActivityPerformance       Activity = "PERFORMANCE"
	ActivityOfficeWork        Activity = "OFFICE_WORK"
	ActivityRepair            Activity = "REPAIR"
	ActivityRetail            Activity = "RETAIL"
	ActivityHealth            Activity = "HEALTH"
	ActivitySport             Activity = "SPORT"
	ActivityGardening         Activity = "GARDENING"
	ActivityStorage           Activity = "STORAGE"
	ActivityShoppingHelp      Activity = "SHOPPING_HELP"
	ActivityHomeVisits        Activity = "HOME_VISITS"
	ActivityMediation         Activity = "MEDIATION"
	ActivityTenantSupport     Activity = "TENANT_SUPPORT"
	ActivityMovingHelp        Activity = "MOVING_HELP"
	ActivityDigitalHelp       Activity = "DIGITAL_HELP"
	ActivityJobSupport        Activity = "JOB_SUPPORT"
	ActivityYouthWorksites    Activity = "YOUTH_WORKSITES"
	ActivityHandyman          Activity = "HANDYMAN"
	ActivityBuildingWorks     Activity = "BUILDING_WORKS"
	ActivityCleaning          Activity = "CLEANING"
	ActivityGreenSpaces       Activity = "GREEN_SPACES"
	ActivityBulkyWaste        Activity = "BULKY_WASTE"
	ActivityEnergySaving      Activity = "ENERGY_SAVING"
	ActivityOther             Activity = "OTHER"
)

var activityList = newCodeList("HostingActivity",
	Code{Value: string(ActivityTemporaryHousing), French: "habitat temporaire", English: "temporary housing"},
	Code{Value: string(ActivityFoodDistribution), French: "distribution alimentaire", English: "food distribution"},
	Code{Value: string(ActivityCooking), French: "cuisine et repas partagés", English: "cooking and shared meals"},
	Code{Value: string(ActivityReception), French: "accueil et permanences", English: "reception and drop-in"},
	Code{Value: string(ActivityMeetings), French: "réunions et vie associative", English: "meetings and associations"},
	Code{Value: string(ActivityTraining), French: "formation", English: "training"},
	Code{Value: string(ActivityChildrenWorkshops), French: "ateliers pour enfants et familles", English: "workshops for children and families"},
	Code{Value: string(ActivityArts), French: "pratique artistique et culturelle", English: "arts and culture"},
	Code{Value: string(ActivityPerformance), French: "spectacles et événements", English: "performances and events"},
	Code{Value: string(ActivityOfficeWork), French: "travail de bureau", English: "office work"},
	Code{Value: string(ActivityRepair), French: "atelier, réparation et réemploi", English: "workshop, repair and reuse"},
	Code{Value: string(ActivityRetail), French: "vente", English: "retail"},
	Code{Value: string(ActivityHealth), French: "santé et prévention", English: "health and prevention"},
	Code{Value: string(ActivitySport), French: "sport et bien-être", English: "sport and well-being"},
	Code{Value: string(ActivityGardening), French: "jardinage et agriculture urbaine", English: "gardening and urban farming"},
	Code{Value: string(ActivityStorage), French: "stockage et logistique", English: "storage and logistics"},
	Code{Value: string(ActivityShoppingHelp), French: "portage de courses et aide aux déplacements", English: "carrying shopping and help with going out"},
	Code{Value: string(ActivityHomeVisits), French: "visites à domicile, lutte contre l'isolement", English: "home visits, against isolation"},
	Code{Value: string(ActivityMediation), French: "médiation et présence dans les résidences", English: "mediation and presence in the residences"},
	Code{Value: string(ActivityTenantSupport), French: "accompagnement social des locataires", English: "social support for tenants"},
	Code{Value: string(ActivityMovingHelp), French: "aide au déménagement et au relogement", English: "help with moving and rehousing"},
	Code{Value: string(ActivityDigitalHelp), French: "aide aux démarches et au numérique", English: "help with paperwork and digital services"},
	Code{Value: string(ActivityJobSupport), French: "accompagnement vers l'emploi", English: "support towards employment"},
	Code{Value: string(ActivityYouthWorksites), French: "chantiers éducatifs", English: "educational worksites"},
	Code{Value: string(ActivityHandyman), French: "petits travaux et bricolage", English: "handyman's jobs"},
	Code{Value: string(ActivityBuildingWorks), French: "travaux du bâtiment", English: "building works"},
	Code{Value: string(ActivityCleaning), French: "nettoyage et propreté", English: "cleaning"},
	Code{Value: string(ActivityGreenSpaces), French: "entretien des espaces verts", English: "upkeep of green spaces"},
	Code{Value: string(ActivityBulkyWaste), French: "collecte des encombrants", English: "collection of bulky waste"},
	Code{Value: string(ActivityEnergySaving), French: "économies d'énergie et éco-gestes", English: "energy saving"},
	Code{Value: string(ActivityOther), French: "autre", English: "other"},
)

// Label is the code's label in a language.
func (c Activity) Label(locale Locale) string { return activityList.label(string(c), locale) }

func (c Activity) known() bool { return activityList.has(string(c)) }

// ApprovalKind is a code of approvals that an operator may hold.
type ApprovalKind string

const (
	ApprovalIntermediateHousing  ApprovalKind = "INTERMEDIATE_HOUSING"
	ApprovalRentalIntermediation ApprovalKind = "RENTAL_INTERMEDIATION"
	ApprovalSocialSupport        ApprovalKind = "SOCIAL_SUPPORT"
	ApprovalEsus                 ApprovalKind = "ESUS"
	ApprovalOther                ApprovalKind = "OTHER"
)

var approvalKindList = newCodeList("ApprovalKind",
	Code{Value: string(ApprovalIntermediateHousing), French: "agrément d'organisme pour l'occupation intercalaire", English: "approval for intermediate housing", Source: "loi ELAN art. 29"},
	Code{Value: string(ApprovalRentalIntermediation), French: "agrément d'intermédiation locative et de gestion locative sociale", English: "approval for rental intermediation", Source: "CCH L365-4"},
	Code{Value: string(ApprovalSocialSupport), French: "agrément d'ingénierie sociale, financière et technique", English: "approval for social support", Source: "CCH L365-3"},
	Code{Value: string(ApprovalEsus), French: "agrément entreprise solidaire d'utilité sociale", English: "approval as a social-utility enterprise", Source: "C. trav. L3332-17-1"},
	Code{Value: string(ApprovalOther), French: "autre agrément", English: "other approval"},
)

// Label is the code's label in a language.
func (c ApprovalKind) Label(locale Locale) string { return approvalKindList.label(string(c), locale) }

func (c ApprovalKind) known() bool { return approvalKindList.has(string(c)) }

// Publication is a code that says where a record stands in its life.
type Publication string

const (
	PublicationDraft     Publication = "DRAFT"
	PublicationPublished Publication = "PUBLISHED"
	PublicationWithdrawn Publication = "WITHDRAWN"
	PublicationArchived  Publication = "ARCHIVED"
)

var publicationList = newCodeList("PublicationState",
	Code{Value: string(PublicationDraft), French: "brouillon", English: "draft"},
	Code{Value: string(PublicationPublished), French: "publié", English: "published"},
	Code{Value: string(PublicationWithdrawn), French: "retiré", English: "withdrawn"},
	Code{Value: string(PublicationArchived), French: "archivé", English: "archived"},
)

// Label is the code's label in a language.
func (c Publication) Label(locale Locale) string { return publicationList.label(string(c), locale) }

// Visibility is a code that says who sees a published record.
type Visibility string

const (
	VisibilityPublic  Visibility = "PUBLIC"
	VisibilityNetwork Visibility = "NETWORK"
	VisibilityPrivate Visibility = "PRIVATE"
)

var visibilityList = newCodeList("PalierVisibility",
	Code{Value: string(VisibilityPublic), French: "public", English: "public"},
	Code{Value: string(VisibilityNetwork), French: "réseau (personnes connectées)", English: "network (signed-in members)"},
	Code{Value: string(VisibilityPrivate), French: "privé (l'organisation et la fondation)", English: "private (the organisation and foundation staff)"},
)

// Label is the code's label in a language.
func (c Visibility) Label(locale Locale) string { return visibilityList.label(string(c), locale) }

func (c Visibility) known() bool { return visibilityList.has(string(c)) }

// CostBasis is a code that says what an amount is charged for.
type CostBasis string

const (
	CostPerM2Year CostBasis = "PER_M2_YEAR"
	CostPerMonth  CostBasis = "PER_MONTH"
	CostFree      CostBasis = "FREE"
	CostOneOff    CostBasis = "ONE_OFF"
)

var costBasisList = newCodeList("CostBasis",
	Code{Value: string(CostPerM2Year), French: "par m² et par an", English: "per m² a year"},
	Code{Value: string(CostPerMonth), French: "par mois", English: "a month"},
	Code{Value: string(CostFree), French: "gratuit", English: "free"},
	Code{Value: string(CostOneOff), French: "en une fois", English: "one-off"},
)

// Label is the code's label in a language.
func (c CostBasis) Label(locale Locale) string { return costBasisList.label(string(c), locale) }

func (c CostBasis) known() bool { return costBasisList.has(string(c)) }

// Currency is a code of currencies (ISO 4217).
type Currency string

const (
	CurrencyEur Currency = "EUR"
)

var currencyList = newCodeList("PalierCurrency",
	Code{Value: string(CurrencyEur), French: "euro", English: "euro"},
)

// Label is the code's label in a language.
func (c Currency) Label(locale Locale) string { return currencyList.label(string(c), locale) }

func (c Currency) known() bool { return currencyList.has(string(c)) }

// UseKind is a code that says how a place is used over time.
type UseKind string

const (
	UseContinuous UseKind = "CONTINUOUS"
	UseRecurring  UseKind = "RECURRING"
)

var useKindList = newCodeList("UseKind",
	Code{Value: string(UseContinuous), French: "occupation continue", English: "continuous"},
	Code{Value: string(UseRecurring), French: "créneaux réguliers", English: "recurring slots"},
)

// Label is the code's label in a language.
func (c UseKind) Label(locale Locale) string { return useKindList.label(string(c), locale) }

func (c UseKind) known() bool { return useKindList.has(string(c)) }

// NeedTiming is a code that says how a landlord's need spreads over time.
type NeedTiming string

const (
	TimingOneOff    NeedTiming = "ONE_OFF"
	TimingRecurring NeedTiming = "RECURRING"
	TimingLasting   NeedTiming = "LASTING"
)

var needTimingList = newCodeList("NeedTiming",
	Code{Value: string(TimingOneOff), French: "ponctuel", English: "one-off"},
	Code{Value: string(TimingRecurring), French: "régulier", English: "recurring"},
	Code{Value: string(TimingLasting), French: "durable", English: "lasting"},
)

// Label is the code's label in a language.
func (c NeedTiming) Label(locale Locale) string { return needTimingList.label(string(c), locale) }

func (c NeedTiming) known() bool { return needTimingList.has(string(c)) }

// NeedBudgetBasis is a code that says what an amount set aside is for: the whole of a need, or a month of it.
type NeedBudgetBasis string

const (
	BudgetTotal    NeedBudgetBasis = "TOTAL"
	BudgetPerMonth NeedBudgetBasis = "PER_MONTH"
)

var budgetBasisList = newCodeList("NeedBudgetBasis",
	Code{Value: string(BudgetTotal), French: "au total", English: "in total"},
	Code{Value: string(BudgetPerMonth), French: "par mois", English: "a month"},
)

// Label is the code's label in a language.
func (c NeedBudgetBasis) Label(locale Locale) string { return budgetBasisList.label(string(c), locale) }

func (c NeedBudgetBasis) known() bool { return budgetBasisList.has(string(c)) }

// CommitmentKind is a code that says what stands in the way of a space's use.
type CommitmentKind string

const (
	CommitmentConvention  CommitmentKind = "CONVENTION"
	CommitmentReservation CommitmentKind = "RESERVATION"
	CommitmentOwnUse      CommitmentKind = "OWN_USE"
)

var commitmentKindList = newCodeList("CommitmentKind",
	Code{Value: string(CommitmentConvention), French: "convention en cours", English: "agreement in force"},
	Code{Value: string(CommitmentReservation), French: "réservation", English: "reservation"},
	Code{Value: string(CommitmentOwnUse), French: "usage du bailleur ou des locataires", English: "use by the landlord or the tenants"},
)

// Label is the code's label in a language.
func (c CommitmentKind) Label(locale Locale) string {
	return commitmentKindList.label(string(c), locale)
}

func (c CommitmentKind) known() bool { return commitmentKindList.has(string(c)) }

// TerritoryScale is a code of scales of a territory.
type TerritoryScale string

const (
	TerritoryCommune     TerritoryScale = "COMMUNE"
	TerritoryDepartement TerritoryScale = "DEPARTEMENT"
	TerritoryRegion      TerritoryScale = "REGION"
	TerritoryCountry     TerritoryScale = "COUNTRY"
	TerritoryRadius      TerritoryScale = "RADIUS"
)

var territoryScaleList = newCodeList("TerritoryScale",
	Code{Value: string(TerritoryCommune), French: "commune", English: "commune"},
	Code{Value: string(TerritoryDepartement), French: "département", English: "département"},
	Code{Value: string(TerritoryRegion), French: "région", English: "région"},
	Code{Value: string(TerritoryCountry), French: "France entière", English: "the whole country"},
	Code{Value: string(TerritoryRadius), French: "rayon autour d'une commune", English: "radius round a commune"},
)

// Label is the code's label in a language.
func (c TerritoryScale) Label(locale Locale) string {
	return territoryScaleList.label(string(c), locale)
}

func (c TerritoryScale) known() bool { return territoryScaleList.has(string(c)) }

// PositionQuality is a code that says what a position was taken from, best first.
type PositionQuality string

const (
	PositionAddress     PositionQuality = "ADDRESS"
	PositionCommune     PositionQuality = "COMMUNE"
	PositionGazetteer   PositionQuality = "GAZETTEER"
	PositionPostalCode  PositionQuality = "POSTAL_CODE"
	PositionEpci        PositionQuality = "EPCI"
	PositionDepartement PositionQuality = "DEPARTEMENT"
)

var positionQualityList = newCodeList("PositionQuality",
	Code{Value: string(PositionAddress), French: "adresse", English: "address"},
	Code{Value: string(PositionCommune), French: "centre officiel de la commune", English: "official centroid of the commune"},
	Code{Value: string(PositionGazetteer), French: "centre de la commune (GeoNames)", English: "centre of the commune (GeoNames)"},
	Code{Value: string(PositionPostalCode), French: "moyenne du code postal", English: "mean of the postal code"},
	Code{Value: string(PositionEpci), French: "moyenne de l'intercommunalité", English: "mean of the intercommunal body"},
	Code{Value: string(PositionDepartement), French: "moyenne de l'arrondissement ou du département", English: "mean of the arrondissement or département"},
)

// Label is the code's label in a language.
func (c PositionQuality) Label(locale Locale) string {
	return positionQualityList.label(string(c), locale)
}

func (c PositionQuality) known() bool { return positionQualityList.has(string(c)) }

// QpvStanding is a code that says where a site lies with regard to priority districts.
type QpvStanding string

const (
	QpvInside  QpvStanding = "INSIDE"
	QpvNear    QpvStanding = "NEAR"
	QpvOutside QpvStanding = "OUTSIDE"
	QpvUnknown QpvStanding = "UNKNOWN"
)

var qpvStandingList = newCodeList("QpvStanding",
	Code{Value: string(QpvInside), French: "dans un quartier prioritaire", English: "inside a priority district"},
	Code{Value: string(QpvNear), French: "à moins de 300 m d'un quartier prioritaire", English: "within 300 m of a priority district"},
	Code{Value: string(QpvOutside), French: "hors quartier prioritaire", English: "outside"},
	Code{Value: string(QpvUnknown), French: "inconnue", English: "unknown"},
)

// Label is the code's label in a language.
func (c QpvStanding) Label(locale Locale) string { return qpvStandingList.label(string(c), locale) }

func (c QpvStanding) known() bool { return qpvStandingList.has(string(c)) }

// WorksKind is a code of works that a site awaits.
type WorksKind string

const (
	WorksDemolition     WorksKind = "DEMOLITION"
	WorksRehabilitation WorksKind = "REHABILITATION"
	WorksReconstruction WorksKind = "RECONSTRUCTION"
	WorksMaintenance    WorksKind = "MAINTENANCE"
)

var worksKindList = newCodeList("WorksKind",
	Code{Value: string(WorksDemolition), French: "démolition", English: "demolition"},
	Code{Value: string(WorksRehabilitation), French: "réhabilitation", English: "rehabilitation"},
	Code{Value: string(WorksReconstruction), French: "démolition-reconstruction", English: "demolition and reconstruction"},
	Code{Value: string(WorksMaintenance), French: "entretien courant", English: "maintenance"},
)

// Label is the code's label in a language.
func (c WorksKind) Label(locale Locale) string { return worksKindList.label(string(c), locale) }

func (c WorksKind) known() bool { return worksKindList.has(string(c)) }

// LocalSupport is a code that says what the local authority thinks of hosting projects on a site.
type LocalSupport string

const (
	SupportSupportive LocalSupport = "SUPPORTIVE"
	SupportNeutral    LocalSupport = "NEUTRAL"
	SupportReserved   LocalSupport = "RESERVED"
	SupportOpposed    LocalSupport = "OPPOSED"
)

var localSupportList = newCodeList("LocalSupport",
	Code{Value: string(SupportSupportive), French: "favorable", English: "supportive"},
	Code{Value: string(SupportNeutral), French: "neutre", English: "neutral"},
	Code{Value: string(SupportReserved), French: "réservée", English: "reserved"},
	Code{Value: string(SupportOpposed), French: "défavorable", English: "opposed"},
)

// Label is the code's label in a language.
func (c LocalSupport) Label(locale Locale) string { return localSupportList.label(string(c), locale) }

func (c LocalSupport) known() bool { return localSupportList.has(string(c)) }

// Role is a code that says who a viewer is.
type Role string

const (
	RolePublic   Role = "PUBLIC"
	RoleObserver Role = "OBSERVER"
	RoleProject  Role = "PROJECT"
	RoleLandlord Role = "LANDLORD"
	RoleStaff    Role = "STAFF"
)

var roleList = newCodeList("PalierRole",
	Code{Value: string(RolePublic), French: "public", English: "public"},
	Code{Value: string(RoleObserver), French: "observateur", English: "observer"},
	Code{Value: string(RoleProject), French: "porteur de projet", English: "project holder"},
	Code{Value: string(RoleLandlord), French: "bailleur", English: "landlord"},
	Code{Value: string(RoleStaff), French: "équipe de la fondation", English: "foundation staff"},
)

// Label is the code's label in a language.
func (c Role) Label(locale Locale) string { return roleList.label(string(c), locale) }

// CriterionCode is a code of the criteria of a match between a need and a space.
type CriterionCode string

const (
	CriterionSpaceKind          CriterionCode = "SPACE_KIND"
	CriterionSurface            CriterionCode = "SURFACE"
	CriterionAvailability       CriterionCode = "AVAILABILITY"
	CriterionOccupancy          CriterionCode = "OCCUPANCY"
	CriterionUse                CriterionCode = "USE"
	CriterionPublicReception    CriterionCode = "PUBLIC_RECEPTION"
	CriterionStepFreeAccess     CriterionCode = "STEP_FREE_ACCESS"
	CriterionUtilities          CriterionCode = "UTILITIES"
	CriterionTerritory          CriterionCode = "TERRITORY"
	CriterionOpenToRequests     CriterionCode = "OPEN_TO_REQUESTS"
	CriterionOccupancyForm      CriterionCode = "OCCUPANCY_FORM"
	CriterionCost               CriterionCode = "COST"
	CriterionLandlordPriorities CriterionCode = "LANDLORD_PRIORITIES"
	CriterionPublics            CriterionCode = "PUBLICS"
	CriterionProximity          CriterionCode = "PROXIMITY"
	CriterionPriorityDistrict   CriterionCode = "PRIORITY_DISTRICT"
	CriterionSpareDuration      CriterionCode = "SPARE_DURATION"
	CriterionSurfaceFit         CriterionCode = "SURFACE_FIT"
	CriterionCostFit            CriterionCode = "COST_FIT"
	CriterionReferences         CriterionCode = "REFERENCES"
	CriterionInclusionPractice  CriterionCode = "INCLUSION_PRACTICE"
	CriterionLocalSupport       CriterionCode = "LOCAL_SUPPORT"
)

var criterionCodeList = newCodeList("MatchCriterionCode",
	Code{Value: string(CriterionSpaceKind), French: "type de local", English: "kind of space"},
	Code{Value: string(CriterionSurface), French: "surface", English: "surface"},
	Code{Value: string(CriterionAvailability), French: "période de disponibilité", English: "availability"},
	Code{Value: string(CriterionOccupancy), French: "créneaux ou période libres", English: "free slots or window"},
	Code{Value: string(CriterionUse), French: "usage autorisé", English: "permitted use"},
	Code{Value: string(CriterionPublicReception), French: "accueil du public (ERP)", English: "receiving the public (ERP)"},
	Code{Value: string(CriterionStepFreeAccess), French: "accessibilité", English: "step-free access"},
	Code{Value: string(CriterionUtilities), French: "équipements", English: "utilities"},
	Code{Value: string(CriterionTerritory), French: "territoire", English: "territory"},
	Code{Value: string(CriterionOpenToRequests), French: "ouvert aux demandes", English: "open to requests"},
	Code{Value: string(CriterionOccupancyForm), French: "forme juridique", English: "legal form"},
	Code{Value: string(CriterionCost), French: "coût dans le budget", English: "cost within budget"},
	Code{Value: string(CriterionLandlordPriorities), French: "priorités du bailleur", English: "landlord's priorities"},
	Code{Value: string(CriterionPublics), French: "publics et habitants", English: "publics and residents"},
	Code{Value: string(CriterionProximity), French: "proximité", English: "proximity"},
	Code{Value: string(CriterionPriorityDistrict), French: "quartier prioritaire ou NPNRU", English: "priority district or NPNRU"},
	Code{Value: string(CriterionSpareDuration), French: "marge de durée", English: "spare duration"},
	Code{Value: string(CriterionSurfaceFit), French: "adéquation de la surface", English: "surface fit"},
	Code{Value: string(CriterionCostFit), French: "niveau de coût", English: "cost level"},
	Code{Value: string(CriterionReferences), French: "références auprès de bailleurs HLM", English: "placements with HLM landlords"},
	Code{Value: string(CriterionInclusionPractice), French: "pratique d'inclusion du bailleur", English: "landlord's inclusion practice"},
	Code{Value: string(CriterionLocalSupport), French: "soutien de la collectivité", English: "local-authority support"},
)

// Label is the code's label in a language.
func (c CriterionCode) Label(locale Locale) string { return criterionCodeList.label(string(c), locale) }

// CriterionKind is a code that says whether a criterion decides or ranks.
type CriterionKind string

const (
	CriterionHard CriterionKind = "HARD"
	CriterionSoft CriterionKind = "SOFT"
)

var criterionKindList = newCodeList("MatchCriterionKind",
	Code{Value: string(CriterionHard), French: "condition", English: "condition"},
	Code{Value: string(CriterionSoft), French: "préférence", English: "preference"},
)

// Label is the code's label in a language.
func (c CriterionKind) Label(locale Locale) string { return criterionKindList.label(string(c), locale) }

// CriterionStatus is a code that says what a criterion answers.
type CriterionStatus string

const (
	CriterionPass    CriterionStatus = "PASS"
	CriterionFail    CriterionStatus = "FAIL"
	CriterionUnknown CriterionStatus = "UNKNOWN"
)

var criterionStatusList = newCodeList("MatchCriterionStatus",
	Code{Value: string(CriterionPass), French: "satisfait", English: "passes"},
	Code{Value: string(CriterionFail), French: "non satisfait", English: "fails"},
	Code{Value: string(CriterionUnknown), French: "à vérifier", English: "to be checked"},
)

// Label is the code's label in a language.
func (c CriterionStatus) Label(locale Locale) string {
	return criterionStatusList.label(string(c), locale)
}

// Eligibility is a code that says whether a match can be proposed.
type Eligibility string

const (
	EligibilityEligible   Eligibility = "ELIGIBLE"
	EligibilityUncertain  Eligibility = "UNCERTAIN"
	EligibilityIneligible Eligibility = "INELIGIBLE"
)

var eligibilityList = newCodeList("MatchEligibility",
	Code{Value: string(EligibilityEligible), French: "éligible", English: "eligible"},
	Code{Value: string(EligibilityUncertain), French: "à confirmer", English: "uncertain"},
	Code{Value: string(EligibilityIneligible), French: "non éligible", English: "ineligible"},
)

// Label is the code's label in a language.
func (c Eligibility) Label(locale Locale) string { return eligibilityList.label(string(c), locale) }
