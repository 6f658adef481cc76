"""A step: read, write with drafts kept, hand in, change, go on."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.common import clock
from ikbt.treatments.models import EntryVersion, ModuleProgress, Treatment, WorksheetEntry
from ikbt.treatments.pages import worksheet
from programs.exercises.definitions import load_all
from tests.cast import Cast
from tests.ikbt.treatments.patient import diary, entry, text_of, url

JSON = {"Accept": "application/json"}


def test_a_step_shows_its_text_and_where_one_is(cast: Cast, anna_client: Client) -> None:
    page = text_of(anna_client.get(url(cast, "step", "m01", "m01-s01")))

    assert "Det här är en text." in page
    assert "Steg 1 av 3" in page


def test_a_step_that_the_module_lacks_is_missing(cast: Cast, anna_client: Client) -> None:
    assert anna_client.get(url(cast, "step", "m01", "m01-s99")).status_code == 404


def test_a_module_that_is_not_open_is_missing(cast: Cast, anna_client: Client) -> None:
    assert anna_client.get(url(cast, "step", "m02", "m02-s01")).status_code == 404


def test_reading_a_step_changes_nothing(cast: Cast, anna_client: Client) -> None:
    before = list(ModuleProgress.objects.values())

    anna_client.get(diary("step", cast))

    assert list(ModuleProgress.objects.values()) == before
    assert not WorksheetEntry.objects.exists()


def test_done_ticks_the_step_and_leads_to_the_next(cast: Cast, anna_client: Client) -> None:
    response = anna_client.post(url(cast, "step_done", "m01", "m01-s01"))

    assert response["Location"] == diary("step", cast)
    progress = ModuleProgress.objects.get(treatment=cast.treatment)
    assert (progress.steps_done, progress.last_step) == (["m01-s01"], "m01-s02")


def test_done_with_the_last_step_leads_to_the_module(cast: Cast, anna_client: Client) -> None:
    response = anna_client.post(url(cast, "step_done", "m01", "m01-s03"))

    assert response["Location"] == url(cast, "module", "m01")


def test_a_draft_is_saved_while_typing(cast: Cast, anna_client: Client) -> None:
    response = anna_client.post(diary("draft", cast), entry(activity="Gick", mood=""), headers=JSON)

    assert response.json()["saved"] is True
    assert response.json()["revision"] == 1
    stored = WorksheetEntry.objects.get()
    assert (stored.state, stored.values["activity"]) == ("draft", "Gick")


def test_a_draft_may_come_as_json(cast: Cast, anna_client: Client) -> None:
    body = json.dumps({**entry(), "mood": 7})

    response = anna_client.post(diary("draft", cast), body, content_type="application/json", headers=JSON)

    assert response.json()["saved"] is True
    assert WorksheetEntry.objects.get().values["mood"] == 7


def test_the_draft_stands_in_the_form_when_she_comes_back(cast: Cast, anna_client: Client) -> None:
    anna_client.post(diary("draft", cast), entry(activity="Vattnade blommorna"), headers=JSON)

    assert "Vattnade blommorna</textarea>" in text_of(anna_client.get(diary("step", cast)))


def test_a_retry_of_the_same_text_saves_once(cast: Cast, anna_client: Client) -> None:
    typed = entry()

    first = anna_client.post(diary("draft", cast), typed, headers=JSON)
    again = anna_client.post(diary("draft", cast), typed, headers=JSON)

    assert first.json()["revision"] == again.json()["revision"] == 1
    assert WorksheetEntry.objects.count() == 1


def test_two_tabs_lose_neither_text(cast: Cast, anna_client: Client) -> None:
    typed = entry(activity="Från telefonen")
    anna_client.post(diary("draft", cast), typed, headers=JSON)

    late = anna_client.post(diary("draft", cast), {**typed, "activity": "Från datorn"}, headers=JSON)

    assert late.status_code == 409
    assert "Från telefonen" in late.json()["html"]
    assert WorksheetEntry.objects.get().values["activity"] == "Från telefonen"
    kept = {version.values["activity"] for version in EntryVersion.objects.filter(why="conflict")}
    assert kept == {"Från telefonen", "Från datorn"}


def test_without_a_script_a_stale_tab_shows_both_texts(cast: Cast, anna_client: Client) -> None:
    typed = entry(activity="Från telefonen")
    anna_client.post(diary("draft", cast), typed, headers=JSON)

    page = anna_client.post(diary("draft", cast), {**typed, "activity": "Från datorn"})

    assert page.status_code == 409
    assert "Från datorn</textarea>" in text_of(page)
    assert "Från telefonen" in text_of(page)
    assert 'name="revision" value="1"' in text_of(page)


def test_handing_in_from_a_stale_tab_overwrites_nothing(cast: Cast, anna_client: Client) -> None:
    typed = entry(activity="Från telefonen")
    anna_client.post(diary("draft", cast), typed, headers=JSON)

    page = anna_client.post(diary("hand_in_entry", cast), {**typed, "activity": "Från datorn"})

    assert page.status_code == 409
    assert WorksheetEntry.objects.get().values["activity"] == "Från telefonen"


def test_a_handed_in_entry_is_shown_in_words(cast: Cast, anna_client: Client) -> None:
    response = anna_client.post(diary("hand_in_entry", cast), entry(), follow=True)

    assert WorksheetEntry.objects.get().state == "handed_in"
    assert "Gick ut med hunden" in text_of(response)
    assert "morgon" in text_of(response)


def test_a_double_click_hands_in_once(cast: Cast, anna_client: Client) -> None:
    typed = entry()

    for _ in range(2):
        assert anna_client.post(diary("hand_in_entry", cast), typed).status_code == 302

    assert WorksheetEntry.objects.count() == 1


def test_what_is_missing_is_named_with_everything_typed_kept(cast: Cast, anna_client: Client) -> None:
    page = anna_client.post(diary("hand_in_entry", cast), entry(activity="Läste tidningen", mood=""))

    assert page.status_code == 422
    assert "Läste tidningen</textarea>" in text_of(page)
    assert 'href="#mood"' in text_of(page)
    assert WorksheetEntry.objects.get().state == "draft"


def test_a_row_can_be_added_without_a_script(cast: Cast, anna_client: Client) -> None:
    typed = {"goals-0-goal": "Gå ut", "rows": "add:goals", "client_key": str(uuid4()), "revision": "0"}

    page = text_of(anna_client.post(url(cast, "hand_in_entry", "m01", "m01-s03"), typed))

    assert "Gå ut</textarea>" in page
    assert 'name="goals-1-goal"' in page


def test_changing_handed_in_work_keeps_it_until_it_is_handed_in_again(
    cast: Cast, anna_client: Client
) -> None:
    typed = entry(activity="Före")
    anna_client.post(diary("hand_in_entry", cast), typed)

    saved = anna_client.post(
        diary("draft", cast), {**typed, "activity": "Efter", "revision": "1"}, headers=JSON
    )
    assert saved.json()["revision"] == 2
    assert WorksheetEntry.objects.get().values["activity"] == "Före"

    anna_client.post(diary("hand_in_entry", cast), {**typed, "activity": "Efter", "revision": "2"})
    assert WorksheetEntry.objects.get().values["activity"] == "Efter"
    assert [version.why for version in EntryVersion.objects.all()] == ["changed"]


def test_a_begun_change_stands_in_the_form(cast: Cast, anna_client: Client) -> None:
    typed = entry(activity="Före")
    anna_client.post(diary("hand_in_entry", cast), typed)
    anna_client.post(diary("draft", cast), {**typed, "activity": "Efter", "revision": "1"}, headers=JSON)

    stored = WorksheetEntry.objects.get()
    page = text_of(anna_client.get(f"{diary('step', cast)}?post={stored.pk}"))

    assert "Efter</textarea>" in page
    assert 'name="revision" value="2"' in page


def test_a_later_step_shows_the_entries_it_continues(cast: Cast, anna_client: Client) -> None:
    anna_client.post(diary("hand_in_entry", cast), entry(activity="Bakade bröd"))
    ModuleProgress.objects.create(
        treatment=cast.treatment, module_key="m02", position=2, opened_at=clock.now()
    )

    assert "Bakade bröd" in text_of(anna_client.get(url(cast, "step", "m02", "m02-s02")))


def test_an_exercise_done_once_is_shared_by_two_tabs(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = replace(load_all()["goal_setting"], repeatable=False)
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: once)
    address = url(cast, "step", "m01", "m01-s03")

    keys = {text_of(anna_client.get(address)).split('name="client_key" value="')[1][:36] for _ in range(2)}
    assert len(keys) == 1

    typed = {"goals-0-goal": "Gå ut", "client_key": keys.pop(), "revision": "0"}
    anna_client.post(url(cast, "draft", "m01", "m01-s03"), typed, headers=JSON)
    WorksheetEntry.objects.update(state="handed_in", handed_in_at=clock.now())
    assert "data-autosave" not in text_of(anna_client.get(address))


def test_an_ended_treatment_takes_no_work_and_keeps_the_text_in_the_page(
    cast: Cast, anna_client: Client
) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED)

    answer = anna_client.post(diary("draft", cast), entry(), headers=JSON)

    assert answer.status_code == 422
    assert "avslutad" in answer.json()["error"]
    assert "data-autosave" not in text_of(anna_client.get(diary("step", cast)))


def test_a_key_of_another_step_is_refused(cast: Cast, anna_client: Client) -> None:
    typed = entry()
    anna_client.post(diary("draft", cast), typed, headers=JSON)

    goals = {"goals-0-goal": "Gå ut", "client_key": typed["client_key"], "revision": "0"}
    answer = anna_client.post(url(cast, "draft", "m01", "m01-s03"), goals, headers=JSON)

    assert answer.status_code == 422
    assert WorksheetEntry.objects.get().step_key == "m01-s02"
