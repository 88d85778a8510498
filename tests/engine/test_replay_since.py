"""`record` and `replay --since`: what the bus still holds, judged by other signatures."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine import making, rego
from tests.engine.conftest import ROOT, Stage

pytestmark = [pytest.mark.nats, pytest.mark.opa]


async def _command(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a command that is run as people do."""
    process = await asyncio.create_subprocess_exec(
        *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    output, errors = await process.communicate()
    return process.returncode or 0, (output + errors).decode()


async def _replay(*arguments: str) -> dict[str, list[dict[str, object]]]:
    code, said = await _command(sys.executable, "-m", "engine", "replay", "--json", *arguments)
    assert code == 0, said
    document: dict[str, list[dict[str, object]]] = json.loads(said)
    return document


def _paths(found: list[dict[str, dict[str, object]]]) -> list[object]:
    return sorted(str(one["data"]["pathname"]) for one in found)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A directory with the signature for another place, and nothing for ptrace."""
    directory = tmp_path / "changed"
    directory.mkdir()
    text = rego.WRITES_ETC.replace('startswith(input.args.pathname, "/etc/")', "_wanted(input.args.pathname)")
    text += '\n_wanted(path) if startswith(path, "/srv/")\n\n_wanted(path) if path == "/etc/a"\n'
    (directory / "writes_etc.rego").write_text(text)
    return directory


@pytest.mark.timeout(200)
async def test_stream_file_and_two_directories_say_the_same(stage: Stage, changed: Path) -> None:
    """Against the stored findings, against what is recorded in a file, and against other signatures."""
    stage.sign("writes_etc", rego.WRITES_ETC)
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    now = [making.opening(path, number=number) for number, path in enumerate(("/etc/a", "/etc/b", "/srv/c"))]
    await stage.publish(making.batch(*now, making.traceme()))
    await stage.findings(3)
    await stage.settled()

    file = stage.directory / "events.rec"
    tracewire = str(Path(sys.executable).with_name("tracewire"))
    code, said = await _command(
        tracewire, "record", str(file), "--since", "1h", "--nats", stage.bus.url, "--json"
    )
    size = file.stat().st_size
    given = ("--signatures", str(changed))
    nats = ("--since", "1h", "--nats", stage.bus.url)
    results = [
        await _replay(*nats, *given),
        await _replay(*nats, *given, "--against", str(stage.signatures)),
        await _replay(str(file), *given, "--against", str(stage.signatures)),
    ]

    assert (code, json.loads(said)) == (0, {"file": str(file), "batches": 1, "events": 4, "bytes": size})
    for result in results:
        assert result["events"] == {"ptrace": 1, "security_file_open": 3}
        assert [_paths(result[part]) for part in ("new", "gone")] == [["/srv/c"], ["/etc/b"]]  # type: ignore[arg-type]
        assert (result["equal"], result["failed"], result["missing"]) == (1, {}, [])


async def test_record_of_nothing_is_said_with_exit_code_1(stage: Stage) -> None:
    """An empty file that looks like a recording would be replayed as a quiet hour."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    tracewire = str(Path(sys.executable).with_name("tracewire"))
    file = stage.directory / "none.rec"

    code, said = await _command(tracewire, "record", str(file), "--since", "1h", "--nats", stage.bus.url)

    assert code == 1
    assert said.startswith("0 events in 0 batches")
