"""Containers where cgroup v1 is all there is, or v2, in mount namespaces, whatever this machine mounts."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serving import ROOT, free_port, program

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.timeout(300)]

# Lazily: somebody has files open there.
_ALONE = """
umount --recursive --lazy /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"
"""


@pytest.mark.parametrize(("version", "hierarchies"), [("v1", ["memory", "pids"]), ("v2", ["."])])
def test_containers_are_created_attributed_and_removed(
    can_collect: None, require: Callable, tmp_path: Path, version: str, hierarchies: list[str]
) -> None:
    """Once, by name, whether they have one cgroup or one in every hierarchy."""
    command = [
        *("unshare", "--mount", "sh", "-c", _ALONE, "sh"),
        *(sys.executable, "-m", "tests.kernels.guest.whole", version, "--keep-time"),
        *("--nats-server", program("nats-server"), "--address", f"127.0.0.1:{free_port()}"),
        *("--folder", str(tmp_path)),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    told = [json.loads(line) for line in done.stdout.splitlines()]
    require(told[0]["hierarchies"], "needs a controller that cgroup v1 can be mounted with")
    assert told == [
        {"hierarchies": hierarchies},
        {"container": "before", "attributed": True, "created": [["before", "box"]], "removed": 1},
        {"sessions": 1},
    ]
