"""Staff at work in their own chat: orders in a few words, each through the same services as elsewhere."""

from core.desk.service import hear

__all__ = ["hear"]
