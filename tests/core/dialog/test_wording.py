"""Bubbles are joined, numbered and cut into pages; nothing of the text is lost on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.dialog import wording
from core.dialog.effects import Say
from core.ladder import Limits
from core.messages import Choice, OutboundMessage

MORE = "（回复“更多”看下文）"
WECHAT_LIKE = Limits(characters=600, utf8_bytes=1800)
SMALL = st.builds(
    Limits,
    characters=st.integers(20, 80),
    utf8_bytes=st.integers(80, 300),
)
LINES = st.text(alphabet="虫窗口队，。ab 1\n😀é", max_size=600)


def fits(text: str, limits: Limits) -> bool:
    within = not limits.characters or len(text) <= limits.characters
    return within and (not limits.utf8_bytes or len(text.encode()) <= limits.utf8_bytes)


def bare(page: str) -> str:
    """A page without the hint and without the spaces at which it may be cut."""
    return "".join(page.removesuffix(f"\n{MORE}").split())


def test_a_text_that_fits_is_one_page() -> None:
    assert wording.pages("您好", WECHAT_LIKE, MORE) == ["您好"]


def test_every_page_but_the_last_says_that_there_is_more() -> None:
    first, *middle, last = wording.pages("很长" * 900, WECHAT_LIKE, MORE)
    assert all(page.endswith(MORE) for page in (first, *middle))
    assert not last.endswith(MORE)


def test_a_page_ends_at_a_line_end_where_there_is_one_near() -> None:
    first, *_ = wording.pages("\n".join(["一行" * 20] * 40), WECHAT_LIKE, MORE)
    assert first.removesuffix(f"\n{MORE}").endswith("一行")
    assert len(first.split("\n")[0]) == 40


def test_bytes_are_counted_where_the_channel_counts_them() -> None:
    pages = wording.pages("字" * 700, Limits(characters=0, utf8_bytes=300), MORE)
    assert all(len(page.encode()) <= 300 for page in pages)


@given(LINES, SMALL)
def test_pages_fit_and_together_hold_the_whole_text(text: str, limits: Limits) -> None:
    pages = wording.pages(text, limits, MORE)
    assert all(fits(page, limits) for page in pages)
    assert "".join(map(bare, pages)) == "".join(text.split())


@given(LINES)
def test_no_page_cuts_a_character_in_two(text: str) -> None:
    for page in wording.pages(text, Limits(characters=0, utf8_bytes=60), MORE):
        assert page.encode().decode() == page


def test_three_bubbles_at_most_and_none_of_the_words_lost() -> None:
    said = wording.few([Say(word) for word in "一二三四五"])
    assert [say.text for say in said] == ["一\n二\n三", "四", "五"]


def test_choices_are_numbered_where_there_are_no_buttons() -> None:
    (reply,), rest = wording.bubbles(
        [Say("可以吗？", (Choice("1.yes", "同意"), Choice("1.no", "不同意")))], WECHAT_LIKE, MORE
    )
    assert reply.text == "可以吗？\n1. 同意\n2. 不同意"
    assert (reply.choices, rest) == ((), ())


def test_choices_stay_choices_where_there_are_buttons() -> None:
    choice = Choice("1.yes", "同意")
    (reply,), _ = wording.bubbles([Say("可以吗？", (choice,))], Limits(buttons=True), MORE)
    assert (reply.text, reply.choices) == ("可以吗？", (choice,))


@given(st.lists(LINES.filter(str.strip), min_size=1, max_size=6))
def test_more_gives_the_rest_completely(texts: list[str]) -> None:
    (first,), rest = wording.bubbles([Say(text) for text in texts], Limits(characters=90, utf8_bytes=300), MORE)
    assert "".join(map(bare, (first.text, *rest))) == "".join("".join(texts).split())


def test_a_reply_as_one_message_asks_what_its_last_question_asks() -> None:
    first = OutboundMessage("已登记", (Choice("1.old", "旧"),), copyable="2611-0001")
    reply = (first, OutboundMessage("还有吗？", (Choice("2.no", "没有"),)), OutboundMessage("谢谢"))
    assert wording.as_one(reply) == OutboundMessage("已登记\n\n还有吗？\n\n谢谢", reply[1].choices, "2611-0001")
