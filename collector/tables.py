"""What the kernel side looks up: which events are wanted, and what handles a system call."""

import struct
from collections.abc import Iterable, Mapping

from collector import calls, linux
from collector.decisions import MOST_STEPS, NO_SAMPLES, TABLE_SIZE, Decision, everything
from collector.handlers import Handler, RequestHandler
from collector.libbpf import Map
from collector.objects import Objects
from collector.patterns import Node
from tracewire.catalogue import Definition
from tracewire.interest import EventInterest

_KEY = struct.Struct("=I")
_HASH = struct.Struct("=Q")
_NODE = struct.Struct("=QQII")
_NUMBER = struct.Struct("=IIq")

# EVENT_IDS in bpf/catalogue.h: where the second bank of tables begins.
_BANK = 2048


def event_table(event: Definition, interest: EventInterest, generation: int, size: int) -> bytes:
    """The kernel's table for every instance of *event*, whatever the clauses of *interest* are.

    Args:
        event: Which event.
        interest: What is asked for; its `arguments` decide whether `on_request` ones are sent.
        generation: Travels with each event.
        size: Of the map's values, in bytes.
    """
    return everything(event, interest, generation).packed(0, NO_SAMPLES).ljust(size, b"\0")


class Tables:
    """The maps that decide, and what was last written to them."""

    def __init__(self, objects: Objects, *, sampling: int = NO_SAMPLES) -> None:
        """Begin with nothing wanted, which is how the maps are created.

        Args:
            objects: Whose maps.
            sampling: An instance whose number has none of these bits is never dropped.
        """
        self._objects = objects
        self._sampling = sampling
        self._wanted: dict[int, Decision] = {}
        self._bank = 0
        self._in_bank: tuple[set[int], set[int]] = (set(), set())
        self._nodes: dict[int, Node] = {}
        self._comms: dict[bytes, int] = {}
        self._numbers: dict[bytes, int] = {}
        self._handlers: dict[int, Handler] = {}
        self._calls: dict[int, bytes] = {}
        self._request_handlers: dict[int, RequestHandler] = {}

    def want(self, events: Mapping[int, Decision | bytes]) -> None:  # noqa: C901  (map by map, in this order)
        """Want exactly the events whose tables are given, by id.

        They are written beside those that hold and then take their place at once: no event is
        ever decided by half of one and half of the other.
        """
        maps = self._objects.maps
        wanted = {
            event: decision if isinstance(decision, Decision) else Decision(decision)
            for event, decision in events.items()
        }
        if "wanted" not in maps or wanted == self._wanted:
            return
        bank = 1 - self._bank
        nodes, comms = _merged(wanted, bank)
        for key, node in nodes.items():
            if self._nodes.get(key) != node:
                maps["pattern_nodes"].set(_HASH.pack(key), _NODE.pack(*node))
        for name, clauses in comms.items():
            maps["comm_clauses"].set(name, _HASH.pack(clauses))
        first = _first_steps(wanted, bank)
        numbers = {
            _NUMBER.pack(first[event] + step, 0, value): clauses
            for event, decision in wanted.items()
            for step, value, clauses in decision.numbers
        }
        for number, clauses in numbers.items():
            maps["number_clauses"].set(number, _HASH.pack(clauses))
        for event, decision in wanted.items():
            for position, step in enumerate(decision.all_steps, first[event]):
                maps["steps"].set(_KEY.pack(position), step.packed())
        self._fill(bank, wanted, first)
        maps["wanted_bank"].set(_KEY.pack(0), _KEY.pack(bank))
        # Who has begun with the former tables may still look up what belongs to them.
        linux.wait_for_readers()
        for key in self._nodes.keys() - nodes.keys():
            maps["pattern_nodes"].delete(_HASH.pack(key))
        for name in self._comms.keys() - comms.keys():
            maps["comm_clauses"].delete(name)
        for number in self._numbers.keys() - numbers.keys():
            maps["number_clauses"].delete(number)
        self._wanted, self._bank, self._nodes, self._comms = wanted, bank, nodes, comms
        self._numbers = numbers

    def _fill(self, bank: int, wanted: Mapping[int, Decision], first: Mapping[int, int]) -> None:
        """Write the tables of *wanted*, and nothing else, into the bank that does not hold."""
        table = self._objects.maps["wanted"]
        for event in self._in_bank[bank] - wanted.keys():
            table.set(_KEY.pack(event + bank * _BANK), bytes(table.value_size))
        for event, decision in wanted.items():
            packed = decision.packed(first[event], self._sampling)
            table.set(_KEY.pack(event + bank * _BANK), packed.ljust(table.value_size, b"\0"))
        self._in_bank[bank].clear()
        self._in_bank[bank].update(wanted)

    @property
    def wanted_size(self) -> int:
        """Bytes of one event's table."""
        wanted = self._objects.maps.get("wanted")
        return wanted.value_size if wanted is not None else TABLE_SIZE

    def handle(self, handlers: Iterable[Handler]) -> None:
        """Handle exactly these system calls; several events' handlers of one call are merged."""
        merged: dict[int, Handler] = {}
        for handler in handlers:
            before = merged.get(handler.number, handler)
            merged[handler.number] = Handler(
                handler.number,
                handler.flags | before.flags,
                handler.enter or before.enter,
                handler.exit or before.exit,
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

    def call(self, events: Iterable[Definition]) -> None:
        """Tell of exactly those system calls that are among *events*."""
        found = self._objects.maps.get("calls")
        if found is None:
            return
        wanted = calls.table(event.name for event in events if event.family == calls.FAMILY)
        for index in self._calls.keys() - wanted.keys():
            found.set(_KEY.pack(index), bytes(calls.SIZE))
        for index, entry in wanted.items():
            if self._calls.get(index) != entry:
                found.set(_KEY.pack(index), entry)
        self._calls = wanted

    def handle_requests(self, handlers: Iterable[RequestHandler]) -> None:
        """Handle exactly these operations of io_uring."""
        wanted = {handler.opcode: handler for handler in handlers}
        maps = self._objects.maps
        if "ring_opcodes" not in maps:
            return
        # As with system calls: an opcode is wanted after its handler is in place.
        for opcode in self._request_handlers.keys() - wanted.keys():
            maps["ring_opcodes"].set(_KEY.pack(opcode), bytes(4))
        for opcode, handler in wanted.items():
            if self._request_handlers.get(opcode) != handler:
                self._point(maps["ring_handlers"], opcode, handler.program)
                maps["ring_opcodes"].set(_KEY.pack(opcode), _KEY.pack(handler.event))
        for opcode in self._request_handlers.keys() - wanted.keys():
            self._point(maps["ring_handlers"], opcode, None)
        self._request_handlers = wanted

    def _point(self, array: Map, number: int, program: str | None) -> None:
        if program is None:
            array.delete(_KEY.pack(number))
        else:
            array.set(_KEY.pack(number), struct.pack("=i", self._objects.programs[program].fd))


def _first_steps(wanted: Mapping[int, Decision], bank: int) -> dict[int, int]:
    """Where the steps of each event begin: half of the map is each bank's."""
    first: dict[int, int] = {}
    next_step = bank * (MOST_STEPS + 1)
    for event, decision in wanted.items():
        first[event] = next_step
        next_step += len(decision.all_steps)
    return first


def _merged(wanted: Mapping[int, Decision], bank: int) -> tuple[dict[int, Node], dict[bytes, int]]:
    """The patterns of all events, and the names of threads by their keys in `comm_clauses`."""
    nodes: dict[int, Node] = {}
    comms: dict[bytes, int] = {}
    for event, decision in wanted.items():
        for key, node in decision.nodes.items():
            nodes[key] = nodes.get(key, Node()) | node
        for name, clauses in decision.comms.items():
            comms[_KEY.pack(event + bank * _BANK) + name] = clauses
    return nodes, comms
