"""Puts findings on the bus, and does not return before they are stored."""

import asyncio
from collections.abc import Callable

import msgspec
import nats.errors
import nats.js.errors
from nats.js import JetStreamContext

from engine.findings import Judgement, build, ordered, subject
from tracewire.errors import EventError
from tracewire.finding import Finding

_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
_AT_ONCE = 64
_HEADER = "Nats-Msg-Id"


class Publisher:
    """Publishes findings with acknowledgement.

    Attributes:
        published: Findings that JetStream has stored, counted once however often they were sent.
        duplicates: Findings that it had already.
        away: Why JetStream does not take them at the moment; empty if it does.
    """

    def __init__(self, jetstream: JetStreamContext, tell: Callable[[str], None]) -> None:
        self.published = 0
        self.duplicates = 0
        self.away = ""
        self._jetstream = jetstream
        self._tell = tell
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def publish(self, judgements: list[Judgement]) -> None:
        """Return when each of *judgements* is stored, however long NATS is away."""
        findings = []
        for judgement, ordinal in ordered(judgements):
            try:
                findings.append(build(judgement, ordinal))
            except EventError as error:
                self._tell(f"a finding of {judgement.signature.name} cannot be shown: {error}")
        if len(findings) == 1:
            await self._store(findings[0])
        elif findings:
            async with asyncio.TaskGroup() as tasks:
                for finding in findings:
                    tasks.create_task(self._store(finding))

    async def _store(self, finding: Finding) -> None:
        pause = _PAUSE_SECONDS
        payload = msgspec.json.encode(finding)
        while True:
            try:
                async with self._slots:
                    acknowledged = await self._jetstream.publish(
                        subject(finding), payload, headers={_HEADER: finding.id}
                    )
            except nats.errors.MaxPayloadError:
                # What happened is worth more than what the signature says about it.
                self._tell(
                    f"a finding of {finding.signature.name} has {len(payload)} bytes; its data is left out"
                )
                payload = msgspec.json.encode(
                    msgspec.structs.replace(finding, data={"omitted_bytes": len(payload)})
                )
            except (nats.js.errors.Error, nats.errors.Error, OSError, TimeoutError) as error:
                if not self.away:
                    self._tell(f"findings cannot be stored ({error or type(error).__name__}); they wait")
                self.away = str(error) or type(error).__name__
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                self.away = ""
                if acknowledged.duplicate:
                    self.duplicates += 1
                else:
                    self.published += 1
                return
