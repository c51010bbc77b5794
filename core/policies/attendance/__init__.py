"""Attendance (考勤) as packs: one institution's working times and what it makes of them, as checked, frozen values."""

from core.policies.attendance.load import load, packs
from core.policies.attendance.pack import Attendance, Hours, Span, Window

__all__ = ["Attendance", "Hours", "Span", "Window", "load", "packs"]
