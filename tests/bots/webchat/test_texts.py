from __future__ import annotations

import re
from pathlib import Path

from bots.webchat.page import pages
from bots.webchat.page.pages import texts

PAGE = Path(pages.__file__).parent


def test_both_languages_say_the_same_things() -> None:
    for section in texts("zh"):
        assert texts("zh")[section].keys() == texts("en")[section].keys()
        for key, sentence in texts("zh")[section].items():
            assert re.findall(r"{\w+}", sentence) == re.findall(r"{\w+}", texts("en")[section][key])


def test_every_sentence_is_used_and_every_used_sentence_exists() -> None:
    scripts = "".join(path.read_text() for path in (PAGE / "static").glob("*.js"))
    said = set(re.findall(r"""(?:say|speaker|keep \?)[ (]+"(\w+)""", scripts))
    assert set(texts("zh")["script"]) == said
    markup = (PAGE / "templates" / "chat.html").read_text()
    assert set(texts("zh")["page"]) == set(re.findall(r"page\.(\w+)", markup))


def test_scripts_and_markup_hold_no_sentence_of_their_own() -> None:
    for path in [*(PAGE / "static").iterdir(), *(PAGE / "templates").iterdir()]:
        assert not re.search(r"[\u4e00-\u9fff]", path.read_text())
