"""What the engine evaluates: the bundles that OPA may be answering with, and what they need."""

from collections.abc import Iterable

import msgspec

from engine.bundle import Bundle
from engine.document import Cut, cut
from engine.fields import FieldsRead
from engine.request import Part, part
from engine.routing import Routes, judges
from engine.signatures import Signature
from tracewire.batch import BatchHeader
from tracewire.catalogue import BY_ID, BY_NAME
from tracewire.event import Event
from tracewire.inventory import Container

# Different words of clauses that are remembered; a host has a few dozen.
_MOST_KNOWN = 4096


class Item(msgspec.Struct, frozen=True, gc=False):
    """One event on its way to OPA.

    Attributes:
        event: As the kernel wrote it.
        header: Of its batch.
        lost: What coverage knows: (seconds, events lost in them).
        known: What the inventory has of its container.
    """

    event: Event
    header: BatchHeader
    lost: tuple[int, int] = (1, 0)
    known: Container | None = None


class Plan:
    """Several bundles at once while OPA changes from one to the next, else one.

    An answer of any revision in `bundles` is right, since the documents have the fields
    that each of them reads. Any other answer has to be asked for again.

    Attributes:
        bundles: By revision.
        wanted: Ids of the events that any signature judges.
    """

    def __init__(self, bundles: Iterable[Bundle] = (), routes: Routes | None = None) -> None:
        """A plan for *bundles*.

        Args:
            bundles: The newest one last.
            routes: What is known of the clauses that events carry; all signatures judge each event
                of their names where it is None.
        """
        self.bundles = {bundle.revision: bundle for bundle in bundles}
        self._routes = Routes() if routes is None else routes
        self._changes = self._routes.changes
        self._concerned: dict[tuple[int, int, int], frozenset[str]] = {}
        reads: dict[str, FieldsRead] = {}
        for bundle in self.bundles.values():
            for name, fields in bundle.reads.items():
                reads[name] = reads.get(name, FieldsRead()) | fields
        self.wanted = frozenset(BY_NAME[name].id for name in reads)
        self._reads = {BY_NAME[name].id: fields for name, fields in reads.items()}
        self._cuts: dict[tuple[int, frozenset[str] | None], Cut] = {}

    def document(self, item: Item, *, judges: frozenset[str] | None = None) -> Part:
        """*item* for OPA.

        What only other signatures than *judges* read is not in it: they may find something in what
        is left that they would not find in the event, and it has to be thrown away.

        Raises:
            EventError: An argument is not of its kind.
        """
        key = item.event.event_id, judges
        make = self._cuts.get(key)
        if make is None:
            if len(self._cuts) > _MOST_KNOWN:
                self._cuts.clear()
            make = self._cuts[key] = self._cut(*key)
        return part(make(item.event, item.header, item.known))

    def _cut(self, event_id: int, judges: frozenset[str] | None) -> Cut:
        fields = self._reads[event_id]
        if judges is not None and not fields.everything:
            fields = FieldsRead()
            for bundle in self.bundles.values():
                for name in judges & bundle.reads_of.keys():
                    fields |= bundle.reads_of[name]
        return cut(BY_ID[event_id], fields)

    def judges(self, event: Event) -> frozenset[str] | None:
        """Names of the signatures that can find anything in *event*; None if each of its name may.

        Of an event that was sent as a sample the kernel says that it concerns nobody: all of them
        judge it, to find out whether that is right. They also do where it may tell of another file
        than the kernel judged.
        """
        if not event.clauses or event.racy:
            return None
        if self._changes != self._routes.changes:
            self._changes = self._routes.changes
            self._concerned.clear()
        key = event.event_id, event.generation, event.clauses
        known = self._concerned.get(key)
        if known is not None:
            return known
        route = self._routes.get(event.event_id, event.generation)
        if route is None:
            return None
        if len(self._concerned) > _MOST_KNOWN:
            self._concerned.clear()
        found = judges(route, self.bundles.values(), BY_ID[event.event_id].name, event.clauses)
        self._concerned[key] = found
        return found

    @property
    def signatures(self) -> dict[str, Signature]:
        """Those of the newest bundle, by name."""
        return list(self.bundles.values())[-1].signatures if self.bundles else {}

    def judging(self, item: Item, judges: frozenset[str] | None = None) -> list[str]:
        """Names of the signatures, of the newest bundle and of *judges*, that judge *item*."""
        if not self.bundles:
            return []
        named = list(self.bundles.values())[-1].judging(BY_ID[item.event.event_id].name)
        return named if judges is None else [name for name in named if name in judges]
