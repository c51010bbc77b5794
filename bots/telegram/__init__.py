"""The Telegram bot: its updates by webhook or by polling, its answers and its API."""
