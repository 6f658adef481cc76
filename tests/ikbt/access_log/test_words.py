"""C6: whatever the code writes to the log, it can say in plain Swedish."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.utils import translation
from django.utils.translation import gettext

from ikbt.access_log.deeds import ABOUT_NOBODY, ANY_DEED, DEEDS, words_for
from ikbt.accounts.admin import UnitsAdmin
from ikbt.audit.models import Entry
from tests.ikbt.access_log.recorded import ANY, everything_recorded

# The unit of measure, so to speak: a walk that found little would prove little.
AT_LEAST = 60
# What the text of the code does not tell: the admin writes the name of the model it changes.
NAMED_WHILE_RUNNING = "ikbt/accounts/admin.py"


def test_c6_the_walk_finds_what_is_recorded() -> None:
    found = everything_recorded()
    pairs = {(one.action, one.kind) for one in found}

    assert len(pairs) > AT_LEAST
    assert {
        ("read", "alert"),
        ("list", "caseload"),
        ("export", "own data"),
        ("create", "erasure request"),
        ("delete", "erasure request"),
        ("delete", "retention"),
        (ANY, "module"),
    } <= pairs
    assert {one.place.partition(":")[0] for one in found if one.kind == "?"} == {NAMED_WHILE_RUNNING}


def test_c6_every_deed_has_words_of_its_own() -> None:
    """A refusal is said alike whatever was tried: whoever tried was shown nothing of it."""
    kinds_with_words = {kind for _action, kind in {**DEEDS, **ABOUT_NOBODY}}
    wordless = [
        f"{one.place}: {one.action} {one.kind}"
        for one in everything_recorded()
        if one.kind != "?"
        and one.action not in {"refused", "sign_in", "sign_out", "prune"}
        and not (
            words_for(one.action, one.kind) or (one.action == ANY and one.kind in kinds_with_words | REFUSED)
        )
    ]

    assert sorted(wordless) == [], "Say it in ikbt/access_log/deeds.py, and in its Swedish catalogue."


# Doors that refuse hand on one of these; nothing else is recorded of them.
REFUSED = frozenset({"desk", "unit"})


def test_c6_what_the_admin_changes_has_words() -> None:
    names = {
        model._meta.model_name or ""
        for model, screen in admin.site._registry.items()
        if isinstance(screen, UnitsAdmin)
    }

    assert len(names) > 1
    assert [name for name in names for action in ("create", "change") if not words_for(action, name)] == []


@pytest.mark.parametrize("action", Entry.Action.values)
def test_c6_every_action_has_words(action: str) -> None:
    assert ANY_DEED[action]


@pytest.mark.parametrize("words", sorted({*DEEDS.values(), *ABOUT_NOBODY.values(), *ANY_DEED.values()}))
def test_c6_the_words_are_swedish(words: str) -> None:
    with translation.override("sv"):
        told = gettext(words)

    assert told != words
    assert "_" not in told
