"""WeRoBot with SQLite sessions. Environment: PORT, DB, TOKEN, THREADS; or: gunicorn werobot_server:wsgi."""

import logging
import os

import werobot
from werobot.session.sqlitestorage import SQLiteStorage

logging.getLogger("werobot").setLevel(logging.ERROR)

QUESTIONS = {
    "name": "请输入姓名",
    "phone": "请输入手机号",
    "respondent": "被投诉单位?",
    "facts": "请描述事实",
    "category": "分类: 消费纠纷, 对吗? 回复 1 确认",
    "evidence": "上传证据或回复 跳过",
    "confirm": "回复 提交",
}
ORDER = list(QUESTIONS)

storage = SQLiteStorage(os.environ["DB"])
robot = werobot.WeRoBot(token=os.environ["TOKEN"], enable_session=True, session_storage=storage)
wsgi = robot.wsgi


@robot.text
def text(message, session):
    if message.content == "投诉":
        session.clear()
        session["step"] = "name"
        return QUESTIONS["name"]
    step = session.get("step")
    if not step:
        return "请先发送 投诉"
    session[step] = message.content
    following = ORDER.index(step) + 1
    if following == len(ORDER):
        return file(message, session)
    session["step"] = ORDER[following]
    return QUESTIONS[ORDER[following]]


def file(message, session):
    """The framework offers nothing better to count with than its sessions."""
    counter = storage.get("seq")
    counter["n"] = counter.get("n", 0) + 1
    storage.set("seq", counter)
    number = f"CP-{counter['n']:06d}"
    storage.set(f"complaint:{number}", dict(session, user=message.source))
    receipt = f"编号 {number} | {session.get('name')} | {session.get('phone')} | {session.get('respondent')}"
    session.clear()
    return receipt


if __name__ == "__main__":
    import waitress

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(wsgi, host="127.0.0.1", port=int(os.environ["PORT"]), threads=int(os.environ["THREADS"]))
