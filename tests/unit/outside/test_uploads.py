"""Uploads are what their content says, and pictures are painted anew."""

import io

import pytest
from PIL import Image

from api.uploads import MAX_BYTES, UnknownFileError, UploadTooLargeError, clean, read_limited
from domain.errors import InvalidInputError
from domain.vocabulary import AttachmentKind
from tests.unit.outside.pictures import PDF, a_bomb, a_photo, a_photo_with_a_place

PHOTO = AttachmentKind.PHOTO


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content))


def test_a_photo_loses_its_place_and_stands_upright() -> None:
    given = a_photo_with_a_place()
    assert b"Camera of Erika" in given

    file = clean(given, PHOTO)

    assert b"Camera of Erika" not in file.content
    assert not opened(file.content).getexif()
    assert (file.width, file.height) == (480, 640)
    assert file.given_sha256 != file.sha256


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_the_type_is_what_the_content_says(form: str, kind: str) -> None:
    file = clean(a_photo(form), PHOTO)
    assert (file.media_type, opened(file.content).format) == (kind, form)
    assert max(opened(file.thumbnail).size) == 320


def test_what_hides_behind_a_picture_is_gone() -> None:
    for hidden in (b"PK\x03\x04 a program", b"<script>alert(1)</script>"):
        file = clean(a_photo() + hidden, PHOTO)
        assert hidden not in file.content


def test_what_hides_in_the_text_of_a_picture_is_gone() -> None:
    given = a_photo("PNG", pnginfo=_text("Comment", "<?php evil ?>"))
    assert b"<?php evil ?>" in given
    assert b"<?php evil ?>" not in clean(given, PHOTO).content


def test_a_signature_keeps_its_transparency_and_shows_on_white() -> None:
    file = clean(a_photo("PNG", (300, 100), mode="RGBA"), AttachmentKind.SIGNATURE)
    assert opened(file.content).mode == "RGBA"
    assert opened(file.thumbnail).getpixel((5, 5)) != (0, 0, 0)


def test_a_picture_in_palette_or_print_colours_is_shown_by_every_browser() -> None:
    palette = io.BytesIO()
    Image.new("P", (20, 20)).save(palette, "PNG")
    assert opened(clean(palette.getvalue(), PHOTO).content).mode == "RGB"
    print_colours = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(print_colours, "JPEG")
    assert opened(clean(print_colours.getvalue(), PHOTO).content).mode == "RGB"


def test_a_huge_photo_is_kept_smaller() -> None:
    file = clean(a_photo(size=(6_000, 4_500)), PHOTO)
    assert max(file.width or 0, file.height or 0) <= 4_000


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises((UnknownFileError, InvalidInputError)):
        clean(a_bomb(), PHOTO)
    with pytest.raises(InvalidInputError, match="more than 50 million pixels"):
        clean(a_bomb(10_000, 8_000), PHOTO)


@pytest.mark.parametrize(
    "given",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + b"\x00" * 100,
        b"MZ" + b"\x00" * 100,
        b"PK\x03\x04",
        a_photo()[:200],
        b"\xff\xd8\xff" + b"nonsense" * 10,
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        PDF[:20],
        PDF + b"PK\x03\x04 something behind it",
        b" " + PDF,
    ],
)
def test_everything_else_is_refused(given: bytes) -> None:
    with pytest.raises(UnknownFileError):
        clean(given, AttachmentKind.DOCUMENT)


def test_a_document_stays_as_it_is_and_is_no_photo() -> None:
    file = clean(PDF, AttachmentKind.DOCUMENT)
    assert (file.content, file.media_type, file.thumbnail) == (PDF, "application/pdf", None)
    with pytest.raises(InvalidInputError, match="must be a picture"):
        clean(PDF, PHOTO)


async def test_a_body_is_refused_as_soon_as_it_is_too_large() -> None:
    read = 0

    async def chunks():
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1_000_000

    with pytest.raises(UploadTooLargeError):
        await read_limited(chunks(), None)
    assert read == MAX_BYTES // 1_000_000 + 1
    with pytest.raises(UploadTooLargeError):
        await read_limited(chunks(), str(MAX_BYTES + 1))
    assert read == MAX_BYTES // 1_000_000 + 1


async def test_an_empty_body_is_said_so() -> None:
    async def nothing():
        yield b""

    with pytest.raises(InvalidInputError, match="is empty"):
        await read_limited(nothing(), "0")


def _text(key: str, value: str) -> object:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text(key, value)
    return info
