"""`tracewire status`: is everything there, and does it work?"""

import argparse
import asyncio
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from tracewire import bus, condition
from tracewire.command.errors import Exit
from tracewire.command.output import print_document
from tracewire.condition import Condition
from tracewire.errors import BusError
from tracewire.settings import Settings
from tracewire.status import ServiceStatus
from tracewire.text import printable

_PAUSE_SECONDS = 0.25
_LOST = (("evicted", "keys forgotten for want of room"), ("left_out", "facts left out for want of room"))
_TROUBLES = (("facts", "facts refused"), ("events", "events not judged"))


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print the condition; exit code 0 only if it is ready."""
    url = given.nats or settings.nats
    found = asyncio.run(_wait(url, settings, time.monotonic() + given.wait))
    if given.json:
        print_document(found)
    else:
        print("\n".join(describe(found)))
    if found.ready:
        return Exit.DONE
    return Exit.NOT_SO if found.nats["connected"] else Exit.UNREACHABLE


async def _wait(url: str, settings: Settings, deadline: float) -> Condition:
    """The condition as soon as it is ready, or at *deadline* (monotonic seconds)."""
    while True:
        try:
            client = await bus.connect(
                url, "tracewire status", credentials=settings.nats_seed, ca=settings.nats_ca
            )
        except BusError as error:
            found = condition.without_nats(url, error.problem)
        else:
            try:
                while True:
                    found = await condition.examine(client, url, settings.node_name)
                    if found.ready or not found.nats["connected"] or time.monotonic() >= deadline:
                        break
                    await asyncio.sleep(_PAUSE_SECONDS)
            finally:
                await client.close()
        if found.ready or time.monotonic() >= deadline:
            return found
        await asyncio.sleep(_PAUSE_SECONDS)


def describe(found: Condition) -> list[str]:
    """The condition in lines for people."""
    nats = found.nats
    lines = [
        f"nats       {nats['url']}, "
        + (f"version {nats['version']}" if nats["connected"] else "does not answer"),
        *(_describe_service(status) for status in (*found.collectors, *found.engines)),
    ]
    if found.opa is not None:
        lines.append(f"opa        {_describe_opa(found.opa)}")
    lines += [f"state      {said}" for status in found.engines for said in describe_state(status.detail)]
    lines += [f"problem    {problem}" for problem in found.problems]
    lines.append("ready" if found.ready else "not ready")
    return [printable(line) for line in lines]


def _describe_service(status: ServiceStatus) -> str:
    detail = status.detail
    facts = [f"on {status.node}", f"pid {status.pid}"]
    if status.service == "collector":
        rungs = detail.get("interest", {})
        facts.append(f"{sum(rung is not None for rung in rungs.values())} of {len(rungs)} events attached")
    else:
        facts.append(f"{loaded_signatures(status)} signatures")
        if refused := detail.get("refused"):
            facts.append(f"{len(refused)} refused")
    return f"{status.service:10} {', '.join(facts)}{'' if status.ready else ' (not ready)'}"


def describe_state(detail: dict[str, Any]) -> Iterator[str]:
    """What an engine's signatures remember; nothing where none of them does."""
    state = detail.get("state") or {}
    statistics = state.get("statistics") or {}
    if state.get("keys") or any(statistics.values()):
        told = [f"{state.get('keys', 0)} keys", f"{statistics.get('written', 0)} times written"]
        told += [f"{statistics[key]} {word}" for key, word in _LOST if statistics.get(key)]
        yield ", ".join(told)
    for signature, trouble in sorted((state.get("troubles") or {}).items()):
        counts = [f"{trouble[key]} {word}" for key, word in _TROUBLES if trouble.get(key)]
        yield f"{signature}: {', '.join(counts)}: {trouble.get('reason', '')}"


def loaded_signatures(engine: ServiceStatus) -> int:
    """How many signatures *engine* has loaded."""
    loaded = engine.detail.get("signatures", 0)
    return loaded if isinstance(loaded, int) else len(loaded)


def _describe_opa(opa: Any) -> str:
    if isinstance(opa, dict) and "address" in opa:
        return f"{opa['address']}{'' if opa.get('ready') else ' (not ready)'}"
    return msgspec.json.encode(opa).decode()
