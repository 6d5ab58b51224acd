package domain_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// In each list every code stands once, with a label of its own in each
// language.
func TestCodeLists(t *testing.T) {
	form := regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	names := map[string]bool{}
	for _, list := range domain.CodeLists() {
		if names[list.Name] || list.Name == "" || len(list.Codes) == 0 {
			t.Errorf("list %q", list.Name)
		}
		names[list.Name] = true
		if found, ok := domain.CodeListNamed(list.Name); !ok || found != list {
			t.Errorf("%s isn't found by its name", list.Name)
		}
		values, french, english := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, c := range list.Codes {
			if !form.MatchString(c.Value) || values[c.Value] {
				t.Errorf("%s: value %q", list.Name, c.Value)
			}
			values[c.Value] = true
			for _, label := range []struct {
				text string
				seen map[string]bool
			}{{c.Label(domain.French), french}, {c.Label(domain.English), english}} {
				if label.text == "" || label.text != strings.TrimSpace(label.text) || label.seen[label.text] {
					t.Errorf("%s: %s is labelled %q", list.Name, c.Value, label.text)
				}
				label.seen[label.text] = true
			}
			if text := list.Text(c.Value); text != (domain.Bilingual{French: c.French, English: c.English}) {
				t.Errorf("%s: %s reads %v", list.Name, c.Value, text)
			}
		}
		if text := list.Text("NEWER"); text.French != "NEWER" || text.English != "NEWER" {
			t.Errorf("%s: an unknown code reads %v", list.Name, text)
		}
	}
	if _, ok := domain.CodeListNamed("Weather"); ok {
		t.Error("a list that there isn't")
	}
}

// Each typed code reads from its own list.
func TestLabels(t *testing.T) {
	type labelled interface{ Label(domain.Locale) string }
	for list, code := range map[string]labelled{
		"LandlordKind": domain.LandlordKindOph, "SpaceKind": domain.SpaceKindOffice, "VacancyCause": domain.VacancyUnlet,
		"SpaceStatus": domain.StatusReserved, "ErpType": domain.ErpL, "ErpCategory": domain.Category5, "AccessLevel": domain.AccessCompliant,
		"SpaceUtility": domain.UtilityWater, "OccupancyForm": domain.FormLoanForUse, "InnovationDomain": domain.DomainCulture,
		"TargetPublic": domain.PublicSeniors, "ProcurementLever": domain.LeverLots, "NpnruInterest": domain.NpnruNational,
		"ProjectStage": domain.StageScaling, "HostingActivity": domain.ActivityCooking, "ApprovalKind": domain.ApprovalEsus,
		"PublicationState": domain.PublicationDraft, "PalierVisibility": domain.VisibilityPrivate, "CostBasis": domain.CostOneOff,
		"PalierCurrency": domain.CurrencyEur, "UseKind": domain.UseRecurring, "CommitmentKind": domain.CommitmentOwnUse,
		"TerritoryScale": domain.TerritoryRadius, "PositionQuality": domain.PositionEpci, "QpvStanding": domain.QpvNear,
		"WorksKind": domain.WorksDemolition, "LocalSupport": domain.SupportReserved, "PalierRole": domain.RoleStaff,
		"MatchCriterionCode": domain.CriterionProximity, "MatchCriterionKind": domain.CriterionHard, "MatchCriterionStatus": domain.CriterionUnknown,
		"MatchEligibility": domain.EligibilityUncertain, "NeedTiming": domain.TimingLasting, "NeedBudgetBasis": domain.BudgetPerMonth,
		"MatchChangeKind": domain.MatchFell, "MatchAssumptionField": domain.AssumedMinSurface,
		"RulesetKind":          domain.RulesetSpace,
		"HostingRequestStatus": domain.RequestPilot, "HostingRequestOrigin": domain.OriginInvitation, "HostingRequestParty": domain.PartyStaff,
		"HostingRequestWish": domain.WishNone, "HostingRequestAction": domain.ActionSign, "HostingRequestRequirement": domain.RequiresVisit,
		"HostingRefusalReason": domain.RefusedDuplicate, "HostingVisitOutcome": domain.VisitSuitable, "HostingOpinion": domain.OpinionReserved,
		"HostingChargesEffect": domain.ChargesLower, "HostingIndicatorCode": domain.IndicatorHours, "HostingDecision": domain.DecisionStop,
		"HostingEndReason": domain.EndWorks, "HostingRestitution": domain.RestitutionImproved, "PlacementPracticeKind": domain.PracticeFailed,
		"HostingInvitationStatus": domain.InvitationDeclined, "HostingProposalStatus": domain.ProposalYes, "HostingProposalRecipient": domain.RecipientLandlord,
		"LandlordApproachChannel": domain.ChannelEvent, "LandlordApproachOutcome": domain.OutcomeToCallBack,
		"PalierMailEvent": domain.MailSuperseded, "DeadLetterReason": domain.DeadUnknown,
		"PalierAccessKeyUse": domain.KeyForEmbedding, "PalierAccessScope": domain.ScopePersonalData,
		"PalierAccessKeyState": domain.KeyExpired, "PalierRevocationReason": domain.RevokedUnused,
		"HostingMessageAudience": domain.MessageShared, "PalierTextKind": domain.TextScope,
	} {
		l, ok := domain.CodeListNamed(list)
		if !ok {
			t.Errorf("no list %s", list)
			continue
		}
		value := fmt.Sprint(code)
		if text := l.Text(value); text.French == value && text.English == value || code.Label(domain.French) != text.French || code.Label(domain.English) != text.English {
			t.Errorf("%s of %s: %q, want %q", value, list, code.Label(domain.French), text.French)
		}
	}
	if n := len(domain.CodeLists()); n != 65 {
		t.Errorf("%d lists: add the new one's codes above", n)
	}
	if got := domain.SpaceKind("NEWER").Label(domain.French); got != "NEWER" {
		t.Errorf("%q", got)
	}
}
