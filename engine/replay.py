"""Other signatures over events that have happened: what they find that was not found, and the reverse."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from engine import findings, places
from engine.bundle import Bundle, build
from engine.checking import Checker
from engine.costs import Cost, Costs
from engine.errors import OpaDeadlineError, OpaRefusalError, ReplayError
from engine.fact import REMEMBER
from engine.findings import Judgement
from engine.library import Library
from engine.opa import Match, Opa
from engine.opa_program import OpaProgram
from engine.plan import Item, Plan
from engine.request import Part
from engine.source import read, scan
from tracewire import recording
from tracewire.batch import Batch
from tracewire.catalogue import BY_ID
from tracewire.containers import container_id
from tracewire.errors import BatchError, EventError
from tracewire.finding import Finding
from tracewire.roster import Roster
from tracewire.view import event_key

_BATCH = 256
_DEADLINE_SECONDS = 10.0


class Found(msgspec.Struct, frozen=True):
    """One finding, as far as it is compared.

    Attributes:
        id: Of the finding.
        signature: Name of the signature.
        time: Of the event.
        event: Its name.
        pid: Of the process.
        exe: Its program.
        data: What the signature said.
    """

    id: str
    signature: str
    time: str
    event: str
    pid: int
    exe: str | None
    data: dict[str, Any]


class Replayed(msgspec.Struct, frozen=True):
    """What signatures find in recorded events.

    Attributes:
        events: How many there were, by name.
        found: By the finding's id.
        costs: By the signature's name.
        failed: Signatures that failed, and why.
        missing: Events that the signatures judge, and of which none was recorded.
        signatures: Ids of those that were evaluated, by name.
        seen: Ids of the events.
    """

    events: dict[str, int]
    found: dict[str, Found]
    costs: dict[str, Cost]
    failed: dict[str, str]
    missing: list[str]
    signatures: dict[str, str]
    seen: set[str]


def brief(finding: Finding) -> Found:
    """What of *finding* is compared."""
    return Found(
        id=finding.id,
        signature=finding.signature.name,
        time=finding.time,
        event=finding.event.name,
        pid=finding.process.pid,
        exe=finding.process.exe,
        data=finding.data,
    )


async def bundle_of(program: OpaProgram, directories: list[str], folder: Path) -> Bundle:
    """The bundle of the signatures in *directories*; *folder* is for OPA's files.

    Raises:
        ReplayError: A file is wrong.
        OpaProgramError: They do not compile together.
    """
    capabilities = await program.write_capabilities(folder)
    files = {path: one for path in scan([*directories, str(places.LIBRARY)]) if (one := read(path))}
    accepted = await Library(Checker(program, places.schemas(), capabilities)).take(files)
    if accepted.refused:
        raise ReplayError(str(next(iter(accepted.refused.values()))))
    return await build(
        program, list(accepted.modules), accepted.exceptions, capabilities, lists=accepted.lists
    )


async def replay(
    program: OpaProgram, directories: list[str], payloads: AsyncIterator[bytes], roster: Roster | None
) -> Replayed:
    """Judge all of *payloads* by the signatures in *directories*, with an OPA of its own.

    Args:
        program: The opa binary.
        directories: Of signatures.
        payloads: Batches as they were on the bus.
        roster: The inventory of containers; None where it is not there.

    Raises:
        ReplayError: A signature file is wrong.
        OpaProgramError: OPA cannot be started, or the signatures do not compile together.
        OpaAwayError: OPA has ended in between.
    """
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        folder = Path(name)
        bundle = await bundle_of(program, directories, folder)
        archive, socket = folder / "bundle.tar.gz", folder / "opa.sock"
        archive.write_bytes(bundle.archive)
        async with program.serving(archive, socket):
            opa = Opa(f"unix://{socket}", 2)
            await opa.open()
            try:
                return await _Replay(opa, bundle, roster).run(payloads)
            finally:
                await opa.close()


class _Replay:
    """One pass over recorded events."""

    def __init__(self, opa: Opa, bundle: Bundle, roster: Roster | None) -> None:
        self._opa = opa
        self._bundle = bundle
        self._plan = Plan([bundle])
        self._roster = roster
        self._costs = Costs(opa)
        self._events: dict[str, int] = {}
        self._found: dict[str, Found] = {}
        self._failed: dict[str, str] = {}
        self._seen: set[str] = set()

    async def run(self, payloads: AsyncIterator[bytes]) -> Replayed:
        pending: list[Item] = []
        async for payload in payloads:
            pending += self._items(payload)
            while len(pending) >= _BATCH:
                await self._judge(pending[:_BATCH])
                del pending[:_BATCH]
        if pending:
            await self._judge(pending)
        for name in self._bundle.signatures:
            if name not in self._failed:
                await self._costs.measure(name)
        return Replayed(
            events=dict(sorted(self._events.items())),
            found=self._found,
            costs=self._costs.report(),
            failed=self._failed,
            missing=sorted(set(self._bundle.reads) - self._events.keys()),
            signatures={name: one.reference.id for name, one in self._bundle.signatures.items()},
            seen=self._seen,
        )

    def _items(self, payload: bytes) -> list[Item]:
        """The events of a batch that a signature judges; what cannot be read is left out, as live."""
        try:
            batch = Batch(payload)
        except BatchError:
            return []
        for head in batch.heads:
            if head.event_id in BY_ID:
                name = BY_ID[head.event_id].name
                self._events[name] = self._events.get(name, 0) + 1
        items = []
        for event in batch.select(self._plan.wanted, []):
            container = container_id(event.image.cgroup)
            known = self._roster.get(container[0]) if self._roster and container else None
            items.append(Item(event, batch.header, known=known))
            self._seen.add(event_key(event, batch.header))
        return items

    async def _judge(self, items: list[Item]) -> None:
        readable, parts = [], []
        for item in items:
            with contextlib.suppress(EventError):
                parts.append(self._plan.document(item))
                readable.append(item)
        try:
            matches = (await self._opa.evaluate(parts, _DEADLINE_SECONDS)).findings
        except (OpaDeadlineError, OpaRefusalError):
            matches = [match for name in self._bundle.signatures for match in await self._alone(name, parts)]
        judgements = [
            Judgement(
                readable[match.position],
                self._bundle.signatures[match.signature].reference,
                match.data,
                self._bundle.revision,
            )
            for match in matches
            # Facts stay unused: every event is judged for itself here.
            if match.rule != REMEMBER and self._is_object(match)
        ]
        finders = [one.signature.name for one in judgements]
        self._costs.judged(self._plan, readable, parts, [None] * len(parts), finders)
        for judgement, ordinal in findings.ordered(judgements):
            with contextlib.suppress(EventError):
                found = brief(findings.build(judgement, ordinal))
                self._found[found.id] = found

    def _is_object(self, match: Match) -> bool:
        if isinstance(match.data, dict):
            return True
        self._failed.setdefault(match.signature, "finding contains something else than an object")
        return False

    async def _alone(self, name: str, parts: list[Part]) -> list[Match]:
        """What one signature finds; it does not go on after it has failed."""
        if name in self._failed:
            return []
        try:
            answer, _ = await self._opa.evaluate_alone(name, parts, _DEADLINE_SECONDS)
        except (OpaDeadlineError, OpaRefusalError) as error:
            self._failed[name] = str(error)
            return []
        return answer.findings


class Compared(msgspec.Struct, frozen=True):
    """The findings of two sets of signatures about the same events.

    Attributes:
        new: Found now and not before.
        gone: Found before and not now.
        equal: Found both times, with the same data.
    """

    new: list[Found]
    gone: list[Found]
    equal: int


def compare(before: dict[str, Found], after: dict[str, Found]) -> Compared:
    """What has changed; a finding whose data differs is gone and new."""
    same = {one for one, found in after.items() if one in before and before[one].data == found.data}
    return Compared(
        new=sorted((found for one, found in after.items() if one not in same), key=_by_time),
        gone=sorted((found for one, found in before.items() if one not in same), key=_by_time),
        equal=len(same),
    )


def _by_time(found: Found) -> tuple[str, str]:
    return found.time, found.id


async def payloads_of(path: Path) -> AsyncIterator[bytes]:
    """The batches of a recording, without keeping others from their turn."""
    for payload in recording.read(path):
        yield payload
        await asyncio.sleep(0)
