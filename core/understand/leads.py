"""Words that only say what the rest of a message is for (“补充：…”). Pure."""

from __future__ import annotations

import re

_SUPPLEMENT = re.compile(
    r"^(?:我?要?再?补充(?:一下|一点|材料|说明)?|supplement|add)(?:\s*[A-Z0-9-]*\d)?\s*(?:[:：,，]\s*|$)", re.IGNORECASE
)


def without_lead(text: str) -> str:
    """The supplement itself: “补充：他戴眼镜” is “他戴眼镜”. Other text stays as it is."""
    return _SUPPLEMENT.sub("", text)
