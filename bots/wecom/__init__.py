"""The WeCom application in which staff work: its callback, its messages and its API."""
