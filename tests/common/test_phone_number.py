"""Phone numbers as people write them become E.164; what is none is refused; only mobiles get texts."""

from __future__ import annotations

import pytest

from ikbt.common.phone_number import NotAPhoneNumber, as_written, parse, takes_texts, texting_number


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 05",
        "0701740605",
        "+46 70 174 06 05",
        "+46 (0)70-174 06 05",
        "0046701740605",
        "070 174 06 05",
        " 070–174.06.05 ",
    ],
)
def test_a_swedish_number_is_one_however_it_is_written(text: str) -> None:
    assert parse(text) == "+46701740605"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "112",
        "701740605",
        "ring mig",
        "+0701740605",
        "070-174 06 05 x",
        "０７０１７４０６０５",
        "+" + "1" * 16,
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        parse(text)
    assert texting_number(text) == ""


@pytest.mark.parametrize(
    ("number", "takes"),
    [("+46701740605", True), ("+46211234567", False), ("+467017406051", False), ("+4741234567", True)],
)
def test_a_swedish_landline_takes_no_texts(number: str, takes: bool) -> None:
    assert takes_texts(number) is takes


def test_it_is_shown_as_people_write_it_and_anything_else_as_it_is() -> None:
    assert as_written("+46701740605") == "070-174 06 05"
    assert [as_written(text) for text in ("021-17 00 00", "+4741234567", "")] == [
        "021-17 00 00",
        "+4741234567",
        "",
    ]
