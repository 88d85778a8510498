"""Which rung is tried first, and what is not tried at all."""

import pytest

from collector.machine import preempts
from collector.requirements import Kernel
from collector.rungs import in_order
from tracewire.catalogue import BY_NAME

_DYNAMIC = "Linux version 6.12.1 (gcc) #1 SMP PREEMPT_DYNAMIC Debian"
_BUILT_SO = "Linux version 6.12.1 (gcc) #1 SMP PREEMPT Debian"


@pytest.mark.parametrize(
    ("event", "preemptible", "order"),
    [
        ("security_inode_unlink", False, ["lsm", "fexit", "kprobe", "inner"]),
        ("security_inode_unlink", True, ["lsm", "kprobe", "fexit", "inner"]),
        ("security_file_open", False, ["fexit", "kprobe", "inner"]),
        ("security_file_open", True, ["kprobe", "fexit", "inner"]),
        ("ptrace", True, ["sys_exit"]),
    ],
)
def test_where_the_kernel_preempts_a_trampoline_comes_last_of_the_hooks(
    event: str, *, preemptible: bool, order: list[str]
) -> None:
    """Its program is skipped for whoever runs while another task was interrupted in it."""
    assert [rung.name for rung in in_order(BY_NAME[event].rungs, preemptible=preemptible)] == order


@pytest.mark.parametrize(
    ("release", "command_line", "version", "expected"),
    [
        ("7.2.12-amd64", "quiet", _DYNAMIC, True),
        ("7.2.12-amd64", "quiet preempt=none", _DYNAMIC, True),
        ("6.12.1-amd64", "quiet preempt=full", _DYNAMIC, True),
        ("6.12.1-amd64", "quiet preempt=voluntary", _DYNAMIC, False),
        ("6.12.1-amd64", "quiet", _DYNAMIC, False),
        ("6.12.1-amd64", "quiet", _BUILT_SO, True),
    ],
)
def test_a_kernel_preempts_by_age_by_build_or_because_it_was_told(
    release: str, command_line: str, version: str, *, expected: bool
) -> None:
    assert preempts(release, command_line, version) is expected


def test_an_lsm_program_is_not_tried_where_it_would_never_be_called() -> None:
    """5.10 loads and attaches one although `bpf` is not active: it says nothing, for ever."""
    kernel = Kernel(None, ["lockdown", "capability", "yama"])
    try:
        lacking = kernel.lacks("lsm_path_unlink", "lsm/path_unlink")
    finally:
        kernel.close()

    assert lacking == ("bpf is not among the security modules of this kernel (lsm=... on its command line)")
