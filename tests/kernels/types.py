"""A kernel's types (BTF), out of its image: what archives such as BTFHub hold for each kernel."""

import struct
import subprocess
from pathlib import Path

from tests.kernels.packages import Kernel

# Documentation/arch/x86/boot.rst: number of the set-up's sectors, and where behind them the kernel lies.
_SETUP_SECTORS, _PAYLOAD = 0x1F1, struct.Struct("<II")
_PAYLOAD_AT = 0x248
_SECTION = struct.Struct("<IIQQQQIIQQ")
# By how the payload begins. They complain of the four bytes of length behind it, after all else.
_DECOMPRESSION: dict[bytes, tuple[str, ...]] = {
    b"\x02\x21\x4c\x18": ("lz4", "-dc"),
    b"\x28\xb5\x2f\xfd": ("zstd", "-dcq"),
    b"\xfd7zX": ("xz", "-dc"),
    b"\x1f\x8b\x08": ("gzip", "-dc"),
}


class TypesError(RuntimeError):
    """A kernel's image does not give its types.

    Attributes:
        image: The file.
        problem: What is missing.
    """

    def __init__(self, image: Path, problem: str) -> None:
        self.image = image
        self.problem = problem
        super().__init__(f"{image.name}: {problem}")


def _vmlinux(image: Path) -> bytes:
    whole = image.read_bytes()
    offset, length = _PAYLOAD.unpack_from(whole, _PAYLOAD_AT)
    begin = (whole[_SETUP_SECTORS] + 1) * 512 + offset
    payload = whole[begin : begin + length]
    for magic, command in _DECOMPRESSION.items():
        if payload.startswith(magic):
            return subprocess.run(command, input=payload, capture_output=True, check=False).stdout
    raise TypesError(image, f"it is compressed in an unknown way ({payload[:4].hex()})")


def _section(elf: bytes, wanted: bytes) -> bytes | None:
    (headers,) = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    sections = [_SECTION.unpack_from(elf, headers + size * index) for index in range(count)]
    for section in sections:
        begin = sections[names][4] + section[0]
        if elf[begin : elf.index(b"\0", begin)] == wanted:
            return elf[section[4] : section[4] + section[5]]
    return None


def of(kernel: Kernel) -> bytes:
    """The types of *kernel*, raw BTF.

    Raises:
        TypesError: Its image holds none.
    """
    elf = _vmlinux(kernel.image)
    found = _section(elf, b".BTF") if elf.startswith(b"\x7fELF") else None
    if not found:
        raise TypesError(kernel.image, "it holds no types")
    return found


def file_of(kernel: Kernel, cache: Path) -> Path:
    """The same as a file in *cache*, called `<release>.btf`."""
    file = cache / f"{kernel.release}.btf"
    if not file.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        file.write_bytes(of(kernel))
    return file
