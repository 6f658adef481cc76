"""E5: every field of every model has a data class, and the inventory says what the code says."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ikbt.privacy import inventory
from ikbt.privacy.inventory import Found, ModelEntry, load, problems
from ikbt.privacy.keeping import DUE
from ikbt.privacy.registry import found_models, other_apps

PAGE = Path(__file__).resolve().parents[3] / "docs" / "inventory.md"


def test_e5_every_field_of_every_model_has_a_data_class() -> None:
    assert problems(load(), found_models(), other_apps()) == []


def test_the_walk_finds_our_models_and_their_fields() -> None:
    found = found_models()

    assert {"accounts.Person", "treatments.Message", "measurements.AnswerSet", "audit.Entry"} <= set(found)
    assert "body" in found["treatments.Message"].fields
    assert "treatments.Treatment" in found["treatments.Message"].leads_to


def test_a_new_field_is_told_of_with_the_place_to_add_it() -> None:
    found = found_models()
    message = found["treatments.Message"]
    found["treatments.Message"] = replace(message, fields=(*message.fields, "mood"))

    told = problems(load(), found, other_apps())

    assert len(told) == 1
    assert "treatments.Message.mood has no data class" in told[0]
    assert "ikbt/privacy/data_classes.json" in told[0]


def test_a_new_model_and_a_new_package_are_told_of() -> None:
    found = {**found_models(), "treatments.Diary": Found(("id", "text"))}

    told = problems(load(), found, [*other_apps(), "polls"])

    assert any("treatments.Diary has no entry" in one and "id, text" in one for one in told)
    assert any('"polls"' in one for one in told)
    assert len(told) == 2


def test_what_is_gone_from_the_code_must_go_from_the_file() -> None:
    found = found_models()
    message = found["treatments.Message"]
    found["treatments.Message"] = replace(message, fields=tuple(set(message.fields) - {"body"}))
    del found["outbox.Notice"]

    told = problems(load(), found, other_apps())

    assert sorted(one.split(":")[0] for one in told) == [
        "outbox.Notice does not exist",
        "treatments.Message.body does not exist",
    ]


def test_an_unknown_class_or_rule_is_told_of() -> None:
    declared = load()
    entry = declared.models["outbox.Notice"]
    wrong = replace(entry, rule="for_fun", fields={**entry.fields, "kind": "gossip"})

    told = problems(
        replace(declared, models={**declared.models, "outbox.Notice": wrong}), found_models(), other_apps()
    )

    assert any('class "gossip"' in one for one in told)
    assert any('rule "for_fun"' in one for one in told)


@pytest.mark.parametrize("nobody", ["", "no reason"])
def test_a_model_that_leads_to_a_person_needs_an_owner_or_a_sentence(nobody: str) -> None:
    declared = load()
    ownerless = ModelEntry(fields=declared.models["treatments.Alert"].fields, nobody=nobody)

    told = problems(
        replace(declared, models={**declared.models, "treatments.Alert": ownerless}),
        found_models(),
        other_apps(),
    )

    assert any(one.startswith("treatments.Alert leads to a person") for one in told)


def test_clinical_text_is_health_and_seeds_are_secret() -> None:
    models = load().models

    assert models["treatments.Message"].fields["body"] == "health"
    assert models["measurements.AnswerSet"].fields["answers"] == "health"
    assert models["accounts.AuthenticatorApp"].fields["seed"] == "secret"
    assert models["accounts.Person"].fields["password"] == "secret"


def test_no_rule_with_deletion_holds_for_the_record_or_the_log() -> None:
    declared = load()
    kept = {row.rule for row in inventory.rows(declared) if row.data_class in {"health", "log", "content"}}

    assert kept == {"record", "log", "content"}
    assert not kept & set(DUE)
    assert set(DUE) <= set(declared.rules)
    assert declared.rules["record"].days is not None
    assert declared.rules["record"].days >= 3652
    assert declared.rules["log"].days is not None
    assert declared.rules["log"].days >= 1826


def test_e5_the_page_in_docs_is_the_one_that_the_command_writes() -> None:
    out = StringIO()
    call_command("data_inventory", "--markdown", stdout=out)

    assert out.getvalue() == PAGE.read_text(encoding="utf-8"), (
        "Run `manage.py data_inventory --markdown > docs/inventory.md`."
    )


def test_the_command_gives_every_field_as_json() -> None:
    out = StringIO()
    call_command("data_inventory", "--json", stdout=out)

    told = {(row["model"], row["field"]) for row in json.loads(out.getvalue())["fields"]}
    assert told == {(label, name) for label, model in found_models().items() for name in model.fields}


def test_the_command_fails_when_a_field_has_no_class(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = json.loads(inventory.FILE.read_text(encoding="utf-8"))
    del document["models"]["treatments.Message"]["fields"]["body"]
    path = tmp_path / "classes.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    lacking = load(path)
    monkeypatch.setattr("ikbt.privacy.management.commands.data_inventory.load", lambda: lacking)

    with pytest.raises(CommandError, match=r"treatments\.Message\.body has no data class") as failed:
        call_command("data_inventory", stdout=StringIO())

    assert failed.value.returncode == 1
