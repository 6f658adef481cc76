"""The command lists, exports, checks and imports; a refusal is one sentence, exit code 2, and stores nothing."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from measurements.models import UnitWording
from measurements.registry import shipped, shipped_data
from tests.cast import Cast
from tests.measurements.invented import swedish, swedish_data, swedish_fhir

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_swedish() -> Any:
    with translation.override("sv"):
        yield


def run(*words: str) -> str:
    out = StringIO()
    call_command("instrument", *words, stdout=out)
    return out.getvalue()


def bring(path: Path, *more: str) -> str:
    return run("import", str(path), "--holder", "Morin", "--licence", "Avtal 2026", *more)


def test_the_list_names_every_instrument_with_languages_and_terms() -> None:
    lines = run("list").splitlines()

    assert len(lines) == len(shipped())
    assert any(
        line.split() == ["gad-7", "1.0.0", "OPEN", "en,", "sv", "(ej", "verifierad)"] for line in lines
    )


def test_an_export_is_the_definition_and_as_fhir_a_questionnaire() -> None:
    assert json.loads(run("export", "phq-9")) == shipped_data()["phq-9"]
    assert json.loads(run("export", "phq-9", "--fhir"))["resourceType"] == "Questionnaire"


@pytest.mark.parametrize("form", [swedish, swedish_fhir])
def test_wording_is_imported_for_a_unit_from_either_format(form: Any, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "isi.json"
    path.write_bytes(form("isi"))

    said = bring(
        path, "--unit", "alfa", "--by", cast.editor.email, "--verified", "--valid-from", "2026-01-01"
    )

    assert "ISI" in said
    assert cast.alfa.name in said
    row = UnitWording.objects.get()
    assert (row.imported_by, row.verified, str(row.valid_from)) == (cast.editor, True, "2026-01-01")
    assert " sv" in next(
        line for line in run("list", "--unit", "alfa").splitlines() if line.startswith("isi")
    )
    assert " sv" not in next(
        line for line in run("list", "--unit", "beta").splitlines() if line.startswith("isi")
    )
    assert "Påhittad" in run("export", "isi", "--unit", "alfa", "--fhir")
    assert "Påhittad" not in run("export", "isi", "--unit", "beta", "--fhir")


def test_a_check_stores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "isi.json"
    path.write_bytes(swedish_fhir("isi"))

    assert "7 frågor" in run("check", str(path))
    assert not UnitWording.objects.exists()


def with_condition() -> dict[str, Any]:
    file: dict[str, Any] = json.loads(swedish_fhir("isi"))
    answer = file["item"][0]["answerOption"][1]["valueCoding"]
    asked = {"question": "isi-q1", "operator": "exists", "answerCoding": answer}
    file["item"][3]["enableWhen"] = [asked]
    return file


def other_values() -> dict[str, Any]:
    file: dict[str, Any] = json.loads(swedish_fhir("isi"))
    file["item"][2]["answerOption"].pop()
    return file


REFUSALS = [
    (with_condition(), ("--unit", "alfa"), "isi-q4: Villkoret för när frågan visas"),
    (other_values(), ("--unit", "alfa"), "isi-q3: Svaren har värdena 0, 1, 2, 3 men ska ha 0, 1, 2, 3, 4."),
    (swedish_data("isi"), ("--unit", "ingen"), "Det finns ingen vårdenhet ”ingen”."),
    (swedish_data("isi"), ("--unit", "alfa", "--by", "x@y.se"), "x@y.se"),
    (swedish_data("isi"), ("--unit", "alfa", "--language", "en"), "isi-q1: Texten saknas på språket ”en”."),
    (
        swedish_data("isi"),
        ("--unit", "alfa", "--instrument", "horoskop"),
        "Det finns ingen skattningsskala ”horoskop”",
    ),
    (swedish_data("phq-9"), ("--unit", "alfa"), "PHQ-9 har redan"),
    ({"resourceType": "Patient"}, ("--unit", "alfa"), "resourceType: "),
]


@pytest.mark.parametrize(("data", "words", "sentence"), REFUSALS)
def test_a_refusal_names_the_place_and_stores_nothing(
    data: dict[str, Any], words: tuple[str, ...], sentence: str, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        bring(path, *words)

    assert refused.value.returncode == 2
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not UnitWording.objects.exists()


def test_a_file_that_is_not_there_and_an_unknown_instrument_are_refused(tmp_path: Path) -> None:
    for words in (("check", str(tmp_path / "no.json")), ("export", "horoskop")):
        with pytest.raises(CommandError) as refused:
            run(*words)
        assert refused.value.returncode == 2
