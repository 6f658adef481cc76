"""The list: the sickest on top, one row a patient, logged, no personal numbers, and a constant number of
queries.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.models import Alert, CareRelation, ModuleProgress, Treatment
from ikbt.treatments.timekeeping import keep_time
from measurements.models import Occasion
from measurements.recording import keep_draft_answers
from programs.models import ProgramVersion, Withdrawal
from tests.cast import Cast, give, person
from tests.conftest import SignIn
from tests.therapist import scenes
from therapist.courses import read_courses

LIST = "/arbetslista/"


def new(cast: Cast, name: str, *, days_ago: int = 0) -> Treatment:
    return scenes.started(name, unit=cast.alfa, therapist=cast.tove, version=cast.version, days_ago=days_ago)


def names(client: Client, **query: str) -> list[str]:
    rows = client.get(LIST, query).context["caseload"].rows
    return [row.name.split()[0] for row in rows]


def test_the_sickest_stands_on_top_and_the_calm_last(cast: Cast, tove_client: Client) -> None:
    scenes.hand_in(new(cast, "Modul"))
    scenes.write(new(cast, "Brev"), "Hej")
    scenes.watch_alert(new(cast, "Bevakas"))
    new(cast, "Tyst", days_ago=8)
    scenes.high_alert(new(cast, "Akut"))

    assert names(tove_client) == ["Akut", "Bevakas", "Brev", "Modul", "Tyst", "Anna"]


def test_the_reason_is_told_in_words_with_value_item_and_instrument(cast: Cast, tove_client: Client) -> None:
    scenes.high_alert(new(cast, "Akut", days_ago=2), at=clock.now() - timedelta(hours=3))

    page = tove_client.get(LIST).content.decode()

    assert "Hög risk: svarade 2 på fråga 9 i PHQ-9" in page
    assert "för 3\xa0timmar sedan" in page


def test_a_choice_not_handed_in_is_told_with_its_value(cast: Cast, tove_client: Client) -> None:
    at = clock.now() - timedelta(hours=2)
    occasion = Occasion.objects.get(series=cast.treatment.series_id, kind="pre", instrument__slug="phq-9")
    keep_draft_answers(occasion, scenes.codes("phq-9", [None] * 8 + [2]), at=at)
    keep_time(at=clock.now())

    row = tove_client.get(LIST).context["caseload"].rows[0]

    assert row.reason.text == "Bevaka: valde 2 på fråga 9 i PHQ-9, inte inlämnat"


def test_the_list_reads_answers_and_choices_only_where_an_alert_is_about_them(cast: Cast) -> None:
    at, treatments = clock.now(), [cast.treatment, new(cast, "Akut")]
    scenes.answer(cast.treatment, scenes.SAFE)
    scenes.high_alert(treatments[1])

    calm, acute = (one.scored("phq-9")[0] for one in read_courses(treatments, at=at, in_list=True))
    whole = read_courses(treatments, at=at)[0].scored("phq-9")[0]

    assert (calm.total, calm.details, calm.draft) == (8, None, None)
    assert acute.details is not None
    assert whole.details is not None


def test_other_reasons_are_counted_beside_the_first(cast: Cast, tove_client: Client) -> None:
    scenes.high_alert(cast.treatment)
    scenes.hand_in(cast.treatment)
    scenes.write(cast.treatment, "Hej")

    row = tove_client.get(LIST).context["caseload"].rows[0]

    assert row.reason.text == "Hög risk: svarade 2 på fråga 9 i PHQ-9"
    assert [other.text for other in row.others] == [
        "Obesvarat meddelande",
        "Väntar på återkoppling: Första modulen",
    ]


def test_a_late_weekly_questionnaire_and_deterioration_are_reasons(cast: Cast, tove_client: Client) -> None:
    late, worse = new(cast, "Sen", days_ago=12), new(cast, "Sämre", days_ago=8)
    Treatment.objects.filter(pk__in=[late.pk, worse.pk]).update(last_active_at=clock.now())
    scenes.answer(worse, scenes.SAFE)
    scenes.answer(worse, [2, 2, 2, 2, 2, 2, 2, 2, 0], kind="weekly", number=2)

    rows = {row.name.split()[0]: row for row in tove_client.get(LIST).context["caseload"].rows}

    assert rows["Sen"].reason.text == "Veckoformuläret är försenat: PHQ-9"
    assert rows["Sämre"].reason.text == "Sämre vid senaste svaret: PHQ-9"
    assert rows["Sämre"].score.change == "8 poäng högre än vid start: tillförlitligt sämre"


def test_a_written_answer_clears_worse_once(cast: Cast, tove_client: Client) -> None:
    worse = new(cast, "Sämre", days_ago=8)
    scenes.answer(worse, scenes.SAFE)
    scenes.answer(worse, [2, 2, 2, 2, 2, 2, 2, 2, 0], kind="weekly", number=2)

    scenes.write(worse, "Jag såg ditt svar.", sender=cast.tove)

    assert (
        next(row for row in tove_client.get(LIST).context["caseload"].rows if "Sämre" in row.name).reason
        is None
    )


def test_a_missed_week_is_a_gap_in_the_small_curve(cast: Cast, tove_client: Client) -> None:
    course = new(cast, "Lucka", days_ago=15)
    scenes.answer(course, scenes.SAFE)
    scenes.answer(course, scenes.SAFE, kind="weekly", number=3)

    row = next(row for row in tove_client.get(LIST).context["caseload"].rows if "Lucka" in row.name)

    assert row.score.values == (8, None, 8)


def test_of_sixty_patients_the_high_ones_come_first_however_many_are_watched(
    cast: Cast, tove_client: Client
) -> None:
    at = clock.now()
    for number in range(57):
        watched = new(cast, f"Bevakas{number}", days_ago=9)
        scenes.watch_alert(watched, at=at - timedelta(days=8))
    late, soon = new(cast, "Senast"), new(cast, "Sjukast", days_ago=4)
    scenes.high_alert(soon, at=at - timedelta(days=3))
    scenes.high_alert(late, at=at)

    listed = tove_client.get(LIST).context["caseload"].rows

    assert [row.name.split()[0] for row in listed[:2]] == ["Sjukast", "Senast"]
    assert [row.is_high for row in listed] == [True, True, *[False] * 58]
    assert len(listed) == 60


def test_every_shown_patient_is_logged_once(cast: Cast, tove_client: Client) -> None:
    other = new(cast, "Nils")

    tove_client.get(LIST)

    logged = Entry.objects.filter(action=Entry.Action.LIST, actor=cast.tove.pk).values_list(
        "patient", flat=True
    )
    assert set(logged) == {cast.anna.pk, other.patient_id}
    assert len(logged) == 2


def test_no_personal_number_stands_in_the_list(cast: Cast, tove_client: Client) -> None:
    cast.anna.set_number("19900101-2385")
    cast.anna.save()

    page = tove_client.get(LIST).content.decode()

    assert "19900101" not in page
    assert "900101" not in page


def test_an_ended_relation_takes_the_patient_off_the_list(cast: Cast, tove_client: Client) -> None:
    CareRelation.objects.filter(treatment=cast.treatment).update(ends_at=clock.now())

    assert names(tove_client) == []


def test_an_ended_treatment_stays_until_its_alert_is_closed(cast: Cast, tove_client: Client) -> None:
    alert = scenes.high_alert(cast.treatment)
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED)
    assert names(tove_client) == ["Anna"]

    close_alert(
        alert,
        outcome=Alert.Outcome.REFERRED,
        note="Lämnad till psykiatrin",
        staff=cast.tove,
        by=SYSTEM,
        at=clock.now(),
        assessed=scenes.assessed(),
    )

    assert names(tove_client) == []


def test_a_therapist_who_is_a_patient_does_not_see_herself(cast: Cast, signed_in: SignIn) -> None:
    own = scenes.started("X", unit=cast.alfa, therapist=cast.tove, version=cast.version)
    Treatment.objects.filter(pk=own.pk).update(patient=cast.kim)
    CareRelation.objects.filter(treatment=own).update(staff=cast.kim)
    scenes.high_alert(Treatment.objects.get(pk=own.pk))

    context = signed_in(cast.kim).get(LIST).context

    assert context["caseload"].rows == []
    assert context["colleagues"] == []


def test_the_unit_sees_a_colleagues_high_alert_without_the_patient(cast: Cast, signed_in: SignIn) -> None:
    scenes.high_alert(cast.treatment)

    page = signed_in(cast.kim).get(LIST).content.decode()

    assert "Ansvarig: Tove Berg" in page
    assert "Ingen har tagit det." in page
    assert "Anna" not in page
    assert "Lind" not in page
    assert str(cast.treatment.pk) not in page


def test_whoever_keeps_the_queue_is_led_to_it_from_a_colleagues_high_alert(
    cast: Cast, signed_in: SignIn
) -> None:
    scenes.high_alert(cast.treatment)
    both = give(give(person("Karin", "Ordning"), Role.COORDINATOR, cast.alfa), Role.THERAPIST, cast.alfa)
    strip = 'aria-labelledby="colleagues-heading"'
    way = f'href="{reverse("unit:queue")}">Se i enhetens kö vem det gäller'

    hers, his = (signed_in(one).get(LIST).content.decode() for one in (both, cast.kim))

    assert (strip in hers, way in hers) == (True, True)
    assert (strip in his, way in his) == (True, False)


def test_a_colleagues_watch_alert_and_other_units_stay_unseen(cast: Cast, signed_in: SignIn) -> None:
    scenes.watch_alert(cast.treatment)
    scenes.high_alert(cast.other_treatment)

    assert signed_in(cast.kim).get(LIST).context["colleagues"] == []


@pytest.mark.parametrize("name", ["anna", "editor", "publisher", "manager", "administrator", "auditor"])
def test_people_without_a_desk_get_the_page_that_does_not_exist(
    cast: Cast, signed_in: SignIn, name: str
) -> None:
    client = signed_in(getattr(cast, name))

    assert client.get(LIST).status_code == 404
    assert client.get(f"{LIST}lista/").status_code == 404


def test_nobody_gets_in_without_a_second_factor(cast: Cast, client: Client) -> None:
    client.force_login(cast.tove)

    response = client.get(LIST)

    assert response.status_code in {302, 403}


@pytest.mark.benchmark
def test_it_takes_at_most_twelve_queries_and_as_many_for_100_patients_as_for_10(
    cast: Cast, tove_client: Client
) -> None:
    eventful = [new(cast, f"P{number}", days_ago=6) for number in range(10)]
    for treatment in eventful:
        _fill(treatment, cast)
    # The first reader in a process reads the program and its instruments, which are frozen.
    _queries(tove_client)
    few = _queries(tove_client)
    for number in range(10, 100):
        _fill(new(cast, f"P{number}", days_ago=6), cast)

    many = _queries(tove_client)

    # SQLite takes 999 parameters a statement, so Django splits the log's one insert there (76 rows each).
    assert len(_without_log(few)) == len(_without_log(many)), many
    assert len(_without_log(many)) + 1 <= 12, many


def _fill(treatment: Treatment, cast: Cast) -> None:
    """A row with an alert, a score, a waiting module and a message, as a busy list has them."""
    scenes.high_alert(treatment, at=clock.now() - timedelta(hours=5))
    ModuleProgress.objects.filter(treatment=treatment).update(submitted_at=clock.now())
    scenes.write(treatment, "Hej")


def _without_log(statements: list[str]) -> list[str]:
    return [statement for statement in statements if 'INSERT INTO "audit_entry"' not in statement]


def _queries(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(LIST)
    assert response.status_code == 200
    return scenes.statements(captured)


def test_whoever_works_elsewhere_now_finds_no_patient_of_the_unit_she_left(
    cast: Cast, signed_in: SignIn
) -> None:
    scenes.high_alert(cast.treatment)
    give(cast.tove, Role.THERAPIST, cast.beta)
    RoleAssignment.objects.filter(person=cast.tove, unit=cast.alfa).update(ends_at=clock.now())

    page = signed_in(cast.tove).get(LIST)

    assert page.status_code == 200
    assert page.context["caseload"].rows == []
    assert cast.anna.last_name not in page.content.decode()


def test_the_frame_names_the_units_of_the_list_alone_and_the_menu_every_role_that_runs(
    cast: Cast, signed_in: SignIn
) -> None:
    give(cast.tove, Role.UNIT_MANAGER, cast.beta)

    frame = signed_in(cast.tove).get(LIST).context

    assert frame["unit_name"] == cast.alfa.name
    assert reverse("unit:overview") in [item.url for item in frame["nav"]]

    RoleAssignment.objects.filter(person=cast.tove, unit=cast.beta).update(ends_at=clock.now())

    frame = signed_in(cast.tove).get(LIST).context

    assert reverse("unit:overview") not in [item.url for item in frame["nav"]]


def test_a_new_version_of_an_unopened_module_is_in_the_list_at_once(cast: Cast, tove_client: Client) -> None:
    """Outlines are kept in the process; which of them a patient reads is asked each time."""
    assert tove_client.get(LIST).context["caseload"].rows[0].modules == 2
    outline = cast.version.outline
    more = [*outline["modules"], {**outline["modules"][-1], "key": "m99"}]
    newer = ProgramVersion.objects.create(
        program=cast.version.program,
        major=cast.version.major,
        minor=cast.version.minor + 1,
        outline={**outline, "modules": more},
        facts=cast.version.facts,
        content_hash=f"{1:064}",
        published_at=clock.now(),
    )

    assert tove_client.get(LIST).context["caseload"].rows[0].modules == 3

    Withdrawal.objects.create(version=newer, by=cast.manager, at=clock.now(), reason="Fel")

    assert tove_client.get(LIST).context["caseload"].rows[0].modules == 2
