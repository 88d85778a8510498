"""A collector from which the kernel's own types are hidden."""

import os
import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT

_HIDE = 'mount -t tmpfs none /sys/kernel/btf && exec "$@"'


def without_types(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with *arguments* in a mount namespace in which /sys/kernel/btf is empty."""
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", _HIDE, "sh", sys.executable, *map(str, arguments)],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
