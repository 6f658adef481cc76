"""The inventory as docs/inventory.md: decides its tables and their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ikbt.privacy.inventory import Declared, ModelEntry

HEAD = (
    "# Data inventory",
    "",
    "What is kept about whom, and for how long; for the record of processing (GDPR 30) and the impact",
    "assessment (GDPR 35). Made by `manage.py data_inventory --markdown` from",
    "`ikbt/privacy/data_classes.json`; a test holds file, code and this page equal. What a person's export",
    "holds and leaves out: [privacy.md](privacy.md).",
)


def as_markdown(declared: Declared) -> str:
    """The whole page."""
    return (
        "\n".join([*HEAD, *_classes(declared), *_rules(declared), *_models(declared), *_packages(declared)])
        + "\n"
    )


def _table(title: str, columns: Iterable[str], lines: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(columns)
    yield from ("", f"## {title}", "", _line(heads), _line("---" for _ in heads))
    yield from (_line(cells) for cells in lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _classes(declared: Declared) -> Iterator[str]:
    lines = (
        (key, one.about, "yes" if one.exported else "no", one.rule) for key, one in declared.classes.items()
    )
    return _table("Classes", ("Class", "What", "In the person's export", "Kept by rule"), lines)


def _rules(declared: Declared) -> Iterator[str]:
    lines = ((key, one.kept, one.source) for key, one in declared.rules.items())
    return _table("How long", ("Rule", "Kept", "Why"), lines)


def _models(declared: Declared) -> Iterator[str]:
    yield from ("", "## Our tables")
    for label, entry in declared.models.items():
        yield from (
            "",
            f"### {label}",
            "",
            _whose(entry),
            "",
            _line(("Class", "Rule", "Fields")),
            "| --- | --- | --- |",
        )
        groups: dict[tuple[str, str], list[str]] = {}
        for name, kind in entry.fields.items():
            groups.setdefault((kind, declared.rule_of(label, name)), []).append(name)
        yield from (_line((kind, rule, ", ".join(names))) for (kind, rule), names in groups.items())


def _whose(entry: ModelEntry) -> str:
    whose = (
        f"Whose: the person at {' and '.join(f'`{one}`' for one in entry.owner)}."
        if entry.owner
        else entry.nobody
    )
    return f"{whose} Drafts: rule {entry.draft_rule}." if entry.draft_rule else whose


def _packages(declared: Declared) -> Iterator[str]:
    lines = ((key, one.about, one.data_class, one.rule) for key, one in declared.packages.items())
    return _table("Tables of other packages", ("App", "What", "Class", "Rule"), lines)
