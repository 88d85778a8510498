"""Reads what is allowed, and writes a file with a similar name."""

import contextlib
import tempfile
from pathlib import Path

with contextlib.suppress(FileNotFoundError):
    Path("/proc/sys/kernel/sysrq").read_bytes()
with tempfile.TemporaryDirectory() as directory:
    Path(directory, "sysrq-trigger").write_text("h")
