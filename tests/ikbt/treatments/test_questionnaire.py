"""A questionnaire: both layouts, drafts, a confirmation for gaps, once only, and help at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.common import clock
from ikbt.treatments.models import Alert
from ikbt.treatments.timekeeping import keep_time
from measurements.models import AnswerSet, Occasion, Score
from tests.cast import Cast
from tests.ikbt.treatments.patient import answers, first_phq9, text_of, url

CALM: list[int | None] = [1, 1, 1, 1, 0, 0, 0, 0, 0]
FUNCTION = "69722-7"


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    return first_phq9(cast)


@pytest.fixture
def address(cast: Cast, occasion: Occasion) -> str:
    return url(cast, "questionnaire", occasion.pk)


def posted(occasion: Occasion, values: Sequence[int | None], **more: str) -> dict[str, str]:
    return {
        **answers(occasion, values),
        "go": "hand_in",
        "client_key": str(uuid4()),
        "asked": FUNCTION,
        **more,
    }


def test_all_questions_stand_on_one_page_with_their_wording(address: str, anna_client: Client) -> None:
    page = text_of(anna_client.get(address))

    assert "Lite intresse eller glädje i att göra saker" in page
    assert page.count('type="radio"') == 9 * 4


def test_one_question_a_screen_works_with_plain_posts(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    first = answers(occasion, [2, *[None] * 8])

    response = anna_client.post(address, {**first, "number": "1", "go": "next"})

    assert response["Location"] == f"{address}?fraga=2"
    page = text_of(anna_client.get(f"{address}?fraga=2"))
    assert page.count('type="radio"') == 4
    assert "Fråga 2 av" in page
    occasion.refresh_from_db()
    assert len(occasion.draft) == 1


def test_the_layout_is_remembered(address: str, anna_client: Client) -> None:
    anna_client.post(address, {"go": "one"})

    assert "Fråga 1 av 9" in text_of(anna_client.get(address))


def test_answers_are_there_when_she_comes_back(address: str, occasion: Occasion, anna_client: Client) -> None:
    anna_client.post(address, {**answers(occasion, [3, *[None] * 8]), "go": "later"})

    assert text_of(anna_client.get(address)).count(" checked") == 1


def test_each_choice_is_kept_by_the_script_without_leaving_the_page(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    response = anna_client.post(address, {**answers(occasion, [*[None] * 8, 1]), "go": "keep"})

    assert response.status_code == 204
    occasion.refresh_from_db()
    assert (len(occasion.draft), occasion.draft_at is not None) == (1, True)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("over", ["closes_at", "cancelled_at"])
def test_a_kept_choice_after_the_window_hands_nothing_in_and_its_risk_is_told(
    address: str, occasion: Occasion, anna_client: Client, over: str
) -> None:
    Occasion.objects.filter(pk=occasion.pk).update(**{over: clock.now()})

    response = anna_client.post(address, {**answers(occasion, [*[None] * 8, 3]), "go": "keep"})

    assert response.status_code == 204
    occasion.refresh_from_db()
    assert occasion.answered_at is None
    assert keep_time(at=clock.now() + timedelta(hours=2)).unsent == 1
    assert Alert.objects.get(occasion=occasion).kind == Alert.Kind.RISK


def test_a_kept_choice_of_what_is_answered_already_changes_nothing(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    Occasion.objects.filter(pk=occasion.pk).update(answered_at=clock.now())

    assert anna_client.post(address, {**answers(occasion, [*[None] * 8, 3]), "go": "keep"}).status_code == 204

    occasion.refresh_from_db()
    assert occasion.draft == {}


def test_everyday_life_is_asked_only_after_some_trouble(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    trouble = {**posted(occasion, CALM), "asked": ""}

    response = anna_client.post(address, trouble)

    assert response["Location"] == f"{address}#q_{FUNCTION}"
    assert f"q_{FUNCTION}" in text_of(anna_client.get(address))
    assert not AnswerSet.objects.exists()


def test_no_trouble_at_all_is_handed_in_without_it(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    anna_client.post(address, {**posted(occasion, [0] * 9), "asked": ""})

    assert Score.objects.get().total_rounded == 0


def test_gaps_are_named_before_hand_in(address: str, occasion: Occasion, anna_client: Client) -> None:
    gaps = [1, 1, None, 1, 0, 0, 0, 0, 0]

    page = anna_client.post(address, posted(occasion, gaps))

    assert page.status_code == 422
    assert "1 fråga är inte besvarad" in text_of(page)
    assert text_of(page).count(" checked") == 8
    assert not AnswerSet.objects.exists()

    anna_client.post(address, posted(occasion, gaps, confirmed="1"))
    assert Score.objects.get().missing == 1


def test_the_thank_you_page_is_honest_about_the_score(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    page = text_of(anna_client.post(address, posted(occasion, CALM), follow=True))

    assert "Du fick <strong>4</strong> av 27 poäng." in page
    assert "Det här är din utgångspunkt." in page


@pytest.mark.parametrize("item_nine", [1, 2, 3])
def test_a_flagged_answer_leads_to_help_at_once(
    item_nine: int, cast: Cast, address: str, occasion: Occasion, anna_client: Client
) -> None:
    response = anna_client.post(address, posted(occasion, [*CALM[:8], item_nine]))

    alert = Alert.objects.get()
    assert alert.level == ("watch" if item_nine == 1 else "high")
    assert response["Location"] == f"{url(cast, 'help')}?larm={alert.pk}"


def test_flagged_answers_with_gaps_are_flagged_all_the_same(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    anna_client.post(address, posted(occasion, [*[None] * 8, 2], confirmed="1"))

    assert Alert.objects.get().level == "high"


def test_a_double_submit_shows_help_again_and_stores_once(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    form = posted(occasion, [*CALM[:8], 2])

    first, second = (anna_client.post(address, form) for _ in range(2))

    assert AnswerSet.objects.count() == Alert.objects.count() == 1
    assert "/hjalp/" in first["Location"]
    assert second["Location"] == first["Location"]


def test_another_tab_s_answers_change_nothing(address: str, occasion: Occasion, anna_client: Client) -> None:
    anna_client.post(address, posted(occasion, CALM))

    page = anna_client.post(address, posted(occasion, [3] * 8 + [0]), follow=True)

    assert Score.objects.get().total_rounded == 4
    assert "Tack för dina svar" in text_of(page)


@pytest.mark.parametrize("before", [0, 1])
def test_a_worse_risk_answer_from_another_tab_reaches_a_human(
    before: int, cast: Cast, address: str, occasion: Occasion, anna_client: Client
) -> None:
    anna_client.post(address, posted(occasion, [*CALM[:8], before]))

    form = posted(occasion, [*CALM[:8], 2])
    responses = [anna_client.post(address, form) for _ in range(2)]

    alert = Alert.objects.get(level="high")
    assert [each["Location"] for each in responses] == [f"{url(cast, 'help')}?larm={alert.pk}"] * 2
    assert alert.occasion is not None
    assert alert.occasion.kind == Occasion.Kind.EXTRA
    assert Score.objects.get(occasion=alert.occasion).risk == "high"
    assert AnswerSet.objects.count() == 2


def test_the_same_risk_answer_from_another_tab_leads_to_the_same_alert(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    first, second = (anna_client.post(address, posted(occasion, [*CALM[:8], 2])) for _ in range(2))

    assert second["Location"] == first["Location"]
    assert AnswerSet.objects.count() == Alert.objects.count() == 1


def test_a_risk_answer_to_a_questionnaire_that_has_closed_reaches_a_human(
    cast: Cast, address: str, occasion: Occasion, anna_client: Client
) -> None:
    now = clock.now()
    Occasion.objects.filter(pk=occasion.pk).update(
        opens_at=now - timedelta(days=30), closes_at=now - timedelta(seconds=1)
    )

    form = posted(occasion, [*[None] * 8, 3])
    responses = [anna_client.post(address, form) for _ in range(2)]

    alert = Alert.objects.get()
    assert (alert.level, alert.owner) == ("high", cast.tove)
    assert [each["Location"] for each in responses] == [f"{url(cast, 'help')}?larm={alert.pk}"] * 2
    assert AnswerSet.objects.count() == 1


def test_what_was_kept_before_it_closed_and_is_handed_in_after_is_one_alert_for_the_clock_too(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    """The choice lies in the draft of what closed, and the answers in the one that stands in for it."""
    at = clock.now()
    anna_client.post(address, {**answers(occasion, [*[None] * 8, 2]), "go": "keep"})
    Occasion.objects.filter(pk=occasion.pk).update(closes_at=at)

    anna_client.post(address, posted(occasion, [*CALM[:8], 2]))
    keep_time(at=at + timedelta(hours=3))

    alert = Alert.objects.get(kind=Alert.Kind.RISK)
    assert (AnswerSet.objects.count(), alert.occasion == occasion) == (1, False)


def test_the_same_risk_answers_from_two_tabs_to_what_has_closed_are_one_alert(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    Occasion.objects.filter(pk=occasion.pk).update(closes_at=clock.now())

    first, second = (anna_client.post(address, posted(occasion, [*CALM[:8], 2])) for _ in range(2))
    worse = anna_client.post(address, posted(occasion, [*CALM[:8], 3]))

    assert second["Location"] == first["Location"] != worse["Location"]
    assert AnswerSet.objects.count() == Alert.objects.filter(kind=Alert.Kind.RISK).count() == 2


def test_what_was_told_while_unfinished_and_is_handed_in_after_it_closed_is_the_same_alert(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    anna_client.post(address, {**answers(occasion, [*[None] * 8, 2]), "go": "later"})
    told = Alert.objects.get(kind=Alert.Kind.RISK)
    Occasion.objects.filter(pk=occasion.pk).update(closes_at=clock.now())

    response = anna_client.post(address, posted(occasion, [*CALM[:8], 2]))

    alert = Alert.objects.get(kind=Alert.Kind.RISK)
    assert (alert.pk, f"larm={alert.pk}" in response["Location"]) == (told.pk, True)
    assert alert.occasion == AnswerSet.objects.get().occasion != occasion


def test_what_was_told_at_watch_and_is_worse_when_handed_in_after_it_closed_lifts_the_alert(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    anna_client.post(address, {**answers(occasion, [*[None] * 8, 1]), "go": "later"})
    assert Alert.objects.get(kind=Alert.Kind.RISK).level == Alert.Level.WATCH
    Occasion.objects.filter(pk=occasion.pk).update(cancelled_at=clock.now())

    anna_client.post(address, posted(occasion, [*CALM[:8], 3]))

    assert Alert.objects.get(kind=Alert.Kind.RISK).level == Alert.Level.HIGH


@pytest.mark.parametrize("gap", [{"asked": ""}, {"q_44250-9": ""}, {"go": "later"}])
def test_a_risk_answer_does_not_wait_for_the_rest_of_the_form(
    gap: dict[str, str], cast: Cast, address: str, occasion: Occasion, anna_client: Client
) -> None:
    form = {**posted(occasion, [*CALM[:8], 2]), **gap}

    anna_client.post(address, form)

    assert Alert.objects.get().level == "high"
    assert not AnswerSet.objects.exists()
    assert "Behöver du någon nu?" in text_of(anna_client.get(address))

    handed_in = anna_client.post(address, posted(occasion, [*CALM[:8], 2], confirmed="1"))
    assert handed_in["Location"] == f"{url(cast, 'help')}?larm={Alert.objects.get().pk}"


def test_help_stands_beside_a_risk_answer_on_the_next_screen(
    address: str, occasion: Occasion, anna_client: Client
) -> None:
    risk = answers(occasion, [*[None] * 8, 1])

    page = anna_client.post(address, {**risk, "number": "9", "go": "next"}, follow=True)

    assert "Behöver du någon nu?" in text_of(page)


@pytest.mark.parametrize(("days", "words"), [(-30, "De öppnar"), (30, "Tiden för dem är över")])
def test_a_questionnaire_out_of_its_time_says_so(
    days: int, words: str, address: str, occasion: Occasion, anna_client: Client
) -> None:
    shift = timedelta(days=-days)
    Occasion.objects.filter(pk=occasion.pk).update(
        opens_at=occasion.opens_at + shift, closes_at=occasion.closes_at + shift
    )
    if days > 0:
        Occasion.objects.filter(pk=occasion.pk).update(
            opens_at=clock.now() - timedelta(days=30), closes_at=clock.now() - timedelta(days=1)
        )

    page = anna_client.post(address, posted(occasion, CALM))

    assert words in text_of(page)
    assert not AnswerSet.objects.exists()


def test_unknown_codes_count_as_unanswered(address: str, occasion: Occasion, anna_client: Client) -> None:
    page = anna_client.post(address, {"q_44250-9": "LA-nonsense", "q_finns-inte": "1", "go": "hand_in"})

    assert page.status_code == 422
    assert "9 frågor är inte besvarade" in text_of(page)


def test_another_s_client_key_is_no_obstacle(
    cast: Cast, address: str, occasion: Occasion, anna_client: Client
) -> None:
    form = posted(occasion, CALM)
    anna_client.post(address, form)
    other = cast.treatment.series.occasions.select_related("instrument").get(instrument__slug="gad-7")

    values: list[int | None] = [0] * 7
    anna_client.post(
        url(cast, "questionnaire", other.pk),
        {**answers(other, values), "go": "hand_in", "client_key": form["client_key"]},
    )

    assert AnswerSet.objects.count() == 2
