package hub

import (
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/texts"
)

// What is read of the personal store is read here, for readers who see it: each
// reading leaves a line in the log, of what kind and by whom, and none of what it
// says. A viewer whose key doesn't go so far finds nothing, as if it had been
// erased.

// ReadPersons finds persons by their ids; a missing one is absent.
func (h *Hub) ReadPersons(ctx context.Context, v domain.Viewer, ids []domain.PersonID) (_ map[domain.PersonID]domain.Person, err error) {
	if !v.SeesPersonalData() {
		return nil, nil
	}
	ctx, ended := h.Recorder.Begin(ctx, telemetry.ReadTexts)
	defer func() { ended(err) }()
	found, err := h.Texts.Persons(ctx, ids)
	h.audit(ctx, v, "person", len(found))
	return found, err
}

// ReadPersonsOf are the persons of an organisation, or with "" those of none.
func (h *Hub) ReadPersonsOf(ctx context.Context, v domain.Viewer, organisation domain.ID) (_ []domain.Person, err error) {
	if !v.SeesPersonalData() {
		return nil, nil
	}
	ctx, ended := h.Recorder.Begin(ctx, telemetry.ReadTexts)
	defer func() { ended(err) }()
	found, err := h.Texts.PersonsOf(ctx, organisation)
	h.audit(ctx, v, "person", len(found))
	return found, err
}

// ReadTexts finds texts by their ids; a missing one is absent.
func (h *Hub) ReadTexts(ctx context.Context, v domain.Viewer, ids []domain.TextID) (_ map[domain.TextID]domain.Text, err error) {
	if !v.SeesPersonalData() {
		return nil, nil
	}
	ctx, ended := h.Recorder.Begin(ctx, telemetry.ReadTexts)
	defer func() { ended(err) }()
	found, err := h.Texts.Texts(ctx, ids)
	h.audit(ctx, v, "text", len(found))
	return found, err
}

// PersonOfViewer is who a viewer is; false when they aren't known.
func (h *Hub) PersonOfViewer(ctx context.Context, v domain.Viewer) (domain.Person, bool, error) {
	if v.OnBehalfOf != "" {
		found, err := h.ReadPersons(ctx, v, []domain.PersonID{v.OnBehalfOf})
		p, ok := found[v.OnBehalfOf]
		return p, ok, err
	}
	if !v.SeesPersonalData() {
		return domain.Person{}, false, nil
	}
	p, ok, err := h.Texts.PersonOfAccount(ctx, v.Actor)
	if ok {
		h.audit(ctx, v, "person", 1)
	}
	return p, ok, err
}

// ExportPerson is all that is kept about a person, for them and for staff, and for a
// portal that acts for them what was written within its organisation; false when
// nothing is, and for others. Errors are the personal store's.
func (h *Hub) ExportPerson(ctx context.Context, v domain.Viewer, id domain.PersonID) (texts.Export, bool, error) {
	if !v.SeesPersonalData() {
		return texts.Export{}, false, nil
	}
	found, err := h.Texts.Persons(ctx, []domain.PersonID{id})
	if err != nil || !v.MayExportPerson(id, found[id].Account) {
		return texts.Export{}, false, err // what follows may take long
	}
	export, err := h.Texts.ExportPerson(ctx, id)
	export.Texts = slices.DeleteFunc(export.Texts, func(t domain.Text) bool { return !v.MayHandle(t) })
	if err != nil || export.Person == nil && len(export.Texts) == 0 {
		return texts.Export{}, false, err
	}
	h.audit(ctx, v, "export", 1+len(export.Texts))
	return export, true, nil
}

// audit notes that personal data was read.
func (h *Hub) audit(ctx context.Context, v domain.Viewer, kind string, count int) {
	if count == 0 {
		return
	}
	h.Logger.InfoContext(ctx, "personal data read", "kind", kind, "count", count,
		"role", string(v.Role), "actor", v.Actor, "onBehalfOf", string(v.OnBehalfOf))
}
