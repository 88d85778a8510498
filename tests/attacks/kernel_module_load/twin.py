"""Looks which modules are loaded, where the kernel has any."""

from pathlib import Path

modules = Path("/proc/modules")
if modules.exists():
    modules.read_bytes()
list(Path("/sys/module").glob("*"))
