"""What is complete in a ring leaves it in one piece, and nothing else does."""

import struct
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ring import REGION_LIMIT, Region, event_ids, walk

BUSY, DISCARDED = 1 << 31, 1 << 30


def record(event: int, filling: int = 0) -> bytes:
    """An event as the kernel writes it: padded by a `bin` that reaches over the next record's header."""
    body = (
        b"\xdc\x00\x02"
        + struct.pack(">BH", 0xCD, event)
        + b"\xc5"
        + struct.pack(">H", filling)
        + bytes(filling)
    )
    length = len(body) + 2
    return body + bytes([0xC4, (-length & 7) + 8])


def ring_image(records: list[tuple[int, bytes]]) -> bytes:
    """A ring's data: each record with flags in its header."""
    return b"".join(
        struct.pack("=II", len(body) | flags, 0) + body.ljust((len(body) + 7) & ~7, b"\xee")
        for flags, body in records
    )


def words(image: bytes) -> memoryview:
    return memoryview(image).cast("I")


def test_walk_counts_complete_records() -> None:
    """Two complete records end where the ring's content ends."""
    image = ring_image([(0, record(1)), (0, record(2, 100))])

    assert walk(words(image), 0, len(image) // 4) == (len(image) // 4, 2)


@pytest.mark.parametrize("flag", [BUSY, DISCARDED])
def test_walk_stops_before_a_record_that_is_not_complete(flag: int) -> None:
    """What stands behind a record that is being written waits for it."""
    first = ring_image([(0, record(1))])
    image = first + ring_image([(flag, record(2)), (0, record(3))])

    assert walk(words(image), 0, len(image) // 4) == (len(first) // 4, 1)


def test_walk_of_nothing_is_nothing() -> None:
    """An empty stretch has no records."""
    assert walk(words(ring_image([(0, record(1))])), 0, 0) == (0, 0)


def test_walk_passes_the_end_of_the_data() -> None:
    """A record that wraps ends behind the data's last word."""
    image = ring_image([(0, record(1, 200))])[:64]

    at, count = walk(words(image), 0, 16)

    assert (at > 16, count) == (True, 1)


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 300)), min_size=1, max_size=40))
def test_a_region_is_a_msgpack_sequence_of_its_events(contents: list[tuple[int, int]]) -> None:
    """Whatever the records' lengths, the copied stretch decodes to them with one `bin` behind each."""
    records = [record(event, filling) for event, filling in contents]
    image = ring_image([(0, body) for body in records])
    region = Region(image[8:] + bytes(8), len(records), len(records[0]))

    prefix = b"\xdd" + struct.pack(">I", 2 * region.count)
    decoded = msgspec.msgpack.decode(prefix + region.data)

    assert decoded[0::2] == [[event, bytes(filling)] for event, filling in contents]
    assert all(isinstance(between, bytes) for between in decoded[1::2])
    assert event_ids(region) == Counter(event for event, _ in contents)


def test_region_limit_leaves_room_in_a_nats_message() -> None:
    """NATS refuses messages over 1 MiB unless it is told otherwise."""
    assert REGION_LIMIT <= 512 * 1024
