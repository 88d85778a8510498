"""Reads the file."""

from pathlib import Path

Path("/proc/sys/kernel/core_pattern").read_bytes()
