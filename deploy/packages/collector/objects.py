"""Puts the compiled BPF objects into the wheel."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_OBJECTS = Path(__file__).resolve().parents[3] / "build" / "bpf"

# The objects read arguments from the registers of one architecture. Nothing in the wheel is
# linked against a C library, so that it fits every one.
_TAG = "py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64"


class ObjectsHook(BuildHookInterface[Any]):
    """Takes what `make bpf` has built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add every object of build/bpf, those for older kernels in their folders.

        Raises:
            FileNotFoundError: There is none.
        """
        del version
        objects = sorted(_OBJECTS.rglob("*.bpf.o"))
        if not objects:
            raise FileNotFoundError(f"{_OBJECTS} has no BPF objects; run `make bpf` first")
        build_data["tag"] = _TAG
        build_data["force_include"] |= {
            str(path): f"collector/objects/{path.relative_to(_OBJECTS)}" for path in objects
        }
