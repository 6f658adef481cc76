"""Every type draws as a form that a screen reader, a thumb and a browser without scripts can fill in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from programs.exercises.definitions import load_all
from programs.exercises.drawing import FormView, form_view
from programs.exercises.reading import read_form
from programs.exercises.rows import change_rows
from programs.exercises.validation import check

ALL = load_all()


class Page(HTMLParser):
    """The tags of a fragment with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute)) is not None]

    def named(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.tags if attrs.get("name") == name)


def example(exercise: str) -> dict[str, Any]:
    found: Any = ALL[exercise].document["example"]
    return dict(found)


def drawn(view: FormView) -> str:
    return render_to_string("programs/exercises/_form.html", {"exercise": view})


def empty_and_faulty(exercise: str) -> str:
    problems = check(ALL[exercise], {}, complete=True)
    return drawn(form_view(ALL[exercise], {}, problems, language="sv"))


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_every_control_has_its_label_and_its_notes(exercise: str) -> None:
    page = Page(empty_and_faulty(exercise))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    described = {each for value in page.values("aria-describedby") for each in value.split()}
    assert described <= set(ids)
    labelled = set(page.values("for"))
    kinds = ("input", "textarea", "select")
    controls = {attrs["id"] for tag, attrs in page.tags if tag in kinds and "name" in attrs}
    assert controls <= labelled


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_every_line_of_the_summary_leads_to_its_field(exercise: str) -> None:
    page = Page(empty_and_faulty(exercise))
    leads = {value.removeprefix("#") for value in page.values("href")}
    assert leads == {field.name for field in ALL[exercise].fields if field.required}
    assert leads <= set(page.values("id"))


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_nothing_needs_inline_script_or_style(exercise: str) -> None:
    page = Page(empty_and_faulty(exercise))
    assert not {tag for tag, _ in page.tags} & {"script", "style"}
    assert not [name for _, attrs in page.tags for name in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_what_is_drawn_reads_back_as_it_was(exercise: str) -> None:
    values = read_form(ALL[exercise], example(exercise))
    posted = posted_from(drawn(form_view(ALL[exercise], values, language="sv")))
    assert read_form(ALL[exercise], posted) == values


def posted_from(text: str) -> QueryDict:
    """What a browser would post from the form as it stands."""
    form = Form()
    form.feed(text)
    return form.data


class Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.data = QueryDict(mutable=True)
        self.area = ""
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "textarea":
            self.area = name
            self.data.appendlist(name, "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.data.appendlist(self.select, found.get("value") or "")
        elif tag == "input" and name:
            ticked = found.get("type") not in ("radio", "checkbox") or "checked" in found
            if ticked:
                self.data.appendlist(name, found.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.area:
            # A browser drops the first line end in a text area.
            self.data[self.area] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def test_what_was_typed_wrong_stays_in_its_field() -> None:
    values = read_form(ALL["energy_diary"], {"pauses": "tre <b>", "energy_am": "11"})
    text = drawn(
        form_view(
            ALL["energy_diary"], values, check(ALL["energy_diary"], values, complete=True), language="sv"
        )
    )
    assert 'value="tre &lt;b&gt;"' in text
    assert Page(text).named("pauses")["aria-invalid"] == "true"


def test_a_date_no_picker_can_hold_is_shown_beside_it() -> None:
    values = {"date": "i går"}
    problems = check(ALL["energy_diary"], values, complete=True)
    with translation.override("sv"):
        assert "Du skrev: i går" in drawn(form_view(ALL["energy_diary"], values, problems, language="sv"))


def test_phones_show_a_number_pad_for_numbers() -> None:
    page = Page(drawn(form_view(ALL["exposure_log"], {}, language="sv")))
    assert page.named("minutes")["inputmode"] == "numeric"
    assert page.named("suds_peak")["inputmode"] == "numeric"


def test_a_slider_beside_a_long_scale_is_no_answer_by_itself() -> None:
    page = Page(drawn(form_view(ALL["exposure_log"], {}, language="sv")))
    sliders = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("type") == "range"]
    assert sliders
    assert all("name" not in attrs and "hidden" in attrs for attrs in sliders)


def test_a_short_scale_is_one_button_for_each_point() -> None:
    view = form_view(ALL["energy_diary"], {"stress": 7}, language="sv")
    stress = next(field for field in view.fields if field.name == "stress")
    assert [option.value for option in stress.options] == [str(point) for point in range(11)]
    assert [option.value for option in stress.options if option.chosen] == ["7"]


def test_a_new_list_shows_its_fewest_rows_and_none_of_them_can_be_removed() -> None:
    steps = form_view(ALL["exposure_hierarchy"], {}, language="sv").fields[0]
    assert len(steps.rows) == 5
    assert not any(row.remove for row in steps.rows)


def test_a_full_list_has_no_button_for_more() -> None:
    goals = form_view(ALL["goal_setting"], {"goals": [{}, {}, {}]}, language="sv").fields[0]
    assert goals.add == ""
    assert goals.rows[1].remove == "remove:goals:1"


def test_an_added_row_takes_the_focus() -> None:
    values = change_rows(ALL["goal_setting"], QueryDict("goals-0-goal=a&rows=add:goals"))
    text = drawn(form_view(ALL["goal_setting"], values, language="sv", focus="goals"))
    assert "autofocus" in Page(text).named("goals-1-goal")
    assert text.count("autofocus") == 1


def test_enter_never_presses_a_row_button() -> None:
    page = Page(drawn(form_view(ALL["goal_setting"], {"goals": [{}, {}]}, language="sv")))
    first = next(attrs for tag, attrs in page.tags if tag == "button")
    assert "name" not in first


def test_a_reference_offers_what_the_other_exercise_holds_and_keeps_what_is_gone() -> None:
    view = form_view(
        ALL["exposure_log"], {"step": "gammalt steg"}, language="sv", choices={"step": ["fika", "kassan"]}
    )
    step = next(field for field in view.fields if field.name == "step")
    assert [(option.label, option.chosen) for option in step.options] == [
        ("fika", False),
        ("kassan", False),
        ("gammalt steg", True),
    ]


def test_only_the_fields_of_the_step_are_drawn_in_the_language_asked_for() -> None:
    view = form_view(ALL["thought_record"], {}, language="en", only=["when", "situation"])
    assert [field.label for field in view.fields] == ["When", "Situation"]


def test_a_prefix_keeps_ids_apart_and_leaves_names_alone() -> None:
    view = form_view(ALL["energy_diary"], {}, language="sv", prefix="a-")
    assert (view.fields[0].id, view.fields[0].name) == ("a-date", "date")


def test_a_question_that_does_not_block_stands_at_its_field_but_not_in_the_summary() -> None:
    values = example("sleep_diary") | {"waso": 400}
    view = form_view(
        ALL["sleep_diary"], values, check(ALL["sleep_diary"], values, complete=True), language="sv"
    )
    waso = next(field for field in view.fields if field.name == "waso")
    assert view.problems == ()
    assert waso.problems
    assert not waso.invalid
