"""What a file is, by its content alone; the sender's word is not asked. Pure."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

ZIP, OLE = "application/zip", "application/x-ole"

# Where the bytes stand, what they are, and what that makes of the file.
SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!SILK_V3", "audio/silk"),
    (0, b"\x02#!SILK_V3", "audio/silk"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)

# ISO media and RIFF files name what they are a few bytes in.
BRANDS = (
    ((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"3gp", b"3g2"), "video/3gpp"),
    ((b"qt  ",), "video/quicktime"),
    ((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"M4V ", b"dash"), "video/mp4"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}

OFFICE = "application/vnd.openxmlformats-officedocument."
OFFICE_PARTS = (
    ("word/document.xml", OFFICE + "wordprocessingml.document"),
    ("xl/workbook.xml", OFFICE + "spreadsheetml.sheet"),
    ("ppt/presentation.xml", OFFICE + "presentationml.presentation"),
)

# Old Office files tell by the name of their main stream, which is written in UTF-16.
OLE_STREAMS = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)

TEXT_ENCODINGS = ("utf-8", "gb18030")


def sniff(content: bytes) -> str:
    """The kind of file this is, "" if it is none that we take (a script, a page, a program)."""
    tests = (_by_signature, _by_brand, _by_riff, _webm, _mp3_frame, _plain_text)
    return next((kind for test in tests if (kind := test(content))), "")


def _by_signature(content: bytes) -> str:
    found = next((mime for at, magic, mime in SIGNATURES if content.startswith(magic, at)), "")
    closer: dict[str, Callable[[bytes], str]] = {ZIP: _inside_zip, OLE: _inside_ole, "image/bmp": _bmp}
    return closer[found](content) if found in closer else found


def _by_brand(content: bytes) -> str:
    if content[4:8] != b"ftyp":
        return ""
    return next((mime for brands, mime in BRANDS if content[8:12].startswith(brands)), "")


def _by_riff(content: bytes) -> str:
    return RIFF.get(content[8:12], "") if content.startswith(b"RIFF") else ""


def _webm(content: bytes) -> str:
    return "video/webm" if content.startswith(b"\x1aE\xdf\xa3") and b"webm" in content[:64] else ""


def _mp3_frame(content: bytes) -> str:
    """MPEG audio without a tag begins with eleven set bits, layer III and a bit rate."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE6 != 0xE2:
        return ""
    return "audio/mpeg" if content[2] & 0xF0 not in (0x00, 0xF0) else ""


def _bmp(content: bytes) -> str:
    """Two letters are too few to go by: a bitmap also says how large its header is."""
    return "image/bmp" if content[14:18] in (b"\x0c\0\0\0", b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0") else ""


def _inside_zip(content: bytes) -> str:
    """Only the table of contents is read, nothing is unpacked."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, zlib.error):
        return ""
    return next((mime for part, mime in OFFICE_PARTS if part in names), ZIP)


def _inside_ole(content: bytes) -> str:
    return next((mime for name, mime in OLE_STREAMS if name.encode("utf-16-le") in content), "")


def _plain_text(content: bytes) -> str:
    """Words and nothing that a browser or a shell would run."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if (
        not start
        or start.startswith((b"<", b"#!", b"MZ"))
        or any(byte < 32 and byte not in b"\t\n\r\f" for byte in content)
    ):
        return ""
    return "text/plain" if any(_decodes(content, encoding) for encoding in TEXT_ENCODINGS) else ""


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
