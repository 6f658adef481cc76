"""A small program that uses every form of tailoring."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.programs.conftest import FIRST, PROGRAM, SECOND

Document = dict[str, Any]


def text_step(key: str, **more: object) -> Document:
    """A step to read."""
    return {"key": key, "title": f"Steg {key}", "blocks": [{"type": "text", "html": "<p>Läs.</p>"}], **more}


def tailored() -> tuple[Document, Document, Document]:
    """The program file and two modules, with each kind of rule once."""
    program, first, second = deepcopy(PROGRAM), deepcopy(FIRST), deepcopy(SECOND)
    program["subtypes"] = [
        {"key": "washing", "title": "Tvätt", "about": "Rädsla för smitta."},
        {"key": "checking", "title": "Kontroll"},
    ]
    program["choices"] = [
        {
            "key": "vag",
            "title": "Välj väg",
            "least": 1,
            "most": 2,
            "options": [
                {"key": "a", "title": "Den första", "modules": ["m01"]},
                {
                    "key": "b",
                    "title": "Den andra",
                    "about": "Kort.",
                    "modules": ["m02"],
                    "suggest": {"when": [{"entries": "m01-s02", "at_least": 1}], "match": "any"},
                },
            ],
        }
    ]
    first["steps"] += [
        text_step("m01-s03", only_for=["washing", "checking"]),
        text_step(
            "m01-s04",
            show={"when": [{"instrument": "phq-9", "at_least": 0, "at_most": 9}], "otherwise": "hidden"},
        ),
        text_step("m01-s05"),
    ]
    first["choices"] = [
        {
            "key": "fokus",
            "title": "Välj fokus",
            "about": "Du kan byta.",
            "least": 1,
            "most": 1,
            "options": [
                {"key": "x", "title": "Ett", "steps": ["m01-s04"]},
                {"key": "y", "title": "Två", "steps": ["m01-s05"]},
            ],
        }
    ]
    second["unlock"] |= {
        "release": "auto",
        "weekly": False,
        "after": ["m01"],
        "hold": {"when": [{"step": "m01-s02", "field": "mood", "at_most": 2}], "say": "Ring först."},
        "offers": [
            {
                "key": "tidigt",
                "does": "early",
                "who": "patient",
                "when": [
                    {"instrument": "gad-7", "above": "phq-9"},
                    {"step": "m01-s02", "field": "block", "equals": "morning"},
                ],
                "match": "any",
                "after": ["m01"],
                "say": "Den kan passa redan nu.",
            },
            {
                "key": "byt",
                "does": "replace",
                "who": "therapist",
                "instead": "m01",
                "when": [{"instrument": "gad-7", "at_most": 4}],
            },
        ],
    }
    return program, first, second
