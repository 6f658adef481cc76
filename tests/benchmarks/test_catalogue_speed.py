"""With 1,000 versions of a program of ten modules in the database, publishing and the catalogue stay quick."""

from __future__ import annotations

import time
from statistics import median

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.common import clock
from programs.importing import import_program
from programs.models import FrozenModule, ModulePage, Program, ProgramPage, ProgramVersion, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site
from tests.cast import Cast
from tests.conftest import signed_in_client

pytestmark = [pytest.mark.django_db, pytest.mark.benchmark]
VERSIONS, CATALOGUE_SECONDS, PUBLISHING_SECONDS, TIMES = 1000, 0.1, 2.0, 7


def depression_at(cast: Cast) -> ProgramPage:
    """The shipped program as drafts, with its first version."""
    ensure_site([cast.alfa], by=None, at=clock.now())
    folder = settings.DATA_DIR_PROGRAMS / "depression"
    page = import_program(folder, unit_page=UnitPage.objects.get(), by=None, at=clock.now())
    publish(page, by=None, at=clock.now())
    return page


def more_versions(program: Program, number: int) -> None:
    """Whole versions, modules and all, after the first."""
    first = program.versions.get()
    modules = list(first.modules.all())
    for start in range(1, number, 100):
        versions = ProgramVersion.objects.bulk_create(
            ProgramVersion(
                program=program,
                major=1,
                minor=minor,
                outline=first.outline,
                facts=first.facts,
                content_hash=f"{minor:064d}",
                release_note="Mindre ändringar.",
                published_at=clock.now(),
            )
            for minor in range(start, min(start + 100, number))
        )
        FrozenModule.objects.bulk_create(
            FrozenModule(
                version=version,
                position=one.position,
                key=one.key,
                document=one.document,
                definitions=one.definitions,
            )
            for version in versions
            for one in modules
        )


def cost_of(client: Client, path: str) -> tuple[float, int]:
    """Seconds of this process's CPU, and queries, that a page costs."""
    with CaptureQueriesContext(connection) as asked:
        before = time.process_time()
        assert client.get(path).status_code == 200
        spent = time.process_time() - before
    return spent, len(asked)


def test_the_catalogue_and_publishing_with_a_thousand_versions(cast: Cast) -> None:
    page = depression_at(cast)
    program = Program.objects.get(page=page)
    client = signed_in_client(cast.manager)
    paths = ["/katalog/", "/katalog/?tillstand=depression&sok=nedstämd", f"/katalog/{program.pk}/"]
    few = [[cost_of(client, path) for _ in range(2)][-1][1] for path in paths]

    more_versions(program, VERSIONS)
    many = [[cost_of(client, path) for _ in range(TIMES)] for path in paths]
    module = ModulePage.objects.child_of(page).first()
    assert module is not None
    module.goal = "Ett nytt mål."
    module.save_revision()
    before = time.perf_counter()
    version = publish(page, by=None, at=clock.now())
    publishing = time.perf_counter() - before

    seconds = [median(spent for spent, _ in runs) for runs in many]
    said = ", ".join(f"{path} {one * 1000:.0f} ms" for path, one in zip(paths, seconds, strict=True))
    print(f"\n{ProgramVersion.objects.count()} versions: {said}; publishing {publishing:.2f} s")
    assert version.number == f"1.{VERSIONS}"
    assert [runs[-1][1] for runs in many] == few
    assert max(seconds) < CATALOGUE_SECONDS
    assert publishing < PUBLISHING_SECONDS
