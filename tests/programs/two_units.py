"""Alfa's editors at work in every state Wagtail knows, with a marked word in all they write; Beta's beside them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db.models import Q
from PIL import Image as Drawing
from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import (
    Comment,
    CommentReply,
    GroupApprovalTask,
    Page,
    PageLogEntry,
    PageSubscription,
    PageViewRestriction,
    Revision,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowTask,
)

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.models import ModulePage, ProgramPage, UnitPage
from programs.site_tree import editors_group, ensure_site, unit_collection
from tests.cast import Cast, give, person

# What is searched for: every marked word begins so and goes on with more letters.
MARK = "kanarie"
STATES = ("draft", "newer", "moderated", "scheduled", "locked", "restricted", "deleted")


def marked(word: str) -> str:
    """A word of Alfa's that must be found nowhere else."""
    return f"{MARK}{word}"


@dataclass
class Work:
    """One unit's pages and things in Wagtail, by state or kind."""

    pages: dict[str, Page] = field(default_factory=dict)
    revisions: dict[str, Revision] = field(default_factory=dict)
    module: ModulePage | None = None
    image: Any = None
    document: Any = None
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass
class TwoUnits:
    """Both units' work, and the two who write at Alfa: Edit now, and Mirja until she moved to Beta."""

    alfa: Work
    beta: Work
    moved: Person


def two_units(cast: Cast) -> TwoUnits:
    """Make it all."""
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    cast.editor.last_name = marked("namn")
    cast.editor.save(update_fields=["last_name"])
    moved = give(person("Mirja", "Flyttad"), Role.PUBLISHER, cast.beta)
    alfa = Work()
    _shelve(alfa, cast, moved)
    page = UnitPage.objects.get(unit=cast.alfa)
    alfa.ids["unit_page"] = page.pk
    for state in STATES:
        _write(alfa, page, state, cast.editor, moved)
    _take_further(alfa, cast, moved)
    return TwoUnits(alfa, _betas(cast, moved), moved)


def picture() -> bytes:
    """A tiny PNG."""
    drawn = BytesIO()
    Drawing.new("RGB", (2, 2)).save(drawn, "PNG")
    return drawn.getvalue()


def steps(text: str, image: Any = None, document: Any = None) -> str:
    """A module's steps as Wagtail stores them."""
    blocks: list[dict[str, Any]] = [{"type": "text", "value": {"html": f"<p>{text}</p>"}}]
    if image is not None:
        shown = {"image": image.pk, "alt": f"{text}alt", "caption": ""}
        blocks.append({"type": "image", "value": shown})
    if document is not None:
        heard = {"file": document.pk, "caption": f"{text}ljud", "transcript": text}
        blocks.append({"type": "audio", "value": heard})
    step = {"key": "m01-s01", "title": f"{text}steg", "blocks": blocks}
    return json.dumps([{"type": "step", "value": step}])


def _shelve(work: Work, cast: Cast, moved: Person) -> None:
    shelf = unit_collection(cast.alfa)
    work.image = get_image_model().objects.create(
        title=marked("bild"),
        file=ContentFile(picture(), f"{marked('bildfil')}.png"),
        collection=shelf,
        uploaded_by_user=moved,
    )
    work.image.get_rendition("max-165x165")
    work.document = get_document_model().objects.create(
        title=marked("ljud"),
        file=ContentFile(b"ID3\x04", f"{marked('ljudfil')}.mp3"),
        collection=shelf,
        uploaded_by_user=moved,
    )
    work.ids["upload"] = UploadedFile.objects.create(
        file=ContentFile(picture(), f"{marked('halvfil')}.png"),
        uploaded_by_user=cast.editor,
        for_content_type=ContentType.objects.get_for_model(get_image_model()),
    ).pk
    work.ids["collection"] = shelf.pk


def _write(work: Work, parent: UnitPage, state: str, editor: Person, moved: Person) -> None:
    page = ProgramPage(
        title=marked(f"titel{state}"),
        slug=marked(f"adress{state}"),
        key=f"nyckel-{state}",
        summary=marked(f"text{state}"),
        live=state in {"newer", "restricted"},
        owner=moved,
    )
    UnitPage.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision(user=moved, log_action=True)
    page.title, page.summary = marked(f"nytitel{state}"), marked(f"nytext{state}")
    later = clock.now() + timedelta(days=3) if state == "scheduled" else None
    work.revisions[state] = page.save_revision(
        user=editor, log_action=True, approved_go_live_at=later, changed=True
    )
    work.pages[state] = page


def _take_further(work: Work, cast: Cast, moved: Person) -> None:
    draft = work.pages["draft"]
    module = ModulePage(
        title=marked("modul"), slug=marked("moduladress"), key="m01", goal=marked("mal"), owner=moved
    )
    module.steps = steps(marked("stegtext"), work.image, work.document)
    ProgramPage.objects.get(pk=draft.pk).add_child(instance=module)
    work.revisions["module"] = module.save_revision(user=cast.editor, log_action=True)
    work.module = module
    _discuss(draft, cast.editor, moved)
    _moderate(work, cast, moved)
    locked = ProgramPage.objects.get(pk=work.pages["locked"].pk)
    locked.locked, locked.locked_by, locked.locked_at = True, moved, clock.now()
    locked.save()
    work.ids["restriction"] = PageViewRestriction.objects.create(
        page=work.pages["restricted"], restriction_type="password", password=marked("losen")
    ).pk
    work.ids["session"] = EditingSession.objects.create(
        user=cast.editor, content_object=draft, last_seen_at=clock.now(), is_editing=True
    ).pk
    work.ids["alias"] = draft.create_alias(update_slug=marked("alias"), user=None).pk
    gone = work.pages["deleted"]
    log(instance=gone, action="wagtail.delete", user=moved, deleted=True, title=marked("raderad"))
    ProgramPage.objects.get(pk=gone.pk).delete()


def _discuss(page: Page, editor: Person, moved: Person) -> None:
    said = Comment.objects.create(
        page=page, user=editor, text=marked("kommentar"), contentpath="summary", position=""
    )
    CommentReply.objects.create(comment=said, user=moved, text=marked("svar"))
    PageSubscription.objects.create(page=page, user=moved, comment_notifications=True)


def _moderate(work: Work, cast: Cast, moved: Person) -> None:
    task = GroupApprovalTask.objects.create(name=marked("uppgift"))
    task.groups.add(editors_group(cast.beta), editors_group(cast.alfa))
    flow = Workflow.objects.create(name=marked("flode"))
    WorkflowTask.objects.create(workflow=flow, task=task, sort_order=0)
    state = flow.start(ProgramPage.objects.get(pk=work.pages["moderated"].pk), moved)
    current = TaskState.objects.get(workflow_state=state)
    current.comment = marked("flodeskommentar")
    current.save()
    work.ids |= {"task": task.pk, "workflow": flow.pk, "state": state.pk, "task_state": current.pk}


def _betas(cast: Cast, moved: Person) -> Work:
    work = Work()
    shelf = unit_collection(cast.beta)
    work.image = get_image_model().objects.create(
        title="Betas bild", file=ContentFile(picture(), "beta.png"), collection=shelf
    )
    work.document = get_document_model().objects.create(
        title="Betas ljud", file=ContentFile(b"ID3\x04", "beta.mp3"), collection=shelf
    )
    page = ProgramPage(title="Betas program", slug="betas", key="betas", summary="Text.", live=False)
    UnitPage.objects.get(unit=cast.beta).add_child(instance=page)
    module = ModulePage(title="Betas modul", slug="modul", key="m01", goal="Mål.", live=False)
    module.steps = steps("Betas text")
    ProgramPage.objects.get(pk=page.pk).add_child(instance=module)
    work.revisions["draft"] = module.save_revision(user=moved)
    work.pages["draft"], work.module = page, module
    return work


def fingerprint(cast: Cast) -> str:
    """A hash over all of Alfa's rows in Wagtail; equal hashes mean that nothing of hers was changed."""
    top = UnitPage.objects.get(unit=cast.alfa)
    ids = [str(pk) for pk in Page.objects.descendant_of(top, inclusive=True).values_list("pk", flat=True)]
    shelf = Q(collection__name=cast.alfa.slug)
    of_pages = Q(page__path__startswith=top.path)
    rows = [
        Page.objects.filter(pk__in=ids).values_list(),
        ProgramPage.objects.filter(pk__in=ids).values_list("pk", "key", "summary"),
        ModulePage.objects.filter(pk__in=ids).values_list("pk", "key", "goal"),
        Revision.objects.filter(object_id__in=ids).values_list("pk", "content", "approved_go_live_at"),
        Comment.objects.filter(of_pages).values_list(),
        PageViewRestriction.objects.filter(of_pages).values_list(),
        PageLogEntry.objects.filter(page_id__in=ids).values_list("pk", "action"),
        TaskState.objects.values_list(),
        Workflow.objects.values_list(),
        GroupApprovalTask.objects.values_list("pk", "name", "active"),
        UploadedFile.objects.values_list("pk", "file"),
        EditingSession.objects.filter(object_id__in=ids).values_list("pk", "user"),
        get_image_model().objects.filter(shelf).values_list(),
        get_document_model().objects.filter(shelf).values_list(),
        editors_group(cast.alfa).permissions.values_list("pk"),
        Person.objects.order_by("pk").values_list("pk", "email", "password", "is_active", "is_superuser"),
        Person.groups.through.objects.values_list("person", "group"),
    ]
    found = [sorted(map(repr, one)) for one in rows]
    return hashlib.sha256(repr(found).encode()).hexdigest()
