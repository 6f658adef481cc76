"""D10: what patients and staff write in their own words is encrypted; a new column that is not has to say why."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Field

from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.common.fields import EncryptedTextField
from ikbt.privacy.inventory import load
from ikbt.privacy.registry import our_models
from ikbt.treatments.models import ModuleProgress, TreatmentEvent
from ikbt.treatments.releasing import open_module
from tests.cast import Cast, gather
from tests.conftest import signed_in_client

ABOUT_PATIENTS = frozenset({"health", "health_draft", "log"})
# Keys, codes and counts that the program writes, by the ending of their names. No human types into them.
KEYS = ("_key", "_slug", "_hash", "_id", "_version", "_kind")
PLAIN = {
    "access_log.Case.patterns": "names of patterns from a fixed list",
    "audit.Entry.reason": "fixed words of the verbs; C4 tests that it holds no text",
    "audit.Entry.relation": "kinds of relation",
    "audit.Entry.role": "keys of roles",
    "measurements.AnswerSet.answers": "codes of options; decision 0004: statistics read many at once",
    "measurements.AnswerSet.language": "a language's code",
    "measurements.Occasion.draft": "codes of options, as above",
    "measurements.Occasion.remind_on": "dates",
    "measurements.Score.details": "numbers",
    "measurements.Score.severity": "keys of severities",
    "measurements.Score.status": "keys of states",
    "privacy.ErasureRequest.erased": "counts",
    "treatments.Alert.asked": "ids of those who have owned it",
    "treatments.Alert.asked_after": "ids of those who were asked after it was taken",
    "treatments.Alert.follow_up": "codes of options",
    "treatments.Alert.rule": "a rule's key",
    "treatments.Attachment.kind": "a kind of file",
    "treatments.AutomaticAct.rule": "a rule's key",
    "treatments.Draft.purpose": "what the draft is for: a kind and a key",
    "treatments.EntryVersion.why": "changed or conflict",
    "treatments.ModuleProgress.last_step": "a step's key",
    "treatments.ModuleProgress.steps_done": "keys of steps",
    "treatments.OutcomeSummary.hand_ins": "days from the start",
    "treatments.OutcomeSummary.measures": "names of questionnaires, days and totals",
    "treatments.PathDecision.answer": "keys of subtypes, options or modules; accepted, held and the like",
    "treatments.PathDecision.key": "a choice group's key, a module's, or an offer's name: module and key",
    "treatments.Pause.moved": "ids and days",
    "treatments.RiskAssessment.code": "a fixed code of the classification of care measures",
    "treatments.TreatmentEvent.details": "ids, levels and keys of steps",
    "treatments.WorksheetEntry.exercise": "an exercise's key",
}
REASON = "kanarieskal att modulen behövs redan nu"


def may_hold_words(field: Field) -> bool:
    """A text without a fixed list of values, or JSON; not yet encrypted."""
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return is_text and not field.choices and not isinstance(field, EncryptedTextField)


def in_the_clear() -> set[str]:
    """Columns about patients that may hold words and are not encrypted."""
    declared = load()
    return {
        f"{label}.{field.name}"
        for label, model in our_models().items()
        for field in model._meta.local_fields
        if label in declared.models
        and declared.models[label].fields.get(field.name) in ABOUT_PATIENTS
        and may_hold_words(field)
        and not field.name.endswith(KEYS)
    }


def test_d10_no_column_about_patients_holds_words_in_the_clear() -> None:
    assert in_the_clear() - set(PLAIN) == set(), (
        "Make it an EncryptedTextField, or say in PLAIN why nobody's words can stand in it."
    )
    assert set(PLAIN) - in_the_clear() == set()


def open_early(cast: Cast) -> None:
    by = Actor(id=cast.tove.pk, role="therapist")
    open_module(cast.treatment, "m02", opened_by=cast.tove, reason=REASON, by=by, at=clock.now())


def stored() -> list[str]:
    """The two columns as they stand in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM treatments_moduleprogress WHERE module_key = 'm02'")
        rows = cursor.fetchall()
        cursor.execute("SELECT reason FROM treatments_treatmentevent WHERE module_key = 'm02'")
        return [text for (text,) in [*rows, *cursor.fetchall()]]


def test_d10_a_reason_to_open_a_module_early_is_sealed_and_read_on_the_desk(cast: Cast) -> None:
    open_early(cast)

    assert len(stored()) == 2
    assert not any(REASON in text for text in stored())
    assert REASON in signed_in_client(cast.tove).get(f"/arbetslista/{cast.treatment.pk}/").content.decode()


def migrate(name: str = "") -> None:
    """To one of the treatments' migrations, or to the newest."""
    executor = MigrationExecutor(connection)
    executor.migrate([("treatments", name)] if name else executor.loader.graph.leaf_nodes())


def test_d10_the_migration_seals_what_is_there_and_opens_it_on_the_way_back(transactional_db: None) -> None:
    open_early(gather())
    try:
        migrate("0005_early_warning")
        assert stored() == [REASON, REASON]
    finally:
        migrate()

    assert len(stored()) == 2
    assert not any(REASON in text for text in stored())
    assert ModuleProgress.objects.get(module_key="m02").reason == REASON
    assert TreatmentEvent.objects.get(module_key="m02").reason == REASON
    assert set(ModuleProgress.objects.filter(module_key="m01").values_list("reason", flat=True)) != {""}


@pytest.mark.parametrize(
    "name", ["treatments.Message.body", "treatments.Alert.note", "treatments.Draft.body"]
)
def test_d10_encrypted_columns_are_not_counted_as_plain(name: str) -> None:
    assert name not in in_the_clear()
