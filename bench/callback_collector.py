"""The collector with another way to read its rings: libbpf's callback for each event.

The baseline of `collector_throughput`, started as `python -m bench.callback_collector`:
everything else, from the programs in the kernel to the publisher, is the product's own.
"""

import ctypes
import sys
from collections import deque

from collector import session
from collector.__main__ import main
from collector.ring import HEADER_BYTES, REGION_LIMIT, Region, Ring

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_RECORD_LIMIT = 40 * 1024
_STOP = -11  # any negative number ends ring_buffer__consume after this record

_lib = ctypes.CDLL("libbpf.so.1")
_lib.ring_buffer__new.restype = ctypes.c_void_p
_lib.ring_buffer__new.argtypes = (ctypes.c_int, _CALLBACK, ctypes.c_void_p, ctypes.c_void_p)
_lib.ring_buffer__consume.argtypes = (ctypes.c_void_p,)


class CallbackRing(Ring):
    """A ring whose records come one by one."""

    def __init__(self, fd: int, size: int) -> None:
        """Have libbpf map the ring; see `Ring` for the arguments."""
        super().__init__(fd, size)
        self._records: list[bytes] = []
        self._bytes = 0
        self._first = 0
        self._regions: deque[Region] = deque()
        self._callback = _CALLBACK(self._record)
        self._buffer = _lib.ring_buffer__new(fd, self._callback, None, None)
        assert self._buffer

    def _record(self, _context: int, address: int, size: int) -> int:
        """Copy one record with its padding, and its header unless it is the region's first."""
        header = HEADER_BYTES if self._records else 0
        if not self._records:
            self._first = size
        # Its own header and not the one behind it, which may not be written yet.
        record = ctypes.string_at(address - header, header + (size + 7 & ~7))
        self._records.append(record)
        self._bytes += len(record)
        if self._bytes > REGION_LIMIT - _RECORD_LIMIT:
            self._close_region()
            return _STOP
        return 0

    def _close_region(self) -> None:
        if self._records:
            count = len(self._records)
            self._records.append(bytes(HEADER_BYTES))
            self._regions.append(Region(b"".join(self._records), count, self._first))
            self._records, self._bytes = [], 0

    def take(self) -> Region | None:
        """The next records, at most as many as `Ring.take` would give."""
        if not self._regions:
            _lib.ring_buffer__consume(self._buffer)
            self._position = int(self._consumer[0])
            self._close_region()
        return self._regions.popleft() if self._regions else None


if __name__ == "__main__":
    # The one seam between the two ways.
    session.Ring = CallbackRing  # type: ignore[attr-defined]
    sys.exit(main())
