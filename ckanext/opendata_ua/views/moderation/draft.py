"""Forms of a dataset that is not public yet, at the addresses of CKAN's own.

CKAN edits a draft by its wizard for new datasets, whose last step makes it public. Here
a draft has the same form as any dataset; what is public stays with CKAN's views.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.dataset import EditView as EditDataset
from ckan.views.resource import CreateView as CreateFile

from ckanext.opendata_ua.domain.moderation import Public
from ckanext.opendata_ua.views.asking import context
from ckanext.opendata_ua.views.moderation import steps
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation

#: Fields that say something about a new file; others have presets.
_TELLING = ("url", "name", "description")


class EditDraft(EditDataset):
    """The edit form of a dataset, with what comes after saving a draft."""

    def get(
        self,
        package_type: str,
        id: str,
        data: dict[str, Any] | None = None,
        errors: dict[str, Any] | None = None,
        error_summary: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form; CKAN's view, not told of the draft, shows no wizard."""
        dataset = _hidden(id)
        if dataset is not None:
            _check_right("package_update", {"id": dataset["id"]})
            data = {**(data or {}), "state": ""}
        return super().get(package_type, id, data, errors, error_summary)

    def post(self, package_type: str, id: str) -> Any:
        """Save, then do what the button says: look at the checklist, or submit."""
        dataset = _hidden(id)
        if dataset is not None:
            _check_right("package_update", {"id": dataset["id"]})
        answer = super().post(package_type, id)
        if dataset is None or isinstance(answer, str):
            return answer
        return _after_saving(dataset["id"], tk.request.form.get("save", "")) or answer


class AddFile(CreateFile):
    """The form of a new file; the last step leads to the checklist."""

    def post(self, package_type: str, id: str) -> Any:
        """Save the file; without one, "Finish" only looks at the checklist."""
        finish = tk.request.form.get("save") == "go-checklist"
        if finish and _says_nothing():
            return _checklist(id)
        answer = super().post(package_type, id)
        return _checklist(id) if finish and not isinstance(answer, str) else answer


def _says_nothing() -> bool:
    form, file = tk.request.form, tk.request.files.get("upload")
    return not (
        any(form.get(name) for name in _TELLING)
        or form.get("id")
        or (file and file.filename)
    )


def _after_saving(dataset_id: str, button: str) -> Any:
    """Return the answer to a button that does more than saving, or None."""
    dataset = _show(dataset_id)  # its name may have changed
    if dataset is None:
        return None
    if button == "check":
        return _checklist(dataset["name"])
    if button == "submit":
        return steps.submit(dataset["name"])
    review = tk.h.opendata_ua_review(dataset)
    if review and review["may_decide"] and review["state"] == Public.SUBMITTED.value:
        return tk.h.redirect_to(
            "opendata_ua_moderation.case", case_id=review["case_id"]
        )
    return None


def _checklist(id: str) -> Any:
    return tk.h.redirect_to("opendata_ua_moderation.checklist", id=id)


def _hidden(id: str) -> dict[str, Any] | None:
    """Return a dataset that becomes public through moderation and is not yet."""
    dataset = _show(id)
    if dataset is None or not tk.h.opendata_ua_is_moderated(dataset["type"]):
        return None
    return dataset if dataset["opendata_ua_state"] != Public.PUBLIC.value else None


def _show(id: str) -> dict[str, Any] | None:
    try:
        return tk.get_action("package_show")(context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def _check_right(name: str, data: dict[str, Any]) -> None:
    """Say in the words of the refusal why the dataset cannot be changed now."""
    try:
        tk.check_access(name, context(), data)
    except tk.NotAuthorized as refusal:
        tk.abort(403, str(refusal))


# at addresses of CKAN's own: rules of plugins come first
for rule, view in (
    ("/dataset/edit/<id>", EditDraft.as_view("edit")),
    ("/dataset/<id>/resource/new", AddFile.as_view("new_file")),
):
    opendata_ua_moderation.add_url_rule(
        rule, view_func=view, defaults={"package_type": "dataset"}
    )
