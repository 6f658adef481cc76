"""Editors see, bring and take out instruments of their own unit; nobody else finds them, nor another unit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from fhir.resources.R4B.questionnaire import Questionnaire

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.common import clock
from measurements.models import UnitNumbers, UnitWording
from measurements.unit_instruments import instruments_of
from programs.site_tree import ensure_site
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client
from tests.measurements.invented import swedish, swedish_fhir

pytestmark = pytest.mark.django_db
NAMES = ("instruments", "instrument_bring")
OF_ONE = ("instrument", "instrument_fhir", "instrument_numbers")


def addresses(unit: CareUnit, slug: str = "isi") -> dict[str, str]:
    """All addresses of a unit's instruments, by name."""
    found = {name: reverse(name, args=[unit.slug]) for name in NAMES}
    return {**found, **{name: reverse(name, args=[unit.slug, slug]) for name in OF_ONE}}


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def sent(content: bytes, **more: Any) -> dict[str, Any]:
    """The form as filled in; the file is in it unless `content` is empty."""
    fields = {
        "instrument": "",
        "language": "sv",
        "licence_holder": "Morin",
        "licence_note": "Avtal 2026",
        "valid_from": clock.today().isoformat(),
        **more,
    }
    return {**fields, "file": SimpleUploadedFile("isi.json", content)} if content else fields


@pytest.fixture
def editor(cast: Cast) -> Client:
    return signed_in_client(cast.editor)


@pytest.fixture
def publisher(cast: Cast) -> Client:
    return signed_in_client(cast.publisher)


@pytest.fixture(autouse=True)
def in_swedish(cast: Cast) -> Any:
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    with translation.override("sv"):
        yield


def test_the_menu_leads_to_the_units_own_list(editor: Client, cast: Cast) -> None:
    assert reverse("instrument_list") in text(editor, "/admin/")
    assert editor.get(reverse("instrument_list")).headers["Location"] == addresses(cast.alfa)["instruments"]


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("isi", ["under 8", "<dd>6 (Yang", "ingen summa när något saknas"]),
        (
            "phq-9",
            ["högst 2, medelvärdet av de andra", "fråga 9: bevaka 1, hög 2–3", "<strong>Svenska</strong>"],
        ),
        ("gad-7", ["en konvention, inte publicerad"]),
        ("lsas-sr", ["minst 28 procent bättre"]),
    ],
)
def test_every_number_that_decides_what_a_score_means_stands_on_the_page(
    slug: str, words: list[str], editor: Client, cast: Cast
) -> None:
    page = text(editor, addresses(cast.alfa, slug)["instrument"])

    assert [word for word in words if word not in page] == []


def test_the_list_says_languages_terms_and_what_can_be_asked(editor: Client, cast: Cast) -> None:
    page = " ".join(text(editor, addresses(cast.alfa)["instruments"]).split())

    assert "Svenska (ej verifierad)" in page
    assert "kräver rättighetshavarens tillstånd" in page
    assert page.count("saknar ordalydelse") == 15


def test_a_page_shows_the_questions_as_a_patient_meets_them(editor: Client, cast: Cast) -> None:
    page = text(editor, addresses(cast.alfa, "phq-9")["instrument"])

    assert "Lite intresse eller glädje i att göra saker" in page
    assert "stora svårigheter har dessa problem" in page
    assert "No permission required" in page
    assert addresses(cast.alfa, "phq-9")["instrument_numbers"] not in page


def test_the_download_is_a_valid_questionnaire(editor: Client, cast: Cast) -> None:
    response = editor.get(addresses(cast.alfa, "gad-7")["instrument_fhir"])

    assert response.headers["Content-Disposition"] == 'attachment; filename="gad-7.json"'
    assert Questionnaire.model_validate(json.loads(response.content)).id == "gad-7"


def test_a_file_is_shown_first_and_stored_when_confirmed(editor: Client, cast: Cast) -> None:
    address = addresses(cast.alfa)["instrument_bring"]
    shown = editor.post(address, sent(swedish_fhir("isi")))

    page = shown.content.decode()
    assert "Påhittad fråga isi-q1" in page
    assert not UnitWording.objects.exists()

    stored = editor.post(address, {**sent(b""), "content": shown.context["form"].text, "confirm": "1"})

    assert stored.headers["Location"] == addresses(cast.alfa)["instrument"]
    row = UnitWording.objects.get()
    assert (row.unit, row.slug, row.imported_by, row.verified) == (cast.alfa, "isi", cast.editor, False)
    assert "Påhittad fråga isi-q1" in text(editor, addresses(cast.alfa)["instrument"])
    assert "sv" in instruments_of(cast.alfa, on=clock.today())["isi"].languages


def test_a_refused_file_says_the_place_and_keeps_what_was_typed(editor: Client, cast: Cast) -> None:
    broken = json.loads(swedish("isi"))
    broken["items"].pop()
    page = editor.post(addresses(cast.alfa)["instrument_bring"], sent(json.dumps(broken).encode()))

    assert "isi-q7" in page.content.decode()
    assert "Avtal 2026" in page.content.decode()
    assert not UnitWording.objects.exists()


def test_a_missing_field_keeps_the_file(editor: Client, cast: Cast) -> None:
    page = editor.post(addresses(cast.alfa)["instrument_bring"], sent(swedish("isi"), licence_holder=""))

    assert "Filen är kvar" in page.content.decode()
    assert page.context["form"].text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Välj en fil"),
        (b"{", "är inte JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "är inte JSON"),
        (b'{"resourceType": "Patient"}', "inte ett FHIR Questionnaire"),
        (b" " * (1024 * 1024 + 1), "1024 kB"),
    ],
)
def test_bad_files_get_a_sentence(editor: Client, cast: Cast, content: bytes, words: str) -> None:
    page = editor.post(addresses(cast.alfa)["instrument_bring"], sent(content))

    assert page.status_code == 200
    assert words in page.content.decode()


def test_a_publisher_signs_numbers_and_the_page_says_who_and_why(publisher: Client, cast: Cast) -> None:
    one = addresses(cast.alfa, "gad-7")
    sheet = publisher.get(one["instrument_numbers"]).context["form"]
    values = {name: sheet[name].value() for name in sheet.fields}

    done = publisher.post(one["instrument_numbers"], {**values, "cut_off": "10", "reason": "Beslut 2026:4"})

    assert done.headers["Location"] == one["instrument"]
    assert UnitNumbers.objects.get().numbers == {"cut_off": 10}
    page = text(publisher, one["instrument"])
    assert "Beslut 2026:4" in page
    assert str(cast.publisher) in page


def test_numbers_off_the_scale_are_refused_and_stay_in_the_form(publisher: Client, cast: Cast) -> None:
    page = publisher.post(
        addresses(cast.alfa, "gad-7")["instrument_numbers"], {"cut_off": "40", "reason": "x"}
    )

    assert "Gränsvärdet måste ligga mellan 0 och 21." in page.content.decode()
    assert 'value="40"' in page.content.decode()
    assert not UnitNumbers.objects.exists()


def test_an_editor_may_not_sign_numbers(editor: Client, cast: Cast) -> None:
    assert editor.get(addresses(cast.alfa)["instrument_numbers"]).status_code == 404


def outsiders(cast: Cast) -> list[Person]:
    """Everybody but those who write for Alfa."""
    return [
        cast.anna, cast.tove, cast.kim, cast.olle, cast.manager, cast.auditor, cast.administrator,
        give(person("Berit", "Utgivare"), Role.PUBLISHER, cast.beta),
    ]  # fmt: skip


def test_nobody_else_finds_a_units_instruments(cast: Cast) -> None:
    for someone in outsiders(cast):
        client = signed_in_client(someone)
        for address in addresses(cast.alfa).values():
            for response in (client.get(address), client.post(address, sent(swedish("isi"), confirm="1"))):
                assert response.status_code in {403, 404, 405}, (someone, address)
    assert not UnitWording.objects.exists()


def test_one_who_is_not_signed_in_is_sent_to_sign_in(cast: Cast) -> None:
    for address in addresses(cast.alfa).values():
        assert Client().get(address).status_code in {302, 403}


def test_one_units_wording_is_not_seen_at_another(editor: Client, cast: Cast) -> None:
    form = sent(swedish("isi"), confirm="1")
    editor.post(addresses(cast.alfa)["instrument_bring"], form)
    assert UnitWording.objects.count() == 1
    elsewhere = signed_in_client(give(person("Berit", "Utgivare"), Role.PUBLISHER, cast.beta))
    own = addresses(cast.beta)

    for name in ("instrument", "instrument_fhir", "instruments"):
        assert "Påhittad" not in text(elsewhere, own[name])
        assert "Morin: Avtal" not in text(elsewhere, own[name])


def test_an_unknown_unit_or_instrument_is_a_missing_page(editor: Client, cast: Cast) -> None:
    assert editor.get(reverse("instruments", args=["ingen"])).status_code == 404
    assert editor.get(reverse("instrument", args=[cast.alfa.slug, "horoskop"])).status_code == 404
