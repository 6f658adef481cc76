"""D16: what puts text past escaping, writes SQL by hand or drops a token stands in a reviewed list, or nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.hardening.code_rules import calls, unsafe_lines

ROOT = Path(__file__).resolve().parents[2]
CODE = ("ikbt", "programs", "therapist", "measurements")
# Reviewed one by one: what goes in is ours, or was cleaned when it was stored.
REVIEWED_CALLS = {
    # Drawn by segno from an address that we made.
    "ikbt/accounts/views/enrolment.py": 1,
    # Browsers send these reports by themselves, without a token; nothing is changed by one.
    "ikbt/accounts/views/policy_reports.py": 1,
    # Freezing took out every tag but ours: tests/programs/test_sanitising.py.
    "programs/rendering.py": 1,
    # Put together from fixed patterns of the same file and of the program file format.
    "programs/package/layout.py": 1,
    # The demo's own sentences, from its own files.
    "ikbt/demo/conversation_history.py": 1,
    "ikbt/demo/module_history.py": 1,
    "ikbt/demo/newcomer.py": 1,
    "ikbt/demo/month/staff.py": 1,
    # Django's own token put into a part that a template drew; text, escaped where it is put, into a page.
    "ikbt/common/drawn_once.py": 2,
    # Texts shipped in files and locked by their hash; what is put in are three plain strings.
    "ikbt/treatments/consent_texts.py": 1,
    # The report's own sentences, from its own file.
    "measurements/outcomes/reporting.py": 1,
    # Passes on what a caller would write by hand, of which there is none; refused while a person is served.
    "ikbt/common/scoping.py": 1,
}
# Wagtail's own filter for its rich text, whose tags are those of its features.
REVIEWED_TEMPLATES = {
    "templates/programs/start_page/questions.html": 1,
    "templates/programs/start_page/section.html": 1,
}


def python_files() -> list[Path]:
    return [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]


def templates() -> list[Path]:
    return [path for folder in ("templates", *CODE) for path in (ROOT / folder).rglob("*.html")]


def test_d16_forbidden_calls_are_the_reviewed_ones() -> None:
    files = python_files()
    found: Counter[str] = Counter()
    told = []
    for path in files:
        for line, why in calls(path.read_text(encoding="utf-8")):
            name = path.relative_to(ROOT).as_posix()
            found[name] += 1
            told.append(f"{name}:{line} {why}")

    assert len(files) > 200
    assert dict(found) == REVIEWED_CALLS, "\n".join(told)


def test_d16_templates_escape_everything_but_the_reviewed() -> None:
    files = templates()
    found = {
        path.relative_to(ROOT).as_posix(): len(lines)
        for path in files
        if (lines := unsafe_lines(path.read_text(encoding="utf-8")))
    }

    assert len(files) > 100
    assert found == REVIEWED_TEMPLATES


@pytest.mark.parametrize(
    "source",
    [
        "x = mark_safe(text)",
        "safestring.SafeString(text)",
        "@csrf_exempt\ndef view(request): ...",
        "Person.objects.raw('select 1')",
        "Person.objects.extra(where=['1'])",
        "Person.objects.filter(**request.GET)",
        "Person.objects.filter(**request.GET.dict())",
        "Person.objects.filter(Q(**dict(request.POST)))",
        "Person(**{}); Person.objects.create(**{k: v for k, v in request.POST.items()})",
        "subprocess.run(words, shell=True)",
        "eval(text)",
        "import pickle",
        "from yaml import load",
        "import xml.etree.ElementTree",
        "re.search(text, page)",
        "re.compile(f'a{text}')",
        "re.compile('a' + text)",
        "words.format(name=name)",
        "words.format_map(names)",
        "engine.from_string(text)",
        "Template(text)",
    ],
)
def test_d16_each_hole_is_seen(source: str) -> None:
    assert list(calls(source))


@pytest.mark.parametrize(
    "source",
    [
        "objects.filter(pk=request.GET['a'])",
        "run(words)",
        "filter(**lookups)",
        "re.compile('a' + re.escape(text) + f'{PART}')",
        "'{} a'.format(1)",
        "'|'.join(words)",
        "text.split(',')",
    ],
)
def test_d16_what_is_no_hole_is_left_alone(source: str) -> None:
    assert list(calls(source)) == []


@pytest.mark.parametrize(
    "text", ["{{ x|safe }}", "{{ x | safe }}", "{% autoescape off %}", "{{ x|safeseq|join }}"]
)
def test_d16_each_unsafe_filter_is_seen(text: str) -> None:
    assert unsafe_lines(text) == [1]


def test_d16_bandit_finds_nothing_high() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bandit", "--quiet", "--recursive", "--format", "json", *CODE, "manage.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(ran.stdout)

    assert told["errors"] == []
    assert told["metrics"]["_totals"]["loc"] > 10_000
    high = [
        f"{one['filename']}:{one['line_number']}"
        for one in told["results"]
        if one["issue_severity"] == "HIGH"
    ]
    assert high == []
