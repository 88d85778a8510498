"""The state of each container: which there are, and what has happened to it in which order."""

import asyncio
from collections import OrderedDict

import msgspec

from collector.inventory.cgroups import Cgroup
from collector.inventory.description import Description
from tracewire.inventory import Container
from tracewire.moments import rfc3339

_MOST = 65536


class Known(msgspec.Struct, kw_only=True, eq=False):
    """One container id.

    Attributes:
        id: The container's.
        hint: The runtime that its cgroup's name tells.
        description: What a runtime told.
        news: Set when there is a description.
        asked: Set when a runtime has been asked, and not just announced it: no more will be known.
        path: Of its first cgroup; None while it has none.
        changed: Time of the last change of `path`, nanoseconds since boot.
        created_ns: When its cgroup was made, nanoseconds since 1970.
        removed_ns: When that was removed.
        refuted: No runtime knows it: a cgroup that is only named like a container's.
        turn: What is being done for it: the next thing waits for that.
        sightings: How often in a row a look at the hierarchies found it before it was known.
        unseen: How often in a row one did not find it afterwards.
    """

    id: str
    hint: str | None = None
    description: Description | None = None
    news: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    asked: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    path: bytes | None = None
    changed: int = 0
    created_ns: int | None = None
    removed_ns: int | None = None
    refuted: bool = False
    turn: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)
    sightings: int = 0
    unseen: int = 0

    def describe(self, description: Description) -> None:
        """A runtime has told something."""
        before = self.description
        if before is not None and description.created_ns is None:
            description = msgspec.structs.replace(description, created_ns=before.created_ns)
        self.description = description
        self.refuted = False
        self.news.set()

    def container(self, node: str) -> Container:
        """As it is told to others."""
        told = self.description or Description(runtime="")
        created_ns = self.created_ns if self.created_ns is not None else told.created_ns
        return Container(
            id=self.id,
            node=node,
            runtime=told.runtime or self.hint,
            name=told.name,
            image=told.image,
            image_digest=told.image_digest,
            labels=told.labels,
            pod=told.pod,
            pod_sandbox=told.pod_sandbox,
            created=None if created_ns is None else rfc3339(created_ns),
            removed=None if self.removed_ns is None else rfc3339(self.removed_ns),
        )


class Containers:
    """All of them, and what cgroups say about each. Pure: no clock, no bus."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Known] = OrderedDict()

    def all(self) -> list[Known]:
        """Every one that something is known of."""
        return list(self._known.values())

    def get(self, identity: str) -> Known:
        """What is known of *identity*, which may be nothing yet."""
        known = self._known.get(identity)
        if known is None:
            known = self._known[identity] = Known(id=identity)
            if len(self._known) > _MOST:
                self._drop_one()
        return known

    def _drop_one(self) -> None:
        for identity, known in self._known.items():
            if known.path is None:
                del self._known[identity]
                return

    def forget(self, identity: str) -> None:
        """Nothing has to be known of it any more."""
        self._known.pop(identity, None)

    def made(self, cgroup: Cgroup, time: int, clock_offset: int) -> Known | None:
        """A cgroup has been made; the container if that is its first one.

        Under v1 each container has one in every hierarchy. A message may come twice.

        Args:
            cgroup: Named after a container.
            time: Nanoseconds since boot.
            clock_offset: Add to it to get nanoseconds since 1970.
        """
        known = self.get(cgroup.id)
        if known.path is not None or time <= known.changed:
            return None
        known.path, known.hint, known.changed = cgroup.path, cgroup.runtime, time
        known.created_ns, known.removed_ns = time + clock_offset, None
        known.refuted, known.unseen = False, 0
        return known

    def gone(self, cgroup: Cgroup, time: int, clock_offset: int) -> Known | None:
        """A cgroup has been removed; the container if that was its first one.

        Not just any of its name: a container that may make cgroups could otherwise end
        itself or another one in the eyes of everybody who looks.
        """
        known = self._known.get(cgroup.id)
        if known is None or known.path != cgroup.path or time <= known.changed:
            return None
        known.path, known.changed = None, time
        known.removed_ns = time + clock_offset
        return known

    def looked(
        self, found: dict[str, Cgroup], time: int, clock_offset: int, *, first: bool
    ) -> tuple[list[Known], list[Known]]:
        """A look at the hierarchies: containers that nobody knew of, and ones that are gone.

        After the first look a container must be seen, or missed, twice: the event that says
        so may be on its way, and says when.

        Args:
            found: What was there, by id.
            time: When the look began, nanoseconds since boot.
            clock_offset: Add to it to get nanoseconds since 1970.
            first: It is the first one.
        """
        new, gone = [], []
        for identity, cgroup in found.items():
            known = self.get(identity)
            known.unseen = 0
            if known.path is not None or known.changed >= time:
                continue
            known.sightings += 1
            if first or known.sightings > 1:
                known.path, known.hint, known.changed = cgroup.path, cgroup.runtime, time
                known.removed_ns = None
                new.append(known)
        for known in self.all():
            if known.id in found:
                continue
            known.sightings = 0
            if known.path is None or known.changed >= time:
                continue
            known.unseen += 1
            if known.unseen > 1:
                known.path, known.changed, known.removed_ns = None, time, time + clock_offset
                gone.append(known)
        return new, gone
