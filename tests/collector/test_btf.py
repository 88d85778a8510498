"""Files with the kernel's types: found where an archive has them, refused where they are none."""

import platform
import tarfile
from pathlib import Path

import pytest

from collector import btf
from collector.errors import TypesError

_HEAD = btf._HEADER.pack(0xEB9F, 1, 0, 24, 0, 8, 8, 4)
WHOLE = _HEAD + bytes(12)


def test_a_file_in_the_archives_layout_is_unpacked(tmp_path: Path) -> None:
    """`<id>/<version>/<architecture>/<release>.btf.tar.xz` holds the file for one kernel."""
    place = tmp_path / "system" / "1" / platform.machine()
    place.mkdir(parents=True)
    plain = tmp_path / "plain"
    plain.write_bytes(WHOLE)
    with tarfile.open(place / f"{platform.release()}.btf.tar.xz", "w:xz") as archive:
        archive.add(plain, f"{platform.release()}.btf")

    types = btf.open_file(str(tmp_path))

    assert Path(types.path).read_bytes() == WHOLE
    types.close()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is no BTF: only 0 bytes"),
        (b"#!/bin/sh\nnothing of the kind here", "it begins with 23 21 2f 62"),
        (WHOLE[:-1], "it is cut short: 35 of 36 bytes"),
        (b"\xeb\x9f" + WHOLE[2:], "the other byte order"),
    ],
)
def test_what_is_no_btf_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    """The error says what is wrong, and what to give instead."""
    file = tmp_path / "file.btf"
    file.write_bytes(content)

    with pytest.raises(TypesError, match=problem) as refused:
        btf.open_file(str(file))

    assert "uname -r" in refused.value.remedy


def test_an_archive_without_this_kernel_is_refused(tmp_path: Path) -> None:
    """Another kernel's file is not taken instead."""
    (tmp_path / "1.2.3.btf").write_bytes(WHOLE)

    with pytest.raises(TypesError, match="it holds no"):
        btf.open_file(str(tmp_path))
