"""Attendance (考勤): who was there, late, away or absent, and what of it was asked for and approved."""
