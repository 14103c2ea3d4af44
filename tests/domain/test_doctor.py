"""What the doctor knows: every ailment is complete, every rule bites."""

import re
from typing import Any

import pytest

from ckanext.opendata_ua.domain.doctor import (
    AILMENTS,
    EXAMPLES,
    PUBLIC_STORAGES,
    RULES,
    Ailment,
    finding,
    options,
    unsafe,
)

ALL = [*AILMENTS.values(), *(rule.ailment for rule in RULES)]
SAFE: dict[str, Any] = {
    "ckan.auth.create_unowned_dataset": False,
    "ckan.auth.anon_create_dataset": False,
    "ckan.datastore.sqlsearch.enabled": False,
    "ckan.files.authenticated_uploads.allow": False,
    PUBLIC_STORAGES: "",
    "ckan.csrf_protection.ignore_extensions": False,
    "WTF_CSRF_ENABLED": True,
    "ckan.auth.create_user_via_web": False,
    "ckan.auth.create_user_via_api": False,
    "ckan.auth.public_user_details": False,
    "ckan.auth.public_activity_stream_detail": False,
    "ckan.auth.reveal_private_datasets": False,
    "debug": False,
    "SECRET_KEY": "vBmq8UuabaP4WeutIM7t-3VrHdsEyHy8zq5ISAcScWs",
    "api_token.jwt.decode.secret": "string:vBmq8UuabaP4WeutIM7t-3VrHdsEyHy8zq5",
    "ckan.site_url": "https://data.rada.example",
    "smtp.starttls": True,
    "smtp.starttls_verify": True,
    "ckan.uploads_enabled": True,
    "ckan.search.solr_commit": True,
    "ckan.jobs.timeout": 600,
}


def codes(**changed: Any) -> list[str]:
    """Return what is told of a safe configuration with something changed."""
    return [rule.ailment.code for rule in unsafe(SAFE | changed)]


def test_a_safe_configuration_has_no_finding() -> None:
    assert codes() == []
    assert options() <= SAFE.keys()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("ckan.auth.create_unowned_dataset", True),
        ("ckan.auth.anon_create_dataset", True),
        ("ckan.datastore.sqlsearch.enabled", True),
        ("ckan.files.authenticated_uploads.allow", True),
        (PUBLIC_STORAGES, "shared"),
        ("ckan.csrf_protection.ignore_extensions", True),
        ("WTF_CSRF_ENABLED", False),
        ("ckan.auth.create_user_via_web", True),
        ("ckan.auth.create_user_via_api", True),
        ("ckan.auth.public_user_details", True),
        ("ckan.auth.public_activity_stream_detail", True),
        ("ckan.auth.reveal_private_datasets", True),
        ("debug", True),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", None),
        ("SECRET_KEY", "CHANGE_ME-CHANGE_ME-CHANGE_ME-CHANGE_ME"),
        ("SECRET_KEY", "${app_instance_secret}-of-the-generated-file"),
        ("SECRET_KEY", "a" * 40),
        ("api_token.jwt.decode.secret", "string:secret"),
        ("ckan.site_url", "http://data.rada.example"),
        ("smtp.starttls_verify", False),
        ("ckan.uploads_enabled", False),
        ("ckan.search.solr_commit", False),
        ("ckan.jobs.timeout", 30),
    ],
)
def test_each_dangerous_value_is_told_once(option: str, value: Any) -> None:
    (rule,) = unsafe(SAFE | {option: value})
    assert rule.option == option


@pytest.mark.parametrize(
    "address",
    ["http://localhost:5000", "http://127.0.0.1", "http://[::1]:5000", "https://a.ua"],
)
def test_a_portal_of_this_machine_needs_no_https(address: str) -> None:
    assert codes(**{"ckan.site_url": address}) == []


def test_a_certificate_that_nobody_shows_need_not_be_checked() -> None:
    assert codes(**{"smtp.starttls": False, "smtp.starttls_verify": False}) == []


def test_jobs_without_a_limit_are_no_danger() -> None:
    assert codes(**{"ckan.jobs.timeout": -1}) == []


def test_options_of_another_ckan_are_passed_over() -> None:
    assert list(unsafe({})) == []


def test_codes_are_unique_and_say_where_they_belong() -> None:
    named = [one.code for one in ALL]
    assert len(set(named)) == len(named)
    assert all(re.fullmatch(r"doctor\.[a-z]+\.[a-z_]+", code) for code in named)


@pytest.mark.parametrize("ailment", ALL, ids=lambda one: one.code)
def test_every_ailment_says_what_why_and_what_to_do(ailment: Ailment) -> None:
    values = {"count": 3, "found": "x", "last": "x", "asked": "9"}
    for text in (ailment.message, ailment.reason, ailment.remedy):
        assert text.format(**values)
    assert "{count}" in ailment.repaired or not ailment.repaired


def test_a_finding_names_some_examples_only() -> None:
    made = finding("doctor.jobs.late", 12, (str(number) for number in range(12)))
    assert made.examples == tuple(str(number) for number in range(EXAMPLES))
    assert made.ailment.code == "doctor.jobs.late"
