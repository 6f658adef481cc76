"""What the components put on the page: words beside colours, labels tied to fields, whole numbers."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.utils import translation

from ikbt.common.style_guide import SampleForm, weekly
from ikbt.common.templatetags.ui import message_notice, tag_colour


def rendered(source: str, **context: object) -> str:
    with translation.override("sv"):
        return str(engines["django"].from_string("{% load ui %}" + source).render(context))


@pytest.fixture
def faulty() -> SampleForm:
    return SampleForm({"name": "", "mood": "", "channel": "sms"})


def test_a_field_names_its_help_and_its_error(faulty: SampleForm) -> None:
    html = rendered("{% field form.name %}", form=faulty)

    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="ds-input"' in html


def test_a_group_of_choices_is_a_fieldset_with_a_label_for_each(faulty: SampleForm) -> None:
    html = rendered("{% field form.mood %}", form=faulty)

    assert "<legend" in html
    assert html.count('type="radio"') == 3
    assert {f'for="id_mood_{index}"' in html for index in range(3)} == {True}


def test_a_chosen_answer_stays_chosen() -> None:
    form = SampleForm({"name": "Elin", "mood": "2", "channel": "sms", "places": ["home", "work"]})

    assert re.search(r'value="2"[^>]*checked', rendered("{% field form.mood %}", form=form))
    assert rendered("{% field form.places %}", form=form).count("checked") == 2


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    form = SampleForm()

    assert "(frivilligt)" in rendered("{% field form.day %}", form=form)
    assert "(frivilligt)" not in rendered("{% field form.name %}", form=form)


def test_typed_text_is_escaped() -> None:
    form = SampleForm({"name": "<script>alert(1)</script>"})

    assert "<script>" not in rendered("{% field form.name %}{% error_summary form %}", form=form)


def test_the_error_summary_links_to_each_fault(faulty: SampleForm) -> None:
    html = rendered("{% error_summary form %}", form=faulty)

    assert 'href="#id_name"' in html
    assert 'href="#id_mood"' in html


def test_a_valid_form_has_no_error_summary() -> None:
    form = SampleForm({"name": "Elin", "mood": "1", "channel": "sms"})

    assert rendered("{% error_summary form %}", form=form).strip() == ""


@pytest.mark.parametrize(
    ("kind", "colour"),
    [("severe", "danger"), ("watch", "warning"), ("minimal", "success"), ("info", "info"), (None, "neutral")],
)
def test_a_state_has_its_colour(kind: str | None, colour: str) -> None:
    assert tag_colour(kind) == colour


def test_an_error_message_becomes_a_danger_notice() -> None:
    notice = message_notice(Message(constants.ERROR, "Det gick inte att spara."))

    assert notice == {"kind": "danger", "text": "Det gick inte att spara."}


def test_the_table_beside_a_curve_holds_every_value_and_says_what_is_missing() -> None:
    html = rendered("{% score_graph graph %}", graph=weekly([17, None, 11.5]))

    table = html[html.index("<tbody>") :]
    assert table.count("<tr>") == 3
    assert "Inte besvarat" in table
    assert "11,5" in table


def test_a_curve_says_in_one_sentence_what_it_shows() -> None:
    html = rendered("{% score_graph graph %}", graph=weekly([17, None, 11]))

    assert "Från 17 (Start) till 11 (v. 2). Lägre är bättre." in html


def test_swedish_decimals_never_reach_the_drawing() -> None:
    html = rendered("{% score_graph graph %}", graph=weekly([17.25, 11.5, 3.75]))

    numbers = re.findall(r' (?:x|y|cx|cy|width|height)="([^"]*)"', html)
    lines = re.findall(r'points="([^"]*)"', html)
    assert numbers
    assert all(re.fullmatch(r"-?\d+", number) for number in numbers)
    assert all(re.fullmatch(r"\d+,\d+( \d+,\d+)+", line) for line in lines)


def test_two_curves_on_a_page_share_no_id() -> None:
    curve = weekly([17, 11])

    html = rendered('{% score_graph curve key="a" %}{% score_graph curve key="b" %}', curve=curve)

    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))


def test_a_block_tag_keeps_the_html_inside_it_and_escapes_its_title() -> None:
    html = rendered('{% notice "warning" title=title %}<p>Hej</p>{% endnotice %}', title="<b>")

    assert "<p>Hej</p>" in html
    assert "&lt;b&gt;" in html
    assert 'data-color="warning"' in html
