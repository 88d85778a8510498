"""A ring that the kernel really writes."""

import contextlib
import os
import struct
from collections import Counter

import msgspec
import pytest

from collector.libbpf import BpfObject
from collector.ring import REGION_LIMIT, Region, Ring
from tracewire.batch import Batch, BatchHeader

pytestmark = pytest.mark.root

EVENT = 2000
SIZE = 64 * 1024
KEY = struct.pack("=I", EVENT)


def asked_pids(regions: list[Region]) -> list[int]:
    """The argument of each event, read the way an engine reads it."""
    pids = []
    for region in regions:
        header = BatchHeader(1, "n", "b", "s", "f", 0, 0, region.count, 0)
        records = b"\xdd" + struct.pack(">I", 2 * region.count) + region.data
        payload = b"\x92" + msgspec.msgpack.encode(header) + records
        pids += [msgspec.msgpack.decode(event.args)[0] for event in Batch(payload).events()]
    return pids


def take_all(ring: Ring) -> list[Region]:
    regions = []
    while (region := ring.take()) is not None:
        regions.append(region)
    return regions


def test_events_leave_in_the_order_they_were_written_across_the_end_of_the_ring(sample: BpfObject) -> None:
    """Nothing is lost, doubled or torn where a record wraps."""
    sample.maps["ring"].max_entries = SIZE
    sample.load()
    ring = Ring(sample.maps["ring"].fd, SIZE)
    link = sample.programs["on_getpgid"].attach()
    expected, got = [], []

    for start in range(1, 5000, 700):
        for pid in range(start, start + 700):
            expected.append(pid)
            _getpgid(pid)
        got += asked_pids(take_all(ring))

    link.close()
    ring.close()
    assert got == expected


def _getpgid(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.getpgid(pid)


def test_a_full_ring_counts_what_it_refuses(sample: BpfObject) -> None:
    """Generated = read + lost_ring, exactly, and what was read before the loss is whole."""
    sample.maps["ring"].max_entries = SIZE
    sample.load()
    ring = Ring(sample.maps["ring"].fd, SIZE)
    with_link = sample.programs["on_getpgid"].attach()
    for _ in range(2000):
        _getpgid(1)
    with_link.close()

    waiting = ring.waiting_ids()
    regions = take_all(ring)
    read = sum(region.count for region in regions)
    counts = [struct.unpack("=6Q", cpu) for cpu in sample.maps["counts"].get_per_cpu(KEY)]
    ring.close()

    generated, lost = (sum(cpu[column] for cpu in counts) for column in (0, 2))
    assert waiting == Counter({EVENT: read})
    assert (generated, generated - lost) == (2000, read)
    assert lost > 0


def test_a_region_ends_at_the_limit(sample: BpfObject) -> None:
    """However much is in the ring, no region is larger than a message may be."""
    size = 1024 * 1024
    sample.maps["ring"].max_entries = size
    sample.load()
    ring = Ring(sample.maps["ring"].fd, size)
    link = sample.programs["on_getpgid"].attach()
    for _ in range(10_000):
        _getpgid(1)
    link.close()

    regions = take_all(ring)
    ring.close()

    assert sum(region.count for region in regions) == 10_000
    assert len(regions) > 1
    assert max(len(region.data) for region in regions) <= REGION_LIMIT


def test_an_empty_ring_yields_nothing(sample: BpfObject) -> None:
    """Neither a region nor anything to wait for."""
    sample.load()
    ring = Ring(sample.maps["ring"].fd, sample.maps["ring"].max_entries)

    assert (ring.take(), ring.waiting(), ring.waiting_ids()) == (None, 0, Counter())
    ring.close()
