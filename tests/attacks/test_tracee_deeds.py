"""Deeds on the real kernel, found by signatures in Tracee's dialect as they lie in examples/."""

import os
import sys
from pathlib import Path

import pytest

from .conftest import Findings
from .test_attacks import PATIENCE_SECONDS, is_of, perform

pytestmark = [pytest.mark.root, pytest.mark.opa, pytest.mark.nats]

# What is done, and what the signature of that name says about it.
DEEDS = [
    ("ex_1_traced_by_parent", "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)", {}),
    (
        "ex_2_memory_of_another_process",
        "import os; os.open(f'/proc/{os.getppid()}/mem', os.O_RDWR)",
        {"file flags": "O_RDWR|O_LARGEFILE", "file path": None},
    ),
    (
        "ex_5_fileless_program",
        (
            "import os, shutil\n"
            "memory = os.memfd_create('x', 0)\n"
            "shutil.copyfileobj(open('/bin/true', 'rb'), open(memory, 'wb', closefd=False))\n"
            "os.execve(memory, ['x'], {})"
        ),
        {"path": "memfd:x"},
    ),
    (
        "ex_6_preloaded_library",
        "import os; os.execve('/bin/true', ['true'], {'LD_PRELOAD': '/nowhere/tracewire.so'})",
        {"variable": "LD_PRELOAD=/nowhere/tracewire.so"},
    ),
    (
        "ex_8_metadata_service",
        (
            "import socket\n"
            "with socket.socket() as s:\n"
            "    s.settimeout(0.01)\n"
            "    s.connect_ex(('169.254.169.254', 80))"
        ),
        {"port": 80, "host": os.uname().nodename, "process": None},
    ),
    ("ex_11_program_made_to_be_anonymous", "import os; os.memfd_create('memfd', 0)", {"name": "memfd"}),
]


@pytest.mark.parametrize(("signature", "deed", "data"), DEEDS, ids=[name for name, _, _ in DEEDS])
def test_deed_is_found(
    signature: str, deed: str, data: dict[str, object], findings: Findings, tmp_path: Path
) -> None:
    """The finding says what Tracee's would have said; null stands for what differs each time."""
    about = is_of(perform([sys.executable, "-I", "-S", "-c", deed], tmp_path))
    found = findings.wait_for(lambda one: one.signature.name == signature and about(one), PATIENCE_SECONDS)

    assert found is not None, [one.signature.name for one in findings.matching(about)]
    assert {key: value if data.get(key) is not None else None for key, value in found.data.items()} == data
    assert "tracee" in found.signature.tags
