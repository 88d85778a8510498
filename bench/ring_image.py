"""Whether forwarding a stretch of the ring as one copy pays, against taking the records one by one."""

import time
from collections.abc import Callable

from bench.kernel import loaded, record
from bench.measure import interleaved
from bench.result import Result, result
from collector.ring import HEADER_BYTES, Region, walk

_HEADER_WORD = HEADER_BYTES // 4


def _image(region: Region) -> bytes:
    """The ring's memory as *region* was taken from it: the first record's header is back in front."""
    return region.first.to_bytes(4, "little") + bytes(4) + region.data[:-HEADER_BYTES]


def _as_it_lies(image: memoryview) -> bytes:
    """What the collector does: step over the headers, and one copy."""
    end, _ = walk(image.cast("I"), 0, len(image) // 4)
    return b"".join((image[HEADER_BYTES : 4 * end], bytes(HEADER_BYTES)))


def _one_by_one(image: memoryview) -> bytes:
    """Each record cut out without its header and padding, then joined."""
    words = image.cast("I")
    at, end = 0, len(words)
    records = []
    while at < end:
        length = words[at]
        begin = 4 * (at + _HEADER_WORD)
        # Without the two bytes that announce padding and header.
        records.append(image[begin : begin + length - 2])
        at += (length + HEADER_BYTES + 7 & ~7) // 4
    return b"".join(records)


def _copied(image: memoryview) -> bytes:
    """No more than the copy: what neither can fall below."""
    return bytes(image)


def _timing(way: Callable[[memoryview], bytes], images: list[memoryview], events: int) -> Callable[[], float]:
    def measure() -> float:
        begin = time.process_time_ns()
        for image in images:
            way(image)
        return (time.process_time_ns() - begin) / events

    return measure


async def measure(*, quick: bool) -> list[Result]:
    """One figure: nanoseconds for each event."""
    count, rounds = (2_000, 3) if quick else (50_000, 30)
    with loaded() as kernel:
        regions = record(kernel, "setfsuid", count)
    images = [memoryview(_image(region)) for region in regions]
    events = sum(region.count for region in regions)
    assert [_as_it_lies(image) for image in images] == [region.data for region in regions]
    ways = {"one copy": _as_it_lies, "one by one": _one_by_one, "memcpy": _copied}
    best = interleaved(rounds, {name: _timing(way, images, events) for name, way in ways.items()})
    bytes_each = sum(map(len, images)) / events
    return [
        result(
            "ring_image",
            best["one copy"],
            "ns",
            baseline=("slice_and_join", best["one by one"]),
            note=f"From a recorded ring to a payload, for each of {events:,} events of {bytes_each:.0f} "
            f"bytes; the copy alone takes {best['memcpy']:.1f} ns.",
        )
    ]
