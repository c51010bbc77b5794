"""Every golden transcript is played to the letter. ``UPDATE_TRANSCRIPTS=1`` writes down what is heard instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conversations import play
from tests.conversations.direct import Player


@pytest.mark.parametrize("path", play.transcripts(), ids=lambda path: path.stem)
def test_conversation_goes_as_written(path: Path, tmp_path: Path) -> None:
    transcript = play.read(path)
    player = Player(f"sqlite:///{tmp_path}/tousu.db", tmp_path, transcript.pack)
    heard = player.play(transcript)
    player.close()
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        path.write_text(play.written(transcript, heard), encoding="utf-8")
    assert [tuple(lines) for _, lines in play.read(path).steps] == heard
