"""What is lost is counted, the sum balances, and no event holds what another one left behind."""

import os
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from collector.libbpf import Map
from tests.conformance.capture import COUNT_NAMES, Capture
from tests.conformance.conftest import Build
from tracewire.catalogue import BY_NAME
from tracewire.event import Event

pytestmark = pytest.mark.root

OPEN = "security_file_open"
STORM = 20_000
_events = msgspec.msgpack.Decoder(Event)


@pytest.fixture(scope="module")
def small() -> Iterator[Capture]:
    """Rings that a storm fills."""
    opened = Capture(ring_mebibytes=1)
    yield opened
    opened.close()


def storm(truth: Build, path: Path, *, cpu: int, count: int = STORM, user: int = 0) -> int:
    """Open *path* again and again; the pid of the process that did."""
    command: list[str | Path] = [truth("storm"), str(count), path, str(cpu)]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, user=user)
    assert program.wait(60) == 0
    return program.pid


def difference(before: list[dict[str, int]], after: list[dict[str, int]]) -> list[dict[str, int]]:
    """What has been counted in between, for each CPU."""
    return [
        {name: now[name] - then[name] for name in COUNT_NAMES}
        for then, now in zip(before, after, strict=True)
    ]


def written(counts: dict[str, int]) -> int:
    """Records that must be in the ring."""
    lost = counts["lost_ring"] + counts["lost_scratch"] + counts["lost_size"]
    return counts["generated"] - counts["filtered"] - lost


def test_a_full_ring_is_counted(small: Capture, truth: Build, tmp_path: Path) -> None:
    """Nobody reads: on each CPU, generated is what was lost and what lies in the ring."""
    file = tmp_path / "file"
    file.write_text("x")

    with small.wanting(OPEN):
        before = small.counts_by_cpu(OPEN)
        for cpu in range(2):
            storm(truth, file, cpu=cpu % (os.cpu_count() or 1))
        small.tables.want({})
        counts = difference(before, small.counts_by_cpu(OPEN))
        found = small.take()

    assert Counter(event.cpu for event in found) == Counter(
        {cpu: written(count) for cpu, count in enumerate(counts) if written(count)}
    )
    assert sum(count["generated"] for count in counts) >= 2 * STORM
    assert sum(count["lost_ring"] for count in counts) > 0
    assert sum(count["lost_scratch"] + count["lost_size"] + count["filtered"] for count in counts) == 0


def test_a_ring_that_has_been_read_takes_events_again(small: Capture, truth: Build, tmp_path: Path) -> None:
    """Loss ends with its cause."""
    file = tmp_path / "file"
    file.write_text("x")

    with small.wanting(OPEN):
        storm(truth, file, cpu=0)
        small.take()
        before = small.counts(OPEN)
        pid = storm(truth, file, cpu=0, count=100)
        found = [event for event in small.take() if event.pid == pid]
        after = small.counts(OPEN)

    assert after["lost_ring"] == before["lost_ring"]
    assert len(found) >= 100


def claim_all(scratches: Map) -> None:
    """Claim every buffer; one that is being written in is given free once more before it stays so."""
    claimed = struct.pack("=I", 1).ljust(scratches.value_size, b"\0")
    keys = [struct.pack("=I", slot) for slot in range(scratches.max_entries)]
    deadline = time.monotonic() + 10
    while any((scratches.get(key) or b"")[:4] != claimed[:4] for key in keys):
        assert time.monotonic() < deadline
        for key in keys:
            scratches.set(key, claimed)


def test_without_scratch_every_event_is_counted_as_lost(small: Capture, truth: Build, tmp_path: Path) -> None:
    """When each buffer of each CPU is in use, nothing is written and everything counted."""
    file = tmp_path / "file"
    file.write_text("x")

    with small.wanting(OPEN):
        scratches = small.objects.maps["scratches"]
        keys = [struct.pack("=I", slot) for slot in range(scratches.max_entries)]
        try:
            claim_all(scratches)
            small.take()
            before = small.counts(OPEN)
            storm(truth, file, cpu=0, count=1000)
            after = small.counts(OPEN)
            found = small.take()
        finally:
            for key in keys:
                scratches.set(key, bytes(scratches.value_size))

    lost = after["lost_scratch"] - before["lost_scratch"]
    assert found == []
    assert lost == after["generated"] - before["generated"] >= 1000


def test_filtered_events_are_counted(small: Capture, truth: Build, public: Path) -> None:
    """Of two users one is wanted: the other's events are generated, filtered, and nowhere else."""
    file = public / "file"
    file.write_text("x")
    size = small.tables.wanted_size
    # struct event_table: one clause, whose users are one range.
    table = struct.pack("=QIIQQQQIIIIQ", 1, 1, 0, 1, 1, 0, 1, 1, 0, 1234, 1234, 1).ljust(size, b"\0")

    with small.wanting(OPEN):
        small.tables.want({BY_NAME[OPEN].id: table})
        small.take()
        before = small.counts(OPEN)
        storm(truth, file, cpu=0, count=200, user=0)
        pid = storm(truth, file, cpu=0, count=300, user=1234)
        small.tables.want({})
        after = small.counts(OPEN)
        found = small.take()

    counts = {name: after[name] - before[name] for name in COUNT_NAMES}
    assert {event.uid for event in found} == {1234}
    assert len(found) == written(counts)
    assert counts["filtered"] >= 200
    assert sum(event.pid == pid for event in found) >= 300
    assert counts["lost_ring"] == counts["lost_scratch"] == counts["lost_size"] == 0


def test_nothing_is_left_of_an_earlier_event(capture: Capture, truth: Build, tmp_path: Path) -> None:
    """A ring is events without a gap; between them zeros; and none holds another process's bytes."""
    secret = "SECRET" * 600
    with capture.wanting("sched_process_exec", "sched_process_exit", arguments=["env"]):
        for _ in range(20):
            loud = capture.run([truth("exit"), "code", "0", secret], env={"S": secret[:9000]})
            assert any(secret in str(one.event.args.get("argv")) for one in loud.events)
            program = subprocess.run([truth("exit"), "code", "0"], check=True, capture_output=True, env={})
            assert program.returncode == 0
            for name, ring in capture.rings.items():
                region = ring.take()
                if region is None:
                    continue
                raws = msgspec.msgpack.decode(
                    b"\xdd" + struct.pack(">I", 2 * region.count) + region.data, type=list[msgspec.Raw]
                )
                assert sum(len(raw) for raw in raws) == len(region.data), name
                for event, gap in zip(raws[::2], raws[1::2], strict=True):
                    _events.decode(event)
                    assert b"SECRET" not in bytes(event)
                    between = msgspec.msgpack.decode(gap, type=bytes)
                    assert between[:-8] == bytes(len(between) - 8)
                    assert 8 <= len(between) <= 15
