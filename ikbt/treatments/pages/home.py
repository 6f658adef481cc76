"""What a patient meets when she comes in: today's one step, what is due, what is new, and her modules."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ikbt.common.clock import local_date, week_of
from ikbt.treatments.access import Mine
from ikbt.treatments.models import Feedback, ModuleProgress, TreatmentEvent
from ikbt.treatments.pages.away import therapist_away
from ikbt.treatments.pages.consent import information_waits
from ikbt.treatments.pages.course import course_now
from ikbt.treatments.pages.frame import address
from ikbt.treatments.pages.tailored import choices_among_modules, offers_to_her
from ikbt.treatments.pages.waiting import names_in, reason
from ikbt.treatments.paths import Way, way_of
from ikbt.treatments.recalling import hidden_of
from ikbt.treatments.releasing import what_is_missing
from ikbt.treatments.unlocking import Condition, Unmet
from measurements.models import Occasion
from measurements.storing import definition_of
from programs.tailoring.path import AUTO, guards_of

Outline = Mapping[str, Any]
# So long is it news that somebody else is her therapist now.
TELLS_OF_NEW_THERAPIST = timedelta(days=14)


@dataclass(frozen=True)
class NextStep:
    """Where the one big button leads; `hands_in`: to the module's page, for no step is left."""

    url: str
    title: str
    module: str
    minutes: int
    begun: bool
    hands_in: bool = False


@dataclass(frozen=True)
class Due:
    """A questionnaire to answer; `late` when its day has passed."""

    url: str
    title: str
    about: str
    due_on: object
    late: bool
    begun: bool
    note: str = ""


def home(mine: Mine, *, unread: int, at: datetime) -> dict[str, object]:
    """Everything on the start page; the number of queries doesn't grow with modules or steps."""
    treatment = mine.treatment
    way = way_of(treatment)
    progress, modules = way.opened, [*way.path, *way.beside]
    hidden = hidden_of(treatment)
    running = treatment.is_running
    return {
        "next_step": next_step(mine, way, hidden) if running else None,
        "due": due_questionnaires(mine, at=at),
        "offers": offers_to_her(mine, way),
        "choices": choices_among_modules(mine, way),
        "tasks": module_tasks(mine, way, hidden, at=at),
        "diaries": to_fill_in(mine, way, hidden) if running else [],
        "unread_feedback": unread_feedback(mine, modules),
        "unread_messages": unread,
        "information_waits": information_waits(treatment),
        "course_now": course_now(treatment, at=at),
        "has_new_therapist": has_new_therapist(mine, at=at),
        "away": therapist_away(mine, at=at),
        "week": max(1, week_of(treatment.starts_on, local_date(at))),
        "weeks": treatment.weeks_planned(treatment.version.outline),
        "all_handed_in": bool(progress) and all(row.submitted_at for row in progress.values()),
        "awaits_feedback": any(row.submitted_at and row.feedback_at is None for row in progress.values()),
    }


def next_step(mine: Mine, way: Way, hidden: Container[str] = ()) -> NextStep | None:
    """In the first module that is not handed in: the step she was at last, its first undone one, or its end."""
    for module in way.path:
        row = way.opened.get(module["key"])
        if row is not None and row.submitted_at is None and module["key"] not in hidden:
            step = current_step(way, module, row)
            if step is None:
                url = address("module", mine, module_key=module["key"]) + "#hand-in"
                return NextStep(url, _("All steps are done"), module["title"], 0, begun=True, hands_in=True)
            return NextStep(
                url=address("step", mine, module_key=module["key"], step_key=step["key"]),
                title=step["title"],
                module=module["title"],
                minutes=step["minutes"],
                begun=has_begun(row),
            )
    return None


def has_begun(row: ModuleProgress) -> bool:
    """Whether she has written or finished anything in the module."""
    return bool(row.steps_done or row.last_step)


def current_step(way: Way, module: Outline, row: ModuleProgress) -> Outline | None:
    """The step worked at last when it is not done, else the first undone one that isn't optional; None when all are."""
    undone = [step for step in way.steps(module) if step["key"] not in row.steps_done]
    last = next((step for step in undone if step["key"] == row.last_step), None)
    return last or next((step for step in undone if not way.is_optional(module, step)), None)


def due_questionnaires(mine: Mine, *, at: datetime) -> list[Due]:
    """Open occasions, oldest first."""
    found = Occasion.objects.open(at).to_patient().filter(series=mine.treatment.series_id)
    return [
        Due(
            url=address("questionnaire", mine, occasion_id=occasion.pk),
            title=occasion_title(occasion),
            about=about(occasion),
            due_on=occasion.due_at,
            late=occasion.due_at < at,
            begun=bool(occasion.draft),
            note=occasion.note or "",
        )
        for occasion in found.select_related("instrument").order_by("opens_at", "id")
    ]


def about(occasion: Occasion) -> str:
    """What a questionnaire asks about, so that two of one day are told apart."""
    named = definition_of(occasion.instrument).about
    return named.get((get_language() or "sv")[:2], named["en"])


def occasion_title(occasion: Occasion) -> str:
    """What the occasion is called on her screen."""
    if occasion.kind == Occasion.Kind.WEEKLY:
        return _("This week's questions")
    titles = {
        Occasion.Kind.SCREENING: _("Questions before you apply"),
        Occasion.Kind.PRE: _("Questions before you start"),
        Occasion.Kind.MID: _("Questions halfway"),
        Occasion.Kind.POST: _("Questions after the treatment"),
        Occasion.Kind.FOLLOW_UP: _("Follow-up questions"),
    }
    return titles.get(Occasion.Kind(occasion.kind), _("Questions"))


def module_tasks(
    mine: Mine, way: Way, hidden: Container[str] = (), *, at: datetime
) -> list[dict[str, object]]:
    """The module list as components/task_list.html takes it; what is locked says why."""
    following = way.next_module
    waiting = locked_because(mine, way, at=at) if following and mine.treatment.is_running else []
    tasks: list[dict[str, object]] = []
    for module in [*way.path, *way.beside]:
        row = way.opened.get(module["key"])
        task: dict[str, object] = {
            "title": module["title"],
            "minutes": 0,
            "url": "",
            "note": "",
            "status": "locked",
        }
        if row is not None:
            task["url"] = address("module", mine, module_key=module["key"])
            task["status"], task["note"] = module_state(way, module, row)
            if module["key"] in hidden:
                task["status"], task["note"] = "ready", _("Can't be read for now. Open it to see why.")
        elif module is following:
            task["note"] = " ".join(waiting)
        elif module["key"] in way.held:
            task["note"] = reason(Condition(Unmet.HELD_BY_HAND), {})
        else:
            task["note"] = opens_after(way, module)
        tasks.append(task)
    return [*tasks, *left_out_tasks(way)]


def left_out_tasks(way: Way) -> list[dict[str, object]]:
    """What her therapist has left out, said as plainly as the rest."""
    note = _("Not part of your treatment now. Ask your therapist if you want to read it.")
    return [
        {"title": module["title"], "minutes": 0, "url": "", "note": note, "status": "left_out"}
        for module in way.left_out
    ]


def opens_after(way: Way, module: Outline) -> str:
    """Which modules come before a locked one."""
    titles = [before["title"] for before in guards_of(way.path, module["key"])]
    if len(titles) == 1:
        return _("Opens after “%(title)s”.") % {"title": titles[0]}
    listed = ", ".join(f"“{title}”" for title in titles)
    return _("Opens after all of these: %(titles)s.") % {"titles": listed}


def module_state(way: Way, module: Outline, row: ModuleProgress) -> tuple[str, str]:
    """State for the mark, and the state in words."""
    if row.feedback_at is not None:
        return "done", _("Your therapist has given feedback.")
    if row.submitted_at is not None:
        return "done", _("Handed in. Your therapist will read it and write to you.")
    asked = {step["key"] for step in way.steps(module) if not way.is_optional(module, step)}
    done, steps = len(set(row.steps_done) & asked), len(asked)
    if not done:
        state = "current" if has_begun(row) else "ready"
        return state, ngettext("%(steps)d step", "%(steps)d steps", steps) % {"steps": steps}
    words = _("%(done)d of %(steps)d steps done") % {"done": done, "steps": steps}
    return "current", words


def locked_because(mine: Mine, way: Way, *, at: datetime) -> list[str]:
    """What stands between her and the next module, one sentence each."""
    missing = what_is_missing(mine.treatment, at=at, way=way)
    following = way.next_module
    if not missing:
        alone = following is not None and following["unlock"]["release"] == AUTO
        return [_("It opens by itself.") if alone else _("All is done: your therapist opens it for you.")]
    names = names_in(way.outline)
    left = [condition for condition in missing if condition.kind is Unmet.EXERCISE_MISSING]
    found = [reason(each, names) for each in missing if each.kind is not Unmet.EXERCISE_MISSING]
    if len(left) == 1:
        found.append(reason(left[0], names))
    elif left:
        # The module's own page names them one by one.
        found.append(_("%(number)d exercises are left to do.") % {"number": len(left)})
    return found


def to_fill_in(mine: Mine, way: Way, hidden: Container[str] = ()) -> list[dict[str, object]]:
    """Diaries and other exercises of open modules that want several entries and have too few."""
    return [
        {
            "title": step["title"],
            "url": address("step", mine, module_key=module["key"], step_key=step["key"]) + "#ovning",
            "have": way.entries.get(step["key"], 0),
            "need": step["required_count"],
        }
        for module in way.path
        if (row := way.opened.get(module["key"])) is not None and row.submitted_at is None
        if module["key"] not in hidden
        for step in way.steps(module)
        if is_diary_to_fill(way, module, step)
    ]


def is_diary_to_fill(way: Way, module: Outline, step: Outline) -> bool:
    """It wants several entries, has too few, and is not hers to leave out."""
    needed = step["required_count"] if step["exercise"] and not way.is_optional(module, step) else 0
    return needed > 1 and way.entries.get(step["key"], 0) < needed


def has_new_therapist(mine: Mine, *, at: datetime) -> bool:
    """Whether her responsible therapist has changed lately; one query."""
    changed = TreatmentEvent.objects.filter(
        treatment=mine.treatment,
        kind=TreatmentEvent.Kind.THERAPIST_CHANGED,
        at__gt=at - TELLS_OF_NEW_THERAPIST,
    )
    return changed.exists()


def unread_feedback(mine: Mine, modules: Sequence[Outline]) -> list[dict[str, str]]:
    """Modules with feedback that she has not read."""
    keys = set(
        Feedback.objects.filter(treatment=mine.treatment, read_at=None).values_list("module_key", flat=True)
    )
    return [
        {"title": module["title"], "url": address("module", mine, module_key=module["key"]) + "#aterkoppling"}
        for module in modules
        if module["key"] in keys
    ]
