"""C6: a patient reads in plain Swedish who has opened her data, and takes the log with her."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common import clock
from tests.cast import Cast
from tests.conftest import signed_in_client

# 10.14 on a Swedish winter clock.
MORNING = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
CANARY = "CANARY-reason"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> type[At]:
    At.patch = monkeypatch
    return At


class At:
    """`at(moment)` sets the clock."""

    patch: pytest.MonkeyPatch

    def __init__(self, moment: datetime) -> None:
        At.patch.setattr(clock, "now", lambda: moment)


def opened(
    cast: Cast, moment: datetime, set_clock: type[At], *, kind: str = "treatment", by: UUID | None = None
) -> Entry:
    """Tove (or another) opens Anna's data."""
    set_clock(moment)
    actor = Actor(by or cast.tove.pk, "therapist", cast.alfa.pk)
    return record(
        Entry.Action.READ, by=actor, kind=kind, patient=cast.anna.pk, relation="responsible", reason=CANARY
    )


def text(client: Client, query: str = "") -> str:
    response = client.get(f"/min-logg/{query}", headers={"accept-language": "sv"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_c6_a_read_is_told_in_plain_swedish(cast: Cast, anna_client: Client, at: type[At]) -> None:
    opened(cast, MORNING, at)
    opened(cast, MORNING + timedelta(minutes=6), at)

    page = text(anna_client)

    assert "3 mars 2026" in page
    assert "Tove Berg, behandlare vid Vårdcentralen Alfa, läste din behandling kl. 10.14 och 10.20." in page
    assert CANARY not in page


def test_c6_own_visits_are_folded_away_and_can_be_shown(cast: Cast, anna_client: Client) -> None:
    anna_client.get(f"/behandling/{cast.treatment.pk}/")

    page = text(anna_client)

    assert "Du läste din behandling" not in page
    assert "Dina egna besök (2)" in page
    assert "Du läste din behandling" in text(anna_client, "?egna=1")


def test_c6_a_refused_attempt_is_told(cast: Cast, anna_client: Client) -> None:
    record(
        Entry.Action.REFUSED,
        by=Actor(cast.kim.pk, "therapist", cast.alfa.pk),
        kind="treatment",
        patient=cast.anna.pk,
        granted=False,
    )

    assert "Kim Ek, behandlare vid Vårdcentralen Alfa, försökte öppna dina uppgifter men nekades" in text(
        anna_client
    )


def test_c6_nobody_sees_another_patients_log(cast: Cast, at: type[At]) -> None:
    opened(cast, clock.now(), at)

    assert "Tove Berg" not in text(signed_in_client(cast.pia))


def test_c6_a_month_is_chosen_by_its_swedish_days(cast: Cast, anna_client: Client, at: type[At]) -> None:
    opened(cast, MORNING, at)
    opened(cast, datetime(2026, 3, 31, 22, 30, tzinfo=UTC), at, kind="messages")  # 1 April in Sweden

    march, april = text(anna_client, "?manad=2026-03"), text(anna_client, "?manad=2026-04")

    assert ("läste din behandling" in march, "läste dina meddelanden" in march) == (True, False)
    assert ("läste din behandling" in april, "läste dina meddelanden" in april) == (False, True)
    assert '<option value="2026-04" selected>april 2026</option>' in april


@pytest.mark.parametrize(
    "query", ["?manad=2026-13", "?manad=%00", "?manad=0001-01", "?sida=-1", "?sida=x", "?sida=999"]
)
def test_c6_odd_addresses_show_a_page(query: str, cast: Cast, anna_client: Client) -> None:
    text(anna_client, query)


def test_c6_fifty_rows_a_page_whatever_the_length(cast: Cast, anna_client: Client, at: type[At]) -> None:
    for number in range(60):
        opened(cast, MORNING + timedelta(minutes=number), at)

    assert "Sida 1 av 2" in text(anna_client, "?manad=2026-03")
    with CaptureQueriesContext(connection) as captured:
        page = text(anna_client, "?manad=2026-03&sida=2")
    assert "kl. 10.14" in page
    assert "?sida=1&amp;manad=2026-03" in page
    assert len(captured) <= 12, [query["sql"] for query in captured]


def test_c6_names_of_staff_follow_the_policy(
    cast: Cast, anna_client: Client, at: type[At], settings: LazySettings
) -> None:
    settings.ACCESS_LOG_SHOWS_NAMES = False
    opened(cast, MORNING, at)

    page = text(anna_client)

    assert "Tove" not in page
    assert "Någon i personalen, behandlare vid Vårdcentralen Alfa, läste din behandling" in page


def test_c6_the_log_is_taken_out_as_a_table(cast: Cast, anna_client: Client, at: type[At]) -> None:
    cast.tove.first_name = "=cmd"
    cast.tove.save()
    opened(cast, MORNING, at)

    response = anna_client.get("/min-logg/hamta/")

    assert response["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    told = next(row for row in rows if row["Vad"] == "läste din behandling")
    assert told["Tid"] == "2026-03-03T10:14:00+01:00"
    assert told["Vem"].startswith("'=cmd Berg"), "a spreadsheet must not take it for a formula"
    assert (told["Enhet"], told["Tillåtet"]) == ("Vårdcentralen Alfa", "ja")
    assert len(rows) == Entry.objects.about(cast.anna.pk).count()


def test_c6_the_log_is_taken_out_as_json(cast: Cast, anna_client: Client, at: type[At]) -> None:
    opened(cast, MORNING, at)

    rows = json.loads(anna_client.get("/min-logg/hamta/?format=json").content)

    assert "läste din behandling" in [row["Vad"] for row in rows]
    assert anna_client.get("/min-logg/hamta/?format=exe").status_code == 404


def test_c1_the_log_tells_of_its_own_readers(cast: Cast, anna_client: Client) -> None:
    anna_client.get("/min-logg/")
    anna_client.get("/min-logg/hamta/")

    told = Entry.objects.filter(actor=cast.anna.pk, object_kind="access log")
    assert list(told.values_list("action", "patient")) == [("read", cast.anna.pk), ("export", cast.anna.pk)]


@pytest.mark.parametrize("address", ["/min-logg/", "/mina-uppgifter/"])
def test_what_is_kept_about_her_leads_back_to_her_treatment(address: str, anna_client: Client) -> None:
    page = anna_client.get(address, headers={"accept-language": "sv"}).content.decode()

    assert '<a class="app-link" href="/start/">Till startsidan</a>' in page
