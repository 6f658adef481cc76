"""Guards which texts are found in code and templates, and whose catalogue each belongs to."""

from pathlib import Path, PurePosixPath
from textwrap import dedent

import pytest

from ikbt.common.translatable import owner_of, texts_of_python, texts_of_template, wanted_texts

APPS = ["ikbt/accounts", "ikbt/common", "ikbt/treatments", "programs", "therapist"]


def found_in_template(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(source.context, source.forms) for source in texts_of_template(dedent(text), "templates/x.html")]


def found_in_python(code: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(source.context, source.forms) for source in texts_of_python(dedent(code), "ikbt/x.py")]


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("ikbt/treatments/views/module.py", "ikbt/treatments"),
        ("templates/treatments/module.html", "ikbt/treatments"),
        ("templates/therapist/_row.html", "therapist"),
        ("templates/programs/blocks/text.html", "programs"),
        ("templates/layouts/base.html", "ikbt/common"),
        ("templates/components/button.html", "ikbt/common"),
        ("templates/404.html", "ikbt/common"),
        ("ikbt/settings/base.py", "ikbt/common"),
        ("ikbt/urls.py", "ikbt/common"),
    ],
)
def test_each_file_belongs_to_one_catalogue(path: str, owner: str) -> None:
    assert owner_of(PurePosixPath(path), APPS) == owner


def test_every_way_of_asking_in_python_is_found() -> None:
    code = """
        title = _("Start")
        lazy = gettext_lazy("Home")
        far = pgettext("time", "May")
        many = ngettext("%(count)s day", "%(count)s days", n) % {"count": n}
        rare = npgettext_lazy("course", "%d step", "%d steps", "n")
        silent = print("not a text")
    """

    assert found_in_python(code) == [
        ("", ("Start",)),
        ("", ("Home",)),
        ("time", ("May",)),
        ("", ("%(count)s day", "%(count)s days")),
        ("course", ("%d step", "%d steps")),
    ]


def test_a_text_of_several_literals_is_one() -> None:
    assert found_in_python('x = _("One " \n      "sentence.")\n') == [("", ("One sentence.",))]


def test_every_way_of_asking_in_a_template_is_found() -> None:
    text = """
        {% load i18n %}
        <p>å "quotes" and 'apostrophes' (unbalanced</p>
            {% translate "Start" %}
          {{ _("Home")|upper }}
        {% translate "May" context "time" %}
        {% blocktranslate with name=person.name trimmed %}
            Welcome,
            {{ name }}
        {% endblocktranslate %}
        {% blocktranslate count n=days trimmed %}
            {{ n }} day
        {% plural %}
            {{ n }} days
        {% endblocktranslate %}
    """

    assert found_in_template(text) == [
        ("", ("Start",)),
        ("", ("Home",)),
        ("time", ("May",)),
        ("", ("Welcome, %(name)s",)),
        ("", ("%(n)s day", "%(n)s days")),
    ]


def test_a_whole_checkout_is_sorted_by_app(tmp_path: Path) -> None:
    for path, text in {
        "programs/apps.py": "",
        "programs/views.py": 'x = _("Publish")\n',
        "programs/migrations/0001_initial.py": 'x = _("never shown")\n',
        "ikbt/common/apps.py": "",
        "templates/programs/publish.html": '{% load i18n %}{% translate "Version" %}',
        "templates/layouts/base.html": '{% load i18n %}{% translate "Sign out" %}',
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    wanted = {app: sorted(msgid for _, msgid in each.keys) for app, each in wanted_texts(tmp_path).items()}

    assert wanted == {"programs": ["Publish", "Version"], "ikbt/common": ["Sign out"]}
