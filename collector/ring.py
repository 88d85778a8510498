"""A BPF ring buffer, read by mapping it, with no foreign call and no callback.

The layout is the kernel's (kernel/bpf/ringbuf.c, since 5.8): a page with the consumer's
position, a page with the producer's, then the data. Each record is a header of two words,
the first its length with two flags on top, then the record, padded to eight bytes.

What the programs write makes a ring image a valid message: each record is an event
followed by a msgpack `bin` that announces exactly the padding and the next record's
header. So a stretch of the ring is forwarded as one copy.
"""

import mmap
from collections import Counter

import msgspec

_PAGE = mmap.PAGESIZE
_BUSY = 1 << 31
_DISCARDED = 1 << 30

HEADER_BYTES = 8
_LAST_HEADER = bytes(HEADER_BYTES)

RECORD_LIMIT = 40 * 1024
"""Longer than any record: an event ends at 32 KiB, its ring header and padding included."""

REGION_LIMIT = 256 * 1024
"""Bytes of a region at most. NATS refuses messages over 1 MiB; larger ones were not faster."""

_MAY_BEGIN = (REGION_LIMIT - RECORD_LIMIT) // 4

# From a record's length to the words that it takes with header and padding. A lookup is
# half the cost of the arithmetic, and a busy record's length falls off the end of the list,
# which saves a comparison for each record.
_WORDS = [2, *(words for words in range(4, RECORD_LIMIT // 4, 2) for _ in range(8))]


class Region(msgspec.Struct, frozen=True, gc=False):
    """Records in a row, copied out of a ring.

    Attributes:
        data: Event, `bin`, event, `bin` and so on: as many msgpack values as twice `count`.
        count: Number of events.
        first: Length of the first record, whose header is not in `data`.
    """

    data: bytes
    count: int
    first: int


def walk(words: memoryview, start: int, stop: int) -> tuple[int, int]:
    """Step over the complete records in *words*, a ring's data in four-byte words.

    Returns the index behind the last of them, which may lie behind the end of the data,
    and their number.

    Args:
        words: The data.
        start: Index of the first record's header.
        stop: No record that begins here or later.
    """
    step = _WORDS
    at = start
    count = 0
    try:
        while at < stop:
            at += step[words[at]]
            count += 1
    except IndexError:
        pass  # the kernel is still writing this one, or has discarded it
    return at, count


def event_ids(region: Region) -> Counter[int]:
    """How many events of each id *region* holds.

    Costs about 200 ns per event, several times the rest of the way to the bus: for the
    ledger and for what is dropped, not for what passes. A record begins with a msgpack
    array16 header and the id as uint16, so the id lies at bytes 4 and 5.
    """
    data = region.data
    words = memoryview(data).cast("I")
    ids = []
    at, length = 0, region.first
    while True:
        ids.append(data[4 * at + 4] << 8 | data[4 * at + 5])
        at += _WORDS[length]
        if at >= len(words):
            return Counter(ids)
        length = words[at - 2]


class RingCorruptError(RuntimeError):
    """A length that no program writes: reading on would forward memory that is no event.

    Attributes:
        header: The word that was found.
        position: Where, in bytes from the beginning of the ring's data.
    """

    def __init__(self, header: int, position: int) -> None:
        self.header = header
        self.position = position
        super().__init__(f"record of {header:#x} bytes at position {position}")


class Ring:
    """The reading end of a ring buffer map. One reader only."""

    def __init__(self, fd: int, size: int) -> None:
        """Map the ring.

        The data is mapped once and not, as the kernel offers, twice in a row: each mapped
        page counts as resident memory.

        Args:
            fd: Descriptor of the map.
            size: Its `max_entries`: bytes of data, a power of two.
        """
        self._size = size
        self._consumer_page = mmap.mmap(fd, _PAGE, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        self._producer_page = mmap.mmap(fd, _PAGE + size, mmap.MAP_SHARED, mmap.PROT_READ, offset=_PAGE)
        self._consumer = memoryview(self._consumer_page).cast("Q")
        everything = memoryview(self._producer_page)
        self._producer = everything[:8].cast("Q")
        self._data = everything[_PAGE:]
        self._words = self._data.cast("I")
        self._position: int = self._consumer[0]

    def waiting(self) -> int:
        """Bytes that have been written or claimed and not been taken."""
        return int(self._producer[0]) - self._position

    def take(self) -> Region | None:
        """The next complete records, at most `REGION_LIMIT` bytes; None where there are none.

        Positions are read and written without a barrier, which x86 does not need.

        Raises:
            RingCorruptError: The ring holds what no program writes.
        """
        region, stop = self._copy(self._position)
        if stop != self._position:
            self._position = stop
            self._consumer[0] = stop
        return region

    def waiting_ids(self) -> Counter[int]:
        """How many complete events of each id could be taken."""
        total: Counter[int] = Counter()
        position = self._position
        while True:
            region, position = self._copy(position)
            if region is None:
                return total
            total += event_ids(region)

    def _copy(self, position: int) -> tuple[Region | None, int]:
        end = int(self._producer[0])
        while position != end:
            start = position & (self._size - 1)
            region = self._region(start, end - position)
            if region is not None:
                return region, position + len(region.data)
            header = self._words[start // 4]
            if not header & _DISCARDED:
                break
            position += 4 * _WORDS[header & ~_DISCARDED]
        return None, position

    def _region(self, start: int, available: int) -> Region | None:
        first, size = start // 4, self._size // 4
        stop = first + min(available // 4, _MAY_BEGIN)
        at, count = walk(self._words, first, min(stop, size))
        if stop > size <= at:
            # Only the walk wraps: a header never lies across the end, both being aligned.
            at, more = walk(self._words, at - size, stop - size)
            at, count = at + size, count + more
        if not count:
            header = self._words[first]
            if not header & (_BUSY | _DISCARDED) and header >= len(_WORDS):
                raise RingCorruptError(header, start)
            return None
        begin, end = start + HEADER_BYTES, 4 * at
        parts = [self._data[begin : min(end, self._size)]]
        if end > self._size:
            parts.append(self._data[max(begin - self._size, 0) : end - self._size])
        return Region(b"".join((*parts, _LAST_HEADER)), count, self._words[first])

    def close(self) -> None:
        """Unmap. The ring itself lives on with its map."""
        for view in (self._words, self._data, self._producer, self._consumer):
            view.release()
        self._producer_page.close()
        self._consumer_page.close()
