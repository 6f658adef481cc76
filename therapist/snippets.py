"""The unit's text templates as they stand beside a text to one patient: what the page knows is filled in."""

from __future__ import annotations

from dataclasses import dataclass

from ikbt.accounts.models import Snippet
from ikbt.treatments.access import Cared
from ikbt.treatments.placeholders import filled, unfilled


@dataclass(frozen=True)
class ReadySnippet:
    """One template for one patient; `left`: what its reader has to fill in herself."""

    title: str
    text: str
    left: list[str]


def snippets_for(cared: Cared, *, module: str = "") -> list[ReadySnippet]:
    """All of the unit's; one query."""
    values = known_values(cared, module=module)
    found = Snippet.objects.filter(unit=cared.treatment.unit_id).values_list("title", "body")
    ready = [(title, filled(body, values)) for title, body in found]
    return [ReadySnippet(title, text, unfilled(text)) for title, text in ready]


def known_values(cared: Cared, *, module: str) -> dict[str, str]:
    """What each word in braces becomes. The words are Swedish, as the templates are; docs/words.md lists them."""
    treatment = cared.treatment
    return {
        "förnamn": treatment.patient.first_name,
        "namn": treatment.patient.name,
        "behandlare": cared.staff.name,
        "enhet": treatment.unit.name,
        "telefon": treatment.unit.phone,
        "program": str(treatment.version.outline["title"]),
        "modul": module,
    }
