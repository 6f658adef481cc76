"""B8: while a person is being served, a query about patients that does not say whose is an error, not an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from ikbt.accounts.models import Person
from ikbt.accounts.socket import PersonConsumer
from ikbt.accounts.socket_gate import SocketGate
from ikbt.audit.models import Entry
from ikbt.common.doors import ANYONE
from ikbt.common.scoping import PatientRow, ScopedQuerySet, UnscopedQuery, serving
from ikbt.treatments.models import Alert, CareRelation, Draft, Message, ModuleProgress, Treatment
from measurements.models import Occasion
from tests.cast import Cast, gather
from tests.conftest import signed_in_client
from tests.sockets import socket_to
from tests.therapist.scenes import write

TEXT = "Jag vill att bara du läser det här"


@pytest.fixture
def message(cast: Cast) -> Message:
    write(cast.treatment, TEXT)
    return Message.objects.get(treatment=cast.treatment)


# ---------------------------------------------------------------- a view that forgets


@ANYONE("GET")
def reads_all(request: HttpRequest, nobody: None) -> HttpResponse:
    return HttpResponse(" ".join(one.body for one in Message.objects.all()))


@ANYONE("POST")
def changes_all(request: HttpRequest, nobody: None) -> HttpResponse:
    return HttpResponse(str(Message.objects.all().update(from_patient=False)))


@ANYONE("GET")
def reads_by_a_strangers_key(request: HttpRequest, nobody: None) -> HttpResponse:
    return HttpResponse(Message.objects.get(pk=request.GET["id"]).body)


@ANYONE("GET")
def reads_by_a_strangers_treatment(request: HttpRequest, nobody: None) -> HttpResponse:
    return HttpResponse(
        " ".join(one.body for one in Message.objects.filter(treatment=UUID(request.GET["id"])))
    )


@ANYONE("GET")
def reads_all_in_another_thread(request: HttpRequest, nobody: None) -> HttpResponse:
    async def count() -> int:
        return await Message.objects.acount()

    return HttpResponse(str(async_to_sync(count)()))


urlpatterns = [
    path("alla/", reads_all),
    path("andra/", changes_all),
    path("nyckel/", reads_by_a_strangers_key),
    path("behandlingens/", reads_by_a_strangers_treatment),
    path("trad/", reads_all_in_another_thread),
]
handler500 = "ikbt.common.views.server_error"


@pytest.fixture
def forgetful(cast: Cast) -> Iterator[Client]:
    """Tove's browser on a site whose views forget to say whose."""
    client = signed_in_client(cast.tove)
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=__name__):
        yield client


@pytest.mark.parametrize(
    "which", ["/alla/", "/nyckel/?id={message}", "/behandlingens/?id={treatment}", "/trad/"]
)
def test_b8_a_view_that_forgets_shows_nothing(which: str, forgetful: Client, message: Message) -> None:
    answer = forgetful.get(which.format(message=message.pk, treatment=message.treatment_id))

    assert answer.status_code == 500
    assert TEXT not in answer.content.decode()
    assert answer.exc_info[0] is UnscopedQuery  # type: ignore[attr-defined]


def test_b8_a_view_that_forgets_changes_nothing(forgetful: Client, message: Message) -> None:
    assert forgetful.post("/andra/").status_code == 500

    message.refresh_from_db()
    assert message.from_patient


def test_b8_a_socket_that_forgets_hears_nothing(transactional_db: None) -> None:
    """Sockets are served too, message by message."""

    class Forgetful(PersonConsumer):
        async def groups_for(self, person: Person) -> list[str] | None:
            return [str(await sync_to_async(Message.objects.count)())]

    async def connect() -> None:
        client = await sync_to_async(signed_in_client)((await sync_to_async(gather)()).anna)
        await socket_to(SocketGate(Forgetful.as_asgi()), "/ws/x/", client).connect()

    with pytest.raises(UnscopedQuery):
        async_to_sync(connect)()


# ---------------------------------------------------------------- what is refused, and what is not


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Message.objects.all()),
        lambda: Message.objects.first(),
        lambda: Message.objects.count(),
        lambda: Message.objects.exists(),
        lambda: Message.objects.aggregate(Count("pk")),
        lambda: list(Message.objects.iterator()),
        lambda: list(Message.objects.values("body")),
        lambda: list(Message.objects.values_list("body", flat=True)),
        lambda: Message.objects.in_bulk([uuid4()]),
        lambda: Message.objects.get(pk=uuid4()),
        lambda: Message.objects.update(read_at=None),
        lambda: Message.objects.all().delete(),
        lambda: Message.objects.raw("SELECT * FROM treatments_message"),
        lambda: list(Message.objects.dates("sent_at", "day")),
        lambda: Message.objects.latest("sent_at"),
        lambda: Message.objects.explain(),
        lambda: list(Message.objects.filter(from_patient=True).select_related("treatment")[:5]),
        lambda: list(Message.objects.filter(treatment=None)),
        lambda: list(Message.objects.filter(treatment=F("treatment"))),
        lambda: list(Message.objects.filter(treatment=uuid4())),
        lambda: list(Message.objects.filter(treatment__isnull=False)),
        lambda: list(Message.objects.filter(treatment__starts_on__gte="2020-01-01")),
        lambda: list(Message.objects.filter(treatment__in=Treatment.objects.all())),
        lambda: list(Message.objects.filter(treatment__patient__in=Person.objects.all())),
        lambda: list(Message.objects.exclude(treatment=uuid4())),
        lambda: list(Message.objects.filter(~Q(treatment__patient=uuid4()))),
        lambda: list(Message.objects.filter(Q(treatment__patient=uuid4()) | Q(from_patient=True))),
        lambda: list(Message.objects.filter(treatment__patient=uuid4()) | Message.objects.filter(from_patient=True)),
        lambda: list(Message.objects.filter(treatment__patient=uuid4()).union(Message.objects.all())),
        lambda: list(
            Treatment.objects.of_patient(uuid4()).annotate(x=Subquery(Message.objects.values("body")[:1]))
        ),
        lambda: list(Person.objects.filter(Exists(Alert.objects.filter(level="high")))),
        lambda: list(CareRelation.objects.filter(kind="responsible")),
    ],
)  # fmt: skip
def test_b8_without_a_scope_nothing_is_asked(ask: Callable[[], Any], db: None) -> None:
    with serving(), pytest.raises(UnscopedQuery, match=r"say whose|raw SQL"):
        ask()


def test_b8_a_units_patients_are_no_scope(cast: Cast) -> None:
    with serving(), pytest.raises(UnscopedQuery):
        list(cast.alfa.treatments.all())


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: Message.objects.filter(treatment=t),
        lambda t: Message.objects.order_by("sent_at").filter(from_patient=True, treatment=t),
        lambda t: Message.objects.filter(treatment__patient=t.patient_id),
        lambda t: Message.objects.filter(Q(treatment=t) & Q(from_patient=True)),
        lambda t: Message.objects.filter(Q(treatment=t) | Q(treatment__in=[t])),
        lambda t: Message.objects.filter(treatment__in=Treatment.objects.of_patient(t.patient_id)),
        lambda t: Message.objects.filter(treatment__in=Treatment.objects.of_patient(t.patient_id).values("pk")),
        lambda t: Message.objects.filter(treatment=t).order_by().union(Message.objects.filter(treatment=t).order_by()),
        lambda t: t.messages.all(),
        lambda t: t.messages.filter(from_patient=True).exclude(answered_at=None),
        lambda t: t.patient.treatments.all(),
        lambda t: Treatment.objects.of_patient(t.patient_id).prefetch_related("messages", "relations__staff"),
        lambda t: Treatment.objects.of_patient(t.patient_id).exclude(messages__from_patient=True),
        lambda t: Treatment.objects.of_patient(t.patient_id).annotate(
            high=Exists(Alert.objects.filter(treatment=OuterRef("pk")))
        ),
        lambda t: Treatment.objects.cared_for_by(t.therapist_id, t.created_at),
        lambda t: Treatment.objects.of_patient(t.patient_id) & Treatment.objects.filter(state="active"),
        lambda t: Message.objects.none(),
    ],
)  # fmt: skip
def test_b8_with_a_scope_it_is_asked(ask: Callable[[Treatment], Any], cast: Cast) -> None:
    with serving():
        list(ask(cast.treatment))


def test_b8_a_key_is_a_scope_once_its_row_came_through_one(cast: Cast) -> None:
    id, series = cast.treatment.pk, cast.treatment.series_id
    with serving():
        with pytest.raises(UnscopedQuery):
            Treatment.objects.get(pk=id)

        own = Treatment.objects.of_patient(cast.anna.pk).get()

        assert Treatment.objects.select_for_update().get(pk=str(id)) == own
        assert Treatment.objects.filter(pk=id).update(last_active_at=None) == 1
        # A key that stands in a held row is one of hers too.
        assert Occasion.objects.filter(series=series).count()
        with pytest.raises(UnscopedQuery):
            Treatment.objects.get(pk=cast.other_treatment.pk)
    with serving(), pytest.raises(UnscopedQuery):
        # What one request was let in to opens nothing for the next.
        Treatment.objects.get(pk=id)


def test_b8_what_one_makes_one_holds(cast: Cast) -> None:
    with serving():
        made = Draft.objects.create(
            treatment=cast.treatment,
            author=cast.anna,
            purpose="message",
            body="x",
            saved_at=cast.treatment.created_at,
        )
        assert Draft.objects.filter(pk=made.pk).delete()[0] == 1
        rows = ModuleProgress.objects.bulk_create(
            [ModuleProgress(treatment=cast.treatment, module_key="m09", position=9, opened_at=made.saved_at)]
        )
        assert ModuleProgress.objects.get(pk=rows[0].pk) == rows[0]


def test_b8_nothing_is_asked_of_commands_tasks_and_migrations(message: Message) -> None:
    assert list(Message.objects.all()) == [message]


# Their `person` is a member of staff, and no row of theirs names a patient.
ABOUT_STAFF = {"Absence", "CaseloadLimit"}


def _leads_to_a_patient(field: Any) -> bool:
    to = field.related_model
    return isinstance(to, type) and (issubclass(to, PatientRow) or field.name in {"patient", "person"})


def test_b8_every_model_about_patients_asks() -> None:
    """A model with a key to a patient's row, or to the person it is about, inherits PatientRow."""
    found: set[type[models.Model]] = {
        model
        for label in ("treatments", "measurements")
        for model in apps.get_app_config(label).get_models()
        if any(_leads_to_a_patient(field) for field in model._meta.concrete_fields)
        and model.__name__ not in ABOUT_STAFF
    }

    assert len(found) > 14
    assert [model for model in found if not issubclass(model, PatientRow)] == []
    assert [model for model in found if not isinstance(model._default_manager.all(), ScopedQuerySet)] == []


def test_b8_a_page_through_its_door_is_served_and_logged(cast: Cast, message: Message) -> None:
    answer = signed_in_client(cast.tove).get(f"/arbetslista/{cast.treatment.pk}/")

    assert answer.status_code == 200
    assert Entry.objects.filter(actor=cast.tove.pk, action="read").count() == 1
