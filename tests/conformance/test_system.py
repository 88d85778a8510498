"""Events that change the kernel itself say what was asked for, granted or not."""

from errno import EINVAL
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.capture import Capture, seen_process, told, told_process, what
from tests.conformance.conftest import Build

pytestmark = pytest.mark.root


def test_init_module(capture: Capture, truth: Build) -> None:
    """Address, length and parameters of a module that this kernel cannot load."""
    with capture.wanting("init_module"):
        run = capture.run([truth("registers"), "175", "0x1000", "10", "@a=b c=\x1b[31m"])

    args = {"umod": "0x1000", "len": 10, "uargs": "a=b c=\x1b[31m"}
    assert run.did["result"] < 0
    assert [what(one) for one in run.events] == [
        told("init_module", "init_module", args, return_value=run.did["result"], origins={"uargs": "user"})
    ]
    assert seen_process(run.events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("environment", "origins"), [({}, {}), ({"SHARED": "yes"}, {"pathname": "racy"})], ids=["alone", "shared"]
)
def test_finit_module(
    capture: Capture, truth: Build, tmp_path: Path, environment: dict[str, str], origins: dict[str, str]
) -> None:
    """The file behind the descriptor, marked where another thread has the same table of descriptors."""
    module = tmp_path / "module.ko"
    module.write_bytes(b"no module")

    with capture.wanting("finit_module"):
        run = capture.run([truth("registers"), "313", f"={module}", "@x=y", "3"], env=environment)

    args = {"fd": run.did["registers"][0], "uargs": "x=y", "pathname": str(module),
            "flags": ["MODULE_INIT_IGNORE_MODVERSIONS", "MODULE_INIT_IGNORE_VERMAGIC"]}  # fmt: skip
    assert run.did["result"] < 0
    assert [what(one) for one in run.events] == [
        told("finit_module", "finit_module", args, return_value=run.did["result"],
             origins={"uargs": "user", **origins})
    ]  # fmt: skip
    assert seen_process(run.events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("registers", "args", "result"),
    [
        ([0, 0, 0], {"cmd": "BPF_MAP_CREATE", "uattr": "0x0", "size": 0}, -22),
        ([5, 8, 128], {"cmd": "BPF_PROG_LOAD", "uattr": "0x8", "size": 128}, -14),
        ([999, 0, 4], {"cmd": 999, "uattr": "0x0", "size": 4}, -14),
    ],
)
def test_bpf(capture: Capture, truth: Build, registers: list[int], args: dict[str, Any], result: int) -> None:
    """Command, address and size."""
    with capture.wanting("bpf"):
        run = capture.run([truth("registers"), "321", *map(str, registers)])

    assert run.did["result"] == result
    assert [what(one) for one in run.events] == [told("bpf", "bpf", args, return_value=result)]
    assert seen_process(run.events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("entries", "flags", "names", "thread_cpu"),
    [
        (5, 0, [], None),
        (8, 0x2, ["IORING_SETUP_SQPOLL"], -1),
        (1, 0x6, ["IORING_SETUP_SQPOLL", "IORING_SETUP_SQ_AFF"], 0),
        (100_000, 0x10, ["IORING_SETUP_CLAMP"], None),
    ],
)
def test_io_uring_create(  # noqa: PLR0917
    capture: Capture, truth: Build, entries: int, flags: int, names: list[str], thread_cpu: int | None
) -> None:
    """How large the ring is, and who takes what is put into it."""
    with capture.wanting("io_uring_create"):
        run = capture.run([truth("ring_create"), str(entries), str(flags), "0"])

    args = {
        "sq_entries": run.did["sq_entries"],
        "cq_entries": run.did["cq_entries"],
        "flags": names,
        "polling": "IORING_SETUP_SQPOLL" in names,
        "sq_thread_cpu": thread_cpu,
    }
    assert run.did["result"] > 0
    assert [what(one) for one in run.events] == [
        told("io_uring_create", "io_uring_setup", args, return_value=run.did["result"])
    ]
    assert seen_process(run.events[0]) == told_process(run.process)


def test_a_ring_that_is_refused_is_no_event(capture: Capture, truth: Build) -> None:
    with capture.wanting("io_uring_create"):
        run = capture.run([truth("ring_create"), "0", "0", "0"])

    assert run.did["result"] == -EINVAL
    assert run.events == []
