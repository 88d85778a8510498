"""Reads the setting."""

from pathlib import Path

Path("/proc/sys/kernel/randomize_va_space").read_text()
