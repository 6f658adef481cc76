"""D6: what a virus scanner thinks of a file decides, and a scanner that does not answer is a no."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError

from programs.virus_scan import check_for_viruses
from tests.hardening.clamd import EICAR, scanner


def test_d6_without_a_scanner_nothing_is_asked(settings: LazySettings) -> None:
    settings.VIRUS_SCANNER = ""
    check_for_viruses(io.BytesIO(EICAR))


def test_d6_a_clean_file_passes_whole_and_is_left_at_its_start(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.VIRUS_SCANNER = f"unix:{tmp_path}/s"
    file = io.BytesIO(b"RIFF" + bytes(200_000))
    with scanner(tmp_path / "s") as heard:
        check_for_viruses(file)

    assert heard == [file.getvalue()]
    assert file.tell() == 0


def test_d6_a_virus_is_refused_in_words(settings: LazySettings, tmp_path: Path) -> None:
    settings.VIRUS_SCANNER = f"unix:{tmp_path}/s"
    with scanner(tmp_path / "s"), pytest.raises(ValidationError) as refused:
        check_for_viruses(io.BytesIO(EICAR))

    assert refused.value.code == "virus"
    assert refused.value.messages == ["Filen innehåller ett virus och sparades inte."]


@pytest.mark.parametrize(
    "said", [b"", b"stream: Access denied. ERROR\0", b"\xff\xfe\0", b"stream: OK, nearly\0"]
)
def test_d6_what_is_no_clear_yes_is_a_no(settings: LazySettings, tmp_path: Path, said: bytes) -> None:
    settings.VIRUS_SCANNER = f"unix:{tmp_path}/s"
    with scanner(tmp_path / "s", lambda _content: said), pytest.raises(ValidationError) as refused:
        check_for_viruses(io.BytesIO(b"good"))

    assert refused.value.code == "unexamined"


def test_d6_a_scanner_that_is_away_is_a_no(settings: LazySettings, tmp_path: Path) -> None:
    settings.VIRUS_SCANNER = f"unix:{tmp_path}/nobody"
    with pytest.raises(ValidationError):
        check_for_viruses(io.BytesIO(b"good"))
