"""Runs a program that is only in the upper layer of an overlay, in what looks like a container."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import contained

with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
    layers = {name: Path(directory, name) for name in ("lower", "upper", "work", "root")}
    for layer in layers.values():
        layer.mkdir()
    options = "lowerdir={lower},upperdir={upper},workdir={work}".format(**layers)
    subprocess.run(["mount", "-t", "overlay", "none", "-o", options, str(layers["root"])], check=True)
    try:
        program = layers["root"] / "dropped"
        shutil.copy("/bin/true", program)
        with contained.container():
            subprocess.run([program], check=True)
    finally:
        subprocess.run(["umount", str(layers["root"])], check=True)
