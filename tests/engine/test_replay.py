"""Other signatures over recorded events."""

from pathlib import Path

import pytest

from engine.opa_program import OpaProgram
from engine.replay import compare, payloads_of, replay
from tests.engine import making, rego
from tracewire import recording
from tracewire.errors import RecordingError

pytestmark = pytest.mark.opa


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Two batches: one process asks to be traced, and a file in /etc is written."""
    path = tmp_path / "events.rec"
    with path.open("wb") as file:
        writer = recording.Writer(file)
        writer.write(making.batch(making.traceme(1)))
        opened = making.opening("/etc/passwd"), making.opening("/tmp/x", number=1)
        writer.write(making.batch(*opened, sequence=1))
    return path


async def test_new_gone_and_equal_findings(program: OpaProgram, tmp_path: Path, recorded: Path) -> None:
    """The changed signature finds another file, the other one the same as before."""
    for name, place in (("before", "/etc/"), ("after", "/tmp/")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "traceme.rego").write_text(rego.TRACEME)
        (folder / "writes.rego").write_text(rego.WRITES_ETC.replace('"/etc/"', f'"{place}"'))
    before = await replay(program, [str(tmp_path / "before")], payloads_of(recorded), None)
    after = await replay(program, [str(tmp_path / "after")], payloads_of(recorded), None)
    compared = compare(before.found, after.found)

    assert after.events == {"ptrace": 1, "security_file_open": 2}
    assert [one.data for one in compared.new] == [{"pathname": "/tmp/x"}]
    assert [one.data for one in compared.gone] == [{"pathname": "/etc/passwd"}]
    assert compared.equal == 1
    assert (after.failed, after.missing) == ({}, [])
    assert all(cost.microseconds is not None for cost in after.costs.values())


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "no recording"), (b"other", "no recording"), (recording.MAGIC + b"\0\0", "cut short"),
     (recording.MAGIC + b"\0\0\0\x09abc", "cut short")],
)  # fmt: skip
def test_file_that_is_no_recording_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    """With what is wrong with it."""
    path = tmp_path / "a.rec"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=says):
        list(recording.read(path))
