"""Compiles and runs what the benchmarks observe."""

import os
import shutil
import subprocess
from pathlib import Path

_HERE = Path(__file__).resolve().parent
ROOT = _HERE.parent
BUILD = ROOT / "build" / "bench"
_KERNEL_TYPES = ROOT / "build" / "bpf"

CPUS = sorted(os.sched_getaffinity(0))
LOAD_CPU = CPUS[0]
PRODUCT_CPU = CPUS[-1]
"""Apart from the load where there are two: its cost is not the product's, and does not delay it."""

_LONGEST_SECONDS = 300


def _compile(source: Path, target: Path, command: list[str]) -> Path:
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        subprocess.run([*command, str(source), "-o", str(target)], check=True)
    return target


def program() -> Path:
    """The compiled load.c."""
    return _compile(_HERE / "load.c", BUILD / "load", ["gcc", "-O2", "-Wall"])


def empty_object() -> Path:
    """The compiled empty.bpf.c."""
    flags = ["-target", "bpf", "-O2", "-g", "-mcpu=v3", "-D__TARGET_ARCH_x86", f"-I{_KERNEL_TYPES}", "-c"]
    return _compile(_HERE / "empty.bpf.c", BUILD / "empty.bpf.o", ["clang", *flags])


def pinned(cpu: int, command: list[str]) -> list[str]:
    """*command* on *cpu* alone."""
    taskset = shutil.which("taskset")
    if taskset is None:
        raise FileNotFoundError("taskset is missing: it is in the package util-linux")
    return [taskset, "--cpu-list", str(cpu), *command]


def _run(*words: str) -> str:
    command = pinned(LOAD_CPU, [str(program()), *words])
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST_SECONDS)
    return done.stdout


def time_of(operation: str, count: int) -> float:
    """Nanoseconds of one *operation*: what a tenth of short chunks of *count* stay below."""
    return float(_run("time", operation, str(count)))


def at_rate(operation: str, count: int, rate: int) -> int:
    """Do *operation* *count* times, *rate* a second or as fast as possible (0); nanoseconds it took."""
    return int(_run("rate", operation, str(count), str(rate)))


def start(*words: str) -> "subprocess.Popen[str]":
    """The load in the background; read its output to the end and wait for it."""
    command = pinned(LOAD_CPU, [str(program()), *words])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
