"""Files with messages: known by what they hold, kept sealed, fetched through a door as a download, never by others."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from ikbt.audit.models import Entry
from ikbt.treatments.attached_files import MOST_BYTES, accept_file
from ikbt.treatments.models import Attachment, Draft, Message
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of, url

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str = "PNG", *, exif: bytes = b"") -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (8, 6), "green").save(drawn, format=kind, **({"exif": exif} if exif else {}))
    return drawn.getvalue()


def with_a_place() -> bytes:
    """What a camera writes in: here the maker, as a mark that is easy to find."""
    exif = Image.Exif()
    exif[0x010F] = "KAMERAMARKE"
    return picture("JPEG", exif=exif.tobytes())


@pytest.mark.parametrize(
    ("name", "content", "kind", "kept_as"),
    [
        ("bild.png", picture(), "image/png", "bild.png"),
        ("Min bild.JPG", picture("JPEG"), "image/jpeg", "Min bild.jpg"),
        ("remiss.pdf", PDF, "application/pdf", "remiss.pdf"),
        ("../../etc/passwd.html", PDF, "application/pdf", "passwd.pdf"),
        ('x";\r\nSet-Cookie: a.pdf', PDF, "application/pdf", "xSet-Cookie a.pdf"),
        ("", PDF, "application/pdf", "bilaga.pdf"),
    ],
)
def test_a_file_is_known_by_its_content_and_keeps_a_plain_name(
    name: str, content: bytes, kind: str, kept_as: str
) -> None:
    accepted = accept_file(name, content)

    assert (accepted.kind, accepted.name) == (kind, kept_as)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SCRIPT,
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a" + b"\0" * 40,
        b"PK\x03\x04" + b"\0" * 40,
        b"%PDF-1.4 and then nothing",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        picture()[:40],
        b"\xff\xd8\xff" + SCRIPT,
    ],
    ids=[
        "empty",
        "script",
        "svg",
        "gif",
        "zip",
        "half a pdf",
        "no picture",
        "half a picture",
        "script as jpeg",
    ],
)
def test_what_is_no_picture_and_no_pdf_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        accept_file("bild.png", content)

    assert refused.value.code == "file"


def test_too_big_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError):
        accept_file("a.pdf", PDF + b"\0" * MOST_BYTES)
    monkeypatch.setattr("ikbt.treatments.attached_files.MOST_PIXELS", 40)
    with pytest.raises(ValidationError):
        accept_file("a.png", picture())


def test_a_picture_loses_what_the_camera_wrote_and_what_was_hidden_behind_it() -> None:
    assert b"KAMERAMARKE" in with_a_place()

    kept = accept_file("a.jpg", with_a_place() + SCRIPT).content

    assert b"KAMERAMARKE" not in kept
    assert SCRIPT not in kept


def file(content: bytes = PDF, name: str = "remiss.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def send(client: Client, cast: Cast, *files: SimpleUploadedFile, body: str = "Här är remissen.") -> str:
    data = {"body": body, "client_key": str(uuid4()), "revision": "0", "files": list(files)}
    return text_of(client.post(url(cast, "messages"), data, follow=True))


def kept(cast: Cast) -> Attachment:
    found: Attachment = Attachment.objects.get(treatment=cast.treatment)
    return found


def test_she_sends_a_file_and_her_therapist_fetches_it_as_a_download(
    cast: Cast, anna_client: Client, tove_client: Client
) -> None:
    assert "remiss.pdf" in send(anna_client, cast, file())
    where = reverse("therapist:attachment", args=[cast.treatment.pk, kept(cast).pk])

    shown = text_of(tove_client.get(reverse("therapist:messages", args=[cast.treatment.pk])))
    fetched = tove_client.get(where)

    assert where in shown
    assert fetched.content == PDF
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["Content-Disposition"] == 'attachment; filename="remiss.pdf"'
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in fetched["Content-Security-Policy"]
    assert "default-src 'none'" in fetched["Content-Security-Policy"]


def test_the_therapist_sends_one_and_she_fetches_it(
    cast: Cast, anna_client: Client, tove_client: Client
) -> None:
    data = {
        "body": "Se bilden.",
        "client_key": str(uuid4()),
        "revision": "0",
        "files": [file(picture(), "a.png")],
    }
    tove_client.post(reverse("therapist:messages", args=[cast.treatment.pk]), data)

    fetched = anna_client.get(url(cast, "attachment", kept(cast).pk))

    assert fetched["Content-Type"] == "image/png"
    assert url(cast, "attachment", kept(cast).pk) in text_of(anna_client.get(url(cast, "messages")))


def test_each_fetch_is_in_the_log(cast: Cast, anna_client: Client, tove_client: Client) -> None:
    send(anna_client, cast, file())
    tove_client.get(reverse("therapist:attachment", args=[cast.treatment.pk, kept(cast).pk]))

    logged = Entry.objects.filter(object_kind="attachment", object_id=str(kept(cast).pk)).order_by("seq")

    assert [(one.action, one.actor, one.patient) for one in logged] == [
        ("create", cast.anna.pk, cast.anna.pk),
        ("read", cast.tove.pk, cast.anna.pk),
    ]


def test_a_refused_file_sends_nothing_and_keeps_the_text(cast: Cast, anna_client: Client) -> None:
    page = send(anna_client, cast, file(), file(SCRIPT, "bild.png"), body="Det här skrev jag.")

    assert "Vi kan ta emot bilder (JPEG, PNG) och PDF. Välj en annan fil." in page
    assert "Det här skrev jag.</textarea>" in page
    assert Draft.objects.get(treatment=cast.treatment, purpose="message").body == "Det här skrev jag."
    assert not Message.objects.filter(treatment=cast.treatment).exists()
    assert not Attachment.objects.filter(treatment=cast.treatment).exists()


def test_a_therapists_refused_file_keeps_her_text(cast: Cast, tove_client: Client) -> None:
    data = {"body": "Mitt svar.", "client_key": str(uuid4()), "revision": "0", "files": [file(SCRIPT)]}

    page = text_of(tove_client.post(reverse("therapist:messages", args=[cast.treatment.pk]), data))

    assert "Mitt svar.</textarea>" in page
    assert not Message.objects.filter(treatment=cast.treatment).exists()


def test_four_files_are_too_many(cast: Cast, anna_client: Client) -> None:
    assert "Högst 3 filer" in send(anna_client, cast, *(file() for _number in range(4)))

    assert not Message.objects.filter(treatment=cast.treatment).exists()


def test_the_same_post_twice_keeps_one_file(cast: Cast, anna_client: Client) -> None:
    key = str(uuid4())
    for _time in range(2):
        data = {"body": "Hej", "client_key": key, "revision": "0", "files": [file()]}
        anna_client.post(url(cast, "messages"), data)

    assert Attachment.objects.filter(treatment=cast.treatment).count() == 1


def test_nobody_else_fetches_it_and_it_is_no_other_patients(
    cast: Cast, anna_client: Client, signed_in: SignIn
) -> None:
    send(anna_client, cast, file())
    desk = reverse("therapist:attachment", args=[cast.treatment.pk, kept(cast).pk])

    for someone in cast.outsiders:
        for where in (desk, url(cast, "attachment", kept(cast).pk)):
            assert signed_in(someone).get(where).status_code in {403, 404}
    elsewhere = reverse("therapist:attachment", args=[cast.other_treatment.pk, kept(cast).pk])
    assert signed_in(cast.olle).get(elsewhere).status_code == 404


def test_it_lies_sealed_and_goes_with_its_treatment(cast: Cast, anna_client: Client) -> None:
    send(anna_client, cast, file())
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, content FROM treatments_attachment")
        [(name, content)] = cursor.fetchall()
    assert "remiss" not in name
    assert "JVBERi" not in content

    kept(cast).message.delete()

    assert not Attachment._base_manager.exists()
