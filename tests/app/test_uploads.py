"""Uploaded files wait sealed, and never take the last of the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import uploads
from app.uploads import SealedUploads
from core.errors import FetchError, FetchRefused, StoreUnavailable
from core.store.keyring import Keyring
from core.store.parcels import Parcels

SECRET = "a long enough secret for tests only"


@pytest.fixture
def waiting(tmp_path: Path) -> SealedUploads:
    return SealedUploads(Parcels(tmp_path / "uploads", Keyring.from_secret(SECRET)))


async def test_a_file_comes_back_as_it_was_until_it_is_dropped(waiting: SealedUploads) -> None:
    reference = await waiting.save(b"a\nb\0c", "现场\n照片.png", "image/png")
    fetched = await waiting.load(reference)
    assert (fetched.content, fetched.name, fetched.mime) == (b"a\nb\0c", "现场\n照片.png", "image/png")
    await waiting.drop(reference)
    with pytest.raises(FetchRefused):
        await waiting.load(reference)


async def test_nothing_of_a_file_can_be_read_on_the_disk(waiting: SealedUploads, tmp_path: Path) -> None:
    await waiting.save("金丝雀的照片".encode(), "金丝雀.png", "image/png")
    content = b"".join(path.read_bytes() for path in (tmp_path / "uploads").iterdir())
    assert "金丝雀".encode() not in content


async def test_a_file_that_was_tampered_with_is_not_taken(waiting: SealedUploads, tmp_path: Path) -> None:
    reference = await waiting.save(b"photo", "x.png", "image/png")
    path = tmp_path / "uploads" / reference
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(FetchError):
        await waiting.load(reference)


@pytest.mark.parametrize("reference", ["", "../../etc/passwd", "0" * 20, "..", "a/b"])
async def test_a_reference_of_somebody_elses_making_finds_nothing(waiting: SealedUploads, reference: str) -> None:
    with pytest.raises(FetchRefused):
        await waiting.load(reference)


async def test_a_nearly_full_disk_refuses_files_first(waiting: SealedUploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "KEPT_FREE", 2**62)
    with pytest.raises(StoreUnavailable):
        await waiting.save(b"photo", "x.png", "image/png")
