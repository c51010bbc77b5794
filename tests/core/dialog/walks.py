"""A person who says anything, and one who only wants a complaint number: both for dialogues nobody wrote down."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from core.dialog import wording
from core.dialog.session import Session
from core.ladder import Limits
from core.messages import OutboundMessage
from core.store import sessions
from tests.conversations import play
from tests.conversations.direct import WECHAT_LIKE, Player

PACKS = ("service-hall", "bus-company", "manufacturer", "service-center", "report-center")
WITH_BUTTONS = Limits(characters=4096, buttons=True)

BETWEEN = "\n\n"
"""What stands between bubbles that a channel without buttons gets as one."""

STORY = "昨天中午我在二楼三号窗口办证，叫号叫错了，工作人员态度很差，还骂人，要求道歉。"
ANSWERS = (
    STORY, "窗口的人不理人", "机器坏了", "邻居欠我的钱一直不还", "拖欠工资", "昨天", "国庆以后开始", "一直这样", "下周三", "早上七点半", "每天早上",
    "二楼社保窗口", "三食堂", "人民路32号", "李小禾", "我叫李小禾", "13900000005", "139 0000 0005", "5000件", "PO-260915-03", "18路", "湘A12345",
    "退款并道歉", "3号窗口的工作人员", "母亲", "My name is John Smith", "the bus did not stop",
)  # fmt: skip
NUMBERS = ("1", "2", "3", "７", "一", "第二个", "99", "0", "改2", "改第9项")
REQUESTS = (
    "你好", "谢谢", "我要投诉", "另外投诉一件事", "查进度", "人工", "帮助", "为什么要问这个", "上一步", "继续", "重新开始", "删除草稿", "看看我写了什么",
    "匿名", "我的信息", "删除我的信息", "撤回同意", "替我妈妈投诉", "撤回", "补充", "催办", "不满意", "评价", "打5分", "好的", "不对", "提交", "取消",
    "跳过", "不知道", "好了", "更多", "English", "中文", "要多久？", "会保密吗", "重写事实", "补充：还有一件事",
    "申请复核", "重新办理", "review",
)  # fmt: skip
CORRECTIONS = (
    "电话改成13800001111",
    "不是昨天，是前天",
    "改电话",
    "时间改成前天",
    "类别改成其他",
    "不是二楼，是三楼",
    "改证据",
    "删掉第1张",
)
ODDITIES = (
    "？？？", "😀😀", "🙏", "asdfghjkl", "。", " ", "\u200b", "DROP TABLE cases;--", "<b>{name}</b>", "{0}%s", "好" * 5200, (STORY + "\n") * 40,
    "2611-0007", "DT2611-00018 ABCD-1234", "我不想活了", "着火了", "你们这帮废物",
)  # fmt: skip
FILES = (
    "[照片]",
    "[照片 3]",
    "[视频]",
    "[语音]",
    "[语音 窗口没人理我]",
    "[文件 说明.pdf]",
    "[位置 人民广场站]",
    "[贴图]",
    "[关注]",
)
STAFF = (
    "request_supplement {number} 请写明几点钟", "assign {number} unit=监督科", "accept {number}", "conclude {number} 查清了",
    "close {number} outcome=answered 已说明", "suspend {number} reason=supplement 等材料", "resume {number}", "refer {number} 归别的单位",
    "report_progress {number} 已联系对方", "archive {number}", "uphold {number} 维持", "propose {number} outcome=answered 说明",
)  # fmt: skip
"""What staff do to the newest complaint, where there is one."""
PAUSES = ("3s", "20m", "3h", "26h", "9d")
EVERYTHING = ((ANSWERS, 9), (NUMBERS, 5), (REQUESTS, 8), (CORRECTIONS, 3), (ODDITIES, 3), (FILES, 3))


def anything(chance: random.Random, length: int) -> list[play.Step]:
    """What a person may do, one after the other."""
    kinds, weights = zip(*EVERYTHING, strict=True)
    steps = []
    for _ in range(length):
        if chance.random() < 0.08:
            steps.append(play.Step("passed", chance.choice(PAUSES)))
        elif chance.random() < 0.12:
            steps.append(play.Step("acted", chance.choice(STAFF)))
        else:
            steps.append(play.Step("said", chance.choice(chance.choices(kinds, weights)[0])))
    return steps


@dataclass
class Walker:
    """One person with one service; keeps what was answered to each step."""

    player: Player
    heard: list[list[str]] = field(default_factory=list)

    @classmethod
    def of(cls, database: Path, data_dir: Path, pack: str, limits: Limits = WECHAT_LIKE) -> Walker:
        return cls(Player(f"sqlite:///{database}", data_dir, pack, limits))

    def take(self, step: play.Step) -> None:
        """Do it, check every reply as it is given, and let happen what happens with time."""
        if step.kind == "said":
            replies = [self.player.say(message) for message in self.player.messages(step)]
            for reply in replies:
                self._is_decent(step, reply)
            self.heard.append([masked(self.player.codes.hear(bubble.text)) for reply in replies for bubble in reply])
        elif step.kind == "acted":
            numbers = [*self.player.codes.known]
            self.heard.append(self.player.act(step.words.format(number=numbers[-1])) if numbers else [])
        else:
            self.heard.append([masked(line) for line in self.player.take(step)])

    def _is_decent(self, step: play.Step, reply: tuple[OutboundMessage, ...]) -> None:
        limits, texts = self.player.phone.limits, [bubble.text for bubble in reply]
        assert len(reply) <= wording.MOST_BUBBLES, (step, texts)
        parts = [part for text in texts for part in text.split(BETWEEN)]
        assert len(set(parts)) == len(parts), (step, texts)
        assert all(text.strip() for text in texts), (step, texts)
        assert all(len(text) <= limits.characters for text in texts), (step, texts)
        assert not limits.utf8_bytes or all(len(text.encode()) <= limits.utf8_bytes for text in texts), (step, texts)
        if not step.words.startswith("["):
            assert reply, step

    @property
    def session(self) -> Session:
        address = self.player.messages(play.Step("said", ""))[0].address
        stored = self.player.store.write(lambda uow: sessions.load(uow, address, self.player.now))
        return Session.from_state((stored.state or {}).get("session"))

    def sensible(self) -> str:
        """What a person says who wants to be done: an answer to what is open."""
        session = self.session
        step, policy = session.step, self.player.house.office.policy
        if step.name == "field":
            return "1" if session.options else policy.field(step.about).example.zh
        return SENSIBLE.get(step.name, "1")

    def reaches_a_number(self, most: int) -> bool:
        """Does a sensible person come to the receipt within so many messages?"""
        texts = self.player.house.office.texts
        receipts = tuple(
            texts.render(language, "receipt.number", number="", code="").split("\n")[0] for language in texts.sentences
        )
        for _ in range(most):
            self.take(play.Step("said", self.sensible()))
            if any(text.startswith(receipts) or f"\n{start}" in text for text in self.heard[-1] for start in receipts):
                return True
        return False


SENSIBLE = {
    "idle": "我要投诉", "greeting": "我要投诉", "category": "其他/说不清", "evidence": "好了", "summary": "确认提交", "change": "好了", "cancel": "继续填写",
    "excluded": "还是想在这里反映", "alike": "是另一件事，新建", "relation": "母亲", "resume": "继续", "status_number": "算了", "status_code": "算了",
    "status_pick": "算了", "pick": "算了", "withdraw": "不撤回", "supplement": "好了", "reopen": "不用了", "ask_review": "不用了", "unhappy": "不用了", "awaited": "是另一件事，新投诉", "rate": "算了", "erase": "不删除",
    "human_draft": "我继续填写", "human_message": "算了",
}  # fmt: skip

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b(?=\n)")


def masked(text: str) -> str:
    """The secret code is another one each time."""
    return CODE.sub("XXXX-XXXX", text)
