package domain

// ActionText is what a business action of the ledger does to a space or a
// placement, in words; the action itself when this release doesn't know it. What
// was done to a hosting request is told by its own step.
func ActionText(action string) Bilingual {
	if text, known := actionTexts[action]; known {
		return text
	}
	return Bilingual{action, action}
}

// ActionKnown tells whether there are words for an action.
func ActionKnown(action string) bool { _, known := actionTexts[action]; return known }

var actionTexts = map[string]Bilingual{
	"import":                 {"importer", "import"},
	"stock.upsert":           {"mettre le parc à jour", "push the stock"},
	"landlord.archive":       {"archiver le bailleur", "archive the landlord"},
	"site.archive":           {"archiver le site", "archive the site"},
	"space.register":         {"enregistrer", "register"},
	"space.change":           {"modifier", "change"},
	"space.upsert":           {"mettre à jour par référence", "upsert by reference"},
	"space.publish":          {"publier", "publish"},
	"space.withdraw":         {"retirer", "withdraw"},
	"space.archive":          {"archiver", "archive"},
	"placement.add_practice": {"ajouter une pratique", "add a practice"},
	"invitation.accept":      {"accepter l'invitation", "accept the invitation"},
	"proposal.accept":        {"accepter la proposition", "accept the proposal"},
	"calendar.turn_requests": {"suivre le calendrier", "follow the calendar"},

	"access_key.create": {"créer une clé d'accès", "make an access key"},
	"access_key.rotate": {"remplacer une clé d'accès", "rotate an access key"},
	"access_key.revoke": {"révoquer une clé d'accès", "revoke an access key"},
	"account.grant":     {"attribuer des droits", "grant rights"},
	"account.revoke":    {"révoquer des droits", "revoke rights"},

	"mail.begin":   {"commencer le courrier", "begin the mail"},
	"mail.collect": {"relever les événements à annoncer", "collect the events to tell"},
	"mail.address": {"choisir les destinataires", "choose whom to tell"},
	"mail.claim":   {"prendre un envoi en charge", "claim a mailing"},
	"mail.settle":  {"noter le sort d'un envoi", "settle a mailing"},
	"mail.lose":    {"tenir un envoi pour perdu", "give a mailing up as lost"},
	"mail.drop":    {"abandonner un envoi", "drop a mailing"},
	"mail.forget":  {"oublier les envois anciens", "forget old mailings"},
	"mail.retry":   {"renvoyer un courrier", "send a mailing again"},
	"mail.dismiss": {"classer un courrier", "dismiss a mailing"},

	"request.draft":               {"commencer la demande", "begin the request"},
	"request.change":              {"modifier la demande", "change the request"},
	"request.submit":              {"déposer la demande", "submit the request"},
	"request.request_changes":     {"demander des compléments", "request changes"},
	"request.send_to_landlord":    {"transmettre au bailleur", "send to the landlord"},
	"request.set_contacts":        {"désigner les contacts", "set the contacts"},
	"request.write_message":       {"écrire un message", "write a message"},
	"request.remind":              {"relancer", "remind"},
	"request.record_visit":        {"rendre compte de la visite", "record the visit"},
	"request.scope":               {"cadrer", "scope"},
	"request.record_consultation": {"rendre compte de la concertation", "record the consultation"},
	"request.propose_convention":  {"proposer la convention", "propose the agreement"},
	"request.consent":             {"donner son accord", "consent"},
	"request.sign":                {"signer la convention", "sign the agreement"},
	"request.hand_over":           {"remettre les clés", "hand over the keys"},
	"request.record_indicators":   {"relever les indicateurs", "record indicators"},
	"request.evaluate":            {"évaluer", "evaluate"},
	"request.host":                {"accueillir durablement", "host"},
	"request.scale":               {"essaimer", "scale"},
	"request.end":                 {"mettre fin à l'accueil", "end the placement"},
	"request.hold":                {"mettre en attente", "put on hold"},
	"request.resume":              {"reprendre", "resume"},
	"request.reject":              {"refuser", "reject"},
	"request.reopen":              {"rouvrir", "reopen"},
	"request.withdraw":            {"retirer la demande", "withdraw the request"},
	"request.cancel":              {"annuler", "cancel"},
	"request.agree_to_publish":    {"accepter la publication", "agree to publish"},
	"request.correct":             {"corriger", "correct"},
}
