"""Uploads read part by part, so that one file at a time is in memory and none is ever on disk in the clear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from core.errors import BadEnvelope, FetchRefused

MAX_PARTS = 40


@dataclass(slots=True)
class Part:
    """One field of the form; ``filename`` is None where it is not a file."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    @property
    def name(self) -> str:
        return self._option(b"name") or ""

    @property
    def filename(self) -> str | None:
        return self._option(b"filename")

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def mime(self) -> str:
        return parse_options_header(self.headers.get(b"content-type", b""))[0].decode("latin-1")

    def _option(self, key: bytes) -> str | None:
        options = parse_options_header(self.headers.get(b"content-disposition", b""))[1]
        return options[key].decode("utf-8", "replace") if key in options else None


class _Collector:
    """Receives the parser's callbacks and holds the parts that are complete."""

    def __init__(self, max_part_bytes: int) -> None:
        self.complete: list[Part] = []
        self.ended = False
        self._max_part_bytes = max_part_bytes
        self._part = Part()
        self._field, self._value = b"", b""

    def on_part_begin(self) -> None:
        self._part = Part()

    def on_header_field(self, chunk: bytes, start: int, end: int) -> None:
        self._field += chunk[start:end]

    def on_header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._value += chunk[start:end]

    def on_header_end(self) -> None:
        self._part.headers[self._field.lower()] = self._value
        self._field, self._value = b"", b""

    def on_part_data(self, chunk: bytes, start: int, end: int) -> None:
        if len(self._part.content) + end - start > self._max_part_bytes:
            raise FetchRefused(reason="too_large")
        self._part.content += chunk[start:end]

    def on_part_end(self) -> None:
        self.complete.append(self._part)

    def on_end(self) -> None:
        self.ended = True

    def take(self) -> list[Part]:
        taken, self.complete = self.complete, []
        return taken


async def parts(body: AsyncIterator[bytes], content_type: str, max_part_bytes: int) -> AsyncIterator[Part]:
    """Each part as soon as it is complete. Raises FetchRefused(too_large), BadEnvelope for what is no form."""
    collector = _Collector(max_part_bytes)
    parser = _parser(content_type, collector)
    count = 0
    async for chunk in body:
        _feed(parser, chunk)
        for part in collector.take():
            count += 1
            if count > MAX_PARTS:
                raise BadEnvelope("The form has too many parts.")
            yield part
    if not collector.ended:
        raise BadEnvelope("The form ends too early.")


def _parser(content_type: str, collector: _Collector) -> MultipartParser:
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise BadEnvelope("The body is not a form with files.")
    names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end", "end")
    callbacks = {f"on_{name}": getattr(collector, f"on_{name}") for name in names}
    try:
        return MultipartParser(options[b"boundary"], callbacks)  # type: ignore[arg-type]  # a TypedDict of exactly these
    except FormParserError as error:
        raise BadEnvelope("The form's boundary is unusable.") from error


def _feed(parser: MultipartParser, chunk: bytes) -> None:
    try:
        parser.write(chunk)
    except FormParserError as error:
        raise BadEnvelope("The form is malformed.") from error
