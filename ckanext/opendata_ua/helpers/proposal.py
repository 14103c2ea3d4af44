"""Template helpers of proposals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import proposal
from ckanext.opendata_ua.domain.words import N_

__all__ = [
    "opendata_ua_pieces",
    "opendata_ua_proposal_form",
    "opendata_ua_proposal_kinds",
    "opendata_ua_proposal_notice",
    "opendata_ua_proposal_word",
]

STEP_WORDS: Mapping[str, str] = {
    "receive": N_("received"),
    "publish": N_("shown to everybody"),
    "hide": N_("hidden"),
    "answer": N_("answered"),
    "close": N_("closed"),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {key.value: words for key, words in proposal.KIND_WORDS.items()},
    "state": {key.value: words for key, words in proposal.STATE_WORDS.items()},
    "outcome": {key.value: words for key, words in proposal.OUTCOME_WORDS.items()},
    "hidden": {key.value: words for key, words in proposal.HIDDEN_WORDS.items()},
    "step": STEP_WORDS,
}


def opendata_ua_proposal_word(what: str, code: str) -> str:
    """Return the words of a code: of a kind, a state, an outcome, a step."""
    return tk._(_WORDS[what][code])


def opendata_ua_pieces(words: str) -> list[proposal.Piece]:
    """Divide an answer into plain text and links that are safe to follow."""
    return proposal.pieces(words)


def opendata_ua_proposal_form() -> str:
    """Return the proof of when a form was opened, which the form has to carry."""
    shown = tk.get_action("opendata_ua_proposal_form_show")({"user": ""}, {})
    return str(shown["form"])


def opendata_ua_proposal_kinds(dataset: Any) -> list[tuple[str, str]]:
    """Return kinds of proposals about a dataset, or about none: codes and words."""
    return [
        (kind.value, tk._(proposal.KIND_WORDS[kind]))
        for kind in proposal.Kind
        if dataset or kind not in proposal.OF_A_DATASET
    ]


def opendata_ua_proposal_notice() -> dict[str, int | str]:
    """Return what the notice about personal data names: holder, contact, days."""
    return {
        "holder": config.proposal_holder(),
        "contact": config.proposal_contact() or tk._("the holder of the portal"),
        "days": config.proposal_keep_days(),
    }
