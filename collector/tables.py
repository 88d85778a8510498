"""What the kernel side looks up: which events are wanted, and what handles a system call."""

import struct
from collections.abc import Iterable, Mapping

from collector.handlers import Handler
from collector.libbpf import Map
from collector.objects import Objects
from tracewire.catalogue import Definition
from tracewire.interest import EventInterest

_WITH_CWD = 1
_WITH_REQUESTED = 2
_ANY = 1  # the one clause that every instance matches

# struct event_table in bpf/wanted.h: clauses, generation, options, on_host, in_container,
# any_uid, any_comm, number of uid ranges, of comms; the ranges behind stay zero.
_TABLE = struct.Struct("=QIIQQQQII")
_KEY = struct.Struct("=I")


def event_table(event: Definition, interest: EventInterest, generation: int, size: int) -> bytes:
    """The kernel's description of *interest* in *event*: every instance, whatever its clauses.

    Wider than asked for and never narrower: the engine looks at each event again.

    Args:
        event: Which event.
        interest: What is asked for; its `arguments` decide whether `on_request` ones are sent.
        generation: Travels with each event.
        size: Of the map's values, in bytes.
    """
    options = 0 if event.hot else _WITH_CWD
    if interest.arguments:
        options |= _WITH_REQUESTED
    return _TABLE.pack(_ANY, generation, options, _ANY, _ANY, _ANY, _ANY, 0, 0).ljust(size, b"\0")


class Tables:
    """The maps that decide, and what was last written to them."""

    def __init__(self, objects: Objects) -> None:
        """Begin with nothing wanted, which is how the maps are created."""
        self._objects = objects
        self._wanted: dict[int, bytes] = {}
        self._handlers: dict[int, Handler] = {}

    def want(self, events: Mapping[int, bytes]) -> None:
        """Want exactly the events whose tables are given, by id."""
        wanted = self._objects.maps.get("wanted")
        if wanted is None:
            return
        for event in self._wanted.keys() - events.keys():
            wanted.set(_KEY.pack(event), bytes(wanted.value_size))
        for event, table in events.items():
            if self._wanted.get(event) != table:
                wanted.set(_KEY.pack(event), table)
        self._wanted = dict(events)

    @property
    def wanted_size(self) -> int:
        """Bytes of one event's table."""
        wanted = self._objects.maps.get("wanted")
        return wanted.value_size if wanted is not None else _TABLE.size

    def handle(self, handlers: Iterable[Handler]) -> None:
        """Handle exactly these system calls; several events' handlers of one call are merged."""
        merged: dict[int, Handler] = {}
        for handler in handlers:
            before = merged.get(handler.number, handler)
            merged[handler.number] = Handler(
                handler.number, handler.flags | before.flags, handler.enter or before.enter, handler.exit
            )
        maps = self._objects.maps
        if "syscalls" not in maps:
            return
        # A call is flagged after its handlers are in place, and they go after its flag.
        for number in self._handlers.keys() - merged.keys():
            maps["syscalls"].set(_KEY.pack(number), bytes(4))
        for number, handler in merged.items():
            before_handler = self._handlers.get(number)
            if before_handler == handler:
                continue
            self._point(maps["enter_handlers"], number, handler.enter)
            self._point(maps["exit_handlers"], number, handler.exit)
            maps["syscalls"].set(_KEY.pack(number), _KEY.pack(handler.flags))
        for number in self._handlers.keys() - merged.keys():
            self._point(maps["enter_handlers"], number, None)
            self._point(maps["exit_handlers"], number, None)
        self._handlers = merged

    def _point(self, array: Map, number: int, program: str | None) -> None:
        if program is None:
            array.delete(_KEY.pack(number))
        else:
            array.set(_KEY.pack(number), struct.pack("=i", self._objects.programs[program].fd))
