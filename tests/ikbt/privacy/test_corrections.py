"""E2: the record is corrected by adding; nothing that was written is overwritten (patientdatalagen 3:14)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.models import Alert, Feedback
from tests.access.scene import answer_at_high_risk
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist.scenes import assessed, diary_entry, goal, hand_in
from therapist.replying import give_feedback

ROOT = Path(__file__).resolve().parents[3]
# Columns that hold what somebody wrote into the record.
TEXTS = frozenset({"body", "note", "words", "values", "why", "decision_note"})
# Where one of them is set on a row that may stand already, and why nothing is lost by it.
ALLOWED = {
    "ikbt/access_log/reviewing.py decide_case note": "a check of staff, no record; the log keeps each decision",
    "ikbt/accounts/keeping_snippets.py keep_snippet body": "the unit's own wording; what was sent with it stands",
    "ikbt/treatments/alerting.py close_alert note": "once, when it is closed; a closed one is returned as it is",
    "ikbt/treatments/reviewing_emergency.py decide_emergency decision_note": "a check of staff, as above",
    "ikbt/treatments/messaging.py keep_draft body": "a draft, which is no record",
    "ikbt/treatments/saving.py _keep_unfinished values": "changes not handed in yet, which are no record",
    "ikbt/treatments/saving.py hand_in_entry values": "handed-in work: EntryVersion keeps what it held",
    "ikbt/treatments/saving.py save_draft values": "a draft; handed-in work goes to _keep_unfinished",
}


def assignments() -> Iterator[str]:
    """ "file function column" for each place that sets such a column on an object."""
    for package in ("ikbt", "therapist", "measurements"):
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" in path.parts or "demo" in path.parts:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                for name in _set_in(function):
                    yield f"{path.relative_to(ROOT)} {function.name} {name}"


def _set_in(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in [each for one in targets for each in getattr(one, "elts", [one])]:
            if isinstance(target, ast.Attribute) and target.attr in TEXTS and not _is_self(target):
                yield target.attr
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"update", "update_or_create"}:
            yield from (word.arg for word in node.keywords if word.arg in TEXTS)


def _is_self(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def test_e2_no_verb_overwrites_what_stands_in_the_record() -> None:
    assert set(assignments()) == set(ALLOWED)


def test_e2_feedback_is_corrected_by_another_that_stands_beside_it_with_who_and_when(cast: Cast) -> None:
    diary_entry(cast.treatment, "gick ut")
    goal(cast.treatment)
    hand_in(cast.treatment)
    for text in ("Första orden, med ett fel.", "Rättelse: så menade jag."):
        give_feedback(
            cast.treatment,
            "m01",
            text,
            author=cast.tove,
            open_next="",
            reason="",
            client_key=uuid4(),
            by=SYSTEM,
            at=clock.now(),
        )

    read = signed_in_client(cast.anna).get(f"/behandling/{cast.treatment.pk}/modul/m01/").content.decode()

    assert Feedback.objects.filter(treatment=cast.treatment).count() == 2
    assert read.index("Första orden, med ett fel.") < read.index("Rättelse: så menade jag.")
    assert read.count("Tove Berg, ") >= 2


def test_e2_an_assessment_that_is_closed_keeps_its_words(cast: Cast) -> None:
    alert = answer_at_high_risk(cast.treatment)
    first = "Ringde, talade om natten, ingen plan."
    close_alert(
        alert,
        outcome="assessed_safe",
        note=first,
        staff=cast.tove,
        by=SYSTEM,
        at=clock.now(),
        assessed=assessed(),
    )

    again = close_alert(
        Alert.objects.get(treatment=cast.treatment, pk=alert.pk),
        outcome="reviewed",
        note="Något helt annat i stället.",
        staff=cast.kim,
        by=SYSTEM,
        at=clock.now(),
        assessed=assessed(),
    )

    assert (again.note, again.outcome, again.closed_by) == (first, "assessed_safe", cast.tove)
