"""Every sentence the service says, by key and language, from the TOML files beside this module."""

from core.texts.texts import Texts, load_texts

__all__ = ["Texts", "load_texts"]
