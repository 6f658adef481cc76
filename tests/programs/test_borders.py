"""Every route of Wagtail's is tried, and a unit's own people meet just those that are used, with what they wrote."""

from __future__ import annotations

import pytest

from programs.used_of_wagtail import FOR_EDITORS
from tests.cast import Cast
from tests.programs.crawling import ONESELF, ask, client_of, met, tries, wagtails, words_of
from tests.programs.two_units import TwoUnits, marked

pytestmark = pytest.mark.django_db
# `reverse` can't name these, and no unit's things lie behind them.
WITHOUT_NAME = {
    "admin/test404/": "Wagtail's own test page",
    "admin/^.*/$": "what Wagtail answers to an unknown address",
}


def test_every_route_of_wagtails_is_tried(both: TwoUnits, cast: Cast) -> None:
    missing = [route.path for route in wagtails() if not tries(route, both, cast)]

    assert sorted(missing) == sorted(WITHOUT_NAME), "Say in crawling.py what the new argument holds."


def test_the_units_own_publisher_meets_every_route_in_use_and_no_other(both: TwoUnits, cast: Cast) -> None:
    """Else a missing page would prove nothing."""
    assert met(cast.publisher, both, cast) == set(FOR_EDITORS) | ONESELF


def test_the_units_own_publisher_reads_what_others_must_not(both: TwoUnits, cast: Cast) -> None:
    client, read = client_of(cast.publisher), set()
    for route in wagtails():
        if route.name in FOR_EDITORS:
            for attempt in tries(route, both, cast):
                read |= words_of(ask(client, "GET", attempt.path, {}))

    wanted = {"nytiteldraft", "nytextdraft", "modul", "stegtext", "bild", "ljud", "namn", "textdraft"}
    assert {marked(word) for word in wanted} <= read
