"""Files that people and attackers send."""

import io
import struct
import zlib

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def a_photo(form: str = "JPEG", size: tuple[int, int] = (640, 480), *, mode: str = "RGB", **save: object) -> bytes:
    output = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 128)[: len(mode)]).save(output, form, **save)
    return output.getvalue()


def a_photo_with_a_place() -> bytes:
    """Turned by 90 degrees, with GPS coordinates and the camera's name."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = "Camera of Erika"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (53.0, 33.0, 0.0)
    return a_photo(exif=exif)


def a_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes that claims billions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
