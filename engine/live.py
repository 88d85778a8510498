"""What the engine that runs says of its signatures, and what it finds while somebody watches."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from engine.costs import Cost
from tracewire import bus, condition, subjects
from tracewire.errors import BusError
from tracewire.finding import Finding

_PATIENCE_SECONDS = 15.0
_LONGEST_SECONDS = 60.0
# What the twin did is judged by the time that what the trigger did later is found; workers overtake
# each other by less than this.
_STRAGGLER_SECONDS = 1.0


async def costs(url: str, credentials: str | None) -> dict[str, Cost] | None:
    """What each signature costs in the engines that run, by name; None where none answers.

    Of several replicas, the counts are added up and the first one's measurements are taken.
    """
    try:
        async with bus.connection(url, "tracewire signatures", credentials=credentials) as client:
            answers = await condition.answers(client)
    except BusError:
        return None
    engines = [answer for answer in answers if answer.service == "engine"]
    if not engines:
        return None
    found: dict[str, Cost] = {}
    for engine in engines:
        with contextlib.suppress(msgspec.ValidationError):
            for name, cost in msgspec.convert(engine.detail.get("costs", {}), dict[str, Cost]).items():
                found[name] = _sum(found[name], cost) if name in found else cost
    return found


def _sum(one: Cost, other: Cost) -> Cost:
    first = one if one.microseconds is not None else other
    return Cost(first.microseconds, first.share, one.events + other.events, one.findings + other.findings)


class Outcome(msgspec.Struct, frozen=True):
    """What became of one signature's trigger and twin.

    Attributes:
        signature: Its name.
        problems: Sentences; none if the trigger was found and the twin was not.
    """

    signature: str
    problems: list[str]


async def try_all(url: str, credentials: str | None, programs: dict[str, Path]) -> list[Outcome]:
    """Run twins and triggers, and see what the engine that runs finds.

    Args:
        url: Of NATS.
        credentials: Of NATS.
        programs: By the signature's name, the directory with its programs.

    Raises:
        BusError: NATS does not answer.
    """
    async with bus.connection(url, "tracewire signatures test", credentials=credentials) as client:
        watch = _Watch()
        await client.subscribe(subjects.findings(), cb=watch.take)
        await client.flush()
        known = await _known(client)
        return [await _try(watch, name, folder, known) for name, folder in programs.items()]


async def _known(client: Client) -> set[str]:
    """The signatures that the engines have in force."""
    engines = [answer for answer in await condition.answers(client) if answer.service == "engine"]
    return {name for engine in engines for name in engine.detail.get("costs", {})}


class _Watch:
    """Findings as they come."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._changed = asyncio.Condition()

    async def take(self, message: Msg) -> None:
        with contextlib.suppress(msgspec.DecodeError):
            finding = msgspec.json.decode(message.data, type=Finding)
            async with self._changed:
                self.findings.append(finding)
                self._changed.notify_all()

    def about(self, name: str, pid: int) -> bool:
        """Whether signature *name* has found process *pid* or a descendant."""
        return any(
            finding.signature.name == name
            and pid in {finding.process.pid, *(ancestor.pid for ancestor in finding.process.ancestors)}
            for finding in self.findings
        )

    async def wait(self, name: str, pid: int) -> bool:
        """The same, waiting for it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS), self._changed:
                await self._changed.wait_for(lambda: self.about(name, pid))
        return self.about(name, pid)


def _programs(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"{kind}*.py"))


async def _try(watch: _Watch, name: str, folder: Path, known: set[str]) -> Outcome:
    if name not in known:
        return Outcome(name, ["the engine that runs does not have it: start it with this directory"])
    problems: list[str] = []
    twins, triggers = _programs(folder, "twin"), _programs(folder, "trigger")
    silent = [await _run(path, problems) for path in twins]
    for path in triggers:
        pid = await _run(path, problems)
        if pid and not await watch.wait(name, pid):
            problems.append(f"{path} was not found within {_PATIENCE_SECONDS:g} s")
    if not triggers:
        problems.append(f"{folder} has no trigger.py")
    await asyncio.sleep(_STRAGGLER_SECONDS)
    problems += [
        f"{path} was found, and should be silent"
        for path, pid in zip(twins, silent, strict=True)
        if pid and watch.about(name, pid)
    ]
    return Outcome(name, problems)


async def _run(path: Path, problems: list[str]) -> int:
    """The pid of the program at *path*, which has ended; 0 if it went wrong."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(path.parent.parent)},
    )
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        problems.append(f"{path} does not end")
        return 0
    if process.returncode:
        last = output.decode(errors="backslashreplace").strip().splitlines()[-1:]
        problems.append(f"{path} failed: {' '.join(last)}")
        return 0
    return process.pid
