"""Any language reads findings: here NATS's own command line, as README shows it."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from tests.tracewire.making import finding
from tracewire import Finding

pytestmark = pytest.mark.nats
ROOT = Path(__file__).parents[2]


def shown_in_readme() -> list[str]:
    """The arguments of the `nats` command that README shows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"^\$ nats (sub(?:scribe)? .*tracewire\.findings\..*)$", readme, re.MULTILINE)
    assert shown, "README does not show how another language reads findings"
    return shlex.split(shown[1], comments=True)


async def test_the_nats_command_line_reads_findings(
    nats_url: str, publish: Callable[..., Awaitable[None]], require: Callable, tmp_path: Path
) -> None:
    """With the command that README shows: one finding's JSON for each message."""
    program = shutil.which("nats", path=f"{ROOT / '.tools' / 'bin'}:/usr/local/bin:/usr/bin")
    require(program, "needs the nats command line: deploy/setup/nats-cli.sh")
    reader = await asyncio.create_subprocess_exec(
        program, *shown_in_readme(), "--server", nats_url, "--count", "2",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    ended = asyncio.ensure_future(reader.communicate())
    number = 0
    # It does not say when it has subscribed: publish until it has had its two.
    while not ended.done() and number < 500:
        number += 1
        await publish(finding(number, severity="high"))
        await asyncio.wait([ended], timeout=0.1)
    printed, said = await asyncio.wait_for(ended, 20)

    found = [
        msgspec.json.decode(line, type=Finding) for line in printed.splitlines() if line.startswith(b"{")
    ]
    first = found[0].data["number"] if found else 0
    assert found == [finding(each, severity="high") for each in (first, first + 1)], said.decode()


async def test_the_five_lines_of_the_readme_run(
    nats_url: str, publish: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    """The client's example, against a real server, as it stands there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    example = next(each for each in examples if "findings(" in each)
    program = tmp_path / "example.py"
    program.write_text(example.replace("nats://127.0.0.1:4222", nats_url))
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-u", str(program), stdout=subprocess.PIPE, env={"TRACEWIRE_NATS": nats_url}
    )
    assert reader.stdout is not None
    line = asyncio.ensure_future(reader.stdout.readline())
    number = 0
    while not line.done() and number < 500:
        number += 1
        await publish(finding(number))
        await asyncio.wait([line], timeout=0.1)
    reader.kill()
    await reader.wait()

    assert "Title of anti_debugging" in line.result().decode()
