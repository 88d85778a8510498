"""Paths as the kernel looks them up: one hash for each directory on the way to a pattern's end."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tracewire.clause import Condition

# The hash of bpf/pattern.h.
_MIX = 0x9E37_79B9_7F4A_7C15
_LAST = 0x6C61_7374_2D6F_6E65
_PART = 0x7061_7274_2D6E_616D
_END = 0x656E_642D_6F66_2D61
_RELATIVE = 0x7265_6C61_7469_7665
_LONGEST_END = 8
_LONGEST_PART = 8
_MASK64 = 0xFFFF_FFFF_FFFF_FFFF

_LONGEST_NAME = 255
_MOST_LEVELS = 60  # below PATTERN_LEVELS in bpf/maps.h


_IN_ESCAPE = frozenset("x0123456789abcdef")


class Node(NamedTuple):
    """What a directory or file says about clauses: `struct pattern_node`.

    Attributes:
        below: Clauses that everything in it satisfies.
        here: Clauses that it satisfies itself.
        deeper: Whether patterns go on below.
        part: How many bytes of a name in it are looked at for prefixes that end there; 0: none does.
    """

    below: int = 0
    here: int = 0
    deeper: bool = False
    part: int = 0

    def __or__(self, other: "Node") -> "Node":
        """Both at once; `part` is the same of both, or one has none."""
        return Node(
            self.below | other.below,
            self.here | other.here,
            self.deeper or other.deeper,
            self.part or other.part,
        )


class Patterns(NamedTuple):
    """The patterns of all clauses of one event.

    Attributes:
        nodes: By hash.
        rooted: Clauses with a pattern that begins at the root.
        anywhere: Clauses that the path cannot be asked about: every path satisfies them.
        named: Clauses with a pattern of the last component alone.
        ending: Clauses with a pattern of the last component's end.
        ends: Lengths of these: the lowest bit is one byte, the highest eight.
    """

    nodes: dict[int, Node]
    rooted: int
    anywhere: int
    named: int
    ending: int
    ends: int


def _mixed(seed: int, word: int) -> int:
    product = ((seed ^ word) * _MIX) & _MASK64
    return product ^ (product >> 29)


def chained(seed: int, name: bytes) -> int:
    """*seed*, the hash of a directory, carried on by the *name* of what is in it."""
    seed = _mixed(seed, len(name))
    for at in range(0, len(name), 8):
        seed = _mixed(seed, int.from_bytes(name[at : at + 8], "little"))
    return seed


def seed_of(event: int, generation: int) -> int:
    """Where the hashes of an event's patterns begin; another generation has others."""
    return _mixed(_mixed(_MIX, event), generation)


def compile_patterns(conditions: Mapping[int, Condition], seed: int, *, texts: bool = False) -> Patterns:
    """The patterns of *conditions*, by the bit of their clause.

    With *texts* they are for strings as they are written, which need not be paths from the root.

    Wider than they are and never narrower: of prefixes that end inside names of one directory
    as many bytes count as the shortest has there, at most eight; of a suffix counts the last
    component, and of one without a slash the last eight bytes; what is in neither form, is not in
    the kernel's bytes or is too deep is satisfied by every path.
    """
    builder = _Builder(seed, texts=texts)
    for bit, condition in conditions.items():
        known = Condition(equal=condition.equal, prefix=condition.prefix, suffix=condition.suffix)
        if condition != known:
            builder.anywhere |= bit
        for pattern in condition.equal:
            if isinstance(pattern, str):
                builder.add_path(pattern, bit, exact=True)
        for pattern in condition.prefix:
            builder.add_path(pattern, bit, exact=False)
        for pattern in condition.suffix:
            builder.add_suffix(pattern, bit)
    builder.finish()
    return Patterns(
        builder.nodes, builder.rooted, builder.anywhere, builder.named, builder.ending, builder.ends
    )


class _Builder:
    def __init__(self, seed: int, *, texts: bool) -> None:
        self._texts = texts
        self.nodes: dict[int, Node] = {}
        self.rooted = 0
        self.anywhere = 0
        self.named = 0
        self.ending = 0
        self.ends = 0
        self._seed = seed
        # By directory, what names in it may begin with.
        self._parts: dict[int, list[tuple[bytes, int]]] = {}

    def add_path(self, pattern: str, bit: int, *, exact: bool) -> None:
        raw = as_bytes(pattern)
        if raw is None or not raw:
            self.anywhere |= bit
            return
        rooted = raw.startswith(b"/")
        if not rooted and not self._texts:
            # No path from the root: what lies outside of the tree satisfies everything anyway.
            return
        *directories, last = raw.removeprefix(b"/").split(b"/")
        names = [*directories, last] if exact and last else directories
        if len(names) > _MOST_LEVELS or not _are_names(names):
            self.anywhere |= bit
            return
        self.rooted |= bit
        key = self._seed if rooted else _mixed(self._seed, _RELATIVE)
        for name in names:
            self._add(key, Node(deeper=True))
            key = chained(key, name)
        if last and not exact:
            self._parts.setdefault(key, []).append((last, bit))
            return
        # The root is the one directory whose path ends in a slash.
        root = not names
        self._add(key, Node(here=bit) if exact else Node(below=bit, here=bit if root else 0))

    def finish(self) -> None:
        """Add the prefixes that end inside a name, of each directory those of all clauses together."""
        for directory, parts in self._parts.items():
            length = min(_LONGEST_PART, *(len(part) for part, _ in parts))
            self._add(directory, Node(part=length))
            for part, bit in parts:
                first = int.from_bytes(part[:length], "little")
                self._add(_mixed(_mixed(directory, _PART), first), Node(below=bit))

    def add_suffix(self, pattern: str, bit: int) -> None:
        raw = as_bytes(pattern)
        _, slash, last = raw.rpartition(b"/") if raw else (b"", b"", b"")
        if not last or not _are_names([last]) or (not slash and may_begin_in_escape(pattern)):
            self.anywhere |= bit
        elif slash:
            self.named |= bit
            self._add(chained(_mixed(self._seed, _LAST), last), Node(here=bit))
        else:
            end = last[-_LONGEST_END:]
            self.ending |= bit
            self.ends |= 1 << (len(end) - 1)
            key = _mixed(_mixed(_mixed(self._seed, _END), len(end)), int.from_bytes(end, "little"))
            self._add(key, Node(here=bit))

    def _add(self, key: int, node: Node) -> None:
        self.nodes[key] = self.nodes.get(key, Node()) | node


def may_begin_in_escape(text: str) -> bool:
    r"""Whether *text* may begin within ``\x..``, an event's JSON for a byte that is no text."""
    return text[:1] in _IN_ESCAPE


def as_bytes(pattern: str) -> bytes | None:
    r"""The kernel's bytes of *pattern*; None where they are not certain: ``\x..`` stands for one."""
    return None if "\\" in pattern or "\0" in pattern else pattern.encode("utf-8", "surrogateescape")


def _are_names(names: Iterable[bytes]) -> bool:
    return all(0 < len(name) <= _LONGEST_NAME for name in names)
