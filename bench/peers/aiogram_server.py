"""aiogram 3 with its state machine in Redis, behind its own webhook. Environment: PORT, SINK, REDIS_URL, ISOLATION."""

import logging
import os

import uvloop
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

logging.basicConfig(level=logging.WARNING)


class Ask(StatesGroup):
    name = State()
    phone = State()
    respondent = State()
    facts = State()
    category = State()
    evidence = State()
    confirm = State()


storage = RedisStorage.from_url(os.environ["REDIS_URL"])
isolation = storage.create_isolation() if os.environ.get("ISOLATION") else None
dispatcher = Dispatcher(storage=storage, events_isolation=isolation)


def keyboard(*buttons):
    row = [InlineKeyboardButton(text=label, callback_data=key) for label, key in buttons]
    return InlineKeyboardMarkup(inline_keyboard=[row])


@dispatcher.message(CommandStart())
async def start(message: Message, state: FSMContext):
    await state.clear()
    await state.set_state(Ask.name)
    await message.answer("请输入姓名")


@dispatcher.message(Ask.name, F.text)
async def name(message: Message, state: FSMContext):
    await state.update_data(name=message.text)
    await state.set_state(Ask.phone)
    await message.answer("请输入手机号")


@dispatcher.message(Ask.phone, F.text)
async def phone(message: Message, state: FSMContext):
    await state.update_data(phone=message.text)
    await state.set_state(Ask.respondent)
    await message.answer("被投诉单位?")


@dispatcher.message(Ask.respondent, F.text)
async def respondent(message: Message, state: FSMContext):
    await state.update_data(respondent=message.text)
    await state.set_state(Ask.facts)
    await message.answer("请描述事实")


@dispatcher.message(Ask.facts, F.text)
async def facts(message: Message, state: FSMContext):
    await state.update_data(facts=message.text)
    await state.set_state(Ask.category)
    await message.answer("分类: 消费纠纷, 对吗?", reply_markup=keyboard(("对", "cat:ok"), ("改", "cat:no")))


@dispatcher.callback_query(Ask.category, F.data.startswith("cat:"))
async def category(press: CallbackQuery, state: FSMContext):
    await press.answer()
    await state.update_data(category="consumer")
    await state.set_state(Ask.evidence)
    await press.message.answer("上传证据或跳过", reply_markup=keyboard(("跳过", "ev:skip")))


@dispatcher.callback_query(Ask.evidence, F.data.startswith("ev:"))
async def evidence(press: CallbackQuery, state: FSMContext):
    await press.answer()
    await state.set_state(Ask.confirm)
    await press.message.answer("确认提交?", reply_markup=keyboard(("提交", "go")))


@dispatcher.callback_query(Ask.confirm, F.data == "go")
async def confirm(press: CallbackQuery, state: FSMContext):
    await press.answer()
    told = await state.get_data()
    number = f"CP-{await storage.redis.incr('complaint:seq'):06d}"
    filed = {key: str(value) for key, value in told.items()} | {"user": press.from_user.id}
    await storage.redis.hset(f"complaint:{number}", mapping=filed)
    await state.clear()
    await press.message.answer(f"编号 {number} | {told.get('name')} | {told.get('phone')} | {told.get('respondent')}")


@dispatcher.message()
async def unexpected(message: Message):
    await message.answer("请先发送 /start")


@dispatcher.callback_query()
async def unexpected_press(press: CallbackQuery):
    await press.answer()
    await press.message.answer("请先发送 /start")


def main():
    uvloop.install()
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["SINK"]))
    bot = Bot("123456:TEST", session=session)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="peer-secret")
    handler.register(app, path="/webhook")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)


if __name__ == "__main__":
    main()
