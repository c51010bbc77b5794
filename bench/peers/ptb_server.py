"""python-telegram-bot: ConversationHandler and PicklePersistence behind a Starlette webhook.

Environment: PORT, SINK, PICKLE; INTERVAL (seconds between writes of the pickle, 60 is the library's own default);
FLUSH=1 (write it before every acknowledgement); HTTP=aiohttp (instead of the library's httpx).
"""

import contextlib
import logging
import os
import warnings

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest, HTTPXRequest

warnings.simplefilter("ignore")
logging.basicConfig(level=logging.WARNING)

SECRET = "peer-secret"
NAME, PHONE, RESPONDENT, FACTS, CATEGORY, EVIDENCE, CONFIRM = range(7)
FLUSH = bool(os.environ.get("FLUSH"))


def keyboard(*buttons):
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=key) for label, key in buttons]])


async def start(update, context):
    context.user_data.clear()
    await update.message.reply_text("请输入姓名")
    return NAME


async def name(update, context):
    context.user_data["name"] = update.message.text
    await update.message.reply_text("请输入手机号")
    return PHONE


async def phone(update, context):
    context.user_data["phone"] = update.message.text
    await update.message.reply_text("被投诉单位?")
    return RESPONDENT


async def respondent(update, context):
    context.user_data["respondent"] = update.message.text
    await update.message.reply_text("请描述事实")
    return FACTS


async def facts(update, context):
    context.user_data["facts"] = update.message.text
    buttons = keyboard(("对", "cat:ok"), ("改", "cat:no"))
    await update.message.reply_text("分类: 消费纠纷, 对吗?", reply_markup=buttons)
    return CATEGORY


async def category(update, context):
    await update.callback_query.answer()
    context.user_data["category"] = "consumer"
    await update.effective_chat.send_message("上传证据或跳过", reply_markup=keyboard(("跳过", "ev:skip")))
    return EVIDENCE


async def evidence(update, context):
    await update.callback_query.answer()
    await update.effective_chat.send_message("确认提交?", reply_markup=keyboard(("提交", "go")))
    return CONFIRM


async def confirm(update, context):
    await update.callback_query.answer()
    told, kept = context.user_data, context.bot_data
    kept["seq"] = kept.get("seq", 0) + 1
    number = f"CP-{kept['seq']:06d}"
    kept.setdefault("complaints", {})[number] = dict(told, user=update.effective_user.id)
    receipt = f"编号 {number} | {told.get('name')} | {told.get('phone')} | {told.get('respondent')}"
    await update.effective_chat.send_message(receipt)
    return ConversationHandler.END


async def unexpected(update, context):
    if update.callback_query:
        await update.callback_query.answer()
    await update.effective_chat.send_message("请先发送 /start")


class AiohttpRequest(BaseRequest):
    """The library's requests over aiohttp, which costs it less than its own client."""

    read_timeout = 5.0
    session = None

    async def initialize(self):
        import aiohttp

        if self.session is None:
            self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))

    async def shutdown(self):
        if self.session:
            await self.session.close()
            self.session = None

    async def do_request(self, url, method, request_data=None, **timeouts):
        fields = request_data.json_parameters if request_data else None
        async with self.session.request(method, url, data=fields) as answer:
            return answer.status, await answer.read()


def build():
    over_aiohttp = os.environ.get("HTTP") == "aiohttp"
    request = AiohttpRequest() if over_aiohttp else HTTPXRequest(connection_pool_size=256, pool_timeout=10)
    pickle = PicklePersistence(os.environ["PICKLE"], update_interval=float(os.environ.get("INTERVAL", "60")))
    builder = Application.builder().token("123456:TEST").base_url(f"{os.environ['SINK']}/bot")
    built = builder.request(request).updater(None).persistence(pickle).build()
    built.add_handler(conversation())
    built.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, unexpected))
    built.add_handler(CallbackQueryHandler(unexpected))
    return built


def conversation():
    words = filters.TEXT & ~filters.COMMAND
    states = {
        NAME: [MessageHandler(words, name)],
        PHONE: [MessageHandler(words, phone)],
        RESPONDENT: [MessageHandler(words, respondent)],
        FACTS: [MessageHandler(words, facts)],
        CATEGORY: [CallbackQueryHandler(category, "^cat:")],
        EVIDENCE: [CallbackQueryHandler(evidence, "^ev:")],
        CONFIRM: [CallbackQueryHandler(confirm, "^go$")],
    }
    entry = [CommandHandler("start", start)]
    return ConversationHandler(entry, states, [], allow_reentry=True, name="intake", persistent=True)


application = build()


async def webhook(request):
    if request.headers.get("x-telegram-bot-api-secret-token") != SECRET:
        return Response(status_code=403)
    await application.process_update(Update.de_json(await request.json(), application.bot))
    if FLUSH:
        await application.update_persistence()
    return Response(status_code=200)


@contextlib.asynccontextmanager
async def lifespan(_):
    async with application:
        await application.start()
        yield
        await application.stop()


web = Starlette(routes=[Route("/webhook", webhook, methods=["POST"])], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(
        web,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
