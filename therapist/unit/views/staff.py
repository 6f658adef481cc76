"""Who works at the unit: the list, a role given or ended, and somebody new."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.adding import Colleague, add_colleague
from ikbt.accounts.confirming import confirm_role
from ikbt.accounts.granting import NotGranted, end_role, grant
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from therapist.unit.access import A_MANAGERS_UNITS, A_STAFF_ROLE, UnitsRole
from therapist.unit.forms import ColleagueForm, RoleForm
from therapist.unit.frame import unit_frame
from therapist.unit.staff import colleagues, responsible_for, staff_rows, units_of


@A_MANAGERS_UNITS("GET")
def staff(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Everybody and their roles."""
    rows = staff_rows(desk, at=clock.now())
    due = [row for row in rows if row.is_due]
    context = {**unit_frame(request, desk), "rows": rows, "due": due}
    return render(request, "therapist/unit/staff.html", context)


@A_MANAGERS_UNITS("GET", "POST")
@fresh()
def give(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """One more role for somebody who works here."""
    at = clock.now()
    form = RoleForm(request.POST or None, units=units_of(desk), people=colleagues(desk, at=at))
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            grant(form.given_role, person, unit=form.given_unit, by=desk.actor, at=at)
        except NotGranted as why:
            form.add_error(None, str(why))
        else:
            told = _("%(name)s has the role. It takes a new sign-in to use it.")
            messages.success(request, told % {"name": person.name})
            return redirect("unit:staff")
    return render(request, "therapist/unit/give_role.html", {**unit_frame(request, desk), "form": form})


@A_MANAGERS_UNITS("GET", "POST")
@fresh()
def add(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Somebody new, with a link to invite her that is shown once."""
    form = ColleagueForm(request.POST or None, units=units_of(desk))
    context = {**unit_frame(request, desk), "form": form}
    if form.is_valid():
        said = form.cleaned_data
        colleague = Colleague(said["email"], said["first_name"], said["last_name"], said["title"])
        try:
            added = add_colleague(
                colleague, form.given_role, unit=form.given_unit, by=desk.actor, at=clock.now()
            )
        except NotGranted as why:
            form.add_error(None, str(why))
        else:
            if added.token:
                link = reverse("accounts:choose_password", kwargs={"token": added.token})
                shown = {"colleague": added.person, "link": request.build_absolute_uri(link)}
                return render(request, "therapist/unit/invited.html", {**context, **shown})
            messages.success(
                request, _("%(name)s has the role, and signs in as before.") % {"name": added.person.name}
            )
            return redirect("unit:staff")
    return render(request, "therapist/unit/add_colleague.html", context)


@A_STAFF_ROLE("GET", "POST")
@fresh()
def end(request: HttpRequest, at: UnitsRole) -> HttpResponse:
    """Says what follows, then ends it at once."""
    role = at.assignment
    if request.method == "POST":
        try:
            end_role(role, by=at.actor, at=clock.now())
        except NotGranted as why:
            messages.error(request, str(why))
        else:
            messages.success(
                request, _("The role has ended. %(name)s is signed out.") % {"name": role.person.name}
            )
        return redirect("unit:staff")
    patients = sum(
        number
        for (therapist, unit), number in responsible_for(at.units).items()
        if (therapist, unit) == (role.person_id, role.unit_id)
    )
    context = {**unit_frame(request, at), "role": role, "patients": patients}
    return render(request, "therapist/unit/end_role.html", context)


@A_STAFF_ROLE("POST")
@fresh()
def confirm(request: HttpRequest, at: UnitsRole) -> HttpResponse:
    """Says that the role is still needed."""
    try:
        role = confirm_role(at.assignment, by=at.actor, at=clock.now())
    except NotGranted as why:
        messages.error(request, str(why))
    else:
        told = _("The role %(role)s of %(name)s is confirmed.")
        messages.success(request, told % {"role": role.get_role_display(), "name": at.assignment.person.name})
    return redirect("unit:staff")
