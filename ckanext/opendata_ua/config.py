"""The only reader of CKAN's configuration: one typed function per option."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.domain import dates, format_check
from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.domain.spam import Limits
from ckanext.opendata_ua.domain.working_days import Calendar

PREFIX = "ckanext.opendata_ua."


def require_scheming() -> None:
    """Refuse to start without the plugins that carry the passport's form.

    Templates of a plugin named earlier win, so ours has to stand before theirs.

    :raises RuntimeError: with the line an administrator has to change
    """
    plugins: list[str] = tk.aslist(tk.config["ckan.plugins"])
    wanted = ("scheming_datasets", "scheming_organizations")
    absent = [name for name in wanted if name not in plugins]
    if absent:
        raise RuntimeError(
            "The plugin opendata_ua needs ckanext-scheming: add "
            f"'{' '.join(absent)}' to ckan.plugins after opendata_ua"
        )
    if plugins.index("opendata_ua") > min(map(plugins.index, wanted)):
        raise RuntimeError(
            "In ckan.plugins, opendata_ua has to stand before "
            "scheming_datasets and scheming_organizations: move it to the front"
        )


def passport_purpose_line() -> bool:
    """Tell whether the printed passport carries the line about basis and purpose."""
    return bool(tk.config[PREFIX + "passport.purpose_line"])


def site_url() -> str:
    """Return the address of the portal without a slash at the end."""
    return str(tk.config["ckan.site_url"]).rstrip("/")


def default_locale() -> str:
    """Return the language of the portal when nobody asked for another."""
    return str(tk.config["ckan.locale_default"])


def tracking_is_on() -> bool:
    """Tell whether CKAN counts page views, so that "most viewed" means something."""
    return p.plugin_loaded("tracking")


def calendar() -> Calendar:
    """Return which days are worked.

    :raises RuntimeError: with the option an administrator has to change
    """
    try:
        return Calendar(
            martial_law=bool(tk.config[PREFIX + "calendar.martial_law"]),
            extra_days_off=_days("calendar.days_off"),
            extra_working_days=_days("calendar.working_days"),
        )
    except InvalidValue as error:
        raise RuntimeError(f"{PREFIX}calendar.days_off: {error}") from error


def _days(option: str) -> frozenset[date]:
    """Return the dates that an option lists."""
    found = set()
    for word in tk.aslist(tk.config[PREFIX + option]):
        day = dates.day(word)
        if day is None:
            raise RuntimeError(
                f"{PREFIX}{option}: {word!r} is no date. Write dates as 2027-01-08 or "
                "08.01.2027, separated by spaces"
            )
        found.add(day)
    return frozenset(found)


def site_title() -> str:
    """Return the name of the portal."""
    return str(tk.config["ckan.site_title"] or "")


def register_titles_row() -> bool:
    """Tell whether tables of the register have a second row, of Ukrainian headings."""
    return bool(tk.config[PREFIX + "register.titles_row"])


def register_refresh_minutes() -> int:
    """Return for how many minutes changes are gathered for a published register."""
    return int(tk.config[PREFIX + "register.refresh_minutes"])


def register_folder() -> Path | None:
    """Return where files of the register are kept as long as nothing changes.

    None where CKAN has no folder of its own.
    """
    storage = str(tk.config["ckan.storage_path"] or "")
    return Path(storage) / "opendata_ua_register" if storage else None


def logs_requests() -> bool:
    """Tell whether every request leaves a line in the logs."""
    return bool(tk.config[PREFIX + "logs.requests"])


def health_token() -> str:
    """Return the secret that opens the details of the health page, or nothing."""
    return str(tk.config[PREFIX + "health.token"] or "")


def health_oldest_minutes() -> int:
    """Return for how many minutes due work may wait before something is wrong."""
    return int(tk.config[PREFIX + "health.oldest_minutes"])


def database_url() -> str:
    """Return the address of CKAN's database."""
    return str(tk.config["sqlalchemy.url"])


def solr() -> tuple[str, tuple[str, str] | None]:
    """Return the address of the Solr core, with name and password if it has them."""
    user, password = tk.config["solr_user"], tk.config["solr_password"]
    login = (str(user), str(password)) if user and password else None
    return str(tk.config["solr_url"]), login


def redis_url() -> str:
    """Return the address of Redis."""
    return str(tk.config["ckan.redis.url"])


def file_store() -> dict[str, Any]:
    """Return the settings of the file store, named as the store names them."""
    words = ("adapter", "path", "bucket", "endpoint", "key", "secret", "region")
    found: dict[str, Any] = {
        word: str(tk.config[f"{PREFIX}files.{word}"] or "")
        for word in (*words, "prefix")
    }
    storage = str(tk.config["ckan.storage_path"] or "")
    if storage:
        found["path"] = found["path"] or f"{storage}/opendata_ua"
    durable = int(tk.config[PREFIX + "files.durable"])
    return {
        **found,
        "durable": sys.maxsize if durable < 0 else durable * 1024 * 1024,
        "cache": f"{storage}/opendata_ua_cache" if storage else "",
    }


def site_id() -> str:
    """Return by which name the portal's entries in the search index are known."""
    return str(tk.config["ckan.site_id"])


def search_keeps_deleted() -> bool:
    """Tell whether deleted datasets stay in the search index."""
    return not tk.config["ckan.search.remove_deleted_packages"]


def plugins() -> list[str]:
    """Return the names of the plugins that are on, in their order."""
    return list(tk.aslist(tk.config["ckan.plugins"]))


def moderation_is_enforced() -> bool:
    """Tell whether datasets come to readers through moderation only."""
    return tk.config[PREFIX + "moderation.mode"] == "enforce"


def moderation_exempt_types() -> frozenset[str]:
    """Return the dataset types that moderation does not touch: harvest sources, …"""
    return frozenset(tk.aslist(tk.config[PREFIX + "moderation.exempt_types"]))


def moderation_term() -> int:
    """Return within how many working days a moderator decides."""
    return int(tk.config[PREFIX + "moderation.term"])


def moderation_members_see_drafts() -> bool:
    """Tell whether plain members of an organization read its drafts, as in CKAN."""
    return bool(tk.config[PREFIX + "moderation.members_see_drafts"])


def moderation_self_control() -> bool:
    """Tell whether people may decide about what they have submitted themselves."""
    return bool(tk.config[PREFIX + "moderation.self_control"])


def max_resource_size() -> int:
    """Return how large a file of a dataset may be, in mebibytes."""
    return int(tk.config["ckan.max_resource_size"])


def uploads_are_on() -> bool:
    """Tell whether files may be uploaded to the portal."""
    return bool(tk.config["ckan.uploads_enabled"])


def media_type_by_extension() -> bool:
    """Tell whether CKAN guesses the media type of a link by its end."""
    return tk.config["ckan.mimetype_guess"] == "file_ext"


def cache_seconds() -> int:
    """Return how long public pages may be kept without asking again."""
    return int(tk.config["ckan.cache_expires"] or 0)


def site_host() -> str:
    """Return the portal's host name, the right side of the ids of its letters."""
    return urlsplit(site_url()).hostname or "localhost"


def activity_is_on() -> bool:
    """Tell whether CKAN keeps activities and shows them on dashboards."""
    streams = "ckan.activity_streams_enabled"  # declared by the plugin itself
    return p.plugin_loaded("activity") and bool(tk.config[streams])


def mail_server() -> str:
    """Return CKAN's mail server, or nothing."""
    return str(tk.config["smtp.server"] or "").strip()


def job_keep_days() -> int:
    """Return for how many days jobs that are done are kept."""
    return int(tk.config[PREFIX + "job.keep_days"])


def outbox_keep_days() -> int:
    """Return for how many days messages that were sent or given up are kept."""
    return int(tk.config[PREFIX + "outbox.keep_days"])


def outbox_smtp_timeout() -> int:
    """Return for how many seconds an answer of the mail server is waited for."""
    return int(tk.config[PREFIX + "outbox.smtp_timeout"])


def outbox_smtp_ca_bundle() -> Path | None:
    """Return the authorities trusted to sign the mail server's certificate.

    None stands for those of the system.
    """
    named = str(tk.config[PREFIX + "outbox.smtp_ca_bundle"] or "")
    return Path(named) if named else None


def cage_memory() -> int:
    """Return how much memory reading one file may take, in mebibytes."""
    return int(tk.config[PREFIX + "cage.memory"])


def cage_cpu_seconds() -> int:
    """Return how much processor time reading one file may take."""
    return int(tk.config[PREFIX + "cage.cpu_seconds"])


def cage_seconds() -> int:
    """Return how many seconds by the clock reading one file may take."""
    return int(tk.config[PREFIX + "cage.seconds"])


def cage_output() -> int:
    """Return how much may be told about one file, in mebibytes."""
    return int(tk.config[PREFIX + "cage.output"])


def cage_parallel() -> int:
    """Return how many files one process reads at once."""
    return int(tk.config[PREFIX + "cage.parallel"])


def of_ckan(options: Iterable[str]) -> dict[str, Any]:
    """Return the values of those of CKAN's options that this CKAN knows.

    ``ckan.files.storage.*.public`` stands for the names of all open storages but those
    of images, which are meant to be open.
    """
    found = {name: tk.config[name] for name in options if compat.knows_option(name)}
    images = {
        tk.config.get(f"ckan.files.default_storages.{kind}")
        for kind in ("admin", "user", "group")
    }
    words = re.compile(r"ckan\.files\.storage\.(.+)\.public")
    matches = [words.fullmatch(str(key)) for key in tk.config if tk.config[key] is True]
    names = {match[1] for match in matches if match} - images
    return {**found, "ckan.files.storage.*.public": " ".join(sorted(names))}


def secret_key() -> bytes:
    """Return the key of the portal, which signs forms and makes secret addresses."""
    return str(tk.config["SECRET_KEY"]).encode()


def proposal_term() -> int:
    """Return within how many working days a proposal is answered."""
    return int(tk.config[PREFIX + "proposal.term"])


def proposal_keep_days() -> int:
    """Return for how many days after its end the author of a proposal is kept."""
    return int(tk.config[PREFIX + "proposal.keep_days"])


def proposal_held_days() -> int:
    """Return for how many days a post of a robot waits for a decision; 0: for ever."""
    return int(tk.config[PREFIX + "proposal.held_days"])


def proposal_holder() -> str:
    """Return who keeps what people write of themselves; by default the portal."""
    return str(tk.config[PREFIX + "proposal.holder"] or tk.config["ckan.site_title"])


def proposal_contact() -> str:
    """Return where people write about what is kept of them; may be empty."""
    return str(tk.config[PREFIX + "proposal.contact"] or "")


def proposal_limits() -> Limits:
    """Return how many proposals are usual."""
    names = ("per_prefix", "per_email", "per_site", "links")
    return Limits(
        **{name: int(tk.config[f"{PREFIX}proposal.{name}"]) for name in names}
    )


def format_policy() -> str:
    """Return the site's rules over the list of formats: JSON, or nothing."""
    return str(tk.config[PREFIX + "formats.policy"] or "")


def require_format_policy() -> None:
    """Refuse to start with rules of formats that cannot be read.

    :raises RuntimeError: with the option an administrator has to change
    """
    try:
        format_check.read_changes(format_policy(), "site")
    except InvalidValue as error:
        raise RuntimeError(f"{PREFIX}formats.policy: {error}") from error


def links_are_checked() -> bool:
    """Tell whether the portal opens the addresses that stand in place of files."""
    return bool(tk.config[PREFIX + "links.check"])


def links_days() -> int:
    """Return after how many days an address is asked again."""
    return int(tk.config[PREFIX + "links.days"])


def links_seconds() -> int:
    """Return how many seconds one address may take."""
    return int(tk.config[PREFIX + "links.seconds"])


def links_size() -> int:
    """Return how much of what lies at an address is fetched, in mebibytes."""
    return int(tk.config[PREFIX + "links.size"])
