"""How hard and how long a Swedish program text is to read: words, LIX, minutes. Pure."""

import math
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

WORDS_PER_MINUTE = 180
# Björnsson (1968) calls a word long from its seventh letter.
LONG_WORD_LETTERS = 7

# A heading, a paragraph and a list item end a sentence even without a full stop.
BLOCK_TAGS = frozenset({"p", "h2", "h3", "li", "ul", "ol"})

# Letters and digits; a hyphen, colon or apostrophe inside keeps compounds ("sms:en") one word.
WORD = re.compile(r"[^\W_]+(?:[-:'’][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?…]+(?=[\s”\"')»]|$)|\n+")


class _Lines(HTMLParser):
    """Collects text, one line per block element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCK_TAGS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain_text(html: str) -> str:
    """The words of an HTML fragment, one block element a line, entities resolved."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


def word_count(text: str) -> int:
    """Words of a plain text; a figure counts as a word.

    >>> word_count("Noll är sämst och 10 bäst.")
    6
    """
    return len(WORD.findall(text))


def sentence_count(text: str) -> int:
    """Sentences of a plain text, ended by . ! ? or a line break; pieces without a word don't count.

    >>> sentence_count("Vad hände? Jag gick hem.")
    2
    """
    return sum(1 for piece in SENTENCE_END.split(text) if WORD.search(piece))


def lix(text: str) -> float:
    """LIX of a plain text: words per sentence plus the percentage of words over six letters.

    Under 30 is very easy, 30-40 easy, over 50 official prose. An empty text gives 0.
    Source: Björnsson, Läsbarhet (1968), with . ! ? and line breaks as sentence ends.

    >>> lix("Jag gick hem. Det regnade.")
    22.5
    """
    words = WORD.findall(text)
    if not words:
        return 0.0
    long_words = sum(1 for word in words if _letters(word) >= LONG_WORD_LETTERS)
    return len(words) / sentence_count(text) + 100 * long_words / len(words)


def reading_minutes(words: int) -> int:
    """Whole minutes to read so many words at 180 a minute, rounded up.

    >>> reading_minutes(181)
    2
    """
    return math.ceil(words / WORDS_PER_MINUTE)


def running_text(part: Mapping[str, Any]) -> str:
    """The running text of a module or of one step, as plain lines.

    Text, callouts, quotes, quiz explanations and the exercises' introductions; not the exercises' labels, not the
    quiz's own questions, which are read as a task, and not a guided exercise, which has its own time.
    """
    steps = part.get("steps", [part])
    pieces = (piece for step in steps for block in step["blocks"] for piece in _running_html(block))
    return "\n".join(text for text in map(plain_text, pieces) if text)


def _running_html(block: Mapping[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "text" | "quote" | "callout":
            yield block["html"]
        case "quiz":
            yield from (option["explanation"] for option in block["options"])
        case "exercise":
            yield block["intro"]


def _letters(word: str) -> int:
    return sum(1 for sign in word if sign.isalpha())
