package domain

import "reflect"

// wording is what a field of a document is called when its changes are told. The
// zero value is that of a field that isn't told.
type wording struct {
	// name is the field's in the API.
	name string
	text Bilingual
	// unit of a number; "" for one without.
	unit Unit
	// parts of a whole that a number is stored in; 0 for one that is stored as it is
	// shown.
	parts float64
	// upkeep: it is for those who see the object's facts of upkeep.
	upkeep bool
}

func say(name, french, english string) wording {
	return wording{name: name, text: Bilingual{french, english}}
}

func (w wording) in(u Unit) wording { w.unit = u; return w }

func (w wording) storedIn(parts float64) wording { w.parts = parts; return w }

func (w wording) forUpkeep() wording { w.upkeep = true; return w }

// untold are fields of which a history says nothing.
var untold wording

// wordingOf panics for a field without an entry: a test looks at them all.
func wordingOf(t reflect.Type, field string) wording {
	w, known := wordings[t][field]
	if !known {
		panic("no wording of " + t.String() + "." + field)
	}
	return w
}

// wordings of every field of the documents whose histories are told, and of their
// parts. Those of an embedded struct stand with that struct.
var wordings = map[reflect.Type]map[string]wording{
	reflect.TypeFor[Record](): {
		"Version": untold, "CreatedAt": untold, "UpdatedAt": untold, // the version tells them
		"State":     say("state", "état", "state"),
		"Synthetic": say("synthetic", "donnée de démonstration", "demonstration data"),
	},
	reflect.TypeFor[Provenance](): {
		"Source": say("source", "source", "source"),
		"AsOf":   say("asOf", "date de la source", "day of the source"),
	},
	reflect.TypeFor[VacantSpace](): {
		"ID":     untold,
		"SiteID": say("site", "site", "site"),
	},
	reflect.TypeFor[SpaceFields](): {
		"Label":            say("label", "désignation", "label"),
		"Kind":             say("kind", "type de local", "kind of space"),
		"Surface":          say("surface", "", ""),
		"Floor":            say("floor", "étage", "floor"),
		"StepFreeAccess":   say("stepFreeAccess", "accessibilité", "step-free access"),
		"Erp":              say("erp", "", ""),
		"Capacity":         say("capacity", "capacité", "capacity").in(UnitPeople),
		"Utilities":        say("utilities", "équipements", "utilities"),
		"MissingUtilities": say("missingUtilities", "équipements absents", "missing utilities"),
		"ExcludedUses":     say("excludedUses", "usages exclus", "excluded uses"),
		"WorksNeeded":      say("worksNeeded", "travaux nécessaires", "works needed"),
		"VacancyCause":     say("vacancyCause", "cause de la vacance", "cause of vacancy"),
		"Availability":     say("availability", "disponibilité", "availability"),
		"OccupancyForms":   say("occupancyForms", "formes juridiques proposées", "legal forms offered"),
		"Cost":             say("cost", "coût", "cost"),
		"Shareable":        say("shareable", "partage possible", "can be shared"),
		"Commitments":      say("commitments", "occupation déclarée", "declared use"),
		"Visibility":       say("management.visibility", "visibilité", "visibility").forUpkeep(),
		"ExternalRef":      say("management.externalRef", "référence du bailleur", "landlord's reference").forUpkeep(),
		"Provenance":       say("provenance", "provenance", "provenance"),
	},
	reflect.TypeFor[SurfaceRange](): {
		"MinM2": say("minM2", "surface minimale", "minimum surface").in(UnitM2),
		"MaxM2": say("maxM2", "surface maximale", "maximum surface").in(UnitM2),
	},
	reflect.TypeFor[SpaceErp](): {
		"Category": say("category", "catégorie d'ERP", "category of public reception"),
		"Types":    say("types", "types d'ERP", "types of public reception"),
	},
	reflect.TypeFor[SpaceWorks](): {
		"Description":   say("description", "description", "description"),
		"EstimatedCost": say("estimatedCost", "coût estimé", "estimated cost"),
		"Days":          say("days", "durée", "duration").in(UnitDays),
	},
	reflect.TypeFor[SpaceAvailability](): {
		"From":         say("from", "premier jour", "first day"),
		"Until":        say("until", "dernier jour", "last day"),
		"OpenEnded":    say("openEnded", "sans fin prévue", "without an end"),
		"OpeningSlots": say("openingSlots", "créneau d'ouverture", "opening slot"),
	},
	reflect.TypeFor[Cost](): {
		"Amount":          say("amount", "montant", "amount"),
		"Currency":        say("currency", "devise", "currency"),
		"Basis":           say("basis", "base", "basis"),
		"VatPercent":      say("vatPercent", "taux de TVA en %", "VAT rate in %"),
		"ChargesIncluded": say("chargesIncluded", "charges comprises", "charges included"),
		"MonthlyCharges":  say("monthlyCharges", "charges par mois", "monthly charges"),
	},
	reflect.TypeFor[Commitment](): {
		"Kind":    say("kind", "nature", "kind"),
		"From":    say("from", "premier jour", "first day"),
		"Until":   say("until", "dernier jour", "last day"),
		"Slots":   say("slots", "créneau", "slot"),
		"Request": untold, // worked out, and never stored with the space
	},
	reflect.TypeFor[HostingRequest](): {
		"ID": untold, "Version": untold, "CreatedAt": untold, "UpdatedAt": untold,
		"Since":          untold, // the status tells it
		"Log":            untold, // each version has its step
		"Contacts":       untold, // persons, whom an erasure takes out of the past, too
		"Synthetic":      say("synthetic", "donnée de démonstration", "demonstration data"),
		"Origin":         say("origin", "origine", "origin"),
		"OriginID":       untold, // settled when it begins
		"ProjectID":      say("project", "projet", "project"),
		"NeedID":         say("need", "besoin du projet", "project's need"),
		"LandlordNeedID": say("landlordNeed", "besoin du bailleur", "landlord's need"),
		"LandlordID":     say("landlord", "bailleur", "landlord"),
		"Sent":           say("sent", "transmise au bailleur", "sent to the landlord"),
		"Status":         say("status", "statut", "status"),
		"ReturnTo":       say("returnsTo", "statut de reprise", "status it returns to"),
		"DueOn":          say("dueOn", "échéance", "due day"),
		"Reminders":      say("reminders", "relances", "reminders"),
		"Matches":        say("matches", "correspondance au dépôt", "match on submission"),
		"Missing":        say("missing", "compléments demandés", "what is missing"),
		"Visit":          say("visit", "visite", "visit"),
		"Scope":          say("scope", "cadrage", "scope"),
		"Consultation":   say("consultation", "concertation", "consultation"),
		"Proposed":       say("proposedConvention", "convention proposée", "proposed agreement"),
		"Terms":          say("terms", "convention signée", "signed agreement"),
		"HandedOver":     say("handedOverOn", "remise des clés", "handover of the keys"),
		"Indicators":     say("indicators", "indicateur", "indicator"),
		"Evaluation":     say("evaluation", "évaluation", "evaluation"),
		"ScaledTo":       say("scaledTo", "essaimage vers", "repeated in"),
		"Towards":        say("towards", "territoire visé", "territory aimed at"),
		"Ending":         say("ending", "fin", "end"),
		"Refused":        say("refusal", "arrêt", "stop"),
		"Agreed":         say("publication", "", ""),
	},
	reflect.TypeFor[RequestFields](): {
		"Wish":     say("wish", "local souhaité", "what is asked for"),
		"Spaces":   say("wantedSpaces", "locaux demandés", "wanted spaces"),
		"Use":      say("use", "usage", "use"),
		"Start":    say("start", "début", "start"),
		"Duration": say("duration", "", ""),
		"Surface":  say("surface", "", ""),
	},
	reflect.TypeFor[UsePattern](): {
		"Kind":        say("kind", "rythme", "pattern"),
		"Slots":       say("slots", "créneau", "slot"),
		"SlotsNeeded": say("slotsNeeded", "créneaux nécessaires", "slots needed"),
	},
	reflect.TypeFor[StartWindow](): {
		"Earliest": say("earliest", "au plus tôt", "earliest"),
		"Latest":   say("latest", "au plus tard", "latest"),
	},
	reflect.TypeFor[NeedDuration](): {
		"MinMonths": say("minMonths", "durée minimale", "minimum duration").in(UnitMonths),
		"MaxMonths": say("maxMonths", "durée maximale", "maximum duration").in(UnitMonths),
	},
	reflect.TypeFor[RequestMatch](): {
		"Space":                  say("space", "local", "space"),
		"Ruleset":                say("ruleset", "règles", "rules"),
		"Eligibility":            say("eligibility", "éligibilité", "eligibility"),
		"ScoreTenths":            say("score", "score", "score").storedIn(10),
		"ReliabilityThousandths": say("reliability", "fiabilité", "reliability").storedIn(1000),
		"Failing":                say("failing", "critères non remplis", "failing criteria"),
		"On":                     say("on", "jour", "day"),
	},
	reflect.TypeFor[HostingVisit](): {
		"On":      say("on", "jour", "day"),
		"Outcome": say("outcome", "issue", "outcome"),
		"Notes":   say("notes", "notes", "notes"),
	},
	reflect.TypeFor[HostingScope](): {
		"Space":          say("/chosenSpace", "local retenu", "chosen space"),
		"Form":           say("form", "forme juridique", "legal form"),
		"Entrusted":      say("entrusted", "ce qui est confié", "what is entrusted"),
		"Charges":        say("charges", "effet sur les charges", "effect on charges"),
		"LocalAuthority": say("localAuthority", "avis de la collectivité", "local authority"),
	},
	reflect.TypeFor[DatedOpinion](): {
		"Opinion": say("opinion", "avis", "opinion"),
		"On":      say("on", "jour", "day"),
	},
	reflect.TypeFor[TenantHearing](): {
		"NoAssociation": say("noAssociation", "aucune association", "no association"),
		"Association":   say("association", "association de locataires", "tenants' association"),
	},
	reflect.TypeFor[HostingConvention](): {
		"Form":        say("form", "forme juridique", "legal form"),
		"From":        say("from", "premier jour", "first day"),
		"Until":       say("until", "dernier jour", "last day"),
		"Slots":       say("slots", "créneau", "slot"),
		"Fee":         say("fee", "redevance", "fee"),
		"Insured":     say("insured", "assurance justifiée", "insured"),
		"Restitution": say("restitution", "restitution", "restitution"),
		"Revision":    say("revision", "révision", "revision"),
		"ConsentedOn": say("consentedOn", "accord du projet", "project's consent"),
		"SignedOn":    say("signedOn", "signature", "signature"),
	},
	reflect.TypeFor[IndicatorFigure](): {
		"Code":   say("code", "nature", "of what"),
		"Value":  say("value", "valeur", "value"),
		"From":   say("from", "premier jour", "first day"),
		"Until":  say("until", "dernier jour", "last day"),
		"Source": say("source", "source", "source"),
	},
	reflect.TypeFor[HostingEvaluation](): {
		"On":       say("on", "jour", "day"),
		"Decision": say("decision", "décision", "decision"),
	},
	reflect.TypeFor[HostingEnding](): {
		"On":          say("on", "dernier jour", "last day"),
		"Reason":      say("reason", "motif", "reason"),
		"Restitution": say("restitution", "restitution", "restitution"),
		"Words":       say("words", "explication", "words"),
	},
	reflect.TypeFor[HostingRefusal](): {
		"Reason": say("reason", "motif", "reason"),
		"By":     say("by", "par", "by"),
		"On":     say("on", "jour", "day"),
		"Words":  say("words", "explication", "words"),
	},
	reflect.TypeFor[PublicationAgreement](): {
		"Project":  say("project", "accord du projet pour publier", "project's agreement to publish"),
		"Landlord": say("landlord", "accord du bailleur pour publier", "landlord's agreement to publish"),
	},
	reflect.TypeFor[Placement](): {
		"ID": untold, "RequestID": untold, // never change
		"ProjectID":   say("project", "projet", "project"),
		"LandlordID":  say("landlord", "bailleur", "landlord"),
		"CommuneCode": say("commune", "commune", "commune"),
		"SpaceKind":   say("spaceKind", "type de local", "kind of space"),
		"Activity":    say("activity", "activité", "activity"),
		"Since":       say("since", "premier jour", "first day"),
		"Until":       say("until", "dernier jour", "last day"),
		"Status":      say("status", "statut", "status"),
		"Indicators":  say("indicators", "indicateur", "indicator"),
		"Practices":   say("practices", "pratique", "practice"),
	},
	reflect.TypeFor[Practice](): {
		"Kind": say("kind", "nature", "kind"),
		"Text": say("text", "texte", "text"),
		"By":   say("by", "par", "by"),
		"On":   say("on", "jour", "day"),
	},
}
