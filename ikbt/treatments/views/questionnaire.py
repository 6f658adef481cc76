"""A questionnaire: all on one page or one question a screen, drafts kept, handed in once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from ikbt.common import clock
from ikbt.treatments import forms
from ikbt.treatments.access import MY_OCCASION, MyOccasion
from ikbt.treatments.answering import answer_occasion, answer_out_of_turn, flag_unfinished
from ikbt.treatments.models import Alert
from ikbt.treatments.pages.frame import address, calm_frame, frame
from ikbt.treatments.pages.questionnaire import Sheet, form_page, sheet, thanks_page
from measurements.form import read_answers
from measurements.recording import keep_draft_answers
from measurements.storing import definition_of

# How she likes her questionnaires, remembered for the session.
LAYOUT, ONE, ALL = "questionnaire_layout", "one", "all"
# What questionnaire-autosave.js posts with each choice.
KEEP = "keep"


@MY_OCCASION("GET", "POST")
def questionnaire(request: HttpRequest, my: MyOccasion) -> HttpResponse:
    """The form while the occasion is open; the thank-you page once it is answered."""
    at = clock.now()
    is_open = my.occasion.is_open(at)
    if request.method == "POST" and not is_open:
        told = _posted_too_late(request, my, at)
        if told is not None:
            return told
    if my.occasion.answered_at is not None:
        return render(
            request, "treatments/thanks.html", {**frame(request, my), **thanks_page(my, language=_language())}
        )
    if not is_open:
        context = {**frame(request, my), "occasion": my.occasion, "too_early": at < my.occasion.opens_at}
        return render(request, "treatments/questionnaire_closed.html", context)
    if request.method == "POST":
        return _posted(request, my)
    return _form(request, my, sheet(my, my.occasion.draft, _language()), screen=_screen(request))


def _posted_too_late(request: HttpRequest, my: MyOccasion, at: datetime) -> HttpResponse | None:
    """What is sent to a questionnaire that is not open: kept, or told of risk; None when neither."""
    answers = _answers_in(request, my)
    if request.POST.get("go") != KEEP:
        return _out_of_turn(request, my, answers)
    if at >= my.occasion.opens_at:
        # Its time ran out while she sat there: not handed in, and yet the clock looks at it for risk.
        keep_draft_answers(my.occasion, answers, at=at)
    return HttpResponse(status=204)


def _posted(request: HttpRequest, my: MyOccasion) -> HttpResponse:
    """Each button keeps the answers first; then it goes where it says."""
    answers = _answers_in(request, my)
    keep_draft_answers(my.occasion, answers, at=clock.now())
    paper, go = sheet(my, answers, _language()), request.POST.get("go", "")
    if go == KEEP:
        return HttpResponse(status=204)
    if go in {ONE, ALL}:
        request.session[LAYOUT] = go
        return redirect(_url(my) + ("?fraga=1" if go == ONE else ""))
    if go == "later":
        return _later(request, my, paper)
    number = forms.number(request.POST, "number")
    if number and go in {"next", "back"}:
        return redirect(f"{_url(my)}?fraga={max(number + (1 if go == 'next' else -1), 1)}")
    return _hand_in(request, my, paper)


def _answers_in(request: HttpRequest, my: MyOccasion) -> dict[str, str]:
    return {**my.occasion.draft, **read_answers(definition_of(my.occasion.instrument), request.POST)}


def _later(request: HttpRequest, my: MyOccasion, paper: Sheet) -> HttpResponse:
    # She may not come back to it: what she has said of suicide is not left lying in a draft.
    alert = _flag_unfinished(my, paper)
    return _to_help(my, alert) if alert else redirect(address("treatment", my))


def _hand_in(request: HttpRequest, my: MyOccasion, paper: Sheet) -> HttpResponse:
    screen = forms.number(request.POST, "number") or None
    if request.POST.get("confirmed") == "1":
        return _store(request, my, paper)
    new = paper.not_asked_yet(set(request.POST.getlist("asked")))
    if new is not None and screen is None:
        _flag_unfinished(my, paper)
        return redirect(f"{_url(my)}#{new.field}")
    if paper.missing:
        _flag_unfinished(my, paper)
        key = request.POST.get("client_key", "")
        return _form(request, my, paper, screen=screen, confirm=True, key=key, status=422)
    return _store(request, my, paper)


def _store(request: HttpRequest, my: MyOccasion, paper: Sheet) -> HttpResponse:
    try:
        answered = answer_occasion(
            my.treatment,
            my.occasion,
            paper.answers,
            language=paper.language,
            client_key=forms.own_key(request.POST, my.occasion.pk),
            given_by=my.person,
            by=my.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        # Another tab or the clock came between.
        told = _out_of_turn(request, my, paper.answers)
        if told is not None:
            return told
        messages.info(request, refused.messages[0])
        return redirect(_url(my))
    return _to_help(my, answered.alert) if answered.needs_help_now else redirect(_url(my))


def _out_of_turn(request: HttpRequest, my: MyOccasion, answers: Mapping[str, str]) -> HttpResponse | None:
    """The page with help when flagged answers come to what is closed or answered; None for all others."""
    told = answer_out_of_turn(
        my.treatment,
        my.occasion,
        answers,
        language=sheet(my, answers, _language()).language,
        client_key=forms.own_key(request.POST, my.occasion.pk),
        given_by=my.person,
        by=my.actor,
        at=clock.now(),
    )
    return _to_help(my, told.alert) if told is not None and told.needs_help_now else None


def _flag_unfinished(my: MyOccasion, paper: Sheet) -> Alert | None:
    return flag_unfinished(my.treatment, my.occasion, paper.answers, by=my.actor, at=clock.now())


def _to_help(my: MyOccasion, alert: Alert | None) -> HttpResponse:
    return redirect(address("help", my) + (f"?larm={alert.pk}" if alert else ""))


def _form(
    request: HttpRequest,
    my: MyOccasion,
    paper: Sheet,
    *,
    screen: int | None,
    confirm: bool = False,
    key: str = "",
    status: int = 200,
) -> HttpResponse:
    # No unread count and no menu to be led away by: one thing at a time.
    context = {**calm_frame(request, my), **form_page(my, paper, screen=screen, confirm=confirm, key=key)}
    return render(request, "treatments/questionnaire.html", context, status=status)


def _screen(request: HttpRequest) -> int | None:
    if "fraga" in request.GET:
        return forms.number(request.GET, "fraga") or 1
    return 1 if request.session.get(LAYOUT) == ONE else None


def _url(my: MyOccasion) -> str:
    return address("questionnaire", my, occasion_id=my.occasion.pk)


def _language() -> str:
    return (get_language() or "sv")[:2]
