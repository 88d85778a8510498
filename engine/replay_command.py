"""`replay`: asks for it, compares, and shows what is new, gone and equal."""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from engine import places
from engine.opa_program import OpaProgram
from engine.replay import Compared, Found, Replayed, brief, compare, payloads_of, replay
from tracewire import bus, client, recording
from tracewire.command.durations import duration
from tracewire.roster import Roster
from tracewire.settings import Settings
from tracewire.text import printable

_DONE, _USAGE = 0, 2
_SHOWN = 20


def add_replay(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `replay` command to *commands*."""
    description = "Run signatures over recorded events, and show what they find that was not found before."
    part = commands.add_parser("replay", help=description, description=description)
    part.add_argument("file", metavar="FILE", nargs="?", help="made by `tracewire record`")
    part.add_argument("--since", type=duration, metavar="1h", help="what the stream of events has since then")
    part.add_argument(
        "--signatures", metavar="DIR", action="append", required=True,
        help="the signatures to try; repeat it for several",
    )  # fmt: skip
    part.add_argument(
        "--against", metavar="DIR", action="append",
        help="compare with what these find; otherwise, with --since, with the stored findings, and with "
        "a file, with what the signatures in force find",
    )  # fmt: skip
    part.add_argument("--nats", metavar="URL", help="where NATS is")
    part.add_argument("--json", action="store_true", help="print one JSON document")


async def run_replay(settings: Settings, given: argparse.Namespace) -> int:
    """Do what *given* asks for; the exit code.

    Raises:
        EngineError: OPA is missing, or a signature is wrong.
        TracewireError: The recording or NATS cannot be read.
    """
    if (given.file is None) == (given.since is None):
        _say("error: name either a file or --since\nSuch as: --since 1h", error=True)
        return _USAGE
    wrong = _no_directories([*given.signatures, *(given.against or [])])
    if wrong:
        _say(f"error: {printable(wrong[0])} is no directory\nName directories of signatures.", error=True)
        return _USAGE
    program = OpaProgram(places.opa_program(settings.engine.opa_program))
    if given.since is None:
        against = given.against or list(settings.engine.signatures) or [str(places.SIGNATURES)]
        after = await replay(program, given.signatures, payloads_of(Path(given.file)), None)
        before = (await replay(program, against, payloads_of(Path(given.file)), None)).found
    else:
        after, before = await _from_stream(program, settings, given)
    # What was found by signatures that are not tried is neither new nor gone.
    before = {key: one for key, one in before.items() if one.signature in after.signatures}
    compared = compare(before, after.found)
    if given.json:
        _say(msgspec.json.encode(_document(after, compared)).decode())
    else:
        for line in _describe(after, compared):
            _say(printable(line))
    return _DONE


def _no_directories(names: list[str]) -> list[str]:
    return [name for name in names if not Path(name).is_dir()]


async def _from_stream(
    program: OpaProgram, settings: Settings, given: argparse.Namespace
) -> tuple[Replayed, dict[str, Found]]:
    url = given.nats or settings.nats
    async with bus.connection(url, "tracewire replay", credentials=settings.nats_seed) as connection:
        roster = Roster(connection)
        await roster.start()
        # Both are judged from the same messages: the stream goes on meanwhile.
        payloads = [payload async for payload in recording.stored(connection, given.since)]
        after = await replay(program, given.signatures, _each(payloads), roster)
        if given.against:
            return after, (await replay(program, given.against, _each(payloads), roster)).found
    return after, await _stored(url, settings, given.since, after.seen)


async def _stored(url: str, settings: Settings, since: timedelta, events: set[str]) -> dict[str, Found]:
    """The stored findings about *events*."""
    # An event waits for its judgement, so findings are never older than what they are about.
    found = client.findings(url, since=since, follow=False, credentials=settings.nats_seed)
    return {one.id: brief(one) async for one in found if one.event.id in events}


async def _each(payloads: list[bytes]) -> AsyncIterator[bytes]:
    for payload in payloads:
        yield payload
        await asyncio.sleep(0)


def _document(after: Replayed, compared: Compared) -> dict[str, Any]:
    return {
        "events": after.events,
        "missing": after.missing,
        "new": compared.new,
        "gone": compared.gone,
        "equal": compared.equal,
        "costs": after.costs,
        "failed": after.failed,
    }


def _describe(after: Replayed, compared: Compared) -> list[str]:
    judged = ", ".join(f"{count} {name}" for name, count in after.events.items())
    lines = [f"{sum(after.events.values())} events: {judged or 'none'}"]
    if after.missing:
        lines.append(f"not recorded, though judged: {', '.join(after.missing)}")
    new, gone = (Counter(one.signature for one in part) for part in (compared.new, compared.gone))
    total = Counter(one.signature for one in after.found.values())
    rows = [("SIGNATURE", "NEW", "GONE", "EQUAL", "US/EVENT")]
    for name in sorted(after.signatures):
        if total[name] or gone[name] or len(after.signatures) <= _SHOWN:
            cost = after.costs.get(name)
            shown = "-" if cost is None or cost.microseconds is None else f"{cost.microseconds:.1f}"
            equal = total[name] - new[name]
            rows.append((name, str(new[name]), str(gone[name]), str(equal), shown))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines += ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    for sign, part in (("+", compared.new), ("-", compared.gone)):
        for one in part[:_SHOWN]:
            said = msgspec.json.encode(one.data).decode()
            lines.append(f"{sign} {one.time} {one.signature} pid {one.pid} {one.exe} {said}")
        if len(part) > _SHOWN:
            lines.append(f"{sign} and {len(part) - _SHOWN} more; --json has all")
    lines += [f"failed: {name}: {why}" for name, why in sorted(after.failed.items())]
    lines.append(f"{len(compared.new)} new, {len(compared.gone)} gone, {compared.equal} equal")
    return lines


def _say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout)
