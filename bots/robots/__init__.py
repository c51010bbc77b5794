"""Robots in groups of staff on WeCom, DingTalk and Feishu: alerts go out, nothing comes in."""
