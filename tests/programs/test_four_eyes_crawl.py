"""B-rows: by no route, Wagtail's or ours, does one person make a version of what she wrote, or reach another unit's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.models import ProgramPage, ProgramReview, ProgramVersion, Recall, SignOff
from programs.releasing import due_releases, release
from programs.used_of_wagtail import FOR_EDITORS
from tests.architecture.routes import Route, routes
from tests.cast import Cast, give, person
from tests.programs.crawling import ARGUMENT, Try, ask, client_of, hostile_post, tries, wagtails, words_of
from tests.programs.reviewed import Reviewers, signed
from tests.programs.test_reviewing import rewrite
from tests.programs.two_units import TwoUnits, fingerprint

pytestmark = pytest.mark.django_db
# Without a page in their address: they show what is the visitor's own.
ABOUT_NO_PAGE = {"program_bring_in"}
METHODS = ("GET", "POST")
LATER = {"go_live_at": "2030-01-01 10:00", "on_0": "2030-01-01", "on_1": "10:00"}


def ours() -> list[Route]:
    """Our own routes in Wagtail's admin that are about a program's draft."""
    return [route for route in routes() if route.door is not None and route.path.startswith("admin/program/")]


def filled(route: Route, pages: list[int]) -> Iterator[Try]:
    """The route with each page's id; an argument that is not known here fails, so that a new one is thought of."""
    names = [name for _kind, name in ARGUMENT.findall(route.path)]
    known: dict[str, Any] = {"stage": "clinical", "module_key": "m01", "recall_id": uuid4()}
    for page in pages:
        every = {**known, "page_id": page}
        yield Try(route.name, reverse(route.name, kwargs={name: every[name] for name in names}))


Counts = tuple[int, int, int, int]


def made() -> Counts:
    """What four eyes are about: versions, those to come on a day, signatures, recalls."""
    versions = ProgramVersion.objects.exclude(program__key="liten").count()
    scheduled = ProgramReview.objects.filter(state=ProgramReview.State.SCHEDULED).count()
    return versions, scheduled, SignOff.objects.count(), Recall.objects.count()


def review_post(both: TwoUnits, cast: Cast, seen: str) -> dict[str, Any]:
    """Everything that could sign, release or publish, at once."""
    own = {"seen": seen, "verdict": "sign", "comment": "Det ser bra ut.", "signs_hard": "on", "note": "Ut."}
    return {**hostile_post(both, cast), **own}


@pytest.mark.parametrize(
    "role", [Role.PUBLISHER, Role.EDITOR, Role.CLINICAL_REVIEWER, Role.LANGUAGE_REVIEWER]
)
def test_no_page_of_ours_lets_another_unit_in(role: Role, both: TwoUnits, cast: Cast) -> None:
    client = client_of(give(person("Bo", "Annan"), role, cast.beta))
    pages = [*(page.pk for page in both.alfa.pages.values()), both.alfa.ids["unit_page"]]
    before, counts = fingerprint(cast), made()
    faults = []

    for route in ours():
        if route.name in ABOUT_NO_PAGE:
            continue
        for attempt in filled(route, pages):
            for method in METHODS:
                response = ask(client, method, attempt.path, review_post(both, cast, "0" * 64))
                if response.status_code not in {404, 405} or words_of(response):
                    faults.append(f"{method} {attempt.path}: {response.status_code} {words_of(response)}")

    assert not faults
    assert (fingerprint(cast), made()) == (before, counts)


def test_by_no_route_does_who_wrote_the_draft_make_a_version_of_it(
    both: TwoUnits, cast: Cast, team: Reviewers
) -> None:
    page = _written_by_its_publisher(both, cast)
    review = signed(page, team, hard=True)
    client, counts, said = client_of(cast.publisher), made(), review_post(both, cast, review.content_hash)
    faults = []

    for attempt in _all_of(page, both, cast):
        for data in (said, {**said, **LATER}, {"action-publish": "1"}, {"confirm": "1"}):
            faults += _changed(client, attempt, data, counts)

    assert not faults
    call_command("publish_scheduled")
    assert due_releases(at=clock.now() + timedelta(days=4000)) == []
    assert made() == counts


def test_a_second_publisher_releases_that_very_draft(both: TwoUnits, cast: Cast, team: Reviewers) -> None:
    """Else the test above would pass with a draft that nobody can release."""
    review = signed(_written_by_its_publisher(both, cast), team, hard=True)
    second = give(person("Sven", "Utgivare"), Role.PUBLISHER, cast.alfa)

    assert release(review, by=second, at=clock.now()) is not None


def test_after_an_edit_the_release_page_makes_no_version_of_the_signatures(
    both: TwoUnits, cast: Cast, team: Reviewers
) -> None:
    page = _written_by_its_publisher(both, cast)
    review = signed(page, team, hard=True)
    rewrite(page, team.editor, "En sista ändring")
    client = client_of(give(person("Sven", "Utgivare"), Role.PUBLISHER, cast.alfa))

    shown = client.post(
        reverse("program_publish", args=[page.pk]), {"seen": review.content_hash, "note": "Ut."}
    )

    assert shown.status_code == 200
    assert ProgramReview.objects.get(pk=review.pk).version is None


def _written_by_its_publisher(both: TwoUnits, cast: Cast) -> ProgramPage:
    page: ProgramPage = ProgramPage.objects.get(pk=both.alfa.pages["draft"].pk)
    rewrite(page, cast.publisher, "Fri rubrik")
    return page


def _all_of(page: ProgramPage, both: TwoUnits, cast: Cast) -> Iterator[Try]:
    """Each route in use with this page, its module and its revisions; and ours."""
    for route in wagtails():
        if route.name in FOR_EDITORS:
            yield from tries(route, both, cast)
    for route in ours():
        if route.name not in ABOUT_NO_PAGE:
            yield from filled(route, [page.pk])


def _changed(client: Client, attempt: Try, data: dict[str, Any], counts: Counts) -> list[str]:
    with transaction.atomic():
        response = ask(client, "POST", attempt.path, data)
        found = [] if made() == counts else [f"{attempt.path}: {response.status_code} makes {made()}"]
        transaction.set_rollback(True)
    return found
