"""Addresses and bodies as the platform writes them: read into flat fields, written so that text stays text. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl
from xml.parsers import expat

from core.errors import BadEnvelope
from core.records import record

_MAX_DEPTH = 8
"""Genuine messages nest five deep at most (the photos of a menu button)."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# One flat field as the platform writes it: nothing in it that a parser would read otherwise than it stands there.
_FIELD = re.compile(
    "<([A-Za-z]+)>(?:<!\\[CDATA\\[([^\\]\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]*)\\]\\]>|([0-9A-Za-z]*))</\\1>\n?"
)


@record(frozen=True, slots=True)
class Body:
    """The top-level fields of one body. Of what is nested only the rows of a ``List`` are taken: no message has anything
    else that we want, and of the platform's reports some are in lists.
    """

    fields: Mapping[str, str]
    is_json: bool
    rows: tuple[Mapping[str, str], ...] = ()


def legal(text: str) -> str:
    """Drop what XML 1.0 and databases refuse: control characters and lone surrogates."""
    return _NOT_XML.sub("", text)


def query_of(raw: bytes) -> dict[str, str]:
    """The parameters of an address. The platform escapes none of what it signs, so they are nearly always plain."""
    text = raw.decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    pairs = [part.partition("=") for part in text.split("&") if part]
    return {name: value for name, _, value in pairs}


def decode(content: bytes) -> str:
    """UTF-8 is the only encoding the platform uses, whatever a prologue may claim."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadEnvelope("the body is not UTF-8") from None


def read(text: str) -> Body:
    """Take a body apart. Raises BadEnvelope for anything but one flat, unambiguous set of fields."""
    if text.startswith("{"):
        return _read_json(text)
    return _read_xml(text)


def write(fields: Mapping[str, str | int], *, is_json: bool) -> str:
    """A body in the format the account has chosen: the platform wants its answer in the same one."""
    if is_json:
        return json.dumps(fields, ensure_ascii=False)
    return "".join(["<xml>", *[_xml_field(name, value) for name, value in fields.items()], "</xml>"])


def _xml_field(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def _read_json(text: str) -> Body:
    try:
        fields = json.loads(text, object_pairs_hook=_unambiguous)
    except (ValueError, RecursionError):
        raise BadEnvelope("the body is not JSON") from None
    listed = fields.get("List", [])
    rows = listed if isinstance(listed, list) else [listed]
    return Body(_scalars(fields), is_json=True, rows=tuple(_scalars(row) for row in rows if isinstance(row, dict)))


def _scalars(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: legal(str(value)) for name, value in fields.items() if isinstance(value, str | int | float)}


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Two readers may choose different ones of two equal names, so a body with two has no meaning."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadEnvelope("a field is there twice")
    return fields


def _read_xml(text: str) -> Body:
    fields = _read_plainly(text)
    if fields is not None:
        return Body(fields, is_json=False)
    reader = _FlatReader()
    try:
        reader.parser.Parse(text.encode("utf-8"), True)
    except (expat.ExpatError, UnicodeEncodeError):
        raise BadEnvelope("the body is not XML") from None
    return Body(reader.fields, is_json=False, rows=tuple(reader.rows))


def _read_plainly(text: str) -> dict[str, str] | None:
    """Nearly every body is so plain that it needs no parser, which takes several times as long; None for the others."""
    fields: dict[str, str] = {}
    at = 6 if text.startswith("<xml>\n") else 5
    while found := _FIELD.match(text, at):
        name, quoted, bare = found.groups()
        if name in fields:
            return None
        fields[name] = bare if quoted is None else quoted
        at = found.end()
    return fields if text.startswith("<xml>") and text[at:] in ("</xml>", "</xml>\n") else None


class _FlatReader:
    """Collects the fields directly below the root, and in the rows of a list below one of them; entities, depth and
    repetition end the reading at once.
    """

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.rows: list[dict[str, str]] = []
        self._path: list[str] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._add

    def _refuse_doctype(self, *declaration: object) -> NoReturn:
        raise BadEnvelope("the body declares a document type")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if self._path[0] != "xml" or len(self._path) > _MAX_DEPTH:
            raise BadEnvelope("the body is not built as the platform builds it")
        if len(self._path) == 3 and name == "List":
            self.rows.append({})
        if (fields := self._fields_here()) is not None:
            _begin(fields, name)

    def _fields_here(self) -> dict[str, str] | None:
        """What the element that is open belongs to, None where it is nothing we take."""
        if len(self._path) == 2:
            return self.fields
        return self.rows[-1] if len(self._path) == 4 and self._path[2] == "List" else None

    def _close(self, name: str) -> None:
        self._path.pop()

    def _add(self, text: str) -> None:
        if (fields := self._fields_here()) is not None:
            fields[self._path[-1]] += text


def _begin(fields: dict[str, str], name: str) -> None:
    if name in fields:
        raise BadEnvelope("a field is there twice")
    fields[name] = ""
