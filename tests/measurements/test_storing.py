"""Instrument versions are frozen, by every path; a unit's own wording and numbers make versions that only it uses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet

from ikbt.accounts.models import CareUnit
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.measuring import setting_of
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from measurements.importing import Licence, check_wording, import_wording, read_file
from measurements.incoming import Refused
from measurements.models import InstrumentVersion, Occasion, UnitNumbers, UnitWording
from measurements.models.instrument import FrozenInstrument
from measurements.registry import UnknownInstrumentError, instrument, shipped_data
from measurements.scale import scale_for
from measurements.scheduling import plan_ordered
from measurements.scoring import score
from measurements.signing_numbers import sign_numbers
from measurements.storing import definition_of, stored_version, versions_at
from measurements.unit_instruments import instruments_of
from programs.models import ProgramVersion
from tests.cast import DECIDED, Cast, give, person
from tests.measurements.invented import swedish

pytestmark = pytest.mark.django_db
LICENCE = Licence("Svanborg och Åsberg", "Avtal 2026-03, för enhetens patienter", verified=True)


def brought(slug: str, unit: CareUnit, **more: Any) -> UnitWording:
    """The unit's own wording, valid from today."""
    checked = check_wording(read_file(swedish(slug)), slug=slug, language="sv")
    given = {"licence": LICENCE, "valid_from": clock.today(), "by": None, "at": clock.now(), **more}
    return import_wording(checked, unit=unit, **given)


def signed(cast: Cast, slug: str, numbers: dict[str, Any]) -> UnitNumbers:
    return sign_numbers(
        slug, numbers, unit=cast.alfa, reason="Beslut 2026:4", by=cast.publisher, at=clock.now()
    )


def started(cast: Cast, unit: CareUnit, measures: list[dict[str, Any]]) -> Treatment:
    """A new patient's treatment in a program with these measures, as its version stands in the database."""
    version = cast.version
    version.outline = {**version.outline, "measures": measures}
    # Past the guard that keeps versions frozen: whoever starts a course reads the row anew.
    QuerySet(ProgramVersion).filter(pk=version.pk).update(outline=version.outline)
    return start_treatment(
        give(person("Ny", unit.slug), Role.PATIENT),
        version=version,
        unit=unit,
        therapist=cast.tove if unit == cast.alfa else cast.olle,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )


def test_a_version_that_was_answered_can_not_be_changed_or_removed_by_any_path(cast: Cast) -> None:
    version = stored_version("phq-9")
    stored = InstrumentVersion.objects.filter(pk=version.pk)
    version.definition = {}

    for change in (
        version.save,
        lambda: version.save(update_fields=["definition"]),
        lambda: stored.update(definition={}),
        lambda: InstrumentVersion.objects.bulk_update([version], ["definition"]),
        lambda: InstrumentVersion.objects.bulk_create([version], update_conflicts=True),
        lambda: InstrumentVersion.objects.update_or_create(pk=version.pk, defaults={"definition": {}}),
    ):
        with pytest.raises(FrozenInstrument):
            change()
    for removal in (version.delete, stored.delete):
        with pytest.raises(ProtectedError):
            removal()
    with pytest.raises(IntegrityError), transaction.atomic():
        InstrumentVersion(pk=version.pk, slug="phq-9", version="1.0.0", definition={}).save()

    assert stored.get().definition == shipped_data()["phq-9"]


def test_what_a_unit_brought_can_not_be_changed_afterwards(cast: Cast) -> None:
    row = brought("isi", cast.alfa)

    with pytest.raises(FrozenInstrument):
        UnitWording.objects.filter(pk=row.pk).update(licence_note="annat")


def test_a_unit_without_own_parts_uses_the_shipped_version(cast: Cast) -> None:
    found = versions_at(cast.alfa, {"phq-9", "gad-7"}, on=clock.today())

    assert {slug: (row.version, row.unit) for slug, row in found.items()} == {
        "phq-9": ("1.0.0", None),
        "gad-7": ("1.0.0", None),
    }


def test_an_unknown_instrument_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownInstrumentError):
        versions_at(cast.alfa, {"phq-9", "horoscope"}, on=clock.today())


def test_own_wording_makes_a_version_of_the_units_own_once(cast: Cast) -> None:
    brought("madrs-s", cast.alfa)
    first = versions_at(cast.alfa, {"madrs-s"}, on=clock.today())["madrs-s"]
    again = versions_at(cast.alfa, {"madrs-s"}, on=clock.today())["madrs-s"]
    one = definition_of(first)

    assert first == again
    assert (first.unit, first.version.partition("+")[0]) == (cast.alfa, "1.0.0")
    assert one.rule_version == instrument("madrs-s").rule_version
    assert one.items[0].text == {"sv": "Påhittad fråga madrs-s-q1"}
    assert one.languages["sv"].verified
    assert "Avtal 2026-03" in one.languages["sv"].source
    assert [option.code for option in one.items[0].options] == [f"madrs-s-{value}" for value in range(7)]


def test_two_units_with_the_same_wording_have_a_version_each(cast: Cast) -> None:
    for unit in (cast.alfa, cast.beta):
        brought("isi", unit)
    versions = [versions_at(unit, {"isi"}, on=clock.today())["isi"] for unit in (cast.alfa, cast.beta)]

    assert versions[0].version != versions[1].version


def test_only_the_units_own_treatments_are_asked_in_its_wording(cast: Cast) -> None:
    brought("isi", cast.alfa)
    measures = [{"instrument": "isi", "when": "weekly"}, {"instrument": "phq-9", "when": "pre"}]

    here, there = started(cast, cast.alfa, measures), started(cast, cast.beta, measures)

    asked = Occasion.objects.filter(series=here.series, instrument__slug="isi")
    assert {row.instrument.unit for row in asked} == {cast.alfa}
    assert set(Occasion.objects.filter(series=there.series).values_list("instrument__slug", flat=True)) == {
        "phq-9"
    }


def test_wording_is_used_from_its_day_on(cast: Cast) -> None:
    brought("isi", cast.alfa, valid_from=clock.today() + timedelta(days=3))

    def spoken(days: int) -> list[str]:
        return list(instruments_of(cast.alfa, on=clock.today() + timedelta(days=days))["isi"].languages)

    assert (spoken(2), spoken(3)) == ([], ["sv"])


def test_signed_numbers_reach_scale_and_score_through_the_version(cast: Cast) -> None:
    row = signed(cast, "gad-7", {"cut_off": 9, "reliable_change": 5, "bands": {"mild": 6}})
    own = definition_of(versions_at(cast.alfa, {"gad-7"}, on=clock.today())["gad-7"])
    scale = scale_for(own, "sv")

    assert (scale.cut_off, scale.reliable_change) == (9, 5)
    assert [(band.lower, band.upper) for band in scale.bands][:2] == [(0, 5), (6, 9)]
    found = score(own, [1, 1, 1, 1, 1, 2, 2])
    assert found.case
    assert found.rule_version.startswith("1+")
    assert own.cut_off is not None
    assert own.cut_off.citation == f"{cast.alfa.name}: Beslut 2026:4"
    assert Entry.objects.filter(actor=cast.publisher.pk, object_kind="instrument numbers", object_id=row.pk)


def test_empty_numbers_go_back_to_the_shipped(cast: Cast) -> None:
    signed(cast, "phq-9", {"cut_off": 12})
    signed(cast, "phq-9", {})

    assert versions_at(cast.alfa, {"phq-9"}, on=clock.today())["phq-9"] == stored_version("phq-9")


def test_a_running_treatment_keeps_the_numbers_it_started_with_when_more_is_planned(cast: Cast) -> None:
    series = cast.treatment.series
    before = {row.instrument_id for row in series.occasions.filter(instrument__slug="phq-9")}
    signed(cast, "phq-9", {"cut_off": 12})

    ordered = plan_ordered(
        series, setting_of(cast.treatment), "phq-9", days=3, note="", ordered_by=cast.tove, at=clock.now()
    )

    assert {ordered.instrument_id} == before


@pytest.mark.parametrize(
    ("numbers", "reason", "code"),
    [
        ({"cut_off": 10}, "  ", "reason"),
        ({"cut_off": 28}, "x", "cut_off"),
        ({"reliable_change": 0}, "x", "reliable_change"),
        ({"bands": {"mild": 12}}, "x", "bands"),
        ({"bands": {"severe": 28}}, "x", "bands"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    cast: Cast, numbers: dict[str, Any], reason: str, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        sign_numbers("phq-9", numbers, unit=cast.alfa, reason=reason, by=cast.publisher, at=clock.now())

    assert refused.value.code == code
    assert not UnitNumbers.objects.exists()


def test_wording_without_a_licence_is_refused_and_nothing_is_stored(cast: Cast) -> None:
    with pytest.raises(Refused):
        brought("isi", cast.alfa, licence=Licence(" ", "x"))

    assert not UnitWording.objects.exists()


def test_wording_that_was_compared_with_its_form_is_not_replaced() -> None:
    with pytest.raises(Refused, match="PHQ-9"):
        check_wording(read_file(swedish("phq-9")), slug="phq-9", language="sv")
