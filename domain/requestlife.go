package domain

import "slices"

// RequestTransition is a row of the table of a hosting request's life: what can
// be done, from which statuses, by whom, with what, and what it leads to. The
// table serves the commands, HostingRequest.allowedTransitions, the
// documentation and the tests.
type RequestTransition struct {
	Action RequestAction
	// Mutation is the field of the API; "" for what the hub does by itself.
	Mutation string
	From     []RequestStatus
	// To is the status that it leads to: Stays for the same, Returns for the one
	// that the request came from.
	To RequestStatus
	By []RequestParty
	// Needs are what the action has to be given, Conditions what must hold
	// already.
	Needs, Conditions []RequestRequirement
}

const (
	// Stays is the status of before.
	Stays RequestStatus = ""
	// Returns is HostingRequest.ReturnTo.
	Returns RequestStatus = "RETURNS"
)

var (
	byProject      = []RequestParty{PartyProject, PartyStaff}
	byLandlord     = []RequestParty{PartyLandlord}
	byStaff        = []RequestParty{PartyStaff}
	byHub          = []RequestParty{PartyHub}
	bySides        = []RequestParty{PartyProject, PartyLandlord}
	reviewed       = []RequestStatus{RequestLandlordReview, RequestScoping, RequestTenantConsultation, RequestConvention}
	stoppedForAWay = []RequestStatus{RequestRejected, RequestExpired, RequestSuperseded}
)

// RequestTransitions is the table, in the order of a request's life.
func RequestTransitions() []RequestTransition { return requestTransitions }

var requestTransitions = []RequestTransition{
	{ActionChange, "hostingRequestChange", []RequestStatus{RequestDraft, RequestChangesRequested}, Stays, byProject, nil, nil},
	{ActionSubmit, "hostingRequestSubmit", []RequestStatus{RequestDraft, RequestChangesRequested}, RequestSubmitted, byProject, nil,
		[]RequestRequirement{RequiresParties, RequiresWish, RequiresUse, RequiresWindow, RequiresDuration, RequiresSurface}},
	{ActionRequestChanges, "hostingRequestRequestChanges", []RequestStatus{RequestSubmitted}, RequestChangesRequested, byStaff,
		[]RequestRequirement{RequiresMissing}, nil},
	{ActionSend, "hostingRequestSendToLandlord", []RequestStatus{RequestSubmitted}, RequestLandlordReview, byStaff,
		[]RequestRequirement{RequiresLandlord, RequiresDueDate}, nil},
	{ActionRemind, "", []RequestStatus{RequestSubmitted, RequestLandlordReview}, Stays, byHub, nil, nil},
	{ActionRecordVisit, "hostingRequestRecordVisit", []RequestStatus{RequestLandlordReview}, RequestScoping, byLandlord,
		[]RequestRequirement{RequiresVisit}, nil},
	{ActionScope, "hostingRequestScope", []RequestStatus{RequestScoping}, RequestTenantConsultation, byLandlord,
		[]RequestRequirement{RequiresEntrusted, RequiresChosenSpace, RequiresForm, RequiresCharges}, nil},
	{ActionRecordConsultation, "hostingRequestRecordConsultation", []RequestStatus{RequestTenantConsultation}, RequestConvention, byLandlord,
		[]RequestRequirement{RequiresTenants}, nil},
	{ActionProposeConvention, "hostingRequestProposeConvention", []RequestStatus{RequestConvention, RequestEvaluated}, Stays, byLandlord,
		[]RequestRequirement{RequiresTerms}, nil},
	{ActionConsent, "hostingRequestConsent", []RequestStatus{RequestConvention, RequestEvaluated}, Stays, []RequestParty{PartyProject}, nil,
		[]RequestRequirement{RequiresTerms}},
	{ActionSign, "hostingRequestSign", []RequestStatus{RequestConvention}, RequestSigned, byLandlord, nil,
		[]RequestRequirement{RequiresTerms, RequiresProjectConsent, RequiresNoHardFailure, RequiresSpaceFree}},
	{ActionHandOver, "hostingRequestHandOver", []RequestStatus{RequestSigned}, RequestPilot, bySides,
		[]RequestRequirement{RequiresHandoverDate}, nil},
	{ActionRecordIndicators, "hostingRequestRecordIndicators", []RequestStatus{RequestPilot, RequestEvaluated, RequestHosted, RequestScaled}, Stays,
		[]RequestParty{PartyProject, PartyLandlord, PartyStaff}, []RequestRequirement{RequiresIndicators}, nil},
	{ActionEvaluate, "hostingRequestEvaluate", []RequestStatus{RequestPilot}, RequestEvaluated, []RequestParty{PartyLandlord, PartyStaff},
		[]RequestRequirement{RequiresIndicators, RequiresDecision}, nil},
	{ActionHost, "hostingRequestHost", []RequestStatus{RequestEvaluated}, RequestHosted, byLandlord, nil,
		[]RequestRequirement{RequiresTerms, RequiresProjectConsent, RequiresSpaceFree}},
	{ActionScale, "hostingRequestScale", []RequestStatus{RequestEvaluated, RequestHosted}, RequestScaled, byStaff,
		[]RequestRequirement{RequiresTerritories}, nil},
	{ActionEnd, "hostingRequestEnd", occupyingStatuses, RequestEnded, []RequestParty{PartyProject, PartyLandlord, PartyHub},
		[]RequestRequirement{RequiresReason, RequiresRestitution}, nil},
	{ActionHold, "hostingRequestHold", openStatuses, RequestOnHold, []RequestParty{PartyLandlord, PartyStaff},
		[]RequestRequirement{RequiresReason, RequiresReviewDate}, nil},
	{ActionResume, "hostingRequestResume", []RequestStatus{RequestOnHold}, Returns, []RequestParty{PartyLandlord, PartyStaff}, nil, nil},
	{ActionReject, "hostingRequestReject", []RequestStatus{RequestSubmitted}, RequestRejected, byStaff,
		[]RequestRequirement{RequiresReason}, nil},
	{ActionReject, "hostingRequestReject", reviewed, RequestRejected, byLandlord,
		[]RequestRequirement{RequiresReason}, nil},
	{ActionReopen, "hostingRequestReopen", stoppedForAWay, Returns, []RequestParty{PartyLandlord, PartyStaff},
		[]RequestRequirement{RequiresReason}, nil},
	{ActionWithdraw, "hostingRequestWithdraw", append([]RequestStatus{RequestDraft, RequestOnHold}, openStatuses...), RequestWithdrawn, []RequestParty{PartyProject},
		[]RequestRequirement{RequiresReason}, nil},
	{ActionCancel, "hostingRequestCancel", []RequestStatus{RequestSigned}, RequestCancelled, []RequestParty{PartyProject, PartyLandlord, PartyStaff},
		[]RequestRequirement{RequiresReason}, nil},
	{ActionExpire, "", []RequestStatus{RequestSubmitted, RequestLandlordReview}, RequestExpired, byHub, nil, nil},
	{ActionSupersede, "", append([]RequestStatus{RequestOnHold}, openStatuses...), RequestSuperseded, byHub, nil, nil},
	{ActionAgreeToPublish, "hostingRequestAgreeToPublish", append([]RequestStatus{RequestEnded}, occupyingStatuses...), Stays, bySides, nil, nil},
	{ActionCorrect, "hostingRequestCorrect", append([]RequestStatus{RequestEnded}, occupyingStatuses...), Stays, byStaff,
		[]RequestRequirement{RequiresReason}, nil},
}

// Transition finds the row for an action from the request's status, whoever asks.
// Of several, it is that of a party; without one, the first. False when the
// status doesn't allow the action at all.
func (r *HostingRequest) Transition(a RequestAction, party RequestParty) (RequestTransition, bool) {
	var found *RequestTransition
	for i := range requestTransitions {
		t := &requestTransitions[i]
		if t.Action != a || !slices.Contains(t.From, r.Status) {
			continue
		}
		if slices.Contains(t.By, party) {
			return *t, true
		}
		if found == nil {
			found = t
		}
	}
	if found == nil {
		return RequestTransition{}, false
	}
	return *found, true
}

// May tells whether a party may do what the row says, on this request: what was
// refused is reopened by who refused it, and by staff.
func (t RequestTransition) May(r *HostingRequest, party RequestParty) bool {
	if !slices.Contains(t.By, party) {
		return false
	}
	if t.Action == ActionReopen && party != PartyStaff {
		return r.Status == RequestRejected && r.Refused != nil && r.Refused.By == party
	}
	return true
}

// Stops tells whether the row ends the request, or leaves it to be reopened.
func (t RequestTransition) Stops() bool {
	switch t.To {
	case RequestRejected, RequestWithdrawn, RequestCancelled, RequestExpired, RequestSuperseded, RequestEnded:
		return true
	}
	return false
}

// Target is the status that the row leads this request to.
func (t RequestTransition) Target(r *HostingRequest) RequestStatus {
	switch t.To {
	case Stays:
		return r.Status
	case Returns:
		return r.ReturnTo
	}
	return t.To
}

// RequestActionFrom are the statuses from which an action can be done, by anyone.
func RequestActionFrom(a RequestAction) (from []RequestStatus) {
	for _, t := range requestTransitions {
		if t.Action != a {
			continue
		}
		for _, s := range t.From {
			if !slices.Contains(from, s) {
				from = append(from, s)
			}
		}
	}
	return from
}

// Allowed are the rows that a party may go along now, whether what they need is
// there or not.
func (r *HostingRequest) Allowed(party RequestParty) (rows []RequestTransition) {
	for _, t := range requestTransitions {
		if t.Mutation != "" && slices.Contains(t.From, r.Status) && t.May(r, party) {
			rows = append(rows, t)
		}
	}
	return rows
}

// Go is the request after a step along the row: in its new status, with the step
// in its log. What the step records besides is the caller's to set.
func (r HostingRequest) Go(t RequestTransition, step RequestStep) HostingRequest {
	step.Action, step.From, step.To = t.Action, r.Status, t.Target(&r)
	r.Log = append(slices.Clip(r.Log), step)
	r.Version++
	r.UpdatedAt = step.At
	if step.To != r.Status {
		switch step.To {
		case RequestOnHold, RequestRejected, RequestExpired, RequestSuperseded:
			if r.Status != RequestOnHold { // what is on hold goes back to where it was held
				r.ReturnTo = r.Status
			}
		default:
			r.ReturnTo = ""
		}
		r.Status, r.Since, r.DueOn, r.Reminders = step.To, step.At, nil, nil
	}
	return r
}
