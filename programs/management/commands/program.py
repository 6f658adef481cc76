"""manage.py program export|pack|import|check|schema: programs as packages and folders."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from ikbt.common import clock
from ikbt.common.whole_files import whole_file
from programs.freezing import freeze
from programs.importing import import_program
from programs.models import ProgramPage, ProgramVersion, UnitPage
from programs.package.bringing_in import KIND, import_package, trusted_keys
from programs.package.checking import Report, check
from programs.package.content import Content, content_of_draft, content_of_files, content_of_version
from programs.package.layout import as_json, schemas
from programs.package.reading import opened_package
from programs.package.writing import write_folder, write_package
from programs.program_file import ProgramFiles, read_program
from programs.shapes import Misshapen

SCHEMAS = settings.BASE_DIR / "docs" / "program-package"


class Command(BaseCommand):
    """Each says in a sentence what it did or why it refused; refusal has exit code 1 and stores nothing."""

    help = "Programs as signed packages or plain folders: export, pack, import, check, schema."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand each."""
        commands = parser.add_subparsers(dest="deed", required=True)
        export = commands.add_parser("export", help="a released version, or a draft, to a file or a folder")
        export.add_argument("key", help="the program's key")
        export.add_argument("--unit", required=True, help="the care unit's slug")
        export.add_argument("--to", type=Path, required=True, help="the file, or the folder with --folder")
        which = export.add_mutually_exclusive_group()
        which.add_argument("--version", dest="number", help="such as 2.1; the newest when left out")
        which.add_argument("--draft", action="store_true", help="what the authors saved last")
        export.add_argument("--folder", action="store_true", help="as a plain folder, to work with in git")
        pack = commands.add_parser("pack", help="an author's folder to a package")
        pack.add_argument("path", type=Path)
        pack.add_argument("--to", type=Path, required=True, help="the file")
        bring = commands.add_parser("import", help="a package or a folder, as drafts")
        bring.add_argument("path", type=Path)
        bring.add_argument("--unit", required=True, help="the care unit's slug")
        bring.add_argument(
            "--accept-unsigned", action="store_true", help="you know yourself where it comes from"
        )
        bring.add_argument(
            "--replace", action="store_true", help="what authors have saved since may be put aside"
        )
        look = commands.add_parser("check", help="words, minutes, LIX, findings and licences")
        look.add_argument(
            "path", type=Path, nargs="*", help="packages or folders; all shipped ones when none"
        )
        look.add_argument("--json", action="store_true")
        schema = commands.add_parser("schema", help="write the JSON Schemas")
        schema.add_argument("--to", type=Path, default=SCHEMAS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one deed that was asked for."""
        deeds = {
            "export": self._export,
            "pack": self._pack,
            "import": self._import,
            "check": self._check,
            "schema": self._schema,
        }
        try:
            deeds[options["deed"]](options)
        except Misshapen as refused:
            raise CommandError(str(refused)) from refused

    def _export(self, options: dict[str, Any]) -> None:
        content, named = _content(options)
        self._written(content, named, options["to"], folder=options["folder"])

    def _pack(self, options: dict[str, Any]) -> None:
        files = read_program(options["path"])
        self._written(content_of_files(files), f"{files.program['key']} from a folder", options["to"])

    def _written(self, content: Content, named: str, target: Path, *, folder: bool = False) -> None:
        try:
            _write(target, content, folder=folder)
        except OSError as error:
            raise CommandError(f"{target} can't be written: {error.strerror}.") from error
        record(Entry.Action.EXPORT, by=SYSTEM, kind=KIND, reason=named)
        signed = "" if folder or settings.PROGRAM_SIGNING_KEY else " It isn't signed."
        self.stdout.write(f"{named} is in {target}.{signed}")

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["path"]
        accepted, replaces = options["accept_unsigned"], options["replace"]
        page = _unit_page(options["unit"])
        if path.is_dir():
            if not accepted:
                raise Misshapen("The folder", "isn't signed: --accept-unsigned says that you know it")
            draft = import_program(path, unit_page=page, by=None, at=clock.now(), replaces=replaces)
        else:
            with _file(path).open("rb") as source:
                draft = import_package(
                    source,
                    unit_page=page,
                    by=None,
                    at=clock.now(),
                    accept_unsigned=accepted,
                    replaces=replaces,
                )
        self.stdout.write(f"{draft.title}: the drafts are as in {path}. Nothing is published.")

    def _check(self, options: dict[str, Any]) -> None:
        paths = options["path"] or sorted(
            one.parent for one in settings.DATA_DIR_PROGRAMS.glob("*/program.json")
        )
        reports = [_report(path) for path in paths]
        if options["json"]:
            self.stdout.write(json.dumps([one.as_data() for one in reports], ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n\n".join(map(_said, reports)))
        if any(one.stops for one in reports):
            raise CommandError("Something stops publishing; see above.")

    def _schema(self, options: dict[str, Any]) -> None:
        options["to"].mkdir(parents=True, exist_ok=True)
        for name, schema in schemas().items():
            (options["to"] / name).write_bytes(as_json(schema))
        self.stdout.write(f"{len(schemas())} schemas are in {options['to']}.")


def _write(target: Path, content: Content, *, folder: bool) -> None:
    if folder:
        write_folder(target, content)
        return
    # Whole or not at all: a package that was cut off must not look like one.
    with whole_file(target) as out:
        write_package(out, content, key=settings.PROGRAM_SIGNING_KEY)


def _unit_page(slug: str) -> UnitPage:
    page: UnitPage | None = UnitPage.objects.filter(unit__slug=slug).first()
    if page is None:
        raise CommandError(f"There is no care unit {slug!r} with a page of its own.")
    return page


def _file(path: Path) -> Path:
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return path


def _content(options: dict[str, Any]) -> tuple[Content, str]:
    key, unit = options["key"], options["unit"]
    if options["draft"]:
        draft = ProgramPage.objects.child_of(_unit_page(unit)).filter(key=key).first()
        if draft is None:
            raise CommandError(f"The unit {unit!r} has no draft {key!r}.")
        return content_of_draft(freeze(draft)), f"The draft of {key}"
    versions = ProgramVersion.objects.filter(program__unit__slug=unit, program__key=key)
    if options["number"]:
        found = next((one for one in versions if one.number == options["number"]), None)
    else:
        found = versions.first()
    if found is None:
        raise CommandError(f"The unit {unit!r} has no such version of {key!r}.")
    return content_of_version(found), f"{key} {found.number}"


@contextmanager
def _files(path: Path) -> Iterator[ProgramFiles]:
    if path.is_dir():
        yield read_program(path)
        return
    with (
        _file(path).open("rb") as source,
        opened_package(source, trusted=trusted_keys(), accept_unsigned=True) as opened,
    ):
        yield opened.files


def _report(path: Path) -> Report:
    try:
        with _files(path) as files:
            return check(files, today=clock.today())
    except Misshapen as refused:
        # Of several, which one.
        raise CommandError(f"{path}: {refused}") from refused


def _said(report: Report) -> str:
    rows = [
        f"{one.words:>7} {one.minutes:>8} {one.lix:>4}  {one.title}"
        for one in (*report.modules, report.whole)
    ]
    found = [f"  {'STOPS' if one.stops else 'look '} {one}" for one in report.problems]
    notices = [f"  {slug}: {notice}" for slug, notice in report.licences["questionnaires"].items()]
    return "\n".join(
        [
            report.title,
            "  words  minutes  LIX",
            *rows,
            "Findings:",
            *(found or ["  none"]),
            f"Licence: {report.licences['program']}",
            *notices,
        ]
    )
