"""What the loaded signatures need to be collected."""

import msgspec
import nats.errors
import nats.js.errors
from nats.js import JetStreamContext

from engine.bundle import Bundle
from engine.residual import Asked
from engine.routing import generation_of
from engine.selection import Selection, asked_for, needing
from engine.tracee.document import ARGUMENTS as TRACEE_ARGUMENTS
from tracewire import bus, subjects
from tracewire.catalogue import BY_NAME
from tracewire.clause import to_raw
from tracewire.interest import ENGINE_KEY, EventInterest, Interest


def interest_of(
    bundle: Bundle, selection: Selection | None = None, asked: dict[str, list[Asked]] | None = None
) -> Interest:
    """The events that *bundle* judges, with arguments that are only sent when somebody reads them.

    Args:
        bundle: What OPA has.
        selection: Under which conditions its signatures can fire; every instance of each
            event where None.
        asked: `all_asked` of both, which takes a while, if it has been called already.
    """
    events = {}
    for name, reads in sorted(bundle.reads.items()):
        arguments = [
            argument.name
            for argument in BY_NAME[name].arguments
            if argument.on_request
            and (reads.reads("args", argument.name) or reads.reads(TRACEE_ARGUMENTS, argument.name))
        ]
        events[name] = EventInterest(arguments=arguments)
    because: dict[str, list[str]] = {}
    if selection is not None:
        asked = all_asked(bundle, selection) if asked is None else asked
        events = {name: _narrowed(name, events[name], asked[name]) for name in events if name in asked}
        because = {name: needing(name, bundle.signatures, selection) for name in events}
    return Interest(
        asker=f"signatures {bundle.revision}", events=events, revision=bundle.revision, because=because
    )


def all_asked(bundle: Bundle, selection: Selection) -> dict[str, list[Asked]]:
    """By the names of the events that any signature of *bundle* can find something in, see `asked_for`."""
    asked = {name: asked_for(name, bundle.signatures, selection) for name in bundle.reads}
    return {name: clauses for name, clauses in asked.items() if clauses is not None}


def _narrowed(event: str, interest: EventInterest, asked: list[Asked]) -> EventInterest:
    clauses = [one.clause for one in asked]
    return msgspec.structs.replace(
        interest,
        clauses=[to_raw(clause) for clause in clauses],
        generation=generation_of(event, clauses),
    )


async def write(jetstream: JetStreamContext, interest: Interest) -> bool:
    """Store *interest* under the key that all replicas share, unless it is there already.

    Returns:
        Whether it had to be written.

    Raises:
        BusError: NATS is away, or this engine may not write there.
    """
    payload = msgspec.json.encode(interest)
    try:
        bucket = await bus.bucket_of(jetstream, subjects.INTEREST_BUCKET)
        try:
            present = (await bucket.get(ENGINE_KEY)).value
        except nats.js.errors.KeyNotFoundError:
            present = None
        if present == payload:
            return False
        await bucket.put(ENGINE_KEY, payload)
    except (nats.js.errors.Error, nats.errors.Error, TimeoutError, OSError) as error:
        raise bus.unusable_jetstream(error) from error
    return True
