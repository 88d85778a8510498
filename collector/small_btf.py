"""`make min-btf`: of a kernel's types only what our programs read, a few kilobytes instead of megabytes.

So that files for a hundred kernels can be shipped to hosts whose kernels do not show their types.
Reads and writes the layout of the BTFHub archive; see collector/btf.py.
"""

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from collector import btf, objects
from collector.errors import CollectorError, TypesError

_DONE, _NOT_ALL, _USAGE, _MACHINE = 0, 1, 2, 4


class BpftoolError(TypesError):
    """bpftool cannot make less of a file that looks like one with types."""

    def __init__(self, source: str, said: str) -> None:
        super().__init__(source, f"bpftool says: {said}")


def sources(directory: Path) -> dict[str, list[Path]]:
    """The files with types in *directory* and below it, by the release of their kernel."""
    found: dict[str, list[Path]] = {}
    for ending in btf.ENDINGS:
        for file in sorted(directory.rglob(f"*{ending}")):
            found.setdefault(file.name.removesuffix(ending), []).append(file)
    return found


def reduce(source: Path, programs: Iterable[Path]) -> bytes:
    """Of the types in *source* those that the objects *programs* read, as raw BTF.

    Raises:
        TypesError: The file is no BTF, is cut short, or bpftool does not take it.
    """
    types = btf.open_file(str(source))
    try:
        with tempfile.NamedTemporaryFile(suffix=".btf") as output:
            readable = types.path if types.fd is None else f"/proc/{os.getpid()}/fd/{types.fd}"
            command = ("bpftool", "gen", "min_core_btf", readable, output.name, *map(str, programs))
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
            except FileNotFoundError:
                raise BpftoolError(str(source), "nothing, as it is not installed") from None
            if done.returncode:
                raise BpftoolError(str(source), (done.stderr or done.stdout).strip())
            return Path(output.name).read_bytes()
    finally:
        types.close()


def pack(types: bytes, release: str, target: Path) -> None:
    """Write *types* as the archive *target* with the file `<release>.btf`; the same bytes each time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".new")
    with tarfile.open(unfinished, "w:xz") as archive:
        member = tarfile.TarInfo(f"{release}.btf")
        member.size, member.mode = len(types), 0o644
        archive.addfile(member, io.BytesIO(types))
    unfinished.replace(target)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201  (the command's output)


def _make(source: Path, release: str, target: Path, programs: Iterable[Path]) -> bool:
    try:
        types = reduce(source, programs)
    except TypesError as error:
        _say(f"min-btf: {error}")
        return False
    pack(types, release, target)
    print(f"{target}  {source.stat().st_size:,} -> {len(types):,} bytes, {target.stat().st_size:,} packed")  # noqa: T201
    return True


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="min-btf",
        description="Makes small files with the types of kernels, for `--btf`.",
        epilog="example: make min-btf BTF_DIR=btfhub-archive KERNELS='5.8.0-63-generic 5.10.0-8-amd64'",
    )
    parser.add_argument(
        "directory", type=Path, help="holds <release>.btf or <release>.btf.tar.xz, in BTFHub's layout or not"
    )
    parser.add_argument("target", type=Path, help="where to write, in the same layout")
    parser.add_argument("kernels", nargs="*", metavar="RELEASE", help="as `uname -r` shows it; all otherwise")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Make the files, and return 1 if any that was asked for could not be made."""
    chosen = _arguments(words)
    if not chosen.directory.is_dir():
        _say(
            f"min-btf: {chosen.directory} is no directory.\nGive one with BTF files: make min-btf BTF_DIR=DIR"
        )
        return _USAGE
    found = sources(chosen.directory)
    missing = [release for release in chosen.kernels if release not in found]
    for release in missing:
        nearest = get_close_matches(release, found, n=1)
        hint = f"Did you mean {nearest[0]}?" if nearest else "BTFHub has files for many kernels."
        _say(f"min-btf: {chosen.directory} holds no {release}.btf and no {release}.btf.tar.xz.\n{hint}")
    if not found:
        _say(f"min-btf: {chosen.directory} holds no .btf and no .btf.tar.xz.\nBTFHub has such files.")
    try:
        # Those for kernels that show their types as well: somebody may give a file nevertheless.
        programs = sorted(objects.folder().rglob("*.bpf.o"))
    except CollectorError as error:
        _say(f"min-btf: {error}.\n{error.remedy}")
        return _MACHINE
    made = [
        _make(
            file,
            release,
            chosen.target / file.parent.relative_to(chosen.directory) / f"{release}.btf.tar.xz",
            programs,
        )
        for release, files in sorted(found.items())
        if release in chosen.kernels or not chosen.kernels
        for file in files
    ]
    return _DONE if made and all(made) and not missing else _NOT_ALL


if __name__ == "__main__":
    sys.exit(main())
