"""Writes of datasets through the Action API, on the real stack."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import search
from ckan.lib.navl.dictization_functions import DataError
from ckan.tests import factories
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.model.job import Job
from tests.integration.conftest import public_at_once

pytestmark = pytest.mark.usefixtures("portal")


def upload(text: str, name: str = "зупинки.csv") -> FileStorage:
    return FileStorage(io.BytesIO(text.encode()), filename=name)


@pytest.fixture
def edit(editor: dict[str, Any]) -> Any:
    """Return a function that calls an action as the editor."""

    def call(action: str, **data: Any) -> dict[str, Any]:
        context: Any = {"user": editor["name"], "ignore_auth": False}
        return call_action(action, context, **data)

    return call


class TestNationalKeys:
    def test_the_elements_stand_at_the_top_level_of_package_json(
        self, create: Any
    ) -> None:
        shown = call_action("package_show", id=create()["id"])
        assert shown["purpose_of_collecting_information"].startswith("Закон")
        assert (shown["language"], shown["update_frequency"]) == ("ua", "once a month")
        assert shown["tag_string"] == "зупинки, транспорт"
        assert {tag["name"] for tag in shown["tags"]} == {"зупинки", "транспорт"}
        assert not shown.get("extras")

    def test_a_set_without_keywords_still_shows_an_empty_list(
        self, create: Any
    ) -> None:
        shown = call_action("package_show", id=create(tag_string=None)["id"])
        assert (shown["tags"], shown["tag_string"]) == ([], "")

    @pytest.mark.parametrize(
        ("field", "sent", "stored"),
        [
            ("update_frequency", "Щомісяця", "once a month"),
            ("update_frequency", "двічі на рік", "once a half year"),
            (
                "update_frequency",
                "http://publications.europa.eu/resource/authority/frequency/DAILY",
                "once a day",
            ),
            ("language", "uk", "ua"),
            ("theme", "Фінанси", "finansy"),
        ],
    )
    def test_other_labels_and_eu_addresses_become_national_codes(
        self, create: Any, field: str, sent: Any, stored: str
    ) -> None:
        assert create(**{field: sent})[field] == stored


class TestWrongValues:
    def test_all_wrong_values_are_refused_together_beside_their_fields(
        self, create: Any
    ) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            create(
                title="д" * 255,
                notes="д" * 4001,
                purpose_of_collecting_information="д" * 513,
                update_frequency="коли треба",
                language="клінгонська",
                maintainer_email="не адреса",
            )
        assert set(refusal.value.error_dict) == {
            "title",
            "notes",
            "purpose_of_collecting_information",
            "update_frequency",
            "language",
            "maintainer_email",
        }

    @pytest.mark.parametrize(
        ("field", "length"),
        [
            ("title", 254),
            ("notes", 4000),
            ("purpose_of_collecting_information", 512),
        ],
    )
    def test_the_legal_maximum_itself_is_accepted(
        self, create: Any, field: str, length: int
    ) -> None:
        assert len(create(**{field: "ї" * length})[field]) == length

    def test_a_file_cannot_be_actual_in_the_future(self, create: Any) -> None:
        file = {"url": "https://rada.example/a.csv", "data_actual_date": "2999-01-01"}
        with pytest.raises(tk.ValidationError) as refusal:
            create(resources=[file])
        errors: Any = refusal.value.error_dict
        assert "data_actual_date" in errors["resources"][0]

    def test_an_incomplete_passport_is_saved(self, create: Any) -> None:
        bare = create(
            notes=None,
            purpose_of_collecting_information=None,
            update_frequency=None,
            tag_string=None,
            theme=None,
        )
        assert (
            call_action("opendata_ua_passport_show", id=bare["id"])["complete"] is False
        )

    def test_a_title_is_always_needed(self, create: Any) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            create(title="  ", name="bez-nazvy")
        assert "title" in refusal.value.error_dict


class TestPublicSets:
    @pytest.mark.parametrize(
        "field",
        ["notes", "purpose_of_collecting_information", "update_frequency", "language"],
    )
    def test_a_filled_element_may_not_become_empty(
        self, create: Any, edit: Any, field: str
    ) -> None:
        dataset = create()
        with pytest.raises(tk.ValidationError) as refusal:
            edit("package_patch", id=dataset["id"], **{field: ""})
        assert set(refusal.value.error_dict) == {field}

    @pytest.mark.parametrize("sent", [{"tags": []}, {"tag_string": ""}])
    def test_its_last_keyword_may_not_go(
        self, create: Any, edit: Any, sent: Any
    ) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            edit("package_patch", id=create()["id"], **sent)
        assert set(refusal.value.error_dict) == {"tag_string"}

    def test_an_element_of_a_private_set_may_become_empty(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create(private=True)
        assert not edit("package_patch", id=dataset["id"], notes="").get("notes")

    def test_an_old_invalid_value_that_was_not_touched_stays(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        spoil(dataset["id"], "update_frequency", "щось давнє")
        changed = edit("package_patch", id=dataset["id"], notes="Новий опис.")
        assert changed["update_frequency"] == "щось давнє"

    def test_an_old_invalid_value_may_not_be_replaced_by_another(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        spoil(dataset["id"], "update_frequency", "щось давнє")
        with pytest.raises(tk.ValidationError):
            edit("package_patch", id=dataset["id"], update_frequency="щось нове")


def spoil(dataset_id: str, field: str, value: str) -> None:
    """Put a value into the row past the validators, as an old portal has it."""
    package = model.Package.get(dataset_id)
    assert package
    package.extras[field] = value
    model.Session.commit()
    search.rebuild(dataset_id)


class TestKeywords:
    def test_apostrophes_and_marks_are_normalised(self, create: Any) -> None:
        shown = create(tag_string="здоров'я, «Школа № 5», кошик/бак")
        assert [tag["name"] for tag in shown["tags"]] == [
            "Школа 5",
            "здоровʼя",
            "кошик бак",
        ]

    def test_a_word_with_a_forbidden_character_is_named(self, create: Any) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            create(tag_string="бюджет, 50% знижки")
        assert "%" in str(refusal.value.error_dict["tag_string"])

    def test_a_patch_of_tags_wins_over_the_unchanged_tag_string(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        changed = edit("package_patch", id=dataset["id"], tags=[{"name": "маршрути"}])
        assert changed["tag_string"] == "маршрути"

    def test_a_patch_of_tag_string_wins_over_the_unchanged_tags(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        changed = edit("package_patch", id=dataset["id"], tag_string="маршрути")
        assert [tag["name"] for tag in changed["tags"]] == ["маршрути"]

    def test_a_shown_dict_sent_back_changes_no_keyword(
        self, create: Any, edit: Any
    ) -> None:
        shown = call_action("package_show", id=create()["id"])
        sent = edit("package_update", **shown)
        assert sent["tag_string"] == shown["tag_string"]


class TestDates:
    def test_the_first_publication_is_set_once(self, create: Any) -> None:
        dataset = create()
        first = dataset["date_first_published"]
        show(dataset["id"], private=True)
        assert show(dataset["id"], private=False)["date_first_published"] == first

    def test_a_private_set_has_no_first_publication_until_it_is_public(
        self, create: Any
    ) -> None:
        dataset = create(private=True)
        assert "date_first_published" not in dataset
        assert show(dataset["id"], private=False)["date_first_published"]

    def test_nobody_sets_the_dates_of_the_system(self, create: Any) -> None:
        forged = "1999-01-01T00:00:00+00:00"
        dataset = create(date_first_published=forged, data_modified=forged)
        assert forged not in (
            dataset["date_first_published"],
            dataset.get("data_modified"),
        )

    def test_a_set_public_before_the_extension_was_published_when_it_was_created(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        forget(dataset["id"], "date_first_published")
        changed = edit("package_patch", id=dataset["id"], notes="Новий опис.")
        created = dates.moment(dataset["metadata_created"])
        assert created is not None
        assert dates.moment(changed["date_first_published"]) == created.replace(
            microsecond=0
        )

    def test_an_edit_of_metadata_does_not_move_the_change_of_data(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        changed = edit("package_patch", id=dataset["id"], notes="Новий опис.")
        assert changed["data_modified"] == dataset["data_modified"]

    def test_a_new_file_moves_the_change_of_data(self, create: Any, edit: Any) -> None:
        dataset = create()
        before = call_action("package_show", id=dataset["id"]).get("data_modified")
        edit("resource_create", package_id=dataset["id"], url="https://rada.example/a")
        assert call_action("package_show", id=dataset["id"])["data_modified"] != before

    def test_a_replaced_file_moves_the_change_of_data(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        file = edit(
            "resource_create",
            package_id=dataset["id"],
            upload=upload("а\n1\n"),
            url="a",
        )
        age(dataset["id"])
        edit("resource_patch", id=file["id"], upload=upload("а\n2\n"))
        assert call_action("package_show", id=dataset["id"])["data_modified"] > "2020"

    def test_a_new_description_of_a_file_does_not_move_it(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create()
        file = edit(
            "resource_create",
            package_id=dataset["id"],
            upload=upload("а\n1\n"),
            url="a",
        )
        before = age(dataset["id"])
        edit("resource_patch", id=file["id"], description="Опис файлу.")
        assert call_action("package_show", id=dataset["id"])["data_modified"] == before

    def test_a_removed_file_moves_the_change_of_data(
        self, create: Any, edit: Any
    ) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        before = age(dataset["id"])
        edit("resource_delete", id=dataset["resources"][0]["id"])
        assert call_action("package_show", id=dataset["id"])["data_modified"] > before

    def test_changed_rows_of_the_datastore_move_it_by_one_job(
        self, create: Any
    ) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        file = dataset["resources"][0]["id"]
        before = age(dataset["id"])
        for _call in range(3):
            tk.signals.datastore_upsert.send(file, records=[{"a": 1}])
        waiting = model.Session.query(Job).filter_by(key=file).all()
        assert len(waiting) == 1
        site: Any = {"user": call_action("get_site_user")["name"]}
        call_action("opendata_ua_rows_note", site, resource_id=file)
        after = call_action("package_show", id=dataset["id"])["data_modified"]
        assert after > before


def show(dataset_id: str, *, private: bool) -> dict[str, Any]:
    """Show a set to readers or hide it, as only the portal itself does."""
    context = public_at_once(factories.Sysadmin())
    return call_action("package_patch", context, id=dataset_id, private=private)


def age(dataset_id: str) -> str:
    """Let the data of a set have changed long ago; return that moment."""
    spoil(dataset_id, "data_modified", "2019-01-01T02:00:00+02:00")
    return "2019-01-01T02:00:00+02:00"


def forget(dataset_id: str, field: str) -> None:
    """Remove an extra past the validators."""
    package = model.Package.get(dataset_id)
    assert package
    del package.extras[field]
    model.Session.commit()
    search.rebuild(dataset_id)


class TestDefaults:
    def test_the_name_is_made_from_the_title(self, create: Any) -> None:
        assert (
            create(title="Щорічний звіт Їжака")["name"] == "shchorichnyi-zvit-yizhaka"
        )

    def test_equal_titles_get_numbered_names(self, create: Any) -> None:
        create(title="Щорічний звіт")
        assert create(title="Щорічний звіт")["name"] == "shchorichnyi-zvit-2"

    def test_no_name_is_a_page_of_the_portal(self, create: Any) -> None:
        assert create(title="Search")["name"] == "search-2"

    def test_the_responsible_person_comes_from_the_organization(
        self, create: Any
    ) -> None:
        dataset = create(maintainer=None, maintainer_email=None)
        assert dataset["maintainer"] == "Коваль Олена Іванівна"
        assert dataset["maintainer_email"] == "koval@rada.example"

    def test_the_compression_is_recognised_from_the_name(self, create: Any) -> None:
        dataset = create(
            resources=[{"url": "https://rada.example/a.csv.gz", "format": "CSV"}]
        )
        assert dataset["resources"][0]["compress_format"] == "GZIP"


class TestOtherTypes:
    def test_a_dataset_of_another_type_is_left_to_its_plugin(
        self, editor: dict[str, Any], body: dict[str, Any]
    ) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            call_action(
                "package_create", type="harvest", name="dzherelo", owner_org=body["id"]
            )
        assert "tag_string" not in refusal.value.error_dict


class TestMalformed:
    @pytest.mark.parametrize(
        "sent",
        [
            {"tags": ["слово"]},
            {"tags": "слово"},
            {"tags": {"name": "слово"}},
            {"resources": ["файл"]},
            {"resources": {"url": "https://rada.example/a.csv"}},
        ],
    )
    def test_a_wrong_shape_is_named_not_an_error_of_the_server(
        self, create: Any, sent: Any
    ) -> None:
        with pytest.raises(DataError, match="Only lists of dicts"):
            create(tag_string=None, name="khybna-forma", **sent)

    def test_a_keyword_without_a_name_is_refused(self, create: Any) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            create(tag_string=None, name="bez-nazvy-slova", tags=[{"nome": "слово"}])
        assert "tags" in refusal.value.error_dict
