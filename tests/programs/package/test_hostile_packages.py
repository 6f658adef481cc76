"""A hostile package is refused with a sentence that names the place, and nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from django.conf import LazySettings
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from ikbt.audit.models import Entry
from ikbt.common import clock
from programs.models import UnitPage
from programs.package.bringing_in import import_package
from programs.package.reading import opened_package
from programs.shapes import Misshapen
from tests.programs.conftest import Folder
from tests.programs.package.packing import FIRST, OTHER_KEY, PUBLIC, Package, packed, with_flag

Spoil = Callable[[Package], None]


def edited(change: Callable[[Any], object], name: str = FIRST) -> Spoil:
    """A document of the package changed by one whom we trust."""

    def spoil(package: Package) -> None:
        document = package.document(name)
        change(document)
        package.put(name, document)
        package.vouch()

    return spoil


def block(document: Any) -> Any:
    return document["steps"][0]["blocks"][0]


def written(name: str, data: bytes) -> Spoil:
    """A file of the package replaced, or one more, by one whom we trust."""

    def spoil(package: Package) -> None:
        package.files[name] = data
        package.vouch()

    return spoil


def many_steps(document: Any) -> None:
    document["steps"] = [{**deepcopy(document["steps"][0]), "key": f"s{n}"} for n in range(10_000)]


def twice(package: Package) -> None:
    package.more.append((FIRST, b"{}"))


def linked(package: Package) -> None:
    package.links.add(FIRST)


def bomb(package: Package) -> None:
    package.files[FIRST] = b" " * 50_000_000
    package.compressed.add(FIRST)
    package.vouch()


def changed_after_signing(package: Package) -> None:
    package.files[FIRST] = package.files[FIRST].replace("Börja".encode(), b"Sluta")


def without(name: str) -> Spoil:
    """One file fewer, by one whom we trust."""

    def spoil(package: Package) -> None:
        del package.files[name]
        package.vouch()

    return spoil


def lost_manifest(package: Package) -> None:
    del package.files["manifest.json"]


def lost(package: Package) -> None:
    del package.files[FIRST]


def not_named(package: Package) -> None:
    package.files["program/99-mer.json"] = b"{}"


def signed_by_another_manifest(package: Package) -> None:
    manifest = package.document("manifest.json")
    manifest["program"] = "annat"
    package.put("manifest.json", manifest)


def many_files(package: Package) -> None:
    for number in range(1001):
        package.files[f"program/m{number}.json"] = b"{}"


SPOILT: list[tuple[str, Spoil, str]] = [
    (
        "unknown block",
        edited(lambda d: block(d).update(type="iframe")),
        r"01-borja\.json.*blocks, number 1.*'iframe'",
    ),
    ("script", edited(lambda d: block(d).update(html="<script>x</script>")), r"html holds <script>"),
    ("handler", edited(lambda d: block(d).update(html='<p onload="x">x</p>')), r"the attribute onload"),
    (
        "script in a title",
        edited(lambda d: d.update(title="\x00<script>")),
        r"01-borja\.json, title holds a character",
    ),
    (
        "script link",
        edited(lambda d: block(d).update(html='<p><a href="javascript:x">x</a></p>')),
        r"a link to javascript",
    ),
    (
        "another unit's id",
        edited(lambda d: d.update(unit_id="1")),
        r"01-borja\.json has the unknown key 'unit_id'",
    ),
    ("a page's id", edited(lambda d: d.update(page=1), "program/program.json"), r"unknown key 'page'"),
    (
        "a picture by number",
        edited(lambda d: d["steps"][0]["blocks"].append({"type": "image", "image": 1})),
        r"blocks, number \d lacks alt",
    ),
    ("10,000 steps", edited(many_steps), r"01-borja\.json' is larger than|steps must be a list"),
    (
        "endless number",
        edited(lambda d: d.update(practice_minutes_per_week=10**400)),
        r"practice_minutes_per_week must be",
    ),
    (
        "longest number",
        written(FIRST, b'{"key": ' + b"9" * 10_000 + b"}"),
        r"01-borja\.json can't be read as JSON",
    ),
    ("no number", written(FIRST, b'{"key": NaN}'), r"01-borja\.json"),
    ("bad UTF-8", written(FIRST, b'{"key": "\xff"}'), r"01-borja\.json can't be read as JSON"),
    ("deep JSON", written(FIRST, b"[" * 100_000), r"01-borja\.json can't be read as JSON"),
    ("path out", written("program/../../x.json", b"{}"), r"'program/\.\./\.\./x\.json' has no place"),
    ("absolute path", written("/etc/passwd", b"x"), r"'/etc/passwd' has no place"),
    ("backslashes", written("program\\x.json", b"{}"), r"has no place"),
    ("a program that runs", written("program/x.py", b"x"), r"'program/x\.py' has no place"),
    (
        "medium under another name",
        written(f"program/media/{'a' * 64}.svg", b"<svg/>"),
        r"isn't called by its hash",
    ),
    (
        "no questionnaire",
        written("questionnaires/phq-9.json", b'{"resourceType": "Bundle"}'),
        r"questionnaires/phq-9\.json isn't a FHIR",
    ),
    (
        "another licence",
        edited(lambda d: d.update(program="Egen"), "licences.json"),
        r"licences\.json, program is another",
    ),
    ("no licences", without("licences.json"), r"licences\.json is missing"),
    ("name twice", twice, r"01-borja\.json' stands twice"),
    ("link", linked, r"01-borja\.json' is a link"),
    ("zip bomb", bomb, r"01-borja\.json' is compressed"),
    ("wrong hash", changed_after_signing, r"01-borja\.json' has another hash"),
    ("lost file", lost, r"01-borja\.json' is named in manifest\.json, but is missing"),
    ("file that isn't named", not_named, r"99-mer\.json' isn't named"),
    ("another's signature", signed_by_another_manifest, r"signature\.json isn't the signature"),
    ("1,000 files more", many_files, r"holds more than 1000 files"),
    ("no manifest", lost_manifest, r"manifest\.json is missing"),
]


IDS = [name for name, *_ in SPOILT]


def read(data: bytes, *, accept_unsigned: bool = False) -> str | None:
    """Who has signed it; raises Misshapen."""
    trusted = {"Region Test": PUBLIC}
    with opened_package(BytesIO(data), trusted=trusted, accept_unsigned=accept_unsigned) as opened:
        return opened.signer


@pytest.mark.parametrize(("spoil", "sentence"), [(spoil, said) for _, spoil, said in SPOILT], ids=IDS)
def test_it_is_refused_with_its_place(folder: Folder, spoil: Spoil, sentence: str) -> None:
    package = Package.of(packed(folder))
    spoil(package)

    with pytest.raises(Misshapen, match=sentence):
        read(package.zipped())


def test_an_honest_one_is_read(folder: Folder) -> None:
    """Else the tests above would pass with a reader that refuses everything."""
    assert read(packed(folder)) == "Region Test"
    assert read(Package.of(packed(folder)).zipped()) == "Region Test"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "can't be read as a zip"),
        (b"PK\x03\x04 nothing more", "can't be read as a zip"),
        (b"{}", "can't be read as a zip"),
    ],
)
def test_what_is_no_zip_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Misshapen, match=sentence):
        read(data)


def test_an_encrypted_zip_is_refused(folder: Folder) -> None:
    with pytest.raises(Misshapen, match="is encrypted"):
        read(with_flag(packed(folder), 0x1))


def test_a_zip_that_was_cut_off_is_refused(folder: Folder) -> None:
    data = packed(folder)

    for end in (len(data) // 2, len(data) - 5):
        with pytest.raises(Misshapen, match="can't be read as a zip"):
            read(data[:end])


def test_a_zip_whose_two_lists_differ_is_refused(folder: Folder) -> None:
    data = packed(folder)
    # The name in front of the content; the list at the end says what it said.
    spoilt = data.replace(b"program/01-borja.json", b"program/01-bxrja.json", 1)

    with pytest.raises(Misshapen):
        read(spoilt)


@pytest.mark.parametrize("key", ["", OTHER_KEY], ids=["unsigned", "unknown signer"])
def test_without_a_trusted_signer_it_is_refused_unless_accepted(folder: Folder, key: str) -> None:
    data = packed(folder, key=key)

    with pytest.raises(Misshapen, match="signed by nobody that is trusted"):
        read(data)
    assert read(data, accept_unsigned=True) is None


def test_a_wrong_signature_is_never_accepted(folder: Folder) -> None:
    package = Package.of(packed(folder))
    signed_by_another_manifest(package)

    with pytest.raises(Misshapen, match=r"signature\.json isn't the signature"):
        read(package.zipped(), accept_unsigned=True)


def stored() -> list[int]:
    """How much there is of everything that an import could leave."""
    models = (Page, Revision, get_image_model(), get_document_model(), Entry)
    return [model._base_manager.count() for model in models]


@pytest.mark.django_db
def test_nothing_of_any_of_them_is_stored(
    folder: Folder, alfa_page: UnitPage, settings: LazySettings
) -> None:
    settings.PROGRAM_TRUSTED_KEYS = {"Region Test": PUBLIC}
    honest, before = packed(folder), stored()
    for name, spoil, _ in SPOILT:
        package = Package.of(honest)
        spoil(package)

        with pytest.raises(Misshapen):
            import_package(BytesIO(package.zipped()), unit_page=alfa_page, by=None, at=clock.now())

        assert stored() == before, name
