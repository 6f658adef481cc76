"""What a system administrator sees in Django's admin: units, people, roles; never anything clinical."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikbt.accounts import confirming, granting, inviting, own_sessions, registering
from ikbt.accounts.admin_forms import PersonForm, RoleForm
from ikbt.accounts.models import CareProvider, CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.accounts.signing_in import actor
from ikbt.accounts.stepping_up import challenge
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record, record_list
from ikbt.common import clock

admin.site.site_header = _("Administration")
admin.site.site_title = _("Administration")


def by_request(request: HttpRequest) -> Actor:
    """The signed-in administrator."""
    if not isinstance(request.user, Person):
        raise TypeError("Only a signed-in person acts in the admin.")
    return actor(request, request.user, at=clock.now())


class ForAdministrators(admin.ModelAdmin[Any]):
    """Open to the role of system administrator, whatever Django's own permissions say; nothing is deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return registering.administers(request.user.pk, clock.now())

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class UnitsAdmin(ForAdministrators):
    """Providers and units; each change is logged."""

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = Entry.Action.CHANGE if change else Entry.Action.CREATE
        record(action, by=by_request(request), kind=obj._meta.model_name or "", object_id=obj.pk)


@admin.register(CareProvider)
class CareProviderAdmin(UnitsAdmin):
    list_display = ["name", "hsa_id"]


@admin.register(CareUnit)
class CareUnitAdmin(UnitsAdmin):
    list_display = ["name", "hsa_id", "level", "phone"]
    list_select_related = ["provider"]
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ["name"]}


@admin.register(Person)
class PersonAdmin(ForAdministrators):
    """People: number masked, no password, no permissions; a link to enrol is made by an action."""

    form = PersonForm
    list_display = ["name", "email", "masked_number", "is_active"]
    list_filter = ["is_active", "roles__role"]
    search_fields = ["email", "first_name", "last_name"]
    actions = ["make_invitation", "end_sessions"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["masked_number"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        shown = [name for name in PersonForm.Meta.fields if name != "is_active" or obj]
        return ["masked_number" if obj else "number", *shown]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        listed = (getattr(response, "context_data", None) or {}).get("cl")
        if listed is not None:
            shown = [person.pk for person in listed.result_list]
            record_list(by=by_request(request), kind="person", patients=shown, relation="administration")
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        record(
            Entry.Action.READ,
            by=by_request(request),
            kind="person",
            object_id=object_id,
            relation="administration",
        )
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        if not isinstance(obj, Person):
            raise TypeError("Not a person.")
        by = by_request(request)
        if change:
            registering.change_person(obj, list(form.changed_data), by=by, at=clock.now())
        else:
            registering.register(obj, number=form.cleaned_data["number"], by=by, at=clock.now())

    @admin.action(description=_("Make an invitation link"))
    def make_invitation(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        by, now = by_request(request), clock.now()
        for person in queryset:
            if not person.is_active or not inviting.may_invite(person, by=by, at=now):
                self.message_user(
                    request, _("%(name)s can't be invited by you.") % {"name": person.name}, messages.ERROR
                )
                continue
            token = inviting.invite(person, by=by, at=now)
            link = request.build_absolute_uri(reverse("accounts:choose_password", kwargs={"token": token}))
            shown = _("Link for %(name)s, good once for seven days, shown only now: %(link)s")
            self.message_user(request, shown % {"name": person.name, "link": link}, messages.SUCCESS)

    @admin.action(description=_("Sign out everywhere"))
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        by, now = by_request(request), clock.now()
        for person in queryset:
            own_sessions.end_all_of(person, by=by, at=now)
            told = _("%(name)s is signed out everywhere.") % {"name": person.name}
            self.message_user(request, told, messages.SUCCESS)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ForAdministrators):
    """Roles are given and ended, never rewritten."""

    form = RoleForm
    fields = ["person", "role", "unit"]
    autocomplete_fields = ["person"]
    list_display = ["person", "role", "unit", "starts_at", "confirmed_at", "ends_at"]
    list_filter = ["role", "unit"]
    list_select_related = ["person", "unit"]
    actions = ["confirm_roles", "end_roles"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # None: the list, whose action ends roles.
        return obj is None and self.has_module_permission(request)

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"by": by_request(request)})

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        chosen = form.cleaned_data
        given = granting.grant(
            Role(chosen["role"]),
            chosen["person"],
            unit=chosen["unit"],
            by=by_request(request),
            at=clock.now(),
        )
        obj.pk = given.pk

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return challenge(request) or super().add_view(request, form_url, extra_context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Looking is free; the list's action ends roles.
        asked = challenge(request) if request.method == "POST" else None
        return asked or super().changelist_view(request, extra_context)

    @admin.action(description=_("Confirm that the chosen roles are still needed"))
    def confirm_roles(self, request: HttpRequest, queryset: QuerySet[RoleAssignment]) -> None:
        try:
            with transaction.atomic():
                for assignment in queryset:
                    confirming.confirm_role(assignment, by=by_request(request), at=clock.now())
        except granting.NotGranted as why:
            self.message_user(request, str(why), messages.ERROR)
        else:
            self.message_user(request, _("The roles are confirmed."), messages.SUCCESS)

    @admin.action(description=_("End the chosen roles"))
    def end_roles(self, request: HttpRequest, queryset: QuerySet[RoleAssignment]) -> None:
        try:
            with transaction.atomic():
                for assignment in queryset:
                    granting.end_role(assignment, by=by_request(request), at=clock.now())
        except granting.NotGranted as why:
            self.message_user(request, str(why), messages.ERROR)
        else:
            self.message_user(request, _("The roles have ended."), messages.SUCCESS)
