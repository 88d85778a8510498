"""The ground-truth programs, compiled on the host: a guest has no compiler."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.kernels.image import ROOT

_SOURCES = ROOT / "tests" / "conformance" / "truths"
_OPTIONS = ("-O1", "-Wall", "-Werror", "-Wno-unused-function", "-Wno-unused-result", "-pthread")
# Linked dynamically as well: an ELF interpreter is part of what is told.
_DYNAMIC = ("image",)
GUEST_FOLDER = "/truths"


def compiled(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each program in *folder*, and where the suite looks for it in a guest."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(_SOURCES.glob("*.c")):
        for kind, link in (("static", ("-static",)), ("dynamic", ())):
            if kind == "dynamic" and source.stem not in _DYNAMIC:
                continue
            program = folder / f"{source.stem}-{kind}"
            newest = max(file.stat().st_mtime for file in (source, *_SOURCES.glob("*.h")))
            if not program.exists() or program.stat().st_mtime < newest:
                command = ["gcc", *_OPTIONS, *link, "-o", str(program), str(source)]
                subprocess.run(command, check=True, timeout=60)
            yield program, f"{GUEST_FOLDER}/{program.name}"
