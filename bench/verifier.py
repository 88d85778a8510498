"""What the kernel's verifier goes through for each program, and how long a program takes to load."""

import asyncio
import platform
import shutil
import time
from collections.abc import Mapping

from bench import load
from bench.kernel import loaded
from bench.result import Result, result
from collector.libbpf import BpfObject

# BPF_COMPLEXITY_LIMIT_INSNS in include/linux/bpf.h, since 5.2; half of it leaves room for kernels to come.
_LIMIT = 1_000_000
_GOAL = _LIMIT // 2
_MILLISECONDS_GOAL = 150


def _empty_milliseconds() -> float:
    begin = time.thread_time()
    with BpfObject.open(load.empty_object()) as bpf:
        bpf.load()
    return (time.thread_time() - begin) * 1000


def _programs() -> tuple[dict[str, int], dict[str, float]]:
    """Verified instructions, and milliseconds of CPU, of each program that this kernel takes."""
    instructions: dict[str, int] = {}
    milliseconds: dict[str, float] = {}
    with loaded() as kernel:
        objects = kernel.session.objects
        for name in objects.known:
            begin = time.thread_time()
            objects.load([name])
            if name in objects.programs:
                instructions[name] = objects.programs[name].info().verified_instructions
                milliseconds[name] = (time.thread_time() - begin) * 1000
    return instructions, milliseconds


def _most(found: Mapping[str, int], kernel: str) -> Result:
    each = ", ".join(f"{name} {count:,}" for name, count in sorted(found.items(), key=lambda one: -one[1]))
    largest = max(found.values())
    return result(
        f"verifier_instructions_{kernel}",
        largest,
        "instructions",
        at_most=_GOAL,
        baseline=("limit_of_the_kernel", _LIMIT),
        note=f"Of the largest of {len(found)} programs, {sum(found.values()):,} in all. {each}.",
    )


def _guests() -> list[Result]:
    """The same of the kernels that QEMU boots; 5.10 does not tell (5.16)."""
    from tests.kernels import boot, matrix  # noqa: PLC0415  (only where they can be booted)
    from tests.kernels.packages import SERIES  # noqa: PLC0415

    if not boot.can_boot() or shutil.which("apt-get") is None:
        return []
    results = []
    for name, said in matrix.Guests(lambda _sentence: None).load(SERIES).items():
        if said.problem:
            raise RuntimeError(said.problem)
        told = {program: count for program, count in said.instructions.items() if count}
        if told:
            results.append(_most(told, name))
        results.append(
            result(
                f"load_all_{name}",
                said.seconds,
                "s",
                baseline=("beginning_of_a_collector", said.first_seconds),
                note=f"{said.programs} programs, in QEMU without KVM, which translates each instruction.",
            )
        )
    return results


async def measure(*, quick: bool) -> list[Result]:
    """This kernel's programs one by one, those of other kernels all together."""
    empty = min(_empty_milliseconds() for _ in range(3))
    instructions, milliseconds = _programs()
    name = ".".join(platform.release().split(".")[:2])
    each = ", ".join(f"{program} {used:.0f}" for program, used in milliseconds.items())
    results = [
        _most(instructions, name),
        result(
            f"load_one_{name}",
            max(milliseconds.values()),
            "ms",
            at_most=_MILLISECONDS_GOAL,
            baseline=("empty_tp_btf", empty),
            note="CPU time of the slowest program alone, its object opened for it; together "
            f"{sum(milliseconds.values()) / 1000:.1f} s. {each}.",
        ),
    ]
    return results if quick else results + await asyncio.to_thread(_guests)
