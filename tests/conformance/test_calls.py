"""System calls as events: what they were given and what they returned."""

from typing import Any

import pytest

from tests.conformance.capture import Capture, seen_process, told, told_process, what
from tests.conformance.conftest import Build

pytestmark = pytest.mark.root

_NOWHERE = "0x10"  # no page is mapped there
_USER = {"pathname": "user"}


@pytest.mark.parametrize(
    ("name", "registers", "args", "result", "origins"),
    [
        (
            "mkdirat",
            ["83886080", "@a/b", "0755"],
            {"dirfd": 83886080, "pathname": "a/b", "mode": ["S_IXOTH", "S_IROTH", "S_IXGRP", "S_IRGRP",
                                                            "S_IXUSR", "S_IWUSR", "S_IRUSR"]},
            -9,
            _USER,
        ),
        ("chdir", [_NOWHERE], {"path": None}, -14, {"path": "user"}),
        ("truncate", ["@/nonexistent", "0x8000000000000000"],
         {"path": "/nonexistent", "length": -(1 << 63)}, -22, {"path": "user"}),
        ("writev", ["-1", _NOWHERE, "0x8000000000000000"],
         {"fd": -1, "iov": None, "iovcnt": 1 << 63}, -9, {"iov": "user"}),
        ("connect", ["-1", _NOWHERE, "-1"], {"sockfd": -1, "addr": None, "addrlen": -1}, -9, {"addr": "user"}),
        # Of a page that may not be read: all of it, what runs into it, and what has room before it.
        ("chdir", ["!"], {"path": None}, -14, {"path": "user"}),
        ("chdir", ["!no end"], {"path": None}, -14, {"path": "user"}),
        ("writev", ["-1", "!12345678", "1"], {"fd": -1, "iov": None, "iovcnt": 1}, -9, {"iov": "user"}),
        ("connect", ["-1", "!\x01", "16"], {"sockfd": -1, "addr": None, "addrlen": 16}, -9, {"addr": "user"}),
        ("kill", ["4194305", "9"], {"pid": 4194305, "sig": "SIGKILL"}, -3, {}),
        ("lseek", ["-1", "-5", "2"], {"fd": -1, "offset": -5, "whence": "SEEK_END"}, -9, {}),
    ],
)  # fmt: skip
def test_a_call_is_told_with_its_arguments_and_its_error(  # noqa: PLR0917  (parametrised)
    capture: Capture, truth: Build, name: str, registers: list[str], args: dict[str, Any], result: int,
    origins: dict[str, str],
) -> None:  # fmt: skip
    """Every argument and the return value, of calls that fail; memory that is not there is null."""
    with capture.wanting(name):
        run = capture.run([truth("registers"), str(_NUMBERS[name]), *registers])

    assert run.did["result"] == result
    assert [what(one) for one in run.events] == [told(name, name, args, return_value=result, origins=origins)]
    assert run.events[0].event.abi == "x86_64"
    assert seen_process(run.events[0]) == told_process(run.process, cwd=False)


_NUMBERS = {"mkdirat": 258, "chdir": 80, "truncate": 76, "writev": 20, "connect": 42, "kill": 62, "lseek": 8}
