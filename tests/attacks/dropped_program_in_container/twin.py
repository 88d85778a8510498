"""Runs a program of a lower layer of an overlay, in what looks like a container."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import contained

with (
    tempfile.TemporaryDirectory(dir="/opt") as lower,
    tempfile.TemporaryDirectory(dir="/dev/shm") as directory,
):
    shutil.copy("/bin/true", Path(lower, "ours"))
    layers = {name: Path(directory, name) for name in ("upper", "work")}
    for layer in layers.values():
        layer.mkdir()
    root = Path(lower + "-root")
    root.mkdir()
    options = f"lowerdir={lower},upperdir={layers['upper']},workdir={layers['work']}"
    subprocess.run(["mount", "-t", "overlay", "none", "-o", options, str(root)], check=True)
    try:
        with contained.container():
            subprocess.run([root / "ours"], check=True)
    finally:
        subprocess.run(["umount", str(root)], check=True)
        root.rmdir()
