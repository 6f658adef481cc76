"""A process that has read and kept a version shows at once what was decided of it since, in whichever process.

Nothing tells the kept rows (`programs/standing.py`) of a change: each test warms them first, then changes the database.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.models import ModuleProgress, Treatment
from programs.models import Withdrawal
from programs.standing import module_of, version_of
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.test_recalling import MESSAGE, recall
from tests.programs.versions import next_version, titled

pytestmark = pytest.mark.django_db


def page(patient: Client, cast: Cast, name: str = "module") -> str:
    """Her module, or her home."""
    args = [cast.treatment.pk, "m01"] if name == "module" else [cast.treatment.pk]
    return patient.get(reverse(f"treatments:{name}", args=args)).content.decode()


def test_a_recall_hides_a_module_that_the_process_has_kept(cast: Cast, signed_in: SignIn) -> None:
    patient = signed_in(cast.anna)
    assert MESSAGE not in page(patient, cast)
    kept = module_of.cache_info().currsize
    assert kept > 0

    recall(cast)

    assert MESSAGE in page(patient, cast)
    assert module_of.cache_info().currsize == kept


def test_a_module_that_is_pinned_anew_is_read_at_once(cast: Cast, signed_in: SignIn) -> None:
    minor = next_version(cast.version, major=False, m01=titled("Lagad modul"))
    patient = signed_in(cast.anna)
    assert "Lagad modul" not in page(patient, cast)

    row = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01")
    row.module = minor.modules.get(key="m01")
    row.save()

    assert "Lagad modul" in page(patient, cast)


def test_a_withdrawn_minor_version_is_gone_from_a_page_that_was_read_with_it(
    cast: Cast, signed_in: SignIn
) -> None:
    minor = next_version(cast.version, major=False, m02=titled("Fel text"))
    patient = signed_in(cast.anna)
    Treatment.objects.filter(pk=cast.treatment.pk).update(version=minor)
    assert "Fel text" in page(patient, cast, "treatment")
    assert version_of.cache_info().currsize > 0

    Withdrawal.objects.create(version=minor, reason="Fel.", at=clock.now(), by=cast.publisher)

    assert "Fel text" not in page(patient, cast, "treatment")
