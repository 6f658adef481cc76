"""Walks every route of Wagtail's with another unit's ids and tells what leaked, changed or broke."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ikbt.accounts.models import Person
from programs.editor_access import sync_editor_access
from programs.models import ModulePage
from tests.architecture.routes import Route, routes
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.programs.two_units import MARK, TwoUnits, Work, fingerprint, marked

EXAMPLE = ModulePage._meta.get_field("steps").stream_block.child_blocks["step"]
# What an address needs besides its path to be there at all.
ASKED = {"wagtailadmin_block_preview": f"?id={EXAMPLE.definition_prefix}"}
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
# The word that is asked for is echoed; what follows it is known to Alfa alone.
LEAK = re.compile(rf"{MARK}\w+", re.IGNORECASE)
ELSEWHERE = "https://ond.example/"
PUBLIC, COMPARE = "wagtail_serve", "wagtailadmin_pages:revisions_compare"
# Wagtail's form for an address breaks on a post without its field, before it has looked anything up.
BREAKS_WHEN_EMPTY = {"wagtailadmin_choose_page_external_link"}
# Answered by ikbt.accounts at the same address, which comes first.
OURS = {
    "wagtailadmin_logout",
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailcore_login",
    "wagtailcore_authenticate_with_password",
}
# There by a redirect to our own page about oneself.
ONESELF = {"wagtailadmin_account"}
Fill = dict[str, Any] | tuple[Any, ...]


@dataclass(frozen=True)
class Try:
    """One address with Alfa's ids in it."""

    name: str
    path: str


def wagtails() -> list[Route]:
    """The routes of Wagtail's that have no door of ours."""
    return [
        route
        for route in routes()
        if route.door is None and (route.path.startswith(("admin/", "_util/")) or route.name == PUBLIC)
    ]


def tries(route: Route, both: TwoUnits, cast: Cast) -> list[Try]:
    """The route's addresses, one for each combination of ids worth trying; empty when it can't be filled."""
    found = []
    for fill in _fills(route, both, cast):
        given = {"args": fill} if isinstance(fill, tuple) else {"kwargs": fill}
        try:
            found.append(Try(route.name, reverse(route.name, **given) + ASKED.get(route.name, "")))
        except NoReverseMatch:
            continue
    return found


def _fills(route: Route, both: TwoUnits, cast: Cast) -> Iterator[Fill]:
    alfa, beta = both.alfa, both.beta
    if route.name == COMPARE:
        yield from _comparisons(alfa, beta)
        return
    names = [name for _kind, name in ARGUMENT.findall(route.path)]
    if route.name == PUBLIC:
        yield from ((page.url_path.removeprefix("/start/"),) for page in alfa.pages.values())
        return
    if not names:
        yield {}
        return
    known = _known(alfa, cast)
    # A name that is not known would be a new version's: the crawl's own test lists it.
    if not set(names) <= set(known) | PAGE_NAMES | {"pk", "revision_id"}:
        return
    for page, revision in _pages(alfa, beta, names):
        for pk in _keys(route, alfa, cast) if "pk" in names else [0]:
            every = {**known, **dict.fromkeys(PAGE_NAMES, page), "revision_id": revision, "pk": pk}
            yield from _choices({name: every[name] for name in names})


PAGE_NAMES = {
    "page_id",
    "parent_page_id",
    "page_to_move_id",
    "destination_id",
    "page_pk",
    "object_id",
}


def _pages(alfa: Work, beta: Work, names: list[str]) -> Iterator[tuple[Any, Any]]:
    if not PAGE_NAMES & set(names):
        yield 0, 0
        return
    for state, page in alfa.pages.items():
        yield page.pk, alfa.revisions[state].pk
    assert alfa.module is not None
    yield alfa.module.pk, alfa.revisions["module"].pk
    yield alfa.ids["alias"], alfa.revisions["draft"].pk
    yield alfa.ids["unit_page"], 1
    # One's own page with another's revision, and the other way round.
    if "revision_id" in names:
        assert beta.module is not None
        yield beta.module.pk, alfa.revisions["module"].pk
        yield alfa.module.pk, beta.revisions["draft"].pk


def _known(alfa: Work, cast: Cast) -> dict[str, Any]:
    models = ["programs/programpage", "programs/modulepage", "accounts/person", "wagtailimages/image"]
    models += ["wagtaildocs/document", "wagtailcore/page", "wagtailcore/workflow"]
    acts = ["delete", "publish", "unpublish", "move", "copy", "approve", "reject", "revert_to_page_revision"]
    acts += ["create_alias", "convert_alias", "add_to_collection", "add_tags", "assign_role"]
    return {
        "app_label": models,
        "app_name": models,
        "content_type_app_name": models,
        "model_name": "",
        "content_type_model_name": "",
        "action": acts,
        "action_name": acts,
        "image_id": alfa.image.pk,
        "document_id": alfa.document.pk,
        "doc_id": alfa.document.pk,
        "uploaded_file_id": alfa.ids["upload"],
        "collection_id": alfa.ids["collection"],
        "workflow_pk": alfa.ids["workflow"],
        "workflow_state_id": alfa.ids["state"],
        "task_id": alfa.ids["task"],
        "task_state_id": alfa.ids["task_state"],
        "session_id": alfa.ids["session"],
        "page_view_restriction_id": alfa.ids["restriction"],
        "filter_spec": "original",
        "document_filename": marked("ljudfil.mp3"),
        "uidb64": "AA",
        "token": "set-password",
    }


def _choices(fill: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One filling for each entry of its list; "app/model" fills two arguments."""
    listed = next((name for name, value in fill.items() if isinstance(value, list)), None)
    if listed is None:
        yield fill
        return
    for one in fill[listed]:
        changed = {**fill, listed: one}
        if "/" in one:
            app, model = one.split("/")
            second = next(name for name in fill if name.endswith("model_name"))
            changed |= {listed: app, second: model}
        yield from _choices(changed)


def _keys(route: Route, alfa: Work, cast: Cast) -> list[Any]:
    """What `pk` means differs: by the route's path."""
    owners = [
        ("admin/users/", cast.editor.pk),
        ("admin/groups/", cast.editor.groups.values_list("pk", flat=True).first() or 1),
        ("admin/collections/", alfa.ids["collection"]),
        ("admin/workflows/tasks/", alfa.ids["task"]),
        ("admin/workflows/", alfa.ids["workflow"]),
        ("admin/images/", alfa.image.pk),
        ("admin/documents/", alfa.document.pk),
        ("admin/api/main/^images", alfa.image.pk),
        ("admin/api/main/^documents", alfa.document.pk),
        ("admin/sites/", 1),
    ]
    found = [key for start, key in owners if route.path.startswith(start)]
    return found[:1] or [page.pk for page in alfa.pages.values()]


def _comparisons(alfa: Work, beta: Work) -> Iterator[tuple[Any, ...]]:
    assert alfa.module is not None
    assert beta.module is not None
    for state, page in alfa.pages.items():
        yield page.pk, "earliest", alfa.revisions[state].pk
        yield page.pk, "live", "latest"
    yield beta.module.pk, "earliest", alfa.revisions["module"].pk
    yield beta.module.pk, alfa.revisions["module"].pk, "latest"


def questions(both: TwoUnits, cast: Cast) -> list[str]:
    """Query strings that Wagtail's lists, choosers and reports take, with Alfa's ids and the marked word."""
    alfa = both.alfa
    draft, module = alfa.pages["draft"], alfa.module
    assert module is not None
    return [
        f"?q={MARK}",
        f"?q={MARK}&search_all=1",
        f"?query={MARK}&search={MARK}",
        f"?term={MARK}&q={MARK}&ordering=title",
        f"?q={MARK}&content_type=programs.programpage",
        "?search_all=1&has_child_pages=false&ordering=-latest_revision_created_at",
        f"?owner={both.moved.pk}&search_all=1",
        f"?edited_by={cast.editor.pk}&owner={cast.editor.pk}&user={cast.editor.pk}",
        f"?site=1&search_all=1&q={MARK}",
        f"?collection_id={alfa.ids['collection']}&q={MARK}",
        f"?id={alfa.image.pk}&id={alfa.document.pk}&id={draft.pk}",
        f"?child_of={draft.get_parent().pk}&fields=*&for_explorer=1&limit=20",
        f"?descendant_of={draft.get_parent().pk}&fields=*&search={MARK}",
        f"?parent_page_id={draft.pk}&page_type=wagtailcore.page&user_perms=copy_to",
        f"?p=1&format=json&parent={draft.pk}&dest={draft.pk}",
        "?export=csv",
        "?export=xlsx",
        f"?next={ELSEWHERE}",
        f"?link_text=a&link_url=/&html_path=/{marked('adressnewer')}/",
    ]


def hostile_post(both: TwoUnits, cast: Cast) -> dict[str, Any]:
    """Alfa's ids under every name that a form of Wagtail's might read them by."""
    alfa = both.alfa
    draft, revision = alfa.pages["draft"], alfa.revisions["draft"]
    return {
        "title": "Övertagen",
        "slug": "overtagen",
        "new_title": "Övertagen",
        "new_slug": "overtagen",
        "new_parent_page": draft.pk,
        "parent_page": draft.pk,
        "chosen_parent": draft.pk,
        "chosen_page": draft.pk,
        "chooser": draft.pk,
        "page": draft.pk,
        "pages": draft.pk,
        "id": draft.pk,
        "image": alfa.image.pk,
        "document": alfa.document.pk,
        "collection": alfa.ids["collection"],
        "workflow": alfa.ids["workflow"],
        "groups": 1,
        "is_superuser": "on",
        "is_active": "on",
        "restriction_type": "none",
        "password": marked("losen"),
        "comment": "x",
        "revision": revision.pk,
        "revision_id": revision.pk,
        "action-publish": "1",
        "action-start-workflow": "1",
        "position": "0",
        "url": f"/{marked('adressnewer')}/",
        "external-link-chooser-url": f"/alfa/{marked('adressnewer')}/",
        "next": ELSEWHERE,
        "return_url": ELSEWHERE,
    }


def faults_of(client: Client, attempt: Try, both: TwoUnits, cast: Cast, before: str) -> list[str]:
    """What goes wrong with one address: a marked word, a way out of the site, a fault, a change."""
    reached = [
        (asked, _answer(client, *asked, cast))
        for asked in (("GET", attempt.path, {}), ("POST", attempt.path, hostile_post(both, cast)))
    ]
    # Where the address is missing no view has run, whatever is asked of it.
    if any(response.status_code != 404 for _asked, (response, _after) in reached):
        more: list[tuple[str, str, dict[str, Any]]] = [("HEAD", attempt.path, {})]
        more += [] if attempt.name in BREAKS_WHEN_EMPTY else [("POST", attempt.path, {})]
        more += [("GET", attempt.path + question, {}) for question in questions(both, cast)]
        reached += [(asked, _answer(client, *asked, cast)) for asked in more]
    found = []
    for (method, path, data), (response, after) in reached:
        told = f"{attempt.name}: {method} {path}: {response.status_code}"
        found += [f"{told} tells {word}" for word in words_of(response) - words_in(path, data)]
        found += [f"{told} leads to {ELSEWHERE}"] if leads_away(response) else []
        found += [f"{told} changes Alfa's rows"] if after and after != before else []
        found += [told] if response.status_code >= 500 else []
    return found


def is_there(client: Client, attempt: Try) -> bool:
    """Whether a view answers there, to reading or to writing."""
    return any(_answer(client, method, attempt.path, {})[0].status_code != 404 for method in ("GET", "POST"))


def _answer(
    client: Client, method: str, path: str, data: dict[str, Any], cast: Cast | None = None
) -> tuple[Any, str]:
    """What comes back, and Alfa's fingerprint after a post that met a view; nothing of it stays."""
    # A way out of the admin would end the crawl's own session.
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = ask(client, method, path, data)
        met = cast is not None and method == "POST" and response.status_code != 404
        after = fingerprint(cast) if met and cast else ""
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, after


def ask(client: Client, method: str, path: str, data: dict[str, Any]) -> Any:
    """The answer; a view that raises counts as 500."""
    call: Callable[..., Any] = getattr(client, method.lower())
    return call(path, data, HTTP_ACCEPT="text/html") if data else call(path, HTTP_ACCEPT="text/html")


def words_of(response: Any) -> set[str]:
    """Marked words in body or headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return words_in(body.decode("utf-8", "replace") + repr(list(response.items())))


def words_in(*texts: object) -> set[str]:
    """Marked words; one that was asked with tells nothing when it comes back."""
    return set(LEAK.findall(repr(texts)))


def leads_away(response: Any) -> bool:
    """Whether the browser would be sent to another site."""
    return bool(response.headers.get("Location", "").startswith(ELSEWHERE))


def client_of(someone: Person) -> Client:
    sync_editor_access(someone)
    client = signed_in_client(someone)
    client.raise_request_exception = False
    return client


def crawl(someone: Person, both: TwoUnits, cast: Cast, only: Iterable[str] = ()) -> str:
    """All faults, a line each; empty when there is none."""
    client, before = client_of(someone), fingerprint(cast)
    names = set(only) or {route.name for route in wagtails()}
    return "\n".join(
        fault
        for route in wagtails()
        if route.name in names
        for attempt in tries(route, both, cast)
        for fault in faults_of(client, attempt, both, cast, before)
    )


def met(someone: Person, both: TwoUnits, cast: Cast, *, fillings: int = 1) -> set[str]:
    """Names of Wagtail's routes that answer her with anything but a missing page, asked with so many fillings each.

    One does for who is no editor: that is decided before any id is looked at.
    """
    client = client_of(someone)
    return {
        route.name
        for route in wagtails()
        if route.path.startswith("admin/") and route.name not in OURS
        if any(is_there(client, attempt) for attempt in tries(route, both, cast)[:fillings])
    }
