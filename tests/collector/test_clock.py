"""The time of day that a batch tells: steady, and right again after the time has been set."""

import subprocess
import sys

import pytest

from tests.requirement import require

# In a time namespace of its own: the clock since boot jumps against the time of day, for this
# process alone, as both do for everybody where somebody sets the time.
_JUMP = """
import ctypes, os, sys, time
from collector.clock import Clock

NEW_TIME, NEW_USER = 0x80, 0x10000000
libc = ctypes.CDLL(None, use_errno=True)
clock = Clock()
before = clock.offset
clock.follow()
noise = clock.offset - before
if libc.unshare(NEW_USER | NEW_TIME):
    sys.exit(77)
try:
    with open("/proc/self/timens_offsets", "w") as offsets:
        offsets.write(f"boottime {sys.argv[1]} 0")
    own = os.open("/proc/self/ns/time_for_children", os.O_RDONLY)
except OSError:
    sys.exit(77)
if libc.setns(own, NEW_TIME):
    sys.exit(77)
clock.follow()
now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) + clock.offset
print(noise, round((before - clock.offset) / 1e9), abs(now - time.time_ns()) < 1_000_000_000)
"""


@pytest.mark.parametrize("seconds", [3600, 86_400 * 365])
def test_clock_that_jumps_is_followed(seconds: int) -> None:
    """And what does not jump changes nothing, so that a process has one start time."""
    ended = subprocess.run(
        [sys.executable, "-c", _JUMP, str(seconds)], capture_output=True, text=True, check=False
    )
    require(ended.returncode != 77, "this process may not make a time namespace")

    assert (ended.stdout, ended.stderr) == (f"0 {seconds} True\n", "")
