"""Guards that Swedish is complete: what is merged, what is found wrong, what is compiled."""

import gettext
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from ikbt.common.catalogues import (
    compile_catalogues,
    conflicts,
    merged,
    placeholders,
    problems_of,
    read_catalogue,
    write_catalogue,
)
from ikbt.common.translatable import Source, Wanted

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
DAYS = 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "{one}"\nmsgstr[1] "{many}"\n'


def wanted(*msgids: str | tuple[str, str], context: str = "") -> Wanted:
    forms = [(msgid,) if isinstance(msgid, str) else msgid for msgid in msgids]
    return Wanted(
        "programs", [Source(context, each, f"programs/views.py:{n}") for n, each in enumerate(forms)]
    )


def catalogue(entries: str) -> Catalog:
    return read_po(BytesIO((HEADER + entries).encode()), locale="sv", domain="django")


def faults(asked: Wanted, entries: str) -> list[tuple[str, str]]:
    return [(problem.what, problem.msgid) for problem in problems_of(asked, catalogue(entries))]


def test_a_complete_catalogue_has_no_problems() -> None:
    entries = 'msgid "Start"\nmsgstr "Börja"\n\n' + DAYS.format(one="en dag", many="%(n)s dagar")

    assert faults(wanted("Start", ("%(n)s day", "%(n)s days")), entries) == []


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ("", "missing"),
        ('msgid "Hi %(name)s"\nmsgstr ""\n', "empty"),
        ('#, fuzzy\nmsgid "Hi %(name)s"\nmsgstr "Hej %(name)s"\n', "fuzzy"),
        ('msgid "Hi %(name)s"\nmsgstr "Hej"\n', "placeholders differ"),
        ('msgid "Hi %(name)s"\nmsgstr "Hej %(namn)s"\n', "placeholders differ"),
    ],
)
def test_what_keeps_a_text_from_the_screen_is_named(entries: str, what: str) -> None:
    assert faults(wanted("Hi %(name)s"), entries) == [(what, "Hi %(name)s")]


def test_each_plural_form_must_be_there() -> None:
    entries = DAYS.format(one="%(n)s dag", many="")

    assert faults(wanted(("%(n)s day", "%(n)s days")), entries) == [("empty", "%(n)s day")]


def test_the_plural_may_not_lose_its_number() -> None:
    entries = DAYS.format(one="%(n)s dag", many="dagar")

    assert faults(wanted(("%(n)s day", "%(n)s days")), entries) == [("placeholders differ", "%(n)s day")]


def test_the_singular_may_not_ask_for_a_value_of_its_own() -> None:
    entries = DAYS.format(one="%(dag)s dag", many="%(n)s dagar")

    assert faults(wanted(("%(n)s day", "%(n)s days")), entries) == [("placeholders differ", "%(n)s day")]


def test_a_text_that_gained_a_plural_must_gain_it_in_swedish() -> None:
    entries = 'msgid "%(n)s day"\nmsgstr "%(n)s dag"\n'

    assert faults(wanted(("%(n)s day", "%(n)s days")), entries) == [("no plural form", "%(n)s day")]


def test_a_text_that_no_code_asks_for_is_stale() -> None:
    assert faults(wanted(), 'msgid "Gone"\nmsgstr "Borta"\n') == [("stale, no code asks for it", "Gone")]


def test_the_same_word_in_two_contexts_is_two_texts() -> None:
    entries = 'msgctxt "time"\nmsgid "May"\nmsgstr "maj"\n'

    assert faults(wanted("May", context="time"), entries) == []
    assert ("missing", "May") in faults(wanted("May"), entries)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80 % of the weeks", []),
        ("100 %% sure", []),
        ("%(count)d of %(total)s", ["%count", "%total"]),
        ("%s and {name} and {}", ["%%s", "{name}", "{}"]),
    ],
)
def test_placeholders_are_told_from_a_percent_sign_in_text(text: str, expected: Sequence[str]) -> None:
    assert sorted(placeholders(text).elements()) == sorted(expected)


def test_merging_keeps_what_is_translated_and_drops_what_is_gone() -> None:
    existing = catalogue(
        '# warm, not formal\nmsgid "Start"\nmsgstr "Börja"\n\nmsgid "Gone"\nmsgstr "Borta"\n'
    )

    fresh = merged(existing, wanted("Start", "New"))

    assert {message.id: message.string for message in fresh if message.id} == {"Start": "Börja", "New": ""}
    assert fresh["Start"].user_comments == ["warm, not formal"]


def test_merging_guesses_nothing_from_a_similar_text() -> None:
    fresh = merged(catalogue('msgid "Send message"\nmsgstr "Skicka meddelande"\n'), wanted("Send messages"))

    assert fresh["Send messages"].string == ""


def test_merging_leaves_a_fuzzy_text_fuzzy() -> None:
    assert merged(catalogue('#, fuzzy\nmsgid "Start"\nmsgstr "Börja"\n'), wanted("Start"))["Start"].fuzzy


def test_merging_gives_a_new_plural_its_old_swedish_as_first_form() -> None:
    fresh = merged(catalogue('msgid "%(n)s day"\nmsgstr "%(n)s dag"\n'), wanted(("%(n)s day", "%(n)s days")))

    assert fresh["%(n)s day"].string == ("%(n)s dag", "")


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    asked = wanted("Start", ("%(n)s day", "%(n)s days"))
    write_catalogue(path, merged(read_catalogue(path), asked))
    first = path.read_bytes()

    write_catalogue(path, merged(read_catalogue(path), asked))

    assert path.read_bytes() == first


def test_two_apps_may_not_give_one_text_two_meanings() -> None:
    one, two = catalogue('msgid "Step"\nmsgstr "Steg"\n'), catalogue('msgid "Step"\nmsgstr "Moment"\n')

    assert [problem.msgid for problem in conflicts([("programs", one), ("therapist", two)])] == ["Step"]
    assert conflicts([("programs", one), ("therapist", one)]) == []


@pytest.fixture
def app_with_swedish(tmp_path: Path) -> Path:
    """An app whose catalogue has a sure text, a fuzzy one and a plural."""
    path = tmp_path / "programs/locale/sv/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as handle:
        write_po(
            handle,
            catalogue(
                'msgid "Start"\nmsgstr "Börja"\n\n#, fuzzy\nmsgid "Help"\nmsgstr "Kanske"\n\n'
                'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d dag"\nmsgstr[1] "%d dagar"\n'
            ),
        )
    return path


def test_compiled_texts_are_read_by_gettext(tmp_path: Path, app_with_swedish: Path) -> None:
    [compiled] = compile_catalogues(tmp_path)

    with compiled.open("rb") as handle:
        swedish = gettext.GNUTranslations(handle)
    assert swedish.gettext("Start") == "Börja"
    assert swedish.ngettext("%d day", "%d days", 2) == "%d dagar"
    assert swedish.gettext("Help") == "Help"


def test_only_changed_catalogues_are_compiled_again(tmp_path: Path, app_with_swedish: Path) -> None:
    compile_catalogues(tmp_path)

    assert compile_catalogues(tmp_path) == []
    assert [path.name for path in app_with_swedish.parent.iterdir() if path.suffix == ".new"] == []
