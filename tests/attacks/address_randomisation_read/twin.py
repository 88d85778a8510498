"""Reads other settings of the kernel."""

from pathlib import Path

Path("/proc/sys/kernel/pid_max").read_text()
Path("/proc/sys/vm/overcommit_memory").read_text()
