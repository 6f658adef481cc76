"""Doors: decides how a view gets its object - fetched, permitted and logged at once, or the 404 of a missing page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from rules.predicates import Predicate, always_allow

T = TypeVar("T")
P = ParamSpec("P")
View = Callable[..., HttpResponseBase]

# A door logs what is read; what is written is logged by the verb that writes, in its own transaction.
READING = frozenset({"GET", "HEAD"})
# What the row shown behind a door is about; the access table is grouped by it.
PUBLIC, ACCOUNT, PATIENT, CONTENT, LOG, SYSTEM = "public", "account", "patient", "content", "log", "system"


@dataclass(frozen=True)
class Door(Generic[T]):
    """Who may come in and what they get.

    `opens(request, **kwargs)` returns the object or raises Http404 (foreign and missing look the same) or
    PermissionDenied; it also writes the audit read. It is called with the URL arguments named in `takes`,
    which the view then does not get; the view gets the object as its second argument. `rule` names the
    predicates that `opens` decides by; the access table shows them.
    """

    name: str
    data: str
    who: str
    opens: Callable[..., T]
    takes: tuple[str, ...] = ()
    rule: Predicate | None = None

    def __call__(
        self, *methods: str
    ) -> Callable[[Callable[Concatenate[HttpRequest, T, P], HttpResponse]], View]:
        """`@MY_TREATMENT("GET", "POST")` above a view."""
        allowed = methods or ("GET",)

        def decorate(view: Callable[Concatenate[HttpRequest, T, P], HttpResponse]) -> View:
            @wraps(view)
            def entered(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
                if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                    return HttpResponseNotAllowed(allowed)
                opened = self.opens(request, **{name: kwargs.pop(name) for name in self.takes})
                return view(request, opened, **kwargs)  # type: ignore[call-arg]

            entered.door = self  # type: ignore[attr-defined]
            entered.methods = allowed  # type: ignore[attr-defined]
            return entered

        return decorate


def _anyone(request: HttpRequest) -> None:
    return None


ANYONE: Door[None] = Door(
    name="anyone", data=PUBLIC, who="anyone, signed in or not", opens=_anyone, rule=always_allow
)
