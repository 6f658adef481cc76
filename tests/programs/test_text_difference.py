"""Words that came, went or stayed."""

from __future__ import annotations

from programs.text_difference import Mark, Stretch, difference, readable


def marked(old: str, new: str) -> list[tuple[str, str]]:
    return [(one.mark.value, one.text) for one in difference(old, new)]


def test_a_changed_word_stands_beside_the_one_it_replaces() -> None:
    assert marked("Gå ut en stund.", "Gå ut en timme.") == [
        ("same", "Gå ut en "),
        ("removed", "stund."),
        ("added", "timme."),
    ]


def test_a_word_that_came_or_went_is_marked_alone() -> None:
    assert marked("Gå ut nu.", "Gå gärna ut nu.") == [
        ("same", "Gå "),
        ("added", "gärna "),
        ("same", "ut nu."),
    ]
    assert marked("Gå gärna ut nu.", "Gå ut nu.") == [
        ("same", "Gå "),
        ("removed", "gärna "),
        ("same", "ut nu."),
    ]


def test_texts_with_nothing_in_common_stand_whole() -> None:
    assert marked("Ett två tre fyra fem.", "Sju åtta nio tio elva.") == [
        ("removed", "Ett två tre fyra fem."),
        ("added", "Sju åtta nio tio elva."),
    ]


def test_the_same_text_has_no_marks() -> None:
    assert difference("Samma.", "Samma.") == [Stretch(Mark.SAME, "Samma.")]


def test_the_parts_put_together_are_the_two_texts() -> None:
    old, new = "Ett steg i taget.\nVila sedan.", "Ta ett steg i taget.\nVila mer sedan, gärna ute."
    found = difference(old, new)

    assert "".join(one.text for one in found if one.mark is not Mark.REMOVED) == new


def test_html_is_read_as_lines_without_its_tags() -> None:
    assert readable("<h2>Hej</h2><p>Fint &amp; <strong>bra</strong>.</p>") == "Hej\nFint & bra."


def test_a_stored_value_is_lines_with_names() -> None:
    option = {"text": "Att öva", "right": True, "file": None}

    assert readable(option, {"right": "Rätt"}) == "Att öva\nRätt: ✓"
