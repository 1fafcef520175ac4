"""Files from outside: what they are by their content, and pictures painted anew so that nothing hides in them."""

import hashlib
import io
import threading
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.errors import CalloutError, InvalidInputError
from domain.vocabulary import AttachmentKind

MAX_BYTES = 10_000_000
MAX_PIXELS = 50_000_000
"""A phone's largest pictures; unpacked, one takes 150 MB."""
LONGEST_EDGE = 4_000
THUMBNAIL_EDGE = 320
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"

_SIGNATURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_PAINTING = threading.BoundedSemaphore(2)
"""Unpacked pictures are large: two at a time, whoever else waits."""


class UploadTooLargeError(CalloutError):
    """The file is too large."""

    code = "upload_too_large"
    http_status = 413

    def __init__(self) -> None:
        super().__init__(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Send a smaller one.")


class UnknownFileError(CalloutError):
    """The content is none of the kinds of files that are kept."""

    code = "unknown_file"
    http_status = 415

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} JPEG, PNG and WebP pictures and PDF documents are kept.")


@dataclass(frozen=True)
class CleanFile:
    """A file as it may be stored.

    Attributes:
        given_sha256: Of what was sent; ``content`` differs from it where a picture was painted anew.
        width, height: Pixels; None for a document.
        thumbnail: A small JPEG; None for a document.
    """

    content: bytes
    media_type: str
    given_sha256: str
    width: int | None = None
    height: int | None = None
    thumbnail: bytes | None = None

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


async def read_limited(chunks: AsyncIterator[bytes], declared: str | None) -> bytes:
    """A body piece by piece, refused as soon as it is too large.

    Args:
        declared: The header Content-Length, if there is one.

    Raises:
        UploadTooLargeError: It is larger than ``MAX_BYTES``.
        InvalidInputError: It is empty.
    """
    if declared and declared.isdecimal() and int(declared) > MAX_BYTES:
        raise UploadTooLargeError
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise UploadTooLargeError
    if not body:
        raise InvalidInputError("body", "is empty: send the file itself, with its Content-Type")
    return bytes(body)


def clean(given: bytes, kind: AttachmentKind) -> CleanFile:
    """The file as it may be stored. Takes up to a second for a large picture, so call it in a thread.

    A picture is decoded and encoded anew: place, camera and whatever else was hidden in it are gone, and it is
    nothing but a picture. A document stays as it is; it is only ever handed out as a download.

    Raises:
        UnknownFileError: It is no picture and no PDF, or it is damaged.
        InvalidInputError: A photo or signature is no picture, or it has too many pixels.
    """
    form = _form_of(given)
    if form == "PDF":
        if kind is not AttachmentKind.DOCUMENT:
            raise InvalidInputError("kind", f"a {kind} must be a picture; this is a PDF")
        return CleanFile(given, PDF, hashlib.sha256(given).hexdigest())
    with _PAINTING:
        return _painted_anew(given, form)


def _form_of(given: bytes) -> str:
    for signature, form in _SIGNATURES:
        if given.startswith(signature):
            return form
    if given[:4] == b"RIFF" and given[8:12] == b"WEBP":
        return "WEBP"
    if given.startswith(b"%PDF-"):
        if not given.rstrip(b"\r\n\x00 ").endswith(b"%%EOF"):
            raise UnknownFileError("The PDF is cut off, or something follows it.")
        return "PDF"
    raise UnknownFileError("The content is of no kind that is known here.")


def _painted_anew(given: bytes, form: str) -> CleanFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # refused below, by our own limit
            picture = Image.open(io.BytesIO(given), formats=[form])
        if picture.width * picture.height > MAX_PIXELS:
            raise InvalidInputError(
                "body", f"has more than {MAX_PIXELS // 1_000_000} million pixels; send a smaller one"
            )
        picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a large JPEG is unpacked smaller at once
        upright = ImageOps.exif_transpose(picture)
        plain = _plain(upright, form)
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnknownFileError("The picture is damaged.") from error
    plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    content = _encoded(plain, form)
    small = plain.convert("RGB") if "A" not in plain.getbands() else _on_white(plain)
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    return CleanFile(
        content,
        FORMATS[form],
        hashlib.sha256(given).hexdigest(),
        plain.width,
        plain.height,
        _encoded(small, "JPEG"),
    )


def _plain(picture: Image.Image, form: str) -> Image.Image:
    """The pixels alone, in colours that every browser shows; of a moving picture the first one."""
    transparent = form != "JPEG" and ("A" in picture.getbands() or "transparency" in picture.info)
    converted = picture.convert("RGBA" if transparent else "RGB")
    plain = Image.new(converted.mode, converted.size)
    plain.paste(converted)
    return plain


def _on_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _encoded(picture: Image.Image, form: str) -> bytes:
    output = io.BytesIO()
    if form == "PNG":
        picture.save(output, form, optimize=False)
    else:
        picture.save(output, form, quality=85)
    return output.getvalue()
