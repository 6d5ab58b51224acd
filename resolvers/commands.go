package resolvers

import (
	"context"
	"fmt"
	"reflect"

	"github.com/99designs/gqlgen/graphql"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/loaders"
)

// done is what a payload shows of a command.
type done[T any] struct {
	object     *T
	outcome    *graph.PalierUpsertOutcome
	commit     *int
	userErrors []graph.PalierUserError
}

// do keeps a command and finds its object in the World that holds it. Refusals
// are answers; the error is anything else that went wrong.
func do[T any](ctx context.Context, r *Resolver, c hub.Command, key graphql.Omittable[*string],
	find func(*loaders.Session, domain.ID) (*T, bool)) (done[T], error) {
	s := r.session(ctx)
	outcome, err := s.Do(ctx, c, key.Value())
	if err != nil {
		refusals := domain.AsRefusals(err)
		if refusals == nil {
			return done[T]{}, err
		}
		return done[T]{userErrors: userErrors(s, refusals)}, nil
	}
	d := done[T]{outcome: upsertOutcome(outcome.Upsert), commit: commitNumber(outcome), userErrors: []graph.PalierUserError{}}
	if object, ok := find(s, outcome.Object); ok {
		d.object = object
	}
	return d, nil
}

// commitNumber is nil when nothing was written.
func commitNumber(o hub.Outcome) *int {
	if o.Commit == 0 {
		return nil
	}
	n := int(o.Commit)
	return &n
}

func upsertOutcome(o hub.UpsertOutcome) *graph.PalierUpsertOutcome {
	if o == "" {
		return nil
	}
	outcome := graph.PalierUpsertOutcome(o)
	return &outcome
}

// userErrors are refusals as the schema shows them: the one place where they
// are translated.
func userErrors(s *loaders.Session, refusals []domain.Refusal) []graph.PalierUserError {
	out := make([]graph.PalierUserError, len(refusals))
	for i, refusal := range refusals {
		code, message := refusal.RefusalCode(), refusal.Say(s.Locale())
		switch r := refusal.(type) {
		case domain.NotFound:
			out[i] = graph.PalierNotFound{Code: code, Message: message, Path: path(r.Path)}
		case domain.NotAllowed:
			out[i] = graph.PalierNotAllowed{Code: code, Message: message, Path: path(nil), NeededRoles: r.Needed}
		case domain.AccessEnded:
			out[i] = graph.PalierNotAllowed{Code: code, Message: message, Path: path(nil), NeededRoles: []domain.Role{}}
		case domain.ScopeMissing:
			out[i] = graph.PalierScopeMissing{Code: code, Message: message, Path: path(nil), NeededScope: r.Scope}
		case domain.VersionConflict:
			out[i] = graph.PalierVersionConflict{Code: code, Message: message, Path: path(r.Path), ExpectedVersion: r.Expected, CurrentVersion: r.Current}
		case domain.WrongState:
			out[i] = graph.PalierWrongState{Code: code, Message: message, Path: path(r.Path), CurrentState: r.Current, AllowedStates: r.Allowed}
		case domain.AlreadyExists:
			out[i] = graph.PalierAlreadyExists{Code: code, Message: message, Path: path(r.Path), ExistingID: r.ID}
		case domain.IdempotencyConflict:
			out[i] = graph.PalierIdempotencyConflict{Code: code, Message: message, Path: path(r.Path)}
		case domain.TooLarge:
			out[i] = graph.PalierTooLarge{Code: code, Message: message, Path: path(nil), MostBytes: r.Most}
		case domain.TooMany:
			out[i] = graph.PalierTooMany{Code: code, Message: message, Path: path(r.Path), Most: r.Most, Kept: r.Kept}
		case domain.WrongStatus:
			out[i] = graph.HostingRequestWrongStatus{Code: code, Message: message, Path: path(r.Path), Action: r.Action, CurrentStatus: r.Current, AllowedStatuses: r.Allowed}
		case domain.NotReady:
			out[i] = graph.HostingRequestNotReady{Code: code, Message: message, Path: path(r.Path), Action: r.Action,
				Lacking: append([]domain.RequestRequirement{}, r.Lacking...), Failing: append([]domain.CriterionCode{}, r.Failing...)}
		case domain.SpaceTaken:
			taken := graph.HostingSpaceTaken{Code: code, Message: message, Path: path(r.Path), TakenBy: r.By, On: r.On}
			taken.Space, _ = s.Space(r.Space)
			out[i] = taken
		case domain.NotOpen:
			out[i] = graph.HostingContactNotOpen{Code: code, Message: message, Path: path(r.Path), CurrentStatus: r.Current}
		case domain.InvalidInput:
			out[i] = graph.PalierInvalidInput{Code: code, Message: message, Path: path(r.Path)}
		default:
			out[i] = graph.PalierInvalidInput{Code: code, Message: message, Path: path(nil)}
		}
	}
	return out
}

// path is never null.
func path(p []string) []string { return append([]string{}, p...) }

// patch makes a patch of F from a generated input whose fields are omittable
// and named as F's. It can't fail for a schema that matches the domain, which a
// test checks for every input.
func patch[F any](changes any) (hub.Patch[F], error) {
	v := reflect.Indirect(reflect.ValueOf(changes))
	set := make(map[string]any)
	for i := range v.NumField() {
		field, ok := v.Field(i).Interface().(interface{ IsSet() bool })
		if !ok {
			return hub.Patch[F]{}, fmt.Errorf("patching: %s.%s is not omittable", v.Type(), v.Type().Field(i).Name)
		}
		if field.IsSet() {
			set[v.Type().Field(i).Name] = v.Field(i).MethodByName("Value").Call(nil)[0].Interface()
		}
	}
	return hub.NewPatch[F](set)
}

// The payloads, from what a command did. A system error leaves none.

func landlordPayload(d done[domain.Landlord], err error) (*graph.LandlordPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.LandlordPayload{Landlord: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func landlordSitePayload(d done[domain.LandlordSite], err error) (*graph.LandlordSitePayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.LandlordSitePayload{Site: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func landlordSiteUpsertPayload(d done[domain.LandlordSite], err error) (*graph.LandlordSiteUpsertPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.LandlordSiteUpsertPayload{Site: d.object, Outcome: d.outcome, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func vacantSpacePayload(d done[domain.VacantSpace], err error) (*graph.VacantSpacePayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.VacantSpacePayload{Space: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func vacantSpaceUpsertPayload(d done[domain.VacantSpace], err error) (*graph.VacantSpaceUpsertPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.VacantSpaceUpsertPayload{Space: d.object, Outcome: d.outcome, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func innovationProjectPayload(d done[domain.InnovationProject], err error) (*graph.InnovationProjectPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.InnovationProjectPayload{Project: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func hostingNeedPayload(d done[domain.HostingNeed], err error) (*graph.HostingNeedPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.HostingNeedPayload{Need: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func landlordNeedPayload(d done[domain.LandlordNeed], err error) (*graph.LandlordNeedPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.LandlordNeedPayload{Need: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func landlordNeedUpsertPayload(d done[domain.LandlordNeed], err error) (*graph.LandlordNeedUpsertPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.LandlordNeedUpsertPayload{Need: d.object, Outcome: d.outcome, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func hostingRequestPayload(d done[domain.HostingRequest], err error) (*graph.HostingRequestPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.HostingRequestPayload{Request: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func placementPayload(d done[domain.Placement], err error) (*graph.PlacementPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.PlacementPayload{Placement: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func hostingInvitationPayload(d done[domain.HostingInvitation], err error) (*graph.HostingInvitationPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.HostingInvitationPayload{Invitation: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func hostingProposalPayload(d done[domain.HostingProposal], err error) (*graph.HostingProposalPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.HostingProposalPayload{Proposal: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func landlordApproachPayload(d done[domain.LandlordApproach], err error) (*graph.LandlordApproachPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.LandlordApproachPayload{Approach: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func deadLetterPayload(d done[domain.Mailing], err error) (*graph.DeadLetterPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.DeadLetterPayload{DeadLetter: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

// accessKeyPayload shows the secret to whoever has just made it, and to nobody who
// sends the same again: what is kept then is the hash of another.
func accessKeyPayload(random string, d done[domain.AccessKey], err error) (*graph.PalierAccessKeyPayload, error) {
	if err != nil {
		return nil, err
	}
	out := &graph.PalierAccessKeyPayload{AccessKey: d.object, Commit: d.commit, UserErrors: d.userErrors}
	if d.object != nil {
		if secret := d.object.Secret(random); d.object.Opens(secret) {
			out.Secret = &secret
		}
	}
	return out, nil
}

func accountAccessPayload(d done[domain.AccountAccess], err error) (*graph.PalierAccountAccessPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.PalierAccountAccessPayload{AccountAccess: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

func hostingMessagePayload(d done[domain.HostingMessage], err error) (*graph.HostingMessagePayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.HostingMessagePayload{Message: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

// personPayload shows a person who was put, which makes no commit.
func personPayload(s *loaders.Session) func(*domain.Person, error) (*graph.PalierPersonPayload, error) {
	return func(p *domain.Person, err error) (*graph.PalierPersonPayload, error) {
		if refusals := domain.AsRefusals(err); refusals != nil {
			return &graph.PalierPersonPayload{UserErrors: userErrors(s, refusals)}, nil
		}
		if err != nil {
			return nil, err
		}
		return &graph.PalierPersonPayload{Person: p, UserErrors: []graph.PalierUserError{}}, nil
	}
}

func personErasePayload(d done[int], err error) (*graph.PalierPersonErasePayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.PalierPersonErasePayload{ErasedTextCount: d.object, Commit: d.commit, UserErrors: d.userErrors}, nil
}

// each is a list of an input, by value.
func each[T any](list []*T) []T {
	out := make([]T, len(list))
	for i, v := range list {
		out[i] = *v
	}
	return out
}

// What a command changed, for its payload.

func findPlacement(s *loaders.Session, id domain.ID) (*domain.Placement, bool) {
	return s.Placement(domain.PlacementID(id))
}

func findRequest(s *loaders.Session, id domain.ID) (*domain.HostingRequest, bool) {
	return s.Request(domain.RequestID(id))
}

func findInvitation(s *loaders.Session, id domain.ID) (*domain.HostingInvitation, bool) {
	return s.Invitation(domain.InvitationID(id))
}

func findProposal(s *loaders.Session, id domain.ID) (*domain.HostingProposal, bool) {
	return s.Proposal(domain.ProposalID(id))
}

func findApproach(s *loaders.Session, id domain.ID) (*domain.LandlordApproach, bool) {
	return s.Approach(domain.ApproachID(id))
}

func findAccessKey(s *loaders.Session, id domain.ID) (*domain.AccessKey, bool) {
	return s.AccessKey(domain.AccessKeyID(id))
}

func findAccountAccess(s *loaders.Session, id domain.ID) (*domain.AccountAccess, bool) {
	return s.AccountAccess(domain.AccountAccessID(id))
}

func findDeadLetter(s *loaders.Session, id domain.ID) (*domain.Mailing, bool) {
	return s.DeadLetter(domain.MailingID(id))
}

func findMessage(s *loaders.Session, id domain.ID) (*domain.HostingMessage, bool) {
	return s.Message(domain.MessageID(id))
}

// findErasure finds how many texts went.
func findErasure(s *loaders.Session, id domain.ID) (*int, bool) {
	n, ok := s.ErasedTexts(domain.ErasureID(id))
	return &n, ok
}

func findLandlord(s *loaders.Session, id domain.ID) (*domain.Landlord, bool) {
	return s.Landlord(domain.LandlordID(id))
}

func findSite(s *loaders.Session, id domain.ID) (*domain.LandlordSite, bool) {
	return s.Site(domain.SiteID(id))
}

func findSpace(s *loaders.Session, id domain.ID) (*domain.VacantSpace, bool) {
	return s.Space(domain.SpaceID(id))
}

func findProject(s *loaders.Session, id domain.ID) (*domain.InnovationProject, bool) {
	return s.Project(domain.ProjectID(id))
}

func findNeed(s *loaders.Session, id domain.ID) (*domain.HostingNeed, bool) {
	return s.Need(domain.NeedID(id))
}

func findLandlordNeed(s *loaders.Session, id domain.ID) (*domain.LandlordNeed, bool) {
	return s.LandlordNeed(domain.LandlordNeedID(id))
}
