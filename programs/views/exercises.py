"""All kinds of exercises with their fields, for authors who choose one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from ikbt.accounts.models import Person
from programs.access import ANY_AUTHOR
from programs.exercises.definitions import load_all
from programs.exercises.words import label_in


@ANY_AUTHOR("GET")
def exercises(request: HttpRequest, person: Person) -> HttpResponse:
    """Each by its name, with the names that "Only these fields" takes."""
    language = get_language()
    kinds = [
        {
            "id": known.id,
            "name": label_in(known.name, language),
            "repeatable": known.repeatable,
            "fields": [
                {"name": field.name, "label": label_in(field.label, language), "required": field.required}
                for field in known.fields
            ],
        }
        for known in load_all().values()
    ]
    kinds.sort(key=lambda kind: str(kind["name"]))
    return render(request, "programs/admin/exercises.html", {"kinds": kinds})
