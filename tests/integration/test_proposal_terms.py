"""What becomes of proposals in time: nobody has looked at them, or closed them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.opendata_ua.model.proposal import (
    Proposal,
    ProposalAuthor,
    ProposalEvent,
    ProposalPurge,
)
from tests.integration.conftest import empty_our_tables
from tests.integration.proposing import (
    EMAIL,
    NAME,
    as_,
    letters,
    older,
    propose,
    refused,
    stored,
)

pytestmark = pytest.mark.usefixtures("portal", "quiet")


@pytest.fixture
def quiet(portal: None) -> None:
    """Begin without proposals and messages."""
    model.Session.remove()
    empty_our_tables()


@pytest.fixture
def dataset(create: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return create(title="Дерева міста")


@pytest.fixture
def admin(portal: None) -> dict[str, Any]:
    return factories.Sysadmin()


def runs() -> list[tuple[str, int]]:
    rows = model.Session.execute(sa.select(ProposalPurge).order_by(ProposalPurge.id))
    return [(row.why, row.authors) for row in rows.scalars()]


def authors() -> int:
    query = sa.select(sa.func.count(ProposalAuthor.proposal_id))
    return model.Session.execute(query).scalar_one()


class TestHeld:
    def test_what_nobody_looked_at_is_hidden_and_loses_its_author(
        self, dataset: Any, admin: Any
    ) -> None:
        made = propose(id=dataset["id"], form="", name=NAME, email=EMAIL)
        fresh = propose(id=dataset["id"], form="", name=NAME)["proposal_id"]
        honest = propose(id=dataset["id"], name=NAME)["proposal_id"]
        id_ = made["proposal_id"]
        older(31, id_, honest)
        assert as_(admin, "purge") == {"authors": 1, "texts": 0, "unseen": 1}
        assert as_(admin, "purge")["unseen"] == 0
        assert authors() == 2
        assert runs()[0] == ("held", 1)
        assert stored(fresh).state == stored(honest).state == "received"
        row = stored(id_)
        assert (row.state, row.hidden_reason, row.version) == ("hidden", "unseen", 2)
        events = ProposalEvent.of(model.Session, id_)
        assert [(one.kind, one.actor) for one in events][-1] == ("hide", None)
        assert letters() == [] or EMAIL not in str([one.payload for one in letters()])

        # it stands in no list and no figure, and its author sees why
        assert as_("", "list")["proposals"] == []
        (figures,) = as_("", "stats")
        assert (figures["received"], figures["hidden"]) == (1, 0)
        seen = as_("", "show", receipt=made["receipt"].rsplit("/", 1)[1])
        assert seen["hidden_reason"] == "unseen"
        with pytest.raises(tk.ObjectNotFound):
            as_("", "show", proposal_id=id_)

    def test_it_may_be_shown_after_all_until_its_text_goes(
        self, dataset: Any, admin: Any
    ) -> None:
        ids = [propose(id=dataset["id"], form="")["proposal_id"] for _ in range(2)]
        older(31)
        as_(admin, "purge")
        shown = as_(admin, "publish", proposal_id=ids[0], proposal_version=2)
        assert (shown["state"], shown["hidden_reason"]) == ("shown", "")
        model.Session.execute(
            sa.update(Proposal)
            .where(Proposal.id == ids[1])
            .values(ended=sa.func.now() - timedelta(days=91))
        )
        model.Session.commit()
        assert as_(admin, "purge")["texts"] == 1
        gone = refused(admin, "publish", proposal_id=ids[1], proposal_version=2)
        assert "proposal_id" in gone

    @pytest.mark.ckan_config("ckanext.opendata_ua.proposal.held_days", "0")
    def test_without_a_term_it_waits_for_a_person(
        self, dataset: Any, admin: Any
    ) -> None:
        id_ = propose(id=dataset["id"], form="")["proposal_id"]
        older(1000)
        assert as_(admin, "purge")["unseen"] == 0
        assert stored(id_).state == "received"

    def test_no_person_gives_the_reason_of_the_portal(
        self, dataset: Any, admin: Any
    ) -> None:
        id_ = propose(id=dataset["id"])["proposal_id"]
        step = {"proposal_id": id_, "proposal_version": 1, "reason": "unseen"}
        assert "reason" in refused(admin, "hide", **step)

    def test_the_weekly_letter_tells_who_may_look(
        self, dataset: Any, admin: Any
    ) -> None:
        propose(id=dataset["id"], form="")
        moderator = factories.User()
        as_admin: Any = {"user": admin["name"]}
        tk.get_action("opendata_ua_moderator_add")(
            as_admin, {"user": moderator["name"]}
        )
        told = as_(admin, "remind")
        assert (told["owed"], told["held"]) == (0, 1)
        words = {one.recipient: one.payload["body"] for one in letters()}
        assert "1." in words[moderator["id"]]
        assert as_(admin, "remind")["letters"] == 0


class TestAnswered:
    def test_what_is_answered_and_never_closed_ends_with_its_last_step(
        self, dataset: Any, admin: Any
    ) -> None:
        ids = [
            propose(id=dataset["id"], name=NAME)["proposal_id"] for _ in ("old", "new")
        ]
        for id_ in ids:
            as_(admin, "publish", proposal_id=id_, proposal_version=1)
            as_(admin, "answer", proposal_id=id_, proposal_version=2, answer="Так")
        # history cannot be written anew: the age of both is asked for instead
        assert as_(admin, "purge", days=1)["authors"] == 0
        as_(admin, "purge", days=0)
        assert authors() == 0
        assert stored(ids[0]).text

    def test_what_waits_for_an_answer_keeps_its_author(
        self, dataset: Any, admin: Any
    ) -> None:
        id_ = propose(id=dataset["id"], name=NAME)["proposal_id"]
        as_(admin, "publish", proposal_id=id_, proposal_version=1)
        older(400)
        as_(admin, "purge", days=0)
        assert authors() == 1


def test_networks_are_forgotten_after_a_day(app: Any, dataset: Any, admin: Any) -> None:
    sent = {"id": dataset["id"], "kind": "error", "text": "Порожній рядок у таблиці"}
    answer = app.post(
        "/api/action/opendata_ua_proposal_create",
        json=sent,
        environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
    )
    id_ = answer.json["result"]["proposal_id"]
    as_(admin, "purge")
    assert stored(id_).prefix_hash
    older(1.1)
    as_(admin, "purge")
    assert stored(id_).prefix_hash == ""
