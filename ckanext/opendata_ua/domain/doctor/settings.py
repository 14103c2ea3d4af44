"""Settings of CKAN that are dangerous on a portal of open data, as one table.

Defaults were read in the configuration declarations of CKAN 2.11.6 and 2.12.0. A rule
about an option that the running CKAN does not know is passed over.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.opendata_ua.domain.doctor.ailments import Ailment, Weight
from ckanext.opendata_ua.domain.words import N_

Values = Mapping[str, Any]
#: Names of storages of CKAN 2.12 that anybody may read, images' own left out.
PUBLIC_STORAGES = "ckan.files.storage.*.public"
#: Fewer characters of a secret can be guessed; CKAN itself makes 43.
SECRET_LENGTH = 32
PLACEHOLDERS = re.compile(
    r"change.?me|app_instance|not.a.secret|^(string:)?(.)\2*$", re.IGNORECASE
)
LOCAL = re.compile(r"^http://(localhost|127\.|\[::1\])", re.IGNORECASE)
#: Seconds below which jobs of CKAN's plugins are cut off in the middle of their work.
SHORT_JOB = 60


@dataclass(frozen=True)
class SettingRule:
    """When an option is dangerous; ``option`` decides whether the rule applies."""

    option: str
    dangerous: Callable[[Values], bool]
    ailment: Ailment
    secret: bool = False  # the value is never shown


def unsafe(values: Values) -> Iterator[SettingRule]:
    """Yield the rules that a configuration breaks.

    :param values: values of the options that this CKAN knows
    """
    for rule in RULES:
        if rule.option in values and rule.dangerous(values):
            yield rule


def options() -> set[str]:
    """Return every option that the rules read."""
    return {rule.option for rule in RULES} | {"smtp.starttls"}


def weak(secret: object) -> bool:
    """Tell whether a secret is short, or one of those that examples show."""
    text = str(secret or "")
    return len(text) < SECRET_LENGTH or bool(PLACEHOLDERS.search(text))


def _on(option: str) -> Callable[[Values], bool]:
    return lambda values: values[option] is True


def _off(option: str) -> Callable[[Values], bool]:
    return lambda values: values[option] is False


def _weak(option: str) -> Callable[[Values], bool]:
    return lambda values: weak(values[option])


RULES = (
    SettingRule(
        "ckan.auth.create_unowned_dataset",
        _on("ckan.auth.create_unowned_dataset"),
        Ailment(
            "doctor.settings.create_unowned_dataset",
            Weight.ERROR,
            N_("Datasets may be created without an organization."),
            N_(
                "Any editor of any organization may change a dataset that belongs to "
                "none, and no moderator answers for it."
            ),
            N_("Set ckan.auth.create_unowned_dataset = false"),
        ),
    ),
    SettingRule(
        "ckan.auth.anon_create_dataset",
        _on("ckan.auth.anon_create_dataset"),
        Ailment(
            "doctor.settings.anon_create_dataset",
            Weight.ERROR,
            N_("Anybody may create datasets without signing in."),
            N_("Spam and forged data come under the name of the portal."),
            N_("Set ckan.auth.anon_create_dataset = false"),
        ),
    ),
    SettingRule(
        "ckan.datastore.sqlsearch.enabled",
        _on("ckan.datastore.sqlsearch.enabled"),
        Ailment(
            "doctor.settings.sqlsearch",
            Weight.WARNING,
            N_("Anybody may send SQL to the DataStore."),
            N_(
                "One expensive query can occupy the database, and the filter of "
                "functions is the only wall before it."
            ),
            N_("Set ckan.datastore.sqlsearch.enabled = false"),
        ),
    ),
    SettingRule(
        "ckan.files.authenticated_uploads.allow",
        _on("ckan.files.authenticated_uploads.allow"),
        Ailment(
            "doctor.settings.authenticated_uploads",
            Weight.ERROR,
            N_("Every person with an account may upload files outside of datasets."),
            N_("Such files pass no check and no moderator, and fill the disk."),
            N_("Set ckan.files.authenticated_uploads.allow = false"),
        ),
    ),
    SettingRule(
        PUBLIC_STORAGES,
        lambda values: bool(values[PUBLIC_STORAGES]),
        Ailment(
            "doctor.settings.public_storage",
            Weight.ERROR,
            N_("Storages of files are open to everybody: {found}."),
            N_(
                "Who knows or guesses an address reads the file, also that of a "
                "dataset which is not published."
            ),
            N_("Set ckan.files.storage.NAME.public = false for each of them."),
        ),
    ),
    SettingRule(
        "ckan.csrf_protection.ignore_extensions",
        _on("ckan.csrf_protection.ignore_extensions"),
        Ailment(
            "doctor.settings.csrf_extensions",
            Weight.ERROR,
            N_("Forms of extensions are not protected from forged requests."),
            N_(
                "A foreign page can make the browser of a signed-in moderator send a "
                "decision."
            ),
            N_("Set ckan.csrf_protection.ignore_extensions = false"),
        ),
    ),
    SettingRule(
        "WTF_CSRF_ENABLED",
        _off("WTF_CSRF_ENABLED"),
        Ailment(
            "doctor.settings.csrf_off",
            Weight.ERROR,
            N_("No form is protected from forged requests."),
            N_(
                "A foreign page can make the browser of a signed-in person send any "
                "form of the portal."
            ),
            N_("Remove WTF_CSRF_ENABLED from the configuration."),
        ),
    ),
    SettingRule(
        "ckan.auth.create_user_via_web",
        _on("ckan.auth.create_user_via_web"),
        Ailment(
            "doctor.settings.register_on_page",
            Weight.WARNING,
            N_("Anybody may register on the page of the portal."),
            N_("Robots make accounts; publishers are invited by administrators."),
            N_("Set ckan.auth.create_user_via_web = false"),
        ),
    ),
    SettingRule(
        "ckan.auth.create_user_via_api",
        _on("ckan.auth.create_user_via_api"),
        Ailment(
            "doctor.settings.register_by_api",
            Weight.WARNING,
            N_("Anybody may register through the API of the portal."),
            N_("Robots make accounts; publishers are invited by administrators."),
            N_("Set ckan.auth.create_user_via_api = false"),
        ),
    ),
    SettingRule(
        "ckan.auth.public_user_details",
        _on("ckan.auth.public_user_details"),
        Ailment(
            "doctor.settings.public_user_details",
            Weight.ADVICE,
            N_("Names and pages of people with accounts are open to everybody."),
            N_("These are personal data that no law asks the portal to publish."),
            N_("Set ckan.auth.public_user_details = false"),
        ),
    ),
    SettingRule(
        "ckan.auth.public_activity_stream_detail",
        _on("ckan.auth.public_activity_stream_detail"),
        Ailment(
            "doctor.settings.activity_detail",
            Weight.WARNING,
            N_("Everybody may read former versions of datasets in the activity."),
            N_("What was taken back, personal data too, can be read there."),
            N_("Set ckan.auth.public_activity_stream_detail = false"),
        ),
    ),
    SettingRule(
        "ckan.auth.reveal_private_datasets",
        _on("ckan.auth.reveal_private_datasets"),
        Ailment(
            "doctor.settings.reveal_private",
            Weight.ADVICE,
            N_("Strangers learn that a hidden dataset exists."),
            N_(
                "Its address asks them to sign in, others answer that nothing is there."
            ),
            N_("Set ckan.auth.reveal_private_datasets = false"),
        ),
    ),
    SettingRule(
        "debug",
        _on("debug"),
        Ailment(
            "doctor.settings.debug",
            Weight.ERROR,
            N_("The portal runs in debug mode."),
            N_(
                "Pages of errors show code and settings to everybody, and pages are "
                "slow."
            ),
            N_("Set debug = false in the section [DEFAULT]."),
        ),
    ),
    SettingRule(
        "SECRET_KEY",
        _weak("SECRET_KEY"),
        Ailment(
            "doctor.settings.secret_key",
            Weight.ERROR,
            N_("The secret of sessions can be guessed: SECRET_KEY."),
            N_("Who guesses it signs in as anybody, administrators included."),
            N_(
                "Set SECRET_KEY to the output of: python -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'. Everybody has to sign in again."
            ),
        ),
        secret=True,
    ),
    SettingRule(
        "api_token.jwt.decode.secret",
        _weak("api_token.jwt.decode.secret"),
        Ailment(
            "doctor.settings.token_secret",
            Weight.ERROR,
            N_("The secret of API tokens can be guessed: api_token.jwt.decode.secret."),
            N_("Who guesses it makes tokens of any person."),
            N_(
                "Set api_token.jwt.encode.secret and api_token.jwt.decode.secret to "
                "the same long random text. Tokens have to be made anew."
            ),
        ),
        secret=True,
    ),
    SettingRule(
        "ckan.site_url",
        lambda values: _plain(values["ckan.site_url"]),
        Ailment(
            "doctor.settings.no_https",
            Weight.WARNING,
            N_("The address of the portal is not https: {found}."),
            N_(
                "Passwords and cookies can be read on the way, and addresses in "
                "documents and letters lead to the unprotected portal."
            ),
            N_("Set up https, then set ckan.site_url = https://…"),
        ),
    ),
    SettingRule(
        "smtp.starttls_verify",
        lambda values: (
            bool(values.get("smtp.starttls"))
            and values["smtp.starttls_verify"] is False
        ),
        Ailment(
            "doctor.settings.mail_unverified",
            Weight.WARNING,
            N_("The certificate of the mail server is not checked."),
            N_("Whoever stands between reads letters and the password of the mailbox."),
            N_("Set smtp.starttls_verify = true"),
        ),
    ),
    SettingRule(
        "ckan.uploads_enabled",
        _off("ckan.uploads_enabled"),
        Ailment(
            "doctor.settings.uploads_off",
            Weight.WARNING,
            N_("Files cannot be uploaded to the portal."),
            N_("Publishers can only give links, which the portal cannot keep alive."),
            N_("Set ckan.uploads_enabled = true, and ckan.storage_path"),
        ),
    ),
    SettingRule(
        "ckan.search.solr_commit",
        _off("ckan.search.solr_commit"),
        Ailment(
            "doctor.settings.solr_commit",
            Weight.WARNING,
            N_("Solr is not told to show changes."),
            N_(
                "What was published, hidden or withdrawn is found as before until "
                "somebody commits."
            ),
            N_("Set ckan.search.solr_commit = true"),
        ),
    ),
    SettingRule(
        "ckan.jobs.timeout",
        lambda values: 0 <= int(values["ckan.jobs.timeout"]) < SHORT_JOB,
        Ailment(
            "doctor.settings.jobs_timeout",
            Weight.WARNING,
            N_("Jobs of CKAN's plugins are cut off early. Seconds they have: {found}."),
            N_("Loading of large tables ends in the middle."),
            N_("Set ckan.jobs.timeout = 600"),
        ),
    ),
)


def _plain(address: object) -> bool:
    text = str(address)
    return text.startswith("http://") and not LOCAL.match(text)
