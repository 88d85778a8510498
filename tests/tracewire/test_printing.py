"""What reaches a terminal: it fits, and nothing that an attacker wrote is raw."""

import json
import os
import pty
import re
import struct
import subprocess
import sys
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import msgspec
import pytest

from tests.tracewire.making import CONTAINER, finding
from tracewire.command.cells import cell, width_of
from tracewire.command.output import json_text
from tracewire.command.table import findings_table
from tracewire.finding import ContainerView

# A title bar, a cleared screen, a line feed, C1's own escape, and writing turned round.
HOSTILE = "\x1b]0;owned\x07\x1b[2J\nroot\x9b31m\u202egnp.exe\u2066"
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("text", "columns", "result"),
    [
        ("short", 8, "short   "),
        ("exactly8", 8, "exactly8"),
        ("too long for it", 8, "too lon…"),
        ("漢字漢字漢字", 8, "漢字漢… "),
        ("e\u0301toile", 8, "e\u0301toile  "),
        ("a\nb", 8, r"a\nb    "),
        ("a\x1bb", None, r"a\x1bb"),
    ],
)
def test_a_cell_has_its_width(text: str, columns: int | None, result: str) -> None:
    assert cell(text, columns) == result
    assert columns is None or width_of(result) == columns


def test_a_row_has_no_control_character() -> None:
    """Whatever the process called itself and whatever the signature copied from it."""
    box = ContainerView(id=CONTAINER, name=HOSTILE)
    row = findings_table().finding(
        finding(data={HOSTILE: HOSTILE, "list": [HOSTILE]}, comm=HOSTILE, container=box)
    )

    assert CONTROLS.findall(row) == []


def test_json_has_no_control_character_and_loses_nothing() -> None:
    hostile = finding(data={"text": HOSTILE})
    line = json_text(hostile)

    assert CONTROLS.findall(line) == []
    assert json.loads(line) == msgspec.to_builtins(hostile)


_SCRIPT = """
import msgspec, sys
from tracewire.command.printing import FindingPrinter
from tracewire.finding import Finding
printer = FindingPrinter(as_json=False)
for line in open(sys.argv[1], "rb"):
    printer.print(msgspec.json.decode(line, type=Finding))
"""


@pytest.mark.parametrize("columns", [60, 80, 132, 240])
def test_rows_fit_the_terminal(tmp_path: Path, columns: int) -> None:
    """A real terminal of that width; colours take no place."""
    found = [finding(data={"pathname": "/very" * 60}, severity=severity) for severity in ("low", "critical")]
    file = tmp_path / "findings"
    file.write_bytes(b"\n".join(map(msgspec.json.encode, found)))
    controller, terminal = pty.openpty()
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "NO_COLOR"}}

    subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(file)],
        stdout=terminal,
        check=True,
        env={**environment, "TERM": "xterm"},
    )
    os.close(terminal)
    printed = b""
    while chunk := _read(controller):
        printed += chunk
    os.close(controller)

    rows = printed.decode().replace("\r", "").strip("\n").split("\n")
    assert "\x1b[1;31mcritical\x1b[0m" in rows[2]
    assert [width_of(re.sub("\x1b\\[[0-9;]*m", "", row)) <= columns for row in rows] == [True] * 3


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 65536)
    except OSError:
        # How Linux says that the other side of a terminal is closed.
        return b""
