"""HTTP/1.1 with keep-alive and nothing else: what generates load must cost less than what is measured."""

from __future__ import annotations

import asyncio
from typing import Self

LOOPBACK = "127.0.0.1"
_LONGEST = 1 << 20


class Connection:
    """One connection to a server on loopback, for one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether it can be used again: the server hangs up on whom it has not heard for a while."""
        return not (self._closed or self._reader.at_eof())

    @classmethod
    async def open(cls, port: int) -> Self:
        """Raises OSError where nobody listens."""
        return cls(*await asyncio.open_connection(LOOPBACK, port, limit=_LONGEST))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; its status and body. Raises OSError or IncompleteReadError when it goes away."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0
        body = await self._reader.readexactly(length) if length else b""
        if b"connection: close" in head:
            self.close()
        return int(head.split(b" ", 2)[1]), body

    def close(self) -> None:
        self._closed = True
        self._writer.close()


class Connections:
    """One worker's connections: one for each port, opened when it is first needed and again when it was lost."""

    def __init__(self) -> None:
        self._open: dict[int, Connection] = {}

    async def ask(self, port: int, request: bytes) -> tuple[int, bytes]:
        connection = self._open.get(port)
        if connection is None or not connection.is_open:
            connection = self._open[port] = await Connection.open(port)
        try:
            return await connection.ask(request)
        except (OSError, asyncio.IncompleteReadError):
            connection.close()
            raise

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A whole request."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {LOOPBACK}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join((*lines, "", "")).encode() + body
