"""Events of every kind with values that signatures care about, and with values missing."""

import random
from collections.abc import Container, Iterator
from typing import Any

import msgspec

from engine.checking import Module
from engine.syntax import Tree, reference, walk
from tests.engine import making
from tracewire.catalogue import BY_NAME, EVENTS, Argument, Definition, Kind
from tracewire.catalogue.constants import ENUMS, FLAGS
from tracewire.event import Ancestor, Event, ProcessImage

_OF_PATTERNS = [
    b"/proc/7/mem",
    b"/proc/7/environ",
    b"/tmp/.x/y",
    b"../../../etc/passwd",
    b"/lib64/ld-linux-x86-64.so.2",
    b"/usr/lib/python3/dist-packages/sitecustomize.py",
    b"/sys/fs/cgroup/x/notify_on_release",
    b"/run/secrets/kubernetes.io/serviceaccount/token",
]


def words(trees: list[Tree]) -> list[bytes]:
    """The strings that the signatures compare with, as they are and with something around them."""
    found: set[bytes] = set()
    for tree in trees:
        # The names in `input.args.pathname` are strings to OPA as well; no signature compares with them.
        names: set[int] = set()
        for node in walk(tree.get("rules")):
            names.update(id(step) for step in reference(node) or ())
            if node.get("type") == "string" and id(node) not in names:
                found.add(str(node["value"]).encode())
    plain = sorted(found)
    return [
        # More often than what is around them: most signatures want the very word.
        *plain * 4,
        *(word + b"/below" for word in plain),
        *(b"/mnt" + word for word in plain),
        # What only a pattern says.
        *_OF_PATTERNS * max(1, len(plain) // 20),
        b"-e",
        b"",
        b"caf\xe9\n",
    ]


def words_by_event(modules: list[Module]) -> dict[str, list[bytes]]:
    """For each event the words of the signatures that judge it: what it takes to make them fire."""
    trees: dict[str, list[Tree]] = {}
    for module in modules:
        for event in module.signature.events if module.signature else ():
            trees.setdefault(event, []).append(module.tree)
    return {event: words(of_event) for event, of_event in trees.items()}


class Maker:
    """Makes the same events for the same seed.

    Most words of an event are from its own pool in *pools*, where it has one.
    """

    def __init__(self, seed: int, pool: list[bytes], pools: dict[str, list[bytes]] | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311  (a test's choice of values)
        self._pool = pool
        self._pools = pools or {}
        self._event = ""

    def _word(self) -> bytes:
        own = self._pools.get(self._event)
        return self._random.choice(own if own and self._random.random() < 0.9 else self._pool)

    def _value(self, argument: Argument) -> Any:  # noqa: PLR0911  (a table)
        pick = self._random
        match argument.kind:
            case Kind.INTEGER | Kind.POINTER:
                return pick.choice([0, 1, 2, 4711, 2**63])
            case Kind.BOOLEAN:
                return pick.random() < 0.5
            case Kind.STRING | Kind.PATH | Kind.BYTES:
                return self._word()
            case Kind.STRINGS:
                return b"".join(self._word() + b"=x\0" for _ in range(pick.randrange(4)))
            case Kind.ADDRESS:
                return pick.choice(
                    [
                        [2, bytes([127, 0, 0, 1]), 80],
                        [2, bytes([8, 8, 8, 8]), 443],
                        [2, bytes([169, 254, 169, 254]), 80],
                        [10, b"\1" * 16, 1],
                        [1, b"/run/x", 0],
                    ]
                )
            case Kind.CREDENTIALS:
                return [pick.choice([0, 1000]) for _ in range(15)]
            case Kind.FLAGS:
                bits = pick.sample(sorted(FLAGS[argument.names]), k=min(3, len(FLAGS[argument.names])))
                return pick.choice([0, sum(bits), 1])
            case Kind.ENUM:
                return pick.choice([*sorted(ENUMS[argument.names]), 9999])

    def event(self, definition: Definition, time: int) -> Event:
        """One event of *definition*; one argument in ten is missing."""
        pick = self._random
        self._event = definition.name
        args = [None if pick.random() < 0.1 else self._value(argument) for argument in definition.arguments]
        if pick.random() < 0.05:
            args = args[: pick.randrange(len(args) + 1)]
        image = ProcessImage(
            exe=pick.choice([None, self._word()]),
            cgroup=pick.choice([None, b"docker-" + b"0a" * 32 + b".scope"]),
            argv=pick.choice([None, self._word() + b"\0" + self._word() + b"\0"]),
            ancestors=[Ancestor(9, 1, self._word()[:15], pick.choice([None, self._word()]))]
            * pick.randrange(3),
            started=pick.choice([None, True, False]),
        )
        return making.event(
            definition.name,
            *args,
            time=time,
            image=image,
            comm=self._word()[:15],
            uid=pick.choice([0, 33, 1000]),
            pid=pick.choice([1, 4711]),
            return_value=pick.choice([0, -1, 7]),
            truncated=pick.choice([0, 1]),
            racy=pick.choice([0, 1, 3]),
            cwd=pick.choice([None, b"/tmp"]),
        )

    def events(self, count: int, among: Container[str] | None = None) -> Iterator[Event]:
        """*count* events; those with many words to choose from more often.

        Of the hundreds of plain system calls there is one for each other event.

        Args:
            count: How many.
            among: Names of those that there may be; None for the whole catalogue.
        """
        extra = [BY_NAME[event] for event, own in self._pools.items() for _ in range(len(own) // 60)]
        others = [event for event in EVENTS if event.family != "syscall"]
        calls = [event for event in EVENTS if event.family == "syscall"]
        some = self._random.sample(calls, min(len(calls), len(others)))
        whole = [event for event in (*others, *some, *extra) if among is None or event.name in among]
        for number in range(count):
            yield self.event(whole[number % len(whole)], 5_000_000_000 + number)


def raw(event: Event) -> bytes:
    """*event* as it travels."""
    return msgspec.msgpack.encode(event)
