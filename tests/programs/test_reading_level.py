"""Words, minutes and LIX of a text, as the check of a program reports them."""

import pytest

from programs.reading_level import lix, plain_text, reading_minutes, word_count


def test_lix_is_words_per_sentence_plus_the_share_of_long_words() -> None:
    # Ten words, two sentences; "träffar" alone has seven letters.
    text = "Elin sover dåligt och är trött. Hon träffar ingen längre."

    assert word_count(text) == 10
    assert lix(text) == pytest.approx(10 / 2 + 100 * 1 / 10)


def test_an_empty_text_has_no_reading_level() -> None:
    assert lix("") == 0.0
    assert reading_minutes(0) == 0


def test_a_list_item_ends_a_sentence_and_entities_become_letters() -> None:
    assert plain_text("<ul><li>g&aring; ut</li><li>ring <em>en</em> vän</li></ul>") == "gå ut\nring en vän"


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (180, 1), (181, 2), (300, 2)])
def test_a_started_minute_is_a_minute(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes
