"""What the engine evaluates: the bundles that OPA may be answering with, and what they need."""

from collections.abc import Iterable

import msgspec

from engine.bundle import Bundle
from engine.document import Cut, cut
from engine.fields import FieldsRead
from engine.request import Part, part
from engine.signatures import Signature
from tracewire.batch import BatchHeader
from tracewire.catalogue import BY_ID, BY_NAME
from tracewire.event import Event
from tracewire.inventory import Container


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

    def __init__(self, bundles: Iterable[Bundle] = ()) -> None:
        self.bundles = {bundle.revision: bundle for bundle in bundles}
        reads: dict[str, FieldsRead] = {}
        for bundle in self.bundles.values():
            for name, fields in bundle.reads.items():
                reads[name] = reads.get(name, FieldsRead()) | fields
        self.wanted = frozenset(BY_NAME[name].id for name in reads)
        self._cuts: dict[int, Cut] = {
            BY_NAME[name].id: cut(BY_NAME[name], fields) for name, fields in reads.items()
        }

    def document(self, item: Item) -> Part:
        """*item* for OPA.

        Raises:
            EventError: An argument is not of its kind.
        """
        return part(self._cuts[item.event.event_id](item.event, item.header, item.known))

    @property
    def signatures(self) -> dict[str, Signature]:
        """Those of the newest bundle, by name."""
        return list(self.bundles.values())[-1].signatures if self.bundles else {}

    def judging(self, item: Item) -> list[str]:
        """Names of the signatures, of the newest bundle, that judge *item*."""
        if not self.bundles:
            return []
        return list(self.bundles.values())[-1].judging(BY_ID[item.event.event_id].name)
