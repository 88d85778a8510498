"""The product's programs in this process, for what a running collector would blur."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping

from bench import load
from collector import machine
from collector.libbpf import BpfObject
from collector.ring import Region
from collector.session import Session
from tracewire.catalogue import find
from tracewire.interest import EventInterest

_TICK_SECONDS = 0.002
_RING_MEBIBYTES = 64


class Kernel:
    """Loaded programs, of which nothing is attached yet.

    Attributes:
        session: The collector's own.
    """

    def __init__(self, rungs: Mapping[str, str] | None = None) -> None:
        """Load what all events share.

        Args:
            rungs: By event, the one rung that it may stand on.

        Raises:
            CollectorError: This machine cannot.
        """
        facts = machine.examine()
        machine.require(facts)
        self.session = Session(facts, ring_mebibytes=_RING_MEBIBYTES, btf=None, rungs=rungs)

    def close(self) -> None:
        """Unload."""
        self.session.close()

    def take(self, family: str) -> list[Region]:
        """All that has been written to the ring of *family*."""
        regions = []
        while (region := self.session.rings[family].take()) is not None:
            regions.append(region)
        return regions

    @contextlib.contextmanager
    def wanting(self, events: Mapping[str, EventInterest]) -> Iterator[None]:
        """Within the block these events are written, and stay in the rings until they are taken."""
        self.session.apply(events)
        try:
            yield
        finally:
            self.session.apply({})

    @contextlib.contextmanager
    def drained(self) -> Iterator[None]:
        """Within the block the rings are emptied every two milliseconds, and what was in them thrown away."""
        stop = threading.Event()

        def drain() -> None:
            while not stop.wait(_TICK_SECONDS):
                for family in tuple(self.session.rings):
                    self.take(family)

        reader = threading.Thread(target=drain)
        reader.start()
        try:
            yield
        finally:
            stop.set()
            reader.join()


@contextlib.contextmanager
def loaded(rungs: Mapping[str, str] | None = None) -> Iterator[Kernel]:
    """The product's programs, for the length of a block."""
    kernel = Kernel(rungs)
    try:
        yield kernel
    finally:
        kernel.close()


@contextlib.contextmanager
def empty(*programs: str) -> Iterator[None]:
    """Within the block *programs* of empty.bpf.c are attached, which do nothing."""
    with BpfObject.open(load.empty_object()) as bpf:
        for program in bpf.programs.values():
            program.autoload = program.name in programs
        bpf.load()
        links = [bpf.programs[name].attach() for name in programs]
        try:
            yield
        finally:
            for link in links:
                link.close()


def record(kernel: Kernel, event: str, count: int) -> list[Region]:
    """About *count* events as they lie in the ring, made by the load."""
    operation = {"security_file_open": "open"}.get(event, event)
    family = find(event).family
    with kernel.wanting({event: EventInterest()}):
        begin = time.monotonic()
        load.at_rate(operation, count, 0)
        assert time.monotonic() - begin < 60
        return kernel.take(family)
