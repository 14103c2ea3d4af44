"""Search as people type: small words left out, mistakes of typing mended."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

from ckanext.opendata_ua.adapters import solr_schema
from ckanext.opendata_ua.domain import correction
from ckanext.opendata_ua.logic import sight

#: A query with one of these is written in Solr's own language and left alone.
SYNTAX = re.compile(r'[:"(){}\[\]^~*\\|]|(?:^|\s)[+-]|\b(?:AND|OR|NOT)\b')
#: Key of our own questions to CKAN's search: answer what was asked, mend nothing.
AS_TYPED = "opendata_ua_as_typed"
#: Search parameter that tells the page which query was answered.
MENDED = "ext_opendata_ua_corrected"
STOPWORDS = frozenset(solr_schema.stopwords())


@tk.chained_action
@tk.side_effect_free
def package_search(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Search datasets; what a person types and nothing holds is tried without mistakes.

    See CKAN's ``package_search`` for parameters. When the words were mended, the answer
    has one more key, ``opendata_ua_corrected``: the query that was answered. A query in
    Solr's language (with fields, quotes, operators) is passed on unchanged, and a
    program that asks through the Action API gets the answer to what it asked:
    ``opendata_ua_search_did_you_mean`` is there for it.
    """
    up_action = partial(sight.search, up_action)
    query = str(data_dict.get("q") or "")
    if context.get(AS_TYPED) or not query.strip() or SYNTAX.search(query):
        return up_action(context, data_dict)
    fresh: Context = {**context}
    answer = up_action(context, {**data_dict, "q": _telling_words(query)})
    if answer["count"] or "api_version" in context:
        return answer
    corrected = _did_you_mean(fresh, query)
    if not corrected:
        return answer
    extras = {**(data_dict.get("extras") or {}), MENDED: corrected}
    mended = {**data_dict, "q": _telling_words(corrected), "extras": extras}
    second = up_action(fresh, mended)
    if not second["count"]:
        return answer
    return {**second, "opendata_ua_corrected": corrected}


@tk.side_effect_free
def opendata_ua_search_did_you_mean(
    context: Context, data_dict: DataDict
) -> dict[str, str]:
    """Tell what a person meant whose query finds nothing.

    Only datasets that the user may see are looked at, so that no word of a hidden
    dataset comes to light. Nothing is suggested for a query that finds something.

    :param q: the query as typed
    :returns: ``{"q": the query, "suggestion": the corrected query or ""}``
    """
    tk.check_access("opendata_ua_search_did_you_mean", context, data_dict)
    query = str(tk.get_or_bust(data_dict, "q"))
    suggestion = ""
    if query.strip() and not SYNTAX.search(query) and not _count(context, query):
        suggestion = _did_you_mean(context, query)
    return {"q": query, "suggestion": suggestion}


def _telling_words(query: str) -> str:
    """Return the query without words like «на» or «скільки».

    It cannot be done in Solr: CKAN's parser also asks the fields ``name``, ``tags``
    and ``groups``, which keep such words, and so a word dropped in the text is demanded
    of them.
    """
    words = query.split()
    telling = [word for word in words if word.lower().strip(",.;?!") not in STOPWORDS]
    return " ".join(telling or words)


def _did_you_mean(context: Context, query: str) -> str:
    """Return the query with mistyped words replaced, or an empty text.

    Asks at most two short questions for each of the first words.
    """
    layout = correction.on_ukrainian_keyboard(query)
    if layout and _count(context, layout):
        return layout
    words = query.split()
    for place, word in enumerate(words[: correction.WORDS_LOOKED_AT]):
        if correction.may_be_mistyped(word) and not _count(context, word):
            known = _similar_words(context, word.lower())
            words[place] = correction.nearest(word.lower(), known) or word
    corrected = " ".join(words)
    if corrected == query or not _count(context, corrected):
        return ""
    return corrected


def _count(context: Context, query: str) -> int:
    answer = _ask(context, {"q": _telling_words(query), "facet": "false"})
    return int(answer["count"])


def _similar_words(context: Context, word: str) -> dict[str, int]:
    """Return words of the titles that have one like ``word``, with their counts.

    ``title`` holds dictionary forms and synonyms, the other field words as written.
    """
    like = f"{word.replace(chr(39), '')}~{correction.tolerance(word)}"
    fields = [solr_schema.WORDS_FIELD, "title"]
    answer = _ask(
        context,
        {
            "q": " OR ".join(f"{field}:{like}" for field in fields),
            "facet.field": fields,
            "facet.limit": correction.WORDS_COMPARED,
        },
    )
    known: dict[str, int] = {}
    for field in reversed(fields):  # the spelling of people prevails
        known.update(answer["facets"].get(field, {}))
    return known


def _ask(context: Context, query: DataDict) -> dict[str, Any]:
    asking: Context = {**context, AS_TYPED: True}  # type: ignore[typeddict-unknown-key]  # a key of ours
    return tk.get_action("package_search")(asking, {"rows": 0, **query})
