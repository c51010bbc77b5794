"""The WeChat official account: its callback, its answers and its API."""
