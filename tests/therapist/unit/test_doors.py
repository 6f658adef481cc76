"""B1, B2, B4, B12: the unit's pages are missing for whoever does not run that very unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Snippet
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import Absence
from tests.cast import Cast, give, person
from tests.therapist.unit.scene import confirmed, coordinator, offered, opened
from therapist.unit.urls import urlpatterns

OUTSIDERS = ["anna", "tove", "kim", "olle", "pia", "editor", "publisher", "administrator", "auditor"]
RELATIONS = {
    "relations",
    "relation",
    "give_relation",
    "change_therapist",
    "end_relation",
    "starts",
    "prepare",
    "begin_treatment",
    "offer",
    "accept_offer",
    "decline_offer",
    "absences",
    "register_absence",
    "absence",
    "queue",
    "register_patient",
    "capacity",
    "therapist",
    "move_patients",
    "caseload_limit",
    "board",
    "board_file",
    "snippets",
    "snippet",
}
POST_ONLY = {
    "give_relation",
    "change_therapist",
    "confirm_role",
    "begin_treatment",
    "accept_offer",
    "decline_offer",
    "register_absence",
    "move_patients",
    "caseload_limit",
}


def ids_of(cast: Cast) -> dict[str, object]:
    relation = cast.treatment.relations.get(kind="responsible")
    role = cast.kim.roles.get(role=Role.THERAPIST)
    return {
        "treatment_id": cast.treatment.pk,
        "relation_id": relation.pk,
        "role_id": role.pk,
        "unit_id": cast.alfa.pk,
        "snippet_id": Snippet.objects.create(
            unit=cast.alfa, title="Hej", body="Hej!", changed_by=cast.tove
        ).pk,
        "absence_id": Absence.objects.create(
            person=cast.tove,
            unit=cast.alfa,
            starts_at=clock.now() + timedelta(days=7),
            ends_at=clock.now() + timedelta(days=9),
            registered_by=cast.tove,
            registered_at=clock.now(),
        ).pk,
        "access_id": opened(cast.treatment, cast.olle).pk,
        "transfer_id": offered(cast.other_treatment, to=cast.alfa).pk,
    }


def addresses(ids: dict[str, object]) -> Iterator[tuple[str, str]]:
    for pattern in urlpatterns:
        wanted = {name: ids[name] for name in pattern.pattern.converters}
        yield str(pattern.name), reverse(f"unit:{pattern.name}", kwargs=wanted)


def statuses(client: Client, ids: dict[str, object]) -> dict[str, int]:
    found = {}
    for name, path in addresses(ids):
        if name not in POST_ONLY:
            found[f"GET {name}"] = client.get(path, HTTP_ACCEPT="text/html").status_code
        found[f"POST {name}"] = client.post(path, HTTP_ACCEPT="text/html").status_code
    return {name: status for name, status in found.items() if status != 405}


@pytest.mark.parametrize("name", OUTSIDERS)
def test_b4_outsiders_get_404_everywhere(name: str, cast: Cast) -> None:
    found = statuses(confirmed(getattr(cast, name)), ids_of(cast))

    assert set(found.values()) == {404}, found


def test_b8_another_units_manager_finds_nothing_of_this_one(cast: Cast) -> None:
    ids = ids_of(cast)
    stranger = confirmed(give(person("Beda", "Chefsson"), Role.UNIT_MANAGER, cast.beta))

    with_ids = {name: path for name, path in addresses(ids) if "<" in str(_route(name))}

    for name, path in with_ids.items():
        assert stranger.post(path).status_code in {404, 405}, name
        if name not in POST_ONLY:
            assert stranger.get(path).status_code == 404, name
    shown = "".join(
        stranger.get(path).content.decode() for name, path in addresses(ids) if name not in with_ids
    )
    assert not any(word in shown for word in ("Anna", "Tove", "Kim Ek"))


def _route(name: str) -> object:
    return next(pattern.pattern for pattern in urlpatterns if pattern.name == name)


def test_b4_a_foreign_treatment_answers_like_a_missing_one_and_the_try_is_logged(cast: Cast) -> None:
    manager = confirmed(cast.manager)
    foreign = reverse("unit:relation", args=[cast.other_treatment.pk])
    missing = reverse("unit:relation", args=[uuid4()])

    assert manager.get(foreign).status_code == manager.get(missing).status_code == 404
    row = Entry.objects.get(granted=False, patient=cast.pia.pk)
    assert (row.actor, row.object_kind) == (cast.manager.pk, "care relations")


def test_the_manager_gets_in_everywhere(cast: Cast) -> None:
    found = statuses(confirmed(cast.manager), ids_of(cast))

    # Of care she sees no more than numbers: who waits and for what, and whom to enter, is the coordinator's.
    closed = {name: status for name, status in found.items() if status not in {200, 302}}
    assert closed == {"GET queue": 404, "GET register_patient": 404, "POST register_patient": 404}


def test_b12_a_coordinator_has_the_care_relations_alone(cast: Cast) -> None:
    client, ids = confirmed(coordinator(cast.alfa)), ids_of(cast)

    for name, status in statuses(client, ids).items():
        allowed = name.split()[1] in RELATIONS
        assert (status in {200, 302}) is allowed, (name, status)


def test_b12_a_manager_who_is_the_patient_finds_no_relations_of_her_own(cast: Cast) -> None:
    give(cast.anna, Role.UNIT_MANAGER, cast.alfa)
    anna = confirmed(cast.anna)

    assert anna.get(reverse("unit:relation", args=[cast.treatment.pk])).status_code == 404
    assert str(cast.treatment.pk) not in anna.get(reverse("unit:relations")).content.decode()


def test_b2_nothing_of_the_care_opens_to_a_manager(cast: Cast) -> None:
    manager = confirmed(cast.manager)

    for name in ("patient", "messages"):
        assert manager.get(reverse(f"therapist:{name}", args=[cast.treatment.pk])).status_code == 404
    assert manager.get(reverse("therapist:caseload")).status_code == 404


def test_an_ended_role_closes_the_unit_at_once(cast: Cast) -> None:
    manager = confirmed(cast.manager)
    assert manager.get("/enhet/").status_code == 200

    cast.manager.roles.update(ends_at=cast.manager.roles.get().starts_at)

    assert manager.get("/enhet/").status_code == 404
