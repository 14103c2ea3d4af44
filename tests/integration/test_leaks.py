"""The leak matrix: nobody is told what they may not read, and everybody what they may.

`make test` asks a cut of it, `make prove` all of it (``prove_leaks.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan.tests.helpers import _get_test_app, changed_config

from ckanext.opendata_ua.domain.doctor import Plan, broken
from tests.integration import leak_matrix
from tests.integration.leak_matrix import READERS, ROLES, Scene, Told
from tests.integration.stage import WHOLE, Stage

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture(scope="module")
def scene(body: dict[str, Any], editor: dict[str, Any]) -> Iterator[Scene]:
    with changed_config("ckan.auth.public_user_details", True):
        yield Scene(Stage(body, editor))


@pytest.fixture(scope="module")
def running(scene: Scene) -> Any:
    """Return the application; what fails in it is a page of an error."""
    app = _get_test_app()
    app.flask_app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture(scope="module")
def plan(scene: Scene, running: Any) -> Plan:
    return scene.plan(running.flask_app)


@pytest.fixture(scope="module")
def told(scene: Scene, running: Any, plan: Plan) -> list[Told]:
    choose = leak_matrix.whole if WHOLE else leak_matrix.cut
    return leak_matrix.crawl(scene, running.app, choose(scene, plan))


def test_every_way_to_read_is_known(plan: Plan) -> None:
    assert (plan.guessed, plan.unasked) == ((), ())


def test_nobody_is_told_what_they_may_not_read(told: list[Told]) -> None:
    wrong = sorted({wrong for one in told for wrong in one.wrong()})
    assert wrong == []


def test_everybody_is_told_what_they_may_read(scene: Scene, told: list[Told]) -> None:
    r = list(leak_matrix.refused(scene, told))
    assert r == []


def test_every_way_state_and_role_occurs(
    scene: Scene, plan: Plan, told: list[Told]
) -> None:
    asked = {one.heard.question for one in told}
    assert {one.role for one in told} == set(ROLES)
    assert {state for one in asked for state in scene.about(one)} == set(READERS)
    assert {one.way for one in asked} == {one.way for one in plan.questions}


def test_no_way_to_read_fails(told: list[Told]) -> None:
    assert broken(one.heard for one in told) == []
