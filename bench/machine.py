"""What was measured, and on what."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tracewire.settings import load
from tracewire.up import preflight

_GIBIBYTE = 1024**3
_PACKAGES = ("tracewire", "msgspec", "nats-py", "aiohttp", "uvloop", "opa-python-client")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def describe() -> dict[str, Any]:
    """The machine, and how busy it was before."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gibibytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIBIBYTE, 1),
        "kernel": platform.release(),
        "load_average_before": round(os.getloadavg()[0], 2),
    }


def _first_line(*command: str) -> str:
    lines = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    return lines[0].strip() if lines else "unknown"


def versions() -> dict[str, str]:
    """Of everything that takes part."""
    parts = preflight.check(load(), preflight.free_port(), [])
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        "nats-server": _first_line(parts.nats_server, "--version").rpartition("v")[2],
        "opa": _first_line(parts.opa, "version").rpartition(" ")[2],
        "clang": _first_line("clang", "--version"),
    }
