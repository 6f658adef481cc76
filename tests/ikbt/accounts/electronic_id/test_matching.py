"""A12: an identity is (issuer, subject); a number counts from a trusted provider alone, a mail never."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from tests.cast import give
from tests.ikbt.accounts.electronic_id.conftest import KLARAS_NUMBER, OTHER_NUMBER, Walk, entry

CARD, COMMISSION = "SE2321000016-1003", "SE2321000016-4T7X"


def table(settings: Settings, walk: Walk, **changes: Any) -> None:
    settings.ELECTRONIC_ID_PROVIDERS = [entry(walk.forger.issuer, **changes)]


def staff_card(settings: Settings, walk: Walk) -> None:
    """The broker is Inera's IdP now: it tells the card's owner and on which assignment she works."""
    claims = {
        "personal_number": "personalIdentityNumber",
        "employee": "employeeHsaId",
        "commission": "commissionHsaId",
    }
    table(settings, walk, kind="staff", claims=claims)
    walk.broker_says(employeeHsaId=CARD, commissionHsaId=COMMISSION)


def why() -> str:
    """The reason of the one refusal, without the provider's name."""
    return Entry.objects.refused().get().reason.removeprefix("e-ID broker: ")


def again(walk: Walk) -> Any:
    """Sign in once more, in a browser that knows nothing."""
    walk.client.cookies.clear()
    walk.leave()
    return walk.come_back()


def test_same_subject_comes_back_to_the_same_person(klara: Person, walk: Walk) -> None:
    walk.come_back()
    walk.broker_says(email="another@example.org", name="Another Name", personalIdentityNumber=None)

    again(walk)

    assert walk.signed_in_as == str(klara.pk)
    assert ElectronicIdentity.objects.count() == 1
    assert Entry.objects.filter(object_kind="electronic identity").count() == 1


def test_a12_same_mail_with_another_subject_is_nobody(klara: Person, walk: Walk) -> None:
    walk.broker_says(sub="thief", email=klara.email, email_verified=True, personalIdentityNumber=OTHER_NUMBER)

    assert walk.come_back().status_code == 403
    assert why() == "nobody here has this personal number"


def test_a12_personal_number_of_a_provider_not_marked_for_it_is_not_read(
    klara: Person, walk: Walk, settings: Settings
) -> None:
    table(settings, walk, trusts_personal_number=False)

    assert walk.come_back().status_code == 403
    assert why() == "unknown identity, and the provider is not trusted for personal numbers"


def test_identity_that_was_tied_before_needs_no_number(klara: Person, walk: Walk, settings: Settings) -> None:
    walk.come_back()
    table(settings, walk, trusts_personal_number=False)

    again(walk)

    assert walk.signed_in_as == str(klara.pk)


def test_known_subject_with_another_persons_number_is_refused(klara: Person, walk: Walk) -> None:
    walk.come_back()
    walk.broker_says(personalIdentityNumber=OTHER_NUMBER)

    assert again(walk).status_code == 403
    assert why() == "the personal number is another's"


def test_subject_of_another_issuer_is_another_identity(klara: Person, walk: Walk) -> None:
    walk.come_back()
    identity = ElectronicIdentity.objects.get()

    assert ElectronicIdentity.objects.of("https://other.example", "klara-1") is None
    assert ElectronicIdentity.objects.of(walk.forger.issuer, "klara-1") == identity
    assert ElectronicIdentity.indexed("https://a", "bc") != ElectronicIdentity.indexed("https://ab", "c")


def test_d10_an_identity_under_the_index_key_of_before_gets_its_new_index_when_she_comes(
    klara: Person, walk: Walk, settings: Settings
) -> None:
    walk.come_back()
    identity = ElectronicIdentity.objects.get()
    ElectronicIdentity.objects.filter(pk=identity.pk).update(subject=None)
    settings.INDEX_KEYS_BEFORE, settings.INDEX_KEY = [settings.INDEX_KEY], "another-key-for-tests"

    again(walk)
    settings.INDEX_KEYS_BEFORE = []

    assert walk.signed_in_as == str(klara.pk)
    assert ElectronicIdentity.objects.of(walk.forger.issuer, "klara-1") == identity
    assert ElectronicIdentity.objects.get().subject == "klara-1"


def test_two_ids_of_one_person_lead_to_her(klara: Person, walk: Walk) -> None:
    walk.come_back()
    walk.broker_says(sub="klara-freja")

    again(walk)

    assert walk.signed_in_as == str(klara.pk)
    assert ElectronicIdentity.objects.filter(user=klara).count() == 2


def test_nobody_is_created(db: None, walk: Walk) -> None:
    assert walk.come_back().status_code == 403
    assert not Person.objects.exists()


def test_number_with_hyphen_is_the_same_number(klara: Person, walk: Walk) -> None:
    walk.broker_says(personalIdentityNumber=f"{KLARAS_NUMBER[:8]}-{KLARAS_NUMBER[8:]}")

    walk.come_back()

    assert walk.signed_in_as == str(klara.pk)


@pytest.mark.parametrize(
    ("kind", "roles", "opens"),
    [
        ("patient", [Role.PATIENT], True),
        ("patient", [Role.THERAPIST], False),
        ("patient", [Role.PATIENT, Role.THERAPIST], False),
        ("patient", [], False),
        ("staff", [Role.PATIENT], False),
        ("staff", [Role.THERAPIST], True),
        ("staff", [Role.PATIENT, Role.THERAPIST], True),
        ("staff", [], False),
        ("any", [Role.THERAPIST], True),
        ("any", [], True),
    ],
)
def test_provider_signs_in_the_roles_that_it_is_for(
    klara: Person, walk: Walk, settings: Settings, kind: str, roles: list[Role], opens: bool
) -> None:
    table(settings, walk, kind=kind)
    klara.roles.all().delete()
    for role in roles:
        give(klara, role)

    walk.come_back()

    assert (walk.signed_in_as is not None) == opens
    assert opens or why() == "the provider is not for this person's role"


def test_staff_card_signs_in_and_its_commission_is_logged(
    klara: Person, walk: Walk, settings: Settings
) -> None:
    give(klara, Role.THERAPIST)
    staff_card(settings, walk)

    walk.come_back()

    assert walk.signed_in_as == str(klara.pk)
    assert ElectronicIdentity.objects.get().employee == CARD
    assert Entry.objects.get(object_kind="staff commission").reason == f"commission {COMMISSION}"


@pytest.mark.parametrize("claim", ["employeeHsaId", "commissionHsaId"])
@pytest.mark.parametrize("value", [None, "", "1003", ["SE2321000016-1003", "SE2321000016-1004"], 7])
def test_staff_card_without_a_readable_hsa_id_is_refused(
    klara: Person, walk: Walk, settings: Settings, claim: str, value: Any
) -> None:
    give(klara, Role.THERAPIST)
    staff_card(settings, walk)
    walk.broker_says(**{claim: value})

    assert walk.come_back().status_code == 403
    assert why().endswith("is malformed")


def test_card_with_another_owner_than_before_is_refused(
    klara: Person, walk: Walk, settings: Settings
) -> None:
    give(klara, Role.THERAPIST)
    staff_card(settings, walk)
    walk.come_back()
    walk.broker_says(employeeHsaId="SE2321000016-1004")

    assert again(walk).status_code == 403
    assert why() == "the staff id is another's"


def test_card_of_a_colleague_is_refused(
    klara: Person, doctor: Person, walk: Walk, settings: Settings
) -> None:
    give(klara, Role.THERAPIST)
    staff_card(settings, walk)
    walk.come_back()
    doctor.set_number(OTHER_NUMBER)
    doctor.save()
    give(doctor, Role.THERAPIST)
    walk.broker_says(sub="doctor", personalIdentityNumber=OTHER_NUMBER)

    assert again(walk).status_code == 403
    assert why() == "the staff id is another's"


def test_database_holds_neither_subject_nor_number_in_clear(klara: Person, walk: Walk) -> None:
    walk.broker_says(sub=KLARAS_NUMBER)
    walk.come_back()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_electronicidentity")
        assert KLARAS_NUMBER not in str(cursor.fetchall())
        cursor.execute("SELECT * FROM audit_entry")
        assert KLARAS_NUMBER not in str(cursor.fetchall())
