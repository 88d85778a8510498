"""What is kept after the start, given what was held before it."""

import pytest

from collector.capabilities import kept


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (
            {"CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_KILL"},
            {"CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"},
        ),
        ({"CAP_SYS_ADMIN", "CAP_SYS_PTRACE"}, {"CAP_SYS_ADMIN"}),
        ({"CAP_BPF", "CAP_PERFMON"}, {"CAP_BPF", "CAP_PERFMON"}),
        (set(), set()),
    ],
    ids=["root", "an engine that does not know CAP_BPF", "no cgroup programs", "nobody"],
)
def test_only_what_attaching_needs_is_kept(held: set[str], expected: set[str]) -> None:
    """CAP_SYS_ADMIN stays only where nothing narrower was given."""
    assert kept(frozenset(held)) == expected
