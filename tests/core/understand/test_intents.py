"""Short messages in many wordings, and the one rule that matters most: a negative never agrees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.understand import Reading
from core.understand.intents import find_intent
from core.understand.lexicon import words
from core.understand.normal import plain

Say = Callable[[str], Reading]

SAID = {
    "yes": "是 是的 对 对的 对对对 好的 好 嗯 嗯嗯 行 可以 没错 OK ok 好的，谢谢 对，没错 是的是的 👌 同意 没问题 yes Yes. sure yep",
    "submit": "提交 确认 确认提交 提交吧 好的，提交 确认无误 请提交 没错，提交吧 submit confirm 确定",
    "no": "不 不对 不是 不要 先别 等等 等一下 不行 不可以 先别提交 不提交 好的，先别提交 不用了 别 没有 先不提交 对不对？不对 no nope 不，谢谢 好的先不提交 提交，等等 不要转人工 先别撤回投诉",
    "human": "人工 转人工 转人工！ 我要人工 人工客服 帮我转人工客服谢谢 找真人 我要跟真人说话 叫人工来 转接人工客服 有没有人工 你好，转人工 human agent 不，转人工",
    "status": "查进度 进度 查一下我的投诉 我的投诉处理得怎么样了 处理结果 有结果了吗 帮我查一下投诉进度 投诉怎么样了 status",
    "back": "上一步 返回 撤销 返回上一步 撤销上一步 back undo",
    "skip": "跳过 略过 不方便说 跳过这个 不想说 skip 没有照片",
    "unknown": "不知道 不清楚 忘了 记不清了 我不知道 不记得了 说不清",
    "done": "好了 传完了 发完了 就这些 没有了 done 上传完了",
    "more": "更多 more 下一页",
    "cancel": "取消 算了 不投诉了 退出 cancel 取消投诉 我不投诉了",
    "resume": "继续 继续填 接着来 continue 继续投诉",
    "restart": "重新开始 重来 从头来 重新填 restart",
    "delete_draft": "删除草稿 把草稿删掉 删掉草稿",
    "rewrite": "重写 重写事实 重新写经过",
    "summary": "看看我写了什么 我填了什么 预览 总结 summary",
    "anonymous": "匿名 匿名投诉 我要匿名 不想留名字 可以匿名吗 anonymous",
    "my_data": "我的信息 你们存了什么 我的资料",
    "erase_data": "删除我的信息 把我的信息删掉 注销 请删除我的所有个人信息",
    "consent_withdraw": "撤回同意 取消授权",
    "on_behalf": "帮我妈妈投诉 替家人填 替我爸投诉 代填",
    "withdraw": "撤诉 撤回投诉 我要撤回投诉 把投诉撤了",
    "supplement": "补充 补充材料 我要补充几张照片 再补充一点",
    "urge": "催办 催一下 你们怎么还没处理 还没处理吗 帮我催一下 都一个星期了还没回复",
    "dissatisfied": "不满意 对处理结果不满意 问题没解决 不服 我很不满意",
    "reopen": "重新办理 要求重新调查 请重新处理 reopen",
    "review": "复核 申请复核 我要申请复核 要求复核 请对处理结果复核 可以申请复核吗 换个人再查 能不能换个人来查 review",
    "rate": "评价 打5分 五星 非常满意 满意",
    "why": "为什么 为什么要问这个 要这个干嘛 为什么要我的电话 你们要电话干什么 why",
    "help": "帮助 怎么用 ? 你能做什么 help",
    "greet": "你好 您好 在吗 hello 你好！ 早上好",
    "thanks": "谢谢 多谢 谢谢您 thanks",
    "complain": "投诉 我要投诉 您好，我要投诉 我想投诉 举报 反映问题 complain",
    "new_complaint": "再投诉一个 我还要投诉 新建投诉 另一件事",
    "chinese": "中文 换成中文 chinese",
    "english": "English 英文 切换英文",
    "remove_evidence": "删掉第2张 第三张删掉 删除第1个文件",
}
CASES = [(text, intent) for intent, texts in SAID.items() for text in texts.split(" ")]
SENTENCES = [
    ("I want to talk to a human", "human"), ("can I speak to someone please", "human"), ("check my complaint", "status"),
    ("where is my complaint?", "status"), ("go back", "back"), ("I don't know", "unknown"), ("that's all", "done"),
    ("never mind", "cancel"), ("start over", "restart"), ("my data", "my_data"), ("withdraw my complaint", "withdraw"),
    ("why do you need my phone?", "why"), ("make a complaint", "complain"), ("don't submit", "no"), ("not yet", "no"),
    ("delete my data", "erase_data"), ("remove photo 2", "remove_evidence"), ("rewrite the description", "rewrite"), ("on behalf of my mother", "on_behalf"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent"), CASES + SENTENCES)
def test_a_short_message_is_understood(say: Say, text: str, intent: str) -> None:
    assert say(text).intent == intent


@pytest.mark.parametrize(
    "text",
    ["食堂有虫", "我要投诉三食堂菜里有虫", "人工窗口态度差", "好的，不过电话改成13912345678", "可以吗？", "行吗", "我叫李明", "取消了我的班次不通知",
     "他说可以，结果不行", "139 1234 5678", "昨天中午", "要求退款", "OK超市卖过期面包", "对面工地半夜施工",
     "成绩算错了要求复核", "我去医院复查，医生不理人", "换个人来就好了", "裁判要重新看一遍录像"],
)  # fmt: skip
def test_content_is_no_request(say: Say, text: str) -> None:
    assert say(text).intent is None


AGREE = sorted(words("intents")["whole"]["yes"] + words("intents")["whole"]["submit"])
REFUSE = ["不", "不对", "先别", "等等", "不是", "不要", "别提交", "不行", "等一下", "no", "wait", "don't submit"]


@given(
    agree=st.sampled_from(AGREE),
    refuse=st.sampled_from(REFUSE),
    gap=st.sampled_from(["，", ", ", "。", "!", "\n"]),
    first=st.booleans(),
)
def test_a_negative_beside_an_agreement_never_agrees(agree: str, refuse: str, gap: str, first: bool) -> None:
    text = gap.join([refuse, agree] if first else [agree, refuse])
    assert find_intent(plain(text)) not in ("yes", "submit")


@given(
    refuse=st.sampled_from(["不", "别", "先别", "先不", "不要", "不想", "暂时不"]),
    agree=st.sampled_from(["提交", "确认", "同意", "可以", "对", "是", "行", "好"]),
)
def test_a_negated_agreement_never_agrees(refuse: str, agree: str) -> None:
    assert find_intent(refuse + agree) not in ("yes", "submit")


@pytest.mark.parametrize(
    ("text", "stars"), [("5分", 5), ("打4分", 4), ("三星", 3), ("给5星好评", 5), ("非常满意", 5), ("4 stars", 4)]
)
def test_a_rating_has_its_number(say: Say, text: str, stars: int) -> None:
    assert (say(text).intent, say(text).rating) == ("rate", stars)


@pytest.mark.parametrize(
    ("text", "line"), [("删掉第2张", 2), ("第三张不要了", 3), ("把第1张照片删了", 1), ("remove photo 2", 2)]
)
def test_a_removal_names_its_attachment(say: Say, text: str, line: int) -> None:
    assert (say(text).intent, say(text).attachment_line) == ("remove_evidence", line)


def test_no_phrase_has_two_intents() -> None:
    phrases = [phrase for phrases in words("intents")["whole"].values() for phrase in phrases]
    assert len(phrases) == len(set(phrases))
