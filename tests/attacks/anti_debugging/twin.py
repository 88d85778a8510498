"""Asks whether it is being traced, without ptrace."""

from pathlib import Path

assert "TracerPid:" in Path("/proc/self/status").read_text()
