"""How many bytes of the bus an opened file takes."""

import msgspec

from bench.product import Product
from bench.result import Result, result
from bench.workload import ordinary_work, recorded
from tracewire.batch import Batch
from tracewire.finding import ContainerView, EventView, ProcessView
from tracewire.view import view_container, view_event, view_process

_EVENT = "security_file_open"
_GOAL_BYTES = 300


class _AsPrinted(msgspec.Struct):
    """What `tracewire events --json` prints of an event."""

    node: str
    event: EventView
    process: ProcessView
    container: ContainerView | None
    pod: None = None


async def measure(*, quick: bool) -> list[Result]:
    """Bytes for each event, batches and headers included."""
    async with Product() as product:
        messages = await recorded(product, _EVENT, ordinary_work)
        for _ in range(0 if quick else 2):
            messages += await recorded(product, _EVENT, ordinary_work)
    batches = [Batch(message.payload) for message in messages]
    events = [(event, batch.header) for batch in batches for event in batch.events()]
    count = len(events)
    bus = sum(len(message.payload) + message.overhead for message in messages)
    image = sum(len(msgspec.msgpack.encode(event.image)) for event, _ in events)
    ancestors = sum(len(msgspec.msgpack.encode(event.image.ancestors)) for event, _ in events)
    arguments = sum(len(event.args) for event, _ in events)
    single = sum(len(msgspec.msgpack.encode(event)) for event, _ in events)
    as_json = sum(
        len(
            msgspec.json.encode(
                _AsPrinted(
                    node=header.node,
                    event=view_event(event, header),
                    process=view_process(event, header),
                    container=view_container(event),
                )
            )
        )
        for event, header in events
    )
    note = (
        f"{count:,} events in {len(messages)} messages: compiling a C file, ls -R, starting Python. "
        f"Of the bytes of an event {image / count:.0f} tell of the process ({ancestors / count:.0f} of them "
        f"of its ancestors), {arguments / count:.0f} are arguments, {(bus - single) / count:.0f} are the "
        "batch's and the message's."
    )
    missed = (
        f"Without the process's image it is {(bus - image) / count:.0f}. Sending an image once for each "
        "batch, or once for each execution, and a reference to it in the events would reach the goal."
    )
    return [
        result(
            "security_file_open_bytes",
            bus / count,
            "bytes",
            at_most=_GOAL_BYTES,
            baseline=("same_events_as_json", as_json / count),
            note=note,
            if_missed=missed,
        )
    ]
