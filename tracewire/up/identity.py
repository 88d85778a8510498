"""As whom the unprivileged children run."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

# When `tracewire up` itself is killed, so are its children: the kernel does it.
_DIE_WITH_PARENT = ("--pdeathsig", "KILL")
_NO_CAPABILITIES = ("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
_PROBE_SECONDS = 20


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """How to start a child with fewer rights.

    Attributes:
        prefix: What to put in front of its command.
        uid: Whom its files belong to.
        gid: Their group.
        description: For people.
    """

    prefix: tuple[str, ...]
    uid: int
    gid: int
    description: str


def privileged() -> Identity:
    """As we are, but not longer than we are."""
    setpriv = shutil.which("setpriv")
    prefix = (setpriv, *_DIE_WITH_PARENT, "--") if setpriv else ()
    return Identity(prefix=prefix, uid=os.getuid(), gid=os.getgid(), description="root")


def powerless() -> Identity:
    """As root without any capability: whoever owns a runtime's socket may ask it, and nothing more."""
    setpriv = shutil.which("setpriv")
    prefix = (setpriv, *_NO_CAPABILITIES, *_DIE_WITH_PARENT, "--") if setpriv else ()
    return Identity(prefix=prefix, uid=os.getuid(), gid=os.getgid(), description="root without capabilities")


def unprivileged(programs: Sequence[str], files: Sequence[Path]) -> Identity:
    """As nobody; where nobody cannot reach a file (a checkout in /root), as root without any capability.

    Args:
        programs: Must be executable.
        files: Must be readable.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return msgspec.structs.replace(
            privileged(), description="root, as there is no setpriv here (util-linux)"
        )
    nobody = pwd.getpwnam("nobody")
    as_nobody = Identity(
        prefix=(
            setpriv,
            f"--reuid={nobody.pw_uid}",
            f"--regid={nobody.pw_gid}",
            "--clear-groups",
            *_NO_CAPABILITIES,
            *_DIE_WITH_PARENT,
            "--",
        ),
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
        description="nobody",
    )
    if _suffices(as_nobody, programs, files):
        return as_nobody
    return Identity(
        prefix=(setpriv, *_NO_CAPABILITIES, *_DIE_WITH_PARENT, "--"),
        uid=os.getuid(),
        gid=os.getgid(),
        description="root without capabilities, as nobody may not reach all of its files",
    )


# A Python that cannot read its own home may still start, out of another one's library.
_PROBE = """
import os, sys
version, home, count, *paths = sys.argv[1:]
programs, files = paths[:int(count)], paths[int(count):]
import engine, tracewire.bus
sys.exit(not all([
    sys.version == version,
    sys.base_prefix == home,
    *[os.access(program, os.X_OK) for program in programs],
    *[os.access(file, os.R_OK) for file in files],
]))
"""


def _suffices(identity: Identity, programs: Sequence[str], files: Sequence[Path]) -> bool:
    expected = [sys.version, sys.base_prefix, str(len(programs))]
    command = [*identity.prefix, sys.executable, "-c", _PROBE, *expected, *programs, *map(str, files)]
    try:
        probe = subprocess.run(command, check=False, capture_output=True, cwd="/", timeout=_PROBE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0
