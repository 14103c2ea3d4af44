"""Ways to read, and how each is asked: a table, and one short interpreter.

CKAN says which actions only read, and its map of addresses says which pages there are.
This table says what to send to each. A way that it does not know is asked by guess, and
named: nobody has thought yet about what it tells.

``{names}`` stand for what belongs to a canary (``id``, ``name``, ``resource_id``,
``view_id``, ``activity_id``, ``case_id``, ``sha256``, ``file_name``, ``tag``,
``format``, ``alias``, ``file_title``, ``near``: a mistyped word), or to the portal
(``organization``, ``group``, ``user``, ``part``: the beginning of all words).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Data = Mapping[str, Any]

#: Of actions about one thing of a kind.
NOTHING: Sequence[Data] = ({},)
DATASET: Sequence[Data] = ({"id": "{id}"}, {"id": "{name}"})
ACTIVITY: Sequence[Data] = ({"id": "{activity_id}"},)
ORGANIZATION: Sequence[Data] = ({"id": "{organization}"},)
GROUP: Sequence[Data] = ({"id": "{group}"},)
USER: Sequence[Data] = ({"id": "{user}"},)
QUERY: Sequence[Data] = ({"q": "{part}"}, {"q": "{part}*"})

_ALL: Data = {"q": "*:*", "rows": 1000}
_ALL_STATES: Data = {
    "include_private": True,
    "include_drafts": True,
    "include_deleted": True,
}
_FACETS = (
    *("tags", "res_format", "groups", "organization", "license_id", "title"),
    *("notes", "name", "author", "maintainer", "res_name", "res_description"),
    *("res_url", "text", "url", "extras_purpose_of_collecting_information"),
)
_MANY: Data = {"limit": 1000}

#: Actions that only read, as far as they are known: what is sent to each.
ACTIONS: Mapping[str, Sequence[Data]] = {
    "activity_data_show": (
        *ACTIVITY,
        {"id": "{activity_id}", "object_type": "package"},
    ),
    "activity_diff": (
        {
            "id": "{activity_id}",
            "object_type": "package",
            "diff_type": "unified",
        },
        {"id": "{activity_id}", "object_type": "package", "diff_type": "html"},
    ),
    "activity_show": (
        {"id": "{activity_id}", "include_data": True},
        {"id": "{view_activity_id}", "include_data": True},
    ),
    "am_following_dataset": DATASET,
    "am_following_group": GROUP,
    "am_following_user": USER,
    "api_token_list": ({"user_id": "{user}"},),
    "config_option_list": NOTHING,
    "config_option_show": ({"key": "ckan.site_title"},),
    "current_package_list_with_resources": (_MANY,),
    "dashboard_activity_list": ({"limit": 100},),
    "dashboard_new_activities_count": NOTHING,
    "dataset_followee_count": USER,
    "dataset_followee_list": USER,
    "dataset_follower_count": DATASET,
    "dataset_follower_list": DATASET,
    "datastore_info": (
        {"id": "{resource_id}"},
        {"id": "{alias}"},
        {"id": ["{resource_id}"]},
    ),
    "datastore_search": (
        {"resource_id": "{resource_id}"},
        {"resource_id": "{alias}"},
        {"id": "{resource_id}"},
        {"resource_id": ["{resource_id}"]},
        {"resource_id": "_table_metadata", "limit": 30000},
        {"id": "_table_metadata", "limit": 30000},
    ),
    "datastore_search_sql": (
        {"sql": 'SELECT * FROM "{resource_id}"'},
        {"sql": 'SELECT * FROM "{alias}"'},
        {"sql": 'SELECT * FROM "_table_metadata"'},
    ),
    "dcat_catalog_show": ({"format": "ttl"}, {"format": "ttl", "q": "{part}*"}),
    "dcat_catalog_search": ({"q": "{part}*"},),
    "dcat_dataset_show": (
        {"id": "{id}", "format": "ttl"},
        {"id": "{id}", "format": "jsonld"},
    ),
    "dcat_datasets_list": NOTHING,
    "file_owner_scan": (
        {"owner_id": "{id}", "owner_type": "package"},
        {"owner_id": "{resource_id}", "owner_type": "resource"},
    ),
    "file_show": ({"id": "{resource_id}"},),
    "followee_count": USER,
    "followee_list": (*USER, {"id": "{user}", "q": "{part}"}),
    "format_autocomplete": ({"q": "{part}", "limit": 100},),
    "get_site_user": NOTHING,
    "group_activity_list": ({"id": "{group}", "limit": 100},),
    "group_autocomplete": ({"q": "{part}"},),
    "group_followee_count": USER,
    "group_followee_list": USER,
    "group_follower_count": GROUP,
    "group_follower_list": GROUP,
    "group_list": (
        {"all_fields": True, "include_extras": True, "include_tags": True},
        {"sort": "package_count"},
    ),
    "group_list_authz": (NOTHING[0], {"include_dataset_count": True}),
    "group_package_show": ({"id": "{group}", "limit": 1000},),
    "group_show": ({"id": "{group}", "include_datasets": True},),
    "help_show": ({"name": "package_show"},),
    "job_list": NOTHING,
    "job_show": ({"id": "{id}"},),
    "license_list": NOTHING,
    "member_list": (
        {"id": "{group}"},
        {"id": "{group}", "object_type": "package"},
        {"id": "{organization}"},
        {"id": "{organization}", "object_type": "package"},
    ),
    "member_roles_list": NOTHING,
    "opendata_ua_body_show": ORGANIZATION,
    "opendata_ua_check_list": ({"all": True, "limit": 1000},),
    "opendata_ua_checklist_show": DATASET,
    "opendata_ua_file_rows_show": (
        {"resource_id": "{resource_id}"},
        {"resource_id": "{file_title}"},
    ),
    "opendata_ua_file_version_list": (
        {"resource_id": "{resource_id}"},
        {"resource_id": "{file_title}"},
        {"resource_id": ["{resource_id}"]},
    ),
    "opendata_ua_files_movable": NOTHING,
    "opendata_ua_files_verify": ({"limit": 1},),
    "opendata_ua_format_policy_show": ({"organization": "{organization}"},),
    "opendata_ua_gaps_count": (*ORGANIZATION, {"organization": "{organization}"}),
    "opendata_ua_gaps_list": (*ORGANIZATION, {"organization": "{organization}"}),
    "opendata_ua_health_show": NOTHING,
    "opendata_ua_job_list": NOTHING,
    "opendata_ua_leave_show": NOTHING,
    "opendata_ua_link_due": ({"all": True, "limit": 1000},),
    "opendata_ua_moderation_case_count": NOTHING,
    "opendata_ua_moderation_case_list": (
        {"limit": 200},
        *(
            {"limit": 200, "state": state}
            for state in ("submitted", "returned", "approved", "rejected", "applied")
        ),
        {"limit": 200, "case_ids": ["{case_id}"]},
    ),
    "opendata_ua_moderation_case_show": ({"case_id": "{case_id}"},),
    "opendata_ua_moderation_history": DATASET,
    "opendata_ua_moderation_preview_list": DATASET,
    "opendata_ua_moderation_preview_show": (
        {"token": "{id}"},
        {"token": "{id}", "resource_id": "{resource_id}"},
    ),
    "opendata_ua_moderation_state_show": DATASET,
    "opendata_ua_moderation_work_list": NOTHING,
    "opendata_ua_moderator_list": NOTHING,
    "opendata_ua_observation_count": (
        NOTHING[0],
        {"organization": "{organization}"},
    ),
    "opendata_ua_observation_list": (
        {"limit": 1000},
        {"organization": "{organization}"},
    ),
    "opendata_ua_outbox_list": NOTHING,
    "opendata_ua_passport_show": (*DATASET, {"id": "{id}", "form": True}),
    "opendata_ua_proposal_form_show": (NOTHING[0], {"id": "{id}"}),
    "opendata_ua_proposal_list": (
        NOTHING[0],
        {"id": "{id}"},
        {"organization": "{organization}"},
    ),
    "opendata_ua_proposal_person_show": ({"email": "{part}@canary.example"},),
    "opendata_ua_proposal_show": ({"proposal_id": "{id}"},),
    "opendata_ua_proposal_stats": (NOTHING[0], {"organization": "{organization}"}),
    "opendata_ua_publication_list": (NOTHING[0], {"asked": True}),
    "opendata_ua_publication_show": (*DATASET, {"resource_id": "{resource_id}"}),
    "opendata_ua_search_did_you_mean": ({"q": "{near}"},),
    "opendata_ua_register_compare": (
        {"organization": "{organization}", "rows": [{"title": "{part}"}]},
        {"organization": "{organization}", "rows": [{"title": "-", "page": "{id}"}]},
        {"rows": [{"title": "{part}", "identifier": "{name}"}]},
    ),
    "opendata_ua_register_import_show": ({"import_id": "{id}"},),
    "opendata_ua_register_list": (
        {"limit": 1000},
        *(
            {"limit": 1000, "layout": one}
            for one in ("law", "2019", "2019-page", "2025")
        ),
        {"limit": 1000, "organization": "{organization}"},
        {"limit": 1000, "q": "{part}"},
    ),
    "organization_activity_list": ({"id": "{organization}", "limit": 100},),
    "organization_autocomplete": ({"q": "{part}"},),
    "organization_followee_count": USER,
    "organization_followee_list": USER,
    "organization_follower_count": ORGANIZATION,
    "organization_follower_list": ORGANIZATION,
    "organization_list": (
        {"all_fields": True, "include_extras": True, "include_users": True},
        {"sort": "package_count"},
    ),
    "organization_list_for_user": (
        {"id": "{user}", "include_dataset_count": True},
        {"include_dataset_count": True},
    ),
    "organization_show": (
        {"id": "{organization}", "include_datasets": True, "include_users": True},
    ),
    "package_activity_list": (
        {"id": "{id}", "limit": 100},
        {"id": "{id}", "limit": 100, "include_hidden_activity": True},
    ),
    "package_autocomplete": ({"q": "{part}", "limit": 100},),
    "package_collaborator_list": DATASET,
    "package_collaborator_list_for_user": USER,
    "package_list": NOTHING,
    "package_relationships_list": (
        *DATASET,
        {"id": "{neighbour}"},
        {"id": "{id}", "id2": "{neighbour}"},
    ),
    "package_search": (
        {"q": "{part}*", "rows": 1000},
        *(
            {"q": "{part}*", "rows": 0, "facet.field": [field], "facet.limit": -1}
            for field in _FACETS
        ),
        {**_ALL, "facet.field": ["tags", "res_format"], "facet.limit": -1},
        {**_ALL, **_ALL_STATES, "fq": "+state:*"},
        {**_ALL, **_ALL_STATES, "fq": "capacity:*"},
        {**_ALL, "fl": ["name", "title"]},
        {**_ALL, "fl": "title"},
        {**_ALL, "fl": ["id:title", "name"]},
        {**_ALL, "fl": "validated_data_dict"},
        {**_ALL, "fl": ["title:id", "id:name"]},
        {**_ALL, "use_default_schema": True},
        {"fq": "tags:{part}*", "rows": 1000},
        {"fq_list": ["name:{part}*"], "rows": 1000},
        {"q": 'id:"{id}"', "rows": 10},
        {**_ALL, "sort": "title_string asc", "start": 0},
    ),
    "package_show": (
        *DATASET,
        {"id": "{id}", "use_default_schema": True},
        {"name_or_id": "{id}"},
        {"id": ["{id}"]},
        {"id": {"id": "{id}"}},
        {"name_or_id": ["{id}"]},
    ),
    "recently_changed_packages_activity_list": ({"limit": 100},),
    "resource_search": tuple(
        {"query": f"{field}:{{part}}"}
        for field in ("name", "description", "url", "format")
    ),
    "resource_show": (
        {"id": "{resource_id}"},
        {"id": "{link_id}"},
        {"id": "{file_title}"},
        {"id": ["{resource_id}"]},
        {"id": {"id": "{resource_id}"}},
    ),
    "resource_view_list": (
        {"id": "{resource_id}"},
        {"id": "{file_title}"},
        {"id": ["{resource_id}"]},
    ),
    "resource_view_show": ({"id": "{view_id}"},),
    "scheming_dataset_schema_list": NOTHING,
    "scheming_dataset_schema_show": ({"type": "dataset"},),
    "scheming_group_schema_list": NOTHING,
    "scheming_group_schema_show": ({"type": "group"},),
    "scheming_organization_schema_list": NOTHING,
    "scheming_organization_schema_show": ({"type": "organization"},),
    "status_show": NOTHING,
    "tag_autocomplete": ({"query": "{part}"}, {"q": "{part}", "limit": 100}),
    "tag_list": (NOTHING[0], {"query": "{part}"}, {"all_fields": True}),
    "tag_search": ({"query": "{part}"}, {"query": "{part}", "limit": 1}),
    "tag_show": ({"id": "{tag}", "include_datasets": True}, {"id": "{tag}"}),
    "task_status_show": (
        {"entity_id": "{id}", "task_type": "opendata_ua_doctor", "key": "canary"},
        {"entity_id": "{resource_id}", "task_type": "datapusher", "key": "datapusher"},
        {"entity_id": "{resource_id}", "task_type": "xloader", "key": "xloader"},
    ),
    "term_translation_show": ({"terms": ["{part}"]},),
    "user_activity_list": ({"id": "{user}", "limit": 100},),
    "user_autocomplete": ({"q": "{part}"},),
    "user_followee_count": USER,
    "user_followee_list": USER,
    "user_follower_count": USER,
    "user_follower_list": USER,
    "user_list": (NOTHING[0], {"q": "{part}"}),
    "user_show": (
        {"id": "{user}", "include_datasets": True, "include_num_followers": True},
    ),
    "vocabulary_list": NOTHING,
    "vocabulary_show": NOTHING,
}

#: What an action is sent that nobody has thought about.
GUESSES: Sequence[Data] = (
    {},
    {"id": "{id}"},
    {"package_id": "{id}"},
    {"dataset_id": "{id}"},
    {"id": "{resource_id}"},
    {"resource_id": "{resource_id}"},
    {"id": "{organization}"},
    {"id": "{group}"},
    {"id": "{user}"},
    {"q": "{part}*"},
    {"query": "{part}"},
)

#: Pages that tell nothing of datasets: beginning of an address → why it is not asked.
PASSED_OVER: Mapping[str, str] = {
    "/<path:filename>": "files of CKAN's own",
    "/webassets/": "styles and scripts",
    "/base/": "styles and scripts",
    "/_debug_toolbar": "there in debug mode alone, which the doctor finds too",
    "/no/": "sends the reader to the same address in another language",
    "/zh_CN/": "sends the reader to the same address in another language",
    "/zh_TW/": "sends the reader to the same address in another language",
    "/file/public-download/": "storages that are open, which the doctor finds too",
    "/user/_logout": "ends a session",
}
#: (beginning of an address, name of its part) → what is put there. The longest
#: beginning counts. A part of any address is under the empty beginning.
PARTS: Mapping[tuple[str, str], Sequence[str]] = {
    ("", "ver"): ("3",),
    ("/api/<int(min=1, max=2):ver>", "ver"): ("2",),
    ("/api/<int(min=1, max=3):ver>", "ver"): ("3",),
    ("", "lang"): ("uk",),
    ("", "resource_id"): ("{resource_id}", "{link_id}", "{file_title}"),
    ("", "view_id"): ("{view_id}",),
    ("", "resource_view_id"): ("{view_id}",),
    ("", "activity_id"): ("{activity_id}",),
    ("", "case_id"): ("{case_id}",),
    ("", "sha256"): ("{sha256}",),
    ("", "filename"): ("{file_name}", "a.csv"),
    ("/dataset/", "name"): ("{file_name}",),
    ("", "token"): ("{id}",),
    ("", "preview_id"): ("{id}",),
    ("", "extension"): ("json", "csv", "xml", "docx"),
    ("", "file_format"): ("csv", "json", "xml", "xlsx", "ods"),
    ("", "proposal_id"): ("{id}",),
    ("", "import_id"): ("{id}",),
    ("", "_format"): ("rdf", "ttl", "jsonld", "xml", "n3"),
    ("", "snippet_path"): ("api_info.html",),
    ("/dataset/", "id"): ("{id}", "{name}"),
    ("/dataset/", "_id"): ("{id}", "{name}"),
    ("/dataset/<id>/", "id"): ("{id}",),
    ("/dataset/changes/", "id"): ("{activity_id}",),
    ("/organization/", "id"): ("{organization}",),
    ("/organization/changes/", "id"): ("{activity_id}",),
    ("/group/", "id"): ("{group}",),
    ("/group/changes/", "id"): ("{activity_id}",),
    ("/user/", "id"): ("{user}",),
    ("/feeds/organization/", "id"): ("{organization}",),
    ("/feeds/group/", "id"): ("{group}",),
    ("/feeds/tag/", "id"): ("{tag}", "{part}"),
    ("/file/download/", "id"): ("{resource_id}", "{sha256}"),
    ("/file/trusted-download/", "token"): ("{resource_id}",),
}
#: What is asked besides, by address: the part behind the question mark.
QUERIES: Mapping[str, Sequence[str]] = {
    "/dataset/": (
        "q={part}*",
        "tags={tag}",
        "res_format={format}",
        "organization={organization}&groups={group}",
        "_tags_limit=0&_res_format_limit=0",
        "ext_x=1&sort=title_string+asc",
    ),
    "/dataset/changes_multiple": (
        "new_id={activity_id}&old_id={activity_id}",
        "new_id={activity_id}&old_id={activity_id}&current_new_id={activity_id}",
    ),
    "/organization/<id>": ("q={part}*", "tags={tag}"),
    "/organization/bulk_process/<id>": ("q={part}*",),
    "/group/<id>": ("q={part}*", "tags={tag}"),
    "/user/<id>": ("q={part}*",),
    "/user/": ("q={part}",),
    "/feeds/custom.atom": ("q={part}*", "tags={tag}", "fq=state:*"),
    "/api/util/dataset/autocomplete": ("incomplete={part}", "q={part}"),
    "/api/util/tag/autocomplete": ("incomplete={part}",),
    "/api/util/resource/format_autocomplete": ("incomplete={part}",),
    "/api/util/group/autocomplete": ("q={part}",),
    "/api/util/organization/autocomplete": ("q={part}",),
    "/api/util/user/autocomplete": ("q={part}",),
    "/api/<int(min=1, max=2):ver>/util/dataset/autocomplete": ("incomplete={part}",),
    "/api/<int(min=1, max=2):ver>/util/tag/autocomplete": ("incomplete={part}",),
    "/api/util/snippet/<snippet_path>": ("resource_id={resource_id}",),
    "/api/<int(min=1, max=2):ver>/util/snippet/<snippet_path>": (
        "resource_id={resource_id}",
    ),
    "/datastore/dump/<resource_id>": ("format=json", "format=xml", "format=tsv"),
    "/moderation": ("state=returned", "state=applied", "organization={organization}"),
    "/moderation/decide": ("case_id={case_id}",),
    "/util/redirect": ("url=/dataset/{id}",),
}
#: Addresses that no rule lists.
BESIDE: Sequence[str] = (
    "/en/dataset/{id}",
    "/uk/dataset/{name}",
    "/datastore/dump/_table_metadata",
    "/datastore/dump/{alias}",
    "/dataset/{neighbour}",
)
#: Pages that only read although a form is sent to them: end of a rule → the form.
BY_POST: Mapping[str, Data] = {
    "/datatables/ajax/<resource_view_id>": {
        "draw": "1",
        "start": "0",
        "length": "100",
        "search[value]": "",
        "columns[0][name]": "_id",
        "columns[0][searchable]": "true",
        "order[0][column]": "0",
        "order[0][dir]": "asc",
        "filters": "",
    },
    "/datatables/filtered-download/<resource_view_id>": {
        "params": json.dumps(
            {
                "search": {"value": ""},
                "order": [{"column": 0, "dir": "asc"}],
                "columns": [{"name": "_id", "search": {"value": ""}}],
                "visible": [True],
            }
        ),
        "format": "csv",
        "filters": "",
    },
}

#: Ways that fail for some readers through faults of CKAN's own: way → what it supposes.
FAULTS: Mapping[str, str] = {
    "action package_collaborator_list": "that somebody is signed in",
}

#: Names of parts of addresses that may be those of a dataset, and are tried so.
LIKE_A_DATASET = re.compile(r"_?(id|name|.*(dataset|package|pkg).*)")
ARGUMENT = re.compile(r"<(?:[^<>]+:)?(\w+)>")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Question:
    """One thing to ask the portal for.

    :param way: the action or rule it is an example of, for reports
    :param address: below the portal's own, with the query
    :param sent: JSON for an action, else form fields; None makes it a GET
    """

    way: str
    address: str
    sent: str | None = None
    is_json: bool = False


@dataclass(frozen=True)
class Plan:
    """What to ask, and what nobody has thought about.

    :param guessed: ways that are asked by guess
    :param unasked: ways for which there is not even a guess
    """

    questions: tuple[Question, ...]
    guessed: tuple[str, ...]
    unasked: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A rule of the map of addresses, as Flask writes it."""

    text: str
    methods: frozenset[str]


def plan(
    actions: Iterable[str], rules: Iterable[Rule], things: Sequence[Mapping[str, str]]
) -> Plan:
    """Return every question to ask.

    :param actions: names of those that only read
    :param rules: of all pages
    :param things: for each canary, what ``{names}`` stand for; a question whose names
        it lacks is not asked for it
    """
    asked: dict[Question, None] = {}  # in order, each once
    guessed, unasked = [], []
    for name in sorted(actions):
        if name not in ACTIONS:
            guessed.append(f"action {name}")
        for data in ACTIONS.get(name, GUESSES):
            asked |= dict.fromkeys(_of_action(name, data, things))
    for rule in sorted(set(rules), key=lambda one: one.text):
        way = f"{'POST' if rule.text in BY_POST else 'GET'} {rule.text}"
        if not _is_read(rule):
            continue
        addresses, known = _addresses(rule.text)
        if not addresses:
            unasked.append(way)
        elif not known:
            guessed.append(way)
        form = BY_POST.get(rule.text)
        for address in addresses:
            asked |= dict.fromkeys(_of_page(way, address, form, things))
    for address in BESIDE:
        asked |= dict.fromkeys(_of_page(f"GET {address}", address, None, things))
    return Plan(tuple(asked), tuple(guessed), tuple(unasked))


def _is_read(rule: Rule) -> bool:
    if rule.text in BY_POST:
        return True
    if "logic_function" in rule.text or rule.text.startswith(tuple(PASSED_OVER)):
        return False
    return "GET" in rule.methods


def _of_action(
    name: str, data: Data, things: Sequence[Mapping[str, str]]
) -> Iterator[Question]:
    text = json.dumps(data)
    for values in things:
        filled = _filled(text, values)
        if filled is not None:
            way = f"action {name}"
            yield Question(way, f"/api/3/action/{name}", filled, is_json=True)


def _of_page(
    way: str, address: str, form: Data | None, things: Sequence[Mapping[str, str]]
) -> Iterator[Question]:
    sent = None if form is None else json.dumps(form)
    for values in things:
        filled = _filled(address, {key: quote(one) for key, one in values.items()})
        if filled is not None:
            yield Question(way, filled, sent)


def _filled(text: str, values: Mapping[str, str]) -> str | None:
    """Return a text with its names replaced, None when one is not known."""
    if not values.keys() >= set(PLACEHOLDER.findall(text)):
        return None
    return PLACEHOLDER.sub(lambda name: values[name[1]], text)


def _addresses(rule: str) -> tuple[list[str], bool]:
    """Return addresses with names still in them, and whether all its parts are known.

    The first value of every part makes one address, each further value another.
    """
    known = True
    addresses = [rule]
    for found in ARGUMENT.finditer(rule):
        values = _part(rule, found[1])
        if not values:
            known = False
            values = _like(found[1])
        addresses = [
            address.replace(found[0], value)
            for address in addresses
            for value in values
        ]
    queries = QUERIES.get(rule, ())
    more = [f"{address}?{query}" for address in addresses for query in queries]
    return addresses + more, known


def _part(rule: str, name: str) -> Sequence[str]:
    begun = [
        (start, values)
        for (start, part), values in PARTS.items()
        if part == name and rule.startswith(start)
    ]
    return max(begun, key=lambda one: len(one[0]))[1] if begun else ()


def _like(name: str) -> Sequence[str]:
    return ("{id}", "{name}") if LIKE_A_DATASET.fullmatch(name) else ()
