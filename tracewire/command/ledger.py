"""`tracewire ledger`: what became of every event."""

import argparse
import asyncio
from typing import Any

import msgspec
import nats.errors
import nats.js.errors
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from tracewire import bus, subjects
from tracewire.command.cells import cell
from tracewire.command.errors import CommandError, Exit
from tracewire.command.output import print_document
from tracewire.errors import BusError
from tracewire.ledger import EventCounts, Ledger
from tracewire.settings import Settings

_COLUMNS = ("generated", "filtered", "published", "queued", "lost", "truncated", "balance")
_PATIENCE_SECONDS = 2.0


class Balance(msgspec.Struct, kw_only=True):
    """One node's books, closed.

    Attributes:
        ledger: As the node published it.
        lost: Per event, all kinds of loss together.
        balance: Per event, what is not accounted for: 0, or events still in the ring.
    """

    ledger: Ledger
    lost: dict[str, int]
    balance: dict[str, int]


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print the newest ledger of every node."""
    url = given.nats or settings.nats
    nodes = [close(ledger) for ledger in asyncio.run(_newest(url, settings.nats_seed, settings.nats_ca))]
    if not nodes:
        raise CommandError(
            Exit.UNREACHABLE,
            "No collector has published a ledger yet.",
            "Start one: `tracewire up`, or python -m collector.",
        )
    if given.json:
        print_document({"nodes": nodes})
    else:
        print("\n\n".join("\n".join(describe(node)) for node in nodes))
    return Exit.DONE


def lost(counts: EventCounts) -> int:
    """All kinds of loss together."""
    return counts.lost_ring + counts.lost_scratch + counts.lost_size + counts.dropped


def close(ledger: Ledger) -> Balance:
    """The books of *ledger* with their sums."""
    return Balance(
        ledger=ledger,
        lost={name: lost(counts) for name, counts in ledger.events.items()},
        balance={name: counts.balance() for name, counts in ledger.events.items()},
    )


def describe(node: Balance) -> list[str]:
    """The books of one node as lines for people."""
    ledger = node.ledger
    lines = [f"{cell(ledger.node, None)}, session {cell(ledger.session, None)}, {cell(ledger.time, None)}"]
    lines.append(cell("event", 26) + "".join(f"{title:>12}" for title in _COLUMNS))
    for name, counts in sorted(ledger.events.items()):
        values: dict[str, Any] = {
            **msgspec.structs.asdict(counts),
            "lost": node.lost[name],
            "balance": node.balance[name],
        }
        lines.append(cell(name, 26) + "".join(f"{values[title]:12,}" for title in _COLUMNS))
    lines += [
        f"{cell(program, None)}: the kernel skipped {calls:,} calls"
        for program, calls in sorted(ledger.missed_calls.items())
        if calls
    ]
    return lines


async def _newest(url: str, credentials: str | None, ca: str | None) -> list[Ledger]:
    async with bus.connection(url, "tracewire ledger", credentials=credentials, ca=ca) as client:
        try:
            return await _last_per_node(client.jetstream())
        except nats.js.errors.NotFoundError as error:
            raise BusError(
                bus.without_credentials(url), f"it has no stream {subjects.LEDGER_STREAM}"
            ) from error
        except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as error:
            raise BusError(bus.without_credentials(url), str(error) or type(error).__name__) from error


async def _last_per_node(jetstream: JetStreamContext) -> list[Ledger]:
    configuration = ConsumerConfig(deliver_policy=DeliverPolicy.LAST_PER_SUBJECT, ack_policy=AckPolicy.NONE)
    subscription = await jetstream.pull_subscribe(
        subjects.ALL_LEDGERS, stream=subjects.LEDGER_STREAM, config=configuration
    )
    pending = (await subscription.consumer_info()).num_pending or 0
    if not pending:
        return []
    messages = await subscription.fetch(pending, timeout=_PATIENCE_SECONDS)
    return [msgspec.json.decode(message.data, type=Ledger) for message in messages]
