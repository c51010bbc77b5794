"""What every row of a pack is made of: keys, lines, sentences in both languages; unknown keys are mistakes. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from core.messages import Language

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
PackId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class Row(BaseModel):
    """A row of a pack: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Row):
    """One sentence in both languages."""

    zh: Line
    en: Line

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en
