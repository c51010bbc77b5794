"""A file is what its bytes are, whatever it is called; what could run somewhere is nothing we take."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.sniffing import OFFICE, sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


TAKEN = {
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    "gif": (b"GIF89a\1\0\1\0", "image/gif"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    "bmp": (b"BM" + bytes(12) + b"\x28\0\0\0", "image/bmp"),
    "amr": (b"#!AMR\n\x3c", "audio/amr"),
    "silk": (b"\x02#!SILK_V3\x0c", "audio/silk"),
    "mp3 with a tag": (b"ID3\4\0\0", "audio/mpeg"),
    "mp3 without": (b"\xff\xfb\x90\x64\0", "audio/mpeg"),
    "m4a": (b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    "ogg": (b"OggS\0\2", "audio/ogg"),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
    "mov": (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
    "3gp": (b"\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp"),
    "webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\x82\x84webm", "video/webm"),
    "pdf": (b"%PDF-1.7\n", "application/pdf"),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), "application/msword"),
    "xls": (OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    "ppt": (OLE + "PowerPoint Document".encode("utf-16-le"), "application/vnd.ms-powerpoint"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), OFFICE + "wordprocessingml.document"),
    "xlsx": (zipped("xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
    "pptx": (zipped("ppt/presentation.xml"), OFFICE + "presentationml.presentation"),
    "zip": (zipped("photos/1.jpg"), "application/zip"),
    "text": ("三食堂有虫\r\n".encode(), "text/plain"),
    "text as Windows writes it": ("三食堂有虫".encode("gb18030"), "text/plain"),
}

REFUSED = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a page behind a byte order mark": b"\xef\xbb\xbf <html>",
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a shell script": b"#!/bin/sh\nrm -rf /",
    "a Windows program": b"MZ\x90\0\3\0",
    "a Linux program": b"\x7fELF\2\1\1",
    "Java": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "an unknown ISO medium": b"\0\0\0\x18ftypevil\0\0\0\0",
    "an unknown RIFF": b"RIFF\x24\0\0\0EVIL",
    "an installer in an old Office container": OLE,
    "a torn archive": b"PK\3\4" + bytes(40),
    "two letters of a bitmap": b"BM" + bytes(30),
    "zeros": bytes(100),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_kind_we_take_is_known_by_its_content(name: str) -> None:
    content, mime = TAKEN[name]
    assert sniff(content) == mime


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_not_taken(name: str) -> None:
    assert sniff(REFUSED[name]) == ""


@given(st.sampled_from([b"", *(content[:20] for content, _ in TAKEN.values())]), st.binary(max_size=200))
def test_no_bytes_break_it(start: bytes, rest: bytes) -> None:
    assert isinstance(sniff(start + rest), str)
