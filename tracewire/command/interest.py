"""`tracewire interest`: what is collected at present, and who asked for it."""

import argparse
import asyncio
import time

import msgspec
import nats.js.errors
from nats.aio.client import Client

from tracewire import bus, subjects
from tracewire.clause import from_raw, in_words
from tracewire.command.errors import Exit
from tracewire.command.output import print_document
from tracewire.interest import EventInterest, Interest, union
from tracewire.settings import Settings
from tracewire.text import printable


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print the interests that hold, and their union."""
    interests = asyncio.run(_ask(given, settings))
    if given.json:
        print_document({"events": union(list(interests.values())), "askers": interests})
    else:
        for line in describe(interests):
            print(printable(line))
    return Exit.DONE


async def _ask(given: argparse.Namespace, settings: Settings) -> dict[str, Interest]:
    async with bus.connection(
        given.nats or settings.nats, "tracewire interest", credentials=settings.nats_seed, ca=settings.nats_ca
    ) as client:
        return await read(client)


async def read(client: Client) -> dict[str, Interest]:
    """The interests that hold now, by their keys; one that cannot be read is left out."""
    jetstream = client.jetstream()
    try:
        bucket = await jetstream.key_value(subjects.INTEREST_BUCKET)
        keys = await bucket.keys()
    except (nats.js.errors.BucketNotFoundError, nats.js.errors.NoKeysError):
        return {}
    found: dict[str, Interest] = {}
    for key in sorted(keys):
        try:
            entry = await bucket.get(key)
            interest = msgspec.json.decode(entry.value or b"", type=Interest)
        except (nats.js.errors.KeyNotFoundError, msgspec.DecodeError):
            continue
        if interest.holds(time.time()):
            found[key] = interest
    return found


def describe(interests: dict[str, Interest]) -> list[str]:
    """The union in lines for people, each event with who asked for it."""
    if not interests:
        return ["nobody wants anything: nothing is collected"]
    lines = []
    for name, wanted in sorted(union(list(interests.values())).items()):
        lines.append(f"{name}: {_amount(wanted)}")
        for interest in interests.values():
            if name in interest.events:
                because = ", ".join(interest.because.get(name, ()))
                lines.append(f"  for {interest.asker}{f': {because}' if because else ''}")
        for clause in () if {} in wanted.clauses else wanted.clauses:
            said = [f"{field} {in_words(each)}" for field, each in from_raw(clause).items()]
            lines.append(f"  if {' and '.join(said) or 'anything'}")
    return lines


def _amount(wanted: EventInterest) -> str:
    if not wanted.clauses or {} in wanted.clauses:
        return "every instance"
    count = len(wanted.clauses)
    return f"those of {count} clause{'' if count == 1 else 's'}"
